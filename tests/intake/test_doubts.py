"""What an import would lose or guess is counted, worded, and listed with the worst first."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.intake.files.doubts import KINDS, Doubts, blocking
from careconsole.intake.files.read_report import ReadReport


def test_what_blocks_comes_first_then_the_most_frequent() -> None:
    doubts = Doubts()
    for column in ("Colour", "Size", "Size"):
        doubts.add("value-unknown", column, "blue")
    doubts.add("no-subject")
    doubts.add("time-unread", "Created", "soon")
    assert [(doubt.kind, doubt.what, doubt.count) for doubt in doubts.listed()] == [
        ("time-unread", "Created", 1),
        ("no-subject", "", 1),
        ("value-unknown", "Size", 2),
        ("value-unknown", "Colour", 1),
    ]
    assert [doubt.kind for doubt in blocking(doubts.listed())] == ["time-unread"]


def test_a_doubt_is_a_sentence_with_a_few_examples() -> None:
    doubts = Doubts()
    doubts.add("time-unread", "Created", "soon")
    assert doubts.listed()[0].text == "1 value of Created cannot be read as a time: soon."
    for number in range(1_500):
        doubts.add("time-unread", "Created", f"day {number}")
    assert doubts.listed()[0].text == "1,501 values of Created cannot be read as times: soon, day 0, day 1, ..."


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 2])
def test_every_sort_of_doubt_reads_as_a_sentence(kind: str, count: int) -> None:
    doubts = Doubts()
    doubts.add(kind, "Created", count=count)
    text = doubts.listed()[0].text
    assert text[0].isupper() or text[0].isdigit()
    assert text.endswith(".")
    assert "{" not in text


@pytest.mark.parametrize("kind", [kind for kind, of in KINDS.items() if of.blocks])
def test_the_page_on_importing_has_every_doubt_that_blocks(kind: str) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "importing.md"
    assert f"`{kind}`" in page.read_text("utf-8").partition("## The name of the system")[0]


def test_endless_columns_take_no_endless_memory() -> None:
    doubts = Doubts()
    for number in range(5_000):
        doubts.add("value-unknown", f"column {number}")
    assert len(doubts.listed()) <= 1_001
    assert sum(doubt.count for doubt in doubts.listed()) == 5_000


def test_a_reading_tells_its_doubts_first() -> None:
    seen = ReadReport(not_carried=("Colour",))
    seen.doubts.add("no-subject")
    assert [notice[:18] for notice in seen.notices()] == ["1 case has no subj", "1 column is not im"]


def test_the_most_frequent_values_are_shown_with_their_counts() -> None:
    doubts = Doubts()
    doubts.add_all("value-unknown", "priority", {"B": 1, "A": 40, "C": 2, "D": 1})
    assert doubts.listed()[0].text == "44 values of priority are unknown and ignored: A (40), C (2), B, ..."
    doubts.add("column-unknown", "", "Colour", 2)
    assert doubts.listed()[1].text == "2 columns are unknown and become fields: Colour (2)."


@pytest.mark.parametrize("kind", [kind for kind, of in KINDS.items() if of.blocks])
def test_what_blocks_has_an_answer_that_the_kind_of_import_takes(kind: str) -> None:
    doubts = Doubts()
    doubts.add(kind, "customer")
    (doubt,) = doubts.listed()
    every = {answer.option for answer in KINDS[kind].answers}
    assert every or doubt.may_be_accepted, "an option that settles it; what is missing is another file"
    assert doubt.answers(()) == []
    assert [answer.option for answer in doubt.answers(("accept",))] == (["accept"] if doubt.may_be_accepted else [])
    assert {answer.option for answer in doubt.answers(every)} == every
    assert blocking([doubt], [kind]) == ([] if doubt.may_be_accepted else [doubt])


def test_an_answer_names_the_column_in_question() -> None:
    doubts = Doubts()
    doubts.add("column-missing", "customer")
    assert [(answer.option, answer.value) for answer in doubts.listed()[0].answers(("columns", "accept"))] == [
        ("columns", "customer=NAME"),
        ("columns", "customer="),
        ("accept", "column-missing"),
    ]


def test_values_and_columns_of_a_reading_are_doubts_too() -> None:
    seen = ReadReport(never_seen=("Size",))
    seen.count("status", "Brewing")
    seen.count("level", "3rd")
    assert [(doubt.kind, doubt.what) for doubt in seen.listed()] == [
        ("status-unknown", "status"),
        ("value-unknown", "level"),
        ("column-absent", ""),
    ]
    assert seen.doubts.listed() == [], "they are counted once"
