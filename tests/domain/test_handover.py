"""A colleague's load is handed over by a lead: nothing that hung on them is left behind or lost."""

from __future__ import annotations

import pytest

from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.calls import CallReassigned, Nudge
from careconsole.domain.case.changes import CheckChange
from careconsole.domain.case.escalation import Escalate, Escalated, Skip
from careconsole.domain.case.event import Event
from careconsole.domain.case.handover import CALL, CASE, CHANGE, HELP, OFFER, HandOver, changes_of, responsibilities
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.offers import Accept, Decline, Offer, Withdrawn
from careconsole.domain.case.ownership import TakeOver
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.time.moments import HOUR
from tests.domain.cases import ANA, BEN, CLEO, DORA, EVE, ImportedPlay, Play
from tests.suggested import told

OFFERED = Offer(to=CLEO, reason="on leave next week", next="call them")


def over(of: int, to: int | None) -> HandOver:
    return HandOver(of=of, to=to)


def up(to: int | None = None, reason: str = "exception") -> Escalate:
    return Escalate(reason=reason, need="refund above my limit", cause="refund limit", to=to)


def reviewed(owner: int = BEN) -> Play:
    """Cleo's case, settled, with a change that `owner` has still to make."""
    play = Play("Cleo")
    change = Review(cause="refund limit", change="refund up to 200", owner=owner, due=play.inn(48))
    return play.do("Cleo", change, Resolve(said="refunded", answer="told"))


def action_owner(play: Play) -> str:
    return play.team.roster.name(play.case.reviews[-1].owner)


# Who hands over, and to whom


def test_only_a_lead_hands_over() -> None:
    assert "Ana" in told(Play("Ben").refused("Cleo", over(BEN, CLEO)))
    assert "Only a lead" in Play("Ben").refused("Ben", over(BEN, CLEO)).message


def test_the_cover_of_a_lead_can_hand_over() -> None:
    assert Play("Ben").away("Ana", cover="Cleo").do("Cleo", over(BEN, CLEO)).owner == "Cleo"


def test_it_goes_to_a_colleague_who_is_here_and_is_another() -> None:
    assert "away" in Play("Ben").away("Cleo").refused("Ana", over(BEN, CLEO)).message
    assert "no console" in Play("Ben").refused("Ana", over(BEN, EVE)).message
    assert "longer works here" in Play("Ben").left("Cleo").refused("Ana", over(BEN, CLEO)).message
    assert "Ben's already" in Play("Ben").refused("Ana", over(BEN, BEN)).message
    assert "no person number 99" in Play("Ben").wrong("Ana", over(99, CLEO)).message


def test_who_answers_for_duty_cannot_hand_over_to_duty() -> None:
    play = Play("Ana")
    assert (
        "Ana is on duty, so work given to duty would come back to them" in play.refused("Dora", over(ANA, None)).message
    )
    assert play.duty("Dora").do("Dora", over(ANA, None)).owner == "duty"


def test_a_hand_over_without_work_is_refused() -> None:
    assert "Cleo has nothing to do" in Play("Ben").refused("Ana", over(CLEO, DORA)).message
    assert (
        "there is nothing to hand over"
        in Play("Ben").do("Ben", Resolve(said="done", answer="told")).refused("Ana", over(BEN, CLEO)).message
    )


def test_a_merged_case_takes_nothing_more() -> None:
    play = Play("Ben")
    play.merge(Play("Ben", team=play.team), "Ben")
    assert "was merged" in play.refused("Ana", over(BEN, CLEO)).message


# The case


def test_the_case_goes_over_with_its_promises() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text="call back", due=play.inn(4))).do("Ana", over(BEN, CLEO))
    assert (play.owner, play.promised) == ("Cleo", ["call back"])


def test_to_duty_it_is_there_to_be_taken() -> None:
    play = Play("Ben").do("Ana", over(BEN, None))
    assert (play.owner, play.answerable) == ("duty", "Ana")
    assert play.clock("to take").due == play.inn(4)


