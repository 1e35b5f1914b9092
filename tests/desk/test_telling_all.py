"""Everything that somebody is to be told reaches them, soon enough and in its own words; what does not is seen."""

from __future__ import annotations

from careconsole.desk.cases import execution, sweep
from careconsole.desk.notices import addresses, outbox
from careconsole.desk.team import members
from careconsole.domain.case.escalation import Escalate, Skip
from careconsole.domain.case.notice_message import BATCH_WINDOW, RETRY_DELAYS
from careconsole.domain.case.offers import Offer
from careconsole.domain.time.moments import MINUTE
from tests.desk.office import Office
from tests.desk.postman import Postman
from tests.desk.test_outbox import ANA, BEN, CLEO, DORA, deliver, open_case, put, reach, states


def escalated(office: Office, number: int, to: str = "Dora") -> None:
    wanted = Escalate(reason="authority", need="A refund", to=office.ids[to])
    execution.execute(office.desk("Ben"), "escalate", wanted, [number])


def outcomes(office: Office, state: str | None = None) -> list[str]:
    return [e.outcome(office.now) for e in outbox.entries(office.desk(), state, most=1000).entries]


# Nothing starves


def test_calls_for_help_take_along_what_gathers_and_never_put_it_off(office: Office) -> None:
    reach(office, "Ben", BEN)
    postman = Postman()
    put(office, "Ben", "first")
    deliver(office, postman)
    office.now += MINUTE
    put(office, "Ben", "news")
    deliver(office, postman)
    assert states(office)[-1] == ("waiting", "gathering")
    office.now += 3 * MINUTE
    put(office, "Ben", "HELP", urgent=True)
    deliver(office, postman)
    assert postman.brought[-1][1].body == "HELP\nnews"


def test_gathering_is_over_five_minutes_after_the_notice_was_put(office: Office) -> None:
    """Also where messages keep going to the person that could not take it along."""
    reach(office, "Ben", BEN)
    postman = Postman()
    put(office, "Ben", "first")
    deliver(office, postman)
    office.now += MINUTE
    put(office, "Ben", "news")
    began = office.now
    office.now += 4 * MINUTE
    # Something went out meanwhile, by somebody who did not know of the news.
    office.store.engine.write(lambda: office.store.notices.sent([1], 1, office.now))
    office.store.engine.write(
        lambda: office.store.engine.execute("update notices set done_at = :now where id = 1", {"now": office.now})
    )
    deliver(office, postman)
    assert "news" not in postman.lines
    office.now = began + BATCH_WINDOW
    deliver(office, postman)
    assert "news" in postman.lines


