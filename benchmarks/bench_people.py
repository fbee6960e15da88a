"""Clustering measured on published people: febrl4, and 50,000 historical figures with errors; by Splink's own levels.

The market's features are made for names of firms; what is measured here is the rest of the way: Splink on DuckDB, and
links taken strongest first (`clusters`). Shares are found by expectation and maximisation, without labels. The columns,
levels, blocks and the threshold of the historical people were chosen by the labels of half 0 alone; half 1 is reported.
"""

from __future__ import annotations

import hashlib
import logging
import math
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.blocking_rule_library import CustomRule
from splink.internals.comparison_level_creator import ComparisonLevelCreator

from secondsource.market.clusters import cluster
from secondsource.market.scoring import JOIN, Link, Mention

DATA = Path(__file__).parents[2] / "shared/data/market/splink_datasets"


def f1(right: float, got: float, positive: float) -> str:
    """Return precision, recall and F1 as text."""
    return f"P {right / got:.4f} R {right / positive:.4f} F1 {2 * right / (got + positive):.4f}"


def pairs(groups: Counter) -> float:  # type: ignore[type-arg]
    """Return how many pairs stand within groups of these sizes."""
    return sum(size * (size - 1) / 2 for size in groups.values())


def clustered(
    links: list[Link],
    truth: dict[str, str],
    title: str,
    seconds: float,
    thresholds: Sequence[float] = (JOIN, 0.95, 0.99),
) -> None:
    """Print how well links, clustered, bring together what belongs together."""
    for threshold in thresholds:
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


def halves(links: list[Link], truth: dict[str, str], seconds: float) -> None:
    """Print the figures of each half at every threshold: the best of half 0 is the one that half 1 is judged by.

    A person's half is that of a hash of the cluster's name. A pair counts half for each of its two records, so that a
    wrong link between the halves costs both.
    """
    best, chosen = 0.0, 0
    for bits in range(4, 13):
        groups = cluster([Mention(key, key) for key in truth], [each for each in links if _bits(each) >= bits], {})
        joined = {key: number for number, group in enumerate(groups) for key in group}
        got, positive = Counter(joined.values()), Counter(truth.values())
        right = Counter((joined[key], truth[key]) for key in truth)
        sums: Counter[tuple[int, str]] = Counter()
        for key, person in truth.items():
            half = int(hashlib.sha256(person.encode()).hexdigest(), 16) % 2
            sums[half, "got"] += got[joined[key]] - 1
            sums[half, "positive"] += positive[person] - 1
            sums[half, "right"] += right[joined[key], person] - 1
        said = [f1(sums[half, "right"], sums[half, "got"], sums[half, "positive"]) for half in (0, 1)]
        reached = 2 * sums[0, "right"] / (sums[0, "got"] + sums[0, "positive"])
        if reached > best:
            best, chosen, judged = reached, bits, said[1]
        print(f"historical_50k, clustered from {bits} bits: half 0 {said[0]}", flush=True)
    print(
        f"historical_50k, half 1 at the threshold that half 0 chose, {chosen} bits: {judged}; {seconds:.0f} s to score"
    )
    clustered(links, truth, "historical_50k, whole", seconds, (2**chosen / (2**chosen + 1),))


def _bits(link: Link) -> float:
    """The logarithm of the odds that a link is right, to the base of 2."""
    return math.log2(link.probability / max(1 - link.probability, 1e-12))


def levels(name: str, column: str, *conditions: str | ComparisonLevelCreator) -> cl.CustomComparison:
    """Return a comparison by these conditions, the strictest first."""
    unknown = cll.CustomLevel(f"{column}_l IS NULL OR {column}_r IS NULL", "unknown").configure(is_null_level=True)
    made = [each if not isinstance(each, str) else cll.CustomLevel(each, each) for each in conditions]
    return cl.CustomComparison(output_column_name=name, comparison_levels=[unknown, *made, cll.ElseLevel()])


