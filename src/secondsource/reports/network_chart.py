"""The network of a plan as SVG: components, assemblies, customers, and who supplies each; not for quantities by lane.

Columns run from components on the left to customers on the right; a line is an item that goes into another one, or to
a customer. The drawing is ours, as charts of bars (`charts`) have no such thing; like them it takes its colours from
the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import escape

from secondsource.language import _, plural
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.reports import words
from secondsource.reports.numbers import percent
from secondsource.reports.summary import ItemDecision, Summary

WIDTH, BOX, GAP, PITCH = 1024, 46, 64, 58
"""Pixels: of the drawing, a box's height, between columns, from box to box."""
MOST_BOXES = 14
"""Boxes of a column: the most expensive items; the others are one box together."""
MOST_COLUMNS = 6
BOLD_WIDTH, TEXT_WIDTH = 7.6, 6.7
"""Pixels that a letter takes, on the generous side."""
COLOURS = {"make": "var(--make)", "buy": "var(--buy)", "both": "var(--make)"}


@dataclass(frozen=True)
class Hurt:
    """What losing an item's supplier does: in words, and how bad it is beside the worst, 0 to 1."""

    words: str
    share: float


@dataclass(frozen=True)
class Box:
    """A box: what stands in it, the colour of its edge, where it is, and how red it is."""

    title: str
    line: str
    colour: str
    x: float
    y: float
    width: float
    redness: float = 0.0


def network(summary: Summary, plan: Plan, problem: Problem, hurt: Mapping[str, Hurt] | None = None) -> str:
    """Return the network as an SVG element; "" where no item goes into another one or to a named place.

    Parameters
    ----------
    hurt
        Of items whose loss hurts: what their boxes say in place of the sources, and how red they are.
    """
    decided = {item.item: item for item in summary.items}
    goes = _goes(plan, problem, decided)
    if not any(goes.values()):
        return ""
    depth = _depths(list(decided), goes)
    last = min(max(depth.values()) + 1, MOST_COLUMNS - 1)
    columns: list[list[str]] = [[] for _column in range(last)]
    # Items that go into the next column stand above those whose lines pass it.
    for item in sorted(decided, key=lambda item: min((depth.get(place, last) for place in goes[item]), default=last)):
        columns[min(depth[item], last - 1)].append(item)
    sites = list(dict.fromkeys(place for places in goes.values() for place in places if place not in decided))
    boxes = _boxes([*columns, sites], decided, problem)
    for item, each in (hurt or {}).items():
        if item in boxes and decided.get(item) is not None and boxes[item].title == decided[item].name:
            boxes[item] = replace(boxes[item], line=each.words, colour="var(--risk)", redness=each.share)
    return _drawn(boxes, goes, max(map(len, (*columns, sites))))


def _goes(plan: Plan, problem: Problem, decided: Mapping[str, ItemDecision]) -> dict[str, list[str]]:
    """Where each item goes: into other items, and to customers (sites, whose keys get a mark of their own)."""
    goes: dict[str, list[str]] = {item: [] for item in decided}
    open_offers = {
        offer for offer, turnkey in zip(problem.offers.offer, problem.offers.turnkey, strict=True) if not turnkey
    }
    assembled = {award.item for award in plan.awards if award.offer in open_offers}
    for parent, child in zip(problem.bom.parent, problem.bom.child, strict=True):
        if child in goes and parent in goes and parent in assembled:
            goes[child].append(parent)
    for item, demand, site in zip(problem.items.item, problem.items.demand, problem.items.site, strict=True):
        if item in goes and demand:
            goes[item].append(f" {site}")  # no key begins with a blank: cells are trimmed
    return goes


