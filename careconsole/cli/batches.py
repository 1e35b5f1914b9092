"""Imports that were made, on the command line."""

from __future__ import annotations

import click
import msgspec

from careconsole.cli.arguments import COUNT, JSON
from careconsole.cli.groups import Section
from careconsole.cli.output import put_json, put_table, say, screen_width
from careconsole.cli.session import Session
from careconsole.domain.times import iso, local
from careconsole.outlet.words import some
from careconsole.store.batches import Batch


@click.group(cls=Section)
def batch() -> None:
    """What imports brought, and taking one back.

    \b
    Example:
      careconsole batch list
    """


@batch.command("list")
@JSON
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """Every import, the newest first.

    \b
    Example:
      careconsole batch list
    """
    desk = session.asking()
    batches = desk.store.batches.all()
    if as_json:
        put_json([_entry(one) for one in batches])
        return
    now = desk.now()
    rows = [
        (str(b.number), b.source, b.status, local(b.started_at, now), str(b.counts.get("cases", 0)), b.file)
        for b in batches
    ]
    put_table(("No", "Source", "Status", "Begun", "Cases", "File"), rows, right=(0, 4), width=screen_width())


@batch.command()
@click.argument("number", type=COUNT)
@JSON
@click.pass_obj
def show(session: Session, number: int, as_json: bool) -> None:
    """One import: its counts, and the cases people have worked on since.

    \b
    Example:
      careconsole batch show 1
    """
    from careconsole.desk import rollback

    desk = session.asking()
    found = rollback.find(desk, number)
    touched = desk.store.batches.touched_by_people(number)
    if as_json:
        put_json({**_entry(found), "touched_since": touched})
        return
    pairs = [("source", found.source), ("file", found.file), ("status", found.status)]
    pairs += [(name.replace("_", " "), str(count)) for name, count in found.counts.items()]
    pairs.append(("worked on since", some(touched) if touched else "none"))
    put_table(("", ""), pairs)


@batch.command("rollback")
@click.argument("number", type=COUNT)
@JSON
@click.pass_obj
def roll_back(session: Session, number: int, as_json: bool) -> None:
    """Take an import back whole. Cases that people have worked on since are kept, and named.

    \b
    Example:
      careconsole batch rollback 1
    """
    from careconsole.desk import rollback

    done = rollback.roll_back(session.working(), number)
    if as_json:
        put_json({"batch": number, "removed": done.removed, "restored": done.restored, "kept": done.kept})
        return
    say(f"Batch {number} is rolled back: {done.removed} cases removed, {done.restored} put back as they were.")
    if done.kept:
        say(f"Kept, for people or a later import have added to them since: {some(done.kept)}.")


def _entry(batch: Batch) -> dict[str, object]:
    entry: dict[str, object] = msgspec.to_builtins(batch)
    entry["started_at"] = iso(batch.started_at)
    entry["finished_at"] = iso(batch.finished_at) if batch.finished_at is not None else None
    return entry
