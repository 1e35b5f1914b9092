"""`careconsole demo`: a believable week that the rules themselves have played, with three things on fire."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.commands import BY_ID, OTHER_COMMANDS
from careconsole.demo.player import FILE, Week, play, read_week
from careconsole.desk import Desk
from careconsole.desk.cases import sweep
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.learned import learned
from careconsole.domain.case.clocks import BREACHED, clocks
from careconsole.domain.case.state import OPEN
from careconsole.domain.errors import CareError
from careconsole.domain.time.calendars import ALWAYS
from careconsole.domain.time.service_levels import Level
from careconsole.store import Store, create_store
from careconsole.store.maintenance import database_info
from careconsole.store.maintenance.schema import db_text
from tests.waiting import HANG, started

NOW = 1_795_000_000_000
ROOT = Path(__file__).parents[2]
AT = "2026-11-18T11:06:40Z"


@pytest.fixture(scope="module")
def week() -> Week:
    return read_week()


@pytest.fixture(scope="module")
def store(week: Week, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = create_store(str(tmp_path_factory.mktemp("demo") / "demo.db"))
    play(Desk(store, lambda: NOW), week)
    yield store
    store.close()


def queue(store: Store, text: str = "") -> case_queries.Page:
    return case_queries.queue(Desk(store, lambda: NOW), text)


# The week


def test_each_exception_of_the_week_is_counted_once(store: Store) -> None:
    """As somebody would count who reads the histories: calls for help, else what a playbook decided, else reviews."""
    counted: Counter[int] = Counter()
    for cause in learned(Desk(store, lambda: NOW)).causes:
        counted.update(number for cases in cause.cases.values() for number in cases)
    by_hand: Counter[int] = Counter()
    for number in range(1, 200):
        kinds = Counter(event.fact.kind for event in store.cases.history(number) if event.fact.causes)
        decided = any(event.fact.kind == "decided by playbook" for event in store.cases.history(number))
        by_hand[number] = kinds["escalated"] or max(bool(kinds["reviewed"]), decided)
    assert counted == +by_hand
    assert counted[15] == 1, "it was escalated, decided and reviewed twice"


def test_exactly_three_things_are_on_fire(store: Store) -> None:
    open_cases = store.cases.states("status = 'open'", {})
    every = [(case.number, clock) for case in open_cases for clock in clocks(case, Level(), ALWAYS)]
    late = {(number, clock.kind) for number, clock in every if clock.stands(NOW) == BREACHED}
    assert sorted(kind for _, kind in late) == ["answer", "promise", "promise"]
    assert len({number for number, _ in late}) == 3
    assert {row.number for row in queue(store, "is:overdue").rows} == {number for number, _ in late}


def test_the_fires_stand_in_the_first_rows_of_the_queue(store: Store) -> None:
    burning = [row.due_at is not None and row.due_at < NOW for row in queue(store).rows]
    assert burning == [True] * 3 + [False] * (len(burning) - 3)


def test_the_rest_is_under_control(store: Store) -> None:
    """Everybody else has somebody, and a time by which they hear something."""
    for row in queue(store, "-is:overdue").rows:
        assert row.due_at is not None, row.number
        assert row.responder is None or row.acknowledged_until > row.changed_at, row.number
        assert row.waiting_since is None or NOW - row.waiting_since < Level().answer, row.number


def test_an_angry_customer_waits_behind_the_offer_that_nobody_answered(store: Store) -> None:
    (row,) = (row for row in queue(store, "is:overdue").rows if row.due_kind == "answer")
    assert row.offered_to is not None
    assert row.waiting_since is not None
    assert row.priority == "urgent"


def test_somebody_is_away_and_their_cases_are_looked_after(store: Store) -> None:
    roster = store.people.roster()
    (away,) = (person for person in roster.people.values() if person.away)
    assert roster.answerable(away.number) == away.cover
    assert queue(store, f"owner:{away.name}").rows


def test_the_fold_of_every_history_is_what_is_stored(store: Store) -> None:
    assert database_info.check(store) == []


def test_every_command_occurs_in_the_week(week: Week) -> None:
    written = {"reply"}  # it needs a mail server, and the customers of a sample have no mail
    assert {step.do for step in week.steps} >= {*BY_ID, *(name for name, _, _ in OTHER_COMMANDS)} - written


def test_nothing_lies_in_the_future_and_every_history_goes_forward(store: Store) -> None:
    for number, events in store.cases.histories("1 = 1", {}):
        times = [event.at for event in events]
        assert times == sorted(times), number
        assert times[-1] <= NOW, number


def test_the_cases_are_of_many_kinds(store: Store) -> None:
    cases = store.cases.states("1 = 1", {})
    figures = case_queries.measures(Desk(store, lambda: NOW))
    assert len(cases) >= 25
    assert 14 <= sum(case.status == OPEN for case in cases) <= 18, "an open queue of one screen"
    assert {case.channel for case in cases} >= {"email", "phone", "chat", "web", "letter"}
    assert {case.status for case in cases} == {"open", "resolved", "merged"}
    assert figures["reopenings"] >= 2
    assert figures["promises"]["moved"] >= 1
    assert figures["promises"]["late"] >= 1
    assert figures["proactive_messages"] >= 3
    assert figures["thanks"] >= 3


def test_the_week_can_end_at_any_moment(week: Week, tmp_path: Path) -> None:
    """At night and when clocks are changed, too: every time is a span, not an hour of the day."""
    for hour in (3, 27):
        now = NOW + hour * 3_600_000
        store = create_store(str(tmp_path / f"{hour}.db"))
        play(Desk(store, lambda now=now: now), week)  # type: ignore[misc]
        assert len(case_queries.queue(Desk(store, lambda now=now: now), "is:overdue").rows) == 3  # type: ignore[misc]
        store.close()


# Mistakes in its file

HEAD = """
team = "Shop"
[[person]]
name = "Ana"
role = "lead"
[[person]]
name = "Ben"
role = "agent"
[[customer]]
name = "Carla Neri"
tier = "partner"
[[step]]
at = "-2d"
as = "Ana"
do = "new"
case = "kettle"
customer = "Carla Neri"
subject = "Kettle cracked"
"""


def step(*lines: str) -> str:
    return "\n".join((f"{HEAD}[[step]]", *lines))


LINE = HEAD.count("\n") + 1


MISTAKES = {
    "no verb of that name": (step('at = "-1d"', 'as = "Ana"', 'do = "fix"'), "no such verb"),
    "a field the verb does not have": (
        step('at = "-1d"', 'as = "Ana"', 'do = "note"', 'case = "kettle"', 'text = "x"', 'till = "+1h"'),
        "'till' is no field",
    ),
    "a field that is missing": (step('at = "-1d"', 'as = "Ana"', 'do = "note"', 'case = "kettle"'), "text is missing"),
    "a value of another type": (
        step('at = "-1d"', 'as = "Ana"', 'do = "note"', 'case = "kettle"', "text = 3"),
        "text = 3 is no text",
    ),
    "a step without a time": (step('as = "Ana"', 'do = "note"'), "'at' is missing"),
    "a time that is none": (step('at = "soon"', 'as = "Ana"', 'do = "undo"'), "not a span"),
    "a time to come": (step('at = "+1h"', 'as = "Ana"', 'do = "undo"'), "lies ahead"),
    "somebody unknown": (step('at = "-1d"', 'as = "Zoe"', 'do = "undo"'), "nobody called 'Zoe'"),
    "a case that is not open yet": (
        step('at = "-3d"', 'as = "Ana"', 'do = "note"', 'case = "kettle"', 'text = "x"'),
        "No case is called 'kettle' by then",
    ),
    "a name given twice": (
        step('at = "-1d"', 'as = "Ana"', 'do = "new"', 'case = "kettle"', 'customer = "Carla Neri"', 'subject = "x"'),
        "a name that no other has",
    ),
    "what the desk refuses": (step('at = "-1d"', 'as = "Ben"', 'do = "accept"', 'case = "kettle"'), "is not offered"),
}


@pytest.mark.parametrize(("text", "why"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_shown_with_its_step_and_line(text: str, why: str, tmp_path: Path) -> None:
    store = create_store(str(tmp_path / "demo.db"))
    with pytest.raises(CareError) as caught:
        play(Desk(store, lambda: NOW), read_week(text))
    assert why in caught.value.message
    assert f"db/{FILE}, line {LINE} (step 2)" in caught.value.message
    assert store.people.setting("team") is None, "all or nothing"
    store.close()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEAD + "at = \n", f"line {LINE}"),
        (HEAD.replace('team = "Shop"', ""), "no 'team'"),
        (HEAD.replace('role = "lead"', ""), "role"),
        (HEAD.replace('"lead"', '"agent"'), "must be a lead"),
        (HEAD.replace("[[customer]]", '[[customer]]\nname = "Nobody Ever"\n[[customer]]'), "no case of Nobody Ever"),
        (HEAD.replace("[[step]]", "[[ step ]]"), "a line [[step]]"),
    ],
)
def test_a_mistake_outside_the_steps_is_told(text: str, why: str, tmp_path: Path) -> None:
    store = create_store(str(tmp_path / "demo.db"))
    with pytest.raises(CareError, match=re.escape(why)):
        play(Desk(store, lambda: NOW), read_week(text))
    store.close()


def test_the_file_shows_its_own_format_truly() -> None:
    assert db_text(FILE).count("[[step]]\n") == len(read_week().steps)


# The command


def careconsole(folder: Path, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "careconsole", *args],
        env=environment(folder, **more),
        capture_output=True,
        encoding="utf-8",
    )


def environment(folder: Path, **more: str) -> dict[str, str]:
    """One in which every file that is left behind is found in `folder`."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("CARECONSOLE_")}
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "HOME", "XDG_DATA_HOME", "LOCALAPPDATA"), str(folder))
    return {**others, **places, "CARECONSOLE_NOW": AT, "PYTHONUTF8": "1", **more}


