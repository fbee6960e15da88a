"""Published textbook examples, to the digits printed: stock and sources where supply is disrupted."""

from __future__ import annotations

import numpy as np
import pytest

from secondsource.risk.stock import base_stock, cost_of_sources, order_quantity


def test_snyder_and_shen_example_9_1_as_stockpyl_prints_it() -> None:
    """stockpyl's documentation, `eoq_with_disruptions` (supply_uncertainty), LarrySnyder/stockpyl: 772.811, 173.950."""
    found = order_quantity(8, 0.225, 5, 1300, 1.5, 14)
    assert (round(found.quantity, 3), round(found.cost, 3)) == (772.811, 173.950)


def test_without_disruptions_it_is_the_economic_order_quantity() -> None:
    found = order_quantity(8, 0.225, 5, 1300, 1e-9, 14)
    assert found.quantity == pytest.approx(np.sqrt(2 * 8 * 1300 / 0.225), rel=1e-4)
    assert found.cost == pytest.approx(np.sqrt(2 * 8 * 1300 * 0.225), rel=1e-6)


def test_snyder_and_shen_example_9_3_as_stockpyl_prints_it() -> None:
    """stockpyl's documentation, `newsvendor_with_disruptions` (supply_uncertainty): 8000, 2737.069."""
    found = base_stock(0.25, 3, 2000, 0.04, 0.25)
    assert (found.quantity, round(found.cost, 3)) == (8000, 2737.069)


def test_the_base_stock_costs_what_a_simulated_chain_costs() -> None:
    random, down, costs = np.random.default_rng(5), 0, []
    draws = random.random(400_000)
    for draw in draws.tolist():
        down = (down + 1 if draw >= 0.25 else 0) if down else int(draw < 0.04)
        over = 8000 - (down + 1) * 2000
        costs.append(0.25 * max(over, 0) + 3 * max(-over, 0))
    assert np.mean(costs) == pytest.approx(2737.069, rel=0.03)


def test_two_suppliers_are_best_for_witt_input_devices() -> None:
    """Heizer and Render, Operations Management, supplement 11 (after Berger and others): 46,400, 42,970, 57,048.50."""
    costs = [cost_of_sources(n, 0.03, 0.05, 400_000, 15_000) for n in (1, 2, 3)]
    assert costs == pytest.approx([46_400, 42_970, 57_048.50])
    assert min(costs) == costs[1]
