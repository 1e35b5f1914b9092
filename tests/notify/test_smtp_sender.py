"""One mail by SMTP: what was sent, and what the server's answers mean."""

from __future__ import annotations

import base64
import email
import email.policy
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.mail import sending
from careconsole.domain.case.replies import UNDO_TIME, Reply
from careconsole.domain.mail.outgoing import OutgoingMail, SentFile
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.reply_states import LATER, REFUSED, SENT, UNCERTAIN
from careconsole.intake.mail.parsing import read_mail
from careconsole.notify.mail_message import message_bytes
from careconsole.notify.smtp_sender import send
from careconsole.store import open_store
from tests.desk.office import Office
from tests.intake.mails import mail as incoming
from tests.notify.smtp_servers import Handler, free_port, login, scripted, serving

MAIL = OutgoingMail(
    sender=Mailbox("support@shop.example", "Shop"),
    to=("anna@home.example",),
    cc=("bob@home.example",),
    subject="Re: Kettle",
    body="Dear Anna,\n\nit is on its way.\n.\nFrom here, a day.\n\n-- \nThe shop\n\nAnna wrote:\n> It leaks.\n",
    message_id="careconsole.1.3.00@shop.example",
    in_reply_to="1@home.example",
    references=("0@home.example", "1@home.example"),
    date=1_767_600_000_000,
)


def opened(digest: str) -> Any:
    return BytesIO(b"%PDF " + digest.encode())


def made(mail: OutgoingMail) -> EmailMessage:
    message = email.message_from_bytes(message_bytes(mail, opened), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def server(handler: Handler) -> Iterator[Controller]:
    controller = serving(handler)
    yield controller
    controller.stop()


def test_a_mail_arrives_as_it_was_written(handler: Handler, server: Controller) -> None:
    assert send(login(server.port), MAIL, opened).state == SENT
    (got,) = handler.got
    assert (got.mail_from, got.rcpt_tos) == ("support@shop.example", ["anna@home.example", "bob@home.example"])
    assert isinstance(got.content, bytes)
    message = email.message_from_bytes(got.content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    names = ("From", "To", "Cc", "Subject", "Message-ID", "In-Reply-To", "References")
    assert [str(message[name]) for name in names] == [
        "Shop <support@shop.example>",
        "anna@home.example",
        "bob@home.example",
        "Re: Kettle",
        "<careconsole.1.3.00@shop.example>",
        "<1@home.example>",
        "<0@home.example> <1@home.example>",
    ]
    assert message["Auto-Submitted"] is None
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    assert message["Content-Type"].params["format"] == "flowed"
    text = message.get_content().replace("\r\n", "\n")
    assert text == MAIL.body.replace("\nFrom", "\n From")
    assert read_mail(got.content).ours


def test_a_long_paragraph_flows_and_an_umlaut_arrives(handler: Handler, server: Controller) -> None:
    words = "Grüße, ein neuer Deckel ist unterwegs und kommt am Freitag. " * 5
    send(login(server.port), OutgoingMail(**{**_fields(MAIL), "body": words}), opened)
    content = handler.got[0].content
    assert isinstance(content, bytes)
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    lines = message.get_content().splitlines()
    assert len(lines) > 3
    assert all(len(line) <= 73 for line in lines)
    assert "".join(lines).rstrip() == words.rstrip()


def _fields(mail: OutgoingMail) -> dict[str, Any]:
    return {name: getattr(mail, name) for name in mail.__struct_fields__}


def test_files_go_along_under_safe_names() -> None:
    names = ("terms.pdf", "../../etc/passwd", 'a"b\r\nX-Evil: 1.txt', "Größe.pdf")
    kinds = ("application/pdf", "message/rfc822", "text/x\r\nX-Evil: 1", "multipart/mixed")
    files = tuple(SentFile(name=n, size=9, type=t, digest="d") for n, t in zip(names, kinds, strict=True))
    message = made(OutgoingMail(**{**_fields(MAIL), "files": files}))
    parts = list(message.iter_attachments())
    assert [part.get_filename() for part in parts] == ["terms.pdf", "_.._etc_passwd", "a_b_X-Evil_ 1.txt", "Größe.pdf"]
    assert [part.get_content_type() for part in parts] == ["application/pdf", *["application/octet-stream"] * 3]
    assert all(part.get_content() == b"%PDF d" for part in parts)
    assert "x-evil" not in {name.lower() for part in message.walk() for name in part}


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: y@evil.example", "x\nBcc: y", "x\rBcc: y", "x\x00y", "x\u2028Bcc: y", "x\x85Bcc: y"]
)
def test_nothing_can_be_added_to_the_headers(evil: str) -> None:
    fields = {
        **_fields(MAIL),
        "sender": Mailbox("support@shop.example", evil),
        "subject": evil,
        "in_reply_to": evil,
        "references": (evil, "<a> <b>\r\nBcc: y"),
    }
    data = message_bytes(OutgoingMail(**fields), opened)
    head = data.partition(b"\r\n\r\n")[0]
    names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))}
    assert b"bcc" not in names
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert b"\r" not in head.replace(b"\r\n", b"")


