"""Escalation brings help to the owner; it does not take the case away. And each exception teaches."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from careconsole.domain.case.acknowledgement import Acknowledge, Acknowledged
from careconsole.domain.case.calls import Nudge
from careconsole.domain.case.command import decide
from careconsole.domain.case.escalation import REASONS, Deescalate, Escalate, Skip
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Accept, Offer
from careconsole.domain.case.ownership import Reassign, TakeOver
from careconsole.domain.case.planned_calls import plan
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.responders import can_be_named
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.time.moments import HOUR
from tests.domain.cases import ANA, BEN, CLEO, DORA, EVE, ImportedPlay, Play
from tests.suggested import told

UP = Escalate(reason="exception", need="refund above my limit", cause="Refund  limit")
NOTHING = Review(cause="refund limit", nothing_because="it happens once a year")
RESOLVE = Resolve(said="refunded", answer="told")
ALONE = Resolve(said="refunded", answer="told", without_help=True)
"""Resolved though nobody has acknowledged the call."""


def up(to: int, reason: str = "exception") -> Escalate:
    return Escalate(reason=reason, need="a decision", to=to)


def escalated() -> Play:
    """Ben's case, which he escalated to Ana."""
    return Play("Ben").do("Ben", UP)


def at_the_top() -> Play:
    """Ben's case, at the last level."""
    play = escalated().do("Ben", Skip(reason="no answer", to=DORA), Skip(reason="no answer", to=EVE))
    assert play.case.level == 3
    return play


def single_lead() -> Play:
    """Ben's case in a team without Dora and Eve."""
    return Play("Ben").left("Dora").left("Eve")


# Calling


def test_an_escalation_calls_a_responder_of_the_next_level_and_leaves_the_owner() -> None:
    play = escalated()
    assert (play.owner, play.case.level, play.called, play.case.hops) == ("Ben", 1, "Ana", 0)


def test_an_escalation_says_its_reason_what_is_needed_and_a_cause_label_in_its_short_form() -> None:
    call = escalated().case.escalation
    assert call is not None
    assert (call.reason, call.need, call.cause) == ("exception", "refund above my limit", "refund limit")


def test_the_reason_comes_from_a_list_and_the_need_is_said() -> None:
    assert ", ".join(REASONS) in told(Play("Ben").wrong("Ben", Escalate(reason="bored", need="x")))
    assert "What is needed" in Play("Ben").wrong("Ben", Escalate(reason="customer request", need=" ")).message
    for reason in REASONS:
        assert Play("Ben").do("Ben", Escalate(reason=reason, need="x")).case.level == 1


def test_the_responder_acknowledges_within_an_hour_unless_another_time_is_said() -> None:
    play = Play("Ben")
    assert play.do("Ben", UP).clock("acknowledgement").due == play.inn(1)
    play = Play("Ben")
    play.do("Ben", Escalate(reason="customer request", need="x", by=play.inn(3)))
    assert play.clock("acknowledgement").due == play.inn(3)
    assert "is in the past" in Play("Ben").wrong("Ben", Escalate(reason="customer request", need="x", by=1)).message


def test_an_escalation_never_calls_the_one_who_escalates() -> None:
    assert Play("Ana").do("Ana", UP).called == "Dora"
    assert "cannot call yourself" in Play("Ana").refused("Ana", up(ANA)).message


def test_an_escalation_cannot_call_a_person_for_whom_the_caller_covers() -> None:
    play = Play("Ben").away("Ana", cover="Ben")
    assert "cannot call Ana, for whom you cover" in play.refused("Ben", up(ANA)).message
    assert play.do("Ben", UP).called == "Dora"
    chain = Play("Ben").away("Ana", cover="Cleo").away("Cleo", cover="Ben")
    assert "for whom you cover" in chain.refused("Ben", up(ANA)).message
    assert chain.do("Ben", UP).called == "Dora"


def test_the_caller_cannot_acknowledge_for_a_responder_they_start_to_cover() -> None:
    play = escalated().away("Ana", cover="Ben")
    refusal = play.refused("Ben", Acknowledge(until=play.inn(2)))
    assert "you cannot acknowledge for them" in refusal.message
    play.do("Ben", Deescalate(decided="as the cover I grant it"))


def test_an_escalation_cannot_call_the_owner_of_the_case() -> None:
    assert Play("Ana").do("Ben", UP).called == "Dora"
    assert "brings help to the owner" in Play("Ana").refused("Ben", up(ANA)).message
    away = Play("Ana").away("Dora", cover="Ana")
    assert "Ana owns case 1" in away.refused("Ben", up(DORA)).message
    assert away.do("Ben", UP).called == "Eve"


