"""Red flags of procurement processes, as Cardinal defines them; hints about a process, never a mark against a supplier.

The definitions are those of Cardinal's documentation (Open Contracting Partnership, docs/cli/indicators/R), in SQL over
the tables of `flatten`. Fences are Tukey's: the quartiles widened by 1.5 interquartile ranges. A flag that needs fences
is raised only among at least `FEWEST` values, since a quartile of fewer says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from secondsource.language import Message, _

FEWEST = 8
SHORT_DAYS = 15

TITLES: Mapping[str, Message] = {
    "R003": _("short time to submit bids"),
    "R018": _("a single bid in a competitive procedure"),
    "R024": _("the second bid is very close to the winner's"),
    "R025": _("many bids and hardly any won"),
    "R028": _("different bidders bid the very same price"),
    "R030": _("a bid won that came after the deadline"),
    "R035": _("every bid but the winner's was disqualified"),
    "R036": _("the lowest bid was disqualified where only price counts"),
    "R038": _("the buyer disqualifies unusually many bids"),
    "R048": _("wins in unusually many kinds of work"),
    "R058": _("the winner's price is far below the second"),
}


@dataclass(frozen=True)
class Flag:
    """A flag of one process (`ocid`), or of what one organisation does in all (`party`), with the value behind it."""

    code: str
    source: str
    ocid: str
    party: str
    value: float


# submitted: bids that stood or were disqualified; valid: those that stood; won: valid bids of active awards.
_VIEWS = """
CREATE VIEW submitted AS SELECT *, coalesce(status, 'valid') = 'disqualified' OR status = 'unsuccessful' AS out
    FROM bids WHERE coalesce(status, 'valid') IN ('valid', 'active', 'qualified', 'disqualified', 'unsuccessful');
CREATE VIEW winners AS SELECT source, ocid, unnest(suppliers) AS party FROM awards WHERE status = 'active';
CREATE VIEW bidders AS SELECT source, ocid, bid, out, amount, currency, date, unnest(tenderers) AS party FROM submitted;
CREATE VIEW won AS SELECT DISTINCT b.* FROM bidders b JOIN winners w USING (source, ocid, party) WHERE NOT b.out;
CREATE VIEW one_lot AS SELECT source, ocid FROM awards WHERE status = 'active' GROUP BY ALL HAVING count(*) = 1;
CREATE VIEW second AS SELECT w.source, w.ocid, any_value(w.party) AS party, min(w.amount) AS first_amount,
    min(b.amount) AS second_amount FROM won w JOIN one_lot USING (source, ocid)
    JOIN submitted b USING (source, ocid, currency)
    WHERE NOT b.out AND b.bid <> w.bid AND w.amount > 0 AND b.amount >= w.amount GROUP BY w.source, w.ocid;
