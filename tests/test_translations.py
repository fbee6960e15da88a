"""Every text that the package shows exists in every language, with the same values in it."""

from __future__ import annotations

import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

CHECKOUT = Path(__file__).parent.parent
SOURCE = CHECKOUT / "src" / "secondsource"
CATALOGUES = sorted(SOURCE.glob("locale/*/LC_MESSAGES/secondsource.po"))
LANGUAGES = [path.parts[-3] for path in CATALOGUES]
KEYWORDS = [f"--keyword={word}" for word in ("plural:1,2", "column:2", "Column:2")]
"""What marks a text besides `_`: plurals, and the meanings of columns, which the template shows."""


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3] if path.suffix == ".po" else None)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The texts in the source, as `make translations` extracts them."""
    template = tmp_path_factory.mktemp("texts") / "secondsource.pot"
    command = [
        sys.executable,
        "-m",
        "babel.messages.frontend",
        "--quiet",
        "extract",
        "--mapping-file",
        "pyproject.toml",
    ]
    options = [*KEYWORDS, "--output-file", str(template), "src/secondsource"]
    subprocess.run([*command, *options], cwd=CHECKOUT, check=True)
    return read(template)


def fields(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def key(entry: Message) -> tuple[str, ...]:
    return forms(entry.id)


def test_russian_is_there() -> None:
    assert "ru" in LANGUAGES


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=LANGUAGES)
def test_a_catalogue_holds_the_texts_of_the_source_and_no_others(catalogue: Path, texts: Catalog) -> None:
    wanted = {key(entry) for entry in texts if entry.id}
    present = {key(entry) for entry in read(catalogue) if entry.id}
    assert wanted - present == set(), "run `make translations` and translate these"
    assert present - wanted == set(), "run `make translations`: these are no longer in the source"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=LANGUAGES)
def test_every_text_is_translated_in_all_its_plural_forms(catalogue: Path) -> None:
    entries = [entry for entry in read(catalogue) if entry.id]
    assert [entry.id for entry in entries if entry.fuzzy or not all(forms(entry.string))] == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=LANGUAGES)
def test_a_translation_shows_the_same_values_as_the_text(catalogue: Path) -> None:
    for entry in read(catalogue):
        if entry.id:
            wanted = set().union(*(fields(text) for text in key(entry)))
            # A plural form may leave the number out ("one offer"), but may not name a value that is not there.
            shown = [fields(text) for text in forms(entry.string)]
            assert all(names <= wanted for names in shown), entry.id
            assert wanted - {"count"} <= set().union(*shown), entry.id
