"""The generator: the same problem for the same seed, and every column of the format somewhere."""

from __future__ import annotations

from .generate import features, random_problem

EVERY_COLUMN = {
    f"{table}.{column}"
    for table, columns in {
        "settings": "currency as_of horizon_years discount_rate failures strict separate_backups cover",
        "items": "item name kind unit category demand site weight_kg min_sources max_sources min_share max_share "
        "backups required_level max_failure_probability defect_cost shortage_cost source note",
        "bom": "parent child quantity",
        "sites": "site name country",  # coordinates would bring in the costing library's estimates
        "suppliers": "supplier name own site fixed_cost capacity min_capacity level failure_probability may_fail "
        "recovery_share risk_group excluded excluded_reason",
        "levels": "supplier category level evidence valid_until",
        "offers": "offer item supplier site currency unit_price fixed_cost capacity min_quantity multiple capacity_use "
        "turnkey defect_rate lead_days payment_days backup_fee backup_unit_price bring_up_days backup_only valid_until "
        "price_break_kind",
        "price_breaks": "offer from_quantity unit_price",
        "packages": "package supplier price group",
        "package_items": "package item quantity capacity_use",
        "rebates": "supplier from_spend rate",
        "lanes": "origin destination cost_per_unit cost_per_kg duty_rate days",
        "rates": "currency rate",
        "incumbents": "item supplier share switch_cost",
        "rules": "rule measure item category supplier country own low high owner reason expires",
        "roles": "supplier role hourly_wage burden_rate hours_per_year in_hand max_hires hire_cost ramp_months "
        "attrition_rate",
        "staffing": "offer role hours",
    }.items()
    for column in columns.split()
}


def test_random_problems_repeat_and_use_every_column() -> None:
    assert random_problem(7) == random_problem(7)
    used = set().union(*(features(random_problem(seed)) for seed in range(150)))
    assert EVERY_COLUMN - used == set()
