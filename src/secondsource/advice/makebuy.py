"""Make or buy for one piece of work over time: which way, by how much, from which volume, how surely; not for awards.

Everything is read off one dated cash-flow table per option (`costing.work`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np

from secondsource.arrays import Floats
from secondsource.costing import uncertainty
from secondsource.costing.breakeven import BreakEven, break_evens
from secondsource.costing.capital import equivalent_annual_cost
from secondsource.costing.uncertainty import Spread
from secondsource.costing.work import (
    Option,
    Work,
    cash_flows,
    in_floats,
    machines_needed,
    people_needed,
    present_cost,
    present_value,
)
from secondsource.costing.work_of import Figure, base_value, work_of
from secondsource.costing.work_of_item import work_of_item
from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.problem.cells import plain
from secondsource.problem.studies.study import Study
from secondsource.problem.tables import Problem
from secondsource.units import to_micro

UP_TO = Fraction(10)
"""Break-even volumes are looked for up to so many times the units needed."""


@dataclass(frozen=True)
class DatedFlow:
    """One line of the cash-flow table: an option's money on a day, its worth at the start, and why."""

    option: str
    date: date
    year: int
    kind: str
    what: str
    amount: Decimal
    discount_factor: Decimal
    present_value: Decimal


@dataclass(frozen=True)
class OptionCost:
    """What an option costs, base currency.

    Attributes
    ----------
    present_value, annual_cost, unit_cost
        Of the whole horizon, the equal sum a year that is worth it, and that sum per average unit a year.
    by_kind
        Present value by cost part; adds up to `present_value`.
    cannot
        Why it cannot take the whole work; None where it can.
    idle
        Equipment and people that are paid for and not used: what, share of it, and its yearly cost, as memo: it is in
        the flows already.
    """

    option: str
    name: str
    kind: str
    country: str
    present_value: Decimal
    annual_cost: Decimal
    unit_cost: Decimal
    by_kind: tuple[tuple[str, Decimal], ...]
    cannot: Message | None
    idle: tuple[tuple[str, Decimal, Decimal], ...]


@dataclass(frozen=True)
class Volume:
    """A break-even volume: units over the horizon, as a share of those needed, who is cheaper on either side."""

    units: Decimal
    scale: Decimal
    below: str
    above: str
    how: str


@dataclass(frozen=True)
class Region:
    """From which to which volume (units over the horizon; None: as far as was looked) an option is cheapest."""

    low: Decimal
    high: Decimal | None
    option: str


@dataclass(frozen=True)
class Swing:
    """What the difference between the two best options is at a figure's quantiles 0.1 and 0.9."""

    figure: str
    low_value: Decimal
    high_value: Decimal
    at_low: Decimal
    at_high: Decimal


@dataclass(frozen=True)
class Chance:
    """What an option costs over the samples, and in which share of them it is the cheapest."""

    option: str
    mean: Decimal
    error: Decimal
    low: Decimal
    middle: Decimal
    high: Decimal
    is_best: Decimal
    is_best_error: Decimal


@dataclass(frozen=True)
class Simulation:
    """The simulation: options, and what information is worth; money in the base currency, present value.

    Attributes
    ----------
    best
        The option of the lowest mean cost.
    everything
        What it is worth to know all figures before choosing, and its standard error.
    figures
        What it is worth to know one figure (or group) alone; dearest first.
    """

    samples: int
    seed: int
    chances: tuple[Chance, ...]
    best: str
    everything: Decimal
    everything_error: Decimal
    figures: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class LeftOut:
    """What does not count: a cost that is sunk or unavoidable, or an offer that is no option; and why."""

    option: str
    what: str
    amount: Decimal | None
    why: Message


@dataclass(frozen=True)
class MakeBuy:
    """The answer to one make-or-buy question.

    Attributes
    ----------
    best, next_best, advantage
        Among the options that can take the whole work; by how much the best is cheaper, in present value.
    curves
        For each option, its annual cost per unit at volumes (units over the horizon) that it can deliver.
    sources
        Table, key and text of every source that the input names.
    """

    title: str
    currency: str
    unit: str
    as_of: date
    units: Decimal
    years: int
    discount_rate: Decimal
    options: tuple[OptionCost, ...]
    best: str
    next_best: str
    advantage: Decimal
    flows: tuple[DatedFlow, ...]
    break_evens: tuple[Volume, ...]
    regions: tuple[Region, ...]
    curves: tuple[tuple[str, tuple[tuple[Decimal, Decimal], ...]], ...]
    tornado: tuple[Swing, ...]
    simulation: Simulation | None
    left_out: tuple[LeftOut, ...]
    remarks: tuple[Message, ...]
    sources: tuple[tuple[str, str, str], ...]
    sha256: str


