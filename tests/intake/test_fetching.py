"""Fetching mail from a real IMAP server: each mail once, none lost, whatever the server or a kill does in between."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.mail import boxes, deciding, fetch_state, receiving
from careconsole.desk.mail.server_login import MailServerFailed, imap_login
from careconsole.desk.queries.changes import StopSignal
from careconsole.domain.errors import CareError
from careconsole.domain.mail.boxes import Box, MailServer, Secret
from careconsole.domain.mail.received import Mailbox
from careconsole.intake.mail import fetching
from careconsole.intake.mail.fetching import FetchedBox, fetch_box
from careconsole.intake.mail.imap import CannotFetch, ImapFolder
from tests.desk.office import Office
from tests.intake.dovecot import OTHER, PASSWORD, USER, Dovecot, needs_dovecot
from tests.intake.mails import mail, multipart
from tests.killed_fetching import fetch_killed, letter, new_database, problems, settings

pytestmark = needs_dovecot


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    assert office.sound()
    office.close()


def add(office: Office, imap_server: Dovecot, name: str = "support", **changes: object) -> Box:
    made = replace(settings(imap_server), **changes)
    return boxes.add(office.desk(), name, made, Secret("stored", PASSWORD))


def fetch(office: Office, name: str = "support") -> FetchedBox:
    desk = office.desk()
    return fetch_box(desk, boxes.named(desk, name))


def sums(done: FetchedBox) -> tuple[int, int, int, int]:
    assert done.failure == ""
    assert done.came == done.taken + done.held + done.known
    return done.came, done.taken, done.held, done.known


def test_each_mail_comes_once_and_stays_unread_on_the_server(office: Office, imap_server: Dovecot) -> None:
    add(office, imap_server)
    imap_server.put([mail("one"), mail("two", X_Spam_Flag="YES"), b"no headers at all"])
    assert sums(fetch(office)) == (3, 1, 2, 0)
    assert sums(fetch(office)) == (0, 0, 0, 0)
    imap_server.put([mail("three")])
    assert sums(fetch(office)) == (1, 1, 0, 0)
    assert len(imap_server.uids("UNSEEN")) == 4
    box = boxes.named(office.desk(), "support")
    assert (box.read_at, box.failure, box.uid) == (office.now, "", max(imap_server.uids()))
    assert deciding.raw(office.desk(), deciding.find(office.desk(), 1)).replace(b"\r\n", b"\n") == mail("one")


def test_a_mail_marked_as_deleted_is_left_out_until_it_is_not(office: Office, imap_server: Dovecot) -> None:
    add(office, imap_server)
    imap_server.put([mail("one"), mail("two")])
    first, second = imap_server.uids()
    imap_server.flag(first, r"(\Deleted)")
    assert sums(fetch(office)) == (1, 1, 0, 0)
    with imap_server.session() as client:
        client.uid("STORE", str(first), "-FLAGS", r"(\Deleted)")
    assert sums(fetch(office)) == (1, 1, 0, 0)
    imap_server.flag(second, r"(\Deleted)")
    add(office, imap_server, "again", after="seen")
    assert sums(fetch(office, "again")) == (1, 0, 0, 1)
    assert len(imap_server.uids("DELETED")) == 1, "nobody removes what somebody else has marked"


def test_another_uidvalidity_lists_all_again_and_takes_nothing_twice(office: Office, imap_server: Dovecot) -> None:
    add(office, imap_server)
    imap_server.put([mail(f"{n}", subject=f"No {n}") for n in range(5)])
    assert sums(fetch(office)) == (5, 5, 0, 0)
    imap_server.renumber()
    imap_server.put([mail("new", subject="new")])
    assert sums(fetch(office)) == (6, 1, 0, 5)
    assert sums(fetch(office)) == (0, 0, 0, 0)


def test_mails_are_marked_or_moved_only_after_they_are_here(
    office: Office, imap_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(office, imap_server, after="move", moved_to="Fertig &ü")
    imap_server.put([mail("one"), mail("two")])

    def broken(*_: object) -> None:
        raise CareError("killed here")

    with monkeypatch.context() as patched:
        patched.setattr(fetch_state, "receive_from", broken)
        assert fetch(office).failure == "killed here"
    assert len(imap_server.uids("UNSEEN")) == 2
    with monkeypatch.context() as patched:
        patched.setattr(ImapFolder, "move", broken)
        assert fetch(office).failure == "killed here"
    assert len(imap_server.uids("UNSEEN")) == 2
    assert sums(fetch(office)) == (0, 0, 0, 0), "they are here already, and are moved now"
    assert (imap_server.uids(), len(imap_server.uids(folder='"Fertig &-&APw-"'))) == ([], 2)


def test_a_server_without_move_loses_nothing(
    office: Office, imap_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(office, imap_server, after="move", moved_to="Done")
    imap_server.put([mail("one"), mail("somebody deleted this")])
    imap_server.flag(imap_server.uids()[1], r"(\Deleted)")
    opened = ImapFolder.__init__

    def without(self: ImapFolder, *args: object) -> None:
        opened(self, *args)  # type: ignore[arg-type]
        self._able -= {"MOVE"}

    monkeypatch.setattr(ImapFolder, "__init__", without)
    assert sums(fetch(office)) == (1, 1, 0, 0)
    assert (len(imap_server.uids()), len(imap_server.uids(folder="Done"))) == (1, 1)


def test_a_mail_in_two_boxes_is_one_case_and_both_boxes_are_noted(office: Office, imap_server: Dovecot) -> None:
    add(office, imap_server)
    imap = MailServer(host="127.0.0.1", port=imap_server.port, security="plain", user=OTHER)
    add(office, imap_server, "sales", address=Mailbox(OTHER), imap=imap)
    imap_server.put([mail()])
    imap_server.put([mail()], OTHER)
    assert sums(fetch(office)) == (1, 1, 0, 0)
    assert sums(fetch(office, "sales")) == (1, 0, 0, 1)
    assert office.store.boxes.of_mails([1]) == {1: ["support", "sales"]}


def test_only_one_reads_a_box_at_a_time(office: Office, imap_server: Dovecot) -> None:
    box = add(office, imap_server)
    there = Desk(office.another().store, lambda: office.now, None, "desk 2", "os")
    me = fetching.new_holder(there)
    fetch_state.begin(there, box, me)
    assert fetch(office).busy == "desk 2"
    fetch_state.end(there, box, me)
    assert fetch(office).busy == ""


def test_only_mails_since_the_day_that_was_set_are_fetched(office: Office, imap_server: Dovecot) -> None:
    add(office, imap_server, since="2030-01-01")
    imap_server.put([mail()])
    assert sums(fetch(office)) == (0, 0, 0, 0)
    boxes.change(office.desk(), "support", replace(settings(imap_server), since="2020-01-01"))
    assert sums(fetch(office)) == (1, 1, 0, 0)


def test_a_mail_that_breaks_receiving_is_held_and_the_others_go_on(
    office: Office, imap_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(office, imap_server)
    imap_server.put([mail(f"{n}", subject=f"No {n}") for n in range(3)])
    receive = receiving.take_into

    def breaks(unit: object, cases: object, stored: receiving.StoredMail, found: object) -> object:
        if stored.content.subject == "No 1":
            raise KeyError("a fault of careconsole")
        return receive(unit, cases, stored, found)  # type: ignore[arg-type]

    monkeypatch.setattr(receiving, "take_into", breaks)
    assert sums(fetch(office)) == (3, 2, 1, 0)
    (held,) = deciding.listed(office.desk(), ("held",), 9)
    assert held.reason == "damaged"
    assert b"No 1" in deciding.raw(office.desk(), held)


def test_a_mail_that_the_server_does_not_give_is_said_and_tried_again(
    office: Office, imap_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = add(office, imap_server)
    imap_server.put([mail("one", subject="one"), mail("two", subject="two")])
    bad = imap_server.uids()[0]
    small = ImapFolder.small

    def refuses(self: ImapFolder, uids: list[int]) -> dict[int, bytes]:
        if bad in uids:
            raise CannotFetch("disk error")
        return small(self, uids)

    with monkeypatch.context() as patched:
        patched.setattr(ImapFolder, "small", refuses)
        done = fetch(office)
    assert (sums(done), done.unfetched) == ((1, 1, 0, 0), 1)
    assert boxes.shown_failures(office.desk(), boxes.named(office.desk(), box.name)) == [(bad, "disk error")]
    assert sums(fetch(office)) == (1, 1, 0, 0)
    assert boxes.shown_failures(office.desk(), boxes.named(office.desk(), box.name)) == []


def test_a_large_mail_comes_whole_in_pieces(office: Office, imap_server: Dovecot) -> None:
    add(office, imap_server)
    large = multipart(
        "Content-Type: text/plain\n\nSee it.", "Content-Type: image/png; name=a.png\n\n" + "A" * 3_500_000
    )
    imap_server.put([large, mail("after")])
    assert sums(fetch(office)) == (2, 2, 0, 0)
    raw = deciding.raw(office.desk(), deciding.find(office.desk(), 1))
    assert raw.replace(b"\r\n", b"\n") == large


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"folder": "Nowhere"}, "does not open the folder 'Nowhere'"),
        ({"imap": MailServer(host="127.0.0.1", port=1, security="plain", user=USER)}, "cannot be reached"),
        ({"imap": "stranger"}, "refused the login"),
        ({"imap": "tls"}, "has a certificate that is not valid"),
        ({"imap": "starttls"}, "has a certificate that is not valid"),
    ],
)
def test_what_goes_wrong_is_noted_with_the_box_and_said(
    office: Office, imap_server: Dovecot, changes: dict[str, object], words: str
) -> None:
    places = {
        "stranger": MailServer(host="127.0.0.1", port=imap_server.port, security="plain", user="stranger"),
        "tls": MailServer(host="localhost", port=imap_server.tls_port or 1, security="tls", user=USER),
        "starttls": MailServer(host="localhost", port=imap_server.port, security="starttls", user=USER),
    }
    if "certificate" in words and not imap_server.tls_port:
        pytest.skip("openssl is not installed, so there is no certificate")
    given = {name: places.get(str(value), value) for name, value in changes.items()}
    box = add(office, imap_server, **given)
    done = fetch(office)
    assert words in done.failure
    assert boxes.named(office.desk(), box.name).failure == done.failure
    assert PASSWORD not in done.failure
    assert fetch_state.begin(office.another(), boxes.named(office.desk(), box.name), "x") is not None, "nobody holds it"


def test_with_a_certificate_that_counts_it_is_encrypted(
    office: Office, imap_server: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not imap_server.tls_port:
        pytest.skip("openssl is not installed, so there is no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(imap_server.folder / "cert.pem"))
    imap_server.put([mail()])
    tls = MailServer(host="localhost", port=imap_server.tls_port, user=USER)
    add(office, imap_server, imap=tls)
    assert sums(fetch(office)) == (1, 1, 0, 0)
    add(office, imap_server, "again", imap=replace(tls, port=imap_server.port, security="starttls"))
    assert sums(fetch(office, "again")) == (1, 0, 0, 1)


def test_waiting_ends_with_news_and_at_once_when_it_is_to_stop(office: Office, imap_server: Dovecot) -> None:
    box = add(office, imap_server)
    folder = ImapFolder(imap_login(box), "INBOX")
    stop = StopSignal()
    try:
        threading.Thread(target=imap_server.put, args=([mail()],)).start()
        assert folder.wait(300, stop)
        stop.set()
        assert not folder.wait(300, stop)
    finally:
        folder.close()
        stop.close()


def test_a_server_that_goes_away_is_said(office: Office, imap_server: Dovecot) -> None:
    folder = ImapFolder(imap_login(add(office, imap_server)), "INBOX")
    folder.interrupt()
    with pytest.raises(MailServerFailed) as failed:
        folder.uids(0, "all")
    assert failed.value.why == "closed the connection"
    folder.close()


def test_killed_at_random_each_mail_is_there_once(imap_server: Dovecot, tmp_path: Path) -> None:
    """`python -m tests.killed_fetching` does this for longer."""
    place = str(tmp_path / "desk.db")
    new_database(place, imap_server, "seen")
    imap_server.put([letter(number) for number in range(60)])
    fetch_killed(place, random.Random(1), 3, 0.5, imap_server.renumber)
    assert problems(place, range(60)) == []
    assert imap_server.uids("UNSEEN") == []