def test_without_a_terminal_it_prints_the_queue_and_leaves_nothing_behind(tmp_path: Path) -> None:
    run = careconsole(tmp_path, "demo")
    assert run.returncode == 0, run.stderr
    head, *rows = run.stdout.splitlines()
    assert head.split() == ["No", "Level", "Due", "Age", "Waits", "Owner", "Customer", "Subject"]
    assert [" late  " in row for row in rows] == [True] * 3 + [False] * (len(rows) - 3)
    assert "--keep" in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_prints_what_the_queue_command_prints(tmp_path: Path) -> None:
    place = str(tmp_path / "week.db")
    shown = careconsole(tmp_path, "demo", "--keep", place)
    queue = careconsole(tmp_path, "--db", place, "queue")
    assert shown.stdout == queue.stdout
    assert place in shown.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["week.db", "week.db.files"]


def test_json_is_that_of_the_queue(tmp_path: Path) -> None:
    rows = json.loads(careconsole(tmp_path, "demo", "--json").stdout)
    assert [row["due_kind"] for row in rows[:3]] == ["answer", "promise", "promise"]
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_ones_own_is_neither_used_nor_made(tmp_path: Path) -> None:
    mine = tmp_path / "mine.db"
    run = careconsole(tmp_path, "demo", CARECONSOLE_DB=str(mine), CARECONSOLE_AS="Somebody Else")
    assert run.returncode == 0, run.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_named_is_refused(tmp_path: Path) -> None:
    run = careconsole(tmp_path, "--db", str(tmp_path / "mine.db"), "demo")
    assert run.returncode == 2
    assert "--keep" in run.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_never_writes_into_an_existing_file(tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    kept.write_text("mine")
    assert careconsole(tmp_path, "demo", "--keep", str(kept)).returncode == 2
    assert kept.read_text() == "mine"
    assert careconsole(tmp_path, "demo", "--keep", str(tmp_path / "none" / "week.db")).returncode == 2


def on_a_terminal(folder: Path, *args: str) -> str:
    """What a terminal of 120 columns shows."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    here, there = pty.openpty()
    command = [sys.executable, "-m", "careconsole", *args]
    env = environment(folder, COLUMNS="120", LINES="50")
    shown = b""
    with started(command, env=env, stdin=there, stdout=there, stderr=there) as run:
        os.close(there)
        try:
            while piece := os.read(here, 65536):
                shown += piece
        except OSError:  # how Linux tells that the other side has been closed
            pass
        os.close(here)
        assert run.wait(HANG) == 0, shown.decode()
    return shown.decode().replace("\r\n", "\n")


def test_on_a_terminal_it_stays_and_tells_what_to_try(tmp_path: Path) -> None:
    shown = on_a_terminal(tmp_path, "demo")
    assert "Ana (lead, on duty)" in shown
    assert "Dina (away, Ben covers)" in shown
    assert "Three things are on fire:" in shown
    place = re.search(r"export CARECONSOLE_DB=(\S+)", shown)
    assert place is not None
    assert Path(place[1]).is_file()
    assert f"remove {Path(place[1]).parent}" in shown


def advised(shown: str) -> list[list[str]]:
    """The commands, in words, with which the fires can be put out."""
    return [shlex.split(line)[1:] for line in shown.splitlines() if line.startswith("      careconsole ")]


def test_what_it_advises_puts_the_fires_out_in_any_order_after_a_sweep(tmp_path: Path) -> None:
    shown = on_a_terminal(tmp_path, "demo")
    exported = dict(re.findall(r"export (CARECONSOLE_\w+)=(\S+)", shown))
    first = Path(exported["CARECONSOLE_DB"])
    commands = advised(shown)
    assert {words[0] for words in commands} == {"take-over", "log", "keep", "acknowledge"}
    for turn, order in enumerate((commands, commands[::-1], commands[1::2] + commands[::2])):
        place = tmp_path / f"{turn}.db"
        shutil.copyfile(first, place)
        exported["CARECONSOLE_DB"] = str(place)
        for words in (["sweep"], *order):
            run = careconsole(tmp_path, *words, **exported)
            assert run.returncode == 0, (words, run.stderr)
        assert careconsole(tmp_path, "queue", "is:overdue", **exported).stdout == ""


def test_a_sweep_puts_no_fire_out_and_finds_nothing_to_do_for_an_hour(week: Week, tmp_path: Path) -> None:
    store = create_store(str(tmp_path / "demo.db"))
    play(Desk(store, lambda: NOW), week)
    before = store.cases.histories("1 = 1", {})
    for minutes in (0, 60):
        desk = Desk(store, lambda minutes=minutes: NOW + minutes * 60_000)  # type: ignore[misc]
        assert sweep.sweep(desk).acts == ()
        late = [(row.number, row.due_kind) for row in case_queries.queue(desk, "is:overdue").rows]
        assert late == [(row.number, row.due_kind) for row in queue(store, "is:overdue").rows]
    assert list(store.cases.histories("1 = 1", {})) == list(before)
    store.close()
