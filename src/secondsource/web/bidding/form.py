"""The form of a bid on a page: what was typed as what `bid.read` reads, and back; not for what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from secondsource.web.bidding.bid import FIELDS, MOST_ALTERNATIVES, MOST_PACKAGES, Asked
from secondsource.web.bidding.sheets import SHOWN_BREAKS


def raw_of(post: Mapping[str, str], asked: Asked) -> dict[str, Any]:
    """Return what was typed; the fields of the form are `o-LINE-ALTERNATIVE-FIELD`, `k-PACKAGE-FIELD`, `a-QUESTION`."""
    raw: dict[str, Any] = {name: post.get(name, "").strip() for name in ("currency", "valid_until", "capacity", "note")}
    raw["offers"] = [
        _offer(post, line, alternative)
        for line in asked.lines
        for alternative in range(MOST_ALTERNATIVES + 1)
        if alternative == 0 or f"o-{line}-{alternative}-unit_price" in post
    ]
    raw["packages"] = [
        {
            "name": post[f"k-{number}-name"].strip(),
            "price": post.get(f"k-{number}-price", "").strip(),
            "lines": [
                [line, post.get(f"k-{number}-l{line}", "").strip()]
                for line in asked.lines
                if post.get(f"k-{number}-l{line}", "").strip()
            ],
        }
        for number in range(MOST_PACKAGES)
        if f"k-{number}-name" in post
    ]
    raw["answers"] = [post.get(f"a-{number}", "").strip() for number in range(len(asked.questions))]
    return raw


def _offer(post: Mapping[str, str], line: int, alternative: int) -> dict[str, Any]:
    start = f"o-{line}-{alternative}-"
    found: dict[str, Any] = {"line": line, "alternative": alternative}
    found |= {name: post.get(start + name, "").strip() for name in FIELDS}
    pairs = [
        [post.get(f"{start}from_{number}", "").strip(), post.get(f"{start}price_{number}", "").strip()]
        for number in range(1, MOST_SHOWN + 1)
        if f"{start}from_{number}" in post
    ]
    found["breaks"] = [pair for pair in pairs if any(pair)]
    if found["breaks"]:
        found["break_kind"] = post.get(start + "break_kind", "")
    return found


MOST_SHOWN = 10


def pairs_of(offer: Mapping[str, Any]) -> list[list[Any]]:
    """Return the price breaks that a form shows for an offer, empty ones to fill in included."""
    pairs = [list(pair) for pair in offer.get("breaks") or ()]
    return pairs + [["", ""]] * max(0, SHOWN_BREAKS - len(pairs))


def offers_by_line(raw: Mapping[str, Any], asked: Asked) -> dict[int, list[dict[str, Any]]]:
    """Return the offers that a form shows: at least one for each line."""
    found: dict[int, list[dict[str, Any]]] = {line: [] for line in asked.lines}
    for offer in raw.get("offers") or ():
        if isinstance(offer, dict) and offer.get("line") in found:
            found[offer["line"]].append(_EMPTY | offer)
    for line, offers in found.items():
        offers.sort(key=lambda each: int(each["alternative"]))
        if not offers or offers[0]["alternative"]:
            offers.insert(0, _EMPTY | {"line": line})
    return found


_EMPTY: dict[str, Any] = {name: "" for name in FIELDS} | {"alternative": 0, "breaks": [], "break_kind": ""}


def extras(offer: Mapping[str, Any]) -> int:
    """Return how many entries of an offer are folded away."""
    folded = [offer.get(name) for name in FIELDS if name not in ("unit_price", "lead_days")]
    return sum(each not in ("", None, False) for each in folded) + len(offer.get("breaks") or ())


def whole(raw: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """Return what was typed with all that a form shows, empty where nothing was."""
    empty = {"currency": asked.currencies[0] if asked.currencies else "", "valid_until": "", "capacity": "", "note": ""}
    return {**empty, "packages": [], "answers": [""] * len(asked.questions)} | dict(raw)


def add(raw: dict[str, Any], what: str) -> None:
    """Add room for one more alternative of a line (`alternative-LINE`) or one more package (`package`)."""
    kind, _minus, line = what.partition("-")
    if kind == "package":
        raw["packages"].append({"name": "", "price": "", "lines": []})
    elif kind == "alternative" and line.isdigit():
        taken = {int(offer["alternative"]) for offer in raw["offers"] if offer["line"] == int(line)}
        free = [number for number in range(1, MOST_ALTERNATIVES + 1) if number not in taken]
        if taken and free:
            raw["offers"].append({"line": int(line), "alternative": free[0]})
