"""Weights and ranks: published examples to the last digit, other libraries to 1e-9, shares of weights by sampling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pymcdm.methods
import pymcdm.normalizations
import pytest
from skcriteria import mkdm
from skcriteria.agg import topsis as closeness
from skcriteria.preprocessing.scalers import VectorScaler

from secondsource.advice.qualify import Qualification, levels_of, qualify
from secondsource.costing.ranking import Normalisation, ahp, first_shares, topsis, winner_changes
from secondsource.problem.studies.qualify import FORM
from secondsource.problem.studies.study import study_from_rows

TODAY = date(2024, 1, 15)
METHODS: tuple[Normalisation, ...] = ("vector", "minmax", "sum", "max")


def matrix(names: str, ratios: Mapping[tuple[str, str], float]) -> np.ndarray:
    keys = names.split()
    found = np.ones((len(keys), len(keys)))
    for (one, other), ratio in ratios.items():
        found[keys.index(one), keys.index(other)] = ratio
        found[keys.index(other), keys.index(one)] = 1 / ratio
    return found


DRINKS = {
    ("coffee", "wine"): 9, ("coffee", "tea"): 5, ("coffee", "beer"): 2, ("coffee", "soda"): 1, ("coffee", "milk"): 1,
    ("water", "coffee"): 2, ("water", "wine"): 9, ("water", "tea"): 9, ("water", "beer"): 3, ("water", "soda"): 2,
    ("water", "milk"): 3, ("tea", "wine"): 3, ("beer", "wine"): 9, ("beer", "tea"): 3, ("beer", "milk"): 1,
    ("soda", "wine"): 9, ("soda", "tea"): 4, ("soda", "beer"): 2, ("soda", "milk"): 2, ("milk", "wine"): 9,
    ("milk", "tea"): 3,
}  # fmt: skip


def test_the_drinks_of_saaty_have_their_published_weights_and_consistency() -> None:
    # T. L. Saaty, Decision making with the analytic hierarchy process, Int. J. Services Sciences 1 (2008), 83-98, as
    # quoted in the tests of AHPy: to three digits, consistency ratio 0.022.
    weights, ratio = ahp(matrix("beer coffee milk soda tea water wine", DRINKS), "eigenvector")
    assert list(weights.round(3)) == [0.116, 0.177, 0.129, 0.190, 0.042, 0.327, 0.019]
    assert round(ratio, 3) == 0.022


def test_the_cities_of_saaty_come_out_as_published() -> None:
    # T. L. Saaty, Theory and Applications of the Analytic Network Process (2005), as quoted in the tests of AHPy:
    # Bethesda 0.229, Boston 0.275, Pittsburgh 0.385, Santa Fe 0.111.
    cities, criteria = "Bethesda Boston Pittsburgh Fe", "Culture Family Housing Jobs Transportation"
    goal = {
        ("Culture", "Housing"): 3, ("Culture", "Transportation"): 5, ("Family", "Culture"): 5, ("Family", "Housing"): 7,
        ("Family", "Transportation"): 7, ("Housing", "Transportation"): 3, ("Jobs", "Culture"): 2,
        ("Jobs", "Housing"): 4, ("Jobs", "Transportation"): 7, ("Family", "Jobs"): 1,
    }  # fmt: skip
    by_city: list[dict[tuple[str, str], float]] = [
        {("Bethesda", "Pittsburgh"): 1, ("Boston", "Bethesda"): 2, ("Boston", "Pittsburgh"): 2.5, ("Boston", "Fe"): 1,
         ("Fe", "Bethesda"): 2, ("Fe", "Pittsburgh"): 2.5},
        {("Bethesda", "Boston"): 2, ("Bethesda", "Fe"): 4, ("Boston", "Fe"): 2, ("Pittsburgh", "Bethesda"): 3,
         ("Pittsburgh", "Boston"): 8, ("Pittsburgh", "Fe"): 9},
        {("Bethesda", "Boston"): 5, ("Bethesda", "Fe"): 2.5, ("Pittsburgh", "Bethesda"): 2, ("Pittsburgh", "Boston"): 9,
         ("Pittsburgh", "Fe"): 7, ("Fe", "Boston"): 4},
        {("Bethesda", "Pittsburgh"): 3, ("Bethesda", "Fe"): 4, ("Boston", "Bethesda"): 2, ("Boston", "Pittsburgh"): 6,
         ("Boston", "Fe"): 8, ("Pittsburgh", "Fe"): 1},
        {("Bethesda", "Boston"): 1.5, ("Bethesda", "Fe"): 4, ("Boston", "Fe"): 2.5, ("Pittsburgh", "Bethesda"): 2,
         ("Pittsburgh", "Boston"): 3.5, ("Pittsburgh", "Fe"): 9},
    ]  # fmt: skip
    weights, _ratio = ahp(matrix(criteria, goal), "eigenvector")
    local = np.array([ahp(matrix(cities, each), "eigenvector")[0] for each in by_city])
    assert list((weights @ local).round(3)) == [0.229, 0.275, 0.385, 0.111]


def test_the_leader_example_prints_547_where_it_is_548() -> None:
    # Wikipedia, Analytic hierarchy process - leader example: .547 .127 .270 .056, consistency 0.044. The first is
    # 0.547569: rounded it is .548; .547 was cut so that the four add up to 1.
    ratios = {
        ("experience", "education"): 4, ("experience", "charisma"): 3, ("experience", "age"): 7,
        ("charisma", "education"): 3, ("education", "age"): 3, ("charisma", "age"): 5,
    }  # fmt: skip
    weights, ratio = ahp(matrix("experience education charisma age", ratios), "eigenvector")
    assert list(weights.round(3)) == [0.548, 0.127, 0.270, 0.056]
    assert int(1000 * weights[0]) == 547
    assert round(ratio, 3) == 0.044


def test_the_weighted_normalised_matrix_and_order_of_the_slides() -> None:
    # B. Sennaroglu, Decision Analysis 2009 Fall, TOPSIS example (scribd 546223190): 17 12, 10 9, 8 6, weights 0.714
    # and 0.286, printed to four digits: 0.5703 0.2124, 0.3355 0.1593, 0.2684 0.1062.
    from secondsource.costing.ranking import normalised

    values, weights = np.array([[17.0, 12], [10, 9], [8, 6]]), np.array([0.714, 0.286])
    more = np.array([True, True])
    weighted = normalised(values, more, "vector") * weights
    assert weighted.round(4).tolist() == [[0.5703, 0.2124], [0.3355, 0.1593], [0.2684, 0.1062]]
    assert list(topsis(values, weights, more, "vector").round(6)[[0, 2]]) == [1.0, 0.0]


def random_case(random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    suppliers, criteria = int(random.integers(2, 9)), int(random.integers(2, 7))
    values = random.uniform(0.1, 100, (suppliers, criteria))
    return values, random.dirichlet(np.ones(criteria)), random.random(criteria) < 0.5


@pytest.mark.filterwarnings("ignore::UserWarning")  # both advise against some of the random cases
def test_closeness_is_that_of_scikit_criteria_and_of_pymcdm_on_a_thousand_random_matrices() -> None:
    random = np.random.default_rng(7)
    other = pymcdm.methods.TOPSIS(pymcdm.normalizations.vector_normalization)
    for case in range(1000):
        values, weights, more = random_case(random)
        ours = topsis(values, weights, more, "vector")
        assert ours == pytest.approx(other(values, weights, np.where(more, 1, -1)), abs=1e-9)
        if case % 10 == 0:
            made = mkdm(values, [max if each else min for each in more], weights=weights)
            ranked = closeness.TOPSIS().evaluate(VectorScaler("matrix").transform(made))
            assert ours == pytest.approx(ranked.e_.similarity, abs=1e-9)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_default_of_pymcdm_is_another_normalisation() -> None:
    random = np.random.default_rng(8)
    other = pymcdm.methods.TOPSIS(pymcdm.normalizations.minmax_normalization)
    for _case in range(200):
        values, weights, more = random_case(random)
        theirs = other(values, weights, np.where(more, 1, -1))
        assert topsis(values, weights, more, "minmax") == pytest.approx(theirs, abs=1e-9)


def test_the_three_ways_of_weights_agree_where_comparisons_are_consistent() -> None:
    given = np.array([0.5, 0.3, 0.15, 0.05])
    for method in ("eigenvector", "mean_of_columns", "geometric"):
        weights, ratio = ahp(given[:, None] / given, method)
        assert weights == pytest.approx(given)
        assert ratio == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_the_scale_and_the_order_of_suppliers_do_not_matter(method: Normalisation) -> None:
    random = np.random.default_rng(9)
    for _case in range(50):
        values, weights, more = random_case(random)
        found = topsis(values, weights, more, method)
        assert topsis(values * 7, weights, more, method) == pytest.approx(found)
        assert topsis(values[::-1], weights, more, method) == pytest.approx(found[::-1])
        assert topsis(values, weights * 3, more, method) == pytest.approx(found)
        best = np.where(more, values.max(axis=0) + 1, values.min(axis=0) / 2)
        with_best = topsis(np.vstack([values, best]), weights, more, method)
        assert with_best.argmax() == len(values)


def test_of_two_criteria_the_share_of_weights_is_exact() -> None:
    # A is best by the first, B by the second, in mirror image: each is first with half of all weights.
    shares = first_shares(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([True, True]), "vector", 0)
    assert [share.share for share in shares] == pytest.approx([0.5, 0.5], abs=1e-9)
    assert [share.error for share in shares] == [0, 0]


def test_sampled_shares_lie_within_their_error_of_a_finer_sample() -> None:
    random = np.random.default_rng(3)
    values, _weights, more = random.uniform(1, 9, (4, 4)), None, np.array([True, False, True, True])
    found = first_shares(values, more, "vector", 0)
    weights = np.random.default_rng(99).dirichlet(np.ones(4), 400_000)
    wins = np.bincount(topsis(values, weights, more, "vector").argmax(axis=1), minlength=4) / len(weights)
    assert sum(share.share for share in found) == pytest.approx(1)
    for share, fine in zip(found, wins, strict=True):
        assert abs(share.share - fine) <= 4 * share.error + 0.004


def test_at_a_change_of_the_first_both_are_equally_close() -> None:
    random = np.random.default_rng(4)
    seen = 0
    for _case in range(40):
        values, weights, more = random_case(random)
        for criterion in range(len(weights)):
            for at, before, after in winner_changes(values, weights, more, "vector", criterion):
                rest = np.delete(weights, criterion)
                mixed = np.insert((1 - at) * rest / rest.sum(), criterion, at)
                closeness = topsis(values, mixed, more, "vector")
                assert closeness[before] == pytest.approx(closeness[after], abs=1e-9)
                seen += 1
    assert seen > 20


def study(**changes: list[dict[str, Any]]) -> Qualification:
    tables: dict[str, list[dict[str, Any]]] = {
        "settings": [{"name": "category", "value": "x"}],
        "criteria": [
            {"criterion": "skill", "weight": 3, "knock_out": 50, "required": 80},
            {"criterion": "late", "weight": 1, "better": "less", "required": 0.1},
        ],
        "suppliers": [{"supplier": "a"}, {"supplier": "b"}, {"supplier": "c"}],
        "scores": [
            {"supplier": "a", "criterion": "skill", "value": 90, "evidence": "test", "valid_until": "2024-12-31"},
            {"supplier": "a", "criterion": "late", "value": 0.2},
            {"supplier": "b", "criterion": "skill", "value": 60},
            {"supplier": "b", "criterion": "late", "value": 0.1},
            {"supplier": "c", "criterion": "skill", "value": 49},
            {"supplier": "c", "criterion": "late", "value": 0.0},
        ],
    }
    return qualify(study_from_rows({**tables, **changes}, FORM, today=TODAY))


def test_a_knock_out_is_not_made_up_for_and_surplus_counts_no_more() -> None:
    found = study()
    assert [(each.supplier, each.criterion, str(each.why)) for each in found.out] == [
        ("c", "skill", "49 where 50 is the limit")
    ]
    # Level of a: 3/4 x min(1, 90/80) + 1/4 x 0.1/0.2; of b: 3/4 x 60/80 + 1/4.
    assert {rank.supplier: float(rank.level) for rank in found.ranks} == {"a": 87.5, "b": 81.2}


def test_expired_evidence_is_reported_and_not_used() -> None:
    found = study(
        scores=[
            {"supplier": "a", "criterion": "skill", "value": 90, "valid_until": "2024-01-14"},
            {"supplier": "a", "criterion": "late", "value": 0.2},
            {"supplier": "b", "criterion": "skill", "value": 60, "valid_until": "2024-01-15"},
        ]
    )
    assert [(who, what, str(day)) for who, what, day in found.expired] == [("a", "skill", "2024-01-14")]
    assert {each.supplier for each in found.out} == {"a", "c"}
    assert [gap.is_expired for gap in found.gaps if (gap.supplier, gap.criterion) == ("a", "skill")] == [True]


def test_levels_are_rows_of_a_problem_and_admit_or_refuse_there() -> None:
    import secondsource
    from secondsource.problem.read import from_rows

    tables = levels_of(study())
    problem = from_rows({
        "settings": [{"name": "failures", "value": "0"}],
        "items": [{"item": "i", "category": "x.1", "demand": 1, "required_level": 85}],
        "suppliers": [{"supplier": each} for each in "abc"],
        "offers": [
            {"offer": each, "item": "i", "supplier": each, "unit_price": price}
            for each, price in (("a", 3), ("b", 2), ("c", 1))
        ],
        **tables,
    }, today=TODAY)  # fmt: skip
    plan = secondsource.plan(problem)
    assert [award.supplier for award in plan.awards] == ["a"]