def test_an_untaken_case_is_escalated_to_the_lead_on_duty() -> None:
    assert Play().do("Ben", UP).called == "Ana"


def test_a_contact_is_called_where_no_other_lead_is() -> None:
    assert Play("Ana").left("Dora").do("Ana", UP).called == "Eve"


def test_where_nobody_else_is_able_to_resolve_it_says_so_instead_of_calling_nobody() -> None:
    play = single_lead().do("Ana", TakeOver(reason="urgent"))
    assert "Nobody else here can resolve it" in play.refused("Ana", UP).message


def test_who_cannot_be_called_and_why_is_said_with_what_can_be_done_instead() -> None:
    lead = single_lead().do("Ana", TakeOver(reason="urgent")).refused("Ana", UP)
    assert lead.message == "Nobody else here can resolve it: you cannot call yourself."
    assert told(lead) == (
        "Name a colleague who knows about it (with --reason expertise --to TO) or add a contact who can resolve it"
        " (careconsole team contact NAME)."
    )
    alone = single_lead().left("Ben").left("Cleo").refused("Ana", UP)
    assert told(alone) == "Add a contact who can resolve it (careconsole team contact NAME)."
    called = single_lead().do("Ben", UP).refused("Ben", UP)
    assert called.message == "Nobody else here can resolve it: Ana is called already."
    assert told(called) == (
        "Remind those who are called (careconsole nudge 1), name a colleague who knows about it (with --reason"
        " expertise --to TO) or ask Ana to add a contact who can resolve it."
    )
    skipped = single_lead().do("Ben", UP).refused("Ben", Skip(reason="no answer"))
    assert "colleague" not in told(skipped), "the reason of the call stays, and agents are called for expertise only"
    away = Play("Ana").left("Eve").away("Dora").refused("Ben", UP)
    assert away.message == "Nobody else here can resolve it: Ana owns the case and Dora is away."


def test_the_people_who_can_be_named_are_those_whom_a_call_can_name() -> None:
    plays = (single_lead(), Play("Ana"), Play("Ben").do("Ben", UP), Play("Ben").away("Dora"))
    plays += (Play("Ben").away("Dora", cover="Ben"), Play().away("Ana", cover="Cleo"))
    for play in plays:
        for name in ("Ana", "Ben"):
            named = can_be_named(play.case, play.context(name))
            for number in range(1, 6):
                if number in named:
                    decide(play.case, up(number, "expertise"), play.context(name))
                else:
                    play.refused(name, up(number, "expertise"))


def test_a_responder_is_able_to_resolve_so_an_agent_is_called_for_expertise_only() -> None:
    refusal = Play("Ben").refused("Ben", up(CLEO))
    assert "goes to a lead or a contact" in refusal.message
    assert Play("Ben").do("Ben", up(CLEO, "expertise")).called == "Cleo"
    assert Play("Ben").away("Ana", cover="Cleo").do("Ben", up(CLEO)).called == "Cleo"


def test_a_responder_works_here_and_is_reached() -> None:
    assert "no longer works here" in Play("Ben").left("Dora").refused("Ben", up(DORA)).message
    assert "nobody covers" in Play("Ben").away("Dora").refused("Ben", up(DORA)).message
    assert Play("Ben").away("Dora", cover="Cleo").do("Ben", up(DORA)).called == "Dora"


def test_an_open_call_is_not_made_a_second_time_to_the_same_person() -> None:
    assert "has been called about case 1 already" in escalated().refused("Ben", up(ANA)).message
    covered = Play("Ben").away("Dora", cover="Ana").do("Ben", up(DORA))
    assert "Ana has been called" in covered.refused("Ben", Skip(reason="no answer", to=ANA)).message
    assert covered.do("Ben", Skip(reason="no answer")).called == "Eve"
    stand_in = escalated().away("Dora", cover="Ana")
    assert "Ana has been called" in stand_in.refused("Ben", Skip(reason="no answer", to=DORA)).message


def test_the_last_level_refers_to_who_is_called_there() -> None:
    refusal = at_the_top().refused("Ben", UP)
    assert "at the last level (directors) already" in refusal.message
    assert "careconsole nudge 1" in told(refusal)


def test_at_the_last_level_with_nobody_called_somebody_still_can_be() -> None:
    play = ImportedPlay(owner=BEN, level=3).do("Ben", UP)
    assert (play.case.level, play.called) == (3, "Ana")
    beyond = ImportedPlay(owner=BEN, level=7).do("Ben", UP)
    assert (beyond.case.level, beyond.called) == (7, "Ana")


