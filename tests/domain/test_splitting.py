"""A case that is two matters: the words from some entry on become a case of their own, and the wait goes with them."""

from __future__ import annotations

import pytest

from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.event import Event
from careconsole.domain.case.measures import measure
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage, Reclassify
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Note
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promise_measures import PASSED_ON, promise_outcomes
from careconsole.domain.case.promises import KeepPromise, Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.splitting import Carried, Split, SplitOff, entries_to_split_from
from careconsole.domain.case.state import VOID
from careconsole.domain.case.time_spent import time_spent
from careconsole.domain.errors import Refused
from careconsole.domain.time.calendars import ALWAYS
from careconsole.domain.time.moments import HOUR
from tests.domain.cases import BEN, CLEO, MONDAY, ImportedPlay, Play

INVOICE = "Also, my invoice is wrong.\nPlease correct it."


def asks(text: str = INVOICE) -> LogMessage:
    return LogMessage(text=text, inbound=True, channel="email", sort="message")


def answers(text: str = "A new one is on its way.") -> LogMessage:
    return LogMessage(text=text)


def two_matters() -> Play:
    """Ben has answered (2); an hour later comes the invoice (3), and after another hour a note on it (4)."""
    return (
        Play("Ben").do("Ben", answers()).later().do("Ben", asks()).later().do("Ben", Note(text="ask billing")).later()
    )


def words(play: Play) -> list[str]:
    return [e.fact.text for e in standing(play.history) if isinstance(e.fact, Carried)]


# What becomes of the two cases


def test_the_message_and_what_followed_on_it_become_a_case_that_follows() -> None:
    play = two_matters()
    other = play.split("Ben", 3)
    assert (other.case.follows, play.case.followed_by) == (1, (2,))
    assert words(other) == [INVOICE, "ask billing"]
    assert other.happened == ["split from", "carried", "carried"]
    assert play.happened[-1] == "split"


def test_messages_before_the_split_stay_on_the_case() -> None:
    play = two_matters()
    play.split("Ben", 3)
    assert [event.number for event in standing(play.history)] == [1, 2, 5]


def test_the_new_case_is_of_the_same_customer_owner_and_priority_and_of_the_messages_channel() -> None:
    play = Play("Ben", customer=7, priority="high", channel="phone").do("Ben", asks())
    other = play.split("Ben", 2).case
    assert (other.customer, other.owner, other.priority, other.channel) == (7, BEN, "high", "email")


def test_nobodys_case_splits_into_one_that_nobody_has_either() -> None:
    play = Play(by="Ana").later().do("Ana", asks())
    other = play.split("Ana", 2).case
    assert (other.owner, other.untaken_since) == (None, MONDAY + HOUR)


def test_the_first_line_of_the_message_is_the_subject_where_none_is_given() -> None:
    assert two_matters().split("Ben", 3).case.subject == "Also, my invoice is wrong."
    assert two_matters().split("Ben", 3, " Invoice ").case.subject == "Invoice"
    assert len(Play("Ben").do("Ben", asks("word " * 99)).split("Ben", 2).case.subject) <= 80


def test_a_split_may_begin_at_a_note_that_a_message_follows() -> None:
    play = Play("Ben").do("Ben", Note(text="they call about the invoice"), asks())
    assert words(play.split("Ben", 2)) == ["they call about the invoice", INVOICE]


def test_who_has_the_case_and_what_it_rests_for_stay() -> None:
    play = two_matters().do("Ben", Park(on="us", until=MONDAY + 90 * HOUR))
    other = play.split("Ben", 3)
    assert play.case.parked is not None
    assert other.case.parked is None


# The wait


def test_the_wait_moves_with_the_words() -> None:
    play = two_matters()
    assert play.case.waiting_since == MONDAY + HOUR
    other = play.split("Ben", 3)
    assert other.case.waiting_since == MONDAY + HOUR, "since the words, not since the split"
    assert play.case.waiting_since is None


def test_the_old_case_waits_on_where_earlier_words_of_it_still_wait() -> None:
    play = Play("Ben").later().do("Ben", asks("Where is it?")).later().do("Ben", asks())
    other = play.split("Ben", 3)
    assert play.case.waiting_since == MONDAY, "since it was opened"
    assert other.case.waiting_since == MONDAY + 2 * HOUR


def test_an_answer_that_goes_along_is_none_to_what_stays() -> None:
    play = Play("Ben").later().do("Ben", asks()).later().do("Ben", answers("Corrected."))
    assert play.case.waiting_since is None
    other = play.split("Ben", 2)
    assert (play.case.waiting_since, play.case.answered_at, play.case.told_at) == (MONDAY, None, None)
    assert (other.case.waiting_since, other.case.answered_at) == (None, MONDAY + 2 * HOUR)


