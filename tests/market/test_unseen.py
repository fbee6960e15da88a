"""How many firms nobody told of: hand cases, properties, and intervals that hold the size of made-up markets."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondsource.cli import main
from secondsource.market.unseen import chao, loglinear, unseen

Told = dict[str, set[str]]


def market(seed: int, firms: int, shares: tuple[float, ...], *, differ: float = 0.0, copied: float = 0.0) -> Told:
    """Sources that each tell of a share of all firms; `differ`: how unequally easy firms are to find; `copied`: the
    share of the first source that the second takes over.
    """
    chance = random.Random(seed)
    told: Told = {f"s{k}": set() for k in range(len(shares))}
    for firm in range(firms):
        ease = chance.gauss(0, differ)
        for k, share in enumerate(shares):
            if chance.random() < 1 / (1 + math.exp(-(math.log(share / (1 - share)) + ease))):
                told[f"s{k}"].add(str(firm))
        if str(firm) in told["s0"] and chance.random() < copied:
            told["s1"].add(str(firm))
    return told


def test_two_sources_of_30_that_share_15_leave_15_unseen() -> None:
    told = {"a": {str(k) for k in range(30)}, "b": {str(k) for k in range(15, 45)}}
    found = unseen(told)
    assert (found.known, found.shared) == (45, 15)
    assert found.chao is not None and found.chao.total == pytest.approx(60)
    assert found.best == found.chao
    assert "We know 45 of some 60 firms" in str(found.said())
    assert "another source is worth reading" in str(found.said())


def test_three_independent_sources_by_hand() -> None:
    """Every pattern as often as 0.5³ of 80 says: 10 firms each, so 10 are unseen."""
    patterns = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1) if a or b or c]
    found = loglinear({each: 10 for each in patterns}, 3)
    assert found is not None
    assert found.total == pytest.approx(80, abs=1.5)
    assert 70 <= found.low < 80 < found.high


def test_one_source_or_none_shared_says_that_nothing_can_be_said() -> None:
    assert "nothing says how many" in str(unseen({"a": {"1", "2"}}).said())
    apart = unseen({"a": {"1"}, "b": {"2"}})
    assert apart.best is None
    assert "may be many more" in str(apart.said())
    assert unseen({}).known == 0


def test_sources_that_agree_leave_little() -> None:
    firms = {str(k) for k in range(40)}
    found = unseen({"a": firms, "b": firms - {"1"}, "c": firms - {"2"}})
    assert found.best is not None and found.best.total < 42
    assert "most are seen" in str(found.said())


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([30, 80, 200]), st.integers(2, 4))
def test_an_estimate_is_never_below_what_is_known_and_lies_in_its_interval(seed: int, firms: int, sources: int) -> None:
    told = market(seed, firms, (0.4, 0.3, 0.5, 0.35)[:sources])
    found = unseen(told)
    for each in (found.chao, found.loglinear):
        if each is not None:
            assert found.known <= each.low + 1e-6
            assert each.low <= each.total + 1e-6
            assert each.total <= each.high + 1e-6
    renamed = {f"z{name}": {f"x{firm}" for firm in firms} for name, firms in reversed(told.items())}
    other = unseen(renamed)
    assert (other.known, other.chao) == (found.known, found.chao)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
def test_more_that_were_seen_once_mean_more_unseen(known: int, once: int, twice: int) -> None:
    assert chao(3, known, once + 1, twice).total > chao(3, known, once, twice).total
    assert chao(3, known, once, twice + 1).total < chao(3, known, once, twice).total


@pytest.mark.slow
@pytest.mark.parametrize(
    ("firms", "shares", "differ", "copied", "least"),
    [
        (80, (0.5, 0.4), 0.0, 0.0, 0.85),
        (80, (0.4, 0.3, 0.5), 0.0, 0.0, 0.85),
        (80, (0.4, 0.3, 0.5), 0.0, 0.5, 0.85),
        (200, (0.3, 0.3, 0.2, 0.4), 0.0, 0.5, 0.85),
        (200, (0.3, 0.3, 0.2, 0.4), 1.0, 0.0, 0.75),
    ],
)
def test_intervals_hold_the_size_of_made_up_markets(
    firms: int, shares: tuple[float, ...], differ: float, copied: float, least: float
) -> None:
    held = []
    for seed in range(500, 560):
        best = unseen(market(seed, firms, shares, differ=differ, copied=copied)).best
        assert best is not None
        held.append(best.low <= firms <= best.high)
    assert sum(held) / len(held) >= least


def test_the_command_says_it_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["market", "ingest", "sample"]) == 0
    assert main(["market", "resolve"]) == 0
    capsys.readouterr()
    assert main(["market", "unseen", "office furniture", "--category", "39130000"]) == 0
    assert "from one source" in capsys.readouterr().out
    assert main(["market", "unseen", "office furniture", "--category", "39130000", "--by", "year", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["known"] == 3 and found["chao"]["total"] >= 3
    assert main(["market", "unseen", "x", "--by", "moon"]) == 2
