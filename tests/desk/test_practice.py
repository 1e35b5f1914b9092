"""Practice: an exception as it stood, of which nothing later shows; and what is kept of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.desk.cases import causes, execution, undo_redo
from careconsole.desk.teaching.practice import answer, practice
from careconsole.domain.case.editing import Edit, Tag
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.splitting import Split
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.learning.practice import situation
from careconsole.present.json_types.practice import practice_entry
from careconsole.present.practice import answer_sections, left_words, situation_sections, title
from careconsole.present.sections import text_of
from tests.desk.office import KETTLE, Office, line
from tests.desk.test_digest import HOSTILE
from tests.desk.test_learned import do, opened, playbook

LATER = ("secret need", "secret cause", "secret decision", "secret reason", "secret-tag", "secret note", "secret name")
"""What comes with the call for help or after it; none of it may show beforehand."""


def ended(office: Office, number: int) -> None:
    """Ben calls Ana on a case, who decides; its review says why nothing changes."""
    do(office, "Ben", "escalate", Escalate(reason="exception", need="secret need", cause="secret cause"), number)
    do(office, "Ana", "de-escalate", Deescalate(decided="secret decision", cause="secret cause"), number)
    do(office, "Ana", "review", Review(cause="secret cause", nothing_because="secret reason"), number)


def exception(office: Office, text: str = "My kettle leaks.") -> int:
    """An exception that was decided and reviewed, and what happened on its case before and after."""
    number = opened(office)
    do(office, "Ben", "log", LogMessage(text=text, inbound=True, channel="email"), number)
    ended(office, number)
    do(office, "Ben", "note", Note(text="secret note"), number)
    do(office, "Ben", "edit", Edit(subject="secret name"), number)
    do(office, "Ben", "tag", Tag(add=("secret-tag",)), number)
    return number


def shown(office: Office, number: int | None = None, who: str = "Ben") -> str:
    """What the reader sees first, as text."""
    found = practice(office.desk(who), number)
    assert found.exercise is not None
    one = found.exercise
    return text_of(title(one, found.now), situation_sections(one, found.roster, found.now))


def call_of(office: Office, number: int) -> int:
    return next(event.number for event in office.history(number) if event.kind == "escalated")


def solved(office: Office, number: int, said: str = "", who: str = "Ben") -> str:
    found = answer(office.desk(who), number, call_of(office, number))
    return text_of("", answer_sections(found, said))


def test_nothing_later_shows_and_then_everything_is_told(office: Office) -> None:
    number = exception(office)
    text = shown(office)
    assert "Kettle" in text
    assert "My kettle leaks." in text
    assert not [words for words in LATER if words in text]
    found = practice(office.desk("Ben"))
    assert not [words for words in LATER if words in str(practice_entry(found, found.left, None, ""))]
    told = solved(office, number, "ask Ana")
    assert [words for words in LATER if words in told] == [*LATER[:4]]
    assert "ask Ana" in told


def test_the_situation_is_that_of_a_history_cut_off_before_the_call(office: Office) -> None:
    number = exception(office)
    do(office, "Ben", "split", Split(first=2), number)
    history, call = office.history(number), call_of(office, number)
    whole = situation(number, history, call)
    assert whole is not None
    assert whole == situation(number, history[:call], call)
    assert "My kettle leaks." in shown(office, number), "what was moved to another case later stood there then"


def test_the_latest_comes_first_and_only_that_it_was_done_is_kept_for_its_reader(office: Office) -> None:
    first, second = exception(office), exception(office)
    desk = office.desk("Ben")
    assert practice(desk).left == 2
    solved(office, second, "I would give it away.")
    assert practice(desk).exercise is not None
    assert [one.number for one in (practice(desk).exercise,) if one is not None] == [first]
    solved(office, first)
    done = practice(desk)
    assert (done.exercise, done.left, done.every) == (None, 0, 2)
    assert left_words(done) == "You have practised both exceptions."
    again = practice(desk, second).exercise
    assert again is not None
    assert again.done
    assert practice(office.desk("Ana")).left == 2, "nobody else's"
    assert "give it away" not in Path(office.path).read_bytes().decode("latin-1")
    assert office.sound()


def test_a_call_or_a_review_that_was_undone_is_nothing_to_practise(office: Office) -> None:
    number = opened(office)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="n", cause="c"), number)
    undo_redo.undo(office.desk("Ben"))
    assert practice(office.desk("Ben")).every == 0
    ended(office, number)
    assert practice(office.desk("Ben")).every == 1
    call = max(event.number for event in office.history(number) if event.kind == "escalated")
    undo_redo.undo(office.desk("Ana"))  # the review that says more
    undo_redo.undo(office.desk("Ana"))  # the decision
    assert practice(office.desk("Ben")).every == 0
    with pytest.raises(Refused, match="has changed meanwhile"):
        answer(office.desk("Ben"), number, call)
    assert practice(office.desk("Ben")).left == 0


def test_what_was_undone_before_the_call_is_not_shown_and_what_was_undone_after_it_is(office: Office) -> None:
    number = opened(office)
    do(office, "Ben", "note", Note(text="a slip"), number)
    undo_redo.undo(office.desk("Ben"))
    do(office, "Ben", "note", Note(text="a thought"), number)
    kept = office.history(number)[-1].command
    ended(office, number)
    assert "a slip" not in shown(office)
    assert "a thought" in shown(office)
    history = office.history(number)
    assert kept in {event.command for event in history}


def test_of_merged_cases_each_keeps_its_exception_and_one_without_leads_to_the_other(office: Office) -> None:
    first, other = exception(office), opened(office)
    execution.execute(office.desk("Ben"), "merge", Merge(into=first), [other])
    found = practice(office.desk("Ben"), other)
    assert found.exercise is not None
    assert (found.exercise.number, len(found.exercise.notices)) == (first, 1)
    winner = opened(office)
    execution.execute(office.desk("Ben"), "merge", Merge(into=winner), [first])
    merged = practice(office.desk("Ben"), first)
    assert merged.exercise is not None
    assert (merged.exercise.number, merged.exercise.notices, merged.every) == (first, (), 1)
    assert not [words for words in LATER if words in shown(office, first)]


def test_a_cause_that_was_merged_meanwhile_is_told_by_the_name_it_counts_under(office: Office) -> None:
    number = exception(office)
    playbook(office)
    opened_more = opened(office)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="n", cause="refund limit"), opened_more)
    causes.merge(office.desk(), "secret cause", "refund limit")
    told = solved(office, number)
    assert "Cause: refund limit" in told
    assert "Playbook 1, Refund above the limit" in told


def test_imported_cases_and_cases_without_a_review_are_refused_with_what_to_do(office: Office) -> None:
    office.bring(*KETTLE, line("A", 4, fields={"root cause": "limit"}))
    imported = office.known_as("A").number
    waiting = opened(office)
    do(office, "Ben", "escalate", Escalate(reason="exception", need="n", cause="c"), waiting)
    for number in (imported, waiting):
        with pytest.raises(Refused, match="has nothing to practise"):
            practice(office.desk("Ben"), number)
    with pytest.raises(WrongUse, match="There is no case 99"):
        practice(office.desk("Ben"), 99)
    found = practice(office.desk("Ben"))
    assert (found.exercise, found.every) == (None, 0)
    assert left_words(found).startswith("There is nothing to practise yet")


def test_hostile_words_reach_no_terminal_raw(office: Office) -> None:
    number = execution.open_case(
        office.desk("Ben"), OpenCase(subject=HOSTILE, description=HOSTILE, owner=office.ids["Ben"]), HOSTILE[:40]
    ).opened
    assert number is not None
    do(office, "Ben", "escalate", Escalate(reason="exception", need=HOSTILE, cause=HOSTILE), number)
    do(office, "Ana", "de-escalate", Deescalate(decided=HOSTILE, cause=HOSTILE), number)
    for text in (shown(office), solved(office, number, HOSTILE)):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert isinstance(office, Office)


def test_a_second_exception_of_a_case_shows_how_the_first_ended(office: Office) -> None:
    number = exception(office)
    solved(office, number)
    calls = [event.number for event in office.history(number) if event.kind == "escalated"]
    do(office, "Ben", "escalate", Escalate(reason="exception", need="another need", cause="other"), number)
    do(office, "Ana", "de-escalate", Deescalate(decided="another decision", cause="other"), number)
    found = practice(office.desk("Ben"))
    assert found.exercise is not None
    assert found.exercise.situation.call > calls[0]
    text = shown(office)
    assert "secret decision" in text
    assert "another" not in text
