"""The team's settings as they stood at any time: service levels, paths, people, duty, rota, and customers' tiers.

Pure: the desk reads them from the journal. A setting that was changed is in force from the moment of the change on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.escalation_paths import Paths
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.team.rota import Rota, duty_of
from careconsole.domain.time.calendars import Calendar
from careconsole.domain.time.service_levels import USUAL_TIER, Level, Service


class TeamThen(msgspec.Struct, frozen=True, kw_only=True):
    """What was in force from `since` on (epoch milliseconds). `duty` is who is on duty when the rota names nobody."""

    since: int
    service: Service
    paths: Paths
    people: dict[int, Person]
    duty: int | None = None
    rota: Rota | None = None


class Settings:
    """Settings over time. `periods` are in order of time; the first one also holds for all that was before.

    `tiers` has, by customer, each tier and since when, in order of time; a customer without any has the usual one.
    """

    def __init__(self, periods: Sequence[TeamThen], tiers: Mapping[int, Sequence[tuple[int, str]]]) -> None:
        self._periods = list(periods)
        self._starts = [period.since for period in periods]
        self._tiers = tiers
        self._levels: dict[tuple[int, str, str], tuple[Level, Calendar]] = {}

    def changed(
        self, since: int, *, service: Service | None = None, paths: Paths | None = None, rota: Rota | None = None
    ) -> Settings:
        """The same, with other settings throughout from `since` on."""
        before = [period for period in self._periods if period.since < since]
        after = [replace(self.at(since), since=since), *(one for one in self._periods if one.since > since)]
        made = [
            replace(one, service=service or one.service, paths=paths or one.paths, rota=rota or one.rota)
            for one in after
        ]
        return Settings([*before, *made], self._tiers)

    def at(self, moment: int) -> TeamThen:
        """What was in force at a moment."""
        if len(self._starts) == 1:
            return self._periods[0]
        return self._periods[max(0, bisect_right(self._starts, moment) - 1)]

    def breaks(self, case: Case, begin: int, end: int) -> list[int]:
        """The moments between these two (exclusive) from which on other settings are in force for a case."""
        if len(self._starts) == 1 and not self._tiers:
            return []
        first, last = bisect_right(self._starts, begin), bisect_left(self._starts, end)
        found = self._starts[first:last]
        if case.customer is not None and case.customer in self._tiers:
            found = sorted({*found, *(at for at, _ in self._tiers[case.customer] if begin < at < end)})
        return found

    def tier(self, case: Case, moment: int) -> str:
        """The tier of a case's customer at a moment."""
        had = self._tiers.get(case.customer or 0, ())
        return next((tier for since, tier in reversed(had) if since <= moment), had[0][1] if had else USUAL_TIER)

    def level(self, case: Case, moment: int) -> tuple[Level, Calendar]:
        """The service level of a case at a moment, with its calendar."""
        service = self.at(moment).service
        key = id(service), self.tier(case, moment) if service.asks_for_tiers else USUAL_TIER, case.priority
        found = self._levels.get(key)
        if found is None:
            level = service.level_for(key[1], key[2])
            found = self._levels[key] = level, service.calendar_of(level)
        return found

    def roster(self, moment: int, duty_at: int | None = None) -> Roster:
        """Everybody as they were at a moment, with the lead who had duty then, or at `duty_at`."""
        then = self.at(moment)
        if then.rota is None:
            return Roster(then.people, then.duty)
        at = moment if duty_at is None else duty_at
        return Roster(then.people, duty_of(then.rota, then.people, then.duty, at))
