"""How many firms nobody has told us of: capture and recapture over sources; not for finding them.

A source that reads a part of the market catches some of its firms. From how many were caught by one source, two, … the
number that none caught is estimated, in two ways:

    Chao's lower bound      f₀ ≥ (t − 1)/t · f₁² / (2 f₂),  or (t − 1)/t · f₁ (f₁ − 1)/2 where f₂ = 0
    log-linear models       ln μ_h = a + Σ_{j in h} b_j + Σ_{pairs in h} c_jk,   f₀ = exp(a)

f_k firms caught by exactly k of t sources; μ_h those expected to be caught by exactly the sources of h. Sources that
copy each other, or that reach different firms, are the terms c; firms that all sources find more easily than others are
Darroch's term. The models whose AIC is near the least are averaged, and their intervals (profiles of the likelihood)
joined; Chao's interval takes f₀ as log-normal.

References: Chao (1987), doi:10.2307/2531532; Fienberg (1972), doi:10.1093/biomet/59.3.591; Cormack (1992),
doi:10.2307/2532311; Rivest and Lévesque (2001).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import duckdb
import numpy as np

from secondsource.language import Message, _, plural
from secondsource.market.index import digits
from secondsource.market.places import Places
from secondsource.market.search import search

Z = 1.959964  # both intervals hold with probability 0.95
CHI_SQUARED = 3.841459  # the 0.95 quantile of chi-squared with one degree of freedom
NEAR = 2.0  # models whose AIC is within so much of the least one count too
MOST_PAIRS = 2
ENOUGH = 0.9  # share of the market known from which another source is hardly worth reading


@dataclass(frozen=True)
class Estimate:
    """How many firms there are, the known ones included, and the interval that holds it with probability 0.95."""

    method: str
    total: float
    low: float
    high: float


@dataclass(frozen=True)
class Unseen:
    """What is known of a need, and what sources say of the rest.

    Attributes
    ----------
    by_source
        Firms that each source tells of.
    chao, loglinear
        None where they cannot be had: fewer than two sources, or no firm that two sources tell of.
    """

    known: int
    by_source: Mapping[str, int]
    shared: int
    chao: Estimate | None
    loglinear: Estimate | None

    @property
    def best(self) -> Estimate | None:
        """The estimate that is told: log-linear for three sources and more, Chao's for two."""
        return self.loglinear if self.loglinear is not None and len(self.by_source) > 2 else self.chao

    def said(self) -> Message:
        """Return in plain words how much is unseen."""
        if len(self.by_source) < 2:
            return plural("We know {count} firm, from one source: nothing says how many there are besides.",
                          "We know {count} firms, from one source: nothing says how many there are besides.",
                          self.known)  # fmt: skip
        best = self.best
        if best is None:
            return plural("We know {count} firm; no two sources tell of the same one, so there may be many more.",
                          "We know {count} firms; no two sources tell of the same one, so there may be many more.",
                          self.known)  # fmt: skip
        total, low, high = (f"{each:,.0f}" for each in (best.total, best.low, best.high))
        if self.known >= ENOUGH * best.total:
            return _("We know {known} of some {total} firms ({low} to {high}): most are seen.",
                     known=self.known, total=total, low=low, high=high)  # fmt: skip
        return _("We know {known} of some {total} firms ({low} to {high}): another source is worth reading.",
                 known=self.known, total=total, low=low, high=high)  # fmt: skip


def unseen(told_by: Mapping[str, Iterable[str]]) -> Unseen:
    """Return what sources say of the firms that none of them tells of.

    Parameters
    ----------
    told_by
        The firms that each source tells of.
    """
    sources = sorted(name for name, firms in told_by.items() if set(firms))
    caught: dict[str, list[int]] = {}
    for place, name in enumerate(sources):
        for firm in set(told_by[name]):
            caught.setdefault(firm, [0] * len(sources))[place] = 1
    histories = Counter(tuple(each) for each in caught.values())
    times = Counter(sum(each) for each in caught.values())
    enough = len(sources) > 1 and any(count > 1 for count in times)
    return Unseen(
        len(caught), {name: len(set(told_by[name])) for name in sources},
        sum(count for each, count in times.items() if each > 1),
        chao(len(sources), len(caught), times[1], times[2]) if enough else None,
        loglinear(histories, len(sources)) if enough and len(sources) > 2 else None,
    )  # fmt: skip


def told_by(places: Places, words: str, category: str = "", country: str = "", by: str = "source"
            ) -> dict[str, set[str]]:  # fmt: skip
    """Return the suppliers that fit a need, by the source that tells of them, or by the year in which they were seen.

    A category is asked exactly; words alone take the near half of what the search finds.
    """
    generation = places.published()
    hits = search(generation, words, category=category, country=country, limit=1000)
    if words and not category and hits:
        hits = [each for each in hits if each.score >= hits[0].score / 2]
    plain = digits(category).rstrip("0") if digits(category) else category
    group = "source" if by == "source" else "coalesce(p.date, p.start_date)[:4]"
    rows = duckdb.execute(
        f"""SELECT DISTINCT {group}, m.supplier FROM read_parquet('{generation}/mentions.parquet') m
        JOIN read_parquet('{generation}/processes.parquet') p USING (source, ocid)
        WHERE list_contains($suppliers, m.supplier) AND ($branch = '%' OR (source, ocid) IN
            (SELECT (source, ocid) FROM read_parquet('{generation}/items.parquet') WHERE code LIKE $branch))""",
        {"suppliers": [each.supplier for each in hits], "branch": f"{plain}%"},
    ).fetchall()
    found: dict[str, set[str]] = {}
    for name, supplier in rows:
        if name:
            found.setdefault(name, set()).add(supplier)
    return found


