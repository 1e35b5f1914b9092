"""The customer's words and ours: what waits for an answer, and since when."""

from __future__ import annotations

import pytest

from careconsole.domain.case.messages import LogMessage, MessageLogged, Reclassify
from careconsole.domain.case.notes import Note
from careconsole.domain.case.parking import Park
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.state import CHANNELS
from tests.domain.cases import BEN, LATER, ImportedPlay, Play
from tests.suggested import told

RESOLVE = Resolve(said="new kettle sent", answer="told")
ANSWER = LogMessage(text="A new kettle is on its way.")
OUT_OF_OFFICE = "Automatic reply: back on Monday"


def word(text: str = "The lid is cracked too", channel: str = "email", sort: str | None = None) -> LogMessage:
    return LogMessage(text=text, inbound=True, channel=channel, sort=sort)


def answered() -> Play:
    """Ben's case, whose customer has an answer."""
    return Play("Ben").do("Ben", ANSWER).later()


# Waiting since


def test_a_case_that_the_customer_opened_waits_since_then() -> None:
    play = Play("Ben")
    assert play.case.waiting_since == play.team.now


@pytest.mark.parametrize("channel", ["phone", "visit"])
def test_a_phone_call_or_a_visit_answers_itself(channel: str) -> None:
    play = Play("Ben", channel=channel)
    assert play.case.waiting_since is None
    assert play.case.answered_at == play.team.now
    later = Play("Ben").later().do("Ben", word(channel=channel))
    assert later.case.waiting_since is None
    assert later.case.answered_at == later.team.now


@pytest.mark.parametrize("channel", sorted(set(CHANNELS) - {"phone", "visit"}))
def test_on_every_other_channel_the_customer_waits(channel: str) -> None:
    assert Play("Ben", channel=channel).case.waiting_since is not None
    assert answered().do("Ben", word(channel=channel)).case.waiting_since is not None


def test_a_case_that_we_began_waits_for_nothing() -> None:
    assert Play("Ben", inbound=False).case.waiting_since is None


def test_waiting_since_is_the_oldest_message_not_answered() -> None:
    play = answered()
    first = play.team.now
    play.do("Ben", word()).later().do("Ben", word("Hello?"))
    assert play.case.waiting_since == first


def test_a_word_from_us_answers_all_of_them_and_the_first_answer_stays_the_first() -> None:
    play = answered()
    first = play.case.answered_at
    play.do("Ben", word(), word("Hello?"), ANSWER)
    assert (play.case.waiting_since, play.case.answered_at) == (None, first)


def test_notes_are_internal_and_answer_nothing() -> None:
    play = Play("Ben").do("Cleo", Note(text="the serial number is on the back"))
    assert play.case.waiting_since is not None
    assert "note is missing" in play.wrong("Cleo", Note(text=" ")).message


def test_anybody_records_a_contact_on_anybody_s_case() -> None:
    assert Play("Ben").do("Cleo", ANSWER).case.waiting_since is None


def test_a_contact_says_how_and_what() -> None:
    play = Play("Ben")
    play.wrong("Ben", LogMessage(text=" "))
    assert "not a valid channel" in play.wrong("Ben", LogMessage(text="x", channel="pigeon")).message
    play.wrong("Ben", LogMessage(text="x", inbound=True, sort="spam"))


def test_only_what_we_began_is_proactive_and_only_what_comes_in_has_a_sort() -> None:
    play = Play("Ben")
    play.wrong("Ben", LogMessage(text="x", inbound=True, proactive=True))
    assert told(play.wrong("Ben", LogMessage(text="x", sort="thanks"))) == "Leave out the sort."
    play.do("Ben", LogMessage(text="How is the new kettle?", proactive=True))
    assert isinstance(play.last, MessageLogged)
    assert play.last.proactive


# Automatic replies and bare thanks


@pytest.mark.parametrize("text, sort", [(OUT_OF_OFFICE, "auto"), ("Thanks a lot!", "thanks")])
def test_automatic_replies_and_bare_thanks_are_recorded_and_change_nothing(text: str, sort: str) -> None:
    play = answered()
    contact = play.case.contact_at
    play.do("Ben", word(text))
    assert play.last == MessageLogged(inbound=True, channel="email", text=text, sort=sort)
    assert (play.case.waiting_since, play.case.contact_at) == (None, contact)
    assert [clock.kind for clock in play.clocks] == ["next step"]


