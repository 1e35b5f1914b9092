"""How a filter can go on: fields, the values they know, and where a proposal goes."""

from __future__ import annotations

import pytest

from careconsole.domain.filters.fields import FIELDS, FLAGS
from careconsole.domain.filters.language import parse
from careconsole.tui.queue.filter_completion import Completion, FilterValues, complete

KNOWN = FilterValues(
    people=("Ana", "Ben", "Ben Olsen", 'Cleo "C" Diaz'),
    tags=("billing", "new"),
    causes=("credit limit", "refund limit"),
    sources=("jira", "old desk"),
)


def proposed(text: str, cursor: int | None = None) -> list[str]:
    return [c.text for c in complete(text, len(text) if cursor is None else cursor, KNOWN).candidates]


def taken(text: str, place: int = 0, cursor: int | None = None) -> str:
    done, _ = complete(text, len(text) if cursor is None else cursor, KNOWN).accepted(text, place)
    return done


def test_an_empty_filter_can_begin_with_any_field() -> None:
    assert proposed("") == [f"{name}:" for name in FIELDS if name != "text"]
    assert all(candidate.help for candidate in complete("", 0, KNOWN).candidates)


def test_the_beginning_of_a_name_leaves_fields_and_states_that_begin_so() -> None:
    assert proposed("ow") == ["owner:", "is:owed"]
    assert proposed("par") == ["is:parked"]
    assert proposed("overdue is:mine OW") == ["owner:", "is:owed"]
    assert proposed("zz") == []


def test_after_is_stand_all_states_of_a_case() -> None:
    assert proposed("is:") == list(FLAGS)
    assert proposed("is:un") == ["unacknowledged", "unassigned", "unanswered", "unsent"]
    assert proposed("is:mine") == [], "complete as it is"


def test_a_minus_before_a_term_changes_nothing() -> None:
    assert taken("-par") == "-is:parked"
    assert taken("is:mine -is:par") == "is:mine -is:parked"
    assert taken("-") == "-is:"


@pytest.mark.parametrize("field", ["owner", "answerable", "responder", "offered", "helping"])
def test_fields_of_people_know_the_team(field: str) -> None:
    assert proposed(f"{field}:") == ["me", "duty", "nobody", "Ana", "Ben", '"Ben Olsen"', r'"Cleo \"C\" Diaz"']
    assert proposed(f"{field}:be") == ["Ben", '"Ben Olsen"']
    assert proposed(f"{field}:ols") == ['"Ben Olsen"'], "a later part of the name too"


def test_what_stands_there_already_is_not_proposed_again() -> None:
    assert proposed("owner:ana,") == ["me", "duty", "nobody", "Ben", '"Ben Olsen"', r'"Cleo \"C\" Diaz"']
    assert proposed('owner:"ben olsen",b') == ["Ben"]


def test_words_in_use_are_proposed_after_their_fields() -> None:
    assert proposed("tag:") == ["billing", "new"]
    assert proposed("cause:ref") == ['"refund limit"']
    assert proposed("source:o") == ['"old desk"']
    assert proposed("channel:ph") == ["phone"]
    assert proposed("priority:") == ["low", "normal", "high", "urgent"]
    assert proposed("customer:") == [], "there are too many of them"


def test_spans_and_figures_are_ready_with_their_signs() -> None:
    assert proposed("due:")[0] == "<1h"
    assert proposed("waiting:>4") == [">4h"]
    assert ">=1" in proposed("level:")


def test_an_open_quotation_is_gone_on_with() -> None:
    assert proposed('owner:"ben o') == ['"Ben Olsen"']
    assert taken('owner:"ben o') == 'owner:"Ben Olsen"'
    assert proposed('"is:') == [], "that is text to look for"


def test_a_proposal_takes_the_place_of_the_word_under_the_cursor_alone() -> None:
    text = "is:mine owner:be level:1"
    at = text.index("be") + 1
    completion = complete(text, at, KNOWN)
    assert (text[completion.start : completion.end], completion.candidates[0].text) == ("be", "Ben")
    done, cursor = completion.accepted(text, 0)
    assert done == "is:mine owner:Ben level:1"
    assert done[:cursor].endswith("Ben")
    assert taken("wner:ben", cursor=0) == "is:ben", "from the beginning, any field, in the place of the one there"


def test_every_proposal_after_a_field_makes_a_filter_that_can_be_read() -> None:
    for name in FIELDS:
        text = f"-{name}:"
        for place in range(len(proposed(text))):
            parse(taken(text, place))


def test_whatever_is_typed_wherever_the_cursor_stands_it_is_only_a_question() -> None:
    for text in ('"', '\\"\\', "a:b:c", "is:::", 'owner:"a\\', "-" * 9, "\x1b[31m", "\ud800", "：：", "is:a,,b", "  "):
        for cursor in range(len(text) + 1):
            found = complete(text, cursor, KNOWN)
            assert isinstance(found, Completion)
            assert 0 <= found.start <= found.end <= len(text)
