"""The page "what our rules cost us, and whose they are"; not for the prices themselves (see `advice.rule_prices`)."""

from __future__ import annotations

from decimal import Decimal

from secondsource.advice.interval import total
from secondsource.advice.rule_prices import RulePrice, RulePrices
from secondsource.language import _, plural
from secondsource.reports import charts
from secondsource.reports.numbers import Unit, day, number, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Page, Words, interval

ZERO = Decimal(0)


def rules_page(answer: RulePrices, title: str) -> Page:
    """Return the page; `answer` must have a plan."""
    plan = answer.plan
    unit = unit_of(plan.cost or ZERO, plan.currency)
    count = len(answer.rules)
    verdict: Words = _("No rule is in force.")
    if count:
        amount = interval(answer.together, unit)
        verdict = plural(
            "{count} rule costs {amount} {unit}.", "{count} rules together cost {amount} {unit}.", count,
            amount=amount, unit=unit.name,
        )  # fmt: skip
    return Page(
        name="rules",
        title=title,
        subtitle=_("What our rules cost us, and whose they are"),
        tone="warn" if answer.together.is_distinguishable else "good",
        verdict=verdict,
        facts=_facts(answer, unit),
        listings=(_prices(answer, unit), _owners(answer)),
        notes=_notes(answer),
        unit=unit,
        plan=plan,
    )


def _notes(answer: RulePrices) -> tuple[Words, ...]:
    notes: list[Words] = [
        _("Alone: with this rule only, compared with no rule at all. Last: what is saved if this rule alone goes."),
        _("Fair share (Shapley): the mean of what the rule adds, over every order in which rules could be made."),
        _("What a rule is good for, such as fewer failures, is in its price only as far as the tables price it."),
    ]
    if answer.orders:
        notes.append(
            _(
                "The shares are means over {count} sampled orders; ± is what the sample leaves open, 95 times in 100.",
                count=answer.orders,
            )
        )
    return tuple(notes)


def _facts(answer: RulePrices, unit: Unit) -> tuple[Fact, ...]:
    if not answer.rules:
        return ()
    dearest = answer.rules[0]
    together = f"{interval(answer.together, unit)} {unit.name}"
    free = sum(1 for each in answer.rules if not each.last.is_distinguishable)
    return (
        Fact(_("All rules together"), together),
        Fact(_("Dearest rule"), dearest.rule, dearest.owner),
        Fact(_("Cost nothing as the last"), number(free), _("not distinguishable from nothing")),
        Fact(_("Plans compared"), number(answer.plans)),
    )


def _prices(answer: RulePrices, unit: Unit) -> Listing:
    bars = [
        (each.rule, max(0.0, float(each.share.middle)), f"{interval(each.share, unit)} · {each.owner}", False)
        for each in answer.rules
        if each.share.middle.is_finite()
    ]
    columns = [
        Column(_("Rule")),
        Column(_("Owner")),
        Column(_("Alone"), "money"),
        Column(_("Last"), "money"),
        Column(_("Fair share"), "money"),
    ]
    if answer.orders:
        columns.append(Column(_("± (95%)"), "money"))
    columns += [Column(_("Reason"), "long"), Column(_("Expires"))]
    return Listing(
        _("What each rule costs"),
        _("The dearest share first. Show it to the rule's owner before the rule is renewed."),
        tuple(columns),
        tuple(_row(each, bool(answer.orders)) for each in answer.rules),
        _("No rule is in force."),
        charts.amounts(bars),
        (0, 1, 2, 3, 4),
    )


def _row(each: RulePrice, sampled: bool) -> tuple[Cell, ...]:
    wide = (each.share_with_error.high - each.share.high,) if sampled else ()
    expires = "" if each.expires is None else day(each.expires)
    return (each.rule, each.owner, each.alone, each.last, each.share, *wide, each.reason, expires)


def _owners(answer: RulePrices) -> Listing:
    """What the rules of each owner cost together: the sum of their shares."""
    by_owner: dict[str, list[RulePrice]] = {}
    for each in answer.rules:
        by_owner.setdefault(each.owner, []).append(each)
    rows = [
        (
            owner or _("nobody is named"),
            total(each.share for each in owned),
            ", ".join(each.rule for each in owned),
            min((each.expires for each in owned if each.expires is not None), default=None),
        )
        for owner, owned in by_owner.items()
    ]
    rows.sort(key=lambda row: -row[1].middle)
    return Listing(
        _("Whose rules cost what"),
        _("The fair shares of an owner's rules, added up."),
        (
            Column(_("Owner")),
            Column(_("Fair share"), "money"),
            Column(_("Rules"), "long"),
            Column(_("First expires")),
        ),
        tuple((owner, share, names, "" if expires is None else day(expires)) for owner, share, names, expires in rows),
        _("No rule is in force."),
    )
