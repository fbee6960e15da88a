"""Registration numbers: which are well-formed, and when two are the same; not for names.

Check digits come from python-stdnum. A number that fails its check is kept and shown, but never links two mentions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stdnum import get_cc_module, lei
from stdnum.ru import inn
from stdnum.ua import edrpou, rntrc

# Schemes of org-id.guide (and what publishers write for them) to the module that checks their numbers.
_CHECKS: dict[str, tuple[Any, ...]] = {
    "UA-EDR": (edrpou, rntrc),
    "UA-EDRPOU": (edrpou, rntrc),
    "RU-INN": (inn,),
    "XI-LEI": (lei,),
    "LEI": (lei,),
}
_PLAIN = ("GB-COH", "GB-CHC", "GB-SC", "GB-NIC", "GB-PPON", "PT-NIPPC")


def canonical(scheme: str, number: str) -> str:
    """Return `SCHEME-NUMBER` where the number passes its check, else "".

    >>> canonical("UA-EDR", "14360570"), canonical("UA-EDR", "14360571"), canonical("", "14360570")
    ('UA-EDR-14360570', '', '')
    """
    scheme = {"UA-EDRPOU": "UA-EDR", "LEI": "XI-LEI", "UA-IPN": "UA-EDR"}.get(
        scheme.upper().strip(), scheme.upper().strip()
    )
    compact = "".join(each for each in number if each.isalnum()).upper()
    if not scheme or len(compact) < 4 or len(set(compact)) == 1:
        return ""
    if scheme in _CHECKS:
        return f"{scheme}-{compact}" if any(each.is_valid(compact) for each in _CHECKS[scheme]) else ""
    if scheme in _PLAIN:
        return f"{scheme}-{compact.zfill(8) if scheme == 'GB-COH' else compact}"
    country = _ALPHA2.get(scheme[:3], scheme[:2])
    check = _vat(country)
    if check is not None and check(compact):
        return f"{country}-VAT-{compact.removeprefix(country)}"
    # A register that stdnum does not know: the number counts as the publisher wrote it, within the scheme.
    return f"{scheme}-{compact}" if "-" in scheme and any(each.isdigit() for each in compact) else ""


def _vat(country: str) -> Callable[[str], bool] | None:
    module = get_cc_module(country.lower(), "vat") if len(country) == 2 else None
    return None if module is None else module.is_valid


_ALPHA2 = {
    "AUT": "AT", "BEL": "BE", "BGR": "BG", "CYP": "CY", "CZE": "CZ", "DEU": "DE", "DNK": "DK", "ESP": "ES", "EST": "EE",
    "FIN": "FI", "FRA": "FR", "GRC": "GR", "HRV": "HR", "HUN": "HU", "IRL": "IE", "ITA": "IT", "LTU": "LT", "LUX": "LU",
    "LVA": "LV", "MLT": "MT", "NLD": "NL", "NOR": "NO", "POL": "PL", "PRT": "PT", "ROU": "RO", "SVK": "SK", "SVN": "SI",
    "SWE": "SE", "GBR": "GB", "UKR": "UA", "CHE": "CH",
}  # fmt: skip
