"""The plan as a PDF of four A4 pages that a board can read, set by Typst; not for the figures behind it.

Typst brings its fonts along (Libertinus Serif has Latin and Cyrillic), so that a page looks the same on every machine;
fonts of the machine only fill in for letters that it lacks, such as Chinese names. What a user wrote reaches the
template as JSON and is never code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import typst

from secondsource.language import Message, _, current_language, plural
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.reports import charts, formulas, numbers, words
from secondsource.reports.numbers import Unit, number, percent
from secondsource.reports.summary import FailureEffect, ItemDecision, Summary, summarise

TEMPLATE = Path(__file__).parent / "templates" / "plan.typ"
CHART_FONT = "Libertinus Serif"
CHART_WIDTH = 240
"""Pixels of the bars: less than on a screen, so that the letters of a chart are as large as those of the page."""
COLOURS = {
    "paper": "#ffffff", "ink": "#1b2430", "muted": "#5c6773", "line": "#d5dbe2", "buy": "#2f5d8c", "make": "#a9570f",
    "total": "#56616d", "risk": "#a8322d", "less": "#4c7a52", "on-bar": "#ffffff",
    "panel": "#f6f7f9",
}  # fmt: skip
MOST_ROWS = 45
"""Rows of a table that are handed over: no page holds more."""
NAME, TEXT = 48, 190
"""Letters of a name and of a sentence that are shown."""

Text = str | Message

_BREAKS = re.compile(r"[ \t\n\r\f\v\u2028\u2029]+")
"""Blanks that may become one; a no-break space stays, as it holds the digits of a number together."""


def pdf(plan: Plan, problem: Problem, title: str = "") -> bytes:
    """Return the plan as a PDF of four pages in the reader's language; of one page where there is no plan."""
    data = _board(plan, problem, title) if plan.cost is not None else _no_plan(plan, title)
    return typst.compile(TEMPLATE, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, font_paths=fonts())


@cache
def fonts() -> typst.Fonts:
    """Return Typst's own fonts and the machine's, looked for once."""
    return typst.Fonts()


def _frame(plan: Plan, title: str) -> dict[str, Any]:
    """What every page shows around its contents."""
    digest = plan.problem_sha256[:12]
    made = _("Made with secondsource {version} from problem {digest}", version=plan.version, digest=digest)
    unit = numbers.unit_of(plan.cost or Decimal(0), plan.currency)
    return {
        "language": current_language(),
        "title": short(title or _("Sourcing plan"), NAME),
        "heading": short(title or _("Sourcing plan"), NAME),
        "kicker": str(_("Sourcing plan as of {date}", date=numbers.day(plan.as_of))) if plan.as_of else "",
        "footer": str(made) if digest else "",
        "status": str(words.status(plan)),
        "unit": unit.name,
        "warnings": _lines(plan.warnings, _("No warnings.")),
    }


def _no_plan(plan: Plan, title: str) -> dict[str, Any]:
    ways = [[way.change, "" if way.cost is None else numbers.money(way.cost)] for way in plan.ways_out]
    head = ((_("Change"), 4, False), (_("The best plan then costs"), 0, True))
    return _frame(plan, title) | {
        "pages": 1,
        "unit": plan.currency,
        "conflict": _lines(plan.conflict, _("No conflict is known.")),
        "ways_out": _table(head, ways, _("No single change that makes a plan possible is known.")),
        "words": _texts(
            conflict=_("What cannot hold together"), ways_out=_("Ways out"), warnings=_("Warnings"),
        ),
    }  # fmt: skip


