"""The team, its absences and its duty rota as JSON."""

from __future__ import annotations

from msgspec import field

from careconsole.present.json_types.base import CaseNumber, Entry, Moment, RefusedCaseEntry


class PersonEntry(Entry, frozen=True, kw_only=True):
    """A person in the team, or a contact.

    `role` is agent, lead or contact. `active` is false if they have left or come from an import. `away_until` is when
    they expect to be back, `cover` who was named to cover, `acts` who acts for them today (null for a contact).
    `os_user` is their login, `reach` how to reach them. `merged_into` is who they are now, if their name was merged
    into another one; `same_address` are other names with one of their mail addresses: perhaps the same person.
    """

    name: str
    role: str
    active: bool
    away: bool
    away_until: Moment | None
    cover: str | None
    acts: str | None
    on_duty: bool
    os_user: str | None
    reach: str
    merged_into: str | None
    same_address: list[str]


class LoadEntry(Entry, frozen=True, kw_only=True):
    """The numbers of the cases that somebody has to act on.

    The cases they own, that are offered or escalated to them, that they help with, and that wait for a change which a
    review asked them to make; and the number of open promises on those they own.
    """

    owned: list[CaseNumber]
    offered: list[CaseNumber]
    called: list[CaseNumber]
    helping: list[CaseNumber]
    actions: list[CaseNumber]
    promises: int


class ReturningEntry(Entry, frozen=True, kw_only=True):
    """A case that somebody else took over during an absence, and who has it now (null: unassigned)."""

    case: CaseNumber
    subject: str
    owner: str | None


class TeamChangeEntry(Entry, frozen=True, kw_only=True):
    """A person after a change to the team.

    `load` is given if somebody leaves, goes away or comes back (null otherwise), `returning` if they are back;
    `remarks` are what a lead should know.
    """

    person: PersonEntry
    load: LoadEntry | None
    returning: list[ReturningEntry]
    remarks: list[str]


class MoveEntry(Entry, frozen=True, kw_only=True):
    """What a hand-over does, or would do, on one case."""

    case: CaseNumber
    subject: str
    sentences: list[str]


class HandOverEntry(Entry, frozen=True, kw_only=True):
    """The hand-over of a colleague's work, or what it would be: from whom, to whom (null: duty), a summary, and case by
    case. `command` is null in a dry run.
    """

    dry_run: bool
    of: str = field(name="from")
    to: str | None
    command: int | None
    summary: str
    moves: list[MoveEntry]
    refused: list[RefusedCaseEntry]
    notices: list[str]


class NextDutyEntry(Entry, frozen=True, kw_only=True):
    """Who is on duty next, and who covers for them."""

    lead: str | None
    acts: str | None


class GivenDutyEntry(Entry, frozen=True, kw_only=True):
    """A duty that was set: from when (null: now) until when (null: whenever the rota names nobody)."""

    name: str
    begins: Moment | None = field(name="from")
    until: Moment | None


class DutyEntry(Entry, frozen=True, kw_only=True):
    """Who is on duty now, who covers for them, until when, and who is next; `given` is null if nothing was set."""

    lead: str | None
    acts: str | None
    until: Moment | None
    next: NextDutyEntry | None
    given: GivenDutyEntry | None


class RotaTurnEntry(Entry, frozen=True, kw_only=True):
    """A turn of the rota: who it names (null: nobody), whether by an exception, and who is on duty and acts then."""

    begins: Moment = field(name="from")
    until: Moment
    rota: str | None
    exception: bool
    on_duty: str | None
    acts: str | None


class RotaEntry(Entry, frozen=True, kw_only=True):
    """The turns of the next days. `zone` is the rota's time zone; null if there is no rota."""

    zone: str | None
    turns: list[RotaTurnEntry]
    remarks: list[str]


class RotaChangeEntry(Entry, frozen=True, kw_only=True):
    """A rota that was set or checked: how many weekly turns and exceptions it has, and what a lead should know.

    `duty` is who is on duty now, null if the rota was only checked.
    """

    zone: str | None
    turns: int
    exceptions: int
    remarks: list[str]
    duty: DutyEntry | None
