"""One tiny problem that shows how each table is filled in: for the sheet of examples in the template, never planned.

The figures are made up, and say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

EXAMPLES: Mapping[str, Sequence[Mapping[str, object]]] = {
    "settings": [{"name": "currency", "value": "EUR"}],
    "items": [
        {
            **{"item": "phone", "name": "Phone, assembled", "kind": "assembly", "unit": "piece", "category": "32.2"},
            **{"demand": 1000, "site": "Berlin", "weight_kg": 0.14, "defect_cost": 50, "shortage_cost": 120},
        },
        {"item": "display", "name": "Display, 3.5 inch", "kind": "part", "unit": "piece", "category": "31.7"},
    ],
    "bom": [{"parent": "phone", "child": "display", "quantity": 1}],
    "sites": [
        {"site": "Berlin", "name": "Berlin warehouse", "country": "DE", "latitude": 52.5, "longitude": 13.4},
        {"site": "Seoul", "name": "Seoul works", "country": "KR", "latitude": 37.6, "longitude": 127},
    ],
    "suppliers": [
        {
            **{"supplier": "LG", "name": "LG Display", "own": False, "site": "Seoul", "fixed_cost": 2000},
            **{"capacity": 1500, "level": 85, "failure_probability": 0.02, "recovery_share": 0.25},
        },
        {"supplier": "workshop", "name": "Own workshop", "own": True, "site": "Berlin"},
    ],
    "levels": [
        {
            **{"supplier": "LG", "category": "31", "level": 90, "evidence": "ISO 9001 audit"},
            "valid_until": "2099-12-31",
        }
    ],
    "offers": [
        {
            **{"offer": "LG-display", "item": "display", "supplier": "LG", "currency": "USD", "unit_price": 28.5},
            **{"fixed_cost": 500, "capacity": 1500, "defect_rate": 0.01, "lead_days": 20, "payment_days": 30},
        },
        {
            **{"offer": "assembly", "item": "phone", "supplier": "workshop", "unit_price": 7.5, "turnkey": False},
            "note": "the displays are bought apart",
        },
    ],
    "price_breaks": [{"offer": "LG-display", "from_quantity": 800, "unit_price": 27}],
    "packages": [{"package": "starter", "supplier": "LG", "price": 3000}],
    "package_items": [{"package": "starter", "item": "display", "quantity": 100}],
    "rebates": [{"supplier": "LG", "from_spend": 20000, "rate": 0.02}],
    "lanes": [{"origin": "Seoul", "destination": "Berlin", "cost_per_unit": 0.2, "duty_rate": 0.03, "days": 35}],
    "rates": [{"currency": "USD", "rate": 0.92}],
    "incumbents": [{"item": "phone", "supplier": "workshop", "share": 1, "switch_cost": 5000}],
    "rules": [
        {
            **{"rule": "some-of-our-own", "measure": "share", "item": "phone", "own": "true", "low": 0.2},
            **{"owner": "Head of purchasing", "reason": "keep the skill in the house"},
        }
    ],
    "roles": [
        {
            **{"supplier": "workshop", "role": "fitter", "hourly_wage": 22, "burden_rate": 0.3},
            **{"in_hand": 2, "max_hires": 3, "hire_cost": 1500, "ramp_months": 2},
        }
    ],
    "staffing": [{"offer": "assembly", "role": "fitter", "hours": 0.5}],
}
