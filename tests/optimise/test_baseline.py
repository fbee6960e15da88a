"""The baseline: today's suppliers at equal volume, against what the plan awards."""

from __future__ import annotations

from typing import Any

from secondsource.optimise.baseline import ItemBaseline, baseline

from .tiny import checked, lamps, money, offer, planned

ADA_AND_BEA = [offer("Ada", 10), offer("Bea", 8)]


def found(*incumbents: dict[str, Any], offers: list[dict[str, Any]] | None = None, **tables: Any) -> ItemBaseline:
    rows = lamps(*(offers or ADA_AND_BEA), incumbents=[{"item": "lamp", **row} for row in incumbents], **tables)
    (only,) = baseline(planned(rows), checked(rows))
    return only


def amounts(only: ItemBaseline) -> list[float]:
    """Baseline, awards and saving."""
    return [money(amount) for amount in (only.cost, only.awarded, only.saving)]


def test_the_saving_is_todays_price_less_the_awarded_one_at_equal_volume() -> None:
    only = found({"supplier": "Ada", "share": "0.6"}, {"supplier": "Bea", "share": "0.4"})
    # Today 60 × 10 + 40 × 8 = 920; the plan buys all 100 at 8.
    assert [(each.supplier, each.offer, float(each.cost)) for each in only.today] == [
        ("Ada", "Ada", 600),
        ("Bea", "Bea", 320),
    ]
    assert amounts(only) == [920, 800, 120]


def test_an_incumbent_is_priced_by_its_cheapest_offer_at_its_volume_and_never_by_one_for_backups() -> None:
    offers = [
        offer("Ada", 10),
        offer("Ada", 9, capacity=5) | {"offer": "small"},
        offer("Ada", 1, backup_only=True) | {"offer": "backup"},
        offer("Bea", 8),
    ]
    breaks = [{"offer": "Ada", "from_quantity": 50, "unit_price": 7}]
    only = found({"supplier": "Ada", "share": 1}, offers=offers, price_breaks=breaks)
    # 100 pieces are beyond the break of the first offer: 100 × 7.
    assert [(each.offer, float(each.cost)) for each in only.today] == [("Ada", 700)]


def test_the_baseline_is_in_present_value_like_the_awards() -> None:
    only = found({"supplier": "Ada", "share": 1}, settings={"discount_rate": "0.25"})
    # One year: 1,000 / 1.25, and 800 / 1.25.
    assert amounts(only) == [800, 640, 160]


def test_moving_and_defects_count_in_the_baseline_as_in_awards() -> None:
    rows = lamps(
        offer("Ada", 10, site="far", defect_rate="0.1"),
        offer("Bea", 20),
        items=[{"item": "lamp", "demand": 100, "site": "here", "defect_cost": 5}],
        sites=[{"site": "here"}, {"site": "far"}],
        lanes=[{"origin": "far", "destination": "here", "cost_per_unit": 2}],
        incumbents=[{"item": "lamp", "supplier": "Ada", "share": 1}],
    )
    (only,) = baseline(planned(rows), checked(rows))
    # 100 × (10 + 2 + 0.1 × 5), which is also what the plan does.
    assert amounts(only) == [1250, 1250, 0]


def test_what_does_not_compare_says_why_and_is_not_counted() -> None:
    part = found({"supplier": "Ada", "share": "0.6"})
    assert part.saving is None and "60 %" in str(part.why)
    absent = found({"supplier": "Cid", "share": 1}, suppliers=[{"supplier": "Cid"}])
    assert absent.saving is None and "no offer of Cid" in str(absent.why)


def test_where_nobody_delivers_today_there_is_no_baseline() -> None:
    rows = lamps(*ADA_AND_BEA)
    assert baseline(planned(rows), checked(rows)) == ()
