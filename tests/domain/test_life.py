"""How a case begins, rests, is corrected, ends, begins again and goes on as another."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.domain.case.changes import CheckChange, DropChange
from careconsole.domain.case.command import Command, blocked
from careconsole.domain.case.editing import Edit, StepPriority, Tag
from careconsole.domain.case.escalation import Deescalate, Escalate, Skip
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Absorbed, Merge, what_moves
from careconsole.domain.case.messages import LogMessage, Reclassify
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import FollowUp
from careconsole.domain.case.parking import WAITS_ON, Park, Unpark
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.time.moments import HOUR
from tests.domain.cases import ANA, BEN, CLEO, DORA, EVE, LATER, MONDAY, ImportedPlay, Play, must_help
from tests.suggested import told

RESOLVE = Resolve(said="new kettle sent", answer="told")
ALONE = Resolve(said="new kettle sent", answer="told", without_help=True)
KEPT = Resolve(said="new kettle sent", answer="told", promises="kept")
UP = Escalate(reason="exception", need="refund")


# Opening


def test_a_case_has_a_subject() -> None:
    with pytest.raises(WrongUse, match="The subject is missing"):
        Play("Ben", subject="  ")


@pytest.mark.parametrize("wrong", [{"channel": "pigeon"}, {"priority": "mega"}, {"tags": ("a|b",)}, {"tags": (" ",)}])
def test_channel_priority_and_tags_are_from_what_there_is(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongUse) as caught:
        Play("Ben", **wrong)
    must_help(caught.value)


# Resolving


def test_resolving_says_how() -> None:
    assert "How it was resolved" in Play("Ben").wrong("Ben", Resolve(said=" ", answer="told")).message
    play = Play("Ben").do("Ben", RESOLVE)
    assert (play.case.status, play.case.resolution, play.case.resolved_at) == (
        "resolved",
        "new kettle sent",
        play.inn(0),
    )


def test_only_who_looks_after_a_case_resolves_it() -> None:
    Play("Ben").refused("Cleo", RESOLVE)
    assert Play("Ben").do("Dora", RESOLVE).case.status == "resolved"
    assert Play("Ben").away("Ben", cover="Cleo").do("Cleo", RESOLVE).case.status == "resolved"
    Play().refused("Cleo", RESOLVE)
    assert Play().do("Ana", RESOLVE).case.status == "resolved"


def test_nothing_runs_on_after_the_end_and_the_owner_is_remembered() -> None:
    play = Play("Ben")
    play.do("Ben", Offer(to=CLEO, reason="x"), Park(on="us", until=LATER), Promise(text="call", due=play.inn(1)), KEPT)
    assert play.clocks == []
    assert (play.owner, play.case.parked, play.case.offer, play.promised) == ("Ben", None, None, [])


def test_a_resolved_case_is_not_resolved_again() -> None:
    assert "is resolved" in Play("Ben").do("Ben", RESOLVE).refused("Ben", RESOLVE).message


# Reopening


def test_reopening_says_why_and_gives_the_case_back_to_its_owner() -> None:
    play = Play("Ben").do("Ben", RESOLVE)
    play.wrong("Cleo", Reopen(reason=" "))
    play.do("Cleo", Reopen(reason="cracked too"))
    assert (play.case.status, play.owner, play.case.reopenings) == ("open", "Ben", 1)
    assert (play.case.resolved_at, play.case.resolution) == (None, "")


def test_a_case_of_somebody_who_left_reopens_to_who_is_answerable() -> None:
    assert Play("Ben").do("Ben", RESOLVE).left("Ben").do("Cleo", Reopen(reason="x")).answerable == "Ana"


def test_an_open_case_is_not_reopened() -> None:
    assert "is open already" in Play("Ben").refused("Ben", Reopen(reason="x")).message


def test_a_parked_case_that_was_resolved_does_not_come_back_parked() -> None:
    play = Play("Ben").do("Ben", Park(on="customer", until=LATER), RESOLVE, Reopen(reason="x"))
    assert play.case.parked is None
    imported = ImportedPlay(owner=BEN, status="parked").record(status="closed").do("Ben", Reopen(reason="x"))
    assert imported.case.parked is None


def test_an_escalated_case_that_was_resolved_comes_back_to_the_frontline() -> None:
    play = Play("Ben").do("Ben", UP, Review(cause="x", nothing_because="y"), ALONE, Reopen(reason="z"))
    assert (play.case.level, play.called, play.case.highest) == (0, None, 1)


# Following up


def test_another_matter_becomes_a_case_of_its_own_that_follows() -> None:
    play = Play("Ben", customer=7, priority="high").do("Ben", RESOLVE)
    new = FollowUp(subject="An invoice").opening(play.case)
    assert (new.subject, new.customer, new.priority, new.follows, new.owner) == ("An invoice", 7, "high", 1, None)
    assert play.case.status == "resolved"


def test_a_follow_up_has_to_be_answered_only_when_the_customer_waits() -> None:
    answered = Play("Ben").do("Ben", LogMessage(text="sent"))
    waiting = Play("Ben")
    resting = Play("Ben").do("Ben", Park(on="customer", until=MONDAY + 9 * HOUR))
    assert not FollowUp(subject="An invoice").opening(answered.case).inbound
    assert not FollowUp(subject="An invoice").opening(resting.case).inbound
    assert FollowUp(subject="An invoice").opening(waiting.case).inbound
    assert FollowUp(subject="An invoice", waits=True).opening(answered.case).inbound
    assert not FollowUp(subject="An invoice", waits=False).opening(waiting.case).inbound
    play = Play("Ben", inbound=False, follows=1)
    assert (play.case.unanswered, play.case.answered_at, play.case.told_at) == ((), None, None)
    assert [clock.kind for clock in play.clocks] == ["next step"]
    play.later(1).do("Ben", LogMessage(text="I need it soon", inbound=True))
    assert play.clock("first answer").due == play.inn(4), "then somebody waits"


def test_a_follow_up_for_somebody_else_is_an_offer_like_any_new_case() -> None:
    play = Play("Ben")
    new = FollowUp(subject="An invoice", owner=CLEO).opening(play.case)
    opened, offered = new.decide_opening(play.context("Ben"))
    assert (opened.owner, offered.to) == (BEN, CLEO)  # type: ignore[attr-defined]


# Merging


def two(**new: Any) -> tuple[Play, Play]:
    """Case 1 of Ben's, and case 2 of Cleo's an hour later, of the same customer."""
    loser = Play("Ben", customer=7, **new).later()
    return loser, Play("Cleo", customer=7, team=loser.team)


def test_the_loser_redirects_and_keeps_its_history() -> None:
    loser, winner = two()
    loser.do("Ben", Note(text="called twice")).merge(winner, "Ana")
    assert (loser.case.status, loser.case.merged_into, winner.case.status) == ("merged", 2, "open")
    assert loser.happened == ["opened", "noted", "merged"]
    assert winner.happened[-1] == "absorbed"
    assert loser.clocks == []


def test_the_earliest_wait_goes_to_the_winner() -> None:
    loser, winner = two()
    since = loser.case.waiting_since
    assert loser.merge(winner, "Ana").case.waiting_since == since
    loser, winner = two()
    earliest = loser.case.waiting_since
    assert winner.merge(loser, "Ana").case.waiting_since == earliest


def test_a_wait_that_was_answered_does_not_come_back() -> None:
    loser, winner = two()
    loser.do("Ben", LogMessage(text="on its way"))
    winner.do("Cleo", LogMessage(text="on its way"))
    assert loser.merge(winner, "Ana").case.waiting_since is None


def test_a_wait_that_came_by_a_merge_is_answered_and_reclassified_like_any_other() -> None:
    loser, winner = two()
    winner.do("Cleo", LogMessage(text="on its way"))
    loser.merge(winner, "Ana").do("Cleo", Reclassify(message=winner.case.version, sort="thanks"))
    assert winner.case.waiting_since is None


def test_the_customer_s_wait_wakes_a_winner_that_was_parked_on_the_customer() -> None:
    loser, winner = two()
    winner.do("Cleo", LogMessage(text="which colour, please"), Park(on="customer", until=LATER))
    assert loser.merge(winner, "Ana").case.parked is None
    loser, winner = two()
    loser.do("Ben", LogMessage(text="hello"))
    winner.do("Cleo", LogMessage(text="which colour, please"), Park(on="customer", until=LATER))
    assert loser.merge(winner, "Ana").case.parked is not None


def test_all_promises_go_to_the_winner_with_their_makers_and_past() -> None:
    loser, winner = two()
    winner.do("Cleo", Promise(text="send it", due=winner.inn(2)))
    loser.do("Ben", Promise(text="call back", due=loser.inn(1)), Promise(text="write", due=loser.inn(3)))
    first = loser.case.promises[0].number
    loser.later(2).do("Ben", MovePromise(promise=first, due=loser.inn(2), told=True))
    loser.merge(winner, "Ana")
    assert (winner.promised, loser.promised) == (["send it", "call back", "write"], [])
    call = winner.case.promises[1]
    assert (call.by, call.moves, call.late) == (BEN, 1, True)
    assert len({promise.number for promise in winner.case.promises}) == 3
    winner.do("Cleo", KeepPromise(promise=call.number))
    assert winner.promised == ["send it", "write"]


def test_promises_survive_one_merge_after_another() -> None:
    loser, winner = two()
    loser.do("Ben", Promise(text="call back", due=loser.inn(1))).merge(winner, "Ana")
    third = Play("Cleo", customer=7, team=winner.team)
    assert winner.merge(third, "Cleo").promised == ["call back"]


def test_the_highest_level_and_its_call_go_to_the_winner() -> None:
    loser, winner = two()
    loser.do("Ben", UP).merge(winner, "Ana")
    assert (winner.case.level, winner.called, winner.owner, winner.case.highest) == (1, "Ana", "Cleo", 1)


def test_the_winner_s_own_call_is_not_lost() -> None:
    loser, winner = two()
    winner.do("Cleo", Escalate(reason="customer request", need="x", to=DORA))
    loser.do("Ben", UP).merge(winner, "Ana")
    assert (winner.case.level, winner.called) == (1, "Dora")
    loser, winner = two()
    winner.do("Cleo", UP)
    loser.do("Ben", UP, Skip(reason="no answer", to=DORA), Skip(reason="no answer", to=EVE))
    loser.do("Ben", Deescalate(decided="back", level=2)).merge(winner, "Ana")
    assert (winner.case.level, winner.called) == (2, "Ana")


def test_the_loser_s_call_is_not_lost_on_a_winner_of_higher_level() -> None:
    loser, winner = two()
    winner.do("Cleo", UP, Skip(reason="no answer", to=DORA), Deescalate(decided="back", level=1))
    loser.do("Ben", UP).merge(winner, "Ana")
    assert (winner.case.level, winner.called) == (1, "Ana")


def test_a_review_owed_is_owed_by_the_winner() -> None:
    loser, winner = two()
    loser.do("Ben", UP).do("Ana", Deescalate(decided="granted"))
    loser.merge(winner, "Ana")
    assert "has not been reviewed" in winner.refused("Cleo", RESOLVE).message


def test_a_change_that_a_review_waits_for_can_still_be_reported_made() -> None:
    loser, winner = two()
    change = Review(cause="limit", change="raise it", owner=ANA, due=loser.inn(48))
    loser.do("Ben", change, change, change)
    loser.do("Ana", CompleteAction(review=2), CheckChange(verdict="works"), DropChange(review=4, because="rare"))
    loser.merge(winner, "Ana")
    (carried,) = winner.case.reviews
    assert (carried.of_case, carried.of_review, carried.done_at) == (loser.number, 3, None)
    winner.do("Ana", CompleteAction())
    assert winner.case.reviews[0].done_at == winner.team.now


def test_both_external_ids_and_the_tags_go_to_the_winner() -> None:
    loser = Play("Ben", customer=7, external=("mail", "A-1"), tags=("lid",))
    winner = Play("Cleo", customer=7, external=("shop", "77"), tags=("kettle", "lid"), team=loser.team)
    loser.merge(winner, "Ana")
    assert (winner.case.external, loser.case.external) == ((("shop", "77"), ("mail", "A-1")), ())
    assert winner.case.tags == ("kettle", "lid")


def test_different_customers_need_confirming() -> None:
    loser = Play("Ben", customer=7)
    winner = Play("Cleo", customer=8, team=loser.team)
    refusal = loser.merge_refused(winner, "Ana")
    assert "have different customers: customer 7 and customer 8." in refusal.message
    assert "case 2 takes over customer 7's wait." in refusal.message
    assert loser.case.is_open
    assert loser.merge(winner, "Ana", confirm=True).case.customer == 8
    assert loser.case.status == "merged"


def test_a_merge_says_what_the_other_case_takes_over() -> None:
    loser = Play("Ben", customer=7, external=("mail", "A-1"), tags=("lid",))
    winner = Play("Cleo", team=loser.team)
    loser.do("Ben", UP, Promise(text="call back", due=loser.inn(1)))
    assert what_moves(loser.case, winner.case) == (
        "Case 1 ends, and case 2 takes over the customer's wait, level 1 and its call, the review that is owed,"
        " the name mail:A-1, #lid, 1 promise, the customer."
    )
    loser.merge(winner, "Ana")
    absorbed = next(event for event in winner.history if isinstance(event.fact, Absorbed))
    assert absorbed.sentence(Narrator(loser.team.roster)) == (
        "Ana merged case 1 into it, with the wait of case 1's customer, level 1 and its call, the review that is owed,"
        " the name mail:A-1, #lid"
    )


def test_a_merge_does_not_take_over_a_tag_that_the_case_had_already() -> None:
    loser = Play("Ben", customer=7, tags=("kettle", "lid"))
    winner = Play("Cleo", customer=7, tags=("kettle",), team=loser.team)
    assert what_moves(loser.case, winner.case).endswith("takes over the customer's wait, #lid.")
    loser.merge(winner, "Ana")
    absorbed = next(event for event in winner.history if isinstance(event.fact, Absorbed))
    assert absorbed.sentence(Narrator(loser.team.roster)).endswith("the wait of case 1's customer, #lid")
    assert winner.case.tags == ("kettle", "lid")


def test_a_merge_is_no_way_to_hand_a_case_to_somebody_unasked() -> None:
    loser, winner = two()
    assert isinstance(loser.merge_refused(winner, "Ben"), Refused), "Cleo would have it without being asked"


def test_a_merge_takes_nobodys_case_away_without_a_word() -> None:
    loser, winner = two()
    assert isinstance(loser.merge_refused(winner, "Cleo"), Refused), "it is Ben's"


def test_a_lead_may_merge_anybodys_cases() -> None:
    loser, winner = two()
    loser.merge(winner, "Ana")


def test_an_open_case_does_not_vanish_in_a_resolved_one() -> None:
    loser, winner = two()
    winner.do("Cleo", RESOLVE)
    refusal = loser.merge_refused(winner, "Ana")
    assert "careconsole reopen 2 --reason WHY" in told(refusal)
    assert "careconsole merge 2 --into 1" in told(refusal)
    assert winner.merge(loser, "Ben").case.is_open


def test_a_resolved_case_brings_no_wait_and_no_level_with_it() -> None:
    loser, winner = two()
    winner.do("Cleo", LogMessage(text="on its way"))
    loser.do("Ben", UP, Review(cause="x", nothing_because="y"), ALONE).merge(winner, "Dora")
    assert (winner.case.waiting_since, winner.case.level, winner.case.review_owed) == (None, 0, False)


def test_a_case_is_not_merged_into_itself_nor_twice_nor_in_a_circle() -> None:
    loser, winner = two()
    assert isinstance(loser.merge_refused(loser, "Ben"), WrongUse)
    loser.merge(winner, "Ana")
    third = Play("Ben", customer=7, team=loser.team)
    assert "continues as case 2" in told(loser.merge_refused(third, "Ana"))
    assert "continues as case 2" in told(winner.merge_refused(loser, "Cleo"))


@pytest.mark.parametrize(
    "command",
    [
        Reopen(reason="x"),
        LogMessage(text="x", inbound=True),
        Note(text="x"),
        RESOLVE,
        Edit(subject="x"),
        Tag(add=("x",)),
    ],
)
def test_a_merged_case_takes_nothing_more_not_even_reopening(command: Command) -> None:
    loser, winner = two()
    loser.merge(winner, "Ana")
    assert loser.refused("Ben", command).message == "Case 1 was merged."


def test_merging_undone_restores_both() -> None:
    loser, winner = two()
    loser.do("Ben", Promise(text="call back", due=loser.inn(1)))
    before = loser.case, winner.case
    loser.merge(winner, "Ana")
    merging = loser.team.command
    loser.undo(merging)
    winner.undo(merging)
    for case, was in zip((loser.case, winner.case), before, strict=True):
        assert (case.status, case.promises, case.waiting_since) == (was.status, was.promises, was.waiting_since)


def test_what_may_be_asked_is_told_before_its_words_are_known() -> None:
    play = Play("Ben")
    assert blocked(play.case, Merge, play.context("Ben")) is None
    assert blocked(play.case, FollowUp, play.context("Cleo")) is None
    refusal = blocked(play.case, Resolve, play.context("Cleo"))
    assert refusal is not None
    must_help(refusal)
    assert blocked(play.case, Note, play.context("Eve")) is not None


# Parking


def test_a_parked_case_knows_who_it_waits_on_and_until_when() -> None:
    play = Play("Ben")
    play.do("Ben", Park(on="third party", until=play.inn(48), reason="the carrier looks for it"))
    rest = play.case.parked
    assert rest is not None
    assert (rest.on, rest.until, rest.since, rest.reason) == (
        "third party",
        play.inn(48),
        play.team.now,
        "the carrier looks for it",
    )
    assert play.clock("parked until").due == play.inn(48)
    assert play.owner == "Ben"


def test_a_case_is_parked_on_the_customer_a_third_party_or_us_until_a_time_to_come() -> None:
    play = Play("Ben")
    play.wrong("Ben", Park(on="the weather", until=LATER))
    play.wrong("Ben", Park(on="us", until=play.team.now))
    for on in WAITS_ON:
        assert Play("Ben").do("Ben", Park(on=on, until=LATER)).case.parked is not None


def test_parking_hides_no_clock() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text="call", due=play.inn(1)), Park(on="third party", until=play.inn(48)))
    assert [clock.kind for clock in play.clocks] == ["promise", "first answer", "parked until"]


def test_only_who_looks_after_a_case_parks_it_and_takes_it_up_again() -> None:
    Play("Ben").refused("Cleo", Park(on="us", until=LATER))
    play = Play("Ben").do("Ben", Park(on="us", until=LATER))
    play.refused("Cleo", Unpark())
    assert play.do("Ben", Unpark(reason="it came")).case.parked is None
    assert "is not parked" in play.refused("Ben", Unpark()).message


# Editing and tagging


def test_words_and_data_can_be_put_right_and_only_what_differs_is_written_down() -> None:
    play = Play("Ben", description="It leaks").do(
        "Cleo", Edit(subject="Kettle leaks", description="It leaks", priority="high", channel="email")
    )
    assert (play.case.subject, play.case.priority) == ("Kettle leaks", "high")
    edited = play.last
    assert (edited.subject, edited.description, edited.channel) == ("Kettle leaks", None, None)  # type: ignore[attr-defined]
    assert "is like that already" in play.refused("Ben", Edit(priority="high")).message


def test_a_description_can_be_emptied_but_a_subject_cannot() -> None:
    play = Play("Ben", description="It leaks")
    assert play.do("Ben", Edit(description="")).case.description == ""
    play.wrong("Ben", Edit(subject=" "))
    play.wrong("Ben", Edit(channel="pigeon"))
    play.wrong("Ben", Edit(priority="mega"))


def test_the_priority_goes_up_and_down_by_steps_and_no_further_than_its_ends() -> None:
    play = Play("Ben")
    assert play.do("Ben", StepPriority(step=1)).case.priority == "high"
    assert play.do("Cleo", StepPriority(step=1)).case.priority == "urgent"
    assert "urgent already; that is the highest" in play.refused("Ben", StepPriority(step=1)).message
    assert play.do("Ben", StepPriority(step=-3)).case.priority == "low"
    assert "low already; that is the lowest" in play.refused("Ben", StepPriority(step=-1)).message


def test_a_resolved_case_can_be_corrected_and_tagged_without_reopening() -> None:
    play = Play("Ben").do("Ben", RESOLVE, Edit(subject="Kettle leaked"), Tag(add=("kettle",)))
    assert (play.case.status, play.case.subject, play.case.tags) == ("resolved", "Kettle leaked", ("kettle",))


def test_tags_are_kept_in_one_form_each_once() -> None:
    play = Play("Ben", tags=("Billing", "billing"))
    assert play.case.tags == ("billing",)
    play.do("Ben", Tag(add=("Late  Delivery", "late-delivery"), remove=("BILLING",)))
    assert play.case.tags == ("late-delivery",)
    for tag in ("a,b", "a|b", " "):
        play.wrong("Ben", Tag(add=(tag,)))


def test_tags_that_are_there_are_not_added_and_those_that_are_not_are_not_removed() -> None:
    play = Play("Ben", tags=("billing",))
    play.refused("Ben", Tag(add=("billing",), remove=("kettle",)))
    play.do("Ben", Tag(add=("billing", "kettle")))
    assert play.last.add == ("kettle",)  # type: ignore[attr-defined]
