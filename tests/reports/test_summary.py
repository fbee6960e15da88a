"""What a manager asks of the plan by hand in `sample`, figure by figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from secondsource.problem.plan import Award, Booking, PackageTaken
from secondsource.reports.summary import summarise

from . import sample

D = Decimal


def test_items_are_decided_and_the_most_expensive_comes_first() -> None:
    items = summarise(sample.plan(), sample.problem()).items
    assert [(item.item, item.decision, item.cost) for item in items] == [
        ("display", "buy", D(28500)),
        ("cpu", "buy", D(10750)),
        ("phone", "both", D(7400)),
        ("case", "buy", D(900)),
    ]
    assert [(source.name, source.own, source.share) for source in items[2].sources] == [
        ("Foxconn", False, D("0.7")),
        ("Own plant", True, D("0.3")),
    ]


def test_two_awards_of_one_supplier_are_one_source() -> None:
    more = Award("cpu", "samsung-cpu-2", "samsung", False, D(500), D("0.5"), D(10), D(5000))
    plan = replace(sample.plan(), awards=(*sample.plan().awards, more))
    (cpu,) = (item for item in summarise(plan, sample.problem()).items if item.item == "cpu")
    assert [(source.quantity, source.share, source.cost) for source in cpu.sources] == [(D(1500), D("1.5"), D(15750))]


def test_an_item_that_is_only_made_in_house_is_made() -> None:
    plan = replace(sample.plan(), awards=sample.plan().awards[:1])
    assert [item.decision for item in summarise(plan, sample.problem()).items if item.item == "phone"] == ["make"]


def test_the_price_of_a_package_of_several_items_belongs_to_none_of_them() -> None:
    rows: dict[str, list[sample.Row]] = {
        "items": sample.ITEMS,
        "suppliers": sample.SUPPLIERS,
        "packages": [{"package": "both", "supplier": "smith", "price": D(5000)}],
        "package_items": [
            {"package": "both", "item": "case", "quantity": D(1000)},
            {"package": "both", "item": "cpu", "quantity": D(400)},
        ],
    }
    plan = replace(sample.plan(), awards=(), packages=(PackageTaken("both", "smith", D(5000)),))
    summary = summarise(plan, sample.problem(rows))
    assert {item.item: (item.sources[0].share, item.sources[0].cost) for item in summary.items} == {
        "case": (D(1), None),
        "cpu": (D("0.4"), None),
    }
    assert [total.cost for total in summary.suppliers] == [D(5000)]


def test_a_supplier_is_backed_by_the_bookings_that_cover_it() -> None:
    spare = Booking("display", "toshiba-2", "toshiba", D(200), ("sharp",))
    plan = replace(sample.plan(), backups=(*sample.plan().backups, spare))
    rows = [(row.item, row.supplier, row.backups) for row in summarise(plan, sample.problem()).stand_ins]
    assert rows == [
        ("display", "lg", (("Toshiba Mobile Display", D(1000)),)),
        ("phone", "foxconn", (("Own plant", D(700)),)),
    ]


def test_one_failure_costs_its_part_of_the_horizon_and_what_has_no_price_comes_first() -> None:
    effects = summarise(sample.plan(), sample.problem()).failures
    assert [(effect.name.split()[0], effect.cost, effect.missing) for effect in effects] == [
        ("Smith", D(0), ("Case & <frame>",)),
        ("Samsung", D(25000), ("Application processor",)),
        ("LG", D(750), ()),
        ("Foxconn", D(525), ()),
    ]


def test_suppliers_that_fail_together_are_named_with_their_group() -> None:
    plan = sample.plan()
    both = replace(plan.failures[0], group="korea", suppliers=("samsung", "lg"))
    (effect,) = summarise(replace(plan, failures=(both,)), sample.problem()).failures
    assert effect.name == "korea: Samsung, LG Display"


def test_an_exposure_is_worth_its_spend_and_costs_its_shortage() -> None:
    cpu, case = summarise(sample.plan(), sample.problem()).exposures
    # 1,000 processors × 50 a piece short × half the horizon; nobody said what a missing case costs.
    assert (cpu.spend, cpu.loss, cpu.probability) == (D(10750), D(25000), D("0.02"))
    assert (case.spend, case.loss) == (D(900), None)


def test_assumptions_are_sources_that_say_so_in_any_case() -> None:
    summary = summarise(sample.plan(), sample.problem())
    assert [(figure.table, figure.rows) for figure in summary.assumptions] == [
        ("suppliers", ("home",)),
        ("offers", ("home-phone",)),
    ]


def test_rows_of_one_source_are_listed_together_and_assumptions_apart() -> None:
    offers = [{"offer": f"o{n}", "source": source} for n, source in enumerate(["list A", "list B", "list A", ""])]
    summary = summarise(sample.plan(), sample.problem({"items": sample.ITEMS, "offers": offers}))
    assert [(figure.table, figure.rows, figure.source) for figure in summary.sources] == [
        ("settings", ("currency",), "teardown, June 2010"),
        ("offers", ("o0", "o2"), "list A"),
        ("offers", ("o1",), "list B"),
    ]


def test_only_cost_parts_that_are_there_are_shown() -> None:
    parts = summarise(sample.plan(), sample.problem()).parts
    assert [part for part, _amount in parts] == ["purchase", "fixed", "freight", "backup_fees", "expected_failures"]
    assert sum(amount for _part, amount in parts) == sample.plan().cost


def test_volume_is_added_up_by_the_country_of_the_offers_site_or_of_its_supplier() -> None:
    sites = [{"site": "shenzhen", "country": "CN"}, {"site": "gumi", "country": "KR"}]
    suppliers = [{**row, "site": "gumi" if row["supplier"] == "lg" else ""} for row in sample.SUPPLIERS]
    offers = [{**row, "site": "shenzhen" if row["offer"] == "foxconn-phone" else ""} for row in sample.OFFERS]
    tables: dict[str, Sequence[sample.Row]] = {
        "items": sample.ITEMS,
        "suppliers": suppliers,
        "offers": offers,
        "sites": sites,
    }
    summary = summarise(sample.plan(), sample.problem(tables))
    # Foxconn's 5,000 from China, LG's 28,500 from Korea; 2,400 + 10,750 + 900 name no country.
    assert [(total.country, float(total.cost)) for total in summary.countries] == [
        ("KR", 28_500), ("", 14_050), ("CN", 5_000),
    ]  # fmt: skip
