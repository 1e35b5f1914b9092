"""The thread of an open console that sends mail: replies and automatic answers that are due."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.mail import boxes
from careconsole.desk.words import saved
from careconsole.domain.errors import CareError
from careconsole.store import open_store
from careconsole.tui.threads.mail_sender import MailSender
from tests.desk.office import Office
from tests.intake.mails import mail
from tests.notify.smtp_servers import Handler, serving
from tests.waiting import wait_until


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


@pytest.mark.parametrize("answer", ["250 taken", "550 not here"])
def test_an_open_console_sends_automatic_answers_and_tells_what_a_server_refuses(
    office: Office, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("careconsole.tui.threads.mail_sender._LOOK", 0.01)
    handler = Handler()
    handler.data = [answer]
    server = serving(handler)
    office.box(server.port)
    saved.add(office.desk(), "received", "We have your mail, {tag}.")
    box = boxes.all_boxes(office.desk())[0]
    boxes.change(office.desk(), box.name, replace(box.settings, auto_answer="received"))
    failed: list[CareError] = []
    sender = MailSender(lambda: Desk(open_store(office.path), lambda: office.now, None, "desk 1", "os"), failed.append)
    sender.start()
    try:
        case = office.mail(mail("It leaks.", To=box.settings.address.address)).case
        assert case is not None
        wait_until(lambda: "answered automatically" in office.kinds(case) or failed)
    finally:
        sender.close()
        server.stop()
    if answer.startswith("250"):
        assert (len(handler.got), failed) == (1, [])
        assert handler.got[0].mail_from in ("", "<>")
    else:
        assert (len(handler.got), "was not sent: 550 not here" in failed[0].message) == (0, True)
        assert office.kinds(case) == ["opened"]
