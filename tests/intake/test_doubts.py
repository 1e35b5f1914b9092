"""What an import would lose or guess is counted, worded, and listed with the worst first."""

from __future__ import annotations

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


def test_endless_columns_take_no_endless_memory() -> None:
    doubts = Doubts()
    for number in range(5_000):
        doubts.add("value-unknown", f"column {number}")
    assert len(doubts.listed()) <= 1_001
    assert sum(doubt.count for doubt in doubts.listed()) == 5_000


def test_a_reading_tells_its_doubts_first() -> None:
    seen = ReadReport(not_carried=("Colour",))
    seen.doubts.add("no-subject")
    assert [notice[:18] for notice in seen.notices()] == ["1 case has no subj", "Columns not carrie"]
