"""The journal on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON, instant
from careconsole.cli.output import put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.team import journal as entries
from careconsole.domain.time.moments import local
from careconsole.present.journal import change_words, journal_entry, who_words


@click.command()
@click.option("--since", metavar="TIME", help="Only changes since then, such as 'yesterday 9:00'.")
@click.option("--until", metavar="TIME", help="Only changes up to then.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only entries of this kind; may be repeated.")
@click.option("--person", metavar="NAME", help="Only changes by this person or about them.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, metavar="N", help="At most N."
)
@JSON
@click.pass_obj
def journal(
    session: Session,
    since: str | None,
    until: str | None,
    kinds: tuple[str, ...],
    person: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Show who changed the team, customers and settings, when, and from what to what. Newest first.

    For what happened in a case, see careconsole history CASE. Both show the login and the workstation after the name
    if the login is not the person's own (careconsole team login). --json has the full texts of settings.

    \b
    Examples:
      careconsole journal --since "1w ago"
      careconsole journal --person Ben --kind "person changed" --json
    """
    desk = session.asking()
    now = desk.now()
    found = entries.read(
        desk,
        since=instant(since, now) or 0,
        until=instant(until, now),
        kinds=kinds,
        person=desk.find(person) if person is not None else None,
        most=limit,
    )
    if as_json:
        put_json([journal_entry(seen, found.roster, now) for seen in found.entries])
        return
    if not found.entries:
        say("No such changes.")
        return
    rows = [
        (local(seen.entry.at, now), who_words(seen, found.roster), change_words(seen.entry, now))
        for seen in found.entries
    ]
    put_report(("When", "Who", "What"), rows)
    if len(found.entries) == limit:
        say(f"These are the newest {limit:,}; use --limit for more.")
