"""The weekly digest through notices: a number for everybody, all of it only where its owner asked for that."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest

from careconsole.desk import Desk
from careconsole.desk.database import dump
from careconsole.desk.notices import addresses, delivery, outbox, weekly_digest
from careconsole.desk.playbooks import writing
from careconsole.desk.team import journal, members
from careconsole.domain.case.notice_message import RETRY_DELAYS
from careconsole.domain.errors import Refused
from careconsole.domain.learning.weekly import next_digest
from careconsole.domain.playbook.content import Content
from careconsole.domain.time.moments import MINUTE, WEEK
from careconsole.present.digest import as_message, weekly_words
from careconsole.present.journal import change_words
from careconsole.store import open_store
from careconsole.store.engine.base import DatabaseCorrupt
from tests.desk.office import HOUR, Office
from tests.desk.postman import Postman
from tests.desk.test_digest import HOSTILE, decided
from tests.desk.test_learned import playbook
from tests.desk.test_outbox import ANA, BEN, CLEO, EVE, reach, states

BEN_TOO = "json://ben-too.example"


def next_week(office: Office) -> None:
    """Notes the time, if nobody has, and goes on to when the next digest is due."""
    weekly_digest.queue(office.desk(), weekly_words)
    office.now = max(office.now + WEEK, next_digest(office.now))


def deliver(office: Office, postman: Postman) -> delivery.Delivered:
    office.now += 10 * MINUTE  # beyond the time in which notices gather
    return delivery.deliver(office.desk(), postman, compose=as_message)


def whole(office: Office, name: str, which: str | None = None) -> None:
    weekly_digest.set_whole(office.desk(name), name, which, True)


def bodies(postman: Postman, address: str) -> list[str]:
    return [message.body for to, message in postman.brought if to == address]


def test_everybody_with_an_address_gets_the_number_of_changed_playbooks_and_the_command(office: Office) -> None:
    for name, address in (("Ana", ANA), ("Ben", BEN), ("Eve", EVE)):
        reach(office, name, address)
    next_week(office)
    decided(office, "refund it", "secret words")
    playbook(office)
    writing.write(office.desk(), Content(title="Secret title", steps=("ask",)))
    weekly_digest.queue(office.desk(), weekly_words)
    postman = Postman()
    deliver(office, postman)
    words = "2 playbooks are new or have changed this week: careconsole digest"
    assert [body.splitlines().count(words) for body in bodies(postman, ANA) + bodies(postman, BEN)] == [1, 1]
    assert bodies(postman, EVE) == [], "a contact cannot read it"
    assert "secret" not in " ".join(postman.lines).lower()


def test_without_a_change_nobody_is_told_except_who_asked_for_all_of_it(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Cleo", CLEO)
    next_week(office)
    assert weekly_digest.queue(office.desk(), weekly_words) == 0
    whole(office, "Cleo")
    next_week(office)
    assert weekly_digest.queue(office.desk(), weekly_words) == 1
    postman = Postman()
    deliver(office, postman)
    assert bodies(postman, BEN) == []
    assert "No playbook is new or has changed." in bodies(postman, CLEO)[0]


def test_all_of_it_goes_only_to_the_address_that_was_meant_and_the_outbox_never_has_it(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Ben", BEN_TOO)
    whole(office, "Ben", str(addresses.book(office.desk()).addresses[1].number))
    next_week(office)
    decided(office, "refund it", "secret words")
    playbook(office)
    assert weekly_digest.queue(office.desk(), weekly_words) == 1
    postman = Postman()
    deliver(office, postman)
    (here,) = [body for body in bodies(postman, BEN_TOO) if "secret words" in body]
    assert "1 Refund above the limit: is new" in here
    assert "What was decided: refund it" in here
    assert "secret words" not in " ".join(bodies(postman, BEN))
    assert any(
        "1 playbook is new or has changed this week: careconsole digest" in body for body in bodies(postman, BEN)
    )
    assert "secret words" not in str(outbox.entries(office.desk()).entries)
    title = next(message.title for to, message in postman.brought if message.body == here)
    assert title.startswith("careconsole: What is new since ")


def test_four_sweepers_at_once_queue_it_once_and_it_comes_again_in_a_week(office: Office) -> None:
    reach(office, "Ben", BEN)
    next_week(office)
    playbook(office)
    queued: list[int] = []
    ready = threading.Barrier(4)

    def work() -> None:
        with closing(open_store(office.path)) as store:
            desk = Desk(store, lambda: office.now)
            assert weekly_digest.is_due(desk)
            ready.wait()
            queued.append(weekly_digest.queue(desk, weekly_words))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(queued) == [0, 0, 0, 1]
    assert weekly_digest.queue(office.desk(), weekly_words) == 0
    next_week(office)
    assert weekly_digest.queue(office.desk(), weekly_words) == 0, "nothing has changed since"


def test_weeks_without_a_sweep_are_told_of_together(office: Office) -> None:
    reach(office, "Ben", BEN)
    whole(office, "Ben")
    next_week(office)
    weekly_digest.queue(office.desk(), weekly_words)
    deliver(office, Postman())
    playbook(office)
    office.now += 3 * WEEK
    assert weekly_digest.queue(office.desk(), weekly_words) == 1
    words = outbox.entries(office.desk()).entries[-1].words
    assert words == "1 playbook is new or has changed in 3 weeks: careconsole digest --weeks 3"
    postman = Postman()
    deliver(office, postman)
    assert "1 Refund above the limit: is new" in bodies(postman, BEN)[0]


def test_an_address_that_fails_is_tried_again_and_then_gets_all_of_it(office: Office) -> None:
    reach(office, "Ben", BEN)
    whole(office, "Ben")
    next_week(office)
    decided(office, "refund it", "secret words")
    weekly_digest.queue(office.desk(), weekly_words)
    postman = Postman({BEN: "no connection, or it was lost"})
    done = deliver(office, postman)
    assert any("no connection, or it was lost" in problem for problem in done.problems)
    assert done.failed == 0
    office.now += RETRY_DELAYS[0] + HOUR
    postman.failing.clear()
    deliver(office, postman)
    assert [body for body in bodies(postman, BEN) if "secret words" in body]
    assert ("sent", "") in states(office)


def test_nobody_waits_for_a_digest_that_cannot_be_read(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    reach(office, "Ben", BEN)
    whole(office, "Ben")
    next_week(office)
    weekly_digest.queue(office.desk(), weekly_words)

    def damaged(*_: object, **__: object) -> None:
        raise DatabaseCorrupt("Case 1 cannot be read.")

    monkeypatch.setattr(weekly_digest, "digest", damaged)
    postman = Postman()
    deliver(office, postman)
    assert "No playbook is new or has changed this week: careconsole digest" in postman.lines


def test_only_its_owner_opts_an_address_in_and_they_or_a_lead_opt_it_out(office: Office) -> None:
    reach(office, "Ben", BEN)
    for who in ("Ana", "Cleo"):
        with pytest.raises(Refused):
            weekly_digest.set_whole(office.desk(who), "Ben", None, True)
    whole(office, "Ben")
    assert addresses.book(office.desk()).addresses[0].whole_digest
    weekly_digest.set_whole(office.desk("Ana"), "Ben", None, False)
    assert not addresses.book(office.desk()).addresses[0].whole_digest
    seen = journal.read(office.desk("Ana")).entries
    said = [change_words(one.entry, office.now) for one in seen if one.entry.kind == "notices digest"]
    assert sorted(said) == [
        "let the number of changed playbooks alone go to an address of Ben (json)",
        "let the whole digest go to an address of Ben (json)",
    ]


def test_an_address_that_was_forgotten_and_added_again_has_to_be_opted_in_again(office: Office) -> None:
    reach(office, "Ben", BEN)
    whole(office, "Ben")
    reach(office, "Ben", BEN, quiet="20:00-7:00")
    assert addresses.book(office.desk()).addresses[0].whole_digest, "other hours change nothing about it"
    addresses.forget(office.desk(), "Ben")
    reach(office, "Ben", BEN)
    assert not addresses.book(office.desk()).addresses[0].whole_digest
    with pytest.raises(Refused, match="has no such address"):
        whole(office, "Ben", "99")
    reach(office, "Ben", BEN_TOO)
    with pytest.raises(Refused, match="Ben has 2 addresses"):
        whole(office, "Ben")
    with pytest.raises(Refused, match="Cleo has no address"):
        whole(office, "Cleo")


def test_a_team_that_keeps_subjects_out_of_notices_sends_no_digest_whole(office: Office) -> None:
    reach(office, "Ben", BEN)
    whole(office, "Ben")
    next_week(office)
    decided(office, "refund it", "secret words")
    outbox.name_subjects(office.desk(), False)
    weekly_digest.queue(office.desk(), weekly_words)
    postman = Postman()
    deliver(office, postman)
    assert "No playbook is new or has changed this week: careconsole digest" in postman.lines
    assert "secret words" not in " ".join(postman.lines)
    with pytest.raises(Refused, match="leave out the subjects"):
        whole(office, "Ben")


def test_who_is_away_or_has_left_is_not_told_and_exports_have_no_address(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Cleo", CLEO)
    whole(office, "Ben")
    next_week(office)
    playbook(office)
    members.away(office.desk(), "Ben", "Cleo")
    assert weekly_digest.queue(office.desk(), weekly_words) == 1
    exported = str(office.desk().read(lambda _: list(dump.records(office.desk()))))
    assert "digest_addresses" not in exported
    assert "ben.example" not in exported


def test_nothing_that_somebody_wrote_becomes_a_link_or_a_mention(office: Office) -> None:
    reach(office, "Ben", BEN)
    whole(office, "Ben")
    next_week(office)
    decided(office, f"refund {HOSTILE}", f"@everyone see https://evil.example [x](https://evil.example) {HOSTILE}")
    weekly_digest.queue(office.desk(), weekly_words)
    postman = Postman()
    deliver(office, postman)
    body = "\n".join(bodies(postman, BEN))
    assert "everyone see" in body
    for sign in ("@", "://", "<", ">", "](", "\x1b", "\u202e", "`"):
        assert sign not in body, sign


def test_a_team_without_addresses_is_left_as_it_is(office: Office) -> None:
    assert not weekly_digest.is_due(office.desk())
    weekly_digest.queue(office.desk(), weekly_words)
    assert office.desk().store.people.setting(weekly_digest.QUEUED) is None
    for stored in ("{", "[]", '{"at": "x"}'):
        office.desk().write(lambda unit, stored=stored: unit.store.people.set(weekly_digest.QUEUED, stored))  # type: ignore[misc]
        assert not weekly_digest.is_due(office.desk())
