"""What the terms of a contract come to: the price now, penalties for what came late; exact, not for their text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from secondsource.web.contracts.models import Contract, Delivery

MICRO = Decimal("0.000001")


def share(micro: int | None) -> Decimal | None:
    """Return a share that is kept in millionths."""
    return None if micro is None else Decimal(micro).scaleb(-6)


def indexed_price(contract: Contract) -> Decimal:
    """Return the unit price now: ``price × (1 + clamp(s × (I / I₀ − 1), −c, c))``, to a millionth.

    ``s`` is the share of the price that follows the index, ``I₀`` the index when the price was agreed, ``I`` the index
    now, ``c`` the largest change either way. Without an index it is the agreed price.
    """
    base, now = contract.index_base_micro, contract.index_now_micro
    if not contract.index_share_micro or not base or now is None:
        return contract.unit_price
    change = Decimal(contract.index_share_micro).scaleb(-6) * (Decimal(now) / Decimal(base) - 1)
    cap = share(contract.index_cap_micro)
    if cap is not None:
        change = max(-cap, min(cap, change))
    return (contract.unit_price * (1 + change)).quantize(MICRO)


def penalty(contract: Contract, delivery: Delivery, today: date) -> Decimal:
    """Return what a delivery that came late, or has not come, has cost its supplier until today.

    ``min(rate × days late, cap) × units ordered × unit price``, and nothing where no rate is agreed.
    """
    rate = share(contract.late_rate_micro)
    late = ((delivery.arrived or today) - delivery.due).days
    if rate is None or late <= 0:
        return Decimal(0)
    part = rate * late
    cap = share(contract.late_cap_micro)
    part = min(part, Decimal(1) if cap is None else cap)
    return (part * delivery.ordered * contract.unit_price).quantize(MICRO)


@dataclass(frozen=True)
class Claims:
    """What a supplier owes under a contract: penalties for lateness, and the price of what was defective."""

    late: Decimal
    defective: Decimal

    @property
    def total(self) -> Decimal:
        """Both."""
        return self.late + self.defective


def claims(contract: Contract, deliveries: Iterable[Delivery], today: date) -> Claims:
    """Return what the deliveries of a contract entitle us to, in its currency."""
    every = list(deliveries)
    late = sum((penalty(contract, each, today) for each in every), Decimal(0))
    defective = sum((each.defective * contract.unit_price for each in every), Decimal(0))
    return Claims(late, defective.quantize(MICRO))
