"""Following what happens: nothing is lost, nothing comes twice beyond what is said, and it ends without a word."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.imports import rollback
from careconsole.desk.team import members
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import WrongUse
from careconsole.store import create_store, open_store
from careconsole.store.cases.event_stream import BEGINNING, EventStream
from careconsole.store.maintenance import backups
from tests.cli.console import ROOT, Console
from tests.desk.office import KETTLE, LID, LOG, Office, line
from tests.desk.taken_in import exported, taken_in
from tests.waiting import HANG, end, started, wait_until


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


@pytest.fixture
def console(office: Office) -> Console:
    return Console(office.path)


def notes(office: Office, number: int, *texts: str) -> None:
    for text in texts:
        execution.execute(office.desk(), "note", Note(text=text), [number])


def begun(office: Office) -> int:
    number = execution.open_case(office.desk(), OpenCase(subject="Kettle"), "Carla").opened
    assert number is not None
    return number


def told(console: Console, *args: str) -> list[dict[str, Any]]:
    done = console.call("watch", "--once", *args)
    assert (done.code, done.err) == (0, "")
    return [json.loads(line) for line in done.out.splitlines()]


# What comes.


def test_each_event_is_a_line_with_a_sentence_its_data_and_a_cursor(office: Office, console: Console) -> None:
    number = begun(office)
    notes(office, number, "a \u2028 b")
    last = told(console, "--since", "0")[-1]
    assert {name: last[name] for name in ("case", "number", "kind", "actor", "sentence", "data", "at")} == {
        "case": number,
        "number": 2,
        "kind": "noted",
        "actor": "Ana",
        "sentence": "Ana noted: a \u2028 b",
        "data": {"text": "a \u2028 b"},
        "at": "2026-01-05T08:00:00Z",
    }
    assert "\u2028" not in console.call("watch", "--once", "--since", "0").out


def test_from_the_beginning_comes_everything_in_the_order_in_which_it_was_written(
    office: Office, console: Console
) -> None:
    office.bring(*LOG)
    notes(office, begun(office), "one")
    ids = [row[0] for row in office.store.engine.fetch_all("select id from events order by id")]
    lines = told(console, "--since", "0")
    assert [int(line["cursor"].split("-")[0]) for line in lines] == ids


def test_a_cursor_goes_on_right_after_its_line(office: Office, console: Console) -> None:
    office.bring(*LOG)
    lines = told(console, "--since", "0")
    for place, line_ in enumerate(lines):
        assert told(console, "--since", line_["cursor"]) == lines[place + 1 :]


def test_only_the_kinds_that_were_asked_for_come_and_the_cursor_goes_on_past_the_others(
    office: Office, console: Console, tmp_path: Path
) -> None:
    notes(office, begun(office), "one")
    file = str(tmp_path / "seen")
    assert [line["kind"] for line in told(console, "--since", "0", "--kind", "noted", "--cursor-file", file)] == [
        "noted"
    ]
    assert [line["kind"] for line in told(console, "--since", "0", "--kind", "noted", "--kind", "opened")] == [
        "opened",
        "noted",
    ]
    assert told(console, "--cursor-file", file) == []
    wrong = console.call("watch", "--kind", "sung to")
    assert wrong.code == 2
    assert "taken over" in wrong.err


def test_without_a_cursor_it_begins_now_and_the_file_remembers_when_that_was(
    office: Office, console: Console, tmp_path: Path
) -> None:
    number = begun(office)
    file = tmp_path / "seen"
    assert told(console, "--cursor-file", str(file)) == []
    notes(office, number, "one", "two")
    assert [line["data"]["text"] for line in told(console, "--cursor-file", str(file))] == ["one", "two"]
    assert told(console, "--cursor-file", str(file), "--since", "0") == [], "the file comes first"


def test_watch_repeats_a_case_into_which_an_import_inserted_events(office: Office) -> None:
    """They are written again, in their order; whoever follows hears of them by case and number."""
    office.bring(*KETTLE)
    following = EventStream(office.store.engine)
    before = following.present()
    office.bring(line("A", 2, owner="Ben"), file="more.csv")
    assert [(one.case, one.event.number) for one in following.after(before, 100)] == [(1, 1), (1, 2), (1, 3), (1, 4)]


# Cursors.


@pytest.mark.parametrize("cursor", ["x", "-1", "1", "1-2", "0x0", "1-" + "g" * 16, "9" * 30, ""])
def test_an_invalid_cursor_is_refused(cursor: str, office: Office) -> None:
    with pytest.raises(WrongUse, match="is not a cursor") as caught:
        EventStream(office.store.engine).check(cursor)
    assert "0 for the beginning" in str(caught.value.hint)


def test_a_cursor_of_another_database_is_told(office: Office, tmp_path: Path) -> None:
    begun(office)
    cursor = EventStream(office.store.engine).present()
    stranger = create_store(str(tmp_path / "stranger.db"))
    members.create_team(Desk(stranger, lambda: office.now), "Another shop", ["Ana"], [], [])
    with pytest.raises(WrongUse, match="belongs to another database"):
        EventStream(stranger.engine).check(cursor)
    stranger.close()


def test_a_cursor_of_what_a_backup_does_not_know_is_told(office: Office, tmp_path: Path) -> None:
    """After a restore the same numbers stand for other events."""
    number = begun(office)
    copy = str(tmp_path / "copy.db")
    backups.backup(office.store.engine, copy)
    notes(office, number, "lost")
    office.later()
    cursor = EventStream(office.store.engine).present()
    restored = open_store(copy)
    following = EventStream(restored.engine)
    with pytest.raises(WrongUse, match="from before a backup"):
        following.check(cursor)
    execution.execute(Desk(restored, lambda: office.now, office.ids["Ben"]), "note", Note(text="another"), [number])
    with pytest.raises(WrongUse, match="another history"):
        following.check(cursor)
    restored.close()


def test_a_cursor_outlives_the_event_it_came_with(office: Office) -> None:
    """The roll-back of an import takes its events; who followed them goes on with what comes next."""
    number = begun(office)
    batch = office.bring(*LID).batch
    following = EventStream(office.store.engine)
    cursor = following.present()
    assert batch is not None
    rollback.roll_back(office.desk(), batch)
    following.check(cursor)
    notes(office, number, "next")
    assert [one.event.kind for one in following.after(cursor, 100)] == ["noted"]
    assert [one.event.kind for one in following.after(BEGINNING, 100)] == ["opened", "noted"]


def test_a_cursor_holds_in_a_database_made_of_an_export(office: Office, tmp_path: Path) -> None:
    notes(office, begun(office), "one", "two")
    following = EventStream(office.store.engine)
    cursors = [BEGINNING, *(one.cursor for one in following.after(BEGINNING, 100))]
    again = taken_in(exported(office.store), tmp_path / "again.db")
    for cursor in cursors:
        assert EventStream(again.engine).after(cursor, 100) == following.after(cursor, 100)
    again.close()


# The cursor's file.


@pytest.mark.parametrize(
    "content, words", [("", "has no cursor in it"), ("what?", "is not a cursor"), ("\0\xff", "not a cursor")]
)
def test_a_file_that_holds_something_else_is_never_written_over(
    content: str, words: str, console: Console, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(content, encoding="latin-1")
    done = console.call("watch", "--once", "--cursor-file", str(file))
    assert done.code == 2
    assert words in done.err
    assert file.read_text(encoding="latin-1") == content


def test_once_from_now_on_would_wait_for_nothing(console: Console) -> None:
    done = console.call("watch", "--once")
    assert done.code == 2
    assert "--since 0" in done.err


def test_the_database_is_no_place_for_a_cursor(console: Console) -> None:
    done = console.call("watch", "--once", "--cursor-file", console.db)
    assert done.code == 2
    assert "database itself" in done.err


# As a process.


def buffered(console: Console) -> dict[str, str]:
    """The environment of a process whose output goes through a buffer, as it does for everybody."""
    return {name: value for name, value in console.environment().items() if name != "PYTHONUNBUFFERED"}


class Watcher(AbstractContextManager["Watcher"]):
    """`careconsole watch` as a process that writes into a file, until the block is left."""

    def __init__(self, console: Console, out: Path, *args: str) -> None:
        self.out = out
        with out.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "careconsole", "watch", *args],
                env=buffered(console),
                stdout=file,
                stderr=subprocess.PIPE,
                cwd=ROOT,
            )

    def lines(self) -> list[dict[str, Any]]:
        whole = self.out.read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in whole]

    def __exit__(self, *how: object) -> None:
        end(self.process)

    def has(self, count: int) -> None:
        def came() -> bool:
            assert self.process.poll() is None, self.process.stderr and self.process.stderr.read()
            return len(self.lines()) >= count

        wait_until(came, lambda: f"only {len(self.lines())} of {count} lines came")

    def end(self, how: signal.Signals) -> tuple[int, bytes]:
        self.process.send_signal(how)
        _, err = self.process.communicate(timeout=HANG)
        return self.process.returncode, err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_tells_what_others_do_at_once_and_ends_without_a_word(
    how: signal.Signals, office: Office, console: Console, tmp_path: Path
) -> None:
    number = begun(office)
    with Watcher(console, tmp_path / "out", "--since", "0") as watcher:
        watcher.has(1)
        notes(office, number, "one")
        watcher.has(2)
        assert watcher.end(how) == (0, b"")


def test_killed_at_any_moment_and_begun_again_it_loses_nothing(
    office: Office, console: Console, tmp_path: Path
) -> None:
    """What comes twice is what was told after the cursor was kept last, and nothing stands in another order."""
    number = begun(office)
    file, out = tmp_path / "seen", tmp_path / "out"
    wanted = [f"note {n}" for n in range(120)]
    heard: list[str] = []
    for start in range(0, len(wanted), 30):
        out.unlink(missing_ok=True)
        with Watcher(console, out, "--since", "0", "--cursor-file", str(file), "--kind", "noted") as watcher:
            notes(office, number, *wanted[start : start + 30])
            watcher.has(1 + start // 10 % 3 * 7)
            code, err = watcher.end(signal.SIGKILL)
        assert (code, err) == (-signal.SIGKILL, b"")
        kept = file.read_text().strip()
        EventStream(office.store.engine).check(kept)
        texts = [line["data"]["text"] for line in watcher.lines()]
        if texts and texts[0] in heard:
            last = heard[heard.index(texts[0]) :]
            again = min(len(last), len(texts))
            assert last[:again] == texts[:again], "what comes again is the last of what had come"
            texts = texts[again:]
        heard += texts
    heard_after = [line["data"]["text"] for line in told(console, "--cursor-file", str(file), "--kind", "noted")]
    assert list(dict.fromkeys(heard + heard_after)) == wanted


def test_the_cursor_stays_where_it_was_when_the_lines_did_not_get_through(
    office: Office, console: Console, tmp_path: Path
) -> None:
    begun(office)
    file = tmp_path / "seen"
    mine, theirs = os.pipe()
    os.close(mine)
    done = subprocess.run(
        [sys.executable, "-m", "careconsole", "watch", "--since", "0", "--once", "--cursor-file", str(file)],
        env=buffered(console),
        stdout=theirs,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        timeout=HANG,
    )
    os.close(theirs)
    assert (done.returncode, done.stderr) == (0, b"")
    assert file.read_text() == "0\n"
    assert [line["kind"] for line in told(console, "--cursor-file", str(file))] == ["opened"]


def test_watch_ends_when_its_output_is_closed(office: Office, console: Console) -> None:
    """Whether something happens after that or nothing does."""
    begun(office)
    command = [sys.executable, "-m", "careconsole", "watch", "--since", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started(command, env=buffered(console), cwd=ROOT, **pipes) as process:
        assert json.loads(process.stdout.readline())["kind"] == "opened"
        process.stdout.close()
        assert process.wait(HANG) == 0
        assert process.stderr.read() == b""


def test_waiting_costs_next_to_nothing(office: Office, console: Console, tmp_path: Path) -> None:
    begun(office)
    with Watcher(console, tmp_path / "out", "--since", "0") as watcher:
        watcher.has(1)
        stat = Path(f"/proc/{watcher.process.pid}/stat")
        if not stat.exists():
            pytest.skip("this system does not tell what a process costs")

        def ticks() -> int:
            fields = stat.read_text().rpartition(")")[2].split()
            return int(fields[11]) + int(fields[12])

        def a_cheap_second() -> bool:
            before = ticks()
            time.sleep(1)  # what it computes in this time is what is measured
            return (ticks() - before) / os.sysconf("SC_CLK_TCK") <= 0.05

        wait_until(a_cheap_second, "a second in which it computes next to nothing", seconds=60)
