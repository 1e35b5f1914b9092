"""What goes wrong around a console: kills, floods, imports taken back, a busy database, one that is gone."""

from __future__ import annotations

import asyncio
import os
import random
import threading
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution as work
from careconsole.desk.console import drafts
from careconsole.desk.database import maintenance
from careconsole.desk.imports import rollback
from careconsole.domain.case.editing import Tag
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.offers import Offer
from careconsole.domain.errors import CareError
from careconsole.store import open_store
from careconsole.store.engine import sqlite
from careconsole.store.maintenance import database_info
from careconsole.tui.forms import form as forms
from careconsole.tui.person import switch_person
from careconsole.tui.person.lock_screen import LockScreen
from careconsole.tui.queue.case_screen import CaseScreen
from careconsole.tui.threads import backend, change_feed
from tests.desk.office import Office, line
from tests.tui.colleague import SEND, Colleague, needs_terminals, real_time, until
from tests.tui.forms import fill, form, row
from tests.tui.screen import Screen, on_screen, opened
from tests.waiting import HANG, until_holds


def log(cases: int, *, prefix: str = "K") -> list:
    """A log of so many open cases."""
    return [
        line(f"{prefix}{n}", n / 9000, status="open", subject=f"Old {n}", customer=f"Customer {n % 50}")
        for n in range(cases)
    ]


def rows_of(screen: Screen) -> str:
    """The rows of the list, as they are on the screen."""
    return "".join(shown.split("▏")[0] for shown in screen.lines()[3:-2])


class Keeper:
    """Somebody who keeps everybody else from writing."""

    def __init__(self, office: Office) -> None:
        self._path = office.path
        self._has = threading.Event()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._keep)

    def __enter__(self) -> Keeper:
        self._thread.start()
        assert self._has.wait(HANG)
        return self

    def __exit__(self, *how: object) -> None:
        self.lets_go()

    def lets_go(self) -> None:
        self._enough.set()
        self._thread.join()

    def _keep(self) -> None:
        store = open_store(self._path)

        def work() -> None:
            self._has.set()
            self._enough.wait(HANG)

        store.engine.write(work)
        store.close()


# Killed.


