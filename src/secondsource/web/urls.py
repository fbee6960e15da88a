"""The addresses of the workspace; who may call them stands in `doors`."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path

from secondsource.web.api import endpoints, keys
from secondsource.web.api import views as programs
from secondsource.web.audit import views as audit
from secondsource.web.bidding import matrix, portal
from secondsource.web.bidding import views as bidding
from secondsource.web.contracts import deliveries, subscriptions
from secondsource.web.contracts import views as contracts
from secondsource.web.intake import views as intake
from secondsource.web.market import inbox
from secondsource.web.market import views as market
from secondsource.web.people import views as people
from secondsource.web.planning import approval, comparing, grids, projects, solving, workbooks
from secondsource.web.suppliers import views as suppliers
from secondsource.web.terms import views as terms

PROJECT = "projects/<int:project>/"
SOLVE = "plans/<int:solve>/"
QUESTION = "questions/<int:question>/"
SUPPLIER = "suppliers/<int:supplier>/"
CONTRACT = "contracts/<int:contract>/"
EVENT = "events/<int:event>/"

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/log-in/", mfa.authenticate, name="mfa_authenticate"),
    path("second-factor/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/app/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("alive/", people.alive, name="alive"),
    path("language/", people.language, name="language"),
    path("", projects.home, name="home"),
    path("team/", people.team, name="team"),
    path("team/choose/", people.choose_team, name="choose_team"),
    path("team/people/", people.person_add, name="person_add"),
    path("team/people/<int:person>/", people.person_role, name="person_role"),
    path("team/limit/", people.team_limit, name="team_limit"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:token>/remove/", keys.key_remove, name="key_remove"),
    path("log/", audit.show, name="audit"),
    path("projects/", projects.project_new, name="project_new"),
    path(PROJECT, projects.project, name="project"),
    path(PROJECT + "faults/", projects.faults, name="faults"),
    path(PROJECT + "versions/", projects.versions, name="versions"),
    path(PROJECT + "versions/<int:version>/", projects.version_restore, name="version_restore"),
    path(PROJECT + "undo/", projects.undo, name="undo"),
    path(PROJECT + "redo/", projects.redo, name="redo"),
    path(PROJECT + "bom/", projects.bom, name="bom"),
    path(PROJECT + "tables/<slug:table>/", grids.table, name="table"),
    path(PROJECT + "tables/<slug:table>/cells/", grids.cells, name="cells"),
    path(PROJECT + "tables/<slug:table>/remove/", grids.rows_remove, name="rows_remove"),
    path(PROJECT + "tables/<slug:table>/rows/<int:number>/", grids.row, name="row"),
    path(PROJECT + "workbook/", workbooks.workbook, name="workbook"),
    path(PROJECT + "upload/", workbooks.upload, name="upload"),
    path("uploads/<int:upload>/", workbooks.upload_preview, name="upload_preview"),
    path("uploads/<int:upload>/take/", workbooks.upload_take, name="upload_take"),
    path(PROJECT + "scenarios/", solving.scenario_new, name="scenario_new"),
    path("scenarios/<int:scenario>/remove/", solving.scenario_remove, name="scenario_remove"),
    path("scenarios/<int:scenario>/solve/", solving.solve_new, name="solve_new"),
    path(SOLVE, solving.solve, name="solve"),
    path(SOLVE + "progress/", solving.solve_progress, name="solve_progress"),
    path(SOLVE + "stop/", solving.solve_stop, name="solve_stop"),
    path(SOLVE + "without/", solving.solve_without, name="solve_without"),
    path(SOLVE + "way-out/", solving.solve_way_out, name="solve_way_out"),
    path(SOLVE + "charts/<slug:chart>/", comparing.chart, name="solve_chart"),
    path(SOLVE + "files/<slug:kind>/", comparing.file, name="solve_file"),
    path(SOLVE + "propose/", approval.propose, name="propose"),
    path("proposals/<int:proposal>/", approval.decide, name="decide"),
    path(PROJECT + "compare/", comparing.compare, name="compare"),
    path(SOLVE + "ask/", terms.question_new, name="question_new"),
    path(QUESTION, terms.question, name="question"),
    path(QUESTION + "progress/", terms.question_progress, name="question_progress"),
    path(QUESTION + "stop/", terms.question_stop, name="question_stop"),
    path(QUESTION + "files/<slug:kind>/", terms.question_file, name="question_file"),
    path(QUESTION + "sent/", terms.sheet_sent, name="sheet_sent"),
    path("suppliers/", suppliers.suppliers, name="suppliers"),
    path("suppliers/new/", suppliers.supplier_new, name="supplier_new"),
    path("suppliers/calls/", suppliers.calls, name="calls"),
    path(SUPPLIER, suppliers.supplier, name="supplier"),
    path(SUPPLIER + "edit/", suppliers.supplier_edit, name="supplier_edit"),
    path(SUPPLIER + "exclude/", suppliers.supplier_exclude, name="supplier_exclude"),
    path(SUPPLIER + "approve/", suppliers.supplier_approve, name="supplier_approve"),
    path(SUPPLIER + "<slug:part>/", suppliers.supplier_part, name="supplier_part"),
    path(PROJECT + "to-register/", suppliers.suppliers_from, name="suppliers_from"),
    path(PROJECT + "from-register/", suppliers.suppliers_into, name="suppliers_into"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/calendar.ics", contracts.contracts_calendar, name="contracts_calendar"),
    path("calendar/", subscriptions.subscriptions, name="subscriptions"),
    path("calendar/<int:subscription>/remove/", subscriptions.subscription_remove, name="subscription_remove"),
    path("calendar/<str:secret>/secondsource.ics", subscriptions.feed, name="calendar_feed"),
    path("contracts/deliveries.xlsx", deliveries.sheet, name="delivery_sheet"),
    path("contracts/deliveries/", deliveries.upload, name="delivery_upload"),
    path("api/contracts/", deliveries.api_contracts, name="api_contracts"),
    path("api/deliveries/", deliveries.api_deliveries, name="api_deliveries"),
    path(SOLVE + "conclude/", contracts.conclude, name="conclude"),
    path(CONTRACT, contracts.contract, name="contract"),
    path(CONTRACT + "edit/", contracts.contract_edit, name="contract_edit"),
    path(CONTRACT + "backups/<int:backup>/", contracts.backup_confirm, name="backup_confirm"),
    path(CONTRACT + "deliveries/", contracts.delivery_new, name="delivery_new"),
    path(CONTRACT + "fail/", contracts.contract_fail, name="contract_fail"),
    path(CONTRACT + "notice/", contracts.contract_notice, name="contract_notice"),
    path("events/", bidding.events, name="events"),
    path("events/new/", bidding.event_new, name="event_new"),
    path(EVENT, bidding.event, name="event"),
    path(EVENT + "edit/", bidding.event_edit, name="event_edit"),
    path(EVENT + "lines/", bidding.event_lines, name="event_lines"),
    path(EVENT + "publish/", bidding.event_publish, name="event_publish"),
    path(EVENT + "extend/", bidding.event_extend, name="event_extend"),
    path(EVENT + "cancel/", bidding.event_cancel, name="event_cancel"),
    path(EVENT + "invite/", bidding.event_invite, name="event_invite"),
    path("invitations/<int:invitation>/renew/", bidding.invitation_renew, name="invitation_renew"),
    path("invitations/<int:invitation>/revoke/", bidding.invitation_revoke, name="invitation_revoke"),
    path("inquiries/<int:inquiry>/answer/", bidding.inquiry_answer, name="inquiry_answer"),
    path(EVENT + "open/", bidding.event_open, name="event_open"),
    path(EVENT + "round/", bidding.event_round, name="event_round"),
    path(EVENT + "bids/", matrix.show, name="event_matrix"),
    path(EVENT + "bids/<int:line>/", matrix.line, name="event_line"),
    path(EVENT + "offers/", matrix.into, name="event_into"),
    path(EVENT + "shortlist/", matrix.shortlist, name="event_shortlist"),
    path(EVENT + "award/", matrix.award, name="event_award"),
    path("invitations/<int:invitation>/letter/", matrix.letter, name="event_letter"),
    path("bid/", portal.enter, name="bid_enter"),
    path("bid/event/", portal.show, name="bid"),
    path("bid/leave/", portal.leave, name="bid_leave"),
    path("bid/agree/", portal.agree, name="bid_agree"),
    path("bid/save/", portal.save, name="bid_save"),
    path("bid/review/", portal.review, name="bid_review"),
    path("bid/send/", portal.send, name="bid_send"),
    path("bid/withdraw/", portal.withdraw, name="bid_withdraw"),
    path("bid/sheet/", portal.sheet, name="bid_sheet"),
    path("bid/upload/", portal.upload, name="bid_upload"),
    path("bid/versions/<int:round>/<int:version>/", portal.version, name="bid_version"),
    path("bid/decline/", portal.decline, name="bid_decline"),
    path("bid/ask/", portal.ask, name="bid_ask"),
    path("bid/link/", portal.link, name="bid_link"),
    path("bid/key/", portal.key, name="bid_key"),
    path("bid/letter/", portal.letter, name="bid_letter"),
    path("market/", market.market, name="market"),
    path("market/<slug:firm>/", market.firm, name="market_firm"),
    path("market/<slug:firm>/enter/", market.firm_enter, name="market_enter"),
    path("market/<slug:firm>/verdicts/<slug:alert>/", market.firm_verdict, name="market_verdict"),
    path("alerts/", inbox.alerts, name="alerts"),
    path("alerts/market.ics", inbox.alerts_calendar, name="alerts_calendar"),
    path("alerts/look/", inbox.alerts_look, name="alerts_look"),
    path("alerts/needs/", inbox.need_new, name="need_new"),
    path("alerts/needs/remove/", inbox.need_remove, name="need_remove"),
    path("alerts/hooks/", inbox.hook_new, name="hook_new"),
    path("alerts/hooks/<int:hook>/remove/", inbox.hook_remove, name="hook_remove"),
    path("alerts/<slug:alert>/", inbox.alert_answer, name="alert_answer"),
    path("api/", programs.interface, name="interface"),
    path("api/v1/openapi.json", endpoints.description, name="openapi"),
    path("api/v1/", endpoints.api.urls),
    path("requests/", intake.requests, name="requests"),
    path("requests/new/", intake.request_new, name="request_new"),
    path("requests/<int:asked>/", intake.request_one, name="request_one"),
    path("requests/<int:asked>/measure/", intake.request_measure, name="request_measure"),
    path("requests/<int:asked>/answer/", intake.request_answer, name="request_answer"),
]

handler400 = "secondsource.web.people.views.refused_400"
handler403 = "secondsource.web.people.views.refused_403"
handler404 = "secondsource.web.people.views.refused_404"
handler500 = "secondsource.web.people.views.refused_500"
