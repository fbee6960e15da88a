"""Every address of the workspace, and the right that each method of it takes; not for who holds a right.

A request to an address that is not here, or with a method that is not, never reaches a view: what nobody thought about
is closed. `public` is open to all, `signed in` to whoever has logged in, `invited` to a bidder whose session holds an
invitation, `token` to programs with a key, `link` to whoever knows a secret address; the others are the rights of
`people.access.RIGHTS`, held in the team that the object belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

Door = Mapping[str, str]

SEE: Door = {"GET": "see"}
PLAN: Door = {"POST": "plan"}
TOKEN: Door = {"GET": "token"}
INVITED: Door = {"GET": "invited"}
INVITED_POST: Door = {"POST": "invited"}
SIGNED_IN: Door = {"GET": "signed in", "POST": "signed in"}

DOORS: Mapping[str, Door] = {
    # people/
    "account_login": {"GET": "public", "POST": "public"},
    "account_logout": SIGNED_IN,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "mfa_authenticate": {"GET": "public", "POST": "public"},
    "mfa_index": {"GET": "signed in"},
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_view_recovery_codes": {"GET": "signed in"},
    "mfa_download_recovery_codes": {"GET": "signed in"},
    "alive": {"GET": "public"},
    "language": {"POST": "public"},
    "choose_team": {"POST": "signed in"},
    "home": SEE,
    "team": SEE,
    "person_add": {"POST": "people"},
    "person_role": {"POST": "people"},
    "team_limit": {"POST": "people"},
    "audit": {"GET": "audit"},
    "keys": {"GET": "see", "POST": "see"},
    "key_remove": {"POST": "see"},
    # planning/
    "project_new": PLAN,
    "project": SEE,
    "table": SEE,
    "cells": PLAN,
    "rows_remove": PLAN,
    "row": {"GET": "see", "POST": "plan"},
    "undo": PLAN,
    "redo": PLAN,
    "versions": SEE,
    "version_restore": PLAN,
    "faults": SEE,
    "bom": SEE,
    "workbook": SEE,
    "upload": PLAN,
    "upload_preview": SEE,
    "upload_take": PLAN,
    "scenario_new": PLAN,
    "scenario_remove": PLAN,
    "solve_new": PLAN,
    "solve": SEE,
    "solve_progress": SEE,
    "solve_stop": PLAN,
    "solve_without": PLAN,
    "solve_way_out": PLAN,
    "solve_chart": SEE,
    "solve_file": SEE,
    "compare": SEE,
    "propose": PLAN,
    "decide": {"POST": "approve"},
    # terms/
    "question_new": PLAN,
    "question": SEE,
    "question_progress": SEE,
    "question_stop": PLAN,
    "question_file": SEE,
    "sheet_sent": PLAN,
    # suppliers/
    "suppliers": SEE,
    "supplier": SEE,
    "calls": SEE,
    "supplier_new": PLAN,
    "supplier_edit": PLAN,
    "supplier_exclude": PLAN,
    "supplier_part": PLAN,
    "supplier_approve": {"POST": "approve"},
    "suppliers_from": PLAN,
    "suppliers_into": PLAN,
    # contracts/
    "contracts": SEE,
    "contract": SEE,
    "contracts_calendar": SEE,
    "subscriptions": {"GET": "see", "POST": "see"},
    "subscription_remove": {"POST": "see"},
    "calendar_feed": {"GET": "link"},
    "conclude": PLAN,
    "contract_edit": PLAN,
    "backup_confirm": PLAN,
    "delivery_new": PLAN,
    "contract_fail": PLAN,
    "contract_notice": PLAN,
    "delivery_sheet": SEE,
    "delivery_upload": PLAN,
    "api_contracts": SEE,
    "api_deliveries": {"GET": "see", "POST": "plan"},
    # bidding/, the buyer's side
    "events": SEE,
    "event_new": PLAN,
    "event": SEE,
    "event_edit": PLAN,
    "event_lines": PLAN,
    "event_publish": PLAN,
    "event_extend": PLAN,
    "event_cancel": PLAN,
    "event_invite": PLAN,
    "invitation_renew": PLAN,
    "invitation_revoke": PLAN,
    "inquiry_answer": PLAN,
    "event_open": {"POST": "open"},
    "event_round": PLAN,
    "event_matrix": SEE,
    "event_line": SEE,
    "event_into": PLAN,
    "event_shortlist": PLAN,
    "event_award": PLAN,
    "event_letter": SEE,
    # bidding/, the bidder's side: about the invitation of the session and nothing else
    "bid_enter": {"GET": "public", "POST": "public"},
    "bid": INVITED,
    "bid_leave": INVITED_POST,
    "bid_agree": INVITED_POST,
    "bid_save": INVITED_POST,
    "bid_review": INVITED,
    "bid_send": INVITED_POST,
    "bid_withdraw": INVITED_POST,
    "bid_sheet": INVITED,
    "bid_upload": INVITED_POST,
    "bid_version": INVITED,
    "bid_decline": INVITED_POST,
    "bid_ask": INVITED_POST,
    "bid_link": INVITED_POST,
    "bid_key": INVITED_POST,
    "bid_letter": INVITED,
    # market/
    "market": SEE,
    "market_firm": SEE,
    "market_enter": PLAN,
    "market_verdict": PLAN,
    "alerts": SEE,
    "alerts_calendar": SEE,
    "alerts_look": PLAN,
    "alert_answer": PLAN,
    "need_new": PLAN,
    "need_remove": PLAN,
    "hook_new": {"POST": "people"},
    "hook_remove": {"POST": "people"},
    # api/
    "interface": {"GET": "public"},
    "openapi": {"GET": "public"},
    "api:bid_event": TOKEN,
    "api:bid_own": {"GET": "token", "PUT": "token", "DELETE": "token"},
    "api:bid_receipts": TOKEN,
    "api:events": {"GET": "token", "POST": "token"},
    "api:event": TOKEN,
    "api:event_publish": {"POST": "token"},
    "api:event_invite": {"POST": "token"},
    "api:event_open": {"POST": "token"},
    "api:event_bids": TOKEN,
    "api:event_awards": TOKEN,
    "api:event_ocds": TOKEN,
    # intake/
    "requests": SEE,
    "request_one": SEE,
    "request_new": {"POST": "ask"},
    "request_measure": PLAN,
    "request_answer": PLAN,
}


def right_of(request: HttpRequest) -> str:
    """Return the right that a request takes."""
    match = request.resolver_match
    if match is None:
        raise RuntimeError("asked outside a view")
    return DOORS[match.view_name]["GET" if request.method == "HEAD" else str(request.method)]