# Whom it would call


def would_call(play: Play, name: str) -> list[str]:
    """Whom an escalation by `name` would call, and whom after that."""
    return [play.team.roster.name(number) for step in plan(play.case, play.context(name)) for number in step.people]


@pytest.mark.parametrize(
    "begin, name",
    [
        (Play, "Ana"),
        (Play, "Dora"),
        (lambda: Play("Ana"), "Ana"),
        (lambda: Play("Ana"), "Dora"),
        (lambda: Play("Ben"), "Ben"),
        (lambda: Play("Ben"), "Ana"),
        (lambda: Play("Ben").away("Ana", cover="Cleo"), "Ben"),
        (lambda: Play("Ben").away("Ana", cover="Ben"), "Ben"),
        (lambda: Play("Ana").away("Dora", cover="Ana"), "Ana"),
        (lambda: Play("Ben").duty("Dora"), "Ben"),
        (lambda: Play("Ben").left("Eve"), "Ben"),
        (lambda: Play("Ana").left("Dora"), "Ana"),
        (single_lead, "Ben"),
        (lambda: single_lead().do("Ana", TakeOver(reason="urgent")), "Ana"),
        (escalated, "Ben"),
        (at_the_top, "Ben"),
        (lambda: ImportedPlay(owner=BEN, level=2), "Ben"),
        (lambda: ImportedPlay(owner=BEN, level=7), "Ben"),
    ],
)
def test_who_would_be_called_is_called_step_by_step(begin: Callable[[], Play], name: str) -> None:
    play = begin()
    expected = would_call(play, name)
    steps = max(1, 3 - play.case.level)
    step = UP if play.case.level < 3 or play.case.escalation is None else Skip(reason="no answer")
    for responder in expected:
        assert play.do(name, step).called == responder
        step = Skip(reason="no answer")
    if len(expected) < steps:
        assert "Nobody else here can resolve it" in play.refused(name, step).message


def test_a_call_goes_to_the_lead_on_duty_then_to_another_lead_and_at_last_comes_back() -> None:
    assert would_call(Play("Ben"), "Ben") == ["Ana", "Dora", "Ana"]
    assert would_call(escalated(), "Ben") == ["Dora", "Ana"]
    assert would_call(at_the_top(), "Ben") == ["Ana"]


def test_where_nobody_able_is_left_nobody_more_is_named() -> None:
    assert would_call(single_lead(), "Ben") == ["Ana"]
    assert would_call(single_lead().do("Ana", TakeOver(reason="urgent")), "Ana") == []


def test_a_case_that_is_not_open_calls_nobody() -> None:
    assert would_call(Play("Ben").do("Ben", RESOLVE), "Ben") == []


# Acknowledging


def test_acknowledging_says_by_when_the_owner_hears_next() -> None:
    play = escalated()
    until = play.inn(2)
    play.do("Ana", Acknowledge(until=until))
    clock = play.clock("word to owner")
    assert clock.due == until
    assert not play.case.promises, "it is no promise to the customer"
    assert "acknowledgement" not in {c.kind for c in play.clocks}


def test_an_acknowledgement_lapses_when_nothing_follows_and_is_renewed_by_another() -> None:
    play = escalated()
    play.do("Ana", Acknowledge(until=play.inn(2))).later(5)
    assert play.clocks[0].kind == "word to owner"
    assert play.clocks[0].due < play.team.now
    play.do("Ana", Acknowledge(until=play.inn(1)))
    assert play.clock("word to owner").due == play.inn(1)


def test_acknowledging_until_a_time_that_has_passed_is_wrong_use() -> None:
    play = escalated()
    play.wrong("Ana", Acknowledge(until=play.team.now))


def test_only_the_responder_or_who_acts_for_them_acknowledges() -> None:
    play = escalated()
    assert "waits for Ana to acknowledge" in play.refused("Cleo", Acknowledge(until=play.inn(1))).message
    play.refused("Ben", Acknowledge(until=play.inn(1)))
    play.away("Ana", cover="Dora").do("Dora", Acknowledge(until=play.inn(1)))
    assert play.last == Acknowledged(responder=ANA, until=play.inn(1))


def test_anyone_can_acknowledge_for_a_contact_who_was_called() -> None:
    play = Play("Ben").do("Ben", up(EVE))
    play.do("Cleo", Acknowledge(until=play.inn(4)))
    assert play.last == Acknowledged(responder=EVE, until=play.inn(4))
    assert play.history[-1].actor == CLEO


