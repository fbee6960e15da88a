"""A question from asked to answered, as a worker does it; the answer is found in a process of its own (`search`)."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from secondsource.web.jobs import lease
from secondsource.web.jobs.models import Job
from secondsource.web.planning import changes, tables
from secondsource.web.planning.answering import search
from secondsource.web.planning.translate import question
from secondsource.web.terms.models import Question

SECONDS = 60.0
"""Time that each plan of an answer may take; what is not proved by then shows as a wider interval."""
SEARCH = "secondsource.web.terms.search"


def answer(job: Job) -> None:
    """Answer the question that a job is about and write it down.

    Raises
    ------
    lease.Lost
        Someone else has the job: nothing is written.
    """
    asked = Question.objects.select_related("solve__version", "solve__project").get(pk=job.about)
    solve = asked.solve
    given = changes.apply(tables.read(solve.version), solve.changes)
    about = json.loads(question(given, solve.asked_at.date(), SECONDS))
    about |= {"kind": asked.kind, "supplier": asked.supplier, "policy": asked.policy, "title": solve.project.name}
    found = search(job, json.dumps(about), SEARCH)
    if not found:
        lease.finish(job, datetime.now(UTC), lambda: None, error="search")
        return
    values = {"pages": found["pages"], "files": found["files"]}
    lease.finish(job, datetime.now(UTC), lambda: Question.objects.filter(pk=asked.pk).update(**values) and None)
