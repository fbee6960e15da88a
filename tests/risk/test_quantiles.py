"""Quantiles and priors against scipy and against data whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from secondsource.risk.priors import WEAK_BETA, fit_beta, fit_gamma
from secondsource.risk.quantiles import beta_below, beta_quantile, gamma_below, gamma_quantile

PARAMETERS = [(0.5, 0.5), (1, 1), (0.3, 7), (9, 1), (50, 3), (3000, 1500), (1e4, 2)]


@pytest.mark.parametrize("level", [0.05, 0.5, 0.95])
def test_beta_quantiles_are_those_of_scipy(level: float) -> None:
    a, b = np.array(PARAMETERS, dtype=float).T
    assert beta_quantile(level, a, b) == pytest.approx(stats.beta.ppf(level, a, b), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("level", [0.05, 0.5, 0.95])
def test_gamma_quantiles_are_those_of_scipy(level: float) -> None:
    shape, rate = np.array([(0.2, 1), (0.5, 3), (1, 1), (7.3, 0.1), (250, 12), (9000, 2)], dtype=float).T
    expected = stats.gamma.ppf(level, shape, scale=1 / rate)
    assert gamma_quantile(level, shape, rate) == pytest.approx(expected, rel=1e-8, abs=1e-12)


def test_the_probabilities_end_at_0_and_1() -> None:
    assert (beta_below(2, 3, 0.0), beta_below(2, 3, 1.0), gamma_below(2, 0.0)) == (0.0, 1.0, 0.0)


def test_a_prior_finds_the_spread_that_the_suppliers_were_drawn_from() -> None:
    random = np.random.default_rng(3)
    n = random.integers(5, 50, 3000)
    k = random.binomial(n, random.beta(3, 12, 3000))
    prior = fit_beta(k.astype(float), n.astype(float))
    assert prior.a / (prior.a + prior.b) == pytest.approx(0.2, abs=0.01)
    assert prior.a + prior.b == pytest.approx(15, rel=0.15)


def test_a_prior_for_events_a_year_finds_it_too() -> None:
    random = np.random.default_rng(4)
    years = random.uniform(1, 6, 3000)
    events = random.poisson(random.gamma(2.0, 0.25, 3000) * years)
    prior = fit_gamma(events.astype(float), years)
    assert prior.shape / prior.years == pytest.approx(0.5, rel=0.05)
    assert prior.shape == pytest.approx(2.0, rel=0.2)


def test_too_few_suppliers_leave_a_weak_prior() -> None:
    assert fit_beta(np.array([1.0, 0.0, 0.0]), np.array([3.0, 5.0, 0.0])) == WEAK_BETA
