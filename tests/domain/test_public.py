"""What the customer may know: each kind of event has its public sentence or none, and only what was told is in it."""

from __future__ import annotations

import pytest

from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.escalation import REASONS, Deescalate, Escalate, Skip
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.messages import LogMessage, Reclassify
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Accept, Offer
from careconsole.domain.case.parking import Park, Returned, Unpark
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise, ReleasePromise
from careconsole.domain.case.public import PUBLIC, public_history
from careconsole.domain.case.public_state import PublicPromise
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.time.moments import HOUR
from tests.domain.cases import BEN, CLEO, DORA, MONDAY, ImportedPlay, Play


def sentences(play: Play) -> list[str]:
    return [line.sentence for line in public_history(play.case, play.history).lines]


def play_hours(hours: int) -> int:
    """So many hours after the beginning of every play."""
    return MONDAY + hours * HOUR


def promises(play: Play) -> list[PublicPromise]:
    return public_history(play.case, play.history).promises


def test_each_kind_of_event_has_its_public_sentence_or_none() -> None:
    assert PUBLIC.keys() == KINDS.keys(), "say in PUBLIC what the customer may read of the new kind; None: nothing"


def test_messages_are_public_and_automatic_replies_and_notes_are_not() -> None:
    play = Play("Ben").do("Ben", LogMessage(inbound=True, channel="email", text="I am out", sort="auto"))
    play.do("Ben", Note(text="he is angry"), LogMessage(inbound=False, channel="phone", text="on its way"))
    assert sentences(play) == ["in_email", "out_phone"]


def test_a_message_that_turned_out_to_be_an_automatic_reply_is_not_public() -> None:
    play = Play("Ben").do("Ben", LogMessage(inbound=False, channel="email", text="Sent"))
    play.do("Ben", LogMessage(inbound=True, channel="email", text="I am away until Monday", sort="message"))
    play.do("Ben", Reclassify(message=play.history[-1].number, sort="auto"))
    assert sentences(play) == ["in_email", "out_email"]


def test_a_case_that_we_began_is_not_what_the_customer_told_us() -> None:
    assert sentences(Play("Ben", inbound=False)) == ["out_email"]
    assert sentences(Play("Ben", inbound=False, follows=1)) == ["begun"]


def test_only_the_present_owner_is_named() -> None:
    play = Play("Ben").do("Ben", Offer(to=CLEO, reason="knows it")).do("Cleo", Accept())
    (_, line) = public_history(play.case, play.history).lines
    assert (line.sentence, line.owner) == ("owner_now", CLEO)
    play.do("Cleo", Offer(to=BEN, reason="is back")).do("Ben", Accept())
    (_, earlier, now) = public_history(play.case, play.history).lines
    assert (earlier.sentence, earlier.owner) == ("owner_other", None)
    assert (now.sentence, now.owner) == ("owner_now", BEN)


def test_a_call_for_help_says_that_somebody_was_asked_and_never_who_or_why() -> None:
    play = Play("Ben").do("Ben", AskHelp(of=CLEO, need="read it"), Escalate(reason="exception", need="a refund"))
    play.do("Ana", Acknowledge(until=play.inn(2)), Deescalate(decided="granted"))
    lines = public_history(play.case, play.history).lines
    assert [line.sentence for line in lines] == [
        "in_email",
        "asked_colleague",
        "asked_decider",
        "decider_works",
        "decided",
    ]
    assert all(line.owner is None and not line.text and line.by is None for line in lines)


DECISION = ["asked_decider", "decider_works", "decided"]
HELP = ["asked_other", "other_works", "other_ended"]
CALLS = {
    "exception": DECISION,
    "authority": DECISION,
    "expertise": ["asked_expert", "expert_works", "expert_answered"],
    "customer request": HELP,
    "overdue": HELP,
}


@pytest.mark.parametrize("reason", REASONS)
def test_of_a_call_it_is_said_what_somebody_was_asked_for(reason: str) -> None:
    play = Play("Ben").do("Ben", Escalate(reason=reason, need="clause 4", to=CLEO if reason == "expertise" else None))
    play.do("Ben", Skip(reason="no answer", to=DORA))
    play.do("Dora", Acknowledge(until=play.inn(2)), Deescalate(decided="as it says"))
    assert sentences(play) == ["in_email", *CALLS[reason]]


def test_a_promise_has_the_time_that_the_customer_was_told() -> None:
    play = Play("Ben").do("Ben", Promise(text="a lid", due=Play().inn(5)))
    told = play.case.promises[0].due
    play.do("Ben", MovePromise(due=play.inn(50), told=False, reason="the drawer is empty"))
    assert promises(play) == [PublicPromise(text="a lid", by=told)]
    assert "moved" not in sentences(play)
    play.do("Ben", MovePromise(due=play.inn(60), told=True))
    assert promises(play) == [PublicPromise(text="a lid", by=play.inn(60))]
    assert sentences(play)[-1] == "moved"


