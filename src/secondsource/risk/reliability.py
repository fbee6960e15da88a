"""How reliable suppliers are, from their histories, with honest uncertainty; not for what that costs.

Every record counts with ``w = 2^(−age / half-life)``; together they tell as much as ``n = max w × (Σ w)² / Σ w²`` of
today would (Kish), of which ``k = n × Σ w x / Σ w`` are events. Rates of shares: ``Beta(a + k, b + n − k)``; rates per
year, with years in place of records: ``Gamma(r + k, s + n)``; a, b, r, s come from the peers (`priors`). Contracts that
run are in no share: they only add time during which nothing has failed yet. Sums of w alone would make peers seem more
alike than they are, and intervals too narrow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.problem.histories import Histories
from secondsource.risk import priors
from secondsource.risk.priors import Beta, Gamma
from secondsource.risk.quantiles import beta_quantile, gamma_quantile
from secondsource.risk.records import Records, records
from secondsource.risk.survival import Curve, kaplan_meier

LOW, HIGH = 0.05, 0.95
HALF_LIFE = 730.0
"""Days after which a record counts half, unless told."""
WINDOW = 5 * 365.0
"""Days that a record counts at all."""
SHARES = ("on_time", "sound", "kept")
"""Kinds of rates that are shares of what went well."""
FEWEST_TIMES = 5
"""Ends that a supplier must have for a curve of its own; else its curve is that of all."""


@dataclass(frozen=True)
class Rate:
    """A rate of one supplier with its 90 % interval.

    Attributes
    ----------
    mean, low, high
        The rate, and the limits below and above which it lies with 5 % each.
    count
        Observations behind it, not decayed: deliveries, units, contracts, or contract-years.
    events
        How many of them were late, defective, terminated, complained of.
    weight
        Observations of today that would tell as much.
    contracts
        The contracts behind it.
    """

    mean: float
    low: float
    high: float
    count: float
    events: float
    weight: float
    contracts: tuple[str, ...]


@dataclass(frozen=True)
class Period:
    """The share on time in one calendar year; None where nothing fell due."""

    year: int
    on_time: float | None
    count: int


@dataclass(frozen=True)
class Reliability:
    """What one supplier's history says.

    Attributes
    ----------
    on_time, sound, kept
        Shares of deliveries on time, of units without defect, and of ended contracts that were completed; None where
        nothing of the kind was decided in the window: no work, no score.
    complaints, failures
        Complaints and terminations for its failure per contract-year.
    failure_probability
        That a contract of it is terminated within `horizon_years`, mean over the rate; with its 90 % interval.
    delay_days
        Mean delay of its deliveries in days, what has not come counting as at least so late; None without deliveries.
    recovery_share
        Mean time from a termination to the next delivery, as a share of the horizon.
    score
        The lower bound of on time × sound × kept: suppliers are ranked by it. What is not known of a supplier counts as
        its peers' spread leaves it; None where nothing is.
    waiting
        Deliveries not yet due and contracts that run: in no share.
    peers, parent
        The group whose spread is its prior, and the firm that owns it ("" where it is not known).
    """

    supplier: str
    peers: str
    parent: str
    on_time: Rate | None
    sound: Rate | None
    kept: Rate | None
    complaints: Rate | None
    failures: Rate | None
    failure_probability: tuple[float, float, float]
    delay_days: float | None
    recovery_share: float
    score: float | None
    waiting: int
    periods: tuple[Period, ...]


@dataclass(frozen=True)
class Scores:
    """All suppliers, the most reliable first; those without a score last.

    Attributes
    ----------
    half_life
        Days after which a record counts half; infinite for no decay.
    delay, lasting, recovery
        Curves over all suppliers: days late, days until a contract breaks, days until somebody delivers again.
    """

    suppliers: tuple[Reliability, ...]
    half_life: float
    horizon_years: float
    delay: Curve
    lasting: Curve
    recovery: Curve


@dataclass(frozen=True, eq=False)
class Counts:
    """Events and observations of each supplier, as much as they tell and plain, `(suppliers,)` each."""

    events: Floats
    weight: Floats
    plain_events: Floats
    plain: Floats


def score(histories: Histories, *, horizon_years: float = 1.0, half_life: float = HALF_LIFE) -> Scores:
    """Return what the histories say of each supplier on their day.

    Parameters
    ----------
    horizon_years
        Time over which `failure_probability` and `recovery_share` are meant.
    half_life
        Days after which a record counts half; infinite for no decay.
    """
    known = records(histories)
    delay = kaplan_meier(known.handed_delay, known.handed_came)
    lasting = kaplan_meier(known.lasted, known.lasted_broke)
    recovery = kaplan_meier(known.recovery, known.recovery_over)
    rates, peers_low = _rates(known, half_life)
    failing = _failing(known, half_life, horizon_years)
    longest = recovery.mean() if len(known.recovery) else 365.0 * horizon_years
    found = []
    for row, name in enumerate(known.suppliers):
        own = {kind: of[row] for kind, of in rates.items()}
        known_shares = [kind for kind in SHARES if own[kind] is not None]
        bounds = [peers_low[kind][row] for kind in SHARES]
        found.append(
            Reliability(
                supplier=name,
                peers=known.peers[row],
                parent=histories.parents.get(name, ""),
                **own,
                failure_probability=failing[row],
                delay_days=_mean_delay(known, row, delay),
                recovery_share=_recovery(known, row, longest, horizon_years),
                score=float(np.prod(bounds)) if known_shares else None,
                waiting=int(known.waiting[row]),
                periods=_periods(known, row),
            )
        )
    found.sort(key=lambda each: (each.score is None, -(each.score or 0.0), each.supplier))
    return Scores(tuple(found), half_life, horizon_years, delay, lasting, recovery)


def decay(age: Floats, half_life: float) -> Floats:
    """Return the weight of records of an age in days: a half after each half-life, nothing beyond the window."""
    return np.where(age <= WINDOW, 0.5 ** (age / half_life), 0.0)


def counts(supplier: Integers, age: Floats, events: Floats, size: Floats, n: int, half_life: float) -> Counts:
    """Return how many `events` out of `size` each supplier has, as much as they tell and plain (within the window)."""
    weight, inside = decay(age, half_life), (age <= WINDOW).astype(np.float64)

    def total(values: Floats) -> Floats:
        return np.bincount(supplier, weights=values, minlength=n).astype(np.float64)

    whole, newest = total(weight * size), np.zeros(n)
    np.maximum.at(newest, supplier[size > 0], weight[size > 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        told = np.where(whole > 0, newest * whole**2 / total(weight**2 * size), 0.0)
        rate = np.where(whole > 0, total(weight * events) / whole, 0.0)
    return Counts(told * rate, told, total(inside * events), total(inside * size))


def beta_priors(peers: tuple[str, ...], found: Counts) -> list[Beta]:
    """Return the prior of each supplier: of its peers where enough of them have a record, else of all."""
    return _priors(peers, found, priors.fit_beta)


def _priors(peers: tuple[str, ...], found: Counts, fit: Callable[[Floats, Floats], Any]) -> list[Any]:
    groups = np.array(peers)
    everyone = fit(found.events, found.weight)
    own: dict[str, Any] = {}
    for group in set(peers):
        members = groups == group
        enough = (found.weight[members] > 0).sum() >= priors.FEWEST
        own[group] = fit(found.events[members], found.weight[members]) if enough else everyone
    return [own[group] for group in peers]


def _rates(known: Records, half_life: float) -> tuple[dict[str, list[Rate | None]], dict[str, Floats]]:
    """The rates of every supplier by kind (shares are of what went well), and the lower bounds of the shares."""
    n, one = len(known.suppliers), np.ones
    late = counts(
        known.handed_supplier,
        known.handed_age,
        known.handed_late.astype(float),
        one(len(known.handed_age)),
        n,
        half_life,
    )
    clumping = clumps(known)
    bad = counts(known.units_supplier, known.units_age, known.units_defective, known.units, n, half_life)
    bad = Counts(bad.events / clumping, bad.weight / clumping, bad.plain_events, bad.plain)
    broken = counts(
        known.ended_supplier, known.ended_age, known.ended_badly.astype(float), one(len(known.ended_age)), n, half_life
    )
    inside = {
        "on_time": (known.handed_supplier, known.handed_contract, known.handed_age),
        "sound": (known.units_supplier, known.units_contract, known.units_age),
        "kept": (known.ended_supplier, known.ended_contract, known.ended_age),
        "complaints": (known.years_supplier, known.years_contract, known.years_age),
        "failures": (known.years_supplier, known.years_contract, known.years_age),
    }
    behind = {kind: _behind(known, *columns) for kind, columns in inside.items()}
    shares = {"on_time": late, "sound": bad, "kept": broken}
    rates, bounds = {}, {}
    for kind, found in shares.items():
        rates[kind], bounds[kind] = _shares(known.peers, found, behind[kind])
    for kind, events in (("complaints", known.years_complaints), ("failures", known.years_failed)):
        found = counts(known.years_supplier, known.years_age, events, known.years, n, half_life)
        rates[kind] = _per_year(known.peers, found, behind[kind])
    return rates, bounds


def clumps(known: Records) -> float:
    """Return how much defects come in clumps: the spread of deliveries' rates within suppliers over that of chance.

    Pearson's ``φ = Σ (k − n p)² / (n p (1 − p)) / df``, at least 1; as many units tell only as much as n / φ would.
    """
    n = len(known.suppliers)
    k, size, who = known.units_defective, known.units, known.units_supplier
    total = np.bincount(who, weights=size, minlength=n)
    rate = np.bincount(who, weights=k, minlength=n) / np.maximum(total, 1e-12)
    expected = size * rate[who]
    variance = expected * (1.0 - rate[who])
    told = variance > 1e-12
    freedom = told.sum() - len(np.unique(who[told]))
    if freedom < 1:
        return 1.0
    return float(max(1.0, ((k - expected)[told] ** 2 / variance[told]).sum() / freedom))


def _behind(known: Records, supplier: Integers, contract: Integers, age: Floats) -> list[tuple[str, ...]]:
    """The contracts behind each supplier's rate."""
    found: list[dict[str, None]] = [{} for _name in known.suppliers]
    for row in np.flatnonzero(age <= WINDOW).tolist():
        found[int(supplier[row])][known.contract_names[int(contract[row])]] = None
    return [tuple(each) for each in found]


