"""What happens around every view: the headers that protect, the reader's language, the doors; not for single pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.utils import translation

from secondsource.language import use_language
from secondsource.web.doors import DOORS, right_of

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""No inline script or style, and nothing from outside."""

LANGUAGE_COOKIE = "language"


def security_headers(get_response: Answer) -> Answer:
    """Return the layer that says what a page may load, and that pages of a team are not kept by caches."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


class ReadersLanguage:
    """Speak the language of the person, of the cookie, or of the browser."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language."""
        code = _language(request)
        request.__dict__["language"] = code
        with translation.override(code), use_language(code):
            response = self.get_response(request)
            response.headers["Content-Language"] = code
            return response


def _language(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    person: Any = request.user
    for wish in (getattr(person, "language", ""), request.COOKIES.get(LANGUAGE_COOKIE, "")):
        if wish in known:
            return wish
    wanted = translation.get_language_from_request(request).split("-")[0]
    return wanted if wanted in known else "en"


class Doors:
    """Let a request through to its view only as `secondsource.web.doors` says."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a page of a team whose view forgot to ask for access is not shown."""
        response = self.get_response(request)
        decided = request.__dict__.get("access_was_decided", True)
        if not decided and response.status_code < 300:
            raise RuntimeError(f"{request.path}: the view did not ask for access")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse an unknown address or method, and send to the log-in whoever has not logged in."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        door = DOORS.get(name)
        if door is None:
            raise RuntimeError(f"{request.path}: {name!r} is not in secondsource.web.doors")
        method = "GET" if request.method == "HEAD" else request.method
        if method not in door:
            return HttpResponseNotAllowed(list(door))
        right = right_of(request)
        if right == "public":
            return None
        if right in ("invited", "token", "link"):  # an invitation, a key, a secret address: the view looks
            request.__dict__["access_was_decided"] = False
            if right == "invited" and method == "GET" and "invitation" not in request.session:
                return redirect("bid_enter")
            return None
        if not request.user.is_authenticated and request.path.startswith("/api/"):
            answer = JsonResponse({"faults": [{"expected": "Authorization: Bearer KEY"}]}, status=401)
            answer.headers["WWW-Authenticate"] = "Bearer"
            return answer
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if method == "GET" else "/")
        request.__dict__["access_was_decided"] = right == "signed in"
        return None