def test_a_promise_moved_without_a_word_has_no_time_after_it_came_from_another_case() -> None:
    winner = Play("Ben")
    loser = Play("Ben", team=winner.team)
    loser.do("Ben", Promise(text="a lid", due=loser.inn(5)), MovePromise(due=loser.inn(50), told=False))
    loser.merge(winner, "Ben")
    assert promises(winner) == [PublicPromise(text="a lid", by=None)]
    assert "promised_once" in sentences(winner)


def test_promises_kept_and_released_are_closed() -> None:
    play = Play("Ben").do("Ben", Promise(text="a lid", due=Play().inn(5)), KeepPromise(said="Marta made it"))
    play.do("Ben", Promise(text="a call", due=play.inn(5)), ReleasePromise(reason="bought one elsewhere"))
    assert sentences(play) == ["in_email", "promised", "kept", "promised", "released"]
    assert promises(play) == []


def test_a_promise_kept_moved_or_released_after_its_time_says_so() -> None:
    kept, moved, released = (Play("Ben").do("Ben", Promise(text="a lid", due=Play().inn(5))) for _ in range(3))
    kept.later(5).do("Ben", KeepPromise(said="Marta made it"))
    assert sentences(kept)[-1] == "kept", "at the promised time it is kept in time"
    moved.later(6).do("Ben", MovePromise(due=moved.inn(5), told=True), MovePromise(due=moved.inn(6), told=True))
    assert sentences(moved)[2:] == ["moved_late", "moved"]
    moved.do("Ben", KeepPromise(said="Marta made it"))
    assert sentences(moved)[-1] == "kept_late", "the time that was told first had passed"
    released.later(6).do("Ben", ReleasePromise(reason="bought one elsewhere"))
    assert sentences(released)[-1] == "released_late"


def test_a_promise_moved_without_a_word_is_kept_late_by_the_time_that_was_told() -> None:
    play = Play("Ben").do("Ben", Promise(text="a lid", due=Play().inn(5)), MovePromise(due=Play().inn(50), told=False))
    play.later(20).do("Ben", KeepPromise(said="Marta made it"))
    assert sentences(play)[-1] == "kept_late"


def test_a_promise_that_the_resolution_broke_is_said_until_the_case_is_open_again() -> None:
    play = Play("Ben").do("Ben", Promise(text="a lid", due=Play().inn(5)))
    due = play.inn(5)
    play.do("Ben", Resolve(said="gave up", promises="broken", answer="told"))
    assert promises(play) == [PublicPromise(text="a lid", by=due, broken=True)]
    assert sentences(play) == ["in_email", "promised", "broken", "resolved"]
    play.do("Ben", Reopen(reason="we do it after all"))
    assert promises(play) == []
    assert "broken" in sentences(play), "what happened stays true"


def test_how_it_was_resolved_is_public_only_if_the_customer_was_told() -> None:
    told = Play("Ben").do("Ben", Resolve(said="a new lid is sent", answer="told"))
    assert public_history(told.case, told.history).lines[-1].words == "a new lid is sent"
    for answer in ("spam", "unanswered"):
        play = Play("Ben").do("Ben", Resolve(said="a liar", answer=answer))
        line = public_history(play.case, play.history).lines[-1]
        assert (line.sentence, line.words) == ("closed", "")


def test_a_review_is_not_public() -> None:
    play = Play("Ben").do("Ben", Review(cause="refund limit", nothing_because="it is rare"))
    assert sentences(play) == ["in_email"]


def test_waiting_is_public_where_it_is_not_for_us() -> None:
    play = Play("Ben")
    for on in ("customer", "third party", "us"):
        play.do("Ben", Park(on=on, until=play.inn(5), reason="the supplier is slow"))
    lines = public_history(play.case, play.history).lines
    said = ["waits_for_you", "waits_outside", "working_again"]
    assert [(line.sentence, line.by) for line in lines[1:]] == [(sentence, None) for sentence in said]


@pytest.mark.parametrize(("on", "waits"), [("customer", "waits_for_you"), ("third party", "waits_outside")])
def test_when_a_wait_has_ended_the_customer_reads_that_we_went_on(on: str, waits: str) -> None:
    play = Play("Ben").do("Ben", Park(on=on, until=play_hours(2)))
    assert sentences(play) == ["in_email", waits]
    play.later(1).do("Ben", Unpark())
    assert sentences(play) == ["in_email", waits, "working_again"]
    assert public_history(play.case, play.history).lines[-1].at == play_hours(1)
    assert play.history[-1].number in public_history(play.case, play.history).events
    play.undo()
    assert sentences(play) == ["in_email", waits], "what was undone did not happen"


