"""What an hour of work done costs: net to gross, employer's cost, hours, losses, turnover; not for choosing people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from secondsource.costing import parts
from secondsource.units import MONTHS_PER_YEAR

ZERO = Fraction(0)


@dataclass(frozen=True)
class Tax:
    """A tax or contribution on monthly gross pay: ``min(most, rate × part of the pay between above and up to)``."""

    name: str
    rate: Fraction
    above: Fraction = ZERO
    up_to: Fraction | None = None
    most: Fraction | None = None

    def of(self, gross: Fraction) -> Fraction:
        """Return the tax on a month's gross pay.

        >>> Tax("ESV", Fraction(22, 100), most=Fraction(500)).of(Fraction(3000))
        Fraction(500, 1)
        """
        top = gross if self.up_to is None else min(gross, self.up_to)
        due = self.rate * max(ZERO, top - self.above)
        return due if self.most is None else min(due, self.most)

    def kinks(self) -> list[Fraction]:
        """Return the pays at which its share changes."""
        found = [self.above, *([] if self.up_to is None else [self.up_to])]
        if self.most is not None and self.rate:
            found.append(self.above + self.most / self.rate)
        return found


def net_pay(gross: Fraction, taxes: Sequence[Tax]) -> Fraction:
    """Return a month's pay in the hand: gross less what the employee pays."""
    return gross - sum((tax.of(gross) for tax in taxes), ZERO)


def gross_pay(net: Fraction, taxes: Sequence[Tax]) -> Fraction:
    """Return the gross pay of a month that leaves `net` in the hand: exact, as taxes are straight between their limits.

    Raises
    ------
    ValueError
        No pay leaves so much: the taxes take all of what is added.

    >>> round(float(gross_pay(Fraction(4500), [Tax("income", Fraction(18, 100)), Tax("levy", Fraction(15, 1000))])), 2)
    5590.06
    """
    points = sorted({ZERO, *(kink for tax in taxes for kink in tax.kinks())})
    for low, high in pairwise(points):
        if net_pay(low, taxes) <= net <= net_pay(high, taxes):
            part = net_pay(high, taxes) - net_pay(low, taxes)
            return low if not part else low + (net - net_pay(low, taxes)) * (high - low) / part
    last = points[-1]
    slope = net_pay(last + 1, taxes) - net_pay(last, taxes)
    if slope <= 0:
        raise ValueError("no pay leaves so much")
    return last + (net - net_pay(last, taxes)) / slope


def overlap(start: Fraction, length: Fraction, offset: Fraction, to: tuple[Fraction, Fraction, Fraction]) -> Fraction:
    """Return the hours a day that two places work at the same time.

    Parameters
    ----------
    start, length, offset
        Beginning of the working day in local time, its length, hours ahead of UTC.
    to
        The same of the other place.

    >>> overlap(Fraction(9), Fraction(8), Fraction(2), (Fraction(9), Fraction(8), Fraction(-6)))  # Kyiv and Austin
    Fraction(0, 1)
    >>> overlap(Fraction(9), Fraction(8), Fraction(2), (Fraction(9), Fraction(8), Fraction(1)))  # Kyiv and Berlin
    Fraction(7, 1)
    """
    here, there = start - offset, to[0] - to[2]
    return sum(
        (max(ZERO, min(here + length, there + day + to[1]) - max(here, there + day)) for day in (-24, 0, 24)), ZERO
    )


@dataclass(frozen=True)
class Year:
    """One person's year, one currency, gross pay and all that comes on top, and hours.

    Attributes
    ----------
    present
        Hours paid less those absent.
    share_done
        Part of an hour present that ends as work done: utilisation, productivity, rework, time zones.
    """

    gross: Fraction
    contributions: Fraction
    benefits: Fraction
    workplace: Fraction
    management: Fraction
    trips: Fraction
    hire_cost: Fraction
    ramp_months: Fraction
    attrition_rate: Fraction
    present: Fraction
    share_done: Fraction

    @property
    def wage(self) -> Fraction:
        """Gross pay of an hour present."""
        return self.gross / self.present

    @property
    def burden_rate(self) -> Fraction:
        """All that comes on top, as a share of gross pay."""
        on_top = self.contributions + self.benefits + self.workplace + self.management + self.trips
        return on_top / self.gross if self.gross else ZERO

    @property
    def turnover(self) -> Fraction:
        """What replacing leavers costs in a year, for one person: ``attrition × one hire``, as a plan counts it."""
        hire = parts.one_hire(self.hire_cost, self.ramp_months, self.present, self.wage, self.burden_rate)
        return Fraction(self.attrition_rate * hire)

    @property
    def hours_done(self) -> Fraction:
        """Hours' worth of the reference's work that a year brings."""
        return self.present * self.share_done

    @property
    def effective(self) -> Fraction:
        """Cost of one hour of work done: ``(gross × (1 + burden) + turnover) / hours done``."""
        return (self.gross * (1 + self.burden_rate) + self.turnover) / self.hours_done


def yearly(monthly: Fraction, months_paid: Fraction = Fraction(MONTHS_PER_YEAR)) -> Fraction:
    """Return a year's pay from a month's."""
    return monthly * months_paid
