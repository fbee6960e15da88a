"""What deciding with histories and backups is worth, on cases whose truth is known (`benchmarks/decision_cases.py`)."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.bench_decision_value import MANAGERS, regrets
from benchmarks.decision_cases import TEST, TUNE, case


def test_a_case_is_the_same_for_its_seed_and_the_split_is_kept() -> None:
    assert case(3).seen == case(3).seen and case(3).histories == case(3).histories
    assert not set(TUNE) & set(TEST) and len(TEST) == 200


@pytest.mark.slow
def test_nobody_beats_the_truth_and_the_informed_plan_regrets_least() -> None:
    rows = [regrets(seed) for seed in (0, 1, 2, 3, 4, 5)]
    shares = {name: np.array([regret[name] / least for least, regret in rows]) for name in MANAGERS}
    assert all((share >= -1e-9).all() for share in shares.values())
    own = shares["secondsource"].mean()
    assert own < 0.7 * shares["lowest price"].mean()
    assert own < 0.7 * shares["weighted score"].mean()
