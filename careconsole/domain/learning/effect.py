"""Whether a cause came up less often after a change, said only when chance is an unlikely explanation.

A cause that comes up at a constant rate seems to "halve" all the time, since changes are made when it has just come up
often. So the case that prompted the change is left out, counts are compared by an exact test, and a figure is not
called an effect unless so few would come by chance at most once in 50. In simulations with constant rates, looked at
anew every week for twelve weeks, that calls an effect what is none in fewer than 5 of 100 causes.

The test: if a rate per new case is the same before and after, then of n times in all the number that falls into the
time after has a binomial distribution with n and the share of new cases that were opened after (Przyborowski and
Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31, 1940).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import exp, fsum, lgamma, log

import msgspec

from careconsole.domain.time.moments import DAY, WEEK

BEFORE, AFTER = 16 * WEEK, 12 * WEEK
"""How far back, and at most for how long afterwards, a cause is counted, in milliseconds."""
LEAST = WEEK
"""Of less time than this before a change, or after it, nothing is said, however many cases it had: a week has days on
which people work and days on which they do not."""
UNLIKELY = 0.02
"""What would come by chance no more often than this is called an effect."""
_ONE_SIDE = 0.025
"""How likely it is on each side that a count falls outside of what is expected."""


class Count(msgspec.Struct, frozen=True):
    """How many times a cause came up in a time in which `cases` were opened."""

    times: int
    cases: int


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What can be said of a change.

    `chance` is how likely so few times, or fewer, are after it if it changed nothing, None where nothing can be
    compared; `helped` that this is too unlikely. `tell_from` is from when one will be able to tell, if the cause has
    stopped, and never before the first week is over; None if it can be told now, or never (`is_untellable`): then too
    little is known from before (`too_young`), or it came up too rarely then (`too_rare`).
    """

    made: int
    before: Count
    after: Count
    chance: float | None
    helped: bool
    tell_from: int | None = None
    too_rare: bool = False
    too_young: bool = False

    @property
    def is_untellable(self) -> bool:
        """Whether one will never be able to tell, since what is known from before the change cannot be compared."""
        return not self.helped and self.tell_from is None and (self.too_young or self.too_rare)


def chance_of_so_few(before: Count, after: Count) -> float:
    """The probability of as few times after, or fewer, if the rate per new case is the same before and after.

    It is 1, so that nothing follows, if no case was opened before or none after.
    """
    if not (before.cases and after.cases):
        return 1.0
    return _at_most(after.times, before.times + after.times, after.cases / (before.cases + after.cases))


def expected_again(times: int) -> tuple[int, int]:
    """The fewest and the most times that are likely (19 in 20) in as many new cases again, after so many `times`.

    These are the counts that the test above would not call unlikely on either side, at one in 40 (Nelson, "Confidence
    intervals for the ratio of two Poisson means and Poisson predictor intervals", IEEE Transactions on Reliability 19,
    1970).
    """
    fewest = next(n for n in range(times + 1) if _at_most(n, times + n, 0.5) > _ONE_SIDE)
    most = times
    while 1 - _at_most(most, times + most + 1, 0.5) > _ONE_SIDE:
        most += 1
    return fewest, most


def effect(times: Sequence[int], opened: Sequence[int], made: int, now: int, prompting: Sequence[int] = ()) -> Effect:
    """What can be said at `now` of a change that was made at `made`.

    `times` are when the cause came up, without the case that prompted the change; `opened` when cases were opened, with
    that one; `prompting` when that one was; all in order of time.
    """
    end = min(now + 1, made + AFTER)  # what happens now counts
    others = _within(opened, made - BEFORE, made) - _within(prompting, made - BEFORE, made)
    before = Count(_within(times, made - BEFORE, made), others)
    after = Count(_within(times, made, end), _within(opened, made, end))
    comparable = bool(before.cases and after.cases and (before.times or after.times))
    chance = chance_of_so_few(before, after) if comparable else None
    first = bisect_left(opened, made - BEFORE)
    begun = opened[first] if first < len(opened) else made
    if made - begun < LEAST:
        return Effect(made=made, before=before, after=after, chance=chance, helped=False, too_young=True)
    if chance is not None and chance <= UNLIKELY and now - made >= LEAST:
        return Effect(made=made, before=before, after=after, chance=chance, helped=True)
    per_day = (before.cases + after.cases) * DAY / max(end - begun, DAY)
    days = _days_to_tell(before, after, (made + AFTER - now) // DAY, per_day)
    too_rare = _days_to_tell(before, Count(0, 0), AFTER // DAY, per_day) is None
    tell_from = max(now + days * DAY, made + LEAST) if days is not None else None
    if tell_from is None and not too_rare and now - made < LEAST:
        tell_from = made + LEAST  # it goes on, which is no sign before the first week is over
    return Effect(
        made=made,
        before=before,
        after=after,
        chance=chance,
        helped=False,
        tell_from=tell_from,
        too_rare=too_rare,
    )


def _days_to_tell(before: Count, after: Count, most: int, per_day: float) -> int | None:
    """In how many days so few are unlikely enough, if the cause does not come up again; None: not in `most` days."""

    def told(days: int) -> bool:
        later = Count(after.times, after.cases + round(days * per_day))
        return chance_of_so_few(before, later) <= UNLIKELY

    if most < 1 or not told(most):
        return None
    return bisect_left(range(1, most + 1), True, key=told) + 1


def _within(times: Sequence[int], since: int, until: int) -> int:
    return bisect_left(times, until) - bisect_left(times, since)


def _at_most(most: int, n: int, share: float) -> float:
    """The probability of at most `most` of `n`, each with the probability `share`."""
    if most >= n:
        return 1.0
    yes, no = log(share), log(1 - share)
    ways = (lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) for k in range(most + 1))
    return min(1.0, fsum(exp(way + k * yes + (n - k) * no) for k, way in enumerate(ways)))
