"""A plan as one readable page on a terminal; not for files (see `html`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from secondsource.language import Message, _, plural
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.reports import words
from secondsource.reports.numbers import day, has_cents, money, number, percent, price
from secondsource.reports.summary import ItemDecision, Source, Summary, summarise

MOST_ROWS = 12
"""Rows of a part of the page; the report has them all."""

WIDE = 100
"""From this many columns on, tables show quantities and unit costs too."""

BAR = 24
"""Characters of the longest bar."""


def page(plan: Plan, problem: Problem, width: int = 80) -> RenderableType:
    """Return the plan as a page `width` characters wide, in the order in which a manager asks."""
    if plan.cost is None:
        return Group(*_no_plan(plan))
    summary = summarise(plan, problem)
    wide = width >= WIDE
    parts = [
        _headline(plan, summary),
        _make_or_buy(summary, plan, wide),
        _packages(summary, plan),
        _stand_ins(summary),
        _cost_parts(summary, plan),
        _failures(summary, plan, wide),
        _exposures(summary, plan, wide),
        _people(summary),
        _warnings(plan.warnings),
        _basis(plan),
    ]
    return Group(*(part for part in parts if part is not None))


def _headline(plan: Plan, summary: Summary) -> RenderableType:
    proved = plan.status == "optimal"
    mark, style = ("✓", "bold green") if proved else ("~", "bold yellow")
    lines = [
        Text(f"{mark} {words.STATUSES[plan.status]}", style=style),
        Text.assemble((words.total(plan), "bold"), f"  {words.horizon(plan)}"),
        Text(f"{words.bound(plan)} {words.proof(plan)}"),
        Text(_sentence(words.decisions(summary))),
    ]
    if summary.failures:
        lines.append(Text(str(words.worst_failure(summary.failures[0], plan.currency))))
    lines.append(Text(str(words.exposures(summary)), style="" if not summary.exposures else "bold"))
    return Group(*lines)


def _sentence(clauses: Iterable[Message]) -> str:
    text = ", ".join(str(clause) for clause in clauses)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _make_or_buy(summary: Summary, plan: Plan, wide: bool) -> RenderableType | None:
    table = _table()
    table.add_column(str(_("Item")), ratio=3)
    table.add_column(str(_("Decision")))
    table.add_column(str(_("Supplier")), ratio=3)
    table.add_column(str(_("Share")), justify="right", no_wrap=True)
    if wide:
        table.add_column(str(_("Quantity")), justify="right", no_wrap=True)
        table.add_column(str(_("Unit cost")), justify="right", no_wrap=True)
    table.add_column(str(_("Cost, {currency}", currency=plan.currency)), justify="right", no_wrap=True)
    cents = has_cents(item.cost for item in summary.items)
    shown = summary.items[:MOST_ROWS]
    for item in shown:
        for position, source in enumerate(item.sources):
            table.add_row(*_source_cells(item, source, position == 0, cents, wide))
    return _part(_("Make or buy, and from whom"), table, len(summary.items) - len(shown))


def _source_cells(item: ItemDecision, source: Source, first: bool, cents: bool, wide: bool) -> list[RenderableType]:
    supplier = Text(source.name)
    if source.own:
        supplier.append(f" {_('(own)')}", style="dim")
    if source.package:
        supplier.append(f" {_('(package {package})', package=source.package)}", style="dim")
    unit_cost = "" if source.cost is None or not source.quantity else price(source.cost / source.quantity)
    cost = str(_("in package")) if source.cost is None else money(source.cost, cents)
    middle = [f"{number(source.quantity)} {item.unit}".rstrip(), unit_cost] if wide else []
    return [
        Text(item.name if first else ""),
        Text(str(words.DECISIONS[item.decision]) if first else "", style="bold"),
        supplier,
        percent(source.share),
        *(Text(cell) for cell in middle),
        cost,
    ]


def _packages(summary: Summary, plan: Plan) -> RenderableType | None:
    if not summary.packages:
        return None
    table = _table()
    table.add_column(str(_("Package")), ratio=2)
    table.add_column(str(_("Supplier")), ratio=3)
    table.add_column(str(_("Price, {currency}", currency=plan.currency)), justify="right", no_wrap=True)
    cents = has_cents(price for _package, _supplier, price in summary.packages)
    shown = summary.packages[:MOST_ROWS]
    for package, supplier, amount in shown:
        table.add_row(Text(package), Text(supplier), money(amount, cents))
    return _part(_("Packages taken"), table, len(summary.packages) - len(shown))


def _stand_ins(summary: Summary) -> RenderableType | None:
    if not summary.stand_ins:
        return None
    table = _table()
    table.add_column(str(_("Item")), ratio=2)
    table.add_column(str(_("If this one fails")), ratio=2)
    table.add_column(str(_("these stand by (units booked)")), ratio=4)
    shown = summary.stand_ins[:MOST_ROWS]
    for row in shown:
        table.add_row(Text(row.item_name), Text(row.supplier_name), Text(words.stands_by(row)))
    return _part(_("Who backs whom"), table, len(summary.stand_ins) - len(shown))


def _cost_parts(summary: Summary, plan: Plan) -> RenderableType | None:
    if not summary.parts or plan.cost is None:
        return None
    table = _table(header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    greatest = max(abs(amount) for _part, amount in summary.parts)
    cents = has_cents(amount for _part, amount in summary.parts)
    for part, amount in summary.parts:
        length = round(BAR * abs(amount) / greatest)
        share = percent(amount / plan.cost, fixed=True) if plan.cost else ""
        table.add_row(str(words.PARTS[part]), money(amount, cents), share, Text("█" * length, style="cyan"))
    table.add_row(Text(str(_("Total")), style="bold"), Text(money(plan.cost, cents), style="bold"), "", "")
    return _part(_("What it costs, {currency}", currency=plan.currency), table)


def _failures(summary: Summary, plan: Plan, wide: bool) -> RenderableType | None:
    if not summary.failures:
        return None
    table = _table()
    table.add_column(str(_("If this one fails")), ratio=3)
    table.add_column(str(_("Likelihood")), justify="right", no_wrap=True)
    if wide:
        table.add_column(str(_("loses")), ratio=3)
    table.add_column(str(_("backups replace")), ratio=3)
    table.add_column(str(_("Cost, {currency}", currency=plan.currency)), justify="right", no_wrap=True)
    cents = has_cents(effect.cost for effect in summary.failures)
    shown = summary.failures[:MOST_ROWS]
    for effect in shown:
        lost = [Text(words.names(tuple(name for name, _lost, _covered in effect.lost)))] if wide else []
        cost = money(effect.cost, cents)
        if effect.unpriced:
            cost = str(_("{amount} + no price", amount=cost)) if effect.cost else str(_("no price"))
        replaced = Text(str(words.taken_over(effect)), style="bold" if effect.missing else "")
        table.add_row(Text(effect.name), percent(effect.probability), *lost, replaced, cost)
    return _part(_("What each single failure would do, worst first"), table, len(summary.failures) - len(shown))


def _exposures(summary: Summary, plan: Plan, wide: bool) -> RenderableType | None:
    if not summary.exposures:
        return None
    table = _table()
    table.add_column(str(_("Item")), ratio=2)
    table.add_column(str(_("Supplier")), ratio=2)
    if wide:
        table.add_column(str(_("Why")), ratio=4)
    table.add_column(str(_("At stake, {currency}", currency=plan.currency)), justify="right", no_wrap=True)
    table.add_column(str(_("One failure costs")), justify="right", no_wrap=True)
    cents = has_cents(max(each.spend, each.loss or Decimal(0)) for each in summary.exposures)
    shown = summary.exposures[:MOST_ROWS]
    for each in shown:
        why = [Text(str(each.why))] if wide else []
        table.add_row(
            Text(each.item_name), Text(each.supplier_name), *why, money(each.spend, cents), words.loss(each, cents)
        )
    heading = _("! Exposures: awards that no one, or too few, could take over")
    return _part(heading, table, len(summary.exposures) - len(shown))


def _people(summary: Summary) -> RenderableType | None:
    if not summary.people:
        return None
    table = _table()
    table.add_column(str(_("Role")), ratio=2)
    table.add_column(str(_("Supplier")), ratio=2)
    for heading in (_("People"), _("of them hired"), _("replaced as they leave")):
        table.add_column(str(heading), justify="right")
    shown = summary.people[:MOST_ROWS]
    for role in shown:
        numbers = (number(value, 1) for value in (role.people, role.hires, role.replacements))
        table.add_row(Text(role.role), Text(role.supplier_name), *numbers)
    return _part(_("People"), table, len(summary.people) - len(shown))


def _warnings(warnings: Sequence[Message | str]) -> RenderableType | None:
    if not warnings:
        return None
    shown = warnings[:MOST_ROWS]
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
    parts: list[RenderableType] = [Text(f"✗ {words.STATUSES[plan.status]}", style="bold red")]
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


def _part(heading: Message, content: RenderableType, more: int = 0) -> RenderableType:
    lines: list[RenderableType] = [Text(str(heading), style="bold underline"), content]
    if more > 0:
        rest = plural("and {count} more: see the report (--out)", "and {count} more: see the report (--out)", more)
        lines.append(Text(str(rest), style="dim"))
    return Padding(Group(*lines), (1, 0, 0, 0))
