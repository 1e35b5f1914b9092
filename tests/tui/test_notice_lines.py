"""What the page of notices says of each of them, and of where people are told."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.domain.team.addresses import Address
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.moments import MINUTE, local
from careconsole.store.notices import StoredNotice
from careconsole.tui.pages.notice_lines import address_line, full_text, line, state_words

NOW = 1_800_000_000_000
ROSTER = Roster({1: Person(number=1, name="Ana"), 2: Person(number=2, name="Ben", active=False)}, 1)
WHY = "address 1 (json://localhost:8080/...): the service had trouble (HTTP 503)"


def entry(state: str, **said: Any) -> StoredNotice:
    plain = {"not_before": 0, "held": "", "tries": 0, "failure": "", "claimed_until": 0, "message": None}
    given = {"number": 1, "person": 1, "case": 1, "kind": "x", "urgent": False, "words": "News.", "at": NOW}
    return StoredNotice(state=state, done_at=NOW, **(given | plain | said))


@pytest.mark.parametrize(
    "what, sign, words",
    [
        (entry("sent"), " ", f"sent {local(NOW, NOW)}"),
        (entry("sent", failure=WHY), "!", f"sent {local(NOW, NOW)}, not everywhere"),
        (entry("sent", held="counted only"), " ", f"sent {local(NOW, NOW)}, counted only"),
        (entry("failed", failure=WHY), "!", "given up"),
        (entry("waiting", failure=WHY, not_before=NOW + MINUTE), "!", f"failing, again {local(NOW + MINUTE, NOW)}"),
        (entry("waiting", failure=WHY), "!", "failing, again now"),
        (entry("waiting", held="quiet hours", not_before=NOW + MINUTE), "~", f"held until {local(NOW + MINUTE, NOW)}"),
        (entry("waiting"), "~", "waits"),
        (entry("dropped", held="replaced by a newer one", failure=WHY), " ", "replaced by a newer one"),
        (entry("dropped", held="the call is over"), " ", "dropped: the call is over"),
    ],
)
def test_what_became_of_a_notice_is_said_and_trouble_is_marked(what: StoredNotice, sign: str, words: str) -> None:
    assert state_words(what, NOW, short=True) == words
    assert line(what, ROSTER, NOW, 160, 14).plain[0] == sign
    assert words in line(what, ROSTER, NOW, 160, 14).plain


def test_why_it_failed_stands_before_the_words() -> None:
    assert full_text(entry("waiting", failure=WHY), ROSTER, NOW) == f"Ana: [failing, again now: {WHY}] News."
    assert full_text(entry("waiting"), ROSTER, NOW) == "Ana: News. [waits]"


def test_an_address_is_told_by_number_and_sign_and_whose_has_left_says_so() -> None:
    kept = Address(number=3, person=1, address="json://localhost:8080/x", quiet="20:00-07:00", sign="kfqd")
    words = "Ana: address 3 (json://localhost:8080/...), kfqd, quiet 20:00-07:00"
    assert address_line(kept, ROSTER, signed=True) == words
    assert address_line(kept, ROSTER) == words.replace(", kfqd", "")
    assert address_line(Address(number=4, person=2, address="ben@shop.example"), ROSTER).endswith(", has left")
