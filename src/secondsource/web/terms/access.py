"""The one door to questions: of one's own teams, with the right that the request takes."""

from __future__ import annotations

from django.http import HttpRequest

from secondsource.web.people import access
from secondsource.web.terms.models import Question


def question(request: HttpRequest, pk: int) -> Question:
    """Return a question with its job and plan, or 404, or 403."""
    scope = Question.objects.select_related("job", "asked_by", "solve__project", "solve__scenario").defer("solve__plan")
    found: Question = access.one(request, scope, pk=pk)
    return found
