"""What is done at a console is read once: its own feed passes over it, and over nothing that others did meanwhile."""

from __future__ import annotations

import threading

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.mail import sending
from careconsole.desk.queries import case_queries
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.notes import Note
from careconsole.domain.case.replies import UNDO_TIME
from careconsole.domain.mail.outgoing import Outcome
from careconsole.domain.reply_states import SENT
from careconsole.tui.threads import change_feed
from tests.desk.office import Office
from tests.intake.mails import mail
from tests.tui.forms import fill
from tests.tui.screen import Screen, on_screen, opened
from tests.waiting import HANG


class Held:
    """The feed keeps its news until it is let go; `lists` counts how often the list was read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lists = 0
        self.taken = 0
        self._free = threading.Event()
        say, ordered = change_feed.ChangeFeed._say, case_queries.ordered

        def held(watching: change_feed.ChangeFeed, news: change_feed.Changes) -> None:
            self._free.wait(HANG)
            say(watching, news)
            self.taken += 1

        def counted(*given):
            self.lists += 1
            return ordered(*given)

        monkeypatch.setattr(change_feed.ChangeFeed, "_say", held)
        monkeypatch.setattr(case_queries, "ordered", counted)

    async def let_go(self, screen: Screen) -> None:
        """Waits until the next news has been taken in."""
        before = self.taken
        self._free.set()
        await screen.until(lambda: self.taken > before)
        await screen.settle()


def test_a_command_given_here_is_read_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    held = Held(monkeypatch)

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="called back")
        held.lists = 0
        await screen.press("ctrl+s")
        assert held.lists == 1
        await held.let_go(screen)
        assert held.lists == 1
        before = held.taken
        execution.execute(office.another("Ben"), "note", Note(text="so did I"), [1])
        await screen.until(lambda: held.taken > before)
        await screen.until(lambda: held.lists == 2)

    on_screen(office, script)


def test_what_is_taken_back_here_is_read_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    held = Held(monkeypatch)

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="called back")
        await screen.press("ctrl+s")
        held.lists = 0
        await screen.press("u")
        assert screen.toasts()[-1].startswith("Undone: ")
        assert held.lists == 1
        await held.let_go(screen)
        assert held.lists == 1

    on_screen(office, script)


def test_what_others_did_to_the_same_case_meanwhile_is_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    held = Held(monkeypatch)

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await fill(screen, text="called back")
        await screen.press("ctrl+s")
        execution.execute(office.another("Ben"), "edit", Edit(subject="Kettle in pieces"), [1])
        held.lists = 0
        await held.let_go(screen)
        await screen.until(lambda: "Kettle in pieces" in screen.text())
        assert "* Kettle in pieces" in screen.text()
        assert held.lists > 0

    on_screen(office, script)


def test_a_load_handed_over_is_seen_in_the_list_without_the_feed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = opened(office.desk("Ana"), owner=office.ids["Ana"])
    held = Held(monkeypatch)

    async def script(screen: Screen) -> None:
        await screen.press("M")
        await screen.more("hand")
        await screen.press("1", "enter")
        owner = office.case(number).owner
        assert owner != office.ids["Ana"]
        assert screen.queue.board.rows[number].owner == owner
        await held.let_go(screen)

    on_screen(office, script)


def test_what_a_command_given_here_brings_about_later_is_news(office: Office) -> None:
    office.box()
    case = office.mail(mail("It leaks.", Message_ID="<1@home.example>")).case
    assert case is not None

    async def script(screen: Screen) -> None:
        assert screen.queue.board.rows[case].waiting_since is not None
        await screen.press("r")
        await fill(screen, text="A new lid is in the post.")
        await screen.press("ctrl+s")
        await screen.settle()
        assert screen.queue.board.rows[case].waiting_since is not None
        office.now += UNDO_TIME
        assert sending.send_due(office.another("Cleo"), lambda *_: Outcome(state=SENT)).sent == 1
        await screen.until(lambda: screen.queue.board.rows[case].waiting_since is None)

    on_screen(office, script)