@needs_terminals
@pytest.mark.parametrize("rounds", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_whoever_is_killed_while_typing_or_sending_loses_nothing_that_was_kept_and_never_sends_twice(
    office: Office, tmp_path: Path, rounds: int
) -> None:
    number = opened(real_time(office).desk("Ben"), owner=office.ids["Ben"])
    ben, chance, sent = office.desk("Ben"), random.Random(), []

    def draft() -> str:
        there = drafts.find(ben, number, "note")
        return "" if there is None else there.fields["text"]

    async def note(text: str, *, send: bool) -> None:
        """Ben types a word, which is kept without his doing, goes on, and is killed at any moment."""
        word, _, rest = text.partition(":")
        with Colleague(office, "Ben", tmp_path) as console:
            await console.types(b"i", until="Note")
            await console.rests()
            before = draft()
            await console.types(word.encode())
            await until_holds(lambda: draft() == before + word, draft)
            for char in f":{rest}":
                await console.types(char.encode())
            if send:
                await console.types(SEND)
            await asyncio.sleep(chance.uniform(0, 0.04 if send else 0.3))
            console.is_killed()

    for turn in range(rounds):
        text = f"Round {turn}: what was said on the phone"
        begun = draft()
        asyncio.run(note(text, send=bool(turn % 2)))
        told = [event.fact.text for event in office.history(number) if isinstance(event.fact, Noted)]
        if drafts.find(ben, number, "note") is None:
            sent.append(begun + text)
        else:
            assert (begun + text).startswith(draft())
            assert draft().startswith(begun + text.partition(":")[0]), "what was kept before"
        assert told == sent, "what was sent is there once, and what is a draft was not sent"
    assert database_info.check(office.store) == []

    async def script(screen: Screen) -> None:
        await screen.press("i")
        assert row(screen, "text").field.said == draft()

    on_screen(office, script, name="Ben")


# Floods, and imports taken back.


def test_five_thousand_events_at_once_hide_nothing_that_concerns_somebody(office: Office) -> None:
    number = opened(office.desk("Ben"), owner=office.ids["Ben"])
    other = opened(office.desk("Ben"), "Lid", owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        board = screen.queue.board
        await screen.press("j")
        assert board.current == other
        offer = Offer(to=office.ids["Ana"], reason="too many")

        def all_at_once() -> None:
            work.execute(office.desk("Ben"), "offer", offer, [number])
            office.bring(*log(5_000))

        office.store.engine.write(all_at_once)
        await until(screen, lambda: len(board) == 5_002)
        assert board.current == other
        await until(screen, lambda: any("Ben offers you case 1" in told for told in screen.toasts()))
        await until(screen, lambda: "5,000 new" in screen.lines()[-2])
        unread = "…"
        await until(screen, lambda: unread not in rows_of(screen))
        await screen.press("Z")

        def more_at_once() -> None:
            office.bring(*log(3_000, prefix="L"), file="more.csv")
            work.execute(office.desk("Ben"), "tag", Tag(add=("held",)), [other])

        office.store.engine.write(more_at_once)
        await until(screen, lambda: "Paused, 3,001 changed" in screen.lines()[-2])
        assert len(board) == 5_002
        assert "held" in board.rows[other].tags, "what stands there is true, held or not"
        await until(screen, lambda: unread not in rows_of(screen))
        await screen.press("Z")
        await until(screen, lambda: len(board) == 8_002)

    on_screen(office, script)


def test_when_an_import_is_taken_back_its_cases_go_and_no_key_hits_another(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle one", owner=office.ids["Ana"])
    office.later(1)
    batch = office.bring(*log(30)).batch
    office.later(1)
    last = opened(office.desk("Ana"), "Kettle two", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        board = screen.queue.board
        await screen.press("V")
        assert len(board.marks) == 32
        screen.queue.cases.go_to(10)
        await screen.press("Z", "escape")
        board.marks.update({10: None, last: None})
        await screen.press("enter")
        assert isinstance(screen.app.screen, CaseScreen)
        assert "Old 8" in screen.text()
        rollback.roll_back(office.desk("Ana"), batch or 0)
        await until(screen, lambda: set(board.numbers) == {1, last})
        await until(screen, lambda: screen.app.screen is screen.queue)
        await until(screen, lambda: "Case 10 no longer exists: its import was rolled back." in screen.toasts())
        assert board.marks == {last: None}
        assert board.current in (1, last)
        assert "Old" not in "".join(screen.lines()[3:])
        assert "Kettle one" in screen.text()

    on_screen(office, script, size=(80, 24))


def test_a_form_on_a_case_that_is_there_no_more_says_so_and_keeps_what_was_typed(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle", owner=office.ids["Ana"])
    batch = office.bring(*log(3)).batch

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(3)
        await screen.press("c")
        await fill(screen, text="We look into it")
        rollback.roll_back(office.desk("Ana"), batch or 0)
        await until(screen, lambda: len(screen.queue.board) == 1)
        for _ in range(2):
            await screen.press("ctrl+s")
            assert "There is no case 3" in screen.text()
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)
    (kept,) = drafts.listed(office.desk("Ana"))
    assert kept.fields["text"] == "We look into it"


# A database that is busy, or gone.


def test_a_command_waits_while_somebody_else_writes_and_the_keys_do_not(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "_PATIENCE", 0.2)
    first = opened(office.desk("Ana"), owner=office.ids["Ana"])
    opened(office.desk("Ana"), "Lid", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="seen")
        with Keeper(office) as keeper:
            screen.send("ctrl+s")
            await until(screen, lambda: "Not saved yet: the database is busy" in screen.text())
            screen.send("escape")
            await screen.taken()
            assert form(screen)
            assert office.kinds(first) == ["opened"]
            keeper.lets_go()
        await until(screen, lambda: screen.app.screen is screen.queue)
        assert office.kinds(first) == ["opened", "noted"]
        assert drafts.listed(office.desk("Ana")) == []

        with Keeper(office):
            screen.send("A")  # not possible here, and said at once
            await until(screen, lambda: any("Nobody is called" in told for told in screen.toasts()))
            screen.pause()
            screen.send("z")
            await until(screen, lambda: screen.app.screen is not screen.queue)
            screen.send("escape")
            await until(screen, lambda: screen.app.screen is screen.queue)
            screen.send("j")
            await screen.taken()
            assert screen.queue.board.current == 2, "looking is free"

    on_screen(office, script)


def test_a_command_that_could_not_be_stored_is_kept_in_its_form(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = opened(office.desk("Ana"), owner=office.ids["Ana"])
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="seen")
        with Keeper(office):
            screen.send("ctrl+s")
            await until(screen, lambda: "Nothing was changed. Try again" in str(form(screen)._notes.trouble.content))
            assert row(screen, "text").field.said == "seen"
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue
        assert office.kinds(number) == ["opened", "noted"]

    on_screen(office, script)


def test_a_lock_covers_a_form_whose_draft_cannot_be_kept_just_now(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switch_person, "_DRAFT_TIMEOUT", 0.1)
    number = opened(office.desk("Ana"), "Kettle secret", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="half")
        with Keeper(office):
            screen.send("ctrl+end", "x")
            await screen.taken()
            screen.app.lock(by_itself=True)
            await until(screen, lambda: isinstance(screen.app.screen, LockScreen))
            assert "secret" not in screen.text()
            assert "half" not in screen.text()
        await screen.settle()
        await screen.press("2")
        assert "Ben" in screen.lines()[0]
        assert screen.app.screen is screen.queue

        await screen.press("w", "1", "i")
        assert row(screen, "text").field.said == "halfx"
        with Keeper(office):
            screen.send("ctrl+s")
            await screen.taken()
            screen.app.lock()
            await until(screen, lambda: isinstance(screen.app.screen, LockScreen))
        await until(screen, lambda: office.kinds(number) == ["opened", "noted"])
        await screen.settle()
        assert isinstance(screen.app.screen, LockScreen), "what is done below opens no lock"
        await screen.press("1")
        assert screen.app.screen is screen.queue

    on_screen(office, script)
    assert drafts.listed(office.desk("Ana")) == []
    assert office.kinds(number) == ["opened", "noted"]


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be removed here")
def test_a_database_that_is_removed_is_missed_and_goes_on_when_a_copy_is_there(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_feed, "_TURN", 0.05)
    monkeypatch.setattr(change_feed, "_RETRY_SECONDS", 0.05)
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    aside, copy = f"{office.path}.aside", f"{office.path}.copy"
    maintenance.backup(office.desk("Ana"), copy)
    office.store.close()

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="seen")
        for part in ("", "-wal", "-shm"):
            if os.path.exists(office.path + part):
                os.rename(office.path + part, aside + part)
        await until(screen, lambda: any("was removed or moved" in told for told in screen.toasts()))
        for _ in range(2):
            await screen.press("ctrl+s")
            assert row(screen, "text").field.said == "seen"
            assert "database" in screen.text()
        os.rename(copy, office.path)
        await until(screen, lambda: "Changes by others are shown again." in screen.toasts())
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue

    on_screen(office, script, were_here=False)
    office.store = open_store(office.path)
    assert office.kinds(1) == ["opened", "noted"]
    assert office.sound()


def test_after_a_fault_of_ours_a_sound_database_is_not_looked_through_each_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    damage = CareError("The database is damaged.")
    found: list[CareError | None] = [None, damage, None]

    def look(place: str) -> CareError | None:
        looked.append(place)
        return found[len(looked) - 1]

    monkeypatch.setattr(maintenance, "damage_at", look)
    office.store.close()
    works = backend.Backend(lambda: Desk(open_store(office.path), lambda: office.now, None))

    def fails(kind: type[Exception]) -> None:
        with pytest.raises(kind):
            works.submit(lambda desk: {}["nothing"]).result(HANG)

    try:
        for _ in range(3):
            fails(KeyError)
        assert len(looked) == 1
        monkeypatch.setattr(backend, "_TRUST", 0.0)
        asyncio.run(works.anew())
        for _ in range(2):
            fails(CareError)
        assert len(looked) == 2, "damage stays until another file may lie there"
        asyncio.run(works.anew())
        fails(KeyError)
        assert len(looked) == 3
    finally:
        works.close()
        office.store = open_store(office.path)


# Keys quicker than the screen.


def test_two_keys_in_the_same_moment_close_one_screen(office: Office) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        for _ in range(3):
            for key in ("enter", "escape", "W", "escape", "w", "escape", "i", "escape"):
                screen.app.simulate_key(key)
            await screen.settle()
        while screen.app.screen is not screen.queue:
            await screen.press("escape")
        await screen.press("w")
        who = screen.app.screen
        await screen.press("f1")
        who.dismiss(None)
        assert screen.app.screen is not who, "what is on top is not closed in its place"
        await screen.press("escape")
        assert screen.app.screen is who
        who.dismiss(None)
        who.dismiss(None)
        await screen.settle()
        assert screen.app.screen is screen.queue

    on_screen(office, script, size=(80, 24))