def make_or_buy(study: Study, *, seed: int = 0, up_to: Fraction = UP_TO) -> MakeBuy:
    """Return the answer to a make-or-buy study; the same `seed` gives the same samples."""
    work = work_of(study)
    costs = study["costs"]
    unavoidable = tuple(
        LeftOut(costs.option[row], costs.cost[row], costs.amount[row], _("unavoidable: it stays whatever is decided"))
        for row in range(len(costs))
        if not costs.avoidable[row]
    )
    answer = _answered(work, study.as_of, up_to)
    doubts = _spreads(study)
    swings: tuple[Swing, ...] = ()
    simulation = None
    if doubts and answer.next_best:
        swings = _swings(study, doubts, answer.best, answer.next_best)
        simulation = _simulate(study, doubts, [each.option for each in answer.options if each.cannot is None], seed)
    return _packed(
        work, answer, title=str(study.settings["title"]), currency=study.currency, unit=str(study.settings["unit"]),
        as_of=study.as_of, tornado=swings, simulation=simulation, left_out=unavoidable, remarks=(),
        sources=study.sources(), sha256=study.sha256,
    )  # fmt: skip


def make_or_buy_item(problem: Problem, item: str, *, up_to: Fraction = UP_TO) -> MakeBuy:
    """Return the answer for an item of a problem: each admitted offer that can take all of it is an option.

    Raises
    ------
    InvalidInput
        Nothing of the item is needed.
    """
    found, at = work_of_item(problem, item), problem.items.position[item]
    if not any(found.work.quantities):
        expected = _("nothing of {item} is needed: there is nothing to make or buy", item=item)
        raise InvalidInput([Fault("", "items", at + 1, "demand", "0", expected)])
    left_out = tuple(LeftOut(offer, "", None, why) for offer, why in found.left_out)
    return _packed(
        found.work, _answered(found.work, problem.settings.as_of, up_to), title=problem.items.name[at] or item,
        currency=problem.settings.currency, unit=problem.items.unit[at], as_of=problem.settings.as_of, tornado=(),
        simulation=None, left_out=left_out, remarks=found.remarks, sources=(), sha256=problem.sha256,
    )  # fmt: skip


@dataclass(frozen=True)
class _Answered:
    options: tuple[OptionCost, ...]
    best: str
    next_best: str
    flows: tuple[DatedFlow, ...]
    break_evens: tuple[Volume, ...]
    regions: tuple[Region, ...]
    curves: tuple[tuple[str, tuple[tuple[Decimal, Decimal], ...]], ...]


def _answered(work: Work, as_of: date, up_to: Fraction) -> _Answered:
    options = tuple(_option_cost(work, option) for option in work.options)
    able = sorted((each for each in options if each.cannot is None), key=lambda each: each.present_value)
    best, next_best = ([each.option for each in able] + ["", ""])[:2]
    flows = tuple(flow for option in work.options for flow in _dated(work, option, as_of))
    found = [each for left, right in combinations(work.options, 2) for each in break_evens(work, left, right, up_to)]
    volumes = sorted((_volume(work, each) for each in found), key=lambda volume: volume.units)
    limits = {option.capacity / max(work.quantities) for option in work.options if option.capacity is not None}
    regions = _regions(work, work.options, sorted(limits | {each.scale for each in found}), up_to)
    return _Answered(options, best, next_best, flows, tuple(volumes), regions, _curves(work))


def _packed(
    work: Work, answered: _Answered, *, title: str, currency: str, unit: str, as_of: date, tornado: tuple[Swing, ...],
    simulation: Simulation | None, left_out: tuple[LeftOut, ...],
    remarks: tuple[Message, ...], sources: tuple[tuple[str, str, str], ...], sha256: str,
) -> MakeBuy:  # fmt: skip
    costs = {each.option: each.present_value for each in answered.options}
    return MakeBuy(
        title=title,
        currency=currency,
        unit=unit,
        as_of=as_of,
        units=to_micro(sum(work.quantities, Fraction(0))),
        years=work.years,
        discount_rate=to_micro(work.discount_rate),
        options=tuple(sorted(answered.options, key=lambda each: (each.cannot is not None, each.present_value))),
        best=answered.best,
        next_best=answered.next_best,
        advantage=costs[answered.next_best] - costs[answered.best] if answered.next_best else Decimal(0),
        flows=answered.flows,
        break_evens=answered.break_evens,
        regions=answered.regions,
        curves=answered.curves,
        tornado=tornado,
        simulation=simulation,
        left_out=left_out,
        remarks=remarks,
        sources=sources,
        sha256=sha256,
    )


