"""The primer as JSON."""

from __future__ import annotations

from careconsole.desk.teaching.primer import Primer
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso
from careconsole.present.changes import change_entry
from careconsole.present.json_types.base import CaseNumber, Entry, Moment
from careconsole.present.json_types.changes import ChangeListEntry
from careconsole.present.json_types.playbooks import PlaybookEntry
from careconsole.present.playbooks import playbook_entry


class PrimerPlaybookEntry(Entry, frozen=True, kw_only=True):
    """A playbook; `read`: the person at work has ticked off this edition of it (null: nobody is at work)."""

    read: bool | None
    playbook: PlaybookEntry


class PrimerCauseEntry(Entry, frozen=True, kw_only=True):
    """A cause and what to know of it; `read` as in a playbook's entry.

    `playbooks` are the numbers of those for it. `decided` is what was decided about it last, on case `decided_in`,
    `change` the change that its reviews asked for last, and `nothing_because` why nothing changes, if the last review
    says so.
    """

    read: bool | None
    cause: str
    times: int
    last: Moment | None
    playbooks: list[int]
    decided: str
    decided_in: CaseNumber | None
    change: ChangeListEntry | None
    nothing_because: str


class PrimerCaseEntry(Entry, frozen=True, kw_only=True):
    """A case worth reading, and why, the best reason first; `read` as in a playbook's entry."""

    read: bool | None
    case: CaseNumber
    subject: str
    why: list[str]


class PrimerEntry(Entry, frozen=True, kw_only=True):
    """What somebody new should read: playbooks that fit most, causes that come up most, cases worth reading."""

    playbooks: list[PrimerPlaybookEntry]
    causes: list[PrimerCauseEntry]
    cases: list[PrimerCaseEntry]


def primer_entry(found: Primer, roster: Roster) -> PrimerEntry:
    """The primer, as printed with --json."""

    def read(done: bool) -> bool | None:
        return done if found.personal else None

    return PrimerEntry(
        playbooks=[
            PrimerPlaybookEntry(read=read(one.thing.read), playbook=playbook_entry(one.known, roster, found.now))
            for one in found.playbooks
        ],
        causes=[
            PrimerCauseEntry(
                read=read(one.thing.read),
                cause=one.use.cause.label,
                times=one.use.times,
                last=iso(one.use.last) if one.use.last is not None else None,
                playbooks=[number for number, _ in one.playbooks],
                decided=one.decided,
                decided_in=one.decided_in,
                change=change_entry(one.change, roster) if one.change is not None else None,
                nothing_because=one.nothing_because,
            )
            for one in found.causes
        ],
        cases=[
            PrimerCaseEntry(
                read=read(one.thing.read),
                case=one.worth.case.number,
                subject=one.worth.case.subject,
                why=list(one.worth.why),
            )
            for one in found.cases
        ],
    )
