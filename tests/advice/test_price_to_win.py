"""Prices to win and to lose: cases to check on paper, the oracle on both sides, and what a supplier is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from secondsource.advice.negotiation import negotiation_sheet
from secondsource.advice.price_to_win import Bid, PricesToWin, PriceToWin, at_factor, prices_to_win
from secondsource.optimise.replan import stand
from secondsource.reports.page_workbook import write_page
from secondsource.reports.price_page import price_page, write_sheet
from secondsource.solver.highs import Limits
from tests.advice.test_dependence import holds
from tests.optimise.tiny import Rows, checked, lamps, offer
from tests.oracles.generate import random_problem
from tests.oracles.plain import solve

EXACT = Limits(gap=0.0)


def priced(rows: Rows) -> dict[str, PriceToWin]:
    return {each.bid: each for each in prices_to_win(checked(rows), EXACT).bids}


def test_a_losing_offer_enters_at_the_winners_price_and_the_winner_loses_above_the_losers() -> None:
    found = priced(lamps(offer("Ada", 10), offer("Bea", 12)))
    bea, ada = found["Bea"], found["Ada"]
    assert bea.threshold is not None and holds(bea.threshold, 10, 10) and bea.quantity_then == 100
    assert ada.threshold is not None and holds(ada.threshold, 12, 10) and ada.quantity_then == 0
    assert bea.threshold.high - bea.threshold.low < Decimal("0.00001")
    assert (ada.wins, bea.wins, bea.bids) == (True, False, 2)


def test_a_fixed_cost_is_taken_off_the_price_to_win() -> None:
    # Bea's tooling costs 150: 100 × p + 150 = 1000 at p = 8.50.
    found = priced(lamps(offer("Ada", 10), offer("Bea", 12, fixed_cost=150)))["Bea"]
    assert found.threshold is not None and holds(found.threshold, 8.5, 10)


def test_price_breaks_move_with_the_price() -> None:
    # 100 lamps fall under Bea's break at 11 (12 × 11/12): she enters at a factor of 10/11.
    rows = lamps(offer("Ada", 10), offer("Bea", 12))
    rows["price_breaks"] = [{"offer": "Bea", "from_quantity": 50, "unit_price": 11}]
    found = priced(rows)["Bea"]
    assert found.factor is not None and holds(found.factor, 10 / 11, 1)


def test_a_winner_loses_only_part_where_the_next_one_has_little_capacity() -> None:
    # Bea has 30 at 12, Cem 100 at 15: above 12 Ada keeps 70.
    found = priced(lamps(offer("Ada", 10), offer("Bea", 12, capacity=30), offer("Cem", 15)))["Ada"]
    assert found.threshold is not None and holds(found.threshold, 12, 10) and found.quantity_then == 70


def test_no_price_is_too_high_for_the_only_source() -> None:
    found = priced(lamps(offer("Ada", 10)))["Ada"]
    assert found.threshold is not None and found.threshold.is_endless and found.why


def test_an_offer_that_a_rule_keeps_out_has_no_price_to_win() -> None:
    rows = lamps(offer("Ada", 10), offer("Bea", 12))
    rows["rules"] = [{"rule": "r", "measure": "quantity", "supplier": "Bea", "high": 0}]
    found = priced(rows)["Bea"]
    assert found.threshold is None and "not even" in str(found.why)


def test_a_package_enters_at_what_it_replaces() -> None:
    rows = lamps(offer("Ada", 10), suppliers=[{"supplier": "Ada"}, {"supplier": "Bea"}])
    rows["packages"] = [{"package": "all", "supplier": "Bea", "price": 1300}]
    rows["package_items"] = [{"package": "all", "item": "lamp", "quantity": 100}]
    found = priced(rows)["all"]
    assert found.threshold is not None and holds(found.threshold, 1000, 1000) and found.quantity_then == 1


def test_own_plants_are_not_negotiated_with() -> None:
    rows = lamps(offer("Ada", 10), offer("Us", 12), suppliers=[{"supplier": "Us", "own": True}])
    assert list(priced(rows)) == ["Ada"]


def scaled(rows: Rows, bid: PriceToWin, factor: Decimal) -> Rows:
    """The problem with all prices of a bid multiplied, written out by hand."""
    table, key, column = ("offers", "offer", "unit_price") if bid.kind == "offer" else ("packages", "package", "price")

    def row(given: dict[str, Any], price: str) -> dict[str, Any]:
        return {**given, price: Decimal(str(given[price])) * factor} if given[key] == bid.bid else given

    changed = {**rows, table: [row(each, column) for each in rows[table]]}
    if bid.kind == "offer" and "price_breaks" in rows:
        changed["price_breaks"] = [row(each, "unit_price") for each in rows["price_breaks"]]
    return changed


def has(rows: Rows, bid: PriceToWin) -> float:
    """Units that the oracle's plan gives the bid."""
    plan = solve(rows)
    return float(bid.bid in plan.packages) if bid.kind == "package" else plan.awards.get(bid.bid, 0.0)