def _option_cost(work: Work, option: Option) -> OptionCost:
    flows = cash_flows(work, option)
    by_kind: dict[str, Fraction] = defaultdict(Fraction)
    for flow in flows:
        by_kind[flow.kind] += Fraction(flow.amount) / (1 + work.discount_rate) ** flow.year
    whole = Fraction(present_value(work, flows))
    annual = equivalent_annual_cost(whole, work.discount_rate, work.years)
    units = sum(work.quantities, Fraction(0)) / work.years
    return OptionCost(
        option=option.key,
        name=option.name,
        kind=option.kind,
        country=option.country,
        present_value=to_micro(whole),
        annual_cost=to_micro(annual),
        unit_cost=to_micro(annual / units),
        by_kind=tuple((kind, to_micro(amount)) for kind, amount in by_kind.items() if amount),
        cannot=_cannot(work, option),
        idle=tuple(_idle(work, option)),
    )


def _cannot(work: Work, option: Option, scale: Fraction | float = Fraction(1)) -> Message | None:
    most = scale * max(work.quantities)
    if option.capacity is not None and option.capacity < most:
        capacity, need = (plain(to_micro(Fraction(units))) for units in (option.capacity, most))
        return _("it can deliver {units} units a year, of the {need} needed", units=capacity, need=need)
    for role in option.roles:
        people = max(people_needed(role, [scale * quantity for quantity in work.quantities]))
        if role.max_hires is not None and people > role.in_hand + role.max_hires:
            return _("it lacks people: {role}", role=role.name)
    return None


def _idle(work: Work, option: Option) -> list[tuple[str, Decimal, Decimal]]:
    """Capacity bought and not used, priced at what it costs a year: ``(capacity − used) × rate`` (Kaplan, Anderson)."""
    found = []
    for machine in option.machines:
        if machine.capacity is not None:
            count = machines_needed(machine, list(work.quantities))
            there = count * machine.capacity
            used = sum(work.quantities, Fraction(0)) / work.years
            if there > used:
                yearly = count * ((machine.cost - machine.salvage) / machine.life + machine.running_cost)
                share = 1 - used / there
                found.append((machine.name, to_micro(share), to_micro(share * yearly)))
    return found


def _dated(work: Work, option: Option, as_of: date) -> list[DatedFlow]:
    rows = []
    for flow in cash_flows(work, option):
        if flow.amount:
            factor = 1 / (1 + work.discount_rate) ** flow.year
            day = _anniversary(as_of, flow.year)
            amount = Fraction(flow.amount)
            rows.append(
                DatedFlow(
                    option.key,
                    day,
                    flow.year,
                    flow.kind,
                    flow.what,
                    to_micro(amount),
                    to_micro(factor),
                    to_micro(amount * factor),
                )
            )
    return rows


