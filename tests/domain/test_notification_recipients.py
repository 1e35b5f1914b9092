"""Whom an event concerns, and what they are told: on their console with what was written, elsewhere without it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from careconsole.domain.case.acknowledgement import Acknowledge, Acknowledged
from careconsole.domain.case.calls import CallReassigned, CallTimedOut, Nudged
from careconsole.domain.case.changes import ActionChecked, ActionDropped, ActionMoved
from careconsole.domain.case.command import Command
from careconsole.domain.case.deliveries import Undelivered
from careconsole.domain.case.escalation import Deescalated, Escalated, Skipped
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.events import is_swept
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.helpers import HelpAsked
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.lessons import CallWithdrawn, LeadAgreed, Review
from careconsole.domain.case.merging import Merged
from careconsole.domain.case.messages import LogMessage, MessageLogged
from careconsole.domain.case.notification_recipients import CONCERNING, notifications_for, words_for
from careconsole.domain.case.offers import Accepted, Declined, Offer, Offered, OfferExpired, Withdraw
from careconsole.domain.case.overdue import Overdue, OverdueClock
from careconsole.domain.case.ownership import Reassign, Reassigned, TakenOver, TakeOver
from careconsole.domain.case.parking import Park, Returned
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.ratings import Rated
from careconsole.domain.case.recurrence import CameUpAgain
from careconsole.domain.case.replies import UNDO_TIME, Prepared, Reply
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.reviews import ActionReassigned, Reviewed
from careconsole.domain.case.splitting import SplitOff
from careconsole.domain.case.unsent_replies import ReplyFailed, ReplyStopped
from careconsole.domain.team.roster import Person
from careconsole.domain.time.moments import DAY, HOUR, local
from tests.domain.cases import ANA, BEN, CLEO, DORA, EVE, LATER, Play

FAY = 6
EVERYBODY = (ANA, BEN, CLEO, DORA, EVE, FAY)
SECRET = "s3cret words"
"""What somebody wrote, and what must not leave the house."""


def hears(play: Play, name: str, *, quote: bool = True, subject: bool = True) -> str | None:
    """What somebody is told of the last thing that happened."""
    before, event = last(play)
    return words_for(before, event, play.team.roster, play.team.person(name).number, quote=quote, subject=subject)


def last(play: Play):
    before = fold(play.number, play.history[:-1])
    assert before is not None
    return before, play.history[-1]


def concerned(play: Play, people: Iterable[int] = EVERYBODY) -> set[str]:
    """Who is told of it at all."""
    return {play.team.roster.name(one.person) for one in notifications_for(*last(play), play.team.roster, people)}


def urgently(play: Play) -> set[str]:
    found = notifications_for(*last(play), play.team.roster, EVERYBODY)
    return {play.team.roster.name(one.person) for one in found if one.urgent}


def sweep(play: Play, fact: Fact) -> Play:
    """The sweep did something: nobody gave a command for it."""
    play._append([fact], None, None)
    return play


def called(play: Play, name: str = "Ana", *, by: str = "Ben") -> Play:
    """Somebody is called, by `by`."""
    play.write(by, [call_of(play, play.team.person(name).number)])
    return play


def call_of(play: Play, responder: int, also: tuple[int, ...] = ()) -> Escalated:
    return Escalated(
        level=1, responder=responder, also=also, reason="authority", need=SECRET, acknowledge_by=play.inn(1)
    )


def overdue(*late: tuple[str, int, int | None]) -> Overdue:
    """Clocks that ran out: their kind, when they were due, and their number."""
    return Overdue(
        clocks=tuple(OverdueClock(kind=kind, due=due, mark=due, number=number) for kind, due, number in late)
    )


def on_time(play: Play, hours: float) -> str:
    """A time as it is said on a console."""
    return local(play.inn(hours), play.team.now)


# An offer that nobody answers


def test_an_offer_that_ran_out_concerns_its_giver_the_one_asked_and_the_lead_on_duty() -> None:
    play = Play("Cleo").do("Cleo", Offer(to=BEN, reason=SECRET)).later(9)
    sweep(play, OfferExpired(to=BEN))
    assert hears(play, "Cleo") == "Nobody answered your offer of case 1 (Kettle cracked) to Ben; it is still yours."
    assert hears(play, "Ben") == "The offer of case 1 (Kettle cracked) to you has run out."
    assert hears(play, "Ana") == "Nobody answered the offer of case 1 (Kettle cracked) to Ben; it is still with Cleo."
    assert concerned(play) == {"Ana", "Ben", "Cleo"}
    assert urgently(play) == set()


def test_what_is_cut_in_a_notice_says_where_it_is_in_full() -> None:
    for reason, where in (("short", False), ("word " * 60, True)):
        play = Play("Cleo").do("Cleo", Offer(to=BEN, reason=reason))
        told = hears(play, "Ben") or ""
        assert ("… (in full on case 1)" in told) is where
        assert hears(play, "Ben", quote=False) is not None


def test_who_made_the_offer_is_told_though_another_has_the_case() -> None:
    play = Play("Cleo").do("Dora", Offer(to=BEN, reason=SECRET)).later(9)
    sweep(play, OfferExpired(to=BEN))
    assert hears(play, "Dora") == (
        "Nobody answered your offer of case 1 (Kettle cracked) to Ben; it is still with Cleo."
    )
    assert concerned(play) == {"Ana", "Ben", "Cleo", "Dora"}


def test_an_offer_of_what_nobody_has_taken_leaves_it_so() -> None:
    play = Play().do("Ana", Offer(to=BEN, reason=SECRET)).later(9)
    sweep(play, OfferExpired(to=BEN))
    assert hears(play, "Ana") == "Nobody answered your offer of case 1 (Kettle cracked) to Ben; nobody has taken it."


def test_a_mail_that_a_colleague_writes_concerns_the_owner_and_the_writer_of_one_that_waits() -> None:
    play, made = Play("Cleo"), Prepared(box="b", sender="us", to=("anna@home.example",), subject="Kettle")
    play.do("Dora", Reply(text="I look into it.", prepared=made))
    at = local(play.team.now + UNDO_TIME, play.team.now)
    told = f"Dora wrote a mail to the customer on case 1 (Kettle cracked), to be sent at {at}: I look into it."
    assert (hears(play, "Cleo"), hears(play, "Ben"), hears(play, "Cleo", quote=False)) == (told, None, None)
    play.do("Ben", Reply(text="It is in the post.", prepared=made))
    told = f"Ben wrote a mail to the customer on case 1 (Kettle cracked), to be sent at {at}: It is in the post."
    assert (hears(play, "Cleo"), hears(play, "Dora")) == (told, told)


@pytest.mark.parametrize(
    ("who", "command", "words"),
    [
        ("Cleo", Withdraw(reason="done"), "Cleo withdrew the offer of case 1 (Kettle cracked) to you: done"),
        ("Cleo", Withdraw(), "Cleo withdrew the offer of case 1 (Kettle cracked) to you."),
        (
            "Cleo",
            Resolve(said=SECRET, answer="told"),
            "Cleo resolved case 1 (Kettle cracked), which was offered to you.",
        ),
        (
            "Dora",
            TakeOver(reason="sick"),
            "Dora took case 1 (Kettle cracked) over, which was offered to you: sick",
        ),
        (
            "Ana",
            Reassign(to=DORA),
            "Ana gave case 1 (Kettle cracked), which was offered to you, to Dora.",
        ),
    ],
)
def test_who_was_asked_is_told_that_the_offer_is_off(who: str, command: Command, words: str) -> None:
    play = Play("Cleo").do("Cleo", Offer(to=BEN, reason=SECRET)).do(who, command)
    assert hears(play, "Ben") == words
    assert hears(play, "Ben", quote=False) is None, "it calls them to nothing"


def test_who_acts_for_the_one_asked_is_told_that_the_offer_is_off() -> None:
    play = Play("Cleo").do("Cleo", Offer(to=BEN, reason=SECRET))
    play.away("Ben", "Dora")
    play.do("Cleo", Withdraw())
    assert hears(play, "Dora") == ("Cleo withdrew the offer of case 1 (Kettle cracked) to Ben (for whom you act).")


def test_leads_are_told_in_the_console_that_a_customer_got_no_answer() -> None:
    play = Play("Cleo")
    play.do("Cleo", LogMessage(text="Where is it?", inbound=True))
    play.do("Cleo", Resolve(said=SECRET, answer="unanswered"))
    assert hears(play, "Ana") == (
        "Case 1 (Kettle cracked) was resolved, and its customer, who was waiting, got no answer."
    )
    assert (hears(play, "Ben"), hears(play, "Ana", quote=False)) == (None, None)


def test_of_a_case_that_was_not_offered_nobody_else_is_told() -> None:
    play = Play("Cleo").do("Cleo", Resolve(said=SECRET, answer="told"))
    assert hears(play, "Ben") is None
    play = Play("Cleo").do("Cleo", Offer(to=BEN, reason=SECRET))
    sweep(play, Merged(into=2))
    assert "which was offered to you, into case 2." in (hears(play, "Ben") or "")


# A call that nobody answers


def test_a_call_that_went_on_concerns_who_is_called_now_who_missed_it_and_the_owner() -> None:
    play = called(Play("Ben")).later(2)
    sweep(
        play,
        CallTimedOut(why="unanswered", level=2, responder=DORA, also=(EVE,), acknowledge_by=play.inn(1)),
    )
    by = on_time(play, 1)
    assert hears(play, "Dora") == (
        f"The call on case 1 (Kettle cracked) is passed to you and Eve, because Ana did not answer;"
        f" acknowledge by {by}: {SECRET}"
    )
    assert hears(play, "Eve", quote=False) == (
        "The call on case 1 (Kettle cracked) is passed to you and Dora, because Ana did not answer;"
        f" acknowledge by {local(play.inn(1), play.inn(-30))}."
    )
    assert hears(play, "Ana") == (
        "The call on case 1 (Kettle cracked) has moved on from you to Dora and Eve: it was not answered in time."
    )
    assert hears(play, "Ben") == ("Ana did not answer the call on case 1 (Kettle cracked). Called now: Dora and Eve.")
    assert concerned(play) == {"Ana", "Ben", "Dora", "Eve"}
    assert urgently(play) == {"Dora", "Eve"}, "the owner learns of it, but nobody calls them for help"


def test_who_acknowledged_and_went_silent_is_told_so_and_called_again() -> None:
    play = called(Play("Ben"))
    play.do("Ana", Acknowledge(until=play.inn(2))).later(3)
    sweep(play, CallTimedOut(why="silent", level=1, responder=ANA, acknowledge_by=play.inn(1)))
    by = on_time(play, 1)
    assert hears(play, "Ana") == (
        f"The call on case 1 (Kettle cracked) brought no update and waits for you, acknowledge by {by}."
    )
    assert hears(play, "Ben") == ("Ana had the call on case 1 (Kettle cracked) and gave no update. Called again: Ana.")


def test_called_again_is_said_of_the_same_people_alone() -> None:
    play = called(Play("Ben")).later(2)
    sweep(play, CallTimedOut(why="unanswered", level=1, responder=ANA, also=(DORA,), acknowledge_by=play.inn(1)))
    assert (hears(play, "Ben") or "").endswith("Called now: Ana and Dora.")
    sweep(play, CallTimedOut(why="unanswered", level=1, responder=DORA, also=(ANA,), acknowledge_by=play.inn(1)))
    assert (hears(play, "Ben") or "").endswith("Called again: Dora and Ana.")


def test_who_acts_for_the_one_who_was_asked_hears_their_own_part_and_no_one_elses() -> None:
    play = Play("Cleo").do("Cleo", Offer(to=BEN, reason=SECRET)).away("Ben", "Cleo").later(9)
    sweep(play, OfferExpired(to=BEN))
    assert hears(play, "Cleo") == "Nobody answered your offer of case 1 (Kettle cracked) to Ben; it is still yours."
    assert concerned(play) == {"Ana", "Cleo"}, "not Ben, for whom Cleo hears it"
    play.away("Ben", "Dora")
    assert hears(play, "Dora") == "The offer of case 1 (Kettle cracked) to Ben (for whom you act) has run out."


def test_who_called_for_help_hears_of_it_as_the_owner_does() -> None:
    play = called(Play("Ben"), by="Cleo").later(2)
    sweep(play, CallTimedOut(why="unanswered", level=2, responder=DORA, acknowledge_by=play.inn(1)))
    assert hears(play, "Cleo") == "Ana did not answer the call on Ben's case 1 (Kettle cracked). Called now: Dora."
    assert concerned(play) == {"Ana", "Ben", "Cleo", "Dora"}


def test_where_no_step_follows_every_lead_is_told() -> None:
    play = called(Play("Ben"), "Eve").later(2)
    again = CallTimedOut(why="unanswered", level=3, responder=EVE, acknowledge_by=play.inn(1), attempt=2, last=True)
    sweep(play, again)
    words = (
        "Eve did not answer the call on Ben's case 1 (Kettle cracked). Called again: Eve."
        " No step is left, so every lead is notified."
    )
    assert hears(play, "Ana") == words
    assert hears(play, "Dora") == words
    assert hears(play, "Cleo") is None
    assert urgently(play) == {"Ana", "Dora", "Eve"}
    play.away("Dora", "Cleo")
    assert concerned(play) == {"Ana", "Ben", "Cleo", "Eve"}, "for a lead who is away, who covers them"
    play.left("Dora")
    assert concerned(play) == {"Ana", "Ben", "Eve"}


def test_everybody_who_is_called_together_is_told_and_told_when_one_has_it() -> None:
    play = Play("Ben")
    play.write("Ben", [call_of(play, ANA, (DORA, EVE))])
    by = on_time(play, 1)
    assert hears(play, "Ana") == (
        f"Ben calls you, Dora and Eve on case 1 (Kettle cracked), acknowledge by {by}: {SECRET}"
    )
    assert hears(play, "Dora") == (
        f"Ben calls you, Ana and Eve on case 1 (Kettle cracked), acknowledge by {by}: {SECRET}"
    )
    assert urgently(play) == {"Ana", "Dora", "Eve"}
    play.write("Ben", [Nudged(said=SECRET)])
    assert concerned(play) == urgently(play) == {"Ana", "Dora", "Eve"}
    play.write("Dora", [Acknowledged(responder=DORA, until=play.inn(3))])
    assert hears(play, "Ana") == "Dora has the call on case 1 (Kettle cracked); you need do nothing more."
    assert hears(play, "Ben") == f"Dora has your call on case 1 (Kettle cracked), next update by {on_time(play, 3)}."
    assert concerned(play) == {"Ana", "Ben", "Eve"}, "not Dora, whose word it was"


def test_who_is_called_and_also_acts_for_another_who_is_called_is_told_once_as_themselves() -> None:
    play = Play("Ben").away("Ana", "Dora")
    play.write("Ben", [call_of(play, ANA, (DORA,))])
    assert (hears(play, "Dora") or "").startswith("Ben calls you and Ana on case 1")


def test_a_contact_is_not_notified_of_an_acknowledgement_in_their_name() -> None:
    play = called(Play("Ben"), "Eve").do("Ben", Acknowledge(until=LATER))
    assert play.last == Acknowledged(responder=EVE, until=LATER)
    assert concerned(play) == set()


def test_a_step_that_is_skipped_or_a_call_handed_on_calls_those_of_the_next() -> None:
    play = called(Play("Ben"))
    play.write("Ben", [Skipped(level=2, responder=DORA, also=(EVE,), acknowledge_by=play.inn(1), reason=SECRET)])
    assert urgently(play) == {"Dora", "Eve"}
    assert concerned(play) == {"Ana", "Dora", "Eve"}
    gone = "The call on case 1 (Kettle cracked) has moved on from you to Dora and Eve; you need do nothing more."
    assert hears(play, "Ana") == gone
    play.write("Ana", [CallReassigned(responder=CLEO, acknowledge_by=play.inn(1))])
    assert hears(play, "Cleo", quote=False) == (
        f"Ana passes the call on case 1 (Kettle cracked) to you, acknowledge by {local(play.inn(1), play.inn(-30))}."
    )
    assert concerned(play) == urgently(play) == {"Cleo"}
    play.write("Ana", [CallReassigned(responder=BEN)])
    assert concerned(play) == set(), "who owns the case has it themselves"


def test_a_step_that_somebody_else_skips_is_told_to_who_owns_the_case() -> None:
    play = called(Play("Ben"))
    play.write("Dora", [Skipped(level=2, responder=EVE, acknowledge_by=play.inn(1), reason=SECRET)])
    assert hears(play, "Ben") == "Dora called Eve on case 1 (Kettle cracked) instead."
    assert urgently(play) == {"Eve"}


def test_who_was_called_hears_that_another_escalation_calls_others() -> None:
    play = called(Play("Ben"))
    play.write("Ben", [replace(call_of(play, EVE), level=2)])
    gone = "The call on case 1 (Kettle cracked) has moved on from you to Eve; you need do nothing more."
    assert hears(play, "Ana") == gone
    assert urgently(play) == {"Eve"}


def test_who_acts_for_both_sides_of_an_offer_hears_that_the_case_is_with_them() -> None:
    play = Play("Ben").do("Ben", Offer(to=CLEO, reason="knows it")).left("Ben").left("Cleo")
    sweep(play, OfferExpired(to=CLEO))
    assert "it is still with Ben (for whom you act)" in (hears(play, "Ana") or "")


# What is overdue


def test_a_broken_promise_concerns_who_answers_for_the_case_and_the_lead_on_duty() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text=SECRET, due=play.inn(2))).later(4)
    promise = play.case.promises[0]
    sweep(play, overdue(("promise", promise.due, promise.number)))
    assert hears(play, "Ben") == f'Case 1 (Kettle cracked): the promise "{SECRET}" was due at {on_time(play, -2)}.'
    assert (
        hears(play, "Ana") == f'Ben\'s case 1 (Kettle cracked): the promise "{SECRET}" was due at {on_time(play, -2)}.'
    )
    assert hears(play, "Ben", quote=False) == (
        f"Case 1 (Kettle cracked): the promise was due {local(promise.due, promise.due - 30 * HOUR)}."
    )
    assert concerned(play) == {"Ana", "Ben"}


def test_a_change_concerns_who_makes_it_rather_than_who_has_the_case() -> None:
    play = Play("Ben")
    play.do("Ben", Review(cause="glaze", change=SECRET, owner=CLEO, due=play.inn(2))).later(3)
    number = play.case.reviews[0].number
    sweep(play, overdue(("change", play.inn(-1), number)))
    assert hears(play, "Cleo") == (
        f'Ben\'s case 1 (Kettle cracked): the change that a review asked for "{SECRET}" was due at {on_time(play, -1)}.'
    )
    assert concerned(play) == {"Ana", "Cleo"}


def test_of_several_clocks_everybody_is_told_in_one_sentence_those_that_are_theirs() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text=SECRET, due=play.inn(2)))
    play.do("Ben", Review(cause="glaze", change=SECRET, owner=CLEO, due=play.inn(3))).later(5)
    review = play.case.reviews[0].number
    late = ("promise", play.inn(-3), 2), ("keep informed", play.inn(-1), None), ("change", play.inn(-2), review)
    sweep(play, overdue(*late))
    assert hears(play, "Ben") == (
        "Overdue on case 1 (Kettle cracked):"
        f" the promise (due {on_time(play, -3)}), the update to the customer (due {on_time(play, -1)})."
    )
    assert hears(play, "Ana") == (
        "Overdue on Ben's case 1 (Kettle cracked):"
        f" the promise (due {on_time(play, -3)}), the update to the customer (due {on_time(play, -1)}),"
        f" the change that a review asked for (due {on_time(play, -2)})."
    )
    assert "the update" not in (hears(play, "Cleo") or "")


def test_what_nobody_has_taken_is_told_as_that() -> None:
    play = Play().later(3)
    due = play.inn(-1)
    sweep(play, overdue(("to take", due, None)))
    assert hears(play, "Ana") == (
        f"Nobody has taken case 1 (Kettle cracked); it needed an owner by {on_time(play, -1)}."
    )
    assert hears(play, "Ana", quote=False) == (
        f"Nobody has taken case 1 (Kettle cracked); it needed an owner by {local(due, due - 30 * HOUR)}."
    )
    sweep(play, overdue(("to take", due, None), ("first answer", due, None)))
    at = on_time(play, -1)
    assert hears(play, "Ana") == (
        f"Overdue on case 1 (Kettle cracked): the assignment (due {at}), the first answer (due {at})."
    )


def test_what_was_due_follows_the_case_it_was_due_on() -> None:
    play = Play("Ben").later(3)
    sweep(play, overdue(("first answer", play.inn(-1), None)))
    assert hears(play, "Ana") == f"Ben's case 1 (Kettle cracked): the first answer was due at {on_time(play, -1)}."


def test_a_rest_that_is_over_concerns_who_answers_for_the_case() -> None:
    play = Play("Ben")
    play.do("Ben", Park(on="customer", until=play.inn(2), reason=SECRET)).later(2)
    sweep(play, Returned())
    assert hears(play, "Ben") == f"Case 1 (Kettle cracked) is no longer parked: {SECRET}"
    assert hears(play, "Ben", quote=False) == "Case 1 (Kettle cracked) is no longer parked."
    assert concerned(play) == {"Ben"}
    play.away("Ben", "Cleo")
    assert concerned(play) == {"Cleo"}
    assert hears(play, "Cleo", quote=False) == "Ben's case 1 (Kettle cracked) is no longer parked."


# Who hears for whom


def test_the_cover_is_notified_for_a_person_who_is_away() -> None:
    play = Play("Ben").away("Ana", "Dora").away("Dora", "Cleo")
    play.write("Ben", [call_of(play, ANA)])
    assert (hears(play, "Cleo") or "").startswith("Ben calls Ana (for whom you act) on case 1")
    assert concerned(play) == urgently(play) == {"Cleo"}


def test_where_nobody_covers_the_lead_on_duty_hears() -> None:
    play = Play("Ben").do("Ben", Offer(to=CLEO, reason=SECRET)).away("Cleo")
    assert concerned(play) == {"Ana"}, "they can answer it"


def test_a_contact_hears_for_themselves_and_not_once_they_have_left() -> None:
    play = called(Play("Ben"), "Eve")
    assert concerned(play) == {"Eve"}
    play.left("Eve")
    assert concerned(play) == set()


def test_nobody_is_told_of_their_own_act_nor_of_what_an_import_brought() -> None:
    play = called(Play("Ben"))
    assert hears(play, "Ben") is None
    play = Play("Ben")
    play._append([Imported(way="in", channel="email", said="hello?")], None, None, batch=1)
    assert concerned(play) == set()
    play.write("Ana", [MessageLogged(inbound=True, channel="email", text="hello?")])
    assert concerned(play) == {"Ben"}


def test_the_owner_hears_in_the_console_that_a_colleague_wrote_to_their_customer() -> None:
    play = Play("Ben")
    play.write("Cleo", [MessageLogged(inbound=False, channel="email", text="a new kettle is on its way")])
    assert (
        hears(play, "Ben")
        == "Cleo recorded a message to the customer on case 1 (Kettle cracked): a new kettle is on its way"
    )
    assert hears(play, "Cleo") is None
    assert hears(play, "Dora") is None
    assert concerned(play) == set(), "no notice: there is nothing to do"
    play.write("Ben", [MessageLogged(inbound=False, channel="phone", text="hello")])
    assert hears(play, "Ben") is None
    nobodys = Play(None)
    nobodys.write("Cleo", [MessageLogged(inbound=False, channel="phone", text="hello")])
    assert hears(nobodys, "Ana") is None, "nobody owns it"


# What leaves the house

_FACTS = [
    ReplyStopped(reply=4, why="The customer wrote meanwhile.", by=BEN),
    ReplyFailed(reply=4, state="refused", said=SECRET, by=BEN),
    Undelivered(entry=4, said=SECRET),
    Offered(to=CLEO, reason=SECRET, next=SECRET),
    OfferExpired(to=CLEO),
    Accepted(person=CLEO),
    Declined(reason=SECRET, instead=DORA),
    TakenOver(person=CLEO, reason=SECRET),
    Reassigned(to=CLEO, reason=SECRET),
    HelpAsked(of=CLEO, need=SECRET),
    Escalated(level=1, responder=DORA, also=(EVE,), reason="authority", need=SECRET, acknowledge_by=1, cause=SECRET),
    Skipped(level=1, responder=DORA, acknowledge_by=1, reason=SECRET),
    CallReassigned(responder=DORA, acknowledge_by=1),
    CallTimedOut(why="unanswered", level=1, responder=DORA, acknowledge_by=1, last=True),
    CallTimedOut(why="silent", level=1, responder=FAY, acknowledge_by=1),
    Nudged(said=SECRET),
    Acknowledged(responder=FAY, until=1),
    Deescalated(decided=SECRET),
    MessageLogged(inbound=True, channel="email", text=SECRET),
    Rated(answer="no", spoke=(BEN,)),
    ActionReassigned(review=1, to=CLEO),
    ActionChecked(review=4, verdict="no", said=SECRET),
    ActionMoved(review=4, due=LATER, reason=SECRET),
    ActionDropped(review=4, reason=SECRET),
    CameUpAgain(of_case=3, review=9, change=SECRET, owner=CLEO, made_at=1, times=2),
    CameUpAgain(of_case=3, review=9, change=SECRET, owner=CLEO, due=LATER, times=3),
    Reviewed(cause=SECRET, decided=SECRET, asks_lead=True),
    LeadAgreed(review=4),
    CallWithdrawn(),
    SplitOff(into=2, words=(2,)),
    Returned(),
    Overdue(clocks=(OverdueClock(kind="promise", due=1, mark=1, number=2),)),
    Overdue(clocks=(OverdueClock(kind="change", due=1, mark=1, number=4),)),
    Overdue(clocks=(OverdueClock(kind="check", due=1, mark=1, number=4),)),
    Overdue(
        clocks=(OverdueClock(kind="promise", due=1, mark=1, number=2), OverdueClock(kind="resolution", due=1, mark=1))
    ),
]


_IN_THE_CONSOLE = {"withdrawn", "resolved", "merged", "reply written"}
"""What is only said in the console: it calls nobody to anything."""


def laden() -> Play:
    """A case on which everything that can be written was written."""
    play = Play("Ben")
    fay = Person(number=FAY, name="Fay")
    play.team.roster.people[FAY] = fay
    play.do("Ben", Promise(text=SECRET, due=play.inn(2)), Offer(to=CLEO, reason=SECRET, next=SECRET))
    play.do("Ben", Review(cause=SECRET, change=SECRET, owner=CLEO, due=play.inn(2)))
    play.do("Ben", Park(on="customer", until=play.inn(2), reason=SECRET))
    play.write("Ben", [call_of(play, FAY, (EVE,))])
    return play


@pytest.mark.parametrize("fact", _FACTS, ids=lambda fact: type(fact).__name__)
def test_no_word_that_somebody_wrote_leaves_the_house(fact: Fact) -> None:
    play = laden()
    event = Event(play.case.version + 1, play.team.now, play.team.now, fact, None if is_swept(fact.kind) else ANA)
    with_subject = notifications_for(play.case, event, play.team.roster, EVERYBODY)
    assert with_subject, "it concerns somebody"
    for one in with_subject:
        assert SECRET not in one.words
        assert "case 1 (Kettle cracked)" in one.words.replace("Case", "case")
        assert one.words.endswith("."), "a whole sentence"
    for one in notifications_for(play.case, event, play.team.roster, EVERYBODY, subject=False):
        assert "Kettle" not in one.words
        assert "case 1" in one.words.replace("Case", "case")


def test_every_rule_was_among_these() -> None:
    assert {fact.kind for fact in _FACTS} | _IN_THE_CONSOLE == CONCERNING


def test_what_others_wrote_is_safe_to_show() -> None:
    play = Play("Ben", subject="[/]\x1b]0;x\x07\nlid\u202e")
    play.write("Ana", [MessageLogged(inbound=True, channel="email", text="a\x1b[31mb\nc")])
    for quote in (True, False):
        words = hears(play, "Ben", quote=quote)
        assert words is not None
        assert not set("\x1b\x07\n\u202e") & set(words)


def test_a_time_that_is_read_on_another_day_says_which_day_it_means() -> None:
    play = Play("Ben")
    for hours in (1, 30, 24 * 4, 24 * 30):
        by = play.inn(hours)
        call = Escalated(level=1, responder=ANA, reason="authority", need="x", acknowledge_by=by)
        event = Event(2, play.team.now, play.team.now, call, BEN)
        words = words_for(play.case, event, play.team.roster, ANA, quote=False)
        assert words is not None
        said = words.partition("acknowledge by ")[2].rstrip(".")
        assert len(said.split()) == 2, "a day and the hour"
        assert said == local(by, by - (2 * DAY if hours < 100 else 8 * DAY))
