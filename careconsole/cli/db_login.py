"""Logins of a PostgreSQL server for the people in the team."""

from __future__ import annotations

import click

from careconsole.cli.output import put, say
from careconsole.cli.session import Session


@click.command("login")
@click.argument("name", required=False)
@click.option("--login", "login", metavar="LOGIN", help="The login's name; otherwise their OS user or first name.")
@click.option("--import", "imports", is_flag=True, help="It may import: write what others did elsewhere.")
@click.option("--sweep", "sweeps", is_flag=True, help="It may sweep, and send mails that others wrote.")
@click.option("--make", "make", is_flag=True, help="Make it. Without this, the SQL for it is printed.")
@click.pass_obj
def login(session: Session, name: str | None, login: str | None, imports: bool, sweeps: bool, make: bool) -> None:
    """Tie a person to a login of the PostgreSQL server, which then refuses what it writes in another one's name.

    It is for the owner of the database. Leads get a lead's rights. It can be given again, as after a change of
    somebody's role. Without NAME, the login is of nobody, for a sweep from cron. The server's owner sets its password.

    \b
    Example:
      careconsole db login Ben --make
    """
    from careconsole.desk.database import logins

    desk = session.asking()
    made = logins.new_login(desk, name, login, imports=imports, sweeps=sweeps)
    if not make:
        put(logins.as_sql(desk, made).rstrip())
        return
    logins.make(desk, made)
    who = desk.roster().name(made.person) if made.person is not None else "Nobody"
    rights = f", with the rights to {' and '.join(made.rights)}" if made.rights else ""
    say(f"{who} is tied to the login {made.name}{rights}.")
    say(f"Its password: psql -c '\\password \"{made.name}\"'; in ~/.pgpass where it is used.")
