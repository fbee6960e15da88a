"""The commands of a market that is watched: screen against lists; not for what they mean."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from secondsource.cli import options
from secondsource.cli.market_commands import (
    HERE,
    By,
    Category,
    Country,
    Folder,
    Limit,
    Query,
    Why,
    _print_table,
    _require,
    _say,
    market,
)  # fmt: skip
from secondsource.cli.output import data, print_json
from secondsource.cli.usage import Command
from secondsource.errors import Fault, InvalidInput
from secondsource.language import _, plural

ScreenList = Annotated[str, typer.Option("--list", metavar="FILE")]
ListName = Annotated[str, typer.Option("--as", metavar="NAME")]
ListLicence = Annotated[str, typer.Option("--licence", metavar="TEXT")]
AlertId = Annotated[str, typer.Option("--alert", metavar="ID")]
ScreenVerdict = Annotated[str, typer.Option("--verdict", metavar="cleared|confirmed|undone")]
NeedsFile = Annotated[str, typer.Option("--needs", metavar="FILE")]
Withdraw = Annotated[str, typer.Option("--withdraw", metavar="NEED")]
Threshold = Annotated[float, typer.Option("--threshold", metavar="MONEY", min=0)]
Answer = Annotated[str, typer.Option("--answer", metavar="snoozed|dismissed|done")]
SnoozeDays = Annotated[int, typer.Option("--days", metavar="N", min=1, max=3650)]
Proposed = Annotated[str, typer.Option("--proposed", metavar="NEED")]
HourPrice = Annotated[float, typer.Option("--hour-price", metavar="MONEY", min=0)]
CapturedBy = Annotated[str, typer.Option("--by", metavar="source|year")]
Everything = Annotated[bool, typer.Option("--all")]


def register() -> None:
    """Add the commands to those of the market."""
    for name, function in (
        ("screen", screen),
        ("watch", watch),
        ("alerts", alerts),
        ("unseen", how_many_unseen),
        ("plan-capacity", plan_capacity),
        ("assistant", assistant),
    ):
        market.command(name, cls=Command)(function)


def screen(
    screen_list: ScreenList = "",
    list_name: ListName = "",
    licence: ListLicence = "",
    alert: AlertId = "",
    screen_verdict: ScreenVerdict = "",
    by: By = "",
    why: Why = "",
    everything: Everything = False,
    limit: Limit = 20,
    threads: options.Threads = 2,
    market_folder: Folder = HERE,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Show who may be on a list, or say what became of an alert; 1 where an alert waits for a person."""
    _require()
    from secondsource.market.places import Places
    from secondsource.market.screening import Screening, find

    places = Places(market_folder)
    places.published()
    screening = Screening(places)
    if screen_list:
        _keep_list(screening, screen_list, list_name, licence)
    if not screening.lists():
        expected = _("there is no list yet: give one with --list FILE, or try --list sample")
        raise InvalidInput([Fault("", "", 0, "--list", "", expected)])
    found = screening.alerts(threads=threads)
    if alert or screen_verdict:
        _check_verdict(screen_verdict, by)
        screening.judge(find(found, alert), screen_verdict, by, datetime.now(UTC), why)  # type: ignore[arg-type]
        _say(_("Kept. The alert is raised anew when the entry of the list changes."))
        return 0
    waiting = [each for each in found if each.status in ("new", "changed")]
    shown = found if everything else waiting
    if as_json:
        print_json([_as_row(each) for each in shown])
        return 1 if waiting else 0
    for each in shown[:limit]:
        _print_screening(each)
    count = len(waiting)
    _say(plural("{count} alert waits for a person; {judged} were judged before.",
                "{count} alerts wait for a person; {judged} were judged before.",
                count, judged=len(found) - count))  # fmt: skip
    if waiting and not everything:
        _say("  secondsource market screen --alert ID --verdict cleared|confirmed --by NAME --why TEXT")
    return 1 if waiting else 0


def _keep_list(screening: Any, file: str, name: str, licence: str) -> None:
    from secondsource.market import watch_sample

    now = datetime.now(UTC)
    if file == "sample":
        kept = screening.keep_entries(watch_sample.LIST, watch_sample.ENTRIES, now, file="sample", licence="made up")
    elif Path(file).is_file():
        kept = screening.keep(Path(file), now, name=name, licence=licence)
    else:
        raise InvalidInput([Fault("", "", 0, "--list", file, _("there is no such file"))])
    _say(_("{name}: {entries} entries, {new} new, {changed} changed, {gone} gone.", **asdict(kept)))


def _check_verdict(verdict: str, by: str) -> None:
    faults = []
    if verdict not in ("cleared", "confirmed", "undone"):
        faults.append(Fault("", "", 0, "--verdict", verdict, _("expected cleared, confirmed or undone")))
    if not by:
        faults.append(Fault("", "", 0, "--by", "", _("say who judges")))
    if faults:
        raise InvalidInput(faults)


