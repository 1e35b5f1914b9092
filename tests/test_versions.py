"""One version: the metadata, the change log and what the program says of itself."""

from __future__ import annotations

import re
import sys
import tomllib
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from careconsole.cli.installed_version import installed_version
from careconsole.store.engine.schema_version import LATEST
from tests.cli.console import Console

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
SECTIONS = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
RELEASE = re.compile(r"(\d+)\.(\d+)\.(\d+) - (\d{4}-\d\d-\d\d)")


def test_the_newest_section_of_the_change_log_is_this_version_or_what_is_not_released_yet() -> None:
    assert SECTIONS
    assert SECTIONS[0] == "Unreleased" or SECTIONS[0].startswith(f"{PROJECT['version']} - ")
    assert "Unreleased" not in SECTIONS[1:]


def test_releases_are_dated_and_grow() -> None:
    found = [RELEASE.fullmatch(section) for section in SECTIONS if section != "Unreleased"]
    assert all(found), SECTIONS
    releases = [(tuple(map(int, m.group(1, 2, 3))), date.fromisoformat(m[4])) for m in found if m]
    assert releases == sorted(releases, reverse=True)
    ours = tuple(map(int, PROJECT["version"].split(".")))
    assert all(release <= ours for release, _ in releases)


def test_the_program_says_the_version_of_its_metadata() -> None:
    assert Console("none.db").call("--version").out == f"careconsole {version('careconsole')}\n"
    sources = "".join(path.read_text() for path in ROOT.glob("careconsole/**/*.py"))
    assert "__version__" not in sources, "the version stands in pyproject.toml alone"


def test_what_is_claimed_is_what_the_tests_run_on() -> None:
    said = PROJECT["classifiers"]
    assert [c for c in said if c.startswith("Operating System")] == ["Operating System :: POSIX :: Linux"]
    pythons = [c.rpartition(" ")[2] for c in said if re.search(r"Python :: 3\.\d", c)]
    assert pythons[0] == PROJECT["requires-python"].removeprefix(">=")
    readme = (ROOT / "README.md").read_text()
    assert all(python in readme for python in pythons)
    assert "untried" in readme
    assert f"{sys.version_info.major}.{sys.version_info.minor}" >= pythons[0]


def test_every_dependency_has_a_lowest_version() -> None:
    everything = [*PROJECT["dependencies"], *(d for extra in PROJECT["optional-dependencies"].values() for d in extra)]
    for dependency in everything:
        named = dependency.partition(";")[0].strip()
        assert ">=" in named or named in ("careconsole[test]", "tzdata"), dependency


def test_the_documentation_shows_the_shape_of_today() -> None:
    text = (ROOT / "docs" / "exports.md").read_text(encoding="utf-8")
    assert f'"shape": {LATEST}' in text


def test_the_version_is_that_of_the_first_installation_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "careconsole-9.1.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [str(tmp_path / "nowhere"), str(tmp_path), *sys.path])
    assert installed_version() == "9.1"


def test_without_an_installation_in_a_folder_python_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"{name} 9.2")
    assert installed_version() == "careconsole 9.2"
