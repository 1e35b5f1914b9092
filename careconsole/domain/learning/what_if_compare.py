"""What would have been different on a case under other settings: calls, late answers and calls at night."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo

import msgspec

from careconsole.domain.case.calls import CallTimedOut
from careconsole.domain.case.clocks import ANSWER, FIRST_ANSWER, STEP, TAKE
from careconsole.domain.case.effective_history import undone_commands
from careconsole.domain.case.escalation import Escalated, Skipped
from careconsole.domain.case.event import Writer
from careconsole.domain.case.state import PROMISE
from careconsole.domain.learning.settings_then import Settings
from careconsole.domain.learning.what_if import FindingEntry
from careconsole.domain.learning.what_if_replay import Line, moment_of
from careconsole.domain.team.roster import LEAD
from careconsole.domain.time.moments import local_time
from careconsole.domain.time.service_levels import INFORMED, RESOLUTION

NO_LEAD, NEW_LEAD, OTHERS = "no longer to a lead", "to a lead", "to others"
CALL_GONE, CALL_NEW = "no automatic call", "an automatic call"
ON_TIME, LATE, LATE_STILL = "no longer late", "late", "late all the same"
NIGHT_GONE, NIGHT_NEW, NIGHT_STILL = "no longer called at night", "called at night", "called at night all the same"
OF_CALLS = (NO_LEAD, NEW_LEAD, OTHERS, CALL_GONE, CALL_NEW)
"""Calls to other people, and calls that were made only as it was, or only with the change."""
OF_CLOCKS = (ON_TIME, LATE, LATE_STILL)
AT_NIGHT = (NIGHT_GONE, NIGHT_NEW, NIGHT_STILL)
KINDS = (*OF_CALLS, *OF_CLOCKS, *AT_NIGHT)

CLOCKS = frozenset((FIRST_ANSWER, ANSWER, PROMISE, TAKE, STEP, INFORMED, RESOLUTION))
"""The clocks that are compared: what customers wait for, and a case that waits for somebody to take or continue it.
Offers and calls show in what the sweep does about them."""

_EVENING, _MORNING = 22, 6
"""The hours at which the night begins and ends."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call for help: the people called, whom it reaches, and whether one of those called was a lead.

    `made` is the entry with which a person made it, or the one before it on which it goes on by itself for the
    `again`th time (0: by that person).
    """

    made: int
    again: int
    at: int
    people: tuple[int, ...]
    heard: tuple[int, ...]
    lead: bool


Night = Callable[[int], bool]
"""Whether a moment (epoch milliseconds) is at night."""
Found = Iterator[tuple[str, FindingEntry]]


def at_night(zone: tzinfo | None) -> Night:
    """Whether a moment is between 22:00 and 6:00 by the clock of a zone (None: this computer's)."""

    def night(moment: int) -> bool:
        hour = local_time(moment, zone).hour
        return hour >= _EVENING or hour < _MORNING

    return night


def compare(
    number: int, was: Line, would: Line, settings: tuple[Settings, Settings], since: int, night: Night
) -> Found:
    """What differs on case `number` from `since` on, each with its kind. `settings`: then, and changed."""
    yield from _clocks(number, was, would)
    if not (_was_called(was) or _was_called(would)):
        return
    before = {(call.made, call.again): call for call in calls(was, settings[0], since)}
    after = {(call.made, call.again): call for call in calls(would, settings[1], since)}
    for key in sorted({*before, *after}):
        yield from _calls(number, before.get(key), after.get(key), night)


def _was_called(line: Line) -> bool:
    return line.case is not None and line.case.highest > 0


def calls(line: Line, settings: Settings, since: int) -> Iterator[Call]:
    """The calls of a history since then, without undone ones."""
    gone = undone_commands(line.entries)
    made, again = 0, 0
    for event in line.entries:
        fact = event.fact
        if isinstance(fact, Escalated | Skipped) and event.writer is Writer.PERSON:
            made, again = event.number, 0
        elif isinstance(fact, CallTimedOut):
            again += 1
        else:
            continue
        if moment_of(event) <= since or (event.command is not None and event.command in gone):
            continue
        roster = settings.roster(event.recorded_at, event.at)
        people = (fact.responder, *fact.also)
        heard = dict.fromkeys(roster.who_receives(person) or person for person in people)
        lead = any(person in roster.people and roster.people[person].role == LEAD for person in people)
        yield Call(made=made, again=again, at=event.at, people=people, heard=tuple(heard), lead=lead)


def _clocks(number: int, was: Line, would: Line) -> Found:
    for run in sorted({*was.late, *would.late}):
        then, now = was.late.get(run), would.late.get(run)
        kind = LATE_STILL if then is not None and now is not None else ON_TIME if now is None else LATE
        at = now if now is not None else then
        yield kind, FindingEntry(at=at or 0, case=number, number=run.number, what=run.kind)


def _calls(number: int, was: Call | None, would: Call | None, night: Night) -> Found:
    if was is not None and would is not None:
        if was.lead and not would.lead:
            yield NO_LEAD, _entry(number, would, was)
        elif would.lead and not was.lead:
            yield NEW_LEAD, _entry(number, would, was)
        elif set(was.heard) != set(would.heard):
            yield OTHERS, _entry(number, would, was)
    elif was is not None:
        yield CALL_GONE, _entry(number, was)
    elif would is not None:
        yield CALL_NEW, _entry(number, would)
    then = was if was is not None and night(was.at) else None
    now = would if would is not None and night(would.at) else None
    if now is not None:
        same = then is not None and set(then.heard) == set(now.heard)
        yield NIGHT_STILL if same else NIGHT_NEW, _entry(number, now, None if same else then)
    elif then is not None:
        yield NIGHT_GONE, _entry(number, then)


def _entry(number: int, call: Call, instead: Call | None = None) -> FindingEntry:
    before = instead.heard if instead is not None else ()
    return FindingEntry(at=call.at, case=number, number=call.made, people=call.heard, instead=before)
