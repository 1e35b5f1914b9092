"""Copies of sent mails on a real IMAP server, and uncertain mails that are found there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from msgspec.structs import replace

from careconsole.desk.cases import execution
from careconsole.desk.mail import boxes, sending
from careconsole.desk.mail.settling import LOOKS
from careconsole.domain.case.ownership import Take
from careconsole.domain.case.replies import UNDO_TIME, Reply
from careconsole.domain.mail.boxes import MailServer, Secret
from careconsole.domain.reply_states import SENT, UNCERTAIN
from careconsole.intake.mail.parsing import read_mail
from careconsole.notify.sent_folder import SentFolders
from careconsole.notify.smtp_sender import send
from tests.desk.office import Office
from tests.intake.dovecot import PASSWORD, USER, Dovecot, needs_dovecot
from tests.intake.mails import mail
from tests.killed_fetching import settings
from tests.notify.smtp_servers import Handler, free_port, serving

pytestmark = needs_dovecot


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def smtp(handler: Handler) -> Iterator[Controller]:
    controller = serving(handler)
    yield controller
    controller.stop()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    assert office.sound()
    office.close()


def add_box(office: Office, dovecot: Dovecot, smtp: Controller, **changes: object) -> None:
    server = MailServer(host="127.0.0.1", port=smtp.port, security="plain")
    made = replace(settings(dovecot), **{"smtp": server, "sent_folder": "Sent", **changes})
    boxes.add(office.desk(), "support", made, Secret("stored", PASSWORD))


def replied(office: Office, number: int = 1) -> int:
    """The case of a customer's mail that Ben answered; the reply is due."""
    came = mail(f"Kettle {number} leaks.", subject=f"Kettle {number}", Message_ID=f"<{number}@home.example>")
    case = office.mail(came).case
    assert case is not None
    if office.case(case).owner is None:
        execution.execute(office.desk("Ben"), "take", Take(), [case])
    execution.execute(office.desk("Ben"), "reply", Reply(text="A new lid is on its way."), [case])
    office.now += UNDO_TIME
    return case


def send_now(office: Office, folders: SentFolders) -> sending.Done:
    return sending.send_due(office.desk(), send, folders.keep)


def copies(imap_server: Dovecot, folder: str = "Sent") -> list[bytes]:
    with imap_server.session() as client:
        if client.select(f'"{folder}"')[0] != "OK":
            return []
        numbers = client.search(None, "SEEN")[1][0].split()
        return [client.fetch(number.decode(), "(BODY.PEEK[])")[1][0][1] for number in numbers]


@pytest.mark.parametrize("folder", ["Sent", "Gesendete Grüße"])
def test_a_copy_of_what_was_sent_is_in_the_folder(
    office: Office, imap_server: Dovecot, smtp: Controller, handler: Handler, folder: str
) -> None:
    add_box(office, imap_server, smtp, sent_folder=folder)
    replied(office)
    assert send_now(office, SentFolders(office.desk())) == sending.Done(sent=1)
    if folder.isascii():
        (copy,) = copies(imap_server)
        (got,) = handler.got
        assert isinstance(got.content, bytes)
        assert copy == got.content
    else:
        (reply,) = sending.listed(office.desk(), (SENT,))
        assert "No copy" not in reply.said


def test_there_is_one_copy_where_the_server_makes_one_itself(
    office: Office, imap_server: Dovecot, smtp: Controller
) -> None:
    add_box(office, imap_server, smtp)
    case = replied(office)
    (reply,) = sending.listed(office.desk(), ("waiting",))
    with imap_server.session() as client:
        client.create("Sent")
    imap_server.put([f"Message-ID: <{reply.content.message_id}>\n\nA copy".encode()], folder="Sent")
    assert send_now(office, SentFolders(office.desk())).sent == 1
    assert len(imap_server.uids(folder="Sent")) == 1
    assert office.case(case).waiting_since is None


def test_without_a_folder_no_copy_is_put_anywhere(office: Office, imap_server: Dovecot, smtp: Controller) -> None:
    add_box(office, imap_server, smtp, sent_folder="")
    replied(office)
    assert send_now(office, SentFolders(office.desk())) == sending.Done(sent=1)
    assert imap_server.uids() == copies(imap_server) == []