@pytest.mark.parametrize("text", [OUT_OF_OFFICE, "Thanks!"])
def test_they_neither_reopen_nor_wake_a_case_nor_end_a_wait(text: str) -> None:
    assert answered().do("Ben", RESOLVE, word(text)).case.status == "resolved"
    assert answered().do("Ben", Park(on="customer", until=LATER), word(text)).case.parked is not None
    play = Play("Ben")
    since = play.case.waiting_since
    assert play.later().do("Ben", word(text)).case.waiting_since == since


def test_who_records_it_can_say_the_sort_themselves() -> None:
    play = answered().do("Ben", word("Thanks!", sort="message"))
    assert play.case.waiting_since == play.team.now


# Reclassify


def test_reclassify_corrects_a_wrong_guess_and_restores_the_waiting_time() -> None:
    play = answered().do("Ben", word("Thanks a lot!"))
    then = play.team.now
    play.later(3).do("Cleo", Reclassify(message=play.case.version, sort="message"))
    assert play.case.waiting_since == then


def test_reclassify_takes_away_a_wait_that_was_none() -> None:
    play = answered().do("Ben", word("OOO till Monday"))
    play.do("Ben", Reclassify(message=play.case.version, sort="auto"))
    assert play.case.waiting_since is None


def test_an_opening_can_be_reclassified_too() -> None:
    assert Play("Ben").do("Ben", Reclassify(message=1, sort="auto")).case.waiting_since is None


def test_what_is_no_unanswered_word_from_the_customer_is_not_reclassified() -> None:
    play = answered().do("Ben", word("Thanks!"), Note(text="nice"))
    refusal = play.refused("Ben", Reclassify(message=play.case.version, sort="message"))
    assert f"Those that wait: {play.case.version - 1}" in told(refusal)
    assert "Those that wait: none" in told(answered().refused("Ben", Reclassify(message=1, sort="auto")))
    play.refused("Ben", Reclassify(message=play.case.version - 1, sort="thanks"))
    play.wrong("Ben", Reclassify(message=play.case.version - 1, sort="spam"))


def test_thanks_that_were_a_message_reopen_the_resolved_case_and_wait_since_they_came() -> None:
    play = answered().do("Ben", RESOLVE, word("Thanks!"))
    then = play.team.now
    play.later().do("Ben", Reclassify(message=play.case.version, sort="message"))
    assert (play.case.status, play.case.waiting_since, play.owner) == ("open", then, "Ben")


# Cases that rest or ended


def test_word_on_a_resolved_case_reopens_it_to_who_is_answerable() -> None:
    play = answered().do("Ben", RESOLVE).away("Ben", cover="Cleo").do("Dora", word())
    assert (play.case.status, play.owner, play.answerable) == ("open", "Ben", "Cleo")
    assert play.case.waiting_since == play.team.now
    assert play.happened[-2:] == ["reopened", "touched"]


def test_word_on_a_resolved_case_of_somebody_who_left_goes_to_duty() -> None:
    play = answered().do("Ben", RESOLVE).left("Ben").do("Dora", word())
    assert play.answerable == "Ana"


def test_word_on_an_administratively_closed_case_reopens_it_too() -> None:
    play = ImportedPlay(owner=BEN).record(status="closed").do("Ben", word())
    assert (play.case.status, play.case.reopenings) == ("open", 0)


def test_word_from_us_on_a_resolved_case_leaves_it_resolved() -> None:
    assert answered().do("Ben", RESOLVE, LogMessage(text="How is it?", proactive=True)).case.status == "resolved"


def test_word_wakes_a_case_that_waited_for_the_customer() -> None:
    play = answered().do("Ben", Park(on="customer", until=LATER), word())
    assert play.case.parked is None
    assert play.case.waiting_since is not None


@pytest.mark.parametrize("on", ["us", "third party"])
def test_a_case_that_waits_on_somebody_else_stays_parked_but_its_customer_waits(on: str) -> None:
    play = answered().do("Ben", Park(on=on, until=LATER), word())
    assert play.case.parked is not None
    assert play.clock("answer").started_at == play.team.now


def test_resolving_ends_the_wait_and_reopening_starts_a_new_one_only_for_who_was_told_nothing() -> None:
    play = Play("Ben").do("Ben", RESOLVE)
    assert play.case.waiting_since is None
    assert play.later(2).do("Ben", Reopen(reason="cracked too")).case.waiting_since is None
    assert play.clock("next step").started_at == play.team.now
    untold = Play("Ben").do("Ben", Resolve(said="no", answer="unanswered"))
    reopened = untold.later(2).do("Ben", Reopen(reason="cracked too"))
    assert reopened.case.waiting_since == reopened.team.now
