"""A problem in which every column of every table says something other than its default."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.problem.files import Tables

D = Decimal

EVERYTHING: Tables = {
    "settings": [
        {"name": "currency", "value": "USD", "source": "treasury", "note": "head office"},
        {"name": "as_of", "value": date(2026, 3, 31), "source": "", "note": ""},
        {"name": "horizon_years", "value": 3},
        {"name": "discount_rate", "value": D("0.08")},
        {"name": "failures", "value": 2},
        {"name": "strict", "value": True},
        {"name": "separate_backups", "value": True},
        {"name": "cover", "value": D("0.9")},
    ],
    "items": [
        {
            **{"item": "phone", "name": "Smartphone", "kind": "assembly", "unit": "pcs", "category": "32250000"},
            **{"demand": 120_000, "site": "Prague", "weight_kg": D("0.137"), "min_sources": 2, "max_sources": 3},
            **{"min_share": D("0.2"), "max_share": D("0.7"), "backups": 1, "required_level": 60},
            **{"max_failure_probability": D("0.15"), "defect_cost": 90, "shortage_cost": 250},
            **{"source": "sales plan", "note": "the 16 GB model"},
        },
        {"item": "display", "shortage_cost": 40},
    ],
    "bom": [{"parent": "phone", "child": "display", "quantity": 2, "source": "drawing 7", "note": "one spare"}],
    "sites": [
        {
            **{"site": "Prague", "name": "Praha", "country": "CZ", "latitude": D("50.08"), "longitude": D("14.44")},
            **{"source": "atlas", "note": "Žižkov"},
        },
        {"site": "Shenzhen", "country": "CN"},
    ],
    "suppliers": [
        {
            **{"supplier": "Foxconn", "name": "鸿海", "own": False, "site": "Shenzhen", "fixed_cost": 20_000},
            **{"capacity": 400_000, "min_capacity": 1000, "level": 85, "failure_probability": D("0.02")},
            **{"may_fail": False, "recovery_share": D("0.5"), "risk_group": "South China", "excluded": False},
            **{"excluded_reason": "was, until the audit", "source": "audit", "note": "2025"},
        },
        {"supplier": "home", "own": True, "site": "Prague", "may_fail": True, "excluded": True},
    ],
    "levels": [
        {
            **{"supplier": "Foxconn", "category": "3225", "level": 90, "evidence": "ISO 9001"},
            **{"valid_until": date(2027, 6, 30), "source": "register", "note": "no. 12"},
        }
    ],
    "offers": [
        {
            **{"offer": "assembly", "item": "phone", "supplier": "Foxconn", "site": "Shenzhen", "currency": "EUR"},
            **{"unit_price": D("7.25"), "fixed_cost": 15_000, "capacity": 200_000, "min_quantity": 5000},
            **{"multiple": 500, "capacity_use": D("1.5"), "turnkey": False, "defect_rate": D("0.004")},
            **{"lead_days": 35, "payment_days": 60, "backup_fee": D("0.05"), "backup_unit_price": D("8.1")},
            **{"bring_up_days": 21, "backup_only": True, "valid_until": date(2026, 12, 31)},
            **{"price_break_kind": "incremental", "source": "bid 3", "note": "=SUM is no formula here"},
        },
        {"offer": "own line", "item": "display", "supplier": "home", "unit_price": D("31.000001"), "multiple": 1},
    ],
    "price_breaks": [
        {"offer": "assembly", "from_quantity": 50_000, "unit_price": D("6.9"), "source": "bid 3", "note": "a"},
        {"offer": "assembly", "from_quantity": 100_000, "unit_price": D("6.75")},
    ],
    "packages": [
        {
            **{"package": "kit", "supplier": "Foxconn", "price": 1_000_000, "group": "kits"},
            **{"source": "bid 4", "note": "all or nothing"},
        }
    ],
    "package_items": [
        {
            **{"package": "kit", "item": "phone", "quantity": 60_000, "capacity_use": D("0.8")},
            **{"source": "bid 4", "note": "b"},
        }
    ],
    "rebates": [
        {"supplier": "Foxconn", "from_spend": 500_000, "rate": D("0.03"), "source": "contract", "note": "c"},
    ],
    "lanes": [
        {
            **{"origin": "Shenzhen", "destination": "Prague", "cost_per_unit": D("0.4"), "cost_per_kg": D("1.9")},
            **{"duty_rate": D("0.025"), "days": 32, "source": "forwarder", "note": "by sea"},
        }
    ],
    "rates": [{"currency": "EUR", "rate": D("1.0812"), "source": "ECB", "note": "d"}],
    "incumbents": [
        {
            **{"item": "phone", "supplier": "Foxconn", "share": D("0.6"), "switch_cost": 75_000},
            **{"source": "ledger", "note": "e"},
        }
    ],
    "rules": [
        {
            **{"rule": "home share", "measure": "share", "item": "phone;display", "category": "32;33"},
            **{"supplier": "Foxconn;home", "country": "CN;CZ", "own": "false", "low": D("0.1"), "high": D("0.8")},
            **{"owner": "CFO", "reason": "currency risk", "expires": date(2026, 9, 30)},
            **{"source": "board paper", "note": "f"},
        }
    ],
    "roles": [
        {
            **{"supplier": "home", "role": "engineer", "hourly_wage": D("31.5"), "burden_rate": D("0.34")},
            **{"hours_per_year": 1720, "in_hand": D("4.5"), "max_hires": 10, "hire_cost": 6000, "ramp_months": 3},
            **{"attrition_rate": D("0.12"), "source": "payroll", "note": "g"},
        }
    ],
    "staffing": [
        {"offer": "own line", "role": "engineer", "hours": D("0.35"), "source": "time study", "note": "h"},
    ],
}
