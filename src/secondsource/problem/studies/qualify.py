"""The tables of a qualification: what is asked, what each supplier offers, how criteria compare; not for ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondsource.language import _
from secondsource.problem.columns import Column, Numbers, column
from secondsource.problem.sheets import Report
from secondsource.problem.studies.study import GENERAL, Drafts, Form, Settings
from secondsource.problem.tables import Dates, Table, Text


@dataclass(frozen=True, kw_only=True)
class Criteria(Table):
    """What suppliers are judged by."""

    NAME = "criteria"

    criterion: Text = column("text", "short unique name of what is judged", key=True, required=True)
    name: Text = column("text", "name in full", default="")
    better: Text = column("choice", "whether more or less is better", default="more", choices=("more", "less"))
    weight: Numbers = column("number", "importance, of any scale (empty: from the comparisons)", low=0)
    knock_out: Numbers = column("number", "worse than this, and the supplier is out")
    required: Numbers = column(
        "number", "level required: what is missing to it is a gap; what exceeds it counts no more"
    )


@dataclass(frozen=True, kw_only=True)
class Judged(Table):
    """Suppliers that are judged."""

    NAME = "suppliers"

    supplier: Text = column("text", "short unique name of the firm, plant or team", key=True, required=True)
    name: Text = column("text", "name in full", default="")


@dataclass(frozen=True, kw_only=True)
class Scores(Table):
    """What each supplier offers by each criterion, and what shows it."""

    NAME = "scores"

    supplier: Text = column("text", "supplier", key=True, required=True, refers="suppliers")
    criterion: Text = column("text", "criterion", key=True, required=True, refers="criteria")
    value: Numbers = column("number", "level offered", required=True)
    evidence: Text = column("text", "what the value rests on", default="")
    valid_until: Dates = column("date", "last day on which the evidence counts")


@dataclass(frozen=True, kw_only=True)
class Comparisons(Table):
    """Pairs of criteria compared (analytic hierarchy process)."""

    NAME = "comparisons"

    criterion: Text = column("text", "criterion", key=True, required=True, refers="criteria")
    over: Text = column("text", "criterion that it is compared with", key=True, required=True, refers="criteria")
    ratio: Numbers = column("number", "how many times more important it is; below 1: less", required=True, above=0)


SETTINGS: Mapping[str, Column] = {
    **GENERAL,
    "category": Column("text", "category of items that the level is for, as in the table levels", default=""),
    "weights": Column(
        "choice", "how weights follow from comparisons", default="eigenvector",
        choices=("eigenvector", "mean_of_columns", "geometric"),
    ),
    "normalisation": Column(
        "choice", "how values of different units are brought to one scale", default="vector",
        choices=("vector", "minmax", "sum", "max"),
    ),
}  # fmt: skip


def _agree(drafts: Drafts, _settings: Settings, report: Report) -> None:
    """Note criteria without weight and comparison, pairs compared with themselves or twice, values that cannot be."""
    criteria, comparisons = drafts["criteria"], drafts["comparisons"]
    names, weights = criteria.values["criterion"], criteria.values["weight"]
    pairs = list(zip(comparisons.values["criterion"], comparisons.values["over"], strict=True))
    for row, (one, other) in enumerate(pairs):
        if one == other:
            comparisons.fault(report, row, "over", _("is compared with itself"))
        if (other, one) in pairs[:row]:
            comparisons.fault(report, row, "over", _("is compared twice: the other way round in an earlier row"))
    if pairs:
        for place, one in enumerate(names):
            for other in names[place + 1 :]:
                if (one, other) not in pairs and (other, one) not in pairs:
                    why = _("{one} and {other} are not compared", one=one, other=other)
                    report.add(comparisons.place, "comparisons", 0, "", "", why)
    else:
        for row, weight in enumerate(weights):
            if weight is None:
                criteria.fault(report, row, "weight", _("needs a weight, or a comparison with every other criterion"))
        if all(weight == 0 for weight in weights if weight is not None):
            report.add(criteria.place, "criteria", 0, "weight", "", _("all weights are zero"))


TABLES: Mapping[str, type[Table]] = {table.NAME: table for table in (Criteria, Judged, Scores, Comparisons)}
FORM = Form("qualify", TABLES, ("criteria", "suppliers", "scores"), SETTINGS, _agree)
