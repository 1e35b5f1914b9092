"""The first line: what needs the person at the screen, and what a lead must know of the team."""

from __future__ import annotations

import pytest

from careconsole.commands.key_table import key_of
from careconsole.desk.cases import execution
from careconsole.desk.mail import deciding
from careconsole.desk.mail.box_clock import MailNeeds
from careconsole.desk.team import members
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.promises import Promise
from careconsole.domain.terminal_text import cell_width
from careconsole.tui.queue.needs import OWN, TEAM, figures, needs_parts
from tests.desk.office import HOUR, Office
from tests.tui.forms import fill
from tests.tui.screen import Screen, on_screen, opened


def said(*counts: int, room: int = 200, leads: bool = True, mail: MailNeeds | None = None, clock: int = 0) -> str:
    told = list(zip(figures(leads=leads), counts, strict=True))
    return "".join(text for text, _, _ in needs_parts(told, room, mail, clock))


def test_the_first_line_speaks_of_one_call_and_of_several() -> None:
    assert said(0, 0, 1, 0, 0, 0, 0, 0, leads=False) == "Needs you: 1 to acknowledge"
    assert said(0, 0, 2, 0, 0, 0, 0, 0, leads=False) == "Needs you: 2 to acknowledge"


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (0, "None of your cases is overdue or at risk."),
        (-2_000, "None of your cases is overdue or at risk."),
        (5_400, "None of your cases is overdue or at risk · clock 5 s slow"),
        (-600_000, "None of your cases is overdue or at risk · clock 10 min fast"),
    ],
)
def test_a_clock_that_is_not_that_of_the_server_is_said(ahead: int, words: str) -> None:
    assert said(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, clock=ahead) == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 0, 0, 0, 0, 0, 0, 0, 0), "None of your cases is overdue or at risk."),
        ((0, 0, 0, 0, 0, 0, 0, 0, 2, 0), "None of your cases is overdue or at risk · team: 2 overdue (f)"),
        (
            (0, 0, 0, 0, 0, 0, 0, 0, 0, 3),
            "None of your cases is overdue or at risk · team: 3 without an owner here (f)",
        ),
        ((1, 0, 0, 0, 0, 0, 1, 0, 2, 0), "Needs you: 1 unassigned · 1 overdue · team: 2 overdue"),
    ],
)
def test_a_lead_sees_what_is_late_in_the_team(counts: tuple[int, ...], words: str) -> None:
    assert len(counts) == len(OWN) + len(TEAM)
    assert said(*counts) == words


def test_the_figures_of_a_narrow_line_have_the_room_of_its_first_words() -> None:
    words = said(1, 0, 1, 0, 0, 0, 1, 0, 2, 0, room=64)
    assert words == "1 unassigned · 1 to acknowledge · 1 overdue · team: 2 overdue"
    assert cell_width(words) <= 64
    assert said(1, 0, 1, 0, 0, 0, 1, 0, 2, 0, room=52) == "1 to acknowledge · 1 overdue · team: 2 overdue · …"


def test_what_is_late_in_the_team_stays_on_a_narrow_line_longest() -> None:
    words = said(3, 1, 1, 0, 2, 12, 4, 1, 5, 2, room=66)
    assert words == "1 to acknowledge · 4 overdue · team: 5 overdue · …"
    assert said(3, 1, 1, 0, 2, 12, 4, 1, 5, 2, room=45) == "4 overdue · team: 5 overdue · …"
    assert said(3, 0, 0, 0, 0, 2, 4, 1, 0, 0, room=40) == "3 unassigned · 2 at risk · 4 overdue · …"


def test_where_there_is_little_room_the_line_is_shorter_before_it_is_cut() -> None:
    assert (
        said(0, 0, 0, 0, 0, 0, 0, 0, 2, 0, room=62) == "None of your cases is overdue or at risk · team: 2 overdue (f)"
    )
    assert said(0, 0, 0, 0, 0, 0, 0, 0, 2, 0, room=61) == "None of yours overdue or at risk · team: 2 overdue (f)"


def test_what_of_the_mail_waits_for_somebody_is_on_the_first_line() -> None:
    mail = MailNeeds(held=2, unread=("box support not read for 20m",))
    quiet = said(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, mail=mail)
    assert quiet == "None of your cases is overdue or at risk · mail: 2 held, box support not read for 20m"
    held = said(0, 0, 0, 0, 0, 0, 0, 0, leads=False, mail=MailNeeds(held=1))
    assert held == "None of your cases is overdue or at risk · mail: 1 held"
    unsent = said(0, 0, 0, 0, 0, 0, 0, 0, leads=False, mail=MailNeeds(held=1, unsent=2))
    assert unsent == "None of your cases is overdue or at risk · mail: 1 held, 2 not sent"
    assert said(0, 0, 0, 0, 0, 0, 0, 0, leads=False, mail=MailNeeds()) == "None of your cases is overdue or at risk."
    busy = said(1, 0, 0, 0, 0, 0, 1, 0, 2, 0, mail=mail)
    assert busy == "Needs you: 1 unassigned · 1 overdue · team: 2 overdue · mail: 2 held, box support not read for 20m"
    narrow = said(1, 0, 1, 0, 0, 0, 1, 0, 2, 0, room=64, mail=mail)
    assert narrow == "1 overdue · team: 2 overdue · … · mail: 2 held, 1 box not read"
    assert cell_width(narrow) <= 64


