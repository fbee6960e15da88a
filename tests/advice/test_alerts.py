"""What an alert is worth, by closed form against simulation, and when it is spoken; back-tests on made-up histories."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondsource.advice.alerts import PriceToWin, Said, _lowest, alerts, is_spoken, price_to_win, worth_of_event
from secondsource.language import _
from secondsource.market.needs import Need
from secondsource.market.outlook import Outlook, Price, Standing
from secondsource.market.watch import Finding
from tests.market import histories

TODAY = date(2026, 6, 1)
NEED = Need("n", category="1", supplier="F", unit_price=10.0, unit="u", priced_on=date(2025, 1, 1), volume=1_000.0,
            event_cost=500.0, switch_cost=1_000.0)  # fmt: skip
NOTICE = Finding("notice", "n", "F", _("Notice is due."))


def prices(before: float, after: float, count: int = 9) -> tuple[Price, ...]:
    """Comparable prices around a level in the year before today's price was agreed, and around one since."""
    spread = [0.9 + 0.2 * k / (count - 1) for k in range(count)]
    old = [Price(date(2024, 6, 1) + timedelta(days=k), before * each, "X") for k, each in enumerate(spread)]
    new = [Price(date(2026, 1, 1) + timedelta(days=k), after * each, "X") for k, each in enumerate(spread)]
    return (*old, *new)


def test_the_worth_of_an_event_is_what_simulation_says() -> None:
    expected = PriceToWin(math.log(9.5), 0.15**2, 20)
    chance = random.Random(1)
    strike = 10.0 - 1_000 / 1_000
    outcomes = [max(0.0, strike - math.exp(chance.gauss(math.log(9.5), 0.15))) for _k in range(200_000)]
    simulated = 1_000 * sum(outcomes) / len(outcomes) - 500
    assert worth_of_event(NEED, expected).expected == pytest.approx(simulated, abs=5)


def test_a_dear_outcome_costs_the_event_and_nothing_more() -> None:
    worth = worth_of_event(NEED, PriceToWin(math.log(100.0), 0.01, 20))
    assert [worth.expected, worth.low, worth.high] == pytest.approx([-500.0] * 3)


def test_a_certain_outcome_is_plain_arithmetic() -> None:
    """(10 − 1 − 8) × 1,000 − 500 = 500."""
    worth = worth_of_event(NEED, PriceToWin(math.log(8.0), 1e-12, 20))
    assert [worth.low, worth.expected, worth.high] == pytest.approx([500.0, 500.0, 500.0], abs=0.1)


@settings(max_examples=60)
@given(st.floats(5, 20), st.floats(0.01, 0.5), st.floats(0, 3_000), st.floats(0, 3_000))
def test_more_cost_is_never_worth_more_and_the_interval_is_in_order(
    price: float, deviation: float, event: float, switch: float
) -> None:
    need = Need(**{**vars(NEED), "event_cost": event, "switch_cost": switch})
    dearer = Need(**{**vars(NEED), "event_cost": event + 100, "switch_cost": switch + 100})
    expected = PriceToWin(math.log(price), deviation**2, 10)
    worth = worth_of_event(need, expected)
    assert worth.low <= worth.high
    assert worth_of_event(dearer, expected).expected <= worth.expected - 100 + 1e-6
    assert worth.expected >= -event - 1e-6


def test_the_lowest_of_several_bids_is_lower_the_more_there_are() -> None:
    chance = random.Random(2)
    simulated = sum(math.exp(min(chance.gauss(0, 0.2) for _b in range(4))) for _k in range(50_000)) / 50_000
    assert _lowest(4, 0.2) == pytest.approx(simulated, rel=0.003)
    assert _lowest(5, 0.2) < _lowest(4, 0.2) < _lowest(1, 0.2)


def test_a_falling_market_draws_the_expected_price_down_and_half_of_ones_own_distance_stays() -> None:
    """Agreed at the level of 10; it is 8 now, so 8 is expected. Agreed at 12 beside 10: half of ln 1.2 stays."""
    now = Outlook(prices(10, 8))
    at_level = price_to_win(NEED, now, 0, TODAY)
    above = price_to_win(Need(**{**vars(NEED), "unit_price": 12.0}), now, 0, TODAY)
    assert at_level is not None and above is not None
    assert math.exp(at_level.mean) == pytest.approx(8.0)
    assert math.exp(above.mean) == pytest.approx(8.0 * 1.2**0.5)
    newcomer = price_to_win(NEED, now, 1, TODAY)
    assert newcomer is not None and newcomer.mean < at_level.mean


