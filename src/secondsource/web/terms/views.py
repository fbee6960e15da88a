"""Asking about a plan, and the pages of the answers; not for finding them (`answering`)."""

from __future__ import annotations

import base64
import hashlib

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from markupsafe import Markup

from secondsource.advice.negotiation import POLICIES
from secondsource.language import _, current_language
from secondsource.web.audit import log
from secondsource.web.jobs.models import Job
from secondsource.web.people.access import acting
from secondsource.web.planning import access as planning
from secondsource.web.planning import tables
from secondsource.web.planning.models import Solve
from secondsource.web.planning.projects import AS_IT_IS
from secondsource.web.planning.workbooks import EXCEL, attachment
from secondsource.web.terms import access
from secondsource.web.terms.models import KINDS, Question

FILES = {"xlsx": EXCEL, "pdf": "application/pdf"}
MOST_BIDS = 120
"""Bids up to which all prices to win are asked at once; beyond that one supplier's."""


def question_new(request: HttpRequest, solve: int) -> HttpResponse:
    """Ask about a plan; what was asked before is shown again."""
    given = planning.solve(request, solve)
    kind, supplier = request.POST.get("kind", ""), request.POST.get("supplier", "").strip()
    policy = request.POST.get("policy", "") if kind == "sheet" else ""
    if kind not in KINDS or not given.has_plan or (policy and policy not in POLICIES):
        raise Http404
    if kind not in ("price-to-win", "sheet"):
        supplier = ""
    if supplier and supplier not in {row.get("supplier") for row in tables.read_table(given.version, "suppliers")}:
        raise Http404
    many = tables.counts(given.version).get("offers", 0) > MOST_BIDS
    if not supplier and (kind == "sheet" or (kind == "price-to-win" and many)):
        messages.error(request, str(_("Choose the supplier whose bids it is about.")))
        return redirect("solve", given.pk)
    return redirect("question", _asked(request, given, kind, supplier, policy).pk)


def _asked(request: HttpRequest, given: Solve, kind: str, supplier: str, policy: str) -> Question:
    """The question as it was asked before, if it is answered or still open; else a new one with its job."""
    same = Question.objects.filter(solve=given, kind=kind, supplier=supplier, policy=policy).select_related("job")
    known = same.defer("pages", "files").exclude(job__state="failed").first()
    if known is not None:
        return known
    person, team = acting(request), given.project.team
    with transaction.atomic():
        made: Question = Question.objects.create(
            solve=given, kind=kind, supplier=supplier, policy=policy, asked_by=person
        )
        made.job = Job.objects.create(team=team, asked_by=person, kind="terms", about=made.pk)
        made.save(update_fields=["job"])
        about = f"{given.project.name}: {kind} {supplier}".strip()
        log.record("terms.ask", about, team=team, person=person, solve=given.pk)
    return made


def question(request: HttpRequest, question: int) -> HttpResponse:
    """Show an answer, or how far it is."""
    found = access.question(request, question)
    content = {
        "question": found,
        "solve": found.solve,
        "project": found.solve.project,
        "KINDS": KINDS,
        "AS_IT_IS": AS_IT_IS,
        "job": found.job,
        "page": Markup(found.pages.get(current_language(), found.pages.get("en", ""))),  # noqa: S704  escaped by ours
    }
    return render(request, "question.html" if found.is_answered else "asking.html", content)


def question_progress(request: HttpRequest, question: int) -> HttpResponse:
    """Return how many plans are made; once the answer is there, tell the page to load itself again."""
    found = access.question(request, question)
    if found.is_answered:
        response = HttpResponse()
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "parts/asking.html", {"question": found, "job": found.job})


def question_stop(request: HttpRequest, question: int) -> HttpResponse:
    """Stop looking for an answer: it may be asked again."""
    found = access.question(request, question)
    if found.job is not None and found.job.is_open:
        Job.objects.filter(pk=found.job.pk, state__in=["waiting", "running"]).update(stop_wanted=True)
    return redirect("solve", found.solve_id)


def question_file(request: HttpRequest, question: int, kind: str) -> HttpResponse:
    """Return the answer as a workbook or PDF in the reader's language."""
    found = access.question(request, question)
    content = found.files.get(f"{kind}.{current_language()}")
    if kind not in FILES or content is None:
        raise Http404
    name = " - ".join(filter(None, (found.solve.project.name, found.kind, found.supplier)))
    return attachment(base64.b64decode(content), FILES[kind], f"{name}.{kind}")


def sheet_sent(request: HttpRequest, question: int) -> HttpResponse:
    """Write into the log that a supplier's sheet was sent: policy, language, and the digests of both files."""
    found = access.question(request, question)
    if found.kind != "sheet" or not found.is_answered:
        raise Http404
    code = current_language()
    digests = {kind: hashlib.sha256(base64.b64decode(found.files[f"{kind}.{code}"])).hexdigest() for kind in FILES}
    team = found.solve.project.team
    about = f"{found.solve.project.name}: {found.supplier}"
    details = {"solve": found.solve_id, "policy": found.policy or POLICIES[0], "language": code, **digests}
    log.record("terms.sent", about, team=team, person=acting(request), **details)
    messages.success(request, str(_("It is in the log that this sheet was sent, with its policy and digests.")))
    return redirect("question", found.pk)
