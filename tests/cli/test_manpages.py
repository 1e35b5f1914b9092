"""Manual pages: one for every command, made from the commands, and clean roff."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from careconsole.cli.man_pages import ENVIRONMENT, pages, write_pages
from tests.cli.test_help import COMMANDS, examples

PAGES = dict(pages("1.2.3"))
REQUESTS = {".TH", ".SH", ".PP", ".TP", ".B", ".nf", ".fi"}
ROOT = Path(__file__).resolve().parents[2]


def test_every_command_has_a_page_with_its_options_and_examples() -> None:
    assert {f"careconsole-{name.replace(' ', '-')}" for name in COMMANDS} < set(PAGES)
    assert {"careconsole", "careconsole-team", "careconsole-team-rota"} < set(PAGES)
    for name, command in COMMANDS.items():
        page = PAGES[f"careconsole-{name.replace(' ', '-')}"]
        plain = page.replace("\\-", "-").replace("\\e", "\\").replace("\\(dq", '"').replace("\\&", "")
        for option in (
            opt
            for param in command.params
            if param.param_type_name == "option" and not param.hidden
            for opt in param.opts
        ):
            assert f".B {option}" in plain or f", {option}" in plain
        assert all(example in plain for example in examples(command))


def test_no_text_is_taken_for_a_request() -> None:
    for name, page in PAGES.items():
        lines = page.splitlines()
        assert lines[0].startswith(".TH"), name
        assert lines[0].endswith('"careconsole 1.2.3" "careconsole"'), name
        assert {line.split()[0] for line in lines if line.startswith((".", "'"))} <= REQUESTS, name
        assert "\b" not in page, name
        assert all(lines), name


def test_roff_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    done = subprocess.run(
        ["groff", "-k", "-man", "-Tutf8", "-ww", "-z", *write_pages(str(tmp_path), "1.2.3")],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_variables_that_are_told_are_those_that_the_program_reads() -> None:
    sources = "".join(path.read_text() for path in ROOT.glob("careconsole/**/*.py"))
    for name, _ in ENVIRONMENT:
        assert f'"{name}"' in sources