def test_words_that_were_taken_as_thanks_wait_for_nothing_there_either() -> None:
    play = Play("Ben").do("Ben", asks(), Reclassify(message=2, sort="thanks"), asks("And the lid?"))
    other = play.split("Ben", 2)
    assert [touch.sort for touch in other.case.unanswered] == ["thanks", "message"]


def test_a_split_restarts_no_clock() -> None:
    play = two_matters()
    before = play.clock("answer").due
    other = play.split("Ben", 3)
    assert other.case.opened_at == MONDAY + HOUR
    assert other.clock("first answer").due == before


# Promises


def test_an_open_promise_that_was_made_since_goes_along() -> None:
    play = Play("Ben").do("Ben", Promise(text="a call", due=MONDAY + 9 * HOUR), asks())
    play.do("Ben", Promise(text="an invoice", due=MONDAY + 8 * HOUR))
    other = play.split("Ben", 3)
    assert (play.promised, other.promised) == (["a call"], ["an invoice"])
    assert [outcome.outcome for outcome in promise_outcomes(1, play.history)] == ["open", PASSED_ON]


def test_a_promise_that_was_kept_stays_where_it_was_kept() -> None:
    play = Play("Ben").do("Ben", asks(), Promise(text="an invoice", due=MONDAY + 8 * HOUR), KeepPromise())
    other = play.split("Ben", 2)
    assert other.promised == []
    assert [outcome.outcome for outcome in promise_outcomes(1, play.history)] == ["kept"]


# What is public, and who is told


def test_what_passed_stays_public_and_notes_stay_internal() -> None:
    other = two_matters().split("Ben", 3)
    assert [event.fact.is_public for event in other.history] == [False, True, False]


def test_the_history_says_who_said_what_and_when() -> None:
    play = two_matters().do("Cleo", answers("Corrected."))
    other = play.split("Ben", 3)
    tell = Narrator(play.team.roster, lambda ms: f"{(ms - MONDAY) // HOUR}h")
    assert [event.sentence(tell) for event in [*other.history, play.history[-1]]] == [
        "Ben split it from case 1, owned by Ben: Also, my invoice is wrong.",
        f"Ben moved a message from the customer (email) here, 1h: {INVOICE}",
        "Ben moved a note by Ben here, 2h: ask billing",
        "Ben moved a message to the customer (email) by Cleo here, 3h: Corrected.",
        "Ben split case 2 off, with entries 3, 4, 5",
    ]


# What an import brought


def test_a_line_of_an_import_keeps_the_state_that_it_says_and_only_its_words_go() -> None:
    play = ImportedPlay().record(way="in", said="Where?", channel="email", owner=CLEO, level=1)
    other = play.split("Ana", 2)
    assert (play.case.owner, play.case.level, play.case.contact_at) == (CLEO, 1, None)
    assert words(other) == ["Where?"]
    assert other.case.imported


def test_imported_notes_go_along_with_who_wrote_them() -> None:
    play = ImportedPlay().record(way="in", said="Where?", channel="email").record(way="note", said="ask", by=CLEO)
    other = play.split("Ben", 2)
    note = other.last
    assert isinstance(note, Carried)
    assert (note.inbound, note.by, note.text) == (None, CLEO, "ask")


# What is refused


def test_only_the_person_responsible_for_a_case_splits_it() -> None:
    assert "belongs to Ben" in two_matters().split_refused("Cleo", 3).message


def test_a_case_that_ended_is_not_split() -> None:
    play = two_matters().do("Ben", answers(), Resolve(said="done", answer="told"))
    assert "is resolved" in play.split_refused("Ben", 3).message


def test_the_opening_stays_and_a_follow_up_is_named_instead() -> None:
    refused = two_matters().split_refused("Ben", 1)
    assert "is the opening of case 1" in refused.message
    assert [one.command for one in refused.hint.suggestions] == ["follow-up"]


@pytest.mark.parametrize("number", [-3, 0, 99])
def test_an_entry_that_is_not_there_is_refused_and_those_that_are_named(number: int) -> None:
    refused = two_matters().split_refused("Ben", number)
    assert refused.message == f"Case 1 has no entry {number}."
    assert "(2, 3)" in str(refused.hint)


def test_where_nothing_was_said_since_there_is_nothing_to_split() -> None:
    assert "has no messages with the customer" in two_matters().split_refused("Ben", 4).message
    refused = Play("Ben").do("Ben", Note(text="by the way")).split_refused("Ben", 2)
    assert [one.command for one in refused.hint.suggestions] == ["follow-up"]


def test_what_was_taken_back_is_not_split_from() -> None:
    assert "was undone" in Play("Ben").do("Ben", asks()).undo().split_refused("Ben", 2).message


