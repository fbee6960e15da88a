"""Reliability from histories, and a problem that plans with it; not for the statistics (`risk.reliability`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from secondsource.language import Message, _
from secondsource.problem import change
from secondsource.problem.histories import Histories
from secondsource.problem.tables import Problem
from secondsource.risk.backtest import Backtest, backtest, choose_half_life
from secondsource.risk.reliability import Reliability, score
from secondsource.risk.survival import Curve

DIGITS = Decimal("0.000001")


@dataclass(frozen=True)
class ReliabilityAnswer:
    """What histories say, and whether it would have told the future.

    Attributes
    ----------
    half_life_days
        After which a record counts half; infinite for no decay.
    backtest
        None where there is nothing before the last year, or nothing in it.
    later, unbroken, waiting
        Pairs of days and a share, over all suppliers, what is not over yet counted until today: deliveries later than
        so many days; contracts not terminated after so many; terminations after which nobody has delivered yet.
    """

    as_of: str
    horizon_years: float
    half_life_days: float
    suppliers: tuple[Reliability, ...]
    backtest: Backtest | None
    later: tuple[tuple[int, float], ...] = ()
    unbroken: tuple[tuple[int, float], ...] = ()
    waiting: tuple[tuple[int, float], ...] = ()
    warnings: tuple[Message, ...] = ()


def reliability(
    histories: Histories, *, horizon_years: float = 1.0, half_life: float | None = None
) -> ReliabilityAnswer:
    """Return how reliable each supplier is on the day of the histories.

    Parameters
    ----------
    half_life
        Days after which a record counts half; None lets the histories choose what would have forecast best.
    """
    days = choose_half_life(histories) if half_life is None else half_life
    scores = score(histories, horizon_years=horizon_years, half_life=days)
    return ReliabilityAnswer(
        as_of=histories.as_of.isoformat(),
        horizon_years=horizon_years,
        half_life_days=days,
        suppliers=scores.suppliers,
        backtest=backtest(histories, half_life=days),
        later=_beyond(scores.delay, (0, 7, 14, 30, 60)),
        unbroken=_beyond(scores.lasting, (182, 365, 730, 1095)),
        waiting=_beyond(scores.recovery, (30, 60, 90, 180)),
    )


def _beyond(curve: Curve, days: tuple[int, ...]) -> tuple[tuple[int, float], ...]:
    """The share that lasts longer than some times, as far as it was seen."""
    return tuple((day, curve.beyond(day)) for day in days if day <= curve.longest)


def informed(problem: Problem, answer: ReliabilityAnswer) -> tuple[Problem, tuple[Message, ...]]:
    """Return the problem with what the histories say of its suppliers, and what of them was not used.

    `failure_probability` and `recovery_share` of every supplier that has a history and may fail; `risk_group` where its
    parent is known; `defect_rate` of its offers where units were counted. `source` of the row says so.
    """
    known = {each.supplier: each for each in answer.suppliers}
    suppliers, offers = problem.suppliers, problem.offers
    told = {name: known[name] for name in suppliers.supplier if name in known and known[name].failures is not None}
    columns: dict[str, list[object]] = {
        name: list(getattr(suppliers, name))
        for name in ("failure_probability", "recovery_share", "risk_group", "source")
    }
    for row, name in enumerate(suppliers.supplier):
        each = told.get(name)
        if each is None or each.failures is None:
            continue
        columns["failure_probability"][row] = _exact(each.failure_probability[0])
        columns["recovery_share"][row] = _exact(each.recovery_share)
        if each.parent:
            columns["risk_group"][row] = each.parent
        columns["source"][row] = _source(each, answer, str(suppliers.source[row]))
    rates, sources = list(offers.defect_rate), list(offers.source)
    for row, name in enumerate(offers.supplier):
        each = told.get(name)
        if each is not None and each.sound is not None:
            rates[row] = _exact(1.0 - each.sound.mean)
            sources[row] = _source(each, answer, offers.source[row])
    missing = [name for name in known if name not in suppliers.position]
    notes = [
        _("{supplier}: is not in the problem's suppliers, so its history is not used.", supplier=name)
        for name in missing
    ]
    changed = replace(
        problem,
        suppliers=change.with_columns(suppliers, columns),
        offers=change.with_columns(offers, {"defect_rate": rates, "source": sources}),
        sha256="",
    )
    return changed, tuple(notes)


def _exact(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(DIGITS)


def _source(each: Reliability, answer: ReliabilityAnswer, before: str) -> str:
    count = 0 if each.failures is None else len(each.failures.contracts)
    text = f"histories to {answer.as_of}: {count} contracts"
    return f"{text}; before: {before}" if before and not before.startswith("histories to") else text
