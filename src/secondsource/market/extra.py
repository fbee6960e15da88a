"""The packages that only the market needs, and how to install them where they are absent; not for using them."""

from __future__ import annotations

from importlib.util import find_spec

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _

PACKAGES = ("duckdb", "splink", "tantivy", "stdnum", "cleanco", "pymorphy3", "snowballstemmer")


def require() -> None:
    """Return when every package of the extra `market` is there.

    Raises
    ------
    InvalidInput
        With the packages that are absent and the command that installs them.
    """
    absent = [name for name in PACKAGES if find_spec(name) is None]
    if absent:
        expected = _(
            "the market needs packages that are absent ({names}); install them: pip install 'secondsource[market]'",
            names=", ".join(absent),
        )
        raise InvalidInput([Fault("", "", 0, "", "", expected)])
