"""Scores from histories: worked cases, what is censored, calibration on suppliers whose truth is known."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from secondsource.advice.reliability import reliability
from secondsource.errors import InvalidInput
from secondsource.problem.histories import Histories, histories_from_rows
from secondsource.risk.backtest import HALF_LIVES, backtest, choose_half_life
from secondsource.risk.records import records
from secondsource.risk.reliability import Rate, Reliability, score
from secondsource.risk.survival import kaplan_meier

TODAY = date(2026, 1, 1)


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def contract(name: str, supplier: str = "Ada", **columns: Any) -> dict[str, Any]:
    return {"contract": name, "supplier": supplier, "start": ago(700), **columns}


def scored(contracts: list[dict[str, Any]], deliveries: list[dict[str, Any]] | None = None, **more: Any) -> Reliability:
    histories = histories_from_rows({"contracts": contracts, "deliveries": deliveries or [], **more}, TODAY)
    (found,) = [each for each in score(histories, half_life=math.inf).suppliers if each.supplier == "Ada"]
    return found


def rate(of: Rate | None) -> Rate:
    assert of is not None
    return of


def test_a_running_contract_is_never_counted_as_kept() -> None:
    ended = contract("old", ended=ago(10), outcome="completed")
    alone, with_running = scored([ended]), scored([ended, contract("new"), contract("newer")])
    assert rate(alone.kept).mean == rate(with_running.kept).mean == (0.5 + 1) / 2
    assert rate(with_running.kept).contracts == ("old",)
    assert with_running.waiting == 2


def test_a_running_contract_only_adds_years_in_which_nothing_has_failed_yet() -> None:
    short, long = scored([contract("a", start=ago(365))]), scored([contract("a", start=ago(5 * 365))])
    assert rate(short.failures).count == 1 and rate(long.failures).count == 5
    assert long.failure_probability[0] < short.failure_probability[0]
    assert long.kept is None  # nothing was kept


def test_contracts_of_one_time_are_one_time_in_which_the_supplier_may_fail() -> None:
    one = scored([contract("a", start=ago(730))])
    three = scored([contract(name, start=ago(730)) for name in "abc"])
    assert one.failure_probability == pytest.approx(three.failure_probability)
    # half an event in one year before, none in two years since: 1 − (3 / 4)^0.5
    assert one.failure_probability[0] == pytest.approx(1 - (3 / 4) ** 0.5)


def test_an_overdue_delivery_is_late_and_one_that_is_not_due_is_nothing_yet() -> None:
    deliveries = [
        {"delivery": "overdue", "contract": "c", "due": ago(30)},
        {"delivery": "coming", "contract": "c", "due": ago(-30)},
        {"delivery": "came", "contract": "c", "due": ago(90), "delivered": ago(90)},
    ]
    found = scored([contract("c")], deliveries)
    assert (rate(found.on_time).count, rate(found.on_time).events) == (2, 1)
    assert found.waiting == 2


def test_a_delivery_that_was_never_to_come_is_not_late() -> None:
    broken = contract("c", ended=ago(60), outcome="terminated")
    found = scored([broken], [{"delivery": "after", "contract": "c", "due": ago(30)}])
    assert found.on_time is None and rate(found.kept).events == 1


def test_no_work_gives_no_score_and_a_year_without_work_none_either() -> None:
    old = contract("c", start=ago(4000), ended=ago(3000), outcome="completed")
    assert scored([old]).score is None
    deliveries = [
        {"delivery": str(day), "contract": "c", "due": day, "delivered": day} for day in ("2022-05-01", "2024-05-01")
    ]
    periods = scored([contract("c", start="2022-01-01")], deliveries).periods
    assert [(each.year, each.on_time, each.count) for each in periods] == [(2022, 1, 1), (2023, None, 0), (2024, 1, 1)]


def test_older_records_count_less() -> None:
    def late(days: int) -> list[dict[str, Any]]:
        late_one = {"delivery": "l", "contract": "c", "due": ago(days), "delivered": ago(days - 5)}
        fine = [{"delivery": str(k), "contract": "c", "due": ago(99), "delivered": ago(99)} for k in range(3)]
        return [late_one, *fine]

    means = []
    for days in (100, 1500):
        histories = histories_from_rows(
            {"contracts": [contract("c", start=ago(1700))], "deliveries": late(days)}, TODAY
        )
        (found,) = score(histories, half_life=730.0).suppliers
        means.append(rate(found.on_time).mean)
    assert means[1] > means[0] + 0.05


def test_suppliers_are_ranked_by_the_lower_bound_not_by_the_mean() -> None:
    contracts = [contract("a", "Ada"), contract("b", "Bea")]
    few = [{"delivery": f"a{k}", "contract": "a", "due": ago(9), "delivered": ago(9)} for k in range(2)]
    many = [
        {"delivery": f"b{k}", "contract": "b", "due": ago(9), "delivered": ago(9 - 2 * (k == 0))} for k in range(60)
    ]
    ranked = score(histories_from_rows({"contracts": contracts, "deliveries": few + many}, TODAY)).suppliers
    assert [each.supplier for each in ranked] == ["Bea", "Ada"]
    lows = [rate(each.on_time).low for each in ranked]
    assert lows == sorted(lows, reverse=True)


def test_units_in_clumps_tell_less_than_units_by_chance() -> None:
    def deliveries(bad: list[int]) -> list[dict[str, Any]]:
        return [
            {
                "delivery": str(k),
                "contract": "c",
                "due": ago(9),
                "delivered": ago(9),
                "quantity": 100,
                "defective": each,
            }
            for k, each in enumerate(bad)
        ]

    even, clumped = (scored([contract("c")], deliveries(bad)) for bad in ([5] * 8, [40] + [0] * 7))
    assert rate(even.sound).count == rate(clumped.sound).count == 800
    assert rate(clumped.sound).high - rate(clumped.sound).low > 3 * (rate(even.sound).high - rate(even.sound).low)


def test_suppliers_of_one_parent_are_told() -> None:
    assert scored([contract("c")], firms=[{"supplier": "Ada", "parent": "Holding"}]).parent == "Holding"


def test_kaplan_and_meier_by_hand() -> None:
    curve = kaplan_meier(np.array([2.0, 3.0, 3.0, 5.0, 8.0]), np.array([True, True, False, True, False]))
    # 4/5, then 3/4 of it, then 1/2 of it
    assert curve.lasting == pytest.approx([0.8, 0.6, 0.3])
    assert curve.mean() == pytest.approx(2 * 1 + 1 * 0.8 + 2 * 0.6 + 3 * 0.3)
    assert (curve.quantile(0.5), curve.quantile(0.9)) == (5.0, None)


def test_delays_and_times_to_failure_are_told_with_what_is_not_over_yet() -> None:
    contracts = [
        contract("broke", start=ago(400), ended=ago(200), outcome="terminated", resumed=ago(150)),
        contract("runs", start=ago(300)),
        contract("done", start=ago(700), ended=ago(300), outcome="completed"),
    ]
    deliveries = [
        {"delivery": "late", "contract": "done", "due": ago(400), "delivered": ago(390)},
        {"delivery": "never", "contract": "runs", "due": ago(20)},
    ]
    answer = reliability(histories_from_rows({"contracts": contracts, "deliveries": deliveries}, TODAY))
    # One of three broke after 200 days; the others had lasted longer. One came 10 days late, one is 20 days overdue.
    assert dict(answer.unbroken) == {182: 1.0, 365: pytest.approx(2 / 3)}
    assert dict(answer.later) == {0: 1.0, 7: 1.0, 14: 0.5}
    assert dict(answer.waiting) == {30: 1.0}


@pytest.mark.parametrize(
    ("contracts", "deliveries", "said"),
    [
        ([contract("c", outcome="completed")], [], "ended"),
        ([contract("c", ended=ago(5))], [], "outcome"),
        ([contract("c", ended=ago(800), outcome="completed")], [], "no day before start"),
        ([contract("c", ended=ago(-5), outcome="completed")], [], "is after 2026-01-01"),
        ([contract("c", resumed=ago(5))], [], "resumed"),
        ([contract("c"), contract("c")], [], "is there twice"),
        ([contract("c", outcom="x")], [], "did you mean 'outcome'?"),
        ([contract("chairs")], [{"delivery": "d", "contract": "chair", "due": ago(1)}], "did you mean 'chairs'?"),
        (
            [contract("c")],
            [{"delivery": "d", "contract": "c", "due": ago(1), "delivered": ago(1), "defective": 2}],
            "no more than the quantity, 1",
        ),
        ([contract("c", value=-1)], [], "value"),
    ],
)
def test_what_is_wrong_with_a_history_is_said(
    contracts: list[dict[str, Any]], deliveries: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        histories_from_rows({"contracts": contracts, "deliveries": deliveries}, TODAY)
    assert said in str(refused.value)


def test_all_faults_come_at_once() -> None:
    rows = [contract("c", ended=ago(5)), contract("c", value=-1), {"contract": "d", "supplier": "Ada"}]
    with pytest.raises(InvalidInput) as refused:
        histories_from_rows({"contracts": rows, "suppliers": []}, TODAY)
    assert len(refused.value.faults) >= 5


def world(
    seed: int, suppliers: int = 1000, a: float = 8.0, b: float = 2.0, drift: float = 0.0
) -> tuple[Any, Histories]:
    """Suppliers with 5 to 50 deliveries over three years; true rates drawn from Beta(a, b), wandering if `drift`."""
    random = np.random.default_rng(seed)
    truth = random.beta(a, b, suppliers)
    contracts, deliveries = [], []
    for supplier in range(suppliers):
        contracts.append(contract(f"c{supplier}", f"s{supplier}", start=ago(1100)))
        count = int(random.integers(5, 51))
        ages = np.sort(random.integers(31, 1095, count))
        logit = np.log(truth[supplier] / (1 - truth[supplier]))
        walk = np.cumsum(random.normal(0, 1, count) * drift * np.sqrt(np.diff(ages, prepend=0) / 365))
        for k, (age, chance) in enumerate(zip(ages.tolist(), 1 / (1 + np.exp(-(logit + walk))), strict=True)):
            late = int(random.integers(1, 30)) if random.random() > chance else 0
            deliveries.append(
                {
                    "delivery": f"{supplier}/{k}",
                    "contract": f"c{supplier}",
                    "due": ago(age),
                    "delivered": ago(age - late),
                }
            )
    return truth, histories_from_rows({"contracts": contracts, "deliveries": deliveries}, TODAY)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "a", "b"), [(1, 8.0, 2.0), (2, 18.0, 2.0)])
def test_on_1000_suppliers_the_interval_covers_9_in_10_and_the_forecast_beats_the_raw_rate(
    seed: int, a: float, b: float
) -> None:
    truth, histories = world(seed, a=a, b=b)
    half_life = choose_half_life(histories)
    by_name = {each.supplier: rate(each.on_time) for each in score(histories, half_life=half_life).suppliers}
    found = [by_name[f"s{k}"] for k in range(len(truth))]
    covered = np.mean([each.low <= p <= each.high for each, p in zip(found, truth, strict=True)])
    assert 0.88 <= covered <= 0.92
    mean = np.array([each.mean for each in found])
    raw = np.array([1 - each.events / each.count for each in found])
    # The Brier score of coming deliveries is p (1 − p), which nobody can better, plus these squared distances.
    assert ((mean - truth) ** 2).mean() < 0.9 * ((raw - truth) ** 2).mean()
    noise = (truth * (1 - truth)).mean()
    print(
        f"covered {covered:.3f}; Brier {noise + ((mean - truth) ** 2).mean():.5f}, raw rate "
        f"{noise + ((raw - truth) ** 2).mean():.5f}, of which noise {noise:.5f}"
    )


@pytest.mark.slow
def test_the_back_test_sees_nothing_of_the_future_and_beats_the_raw_rate() -> None:
    _truth, histories = world(3, suppliers=400)
    split = TODAY - timedelta(days=365)
    before = records(histories, split)
    assert max(before.handed_age, default=0) >= 0 and before.as_of == split
    tested = backtest(histories)
    assert tested is not None
    assert tested.brier < tested.brier_raw and tested.brier < tested.brier_mean
    assert 0.85 <= tested.coverage <= 0.95
    assert tested.calibration_error < 0.03


@pytest.mark.slow
def test_wandering_suppliers_get_a_shorter_memory() -> None:
    _truth, steady = world(5, suppliers=300)
    _truth, wandering = world(5, suppliers=300, drift=1.5)
    assert choose_half_life(wandering) == min(HALF_LIVES)
    assert choose_half_life(steady) > min(HALF_LIVES)


def test_without_a_year_before_there_is_no_back_test() -> None:
    histories = histories_from_rows(
        {"contracts": [contract("c", start=ago(100), due=ago(5), ended=ago(5), outcome="completed")]}, TODAY
    )
    assert backtest(histories) is None
    assert choose_half_life(histories) == 730.0
