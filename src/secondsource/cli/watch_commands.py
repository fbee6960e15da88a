"""The commands of a market that is watched: screen against lists; not for what they mean."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from secondsource.cli import options
from secondsource.cli.market_commands import HERE, By, Folder, Limit, Why, _require, _say, market
from secondsource.cli.output import data, print_json
from secondsource.cli.usage import Command
from secondsource.errors import Fault, InvalidInput
from secondsource.language import _, plural

ScreenList = Annotated[str, typer.Option("--list", metavar="FILE")]
ListName = Annotated[str, typer.Option("--as", metavar="NAME")]
ListLicence = Annotated[str, typer.Option("--licence", metavar="TEXT")]
AlertId = Annotated[str, typer.Option("--alert", metavar="ID")]
ScreenVerdict = Annotated[str, typer.Option("--verdict", metavar="cleared|confirmed|undone")]
Everything = Annotated[bool, typer.Option("--all")]


def register() -> None:
    """Add the commands to those of the market."""
    market.command("screen", cls=Command)(screen)


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