def chao(sources: int, known: int, once: int, twice: int) -> Estimate:
    """Return Chao's lower bound with its log-normal interval.

    >>> estimate = chao(2, 45, 30, 15)
    >>> round(estimate.total), round(estimate.low) < 60 < round(estimate.high)
    (60, True)
    """
    shrink = (sources - 1) / sources
    if twice:
        ratio = once / twice
        missing = shrink * once**2 / (2 * twice)
        variance = twice * (shrink * ratio**2 / 2 + shrink**2 * ratio**3 + shrink**2 * ratio**4 / 4)
    else:
        missing = shrink * once * (once - 1) / 2
        variance = (shrink * once * (once - 1) / 2 + shrink**2 * once * (2 * once - 1) ** 2 / 4
                    - shrink**2 * once**4 / (4 * max(known + missing, 1)))  # fmt: skip
    if missing <= 0:
        return Estimate("chao", known, known, known)
    reach = math.exp(Z * math.sqrt(math.log(1 + max(variance, 0.0) / missing**2)))
    return Estimate("chao", known + missing, known + missing / reach, known + missing * reach)


def loglinear(histories: Mapping[tuple[int, ...], int], sources: int) -> Estimate | None:
    """Return the estimate of the log-linear models near the least AIC; None where sources agree too much for a fit.

    Parameters
    ----------
    histories
        How many firms were caught by exactly the sources whose place holds 1.
    """
    cells = [each for each in product((0, 1), repeat=sources) if any(each)]
    counts = np.array([histories.get(each, 0) for each in cells], dtype=float)
    fits = [(fitted[1], design, math.exp(fitted[0][0])) for design in _designs(cells, sources)
            if (fitted := _fit(design, counts)) is not None]  # fmt: skip
    if not fits:
        return None
    least = min(each[0] for each in fits)
    near = [each for each in fits if each[0] <= least + NEAR]
    weights = [math.exp((least - each[0]) / 2) for each in near]
    missing = sum(weight * each[2] for weight, each in zip(weights, near, strict=True)) / sum(weights)
    reaches = [_profile(design, counts, one) for _aic, design, one in near]
    known = float(counts.sum())
    low, high = min(each[0] for each in reaches), max(each[1] for each in reaches)
    return Estimate("log-linear", known + missing, known + low, known + high)


def _designs(cells: Sequence[tuple[int, ...]], sources: int) -> Iterator[np.ndarray]:
    """Designs of the models: independent sources; pairs that go together; firms that every source finds more easily.

    The last is Darroch's term k²/2 for a firm caught by k sources. At least one cell is left to judge a model by.
    """
    base = np.array([[1.0, *each] for each in cells])
    yield base
    spare = len(cells) - sources - 2
    if spare > 0:
        yield np.column_stack([base, [sum(each) ** 2 / 2 for each in cells]])
    pairs = list(combinations(range(sources), 2))
    for size in range(1, min(spare, MOST_PAIRS) + 1):
        for taken in combinations(pairs, size):
            yield np.column_stack([base, *([float(each[j] * each[k]) for each in cells] for j, k in taken)])


def _fit(design: np.ndarray, counts: np.ndarray, offset: np.ndarray | None = None) -> tuple[np.ndarray, float] | None:
    """Coefficients of a Poisson regression by iterated least squares, and its AIC; None where it has no finite fit."""
    shift = np.zeros(len(counts)) if offset is None else offset
    beta = np.zeros(design.shape[1])
    beta[0] = math.log(counts.mean() + 0.1)
    for _step in range(100):
        mean = np.exp(np.clip(design @ beta + shift, -30, 30))
        gradient = design.T @ (counts - mean)
        curve = (design * mean[:, None]).T @ design + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(curve, gradient)
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if float(np.abs(step).max()) < 1e-9:
            break
    if not np.isfinite(beta).all() or float(np.abs(beta).max()) > 20:
        return None
    return beta, 2 * len(beta) - 2 * _likelihood(design @ beta + shift, counts)


def _likelihood(logs: np.ndarray, counts: np.ndarray) -> float:
    return float((counts * logs - np.exp(np.clip(logs, -30, 30))).sum())


def _profile(design: np.ndarray, counts: np.ndarray, missing: float) -> tuple[float, float]:
    """The numbers of unseen firms whose likelihood, the other coefficients fitted, is near enough to the best.

    The unseen cell is added with a count of its own (Cormack): `2 (l(best) − l(n)) ≤ χ²`.
    """
    whole = np.vstack([np.eye(1, design.shape[1]), design])

    def deviance(unseen: float) -> float:
        given = np.concatenate([[unseen], counts])
        fitted = _fit(whole, given)
        if fitted is None:
            return math.inf
        logs = whole @ fitted[0]
        total = float(given.sum())
        # Conditional on the total, a multinomial: what changes with `unseen` is its likelihood and the coefficient.
        return -2 * (
            _likelihood(logs, given)
            + math.lgamma(total + 1)
            - math.lgamma(unseen + 1)
            - total * math.log(total)
            + total
        )

    best = min(deviance(missing), deviance(max(missing - 0.5, 0.0)))

    def reach(inside: float, outside: float) -> float:
        for _step in range(24):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if deviance(middle) - best <= CHI_SQUARED else (inside, middle)
        return inside

    top = max(missing, 1.0)
    while deviance(top) - best <= CHI_SQUARED and top < 1e6 * max(missing, 1.0):
        top *= 2
    low = 0.0 if deviance(0.0) - best <= CHI_SQUARED else reach(missing, 0.0)
    return low, reach(missing, top)