def test_nobody_acknowledges_nudges_or_skips_where_nobody_is_called() -> None:
    play = Play("Ben")
    for command in (Acknowledge(until=play.inn(1)), Nudge(), Skip(reason="x")):
        assert "Nobody is called about case 1" in play.refused("Ben", command).message


# Nudging and skipping


def test_nobody_reminds_themselves() -> None:
    refusal = escalated().refused("Ana", Nudge())
    assert refusal.message == "You are called about case 1 yourself."
    assert "careconsole acknowledge 1" in told(refusal)
    assert "careconsole de-escalate 1" in told(refusal)
    play = escalated().away("Ana", cover="Dora")
    assert "yourself" in play.refused("Dora", Nudge()).message, "she covers for the person called"


def test_the_owner_can_nudge_the_responder_and_it_counts() -> None:
    play = escalated().do("Ben", Nudge(said="the customer leaves at four"), Nudge())
    assert play.case.escalation is not None
    assert (play.case.escalation.nudges, play.called) == (2, "Ana")


def test_the_owner_can_skip_to_the_next_step() -> None:
    play = escalated()
    play.do("Ana", Acknowledge(until=play.inn(1))).later(2).do("Ben", Skip(reason="no word"))
    assert (play.owner, play.case.level, play.called) == ("Ben", 2, "Dora")
    assert play.clock("acknowledgement").due == play.inn(1)
    assert play.case.escalation is not None
    assert (play.case.escalation.need, play.case.escalation.cause) == ("refund above my limit", "refund limit")


def test_skipping_is_for_who_looks_after_the_case_and_says_why() -> None:
    escalated().refused("Cleo", Skip(reason="no word"))
    escalated().wrong("Ben", Skip(reason=" "))


def test_the_last_step_is_never_silent_for_somebody_else_can_be_called_there() -> None:
    play = at_the_top().do("Ben", Skip(reason="still no answer"))
    assert (play.case.level, play.called) == (3, "Ana")


def test_a_new_owner_inherits_the_call() -> None:
    play = escalated().do("Ben", Offer(to=CLEO, reason="knows it")).do("Cleo", Accept(), Nudge())
    assert (play.owner, play.called, play.case.level) == ("Cleo", "Ana", 1)


# De-escalating


def test_de_escalating_says_what_was_decided_and_ends_the_call() -> None:
    escalated().wrong("Ana", Deescalate(decided=" "))
    play = escalated().do("Ana", Deescalate(decided="refund granted"))
    assert (play.case.level, play.called, play.owner) == (0, None, "Ben")
    assert play.case.highest == 1


def test_de_escalating_goes_down() -> None:
    assert at_the_top().do("Ben", Deescalate(decided="back to the leads", level=1)).case.level == 1
    for level in (1, 2, -1):
        escalated().wrong("Ana", Deescalate(decided="x", level=level))
    assert "is not escalated" in Play("Ben").refused("Ben", Deescalate(decided="x")).message


def test_the_responder_the_owner_and_leads_de_escalate_and_nobody_else() -> None:
    for name in ("Ana", "Ben", "Dora"):
        assert escalated().do(name, Deescalate(decided="granted")).case.level == 0
    escalated().refused("Cleo", Deescalate(decided="granted"))
    expert = Play("Ben").do("Ben", up(CLEO, "expertise"))
    assert expert.do("Cleo", Deescalate(decided="clause 4 applies")).case.level == 0


# Reviews


def test_a_case_that_was_escalated_cannot_be_resolved_without_a_review() -> None:
    refusal = escalated().refused("Ben", RESOLVE)
    assert "has not been reviewed" in refusal.message
    assert escalated().do("Ben", NOTHING, ALONE).case.status == "resolved"


@pytest.mark.parametrize(
    "name, command",
    [
        ("Ana", Reassign(to=CLEO)),
        ("Ana", Reassign(to=None)),
        ("Ana", TakeOver(reason="mine now")),
        ("Ben", Note(text="what a day")),
    ],
)
def test_the_review_is_owed_whatever_happens_in_between(name: str, command: Note) -> None:
    play = escalated().do(name, command)
    assert "has not been reviewed" in play.refused("Ana", RESOLVE).message


def test_another_escalation_owes_another_review() -> None:
    play = escalated().do("Ben", NOTHING, Escalate(reason="authority", need="x"))
    play.refused("Ben", RESOLVE)