def _anniversary(day: date, years: int) -> date:
    """The same day so many years later; 28 February for the 29th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _volume(work: Work, found: BreakEven) -> Volume:
    units = found.scale * sum(work.quantities, Fraction(0))
    return Volume(to_micro(units), to_micro(found.scale), found.below, found.above, found.how)


def _regions(work: Work, options: Sequence[Option], scales: Sequence[Fraction], up_to: Fraction) -> tuple[Region, ...]:
    """Who is cheapest between break-evens, neighbours of the same option joined."""
    if not options:
        return ()
    units = sum(work.quantities, Fraction(0))
    work, options = in_floats(work), in_floats(tuple(options))
    regions: list[Region] = []
    for low, high in pairwise([Fraction(0), *(scale for scale in scales if 0 < scale < up_to), up_to]):
        middle = float((low + high) / 2)
        able = [option for option in options if _cannot(work, option, middle) is None]
        if not able:
            break
        cheapest = min(able, key=lambda option: (present_cost(work, option, middle), option.key)).key
        end = None if high == up_to else to_micro(high * units)
        if regions and regions[-1].option == cheapest:
            regions[-1] = Region(regions[-1].low, end, cheapest)
        else:
            regions.append(Region(to_micro(low * units), end, cheapest))
    return tuple(regions)


CURVE_SCALES = tuple(Fraction(k, 20) for k in (1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 23, 26, 30, 35, 40))
"""Shares of the units needed at which the curves are drawn: 5 % to 200 %."""


def _curves(work: Work) -> tuple[tuple[str, tuple[tuple[Decimal, Decimal], ...]], ...]:
    units, found = sum(work.quantities, Fraction(0)), []
    work = in_floats(work)
    for option in work.options:
        points = []
        for scale in CURVE_SCALES:
            if _cannot(work, option, float(scale)) is None:
                present = present_cost(work, option, float(scale))
                annual = equivalent_annual_cost(present, work.discount_rate, work.years)
                points.append((to_micro(scale * units), _money(float(annual / float(scale * units / work.years)))))
        found.append((option.key, tuple(points)))
    return tuple(found)


def _spreads(study: Study) -> dict[Figure, Spread]:
    rows = study["uncertain"]
    found: dict[Figure, Spread] = {}
    for k in range(len(rows)):
        figure = (rows.table[k], rows.option[k], rows.which[k], rows.figure[k])
        base = base_value(study, figure)
        found[figure] = Spread(
            rows.distribution[k], float(base), float(rows.low[k]), float(rows.high[k]), rows.group[k]
        )
    return found


def figure_name(figure: Figure) -> str:
    """Return how a figure is shown: `make / operators / hourly_wage`."""
    return " / ".join(part for part in (figure[1] or figure[0], *figure[2:]) if part)


def _swings(study: Study, spreads: dict[Figure, Spread], best: str, other: str) -> tuple[Swing, ...]:
    def difference(changed: dict[Figure, float]) -> float:
        work = work_of(study, changed, exact=False)
        by_key = {option.key: option for option in work.options}
        return float(present_cost(work, by_key[other]) - present_cost(work, by_key[best]))

    if not other:
        return ()
    return tuple(
        Swing(
            figure_name(figure),
            _money(float(spreads[figure].quantile(0.1))),
            _money(float(spreads[figure].quantile(0.9))),
            _money(at_low),
            _money(at_high),
        )
        for figure, at_low, at_high in uncertainty.tornado(spreads, difference)
    )


def _simulate(study: Study, spreads: dict[Figure, Spread], options: Sequence[str], seed: int) -> Simulation:
    values, shares = uncertainty.samples(list(spreads.values()), seed)
    work = work_of(study, dict(zip(spreads, values, strict=True)), exact=False)
    count = len(shares)
    by_key = {option.key: option for option in work.options}
    costs = np.stack(
        [np.broadcast_to(np.asarray(present_cost(work, by_key[key]), dtype=np.float64), count) for key in options],
        axis=1,
    )
    winner = costs.argmin(axis=1)
    least = costs.min(axis=1)
    best = int(costs.mean(axis=0).argmin())
    worth, error = uncertainty.mean_and_error(costs[:, best] - least)
    names: dict[int, list[str]] = defaultdict(list)
    for figure, group in zip(spreads, uncertainty.groups(list(spreads.values())), strict=True):
        names[group].append(figure_name(figure))
    figures = [
        (" + ".join(each), _money(uncertainty.information_about(costs, shares[:, group])))
        for group, each in names.items()
    ]
    return Simulation(
        samples=count,
        seed=seed,
        chances=tuple(_chance(key, costs[:, k], winner == k) for k, key in enumerate(options)),
        best=options[best],
        everything=_money(worth),
        everything_error=_money(error),
        figures=tuple(sorted(figures, key=lambda row: -row[1])),
    )


def _chance(option: str, costs: Floats, wins: np.ndarray) -> Chance:
    mean, error = uncertainty.mean_and_error(np.ascontiguousarray(costs))
    share, share_error = uncertainty.mean_and_error(wins.astype(np.float64))
    low, middle, high = (float(v) for v in np.quantile(costs, (0.1, 0.5, 0.9)))
    figures = (mean, error, low, middle, high, share, share_error)
    return Chance(option, *(_money(figure) for figure in figures))


def _money(value: float) -> Decimal:
    return to_micro(Fraction(value))
