"""The commands of the market: keep records, resolve, judge, search, show; not for what they mean."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from secondsource.cli import options
from secondsource.cli.output import data, errors, print_json
from secondsource.cli.usage import Command, Commands
from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _, plural

market = typer.Typer(cls=Commands, add_completion=False, rich_markup_mode=None)

Folder = Annotated[Path, typer.Option("--market", metavar="DIR")]
SourceName = Annotated[str, typer.Argument(metavar="SOURCE")]
Since = Annotated[date | None, typer.Option("--since", metavar="DATE", parser=options.day)]
Until = Annotated[date | None, typer.Option("--until", metavar="DATE", parser=options.day)]
Base = Annotated[str, typer.Option("--base", metavar="URL")]
Private = Annotated[bool, typer.Option("--private")]
Columns = Annotated[Path | None, typer.Option("--columns", metavar="FILE.json")]
ListFile = Annotated[Path | None, typer.Option("--cpv", metavar="FILE.json")]
FormsFile = Annotated[Path | None, typer.Option("--legal-forms", metavar="FILE.csv")]
ListLanguage = Annotated[str, typer.Option("--labels-in", metavar="LANGUAGE")]
Licence = Annotated[str, typer.Option("--licence", metavar="TEXT")]
Issued = Annotated[date | None, typer.Option("--issued", metavar="DATE", parser=options.day)]
Anew = Annotated[bool, typer.Option("--anew")]
EngineName = Annotated[str, typer.Option("--engine", metavar="duckdb|spark")]
Pair = Annotated[str, typer.Option("--pair", metavar="FIRST,SECOND")]
Verdict = Annotated[str, typer.Option("--verdict", metavar="same|different|undone")]
By = Annotated[str, typer.Option("--by", metavar="NAME")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT")]
Query = Annotated[str, typer.Argument(metavar="WORDS")]
Category = Annotated[str, typer.Option("--category", metavar="CODE")]
Country = Annotated[str, typer.Option("--country", metavar="COUNTRY")]
Region = Annotated[str, typer.Option("--region", metavar="REGION")]
Scale = Annotated[str, typer.Option("--scale", metavar="SIZE")]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000)]
AsSuppliers = Annotated[Path | None, typer.Option("--as-suppliers", metavar="DIR")]
InCurrency = Annotated[str, typer.Option("--in", metavar="CURRENCY")]
RatesFile = Annotated[Path | None, typer.Option("--rates", metavar="FILE.csv")]
SupplierId = Annotated[str, typer.Argument(metavar="SUPPLIER")]
HERE = Path("market")


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for name, function in (
        ("ingest", ingest), ("lists", lists), ("resolve", resolve),
        ("review", review), ("search", search), ("show", show),
    ):  # fmt: skip
        market.command(name, cls=Command)(function)
    app.add_typer(market, name="market")


def ingest(
    market_source: SourceName,
    market_folder: Folder = HERE,
    since: Since = None,
    until: Until = None,
    base: Base = "",
    private: Private = False,
    columns: Columns = None,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Keep the records of a source."""
    _require()
    from secondsource.market import fresh, sources
    from secondsource.market.fetch import FeedStopped, Refused
    from secondsource.market.ingest import keep
    from secondsource.market.journal import Journal
    from secondsource.market.places import Places

    journal = Journal(Places(market_folder).journal)
    confirmed = json.loads(columns.read_text("utf-8")) if columns is not None else None
    end = datetime.combine(until, time(), UTC) if until else datetime.now(UTC)
    start = datetime.combine(since, time(), UTC) if since else None
    source, found = sources.pages(
        journal, market_source, since=start, until=end, base=base, private=private, columns=confirmed
    )
    try:
        seen = fresh.keeper(Places(market_folder), source)
        kept = keep(journal, source, found, lambda: datetime.now(UTC), seen=seen)
    except (FeedStopped, Refused) as error:
        _say(_("Stopped: {why}. What came before is kept; run the same command again to go on.", why=error), "bold red")
        return 1
    if as_json:
        print_json({"source": source, **asdict(kept)})
        return 0
    words = _(
        "{new} new records of {source}, {known} known already, {quarantined} in quarantine.",
        source=source,
        **asdict(kept),
    )
    _say(words)
    for _source, each in journal.quarantined()[:10] if kept.quarantined else []:
        _say(f"  {each.place}: {each.reason}")
    return 0


