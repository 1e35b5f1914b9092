"""A reply waits, is stopped when somebody wrote meanwhile, and answers the customer once it was sent, not before."""

from __future__ import annotations

import pytest

from careconsole.domain.case.deliveries import Undelivered
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.messages import LogMessage, MessageLogged
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Note
from careconsole.domain.case.replies import UNDO_TIME, Prepared, Reply, ReplyWritten
from careconsole.domain.case.unsent_replies import ReplyFailed, ReplyStopped, left_behind, why_stopped
from careconsole.domain.reply_states import LATER, REFUSED, UNCERTAIN, WAITING
from careconsole.domain.time.moments import HOUR
from tests.domain.cases import BEN, Play

PREPARED = Prepared(box="support", sender="support@shop.example", to=("anna@home.example",), subject="Re: Kettle")


def reply(text: str = "A new lid is on its way.", **more: object) -> Reply:
    return Reply(text=text, prepared=PREPARED, **more)  # type: ignore[arg-type]


@pytest.fixture
def play() -> Play:
    """A case of Ben's on which the customer waits."""
    return Play("Ben").do("Ben", LogMessage(text="It leaks.", inbound=True, channel="email"))


def written(play: Play) -> ReplyWritten:
    fact = play.history[-1].fact
    assert isinstance(fact, ReplyWritten)
    return fact


def stopped(play: Play, number: int) -> str:
    narrator = Narrator(play.team.roster, str, {})
    return why_stopped(play.case, play.history, number, BEN, narrator)


# It waits


def test_a_reply_waits_for_20_seconds_and_the_customer_waits_as_well(play: Play) -> None:
    waits = play.case.waiting_since
    play.do("Ben", reply())
    assert written(play).send_at == play.team.now + UNDO_TIME == play.team.now + 20_000
    assert (play.case.waiting_since, [one.state for one in play.case.replies]) == (waits, [WAITING])


def test_it_can_be_sent_later_but_never_sooner_than_in_20_seconds(play: Play) -> None:
    play.do("Ben", reply(at=play.inn(12)))
    assert (written(play).send_at, written(play).later) == (play.inn(12), True)
    play.do("Ben", reply(at=play.team.now + 1))
    assert written(play).send_at == play.team.now + UNDO_TIME
    assert "sent" in play.wrong("Ben", reply(at=play.team.now)).message


def test_once_it_was_sent_it_answers_the_customer(play: Play) -> None:
    play.do("Ben", reply())
    number = play.history[-1].number
    play.happens(written(play).sent(number))
    assert (play.case.waiting_since, play.case.replies) == (None, ())


def test_one_that_came_back_answered_nothing(play: Play) -> None:
    waits = play.case.waiting_since
    play.do("Ben", reply())
    play.happens(written(play).sent(play.history[-1].number))
    told = play.history[-1].number
    play.happens(Undelivered(entry=told, addresses=("anna@home.example",), said="no such user"))
    assert play.case.waiting_since == waits


def test_what_could_not_follow_is_refused_before_it_is_written(play: Play) -> None:
    assert "before the reply is sent" in play.wrong("Ben", reply(then="promise", due=play.team.now + 10_000)).message
    need = Escalate(reason="exception", need="a refund", cause="refund limit")
    play.do("Ben", need)
    assert "review" in play.refused("Ben", reply(then="resolve")).message


def test_a_reply_to_nobody_and_without_words_is_refused(play: Play) -> None:
    assert "whom the reply is for" in play.wrong("Ben", Reply(text="x")).message
    play.wrong("Ben", reply("  \n"))


# It is stopped


def test_nothing_that_nobody_said_to_the_customer_stops_it(play: Play) -> None:
    play.do("Ben", reply())
    number = play.history[-1].number
    assert stopped(play, number) == ""
    play.do("Cleo", Note(text="They are nice."))
    assert stopped(play, number) == ""


@pytest.mark.parametrize(("channel", "did"), [("phone", "called"), ("visit", "came by"), ("email", "wrote")])
def test_it_is_stopped_when_the_customer_got_in_touch(play: Play, channel: str, did: str) -> None:
    play.do("Ben", reply())
    number = play.history[-1].number
    play.do("Cleo", LogMessage(text="Never mind.", inbound=True, channel=channel))
    assert stopped(play, number) == f"The customer {did} meanwhile."


