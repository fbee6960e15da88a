"""Charts of a plan as SVG, drawn by Vega when the report is written; not for numbers that no table shows as well.

Colours are named after the page's CSS variables, so that a chart follows the page into the dark and onto paper, and
every bar says in words what its colour means. Places for labels are fixed: the fonts of the machine that draws are
not those of the reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import altair
import vl_convert

from secondsource.language import _, current_language, plural
from secondsource.reports import words
from secondsource.reports.names import country_name
from secondsource.reports.numbers import Unit, percent
from secondsource.reports.summary import ItemDecision, Summary

MOST_BARS = 12
LABELS_WIDTH = 190
BARS_WIDTH = 450
NOTES_WIDTH = 200
LONG_NOTES = 70
"""Pixels that the notes of advice take more than those of a plan."""
ROW_HEIGHT = 26
CHARACTER_WIDTH = 6.6
"""Pixels that a letter of the labels takes, on the generous side."""

INK, MUTED, BUY, MAKE, TOTAL, RISK, LESS = (
    f"var(--{name})" for name in ("ink", "muted", "buy", "make", "total", "risk", "less")
)


@dataclass(frozen=True)
class Bar:
    """A piece of a row from `start` to `end` (in money), with a word in it where it fits."""

    row: str
    start: float
    end: float
    colour: str
    word: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a bar chart: its label on the left, and a note to the right of its last bar."""

    key: str
    label: str
    note: str
    end: float


def cost_parts(summary: Summary, cost: Decimal, unit: Unit, width: int = BARS_WIDTH) -> str:
    """Return a waterfall: how the cost parts add up to the cost; "" for a plan that costs nothing."""
    bars, rows, reached = [], [], Decimal(0)
    for part, amount in summary.parts:
        start, reached = reached, reached + amount
        low, high = sorted((float(start), float(reached)))
        bars.append(Bar(part, low, high, LESS if amount < 0 else BUY))
        share = percent(amount / cost, fixed=True) if cost else ""
        rows.append(Row(part, str(words.PARTS[part]), f"{unit.show(amount)} · {share}", high))
    bars.append(Bar("total", 0.0, float(cost), TOTAL))
    rows.append(Row("total", str(_("Total")), unit.show(cost), float(cost)))
    return _draw(bars, rows, width=width)


def items(summary: Summary, unit: Unit) -> str:
    """Return what each item costs, in pieces by supplier: made in one colour and bought in another."""
    shown = [item for item in summary.items if item.cost > 0][:MOST_BARS]
    bars, rows = [], []
    for item in shown:
        reached = 0.0
        for source in item.sources:
            if source.cost is not None:
                end = reached + float(source.cost)
                word = f"{source.name} {words.OWN}" if source.own else source.name
                bars.append(Bar(item.item, reached, end, MAKE if source.own else BUY, word))
                reached = end
        note = f"{words.DECISIONS[item.decision]} · {unit.show(item.cost)}"
        rows.append(Row(item.item, item.name, note, reached))
    _add_rest(bars, rows, summary.items, len(shown), unit)
    return _draw(bars, rows, seam=1.0)


def _add_rest(bars: list[Bar], rows: list[Row], decided: Sequence[ItemDecision], shown: int, unit: Unit) -> None:
    rest = sum((item.cost for item in decided[shown:]), Decimal(0))
    if rest > 0:
        count = len(decided) - shown
        label = str(plural("{count} more item", "{count} more items", count))
        # A space cannot begin a key (cells are trimmed), so this one clashes with no item.
        bars.append(Bar(" rest", 0.0, float(rest), MUTED))
        rows.append(Row(" rest", label, unit.show(rest), float(rest)))


