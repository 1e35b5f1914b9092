"""A mail box that is not read: leads hear of it once, and the first line says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from careconsole.desk.mail import box_clock, boxes, fetch_state
from careconsole.desk.notices import addresses, claiming
from careconsole.domain.mail.boxes import BoxSettings, MailServer, Secret
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.time.moments import MINUTE
from tests.desk.office import Office

SETTINGS = BoxSettings(
    address=Mailbox("care@shop.example"), imap=MailServer(host="imap.shop.example", port=993, user="care")
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    for name in ("Ana", "Dora", "Ben"):
        addresses.save_address(office.desk(name), name, f"{name.lower()}@shop.example")
    boxes.add(office.desk(), "support", SETTINGS, Secret("environment", "X"))
    yield office
    assert office.sound()
    office.close()


def told(office: Office) -> list[tuple[int, str]]:
    return [(one.person, one.words) for one in office.store.notices.entries(None, 0, 99)]


def test_leads_hear_once_that_a_box_is_not_read_and_again_only_after_it_was(office: Office) -> None:
    desk = office.desk()
    office.now += 15 * MINUTE
    assert (box_clock.tell_leads(desk), box_clock.mail_needs(desk).unread) == (0, ())
    fetch_state.has_failed(desk, boxes.named(desk, "support"), "its server cannot be reached")
    office.now += 5 * MINUTE
    assert box_clock.mail_needs(desk).unread == ("box support not read for 20m",)
    assert (box_clock.tell_leads(desk), box_clock.tell_leads(desk)) == (2, 0)
    assert {person for person, _ in told(office)} == {office.ids["Ana"], office.ids["Dora"]}
    words = told(office)[0][1]
    assert words.startswith("Mail: box support has not been read since ")
    assert words.endswith(": its server cannot be reached")
    fetch_state.was_read(desk, boxes.named(desk, "support"), "me")
    assert box_clock.mail_needs(desk).unread == ()
    office.now += 20 * MINUTE
    assert box_clock.tell_leads(desk) == 2


def test_a_notice_is_dropped_when_the_box_was_read_before_it_was_sent(office: Office) -> None:
    desk = office.desk()
    office.now += 20 * MINUTE
    box_clock.tell_leads(desk)
    fetch_state.was_read(desk, boxes.named(desk, "support"), "me")
    claimed = claiming.claim(desk, office.now)
    assert (claimed.dropped, claimed.parcels) == (2, ())


def test_a_box_that_is_off_or_only_sends_is_no_clock(office: Office) -> None:
    desk = office.desk()
    boxes.change(desk, "support", replace(SETTINGS, reading=False))
    office.now += 60 * MINUTE
    assert box_clock.tell_leads(desk) == 0
    boxes.change(desk, "support", SETTINGS)
    assert box_clock.tell_leads(desk) == 0, "it has the whole time again"
    office.now += 16 * MINUTE
    assert box_clock.tell_leads(desk) == 2


def test_held_mails_are_counted(office: Office) -> None:
    office.mail(b"From: a@home.example\nX-Spam-Flag: YES\n\nx")
    assert box_clock.mail_needs(office.desk()).held == 1
