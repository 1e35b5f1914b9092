"""Several consoles and an import on one database: what one does shows on the others, and nobody is in the way."""

from __future__ import annotations

import asyncio
import csv
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.console import drafts
from careconsole.domain.case.editing import Tag
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Decline, Offer
from careconsole.tui.person.lock_screen import LockScreen
from careconsole.tui.threads import change_feed
from tests.desk.office import Office, line
from tests.tui.colleague import ENTER, ESCAPE, SEND, Colleague, needs_terminals, real_time, until
from tests.tui.forms import fill, row
from tests.tui.screen import Screen, on_screen, opened
from tests.waiting import HANG, started

ROOT = Path(__file__).resolve().parents[2]
MAP = """
source = "old"
case = "case"
time = "at"
customer = "customer"
subject = "{what}"

[status]
column = "state"
open = ["Open"]
parked = ["Wait"]
resolved = ["Done"]
"""


def write_log(folder: Path, cases: int) -> tuple[str, ...]:
    """A log of so many open cases, and the words that import it."""
    with (folder / "log.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "at", "customer", "what", "state"])
        for n in range(cases):
            writer.writerow([f"INC-{n}", f"2025-01-01T{n % 24:02}:00:00Z", f"Customer {n % 50}", f"Old {n}", "Open"])
    (folder / "map.toml").write_text(MAP, encoding="utf-8")
    return ("import", "events", str(folder / "log.csv"), "--map", str(folder / "map.toml"))


def beside(screen: Screen, number: int) -> str:
    """The line of a case on the screen."""
    cases = screen.queue.cases
    place = cases.line_of(screen.queue.board.lines.index(number)) - cases.top
    return "".join(segment.text for segment in cases.render_line(place))


def toast(screen: Screen, words: str) -> bool:
    return any(words in told for told in screen.toasts())


def test_what_another_does_comes_by_itself_and_moves_nothing_under_the_cursor(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    first = [opened(office.desk("Dora"), f"Kettle {n}", owner=office.ids["Dora"]) for n in range(6)]
    ben = office.another("Ben")
    took = []

    async def script(screen: Screen) -> None:
        board, cases = screen.queue.board, screen.queue.cases
        await screen.press("j", "j")
        under, place = board.current, board.cursor - cases.top
        for n in range(5):
            office.now += 1000
            number = opened(ben, f"Lid {n}", priority="urgent")
            took.append(await until(screen, lambda number=number: number in board.numbers))
            assert (board.current, board.cursor - cases.top) == (under, place)
        await until(screen, lambda: "5 new" in screen.lines()[-2])
        await until(screen, lambda: "+ Lid" in beside(screen, number))
        for n, case in enumerate(first):
            execution.execute(ben, "tag", Tag(add=(f"t{n}",)), [case])
            took.append(await until(screen, lambda case=case: "* Kettle" in beside(screen, case)))
        await until(screen, lambda: "#t2" in screen.text())
        await screen.press("i", *"seen", "ctrl+s")
        await screen.settle()
        assert not [flag for flag in board.flags.values() if flag.who == "Ana"], (
            "what is done here is not somebody else's"
        )

    on_screen(office, script)
    with capsys.disabled():
        print(
            f"\nanother's change was here after {median(took) * 1000:.0f} ms (median), {max(took) * 1000:.0f} at most"
        )


@pytest.mark.parametrize("leaves", ["w", "L"])
def test_what_was_not_looked_at_yet_is_marked_again_when_its_person_comes_back(office: Office, leaves: str) -> None:
    _, second, third = (opened(office.desk("Dora"), f"Kettle {n}", owner=office.ids["Dora"]) for n in range(3))

    async def script(screen: Screen) -> None:
        board = screen.queue.board
        execution.execute(office.another("Dora"), "tag", Tag(add=("lid",)), [second])
        await until(screen, lambda: second in board.flags)
        await screen.press(leaves, "c", "enter")
        await until(
            screen, lambda: screen.app.session.person == office.ids["Cleo"] and screen.app.screen is screen.queue
        )
        assert not board.flags, "Cleo begins without any"
        screen.queue.cases.go_to(third)
        await screen.press("i", *"seen", "ctrl+s")
        await screen.settle()
        assert not board.flags, "what Cleo does is nobody else's"
        await screen.press(leaves, "a", "enter")
        await until(
            screen, lambda: screen.app.session.person == office.ids["Ana"] and screen.app.screen is screen.queue
        )
        await until(screen, lambda: "* Kettle" in beside(screen, second))
        assert {case: flag.who for case, flag in board.flags.items() if case != third} == {second: "Dora"}
        assert board.flags_of[office.ids["Cleo"]] == {}

    on_screen(office, script)


def test_an_offer_and_a_call_reach_whom_they_concern_and_are_answered_there(office: Office) -> None:
    mine, bens = (opened(office.desk(who), f"Kettle of {who}", owner=office.ids[who]) for who in ("Ana", "Ben"))
    ben = office.another("Ben")

    async def script(screen: Screen) -> None:
        execution.execute(ben, "offer", Offer(to=office.ids["Ana"], reason="holidays"), [bens])
        await until(screen, lambda: toast(screen, f"Ben offers you case {bens} (Kettle of Ben): holidays"))
        await until(screen, lambda: "1 offered to you" in screen.lines()[0])
        screen.queue.cases.go_to(bens)
        await screen.press("y")
        assert office.case(bens).owner == office.ids["Ana"]
        await until(screen, lambda: "offered to you" not in screen.lines()[0])
        screen.queue.cases.go_to(mine)
        await screen.press("o")
        await fill(screen, to="Ben", reason="my holidays")
        await screen.press("ctrl+s")
        assert office.case(mine).offer is not None
        execution.execute(ben, "decline", Decline(reason="mine too", instead=office.ids["Cleo"]), [mine])
        await until(screen, lambda: toast(screen, f"Ben declined case {mine} (Kettle of Ana): mine too"))
        assert "Ana" in beside(screen, mine)
        call = Escalate(to=office.ids["Ana"], reason="authority", need="a refund")
        execution.execute(
            office.desk("Cleo"), "escalate", call, [opened(office.desk("Cleo"), "Lid", owner=office.ids["Cleo"])]
        )
        await until(screen, lambda: toast(screen, "Cleo calls you on case 3 (Lid), acknowledge by "))
        await until(screen, lambda: "1 to acknowledge" in screen.lines()[0])

    on_screen(office, script)


@needs_terminals
def test_who_is_at_a_case_shows_and_who_was_second_is_told_what_the_first_did(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_feed, "_TURN", 0.05)
    monkeypatch.setattr(change_feed, "_PRESENCE_SECONDS", 0.1)
    number = opened(real_time(office).desk("Ben"), owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        await screen.settle()
        with Colleague(office, "Ben", tmp_path) as ben:
            assert "@" not in screen.text()
            await ben.types(ENTER)
            await until(screen, lambda: "@" in beside(screen, number))
            await until(screen, lambda: "Ben has this case open" in screen.text())
            await ben.types(ESCAPE)
            await until(screen, lambda: "@" not in screen.text() and "has this case open" not in screen.text())

            await ben.types(b"c", until="Log message")
            await until(screen, lambda: "✎" in beside(screen, number))
            await until(screen, lambda: "Ben is writing to the customer now" in screen.text())
            await screen.press("c")
            assert "Ben is writing to the customer now" in screen.text()
            await fill(screen, text="We look into it")
            await ben.rests()
            await ben.types(b"We are on it" + SEND, until="Case 1:")
            await until(screen, lambda: "✎" not in beside(screen, number))
            await until(screen, lambda: "Ben is writing" not in screen.text())  # the form follows, not only the list
            await screen.press("ctrl+s")
            assert "Not saved yet: since you started, Ben" in screen.text()
            assert "We are on it" in screen.text()
            assert office.kinds(number) == ["opened", "touched"]
            await screen.press("ctrl+s")
            assert office.kinds(number) == ["opened", "touched", "touched"]
            await until(screen, lambda: screen.app.screen is screen.queue)

            await ben.rests()
            await ben.types(b"p", until="Promise")
            await screen.press("p")
            await fill(screen, text="a new kettle")
            await ben.rests()
            await ben.types(b"a call" + SEND, until="Case 1:")
            await screen.press("ctrl+s")
            assert "has changed since you saw it: Ben promised" in screen.text(), screen.text()
            assert "What you typed is kept." in screen.text()
            assert row(screen, "text").field.said == "a new kettle"
            await screen.press("ctrl+s")
            assert [promise.text for promise in office.case(number).promises] == ["a call", "a new kettle"]

            await ben.types(ENTER)
            await until(screen, lambda: "@" in beside(screen, number))
            ben.is_killed()
            assert "@" in beside(screen, number), "for a while nobody can know"
            office.now += 4 * 60_000
            await until(screen, lambda: "@" not in beside(screen, number))
            await until(screen, lambda: "has this case open" not in screen.text())

    on_screen(office, script)


@needs_terminals
def test_two_consoles_are_worked_at_while_an_import_brings_cases(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = [opened(real_time(office).desk("Ben"), f"Kettle {n}", owner=office.ids["Ben"]) for n in range(3)]
    words = write_log(tmp_path, 2_000)
    cleo = office.another("Cleo")
    keys, lags = [], []

    async def script(screen: Screen) -> None:
        board, live = screen.queue.board, screen.queue.live
        with Colleague(office, "Ben", tmp_path) as ben:
            await screen.press("Z")
            held = list(board.numbers)
            command = [sys.executable, "-m", "careconsole", "--db", office.path, "--as", "Dora", *words]
            under, notes = board.current, 0
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            with started(command, cwd=ROOT, text=True, **pipes) as importing:
                while importing.poll() is None:
                    keys.append(await ben.answers(b"j" if len(keys) % 2 else b"k"))
                    at = time.monotonic()
                    await asyncio.sleep(0.005)
                    lags.append(time.monotonic() - at - 0.005)
                    if len(keys) % 3 == 0:  # somebody writes all the while, so that the import has to be polite
                        notes += 1
                        execution.execute(cleo, "note", Note(text=f"{notes}"), [ours[0]])
                _, told = importing.communicate()
                assert importing.returncode == 0, told
            assert list(board.numbers) == held, "the list is held"
            await until(screen, lambda: len(live.waiting) >= 2_000)
            await until(screen, lambda: "Paused, 2,00" in screen.lines()[-2])
            await screen.press("Z")
            await until(screen, lambda: len(board) == 2_003)
            assert board.current == under
            assert len(live.arrived) == 2_000
            assert office.kinds(ours[0]).count("noted") == notes, "no event is lost"
            await ben.types(b"G", until="2,003")
            assert ben.is_there

    on_screen(office, script)
    with capsys.disabled():
        print(
            f"\nbeside an import, the other console answered a key after {median(keys) * 1000:.0f} ms (median,"
            f" {max(keys) * 1000:.0f} at most, n = {len(keys)}); this one waited {max(lags) * 1000:.0f}"
        )


def test_news_that_come_while_the_console_is_locked_show_nothing_and_are_not_lost(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle secret", owner=office.ids["Ben"])
    ana = office.another("Ana")

    async def script(screen: Screen) -> None:
        await screen.press("i", *"half")
        await screen.press("escape")
        await screen.press("z")
        await fill(screen, until="2h")
        screen.app.lock()
        await until(screen, lambda: isinstance(screen.app.screen, LockScreen))
        office.now += 60_000
        execution.execute(ana, "offer", Offer(to=office.ids["Ben"], reason="Kettle"), [opened(ana, "Kettle offered")])
        office.bring(*(line(f"K{n}", n / 9000, status="open", subject="Kettle", customer="Carla") for n in range(5000)))
        office.now += 60_000
        await until(screen, lambda: "1 new meanwhile" in screen.text())
        await until(screen, lambda: len(screen.queue.board) == 5_002)
        await screen.settle()
        assert "Kettle" not in screen.text()
        assert "Carla" not in screen.text()
        assert screen.toasts() == []
        await screen.press("c", "l", "enter")
        assert "Cleo" in screen.lines()[0]
        await screen.press("i")
        assert row(screen, "text").field.said == "", "what Ben had begun is Ben's"
        await screen.press("escape", "w", "2")
        assert "1 offered to you" in screen.lines()[0]
        screen.queue.cases.go_to(number)
        await screen.press("i")
        assert row(screen, "text").field.said == "half"

    on_screen(office, script, name="Ben")
    kept = {draft.verb: draft.fields for draft in drafts.listed(office.desk("Ben"))}
    assert kept["park"]["until"] == "2h"
    assert drafts.listed(office.desk("Cleo")) == []


def test_news_of_a_command_waits_until_it_is_known_as_ones_own(office: Office) -> None:
    async def script(screen: Screen) -> None:
        session = screen.app.session
        written, go_on, told = threading.Event(), threading.Event(), list[bool]()

        def work(desk: Any) -> Any:
            written.set()
            assert go_on.wait(HANG)
            return SimpleNamespace(cases=[], written=[], command=77)

        def tell() -> None:
            session.wait_for_own()
            told.append(77 in session.own)

        desk: Any = SimpleNamespace(person=session.person)
        with ThreadPoolExecutor() as threads:
            threads.submit(session.as_own(work, session.person), desk)
            assert written.wait(HANG)
            telling = threads.submit(tell)
            wait([telling], 0.1)
            assert not telling.done(), "it is not known yet whose command it is"
            go_on.set()
        assert told == [True]

    on_screen(office, script)
