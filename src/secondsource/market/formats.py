"""A record of any publisher as an OCDS release with few fields; not for fetching it or for tables of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from secondsource.market import eforms
from secondsource.market.fetch import decoded
from secondsource.market.journal import Record

PROZORRO = "ocds-be6bcu"


class NoRelease(ValueError):
    """A record that cannot be read as a release."""


def release_of(record: Record) -> dict[str, Any]:
    """Return the release that a record stands for.

    Raises
    ------
    NoRelease
        With the reason.
    """
    try:
        if record.format == "eforms":
            return eforms.release_of(record.body)
        found = json.loads(decoded(record.body))
        if record.format == "prozorro-tenders":
            return _tender(found["data"])
        if record.format == "prozorro-contracts":
            return _contract(found["data"])
        if not isinstance(found, dict):
            raise NoRelease("no release: an object was expected")
        return found
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoRelease(str(error) or type(error).__name__) from error


def _party(organisation: Mapping[str, Any], role: str) -> dict[str, Any]:
    identifier = organisation.get("identifier") or {}
    name = str(organisation.get("name") or identifier.get("legalName") or "")
    key = f"{identifier.get('scheme') or ''}-{identifier.get('id') or name}"
    return {
        "id": key,
        "name": name,
        "identifier": {"scheme": identifier.get("scheme"), "id": str(identifier.get("id") or "")},
        "address": organisation.get("address") or {},
        "details": {"scale": organisation.get("scale")},
        "roles": [role],
    }


def _parties(groups: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> list[dict[str, Any]]:
    """Every organisation once, with the roles that it has."""
    found: dict[str, dict[str, Any]] = {}
    for role, organisations in groups:
        for each in organisations:
            party = _party(each, role)
            kept = found.setdefault(party["id"], party)
            if role not in kept["roles"]:
                kept["roles"].append(role)
    return list(found.values())


def _references(organisations: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    parties = [_party(each, "") for each in organisations]
    return [{"id": party["id"], "name": party["name"]} for party in parties]


def _tender(data: Mapping[str, Any]) -> dict[str, Any]:
    """A Prozorro tender; its bids are public once it is being decided."""
    buyer = [data["procuringEntity"]] if data.get("procuringEntity") else []
    bids, awards = data.get("bids") or [], data.get("awards") or []
    return {
        "ocid": f"{PROZORRO}-{data['tenderID']}",
        "id": str(data.get("id")),
        "date": data.get("dateModified"),
        "parties": _parties(
            [
                ("buyer", buyer),
                *(("tenderer", bid.get("tenderers") or []) for bid in bids),
                *(("supplier", award.get("suppliers") or []) for award in awards),
            ]
        ),
        "buyer": next(iter(_references(buyer)), {}),
        "tender": {
            "id": str(data.get("id")), "title": data.get("title"), "status": data.get("status"),
            "value": data.get("value"), "tenderPeriod": data.get("tenderPeriod"), "items": data.get("items") or [],
            "procurementMethod": data.get("procurementMethod"), "awardCriteria": data.get("awardCriteria"),
            "procurementMethodDetails": data.get("procurementMethodType"),
        },
        "awards": [
            {**_picked(award, "id", "status", "date", "value"), "relatedBid": award.get("bid_id"),
             "relatedLots": [award["lotID"]] if award.get("lotID") else [],
             "suppliers": _references(award.get("suppliers") or [])}
            for award in awards
        ],
        "contracts": [
            _picked(each, "id", "awardID", "status", "dateSigned", "value", "period")
            for each in data.get("contracts") or []
        ],
        "bids": {
            "details": [
                {**_picked(bid, "id", "status", "date", "value"), "tenderers": _references(bid.get("tenderers") or []),
                 "relatedLots": [each["relatedLot"] for each in bid.get("lotValues") or [] if "relatedLot" in each]}
                for bid in bids
            ]
        },
    }  # fmt: skip


def _contract(data: Mapping[str, Any]) -> dict[str, Any]:
    """A Prozorro contract: what became of it after the award stands only here.

    The contract's number is the tender's with a suffix, which is how the two meet.
    """
    tender = str(data["contractID"]).rpartition("-")[0]
    suppliers, buyer = data.get("suppliers") or [], [data["procuringEntity"]] if data.get("procuringEntity") else []
    paid = data.get("amountPaid") or {}
    return {
        "ocid": f"{PROZORRO}-{tender}",
        "id": str(data.get("id") or data["contractID"]),
        "date": data.get("dateModified"),
        "parties": _parties([("buyer", buyer), ("supplier", suppliers)]),
        "contracts": [
            {
                **_picked(data, "awardID", "status", "dateSigned", "value", "period", "terminationDetails"),
                "id": str(data.get("id") or data["contractID"]),
                "amountPaid": _picked(paid, "amount", "currency"),
                "changes": [{"rationaleTypes": each.get("rationaleTypes") or []} for each in data.get("changes") or []],
            }
        ],
    }


def _picked(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names if row.get(name) is not None}
