"""Incoterms 2020 as a table: who pays which leg of the way; not for who bears which risk.

The codes and the division of costs are facts; the text of the rules is the International Chamber of Commerce's and not
repeated here. Where a rule leaves it to the place that is named, the usual place is taken: for FCA the carrier's
terminal, for CPT and CIP the buyer's place, for DAP, DPU and DDP the buyer's door.
"""

from __future__ import annotations

from collections.abc import Mapping

from secondsource.problem.studies.landed import LEGS

ROWS = """
EXW  B B B B B B B B B B
FCA  S S S B B B B B B B
FAS  S S S S B B B B B B
FOB  S S S S B B B B B B
CFR  S S S S S B B B B B
CIF  S S S S S S B B B B
CPT  S S S S S B S B S B
CIP  S S S S S S S B S B
DAP  S S S S S S S B S B
DPU  S S S S S S S B S S
DDP  S S S S S S S S S B
"""
"""A row for each rule, the legs in the order of `LEGS`: S the seller pays (it is in the price), B the buyer."""

SELLER_PAYS: Mapping[str, Mapping[str, bool]] = {
    rule: {leg: who == "S" for leg, who in zip(LEGS, payers, strict=True)}
    for rule, *payers in (line.split() for line in ROWS.strip().splitlines())
}
BEFORE_SHIP = LEGS[:4]
"""Legs that are in the FOB value; main carriage and insurance come on top for CIF."""

FOB_COUNTRIES = frozenset("AS AU BW CA GU HT LS NA NZ SZ US VI ZA".split())
"""Countries that take duty on the FOB value, all others on CIF (help.urshipper.com, Customs Valuation).

Two sources contradict each other on Canada: landed-cost-calculator.com counts it among the CIF countries, the source
above among the others, as section 48 (5) (b) of the Canadian Customs Act does.
"""


def seller_pays(incoterm: str, leg: str) -> bool:
    """Return whether the seller pays a leg, so that it is in the price.

    >>> seller_pays("FOB", "main_carriage"), seller_pays("CIF", "insurance")
    (False, True)
    """
    return SELLER_PAYS[incoterm][leg]


def duty_basis(country: str) -> str:
    """Return what a country takes duty on, "FOB" or "CIF".

    >>> duty_basis("US"), duty_basis("DE")
    ('FOB', 'CIF')
    """
    return "FOB" if country in FOB_COUNTRIES else "CIF"
