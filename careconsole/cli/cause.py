"""Causes on the command line."""

from __future__ import annotations

from typing import Any

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.cases import causes as changes
from careconsole.desk.queries import causes
from careconsole.desk.queries.causes import CauseUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import iso, local
from careconsole.present.causes import COUNTED, came_up_words, name_with_aliases
from careconsole.present.json_types.causes import CameUpEntry, CauseEntry, CauseNameEntry, CauseStoryEntry


@click.group(cls=Section)
def cause() -> None:
    """Manage causes: what escalations and reviews came of, and which names mean the same.

    \b
    Example:
      careconsole cause show "refund limit"
    """


@cause.command("list")
@JSON
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the causes that came up, the most frequent first.

    Each call for help counts once, and a review only where nobody had called. What playbooks decided without a call is
    counted in careconsole learned.

    \b
    Example:
      careconsole cause list
    """
    desk = session.asking()
    found = causes.listed(desk)
    if as_json:
        put_json([CauseEntry(**_values(one)) for one in found])
        return
    if not found:
        say("No escalation or review has named a cause yet.")
        return
    now = desk.now()
    rows = [
        (
            str(one.times),
            str(one.open_changes or ""),
            local(one.last, now) if one.last is not None else "",
            name_with_aliases(one),
        )
        for one in found
    ]
    put_report(("Times", "To change", "Last", "Cause"), rows, right=(0, 1))
    put(COUNTED)


@cause.command()
@click.argument("name", metavar="CAUSE")
@JSON
@click.pass_obj
def show(session: Session, name: str, as_json: bool) -> None:
    """Show each time a cause came up: what was decided, and what its review says.

    \b
    Example:
      careconsole cause show "refund limit"
    """
    desk = session.asking()
    story = causes.story(desk, name)
    if as_json:
        came_up = [
            CameUpEntry(
                case=one.case,
                subject=one.subject,
                status=one.status,
                at=iso(one.occurrence.at),
                typed=one.occurrence.cause,
                decided=one.occurrence.decided,
                change=one.review.change if one.review is not None else "",
                nothing_because=one.review.nothing_because if one.review is not None else "",
            )
            for one in story.times
        ]
        put_json(CauseStoryEntry(**_values(story.use), came_up=came_up, imported_cases=story.imported))
        return
    now = desk.now()
    put(display_text(name_with_aliases(story.use)))
    rows = [(str(one.case), local(one.occurrence.at, now), came_up_words(one)) for one in story.times]
    put_report(("No", "When", "What came of it"), rows, right=(0,))
    if story.imported:
        put(f"Imported cases that name it: {', '.join(map(str, story.imported[:20]))}")


@cause.command()
@click.argument("name", metavar="CAUSE")
@click.argument("new_name", metavar="NAME")
@JSON
@click.pass_obj
def rename(session: Session, name: str, new_name: str, as_json: bool) -> None:
    """Give a cause another name. Histories keep what was typed, and it counts as before.

    \b
    Example:
      careconsole cause rename "refund limit" "refund above the limit"
    """
    desk = session.working()
    changed = changes.rename(desk, name, new_name)
    _tell(session, changed.label, f"It is called “{changed.label}” now.", as_json)


@cause.command()
@click.argument("name", metavar="CAUSE")
@click.option("--into", required=True, metavar="CAUSE", help="What it counts as from now on.")
@JSON
@click.pass_obj
def merge(session: Session, name: str, into: str, as_json: bool) -> None:
    """Count a cause as another one, under whose name everything is counted then. Histories keep what was typed.

    \b
    Example:
      careconsole cause merge "refunds" --into "refund limit"
    """
    target = changes.merge(session.working(), name, into)
    _tell(session, target.label, f"“{name.strip()}” counts as “{target.label}” now.", as_json)


def _tell(session: Session, label: str, sentence: str, as_json: bool) -> None:
    if as_json:
        use = causes.story(session.asking(), label).use
        put_json(CauseNameEntry(cause=use.cause.label, aliases=use.aliases))
        return
    say(display_text(sentence))


def _values(one: CauseUse) -> dict[str, Any]:
    """The fields of a `CauseEntry`."""
    return {
        "cause": one.cause.label,
        "aliases": one.aliases,
        "times": one.times,
        "imported": one.imported,
        "open_cases": one.open_cases,
        "open_changes": one.open_changes,
        "first": iso(one.first) if one.first is not None else None,
        "last": iso(one.last) if one.last is not None else None,
    }