def test_what_gathers_for_somebody_who_left_meanwhile_goes_along_to_who_acts_for_them(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Cleo", CLEO)
    postman = Postman()
    put(office, "Ben", "first")
    deliver(office, postman)
    put(office, "Ben", "news")
    deliver(office, postman)
    members.away(office.desk("Ben"), "Ben", "Cleo")
    put(office, "Cleo", "HELP", urgent=True)
    deliver(office, postman)
    assert postman.brought[-1][1].body == "HELP\nFor Ben: news"


def test_what_is_taken_along_still_keeps_the_quiet_hours(office: Office) -> None:
    reach(office, "Ben", BEN, quiet="8:02-9:00", zone="UTC", calls_always=True)
    postman = Postman()
    put(office, "Ben", "first")
    deliver(office, postman)
    put(office, "Ben", "news")
    deliver(office, postman)
    assert states(office)[-1] == ("waiting", "gathering")
    office.now += 3 * MINUTE
    put(office, "Ben", "HELP", urgent=True)
    deliver(office, postman)
    assert postman.brought[-1][1].body == "HELP"
    assert states(office)[1] == ("waiting", "quiet hours")


# Every different thing is told


def test_different_news_of_a_case_are_all_told(office: Office) -> None:
    reach(office, "Ben", BEN)
    number = open_case(office)
    for kind in ("returned", "accepted", "declined"):
        put(office, "Ben", f"It was {kind}", case=number, kind=kind)
    put(office, "Ben", "It was returned again", case=number, kind="returned")
    put(office, "Ben", "It was accepted", case=number, kind="taken over")
    postman = Postman()
    done = deliver(office, postman)
    assert postman.lines == ["It was accepted", "It was declined", "It was returned again"]
    assert outcomes(office) == ["replaced by a newer one", "sent", "sent", "sent", "sent"]
    assert (done.sent, done.replaced) == (4, 1)


def test_what_was_only_counted_is_recorded_so(office: Office) -> None:
    reach(office, "Ben", BEN)
    for n in range(22):
        put(office, "Ben", f"This is number {n}")
    deliver(office, Postman())
    assert outcomes(office) == ["sent"] * 20 + ["sent, counted only"] * 2


def test_what_fails_takes_nothing_from_what_is_newer_nor_is_lost(office: Office) -> None:
    reach(office, "Ben", BEN)
    number = open_case(office)
    for words in ("older", "newer"):
        put(office, "Ben", words, case=number)
    failing = {BEN: "gone"}
    postman = Postman(failing)
    deliver(office, postman)
    assert outcomes(office) == ["failing", "failing"]
    failing.clear()
    office.now += MINUTE
    deliver(office, postman)
    assert postman.lines == ["newer"]
    assert outcomes(office) == ["replaced by a newer one", "sent"]


def test_who_acts_for_another_hears_their_own_news_first_and_all_of_it(office: Office) -> None:
    reach(office, "Ben", BEN)
    number = open_case(office)
    put(office, "Ben", "It is yours", case=number)
    put(office, "Ben", "For Dora: it is hers", case=number)
    put(office, "Ben", "Another is yours", case=open_case(office))
    postman = Postman()
    deliver(office, postman)
    assert postman.lines == ["It is yours", "Another is yours", "For Dora: it is hers"]


def test_the_cover_who_made_an_offer_hears_only_that_the_case_is_still_theirs(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Cleo", CLEO)
    number = open_case(office)
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])
    members.away(office.desk("Cleo"), "Cleo", "Ben")
    office.later(9)
    sweep.sweep(office.desk())
    postman = Postman()
    deliver(office, postman)
    told = [line for line in postman.lines if "offer of" in line]
    assert told == ["Nobody answered your offer of case 1 (Kettle) to Cleo; it is still yours."]


# What failed is seen


