"""Backups that the scheduler makes: one a day, a few kept, none lost for one that failed; `doctor` says how old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from secondsource.web import backup, checkup, keeping
from secondsource.web.audit import log
from secondsource.web.jobs import scheduler
from tests.web.conftest import World

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SECONDSOURCE_BACKUPS", str(tmp_path / "backups"))
    monkeypatch.setenv("SECONDSOURCE_BACKUPS_KEPT", "3")
    return tmp_path / "backups"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_one_a_day_is_made_and_the_newest_three_are_kept(world: World, folder: Path) -> None:
    made = keeping.keep(NOW)
    assert made is not None and made.name == "workspace-20261124T030000Z.zip"
    assert made.stat().st_mode & 0o077 == 0 and folder.stat().st_mode & 0o077 == 0
    found = backup.look(made)
    assert (found.entries, found.seal) == log.last_seal()
    assert keeping.keep(NOW + timedelta(hours=23)) is None
    (folder / "workspace-before-the-move.zip").write_text("mine")
    for day in range(1, 6):
        assert keeping.keep(NOW + timedelta(days=day)) is not None
    assert names(folder) == [
        "workspace-20261127T030000Z.zip", "workspace-20261128T030000Z.zip", "workspace-20261129T030000Z.zip",
        "workspace-before-the-move.zip",
    ]  # fmt: skip


def test_none_are_made_where_none_are_wanted(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDSOURCE_BACKUPS_KEPT", "0")
    assert keeping.keep(NOW) is None and not folder.exists()
    assert "none are made" in str(finding(NOW).how)


def test_older_ones_stay_when_a_new_one_cannot_be_written(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.keep(NOW)

    def full(path: Path) -> backup.Kept:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(backup, "save", full)
    for day in range(1, 5):
        with pytest.raises(OSError, match="No space"):
            keeping.keep(NOW + timedelta(days=day))
    assert names(folder) == ["workspace-20261124T030000Z.zip"]


def finding(now: datetime) -> checkup.Finding:
    return checkup._backups(now)


def test_doctor_says_how_old_the_newest_is_and_whether_it_can_be_read(world: World, folder: Path) -> None:
    assert finding(NOW).verdict == "remark" and "none yet" in str(finding(NOW).how)
    made = keeping.keep(NOW)
    assert made is not None
    fresh = finding(NOW + timedelta(hours=30))
    assert fresh.verdict == "good" and "the newest 30 h old and whole" in str(fresh.how)
    stale = finding(NOW + timedelta(days=3))
    assert stale.verdict == "bad" and "72 h old" in str(stale.how) and stale.way_out is not None
    made.write_bytes(made.read_bytes()[:200])
    assert finding(NOW).verdict == "bad"


def test_the_scheduler_makes_them(world: World, folder: Path) -> None:
    scheduler.tick(NOW)
    scheduler.tick(NOW + timedelta(seconds=10))
    assert names(folder) == ["workspace-20261124T030000Z.zip"]
