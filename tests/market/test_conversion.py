"""A page in one currency by the rates of its days, and sizes in one set of words; both checked by hand."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from secondsource.cli import main
from secondsource.errors import InvalidInput
from secondsource.market import lists, register
from secondsource.market.conversion import in_currency, own_rates
from secondsource.market.evidence import evidence
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Page, Record
from secondsource.market.places import Places
from secondsource.market.search import search

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RATES = "currency,from,rate\nUAH,2025-01-01,0.025\nUAH,2025-06-01,0.02\n"


def process(number: int, firm: str, buyer: str, day: str, amount: float, currency: str, price: float) -> Record:
    kind = {"scheme": "CPV", "id": "90910000-9"}
    body: dict[str, Any] = {
        "ocid": f"o{number}", "id": "1", "date": day, "buyer": {"id": buyer, "name": buyer},
        "parties": [{"id": firm, "name": firm, "roles": ["supplier"], "details": {"scale": "mid"}}],
        "tender": {"title": "Cleaning", "items": [
            {"id": "1", "description": "rooms", "classification": kind, "quantity": 1,
             "unit": {"name": "room", "value": {"amount": price, "currency": currency}}}]},
        "awards": [{"id": "1", "status": "active", "date": day, "value": {"amount": amount, "currency": currency},
                    "suppliers": [{"id": firm}]}],
    }  # fmt: skip
    return Record(f"o{number}", "1", "ocds", json.dumps(body).encode())


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Alfa sold twice to the school in hryvnias, once to the town in euros and once in a money without a rate."""
    found = Places(tmp_path / "market")
    records = (
        process(1, "Alfa", "School", "2025-03-01", 4000, "UAH", 400),
        process(2, "Alfa", "School", "2025-07-01", 5000, "UAH", 500),
        process(3, "Alfa", "Town", "2025-07-01", 300, "EUR", 10),
        process(4, "Alfa", "Fund", "2025-07-01", 70, "XTS", 7),
        process(5, "Beta", "Town", "2025-07-01", 900, "UAH", 600),
    )
    keep(Journal(found.journal), "s", [Page(records)], lambda: NOW)
    register.resolve(found)
    return found


def test_each_amount_is_converted_at_the_rate_of_its_day_and_a_missing_rate_is_said(
    places: Places, tmp_path: Path
) -> None:
    """4,000 UAH × 0.025 + 5,000 UAH × 0.02 = 200 EUR of the school beside 300 EUR of the town: 40 % and 60 %."""
    (tmp_path / "rates.csv").write_text(RATES)
    rates = own_rates(tmp_path / "rates.csv")
    assert rates[1] == ("UAH", date(2025, 6, 1), Fraction(1, 50))
    alfa = next(each.supplier for each in search(places.published(), "") if each.name == "Alfa")
    found = in_currency(evidence(places, alfa), "EUR", rates)
    assert [(row["buyer"], row["amount"], row["share"]) for row in found.buyers] == [
        ("Town", Decimal("300.00"), 0.6), ("School", Decimal("200.00"), 0.4),
    ]  # fmt: skip
    assert [(row["ocid"], row["unit_price"], row["median"], row["rate_day"]) for row in found.prices] == [
        ("o1", Decimal("10.00"), Decimal("15.00"), "2025-01-01"),  # 400 and Beta's 600 UAH at 0.025
        ("o2", Decimal("10.00"), Decimal("12.00"), "2025-06-01"),  # 500 and 600 UAH at 0.02
    ]
    (left_out,) = found.missing
    assert (left_out["ocid"], left_out["amount"], left_out["currency"]) == ("o4", Decimal(70), "XTS")
    assert "XTS" in left_out["why"]


def test_faulty_rates_are_refused_with_every_row(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("currency,from,rate\nUAH,2025-13-01,0.02\nUAH,2025-01-01,0\nUSD,2025-01-01,0.9\nUSD,2025-01-01\n")
    with pytest.raises(InvalidInput) as caught:
        own_rates(file)
    assert [each.row for each in caught.value.faults] == [2, 3, 5]
    file.write_text("currency,rate\n")
    with pytest.raises(InvalidInput, match="from"):
        own_rates(file)


def test_the_command_shows_a_page_in_one_currency(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rates.csv").write_text(RATES)
    alfa = next(each.supplier for each in search(places.published(), "") if each.name == "Alfa")
    here = ["--market", str(places.folder)]
    assert main(["market", "show", alfa, "--rates", str(tmp_path / "rates.csv"), *here]) == 2
    assert "--in" in capsys.readouterr().err
    given = ["--in", "eur", "--rates", str(tmp_path / "rates.csv")]
    assert main(["market", "show", alfa, *given, "--json", *here]) == 0
    assert json.loads(capsys.readouterr().out)["converted"]["buyers"][0]["share"] == 0.6
    assert main(["market", "show", alfa, *given, *here]) == 0
    text = capsys.readouterr().out
    assert "in EUR at the rate of each day" in text
    assert "Left out, for want of a rate" in text


def test_sizes_of_records_and_lists_are_found_by_one_word(places: Places, tmp_path: Path) -> None:
    file = tmp_path / "firms.csv"
    file.write_text("Company,Employees\nMikro,4\nMala,49\nSerednia,249\nVelyka,250\nNevidoma,\n")
    columns = lists.propose(file)
    assert columns == {"name": "Company", "size": "Employees"}
    keep(Journal(places.journal), "list", lists.pages(file, columns), lambda: NOW)
    register.resolve(places)

    def of_size(size: str) -> set[str]:
        return {each.name for each in search(places.published(), "", scale=size)}

    assert of_size("micro") == {"Mikro"}
    assert of_size("Small") == {"Mala"}
    assert of_size("mid") == of_size("medium") == {"Serednia", "Alfa", "Beta"}
    assert of_size("large") == {"Velyka"}
    assert of_size("sme") == {"Mikro", "Mala", "Serednia", "Alfa", "Beta"}
