"""Linear programs of recovery against closed forms, to 1e-9: serial, dual, assembly and diamond networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondsource.risk.recovery import SupplyNetwork, Survival


def network(
    demand: list[float],
    price: list[float],
    sources: list[tuple[int, float] | tuple[int, float, float]],
    bom: list[tuple[int, int, float]] | None = None,
    stock: list[float] | None = None,
    open_items: tuple[int, ...] = (),
) -> SupplyNetwork:
    """A network: sources are (item, units a day, from which day on), each its own group; `open_items` need children."""
    parent, child, quantity = zip(*(bom or []), strict=True) if bom else ((), (), ())
    item = np.array([source[0] for source in sources])
    return SupplyNetwork(
        demand=np.array(demand, dtype=float),
        shortage_cost=np.array(price, dtype=float),
        stock=np.array(stock or [0.0] * len(demand), dtype=float),
        parent=np.array(parent, dtype=np.int64),
        child=np.array(child, dtype=np.int64),
        quantity=np.array(quantity, dtype=float),
        source_item=item,
        source_group=np.arange(len(sources)),
        source_rate=np.array([source[1] for source in sources], dtype=float),
        source_from=np.array([(*source, 0.0)[2] for source in sources], dtype=float),
        source_turnkey=~np.isin(item, open_items),
        source_booked=np.array([len(source) > 2 for source in sources]),
    )


def without(net: SupplyNetwork, *groups: int) -> Any:
    return np.isin(net.source_group, groups)


def exact(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


rates = st.floats(0.5, 50, allow_nan=False)


@settings(max_examples=30)
@given(rates, st.floats(1, 200), st.floats(0, 900), st.floats(1, 120))
def test_serial(demand: float, price: float, stock: float, days: float) -> None:
    """One item, one supplier: impact = f max(0, t d − stock); survived = stock / d."""
    net = network([demand], [price], [(0, demand)], stock=[stock])
    survival = Survival(net)
    assert survival.impact(without(net, 0), days).cost == exact(price * max(0.0, days * demand - stock))
    assert survival.time_to_survive(without(net, 0)) == exact(stock / demand)


@settings(max_examples=30)
@given(rates, rates, rates, st.floats(0, 400), st.floats(1, 120))
def test_dual(demand: float, first: float, second: float, stock: float, days: float) -> None:
    """Two suppliers: without the first, the second delivers what it can; what is missing is the rest."""
    net = network([demand], [3.0], [(0, first), (0, second)], stock=[stock])
    survival = Survival(net)
    gap = max(0.0, demand - second)
    assert survival.impact(without(net, 0), days).cost == exact(3.0 * max(0.0, gap * days - stock))
    assert survival.time_to_survive(without(net, 0)) == (exact(stock / gap) if gap > 0 else float("inf"))


@settings(max_examples=30)
@given(rates, st.floats(0, 300), st.floats(0, 300), st.floats(1, 60), st.integers(1, 4))
def test_assembly(demand: float, first: float, second: float, days: float, each: int) -> None:
    """A product of two parts, both lost: the greater lack counts, not the sum; stocks count in products."""
    net = network(
        [demand, 0, 0],
        [7.0, np.nan, np.nan],
        [(0, demand), (1, demand * each), (2, demand)],
        bom=[(0, 1, each), (0, 2, 1)],
        stock=[0, first, second],
        open_items=(0,),
    )
    survival = Survival(net)
    least = min(first / each, second)
    assert survival.impact(without(net, 1, 2), days).cost == exact(7.0 * max(0.0, demand * days - least))
    assert survival.time_to_survive(without(net, 1, 2)) == exact(least / demand)
    assert survival.impact(without(net, 1), days).cost == exact(7.0 * max(0.0, demand * days - first / each))


@settings(max_examples=30)
@given(rates, rates, st.floats(0, 500), st.floats(1, 60))
def test_diamond(left: float, right: float, stock: float, days: float) -> None:
    """Two products share a part below them: its loss stops both; what is in stock goes to the dearer one first."""
    net = network(
        [left, right, 0],
        [10.0, 4.0, np.nan],
        [(0, left), (1, right), (2, left + right)],
        bom=[(0, 2, 1), (1, 2, 1)],
        stock=[0, 0, stock],
        open_items=(0, 1),
    )
    survival = Survival(net)
    dear = min(stock, left * days)
    cheap = min(stock - dear, right * days)
    expected = 10.0 * (left * days - dear) + 4.0 * (right * days - cheap)
    assert survival.impact(without(net, 2), days).cost == exact(expected)
    assert survival.time_to_survive(without(net, 2)) == exact(stock / (left + right))


@settings(max_examples=30)
@given(rates, st.floats(1, 30), st.floats(31, 90), st.floats(0, 300))
def test_a_backup_delivers_from_its_bring_up_time_on_and_nobody_waits(
    demand: float, ready: float, days: float, stock: float
) -> None:
    """Until the backup is there, only the stock serves; being twice as fast later brings nothing back."""
    net = network([demand], [2.0], [(0, demand), (0, 2 * demand, ready)], stock=[stock])
    survival = Survival(net)
    assert survival.impact(without(net, 0), days).cost == exact(2.0 * max(0.0, demand * ready - stock))
    survived = survival.time_to_survive(without(net, 0))
    assert survived == (float("inf") if stock >= demand * ready * (1 - 1e-9) else exact(stock / demand))


def test_losing_nothing_costs_nothing_and_is_survived_for_good() -> None:
    net = network([10.0], [5.0], [(0, 10.0)])
    survival = Survival(net)
    assert survival.impact(without(net), 365).cost == 0
    assert survival.time_to_survive(without(net)) == float("inf")


def test_a_unit_without_a_price_is_still_kept_from_missing() -> None:
    net = network([10.0], [np.nan], [(0, 6.0), (0, 4.0)])
    found = Survival(net).impact(without(net, 0), 10)
    assert found.cost == 0 and found.missing == pytest.approx([60.0])
