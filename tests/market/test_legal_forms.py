"""Legal forms come from a file with its licence and date, and go off names before these are compared."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from secondsource.cli import main
from secondsource.errors import InvalidInput
from secondsource.market import register
from secondsource.market.decisions import Decisions
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Page, Record
from secondsource.market.legal_forms import LegalForms, import_legal_forms
from secondsource.market.places import Places

ELF = Path(__file__).parents[3] / "shared/data/market/sanctions_eu_elf/elf-codes-1.4.1.csv"
DAY = date(2026, 1, 1)
OWN = "name,abbreviation\nZvenyhorod Handicraft Artel,ZHA; Z.H.A.\nfoundation,\n"


def test_a_list_of_ones_own_is_read_and_single_words_are_left_on_names(tmp_path: Path) -> None:
    file = tmp_path / "forms.csv"
    file.write_text(OWN, "utf-8")
    assert import_legal_forms(tmp_path / "lists", file, "own", DAY, DAY).codes == 2
    forms = LegalForms.imported(tmp_path / "lists")
    assert forms.without("Zvenyhorod Handicraft Artel «Alfa»") == forms.without("ALFA Z.H.A.") == "alfa"
    assert forms.without("Alfa Foundation") == "alfa foundation"
    assert forms.without("ZHA") == "ZHA"


def test_a_file_without_known_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "forms.csv"
    file.write_text("form\nLtd\n", "utf-8")
    with pytest.raises(InvalidInput, match="expected the columns of GLEIF"):
        import_legal_forms(tmp_path / "lists", file, "own", DAY, DAY)


@pytest.mark.skipif(not ELF.is_file(), reason="../shared/data is not beside the checkout")
def test_the_published_list_is_read(tmp_path: Path) -> None:
    assert import_legal_forms(tmp_path, ELF, "GLEIF", DAY, DAY).codes > 3000
    forms = LegalForms.imported(tmp_path)
    assert forms.without("Alfa Spółka z ograniczoną odpowiedzialnością") == "alfa"
    assert forms.without("Alfa osakeyhtiö") == "alfa osakeyhtio"  # one word: cleanco has it, the import leaves it
    assert forms.without("Акционерное общество Альфа") in ("альфа", "акционерное общество альфа")


def test_an_import_takes_effect_on_firms_that_were_resolved_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    places = Places(tmp_path / "market")
    names = ["Alfa Kabel Zvenyhorod Handicraft Artel", "Alfa Kabel", "Beta Montazh", "Gamma Tysk", "Delta Lomp"]
    releases = [
        {"ocid": f"o{place}", "id": "1", "parties": [{"id": "F", "name": name, "roles": ["supplier"]}]}
        for place, name in enumerate(names)
    ]
    records = tuple(Record(f"o{place}", "1", "ocds", json.dumps(each).encode()) for place, each in enumerate(releases))
    keep(Journal(places.journal), "s", [Page(records)], lambda: datetime(2026, 1, 1, tzinfo=UTC))
    register.resolve(places)
    assert len(set(Decisions(places.decisions).suppliers().values())) == 5
    Path("forms.csv").write_text(OWN, "utf-8")
    assert main(["market", "lists", "--legal-forms", "forms.csv"]) == 2
    assert "with its licence" in capsys.readouterr().err
    assert main(["market", "lists", "--legal-forms", "forms.csv", "--licence", "own", "--issued", "2026-01-01"]) == 0
    register.resolve(places)
    assert len(set(Decisions(places.decisions).suppliers().values())) == 4