def often(column: str) -> ComparisonLevelCreator:
    """Return the level of equal values, of which a rare one says more."""
    return cll.ExactMatchLevel(column, term_frequency_adjustments=True)


COMPARISONS = [
    levels(
        "first_name", "first_name", often("first_name"),
        "length(least(first_name_l, first_name_r)) >= 3 AND "
        "(starts_with(first_name_l, first_name_r) OR starts_with(first_name_r, first_name_l))",
        "jaro_winkler_similarity(first_name_l, first_name_r) >= 0.9",
        "damerau_levenshtein(first_name_l, first_name_r) <= 1", "left(first_name_l, 1) = left(first_name_r, 1)",
    ),
    levels(
        "surname", "last", often("last"), "damerau_levenshtein(last_l, last_r) <= 1 AND length(last_l) > 3",
        "jaro_winkler_similarity(last_l, last_r) >= 0.9", "last_l = first_r OR first_l = last_r",
        "jaro_winkler_similarity(last_l, last_r) >= 0.8",
    ),
    # Many are said to be born on 1 January, of whom only the year is known.
    levels(
        "dob", "dob", "dob_l = dob_r AND right(dob_l, 5) = '01-01'", "dob_l = dob_r",
        "damerau_levenshtein(dob_l, dob_r) <= 1", "damerau_levenshtein(dob_l, dob_r) <= 2", "year_l = year_r",
    ),
    levels(
        "postcode_fake", "postcode_fake", "postcode_fake_l = postcode_fake_r",
        "damerau_levenshtein(postcode_fake_l, postcode_fake_r) <= 1",
        "damerau_levenshtein(postcode_fake_l, postcode_fake_r) <= 2", "district_l = district_r", "area_l = area_r",
    ),
    levels(
        "birth_place", "birth_place", often("birth_place"),
        "contains(birth_place_l, birth_place_r) OR contains(birth_place_r, birth_place_l)",
        "jaro_winkler_similarity(birth_place_l, birth_place_r) >= 0.88",
    ),
    cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
]  # fmt: skip
BLOCKS = (
    "first last|last dob|first dob|postcode_fake first|postcode_fake last|dob birth_place|postcode_fake dob|"
    "postcode_fake occupation|dob occupation|postcode_fake year|postcode_fake birth_place|last district|"
    "last birth_place|last year|last_start first_start year|last_start first_start district|"
    "last_start first_start birth_place|sorted_name|first district birth_place|first_start dob|last_start dob|"
    "postcode_fake first_start|postcode_fake last_start|first year district"
).split("|")


def historical() -> None:
    """Print the figures of the historical people."""
    connection = duckdb.connect(config={"threads": 2})
    table: pa.Table = connection.sql(
        f"""SELECT *, left(dob, 4) AS year, split_part(postcode_fake, ' ', 1) AS district,
        regexp_extract(postcode_fake, '^[a-z]+') AS area,
        split_part(full_name, ' ', 1) AS first, split_part(full_name, ' ', -1) AS last,
        array_to_string(list_sort(string_split(full_name, ' ')), ' ') AS sorted_name,
        left(first_name, 3) AS first_start, left(split_part(full_name, ' ', -1), 3) AS last_start
        FROM '{DATA}/historical_figures_with_errors_50k.parquet'"""
    ).to_arrow_table()
    truth = dict(zip(table["unique_id"].to_pylist(), table["cluster"].to_pylist(), strict=True))
    started = time.perf_counter()
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        comparisons=[*COMPARISONS],
        blocking_rules_to_generate_predictions=[
            *(block_on(*each.split()) for each in BLOCKS), CustomRule("l.first = r.last AND l.last = r.first")
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )  # fmt: skip
    db = DuckDBAPI(connection=connection)
    linker = Linker(db.register(table), settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob"), block_on("first_name", "surname", "postcode_fake")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for columns in (("first_name", "surname"), ("dob",), ("postcode_fake",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    links = linked(linker)
    halves(links, truth, time.perf_counter() - started)


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
