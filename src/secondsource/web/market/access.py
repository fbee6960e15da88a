"""The doors to what a team watches and tells; the market itself is the same for all teams, and public."""

from __future__ import annotations

import os
from pathlib import Path

from django.http import HttpRequest

from secondsource.market.places import Places
from secondsource.market.watch_memory import WatchMemory
from secondsource.web import store
from secondsource.web.market.models import Hook, Watching
from secondsource.web.people import access
from secondsource.web.people.models import Team


def places() -> Places:
    """Return the folder of the market: SECONDSOURCE_MARKET, or `market` beside the workspace's data."""
    given = os.environ.get("SECONDSOURCE_MARKET")
    return Places(Path(given) if given else store.folder() / "market")


def memory(team: Team) -> WatchMemory:
    """Return what the market remembers of a team's needs and alerts; no other team's."""
    return WatchMemory(places(), owner=f"team-{team.pk}")


def watching(team: Team) -> Watching:
    """Return how a team's watch goes."""
    found: Watching = Watching.objects.get_or_create(team=team)[0]
    return found


def hook(request: HttpRequest, pk: int) -> Hook:
    """Return a hook, or 404, or 403."""
    found: Hook = access.one(request, Hook.objects.all(), pk=pk)
    return found
