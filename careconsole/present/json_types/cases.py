"""Cases, their clocks and their histories as JSON."""

from __future__ import annotations

from typing import Any

from careconsole.present.json_types.base import CaseNumber, Entry, Moment, Seconds


class QueueEntry(Entry, frozen=True, kw_only=True):
    """A case as the queue has it.

    `owner` null is duty: nobody has taken it. `answerable` is who must act today: the owner, their cover, or the lead
    on duty. `due_at` is when the next clock, of the kind `due_kind`, runs out; `breached` that it has, `at_risk` that
    three quarters of its time are over. `responder` is whom an escalation calls, and `acknowledged` whether they
    have. `hops` count changes of owner, `promises` open ones. `version` is the number of the last event, for --seen.
    """

    number: CaseNumber
    subject: str
    customer: str | None
    owner: str | None
    answerable: str | None
    level: int
    status: str
    parked: bool
    age_seconds: Seconds
    opened_at: Moment
    waiting_since: Moment | None
    due_at: Moment | None
    due_kind: str | None
    breached: bool
    at_risk: bool
    offered_to: str | None
    responder: str | None
    acknowledged: bool | None
    priority: str
    channel: str
    tags: list[str]
    hops: int
    reopenings: int
    promises: int
    resolved_at: Moment | None
    external_id: str | None
    source: str | None
    version: int


class EventEntry(Entry, frozen=True, kw_only=True):
    """Something that happened in a case.

    `number` counts within the case from 1. `at` is when it happened, `recorded_at` when it was written down. `actor`
    is null for an import and for what the sweep did; `command` is the number of the command that wrote it, `batch`
    that of the import. `sentence` is for people and may be worded otherwise one day; `kind` and `data` are for
    programs.
    """

    case: CaseNumber
    number: int
    kind: str
    at: Moment
    recorded_at: Moment
    actor: str | None
    command: int | None
    batch: int | None
    sentence: str
    data: dict[str, Any]


class TracedEventEntry(EventEntry, frozen=True, kw_only=True):
    """An event of a case on this machine, with the workstation and the login it came from (null: from no command).

    `own_login` says whether the login is the person's own; null where nobody can tell.
    """

    workstation: str | None
    login: str | None
    own_login: bool | None


class WatchedEventEntry(EventEntry, frozen=True, kw_only=True):
    """An event with its `cursor`: `careconsole watch --since CURSOR` goes on right after it."""

    cursor: str


class ClockEntry(Entry, frozen=True, kw_only=True):
    """A clock of a case: a time by which something should happen.

    `state` is running, at risk, breached, paused, or met. `number` and `about` tell which promise or change it is
    about. It began at `began`, falls due at `due` (null while it stands still), is at risk from `at_risk_from` on,
    and was over at `ended`. The spans are working time of the level's calendar; null where somebody named the time.
    """

    kind: str
    state: str
    number: int | None
    about: str | None
    began: Moment
    due: Moment | None
    at_risk_from: Moment | None
    ended: Moment | None
    allowed_seconds: Seconds | None
    stood_still_seconds: Seconds
    left_seconds: Seconds | None


class CaseStateEntry(Entry, frozen=True, kw_only=True):
    """A case with its state, its service level and its clocks."""

    case: dict[str, Any]
    service_level: str | None
    clocks: list[ClockEntry]


class CaseEntry(CaseStateEntry, frozen=True, kw_only=True):
    """A case with everything that others may have of it: its state, its service level, its clocks, its history."""

    history: list[EventEntry]


class ShownCaseEntry(CaseStateEntry, frozen=True, kw_only=True):
    """A case with everything that is kept of it: its state, its service level, its clocks, its history."""

    history: list[TracedEventEntry]
