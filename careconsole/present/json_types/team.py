"""The team, its absences and its duty rota as JSON."""

from __future__ import annotations

from msgspec import field

from careconsole.present.json_types.base import CaseNumber, Entry, Moment, RefusedCaseEntry


class PersonEntry(Entry, frozen=True, kw_only=True):
    """Somebody the team works with.

    `role` is agent, lead or contact. `active` false: they have left, or only an import names them. `away_until` is
    when they mean to be back, `cover` whom they named, `acts` who acts for them today (null for a contact). `os_user`
    is their login, `reach` how a contact is reached.
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


class LoadEntry(Entry, frozen=True, kw_only=True):
    """The cases that hang on somebody, by number.

    Those they own, that are offered to them, call on them, are helped by them, and wait for a change that a review
    asked them for; and how many open promises are on those they own.
    """

    owned: list[CaseNumber]
    offered: list[CaseNumber]
    called: list[CaseNumber]
    helping: list[CaseNumber]
    actions: list[CaseNumber]
    promises: int


class ReturningEntry(Entry, frozen=True, kw_only=True):
    """A case that went to another while somebody was away, and who has it now (null: nobody has taken it)."""

    case: CaseNumber
    subject: str
    owner: str | None


class TeamChangeEntry(Entry, frozen=True, kw_only=True):
    """A person after a change of the team.

    `load` is told where somebody goes or comes (null otherwise), `returning` where they are back; `remarks` are what
    a lead should know.
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
    """A colleague's load handed over, or what would become of it: from whom, to whom (null: duty), how much in words,
    and case by case. `command` is null in a dry run.
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
    """Who is on duty next, and who acts for them."""

    lead: str | None
    acts: str | None


class GivenDutyEntry(Entry, frozen=True, kw_only=True):
    """The duty that was given: from when (null: at once) until when (null: wherever the rota says nobody)."""

    name: str
    begins: Moment | None = field(name="from")
    until: Moment | None


class DutyEntry(Entry, frozen=True, kw_only=True):
    """Who is on duty now and who acts for them, until when, and who then; `given` is null where only that was asked."""

    lead: str | None
    acts: str | None
    until: Moment | None
    next: NextDutyEntry | None
    given: GivenDutyEntry | None


class RotaTurnEntry(Entry, frozen=True, kw_only=True):
    """A stretch of the rota: whom it says (null: nobody), whether by an exception, and who is on duty and acts then."""

    begins: Moment = field(name="from")
    until: Moment
    rota: str | None
    exception: bool
    on_duty: str | None
    acts: str | None


class RotaEntry(Entry, frozen=True, kw_only=True):
    """The turns of the next days. `zone` is where the rota's hours are; null where there is no rota."""

    zone: str | None
    turns: list[RotaTurnEntry]
    remarks: list[str]


class RotaChangeEntry(Entry, frozen=True, kw_only=True):
    """A rota that was set, or could be: how many turns a week and exceptions it has, and what a lead should know.

    `duty` is who is on duty now, null where the rota was only checked.
    """

    zone: str | None
    turns: int
    exceptions: int
    remarks: list[str]
    duty: DutyEntry | None
