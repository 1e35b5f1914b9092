"""The bench itself works, at a size that proves nothing but that."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import postgres
from tests.bench import console, suggesting
from tests.bench.table import Measured
from tests.waiting import HANG

if TYPE_CHECKING:
    from tests.bench.terminal import Terminal

ROOT = Path(__file__).resolve().parents[1]

unless_measurable = pytest.mark.skipif(
    console.why_not() is not None, reason=f"the console cannot be measured: {console.why_not()}"
)


@pytest.mark.slow
def test_the_bench_measures_reading(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "read"))
    assert any(line.startswith("queue, 100 cases ") for line in lines)


@pytest.mark.slow
def test_the_bench_measures_both_engines(tmp_path: Path) -> None:
    postgres.must_have()
    lines = _judged(_table(tmp_path, "--only", "engines"))
    assert any(line.startswith("queue, 100 cases on PostgreSQL ") for line in lines)


@pytest.mark.slow
def test_the_bench_measures_what_reads_everything(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "everything"))
    assert any(line.startswith("db check, 100 cases ") for line in lines)
    assert any(line.startswith("memory of measures, 100 cases ") for line in lines)


@pytest.mark.slow
def test_the_bench_measures_published_receipts(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "receipts"))
    assert any(line.startswith("log on a case with a page, 1,000 pages ") for line in lines)


@pytest.mark.slow
def test_the_bench_measures_mails(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "mail"))
    assert [line.partition("  ")[0] for line in lines if "memory" in line] == ["memory of mail read, 100 mails"]


@pytest.mark.slow
def test_the_bench_measures_imports(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "import"))
    assert any(line.startswith("import again, 100 cases of 4 events by time") for line in lines)
    assert all(len(log.read_bytes().splitlines()) == 400 for log in tmp_path.glob("100x4*.jsonl"))


def test_the_bench_measures_kinds_of_imports(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "kinds", "--kinds", "csv,zendesk"))
    assert [line.partition("  ")[0] for line in lines] == [
        "import csv, 100 records",
        "import again csv, 100 records",
        "memory of the import csv, 100 records",
        "import zendesk, 100 records",
        "import again zendesk, 100 records",
        "memory of the import zendesk, 100 records",
        "memory of the import csv, 1,000 records",
    ]
    assert len((tmp_path / "csv-100.csv").read_bytes().splitlines()) == 101


def test_the_bench_measures_clocks(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "clocks"))
    assert any(line.startswith("other levels, 100 open cases ") for line in lines)
    assert any(line.startswith("one keystroke's clocks ") for line in lines)


def test_the_bench_measures_the_sweep(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "sweep"))
    assert any(line.startswith("sweep, nothing due, 100 open cases ") for line in lines)


def test_the_bench_measures_replays(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "what-if"))
    assert any(line.startswith("what-if --service, 100 open cases, CPU time ") for line in lines)


@pytest.mark.slow
def test_the_bench_measures_suggestions(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "suggest"))
    assert any(line.startswith("suggestions, 100 cases, 100 playbooks, CPU time ") for line in lines)


def test_the_bench_asks_of_each_labelled_text_what_the_others_taught(tmp_path: Path) -> None:
    said = {
        "leak": "water under the gasket",
        "late": "where is the parcel",
        "refund": "money back",
        "lid": "a broken lid",
    }
    corpus = tmp_path / "texts.jsonl"
    texts = [
        (text if place < 3 else "quite another matter", label) for label, text in said.items() for place in range(4)
    ]
    corpus.write_text("\n".join(json.dumps({"text": text, "label": label}) for text, label in texts), encoding="utf-8")
    (line,) = suggesting.measure_quality(suggesting.read_corpus(corpus))
    assert line.what == "right playbook not among 3, 16 texts, 4 labels"
    assert line.ours < 100 * 4 / 16 + 0.1, "only the texts that share no word may miss theirs"


def test_a_limit_is_for_ours_alone_and_a_budget_for_the_ratio() -> None:
    assert Measured("idle", "", 0.5, 0.1, unit="%", limit=0.5).met == "yes"
    assert Measured("idle", "", 0.51, 0.5, unit="%", limit=0.5).met == "NO"
    assert Measured("idle", "", 1, 0, unit="bytes", limit=0).met == "NO"
    assert Measured("first rows", "", 140, 100, 1.3).met == "NO"
    assert Measured("first rows", "", 130, 100, 1.3).met == "yes"


@unless_measurable
@pytest.mark.slow
def test_the_bench_measures_the_console(tmp_path: Path) -> None:
    table = _table(tmp_path, "--only", "console")
    named = {line.rpartition(", 100 open cases")[0] for line in table}
    assert named >= {"first rows", "cursor down", "PageDown", "G", "a row scrolled", "another's change"}
    assert "memory (RSS) in the end" in named
    lines = _judged(table)
    assert any(line.startswith("another's change, 100 open cases ") for line in lines)
    assert any(line.startswith("first rows, 100 open cases ") for line in lines)


@unless_measurable
@pytest.mark.slow
def test_the_bench_measures_forms(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "forms"))
    assert {line.partition("  ")[0] for line in lines} >= {"form log", "form note", "form resolve", "form new"}


@unless_measurable
@pytest.mark.slow
def test_the_bench_measures_a_little_of_most_of_it(tmp_path: Path) -> None:
    lines = _judged(_table(tmp_path, "--only", "quick"))
    begun = {line.partition(",")[0].partition("  ")[0] for line in lines}
    assert begun >= {
        "queue",
        "--version",
        "import",
        "sweep",
        "first rows",
        "cursor down",
        "cursor down beside the sweep",
    }


@unless_measurable
def test_a_terminal_reads_text_between_escapes_however_it_is_cut(tmp_path: Path) -> None:
    with _saying(tmp_path, "\x1b[1mHel", "\x1b[38;2;1", "8;18mlo\x1b]22;default\x07, ", "Ana") as terminal:
        at = terminal.shows("Hello, Ana")
        assert at == terminal.last
        assert at > terminal.began


@unless_measurable
def test_a_terminal_answers_what_it_is_asked(tmp_path: Path) -> None:
    asking = (
        "import sys, tty; tty.setraw(0); print('\x1b[?2026$p', end='', flush=True); print(repr(sys.stdin.read(11)))"
    )
    with _running(tmp_path, asking) as terminal:
        terminal.shows(r"\x1b[?2026;2$y")


@unless_measurable
def test_a_key_s_answer_is_told_from_what_came_before(tmp_path: Path) -> None:
    answering = "print('before', flush=True); sys.stdin.read(1); time.sleep(0.1); print('then')"
    with _running(tmp_path, f"import sys, time, tty; tty.setraw(0); {answering}") as terminal:
        terminal.shows("before")
        time.sleep(0.05)
        at = terminal.type(b"x")
        assert terminal.answers() - at >= 0.1
        terminal.settles(0.2)
        assert terminal.bytes == len("then\n")


@unless_measurable
def test_a_program_that_ends_or_shows_something_else_is_told_of(tmp_path: Path) -> None:
    with (
        _saying(tmp_path, "No team lives here.") as terminal,
        pytest.raises(SystemExit, match=r"(?s)ended.*No team lives"),
    ):
        terminal.shows("Hello")


def _saying(folder: Path, *parts: str) -> Terminal:
    """A terminal with a program that says these parts, one after the other."""
    return _running(folder, f"import time\nfor part in {parts!r}: print(part, end='', flush=True); time.sleep(0.03)")


def _running(folder: Path, program: str) -> Terminal:
    from tests.bench.terminal import Terminal

    return Terminal([sys.executable, "-c", program], folder, patience=HANG)


def _table(folder: Path, *words: str) -> list[str]:
    """The lines of the table that the bench prints."""
    command = [sys.executable, "-m", "tests.bench", "--sizes", "100", "--runs", "1", "--keep", str(folder), *words]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    lines = run.stdout.splitlines()
    head = next(number for number, line in enumerate(lines) if line.split()[:2] == ["what", "against"])
    return lines[head + 1 :]


def _judged(lines: list[str]) -> list[str]:
    """Those that say whether they meet their budget."""
    return [line for line in lines if " yes" in line or " NO" in line]
