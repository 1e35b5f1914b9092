"""Past imports and their rollback, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
import msgspec

from careconsole.cli.arguments import COUNT, JSON
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.imports import batches, outcome, rollback
from careconsole.desk.imports.batches import Batch
from careconsole.desk.imports.outcome import Conflict, later_work
from careconsole.desk.queries.named_entries import named_entries
from careconsole.desk.team.customers import names
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.counting import counted
from careconsole.domain.imported_record import RejectedRecord
from careconsole.domain.time.moments import iso, local
from careconsole.present.json_types.imports import (
    BatchDetailEntry,
    ConflictEntry,
    DifferenceEntry,
    ListedBatchEntry,
    RejectEntry,
    RolledBackEntry,
)
from careconsole.present.queue_text import case_list

if TYPE_CHECKING:
    from careconsole.domain.team.roster import Roster

_SHOWN = 20
"""The most cases shown."""


@click.group(cls=Section)
def batch() -> None:
    """Show past imports, or roll one back.

    \b
    Example:
      careconsole batch list
    """


@batch.command("list")
@JSON
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List all imports, newest first.

    \b
    Example:
      careconsole batch list
    """
    desk = session.asking()
    found = batches.listed(desk)
    changed = batches.changed_cases(desk)
    if as_json:
        roster = desk.roster()
        put_json([ListedBatchEntry(**_values(one, roster), changed_cases=changed.get(one.number, 0)) for one in found])
        return
    now = desk.now()
    rows = [
        (
            *(str(b.number), b.source, b.status, local(b.started_at, now)),
            *(str(b.counts.get("cases", 0)), str(changed.get(b.number, 0))),
            *(str(b.counts.get(name, 0)) for name in ("rejected", "conflicts")),
            b.file,
        )
        for b in found
    ]
    head = ("No", "Source", "Status", "Begun", "Cases", "Changed", "Rejected", "Conflicts", "File")
    put_report(head, rows, right=(0, 4, 5, 6, 7))


@batch.command()
@click.argument("number", type=COUNT)
@click.option("--rejects", is_flag=True, help="List the rejected records, with their text.")
@JSON
@click.pass_obj
def show(session: Session, number: int, rejects: bool, as_json: bool) -> None:
    """Show an import: its counts, rejected records, differences from the source, and later work on its cases.

    A case that people here have worked on keeps its state here. Where the source says something else, the difference
    is listed until both agree.

    \b
    Examples:
      careconsole batch show 1
      careconsole batch show 1 --rejects
    """
    desk = session.asking()
    found = rollback.find(desk, number)
    rejected = batches.rejects(desk, number)
    conflicts = outcome.conflicts(desk, number)
    later = batches.worked_on_since(desk, number)
    if as_json:
        put_json(
            BatchDetailEntry(
                **_values(found, desk.roster()),
                worked_on_since=list(later),
                conflicts=[_conflict(desk, conflict) for conflict in conflicts],
                rejects=[RejectEntry(**msgspec.structs.asdict(reject)) for reject in rejected],
            )
        )
        return
    if rejects:
        _put_rejects(found, rejected)
        return
    pairs = [("source", found.source), ("file", found.file), ("status", found.status)]
    pairs += [(name.replace("_", " "), str(count)) for name, count in found.counts.items()]
    pairs.append(("worked on since", case_list(later) if later else "none"))
    put_report(("", ""), pairs)
    _put_since(desk, later)
    _put_conflicts(desk, conflicts)
    if found.status in ("running", "stopped"):
        whether = "It stopped early" if found.status == "stopped" else "If this import is no longer running"
        say(f"{whether}: import the same files again, or roll it back: careconsole batch rollback {number}.")
    if rejected:
        say(f"See the rejected records: careconsole batch show {number} --rejects")


def _put_rejects(batch: Batch, rejects: list[RejectedRecord]) -> None:
    if not rejects:
        put("No record was rejected.")
        return
    rows = [(r.file, str(r.line), r.field, r.reason, r.raw) for r in rejects]
    if any(r.file for r in rejects):
        put_report(("File", "Line", "Field", "Reason", "Record"), rows, right=(1,))
    else:
        put_report(("Line", "Field", "Reason", "Record"), [row[1:] for row in rows], right=(0,))
    if batch.counts.get("rejected", 0) > len(rejects):
        say(f"These are the first {len(rejects):,}; import with --rejects FILE to keep all.")


def _put_since(desk: Desk, cases: list[int]) -> None:
    now = desk.now()
    tell = Narrator(desk.roster(), lambda ms: local(ms, now))
    found = later_work(desk, cases[:_SHOWN])
    named = named_entries(desk, [(one.case, one.last) for one in found])
    rows = [
        (
            str(one.case),
            str(one.entries),
            local(one.last.at, now),
            one.last.sentence(tell.knowing(named.get(one.case))),
        )
        for one in found
    ]
    if rows:
        put("")
        put_report(("Case", "Entries", "Last", "What people here did last"), rows, right=(0, 1))


def _put_conflicts(desk: Desk, conflicts: list[Conflict]) -> None:
    rows = [
        (str(conflict.case), one.what, _words(one.what, one.said), _words(one.what, one.holds))
        for conflict in conflicts[:_SHOWN]
        for one in _conflict(desk, conflict).differences
    ]
    if rows:
        put("")
        put_report(("Case", "What", "In the source", "Here"), rows, right=(0,))
    if len(conflicts) > _SHOWN:
        say(f"... and {counted(len(conflicts) - _SHOWN, 'more case')}; --json lists all.")


def _words(what: str, value: str | int | None) -> str:
    if value is None:
        return "nobody" if what == "owner" else ""
    return str(value)


def _conflict(desk: Desk, conflict: Conflict) -> ConflictEntry:
    """Returns a conflict with people and customers by name."""
    roster = desk.roster()

    def named(what: str, value: str | int | None) -> str | int | None:
        if what == "owner" and isinstance(value, int):
            return roster.name(value)
        if what == "customer" and isinstance(value, int):
            return names(desk, [value]).get(value)
        return value

    return ConflictEntry(
        case=conflict.case,
        differences=[
            DifferenceEntry(what=one.what, said=named(one.what, one.said), holds=named(one.what, one.holds))
            for one in conflict.differences
        ],
    )


@batch.command("rollback")
@click.argument("number", type=COUNT)
@JSON
@click.pass_obj
def roll_back(session: Session, number: int, as_json: bool) -> None:
    """Roll an import back. Cases that people have worked on since are kept and listed.

    \b
    Example:
      careconsole batch rollback 1
    """
    done = rollback.roll_back(session.working(), number)
    if as_json:
        put_json(RolledBackEntry(batch=number, removed=done.removed, restored=done.restored, kept=list(done.kept)))
        return
    say(f"Batch {number} is rolled back: {done.removed} cases removed, {done.restored} put back as they were.")
    if done.kept:
        say(f"Kept, because people or a later import have added to them: {case_list(done.kept)}.")


def _values(batch: Batch, roster: Roster) -> dict[str, Any]:
    """The fields of a `BatchEntry`."""
    return {
        **msgspec.structs.asdict(batch),
        "actor": roster.name(batch.actor) if batch.actor is not None else None,
        "started_at": iso(batch.started_at),
        "finished_at": iso(batch.finished_at) if batch.finished_at is not None else None,
    }
