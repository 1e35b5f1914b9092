"""Service levels: how long things may take for which cases, by which calendar, and what pauses which clock.

A level is chosen by the customer's tier and the case's priority: the first match wins, and the last level matches every
case. Spans are milliseconds of working time in the level's calendar. `domain.case.clocks` computes due times from them,
and `domain.settings.service_levels` reads and writes levels and calendars as TOML.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from careconsole.domain.time.calendars import ALWAYS, Calendar
from careconsole.domain.time.moments import HOUR

USUAL_TIER = "standard"
"""The tier of a customer without one, and of a case without a customer."""

RESOLUTION, INFORMED = "resolution", "keep informed"
STOPPABLE = (RESOLUTION, INFORMED)
"""The clocks that a level can have paused by a parking; never those on which a colleague waits.

An answer to the customer stands still in every level while the case is parked on them, and for no other reason.
"""


def _usual_stops() -> dict[str, tuple[str, ...]]:
    return {"us": (), "customer": (RESOLUTION, INFORMED), "third party": (RESOLUTION,)}


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """How long things may take for some cases, in milliseconds of working time in `calendar` (its name).

    `first_answer` and `answer`: until the customer hears from us; `informed`: between two messages to the customer,
    even without news; `resolution`: until it is resolved (for these two, 0 means no limit); `take`: until somebody
    takes the case; `step`: until something happens on a case on which nobody waits; `offer`: until an offer is
    answered; `acknowledge`: until a call is acknowledged. `tiers` and `priorities` restrict it to some cases
    (empty: all). `stops` names the clocks that are paused, by what a parked case waits on.
    """

    name: str = "standard"
    calendar: str = ALWAYS.name
    tiers: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    first_answer: int = 4 * HOUR
    answer: int = 4 * HOUR
    informed: int = 0
    resolution: int = 0
    take: int = 4 * HOUR
    step: int = 24 * HOUR
    offer: int = 4 * HOUR
    acknowledge: int = 1 * HOUR
    stops: dict[str, tuple[str, ...]] = msgspec.field(default_factory=_usual_stops)

    def fits(self, tier: str, priority: str) -> bool:
        """Whether the level is for a case of that priority, of a customer of that tier."""
        return (not self.tiers or tier in self.tiers) and (not self.priorities or priority in self.priorities)

    def times_like(self, other: Level) -> bool:
        """Whether everything falls due as at another level, whatever cases they are for."""
        return replace(self, name=other.name, tiers=other.tiers, priorities=other.priorities) == other

    @property
    def fits_all(self) -> bool:
        """Whether the level is for every case."""
        return not self.tiers and not self.priorities


class Service(msgspec.Struct, frozen=True):
    """A team's levels in the order in which they are tried, and its calendars by name, including "always".

    The last level is for every case.
    """

    levels: tuple[Level, ...] = (Level(),)
    calendars: dict[str, Calendar] = msgspec.field(default_factory=lambda: {ALWAYS.name: ALWAYS})

    def level_for(self, tier: str, priority: str) -> Level:
        """The level of a case of that priority, of a customer of that tier."""
        for level in self.levels[:-1]:
            if level.fits(tier, priority):
                return level
        return self.levels[-1]

    def calendar_of(self, level: Level) -> Calendar:
        """The calendar in which a level's spans are counted."""
        return self.calendars[level.calendar]

    @property
    def asks_for_tiers(self) -> bool:
        """Whether a customer's tier matters to any level."""
        return any(level.tiers for level in self.levels)


STANDARD = Service()
"""The default: around the clock, one level for every case."""
