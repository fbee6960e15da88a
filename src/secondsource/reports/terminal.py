"""A plan as one readable page on a terminal; not for files (see `html`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from textwrap import fill

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from secondsource.language import Message, _, plural
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.reports import words
from secondsource.reports.numbers import Unit, day, money, number, percent, price, unit_of
from secondsource.reports.summary import ItemDecision, Source, Summary, summarise

MOST_ITEMS, MOST_ROWS, MOST_WARNINGS = 15, 8, 5
"""Items, rows of any other part and warnings on the page; the report has them all."""

WIDE = 100
"""From this many columns on, tables show quantities and unit costs too."""

BAR = 24
"""Characters of the longest bar."""


def page(plan: Plan, problem: Problem, width: int = 80) -> RenderableType:
    """Return the plan as a page `width` characters wide, in the order in which a manager asks."""
    if plan.cost is None:
        return Group(*_no_plan(plan))
    summary, unit = summarise(plan, problem), unit_of(plan.cost, plan.currency)
    wide = width >= WIDE
    parts = [
        _headline(plan, summary, unit, width),
        _make_or_buy(summary, unit, wide),
        _packages(summary, unit),
        _stand_ins(summary),
        _cost_parts(summary, plan.cost, unit),
        _failures(summary, unit, wide),
        _exposures(summary, unit, wide),
        _people(summary),
        _warnings(plan.warnings),
        _basis(plan),
    ]
    return Group(*(part for part in parts if part is not None))


def _headline(plan: Plan, summary: Summary, unit: Unit, width: int) -> RenderableType:
    proved = plan.status == "optimal"
    mark, style = ("✓", "bold green") if proved else ("~", "bold yellow")
    sentences = [words.bound(plan), words.proof(plan), _sentence(words.decisions(summary))]
    sentences += words.saving(summary, unit)
    if summary.failures:
        sentences.append(words.worst_failure(summary.failures[0], unit))
    sentences.append(words.exposures(summary))
    # Not rich's own wrapping, which parts the digits of a number at a no-break space.
    paragraph = fill(" ".join(str(sentence) for sentence in sentences if str(sentence)), width)
    lines = [
        Text(words.needs(summary)),
        Text(f"{mark} {words.status(plan)}", style=style),
        Text.assemble((words.total(plan), "bold"), f"  {words.horizon(plan)}"),
        Text(paragraph),
    ]
    return Group(*lines)


def _sentence(clauses: Iterable[Message]) -> str:
    text = ", ".join(str(clause) for clause in clauses)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _make_or_buy(summary: Summary, unit: Unit, wide: bool) -> RenderableType | None:
    table = _table()
    table.add_column(str(_("Item")), ratio=3)
    table.add_column(str(_("Decision")))
    table.add_column(str(_("Supplier")), ratio=4)
    table.add_column(str(_("Share")), justify="right", no_wrap=True)
    if wide:
        table.add_column(str(_("Quantity")), justify="right", no_wrap=True)
        table.add_column(str(_("Unit cost")), justify="right", no_wrap=True)
    table.add_column(str(_("Cost")), justify="right", no_wrap=True)
    shown = summary.items[:MOST_ITEMS]
    for item in shown:
        for position, source in enumerate(item.sources):
            table.add_row(*_source_cells(item, source, position == 0, unit, wide))
    return _part(_("Make or buy, and from whom"), table, len(summary.items) - len(shown), unit)


def _source_cells(item: ItemDecision, source: Source, first: bool, unit: Unit, wide: bool) -> list[RenderableType]:
    supplier = Text(source.name)
    if source.own:
        supplier.append(" ").append(str(words.OWN), style="dim")
    if source.package:
        supplier.append(" ").append(str(_("(package {package})", package=source.package)), style="dim")
    unit_cost = "" if source.cost is None or not source.quantity else price(source.cost / source.quantity)
    cost = str(_("in package")) if source.cost is None else unit.show(source.cost)
    middle = [f"{number(source.quantity)} {item.unit}".rstrip(), unit_cost] if wide else []
    return [
        Text(item.name if first else ""),
        Text(str(words.DECISIONS[item.decision]) if first else "", style="bold"),
        supplier,
        percent(source.share),
        *(Text(cell) for cell in middle),
        cost,
    ]


def _packages(summary: Summary, unit: Unit) -> RenderableType | None:
    if not summary.packages:
        return None
    table = _table()
    table.add_column(str(_("Package")), ratio=2)
    table.add_column(str(_("Supplier")), ratio=3)
    table.add_column(str(_("Price")), justify="right", no_wrap=True)
    shown = summary.packages[:MOST_ROWS]
    for package, supplier, amount in shown:
        table.add_row(Text(package), Text(supplier), unit.show(amount))
    return _part(_("Packages taken"), table, len(summary.packages) - len(shown), unit)


def _stand_ins(summary: Summary) -> RenderableType | None:
    if not summary.stand_ins:
        return None
    table = _table()
    table.add_column(str(_("Item")), ratio=2)
    table.add_column(str(_("If this one fails")), ratio=2)
    table.add_column(str(_("Stand by (units booked)")), ratio=4)
    shown = summary.stand_ins[:MOST_ROWS]
    for row in shown:
        table.add_row(Text(row.item_name), Text(row.supplier_name), Text(words.stands_by(row, "\n")))
    return _part(_("Who backs whom"), table, len(summary.stand_ins) - len(shown))


def _cost_parts(summary: Summary, cost: Decimal, unit: Unit) -> RenderableType | None:
    if not summary.parts:
        return None
    table = _table(header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    greatest = max(abs(amount) for _part, amount in summary.parts)
    for part, amount in summary.parts:
        length = round(BAR * abs(amount) / greatest)
        share = percent(amount / cost, fixed=True) if cost else ""
        table.add_row(str(words.PARTS[part]), unit.show(amount), share, Text("█" * length, style="cyan"))
    table.add_row(Text(str(_("Total")), style="bold"), Text(unit.show(cost), style="bold"), "", "")
    return _part(_("What it costs"), table, unit=unit)


def _failures(summary: Summary, unit: Unit, wide: bool) -> RenderableType | None:
    if not summary.failures:
        return None
    table = _table()
    table.add_column(str(_("If this one fails")), ratio=3)
    table.add_column(str(_("Likelihood")), justify="right", no_wrap=True)
    if wide:
        table.add_column(str(_("Loses")), ratio=3)
    table.add_column(str(_("Backups replace")), ratio=3)
    table.add_column(str(_("Cost")), justify="right", no_wrap=True)
    shown = summary.failures[:MOST_ROWS]
    for effect in shown:
        lost = [Text(words.lost_items(effect))] if wide else []
        cost = words.cost_of_failure(effect, unit)
        replaced = Text(str(words.taken_over(effect)), style="bold" if effect.missing else "")
        table.add_row(Text(effect.name), percent(effect.probability), *lost, replaced, cost)
    return _part(_("What each single failure would do, worst first"), table, len(summary.failures) - len(shown), unit)


def _exposures(summary: Summary, unit: Unit, wide: bool) -> RenderableType | None:
    if not summary.exposures:
        return None
    table = _table()
    table.add_column(str(_("Item")), ratio=2)
    table.add_column(str(_("Supplier")), ratio=2)
    if wide:
        table.add_column(str(_("Why")), ratio=4)
    table.add_column(str(_("At stake")), justify="right", no_wrap=True)
    table.add_column(str(_("One failure costs")), justify="right", no_wrap=True)
    shown = summary.exposures[:MOST_ROWS]
    for each in shown:
        why = [Text(str(each.why))] if wide else []
        table.add_row(
            Text(each.item_name), Text(each.supplier_name), *why, unit.show(each.spend), words.loss(each, unit)
        )
    heading = _("! Exposures: awards that no one, or too few, could take over")
    return _part(heading, table, len(summary.exposures) - len(shown), unit)


def _people(summary: Summary) -> RenderableType | None:
    if not summary.people:
        return None
    table = _table()
    table.add_column(str(_("Role")), ratio=2)
    table.add_column(str(_("Supplier")), ratio=2)
    for heading in (_("Needed"), _("To hire"), _("To replace")):
        table.add_column(str(heading), justify="right")
    shown = summary.people[:MOST_ROWS]
    for role in shown:
        numbers = (number(value, 1) for value in (role.people, role.hires, role.replacements))
        table.add_row(Text(role.role), Text(role.supplier_name), *numbers)
    return _part(_("People"), table, len(summary.people) - len(shown))


def _warnings(warnings: Sequence[Message | str]) -> RenderableType | None:
    if not warnings:
        return None
    shown = warnings[:MOST_WARNINGS]
    return _part(_("Warnings"), _bullets(shown), len(warnings) - len(shown))


def _basis(plan: Plan) -> RenderableType:
    text = _sentence(words.basis(plan))
    origin = _(
        "As of {date}; problem {digest}; secondsource {version}; {seconds} s.",
        date=day(plan.as_of),
        digest=plan.problem_sha256[:12] or "–",
        version=plan.version,
        seconds=number(plan.seconds, 1),
    )
    return Padding(Group(Text(text), Text(str(origin), style="dim")), (1, 0, 0, 0))


def _no_plan(plan: Plan) -> list[RenderableType]:
    """Why there is no plan, and the ways out of it."""
    parts: list[RenderableType] = [Text(f"✗ {words.status(plan)}", style="bold red")]
    if plan.bound is not None and plan.status == "no plan found in time":
        least = _("No plan costs less than {bound} {currency}.", bound=money(plan.bound), currency=plan.currency)
        parts.append(Text(str(least)))
    if plan.status == "no plan found in time":
        parts.append(Text(str(_("Give it more time with --time-limit, or a wider --gap."))))
    if plan.conflict:
        parts.append(_part(_("These cannot hold together"), _bullets(plan.conflict)))
    if plan.ways_out:
        table = _table()
        table.add_column(str(_("Change")), ratio=3)
        table.add_column(str(_("Best plan then, {currency}", currency=plan.currency)), justify="right", no_wrap=True)
        for way in plan.ways_out:
            table.add_row(Text(str(way.change)), "–" if way.cost is None else money(way.cost))
        parts.append(_part(_("Ways out, cheapest first"), table))
    warnings = _warnings(plan.warnings)
    return parts if warnings is None else [*parts, warnings]


def _bullets(lines: Iterable[Message | str]) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for line in lines:
        table.add_row("•", Text(str(line)))
    return table


def _table(header: bool = True) -> Table:
    return Table(box=None, show_header=header, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False, expand=header)


def _part(heading: Message, content: RenderableType, more: int = 0, unit: Unit | None = None) -> RenderableType:
    title = Text(str(heading), style="bold underline")
    if unit is not None:
        title = Text.assemble(title, "  ", (unit.name, "dim"))
    lines: list[RenderableType] = [title, content]
    if more > 0:
        rest = plural("and {count} more: see the report (--out)", "and {count} more: see the report (--out)", more)
        lines.append(Text(str(rest), style="dim"))
    return Padding(Group(*lines), (1, 0, 0, 0))