def _board(plan: Plan, problem: Problem, title: str) -> dict[str, Any]:
    summary, cost = summarise(plan, problem), plan.cost or Decimal(0)
    unit = numbers.unit_of(cost, plan.currency)
    drawn = {
        "suppliers": charts.suppliers(summary, unit, CHART_WIDTH),
        "failures": charts.failures(summary, unit, CHART_WIDTH),
        "parts": charts.cost_parts(summary, cost, unit, CHART_WIDTH),
    }
    return _frame(plan, title) | {
        "pages": 4,
        "needs": short(words.needs(summary), TEXT),
        "tone": "good" if plan.status == "optimal" else "warn",
        "total": numbers.money(cost) if cost < numbers.WHOLE_FROM else number(cost, 0),
        "currency": plan.currency,
        "horizon": str(words.horizon(plan)),
        "facts": _facts(plan, summary, unit),
        "items": _items(summary, cost, unit),
        "bound": str(words.bound(plan)),
        "proof": str(words.proof(plan)),
        "saving": " ".join(map(str, words.saving(summary, unit))),
        "risks": _lines(_risks(plan, summary, unit), _("Nothing that the tables tell.")),
        "supply": _supply(summary, unit),
        "failures": _failures(summary, unit),
        "exposed": str(words.exposures(summary)),
        "exposures": _exposures(summary, unit),
        "assumptions": _lines(_assumptions(summary), _("No figure is marked as an assumption.")),
        "formulas": [[str(name), str(text)] for name, text in formulas.FIGURES],
        "signatures": [str(_("Proposed by, date")), str(_("Finance, date")), str(_("Approved by, date"))],
        "charts": {name: for_print(svg) for name, svg in drawn.items()},
        "words": _headings(),
    }


def _headings() -> dict[str, str]:
    return _texts(
        decide=_("What to make, what to buy, and from whom"),
        sure=_("How sure this is"),
        risks=_("What could go wrong"),
        supply=_("Who supplies what, and who stands by"),
        supply_lead=_("Stand-by suppliers have booked the units in brackets and take over if the supplier fails."),
        suppliers=_("What each supplier's awards cost"),
        failures=_("What each failure would do"),
        failures_lead=_("One failure at a time, worst first: what it would cost, and how much the backups replace."),
        failure_costs=_("What one failure would cost, and how likely it is"),
        exposures=_("Exposures: nobody, or too few, could take over"),
        money=_("Where the money goes"),
        money_lead=_("Each part of the cost, and its share of the total."),
        assumptions=_("Assumptions"),
        warnings=_("Warnings"),
        formulas=_("How the figures are made"),
        sign=_("Decision"),
    )


def _facts(plan: Plan, summary: Summary, unit: Unit) -> list[dict[str, str]]:
    made, bought, both = (summary.count(decision) for decision in ("make", "buy", "both"))
    worst = summary.failures[0] if summary.failures else None
    gap = "–" if plan.gap is None else percent(max(plan.gap, Decimal(0)) if plan.gap > words.SMALLEST_GAP else 0, 2)
    facts: list[tuple[Text, Text, Text]] = [
        (_("Make / buy / both"), f"{made} / {bought} / {both}", _("items")),
        (
            _("Worst single failure"),
            "–" if worst is None else words.cost_of_failure(worst, unit),
            "" if worst is None else short(f"{unit.name}: {worst.name}", 40),
        ),
        (_("Gap to the bound"), gap, words.status(plan)),
        (
            _("Assumptions / estimates"),
            f"{number(plan.assumptions)} / {number(plan.estimates)}",
            _("figures assumed / freight costs estimated"),
        ),
    ]
    return [{"label": str(label), "figure": str(figure), "note": str(note)} for label, figure, note in facts]


def _risks(plan: Plan, summary: Summary, unit: Unit) -> list[Text]:
    found: list[Text] = []
    if summary.failures:
        found.append(words.worst_failure(summary.failures[0], unit))
    found.append(words.exposures(summary))
    expected = plan.breakdown.get("expected_failures")
    if expected:
        found.append(
            _(
                "The cost holds {amount} {unit} for failures that are to be expected.",
                amount=unit.show(expected),
                unit=unit.name,
            )
        )
    found += [text for text in words.basis(plan) if plan.assumptions or plan.estimates]
    if plan.warnings:
        count = len(plan.warnings)
        found.append(plural("{count} warning: see the last page.", "{count} warnings: see the last page.", count))
    return found


def _items(summary: Summary, cost: Decimal, unit: Unit) -> dict[str, Any]:
    rows: list[list[Text]] = [
        [
            item.name,
            words.DECISIONS[item.decision],
            _sources(item),
            unit.show(item.cost),
            percent(item.cost / cost, fixed=True),
        ]
        for item in summary.items
        if cost
    ]
    head = (
        (_("Item"), 5, False),
        (_("Decision"), 0, False),
        (_("Supplier, share of the need"), 7, False),
        (_("Cost"), 0, True),
        (_("Of the total"), 0, True),
    )
    return _table(head, rows, _("Nothing is awarded."))


