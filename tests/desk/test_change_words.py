"""How far a change has come, in words that can be read only one way and fit in a column."""

from __future__ import annotations

import pytest

from careconsole.desk.queries.review_changes import ChangeEntry
from careconsole.domain.case.changes import CHECKED, MADE, OPEN, TO_CHECK
from careconsole.domain.case.state import PastReview
from careconsole.domain.case.verdicts import CANNOT_TELL, NO, NOT_YET, WORKS
from careconsole.present.changes import state_words

NOW = 1_767_700_000_000
COLUMN = 25


@pytest.mark.parametrize(
    ("state", "verdict", "words"),
    [
        (OPEN, "", "open"),
        (MADE, "", "made"),
        (MADE, NOT_YET, "made; not working yet"),
        (MADE, CANNOT_TELL, "made; cannot tell yet"),
        (TO_CHECK, "", "to check"),
        (TO_CHECK, NOT_YET, "to check; not working yet"),
        (TO_CHECK, CANNOT_TELL, "to check; cannot tell yet"),
        (CHECKED, WORKS, "checked: it works"),
        (CHECKED, NO, "checked: it does not work"),
    ],
)
def test_each_verdict_says_whether_it_works(state: str, verdict: str, words: str) -> None:
    review = PastReview(number=2, cause="a cause", change="a change", verdict=verdict)
    entry = ChangeEntry(
        case=1, subject="Kettle", cause="a cause", state=state, review=review, came_back=(), while_open=()
    )
    assert state_words(entry, NOW) == words
    assert len(words) <= COLUMN