@pytest.mark.parametrize("absent", ["away", "left"])
def test_the_hops_of_an_absence_do_not_count(absent: str) -> None:
    assert getattr(Play("Ben"), absent)("Ben").do("Ana", over(BEN, CLEO)).case.hops == 0
    assert Play("Ben").do("Ana", over(BEN, CLEO)).case.hops == 1


def test_a_lead_hands_over_what_has_wandered_too() -> None:
    play = Play("Ben")
    for name in ("Cleo", "Ben", "Cleo"):
        play.do(name, TakeOver(reason="she is at lunch"))
    assert play.do("Ana", over(CLEO, BEN)).owner == "Ben"


def test_an_offer_of_theirs_is_off_with_the_case() -> None:
    play = Play("Ben").do("Ben", OFFERED).do("Ana", over(BEN, DORA))
    assert (play.owner, play.offered_to) == ("Dora", None)


# What others asked of them


def test_an_offer_to_them_is_made_to_the_other_by_the_lead_in_its_words() -> None:
    play = Play("Ben").do("Ben", OFFERED).later().do("Ana", over(CLEO, DORA))
    offer = play.case.offer
    assert offer is not None
    assert (play.owner, play.offered_to, offer.by) == ("Ben", "Dora", ANA)
    assert (offer.reason, offer.next) == ("on leave next week", "call them")
    assert play.clock("offer").due == play.inn(4), "the time to answer begins anew"
    assert play.do("Dora", Accept()).owner == "Dora"


def test_an_offer_that_was_passed_on_stays_in_its_round() -> None:
    play = Play("Ben").do("Ben", OFFERED).do("Cleo", Decline(reason="busy", instead=DORA)).do("Ana", over(DORA, CLEO))
    assert play.do("Cleo", Decline(reason="busy", instead=BEN)).offered_to == "Ana", "the second one goes to the lead"


@pytest.mark.parametrize("to", [None, BEN])
def test_neither_duty_nor_the_owner_is_offered_a_case(to: int | None) -> None:
    play = Play("Ben").do("Ben", OFFERED).do("Ana", over(CLEO, to))
    assert (play.owner, play.offered_to, play.last) == ("Ben", None, Withdrawn(reason="handed over"))


def test_the_other_is_asked_to_help_with_the_same_need() -> None:
    play = Play("Ben").do("Ben", AskHelp(of=CLEO, need="read the contract")).do("Ana", over(CLEO, DORA))
    assert [(help.of, help.need) for help in play.case.helpers] == [(DORA, "read the contract")]


def test_who_owns_the_case_or_helps_already_is_not_asked_again() -> None:
    play = Play("Ben").do("Ben", AskHelp(of=CLEO, need="read the contract"), AskHelp(of=DORA, need="call them"))
    assert play.do("Ana", over(CLEO, DORA)).case.helpers[0].need == "call them"
    assert play.do("Ana", over(DORA, BEN)).helping == []


def test_help_does_not_go_to_duty() -> None:
    play = Play("Ben").do("Ben", AskHelp(of=CLEO, need="read the contract")).do("Ana", over(CLEO, None))
    assert play.helping == []


# Calls


def test_a_call_handed_over_keeps_its_level_and_needs_a_new_acknowledgement() -> None:
    play = Play("Ben").do("Ben", up(DORA), Nudge())
    play.do("Dora", Acknowledge(until=play.inn(2))).later().do("Ana", over(DORA, ANA))
    call = play.case.escalation
    assert call is not None
    assert (play.owner, play.called, play.case.level, call.by, call.nudges) == ("Ben", "Ana", 1, BEN, 0)
    assert (call.reason, call.need, call.cause) == ("exception", "refund above my limit", "refund limit")
    assert (call.acknowledged_at, call.until) == (None, None)
    assert [(clock.kind, clock.due, clock.started_at) for clock in play.clocks if clock.kind == "acknowledgement"] == [
        ("acknowledgement", play.inn(1), play.team.now)
    ]
    assert play.do("Ana", Acknowledge(until=play.inn(1))).case.review_owed


