"""Clustering measured on published people: febrl4, and 50,000 historical figures with errors; by Splink's own levels.

The market's features are made for names of firms; what is measured here is the rest of the way: Splink on DuckDB, and
links taken strongest first (`clusters`) from the threshold that joins firms. Nothing was tuned on the labels but the
choice of columns and blocks, which follow Splink's published examples.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from secondsource.market.clusters import cluster
from secondsource.market.scoring import JOIN, Link, Mention

DATA = Path(__file__).parents[2] / "shared/data/market/splink_datasets"


def f1(right: float, got: float, positive: float) -> str:
    """Return precision, recall and F1 as text."""
    return f"P {right / got:.4f} R {right / positive:.4f} F1 {2 * right / (got + positive):.4f}"


def pairs(groups: Counter) -> float:  # type: ignore[type-arg]
    """Return how many pairs stand within groups of these sizes."""
    return sum(size * (size - 1) / 2 for size in groups.values())


def clustered(links: list[Link], truth: dict[str, str], title: str, seconds: float) -> None:
    """Print how well links, clustered, bring together what belongs together."""
    for threshold in (JOIN, 0.95, 0.99):
        taken = [each for each in links if each.probability >= threshold]
        groups = cluster([Mention(key, key) for key in truth], taken, {})
        joined = {key: number for number, group in enumerate(groups) for key in group}
        got, positive = pairs(Counter(joined.values())), pairs(Counter(truth.values()))
        right = pairs(Counter((joined[key], truth[key]) for key in truth))
        print(f"{title}, clustered from {threshold}: {f1(right, got, positive)}; {seconds:.0f} s to score", flush=True)


def linked(linker: Linker, threshold: float = 0.5) -> list[Link]:
    """Return the scored pairs of a linker."""
    found = linker.inference.predict(threshold_match_probability=threshold).as_duckdbpyrelation()
    rows: list[tuple[str, str, float]] = found.select("unique_id_l, unique_id_r, match_probability").fetchall()
    return [Link(min(a, b), max(a, b), p, "") for a, b, p in rows]


def historical() -> None:
    """Print the figures of the historical people."""
    connection = duckdb.connect(config={"threads": 2})
    table: pa.Table = connection.execute(
        f"""SELECT *, left(dob, 4) AS year, split_part(postcode_fake, ' ', 1) AS district,
        split_part(full_name, ' ', 1) AS first, split_part(full_name, ' ', -1) AS last
        FROM '{DATA}/historical_figures_with_errors_50k.parquet'"""
    ).to_arrow_table()
    truth = dict(zip(table["unique_id"].to_pylist(), table["cluster"].to_pylist(), strict=True))
    started = time.perf_counter()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="first_and_surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.LevenshteinAtThresholds("postcode_fake", [1, 2]),
            cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
            cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first_name", "surname"), block_on("surname", "dob"), block_on("first_name", "dob"),
            block_on("postcode_fake", "first_name"), block_on("postcode_fake", "surname"),
            block_on("dob", "birth_place"), block_on("postcode_fake", "dob"), block_on("postcode_fake", "occupation"),
            block_on("dob", "occupation"), block_on("postcode_fake", "year"), block_on("postcode_fake", "birth_place"),
            block_on("surname", "birth_place", "year"), block_on("surname", "district", "occupation"),
        ],
        retain_intermediate_calculation_columns=False,
    )  # fmt: skip
    db = DuckDBAPI(connection=connection)
    linker = Linker(db.register(table), settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob"), block_on("first_name", "surname", "postcode_fake")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("first_name", "surname"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
    links = linked(linker)
    clustered(links, truth, "historical_50k", time.perf_counter() - started)


def febrl4() -> None:
    """Print the figures of febrl4, two lists of 5,000 people of which each is in both."""
    connection = duckdb.connect(config={"threads": 2})
    tables: list[pa.Table] = [
        connection.execute(
            f"""SELECT columns(* EXCLUDE rec_id), rec_id AS unique_id FROM (
            SELECT trim(columns(*)::VARCHAR) FROM read_csv('{DATA}/dataset4{half}.csv', all_varchar=true))"""
        ).to_arrow_table()
        for half in "ab"
    ]
    started = time.perf_counter()
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=[
            cl.NameComparison("given_name"), cl.NameComparison("surname"),
            cl.LevenshteinAtThresholds("date_of_birth", [1, 2]), cl.LevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.LevenshteinAtThresholds("street_number", [1]), cl.LevenshteinAtThresholds("postcode", [1]),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]), cl.JaroWinklerAtThresholds("suburb", [0.9]),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"), block_on("date_of_birth"), block_on("soc_sec_id"),
            block_on("state", "address_1"), block_on("street_number", "address_1"), block_on("postcode", "surname"),
            block_on("postcode", "given_name"), block_on("suburb", "surname"), block_on("given_name", "street_number"),
        ],
    )  # fmt: skip
    db = DuckDBAPI(connection=connection)
    linker = Linker([db.register(each) for each in tables], settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.9
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    links = linked(linker)
    truth = {}
    for table in tables:
        truth.update({key: key.split("-")[1] for key in table["unique_id"].to_pylist()})
    clustered(links, truth, "febrl4", time.perf_counter() - started)


if __name__ == "__main__":
    logging.getLogger("splink").setLevel(logging.ERROR)
    febrl4()
    historical()
