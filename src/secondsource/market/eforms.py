"""An eForms notice as an OCDS release; not for notices of the schema before eForms, which are refused by name.

The correspondence is the OCDS profile for the European Union (https://standard.open-contracting.org/profiles/eforms/),
of which only what the register uses is read: organisations, lots' categories, tenders, results and contracts.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

ROOTS = ("ContractNotice", "ContractAwardNotice", "PriorInformationNotice", "BusinessRegistrationInformationNotice")
LARGEST = 64 << 20
Names = dict[str, str]
SPACES: Names = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "efac": "http://data.europa.eu/p27/eforms-ubl-extension-aggregate-components/1",
    "efbc": "http://data.europa.eu/p27/eforms-ubl-extension-basic-components/1",
}


class NoNotice(ValueError):
    """What was given is no eForms notice."""


def release_of(body: bytes) -> dict[str, Any]:
    """Return the release of a notice.

    Raises
    ------
    NoNotice
        The body is no XML, declares entities, or is no eForms notice.
    """
    if len(body) > LARGEST or b"<!DOCTYPE" in body[:4096] or b"<!ENTITY" in body:
        raise NoNotice("no notice: it is too large or declares entities")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  declarations of entities were refused above
    except ElementTree.ParseError as error:
        raise NoNotice(f"no XML: {error}") from error
    kind = root.tag.rpartition("}")[2]
    if kind not in ROOTS:
        raise NoNotice(f"no eForms notice: its root is {kind}")
    notice = _text(root, "cbc:ID")
    folder = _text(root, "cbc:ContractFolderID") or notice
    if not notice:
        raise NoNotice("no eForms notice: it has no ID")
    buyers = _texts(root, "cac:ContractingParty/cac:Party/cac:PartyIdentification/cbc:ID")
    parties = {party["id"]: party for party in _organisations(root)}
    for each in buyers:
        parties.setdefault(each, {"id": each, "name": ""})["roles"] = ["buyer"]
    tenders = _tenders(root)
    awards, contracts = _results(root, tenders)
    for tender in tenders.values():
        for each in tender["tenderers"]:
            parties.setdefault(each, {"id": each, "name": ""}).setdefault("roles", []).append("tenderer")
    for award in awards:
        for supplier in award["suppliers"]:
            parties[supplier["id"]].setdefault("roles", []).append("supplier")
            supplier["name"] = parties[supplier["id"]]["name"]
    named = [party for party in parties.values() if party["name"]]
    return {
        "ocid": f"eu-{folder}",
        "id": f"{notice}-{_text(root, 'cbc:VersionID') or '01'}",
        "date": _text(root, "cbc:IssueDate")[:10],
        "parties": named,
        "buyer": {"id": buyers[0], "name": parties[buyers[0]]["name"]} if buyers else {},
        "tender": _tender(root),
        "awards": awards,
        "contracts": contracts,
        "bids": {"details": [_bid(each) for each in tenders.values()]},
    }


def _find(node: ElementTree.Element, path: str) -> list[ElementTree.Element]:
    return node.findall(path, SPACES)


def _text(node: ElementTree.Element, path: str) -> str:
    found = node.find(path, SPACES)
    return (found.text or "").strip() if found is not None else ""


def _texts(node: ElementTree.Element, path: str) -> list[str]:
    return list(dict.fromkeys((each.text or "").strip() for each in _find(node, path)))


def _money(node: ElementTree.Element, path: str) -> dict[str, str] | None:
    found = node.find(path, SPACES)
    if found is None or not found.text:
        return None
    return {"amount": found.text.strip(), "currency": found.get("currencyID", "")}


def _organisations(root: ElementTree.Element) -> list[dict[str, Any]]:
    found = []
    for company in _find(root, ".//efac:Organization/efac:Company"):
        country = _text(company, "cac:PostalAddress/cac:Country/cbc:IdentificationCode")
        number = _text(company, "cac:PartyLegalEntity/cbc:CompanyID")
        found.append(
            {
                "id": _text(company, "cac:PartyIdentification/cbc:ID"),
                "name": _text(company, "cac:PartyName/cbc:Name"),
                "identifier": {"scheme": f"{country}-NATIONAL" if number else "", "id": number},
                "details": {"scale": _text(company, "efbc:CompanySizeCode") or None},
                "address": {
                    "locality": _text(company, "cac:PostalAddress/cbc:CityName"),
                    "region": _text(company, "cac:PostalAddress/cbc:CountrySubentityCode"),
                    "countryName": country,
                },
            }
        )
    return found


def _tender(root: ElementTree.Element) -> dict[str, Any]:
    projects = [
        *_find(root, "cac:ProcurementProject"),
        *_find(root, "cac:ProcurementProjectLot/cac:ProcurementProject"),
    ]
    items = []
    for place, project in enumerate(projects):
        for path in ("cac:MainCommodityClassification", "cac:AdditionalCommodityClassification"):
            for code in _texts(project, f"{path}/cbc:ItemClassificationCode"):
                label = _text(project, "cbc:Name")
                items.append(
                    {"id": f"{place}-{code}", "description": label, "classification": {"scheme": "CPV", "id": code}}
                )
    deadline = _text(root, ".//cac:TenderingProcess/cac:TenderSubmissionDeadlinePeriod/cbc:EndDate")
    return {
        "id": _text(root, "cbc:ID"),
        "title": _text(root, "cac:ProcurementProject/cbc:Name"),
        "procurementMethodDetails": _text(root, "cac:TenderingProcess/cbc:ProcedureCode"),
        "procurementMethod": _METHODS.get(_text(root, "cac:TenderingProcess/cbc:ProcedureCode"), ""),
        "tenderPeriod": {"endDate": deadline[:10]},
        "items": items,
    }


_METHODS = {"open": "open", "restricted": "selective", "neg-w-call": "selective", "comp-dial": "selective",
            "neg-wo-call": "limited", "oth-single": "open", "innovation": "selective"}  # fmt: skip


def _tenders(root: ElementTree.Element) -> dict[str, dict[str, Any]]:
    """Tenders by their number, with the organisations behind each."""
    groups = {
        _text(group, "cbc:ID"): _texts(group, "efac:Tenderer/cbc:ID")
        for group in _find(root, ".//efac:NoticeResult/efac:TenderingParty")
    }
    found = {}
    for tender in _find(root, ".//efac:NoticeResult/efac:LotTender"):
        number = _text(tender, "cbc:ID")
        value = _money(tender, "cac:LegalMonetaryTotal/cbc:PayableAmount")
        tenderers = groups.get(_text(tender, "efac:TenderingParty/cbc:ID"), [])
        found[number] = {
            "id": number,
            "tenderers": tenderers,
            "value": value,
            "lot": _text(tender, "efac:TenderLot/cbc:ID"),
        }
    return found


def _bid(tender: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": tender["id"],
        "status": "valid",
        "value": tender["value"],
        "tenderers": [{"id": each} for each in tender["tenderers"]],
        "relatedLots": [tender["lot"]],
    }


def _results(
    root: ElementTree.Element, tenders: dict[str, dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """One award for each settled tender, as each contract names them, and the contracts."""
    awards, contracts = [], []
    for contract in _find(root, ".//efac:NoticeResult/efac:SettledContract"):
        number, signed = _text(contract, "cbc:ID"), _text(contract, "cbc:IssueDate")[:10]
        for each in _texts(contract, "efac:LotTender/cbc:ID"):
            tender = tenders.get(each)
            if tender is None:
                continue
            award = f"{number}-{each}"
            awards.append(
                {
                    "id": award, "status": "active", "date": signed or _text(contract, "cbc:AwardDate")[:10],
                    "value": tender["value"], "suppliers": [{"id": one} for one in tender["tenderers"]],
                    "relatedLots": [tender["lot"]], "relatedBid": each,
                }
            )  # fmt: skip
            contracts.append(
                {
                    "id": f"{number}-{each}",
                    "awardID": award,
                    "status": "active",
                    "dateSigned": signed,
                    "value": tender["value"],
                }
            )
    return awards, contracts