def suppliers(summary: Summary, unit: Unit, width: int = BARS_WIDTH) -> str:
    """Return what the awards and packages of each supplier cost together."""
    shown = [total for total in summary.suppliers if total.cost > 0][:MOST_BARS]
    awarded = sum((total.cost for total in summary.suppliers), Decimal(0))
    bars, rows = [], []
    for total in shown:
        end = float(total.cost)
        bars.append(Bar(total.supplier, 0.0, end, MAKE if total.own else BUY))
        label = f"{total.name} {words.OWN}" if total.own else total.name
        share = percent(total.cost / awarded, fixed=True)
        rows.append(Row(total.supplier, label, f"{unit.show(total.cost)} · {share}", end))
    return _draw(bars, rows, width=width)


def countries(summary: Summary, unit: Unit, width: int = BARS_WIDTH) -> str:
    """Return what the awards and packages from each country cost together."""
    shown = [total for total in summary.countries if total.cost > 0][:MOST_BARS]
    awarded = sum((total.cost for total in summary.countries), Decimal(0))
    bars, rows = [], []
    for total in shown:
        key, end = f"country {total.country}", float(total.cost)
        bars.append(Bar(key, 0.0, end, BUY))
        share = percent(total.cost / awarded, fixed=True)
        rows.append(Row(key, country_name(total.country), f"{unit.show(total.cost)} · {share}", end))
    return _draw(bars, rows, width=width)


def failures(summary: Summary, unit: Unit, width: int = BARS_WIDTH) -> str:
    """Return what each single failure would cost, and how likely it is."""
    bars, rows = [], []
    for position, effect in enumerate(summary.failures[:MOST_BARS]):
        key, end = str(position), float(effect.cost)
        bars.append(Bar(key, 0.0, end, RISK if effect.missing else TOTAL))
        likely = _("{share} likely", share=percent(effect.probability))
        mark = "! " if effect.missing else ""
        note = f"{mark}{words.cost_of_failure(effect, unit)} · {likely}"
        rows.append(Row(key, effect.name, note, end))
    return _draw(bars, rows, width=width)


def amounts(rows: Sequence[tuple[str, float, str, bool]]) -> str:
    """Return a bar for each (label, amount, note, whether it is a risk), the first `MOST_BARS` of them."""
    bars, labels = [], []
    for position, (label, amount, note, is_risk) in enumerate(rows[:MOST_BARS]):
        low, high = sorted((0.0, amount))
        bars.append(Bar(str(position), low, high, RISK if is_risk else BUY))
        labels.append(Row(str(position), label, note, high))
    return _draw(bars, labels, width=BARS_WIDTH - LONG_NOTES, notes=NOTES_WIDTH + LONG_NOTES)


FORMATS = {"decimal": ",", "thousands": "\N{NO-BREAK SPACE}", "grouping": [3], "currency": ["", ""], "minus": "−"}
"""How numbers on axes are written where it is not the English way."""


def _svg(specification: dict[str, Any]) -> str:
    """The chart as an SVG element, the numbers on its axes in the reader's language."""
    if current_language() == "en":
        return vl_convert.vegalite_to_svg(specification)
    return vl_convert.vegalite_to_svg(specification, format_locale=FORMATS)


def curve(points: Sequence[tuple[float, float]], across: str, up: str, size: tuple[int, int] = (560, 260)) -> str:
    """Return points joined by a line, as an SVG element; "" for fewer than two.

    Parameters
    ----------
    across, up
        Titles of the axes.
    """
    if len(points) < 2:
        return ""
    values = [{"x": x, "y": y, "order": place} for place, (x, y) in enumerate(points)]
    axis = altair.Axis(
        gridColor="var(--line)",
        domainColor=MUTED,
        tickColor=MUTED,
        labelColor=INK,
        titleColor=INK,
        titleFontWeight="normal",
    )
    scale = altair.Scale(zero=False, nice=True)
    drawn = (
        altair.Chart(altair.InlineData(values))
        .encode(
            x=altair.X("x:Q", title=across, scale=scale, axis=axis),
            y=altair.Y("y:Q", title=up, scale=scale, axis=axis),
            order="order:O",
        )
        .mark_line(point=altair.OverlayMarkDef(color=BUY, size=50), color=BUY)
        .properties(width=size[0], height=size[1])
    )
    specification = drawn.to_dict() | {
        "config": {"aria": False, "background": None, "view": {"stroke": None}, "font": "inherit"}
    }
    return _svg(specification)