@pytest.mark.parametrize("sort", ["auto", "thanks"])
def test_it_is_not_stopped_by_an_automatic_answer_or_by_thanks(play: Play, sort: str) -> None:
    play.do("Ben", reply())
    number = play.history[-1].number
    play.happens(MessageLogged(inbound=True, channel="email", text="Away.", sort=sort))
    assert stopped(play, number) == ""


def test_it_is_stopped_when_a_colleague_wrote_and_not_when_its_writer_did(play: Play) -> None:
    play.do("Ben", reply())
    number = play.history[-1].number
    play.do("Ben", LogMessage(text="I called.", channel="phone"))
    assert stopped(play, number) == ""
    play.do("Cleo", LogMessage(text="I called, too.", channel="phone"))
    assert stopped(play, number) == "Cleo spoke with the customer meanwhile."


def test_a_mail_that_waited_when_it_was_written_does_not_stop_it_and_a_later_one_does(play: Play) -> None:
    play.do("Cleo", reply("I look into it."))
    before, number = written(play), play.history[-1].number
    play.do("Ben", reply())
    mine = play.history[-1].number
    play.happens(before.sent(number))
    assert stopped(play, mine) == ""
    play.do("Cleo", reply("It is found."))
    play.happens(written(play).sent(play.history[-1].number))
    assert "wrote to the customer meanwhile." in stopped(play, mine)


def test_what_was_said_before_it_stops_nothing(play: Play) -> None:
    play.do("Cleo", LogMessage(text="I called.", channel="phone")).do("Ben", reply())
    assert stopped(play, play.history[-1].number) == ""


def test_it_is_stopped_when_its_case_was_merged(play: Play) -> None:
    play.do("Ben", reply())
    number = play.history[-1].number
    winner = Play("Ben", team=play.team)
    play.merge(winner, "Ben")
    assert stopped(play, number) == f"The case was merged into case {winner.number}."


def test_a_stopped_one_waits_no_more_and_its_writer_hears(play: Play) -> None:
    play.do("Ben", reply())
    number = play.history[-1].number
    play.happens(ReplyStopped(reply=number, why="The customer wrote meanwhile.", by=BEN))
    assert play.case.replies == ()
    assert play.case.waiting_since is not None


# It is uncertain


@pytest.mark.parametrize("state", [REFUSED, UNCERTAIN])
def test_a_refused_or_uncertain_one_stays_on_the_case_until_a_person_decides(play: Play, state: str) -> None:
    waits = play.case.waiting_since
    play.do("Ben", reply())
    number, fact = play.history[-1].number, written(play)
    play.happens(ReplyFailed(reply=number, state=state, said="x", by=BEN))
    assert ([one.state for one in play.case.replies], play.case.waiting_since) == ([state], waits)
    play.happens(ReplyFailed(reply=number, state=WAITING, said="Ben decided so.", by=BEN))
    assert [one.state for one in play.case.replies] == [WAITING]
    play.happens(fact.sent(number))
    assert (play.case.replies, play.case.waiting_since) == ((), None)


def test_a_first_attempt_that_failed_leaves_it_waiting_and_says_so(play: Play) -> None:
    play.do("Ben", reply())
    number = play.history[-1].number
    failed = ReplyFailed(reply=number, state=LATER, said="451 busy", by=BEN)
    play.happens(failed)
    assert [one.state for one in play.case.replies] == [WAITING]
    told = failed.sentence_by_mail(Narrator(play.team.roster, str, {}))
    assert told == f"the mail of entry {number} could not be sent yet and is tried again: 451 busy"


def test_what_waits_when_a_case_is_exported_is_not_sent_from_where_it_is_loaded(play: Play) -> None:
    play.do("Ben", reply(at=play.team.now + HOUR))
    (fact,) = left_behind(play.case)
    assert isinstance(fact, ReplyStopped)
    assert fact.unknown
    assert "may or may not have been sent" in fact.sentence_by_mail(Narrator(play.team.roster, str, {}))
