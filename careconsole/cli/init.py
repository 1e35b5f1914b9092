"""Creating a team's database."""

from __future__ import annotations

import os
from shlex import quote

import click

from careconsole.cli.output import put_path, say
from careconsole.cli.session import Session, now_ms, os_user, workstation
from careconsole.domain.errors import WrongUse


@click.command()
@click.option("--team", required=True, metavar="NAME", help="How the team is called.")
@click.option(
    "--lead", "leads", multiple=True, required=True, metavar="NAME", help="Who leads it; the first is on duty."
)
@click.option("--agent", "agents", multiple=True, metavar="NAME", help="Who works in it; may be repeated.")
@click.option("--contact", "contacts", multiple=True, metavar="NAME", help="Who can resolve things; may be repeated.")
@click.option("--shared", metavar="GROUP", help="Let all logins of this group work on it.")
@click.pass_obj
def init(
    session: Session,
    team: str,
    leads: tuple[str, ...],
    agents: tuple[str, ...],
    contacts: tuple[str, ...],
    shared: str | None,
) -> None:
    """Create a team's database, at --db or in the platform's data folder.

    With --shared its folder gets the mode 2770 and the file 0660, so that several logins of this machine can work on it
    together; nobody outside the group can.

    \b
    Examples:
      careconsole init --team Shop --lead Ana --agent Ben
      careconsole --db /srv/care/shop.db init --team Shop --lead Ana --shared support
    """
    from careconsole.desk import Desk
    from careconsole.desk import team as people
    from careconsole.store import create_store
    from careconsole.store.sharing import check_group, make_folder, share, sharing_problems

    place = session.place()
    folder = os.path.dirname(os.path.abspath(place))
    if shared is not None:
        check_group(shared, place)
    if session.db is None or shared is not None:
        make_folder(folder)
    elif not os.path.isdir(folder):
        raise WrongUse(f"There is no folder {folder}.", "Create it first, or name another file with --db.")
    store = create_store(place)
    try:
        desk = Desk(store, now_ms, None, workstation(), os_user())
        people.found(desk, team, list(leads), list(agents), list(contacts))
        if shared is not None:
            share(place, shared)
        problems = sharing_problems(place)
    finally:
        store.close()
    put_path(place)
    say(f"The team {team} begins; {leads[0]} leads it and is on duty.")
    for problem in problems:
        say(f"! {problem}")
    where = "" if session.db in (None, os.environ.get("CARECONSOLE_DB")) else f"--db {quote(place)} "
    say(f"Open the first case: careconsole {where}--as {quote(leads[0])} new --subject ... --customer ...")
