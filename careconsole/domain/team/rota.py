"""The duty rota: which lead is on duty when, by a weekly pattern and exceptions to it. Pure; no clock, no file.

Times are epoch milliseconds (UTC), and a turn includes its beginning but not its end. The pattern follows the wall
clock of the rota's zone, as calendars do (see `domain.time.calendars`): a turn from 22:00 to 6:00 ends when the clock
there shows 6:00, even on the night of a clock change. When the rota names nobody, or somebody who is not a lead or
cannot be reached, the team's own setting counts.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

import msgspec

from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.calendars import first_moment, zone_of
from careconsole.domain.time.moments import DAY

MINUTES_PER_DAY = 24 * 60
"""The minutes of a day."""
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
"""The minutes of a week."""

DutyInterval = tuple[int, int, int | None]
"""From when, until when, and who is on duty: a person's number, or None if the rota names nobody."""

_EPOCH = datetime(1970, 1, 1)
_LOOKAHEAD = 8 * DAY
"""How far ahead to look for a change: the weekly pattern repeats within a week and a day, even across clock changes."""


class Turn(msgspec.Struct, frozen=True, array_like=True):
    """A weekly turn: its weekday (Monday is 0), its beginning and end in minutes after midnight, and the lead. An end
    after 24:00 is on the next day; no turn is longer than a day."""

    weekday: int
    begins: int
    ends: int
    lead: int


class RotaException(msgspec.Struct, frozen=True, array_like=True):
    """An exception: `lead` is on duty from `begins` until `until`, whatever the week says."""

    begins: int
    until: int
    lead: int


class Rota(msgspec.Struct, frozen=True):
    """Who is on duty when: `week` by the wall clock of `zone` (an IANA name), and `exceptions`, of which the last
    matching one wins. `names` maps the names in the rota's text to people's numbers."""

    zone: str = "UTC"
    week: tuple[Turn, ...] = ()
    exceptions: tuple[RotaException, ...] = ()
    names: dict[str, int] = {}

    def on_duty(self, now: int) -> int | None:
        """Whose turn it is; None if the rota names nobody. They may be away or no longer a lead: see `duty_of`."""
        exception = self.exception_at(now)
        if exception is not None:
            return exception.lead
        return next((lead for begins, ends, lead in self._pattern(now, now) if begins <= now < ends), None)

    def exception_at(self, now: int) -> RotaException | None:
        """The exception in force at that time; None if the week applies."""
        return next((one for one in reversed(self.exceptions) if one.begins <= now < one.until), None)

    def next_change(self, now: int) -> int | None:
        """The first moment after `now` at which the rota names somebody else, or nobody; None if it never changes."""
        said = self.on_duty(now)
        later = sorted(at for at in self._exceptional() if at > now)
        for start in (now, *later):
            for edge in self._edges(start - 1, start + _LOOKAHEAD):  # - 1: `start` may be the edge itself
                if edge > now and self.on_duty(edge) != said:
                    return edge
        return None

    def turns(self, first: int, until: int) -> list[DutyInterval]:
        """Who is on duty from `first` until `until`: adjoining stretches, including those in which it names nobody.

        An exception is never joined to turns of the same lead.
        """
        found: list[DutyInterval] = []
        before: RotaException | None = None
        for begins, ends in pairwise([first, *self._edges(first, until), until]):
            lead, exception = self.on_duty(begins), self.exception_at(begins)
            if found and found[-1][2] == lead and exception == before:
                begins = found.pop()[0]
            found.append((begins, ends, lead))
            before = exception
        return found

    def people(self) -> dict[int, tuple[int, int]]:
        """Everybody the rota names, with their number of weekly turns and of exceptions."""
        counts: dict[int, tuple[int, int]] = {}
        for turn in self.week:
            turns, exceptions = counts.get(turn.lead, (0, 0))
            counts[turn.lead] = turns + 1, exceptions
        for exception in self.exceptions:
            turns, exceptions = counts.get(exception.lead, (0, 0))
            counts[exception.lead] = turns, exceptions + 1
        return counts

    @property
    def covered(self) -> int:
        """The minutes of a week in which the pattern names somebody."""
        return sum(turn.ends - turn.begins for turn in self.week)

    def _edges(self, first: int, until: int) -> list[int]:
        """The moments at which a turn or an exception begins or ends, between these two (exclusive), sorted."""
        edges = {at for begins, ends, _ in self._pattern(first, until) for at in (begins, ends)}
        return sorted(at for at in edges.union(self._exceptional()) if first < at < until)

    def _exceptional(self) -> Iterator[int]:
        for exception in self.exceptions:
            yield exception.begins
            yield exception.until

    def _pattern(self, first: int, until: int) -> Iterator[tuple[int, int, int]]:
        """The turns (begin, end, lead) of every day that may overlap these times."""
        if not self.week:
            return
        zone = zone_of(self.zone)
        midnight = _day_of(first, zone) - timedelta(days=1)
        last = _day_of(until, zone)
        while midnight <= last:
            for turn in self.week:
                if turn.weekday == midnight.weekday():
                    begins, ends = (
                        first_moment(zone, midnight + timedelta(minutes=m)) for m in (turn.begins, turn.ends)
                    )
                    yield begins, ends, turn.lead
            midnight += timedelta(days=1)


def duty_of(rota: Rota, people: dict[int, Person], usual: int | None, now: int) -> int | None:
    """The lead on duty: the one the rota names, if they are a lead and they or their cover can be reached.

    Otherwise `usual`, who is on duty when the rota names nobody.
    """
    said = rota.on_duty(now)
    if said is None or not leads(people.get(said)) or Roster(people).who_hears_call(said) is None:
        return usual
    return said


def leads(person: Person | None) -> bool:
    """Whether this person can be on duty: an active lead."""
    return person is not None and person.leads


def first_overlap(week: Iterable[Turn]) -> tuple[Turn, Turn] | None:
    """Two turns that overlap, also across the end of the week; None if there are none."""
    days = ((turn.weekday * MINUTES_PER_DAY, turn) for turn in week)
    placed = sorted(((day + turn.begins, day + turn.ends, turn) for day, turn in days), key=lambda placed: placed[:2])
    again = [(begins + MINUTES_PER_WEEK, ends + MINUTES_PER_WEEK, turn) for begins, ends, turn in placed]
    for (_, ends, one), (begins, _, other) in pairwise([*placed, *again[:1]]):
        if begins < ends and one is not other:
            return one, other
    return None


def _day_of(now: int, zone: tzinfo) -> datetime:
    """Midnight of the local date in the zone at that time, as a naive wall-clock time."""
    wall = (_EPOCH.replace(tzinfo=UTC) + timedelta(milliseconds=now)).astimezone(zone)
    return datetime(wall.year, wall.month, wall.day)
