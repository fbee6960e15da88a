"""The market measured: releases to tables, mentions to links, names of sanctioned firms across scripts, search.

Everything made here is made up from a fixed seed; published data is read from ../shared/data where it is. The halves of
the published names are fixed by a hash of the record's number: half 0 was looked at while building, half 1 only in its
scores, which were seen between versions.
"""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from secondsource.market.clusters import cluster
from secondsource.market.evidence import evidence
from secondsource.market.flatten import flatten
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Page, Record
from secondsource.market.places import Places
from secondsource.market.register import resolve
from secondsource.market.sample import pages
from secondsource.market.scoring import JOIN, REVIEW, Mention, score, weigh
from secondsource.market.search import search

SANCTIONS = Path(__file__).parents[2] / "shared/data/market/sanctions_eu_elf/32014R0269.csv"
SYLLABLES = (
    "ка ро ми тех буд сер лан вест агро пром ніс дон віт зор гра лем бал тор кун пів міл раз соп тал вер дим кор лус "
    "мат нор пол рів сам тур бен вал гот дел зем лат"
).split()
LATIN = str.maketrans({
    "к": "k", "а": "a", "р": "r", "о": "o", "м": "m", "и": "y", "т": "t", "е": "e", "х": "kh", "б": "b", "у": "u",
    "д": "d", "с": "s", "л": "l", "н": "n", "в": "v", "г": "h", "п": "p", "і": "i", "з": "z", "й": "i",
})  # fmt: skip
TRADES = (
    ("завод", "Plant"), ("сервіс", "Service"), ("торговий дім", "Trading House"), ("будівництво", "Construction"),
    ("енергія", "Energy"), ("транспорт", "Transport"), ("меблі", "Furniture"), ("системи", "Systems"),
)  # fmt: skip


