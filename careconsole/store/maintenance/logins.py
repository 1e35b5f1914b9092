"""Ties people to logins of a PostgreSQL server, so that it enforces who wrote what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from careconsole.domain.case.events import SWEPT
from careconsole.domain.errors import CareError
from careconsole.domain.hints import given
from careconsole.store.engine.base import AccessPrevented
from careconsole.store.maintenance.schema import db_text

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine

TEAM, LEAD, IMPORT, SWEEP = "team", "lead", "import", "sweep"
_LONGEST = 50
"""Bytes of the database's name in the names of roles, of which PostgreSQL takes 63 bytes."""


class NewLogin(msgspec.Struct, frozen=True):
    """A login to be made: its name, the person (None: of no person), and its rights besides those of the team."""

    name: str
    person: int | None
    rights: tuple[str, ...]


def statements(engine: PostgresEngine, login: NewLogin) -> list[str]:
    """The statements that tie a person to a login, and make it where there is none; those for all logins come first.

    They can be run again. The login that runs them owns the tables, and may create roles.
    """
    return [*common(engine), *_of(engine, login)]


def tie(engine: PostgresEngine, login: NewLogin) -> None:
    """Runs them. Raises AccessPrevented for a login that may not create roles, or does not own the tables."""
    row = engine.fetch_one("select rolcreaterole or rolsuper from pg_roles where rolname = current_user")
    if row != (True,) or not owns_tables(engine):
        raise AccessPrevented(
            f"This login may not make logins in {engine.path}: it must own the tables and be allowed to create roles.",
            "Give one that may {}, or have its owner run the statements that are shown without that.",
            given(db=...),
        )
    made = statements(engine, login)

    def work() -> None:
        for statement in made:
            engine.run_script(statement)

    engine.alone(work)


def common(engine: PostgresEngine) -> list[str]:
    """The statements for all logins: the roles that they are members of, and what each of those may do."""
    database, schema = _place(engine)
    names = {right: f"{database[:_LONGEST]}_{right}" for right in (TEAM, LEAD, IMPORT, SWEEP)}
    marked = {right: _quoted(name) for right, name in names.items()}
    marked |= {"lead_name": _literal(names[LEAD]), "team_name": _literal(names[TEAM]), "schema": _quoted(schema)}
    marked["roles"] = f"array[{', '.join(map(_literal, names.values()))}]"
    marked["swept"] = f"array[{', '.join(map(_literal, SWEPT))}]"
    made = [
        f"do $$ begin create role {_quoted(name)} nologin; exception when duplicate_object then null; end $$"
        for name in names.values()
    ]
    made += [f"grant {marked[TEAM]} to {marked[right]}" for right in (LEAD, IMPORT, SWEEP)]
    text = db_text("postgres/logins.sql")
    for name, value in marked.items():
        text = text.replace(f"{{{name}}}", value)
    return [*made, text]


def owns_tables(engine: PostgresEngine) -> bool:
    """Whether this login owns the tables, as it must to change them."""
    row = engine.fetch_one(
        "select pg_has_role(current_user, relowner, 'usage') from pg_class where oid = 'events'::regclass"
    )
    return row == (True,)


def are_tied(engine: PostgresEngine) -> bool:
    """Whether people are tied to logins in this database."""
    row = engine.fetch_one("select to_regclass('logins') is not null")
    return row is not None and bool(row[0])


def _of(engine: PostgresEngine, login: NewLogin) -> list[str]:
    database, _ = _place(engine)
    roles = {right: _quoted(f"{database[:_LONGEST]}_{right}") for right in (TEAM, LEAD, IMPORT, SWEEP)}
    name = _quoted(login.name)
    had = [roles[right] for right in (LEAD, IMPORT, SWEEP) if right not in login.rights]
    person = "null" if login.person is None else str(int(login.person))
    free = "" if login.person is None else f" or person = {person}"
    # Another login that was the person's is nobody's now: it keeps no rights.
    earlier = (
        "do $$ declare one name; begin for one in select login from logins join pg_roles on rolname = login"
        f" where person = {person} and login <> {_literal(login.name)} loop"
        f" execute format('revoke %s from %I', {_literal(', '.join(roles.values()))}, one); end loop; end $$"
    )
    return [
        f"do $$ begin create role {name} login; exception when duplicate_object then null; end $$",
        *([f"revoke {', '.join(had)} from {name}"] if had else []),
        f"grant {', '.join(roles[right] for right in (TEAM, *login.rights))} to {name}",
        *([] if login.person is None else [earlier]),
        f"delete from logins where login = {_literal(login.name)}{free}",
        f"insert into logins (login, person) values ({_literal(login.name)}, {person})",
    ]


def _place(engine: PostgresEngine) -> tuple[str, str]:
    row = engine.fetch_one("select current_database(), current_schema()")
    assert row is not None
    return str(row[0]), str(row[1])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def check_name(name: str) -> str:
    """The name of a login, if PostgreSQL can have it. Raises CareError otherwise."""
    if not name or len(name.encode()) > 63 or "\0" in name or name.lower().startswith("pg_"):
        raise CareError(f"{name!r} cannot be the name of a login.", "It has at most 63 bytes, and no pg_ in front.")
    return name