@pytest.mark.parametrize("to", [CLEO, None])
def test_a_call_handed_to_an_agent_or_duty_goes_to_the_next_responder(to: int | None) -> None:
    assert Play("Ben").do("Ben", up(DORA)).do("Ana", over(DORA, to)).called == "Ana"


def test_an_agent_is_called_for_what_they_know() -> None:
    assert Play("Ben").do("Ben", up(DORA, "expertise")).do("Ana", over(DORA, CLEO)).called == "Cleo"


def test_a_call_never_goes_to_the_one_who_made_it() -> None:
    play = Play("Ben").do("Ana", up(DORA)).do("Dora", over(DORA, ANA))
    assert play.called == "Eve", "for Ana called"


def test_a_call_that_an_agent_cannot_answer_does_not_go_to_the_owner() -> None:
    play = Play("Ana").do("Ben", up(DORA)).do("Ana", over(DORA, CLEO))
    assert play.called == "Eve", "though Ana leads and is on duty"


def test_an_owner_who_calls_for_help_keeps_getting_it() -> None:
    play = Play("Ben").do("Ben", up(DORA, "expertise")).do("Ana", over(DORA, BEN))
    assert (play.owner, play.called) == ("Ben", "Ana")


def test_an_owner_who_could_have_been_called_has_it_themselves() -> None:
    play = Play("Ana").do("Ben", up(DORA)).do("Ana", over(DORA, ANA))
    assert (play.owner, play.called, play.case.level) == ("Ana", None, 1)


def test_who_is_called_and_gets_the_case_has_it_themselves() -> None:
    play = Play("Ben").do("Ben", up(DORA)).do("Ana", over(BEN, DORA))
    assert (play.owner, play.called) == ("Dora", None)


def test_the_owner_gets_no_part_of_a_call_and_the_others_who_are_called_stay_called() -> None:
    play = Play("Ben")
    play.write("Ben", [Escalated(level=1, responder=DORA, also=(EVE,), reason="exception", need="", acknowledge_by=0)])
    play.do("Ana", over(BEN, ANA)).do("Ana", over(EVE, ANA))
    assert (play.owner, play.everybody_called) == ("Ana", ["Dora"])


def test_a_contact_s_calls_are_handed_over_too() -> None:
    assert Play("Ben").do("Ben", up(EVE)).left("Eve").do("Ana", over(EVE, DORA)).called == "Dora"


def test_a_call_can_be_handed_to_the_cover_of_a_person_called() -> None:
    assert Play("Ben").do("Ben", up(DORA)).away("Dora", cover="Cleo").do("Cleo", over(DORA, CLEO)).called == "Cleo"


def test_who_is_away_is_not_called_again_through_their_cover() -> None:
    play = Play("Ben").duty("Dora").do("Dora", up(ANA)).away("Ana", cover="Cleo")
    assert play.do("Dora", over(ANA, BEN)).called == "Eve", "neither Ana, for whom Cleo acts, nor Dora, who called"


def test_a_call_that_nobody_else_can_answer_stays_and_is_refused_alone() -> None:
    play = Play("Ben").left("Eve").left("Dora").do("Ben", up(ANA))
    assert "stays with Ana" in play.refused("Ana", over(ANA, CLEO)).message
    play.do("Ben", AskHelp(of=ANA, need="read the contract")).do("Ana", over(ANA, CLEO))
    assert (play.called, play.helping) == ("Ana", ["Cleo"]), "the rest goes over"


# Changes that reviews asked for


def test_a_change_is_handed_over_on_a_settled_case_which_stays_with_its_owner() -> None:
    play = reviewed(BEN).do("Ana", over(BEN, DORA))
    assert (action_owner(play), play.owner, play.case.status) == ("Dora", "Cleo", "resolved")


def test_for_duty_the_lead_on_duty_makes_the_change_in_person() -> None:
    assert action_owner(reviewed(BEN).do("Dora", over(BEN, None))) == "Ana"
    assert action_owner(reviewed(BEN).away("Ana", cover="Dora").do("Dora", over(BEN, None))) == "Dora"


