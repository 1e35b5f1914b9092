"""What exceptions taught, as JSON."""

from __future__ import annotations

from typing import Any

from careconsole.desk.queries.learned import Learned, LearnedCause
from careconsole.domain.learning.effect import Effect
from careconsole.domain.learning.kinds import AFTER_CHANGE, AGAIN, DECIDED, FIRST, WITH_PLAYBOOK
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso
from careconsole.present.changes import change_entry
from careconsole.present.json_types.base import CaseNumber, Entry, Moment
from careconsole.present.json_types.changes import ChangeListEntry
from careconsole.present.json_types.database import SpreadEntry
from careconsole.present.learned import effect_words


class EffectEntry(Entry, frozen=True, kw_only=True):
    """What can be said of the change made last: how many exceptions happened, and new cases came, before it and since.

    An exception counts by when it happened, whenever its case was opened; new cases say how busy the time was. Neither
    counts the case that asked for the change.

    What a playbook decided since then is counted apart.

    `chance` is how likely so few times are if it changed nothing, null where nothing can be compared; `helped` whether
    that is unlikely enough (0.02), and at least a week is known from before and after.
    `tell_from` is from when one can tell if it has stopped; null if one can tell now, or never: `can_never_tell`.
    """

    made: Moment
    exceptions_before: int
    cases_before: int
    exceptions_after: int
    cases_after: int
    chance: float | None
    helped: bool
    tell_from: Moment | None
    can_never_tell: bool
    decided_by_playbook_since: int
    words: str


class LearnedCauseEntry(Entry, frozen=True, kw_only=True):
    """A cause: how often it came up in each week, the oldest first, and the cases, one for each time, by how it did.

    `lead_called` has the case of each exception for which a lead was called. `decided` is what was decided about it
    last, on case `decided_in`, and `nothing_because` why nothing changes, if the last review says so, on `reviewed_in`.
    """

    cause: str
    weeks: list[int]
    first: list[CaseNumber]
    again: list[CaseNumber]
    again_with_playbook: list[CaseNumber]
    again_after_change: list[CaseNumber]
    decided_by_playbook: list[CaseNumber]
    lead_called: list[CaseNumber]
    open_changes: list[ChangeListEntry]
    last_made: ChangeListEntry | None
    playbooks: list[int]
    effect: EffectEntry | None
    decided: str
    decided_in: CaseNumber | None
    nothing_because: str
    reviewed_in: CaseNumber | None


class WeekLoadEntry(Entry, frozen=True, kw_only=True):
    """A week: cases opened, calls to leads, and decisions that playbooks made without a call."""

    since: Moment
    opened: int
    calls_to_leads: int
    decided_by_playbook: int


class LearnedEntry(Entry, frozen=True, kw_only=True):
    """What was learned in the weeks up to `until`; `call_to_end_seconds` is from a call to what first ended it."""

    until: Moment
    causes: list[LearnedCauseEntry]
    weeks: list[WeekLoadEntry]
    cases_with_calls: list[CaseNumber]
    cases_decided_by_playbook: list[CaseNumber]
    call_to_end_seconds: SpreadEntry


def learned_entry(found: Learned, roster: Roster) -> LearnedEntry:
    """What was learned, as printed with --json."""
    return LearnedEntry(
        until=iso(found.until),
        causes=[learned_cause_entry(one, roster, found.until) for one in found.causes],
        weeks=[
            WeekLoadEntry(
                since=iso(week.since),
                opened=week.opened,
                calls_to_leads=week.calls,
                decided_by_playbook=week.decided,
            )
            for week in found.weeks
        ],
        cases_with_calls=list(found.called),
        cases_decided_by_playbook=list(found.decided),
        call_to_end_seconds=_spread(found.decision),
    )


def _spread(found: dict[str, Any]) -> SpreadEntry:
    return SpreadEntry(n=found["n"], median=found["median"], p90=found["p90"])


def learned_cause_entry(one: LearnedCause, roster: Roster, now: int) -> LearnedCauseEntry:
    """A cause and what was done about it, as JSON."""
    return LearnedCauseEntry(
        cause=one.cause,
        weeks=list(one.weeks),
        first=one.cases[FIRST],
        again=one.cases[AGAIN],
        again_with_playbook=one.cases[WITH_PLAYBOOK],
        again_after_change=one.cases[AFTER_CHANGE],
        decided_by_playbook=one.cases[DECIDED],
        lead_called=list(one.lead_called),
        open_changes=[change_entry(change, roster) for change in one.open_changes],
        last_made=change_entry(one.last_made, roster) if one.last_made is not None else None,
        playbooks=[number for number, _ in one.playbooks],
        effect=_effect(one.effect, one, now) if one.effect is not None else None,
        decided=one.said.decided,
        decided_in=one.said.decided_in,
        nothing_because=one.said.nothing_because,
        reviewed_in=one.said.reviewed_in,
    )


def _effect(found: Effect, cause: LearnedCause, now: int) -> EffectEntry:
    return EffectEntry(
        made=iso(found.made),
        exceptions_before=found.before.times,
        cases_before=found.before.cases,
        exceptions_after=found.after.times,
        cases_after=found.after.cases,
        chance=round(found.chance, 9) if found.chance is not None else None,
        helped=found.helped,
        tell_from=iso(found.tell_from) if found.tell_from is not None else None,
        can_never_tell=found.is_untellable,
        decided_by_playbook_since=cause.decided_since,
        words=effect_words(cause, now),
    )
