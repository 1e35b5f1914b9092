"""What waits in a copy of a database is never sent from there by itself: the original sends it, or has sent it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import replies, undo_redo
from careconsole.desk.mail import sending
from careconsole.desk.queries import shown_case
from careconsole.domain.case.replies import UNDO_TIME
from careconsole.domain.case.unsent_replies import ReplyStopped
from careconsole.domain.errors import Refused
from careconsole.domain.reply_states import UNCERTAIN
from careconsole.present.case_sheet import head
from careconsole.store import Store, open_store
from careconsole.store.maintenance import backups
from careconsole.store.maintenance.backups import Restorer
from tests.desk.office import HOUR, Office
from tests.desk.taken_in import exported, taken_in
from tests.desk.test_sending import Server, arrived, reply

WHO = Restorer(name="Ana", workstation="desk 1", os_user="ana", now=1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    office.box()
    yield office
    office.close()


def waiting(office: Office, at: int | None = None) -> int:
    case = arrived(office)
    reply(office, case, at=at)
    return case


def copied(office: Office, how: str, to: Path) -> str:
    """A copy of the office's database, made while it is open."""
    copy = str(to / "copy.db")
    backups.backup(office.store.engine, copy)
    if how == "a backup that is opened":
        return copy
    place = str(to / "place.db")
    if how == "restored":
        backups.restore(place, copy, WHO)
    elif how == "copied over the original":
        place = office.path
        office.store.close()
        shutil.copyfile(copy, place)  # into the same file: its number stays
    else:
        office.store.engine.fetch_all("vacuum into :place", {"place": place})
    return place


def at_desk(office: Office, store: Store, name: str | None = None) -> Desk:
    return Desk(store, lambda: office.now, office.ids[name] if name else None)


@pytest.mark.parametrize("how", ["a backup that is opened", "restored", "copied over the original", "a copied file"])
@pytest.mark.parametrize("later", [False, True], ids=["due", "for tomorrow"])
def test_a_copy_sends_nothing_and_asks(office: Office, tmp_path: Path, how: str, later: bool) -> None:
    case = waiting(office, at=office.now + 24 * HOUR if later else None)
    place, server = copied(office, how, tmp_path), Server()
    office.now += UNDO_TIME
    with closing(open_store(place)) as store:
        desk = at_desk(office, store)
        assert sending.is_due(desk)
        assert sending.send_due(desk, server.send).uncertain == 1
        office.now += 48 * HOUR
        assert sending.send_due(desk, server.send) == sending.Done()
        assert server.got == []
        (one,) = sending.listed(desk, (UNCERTAIN,))
        assert "copied, moved or restored" in one.said
        assert store.cases.get(case).replies[0].state == UNCERTAIN  # type: ignore[union-attr]
        # A person decides, and from then on this file sends.
        sending.send_again(at_desk(office, store, "Ben"), one.number)
        assert sending.send_due(desk, server.send).sent == 1
        assert len(server.got) == 1


def test_the_original_sends_it_all_the_same_once(office: Office, tmp_path: Path) -> None:
    waiting(office)
    copied(office, "a backup that is opened", tmp_path)
    server = Server()
    office.now += UNDO_TIME
    assert sending.send_due(office.desk(), server.send).sent == 1
    assert len(server.got) == 1


def test_a_database_that_was_renamed_is_no_copy(office: Office, tmp_path: Path) -> None:
    waiting(office)
    office.store.close()
    moved = str(tmp_path / "moved.db")
    os.rename(office.path, moved)
    office.now += UNDO_TIME
    with closing(open_store(moved)) as store:
        assert sending.send_due(at_desk(office, store), Server().send).sent == 1


def test_in_a_copy_nobody_writes_or_takes_back_before_it_is_settled(office: Office, tmp_path: Path) -> None:
    case = waiting(office)
    place = copied(office, "a copied file", tmp_path)
    other, office.store = office.store, open_store(place)
    other.close()
    with pytest.raises(Refused, match="copied, moved or restored"):
        reply(office, case, "Another one.")
    with pytest.raises(Refused, match="copied, moved or restored"):
        undo_redo.undo(office.desk("Ben"))
    sending.send_due(office.desk(), Server().send)
    reply(office, case, "Another one.")
    server = Server()
    office.now += UNDO_TIME
    assert sending.send_due(office.desk(), server.send).sent == 1
    assert [mail.body.splitlines()[0] for mail in server.got] == ["Another one."]


def test_in_a_copy_a_reply_and_the_case_say_that_nothing_is_sent_from_there(office: Office, tmp_path: Path) -> None:
    case = waiting(office)
    with closing(open_store(copied(office, "a copied file", tmp_path))) as store:
        desk = at_desk(office, store, "Ben")
        first, second = replies.beginning(desk, case).warnings
        assert first.startswith("This database is a copy, and nothing is sent from a copy")
        assert re.fullmatch(r"Your mail to \S+ waits; this one would be another\.", second)
        (words,) = (words for name, words in head(shown_case.show(desk, case)) if name == "mail")
        assert words.endswith(": waiting; nothing is sent from a copy of the database")
    (words,) = replies.beginning(office.desk("Ben"), case).warnings
    assert "copy" not in words


def test_an_export_that_is_loaded_says_that_a_waiting_mail_is_not_sent_from_there(
    office: Office, tmp_path: Path
) -> None:
    case = waiting(office)
    loaded = taken_in(exported(office.store), tmp_path / "loaded.db")
    with closing(loaded) as store:
        found = store.cases.get(case)
        assert found is not None
        assert found.replies == ()
        assert found.waiting_since == office.case(case).waiting_since
        last = store.cases.history(case)[-1].fact
        assert isinstance(last, ReplyStopped)
        assert last.unknown
