"""Resolving while the customer waits says what they heard: they were told, need no answer, or are left without one."""

from __future__ import annotations

import pytest

from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.resolution_answers import ANSWERS, NOT_NEEDED, TOLD, UNANSWERED
from tests.domain.cases import HOUR, MONDAY, Play
from tests.suggested import told


def resolved(answer: str, play: Play | None = None) -> Play:
    return (play or Play("Ben").later(2)).do("Ben", Resolve(said="sent a new one", answer=answer))


def sentence(play: Play) -> str:
    return play.history[-1].sentence(Narrator(play.team.roster))


def test_who_resolves_while_the_customer_waits_says_what_they_heard() -> None:
    refusal = Play("Ben").refused("Ben", Resolve(said="done"))
    assert refusal.message == "The customer of case 1 has no answer yet."
    assert "careconsole resolve 1 --said" in told(refusal)
    assert "--answer 'told|spam|duplicate|wrong address|test|unanswered'" in told(refusal)


def test_with_a_promise_open_both_questions_come_at_once() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text="call back", due=play.inn(1)))
    refusal = told(play.refused("Ben", Resolve(said="done")))
    assert "--promises" in refusal
    assert "--answer" in refusal
    assert "--promises kept" in told(play.refused("Ben", Resolve(said="done", promises="kept")))


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_ends_the_wait_and_is_kept(answer: str) -> None:
    play = resolved(answer)
    assert (play.case.status, play.case.answer, play.case.waiting_since) == ("resolved", answer, None)


def test_who_was_told_has_their_first_answer_by_that() -> None:
    play = resolved(TOLD)
    assert (play.case.asked_at, play.case.answered_at) == (MONDAY, MONDAY + 2 * HOUR)
    assert play.history[-1].fact.is_public
    assert sentence(play) == "Ben resolved it: sent a new one (the customer was told)"


@pytest.mark.parametrize("answer", [*NOT_NEEDED, UNANSWERED])
def test_who_was_not_told_has_none_and_knows_of_nothing(answer: str) -> None:
    play = resolved(answer)
    assert play.case.answered_at is None
    assert not play.history[-1].fact.is_public
    words = "the customer was not answered" if answer == UNANSWERED else f"no answer needed: {answer}"
    assert sentence(play) == f"Ben resolved it: sent a new one ({words})"


@pytest.mark.parametrize(
    "play",
    [
        Play("Ben").do("Ben", LogMessage(text="on its way")),
        Play("Ben").do("Ben", LogMessage(text="which one?"), Park(on="customer", until=MONDAY + HOUR)),
        Play("Ben", channel="phone"),
        Play("Ben", inbound=False),
    ],
    ids=["answered", "our turn is over", "spoken with", "began here"],
)
def test_where_nobody_waits_nothing_is_asked_and_no_answer_is_kept(play: Play) -> None:
    assert resolved("spam", play).case.answer == ""
    assert play.history[-1].fact.is_public
    assert play.do("Ben", Reopen(reason="x"), LogMessage(text="so"), Resolve(said="done")).case.answer == ""


def test_to_park_a_case_on_a_customer_who_has_heard_nothing_is_no_answer() -> None:
    """Whose turn it is, is one thing; that they never heard from us, another."""
    play = Play("Ben").do("Ben", Park(on="customer", until=MONDAY + HOUR))
    assert play.refused("Ben", Resolve(said="done")).message == "The customer of case 1 has no answer yet."
    assert resolved(UNANSWERED, play).case.answer == UNANSWERED


def test_an_answer_that_there_is_not_is_wrong() -> None:
    assert "'maybe' is not a valid answer." in Play("Ben").wrong("Ben", Resolve(said="x", answer="maybe")).message


def test_what_a_resolution_said_of_the_customer_goes_with_it() -> None:
    play = resolved(UNANSWERED)
    assert play.do("Ben", Reopen(reason="x")).case.answer == ""
    again = resolved(UNANSWERED).do("Ben", LogMessage(text="where is it?", inbound=True))
    assert (again.case.status, again.case.answer) == ("open", "")
    undone = resolved(UNANSWERED).undo()
    assert (undone.case.answer, undone.case.waiting_since) == ("", MONDAY)
