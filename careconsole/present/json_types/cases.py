"""Cases, their clocks and their histories as JSON."""

from __future__ import annotations

from typing import Any

from careconsole.present.json_types.base import CaseNumber, Entry, Moment, Seconds
from careconsole.present.json_types.outgoing import OutgoingEntry


class QueueEntry(Entry, frozen=True, kw_only=True):
    """A case as the queue shows it.

    `owner` null means duty: the case is unassigned. `answerable` is who must act today: the owner, their cover, or the
    lead on duty. `due_at` is when the next clock, of the kind `due_kind`, is due; `breached` means that it is overdue,
    `at_risk` that three quarters of its time are over. `responder` is who was called by an escalation, `acknowledged`
    whether they acknowledged. `hops` counts changes of owner, `promises` the open promises. `unsent` says of a mail to
    the customer that it is not sent: "waiting", "later" when sending failed so far and is tried again, or "refused" or
    "uncertain", which need a person; or that the last one came back: "bounced". `version` is the number of the last
    event, for --seen.
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
    unsent: str | None
    resolved_at: Moment | None
    external_id: str | None
    source: str | None
    version: int


class EventEntry(Entry, frozen=True, kw_only=True):
    """An event of a case.

    `number` counts within the case, from 1. `at` is when it happened, `recorded_at` when it was recorded. `actor` is
    null for imports and sweeps; `command` is the number of the command that recorded it, `batch` that of the import.
    `sentence` is for people, and its wording may change; `kind` and `data` are for programs.
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


class CaseEventEntry(EventEntry, frozen=True, kw_only=True):
    """An event of a case; `public` says whether the customer can see it on the case's receipt, in its public words."""

    public: bool


class TracedEventEntry(CaseEventEntry, frozen=True, kw_only=True):
    """An event of a case, with the workstation and the login it came from (null: not from a command).

    `own_login` says whether the login is the person's own; null if that is unknown.
    """

    workstation: str | None
    login: str | None
    own_login: bool | None


class WatchedEventEntry(EventEntry, frozen=True, kw_only=True):
    """An event with its `cursor`: `careconsole watch --since CURSOR` starts right after it."""

    cursor: str


class ClockEntry(Entry, frozen=True, kw_only=True):
    """A clock of a case: a time by which something should happen.

    `state` is running, at risk, breached, paused or met. `number` and `about` identify its promise or change. It
    started at `began`, is due at `due` (null while paused), at risk from `at_risk_from`, and ended at `ended`. Spans
    are working time in the level's calendar; null if the due time was set by a person.
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
    paused_seconds: Seconds
    left_seconds: Seconds | None


class CaseStateEntry(Entry, frozen=True, kw_only=True):
    """A case with its state, its service level and its clocks."""

    case: dict[str, Any]
    service_level: str | None
    clocks: list[ClockEntry]


class CaseEntry(CaseStateEntry, frozen=True, kw_only=True):
    """A case with everything that may be passed on: its state, service level, clocks and history."""

    history: list[CaseEventEntry]


class ShownCaseEntry(CaseStateEntry, frozen=True, kw_only=True):
    """A case with everything stored about it: its state, service level, clocks and history.

    `looks_like` is another case that it may be about, which nobody has merged with it. `unsent` are the mails to the
    customer that wait or need a person, `file_count` counts its files with those of its mails.
    """

    looks_like: CaseNumber | None
    unsent: list[OutgoingEntry]
    file_count: int
    history: list[TracedEventEntry]