def test_what_has_moved_already_is_not_moved_again() -> None:
    play = two_matters()
    play.split("Ben", 3)
    refused = play.split_refused("Ben", 3)
    assert isinstance(refused, Refused)
    assert refused.message == "Entry 3 of case 1 was moved to case 2 already."
    assert refused.hint.suggestions[0].cases == (2,)


# Once more, and back


def test_a_case_that_was_split_off_can_be_split_itself() -> None:
    play = two_matters().do("Ben", asks("And the lid?"))
    other = play.split("Ben", 3)
    third = other.split("Ben", 4)
    assert (words(other), words(third)) == ([INVOICE, "ask billing"], ["And the lid?"])
    assert third.case.waiting_since == MONDAY + 3 * HOUR
    last = third.last
    assert isinstance(last, Carried)
    assert last.by == BEN


def test_a_case_can_be_split_twice() -> None:
    play = two_matters().do("Ben", asks("And the lid?"))
    lid = play.split("Ben", 5)
    invoice = play.split("Ben", 3)
    assert (words(lid), words(invoice)) == (["And the lid?"], [INVOICE, "ask billing"])


def test_it_can_be_merged_again_and_the_wait_comes_back() -> None:
    play = two_matters()
    other = play.split("Ben", 3)
    other.merge(play, "Ben")
    assert play.case.waiting_since == MONDAY + HOUR
    assert Merge(into=1).alone is not None


def test_undo_restores_both() -> None:
    play = two_matters().do("Ben", Promise(text="an invoice", due=MONDAY + 8 * HOUR))
    before = play.case
    other = play.split("Ben", 3)
    after = play.case
    number = play.team.command
    play.undo(number)
    other.undo(number)
    assert other.case.status == VOID
    assert (play.case.waiting_since, play.case.promises) == (before.waiting_since, before.promises)
    assert (play.case.followed_by, play.case.worked_at) == ((), before.worked_at)
    play.redo(number)
    assert (play.case.unanswered, play.case.promises) == (after.unanswered, ())


# Measures


def measured(*plays: Play, numbers: tuple[int, ...] = (1, 2)) -> dict[str, object]:
    cases: list[tuple[int, list[Event]]] = [(n, play.history) for n, play in zip(numbers, plays, strict=False)]
    return measure(cases, plays[0].team.now)


def test_a_moved_message_counts_once_in_the_measures() -> None:
    play = Play("Ben").do("Ben", LogMessage(text="By the way", proactive=True), asks())
    play.do("Ben", LogMessage(text="Thanks!", inbound=True, sort="thanks"))
    play.do("Ben", Promise(text="an invoice", due=MONDAY + 8 * HOUR))
    before = measured(play)
    other = play.split("Ben", 2)
    after = measured(play, other)
    assert (before["proactive_messages"], before["thanks"]) == (after["proactive_messages"], after["thanks"]) == (1, 1)
    assert before["promises"] == after["promises"]


def test_time_counts_once_and_on_the_new_case_from_the_split_on() -> None:
    play = two_matters()  # three hours
    other = play.split("Ben", 3)
    play.later(2)
    spent = [time_spent(one.history, ALWAYS, play.team.now).total.real / HOUR for one in (play, other)]
    assert spent == [5, 2]
    assert measured(play, other)["owned_seconds"] == 7 * 3600


def test_the_first_answer_counts_from_when_the_matter_was_brought() -> None:
    play = two_matters()
    other = play.split("Ben", 3)
    play.later()
    other.do("Ben", answers("Corrected."))
    found = measured(other, numbers=(2,))
    assert found["first_answer_seconds"] == {"n": 1, "median": 3 * 3600, "p90": 3 * 3600}


def test_what_we_began_has_no_first_answer() -> None:
    other = Play("Ben").do("Ben", answers()).split("Ben", 2)
    assert measured(other, numbers=(2,))["first_answer_seconds"] == {"n": 0, "median": None, "p90": None}


# What a form offers


def test_a_form_offers_the_messages_the_last_first() -> None:
    play = two_matters()
    offered = entries_to_split_from(play.case, play.history, lambda ms: f"{(ms - MONDAY) // HOUR}h")
    assert [(entry.number, entry.about) for entry in offered] == [(3, "in, 1h"), (2, "out, 0h")]
    play.split("Ben", 3)
    assert [entry.number for entry in entries_to_split_from(play.case, play.history, str)] == [2]


def test_the_split_says_which_entries_count_elsewhere() -> None:
    play = two_matters()
    play.split("Ben", 3)
    assert play.last == SplitOff(into=2, words=(3, 4))
    assert Split(first=3).opens
