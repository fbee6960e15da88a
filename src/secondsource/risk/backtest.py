"""Whether the scores would have told: fitted to what was known on a past day, held against what came after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.problem.histories import Histories
from secondsource.risk.quantiles import beta_quantile
from secondsource.risk.records import Records, records
from secondsource.risk.reliability import HALF_LIFE, HIGH, LOW, Counts, beta_priors, counts

HALF_LIVES = (365.0, HALF_LIFE, 1460.0, float("inf"))
"""Days that are tried where the histories choose."""
BETTER_BY = 2.0
"""How much likelier (on the logarithm's scale) what came after must be for another half-life than the usual one."""
BINS = 10


@dataclass(frozen=True)
class Backtest:
    """How forecasts of being on time did against what came after.

    Attributes
    ----------
    split
        Day on which the forecasts are made.
    deliveries, suppliers
        That came after and were forecast.
    brier, brier_raw, brier_mean
        Mean squared error of the forecasts, of each supplier's plain rate (that of all where it has none), and of the
        rate of all.
    log_likelihood
        Of what came after, under the forecasts.
    calibration_error
        Mean distance of forecast and outcome over ten bins of forecasts, weighted by deliveries.
    coverage
        Share of suppliers whose rate afterwards, as far as its own noise allows, lay in the 90 % interval.
    """

    split: str
    deliveries: int
    suppliers: int
    brier: float
    brier_raw: float
    brier_mean: float
    log_likelihood: float
    calibration_error: float
    coverage: float


@dataclass(frozen=True, eq=False)
class Split:
    """What was known on a day, and what came after of suppliers that were known: who, and whether on time."""

    before: Records
    who: Integers
    came: Floats


def split(histories: Histories, days: int = 365) -> Split | None:
    """Return the histories split `days` before their end; None where there is nothing before or nothing after."""
    before, after = records(histories, histories.as_of - timedelta(days=days)), records(histories)
    known = {name: row for row, name in enumerate(before.suppliers)}
    decided = set(before.handed_names)
    fresh = np.array([name not in decided for name in after.handed_names], dtype=np.bool_)
    place = np.array([known.get(name, -1) for name in after.suppliers], dtype=np.int64)
    who = place[after.handed_supplier]
    take = fresh & (who >= 0)
    if not take.any() or not len(before.handed_supplier):
        return None
    return Split(before, who[take], 1.0 - after.handed_late[take].astype(float))


def _forecast(given: Split, half_life: float) -> tuple[Floats, Floats, Counts]:
    """What good and bad deliveries stand for in each supplier's forecast, and what it rests on."""
    known, n = given.before, len(given.before.suppliers)
    late, one = known.handed_late.astype(float), np.ones(len(known.handed_age))
    found = counts(known.handed_supplier, known.handed_age, late, one, n, half_life)
    prior = np.array(beta_priors(known.peers, found))
    return prior[:, 1] + found.weight - found.events, prior[:, 0] + found.events, found


def backtest(histories: Histories, *, days: int = 365, half_life: float = HALF_LIFE, seed: int = 1) -> Backtest | None:
    """Return how the forecasts made `days` before the end did; None where there is nothing before or nothing after."""
    given = split(histories, days)
    if given is None:
        return None
    good, bad, found = _forecast(given, half_life)
    who, came = given.who, given.came
    forecast = (good / (good + bad))[who]
    overall = 1.0 - given.before.handed_late.mean()
    raw = np.where(found.plain > 0, 1.0 - found.plain_events / np.maximum(found.plain, 1.0), overall)[who]
    return Backtest(
        split=given.before.as_of.isoformat(),
        deliveries=len(came),
        suppliers=len(np.unique(who)),
        brier=float(((forecast - came) ** 2).mean()),
        brier_raw=float(((raw - came) ** 2).mean()),
        brier_mean=float(((overall - came) ** 2).mean()),
        log_likelihood=_log_likelihood(forecast, came),
        calibration_error=_calibration(forecast, came),
        coverage=_coverage(good, bad, who, came, seed),
    )


def _log_likelihood(forecast: Floats, came: Floats) -> float:
    clipped = np.clip(forecast, 1e-9, 1 - 1e-9)
    return float((came * np.log(clipped) + (1 - came) * np.log1p(-clipped)).sum())


def choose_half_life(histories: Histories) -> float:
    """Return the half-life under which what came in the last year was likeliest; the usual one unless beaten."""
    given = split(histories)
    if given is None:
        return HALF_LIFE
    likely = {}
    for each in HALF_LIVES:
        good, bad, _found = _forecast(given, each)
        likely[each] = _log_likelihood((good / (good + bad))[given.who], given.came)
    best = max(likely, key=lambda each: likely[each])
    return best if likely[best] > likely[HALF_LIFE] + BETTER_BY else HALF_LIFE


def _calibration(forecast: Floats, came: Floats) -> float:
    bins = np.minimum((forecast * BINS).astype(np.int64), BINS - 1)
    size = np.bincount(bins, minlength=BINS)
    gap = np.abs(np.bincount(bins, weights=forecast - came, minlength=BINS))
    return float(gap.sum() / size.sum())


def _coverage(good: Floats, bad: Floats, who: Integers, came: Floats, seed: int) -> float:
    """Share of suppliers whose later count lies where the forecast puts 90 % of it, ends split at random."""
    random = np.random.default_rng(seed)
    inside = []
    for supplier in np.unique(who).tolist():
        count = int((who == supplier).sum())
        kept = came[who == supplier].sum()
        draws = random.binomial(count, random.beta(good[supplier], bad[supplier], 4000))
        place = (draws < kept).mean() + random.random() * (draws == kept).mean()
        inside.append(LOW <= place <= HIGH)
    return float(np.mean(inside))


def covers(good: Floats, bad: Floats, truth: Floats) -> Booleans:
    """Return whether known true rates lie in the 90 % intervals, `(suppliers,)`; for tests of calibration."""
    return (beta_quantile(LOW, good, bad) <= truth) & (truth <= beta_quantile(HIGH, good, bad))
