"""How long we survive a supplier's loss and what it costs until it recovers, as linear programs; not for likelihoods.

After Simchi-Levi and others (2015, Interfaces 45(5), doi:10.1287/inte.2015.0804), with backups that take time to come
up. The t days without group n are cut at the bring-up times into periods k of L_k days:

    minimise  Σ_j Σ_k f_j l_jk
    Σ_{s of i} y_sk + v_i,k−1 − v_ik + l_ik − Σ_{s not turnkey} q_{i, item of s} y_sk = d_i L_k    for every item i
    0 ≤ y_sk ≤ c_s L_k where s is not of n and has come up, else y_sk = 0;   0 ≤ l_jk ≤ d_j L_k;   v_i0 = stock_i

d demand a day, l what customers miss (they do not wait), f what a missing unit costs, c what a source delivers a day,
v what is in stock, q units of a component in one unit. The *impact* of n is the least cost with t its time to recover;
our *time to survive* is the greatest t up to which nothing is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.errors import SolverFailed
from secondsource.solver.highs import Limits, solve
from secondsource.solver.program import Program, ProgramBuilder

EXACT = Limits(gap=0.0)
COUNTED = 1e-6
"""What a unit whose shortage has no price counts, as a share of the dearest: units are then still kept from missing."""
NOTHING = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class SupplyNetwork:
    """Who delivers what, a day.

    Attributes
    ----------
    demand, shortage_cost, stock
        Of each item: units sold a day, cost of one that is missing (NaN: no price), units in stock, `(items,)`.
    parent, child, quantity
        Bill of materials, `(rows,)`.
    source_item, source_group, source_rate, source_from, source_turnkey, source_booked
        Of each source: what it delivers, whose it is (-1: never lost), units a day, from which day on (0 for awards,
        the bring-up time of a backup), whether components are its own affair, and whether it is a backup, `(sources,)`.
    """

    demand: Floats
    shortage_cost: Floats
    stock: Floats
    parent: Integers
    child: Integers
    quantity: Floats
    source_item: Integers
    source_group: Integers
    source_rate: Floats
    source_from: Floats
    source_turnkey: Booleans
    source_booked: Booleans


class Impact(NamedTuple):
    """Least cost of a loss over some days, and units of each sold item that are missing, `(items,)`."""

    cost: float
    missing: Floats


class Survival:
    """Answers about one network: each linear program is made once, a question only moves bounds."""

    def __init__(self, network: SupplyNetwork) -> None:
        self.network = network
        prices = np.nan_to_num(network.shortage_cost)
        dearest = float(prices.max(initial=0.0)) or 1.0
        self.weight = np.where(prices > 0, prices, COUNTED * dearest)
        self.sold = np.flatnonzero(network.demand > 0)
        self.turns = sorted({0.0} | {float(day) for day in network.source_from})
        self._made: dict[tuple[tuple[float, ...], bool], Program] = {}

    def _program(self, lengths: tuple[float, ...], is_open: bool) -> Program:
        """The program for periods of these lengths; if open, the last one is as long as the last column says.

        Columns: what each source delivers, period by period; then stocks, the same; then what is missing, or the time.
        """
        key = (lengths, is_open)
        if key in self._made:
            return self._made[key]
        net, build = self.network, ProgramBuilder()
        n_items, n_sources, n = len(net.demand), len(net.source_item), len(lengths)
        usual = np.array([max(length, 1e-6) if np.isfinite(length) else 1.0 for length in lengths])
        size = np.maximum(np.outer(usual, net.source_rate), 1e-9).ravel()
        made = build.add_columns("delivered", n * n_sources, scale=size).reshape(n, n_sources)
        units = np.tile(np.maximum(net.stock, 1.0), n)
        kept = build.add_columns("kept", n * n_items, scale=units).reshape(n, n_items)
        rows = []
        for k, length in enumerate(lengths):
            is_last = is_open and k == n - 1
            need = np.zeros(n_items) if is_last else net.demand * length
            need = need - (net.stock if k == 0 else 0.0)
            row = build.add_rows("balance", n_items, lower=need, upper=need)
            rows.append(row)
            build.add_entries(row[net.source_item], made[k], 1.0)
            build.add_entries(row, kept[k], -1.0)
            if k:
                build.add_entries(row, kept[k - 1], 1.0)
            for parent, child, quantity in zip(net.parent, net.child, net.quantity, strict=True):
                using = np.flatnonzero((net.source_item == parent) & ~net.source_turnkey)
                build.add_entries(np.full(len(using), row[child]), made[k][using], -quantity)
        if is_open:
            time = build.add_columns("time", 1, cost=-1.0)
            build.add_entries(rows[-1], np.full(n_items, time[0]), -net.demand)
            caps = build.add_rows("rate", n_sources, upper=0.0)
            build.add_entries(caps, made[-1], 1.0)
            build.add_entries(caps, np.full(n_sources, time[0]), -net.source_rate)
        else:
            for k, length in enumerate(lengths):
                most = net.demand[self.sold] * length
                cost, scale = self.weight[self.sold], np.maximum(most, 1e-9)
                missing = build.add_columns("missing", len(self.sold), upper=most, cost=cost, scale=scale)
                build.add_entries(rows[k][self.sold], missing, 1.0)
        self._made[key] = build.build()
        return self._made[key]

    def _limited(self, program: Program, lost: Booleans, starts: list[float], lengths: list[float]) -> Floats:
        """The columns' upper limits: what each source that is there delivers in each period, at most."""
        net, upper = self.network, program.upper.copy()
        for k, (start, length) in enumerate(zip(starts, lengths, strict=True)):
            ready = ~lost & (net.source_from <= start) & (net.source_rate > 0)
            columns = slice(k * len(lost), (k + 1) * len(lost))
            upper[columns] = np.where(ready, net.source_rate * length if np.isfinite(length) else np.inf, 0.0)
        return upper

    def impact(self, lost: Booleans, days: float) -> Impact:
        """Return the least cost of losing some sources for some days.

        Parameters
        ----------
        lost
            `(sources,)`.

        Raises
        ------
        SolverFailed
            The solver finds no point: there always is one, with everything missing.
        """
        starts = [turn for turn in self.turns if turn < days] or [0.0]
        lengths = [end - start for start, end in zip(starts, [*starts[1:], days], strict=True)]
        program = self._program(tuple(lengths), False)
        found = solve(replace(program, upper=self._limited(program, lost, starts, lengths)), EXACT)
        if found.x is None:
            raise SolverFailed(f"no way to lose sources for {days} days: {found.outcome}")
        net, missing = self.network, np.zeros(len(self.network.demand))
        tail = found.x[len(found.x) - len(starts) * len(self.sold) :].reshape(len(starts), len(self.sold))
        missing[self.sold] = np.maximum(tail, 0.0).sum(axis=0)
        missing[missing <= NOTHING * np.maximum(net.demand * days, 1e-9)] = 0.0
        return Impact(float((np.nan_to_num(net.shortage_cost) * missing).sum()), missing)

    def time_to_survive(self, lost: Booleans) -> float:
        """Return the days for which nothing is missing without some sources, `(sources,)`; infinite where it never is.

        The days are looked at from one bring-up time to the next: the last period is as long as nothing is missing.
        """
        reached = 0.0
        for place, turn in enumerate(self.turns):
            starts = self.turns[: place + 1]
            following = self.turns[place + 1] if place + 1 < len(self.turns) else np.inf
            lengths = [end - start for start, end in zip(starts, [*starts[1:], np.inf], strict=True)]
            program = self._program(tuple(lengths), True)
            upper = self._limited(program, lost, starts, lengths)
            upper[-1] = following - turn
            found = solve(replace(program, upper=upper), EXACT)
            if found.outcome == "unbounded":
                return float("inf")
            if found.x is None:
                return reached
            reached = turn + max(0.0, float(found.x[-1]))
            if reached < following - NOTHING * max(following, 1.0) or np.isinf(following):
                return reached
        return reached
