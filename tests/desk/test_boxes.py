"""Where the password of a mail box comes from: nothing runs that was not set or allowed under this login."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from careconsole.desk.mail import boxes
from careconsole.desk.mail.server_login import ServerLogin, imap_login, smtp_login
from careconsole.desk.mail.trusted_commands import trust
from careconsole.domain.errors import CareError, Refused
from careconsole.domain.mail.boxes import BoxSettings, MailServer, Secret
from careconsole.domain.mail.received import Mailbox
from careconsole.store.boxes import BoxMail
from tests.desk.office import Office

SETTINGS = BoxSettings(
    address=Mailbox("care@shop.example", "Shop"), imap=MailServer(host="imap.shop.example", port=993, user="care")
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    assert office.sound()
    office.close()


def test_a_command_runs_only_under_a_login_that_set_or_allowed_it(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "ana"))
    ran = tmp_path / "ran"
    secret = Secret("command", f"sh -c 'echo hunter2; echo more; touch {ran}'")
    box = boxes.add(office.desk(), "support", SETTINGS, secret)
    assert imap_login(box).secret == "hunter2"
    assert ran.exists()
    ran.unlink()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "ben"))
    with pytest.raises(Refused) as refused:
        imap_login(box)
    assert "hunter2" not in str(refused.value)
    assert not ran.exists()
    trust(secret.value)
    assert imap_login(box).secret == "hunter2"
    assert (tmp_path / "ben/careconsole/trusted-commands").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "command, words",
    [
        ("sh -c 'echo hunter2; echo it is locked >&2; exit 3'", "failed with 3: it is locked"),
        ("true", "printed nothing"),
        ("/no/such/command", "is not there"),
        ("'open", "has a quote that is not closed"),
    ],
)
def test_a_command_that_fails_says_why_and_repeats_nothing(
    command: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    trust(command)
    box = boxes.Box(number=1, name="support", settings=SETTINGS, secret=Secret("command", command), added_at=0)
    with pytest.raises(CareError) as failed:
        imap_login(box)
    assert words in str(failed.value)
    assert "hunter2" not in str(failed.value)


def test_a_password_from_the_environment_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    box = boxes.Box(number=1, name="support", settings=SETTINGS, secret=Secret("environment", "CARE_PW"), added_at=0)
    monkeypatch.delenv("CARE_PW", raising=False)
    with pytest.raises(CareError, match="CARE_PW is not set"):
        imap_login(box)
    monkeypatch.setenv("CARE_PW", "hunter2")
    login = imap_login(box)
    assert (login.secret, login.server.host) == ("hunter2", "imap.shop.example")
    assert "hunter2" not in repr(login) + str(login)
    assert isinstance(login, ServerLogin)
    with pytest.raises(Refused, match="no server that mail is sent through"):
        smtp_login(box)


def test_another_folder_begins_anew_and_another_name_does_not(office: Office) -> None:
    desk = office.desk()
    box = boxes.add(desk, "support", SETTINGS, Secret("environment", "X"))
    boxes_table = office.store.boxes

    def read() -> None:
        assert office.mail(b"From: a@home.example\n\nx").number == 1
        boxes_table.note(box.number, 7, [BoxMail(uid=3, mail=1), BoxMail(uid=4, failure="gone")])
        boxes_table.save(replace(box, uidvalidity=7, uid=4, read_at=office.now))

    office.store.engine.write(read)
    renamed = boxes.change(desk, "support", SETTINGS, new_name="sales")
    assert (renamed.uid, boxes.shown_failures(desk, renamed)) == (4, [(4, "gone")])
    assert boxes_table.of_mails([1]) == {1: ["sales"]}
    other = boxes.change(desk, "sales", replace(SETTINGS, folder="Other"))
    assert (other.uid, other.uidvalidity, other.read_at) == (0, None, None)
    assert boxes_table.known_uids(box.number, 7) == set()
    boxes.remove(desk, "sales")
    assert boxes.all_boxes(desk) == []
    assert office.mail(b"From: a@home.example\n\nx").state == "known", "the mails stay"


def test_a_mail_from_the_address_of_a_box_is_held_as_a_loop(office: Office) -> None:
    boxes.add(office.desk(), "support", SETTINGS, Secret("environment", "X"))
    assert office.mail(b"From: Care@shop.example\n\nHello").reason == "loop"
