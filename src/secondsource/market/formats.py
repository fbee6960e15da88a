"""A record of any publisher as an OCDS release with few fields; not for fetching it or for tables of it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from secondsource.market import eforms
from secondsource.market.fetch import decoded
from secondsource.market.flatten import COLUMNS
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
            return tidied(eforms.release_of(record.body))
        found = json.loads(decoded(record.body))
        if record.format == "prozorro-tenders":
            return tidied(_tender(found["data"]))
        if record.format == "prozorro-contracts":
            return tidied(_contract(found["data"]))
        if not isinstance(found, dict):
            raise NoRelease("no release: an object was expected")
        return tidied(found)
    except NoRelease:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoRelease(str(error) or type(error).__name__) from error


def tidied(release: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a release the fields that tables are made of; a number that is not finite counts as missing.

    Raises
    ------
    NoRelease
        A field is no list or no object where it must be one; says which.
    """
    return {name: _tidied(release[name], _shape(kind), name) for name, kind in COLUMNS.items() if name in release}


def _tidied(value: Any, shape: Any, place: str) -> Any:
    if value is None:
        return None
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise NoRelease(f"no release: {place} is no list")
        return [_tidied(each, shape[0], place) for each in value]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise NoRelease(f"no release: {place} is no object")
        return {name: _tidied(value[name], inner, f"{place}.{name}") for name, inner in shape.items() if name in value}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(value) if isinstance(value, dict | list) else value


@cache
def _shape(kind: str) -> Any:
    """A column's kind as lists, objects and None for text: `STRUCT(id VARCHAR)[]` is [{"id": None}]."""
    if kind.endswith("[]"):
        return [_shape(kind[:-2])]
    if not kind.startswith("STRUCT("):
        return None
    fields, depth, start = [], 0, len("STRUCT(")
    for place in range(start, len(kind)):
        depth += {"(": 1, ")": -1}.get(kind[place], 0)
        if depth < 0 or (depth == 0 and kind[place] == ","):
            fields.append(kind[start:place].strip())
            start = place + 1
        if depth < 0:
            break
    return {name: _shape(inner) for name, _sign, inner in (each.partition(" ") for each in fields)}


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
