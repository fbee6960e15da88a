"""How each figure of a report is made, in one sentence that names its inputs; not for calculating it.

Names such as `offers.unit_price` are those of the tables and columns that a user fills in, in every language.
"""

from __future__ import annotations

from secondsource.language import Message, _

FIGURES: tuple[tuple[Message, Message], ...] = (
    (_("Cost"), _("the sum of its parts: present value in one currency, over the whole horizon; rebates are negative")),
    (_("Share"), _("units awarded / units needed (its own demand, and what the products above it take)")),
    (_("Gap"), _("(cost − lower bound) / cost: by how much, at most, another plan could be cheaper")),
    (
        _("One failure"),
        _("(cost of taking over − cost saved + shortages × their price) × part of the horizon until it is mended"),
    ),
    (_("Expected failures"), _("the sum over all failures of likelihood × cost of one failure, in present value")),
    (_("At stake"), _("what the awards cost that nobody could take over")),
)
"""The figures of a page and their formulas."""

AWARD = _("Cost = purchase + freight + duty + interest + defects + wages, in present value.")
"""What an award costs."""

AWARD_PARTS = ("purchase", "freight", "duty", "interest", "defects", "wages")
"""The parts that belong to awards."""

PRESENT_VALUE = _("Present value = amount × the mean of 1 / (1 + discount_rate)^t over the years t of the horizon.")
"""What all costs that recur are multiplied by."""

SAVING = _(
    "Baseline = items.demand × incumbents.share × the cost of a unit by the incumbent's best offer. Saving = baseline "
    "− cost of the awards. Both are in present value, before rebates, fixed costs, hiring, switching, backups and "
    "failures."
)
"""How the saving is made."""

PARTS: dict[str, Message] = {
    "purchase": _("units × offers.unit_price (or price_breaks.unit_price) × rates.rate; packages.price"),
    "rebates": _("− rebates.rate × spend with the supplier, where it reaches rebates.from_spend"),
    "fixed": _("offers.fixed_cost of each offer used + suppliers.fixed_cost of each supplier used"),
    "hiring": _(
        "hires and replacements × (roles.hire_cost + ramp_months / 12 × hours_per_year / 2 × hourly_wage × "
        "(1 + burden_rate))"
    ),
    "freight": _("units × (lanes.cost_per_unit + lanes.cost_per_kg × items.weight_kg)"),
    "duty": _("units × unit price × lanes.duty_rate"),
    "interest": _("units × unit price × discount_rate × (lanes.days − offers.payment_days) / 365"),
    "defects": _("units × offers.defect_rate × items.defect_cost"),
    "wages": _("units × staffing.hours × roles.hourly_wage × (1 + roles.burden_rate)"),
    "switching": _("incumbents.switch_cost × share taken away / incumbents.share"),
    "backup_fees": _("units booked × offers.backup_fee"),
    "expected_failures": _(
        "suppliers.failure_probability × recovery_share × (takeover − saved + items.shortage_cost × missing units)"
    ),
}
"""The formula of each cost part, before present value."""