SERIES = (BUY, MAKE, RISK, TOTAL, MUTED, LESS)
"""Colours of several lines, in order; each line also has its name at its end."""


def lines(series: Sequence[tuple[str, Sequence[tuple[float, float]]]], across: str, up: str) -> str:
    """Return several lines in one frame, each named at its end; "" where none has two points."""
    drawn = [(name, points) for name, points in series if len(points) > 1][: len(SERIES)]
    if not drawn:
        return ""
    values = [{"name": name, "x": x, "y": y} for name, points in drawn for x, y in points]
    most = max(x for _name, points in drawn for x, _y in points)
    # A cost that soars at small volumes would flatten all others: the axis ends at four times the least.
    heights = [y for _name, points in drawn for _x, y in points]
    top = min(max(heights), 4 * min(heights))
    ends, last = [], -top
    for name, points in sorted(drawn, key=lambda each: each[1][-1][1]):
        last = max(points[-1][1], last + top / 16)  # names of lines that end close to each other stand apart
        ends.append({"name": name, "x": points[-1][0], "y": last})
    axis = altair.Axis(
        gridColor="var(--line)", domainColor=MUTED, tickColor=MUTED, labelColor=INK, titleColor=INK,
        titleFontWeight="normal", tickCount=6,
    )  # fmt: skip
    colour = altair.Color("name:N", scale=altair.Scale(domain=[n for n, _p in drawn], range=list(SERIES)), legend=None)
    x = altair.X("x:Q", title=across, axis=axis, scale=altair.Scale(domain=[0, most], nice=False))
    y = altair.Y("y:Q", title=up, axis=axis, scale=altair.Scale(domain=[0, top], nice=True))
    base = altair.Chart(altair.InlineData(values)).encode(x=x, y=y, color=colour)
    names = altair.Chart(altair.InlineData(ends)).encode(x=x, y=y, color=colour, text="name:N")
    layers = altair.layer(
        base.mark_line(strokeWidth=2, clip=True), names.mark_text(align="left", dx=6, fontSize=12)
    ).properties(width=460, height=260)
    specification = layers.to_dict() | {
        "config": {"aria": False, "background": None, "view": {"stroke": None}, "font": "inherit"},
        "padding": {"left": 5, "right": 190, "top": 8, "bottom": 5},
        "autosize": {"type": "pad", "contains": "content"},
    }
    return _svg(specification)