def test_a_wait_whose_time_is_over_has_ended_whether_that_was_recorded_or_not() -> None:
    play = Play("Ben").do("Ben", Park(on="customer", until=play_hours(1)))
    assert public_history(play.case, play.history, play_hours(1) - 1).lines[-1].sentence == "waits_for_you"
    over = public_history(play.case, play.history, play_hours(2)).lines
    assert [(line.sentence, line.at) for line in over[1:]] == [
        ("waits_for_you", MONDAY),
        ("working_again", play_hours(1)),
    ]
    play.swept(1.5)
    assert isinstance(play.history[-1].fact, Returned)
    assert public_history(play.case, play.history, play_hours(2)).lines == over


def test_a_wait_that_the_customer_ended_needs_no_line_of_ours() -> None:
    play = Play("Ben").do("Ben", Park(on="customer", until=play_hours(5)))
    play.do("Ben", LogMessage(inbound=True, channel="phone", text="It is the blue one"))
    assert play.case.parked is None
    assert sentences(play) == ["in_email", "waits_for_you", "in_phone"]


def test_a_case_that_ended_while_it_waited_is_not_worked_on_again() -> None:
    play = Play("Ben").do("Ben", Park(on="third party", until=play_hours(1)))
    play.do("Ben", Resolve(said="sent", answer="told"))
    assert sentences(play)[1:] == ["waits_outside", "resolved"]
    play.later(3).do("Ben", Reopen(reason="it broke"))
    assert sentences(play)[1:] == ["waits_outside", "resolved", "reopened"]


def test_waiting_for_ourselves_is_nobody_elses_business_and_neither_is_its_end() -> None:
    play = Play("Ben").do("Ben", Park(on="us", until=play_hours(1))).later(0.5).do("Ben", Unpark())
    assert sentences(play) == ["in_email"]


def test_what_was_undone_did_not_happen() -> None:
    play = Play("Ben").do("Ben", LogMessage(inbound=False, channel="email", text="oops")).undo()
    assert sentences(play) == ["in_email"]


def test_a_merge_is_public_if_the_customer_is_the_same() -> None:
    for mine, theirs, said in ((7, 7, ["joined"]), (7, 8, []), (None, 7, [])):
        winner = Play("Ben", customer=mine)
        loser = Play("Ben", customer=theirs, team=winner.team)
        loser.merge(winner, "Ben", confirm=True)
        assert [sentence for sentence in sentences(winner) if sentence == "joined"] == said


def test_a_split_names_the_other_case() -> None:
    play = Play("Ben").do("Ben", LogMessage(inbound=False, channel="email", text="Sent"))
    play.do("Ben", LogMessage(inbound=True, channel="email", text="And the invoice?"))
    other = play.split("Ben", play.history[-1].number)
    assert public_history(play.case, play.history).lines[-1].case == other.number
    assert {"split_from", "in_email"} <= set(sentences(other))


def test_another_systems_lines_say_what_its_status_changed_and_not_its_words() -> None:
    play = ImportedPlay(status="open", subject="PROD582", label="Accepted / Wait - User", owner=BEN)
    play.record(status="resolved", label="Solved by the vendor")
    play.record(status="open", label="In progress")
    play.record(status="closed", undated=True)
    lines = public_history(play.case, play.history).lines
    assert sorted(line.sentence for line in lines) == ["begun", "closed", "reopened", "resolved"]
    assert all(line.owner is None and not line.words for line in lines)


def test_an_imported_description_is_what_the_customer_told_us() -> None:
    play = ImportedPlay(status="open", subject="Kettle", description="It drips.", channel="email")
    play.record(status="open", subject="Kettle", description="It drips.")
    (line,) = public_history(play.case, play.history).lines
    assert (line.sentence, line.words) == ("in_email", "It drips.")
    silent = ImportedPlay(status="open", subject="Kettle")
    assert [line.sentence for line in public_history(silent.case, silent.history).lines] == ["begun"]


def test_it_is_known_which_events_the_customer_can_see() -> None:
    play = Play("Ben").do(
        "Ben", Note(text="he is angry"), LogMessage(inbound=False, channel="phone", text="on its way")
    )
    play.do("Ben", Resolve(said="sent", answer="told"))
    shown = public_history(play.case, play.history).events
    assert [event.kind for event in play.history if event.number in shown] == ["opened", "touched", "resolved"]


def test_an_event_that_was_undone_is_seen_by_nobody() -> None:
    play = Play("Ben").do("Ben", LogMessage(inbound=False, channel="phone", text="on its way"))
    number = play.history[-1].number
    assert number in public_history(play.case, play.history).events
    play.undo()
    assert number not in public_history(play.case, play.history).events
