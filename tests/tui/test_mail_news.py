"""What mails do is told in the console: that one of ours came back, and that the customer wrote."""

from __future__ import annotations

from io import BytesIO

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.team import members
from careconsole.domain.case.resolution import Resolve
from careconsole.intake.mail.coming_in import receive_stream
from tests.desk.office import HOUR, Office
from tests.desk.test_bounces import report
from tests.desk.test_sending import Server, arrived, reply, send
from tests.intake.mails import mail
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_trouble import log

CAME_BACK = "Your mail did not reach the customer on case 1 (Kettle), which is open again: 550 no such user"


def answered(office: Office) -> str:
    """Ben resolves a case by a mail to the customer; returns the id of that mail."""
    server = Server()
    office.box()
    reply(office, arrived(office), then="resolve")
    send(office, server, wait=HOUR)
    return server.got[-1].message_id


def comes(office: Office, raw: bytes) -> None:
    """A mail comes in by another process, as by `mail in`."""
    receive_stream(office.another(), BytesIO(raw))


def again(text: str) -> bytes:
    """The customer answers."""
    return mail(text, subject="Re: Kettle", In_Reply_To="<1@home.example>", Message_ID="<9@home.example>")


@pytest.mark.parametrize("away", [False, True])
def test_who_answers_for_a_case_hears_that_a_mail_came_back_and_opened_it_again(office: Office, away: bool) -> None:
    sent = answered(office)
    if away:
        members.away(office.desk("Ana"), "Ben", "Cleo")

    async def script(screen: Screen) -> None:
        comes(office, report(sent))
        await screen.says(CAME_BACK)
        assert screen.toasts()[-1] == CAME_BACK
        assert len(screen.toasts()) == (2 if away else 1), "who acts for somebody is told that they are away"
        await screen.press("B")
        assert "550 no such user" in screen.text()

    on_screen(office, script, name="Cleo" if away else "Ben", size=(80, 24))


def test_nobody_else_hears_of_it(office: Office) -> None:
    sent = answered(office)
    other = opened(office.desk("Cleo"), "Lid", owner=office.ids["Cleo"])

    async def script(screen: Screen) -> None:
        comes(office, report(sent))
        comes(office, again("And the lid?"))
        await screen.until(lambda: office.case(1).status == "open" and set(screen.queue.board.flags) == {1})
        await screen.settle()
        assert screen.toasts() == []
        assert other in screen.queue.board.rows

    on_screen(office, script, name="Cleo")


def test_the_owner_hears_that_the_customer_wrote_also_beside_an_import(office: Office) -> None:
    number = arrived(office)

    async def script(screen: Screen) -> None:
        office.bring(*log(70))
        comes(office, again("And the lid?"))
        await screen.says("The customer has written on case 1 (Kettle): And the lid?")
        assert number in screen.queue.board.flags
        assert len(screen.toasts()) == 1

    on_screen(office, script, name="Ben")


def test_the_owner_hears_that_the_customer_opened_a_case_again(office: Office) -> None:
    number = arrived(office)
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="A new lid.", answer="unanswered"), [number])
    office.later()

    async def script(screen: Screen) -> None:
        comes(office, again("It is broken!"))
        await screen.says("The customer has written on case 1 (Kettle), which is open again: It is broken!")

    on_screen(office, script, name="Ben")