def test_a_change_that_is_made_or_another_s_is_left_alone() -> None:
    play = reviewed(BEN)
    change = Review(cause="refund limit", change="write it down", owner=DORA, due=play.inn(48))
    play.do("Cleo", change, CompleteAction(review=play.case.reviews[0].number))
    assert changes_of(play.case, BEN) == [play.case.reviews[0].number], "who made it has to check it"
    play.do("Cleo", CheckChange(verdict="works"))
    assert changes_of(play.case, BEN) == []
    play.refused("Ana", over(BEN, CLEO))
    play.do("Ana", over(DORA, CLEO))
    assert [review.owner for review in play.case.reviews] == [BEN, CLEO]


# All of it


def all_of_it() -> Play:
    """A case on which a case, an offer made, help, a call and a change hang on several people, most on Dora."""
    play = Play("Ben")
    change = Review(cause="refund limit", change="refund up to 200", owner=DORA, due=play.inn(48))
    return play.do("Ben", change, Offer(to=DORA, reason="knows it"), AskHelp(of=DORA, need="x"), up(DORA))


def test_everything_on_a_case_goes_at_once_and_an_undo_brings_all_of_it_back() -> None:
    play = all_of_it()
    before = play.case
    assert responsibilities(before, DORA) == (OFFER, CALL, HELP, CHANGE)
    play.do("Ana", over(DORA, ANA))
    assert responsibilities(play.case, DORA) == ()
    assert responsibilities(play.case, ANA) == (OFFER, CALL, HELP, CHANGE)
    after, command = play.case, play.team.command
    undone = play.undo().case
    assert (undone.offer, undone.escalation, undone.helpers) == (before.offer, before.escalation, before.helpers)
    assert (undone.owner, undone.reviews) == (before.owner, before.reviews)
    assert play.redo(command).case.escalation == after.escalation


def test_a_hand_over_of_the_case_leaves_other_peoples_parts() -> None:
    play = all_of_it().do("Ana", over(BEN, CLEO))
    assert responsibilities(play.case, CLEO) == (CASE,)
    assert responsibilities(play.case, DORA) == (CALL, HELP, CHANGE)


def test_an_import_may_have_made_the_one_who_is_called_the_owner() -> None:
    play = ImportedPlay().do("Ben", up(DORA), Offer(to=DORA, reason="knows it"), AskHelp(of=DORA, need="x"))
    play._check = lambda: None  # type: ignore[method-assign] # an import may say what the desk would refuse
    play.record(owner=DORA)
    assert responsibilities(play.case, DORA) == (CASE, OFFER, CALL, HELP)
    play.do("Ana", over(DORA, ANA))
    assert responsibilities(play.case, DORA) == ()
    assert (play.owner, play.offered_to, play.called, play.helping) == ("Ana", None, None, [])


def test_a_hand_over_is_worded_in_the_history() -> None:
    from careconsole.domain.case.narrator import Narrator

    play = all_of_it()
    seen = play.case.version
    play.do("Ana", over(DORA, ANA))
    tell = Narrator(play.team.roster, moment=lambda ms: f"+{(ms - play.team.now) // HOUR}h")
    assert [event.sentence(tell) for event in play.history if event.number > seen] == [
        "Ana withdrew the offer: handed over",
        "Ana offered it to Ana: knows it",
        "Ana passed the call on to Ana; to acknowledge by +1h",
        "Ana ended the help of Dora: handed over",
        "Ana asked Ana to help: x",
        "Ana gave the change that review 2 asked for to Ana",
    ]
    assert (
        Event(1, 1, 1, CallReassigned(responder=ANA), DORA).sentence(tell)
        == "Dora ended the call, because Ana owns the case"
    )


def test_a_step_can_still_be_skipped_after_a_call_was_handed_on() -> None:
    play = Play("Ben").do("Ben", up(DORA)).do("Ana", over(DORA, ANA))
    assert play.do("Ben", Skip(reason="no answer")).called in ("Dora", "Eve")