def test_failed_is_what_was_given_up_what_is_tried_again_and_what_did_not_arrive_everywhere(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Cleo", CLEO)
    reach(office, "Cleo", "json://chat.example")
    reach(office, "Dora", DORA)
    put(office, "Dora", "fine")
    put(office, "Ben", "to be given up")
    postman = Postman({BEN: "gone", CLEO: "the service had trouble (HTTP 503)"})
    for pause in (*RETRY_DELAYS, 0):
        deliver(office, postman)
        office.now += pause
    put(office, "Ben", "tried again")
    put(office, "Cleo", "partly")
    deliver(office, postman)
    found = outbox.entries(office.desk(), "failed")
    assert [(e.words, e.outcome(office.now)) for e in found.entries] == [
        ("to be given up", "given up"),
        ("tried again", "failing"),
        ("partly", "sent, not everywhere"),
    ]
    assert (found.counts["failed"], found.failing, found.partly, found.failed) == (1, 1, 1, 3)


def test_a_lead_is_told_after_the_second_try_of_a_call_that_failed_and_once_an_hour(office: Office) -> None:
    reach(office, "Ben", BEN)
    reach(office, "Ana", ANA)
    put(office, "Ben", "HELP", urgent=True)
    put(office, "Ben", "news")
    postman = Postman({BEN: "gone"})
    deliver(office, postman)
    assert postman.lines == []
    office.now += RETRY_DELAYS[0]
    deliver(office, postman)
    deliver(office, postman)
    told = "Ben could not be told of a call for help (address 1 (json: //ben.example/...): gone); it will be retried"
    assert postman.lines == [f"{told}; see the failed notices"]
    for pause in RETRY_DELAYS[1:3]:
        office.now += pause
        deliver(office, postman)
        deliver(office, postman)
    assert len(postman.lines) == 1, "within the hour they know it"
    office.now += RETRY_DELAYS[3]
    deliver(office, postman)
    deliver(office, postman)
    assert len(postman.lines) == 2


# What is no longer news


def test_of_a_call_that_has_gone_on_the_latest_line_is_told_and_no_older_one(office: Office) -> None:
    reach(office, "Ben", BEN, quiet="8:00-12:00", zone="UTC")
    number = open_case(office)
    escalated(office, number)
    put(office, "Ben", "Dora did not answer. Called again: Dora.", case=number, kind="call timed out")
    put(office, "Ben", "For Cleo: Dora did not answer.", case=number, kind="call timed out")
    deliver(office, Postman())
    office.later(1)
    execution.execute(office.desk("Ana"), "skip", Skip(reason="Dora is out", to=office.ids["Eve"]), [number])
    office.later(3)
    postman = Postman()
    deliver(office, postman)
    assert "Called again: Dora" not in " ".join(postman.lines)
    assert any("Ana called Eve" in line for line in postman.lines), postman.lines
    assert "For Cleo: Dora did not answer." in postman.lines, "another's line gives way to none of one's own"
    assert "replaced by a newer one" in outcomes(office)


def test_a_line_about_a_call_gives_way_to_nothing_that_was_not_told(office: Office) -> None:
    reach(office, "Ben", BEN, quiet="8:00-12:00", zone="UTC")
    number = open_case(office)
    escalated(office, number)
    put(office, "Ben", "Dora did not answer. Called again: Dora.", case=number, kind="call timed out")
    office.later(1)
    execution.execute(office.desk("Ben"), "skip", Skip(reason="Dora is out", to=office.ids["Eve"]), [number])
    office.later(4)
    postman = Postman()
    deliver(office, postman)
    assert postman.lines == ["Dora did not answer. Called again: Dora."]


# What is counted as what


def test_only_what_calls_this_person_is_counted_as_a_call(office: Office) -> None:
    reach(office, "Ana", ANA)
    reach(office, "Dora", DORA)
    number = open_case(office)
    escalated(office, number)
    for name in ("Ana", "Dora"):
        words = "Dora did not answer. No step follows."
        put(office, name, words, case=number, kind="call timed out", urgent=True)
        put(office, name, "news")
    postman = Postman()
    deliver(office, postman)
    assert {address: message.title for address, message in postman.brought} == {
        ANA: "careconsole: 2 things wait for you",
        DORA: "careconsole: 2 calls for help, 1 other thing",
    }


def test_the_rest_is_looked_for_where_it_is(office: Office) -> None:
    reach(office, "Ana", ANA)
    reach(office, "Ben", BEN)
    for n in range(25):
        number = open_case(office)
        for name in ("Ana", "Ben"):
            put(office, name, f"Case {number} is {n}", case=number)
    postman = Postman()
    deliver(office, postman)
    last = {address: message.body.split("\n")[-1] for address, message in postman.brought}
    assert last == {
        ANA: "and 5 more: is:overdue in the queue",
        BEN: "and 5 more: is:mine in the queue",
    }


# Addresses


def test_addresses_that_look_alike_have_signs_of_their_own_and_the_same_one_has_one(office: Office) -> None:
    for name, address in (("Ben", "json://hub.example/one"), ("Ben", "json://hub.example/two"), ("Cleo", "slack://x")):
        reach(office, name, address)
    reach(office, "Dora", "json://hub.example/two")
    one, two, other, same = addresses.book(office.desk()).addresses
    assert [a.number for a in (one, two, other, same)] == [1, 2, 3, 4]
    assert one.shown == two.shown
    assert one.sign != two.sign == same.sign
    assert all(len(a.sign) == 4 and a.sign.isalpha() for a in (one, two, other))
    assert addresses.book(office.desk()).gateway is None
    addresses.forget(office.desk(), "Ben", two.sign)
    assert addresses.book(office.desk()).of(office.ids["Ben"]) == [one]


def test_an_address_of_somebody_who_has_left_does_not_work(office: Office) -> None:
    reach(office, "Eve", "json://eve.example")
    (eve,) = addresses.book(office.desk()).addresses
    assert addresses.book(office.desk()).works(eve)
    members.change(office.desk(), "Eve", active=False)
    assert not addresses.book(office.desk()).works(eve)