def test_without_comparable_prices_nothing_is_made_up() -> None:
    (alert,) = alerts(NEED, [NOTICE], Outlook(), TODAY)
    assert alert.worth is None and alert.pressing  # a notice date that passes cannot be had back
    (alert,) = alerts(NEED, [Finding("newcomer", "n", "X", _("A firm is new."))], Outlook(), TODAY)
    assert not is_spoken(alert, None, 1_000, TODAY)


def test_a_contract_that_binds_is_left_alone_until_an_event_could_change_it() -> None:
    bound = Need(**{**vars(NEED), "ends": date(2028, 1, 1), "notice_days": 60})
    assert alerts(bound, [NOTICE], Outlook(prices(10, 7)), TODAY) == []


def test_a_supplier_that_got_worse_is_worth_what_its_failure_costs_times_how_much_likelier_it_is() -> None:
    """4,000 × (0.15 − 0.05) = 400, where a failure costs 4,000."""
    figures = {"before": 0.05, "after": 0.15, "contracts": 10.0}
    need = Need(**{**vars(NEED), "failure_cost": 4_000.0})
    (alert,) = alerts(need, [Finding("worse", "n", "F", _("It failed."), figures)], Outlook(), TODAY)
    assert alert.worth is not None and alert.worth.expected == pytest.approx(400.0)
    assert alert.worth.low <= 400 <= alert.worth.high
    assert not alert.pressing
    (listed,) = alerts(
        need, [Finding("worse", "n", "F", _("On a list."), {**figures, "listed": 1.0})], Outlook(), TODAY
    )
    assert is_spoken(listed, None, 1e9, TODAY)
    assert listed.worth is None and "4,000" in str(listed.basis[0])  # nobody knows yet whether it is


def test_a_stale_backup_is_worth_both_failing_at_once() -> None:
    """0.05 × (1 − 0.85²) × 4,000 = 55.5 after two years without a sign."""
    need = Need(**{**vars(NEED), "failure_cost": 4_000.0, "backups": ("B",)})
    stale = Finding("stale", "n", "B", _("Nothing was seen."), {"days": 730.0})
    (alert,) = alerts(need, [stale], Outlook(standings={"B": Standing("B", "B")}), TODAY)
    assert alert.worth is not None and alert.worth.expected == pytest.approx(55.5)


def test_an_alert_is_spoken_once_and_again_only_for_a_reason() -> None:
    (alert,) = alerts(NEED, [NOTICE], Outlook(prices(10, 7)), TODAY)
    assert alert.worth is not None
    worth = alert.worth.expected
    assert worth > 1_000 and is_spoken(alert, None, 1_000, TODAY)
    assert not is_spoken(alert, None, worth + 1, TODAY)  # below the threshold: silent
    spoken = Said(worth, frozenset({"notice"}))
    assert not is_spoken(alert, spoken, 1_000, TODAY)
    assert is_spoken(alert, Said(worth / 1.6, frozenset({"notice"})), 1_000, TODAY)  # it grew by half
    assert is_spoken(alert, Said(worth, frozenset({"price"})), 1_000, TODAY)  # another kind of reason
    assert not is_spoken(alert, Said(worth / 1.6, frozenset({"notice"}), dismissed=True), 1_000, TODAY)
    assert is_spoken(alert, Said(worth / 2.1, frozenset({"notice"}), dismissed=True), 1_000, TODAY)
    snoozed = Said(worth, frozenset({"notice"}), snoozed=TODAY + timedelta(days=5))
    assert not is_spoken(alert, snoozed, 1_000, TODAY)
    assert is_spoken(alert, snoozed, 1_000, TODAY + timedelta(days=5))


@pytest.mark.slow
@pytest.mark.parametrize("drift", [-0.004, 0.0, 0.004])
def test_on_made_up_histories_fewer_alerts_catch_more(drift: float) -> None:
    """Against a watcher that speaks of every finding, and a calendar that leads to an event before each notice."""
    total = {name: histories.Outcome() for name in ("ours", "naive", "calendar", "best")}
    for seed in range(100, 124):
        past = histories.history(seed, drift)
        scale = (0.1, 0.3, 1.0, 3.0)[seed % 4]
        total["ours"] += histories.follow(past, histories.ours(1_000), scale)
        total["naive"] += histories.follow(past, histories.naive, scale)
        total["calendar"] += histories.follow(past, histories.at_every_notice, scale)
        total["best"] += histories.best_possible(past, scale)
    assert total["ours"].saved > max(total["naive"].saved, total["calendar"].saved)
    assert total["ours"].alerts < total["naive"].alerts / 3
    assert total["ours"].events < total["calendar"].events
    assert total["ours"].saved <= total["best"].saved