def _as_row(alert: Any) -> dict[str, Any]:
    return {**asdict(alert), "why": [str(each) for each in alert.why()]}


def _print_screening(alert: Any) -> None:
    entry = alert.entry
    like = (f"{alert.score:.0%}", "bold red")
    head = Text.assemble((alert.name, "bold"), f"  {alert.supplier}  ≈ {alert.entry_name}  ", like)
    data().print(head.append(f"  {alert.on_list}  ").append(alert.id, "bold"), soft_wrap=True)
    data().print(Text("    " + " ".join(str(each) for each in alert.why())), soft_wrap=True)
    facts = (", ".join(entry.topics), ", ".join(entry.programmes), entry.since, entry.reason[:200])
    data().print(Text("    " + " · ".join(each for each in facts if each), style="dim"), soft_wrap=True)
    if alert.judged is not None:
        said = _("{verdict} by {by} on {day}: {why}", verdict=alert.judged.verdict, by=alert.judged.judged_by,
                 day=alert.judged.judged[:10], why=alert.judged.reason or "–")  # fmt: skip
        data().print(Text(f"    {said}"), soft_wrap=True)
    for field, before, now in alert.differences:
        values = {"field": field, "before": before or "–", "now": now or "–"}
        since = _("The entry has changed since, {field}: {before} → {now}", **values)
        data().print(Text(f"    {since}", style="yellow"), soft_wrap=True)


