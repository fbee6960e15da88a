"""What every template may call: texts, numbers, addresses, icons; not for single pages."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_datetime, format_timedelta
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

import secondsource
from secondsource.language import _, plural
from secondsource.reports import numbers, words
from secondsource.web.doors import DOORS
from secondsource.web.people.access import RIGHTS, may
from secondsource.web.people.models import ROLES
from secondsource.web.planning.translate import unpack


def environment(**options: Any) -> Environment:
    """Return the Jinja environment of the workspace's pages."""
    found = Environment(**{**options, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True})  # noqa: S701  Django sets autoescape
    found.globals.update(
        {
            "_": _,
            "plural": plural,
            "words": words,
            "static": static,
            "url": address,
            "may": may,
            "ROLES": ROLES,
            "RIGHTS": RIGHTS,
            "DOORS": DOORS,
            "LANGUAGES": settings.LANGUAGES,
            "version": secondsource.__version__,
            "htmx": "django_htmx/htmx-2.min.js",
            "moment": moment,
            "when": when,
            "unpack": unpack,
            "ago": ago,
            "whole": whole,
            **{name: getattr(numbers, name) for name in ("money", "number", "percent", "price", "day")},
        }
    )
    return found


def address(name: str, *args: object, **query: object) -> str:
    """Return the address of a view."""
    from urllib.parse import urlencode

    asked = {key: value for key, value in query.items() if value not in (None, "")}
    return reverse(name, args=args) + (f"?{urlencode(asked, doseq=True)}" if asked else "")


def moment(at: datetime) -> str:
    """Return a date with its time, in the server's time zone."""
    return str(format_datetime(timezone.localtime(at), "d MMM y, HH:mm", locale=numbers.locale()))


def when(event: Any, at: datetime, seconds: bool = False) -> str:
    """Return a date with its time in the time zone of a sourcing event, which is named."""
    pattern = "d MMM y, HH:mm:ss" if seconds else "d MMM y, HH:mm"
    return f"{format_datetime(event.local(at), pattern, locale=numbers.locale())} ({event.time_zone})"


def ago(at: datetime) -> str:
    """Return how long ago something was."""
    return str(format_timedelta(at - timezone.now(), add_direction=True, locale=numbers.locale(), threshold=1.2))


def whole(amount: Decimal | None) -> str:
    """Return money without cents."""
    return "–" if amount is None else numbers.number(amount, 0)


def attributes(**named: object) -> Markup:
    """Return HTML attributes, those without a value left out."""
    return Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in named.items() if value)