CREATE MACRO lower_fence(a) AS quantile_cont(a, 0.25) - 1.5 * (quantile_cont(a, 0.75) - quantile_cont(a, 0.25));
CREATE MACRO upper_fence(a) AS quantile_cont(a, 0.75) + 1.5 * (quantile_cont(a, 0.75) - quantile_cont(a, 0.25));
"""

RULES: Mapping[str, str] = {
    "R003": f"""SELECT source, ocid, '' AS party, date_diff('day', a, b) AS value FROM (SELECT source, ocid,
        TRY_CAST(start_date[:10] AS DATE) AS a, TRY_CAST(end_date[:10] AS DATE) AS b FROM processes)
        WHERE date_diff('day', a, b) BETWEEN 0 AND {SHORT_DAYS - 1}""",
    "R018": """SELECT source, ocid, min(party) AS party, 1 AS value FROM bidders JOIN processes p USING (source, ocid)
        WHERE p.method IN ('open', 'selective') GROUP BY source, ocid HAVING count(DISTINCT party) = 1""",
    "R024": f"""WITH d AS (SELECT *, (second_amount - first_amount) / first_amount AS value FROM second),
        f AS (SELECT lower_fence(value::DOUBLE) AS fence, count(*) AS n FROM d)
        SELECT source, ocid, party, value FROM d, f WHERE n >= {FEWEST} AND value < fence""",
    "R025": f"""WITH d AS (SELECT b.party, count(*) AS bids, count(w.party) / count(*) AS value FROM bidders b
        LEFT JOIN won w USING (source, ocid, bid, party) GROUP BY b.party),
        q AS (SELECT quantile_cont(bids, 0.75) AS busy, count(*) AS n FROM d),
        f AS (SELECT greatest(lower_fence(value), 0) AS fence FROM d, q WHERE bids >= busy)
        SELECT '' AS source, '' AS ocid, party, value FROM d, q, f
        WHERE n >= {FEWEST} AND bids >= greatest(busy, 2) AND value <= fence""",
    "R028": """SELECT DISTINCT a.source, a.ocid, a.party, a.amount AS value FROM bidders a JOIN bidders b
        USING (source, ocid, amount, currency) WHERE a.party <> b.party AND a.bid <> b.bid AND a.amount > 0""",
    "R030": """SELECT w.source, w.ocid, w.party,
        date_diff('second', TRY_CAST(p.end_date AS TIMESTAMPTZ), TRY_CAST(w.date AS TIMESTAMPTZ)) / 86400 AS value
        FROM won w JOIN processes p USING (source, ocid)
        WHERE TRY_CAST(w.date AS TIMESTAMPTZ) > TRY_CAST(p.end_date AS TIMESTAMPTZ) AND length(p.end_date) > 10""",
    "R035": """SELECT s.source, s.ocid, min(w.party) AS party, count(*) FILTER (s.out) AS value FROM submitted s
        JOIN one_lot USING (source, ocid) LEFT JOIN won w ON w.source = s.source AND w.ocid = s.ocid AND w.bid = s.bid
        GROUP BY s.source, s.ocid
        HAVING count(*) FILTER (s.out) >= 1 AND count(*) FILTER (NOT s.out) = 1 AND count(w.bid) >= 1""",
    "R036": """WITH low AS (SELECT source, ocid, arg_min(out, amount) AS out, min(amount) AS value,
        arg_min(tenderers[1], amount) AS party FROM submitted WHERE amount IS NOT NULL GROUP BY source, ocid)
        SELECT low.source, low.ocid, low.party, low.value FROM low JOIN processes p USING (source, ocid)
        JOIN one_lot USING (source, ocid) WHERE low.out AND p.criteria IN ('priceOnly', 'lowestCost')
        AND EXISTS (FROM won w WHERE w.source = low.source AND w.ocid = low.ocid)""",
    "R038": f"""WITH d AS (SELECT p.buyer AS party, count(*) FILTER (s.out) / count(*) AS value FROM submitted s
        JOIN processes p USING (source, ocid) WHERE p.buyer <> '' GROUP BY p.buyer),
        f AS (SELECT upper_fence(value) AS fence, count(*) AS n FROM d)
        SELECT '' AS source, '' AS ocid, party, value FROM d, f WHERE n >= {FEWEST} AND value > 0 AND value >= fence""",
    "R048": f"""WITH d AS (SELECT party, count(DISTINCT code[:2]) AS value FROM winners
        JOIN items USING (source, ocid) WHERE code IS NOT NULL GROUP BY party),
        f AS (SELECT upper_fence(value) AS fence, count(*) AS n FROM d)
        SELECT '' AS source, '' AS ocid, party, value FROM d, f WHERE n >= {FEWEST} AND value > 1 AND value > fence""",
    "R058": f"""WITH d AS (SELECT *, (second_amount - first_amount) / second_amount AS value FROM second),
        f AS (SELECT upper_fence(value::DOUBLE) AS fence, count(*) AS n FROM d)
        SELECT source, ocid, party, value FROM d, f WHERE n >= {FEWEST} AND value > 0 AND value >= fence""",
}  # fmt: skip


def flags(generation: Path) -> list[Flag]:
    """Return every flag of the processes of a generation, by code, process and organisation."""
    with closing(_opened(generation)) as connection:
        return [Flag(*row) for row in connection.execute(_EVERY).fetchall()]


def write(generation: Path) -> None:
    """Keep the flags of a generation beside its tables, so that a page need not look at every process."""
    with closing(_opened(generation)) as connection:
        connection.execute(f"COPY ({_EVERY}) TO '{generation}/flags.parquet' (FORMAT parquet)")


_EVERY = (
    " UNION ALL ".join(
        f"SELECT '{code}' AS code, source, ocid, coalesce(party, '') AS party, value::DOUBLE AS value FROM ({query})"
        for code, query in RULES.items()
    )
    + " ORDER BY code, source, ocid, party, value"
)


def _opened(generation: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 2})
    for table in ("processes", "bids", "awards", "items"):
        connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{generation}/{table}.parquet')")
    connection.execute(_VIEWS)
    return connection