def test_an_address_that_is_none_is_not_sent_to(handler: Handler, server: Controller) -> None:
    outcome = send(login(server.port), OutgoingMail(**{**_fields(MAIL), "to": ("a@b\r\nDATA",)}), opened)
    assert (outcome.state, handler.got) == (REFUSED, [])


@pytest.mark.parametrize(
    ("rcpt", "data", "state", "said"),
    [
        (["550 5.1.1 no such user"], [], REFUSED, "anna@home.example: 550 5.1.1 no such user"),
        (["250", "550 no such user"], [], REFUSED, "bob@home.example: 550 no such user"),
        (["451 greylisted"], [], LATER, "anna@home.example: 451 greylisted"),
        ([], ["554 spam"], REFUSED, "554 spam"),
        ([], ["452 full"], LATER, "452 full"),
        ([], ["close"], UNCERTAIN, "The connection was lost while the server took it"),
    ],
)
def test_what_the_answers_of_a_server_mean(
    handler: Handler, server: Controller, rcpt: list[str], data: list[str], state: str, said: str
) -> None:
    handler.rcpt, handler.data = rcpt, data
    outcome = send(login(server.port), MAIL, opened)
    assert (outcome.state, outcome.said[: len(said)]) == (state, said)
    assert len(handler.got) == (1 if state == UNCERTAIN else 0)


HELLO = [b"220 hi\r\n", b"250 me\r\n"]


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([b"554 go away\r\n"], LATER),
        ([None], LATER),
        ([*HELLO, None], LATER),
        ([*HELLO, b"421 closing\r\n"], LATER),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", None], LATER),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"554 no\r\n"], REFUSED),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", None], UNCERTAIN),
        ([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"nonsense\r\n"], UNCERTAIN),
    ],
)
def test_a_connection_that_ends_is_uncertain_only_once_the_text_was_asked_for(
    answers: list[bytes | None], state: str
) -> None:
    port, _, thread = scripted(answers)
    assert send(login(port), MAIL, opened).state == state
    thread.join(10)


def test_a_server_that_is_not_there_is_asked_again_later() -> None:
    outcome = send(login(free_port()), MAIL, opened)
    assert outcome.state == LATER
    assert "cannot be reached" in outcome.said


def test_a_wrong_password_leaves_the_mail_waiting_until_the_box_is_put_right() -> None:
    plain = [b"220 hi\r\n", b"250-me\r\n250 AUTH PLAIN\r\n"]
    ok = b"250 ok\r\n"
    port, got, thread = scripted([*plain, b"235 in\r\n", ok, ok, ok, b"354 go\r\n", None])
    assert send(login(port, "support", "secret"), MAIL, opened).state == UNCERTAIN
    thread.join(10)
    assert base64.b64decode(got[1].split()[-1]) == b"\0support\0secret"
    port, _, thread = scripted([*plain, b"535 no secret\r\n", b"221 bye\r\n"])
    outcome = send(login(port, "support", "hunter2"), MAIL, opened)
    assert (outcome.state, outcome.said) == (LATER, f"127.0.0.1:{port}: it refused the login: 535 no secret.")


def test_a_token_is_sent_as_servers_expect_it() -> None:
    ok = b"250 ok\r\n"
    answers = [b"220 hi\r\n", b"250-me\r\n250 AUTH XOAUTH2\r\n", b"235 in\r\n", ok, ok, ok, b"354 go\r\n"]
    port, got, thread = scripted([*answers])
    send(login(port, "support@shop.example", "token", oauth=True), MAIL, opened)
    thread.join(10)
    mechanism, _, words = got[1].strip().removeprefix(b"AUTH ").partition(b" ")
    assert mechanism == b"XOAUTH2"
    assert base64.b64decode(words) == b"user=support@shop.example\x01auth=Bearer token\x01\x01"


def test_eight_that_send_at_once_to_a_server_that_loses_the_answer_never_send_twice(
    tmp_path: Path, handler: Handler, server: Controller
) -> None:
    office = Office(tmp_path)
    office.box(server.port)
    cases = []
    for number in range(6):
        done = office.mail(incoming(f"Kettle {number}", Message_ID=f"<{number}@home.example>", subject=f"No {number}"))
        assert done.case is not None
        cases.append(done.case)
        execution.execute(office.desk("Ben"), "reply", Reply(text="On its way."), [done.case])
    handler.data = ["250 taken", "close", "250 taken", "close"]
    office.now += UNDO_TIME

    def run() -> None:
        with closing(open_store(office.path)) as store:
            sending.send_due(Desk(store, lambda: office.now), send)

    threads = [Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [read_mail(got.content if isinstance(got.content, bytes) else b"").message_id for got in handler.got]
    assert len(ids) == len(set(ids)) == 6
    states = sorted(one.state for one in sending.listed(office.desk(), (SENT, UNCERTAIN)))
    assert states == [SENT] * 4 + [UNCERTAIN] * 2
    assert office.sound()
    office.close()
