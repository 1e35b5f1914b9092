"""Whether two shares differ by more than chance would explain: Fisher's exact test, two-sided.

Given how many hits there are in all, the number of them in the first group has a hypergeometric distribution if both
groups have the same share (Fisher, "The logic of inductive inference", Journal of the Royal Statistical Society 98,
1935). Two-sided, as R and SciPy have it: every outcome that is no more likely than this one counts.
"""

from __future__ import annotations

from math import exp, fsum, lgamma

UNLIKELY = 0.02
"""What would come by chance no more often than this is called a change."""
_SAME = 1 + 1e-7
"""Outcomes whose probabilities differ by less are equally likely: they are computed from logarithms."""


def chance_of_difference(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """The probability of shares that differ as much as `hits` of `n` and `other_hits` of `other_n`, or more.

    It is 1, so that nothing follows, if one of the groups is empty.
    """
    if not (n and other_n):
        return 1.0
    every, total = hits + other_hits, n + other_n
    least, most = max(0, every - other_n), min(n, every)
    whole = _log_ways(total, every)

    def chance(some: int) -> float:
        return exp(_log_ways(n, some) + _log_ways(other_n, every - some) - whole)

    limit = chance(hits) * _SAME
    return min(1.0, fsum(one for some in range(least, most + 1) if (one := chance(some)) <= limit))


def _log_ways(n: int, some: int) -> float:
    return lgamma(n + 1) - lgamma(some + 1) - lgamma(n - some + 1)
