"""Numbers as English and Russian readers write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from secondsource.language import use_language
from secondsource.reports.numbers import day, money, number, percent, price, unit_of

SPACE = "\N{NO-BREAK SPACE}"


def test_english_groups_by_comma_and_russian_by_a_space_that_does_not_break() -> None:
    assert money(Decimal("1234567.5")) == "1,234,567.50"
    with use_language("ru"):
        assert money(Decimal("1234567.5")) == f"1{SPACE}234{SPACE}567,50"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0", "0"), ("-0.001", "0"), ("0.005", "0"), ("0.015", "0.02"), ("-12.5", "−12.5"), ("1e30", "1" + ",000" * 10)],
)
def test_a_number_is_rounded_half_to_even_and_zero_has_no_sign(value: str, shown: str) -> None:
    assert number(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("187.51", "187.51"), ("0.25", "0.25"), ("0.0123", "0.0123"), ("0.00001234", "0.000012"), ("0", "0.00")],
)
def test_a_small_price_keeps_three_digits(value: str, shown: str) -> None:
    assert price(Decimal(value)) == shown


def test_a_share_above_zero_never_shows_as_zero() -> None:
    assert [percent(share) for share in (0, 0.0004, 0.0005, 0.3, 1)] == ["0%", "<0.1%", "<0.1%", "30%", "100%"]
    assert percent(Decimal("0.3"), fixed=True) == "30.0%"
    with use_language("ru"):
        assert percent(Decimal("0.295")) == f"29,5{SPACE}%"


def test_a_date_is_written_out_and_another_text_is_left_alone() -> None:
    assert day(date(2010, 6, 28)) == day("2010-06-28") == "28 June 2010"
    assert day("yesterday") == "yesterday"
    with use_language("ru"):
        assert day("2010-06-28").startswith("28 июня 2010")


@pytest.mark.parametrize(
    ("cost", "name", "shown"),
    [("99999.99", "USD", "1,234,567.89"), ("100000", "USD", "1,234,568"), ("100000000", "million USD", "1.23")],
)
def test_large_plans_are_shown_without_cents_and_larger_ones_in_millions(cost: str, name: str, shown: str) -> None:
    unit = unit_of(Decimal(cost), "USD")
    assert (unit.name, unit.show(Decimal("1234567.89"))) == (name, shown)


def test_an_amount_that_would_round_to_zero_says_so() -> None:
    unit = unit_of(Decimal(10**9), "EUR")
    assert [unit.show(Decimal(amount)) for amount in (0, 4999, 5000, -4999)] == ["0.00", "<0.01", "<0.01", ">−0.01"]
