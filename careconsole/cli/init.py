"""Creating a team's database."""

from __future__ import annotations

import os
from shlex import quote

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import path_text, put_json, put_path, say
from careconsole.cli.session import Session
from careconsole.desk.database import create_team, maintenance
from careconsole.desk.database.environment import now_ms, os_user, workstation
from careconsole.domain.terminal_text import clean_name
from careconsole.present.json_types.database import FoundedEntry


@click.command()
@click.option("--team", required=True, metavar="NAME", help="The team's name.")
@click.option(
    "--lead", "leads", multiple=True, required=True, metavar="NAME", help="A lead; the first is on duty. Repeatable."
)
@click.option("--agent", "agents", multiple=True, metavar="NAME", help="An agent; may be repeated.")
@click.option("--contact", "contacts", multiple=True, metavar="NAME", help="Somebody to escalate to; may be repeated.")
@click.option("--shared", metavar="GROUP", help="Let all members of this group work on it.")
@JSON
@click.pass_obj
def init(
    session: Session,
    team: str,
    leads: tuple[str, ...],
    agents: tuple[str, ...],
    contacts: tuple[str, ...],
    shared: str | None,
    as_json: bool,
) -> None:
    """Create a team's database, at --db or in the platform's data folder.

    With --shared, its folder gets mode 2770 and the file 0660, so that several logins of this machine can work on it
    together; nobody outside the group can.

    \b
    Examples:
      careconsole init --team Shop --lead Ana --agent Ben
      careconsole --db /srv/care/shop.db init --team Shop --lead Ana --shared support
    """
    place = session.place()
    desk = create_team.create_team(
        place,
        team,
        leads,
        agents,
        contacts,
        now=now_ms,
        workstation=workstation(),
        os_user=os_user(),
        own_folder=session.db is None or shared is not None,
        shared=shared,
    )
    try:
        problems = maintenance.sharing_problems(place)
    finally:
        desk.close()
    team, lead = clean_name(team), clean_name(leads[0])
    if as_json:
        put_json(FoundedEntry(database=path_text(place), team=team, lead=lead, warnings=list(problems)))
        return
    put_path(place)
    say(f"Created the team {team}; {lead} leads it and is on duty.")
    for problem in problems:
        say(f"! {problem}")
    where = "" if session.db in (None, os.environ.get("CARECONSOLE_DB")) else f"--db {quote(place)} "
    say(f"To open the first case: careconsole {where}--as {quote(lead)} new --subject ... --customer ...")
