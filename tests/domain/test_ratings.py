"""What a customer can answer, when they are asked, and the tag that their answer carries."""

from __future__ import annotations

import re

import pytest

from careconsole.domain.case.answer_tags import answer_tag, check_letters
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.rating_answers import ASK_AGAIN, asks, imported_answer, is_awaited
from careconsole.domain.case.ratings import Rated
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.resolution_answers import NOT_NEEDED
from careconsole.domain.case.state import Rating
from careconsole.domain.time.moments import DAY
from tests.domain.cases import MONDAY, Play

KEY = "ab" * 32


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        *[(said, "yes") for said in ("good", "Great", " yes ", "4 of 5", "5 of 5", "10 of 10", "8 of 10")],
        *[(said, "partly") for said in ("okay", "neutral", "partly", "3 of 5", "7 of 10")],
        *[(said, "no") for said in ("bad", "not  good", "no", "1 of 5", "2 of 5", "1 of 3")],
        *[(said, "") for said in ("", "offered", "6 of 5", "0 of 5", "5", "4 of five", "gooood", "1 of 0")],
    ],
)
def test_a_rating_of_another_system_amounts_to_an_answer_or_to_none(said: str, answer: str) -> None:
    assert imported_answer(said) == answer


def test_a_customer_is_asked_at_most_once_in_thirty_days_and_never_about_a_mistake() -> None:
    now = MONDAY
    assert asks("told", None, None, now)
    assert asks("unanswered", None, None, now)  # who got no answer is not left out of the figures
    assert not any(asks(answer, None, None, now) for answer in NOT_NEEDED)
    assert not asks("", None, now - ASK_AGAIN + 1, now)
    assert asks("", None, now - ASK_AGAIN, now)
    assert not asks("", Rating(answer="no", at=now - DAY), None, now)
    assert asks("", Rating(answer="no", at=now - 31 * DAY), None, now)


def test_an_answer_is_awaited_while_the_resolution_stands_and_for_thirty_days() -> None:
    play = Play("Ben", customer=7)
    assert not is_awaited(play.case, play.team.now)
    play.write("Ben", [Resolved(said="sent", asks=True)])
    assert is_awaited(play.case, play.team.now)
    assert not is_awaited(play.case, play.team.now + 30 * DAY)
    answered = Play("Ben", customer=7)
    answered.write("Ben", [Resolved(said="sent", asks=True), Rated(answer="yes")])
    assert not is_awaited(answered.case, answered.team.now)
    quiet = Play("Ben", customer=7)
    quiet.write("Ben", [Resolved(said="sent")])
    assert not is_awaited(quiet.case, quiet.team.now)


def test_an_answer_moves_no_clock_and_is_no_work() -> None:
    play = Play("Ben", inbound=True)
    before = play.case
    play.later().write("Ben", [Rated(answer="partly", channel="phone")])
    after = play.case
    assert after.rating == Rating(answer="partly", at=play.team.now, channel="phone", by=2)
    assert (after.waiting_since, after.contact_at, after.told_at, after.worked_at) == (
        before.waiting_since,
        before.contact_at,
        before.told_at,
        before.worked_at,
    )


def test_a_merged_case_hands_on_what_the_customer_said_last() -> None:
    def said(loser: list[str], winner: list[str]) -> list[str | None]:
        winning = Play("Ben")
        losing = Play("Ben", team=winning.team)
        for play, answers in ((winning, winner), (losing, loser)):
            for answer in answers:
                play.later().write("Ben", [Rated(answer=answer)])
        losing.merge(winning, "Ben")
        return [one.case.rating.answer if one.case.rating else None for one in (losing, winning)]

    assert said(["no"], []) == [None, "no"]
    assert said(["no"], ["yes"]) == [None, "no"]
    assert said([], ["yes"]) == [None, "yes"]


def test_an_answer_stays_with_the_case_that_another_is_split_from() -> None:
    play = Play("Ben")
    play.write("Ben", [Imported(way="in", said="And my bill?", channel="email", sort="message"), Rated(answer="no")])
    other = play.split("Ben", 2)
    assert (play.case.rating is not None, other.case.rating) == (True, None)


def test_the_letters_of_a_tag_are_not_those_of_another_case_or_key() -> None:
    assert re.fullmatch(r"\[12-[A-HJ-NP-Z2-9]{4} partly\]", answer_tag(KEY, 12, "partly"))
    assert answer_tag(KEY, 12, "yes") == answer_tag(KEY, 12, "yes")
    letters = {check_letters(KEY, number) for number in range(1, 201)}
    assert len(letters) > 190  # of a million; chance gives two a like pair about every fiftieth time
    assert sum(check_letters("cd" * 32, number) == check_letters(KEY, number) for number in range(1, 201)) < 3