def _shares(peers: tuple[str, ...], found: Counts, behind: list[tuple[str, ...]]) -> tuple[list[Rate | None], Floats]:
    """Shares that went well, from counts of what did not, and their lower bounds, also where nothing is known."""
    prior = np.array(beta_priors(peers, found))
    bad, good = prior[:, 0] + found.events, prior[:, 1] + found.weight - found.events
    low, high = beta_quantile(LOW, good, bad), beta_quantile(HIGH, good, bad)
    return _as_rates(good / (good + bad), low, high, found, behind), low


def _per_year(peers: tuple[str, ...], found: Counts, behind: list[tuple[str, ...]]) -> list[Rate | None]:
    prior: list[Gamma] = _priors(peers, found, priors.fit_gamma)
    shape, years = (np.array([each[k] for each in prior]) for k in range(2))
    shape, years = shape + found.events, years + found.weight
    low, high = gamma_quantile(LOW, shape, years), gamma_quantile(HIGH, shape, years)
    return _as_rates(shape / years, low, high, found, behind)


def _as_rates(
    mean: Floats, low: Floats, high: Floats, found: Counts, behind: list[tuple[str, ...]]
) -> list[Rate | None]:
    figures = (mean, low, high, found.plain, found.plain_events, found.weight)
    rows = zip(*(figure.tolist() for figure in figures), behind, strict=True)
    return [Rate(*row) if count > 0 else None for row, count in zip(rows, found.plain, strict=True)]


