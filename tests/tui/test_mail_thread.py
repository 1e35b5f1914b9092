"""An open console fetches mail from a real IMAP server as it comes, and closes at once whatever it waits for."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.mail import boxes, fetch_state
from careconsole.desk.mail.box_clock import MailNeeds
from careconsole.domain.errors import CareError
from careconsole.domain.mail.boxes import MailServer, Secret
from careconsole.store import open_store
from careconsole.tui.threads.mail_thread import MailThread
from tests.desk.office import Office
from tests.intake.dovecot import PASSWORD, USER, Dovecot, needs_dovecot
from tests.intake.mails import mail
from tests.killed_fetching import settings
from tests.waiting import wait_until


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


def desk_of(office: Office) -> Callable[[], Desk]:
    return lambda: Desk(open_store(office.path), lambda: office.now, None, "desk 1", "os")


def count(office: Office) -> int:
    return sum(office.store.mails.counts().values())


@needs_dovecot
def test_mail_comes_in_while_a_console_is_open(office: Office, imap_server: Dovecot) -> None:
    told: list[MailNeeds] = []
    failed: list[CareError] = []
    thread = MailThread(desk_of(office), True, told.append, failed.append)
    thread.start()
    try:
        box = boxes.add(office.desk(), "support", settings(imap_server), Secret("stored", PASSWORD))
        imap_server.put([mail("one"), mail("two", X_Spam_Flag="YES")])
        wait_until(lambda: count(office) >= 2, lambda: f"the first mails: {boxes.all_boxes(office.desk())}")
        wait_until(lambda: told and told[-1].held == 1, "the held mail on the screen")
        began = time.monotonic()
        imap_server.put([mail("three")])
        wait_until(lambda: count(office) == 3, "a mail that comes while it waits")
        assert time.monotonic() - began < 60, "the server's word was heard, and not only the poll after two minutes"
        with pytest.raises(fetch_state.BoxTaken):
            fetch_state.begin(office.desk(), boxes.named(office.desk(), box.name), "somebody else")
    finally:
        thread.close()
    assert failed == []
    fetch_state.begin(office.desk(), boxes.named(office.desk(), "support"), "somebody else")
    assert boxes.named(office.desk(), "support").failure == "", "being closed is no failure"
    assert not [one for one in threading.enumerate() if one.name.startswith("mail")]


def test_it_ends_at_once_while_a_server_says_nothing(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        imap = MailServer(host="127.0.0.1", port=silent.getsockname()[1], security="plain", user=USER)
        made = replace(settings(Dovecot(Path(), 1, 0)), imap=imap)
        boxes.add(office.desk(), "support", made, Secret("stored", PASSWORD))
        thread = MailThread(desk_of(office), True, lambda needs: None, lambda error: None)
        thread.start()
        caller, _ = silent.accept()
        began = time.monotonic()
        thread.close()
        assert time.monotonic() - began < 30, "it does not wait for the server"
        caller.close()
        wait_until(lambda: not [one for one in threading.enumerate() if one.name.startswith("mail")], "its threads")


def test_a_console_that_does_no_work_beside_only_looks(office: Office) -> None:
    boxes.add(office.desk(), "support", settings(Dovecot(Path(), 1, 0)), Secret("stored", PASSWORD))
    office.now += 20 * 60_000
    told: list[MailNeeds] = []
    thread = MailThread(desk_of(office), False, told.append, lambda error: None)
    thread.start()
    try:
        wait_until(lambda: told and told[-1].unread == ("box support not read for 20m",), "what waits")
    finally:
        thread.close()
    assert boxes.named(office.desk(), "support").failure == ""
