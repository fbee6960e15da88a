"""A team's contracts as standing needs of the watch, and the need that a form describes; not for watching them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from secondsource.errors import Fault, InvalidInput
from secondsource.market.needs import Need, need_of
from secondsource.web.contracts.models import Contract
from secondsource.web.people.models import Team

FIELDS = ("need", "words", "category", "country", "unit_price", "unit", "currency", "volume", "priced_on", "ends",
          "notice_days", "event_cost", "switch_cost")  # fmt: skip


def of_contracts(team: Team, today: date) -> list[Need]:
    """Return the running contracts of a team as needs: what is bought, from whom, at what price, and until when."""
    found = []
    running = Contract.objects.filter(team=team, state="running", ends__gte=today).select_related("supplier")
    for each in running.prefetch_related("backups__supplier"):
        years = max((each.ends - each.starts).days / 365, 1 / 12)
        found.append(
            Need(
                f"contract-{each.pk} {each.item_name}", each.item_name, supplier=each.supplier.key,
                backups=tuple(backup.supplier.key for backup in each.backups.all()),
                unit_price=float(each.unit_price) or None, unit=each.unit, currency=each.currency,
                priced_on=each.starts, volume=float(each.quantity) / years, ends=each.ends,
                notice_days=each.notice_days, lead_days=each.retender_days + each.switch_days, term_years=years,
            )
        )  # fmt: skip
    return found


def of_form(given: Mapping[str, str]) -> Need:
    """Return the need that a form describes.

    Raises
    ------
    InvalidInput
        With every field that is wrong.
    """
    faults: list[Fault] = []
    cells = {name: given.get(name, "").strip() for name in FIELDS}
    found = need_of({name: text for name, text in cells.items() if text}, faults)
    if faults:
        raise InvalidInput(faults)
    return found
