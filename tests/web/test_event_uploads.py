"""Hostile workbooks as bids: each is refused with its faults or read as a draft; never an error of ours, never half."""

from __future__ import annotations

import io
import random
import resource
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from secondsource.web.bidding import bid, envelope, preparing
from secondsource.web.bidding.models import Envelope, Invitation
from tests.problem.hostile import FORMULAS, NUMBERS, write_all
from tests.web.market import Grids, Market, market, packed, watch

__all__ = ["market", "watch"]
pytestmark = pytest.mark.django_db
MEMORY = 900 * 1024
"""KiB that the process may grow by at most, whatever is uploaded: several times the 48 MiB that are unpacked."""


def hostile(market: Market, folder: Path, count: int) -> Iterator[bytes]:
    """As many hostile workbooks: those made for the readers of problems, then mutations of our own sheet."""
    known = [path.read_bytes() for path in write_all(folder)]
    chance = random.Random(7)
    step = max(1, len(known) * 2 // count) if count < 400 else 1
    chosen = known[::step]
    yield from chosen
    plain = market.client("sara").get("/bid/sheet/").content
    grids = market.sheet("sara")
    for number in range(count - len(chosen)):
        kind = number % 5
        if kind == 0:
            yield plain[: chance.randrange(len(plain))]
        elif kind == 1:
            content = bytearray(plain)
            for _change in range(chance.randrange(1, 30)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            yield bytes(content)
        elif kind == 2:
            yield _one_part_changed(plain, chance)
        else:
            yield packed(_strange(grids, chance))


def _one_part_changed(plain: bytes, chance: random.Random) -> bytes:
    """The XML of one part, a few bytes changed, packed as it should be."""
    with zipfile.ZipFile(io.BytesIO(plain)) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    name = chance.choice(sorted(parts))
    content = bytearray(parts[name])
    for _change in range(chance.randrange(1, 12)):
        if content:
            content[chance.randrange(len(content))] = chance.randrange(256)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for each, part in (parts | {name: bytes(content)}).items():
            written.writestr(each, part)
    return out.getvalue()


def _strange(grids: Grids, chance: random.Random) -> Grids:
    """Our own sheet with strange cells, rows and columns moved, keys lost."""
    made: Grids = {title: [list(row) for row in rows] for title, rows in grids.items()}
    cells = (*FORMULAS, *NUMBERS, "", "x" * 32_000, -1, 0, 1e300, 5, 1.25, True, "12,5", "1 234,5", "да", "no")
    for _change in range(chance.randrange(1, 25)):
        rows = made[chance.choice([title for title in made if made[title]])]
        row = chance.choice(rows)
        if row:
            row[chance.randrange(len(row))] = chance.choice(cells)
    for rows in made.values():
        if rows and chance.random() < 0.2:
            chance.shuffle(rows)
        if rows and chance.random() < 0.1:
            del rows[0]
    if chance.random() < 0.1:
        made.pop(chance.choice(sorted(made)))
    return made


def uploaded(market: Market, folder: Path, count: int) -> dict[int, int]:
    """How often each status came back, everything else being checked."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    asked = preparing.asked_of(market.event)
    statuses: dict[int, int] = {}
    for number, content in enumerate(hostile(market, folder, count)):
        known = Envelope.objects.count()
        if known >= 1000:  # as many versions as one bidder may have would end the proof
            Envelope.objects.all()._raw_delete("default")
            known = 0
        suffix = ".ods" if number % 9 == 0 else ".xlsx"
        answer = market.upload_bytes("sara", content, f"bid{suffix}")
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        added = Envelope.objects.count() - known
        assert (answer.status_code, added) in ((302, 1), (422, 0)), (number, answer.status_code, added)
        if added:
            newest = envelope.own(Invitation.objects.get(pk=market.invitations["sara"].pk), market.round)
            assert newest is not None and newest[0].kind == envelope.DRAFT
            bid.read(newest[1], asked)  # whole and in bounds
            assert market.client("sara").get("/bid/review/").status_code == 200
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < MEMORY, grown
    return statuses


@pytest.mark.slow
def test_two_hundred_hostile_workbooks(market: Market, tmp_path: Path) -> None:
    statuses = uploaded(market, tmp_path, 200)
    assert sum(statuses.values()) == 200 and statuses[422] > 50 and statuses[302] > 10


@pytest.mark.long
def test_two_thousand_hostile_workbooks(market: Market, tmp_path: Path) -> None:
    statuses = uploaded(market, tmp_path, 2000)
    assert sum(statuses.values()) == 2000 and statuses[422] > 500 and statuses[302] > 100
    print(statuses)