def test_the_console_says_what_of_the_mail_waits_as_soon_as_it_does(office: Office) -> None:
    async def script(screen: Screen) -> None:
        assert "mail:" not in screen.lines()[0]
        office.mail(b"From: a@home.example\nX-Spam-Flag: YES\n\nx")
        await screen.until(lambda: "mail: 1 held" in screen.lines()[0])
        deciding.drop(office.desk(), 1, "advertising")
        await screen.until(lambda: "mail:" not in screen.lines()[0])

    on_screen(office, script)


def test_the_figures_of_a_small_terminal_are_on_its_first_line(office: Office) -> None:
    opened(office.desk("Ben"), owner=office.ids["Ben"])
    office.later(5)
    for _ in range(3):
        opened(office.desk("Ben"))
    opened(office.desk("Ana"), owner=office.ids["Ana"])
    office.later(5)

    async def script(screen: Screen) -> None:
        first = screen.lines()[0]
        assert first.startswith("3 unassigned · 4 overdue · team: 1 overdue"), first

    on_screen(office, script, size=(60, 15))


def test_nothing_needs_a_lead_only_if_nothing_of_the_team_is_late(office: Office) -> None:
    for _ in range(2):
        opened(office.desk("Ben"), owner=office.ids["Ben"])
    office.later(5)
    opened(office.desk("Cleo"), owner=office.ids["Cleo"])

    async def lead(screen: Screen) -> None:
        first = "None of your cases is overdue or at risk · team: 2 overdue (f)"
        await screen.until(lambda: first in screen.lines()[0])
        await screen.press("f")
        assert screen.queue.live.filter == "is:overdue -answerable:me"
        assert sorted(screen.queue.board.numbers) == [1, 2]

    async def agent(screen: Screen) -> None:
        await screen.until(lambda: "None of your cases is overdue or at risk." in screen.lines()[0])
        await screen.press("f")
        await screen.says("None of your cases is overdue or at risk. Press 0 for all open cases.")

    on_screen(office, lead, name="Dora")
    on_screen(office, agent, name="Cleo")


def test_a_late_promise_is_overdue_for_who_answers_for_it_and_not_for_who_is_called_to_help(office: Office) -> None:
    number = opened(office.desk("Ben"), owner=office.ids["Ben"], inbound=False)
    due = office.now + HOUR // 2
    execution.execute(office.desk("Ben"), "promise", Promise(text="a courier", due=due), [number])
    call = Escalate(to=office.ids["Ana"], need="fetch it", reason="authority", cause="unsafe part")
    execution.execute(office.desk("Ben"), "escalate", call, [number])
    office.later(1)

    async def called(screen: Screen) -> None:
        await screen.until(lambda: "team: 1 overdue" in screen.lines()[0])
        assert screen.lines()[0].startswith("Needs you: 1 to acknowledge · team: 1 overdue"), screen.lines()[0]
        await screen.press("P")
        await screen.until(lambda: "Ben is responsible, Ana is called to help." in screen.text())
        await screen.press("2")
        await screen.until(lambda: "No promises that you are responsible for are open." in screen.text())

    async def owner(screen: Screen) -> None:
        await screen.until(lambda: "Needs you: 1 overdue" in screen.lines()[0])
        await screen.press("h", "tab")
        assert "1 open case is overdue, which you are responsible for" in screen.text()
        await screen.press("P", "2")

    on_screen(office, called, name="Ana")
    on_screen(office, owner, name="Ben")


def test_a_lead_sees_cases_whose_owner_has_left(office: Office) -> None:
    opened(office.desk("Ben"), owner=office.ids["Ben"])
    members.change(office.desk("Ana"), "Ben", active=False, cover=None)

    async def script(screen: Screen) -> None:
        await screen.until(lambda: "team: 1 without an owner here (f)" in screen.lines()[0])
        await screen.press("f")
        assert list(screen.queue.board.numbers) == [1]

    on_screen(office, script, name="Dora")


def test_a_lead_who_is_not_told_of_anything_late_can_believe_it(office: Office) -> None:
    opened(office.desk("Ben"), owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        await screen.until(lambda: "None of your cases is overdue or at risk." in screen.lines()[0])
        await screen.press("f")
        await screen.says(
            "None of your cases is overdue or at risk. None of the team's cases is overdue. Press 0 for all open cases."
        )

    on_screen(office, script, name="Dora")


def test_a_request_for_help_needs_the_colleague_until_the_help_is_finished(office: Office) -> None:
    number = opened(office.desk("Ben"), owner=office.ids["Ben"], inbound=False)
    execution.execute(office.desk("Ben"), "ask", AskHelp(of=office.ids["Cleo"], need="read it with me"), [number])

    async def helper(screen: Screen) -> None:
        await screen.until(lambda: "Needs you: 1 to help with" in screen.lines()[0])
        await screen.press("f")
        assert (screen.queue.live.filter, list(screen.queue.board.numbers)) == ("helping:me", [number])
        await screen.until(lambda: screen.lines()[-1].split()[:3] == [key_of("helped"), "finish", "help"])
        await screen.press(key_of("helped"))
        await fill(screen, said="clause 4 applies")
        await screen.press("ctrl+s")
        await screen.until(lambda: "None of your cases is overdue or at risk." in screen.lines()[0])

    async def owner(screen: Screen) -> None:
        await screen.until(lambda: "None of your cases is overdue or at risk." in screen.lines()[0])
        await screen.until(lambda: "take" in screen.lines()[-1] or "log" in screen.lines()[-1])
        assert "finish help" not in screen.lines()[-1], "it is the colleague's to finish"

    on_screen(office, owner, name="Ben")
    on_screen(office, helper, name="Cleo")
