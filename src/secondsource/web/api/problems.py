"""What is answered when a request cannot be carried out: `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

KIND = "application/problem+json"

TITLES = {
    400: "The request cannot be read",
    401: "A valid key is needed",
    403: "The key does not open this",
    404: "There is nothing here",
    409: "This cannot be done now",
    413: "The request is too large",
    422: "The request is not as described",
}


class Fault(Schema):
    """One thing that is wrong: where, what was found, what was expected."""

    where: str
    value: str
    expected: str


class ProblemOut(Schema):
    """A problem, as RFC 9457 describes it."""

    type: str
    title: str
    status: int
    detail: str
    faults: list[Fault] = Field(default_factory=list)


class Problem(Exception):
    """Ends a request with a status, a text and faults."""

    def __init__(self, status: int, detail: object = "", faults: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(str(detail))
        self.status, self.detail, self.faults = status, str(detail), list(faults)


def answer(status: int, detail: str = "", faults: Sequence[Mapping[str, str]] = ()) -> HttpResponse:
    """Return the response for a problem."""
    title = TITLES.get(status, "It failed")
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "detail": detail or title}
    body["faults"] = list(faults)
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": True})
    response.headers["Content-Type"] = KIND
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def install(api: NinjaAPI) -> None:
    """Make an interface answer every failure as a problem."""

    def problem(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(error.status, error.detail, error.faults)

    def invalid(request: HttpRequest, error: Any) -> HttpResponse:
        faults = [
            {"where": ".".join(map(str, each.get("loc", ()))), "value": "", "expected": str(each.get("msg", ""))}
            for each in error.errors[:100]
        ]
        return answer(422, "", faults)

    def refused(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(401)

    def failed(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(error.status_code, error.message)

    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(404)

    def suspicious(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(413 if type(error).__name__ == "RequestDataTooBig" else 400)

    def too_deep(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(400, "the body is nested too deeply")

    api.add_exception_handler(Problem, problem)
    api.add_exception_handler(RecursionError, too_deep)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(AuthenticationError, refused)
    api.add_exception_handler(HttpError, failed)
    api.add_exception_handler(Http404, missing)
    api.add_exception_handler(SuspiciousOperation, suspicious)
