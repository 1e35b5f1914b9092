"""Spam: one command ends the case, and it is no care."""

from __future__ import annotations

from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.measures import measure
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.spam import Spam
from tests.domain.cases import Play


def test_spam_is_resolved_at_once_whether_it_waits_for_an_answer_or_not() -> None:
    waits = Play("Ben").do("Ben", LogMessage(text="Rank higher!", inbound=True, channel="email"), Spam())
    quiet = Play("Ben", inbound=False).do("Ben", Spam())
    for play in (waits, quiet):
        assert (play.case.status, play.case.answer, play.case.waiting_since) == ("resolved", "spam", None)


def test_anybody_may_say_so_of_a_case_that_nobody_has_taken() -> None:
    assert Play().do("Ben", Spam()).case.answer == "spam"


def test_of_a_colleagues_case_only_who_is_responsible() -> None:
    assert "belongs to Ben" in Play("Ben").refused("Cleo", Spam()).message
    assert Play("Ben").do("Ana", Spam()).case.answer == "spam"


def test_a_case_with_a_promise_or_an_escalation_was_taken_for_a_real_one() -> None:
    promised = Play("Ben")
    promised.do("Ben", Promise(text="call back", due=promised.inn(2)))
    assert "has open promises" in promised.refused("Ben", Spam()).message
    called = Play("Ben").do("Ben", Escalate(reason="exception", need="refund"))
    assert "has an escalation that is not reviewed" in called.refused("Ben", Spam()).message


def test_it_is_in_no_measure_until_it_is_reopened() -> None:
    play = Play("Ben").do("Ben", Spam())
    told = measure([(play.number, play.history)], play.team.now)
    assert (told["no_answer_needed"], told["cases"]) == ({"spam": 1}, 0)
    play.undo()
    told = measure([(play.number, play.history)], play.team.now)
    assert (told["no_answer_needed"], told["cases"]) == ({}, 1)