def _depths(items: Sequence[str], goes: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The column of each item: as far right as the longest way to it, counted from the components."""
    children: dict[str, list[str]] = defaultdict(list)
    for item in items:
        for parent in goes[item]:
            children[parent].append(item)
    depth: dict[str, int] = {}
    waiting = list(items)
    while waiting:
        ready = [item for item in waiting if all(child in depth for child in children[item])]
        for item in ready:
            depth[item] = max((depth[child] + 1 for child in children[item]), default=0)
        waiting = [item for item in waiting if item not in depth]
    return depth


def _boxes(columns: Sequence[Sequence[str]], decided: Mapping[str, ItemDecision], problem: Problem) -> dict[str, Box]:
    """The box of every item and place, column by column; those beyond the most of a column share one, the last."""
    width = (WIDTH - 2 - GAP * (len(columns) - 1)) / len(columns)
    found: dict[str, Box] = {}
    for number, keys in enumerate(columns):
        x = 1 + number * (width + GAP)
        shown = keys if len(keys) <= MOST_BOXES + 1 else keys[:MOST_BOXES]
        found |= {key: Box(*_words(key, decided, problem), x, row * PITCH, width) for row, key in enumerate(shown)}
        hidden = keys[len(shown) :]
        if hidden:
            title = str(plural("{count} more item", "{count} more items", len(hidden)))
            rest = Box(title, "", "var(--muted)", x, len(shown) * PITCH, width)
            found.update(dict.fromkeys(hidden, rest))
    return found


def _placed(boxes: Mapping[str, Box], goes: Mapping[str, Sequence[str]], height: float) -> dict[str, Box]:
    """The boxes, each at the middle height of those that go into it, and apart from its neighbours."""
    placed: dict[Box, Box] = {}
    columns: dict[float, list[Box]] = defaultdict(list)
    for box in dict.fromkeys(boxes.values()):
        columns[box.x].append(box)
    into: dict[Box, list[Box]] = defaultdict(list)
    for item, places in goes.items():
        for place in places:
            into[boxes[place]].append(boxes[item])
    for x in sorted(columns):
        wished = {box: _middle([placed[each].y for each in into[box] if each in placed], box.y) for box in columns[x]}
        free = 0.0
        for box in sorted(wished, key=lambda box: (wished[box], box.y)):
            placed[box] = replace(box, y=max(free, wished[box]))
            free = placed[box].y + PITCH
        over = max(0.0, free - (PITCH - BOX) - height)
        placed |= {box: replace(placed[box], y=max(0.0, placed[box].y - over)) for box in columns[x]}
    return {key: placed[box] for key, box in boxes.items()}


def _middle(heights: Sequence[float], otherwise: float) -> float:
    return sum(heights) / len(heights) if heights else otherwise


def _words(key: str, decided: Mapping[str, ItemDecision], problem: Problem) -> tuple[str, str, str]:
    if key in decided:
        item = decided[key]
        sources = [f"{source.name} {percent(source.share)}" for source in item.sources]
        return item.name, words.names(tuple(sources), most=2), COLOURS[item.decision]
    site = key.strip()
    names = dict(zip(problem.sites.site, problem.sites.name, strict=True))
    return names.get(site) or site or str(_("Customer")), str(_("where it is needed")), "var(--total)"


def _drawn(boxes: Mapping[str, Box], goes: Mapping[str, Sequence[str]], tallest: int) -> str:
    height = min(tallest, MOST_BOXES + 1) * PITCH - (PITCH - BOX)
    placed = _placed(boxes, goes, height)
    lines = {(placed[item], placed[place]) for item, places in goes.items() for place in places}
    ordered = sorted(lines, key=lambda ends: (ends[0].x, ends[0].y, ends[1].x, ends[1].y))
    pieces = [_line(start, end) for start, end in ordered if start != end]
    pieces += [_box(box) for box in dict.fromkeys(placed.values())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -1 {WIDTH} {height + 2}" width="{WIDTH}" '
        f'height="{height + 2}" font-size="11.5">{"".join(pieces)}</svg>'
    )


def _line(start: Box, end: Box) -> str:
    x, y = start.x + start.width, start.y + BOX / 2
    to_x, to_y = end.x, end.y + BOX / 2
    middle = max(GAP / 2, (to_x - x) / 2)
    way = f"M{x:.1f} {y:.1f}C{x + middle:.1f} {y:.1f} {to_x - middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    return f'<path d="{way}" fill="none" stroke="var(--muted)" stroke-opacity="0.55" stroke-width="1.3"></path>'


def _box(box: Box) -> str:
    room = box.width - 22
    title, line = _cut(box.title, room / BOLD_WIDTH), _cut(box.line, room / TEXT_WIDTH)
    frame = f'x="{box.x:.1f}" y="{box.y:.1f}" height="{BOX}"'
    baseline = box.y + (19 if line else 27)
    text = f'<text x="{box.x + 13:.1f}" y="{baseline:.1f}" fill="var(--ink)" font-weight="600">{escape(title)}</text>'
    if line:
        text += f'<text x="{box.x + 13:.1f}" y="{box.y + 35:.1f}" fill="var(--muted)">{escape(line)}</text>'
    return (
        f"<g><title>{escape(box.title)}: {escape(box.line)}</title>"
        f'<rect {frame} width="{box.width:.1f}" rx="3" fill="var(--panel)" stroke="var(--line)"></rect>'
        f'{_red(frame, box)}<rect {frame} width="5" fill="{box.colour}"></rect>{text}</g>'
    )


def _red(frame: str, box: Box) -> str:
    if not box.redness:
        return ""
    depth = 0.08 + 0.32 * box.redness
    return f'<rect {frame} width="{box.width:.1f}" rx="3" fill="var(--risk)" fill-opacity="{depth:.2f}"></rect>'


def _cut(text: str, most: float) -> str:
    return text if len(text) <= most else text[: int(most) - 1].rstrip() + "…"