def _sources(item: ItemDecision) -> str:
    shown = [f"{short(source.name, 34)} {percent(source.share)}" for source in item.sources[:3]]
    return words.names((*shown, *("" for _more in item.sources[3:])))


def _supply(summary: Summary, unit: Unit) -> dict[str, Any]:
    stands = {(row.item, row.supplier): words.stands_by(row) for row in summary.stand_ins}
    rows = [
        [
            item.name if first else "",
            f"{source.name} {words.OWN}" if source.own else source.name,
            f"{number(source.quantity, 0)} {item.unit}".strip(),
            percent(source.share),
            "" if source.cost is None else unit.show(source.cost),
            short(stands.get((item.item, source.supplier), "–"), 80),
        ]
        for item in summary.items
        for first, source in ((place == 0, source) for place, source in enumerate(item.sources))
    ]
    head = (
        (_("Item"), 4, False),
        (_("Supplier"), 4, False),
        (_("Quantity"), 0, True),
        (_("Share"), 0, True),
        (_("Cost"), 0, True),
        (_("Stand by (units booked)"), 5, False),
    )
    return _table(head, rows, _("Nothing is awarded."))


def _failures(summary: Summary, unit: Unit) -> dict[str, Any]:
    rows = [_failure(effect, unit) for effect in summary.failures]
    head = (
        (_("If this one fails"), 4, False),
        (_("Likelihood"), 0, True),
        (_("Items hit"), 5, False),
        (_("Backups replace"), 4, False),
        (_("Cost of one failure"), 0, True),
        (_("Expected"), 0, True),
    )
    return _table(head, rows, _("No supplier with an award can fail, as far as the tables tell."))


def _failure(effect: FailureEffect, unit: Unit) -> list[Text]:
    hit = words.names(tuple(short(name, 30) for name, _lost, _covered in effect.lost))
    return [
        *(effect.name, percent(effect.probability), hit, words.taken_over(effect)),
        *(words.cost_of_failure(effect, unit), unit.show(effect.expected_cost)),
    ]


def _exposures(summary: Summary, unit: Unit) -> dict[str, Any]:
    rows: list[list[Text]] = [
        [each.item_name, each.supplier_name, each.why, unit.show(each.spend), words.loss(each, unit)]
        for each in summary.exposures
    ]
    head = (
        (_("Item"), 4, False),
        (_("Supplier"), 4, False),
        (_("Why"), 5, False),
        (_("At stake"), 0, True),
        (_("One failure costs"), 0, True),
    )
    return _table(head, rows, _("None."))


def _assumptions(summary: Summary) -> list[Text]:
    return [f"{words.place(figure)}: {figure.note or figure.source}" for figure in summary.assumptions]


def _table(head: Sequence[tuple[Message, int, bool]], rows: Sequence[Sequence[Text]], none: Message) -> dict[str, Any]:
    """A table for the template: headings with their widths (0: as wide as the cells) and alignment, and rows."""
    return {
        "head": [str(text) for text, _width, _numeric in head],
        "widths": [width for _text, width, _numeric in head],
        "numeric": [numeric for _text, _width, numeric in head],
        "rows": [[short(cell, NAME * 2) for cell in row] for row in rows[:MOST_ROWS]],
        **_cut(len(rows), none),
    }


def _lines(texts: Sequence[Text], none: Message) -> dict[str, Any]:
    return {"rows": [short(text, TEXT) for text in texts[:MOST_ROWS]], **_cut(len(texts), none)}


def _cut(count: int, none: Message) -> dict[str, Any]:
    """How many rows there are, and what to say where only so many of them are shown."""
    more = [
        plural("and {count} more: see the workbook", "and {count} more: see the workbook", count - shown)
        for shown in range(min(count, MOST_ROWS) + 1)
    ]
    return {"count": count, "more": [str(text) for text in more], "none": str(none)}


def _texts(**texts: Message) -> dict[str, str]:
    return {name: str(text) for name, text in texts.items()}


def short(text: Text, most: int) -> str:
    """Return a text on one line, cut to `most` letters."""
    line = _BREAKS.sub(" ", str(text)).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def for_print(svg: str) -> str:
    """Return a chart with the colours and the font of the page: outside a browser it has no style sheet to follow."""
    coloured = re.sub(r"var\(--([\w-]+)\)", lambda found: COLOURS[found[1]], svg)
    return coloured.replace("inherit", CHART_FONT)