def test_a_review_before_the_escalation_does_not_pay_for_it() -> None:
    Play("Ben").do("Ben", NOTHING, UP).refused("Ben", RESOLVE)


def test_escalations_before_the_reopening_owe_nothing_after_it() -> None:
    play = escalated().do("Ben", NOTHING, ALONE, Reopen(reason="cracked too"))
    assert play.do("Ben", Resolve(said="again", answer="told")).case.status == "resolved"


def test_escalations_of_imported_history_owe_nothing() -> None:
    play = ImportedPlay(owner=BEN, level=0).record(level=2)
    assert (play.case.level, play.case.highest, play.case.review_owed) == (2, 2, False)
    play.do("Ben", RESOLVE)


def test_a_review_names_the_cause_and_either_a_change_or_why_nothing_changes() -> None:
    play = escalated()
    due = play.inn(48)
    play.wrong("Ben", Review(cause=" ", nothing_because="x"))
    play.wrong("Ben", Review(cause="limit"))
    play.wrong("Ben", Review(cause="limit", change="raise it", nothing_because="rare", owner=ANA, due=due))
    play.wrong("Ben", Review(cause="limit", change="raise it", due=due))
    play.wrong("Ben", Review(cause="limit", change="raise it", owner=ANA))
    play.wrong("Ben", Review(cause="limit", change="raise it", owner=ANA, due=play.team.now))
    play.do("Ben", Review(cause=" Refund  LIMIT", change="raise it", owner=ANA, due=due))
    (review,) = play.case.reviews
    assert (review.cause, review.owner, review.due) == ("refund limit", ANA, due)


def test_a_change_is_not_left_to_somebody_who_no_longer_works_here() -> None:
    play = escalated().left("Cleo")
    play.refused("Ben", Review(cause="limit", change="raise it", owner=CLEO, due=play.inn(48)))


def test_the_change_a_review_asked_for_is_made_even_after_the_case_is_resolved() -> None:
    play = escalated()
    play.do("Ben", Review(cause="limit", change="raise it", owner=ANA, due=play.inn(48)), ALONE)
    play.later(24).do("Ana", CompleteAction(said="limit is 200 now"))
    assert play.case.reviews[0].done_at == play.team.now
    assert "was made already" in play.refused("Ana", CompleteAction()).message


def test_where_several_changes_wait_one_is_named() -> None:
    play = escalated()
    change = Review(cause="limit", change="raise it", owner=ANA, due=play.inn(48))
    play.do("Ben", change, change)
    first, second = (review.number for review in play.case.reviews)
    assert f"--review N: {first}, {second}" in told(play.wrong("Ana", CompleteAction()))
    play.wrong("Ana", CompleteAction(review=1))
    play.do("Ana", CompleteAction(review=second))
    assert [review.done_at is None for review in play.case.reviews] == [True, False]


def test_undoing_the_escalation_takes_its_debt_with_it() -> None:
    play = escalated().undo()
    assert (play.case.level, play.called, play.case.review_owed) == (0, None, False)
    play.do("Ben", RESOLVE)


def test_an_escalated_case_is_escalated_in_the_sense_of_the_level_and_never_of_a_deadline() -> None:
    play = Play("Ben").later(100)
    assert play.case.level == 0
    assert play.clocks[0].due < play.team.now - HOUR


def test_who_is_called_need_not_be_here_to_be_answered_for() -> None:
    play = escalated().left("Ana").duty("Dora")
    play.do("Dora", Acknowledge(until=play.inn(1)))
    assert play.called == "Ana"
    assert play.case.owner == BEN


def test_who_is_away_cannot_call_themselves_through_their_cover() -> None:
    play = Play("Ben").away("Dora", cover="Ana")
    assert "cannot call yourself" in play.refused("Dora", up(DORA)).message
    assert play.do("Dora", UP).called == "Ana"


def test_what_the_owner_would_do_goes_along_with_the_call_and_moves_on_with_it() -> None:
    play = Play("Ben")
    play.do("Ben", Escalate(reason="authority", need="a refund of 300", proposal=" half of it "))
    asked = "a refund of 300 (proposes: half of it)"
    call = play.case.escalation
    assert call is not None
    assert call.proposal == "half of it"
    assert asked in play.history[-1].sentence(Narrator(play.team.roster))
    assert "half of it" in play.history[-1].fact.search_text()
    play.do("Ben", Skip(reason="no answer"))
    assert play.case.escalation is not None
    assert (play.case.escalation.need, play.case.escalation.proposal) == ("a refund of 300", "half of it")