def peak() -> float:
    """Peak memory of this process so far, GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def flattening(folder: Path, releases: int) -> None:
    """Print how fast releases become tables."""
    path = folder / "big.jsonl"
    (page,) = pages()
    bodies = [record.body.decode() for record in page.records]
    padding = json.dumps("текст документа " * 200, ensure_ascii=False)
    with path.open("w", encoding="utf-8") as file:
        for number in range(releases):
            body = bodies[number % len(bodies)].replace('"sample-', f'"big-{number}-', 1)
            file.write(f'{body[:-1]}, "documents": [{{"description": {padding}}}]}}\n')
    size = path.stat().st_size / 1e6
    started = time.perf_counter()
    counts = flatten([path], folder / "tables", source="bench")
    seconds = time.perf_counter() - started
    speed = f"{size / seconds:.0f} MB/s, {peak():.2f} GB"
    print(f"flatten: {size:.0f} MB, {counts['parties']} parties in {seconds:.1f} s: {speed}")


def mentions(count: int) -> tuple[list[Mention], dict[str, int]]:
    """Return made-up mentions and the firm behind each: one to three of a firm, in two scripts, some with a typo.

    A firm has one or two words of 64,000 and in half of all cases a trade, which its Latin spelling translates; it sits
    in one of 2,000 towns, which one mention in four does not say.
    """
    chance = random.Random(7)
    found: list[Mention] = []
    truth: dict[str, int] = {}
    firm = 0
    while len(found) < count:
        firm += 1
        own = " ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(chance.choice((1, 2, 2))))
        trade = chance.choice(TRADES) if chance.random() < 0.5 else ("", "")
        town = f"місто {chance.randrange(2000)}"
        for _ in range(chance.choice((1, 2, 3))):
            if chance.random() < 0.5:
                name = chance.choice(("ТОВ «{}»", "{}, ТОВ", "ПП {}")).format(f"{own} {trade[0]}".strip())
            else:
                name = f"{own.translate(LATIN).title()} {trade[1]} {chance.choice(('LLC', 'TOV', 'Ltd'))}"
            if chance.random() < 0.05:
                place = chance.randrange(4, len(name) - 4)
                name = name[:place] + name[place + 1 :]
            key = f"{len(found):08d}"
            found.append(Mention(key, name, "", "UA", "", town if chance.random() < 0.75 else ""))
            truth[key] = firm
    return found, truth


def resolving(count: int) -> None:
    """Print how well and fast made-up mentions are linked."""
    found, truth = mentions(count)
    started = time.perf_counter()
    links = score(found, weigh(each.name for each in found))
    scored = time.perf_counter() - started
    groups = cluster(found, links, {})
    seconds = time.perf_counter() - started
    sizes = Counter(truth.values())
    positive = sum(size * (size - 1) // 2 for size in sizes.values())
    said = f"{count} in {seconds:.1f} s, {scored:.1f} s of it to score, {peak():.2f} GB"
    report("made-up mentions", links, truth, positive, said)
    joined = {key: number for number, group in enumerate(groups) for key in group}
    sizes, cells = Counter(joined.values()), Counter((joined[key], truth[key]) for key in truth)
    got, right = (sum(n * (n - 1) // 2 for n in each.values()) for each in (sizes, cells))
    print(f"made-up firms: P {right / got:.3f} R {right / positive:.3f} F1 {2 * right / (got + positive):.3f}")


def report(title: str, links: list, truth: dict, positive: int, rest: str) -> None:  # type: ignore[type-arg]
    """Print precision, recall and F1 of links at both thresholds."""
    for threshold in (REVIEW, JOIN):
        taken = [each for each in links if each.probability >= threshold]
        right = sum(truth[each.first] == truth[each.second] for each in taken)
        precision, recall = right / max(len(taken), 1), right / positive
        f1 = 2 * right / (len(taken) + positive)
        print(f"{title} from {threshold}: P {precision:.3f} R {recall:.3f} F1 {f1:.3f}; {rest}")


def sanctioned() -> None:
    """Print how well real names of sanctioned firms are linked across scripts."""
    if not SANCTIONS.is_file():
        print("sanctioned firms: ../shared/data is not there")
        return
    rows = [row for row in csv.DictReader(SANCTIONS.open(encoding="utf-8-sig")) if row["schema"] != "Person"]
    for half in (0, 1):
        names: dict[str, str] = {}
        for row in rows:
            if int(hashlib.sha256(row["recordId"].encode()).hexdigest(), 16) % 2 != half:
                continue
            for part in [row["name"], *row["alias"].split(";")]:
                inside = [each for each in re.findall(r"\(([^()]*)\)", part) if re.search("[а-яА-Я]{4}", each)]
                for name in (re.sub(r"\s*\([^()]*\)", "", part).strip(), *(each.strip() for each in inside)):
                    if len(name) >= 4:
                        names[name] = row["recordId"]
        found = [Mention(hashlib.sha256(name.encode()).hexdigest()[:12], name) for name in names]
        truth = {each.key: names[each.name] for each in found}
        positive = sum(size * (size - 1) // 2 for size in Counter(truth.values()).values())
        started = time.perf_counter()
        links = score(found, weigh(names))
        rest = f"{len(found)} names, {positive} pairs, translations among them, {time.perf_counter() - started:.1f} s"
        report(f"sanctioned firms, half {half},", links, truth, positive, rest)


def searching(folder: Path, suppliers: int) -> None:
    """Print how long a register takes to be made, searched and shown."""
    places = Places(folder / "market")
    (page,) = pages()
    chance = random.Random(3)
    records = []
    for number in range(suppliers):
        release = json.loads(chance.choice(page.records).body)
        name = "".join(chance.choices(SYLLABLES, k=4))
        release["ocid"] = f"s-{number}"
        for party in release["parties"][1:]:
            party.update(name=f"{name} {party['id']}", identifier={})
            party["address"]["locality"] = f"t{number}"
        records.append(Record(release["ocid"], "1", "ocds", json.dumps(release, ensure_ascii=False).encode()))
    keep(Journal(places.journal), "bench", [Page(tuple(records))], lambda: datetime.now(UTC))
    started = time.perf_counter()
    found = resolve(places)
    print(f"resolve: {found.suppliers} suppliers published in {time.perf_counter() - started:.1f} s, {peak():.2f} GB")
    times, supplier = [], ""
    for query in ("прибирання приміщень", "cleaning of offices", "прокладка кабеля", "office desks") * 8:
        started = time.perf_counter()
        supplier = search(places.published(), query, country="ua")[0].supplier
        times.append(time.perf_counter() - started)
    started = time.perf_counter()
    evidence(places, supplier)
    page_time = time.perf_counter() - started
    worst = statistics.quantiles(times, n=20)[18]
    said = f"p50 {statistics.median(times) * 1e3:.0f} ms, p95 {worst * 1e3:.0f} ms; page {page_time * 1e3:.0f} ms"
    print(f"search with evidence rows: {said}")


if __name__ == "__main__":
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as temporary:
        flattening(Path(temporary), 40_000 * scale)
        sanctioned()
        resolving(100_000 * scale)
        searching(Path(temporary), 5_000 * scale)