def lists(
    list_file: ListFile = None,
    forms_file: FormsFile = None,
    list_language: ListLanguage = "en",
    licence: Licence = "",
    issued: Issued = None,
    market_folder: Folder = HERE,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Import a code list, or show those on record."""
    _require()
    from secondsource.market.codelists import import_cpv, imported
    from secondsource.market.legal_forms import import_legal_forms
    from secondsource.market.places import Places

    folder, today = Places(market_folder).lists, datetime.now(UTC).date()
    for file in (list_file, forms_file):
        if file is not None and (not licence or issued is None):
            expected = _("a list is imported with its licence (--licence) and the day of its version (--issued)")
            raise InvalidInput([Fault(file.name, "", 0, "", "", expected)])
    if list_file is not None and issued is not None:
        import_cpv(folder, list_file, list_language, licence, issued, today)
    if forms_file is not None and issued is not None:
        import_legal_forms(folder, forms_file, licence, issued, today)
    found = [asdict(each) for each in imported(folder)]
    if as_json:
        print_json(found)
    else:
        heads = (_("List"), _("Language"), _("Codes"), _("Licence"), _("Issued"), _("Imported"))
        names = ("name", "language", "codes", "licence", "issued", "imported")
        _print_table(heads, ([row[name] for name in names] for row in found))
    return 0


def resolve(
    market_folder: Folder = HERE,
    engine: EngineName = "duckdb",
    anew: Anew = False,
    threads: options.Threads = 2,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Make and publish the register."""
    _require()
    from secondsource.market import register as registers
    from secondsource.market.places import Places

    if engine not in ("duckdb", "spark"):
        raise InvalidInput([Fault("", "", 0, "--engine", engine, _("expected duckdb or spark"))])
    found = registers.resolve(Places(market_folder), threads=threads, engine=engine, anew=anew)  # type: ignore[arg-type]
    if as_json:
        print_json(asdict(found))
        return 0
    _say(_("{records} records name {mentions} mentions of {suppliers} suppliers.", **asdict(found)))
    if found.waiting:
        count = found.waiting
        _say(plural("{count} pair waits for a person: secondsource market review",
                    "{count} pairs wait for a person: secondsource market review", count))  # fmt: skip
    return 0


def review(
    pair: Pair = "",
    verdict: Verdict = "",
    by: By = "",
    why: Why = "",
    limit: Limit = 20,
    market_folder: Folder = HERE,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Show the pairs that wait, or judge one."""
    _require()
    from secondsource.market.places import Places
    from secondsource.market.register import waiting

    places = Places(market_folder)
    if pair or verdict:
        _judge(places.decisions, pair, verdict, by, why)
        _say(_("Kept. It takes effect with the next `secondsource market resolve`, and in every one after it."))
        return 0
    found = waiting(places, limit)
    if as_json:
        print_json(found)
        return 0
    for each in found:
        data().print(
            Text(f"{each['first']},{each['second']}  {each['probability']:.2f}  {each['reason']}", style="bold")
        )
        for side in ("first", "second"):
            known = " · ".join(
                str(each[f"{side}_{name}"]) for name in ("name", "identifier", "country") if each[f"{side}_{name}"]
            )
            data().print(Text(f"    {known}"))
    if not found:
        _say(_("No pair waits."))
    return 0


def _judge(decisions: Path, pair: str, verdict: str, by: str, why: str) -> None:
    from secondsource.market.decisions import Decisions

    faults = []
    first, _sign, second = pair.partition(",")
    known = Decisions(decisions).suppliers()
    if not second or first == second or not {first, second} <= known.keys():
        expected = _("expected two mentions of this market with a comma between them, as the review shows them")
        faults.append(Fault("", "", 0, "--pair", pair, expected))
    if verdict not in ("same", "different", "undone"):
        faults.append(Fault("", "", 0, "--verdict", verdict, _("expected same, different or undone")))
    if not by:
        faults.append(Fault("", "", 0, "--by", "", _("say who judges")))
    if faults:
        raise InvalidInput(faults)
    Decisions(decisions).judge(first, second, verdict, by, datetime.now(UTC), why)  # type: ignore[arg-type]  # checked


def search(
    query: Query,
    category: Category = "",
    country: Country = "",
    region: Region = "",
    scale: Scale = "",
    limit: Limit = 10,
    as_suppliers: AsSuppliers = None,
    market_folder: Folder = HERE,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Find suppliers, each with what speaks for it."""
    _require()
    from secondsource.market.places import Places
    from secondsource.market.search import search as find

    generation = Places(market_folder).published()
    hits = find(generation, query, category=category, country=country, region=region, scale=scale, limit=limit)
    if as_suppliers is not None:
        _write_suppliers(as_suppliers, [(each.supplier, each.name, _why(each)) for each in hits], query)
    if as_json:
        print_json([asdict(each) for each in hits])
        return 0
    for each in hits:
        place = ", ".join(part for part in (each.region, each.country) if part)
        data().print(Text.assemble((each.name, "bold"), f"  {each.supplier}  {place}"))
        data().print(Text(f"    {_why(each)}"), soft_wrap=True)
        for title in each.titles:
            data().print(Text(f"    – {title}", style="dim"))
    if not hits:
        _say(_("Nobody was found: try other words, or fewer filters."))
    return 0


def _why(hit: Any) -> str:
    """What speaks for a hit, in one line."""
    if not hit.awards:
        return str(_("bid or is listed; won nothing in these records"))
    values = "; ".join(f"{amount:,.0f} {currency}" for currency, amount in hit.values)
    said = plural("{count} award", "{count} awards", hit.awards)
    buyers = ", ".join(hit.buyers[:3]) + (", …" if len(hit.buyers) > 3 else "")
    return " · ".join(part for part in (str(said), values, f"{hit.first} – {hit.last}", buyers) if part)


def show(
    supplier: SupplierId,
    as_suppliers: AsSuppliers = None,
    in_currency: InCurrency = "",
    rates_file: RatesFile = None,
    market_folder: Folder = HERE,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Show the page of a supplier."""
    _require()
    from secondsource.market.conversion import in_currency as conversion
    from secondsource.market.conversion import own_rates
    from secondsource.market.evidence import evidence
    from secondsource.market.places import Places

    if rates_file is not None and not in_currency:
        raise InvalidInput([Fault("", "", 0, "--rates", "", _("say the currency of the page with --in"))])
    rates = own_rates(rates_file) if rates_file is not None else ()
    found = evidence(Places(market_folder), supplier)
    converted = conversion(found, in_currency.upper(), rates) if in_currency else None
    if as_suppliers is not None:
        sources = sorted({source for row in found.names for source in row["sources"]})
        note = str(_("{count} deliveries on record", count=len(found.deliveries)))
        _write_suppliers(as_suppliers, [(found.supplier, found.names[0]["name"], note)], ", ".join(sources))
    if as_json:
        print_json({**asdict(found), **({"converted": asdict(converted)} if converted else {})})
    else:
        _print_evidence(found)
        if converted is not None:
            _print_converted(converted)
    return 0


def _print_converted(found: Any) -> None:
    _head(_("Share of its deliveries by buyer, in {currency} at the rate of each day", currency=found.currency))
    _print_table(
        (_("Buyer"), _("Deliveries"), _("Value"), _("Share")),
        ([row["buyer"], row["deliveries"], _money(row["amount"], row["currency"]), f"{row['share']:.0%}"]
         for row in found.buyers),
    )  # fmt: skip
    _head(_("Unit prices in {currency}", currency=found.currency))
    _print_table(
        (_("Category"), _("What"), _("Price"), _("Median"), _("Rate of"), _("Source")),
        ([row["code"], row["description"], _money(row["unit_price"], row["currency"]), _money(row["median"], ""),
          row["rate_day"], row["rate_source"]] for row in found.prices),
    )  # fmt: skip
    if found.missing:
        _head(_("Left out, for want of a rate"))
        _print_table(
            (_("Process"), _("Value"), _("Day"), _("Why")),
            ([row["ocid"], _money(row["amount"], row["currency"]), row["day"], row["why"]] for row in found.missing),
        )


def _print_evidence(found: Any) -> None:
    from secondsource.market.flags import TITLES

    data().print(Text.assemble((found.names[0]["name"], "bold"), f"  {found.supplier}"))
    _head(_("Names and identifiers"))
    _print_table(
        (_("Name"), _("Identifier"), _("Place"), _("Processes"), _("Sources")),
        ([row["name"], row["identifier"], ", ".join(x for x in (row["locality"], row["region"], row["country"]) if x),
          row["processes"], ", ".join(row["sources"])] for row in found.names),
    )  # fmt: skip
    _head(_("Deliveries"))
    _print_table(
        (_("Day"), _("Value"), _("Buyer"), _("What"), _("Outcome"), _("Process")),
        ([row["day"], _money(row["amount"], row["currency"]), row["buyer"], row["title"], row["outcome"], row["ocid"]]
         for row in found.deliveries),
    )  # fmt: skip
    _head(_("Unit prices beside the market's median"))
    _print_table(
        (_("Category"), _("What"), _("Price"), _("Median"), _("Offers"), _("Ratio")),
        ([row["code"], row["description"], _money(row["unit_price"], row["currency"]), _money(row["median"], ""),
          row["offers"], f"{row['ratio']:.2f}"] for row in found.prices),
    )  # fmt: skip
    _head(_("Share of its awarded value by buyer"))
    _print_table(
        (_("Buyer"), _("Awards"), _("Value"), _("Share")),
        (
            [row["buyer"], row["awards"], _money(row["amount"], row["currency"]), f"{row['share']:.0%}"]
            for row in found.buyers
        ),
    )
    _head(_("Reliability: contracts and bids counted (a contract that `terminated` ended; that is no failure)"))
    data().print(Text("  " + " · ".join(f"{name} {count}" for name, count in found.reliability.items())))
    _head(_("Red flags of the processes it took part in: hints about the process, not marks against the supplier"))
    _print_table(
        (_("Flag"), _("Meaning"), _("Process"), _("Value")),
        ([each.code, TITLES[each.code], each.ocid or "–", f"{each.value:.3g}"] for each in found.flags),
    )


def _money(amount: Any, currency: str | None) -> str:
    return "" if amount is None else f"{amount:,.2f} {currency or ''}".strip()


def _head(text: Message) -> None:
    data().print(Text(f"\n{text}", style="bold"))


def _print_table(heads: Sequence[Message], rows: Iterable[Sequence[object]]) -> None:
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    for head in heads:
        table.add_column(str(head), overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    if table.row_count:
        data().print(table)
    else:
        data().print(Text("  –", style="dim"))


def _write_suppliers(folder: Path, rows: Sequence[tuple[str, str, str]], source: str) -> None:
    """Write suppliers.csv of a problem, with where each comes from; a file that is there is not overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "suppliers.csv").open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("supplier", "name", "source", "note"))
        writer.writerows((id, name, f"market: {source}", note) for id, name, note in rows)
    _say(_("Written: {file}", file=folder / "suppliers.csv"))


def _require() -> None:
    from secondsource.market.extra import require

    require()


def _say(line: str | Message, style: str = "") -> None:
    errors().print(Text(str(line), style=style), soft_wrap=True)
