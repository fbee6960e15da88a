"""Trials a second of the simulation, beside plain numpy and monaco: 200 suppliers × 50 items with common causes.

Three programs draw the same kind of year, but not the same model: ours times every failure, brings backups up and uses
them cheapest first; plain numpy only asks who is out and how much of each item is then covered; monaco draws 200
variables and adds up what fails. Run: `python benchmarks/bench_risk.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from secondsource.risk.hazards import Hazards
from secondsource.risk.recovery import SupplyNetwork, Survival
from secondsource.risk.simulate import simulate

SUPPLIERS, ITEMS, CAUSES = 200, 50, 8
OURS, NUMPY, MONACO = 2_000_000, 100_000, 500


def model(seed: int = 1) -> Hazards:
    """Return 200 suppliers of 2 % on average, four to an item (two deliver, two stand by), in eight countries."""
    random = np.random.default_rng(seed)
    supplier = np.arange(SUPPLIERS)
    item, backs = supplier % ITEMS, supplier // ITEMS >= 2
    return Hazards(
        probability=random.uniform(0.01, 0.03, SUPPLIERS),
        outage=random.uniform(0.05, 0.3, SUPPLIERS),
        cause_probability=np.full(CAUSES, 0.02),
        hit_cause=random.integers(0, CAUSES, SUPPLIERS),
        hit_group=supplier,
        hit_probability=np.full(SUPPLIERS, 0.5),
        loss_group=supplier[~backs],
        loss_item=item[~backs],
        loss_units=np.full((~backs).sum(), 500.0),
        loss_saved=np.full((~backs).sum(), 5000.0),
        backup_group=supplier[backs],
        backup_item=item[backs],
        backup_units=np.full(backs.sum(), 250.0),
        backup_cost=random.uniform(10, 14, backs.sum()),
        backup_bring_up=np.full(backs.sum(), 0.03),
        shortage_cost=random.uniform(50, 200, ITEMS),
        stock=np.zeros(ITEMS),
        need=np.full(ITEMS, 1000.0),
        unit_cost=np.full(ITEMS, 10.0),
    )


def plain(given: Hazards, trials: int, seed: int, chunk: int = 10_000) -> float:
    """Return the mean loss by plain numpy: dense draws, and one matrix product for what is lost and what stands by."""
    random = np.random.default_rng(seed)
    lost, backed = np.zeros((SUPPLIERS, ITEMS)), np.zeros((SUPPLIERS, ITEMS))
    lost[given.loss_group, given.loss_item] = given.loss_units
    backed[given.backup_group, given.backup_item] = given.backup_units
    own, total = given.own_probability, 0.0
    for _start in range(0, trials, chunk):
        occurs = random.random((chunk, CAUSES)) < given.cause_probability
        out = random.random((chunk, SUPPLIERS)) < own
        hit = random.random((chunk, SUPPLIERS)) < given.hit_probability
        out[:, given.hit_group] |= hit & occurs[:, given.hit_cause]
        gone = (out * given.outage) @ lost
        there = (1.0 - out) @ backed * 0.25
        total += float((np.maximum(gone - there, 0.0) @ given.shortage_cost).sum())
    return total / trials


def with_monaco(trials: int) -> None:
    """Run monaco on 200 independent suppliers."""
    import monaco
    from scipy.stats import bernoulli

    def preprocess(case: monaco.Case) -> tuple[list[float]]:
        return ([var.val for var in case.invars.values()],)

    def run(values: list[float]) -> tuple[float]:
        return (float(sum(values)),)

    def postprocess(case: monaco.Case, total: float) -> None:
        case.addOutVal("failed", total)

    functions = {"preprocess": preprocess, "run": run, "postprocess": postprocess}
    sim = monaco.Sim(
        name="risk", ndraws=trials, fcns=functions, firstcaseismedian=False, seed=1, singlethreaded=True, verbose=False
    )
    for number in range(SUPPLIERS):
        sim.addInVar(name=f"s{number}", dist=bernoulli, distkwargs={"p": 0.02})
    sim.runSim()


def supply(given: Hazards) -> SupplyNetwork:
    """Return the same suppliers as a network: 40 parts go into 10 products, each of four parts."""
    awarded, backs = len(given.loss_item), len(given.backup_item)
    parts = np.arange(10, ITEMS)
    return SupplyNetwork(
        demand=np.where(np.arange(ITEMS) < 10, 2.0, 0.0),
        shortage_cost=given.shortage_cost,
        stock=np.full(ITEMS, 5.0),
        parent=(parts - 10) // 4,
        child=parts,
        quantity=np.ones(len(parts)),
        source_item=np.concatenate([given.loss_item, given.backup_item]),
        source_group=np.concatenate([given.loss_group, given.backup_group]),
        source_rate=np.concatenate([np.full(awarded, 1.0), np.full(backs, 0.5)]),
        source_from=np.concatenate([np.zeros(awarded), np.full(backs, 11.0)]),
        source_turnkey=np.concatenate([given.loss_item, given.backup_item]) >= 10,
        source_booked=np.arange(awarded + backs) >= awarded,
    )


def recover(network: SupplyNetwork) -> int:
    """Ask for the impact and the time to survive of the loss of every supplier; return how many hurt."""
    survival = Survival(network)
    hurt = 0
    for group in range(SUPPLIERS):
        lost = network.source_group == group
        hurt += survival.impact(lost, 60.0).cost > 0
        survival.time_to_survive(lost)
    return hurt


def timed(trials: int, work: Callable[[], object], repeats: int = 3) -> tuple[float, float]:
    """Return the best trials a second of some runs, and a second of processor time (that of all threads together).

    The second does not fall when others use the machine too; on idle cores the first is the second times the cores.
    """
    best, best_processor = 0.0, 0.0
    for _repeat in range(repeats):
        began, began_processor = time.perf_counter(), time.process_time()
        work()
        best = max(best, trials / (time.perf_counter() - began))
        best_processor = max(best_processor, trials / (time.process_time() - began_processor))
    return best, best_processor


def main() -> None:
    """Print trials a second."""
    given = model()
    began = time.perf_counter()
    simulate(given, 1000)
    print(f"first call, compiling or loading what is compiled: {time.perf_counter() - began:.1f} s")
    found = simulate(given, 500_000)
    print(
        f"{found.failed.mean():.2f} suppliers fail in a trial; something is short in {found.shortage_probability:.0%}"
    )
    print(f"{'':28} {'trials/s':>12} {'per processor second':>22}")
    rows: list[tuple[str, int, Callable[[], object], int]] = [
        ("secondsource, 1 worker", OURS, lambda: simulate(given, OURS, workers=1), 3),
        ("secondsource, 2 workers", OURS, lambda: simulate(given, OURS, workers=2), 3),
        ("plain numpy, dense", NUMPY, lambda: plain(given, NUMPY, 1), 3),
        ("monaco, 200 variables", MONACO, lambda: with_monaco(MONACO), 1),
    ]
    for name, trials, work, repeats in rows:
        speed, processor = timed(trials, work, repeats)
        print(f"{name:28} {speed:>12,.0f} {processor:>22,.0f}")
    began, began_processor = time.perf_counter(), time.process_time()
    hurt = recover(supply(given))
    seconds, processor_seconds = time.perf_counter() - began, time.process_time() - began_processor
    print(f"impact and time to survive of all {SUPPLIERS} losses, {hurt} of which hurt: {seconds:.1f} s,", end=" ")
    print(f"{processor_seconds:.1f} s of processor time")


if __name__ == "__main__":
    main()
