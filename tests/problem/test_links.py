"""What keys and empty cells stand for once rows are linked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from secondsource.problem.links import NOWHERE, Links, link
from secondsource.problem.read import from_rows
from tests.problem.everything import EVERYTHING
from tests.problem.files import SMALL, Tables

TODAY = date(2026, 1, 15)


def links_of(tables: Tables) -> Links:
    return link(from_rows(tables, today=TODAY))


def test_keys_become_rows() -> None:
    links = links_of(EVERYTHING)
    assert links.offer_item.tolist() == [0, 1]  # phone, display
    assert links.offer_supplier.tolist() == [0, 1]  # Foxconn, home
    assert links.item_site.tolist() == [0, NOWHERE]  # Prague, none named
    assert (links.bom_parent.tolist(), links.bom_child.tolist()) == ([0], [1])
    assert (links.lane_origin.tolist(), links.lane_destination.tolist()) == ([1], [0])
    assert links.price_break_offer.tolist() == [0, 0]
    assert (links.package_supplier.tolist(), links.package_country) == ([0], ("CN",))
    assert (links.package_item_package.tolist(), links.package_item_item.tolist()) == ([0], [0])
    assert (links.rebate_supplier.tolist(), links.level_supplier.tolist()) == ([0], [0])
    assert (links.incumbent_item.tolist(), links.incumbent_supplier.tolist()) == ([0], [0])
    assert (links.role_supplier.tolist(), links.staffing_offer.tolist(), links.staffing_role.tolist()) == (
        [1],
        [1],
        [0],
    )


def test_an_offer_comes_from_its_own_site_else_from_its_suppliers() -> None:
    links = links_of(
        {
            "items": [{"item": "phone"}],
            "sites": [{"site": "Prague", "country": "CZ"}, {"site": "Shenzhen", "country": "CN"}, {"site": "sea"}],
            "suppliers": [{"supplier": "Foxconn", "site": "Shenzhen"}, {"supplier": "nomad"}],
            "offers": [
                {"offer": name, "item": "phone", "supplier": supplier, "site": site, "unit_price": 1}
                for name, supplier, site in [
                    *[("a", "Foxconn", ""), ("b", "Foxconn", "Prague"), ("c", "nomad", ""), ("d", "nomad", "sea")],
                ]
            ],
        }
    )
    assert links.offer_site.tolist() == [1, 0, NOWHERE, 2]
    assert links.offer_country == ("CN", "CZ", "", "")


def test_an_own_supplier_does_not_fail_unless_it_says_so() -> None:
    suppliers = [
        {"supplier": name, "own": own, "may_fail": may_fail}
        for name, own, may_fail in [
            *[("a", False, None), ("b", True, None), ("c", False, False), ("d", True, True)],
        ]
    ]
    links = links_of({"items": [], "suppliers": suppliers, "offers": []})
    assert links.supplier_may_fail.tolist() == [True, False, False, True]
    assert links.supplier_own.tolist() == [False, True, False, True]


def test_a_risk_group_named_like_a_supplier_is_that_suppliers_group() -> None:
    suppliers = [
        {"supplier": "Foxconn"},
        {"supplier": "Foxconn India", "risk_group": "Foxconn"},
        {"supplier": "LG", "risk_group": "Korea"},
        {"supplier": "Samsung", "risk_group": "Korea"},
        {"supplier": "Korea", "risk_group": "elsewhere"},
    ]
    links = links_of({"items": [], "suppliers": suppliers, "offers": []})
    assert links.groups == ("Foxconn", "Korea", "elsewhere")
    assert links.supplier_group.tolist() == [0, 0, 1, 1, 2]


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_an_item_without_backups_has_those_of_the_settings(failures: int) -> None:
    items: list[dict[str, Any]] = [{"item": "a"}, {"item": "b", "backups": 0}, {"item": "c", "backups": 2}]
    settings: list[dict[str, Any]] = [{"name": "failures", "value": failures}]
    links = links_of({"settings": settings, "items": items, "suppliers": [], "offers": []})
    assert links.item_backups.tolist() == [failures, 0, 2]


def test_an_offer_has_the_rate_of_its_currency_and_1_for_the_base() -> None:
    offers: list[dict[str, Any]] = [
        {**SMALL["offers"][0], "offer": name, "currency": currency}
        for name, currency in [("a", ""), ("b", "EUR"), ("c", "USD"), ("d", "JPY")]
    ]
    rates = [{"currency": "JPY", "rate": "0.0061"}, {"currency": "USD", "rate": "0.92"}]
    links = links_of({**SMALL, "offers": offers, "rates": rates})
    assert list(links.offer_rate) == [Decimal(1), Decimal(1), Decimal("0.92"), Decimal("0.0061")]


def test_a_backup_costs_the_unit_price_unless_it_has_its_own() -> None:
    assert list(links_of(EVERYTHING).offer_backup_price) == [Decimal("8.1"), Decimal("31.000001")]
    free = [{**SMALL["offers"][0], "backup_unit_price": 0}]
    assert list(links_of({**SMALL, "offers": free}).offer_backup_price) == [Decimal(0)]


def test_the_role_is_that_of_the_offers_supplier() -> None:
    roles: list[dict[str, Any]] = [
        {"supplier": name, "role": "tester", "hourly_wage": 20} for name in ("LG", "Foxconn")
    ]
    staffing: list[dict[str, Any]] = [{"offer": name, "role": "tester", "hours": 1} for name in ("assembly", "panel")]
    assert links_of({**SMALL, "roles": roles, "staffing": staffing}).staffing_role.tolist() == [1, 0]


def test_links_cannot_be_changed() -> None:
    links = links_of(SMALL)
    with pytest.raises(ValueError, match="read-only"):
        links.offer_item[0] = 7
    assert links.rebate_supplier.dtype == np.int64  # also where a table is empty
