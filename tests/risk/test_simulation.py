"""The simulation against all courses of events added up, and properties: the same bits on any number of workers."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from secondsource.risk.hazards import Hazards
from secondsource.risk.simulate import simulate
from secondsource.risk.tail import exact_tail


def hazards(**columns: Any) -> Hazards:
    """One supplier (10 %, a quarter of the year) of 100 units that cost 10; nobody stands by; a lack costs 40 each."""
    usual: dict[str, Any] = {
        "probability": np.array([0.1]),
        "outage": np.array([0.25]),
        "loss_group": np.array([0]),
        "loss_item": np.array([0]),
        "loss_units": np.array([100.0]),
        "loss_saved": np.array([1000.0]),
        "shortage_cost": np.array([40.0]),
        "stock": np.array([0.0]),
        "need": np.array([100.0]),
        "unit_cost": np.array([10.0]),
    }
    return Hazards(**(usual | columns))


def backed(price: float, wait: float = 0.0, units: float = 100.0, probability: float = 0.0, **columns: Any) -> Hazards:
    return hazards(
        probability=np.array([0.1, probability]),
        outage=np.array([0.25, 0.25]),
        backup_group=np.array([1]),
        backup_item=np.array([0]),
        backup_units=np.array([units]),
        backup_cost=np.array([price]),
        backup_bring_up=np.array([wait]),
        **columns,
    )


def worst(given: Hazards, trials: int = 20_000) -> float:
    return float(simulate(given, trials, workers=1).loss.max())


def test_what_nobody_takes_over_is_short_as_long_as_the_failure_lasts() -> None:
    found = simulate(hazards(), 20_000, workers=1)
    assert set(np.unique(found.loss).round(9)) == {0.0, 0.25 * 100 * 40}
    assert found.short.mean() == pytest.approx(0.1, abs=0.01)
    assert (found.short == (found.loss > 0)).all()


def test_a_backup_takes_over_at_its_price_less_what_is_saved() -> None:
    assert worst(backed(13.0)) == pytest.approx(0.25 * 100 * (13 - 10))
    assert worst(backed(9.0)) == 0.0  # a cheaper takeover is no gain


def test_until_it_is_brought_up_a_backup_delivers_nothing() -> None:
    assert worst(backed(13.0, wait=0.05)) == pytest.approx(0.25 * 100 * 3 + 0.05 * 100 * 40)
    assert worst(backed(13.0, wait=0.5)) == pytest.approx(0.25 * 100 * 3 + 0.25 * 100 * 40)


def test_a_backup_that_is_too_small_leaves_the_rest_short() -> None:
    # 60 of 100 taken over at 13, the saved part of the awards 600; 40 short
    assert worst(backed(13.0, units=60.0)) == pytest.approx(0.25 * (60 * 3 + 40 * 40))


def test_only_the_share_that_is_to_be_covered_is_taken_over() -> None:
    assert worst(backed(13.0, cover=0.8)) == pytest.approx(0.25 * (80 * 3 + 20 * 40))


def test_a_stock_serves_the_beginning_and_then_it_is_gone() -> None:
    assert worst(hazards(stock=np.array([10.0]))) == pytest.approx((25 - 10) * 40)
    assert not simulate(hazards(stock=np.array([30.0])), 20_000, workers=1).short.any()


def test_a_backup_that_is_out_itself_takes_nothing_over() -> None:
    together = backed(
        13.0,
        probability=0.1,
        cause_probability=np.array([0.1]),
        hit_cause=np.array([0, 0]),
        hit_group=np.array([0, 1]),
        hit_probability=np.ones(2),
    )
    found = simulate(together, 20_000, workers=1)
    assert set(np.unique(found.loss).round(9)) == {0.0, 0.25 * 100 * 40}


def test_of_two_parts_that_one_product_lacks_at_once_the_dearer_lack_counts() -> None:
    both = hazards(
        loss_group=np.array([0, 0]),
        loss_item=np.array([1, 2]),
        loss_units=np.array([100.0, 100.0]),
        loss_saved=np.zeros(2),
        shortage_cost=np.array([0.0, 40.0, 30.0]),
        stock=np.zeros(3),
        need=np.full(3, 100.0),
        unit_cost=np.zeros(3),
        root_item=np.array([0, 1, 2]),
        root=np.array([0, 0, 0]),
        root_share=np.ones(3),
    )
    assert worst(both) == pytest.approx(0.25 * 100 * 40)
    apart = replace(both, root=np.array([0, 1, 2]))
    assert worst(apart) == pytest.approx(0.25 * 100 * 70)


def test_a_price_that_moves_moves_the_cost_by_its_spread() -> None:
    moving = hazards(
        probability=np.array([0.0]),
        cell_money=np.array([1000.0]),
        driver_cell=np.array([0]),
        cell_driver=np.array([0]),
        spread=np.array([0.1]),
        mixing=np.eye(1),
    )
    loss = simulate(moving, 200_000, workers=1).loss
    assert loss.mean() == pytest.approx(0, abs=1)
    assert np.log1p(loss / 1000).std() == pytest.approx(0.1, rel=0.01)


@pytest.mark.parametrize("correlation", [-0.8, 0.0, 0.6])
def test_drivers_move_together_as_much_as_is_said(correlation: float) -> None:
    mixing = np.linalg.cholesky(np.array([[1, correlation], [correlation, 1]]))
    moving = hazards(
        probability=np.array([0.0]),
        cell_money=np.array([1000.0, 1e6]),
        driver_cell=np.array([0, 1]),
        cell_driver=np.array([0, 1]),
        spread=np.array([0.1, 0.1]),
        mixing=mixing,
    )
    # The variance of the sum tells the correlation.
    loss = simulate(replace(moving, cell_money=np.array([1.0, 1.0])), 400_000, workers=1).loss
    one = np.exp(0.01) - 1
    assert loss.var() == pytest.approx(2 * one + 2 * (np.exp(0.01 * correlation) - 1), rel=0.02)


def test_a_lead_time_that_grows_leaves_a_gap_and_a_surge_asks_the_backups() -> None:
    late = hazards(
        probability=np.array([0.0]),
        late_driver=np.array([0]),
        late_item=np.array([0]),
        late_units=np.array([100.0]),
        late_time=np.array([0.1]),
        spread=np.array([0.3]),
        mixing=np.eye(1),
    )
    found = simulate(late, 100_000, workers=1).loss
    # A lognormal factor of mean 1: E max(0, f − 1) = 2 Φ(σ / 2) − 1
    assert found.mean() == pytest.approx(100 * 0.1 * 40 * 0.11924, rel=0.03)
    surge = backed(
        13.0,
        units=1e6,
        demand_driver=np.array([0]),
        demand_item=np.array([0]),
        spread=np.array([0.3]),
        mixing=np.eye(1),
    )
    surge = replace(surge, probability=np.zeros(2))
    assert simulate(surge, 100_000, workers=1).loss.mean() == pytest.approx(100 * 3 * 0.11924, rel=0.03)


def random_network(seed: int, groups: int = 12) -> Hazards:
    """Twelve suppliers, two common causes, four items that two to three of them share, with backups and stocks."""
    random = np.random.default_rng(seed)
    item = np.arange(groups) % 4
    backs = (item + 1) % 4
    return hazards(
        probability=random.uniform(0.02, 0.1, groups),
        outage=random.uniform(0.1, 0.3, groups),
        cause_probability=np.array([0.03, 0.02]),
        hit_cause=np.repeat([0, 1], 4),
        hit_group=np.array([0, 4, 5, 9, 2, 3, 7, 10]),
        hit_probability=np.array([1.0, 0.5, 0.5, 1.0, 0.4, 0.4, 1.0, 0.7]),
        loss_group=np.arange(groups),
        loss_item=item,
        loss_units=random.uniform(20, 60, groups),
        loss_saved=random.uniform(200, 600, groups),
        backup_group=np.arange(groups),
        backup_item=backs,
        backup_units=random.uniform(5, 30, groups),
        backup_cost=random.uniform(10, 18, groups),
        backup_bring_up=random.uniform(0, 0.05, groups),
        shortage_cost=random.uniform(20, 80, 4),
        stock=np.array([0.0, 3.0, 0.0, 1.0]),
        need=np.full(4, 120.0),
        unit_cost=np.full(4, 10.0),
    )


def loss_of(given: Hazards, out: tuple[int, ...]) -> float:
    """What a set of groups costs, all out from the same moment, each as long as it lasts: added up plainly."""
    total = 0.0
    for item in range(len(given.shortage_cost)):
        ends = sorted({float(given.outage[g]) for g in out})
        missing = 0.0
        for start, stop in zip([0.0, *ends], ends, strict=False):
            gone = [g for g in out if given.outage[g] >= stop]
            rows = [k for k, g in enumerate(given.loss_group) if g in gone and given.loss_item[k] == item]
            lost = sum(given.loss_units[k] for k in rows)
            if not lost:
                continue
            left, money = lost, 0.0
            offers = [k for k in range(len(given.backup_item)) if given.backup_item[k] == item]
            for k in sorted(offers, key=lambda k: given.backup_cost[k]):
                taken = 0.0 if given.backup_group[k] in gone else min(left, given.backup_units[k])
                left -= taken
                money += taken * given.backup_cost[k]
                missing += taken * max(0.0, min(stop, given.backup_bring_up[k]) - start)
            saved = sum(given.loss_saved[k] for k in rows) * (lost - left) / lost
            total += (stop - start) * max(0.0, money - saved)
            missing += left * (stop - start)
        total += given.shortage_cost[item] * max(0.0, missing - given.stock[item])
    return total


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_tail_of_12_suppliers_is_that_of_all_their_courses_added_up(seed: int) -> None:
    """Common causes alone (victims begin together), so that every one of the 2^12 sets has one loss."""
    given = random_network(seed)
    given = replace(given, probability=np.zeros(12))  # each fails of its causes alone
    chance: dict[tuple[int, ...], float] = {}
    for occurs in itertools.product((False, True), repeat=2):
        p = np.prod(np.where(occurs, given.cause_probability, 1 - given.cause_probability))
        hits = [k for k in range(len(given.hit_cause)) if occurs[given.hit_cause[k]]]
        if all(occurs):
            continue  # 6 in 10,000: victims of two causes begin at two moments, and have no one loss
        for hit in itertools.product((False, True), repeat=len(hits)):
            h = np.where(hit, given.hit_probability[hits], 1 - given.hit_probability[hits]).prod()
            out = tuple(sorted(int(given.hit_group[k]) for k, x in zip(hits, hit, strict=True) if x))
            chance[out] = chance.get(out, 0.0) + float(p * h)
    losses, likely = np.array([loss_of(given, out) for out in chance]), np.array(list(chance.values()))
    found = simulate(given, 2_000_000, seed=seed)
    assert found.mean == pytest.approx(float(losses @ likely), rel=0.03)
    seen = np.sort(found.loss[found.loss > 0])
    for loss, p in zip(losses, likely, strict=True):
        if loss > 0 and p > 1e-4:
            share = np.searchsorted(seen, loss + 1e-6) - np.searchsorted(seen, loss - 1e-6)
            same = likely[np.abs(losses - loss) < 1e-6].sum()
            assert share / found.trials == pytest.approx(float(same), rel=0.15)


def alone(given: Hazards, group: int) -> float:
    return loss_of(given, (group,))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_value_at_risk_and_tail_mean_are_within_1_percent_of_exact_enumeration(seed: int) -> None:
    """Twelve suppliers of twelve items, all 2^12 sets: items apart, so that a set costs the sum of its members."""
    random = np.random.default_rng(seed)
    n = 12
    given = hazards(
        probability=random.uniform(0.02, 0.15, n),
        outage=random.uniform(0.1, 0.4, n),
        cause_probability=np.array([0.04]),
        hit_cause=np.zeros(3, dtype=np.int64),
        hit_group=np.array([1, 5, 8]),
        hit_probability=np.array([0.3, 0.4, 0.2]),
        loss_group=np.arange(n),
        loss_item=np.arange(n),
        loss_units=random.uniform(50, 200, n),
        loss_saved=random.uniform(500, 2000, n),
        shortage_cost=random.uniform(20, 80, n),
        stock=np.where(np.arange(n) % 3 == 0, 2.0, 0.0),
        need=np.full(n, 100.0),
        unit_cost=np.full(n, 10.0),
    )
    each = np.array([alone(given, group) for group in range(n)])
    states = np.array(list(itertools.product((0, 1), repeat=n)))
    own = given.own_probability

    def likely(p: Any) -> Any:
        return np.prod(np.where(states, p, 1 - p), axis=1)

    q = given.cause_probability[0]
    hit = np.zeros(n)
    hit[given.hit_group] = given.hit_probability
    probabilities = (1 - q) * likely(own) + q * likely(1 - (1 - own) * (1 - hit))
    assert probabilities.sum() == pytest.approx(1)
    found = simulate(given, 1_000_000, seed=seed)
    for level in (0.9, 0.99):
        var, tail = exact_tail(states @ each, probabilities, level)
        assert found.value_at_risk(level) == pytest.approx(var, rel=0.01)
        assert found.tail_mean(level) == pytest.approx(tail, rel=0.01)
        print(f"seed {seed}, {level}: VaR {found.value_at_risk(level):.1f} of {var:.1f}, CVaR", end=" ")
        print(f"{found.tail_mean(level):.1f} of {tail:.1f}")
    assert found.mean == pytest.approx(float((states @ each) @ probabilities), rel=0.01)


def test_each_group_fails_as_often_as_its_probability_says_with_common_causes_or_without() -> None:
    probability = np.array([1.0, 0.7, 0.3, 0.05, 0.04, 0.001, 0.0])
    n = len(probability)
    given = hazards(
        probability=probability,
        outage=np.full(n, 0.2),
        cause_probability=np.array([0.03]),
        hit_cause=np.zeros(3, dtype=np.int64),
        hit_group=np.array([2, 3, 4]),
        hit_probability=np.array([1.0, 0.9, 0.5]),
        loss_group=np.arange(n),
        loss_item=np.arange(n),
        loss_units=np.array([3.0**k for k in range(n)]),
        loss_saved=np.zeros(n),
        shortage_cost=np.ones(n),
        stock=np.zeros(n),
        need=np.ones(n),
        unit_cost=np.zeros(n),
    )
    loss = simulate(given, 400_000, workers=1).loss / 0.2
    whole = np.round(loss).astype(np.int64)
    seen = np.array([((whole // 3**k) % 3 == 1).mean() for k in range(n)])
    assert seen == pytest.approx(probability, abs=0.003)


def test_causes_that_reach_further_than_the_probability_are_known() -> None:
    given = hazards(
        probability=np.array([0.01]),
        cause_probability=np.array([0.1]),
        hit_cause=np.array([0]),
        hit_group=np.array([0]),
        hit_probability=np.array([0.5]),
    )
    assert given.overdriven.tolist() == [True]
    assert simulate(given, 100_000, workers=1).short.mean() == pytest.approx(0.05, abs=0.003)


@pytest.mark.parametrize(("workers", "chunk"), [(1, 1), (1, 7), (2, 100), (4, 999), (3, 65536)])
def test_a_seed_gives_the_same_bits_at_any_chunk_and_number_of_workers(workers: int, chunk: int) -> None:
    given = replace(
        random_network(7),
        cell_money=np.array([1000.0]),
        driver_cell=np.array([0, 0, 0]),
        cell_driver=np.array([0, 1, 2]),
        demand_driver=np.array([1]),
        demand_item=np.array([2]),
        late_driver=np.array([2]),
        late_item=np.array([3]),
        late_units=np.array([50.0]),
        late_time=np.array([0.1]),
        spread=np.full(3, 0.1),
        mixing=np.asarray(np.linalg.cholesky(np.full((3, 3), 0.5) + 0.5 * np.eye(3)), dtype=np.float64),
    )
    whole, parts = (
        simulate(given, 3000, seed=11, workers=1),
        simulate(given, 3000, seed=11, workers=workers, chunk=chunk),
    )
    assert whole.loss.tobytes() == parts.loss.tobytes()
    assert whole.short.tobytes() == parts.short.tobytes() and whole.failed.tobytes() == parts.failed.tobytes()
    assert whole.loss[:500].tobytes() == simulate(given, 500, seed=11).loss.tobytes()
    assert whole.loss.tobytes() != simulate(given, 3000, seed=12).loss.tobytes()


def test_an_item_without_backups_has_none_of_the_next_items() -> None:
    """The trap of `reduceat`: an empty run of rows must not read the next item's."""
    given = hazards(
        probability=np.array([0.1, 0.0]),
        outage=np.array([0.25, 0.25]),
        backup_group=np.array([1]),
        backup_item=np.array([1]),
        backup_units=np.array([1000.0]),
        backup_cost=np.array([1.0]),
        backup_bring_up=np.array([0.0]),
        shortage_cost=np.array([40.0, 40.0, 40.0]),
        stock=np.zeros(3),
        need=np.full(3, 100.0),
        unit_cost=np.zeros(3),
    )
    assert worst(given) == pytest.approx(0.25 * 100 * 40)


def test_a_number_of_trials_below_1_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        simulate(hazards(), 0)
