"""Who is qualified: knock-outs, gaps with evidence, levels, ranks, how surely the first is first; not for awards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import isnan
from typing import Any

import numpy as np

from secondsource.arrays import Floats
from secondsource.costing import ranking
from secondsource.language import Message, _
from secondsource.problem.cells import plain
from secondsource.problem.studies.study import Study
from secondsource.units import to_micro

HUNDRED = 100


@dataclass(frozen=True)
class Out:
    """A supplier that is out, by which criterion, and why."""

    supplier: str
    criterion: str
    why: Message


@dataclass(frozen=True)
class Gap:
    """What a supplier offers of what is required; `missing` is 0 where that is enough, None where it is not known."""

    supplier: str
    criterion: str
    required: Decimal
    offered: Decimal | None
    missing: Decimal | None
    evidence: str
    valid_until: date | None
    is_expired: bool


@dataclass(frozen=True)
class Rank:
    """A supplier that is not out.

    Attributes
    ----------
    closeness
        TOPSIS, 0..1.
    level
        0..100: ``100 × Σ weight × min(1, what is offered of what is required)``.
    first_share, first_error
        In which share of all weights it is first, and the standard error.
    valid_until
        Earliest end of the evidence that counts.
    """

    supplier: str
    name: str
    closeness: Decimal
    level: Decimal
    first_share: Decimal
    first_error: Decimal
    evidence: str
    valid_until: date | None


@dataclass(frozen=True)
class Change:
    """A weight of a criterion at which the first changes, the others in proportion."""

    criterion: str
    weight_now: Decimal
    weight: Decimal
    before: str
    after: str


@dataclass(frozen=True)
class Qualification:
    """The answer to a qualification study, best first.

    Attributes
    ----------
    consistency
        Of the comparisons; None where weights were given, or for more than 15 criteria.
    expired
        Supplier, criterion and day of evidence that is no longer used.
    """

    title: str
    as_of: date
    category: str
    normalisation: str
    weights_from: str
    weights: tuple[tuple[str, Decimal], ...]
    consistency: Decimal | None
    out: tuple[Out, ...]
    gaps: tuple[Gap, ...]
    ranks: tuple[Rank, ...]
    changes: tuple[Change, ...]
    expired: tuple[tuple[str, str, date], ...]
    samples: int
    sources: tuple[tuple[str, str, str], ...]
    sha256: str


def qualify(study: Study, *, seed: int = 0) -> Qualification:
    """Return who is out and why, what each lacks, who ranks where, and for which weights that holds."""
    criteria, suppliers, scores = study["criteria"], study["suppliers"], study["scores"]
    known: dict[tuple[str, str], int] = {}
    expired = []
    for row in range(len(scores)):
        until = scores.valid_until[row]
        if until is not None and until < study.as_of:
            expired.append((scores.supplier[row], scores.criterion[row], until))
        else:
            known[scores.supplier[row], scores.criterion[row]] = row
    weights, consistency = _weights(study)
    out = [each for supplier in suppliers.supplier for each in _knocked_out(study, supplier, known)]
    gone = {each.supplier for each in out}
    left = [row for row in range(len(suppliers)) if suppliers.supplier[row] not in gone]
    return Qualification(
        title=str(study.settings["title"]),
        as_of=study.as_of,
        category=str(study.settings["category"]),
        normalisation=str(study.settings["normalisation"]),
        weights_from=str(study.settings["weights"]) if len(study["comparisons"]) else "given",
        weights=tuple((criteria.criterion[k], to_micro(Fraction(float(weights[k])))) for k in range(len(criteria))),
        consistency=None if consistency is None or isnan(consistency) else to_micro(Fraction(consistency)),
        out=tuple(out),
        gaps=tuple(_gaps(study, known, {(who, what) for who, what, _day in expired})),
        ranks=tuple(_ranks(study, known, left, weights, seed)),
        changes=tuple(_changes(study, known, left, weights)),
        expired=tuple(expired),
        samples=ranking.SAMPLES if len(criteria) > 2 else 0,
        sources=study.sources(),
        sha256=study.sha256,
    )


def _weights(study: Study) -> tuple[Floats, float | None]:
    criteria, comparisons = study["criteria"], study["comparisons"]
    n = len(criteria)
    if not len(comparisons):
        given = np.array([float(weight or 0) for weight in criteria.weight])
        return given / given.sum(), None
    ratios = np.ones((n, n))
    for row in range(len(comparisons)):
        one, other = (criteria.position[name[row]] for name in (comparisons.criterion, comparisons.over))
        ratios[one, other] = float(comparisons.ratio[row])
        ratios[other, one] = 1 / ratios[one, other]
    return ranking.ahp(ratios, study.settings["weights"])


def _knocked_out(study: Study, supplier: str, known: dict[tuple[str, str], int]) -> list[Out]:
    criteria, scores, found = study["criteria"], study["scores"], []
    for k in range(len(criteria)):
        limit, name = criteria.knock_out[k], criteria.criterion[k]
        if limit is None:
            continue
        row = known.get((supplier, name))
        if row is None:
            found.append(Out(supplier, name, _("nothing valid is known of it")))
            continue
        value = scores.value[row]
        if value < limit if criteria.better[k] == "more" else value > limit:
            why = _("{value} where {limit} is the limit", value=plain(value), limit=plain(limit))
            found.append(Out(supplier, name, why))
    return found


def _gaps(study: Study, known: dict[tuple[str, str], int], expired: set[tuple[str, str]]) -> list[Gap]:
    criteria, scores, found = study["criteria"], study["scores"], []
    for supplier in study["suppliers"].supplier:
        for k in range(len(criteria)):
            required, name = criteria.required[k], criteria.criterion[k]
            if required is None:
                continue
            row = known.get((supplier, name))
            offered = None if row is None else scores.value[row]
            missing = None
            if offered is not None:
                short = required - offered if criteria.better[k] == "more" else offered - required
                missing = max(Decimal(0), short)
            evidence, until = ("", None) if row is None else (scores.evidence[row], scores.valid_until[row])
            gone = (supplier, name) in expired
            found.append(Gap(supplier, name, required, offered, missing, evidence, until, gone))
    return found


def _values(study: Study, known: dict[tuple[str, str], int], left: list[int]) -> Floats:
    """Offered values of those left, surplus over what is required cut, what is unknown at the worst of the others."""
    criteria, suppliers, scores = study["criteria"], study["suppliers"], study["scores"]
    values = np.full((len(left), len(criteria)), np.nan)
    for place, at in enumerate(left):
        for k in range(len(criteria)):
            row = known.get((suppliers.supplier[at], criteria.criterion[k]))
            if row is not None:
                values[place, k] = float(scores.value[row])
    for k in range(len(criteria)):
        more, required, column = criteria.better[k] == "more", criteria.required[k], values[:, k]
        if required is not None:
            column[:] = np.minimum(column, float(required)) if more else np.maximum(column, float(required))
        if np.isnan(column).all():
            column[:] = 0.0
        worst = np.nanmin(column) if more else np.nanmax(column)
        column[np.isnan(column)] = worst
    return values


def _more(study: Study) -> np.ndarray:
    return np.array([better == "more" for better in study["criteria"].better], dtype=np.bool_)


def _ranks(study: Study, known: dict[tuple[str, str], int], left: list[int], weights: Floats, seed: int) -> list[Rank]:
    if not left:
        return []
    suppliers, method = study["suppliers"], study.settings["normalisation"]
    values, more = _values(study, known, left), _more(study)
    closeness = ranking.topsis(values, weights, more, method)
    shares = ranking.first_shares(values, more, method, seed)
    ranks = [
        Rank(
            supplier=suppliers.supplier[at],
            name=suppliers.name[at] or suppliers.supplier[at],
            closeness=to_micro(Fraction(float(closeness[place]))),
            level=_level(study, known, suppliers.supplier[at], weights, values[:, :]),
            first_share=to_micro(Fraction(shares[place].share)),
            first_error=to_micro(Fraction(shares[place].error)),
            **_evidence(study, known, suppliers.supplier[at]),
        )
        for place, at in enumerate(left)
    ]
    return sorted(ranks, key=lambda rank: (-rank.closeness, rank.supplier))


def _level(study: Study, known: dict[tuple[str, str], int], supplier: str, weights: Floats, values: Floats) -> Decimal:
    """Weighted share of what is required that is offered, 0..100; without a requirement, of the best of those left."""
    criteria, scores = study["criteria"], study["scores"]
    level = 0.0
    for k in range(len(criteria)):
        row = known.get((supplier, criteria.criterion[k]))
        if row is None:
            continue
        offered, more = float(scores.value[row]), criteria.better[k] == "more"
        best = values[:, k].max() if more else values[:, k].min()
        target = float(criteria.required[k]) if criteria.required[k] is not None else float(best)
        above, below = (offered, target) if more else (target, offered)
        share = 1.0 if below <= 0 else min(1.0, max(0.0, above / below))
        level += float(weights[k]) * share
    return round(Decimal(repr(HUNDRED * level)), 1)


def _evidence(study: Study, known: dict[tuple[str, str], int], supplier: str) -> dict[str, Any]:
    scores = study["scores"]
    rows = [row for (who, _what), row in known.items() if who == supplier]
    shown = dict.fromkeys(scores.evidence[row] for row in rows if scores.evidence[row])
    ends = [scores.valid_until[row] for row in rows if scores.valid_until[row] is not None]
    return {"evidence": "; ".join(shown), "valid_until": min(ends, default=None)}


def _changes(study: Study, known: dict[tuple[str, str], int], left: list[int], weights: Floats) -> list[Change]:
    criteria, suppliers, method = study["criteria"], study["suppliers"], study.settings["normalisation"]
    if len(left) < 2 or len(criteria) < 2:
        return []
    values, more, found = _values(study, known, left), _more(study), []
    for k in range(len(criteria)):
        for at, before, after in ranking.winner_changes(values, weights, more, method, k):
            now, there = (to_micro(Fraction(float(each))) for each in (weights[k], at))
            names = [suppliers.supplier[left[each]] for each in (before, after)]
            found.append(Change(criteria.criterion[k], now, there, names[0], names[1]))
    return found


def levels_of(answer: Qualification) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `levels` of a problem: those who are out at level 0, with the reason as evidence."""
    category = answer.category or "*"
    rows: list[dict[str, Any]] = [
        {
            "supplier": rank.supplier,
            "category": category,
            "level": rank.level,
            "evidence": rank.evidence,
            "valid_until": rank.valid_until,
            "source": f"qualify {answer.as_of}",
        }
        for rank in answer.ranks
    ]
    why: dict[str, list[str]] = {}
    for each in answer.out:
        why.setdefault(each.supplier, []).append(f"{each.criterion}: {each.why}")
    rows += [
        {"supplier": supplier, "category": category, "level": 0, "evidence": "; ".join(reasons)}
        | {"source": f"qualify {answer.as_of}"}
        for supplier, reasons in why.items()
    ]
    return {"levels": rows}