def _failing(known: Records, half_life: float, horizon: float) -> list[tuple[float, float, float]]:
    """Probability that the supplier fails within the horizon: mean, and limits from those of its rate.

    ``1 − E exp(−λ T) = 1 − (s / (s + T))^r``. Contracts of one time are one time: a supplier is at work or not.
    """
    n = len(known.suppliers)
    found = counts(known.years_supplier, known.years_age, known.years_failed, _at_work(known), n, half_life)
    prior: list[Gamma] = _priors(known.peers, found, priors.fit_gamma)
    shape, years = (np.array([each[k] for each in prior]) for k in range(2))
    shape, years = shape + found.events, years + found.weight
    mean = 1.0 - (years / (years + horizon)) ** shape
    low, high = (1.0 - np.exp(-gamma_quantile(level, shape, years) * horizon) for level in (LOW, HIGH))
    return [(float(mean[row]), float(low[row]), float(high[row])) for row in range(n)]


def _at_work(known: Records) -> Floats:
    """Years of each contract that no other contract of its supplier covers as well, the longest-lived first."""
    alone = np.zeros(len(known.years))
    stop = -known.years_age
    start = stop - known.years * 365.0
    order = np.lexsort((start, known.years_supplier))
    reached, who = -np.inf, -1
    for row in order.tolist():
        if known.years_supplier[row] != who:
            who, reached = int(known.years_supplier[row]), -np.inf
        alone[row] = max(0.0, stop[row] - max(start[row], reached)) / 365.0
        reached = max(reached, stop[row])
    return alone


def _mean_delay(known: Records, row: int, everyone: Curve) -> float | None:
    mine = known.handed_supplier == row
    if not mine.any():
        return None
    own = kaplan_meier(known.handed_delay[mine], known.handed_came[mine])
    enough = bool(known.handed_came[mine].sum() >= FEWEST_TIMES)
    return own.mean() if enough else everyone.mean()


def _recovery(known: Records, row: int, longest: float, horizon: float) -> float:
    mine: Booleans = known.recovery_supplier == row
    own = kaplan_meier(known.recovery[mine], known.recovery_over[mine])
    days = own.mean() if known.recovery_over[mine].sum() >= FEWEST_TIMES else longest
    return float(min(1.0, days / (365.0 * horizon)))


def _periods(known: Records, row: int) -> tuple[Period, ...]:
    """Share on time by calendar year, from the first with work to the last; none for a year without."""
    mine = known.handed_supplier == row
    if not mine.any():
        return ()
    years, late = known.handed_year[mine], known.handed_late[mine]
    found = []
    for year in range(int(years.min()), int(years.max()) + 1):
        count = int((years == year).sum())
        share = 1.0 - float(late[years == year].mean()) if count else None
        found.append(Period(year, share, count))
    return tuple(found)
