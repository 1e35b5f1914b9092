"""Who must act is told where they are: what waits in the outbox, what goes out as one message, what becomes of it."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.notices import addresses, delivery, outbox, parallel_sending
from careconsole.desk.notices.outbox import Notice
from careconsole.desk.notices.parallel_sending import Result
from careconsole.desk.team import members, service_levels
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.notice_message import RETRY_DELAYS
from careconsole.domain.case.offers import Offer, Withdraw
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.time.moments import MINUTE
from tests.desk.office import Office
from tests.desk.postman import Postman
from tests.waiting import HANG

BEN, CLEO, ANA, EVE, DORA = (f"json://{name}.example" for name in ("ben", "cleo", "ana", "eve", "dora"))


def reach(office: Office, name: str, address: str, by: str = "Ana", **hours: Any) -> None:
    addresses.save_address(office.desk(by), name, address, **hours)


def put(office: Office, name: str, words: str, *, case: int = 0, urgent: bool = False, kind: str = "returned") -> int:
    notice = Notice(person=office.ids[name], case=case, kind=kind, urgent=urgent, words=words)
    return office.desk().write(lambda unit: outbox.put(unit, [notice]))


def deliver(office: Office, postman: Postman, **how: Any) -> delivery.Delivered:
    return delivery.deliver(office.desk(), postman, **how)


def states(office: Office) -> list[tuple[str, str]]:
    """What became of every notice, and why."""
    return [(e.state, e.failure or e.held) for e in outbox.entries(office.desk(), most=1000).entries]


def open_case(office: Office, subject: str = "Kettle", owner: str | None = "Ben") -> int:
    taken = office.ids[owner] if owner else None
    opened = execution.open_case(office.desk(owner or "Ana"), OpenCase(subject=subject, owner=taken), "Carla").opened
    assert opened is not None
    return opened


# What is put in


def test_who_has_no_address_gets_nothing_into_the_outbox(office: Office) -> None:
    assert put(office, "Ben", "A case is yours") == 0
    reach(office, "Cleo", CLEO)
    assert put(office, "Ben", "A case is yours") == 0
    assert put(office, "Cleo", "A case is yours") == 1
    assert office.desk().read(lambda unit: unit.addressees) == {office.ids["Cleo"]}


def test_a_notice_goes_with_the_transaction_that_causes_it(office: Office) -> None:
    reach(office, "Ben", BEN)

    def undone(unit: UnitOfWork) -> None:
        outbox.put(unit, [Notice(person=office.ids["Ben"], case=0, kind="x", urgent=False, words="never")])
        raise Refused("no")

    with pytest.raises(Refused):
        office.desk().write(undone)
    assert states(office) == []


def test_who_is_away_is_not_told_but_who_acts_for_them_is(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Cleo", CLEO)
    put(office, "Ben", "before")
    members.away(office.desk("Ben"), "Ben", "Cleo")
    put(office, "Ben", "after")
    postman = Postman()
    deliver(office, postman)
    assert postman.tried == [CLEO], "also what was written before, and waited"
    assert postman.lines == ["For Ben: before", "For Ben: after"]


def test_who_goes_away_leaves_nobody_uninformed_nor_who_comes_back(office: Office) -> None:
    """What had been sent to Cleo before she left is told to her cover, and what came meanwhile to her."""
    reach(office, "Cleo", CLEO)
    reach(office, "Dora", DORA)
    number = open_case(office)
    execution.execute(
        office.desk("Ana"), "escalate", Escalate(reason="expertise", need="x", to=office.ids["Cleo"]), [number]
    )

    def put_since(before: int) -> list[tuple[int, str, bool]]:
        return [(e.person, e.words, e.urgent) for e in outbox.entries(office.desk()).entries if e.number > before]

    def last() -> int:
        return max(e.number for e in outbox.entries(office.desk()).entries)

    before = last()
    members.away(office.desk("Cleo"), "Cleo", "Dora")
    words = "Cleo is away and you cover for them: 1 call to acknowledge."
    assert put_since(before) == [(office.ids["Dora"], words, True)]
    before = last()
    members.back(office.desk("Cleo"), "Cleo")
    assert put_since(before) == [(office.ids["Cleo"], "You are back: 1 call to acknowledge.", True)]
    before = last()
    members.away(office.desk("Dora"), "Dora", "Cleo")
    assert put_since(before) == [], "on whom nothing hangs, of them nothing is told"


def test_contacts_get_theirs_too_and_hear_of_no_console(office: Office) -> None:
    reach(office, "Eve", EVE)
    for n in range(25):
        put(office, "Eve", f"You are called {n}", urgent=True)
    postman = Postman()
    deliver(office, postman)
    assert postman.brought[0][1].title == "careconsole: 25 calls for help"
    assert postman.lines[-1] == "and 5 more"


# One message for many


def test_hundreds_of_notices_are_one_message_of_twenty_lines(office: Office) -> None:
    reach(office, "Ben", BEN)
    for n in range(300):
        put(office, "Ben", f"This is number {n}")
    postman = Postman()
    done = deliver(office, postman)
    assert len(postman.brought) == 1
    assert postman.brought[0][1].title == "careconsole: 300 things wait for you"
    assert postman.lines[0] == "This is number 0"
    assert postman.lines[19:] == ["This is number 19", "and 280 more: is:overdue in the queue"]
    assert (done.messages, done.sent) == (1, 300)
    listed = outbox.entries(office.desk(), most=1000).entries
    assert {e.message for e in listed} == {listed[0].number}


def test_of_each_case_and_kind_the_latest_line_is_told_and_a_call_before_all_others(office: Office) -> None:
    reach(office, "Ben", BEN)
    first, second = open_case(office), open_case(office)
    put(office, "Ben", "early", case=first)
    put(office, "Ben", "other", case=second)
    put(office, "Ben", "latest", case=first)
    put(office, "Ben", "HELP", urgent=True)
    put(office, "Ben", "call on the other", case=second, urgent=True, kind="asked")
    put(office, "Ben", "news of the other", case=second)
    postman = Postman()
    deliver(office, postman)
    assert postman.lines == ["HELP", "call on the other", "latest", "news of the other"]
    assert postman.brought[0][1].title == "careconsole: 2 calls for help, 2 other things"


def test_after_a_message_the_next_waits_so_that_a_storm_becomes_one(office: Office) -> None:
    reach(office, "Ben", BEN)
    postman = Postman()
    for minute in range(11):
        put(office, "Ben", f"minute {minute}")
        deliver(office, postman)
        office.now += MINUTE
    assert [message.body.split("\n")[0] for _, message in postman.brought] == ["minute 0", "minute 1", "minute 6"]
    assert len(postman.brought[1][1].body.split("\n")) == 5


def test_a_call_for_help_waits_for_nothing_and_takes_the_others_along(office: Office) -> None:
    reach(office, "Ben", BEN)
    postman = Postman()
    put(office, "Ben", "one")
    deliver(office, postman)
    put(office, "Ben", "two")
    assert deliver(office, postman).held == 1
    assert states(office)[-1] == ("waiting", "gathering")
    put(office, "Ben", "HELP", urgent=True)
    deliver(office, postman)
    assert postman.lines == ["one", "HELP", "two"], "also what was held so that more comes together"
    assert states(office) == 3 * [("sent", "")]


def test_what_nobody_delivered_for_a_day_is_counted_but_for_calls_that_are_open(office: Office) -> None:
    reach(office, "Ben", BEN)
    for n in range(30):
        put(office, "Ben", f"old {n}")
    put(office, "Ben", "HELP", urgent=True)
    office.later(24.1)
    put(office, "Ben", "new")
    postman = Postman()
    deliver(office, postman)
    assert postman.lines == ["HELP", "new", "older: 30: is:overdue in the queue"]
    assert {state for state, _ in states(office)} == {"sent"}


# Hours


def test_nothing_comes_at_night_but_calls_for_help_where_they_may(office: Office) -> None:
    reach(office, "Ben", BEN, quiet="20:00-7:00", zone="UTC")
    reach(office, "Cleo", CLEO, quiet="20:00-7:00", zone="UTC", calls_always=True)
    office.later(13)
    postman = Postman()
    for name in ("Ben", "Cleo"):
        put(office, name, "news")
        put(office, name, "HELP", urgent=True)
    done = deliver(office, postman)
    assert [(address, message.body) for address, message in postman.brought] == [(CLEO, "HELP")]
    assert done.held == 3
    assert states(office)[0] == ("waiting", "quiet hours")
    office.later(9.9)
    assert deliver(office, postman) == delivery.Delivered()
    office.later(0.1)
    deliver(office, postman)
    assert sorted((address, message.body) for address, message in postman.brought) == [
        (BEN, "HELP\nnews"),
        (CLEO, "HELP"),
        (CLEO, "news"),
    ]


def test_a_whole_weekend_is_one_message_on_monday_with_all_its_lines(office: Office) -> None:
    service_levels.set_calendar(office.desk(), "office", {"mon-fri": "9:00-17:00"}, zone="UTC")
    reach(office, "Ben", BEN, calendar="office")
    office.later(4 * 24 + 10)  # Friday at 18:00
    postman = Postman()
    for n in range(60):
        put(office, "Ben", f"hour {n}")
        assert deliver(office, postman).sent == 0
        office.later()
    office.later(3)  # Monday at 9:00
    deliver(office, postman)
    assert len(postman.brought) == 1
    assert postman.lines[0] == "hour 0"
    assert postman.lines[-1].startswith("and 40 more")


def test_where_one_address_is_quiet_the_other_one_is_told(office: Office) -> None:
    reach(office, "Ben", BEN, quiet="20:00-7:00", zone="UTC")
    reach(office, "Ben", "json://chat.example")
    office.later(13)
    put(office, "Ben", "news")
    postman = Postman()
    deliver(office, postman)
    assert postman.tried == ["json://chat.example"]
    assert states(office) == [("sent", "")]


# Failures


def test_what_fails_is_tried_again_with_growing_pauses_and_then_the_lead_on_duty_is_told(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Ana", ANA)
    put(office, "Ben", "one")
    put(office, "Ben", "two")
    postman = Postman({BEN: "the service had trouble (HTTP 500)"})
    for pause in RETRY_DELAYS:
        done = deliver(office, postman)
        assert done.again == 2
        assert done.problems == ("Ben: address 1 (json://ben.example/...): the service had trouble (HTTP 500)",)
        office.now += pause - 1
        assert deliver(office, postman) == delivery.Delivered()
        office.now += 1
    assert deliver(office, postman).failed == 2
    assert postman.tried == [BEN] * (len(RETRY_DELAYS) + 1)
    assert states(office)[:2] == 2 * [
        ("failed", "address 1 (json://ben.example/...): the service had trouble (HTTP 500)")
    ]
    deliver(office, postman)
    assert [address for address, _ in postman.brought] == [ANA]
    assert postman.lines[0].startswith(
        "Ben could not be told of 2 things (address 1 (json: //ben.example/...): the service"
    )


def test_nobody_is_told_that_nobody_could_be_told(office: Office) -> None:
    reach(office, "Ana", ANA)
    reach(office, "Dora", DORA)
    put(office, "Ana", "one")
    postman = Postman({ANA: "gone", DORA: "gone"})
    for _ in range(30):
        deliver(office, postman)
        office.later(5)
    assert [(e.kind, office.store.people.roster().name(e.person)) for e in outbox.entries(office.desk()).entries] == [
        ("returned", "Ana"),
        ("notice failed", "Dora"),
    ], "the other lead, since the one on duty cannot be reached; and of that one nobody"


def test_one_address_that_takes_it_is_enough_and_what_the_other_said_is_kept(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Ben", "json://chat.example")
    put(office, "Ben", "one")
    postman = Postman({BEN: "no connection, or it was lost"})
    done = deliver(office, postman)
    assert sorted(postman.tried) == [BEN, "json://chat.example"]
    assert (done.sent, done.messages, done.again) == (1, 1, 0)
    assert states(office) == [("sent", "address 1 (json://ben.example/...): no connection, or it was lost")]


def test_a_courier_that_stumbles_stops_nobody_and_tells_no_secret(office: Office) -> None:
    reach(office, "Ben", "json://ben.example/Sw0rdf1sh")
    reach(office, "Cleo", CLEO)
    put(office, "Ben", "one")
    put(office, "Cleo", "one")

    def stumble(address: str) -> None:
        if "ben" in address:
            raise OSError(f"cannot reach {address}")

    done = deliver(office, Postman(also=stumble))
    assert (done.sent, done.again) == (1, 1)
    assert states(office)[0] == ("waiting", "address 1 (json://ben.example/...): it failed (OSError)")


def test_a_server_that_hangs_keeps_nobody_waiting(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, address in (("Ben", BEN), ("Cleo", CLEO), ("Dora", DORA)):
        reach(office, name, address)
        put(office, name, "one")
    hang = threading.Event()
    postman = Postman(also=lambda address: hang.wait(HANG) and None if address == BEN else None)
    # The clock stands still until two have answered; then all patience is over.
    clock = iter((0.0, 0.0, 0.0, HANG + 1))
    monkeypatch.setattr(parallel_sending, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    done = deliver(office, postman, patience=HANG)
    assert BEN not in [address for address, _ in postman.brought]
    hang.set()
    assert (done.sent, done.again) == (2, 1)
    assert states(office)[0] == ("waiting", "address 1 (json://ben.example/...): no answer in time")


def test_what_there_was_no_time_for_is_free_for_the_next_one(office: Office) -> None:
    reach(office, "Ben", BEN)
    put(office, "Ben", "one")
    later = threading.Event()
    done = deliver(office, Postman(also=lambda address: later.wait(HANG) and None), patience=0.0)
    later.set()
    assert done.left + done.again == 1
    office.now += MINUTE
    postman = Postman()
    assert deliver(office, postman).sent == 1


# Claims


def test_what_somebody_is_sending_nobody_else_sends_until_the_claim_runs_out(office: Office) -> None:
    reach(office, "Ben", BEN)
    put(office, "Ben", "one")
    first = delivery.claim(office.desk(), office.now)
    assert len(first.parcels) == 1
    put(office, "Ben", "two")
    postman = Postman()
    assert deliver(office, postman) == delivery.Delivered(), "also what is new waits: a message is on its way to Ben"
    office.now += 2 * MINUTE
    assert deliver(office, postman).sent == 2
    # The first one was only slow. What it could not do changes nothing any more.
    lost = delivery.record(
        office.desk(),
        first.holder,
        Result(first.parcels[0], ((first.parcels[0].shipments[0], "late"),), True),
        office.now,
    )
    assert lost.again == 0
    assert states(office) == 2 * [("sent", "")]


def test_who_was_too_slow_takes_nothing_from_who_sends_it_now(office: Office) -> None:
    reach(office, "Ben", BEN)
    put(office, "Ben", "one")
    slow = delivery.claim(office.desk(), office.now)
    office.now += 2 * MINUTE
    other = delivery.claim(office.desk(), office.now)
    failed = Result(slow.parcels[0], ((slow.parcels[0].shipments[0], "late"),), True)
    assert delivery.record(office.desk(), slow.holder, failed, office.now).again == 0
    unbegun = Result(slow.parcels[0], (), True, begun=False)
    delivery.record(office.desk(), slow.holder, unbegun, office.now)
    office.now += MINUTE
    assert delivery.claim(office.desk(), office.now).parcels == (), "the claim of the other one holds"
    assert other.parcels[0].entries[0].words == "one"


def test_a_delivered_notice_is_sent_although_another_process_claimed_it(office: Office) -> None:
    reach(office, "Ben", BEN)
    put(office, "Ben", "one")
    slow = delivery.claim(office.desk(), office.now)
    office.now += 2 * MINUTE
    other = delivery.claim(office.desk(), office.now)
    assert len(other.parcels) == 1
    arrived = Result(slow.parcels[0], ((slow.parcels[0].shipments[0], ""),), True)
    assert delivery.record(office.desk(), slow.holder, arrived, office.now).sent == 1
    office.now += 2 * MINUTE
    assert delivery.claim(office.desk(), office.now).parcels == ()


# What is no longer true


def dropped(office: Office, postman: Postman | None = None) -> str:
    """Why the last notice was not sent."""
    deliver(office, postman or Postman())
    state, why = states(office)[-1]
    assert state == "dropped", (state, why)
    return why


def test_a_case_that_is_no_longer_open_calls_nobody(office: Office) -> None:
    reach(office, "Ben", BEN)
    number = open_case(office)
    put(office, "Ben", "it is back at work", case=number)
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="A new one was sent", answer="told"), [number])
    assert dropped(office) == "the case is resolved"
    put(office, "Ben", "what is that", case=999)
    assert dropped(office) == "the case is gone"


def test_a_call_that_is_acknowledged_calls_nobody_else(office: Office) -> None:
    reach(office, "Dora", DORA, quiet="8:00-9:00", zone="UTC")
    number = open_case(office)
    execution.execute(
        office.desk("Ben"),
        "escalate",
        Escalate(reason="authority", need="A refund", to=office.ids["Dora"]),
        [number],
    )
    waiting = outbox.entries(office.desk()).entries
    assert [(e.kind, e.urgent) for e in waiting] == [("escalated", True)]
    assert deliver(office, Postman()).held == 1
    execution.execute(office.desk("Dora"), "acknowledge", Acknowledge(until=office.now + 3_600_000), [number])
    office.later(1)
    assert dropped(office) == "somebody has acknowledged the call"


def test_an_offer_that_is_answered_is_no_longer_told(office: Office) -> None:
    reach(office, "Cleo", CLEO)
    number = open_case(office)
    execution.execute(
        office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="Yours", next="Call back"), [number]
    )
    execution.execute(office.desk("Ben"), "withdraw", Withdraw(), [number])
    entries = outbox.entries(office.desk()).entries
    deliver(office, Postman())
    assert entries[0].kind == "offered"
    assert states(office)[0] == ("dropped", "the offer is answered, or off")


def test_no_notice_is_sent_of_what_is_no_longer_overdue(office: Office) -> None:
    reach(office, "Ben", BEN)
    number = open_case(office)
    put(office, "Ben", "overdue", case=number, kind="overdue")
    assert dropped(office) == "nothing is overdue on it now"
    office.later(30)
    put(office, "Ben", "overdue", case=number, kind="overdue")
    assert deliver(office, Postman()).sent == 1


def test_a_merged_case_is_the_one_it_goes_on_as(office: Office) -> None:
    reach(office, "Ben", BEN)
    loser, winner = open_case(office), open_case(office)
    put(office, "Ben", "still true", case=loser)
    execution.execute(office.desk("Ben"), "merge", Merge(into=winner), [loser])
    postman = Postman()
    deliver(office, postman)
    assert "still true" in postman.lines


def test_who_has_forgotten_their_address_or_left_is_not_told(office: Office) -> None:
    reach(office, "Ben", BEN)
    put(office, "Ben", "one")
    addresses.forget(office.desk("Ben"), "me")
    assert dropped(office) == "the address was removed"
    reach(office, "Eve", EVE)
    put(office, "Eve", "one")
    members.change(office.desk(), "Eve", active=False)
    assert dropped(office) == "they have left, and nobody covers for them"


# Addresses


def test_everybody_says_for_themselves_where_they_are_told_and_leads_for_all(office: Office) -> None:
    reach(office, "me", BEN, by="Ben")
    with pytest.raises(Refused, match="Only a lead"):
        reach(office, "Cleo", CLEO, by="Ben")
    with pytest.raises(Refused):
        addresses.forget(office.desk("Cleo"), "Ben")
    with pytest.raises(Refused):
        delivery.send_test(office.desk("Cleo"), "Ben", Postman())
    with pytest.raises(Refused):
        addresses.set_gateway(office.desk("Ben"), "mailtos://care:pw@mail.shop.example")
    with pytest.raises(Refused):
        outbox.name_subjects(office.desk("Ben"), False)
    reach(office, "Eve", EVE)


def test_an_address_given_again_has_other_hours_and_is_one(office: Office) -> None:
    reach(office, "Ben", BEN, quiet="20:00-7:00")
    reach(office, "Ben", BEN)
    (kept,) = addresses.book(office.desk()).of(office.ids["Ben"])
    assert kept.quiet == ""


def test_hours_that_leave_no_time_are_refused(office: Office) -> None:
    service_levels.set_calendar(office.desk(), "office", {"mon-fri": "9:00-17:00"}, zone="UTC")
    with pytest.raises(WrongUse, match="Nothing would ever be sent"):
        reach(office, "Ben", BEN, quiet="8:00-18:00", zone="UTC", calendar="office")
    with pytest.raises(WrongUse, match="no calendar"):
        reach(office, "Ben", BEN, calendar="nights")
    with pytest.raises(WrongUse, match="no time zone"):
        reach(office, "Ben", BEN, quiet="20:00-7:00", zone="Europe/Berlim")


def test_an_address_that_nothing_can_be_sent_to_is_refused(office: Office) -> None:
    with pytest.raises(WrongUse) as refusal:
        reach(office, "Ben", "slack://Sw0rdf1sh", known=lambda address: False)
    assert "Sw0rdf1sh" not in str(refusal.value)
    reach(office, "Ben", "ben@shop.example", known=lambda address: False)


def test_one_of_several_addresses_is_forgotten_by_its_number(office: Office) -> None:
    for n in range(3):
        reach(office, "Ben", f"slack://token{n}")
    first, second, third = addresses.book(office.desk()).of(office.ids["Ben"])
    with pytest.raises(Refused, match="several that look like this"):
        addresses.forget(office.desk(), "Ben", "slack://...")
    addresses.forget(office.desk(), "Ben", str(second.number))
    assert addresses.book(office.desk()).of(office.ids["Ben"]) == [first, third]
    with pytest.raises(Refused, match="no such address"):
        addresses.forget(office.desk(), "Ben", "17")


def test_there_is_one_mail_gateway_and_it_can_be_taken_away(office: Office) -> None:
    addresses.set_gateway(office.desk(), "mailtos://care:one@mail.shop.example")
    addresses.set_gateway(office.desk(), "mailtos://care:two@post.shop.example")
    gateway = addresses.book(office.desk()).gateway
    assert gateway is not None
    assert gateway.shown == "mailtos://post.shop.example/..."
    assert office.desk().read(lambda unit: unit.addressees) == set()
    addresses.set_gateway(office.desk(), None)
    assert addresses.book(office.desk()).gateway is None
    with pytest.raises(WrongUse, match="server"):
        addresses.set_gateway(office.desk(), "ana@shop.example")


def test_no_secret_gets_out_of_the_table_of_addresses(office: Office) -> None:
    secret = "Sw0rdf1sh"
    reach(office, "Ben", f"json://ben:{secret}@localhost/{secret}?+X-Key={secret}")
    addresses.set_gateway(office.desk(), f"mailtos://care:{secret}@mail.shop.example")
    number = open_case(office)
    put(office, "Ben", "one", case=number)
    deliver(office, Postman({f"json://ben:{secret}@localhost/{secret}?+X-Key={secret}": "gone"}))
    claimed = repr(delivery.claim(office.desk(), office.now + 10 * MINUTE))
    addresses.forget(office.desk(), "Ben")
    engine = office.store.engine
    for (table,) in engine.fetch_all("select name from sqlite_master where type = 'table' and name <> 'addresses'"):
        if not table.startswith("search"):
            assert secret not in repr(engine.fetch_all(f"select * from {table}")), table
    assert secret not in claimed
    assert secret not in repr(addresses.book(office.desk()))
    kinds = [row[0] for row in engine.fetch_all("select kind from journal where kind like 'notices%' order by id")]
    assert kinds == ["notices address", "notices mail", "notices forgotten"]


def test_subjects_can_be_left_out(office: Office) -> None:
    reach(office, "Cleo", CLEO)
    assert office.desk().read(outbox.names_subjects)
    outbox.name_subjects(office.desk(), False)
    assert not office.desk().read(outbox.names_subjects)
    number = open_case(office, "Secret kettle")
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="x", next="y"), [number])
    postman = Postman()
    deliver(office, postman)
    assert postman.lines
    assert "Secret" not in repr(postman.brought)


def test_a_test_goes_to_every_address_at_any_hour_and_tells_what_each_said(office: Office) -> None:
    with pytest.raises(Refused, match="no address"):
        delivery.send_test(office.desk(), "Ben", Postman())
    reach(office, "Ben", "ben@shop.example", quiet="0:00-23:59")
    with pytest.raises(Refused, match="mail gateway"):
        delivery.send_test(office.desk(), "Ben", Postman())
    reach(office, "Ben", BEN)
    told = delivery.send_test(office.desk("Ben"), "me", Postman({"ben@shop.example": "no way"}))
    assert [(address.address, failure) for address, failure in told] == [("ben@shop.example", "no way"), (BEN, "")]


def test_states_are_listed_and_a_wrong_one_is_refused(office: Office) -> None:
    reach(office, "Ben", BEN)
    put(office, "Ben", "one")
    deliver(office, Postman())
    put(office, "Ben", "two")
    found = outbox.entries(office.desk(), "waiting")
    assert [e.words for e in found.entries] == ["two"]
    assert found.counts == {"sent": 1, "waiting": 1}
    assert outbox.entries(office.desk(), since=office.now + 1).entries == []
    with pytest.raises(CareError):
        outbox.entries(office.desk(), "lost")
    assert msgspec.to_builtins(found.entries[0])["state"] == "waiting"


def test_a_call_that_is_put_back_is_told_though_its_notice_was_dropped(office: Office) -> None:
    reach(office, "Ana", ANA)
    number = open_case(office)
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="exception", need="a decision"), [number])
    undo_redo.undo(office.desk("Ben"))
    postman = Postman()
    assert deliver(office, postman).dropped == 1
    undo_redo.redo(office.desk("Ben"))
    assert deliver(office, postman).sent == 1
    (words,) = postman.lines
    assert "Ben calls you" in words


def test_a_message_from_a_clock_that_was_wrong_holds_up_nothing(office: Office) -> None:
    reach(office, "Ben", BEN)
    postman, now = Postman(), office.now
    put(office, "Ben", "first")
    office.now = now + 3650 * 24 * 60 * MINUTE
    deliver(office, postman)
    office.now = now + MINUTE
    put(office, "Ben", "second")
    deliver(office, postman)
    assert "second" in postman.lines
