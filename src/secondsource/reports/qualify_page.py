"""The page "who is qualified": who is out, what each lacks, ranks, and how surely; not for ranking."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from secondsource.advice.qualify import Qualification
from secondsource.language import Message, _
from secondsource.problem.cells import plain
from secondsource.reports import charts
from secondsource.reports.numbers import day, number, percent, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Marked, Page, Words
from secondsource.reports.study_page import frame, sources_listing

METHODS: Mapping[str, Message] = {
    "given": _("as given"),
    "eigenvector": _("comparisons (AHP), principal eigenvector"),
    "mean_of_columns": _("comparisons (AHP), mean of columns"),
    "geometric": _("comparisons (AHP), geometric means"),
}
SCALES: Mapping[str, Message] = {
    "vector": _("vector normalisation"),
    "minmax": _("normalisation between worst and best"),
    "sum": _("normalisation by the sum"),
    "max": _("normalisation by the largest"),
}
DOUBTFUL = Decimal("0.1")


def qualify_page(answer: Qualification, title: str, version: str) -> Page:
    """Return the page of a qualification."""
    doubtful = answer.consistency is not None and answer.consistency > DOUBTFUL
    tone = "bad" if not answer.ranks else "warn" if answer.expired or doubtful else "good"
    return Page(
        name="qualify",
        title=title,
        subtitle=_("Qualification: {what}", what=answer.title) if answer.title else _("Qualification"),
        tone=tone,  # type: ignore[arg-type]
        verdict=_verdict(answer),
        facts=_facts(answer),
        listings=(_ranks(answer), _out(answer), _gaps(answer), _weights(answer), _changes(answer), _expired(answer),
                  sources_listing(answer.sources)),
        notes=(
            _("Ranks: closeness to the ideal (TOPSIS), {how}; weights: {weights}.", how=SCALES[answer.normalisation],
              weights=METHODS[answer.weights_from]),
            _("Level: weighted share of what is required that is offered, 0 to 100; surplus counts no more."),
            _("First of all weights: with which share of the weights that add up to 1, all as likely, it comes first."),
            _("Expired evidence is not used: what is then unknown counts as the worst of the others, or knocks out."),
        ),
        unit=unit_of(Decimal(0), ""),
        plan=frame("", answer.as_of, version, answer.sha256),
    )  # fmt: skip


def _verdict(answer: Qualification) -> Words:
    if not answer.ranks:
        return _("Nobody is left.")
    first = answer.ranks[0]
    return _("First: {supplier}; with {share} of all weights it stays first.", supplier=first.name,
             share=percent(first.first_share))  # fmt: skip


def _facts(answer: Qualification) -> tuple[Fact, ...]:
    out = {each.supplier for each in answer.out}
    gaps = [each for each in answer.gaps if each.missing and each.supplier not in out]
    facts = [
        Fact(_("In the race"), number(len(answer.ranks)), ""),
        Fact(_("Out"), number(len(out)), ", ".join(sorted(out))),
        Fact(_("Gaps to close"), number(len(gaps)), ""),
    ]
    if answer.consistency is not None:
        said = _("above 0.1: compare again") if answer.consistency > DOUBTFUL else _("below 0.1: consistent")
        facts.append(Fact(_("Consistency ratio"), number(answer.consistency, 4), said))
    return tuple(facts)


def _ranks(answer: Qualification) -> Listing:
    rows = [
        (
            place,
            each.name,
            number(each.closeness, 4),
            number(each.level, 1),
            each.first_share,
            f"± {percent(each.first_error)}" if each.first_error else str(_("exact")),
            each.evidence,
            "" if each.valid_until is None else day(each.valid_until),
        )
        for place, each in enumerate(answer.ranks, 1)
    ]
    bars = [(each.name, float(each.closeness), number(each.closeness, 4), False) for each in answer.ranks]
    return Listing(
        _("Ranks"),
        _("Of those who are not out, best first."),
        (
            Column(_("Place"), "quantity"),
            Column(_("Supplier")),
            Column(_("Closeness")),
            Column(_("Level")),
            Column(_("First of all weights"), "percent"),
            Column(_("Error")),
            Column(_("Evidence"), "long"),
            Column(_("Valid until")),
        ),
        tuple(rows),
        _("Nobody is left."),
        chart=charts.amounts(bars),
        brief=(0, 1, 2, 3, 4),
    )


def _out(answer: Qualification) -> Listing:
    return Listing(
        _("Out"),
        _("Knock-out criteria come before any ranking: nothing makes up for them."),
        (Column(_("Supplier")), Column(_("Criterion")), Column(_("Why"), "long")),
        tuple((each.supplier, each.criterion, Marked(each.why)) for each in answer.out),
        _("Nobody is out."),
    )


def _gaps(answer: Qualification) -> Listing:
    rows: list[tuple[Cell, ...]] = []
    for each in answer.gaps:
        if each.missing == 0:
            continue
        known = each.offered is not None
        said: Cell = plain(each.missing) if known else Marked(_("expired") if each.is_expired else _("unknown"))
        offered = plain(each.offered) if known else ""
        rows.append((each.supplier, each.criterion, plain(each.required), offered, said, each.evidence))
    return Listing(
        _("Gaps to what is required"),
        _("What is missing, or not known."),
        (
            Column(_("Supplier")),
            Column(_("Criterion")),
            Column(_("Required")),
            Column(_("Offered")),
            Column(_("Missing")),
            Column(_("Evidence"), "long"),
        ),
        tuple(rows),
        _("Nobody lacks anything."),
    )


def _weights(answer: Qualification) -> Listing:
    return Listing(
        _("Weights"),
        _("How much each criterion counts: {how}.", how=METHODS[answer.weights_from]),
        (Column(_("Criterion")), Column(_("Weight"), "percent")),
        answer.weights,
        _("There is no criterion."),
    )


def _changes(answer: Qualification) -> Listing:
    rows = [(each.criterion, each.weight_now, each.weight, each.before, each.after) for each in answer.changes]
    return Listing(
        _("When the first changes"),
        _("If one criterion's weight moved alone, the others keeping their proportions."),
        (
            Column(_("Criterion")),
            Column(_("Weight now"), "percent"),
            Column(_("Weight then"), "percent"),
            Column(_("First below")),
            Column(_("First above")),
        ),
        tuple(rows),
        _("No weight of a single criterion changes the first."),
    )


def _expired(answer: Qualification) -> Listing:
    rows = [(who, what, day(until)) for who, what, until in answer.expired]
    return Listing(
        _("Expired evidence"),
        _("Reported, and not used."),
        (Column(_("Supplier")), Column(_("Criterion")), Column(_("Valid until"))),
        tuple(rows),
        _("No evidence has expired."),
    )
