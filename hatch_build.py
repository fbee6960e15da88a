"""What the package build adds: compiled translations, and in a wheel the examples; nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_translations(folder: Path) -> list[Path]:
    """Write `LANGUAGE/LC_MESSAGES/secondsource.mo` beside each `.po` under `folder` and return what was written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as text:
            catalogue = read_po(text, abort_invalid=True)
        target = source.with_suffix(".mo")
        with target.open("wb") as binary:
            write_mo(binary, catalogue)
        written.append(target)
    return written


class CompileTranslations(BuildHookInterface[Any]):
    """The build step that hatchling calls before it collects the files of a wheel or an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every catalogue in `self.root`, and let a wheel carry the examples, for `secondsource demo`."""
        compile_translations(Path(self.root) / "src" / "secondsource" / "locale")
        if version != "editable":
            build_data["force_include"]["examples"] = "secondsource/examples"


if __name__ == "__main__":
    compile_translations(Path(__file__).parent / "src" / "secondsource" / "locale")
