"""Value at risk and its tail mean: worked cases with split atoms, and properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondsource.risk.concentration import concentration
from secondsource.risk.tail import exact_tail, tail_mean, value_at_risk


def test_a_loss_that_straddles_the_level_is_split() -> None:
    # Ten of 30 points are 100: the worst half is 15 points, 10 of 100 and 5 of 0. "Mean of losses ≥ VaR" says 33.3.
    losses = np.array([0.0] * 20 + [100.0] * 10)
    assert [value_at_risk(losses, 0.5), tail_mean(losses, 0.5)] == pytest.approx([0.0, 1000 / 15])


def test_two_outcomes_by_hand() -> None:
    # 5 % lose 100: the worst tenth is 5 % of 100 and 5 % of 0.
    assert exact_tail(np.array([0.0, 100.0]), np.array([0.95, 0.05]), 0.9) == pytest.approx((0.0, 50))
    assert exact_tail(np.array([0.0, 100.0]), np.array([0.95, 0.05]), 0.96) == pytest.approx((100.0, 100))
    assert exact_tail(np.array([0.0, 100.0]), np.array([0.95, 0.05]), 0.95) == pytest.approx((0.0, 100))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.sampled_from([0.0, 0.25, 0.5, 0.9, 0.99]))
def test_equally_likely_losses_and_their_distribution_say_the_same(losses: list[int], level: float) -> None:
    ordered = np.sort(np.array(losses, dtype=float))
    var, mean = exact_tail(ordered, np.full(len(ordered), 1 / len(ordered)), level)
    assert value_at_risk(ordered, level) == var
    assert tail_mean(ordered, level) == pytest.approx(mean)
    # Rockafellar and Uryasev: the tail mean is the least of z + E max(0, L − z) / (1 − a) over z.
    least = min(z + np.maximum(ordered - z, 0).mean() / (1 - level) for z in ordered)
    assert tail_mean(ordered, level) == pytest.approx(least)
    assert tail_mean(ordered, level) >= max(var, ordered.mean()) - 1e-9


def test_a_level_of_1_is_refused() -> None:
    with pytest.raises(ValueError, match="no level"):
        tail_mean(np.array([1.0]), 1.0)


def test_the_effective_number_by_hand() -> None:
    found = concentration([0.26] * 1 + [0.0] + [0.74 / 3] * 3)
    assert found is not None and found.count == 4
    # An index of 2,600 stands for 3.846 equal shares.
    figure = concentration([4, 3, 2, 1])
    assert figure is not None and figure.index == 3000 and figure.effective == pytest.approx(10 / 3)
    assert concentration([0, 0]) is None
