"""Mentions into firms: links taken strongest first, never across a contradiction; not for scoring links.

The result depends on the set of mentions, links and judgements alone, not on the order in which they came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from secondsource.market.decisions import Judgement
from secondsource.market.scoring import JOIN, Link, Mention


def cluster(
    mentions: Sequence[Mention], links: Iterable[Link], judgements: Mapping[tuple[str, str], Judgement]
) -> list[frozenset[str]]:
    """Return the keys of the mentions of each firm.

    What a person judged comes first and is never overridden; then equal identifiers; then links from `JOIN` up, by
    falling probability. A link is not taken where it would bring together two mentions that a person calls different,
    or two valid numbers of one register.
    """
    firms = _Firms(mentions)
    for pair, each in sorted(judgements.items()):
        if each.verdict == "different":
            firms.separate(*pair)
    for pair, each in sorted(judgements.items()):
        if each.verdict == "same":
            firms.join(*pair, by_person=True)
    numbered: dict[str, str] = {}
    for mention in sorted(mentions, key=lambda each: each.key):
        if mention.identifier:
            firms.join(numbered.setdefault(mention.identifier, mention.key), mention.key)
    for link in sorted(links, key=lambda each: (-round(each.probability, 9), each.first, each.second)):
        if link.probability >= JOIN:
            firms.join(link.first, link.second)
    return firms.groups()


class _Firms:
    """Disjoint groups of mentions with their numbers and the groups that they must not join."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self.parent = {each.key: each.key for each in mentions}
        self.numbers: dict[str, dict[str, str]] = {}
        self.apart: defaultdict[str, set[str]] = defaultdict(set)
        for each in mentions:
            self.numbers[each.key] = dict([_register(each.identifier)]) if each.identifier else {}

    def find(self, key: str) -> str:
        while self.parent[key] != key:
            self.parent[key] = self.parent[self.parent[key]]
            key = self.parent[key]
        return key

    def separate(self, one: str, other: str) -> None:
        if one in self.parent and other in self.parent:
            self.apart[one].add(other)
            self.apart[other].add(one)

    def join(self, one: str, other: str, by_person: bool = False) -> None:
        if one not in self.parent or other not in self.parent:
            return
        one, other = self.find(one), self.find(other)
        if one == other or other in self.apart[one]:
            return
        ours, theirs = self.numbers[one], self.numbers[other]
        if not by_person and any(theirs.get(register, number) != number for register, number in ours.items()):
            return
        kept, gone = min(one, other), max(one, other)
        self.parent[gone] = kept
        self.numbers[kept] = {**self.numbers[gone], **self.numbers[kept]}
        for each in self.apart.pop(gone, set()):
            self.apart[each].discard(gone)
            self.apart[each].add(kept)
            self.apart[kept].add(each)

    def groups(self) -> list[frozenset[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for key in self.parent:
            found[self.find(key)].add(key)
        return sorted((frozenset(each) for each in found.values()), key=min)


def _register(identifier: str) -> tuple[str, str]:
    register, _sign, number = identifier.rpartition("-")
    return register, number


def named(groups: Sequence[frozenset[str]], earlier: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the supplier of each mention, and the earlier ids that are now part of another.

    A supplier's id is made of the key of the mention that it was founded on, and stays with that mention: when firms
    are joined the smallest of their ids stays, and when one is split each id stays where its founding mention is.
    """
    suppliers: dict[str, str] = {}
    former: dict[str, str] = {}
    homes = {key: number for number, group in enumerate(groups) for key in group}
    founders = {f"S{key}": homes[key] for key in homes}
    for number, group in enumerate(groups):
        had = sorted({earlier[key] for key in group if key in earlier})
        own = [each for each in had if founders.get(each) == number]
        chosen = own[0] if own else f"S{min(group)}"
        suppliers.update(dict.fromkeys(group, chosen))
        former.update({each: chosen for each in own if each != chosen})
    return suppliers, former
