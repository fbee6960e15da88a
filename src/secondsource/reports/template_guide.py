"""What the guide of the template says in plain words: tables, steps, colours, columns; not for how sheets look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from secondsource.language import Message, _
from secondsource.problem.cells import describe, plain
from secondsource.problem.columns import Column

PURPOSES: Mapping[str, Message] = {
    "settings": _("What holds for the whole plan: currency, years, how many suppliers may fail at once."),
    "items": _("What you need: parts, assemblies and services, how many, and where."),
    "suppliers": _("Who could deliver: contractors, and your own plants and teams."),
    "offers": _("Who offers what at which price. Making it yourself is an offer too."),
    "bom": _("What goes into what, if some items are made of others."),
    "sites": _("Places, if transport counts."),
    "levels": _("How well suppliers are qualified for a category, and until when."),
    "price_breaks": _("Lower prices from a quantity on."),
    "packages": _("Bundles at one price: all or nothing."),
    "package_items": _("What each package delivers."),
    "rebates": _("Money back once a supplier's whole spend is large enough."),
    "lanes": _("Freight, duty and days between two places."),
    "rates": _("Exchange rates, if prices are in several currencies."),
    "incumbents": _("Who delivers today, and what leaving them costs."),
    "rules": _("Limits that you set: a largest share, a country, a budget."),
    "roles": _("People: pay, hours, how many are there and can be hired."),
    "staffing": _("Hours of work that an offer takes of these people."),
}

STEPS: Sequence[Message] = (
    _("Fill in items, suppliers and offers, in this order: these three sheets are enough for a first plan."),
    _("In each sheet only the columns marked * are needed. Leave the others empty until you need them."),
    _("Point at a heading to read what belongs there. The sheet _examples shows filled-in rows; it is never planned."),
    _("Save the workbook, and look for mistakes: secondsource check {file}"),
    _("Find the plan: secondsource plan {file} --out report"),
    _("Then add what the plan did not know yet: settings, places and freight, rules, backups."),
)

HABITS: Sequence[Message] = (
    _("An empty cell means the usual value, which the note on the heading names."),
    _("Shares and rates are numbers from 0 to 1: 0.25 for 25 %. Type no percent sign, no unit and no currency sign."),
    _("Names such as those of items, suppliers and sites must be spelled the same in all sheets; capitals count."),
    _("Dates are 2026-12-31. Money is in the currency of the row, else in that of the settings."),
    _("Columns may be moved, and left out if they have no *; do not rename them."),
    _("The columns source and note are for where a figure comes from, and for remarks; the plan shows them."),
    _("Sheets whose name begins with _ or #, and this one, are not read: keep your own calculations there."),
    _("Formulas are read by their result: save the workbook in a spreadsheet program first."),
)


def default_words(name: str, spec: Column) -> Message:
    """Return what an empty cell of a column stands for."""
    if spec.key or spec.required:
        return _("Needed in each row.")
    if spec.default not in (None, ""):
        return _("Empty: {default}.", default=plain(spec.default))
    if name == "backups":
        return _("Empty: the setting failures.")
    return _("May stay empty.")


def column_note(name: str, spec: Column, example: object) -> str:
    """Return the note on a column's heading: meaning, what may stand there, the default, an example."""
    meaning = str(_(spec.meaning))
    lines = [meaning[:1].upper() + meaning[1:], str(_("Expected: {what}.", what=describe(spec)))]
    if spec.key:
        lines.append(str(_("Names the row (with the other columns like it): no two rows have the same.")))
    lines.append(str(default_words(name, spec)))
    if example not in (None, ""):
        lines.append(str(_("Example: {example}", example=plain(example))))
    return "\n".join(lines)
