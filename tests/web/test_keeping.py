"""Backup and restore, the check of the log, people and doctor, as their commands do it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from secondsource.cli import main
from secondsource.web import backup, checkup
from secondsource.web.audit import log
from secondsource.web.audit.models import Entry
from secondsource.web.people import accounts
from secondsource.web.people.models import Membership, Person, Team
from secondsource.web.planning import tables
from secondsource.web.planning.models import Project, Version
from tests.web.conftest import World

pytestmark = pytest.mark.django_db


def elsewhere(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a workspace of its own."""
    environment = {**os.environ, "DATABASE_URL": "", "LANGUAGE": "en"}
    environment.pop("SECONDSOURCE_DATA", None)
    command = [sys.executable, "-c", "from secondsource.cli import main; raise SystemExit(main())", *words]
    command += ["--data", str(folder)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_backup_brings_everything_back_elsewhere(world: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    kept = backup.save(file)
    assert file.stat().st_mode & 0o077 == 0
    assert (kept.entries, kept.seal) == log.last_seal()
    assert backup.look(file) == kept
    there = tmp_path / "there"
    done = elsewhere(there, "workspace", "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert f"{kept.rows} rows" in done.stdout
    again = tmp_path / "again.zip"
    assert elsewhere(there, "workspace", "backup", str(again), "--rehearse").returncode == 0
    with zipfile.ZipFile(file) as first, zipfile.ZipFile(again) as second:
        one, other = (json.loads(each.read("manifest.json")) for each in (first, second))
        assert one["parts"] == other["parts"]  # row for row the same
        assert one["log"] == other["log"]
    assert elsewhere(there, "workspace", "log", "--seal", f"{kept.entries}:{kept.seal}").returncode == 0
    refused = elsewhere(there, "workspace", "restore", str(file))
    assert refused.returncode == 1 and "not empty" in refused.stderr


def test_a_backup_is_never_overwritten(world: World, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_text("mine")
    with pytest.raises(FileExistsError):
        backup.save(tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").read_text() == "mine"


@pytest.mark.parametrize("harm", ["bit", "missing", "no zip", "other zip"])
def test_a_damaged_backup_is_refused(world: World, tmp_path: Path, harm: str) -> None:
    file, hurt = tmp_path / "backup.zip", tmp_path / "hurt.zip"
    backup.save(file)
    if harm == "no zip":
        hurt.write_bytes(file.read_bytes()[:-200])
    else:
        with zipfile.ZipFile(file) as whole, zipfile.ZipFile(hurt, "w") as writing:
            for name in whole.namelist():
                content = whole.read(name)
                if "people.person" in name and harm == "bit":
                    content = content.replace(b"alice", b"alicf")
                if ("people.person" in name and harm == "missing") or (harm == "other zip" and name == "manifest.json"):
                    continue
                writing.writestr(name, content)
    with pytest.raises(backup.NotRestored):
        backup.look(hurt)


def test_rows_that_do_not_hold_together_leave_the_database_as_it_was(world: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    backup.save(file)
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    Membership.objects.all().delete()
    manifest["log"]["seal"] = "0" * 64
    with pytest.raises(backup.NotRestored, match="the audit log"):
        backup._check({"parts": {}, "log": manifest["log"]})
    with pytest.raises(backup.NotRestored, match="not empty"):
        backup.restore(file)
    assert Person.objects.exists() and not Membership.objects.exists()


def test_the_log_command_finds_a_changed_entry(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workspace", "log"]) == 0
    count, seal = log.last_seal()
    assert f"{count}:{seal}" in capsys.readouterr().out
    Entry.objects.filter(number=2).update(about="forged")
    assert main(["workspace", "log", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["whole"] is False and said["broken"][0]["entry"] == 2


def test_a_log_without_its_end_is_found_by_a_kept_seal(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    count, seal = log.last_seal()
    Entry.objects.filter(number=count).delete()
    assert main(["workspace", "log"]) == 0  # the rest is whole
    assert main(["workspace", "log", "--seal", f"{count}:{seal}"]) == 1
    assert "cut or rewritten" in capsys.readouterr().err


def test_a_person_is_let_into_a_new_team_and_gets_another_password(db: None) -> None:
    first = accounts.admit("maria", "Ours", "manager")
    assert Membership.objects.get().role == "manager" and Team.objects.get().name == "Ours"
    second = accounts.admit("maria", "", "buyer")
    person = Person.objects.get()
    assert person.check_password(second) and not person.check_password(first)
    assert Membership.objects.get().role == "buyer"


NAMES = [("x", "Ours", "boss"), ("a b", "Ours", "buyer"), ("x", "", "buyer")]


@pytest.mark.parametrize(("name", "team", "role"), NAMES)
def test_who_cannot_be_let_in_is_told_why(db: None, name: str, team: str, role: str) -> None:
    with pytest.raises(accounts.NotAdmitted):
        accounts.admit(name, team, role)
    assert not Person.objects.exists() and not Team.objects.exists()


def test_doctor_finds_all_in_order_and_then_what_is_not(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    found = {str(each.what): each.verdict for each in (*checkup.machine(), *checkup.workspace())}
    assert {name for name, verdict in found.items() if verdict == "bad"} == set(), found
    assert found["Solver"] == found["Audit log"] == found["Database"] == "good"
    Entry.objects.filter(number=1).update(about="forged")
    Membership.objects.filter(role="manager").delete()
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "✗ Audit log: entry 1" in said
    assert "✗ People: 0 managers" in said and "→ secondsource workspace person" in said


def test_a_large_table_goes_through_a_backup_row_for_row(world: World, tmp_path: Path) -> None:
    from secondsource.language import _

    rows = [{"offer": f"o{number}", "note": '«ё» \u2028 \\ "'} for number in range(1000)]
    project: Project = world.project
    tables.replace_tables(project, {"offers": rows}, None, _("x"), base=project.head)
    backup.save(tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        lines = archive.read("rows/planning.block.jsonl").decode().split("\n")[:-1]
    stored = [row for line in lines for row in json.loads(line)["fields"]["rows"]]
    assert [row for row in stored if row.get("offer", "").startswith("o") and "note" in row] == rows
    assert Version.objects.count() == 2
