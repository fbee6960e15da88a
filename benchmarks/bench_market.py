"""The market measured: releases to tables, mentions to links, names of sanctioned firms across scripts, search.

Everything made here is made up from a fixed seed; published data is read from ../shared/data where it is. The halves of
the published names are fixed by a hash of the record's number: half 0 was looked at while building, half 1 only in its
scores, which were seen between versions.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import flatterer
import pymorphy3

from secondsource.market import bridge, fresh, index, register
from secondsource.market import pages as supplier_pages
from secondsource.market.clusters import cluster
from secondsource.market.evidence import evidence
from secondsource.market.flatten import flatten
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Page, Record
from secondsource.market.places import Places
from secondsource.market.sample import pages
from secondsource.market.scoring import JOIN, REVIEW, Link, Mention, score, weigh
from secondsource.market.search import categories, search
from secondsource.market.shares import estimated

SANCTIONS = Path(__file__).parents[2] / "shared/data/market/sanctions_eu_elf/32014R0269.csv"
CPV = Path(__file__).parents[2] / "shared/data/market/cpv_dk021"
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
    peers(path, size)


def peers(path: Path, size: float) -> None:
    """Print how fast other programs read the same file: flatterer to all its tables, ocdskit (whose
    compiling asks the network for a schema) only reading and writing it.
    """
    started = time.perf_counter()
    flatterer.flatten(str(path), str(path.parent / "flatterer"), ndjson=True, force=True)
    print(f"flatterer, to all tables: {size / (time.perf_counter() - started):.0f} MB/s")
    tenth = path.with_name("tenth.jsonl")
    with path.open("rb") as whole, tenth.open("wb") as part:
        part.writelines(itertools.islice(whole, int(size) * 10))
    command = [str(Path(sys.executable).with_name("ocdskit")), "echo"]
    started = time.perf_counter()
    with tenth.open("rb") as given, path.with_name("echoed.jsonl").open("wb") as echoed:
        done = subprocess.run(command, stdin=given, stdout=echoed, stderr=subprocess.PIPE)
    rate = tenth.stat().st_size / 1e6 / (time.perf_counter() - started)
    said = f"{rate:.1f} MB/s" if not done.returncode else f"failed: {done.stderr.decode()[-200:].strip()}"
    print(f"ocdskit echo, {tenth.stat().st_size / 1e6:.0f} MB of it: {said}")


def mentions(count: int) -> tuple[list[Mention], dict[str, int]]:
    """Return made-up mentions and the firm behind each: one to three of a firm, in two scripts, some with a typo.

    A firm has one or two words of two million and in half of all cases a trade, which its Latin spelling translates; it
    sits in one of 2,000 towns, which one mention in four does not say. Seven mentions in ten carry the firm's number.
    """
    chance = random.Random(7)
    found: list[Mention] = []
    truth: dict[str, int] = {}
    firm = 0
    while len(found) < count:
        firm += 1
        own = " ".join(
            "".join(chance.choices(SYLLABLES, k=chance.choice((3, 4)))) for _ in range(chance.choice((1, 2, 2)))
        )
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
            number = f"XX-REG-{firm}" if chance.random() < 0.7 else ""
            found.append(Mention(key, name, number, "UA", "", town if chance.random() < 0.75 else ""))
            truth[key] = firm
    return found, truth


def resolving(count: int) -> None:
    """Print how well and fast made-up mentions are linked."""
    found, truth = mentions(count)
    started = time.perf_counter()
    weights = weigh(each.name for each in found)
    links = score(found, weights, shares=estimated(found, weights))
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
        own = [row for row in rows if int(hashlib.sha256(row["recordId"].encode()).hexdigest(), 16) % 2 == half]
        names = {name: row["recordId"] for row in own for name in names_in(row)}
        found = [Mention(hashlib.sha256(name.encode()).hexdigest()[:12], name) for name in names]
        truth = {each.key: names[each.name] for each in found}
        positive = sum(size * (size - 1) // 2 for size in Counter(truth.values()).values())
        started = time.perf_counter()
        links = score(found, weigh(names))
        rest = f"{len(found)} names, {positive} pairs, translations among them, {time.perf_counter() - started:.1f} s"
        report(f"sanctioned firms, half {half},", links, truth, positive, rest)
        two_scripts(half, own, {each.name: each.key for each in found}, links)


def names_in(row: dict[str, str]) -> list[str]:
    """The names that the list has of a firm, those in brackets apart where they are Cyrillic; the listed name first."""
    found = []
    for part in [row["name"], *row["alias"].split(";")]:
        inside = [each for each in re.findall(r"\(([^()]*)\)", part) if re.search("[а-яА-Я]{4}", each)]
        found += [re.sub(r"\s*\([^()]*\)", "", part).strip(), *(each.strip() for each in inside)]
    return [name for name in dict.fromkeys(found) if len(name) >= 4]


def two_scripts(half: int, rows: list[dict[str, str]], keys: dict[str, str], links: list[Link]) -> None:
    """Print how well the listed name of a firm, where it is Latin, is linked with its only Cyrillic spelling.

    The rule looks at letters alone, at no score: a firm of which the list has exactly one name in Cyrillic (four such
    letters in a row, no three Latin ones), whose first name has three Latin letters in a row and no Cyrillic word. So
    the two are mostly one name in two scripts, spelt or translated, and not another name of the firm.
    """
    pairs = set()
    for row in rows:
        first, *others = names_in(row) or [""]
        cyrillic = [
            each for each in (first, *others)
            if re.search("[а-яА-ЯіїєґІЇЄҐ]{4}", each) and not re.search("[A-Za-z]{3}", each)
        ]  # fmt: skip
        if len(cyrillic) == 1 and re.search("[A-Za-z]{3}", first) and not re.search("[а-яА-ЯіїєґІЇЄҐ]{4}", first):
            pairs.add((keys[first], keys[cyrillic[0]]))
    latin, other = ({pair[side] for pair in pairs} for side in (0, 1))
    right = {tuple(sorted(pair)) for pair in pairs}
    for threshold in (REVIEW, JOIN):
        taken = {
            (each.first, each.second) for each in links if each.probability >= threshold
            and ((each.first in latin and each.second in other) or (each.first in other and each.second in latin))
        }  # fmt: skip
        good = len(taken & right)
        f1 = 2 * good / (len(taken) + len(right))
        print(f"names in two scripts, half {half}, from {threshold}: P {good / max(len(taken), 1):.3f} "
              f"R {good / len(right):.3f} F1 {f1:.3f}; {len(right)} pairs")  # fmt: skip


WORKS = (
    "Послуги з прибирання|Будівництво|Поточний ремонт|Капітальний ремонт|Постачання|Технічне обслуговування|Монтаж|"
    "Услуги по уборке|Строительство|Текущий ремонт|Капитальный ремонт|Поставка|Техническое обслуживание|Прокладка|"
    "Cleaning of|Construction of|Repair of|Renovation of|Supply of|Maintenance of|Installation of|Design of"
).split("|")
THINGS = (
    "офісних приміщень|шкільних меблів|електричних мереж|кабельних ліній|водопроводу|медичного обладнання|автомобілів|"
    "комп'ютерної техніки|дорожнього покриття|покрівлі|ліфтів|котельні|опалення|вікон та дверей|харчових продуктів|"
    "офисных помещений|школьной мебели|электрических сетей|кабельных линий|водопровода|медицинского оборудования|"
    "компьютерной техники|дорожного покрытия|кровли|лифтов|котельной|отопления|окон и дверей|продуктов питания|"
    "offices|school furniture|electrical networks|cable lines|water pipes|medical equipment|vehicles|computers|roads|"
    "roofs|lifts|boiler houses|heating|windows and doors|food|street lighting|playgrounds|fire alarms|printers"
).split("|")


def tables_of(generation: Path, suppliers: int) -> None:
    """Write the tables of a made-up generation: two processes of each supplier, each with an award and a contract."""
    generation.mkdir(parents=True)
    connection = duckdb.connect()
    for name, words in (("works", WORKS), ("things", THINGS)):
        connection.execute(f"CREATE TABLE {name} AS SELECT unnest($1::VARCHAR[]) AS text", [words])
        connection.execute(
            f"CREATE SEQUENCE {name}_n; ALTER TABLE {name} ADD COLUMN n BIGINT DEFAULT nextval('{name}_n')"
        )
    connection.execute(f"""CREATE TABLE p AS SELECT range AS n, range // 2 AS s, hash(range) AS h,
        'made-up' AS source, 'p' || range AS ocid, 'f' || (range // 2) AS party FROM range({2 * suppliers})""")
    connection.execute(f"""CREATE TABLE t AS SELECT p.*, w.text || ' ' || g.text || ' № ' || (h % 900) AS title,
        lpad((10 + h // 7 % {len(THINGS)})::VARCHAR, 2, '0') || lpad((h // 11 % 90 * 10000)::VARCHAR, 6, '0') AS code
        FROM p JOIN works w ON w.n = 1 + h % {len(WORKS)} JOIN things g ON g.n = 1 + h // 7 % {len(THINGS)}""")
    empty = "NULL::VARCHAR"
    money = "DECIMAL(24,6)"
    for name, query in {
        "processes": f"""source, ocid, title, 'b' || (h % 5000) AS buyer, 'Buyer ' || (h % 5000) AS buyer_name,
            '2025-01-01' AS date, 'open' AS method, {empty} AS criteria, '2025-01-01' AS start_date,
            '2025-02-01' AS end_date""",
        "parties": """source, ocid, party, 'Фірма ' || s AS name, ['supplier'] AS roles, 'sme' AS scale""",
        "mentions": """source, ocid, party, 'm' || s AS mention, 'S' || s AS supplier, 'Фірма ' || s AS name,
            '' AS identifier, 'UA' AS country, 'область ' || (s % 25) AS region, 'місто ' || (s % 900) AS locality""",
        "items": f"""source, ocid, '1' AS item, title AS description, 'CPV' AS scheme, code, {empty} AS label,
            10 AS quantity, 'kg' AS unit, (50 + h % 1000)::{money} AS unit_price, 'UAH' AS currency""",
        "awards": f"""source, ocid, '1' AS award, 'active' AS status, '2025-02-15' AS date,
            (1000 + h % 100000)::{money} AS amount, 'UAH' AS currency, [party] AS suppliers, '1' AS bid""",
        "bids": f"""source, ocid, '1' AS bid, 'valid' AS status, '2025-01-20' AS date,
            (1000 + h % 100000)::{money} AS amount, 'UAH' AS currency, [party] AS tenderers""",
        "contracts": f"""source, ocid, '1' AS contract, '1' AS award, 'terminated' AS status, '2025-03-01' AS signed,
            '2025-03-01' AS start_date, '2025-09-01' AS end_date, '2025-09-01' AS first_end_date,
            (1000 + h % 100000)::{money} AS amount, 'UAH' AS currency, NULL::{money} AS first_amount,
            NULL::{money} AS paid, {empty} AS termination, NULL::VARCHAR[] AS changes""",
    }.items():
        connection.execute(f"COPY (SELECT {query} FROM t) TO '{generation}/{name}.parquet' (FORMAT parquet)")
    connection.execute(f"""COPY (SELECT 'R018' AS code, source, ocid, '' AS party, 1::DOUBLE AS value FROM t
        WHERE n % 20 = 0)
        TO '{generation}/flags.parquet' (FORMAT parquet)""")


def searching(folder: Path, suppliers: int) -> None:
    """Print how fast a register is searched with evidence rows, and how fast the page of a supplier comes."""
    places = Places(folder / "market")
    generation = places.fresh()
    generation.rmdir()
    tables_of(generation, suppliers)
    started = time.perf_counter()
    supplier_pages.write(generation)
    paged = time.perf_counter() - started
    index.build(generation, places.lists)
    places.publish(generation)
    seconds = time.perf_counter() - started
    size = sum(each.stat().st_size for each in generation.rglob("*") if each.is_file()) / 1e6
    print(f"indexing {suppliers} suppliers: {seconds:.0f} s, pages {paged:.0f} s, {size:.0f} MB, {peak():.2f} GB")
    asking(places)


def asking(places: Places) -> None:
    """Print how long 400 searches take, half of them within a region, and the page of the best of each."""
    chance = random.Random(5)
    times, page_times = [], []
    for number in range(400):
        query = f"{chance.choice(WORKS)} {chance.choice(THINGS)}"
        started = time.perf_counter()
        hits = search(places.published(), query, region=f"область {number % 25}" if number % 2 else "")
        times.append(time.perf_counter() - started)
        started = time.perf_counter()
        evidence(places, hits[0].supplier)
        page_times.append(time.perf_counter() - started)
    for title, found in (("first search", times[:1]), ("search with evidence rows", times[1:]), ("page", page_times)):
        worst = statistics.quantiles(found, n=20)[18] if len(found) > 1 else found[0]
        print(f"{title}: p50 {statistics.median(found) * 1e3:.1f} ms, p95 {worst * 1e3:.1f} ms")


def growing(folder: Path, count: int) -> None:
    """Print how soon new records are seen, and how long a resolve takes that adds 1,000 mentions to many."""
    places = Places(folder / "growing")
    found, _truth = mentions(count + 1_000)
    chance = random.Random(3)
    records = [_process(number, found[number : number + 2], chance) for number in range(0, len(found), 2)]
    older, newer = records[: count // 2], records[count // 2 :]
    now = datetime(2026, 1, 1, tzinfo=UTC)
    journal = Journal(places.journal)
    for start in range(0, len(older), 20_000):
        journal.append("made-up", Page(tuple(older[start : start + 20_000])), now)
    started = time.perf_counter()
    held = register.resolve(places)
    print(f"a register of {held.mentions} mentions made whole: {time.perf_counter() - started:.1f} s, {peak():.2f} GB")
    seen = []
    for each in newer[:20]:
        title = json.loads(each.body)["tender"]["title"]
        started = time.perf_counter()
        keep(journal, "made-up", [Page((each,))], lambda: now, seen=fresh.keeper(places, "made-up"))
        hits = search(places.published(), title)
        seen.append(time.perf_counter() - started)
        assert any(title in hit.titles for hit in hits)
    print(f"a new record kept and found: p50 {statistics.median(seen) * 1e3:.0f} ms, worst {max(seen) * 1e3:.0f} ms")
    keep(journal, "made-up", [Page(tuple(newer))], lambda: now, seen=fresh.keeper(places, "made-up"))
    started = time.perf_counter()
    held = register.resolve(places)
    print(f"{len(newer)} new records with 1,000 mentions resolved into {held.mentions}: "
          f"{time.perf_counter() - started:.1f} s, {peak():.2f} GB")  # fmt: skip


def _process(number: int, parties: list[Mention], chance: random.Random) -> Record:
    """A process in which two firms bid; the first wins."""
    price = chance.randrange(50, 1000)
    kind = {"scheme": "CPV", "id": f"{chance.randrange(10, 60)}{chance.randrange(90):02d}0000-1"}
    value = {"amount": price, "currency": "UAH"}
    body = {
        "ocid": f"g{number}", "id": "1", "date": "2025-03-01", "buyer": {"id": f"b{number % 5000}", "name": "Buyer"},
        "parties": [
            {"id": each.key, "name": each.name, "roles": ["tenderer", "supplier"],
             "identifier": {"scheme": "XX-REG", "id": each.identifier.rpartition("-")[2]},
             "address": {"countryName": "UA", "locality": each.locality}} for each in parties
        ],
        "tender": {
            "title": f"{chance.choice(WORKS)} {chance.choice(THINGS)} № {number}", "procurementMethod": "open",
            "items": [{"id": "1", "description": "x", "classification": kind, "quantity": 10,
                       "unit": {"name": "kg", "value": value}}],
        },
        "awards": [{"id": "1", "status": "active", "date": "2025-02-15", "value": value,
                    "suppliers": [{"id": parties[0].key}]}],
    }  # fmt: skip
    return Record(f"g{number}", "1", "ocds", json.dumps(body, ensure_ascii=False).encode())


def held_out(code: str) -> bool:
    """Whether a category is among the tenth whose labels no bridge is learnt from; fixed by a hash of the code."""
    return int(hashlib.sha256(code.encode()).hexdigest(), 16) % 10 == 3


def categorising(folder: Path) -> None:
    """Print how often a label finds its category among ten where only another language has that label.

    The bridge is learnt from nine tenths of three lists. The index has the labels of one language, and is asked for the
    other tenth in another. Inflected forms: the label's own words in another case or number, in one language.
    """
    if not CPV.is_dir():
        print("categories: ../shared/data is not there")
        return
    files = {"en": "cpv_en.json", "ru": "cpv_ru.json", "uk": "dk021_uk.json"}
    labels = {language: json.loads((CPV / file).read_text("utf-8-sig")) for language, file in files.items()}
    common = set.intersection(*(set(each) for each in labels.values()))
    held = sorted(code for code in common if held_out(code))
    learnt = folder / "learnt"
    write_lists(learnt, labels)
    bridge.learn(learnt, leave_out={code[:8] for code in held})
    for language in files:
        place = folder / language
        write_lists(place / "lists", {language: labels[language]})
        shutil.copyfile(learnt / bridge.FILE, place / bridge.FILE)
        generation_without_records(place)
        index.build_labels(place, place / "lists")
    recalls = []
    for asked, answered in itertools.permutations(files, 2):
        place = folder / answered
        found = sum(code[:8] in dict(categories(place, labels[asked][code], limit=10)) for code in held)
        recalls.append(found / len(held))
        print(f"category of a held-out label, asked in {asked}, known in {answered}: recall at 10 {recalls[-1]:.3f}")
    print(f"the same, mean of six: {statistics.mean(recalls):.3f} over {len(held)} codes")
    inflecting(folder, labels, held)


def write_lists(place: Path, labels: dict[str, dict[str, str]]) -> None:
    """Write lists as an import keeps them."""
    place.mkdir(parents=True)
    for language, codes in labels.items():
        (place / f"cpv-{language}.json").write_text(json.dumps({"codes": codes}, ensure_ascii=False), "utf-8")


def generation_without_records(place: Path) -> None:
    """Write an empty table of items, as a generation has one."""
    duckdb.execute(f"COPY (SELECT '' AS code, '' AS label WHERE false) TO '{place}/items.parquet' (FORMAT parquet)")


def inflecting(folder: Path, labels: dict[str, dict[str, str]], held: list[str]) -> None:
    """Print how often a label in other forms finds its category, all labels being known."""
    place = folder / "inflected"
    write_lists(place / "lists", labels)
    generation_without_records(place)
    index.build_labels(place, place / "lists")
    chance = random.Random(9)
    for language in ("uk", "ru"):
        analyser = pymorphy3.MorphAnalyzer(lang=language)
        asked = found = 0
        for code in held:
            words, changed = re.findall(r"[^\W\d_]+", labels[language][code]), 0
            for number, word in enumerate(words):
                forms = [each.word for each in analyser.parse(word.lower())[0].lexeme if each.word != word.lower()]
                if len(word) > 3 and forms:
                    words[number], changed = chance.choice(forms), changed + 1
            if changed:
                asked += 1
                found += code[:8] in dict(categories(place, " ".join(words), limit=10))
        print(f"inflected labels in {language}: recall at 10 {found / asked:.3f} over {asked}")


if __name__ == "__main__":
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with tempfile.TemporaryDirectory() as temporary:
        flattening(Path(temporary), 40_000 * scale)
        sanctioned()
        resolving(100_000 * scale)
        searching(Path(temporary), 100_000 * scale)
        growing(Path(temporary), 100_000 * scale)
        categorising(Path(temporary))
