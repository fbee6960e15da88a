"""What the pages of all studies share: their frame, the listing of sources, names of cost parts; not for one study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from secondsource.language import Message, _
from secondsource.problem.plan import Plan
from secondsource.reports.pages import Column, Listing

KINDS: Mapping[str, Message] = {
    "purchase": _("Purchase"),
    "material": _("Material"),
    "labour": _("Labour"),
    "wages": _("Wages"),
    "hiring": _("Hiring"),
    "replacement": _("Replacing leavers"),
    "severance": _("Letting people go"),
    "idle": _("People without work"),
    "overhead": _("Overhead"),
    "opportunity": _("Opportunity lost"),
    "equipment": _("Equipment"),
    "running": _("Running the equipment"),
    "residual": _("Sale of equipment"),
    "tax": _("Tax saved"),
    "transition": _("Transition"),
    "dual_running": _("Dual running"),
    "contract_management": _("Contract management"),
    "freight": _("Freight"),
    "quality": _("Quality"),
    "risk": _("Failures"),
    "exit": _("Exit"),
    "taking_back": _("Taking it back"),
    "income": _("Income"),
    "other": _("Other"),
}


def frame(currency: str, as_of: date, version: str, sha256: str) -> Plan:
    """Return what the frame of a page needs to know: day, version and digest of the input."""
    return Plan(status="optimal", currency=currency, as_of=as_of.isoformat(), version=version, problem_sha256=sha256)


def sources_listing(sources: Sequence[tuple[str, str, str]]) -> Listing:
    """Return the table of every source that the input names."""
    return Listing(
        _("Where the figures come from"),
        _("Each source once, with the first row that names it; what begins with assumption: is nobody's figure."),
        (Column(_("Table")), Column(_("Row")), Column(_("Source"), "long")),
        tuple(sources),
        _("The input names no source."),
    )