def tornado(rows: Sequence[tuple[str, float, float]], base: float, unit: Unit) -> str:
    """Return a bar for each (label, amount at low, amount at high), around a line at `base`; a risk below zero."""
    shown = rows[:MOST_BARS]
    if not shown:
        return ""
    ends = [end for _label, *both in shown for end in (*both, base, 0.0)]
    scale = altair.Scale(domain=[min(ends), max(ends)], nice=False)
    order = [str(k) for k in range(len(shown))]
    y = altair.Y("row:N", sort=order, axis=None, scale=altair.Scale(domain=order, paddingInner=0.3, paddingOuter=0.1))
    pieces, labels = [], []
    for key, (label, low, high) in zip(order, shown, strict=True):
        left, right = sorted((low, high))
        if left < 0:
            pieces.append({"row": key, "start": left, "end": min(right, 0.0), "colour": RISK})
        if right > 0:
            pieces.append({"row": key, "start": max(left, 0.0), "end": right, "colour": BUY})
        note = f"{unit.show(Decimal(repr(left)))} … {unit.show(Decimal(repr(right)))}"
        labels.append({"row": key, "label": _cut(label, LABELS_WIDTH + 40), "note": note})
    width = BARS_WIDTH - 90
    shape = altair.Chart(altair.InlineData(pieces)).encode(y=y, x=altair.X("start:Q", scale=scale, axis=None))
    text = altair.Chart(altair.InlineData(labels)).encode(y=y)
    at = altair.Chart(altair.InlineData([{"x": 0.0, "c": INK}, {"x": base, "c": MUTED}]))
    layers = altair.layer(
        shape.mark_bar().encode(x2="end:Q", color=altair.Color("colour:N", scale=None)),
        at.mark_rule().encode(x=altair.X("x:Q", scale=scale, axis=None), color=altair.Color("c:N", scale=None)),
        text.mark_text(align="right", dx=-10, fontSize=12, color=INK).encode(x=altair.value(0), text="label:N"),
        text.mark_text(align="left", dx=8, fontSize=12, color=INK).encode(x=altair.value(width), text="note:N"),
    ).properties(width=width, height=ROW_HEIGHT * len(shown))
    specification = layers.to_dict() | {
        "config": {"aria": False, "background": None, "view": {"stroke": None}, "font": "inherit"},
        "autosize": "none",
        "padding": {"left": LABELS_WIDTH + 54, "right": NOTES_WIDTH, "top": 2, "bottom": 2},
    }
    return _svg(specification)


def _draw(
    bars: Sequence[Bar], rows: Sequence[Row], seam: float = 0.0, width: int = BARS_WIDTH, notes: int = NOTES_WIDTH
) -> str:
    """Return rows of bars `seam` pixels apart, labels left, notes right, as an SVG element; "" where all are zero."""
    greatest = max((row.end for row in rows), default=0.0)
    if greatest <= 0:
        return ""
    scale = altair.Scale(domain=[min(0.0, min(bar.start for bar in bars)), greatest])
    order = [row.key for row in rows]
    y = altair.Y("row:N", sort=order, axis=None, scale=altair.Scale(domain=order, paddingInner=0.28, paddingOuter=0.1))
    pieces = [
        {"row": bar.row, "start": bar.start, "end": bar.end, "colour": bar.colour, "word": _fit(bar, greatest, width)}
        for bar in bars
    ]
    labels = [
        {"row": row.key, "end": row.end, "note": row.note, "label": _cut(row.label, LABELS_WIDTH - 14)} for row in rows
    ]
    shape = altair.Chart(altair.InlineData(pieces)).encode(y=y, x=altair.X("start:Q", scale=scale, axis=None))
    text = altair.Chart(altair.InlineData(labels)).encode(y=y)
    layers = altair.layer(
        shape.mark_bar(stroke="var(--paper)", strokeWidth=seam).encode(
            x2="end:Q", color=altair.Color("colour:N", scale=None)
        ),
        shape.mark_text(align="left", dx=6, fontSize=11, color="var(--on-bar)").encode(text="word:N"),
        text.mark_text(align="right", dx=-10, fontSize=12, color=INK).encode(x=altair.value(0), text="label:N"),
        text.mark_text(align="left", dx=8, fontSize=12, color=INK).encode(
            x=altair.X("end:Q", scale=scale, axis=None), text="note:N"
        ),
    ).properties(width=width, height=ROW_HEIGHT * len(rows))
    specification = layers.to_dict() | {
        "config": {"aria": False, "background": None, "view": {"stroke": None}, "font": "inherit"},
        "autosize": "none",
        "padding": {"left": LABELS_WIDTH, "right": notes, "top": 2, "bottom": 2},
    }
    return _svg(specification)


def _fit(bar: Bar, greatest: float, width: int) -> str:
    """The bar's word, where it fits into the bar."""
    room = (bar.end - bar.start) / greatest * width - 10
    return bar.word if len(bar.word) * CHARACTER_WIDTH <= room else ""


def _cut(text: str, width: int) -> str:
    most = int(width / CHARACTER_WIDTH)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
