"""How exact a share or a median is: the interval in which the true one lies, 95 times of 100.

Shares: the score interval of Wilson ("Probable inference, the law of succession, and statistical inference", Journal of
the American Statistical Association 22, 1927), without a correction for continuity; it also holds for 0 of n and n of
n. Medians: the distribution-free interval between two order statistics (David and Nagaraja, "Order Statistics", 3rd
edition, section 7.1); it needs no assumption about how times are spread, and there is none for fewer than six values.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
"""How often the intervals contain the true value, at least (medians) or about (shares)."""
_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


def share_interval(hits: int, n: int) -> tuple[float, float] | None:
    """Wilson's interval for a share of `hits` of `n`, from 0 to 1; None for none of none.

    Raises ValueError if `hits` is not between 0 and `n`.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")
    if not n:
        return None
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    around = _Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if hits == 0 else max(0.0, middle - around)
    return low, 1.0 if hits == n else min(1.0, middle + around)


def median(ordered: Sequence[float]) -> float | None:
    """The median of values in order; the mean of the middle two if their number is even, None without any."""
    n = len(ordered)
    return (ordered[(n - 1) // 2] + ordered[n // 2]) / 2 if n else None


def median_interval(ordered: Sequence[float]) -> tuple[float, float] | None:
    """The interval between two of these values, given in order, that contains the true median; None for too few."""
    place = median_place(len(ordered))
    return None if place is None else (ordered[place - 1], ordered[-place])


def median_place(n: int) -> int | None:
    """The place, from 1, of the value at each end of the interval for the median of n values; None for too few.

    The interval goes from the value at this place to the one at the same place from the end. It is the narrowest such
    interval that contains the median with at least `CONFIDENCE`.
    """
    outside = (1 - CONFIDENCE) / 2
    place = max(1, int(n / 2 - _Z / 2 * sqrt(n)))
    while place > 1 and _at_most(place - 1, n) > outside:
        place -= 1
    while _at_most(place, n) <= outside:
        place += 1
    return place if _at_most(place - 1, n) <= outside else None


def _at_most(most: int, n: int) -> float:
    """The probability of at most `most` heads when a fair coin is tossed n times."""
    if most >= n:
        return 1.0
    term = total = 1.0
    for heads in range(most, 0, -1):  # each term as a part of the last, the greatest of them below the middle
        term *= heads / (n - heads + 1)
        total += term
        if term < total * 1e-17:
            break
    return min(1.0, total * exp(lgamma(n + 1) - lgamma(most + 1) - lgamma(n - most + 1) - n * log(2)))