def watch(
    needs_file: NeedsFile = "",
    take_proposed: Proposed = "",
    withdraw: Withdraw = "",
    threshold: Threshold = 1000.0,
    today: options.Today = None,
    everything: Everything = False,
    threads: options.Threads = 2,
    market_folder: Folder = HERE,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Look at every standing need anew, and print what is worth an alert."""
    _require()
    from secondsource.advice.watching import card, look
    from secondsource.market.places import Places
    from secondsource.market.watch_memory import WatchMemory

    places = Places(market_folder)
    places.published()
    memory = WatchMemory(places)
    if withdraw:
        if not memory.withdraw(withdraw):
            raise InvalidInput([Fault("", "", 0, "--withdraw", withdraw, _("is no need that is watched"))])
        _say(_("{need} is watched no more.", need=withdraw))
        return 0
    if needs_file:
        memory.stand(_needs(places, needs_file))
    if take_proposed:
        memory.stand([_proposed(places, take_proposed)])
    standing = memory.needs()
    if not standing:
        expected = _("nothing is watched yet: give standing needs with --needs FILE, or try --needs sample")
        raise InvalidInput([Fault("", "", 0, "--needs", "", expected)])
    now = datetime.now(UTC)
    found = look(places, today or now.date(), now, threshold=threshold, threads=threads)
    spoken = [card(each) for each in found if each.spoken]
    shown = [card(each) for each in found] if everything else spoken
    if as_json:
        print_json([_card_row(each) for each in shown])
        return 0
    for each in shown:
        _print_card(each)
    quiet = len(found) - len(spoken)
    _say(plural("{needs} standing needs looked at; {count} alert, {quiet} silent.",
                "{needs} standing needs looked at; {count} alerts, {quiet} silent.",
                len(spoken), needs=len(standing), quiet=quiet))  # fmt: skip
    if spoken:
        _say("  secondsource market alerts --alert ID --answer snoozed|dismissed|done --by NAME")
    return 0


def _proposed(places: Any, name: str) -> Any:
    from secondsource.market.assistant import proposed

    found = proposed(places)
    if name not in found:
        expected = _("was not proposed; proposed are: {names}", names=", ".join(found) or "–")
        raise InvalidInput([Fault("", "", 0, "--proposed", name, expected)])
    return found[name]


def assistant(market_folder: Folder = HERE, language: options.Language = "") -> int:
    """Serve the market to an assistant program over its standard streams."""
    _require()
    from secondsource.market.assistant import server
    from secondsource.market.places import Places

    server(Places(market_folder)).run("stdio")
    return 0


def _needs(places: Any, file: str) -> Any:
    from secondsource.market import watch_sample
    from secondsource.market.needs import read_needs
    from secondsource.market.outlook import names_of

    if file == "sample":
        return watch_sample.needs(names_of(places))
    if not Path(file).is_file():
        raise InvalidInput([Fault("", "", 0, "--needs", file, _("there is no such file"))])
    return read_needs(Path(file))


def alerts(
    alert: AlertId = "",
    answer: Answer = "",
    snooze_days: SnoozeDays = 30,
    by: By = "",
    why: Why = "",
    today: options.Today = None,
    everything: Everything = False,
    market_folder: Folder = HERE,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Show the alerts that are open, or answer one."""
    _require()
    from secondsource.advice.watching import is_open
    from secondsource.market.places import Places
    from secondsource.market.watch_memory import WatchMemory

    memory = WatchMemory(Places(market_folder))
    now = datetime.now(UTC)
    day: date = today or now.date()
    cards = memory.inbox()
    if alert or answer:
        card = next((each for each in cards if each.id == alert), None)
        faults = []
        if card is None:
            expected = _("is no alert; `secondsource market alerts` shows them")
            faults.append(Fault("", "", 0, "--alert", alert, expected))
        if answer not in ("snoozed", "dismissed", "done"):
            faults.append(Fault("", "", 0, "--answer", answer, _("expected snoozed, dismissed or done")))
        if not by:
            faults.append(Fault("", "", 0, "--by", "", _("say who answers")))
        if faults or card is None:
            raise InvalidInput(faults)
        until = day + timedelta(days=snooze_days) if answer == "snoozed" else None
        memory.tell(card.need, card.action, answer, now, until=until, by=by, why=why)  # type: ignore[arg-type]
        _say(_("Kept."))
        return 0
    told = memory.told()
    shown = [each for each in cards if everything or is_open(each, told, day)]
    if as_json:
        print_json([_card_row(each) for each in shown])
        return 0
    for each in shown:
        _print_card(each)
    if not shown:
        _say(_("No alert is open."))
    return 0


def _card_row(card: Any) -> dict[str, Any]:
    texts = {name: [str(each) for each in getattr(card, name)] for name in ("reasons", "basis")}
    return {"id": card.id, **asdict(card), **texts, "title": str(card.title)}


def _print_card(card: Any) -> None:
    from secondsource.reports.alert_words import worth_in_words

    head = Text.assemble((str(card.title), "bold" if card.spoken else "dim"), f"  {card.id}")
    data().print(head.append(f"\n    {worth_in_words(card)}", "green" if (card.expected or 0) > 0 else "dim"))
    for each in card.reasons:
        data().print(Text(f"    • {each}"), soft_wrap=True)
    for each in card.basis:
        data().print(Text(f"    {each}", style="dim"), soft_wrap=True)


def how_many_unseen(
    query: Query,
    category: Category = "",
    country: Country = "",
    captured_by: CapturedBy = "source",
    market_folder: Folder = HERE,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Say how many firms that fit a need no source has told us of."""
    _require()
    from secondsource.market.places import Places
    from secondsource.market.unseen import told_by, unseen

    if captured_by not in ("source", "year"):
        raise InvalidInput([Fault("", "", 0, "--by", captured_by, _("expected source or year"))])
    found = unseen(told_by(Places(market_folder), query, category, country, captured_by))
    if as_json:
        print_json({**asdict(found), "said": str(found.said())})
        return 0
    data().print(Text(str(found.said()), style="bold"), soft_wrap=True)
    _print_table((_("Source"), _("Firms")), list(found.by_source.items()))
    estimates = [each for each in (found.chao, found.loglinear) if each is not None]
    _print_table(
        (_("Estimate"), _("Firms"), _("Interval, 95 %")),
        [(each.method, f"{each.total:,.0f}", f"{each.low:,.0f} – {each.high:,.0f}") for each in estimates],
    )
    return 0


def plan_capacity(
    hour_price: HourPrice = 0.0,
    threads: options.Threads = 2,
    market_folder: Folder = HERE,
    as_json: options.AsJson = False,
    language: options.Language = "",
) -> int:
    """Measure this machine, and say what 10 and 100 times the data would take."""
    _require()
    from secondsource.market.capacity import capacity
    from secondsource.market.places import Places

    found = capacity(Places(market_folder), hour_price, threads=threads)
    if as_json:
        print_json(asdict(found))
        return 0
    if found.made_up:
        _say(_("The market has {count} mentions; larger sizes were measured with made-up ones.",
               count=f"{found.mentions:,}"))  # fmt: skip
    _print_table(
        (_("Measured: mentions"), _("Scoring, s"), _("Firms, s"), _("Memory, GB")),
        [(f"{each.mentions:,}", f"{each.scoring:.1f}", f"{each.firms:.1f}", _giga(each.memory))
         for each in found.measured],
    )  # fmt: skip
    data().print(Text(str(_("Time grows with the power {power} of the mentions.", power=f"{found.growth:.2f}"))))
    _print_table(
        (_("Data"), _("Mentions"), _("Time"), _("Memory, GB"), _("Disk, GB"), _("Cost"), _("Where")),
        [(f"{each.times} ×", f"{each.mentions:,}", _time(each.seconds), _giga(each.memory), _giga(each.disk),
          f"{each.price:,.2f}", str(_("a cluster: --engine spark") if each.spark else _("this machine")))
         for each in found.steps],
    )  # fmt: skip
    return 0


def _giga(size: float) -> str:
    return f"{size / 1e9:,.2f}"


def _time(seconds: float) -> str:
    return (
        f"{seconds:.1f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )
