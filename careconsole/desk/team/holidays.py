"""Public holidays by country, from the package `holidays`, which is an extra: careconsole[holidays]."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec

from careconsole.domain.errors import WrongUse

_BEFORE, _AHEAD = 2, 10
"""How many years back and ahead are looked up; few clocks reach further."""


def available() -> bool:
    """Whether the package is installed."""
    return find_spec("holidays") is not None


def holidays_of(code: str, now: int) -> dict[date, str]:
    """The holidays of a country or a part of it ("DE", "DE-BY") around `now` (epoch milliseconds), as names by date.

    Raises WrongUse for a code that the package does not know.
    """
    import holidays

    country, _, part = code.partition("-")
    year = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now)).year
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=range(year - _BEFORE, year + _AHEAD + 1))
    except NotImplementedError:
        raise WrongUse(
            f"The public holidays of {code!r} are not known.",
            'Write the code of a country or region, like "DE" or "DE-BY"; or give dates.',
        ) from None
    return {day: str(name) for day, name in sorted(found.items())}
