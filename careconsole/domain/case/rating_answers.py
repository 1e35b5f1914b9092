"""What a customer can answer when asked whether we did what we promised; and whether they are asked.

A customer is asked at most once in thirty days, whatever becomes of their cases meanwhile.
"""

from __future__ import annotations

from careconsole.domain.case.resolution_answers import NOT_NEEDED
from careconsole.domain.case.state import RESOLVED, Case, Rating
from careconsole.domain.time.moments import DAY

YES, PARTLY, NO = "yes", "partly", "no"
RATINGS = (YES, PARTLY, NO)
"""The answers of a customer to the question whether we did what we promised."""
ASK_AGAIN = 30 * DAY
"""For so long after they were asked, or said it unasked, a customer is not asked again."""
RATED_FIELD = "satisfaction"
"""The field of a case that holds a rating of another system, in its own words."""

_WORDS = {
    YES: ("yes", "good", "great"),
    PARTLY: ("partly", "okay", "neutral"),
    NO: ("no", "bad", "not good"),
}
_RATING_WORDS = {
    YES: "yes, we did what we promised",
    PARTLY: "we partly did what we promised",
    NO: "no, we did not do what we promised",
}
_ANSWERS = {word: answer for answer, words in _WORDS.items() for word in words}
_DIGITS = 3
"""The most digits of a mark, and of the best one."""
_GOOD, _BAD = 0.75, 0.45
"""From this share of the best mark on, a mark is a yes; up to that, a no. Of five, 4 and 5 are yes, 1 and 2 no."""


def imported_answer(said: str) -> str:
    """The answer that a rating of another system ("good", "4 of 5") amounts to; empty if it is none that is known."""
    told = " ".join(said.split()).casefold()
    if told in _ANSWERS:
        return _ANSWERS[told]
    mark, _, best = told.partition(" of ")
    if not (_is_number(mark) and _is_number(best) and 0 < int(mark) <= int(best)):
        return ""
    share = int(mark) / int(best)
    return YES if share >= _GOOD else NO if share <= _BAD else PARTLY


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _DIGITS


def asks(answer: str, rating: Rating | None, last: int | None, now: int) -> bool:
    """Whether to resolve a case now, with this `answer` to a customer who waited, asks the customer.

    `rating` is what they said of this case before, `last` when they were last asked, or said it, on another (None:
    never). Nobody is asked about a mistake.
    """
    heard = [last, rating.at if rating is not None else None]
    return answer not in NOT_NEEDED and all(at is None or now - at >= ASK_AGAIN for at in heard)


def is_awaited(case: Case, now: int) -> bool:
    """Whether the customer was asked when the case was resolved, and can still answer."""
    if case.status != RESOLVED or case.question_at is None or case.question_at != case.resolved_at:
        return False
    answered = case.rating is not None and case.rating.at >= case.question_at
    return not answered and now - case.question_at < ASK_AGAIN


def rating_words(answer: str) -> str:
    """An answer in words: "yes, we did what we promised"."""
    return _RATING_WORDS.get(answer, answer)