def test_a_copy_that_fails_leaves_the_mail_sent_once_and_is_said_once(
    office: Office, imap_server: Dovecot, smtp: Controller, handler: Handler
) -> None:
    gone = MailServer(host="127.0.0.1", port=free_port(), security="plain", user=USER)
    add_box(office, imap_server, smtp, imap=gone)
    cases = [replied(office, number) for number in (1, 2, 3)]
    done = send_now(office, SentFolders(office.desk()))
    assert (done.sent, len(done.problems)) == (3, 1)
    assert done.problems[0].startswith("Mails of box support are sent, but no copy goes into the folder Sent: ")
    assert all(office.case(case).waiting_since is None for case in cases)
    assert send_now(office, SentFolders(office.desk())) == sending.Done()
    assert len(handler.got) == 3
    assert all("No copy is in the folder Sent." in one.said for one in sending.listed(office.desk(), (SENT,)))


@pytest.mark.parametrize("folder", ["Sent", "INBOX"])
def test_an_uncertain_mail_that_is_found_was_sent(
    office: Office, imap_server: Dovecot, smtp: Controller, handler: Handler, folder: str
) -> None:
    add_box(office, imap_server, smtp)
    case = replied(office)
    handler.data = ["close"]
    folders = SentFolders(office.desk())
    assert send_now(office, folders).uncertain == 1
    assert copies(imap_server) == []
    assert folders.settle()[0] == []
    (reply,) = sending.listed(office.desk(), (UNCERTAIN,))
    got = handler.got[0].content
    assert isinstance(got, bytes)
    assert read_mail(got).message_id == reply.content.message_id
    with imap_server.session() as client:
        client.create("Sent")
    imap_server.put([got], folder=folder)
    assert folders.settle() == ([], [])  # it is not time to look again
    office.now += LOOKS[1]
    (settled,), problems = folders.settle()
    assert (settled.state, settled.said, problems) == (SENT, f"It was found in the folder {folder}.", [])
    assert (office.case(case).waiting_since, office.kinds(case)[-1]) == (None, "reply sent")
    assert send_now(office, folders) == sending.Done()
    assert len(handler.got) == 1


def test_an_uncertain_mail_that_is_not_found_stays_for_a_person(
    office: Office, imap_server: Dovecot, smtp: Controller, handler: Handler
) -> None:
    add_box(office, imap_server, smtp)
    case = replied(office)
    handler.data = ["close"]
    folders = SentFolders(office.desk())
    send_now(office, folders)
    imap_server.put([b"Message-ID: <other@shop.example>\n\nx"])
    for wait in LOOKS:
        office.now += wait
        assert folders.settle()[0] == []
    assert sending.stuck(office.desk()) == 1
    assert office.case(case).waiting_since is not None
    assert len(handler.got) == 1


def test_found_after_the_customer_wrote_again_it_does_not_answer_them(
    office: Office, imap_server: Dovecot, smtp: Controller, handler: Handler
) -> None:
    add_box(office, imap_server, smtp)
    case = replied(office)
    handler.data = ["close"]
    folders = SentFolders(office.desk())
    send_now(office, folders)
    office.mail(mail("And the handle?", In_Reply_To="<1@home.example>", Message_ID="<2@home.example>"))
    got = handler.got[0].content
    assert isinstance(got, bytes)
    imap_server.put([got])
    assert folders.settle() == ([], [])
    (reply,) = sending.listed(office.desk(), (UNCERTAIN,))
    assert reply.said == "It was found in the folder INBOX. The customer wrote meanwhile, so a person decides."
    assert office.case(case).waiting_since is not None


def test_a_box_that_cannot_be_looked_through_is_said(
    office: Office, imap_server: Dovecot, smtp: Controller, handler: Handler
) -> None:
    gone = MailServer(host="127.0.0.1", port=free_port(), security="plain", user=USER)
    add_box(office, imap_server, smtp, imap=gone)
    replied(office)
    handler.data = ["close"]
    folders = SentFolders(office.desk())
    send_now(office, folders)
    settled, (problem,) = folders.settle()
    assert settled == []
    assert problem.startswith("Mails of box support that may have been sent cannot be looked for: 127.0.0.1:")
    assert folders.settle() == ([], [])
