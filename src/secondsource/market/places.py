"""Where the parts of a market folder are, and how a new generation is published; not for what is in them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _


@dataclass(frozen=True)
class Places:
    """A market folder: `journal.sqlite` and `decisions.sqlite` are kept; `generations/` can be computed anew."""

    folder: Path

    @property
    def journal(self) -> Path:
        """What publishers sent."""
        return self.folder / "journal.sqlite"

    @property
    def decisions(self) -> Path:
        """What people decided."""
        return self.folder / "decisions.sqlite"

    @property
    def lists(self) -> Path:
        """Code lists that were imported."""
        return self.folder / "lists"

    def current(self) -> Path | None:
        """Return the published generation, if there is one."""
        pointer = self.folder / "current"
        return self.folder / "generations" / pointer.read_text().strip() if pointer.is_file() else None

    def published(self) -> Path:
        """Return the published generation.

        Raises
        ------
        InvalidInput
            Nothing was resolved yet.
        """
        found = self.current()
        if found is None:
            expected = _("has no register yet: ingest records, then run `secondsource market resolve`")
            raise InvalidInput([Fault(str(self.folder), "", 0, "", "", expected)])
        return found

    def fresh(self) -> Path:
        """Return an empty folder for the next generation, under a number that none has had."""
        parent = self.folder / "generations"
        parent.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(each.name) for each in parent.iterdir() if each.name.isdigit()), default=0)
        place = parent / f"{number:06d}"
        place.mkdir()
        return place

    def publish(self, generation: Path) -> None:
        """Make a generation the current one by one atomic rename; of the older ones the last stays for its readers."""
        pointer = self.folder / "current.new"
        with pointer.open("w") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        os.replace(pointer, self.folder / "current")
        older = sorted(each for each in generation.parent.iterdir() if each.name < generation.name)
        for each in older[:-1]:
            shutil.rmtree(each, ignore_errors=True)