def wrong(seed: int) -> list[str]:
    """Bids of a random problem that the oracle's plans do not treat as their price to win says."""
    rows = random_problem(seed)
    if solve(rows).status == "infeasible":
        return []
    found, step = [], Decimal("0.001")
    for each in prices_to_win(checked(rows), EXACT).bids:
        if each.factor is None or each.factor.is_endless or each.factor.high - each.factor.low > step:
            continue
        below, above = (
            has(scaled(rows, each, each.factor.low - step), each),
            has(scaled(rows, each, each.factor.high + step), each),
        )
        now = float(each.quantity)
        keeps, leaves = (below >= now * 0.999999, above < now * 0.999999) if each.wins else (below > 0, above == 0)
        if not keeps or not leaves:
            found.append(f"seed {seed}, {each.bid}: {each.factor}: {now}, below {below}, above {above}")
    return found


@pytest.mark.prove
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_bids_of_random_problems_enter_and_leave_at_their_prices(first: int) -> None:
    assert [line for seed in range(first, first + 10) for line in wrong(seed)] == []


def test_the_plan_just_below_the_price_to_win_awards_the_bid_and_costs_less() -> None:
    problem = checked(lamps(offer("Ada", 10), offer("Bea", 12, fixed_cost=150)))
    before = stand(problem, EXACT).plan.cost
    after = stand(at_factor(problem, Bid("offer", 1), Decimal("0.7")), EXACT).plan
    assert before == 1000 and after.cost == 990
    assert [award.offer for award in after.awards] == ["Bea"]


# What suppliers are told.


def three() -> PricesToWin:
    return prices_to_win(checked(lamps(offer("Ada", 10), offer("Bea", "10.4"), offer("Cem", 15))), EXACT)


def told(answer: PricesToWin, supplier: str, policy: Any) -> tuple[str, object, object]:
    (line,) = negotiation_sheet(answer, supplier, policy).lines
    return line.feedback, line.above, line.up_to


def test_nothing_is_said_unless_the_policy_says_so() -> None:
    assert negotiation_sheet(three(), "Bea").policy == "off"
    assert told(three(), "Bea", "off") == ("nothing", None, None)


def test_bands_say_roughly_how_far_a_bid_is() -> None:
    # Bea must fall from 10.40 to 10, by 3.8 %; Cem from 15 to 10, by a third.
    assert told(three(), "Bea", "bands") == ("band", Decimal("0.02"), Decimal("0.05"))
    assert told(three(), "Cem", "bands") == ("far", Decimal("0.10"), None)
    assert told(three(), "Ada", "bands") == ("leading", None, None)


def test_nothing_is_said_where_fewer_than_three_bid() -> None:
    two = prices_to_win(checked(lamps(offer("Ada", 10), offer("Bea", "10.4"))), EXACT)
    assert told(two, "Bea", "bands") == ("too few bids", None, None)
    assert told(two, "Ada", "bands") == ("too few bids", None, None)


@pytest.mark.parametrize("policy", ["off", "bands"])
def test_a_sheet_gives_away_no_rival_no_price_to_win_and_no_cost(policy: Any, tmp_path: Path) -> None:
    problem, answer = checked(lamps(offer("Ada", 10), offer("Bea", "10.4"), offer("Cem", 15))), three()
    sheet = negotiation_sheet(answer, "Bea", policy)
    written = write_sheet(sheet, problem, answer.plan, tmp_path, None)
    book = CalamineWorkbook.from_path(written)
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    text = " ".join(cells) + "".join(page.extract_text() for page in PdfReader(tmp_path / "sheet-Bea.pdf").pages)
    assert "10.40" in text
    assert not any(secret in text for secret in ("Ada", "Cem", "1000", "1,000", "10.00", "15"))
    assert ("above what would win" in text.replace("\n", " ")) == (policy == "bands")
    assert not (tmp_path / "sent.jsonl").exists()


def test_what_is_sent_is_recorded_with_its_policy_words_and_digests(tmp_path: Path) -> None:
    problem, answer = checked(lamps(offer("Ada", 10), offer("Bea", "10.4"), offer("Cem", 15))), three()
    for supplier in ("Bea", "Cem"):
        sheet = negotiation_sheet(answer, supplier, "bands")
        write_sheet(sheet, problem, answer.plan, tmp_path, datetime(2026, 2, 1, 9, tzinfo=UTC))
    first, second = map(json.loads, (tmp_path / "sent.jsonl").read_text("utf-8").splitlines())
    assert (first["sent"], first["sheet"]["policy"]) == ("2026-02-01T09:00:00+00:00", "bands")
    assert first["said"] == ["2% to 5% above what would win"] and second["sheet"]["supplier"] == "Cem"
    assert sorted(first["files"]) == ["sheet-Bea.pdf", "sheet-Bea.xlsx"]


def test_prices_are_numbers_in_the_workbook_and_no_share_is_clamped(tmp_path: Path) -> None:
    problem = checked(lamps(offer("Ada", 10), offer("Bea", 12)))
    write_page(price_page(prices_to_win(problem, EXACT), problem, "t"), tmp_path / "p.xlsx")
    losers = CalamineWorkbook.from_path(tmp_path / "p.xlsx").get_sheet_by_name("Losing bids").to_python()
    row = dict(zip(losers[0], losers[1], strict=True))
    assert (row["Currency"], row["Price"]) == ("EUR", 12.0)
    assert (row["Price to win, at least"], row["Price to win, at most"]) == pytest.approx((10, 10), abs=1e-5)
    assert (row["Less, at least"], row["Less, at most"]) == pytest.approx((1 / 6, 1 / 6), abs=1e-6)
