"""Backs up a database on a PostgreSQL server with the server's own programs, and restores it into an empty one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import closing
from typing import TYPE_CHECKING

from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.hints import given, hint_of, suggest
from careconsole.domain.terminal_text import display_text
from careconsole.store.engine.base import AccessPrevented
from careconsole.store.engine.database_files import SQLITE_HEAD
from careconsole.store.engine.files import must_have_folder, part_beside, put_in_place, sync
from careconsole.store.engine.schema_version import EMPTY
from careconsole.store.maintenance import move_marks
from careconsole.store.maintenance.backups import BackedUp, Restored, Restorer, note_restore
from careconsole.store.maintenance.contents import Copied
from careconsole.store.maintenance.postgres_store import connect_postgres, open_postgres

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine

_HEAD = b"PGDMP"
_TABLES = ("events", "journal", "contents")
"""Tables whose rows a whole backup has, among others."""
_NO_ROLE = re.compile(r'role "[^"]*" does not exist')
_OF_ROLES = re.compile(r"\d+; \d+ \d+ POLICY ")
_KEPT = (
    "select count(*), coalesce(sum(size), 0) from (select size from contents"
    " union all select length(content) from mail_contents) as kept"
)
"""How many contents of files and mails there are, and their bytes."""
_A_LINE = 300
"""Characters shown of what a program said."""


def backup(url: str, target: str) -> BackedUp:
    """Writes a copy of the database to `target`, which must not exist; the contents of attached files are in it.

    The copy is one consistent state; others can go on working. Only its owner may read it. Raises CareError without
    `pg_dump`, Refused through a pooler, and AccessPrevented for a login that may not read the tables past their rules.
    """
    if os.path.lexists(target):
        raise WrongUse(f"{target} exists already.", "Give a new file; a backup never overwrites one.")
    must_have_folder(target)
    with closing(connect_postgres(url)) as engine:
        _check_direct(engine)
        if engine.fetch_one("select row_security_active('events')") == (True,):
            raise AccessPrevented(
                "The server lets only the owner of the tables copy what people wrote under their logins.",
                "Give the owner's login {}.",
                given(db=...),
            )
    try:
        with part_beside(target) as half:
            _run("pg_dump", "-F", "custom", "-w", "-f", half, "-d", url)
            listed = _run("pg_restore", "-l", half)
            for table in _TABLES:
                if not re.search(rf" TABLE DATA \S+ {table} ", listed):
                    raise CareError(f"The backup has no rows of {table}.", "Nothing was kept. Try pg_dump by hand.")
            sync(half)
            put_in_place(half, target)
            sync(os.path.dirname(os.path.abspath(target)))
    except OSError as error:
        raise CareError(f"The backup to {target} failed: {error.strerror}.", "Choose another place.") from error
    with closing(connect_postgres(url)) as engine:
        row = engine.fetch_one(_KEPT)
    count, size = row if row is not None else (0, 0)
    return BackedUp(os.stat(target).st_size, Copied(count=int(count), bytes=int(size)))


def restore(url: str, copy: str, who: Restorer) -> Restored:
    """Fills the empty database at `url` with a backup, and records in its journal who did.

    Raises Refused for a database that has anything in it, and through a pooler, WrongUse for a file that is no such
    backup, and CareError without `pg_restore`. The backup is loaded whole or not at all.
    """
    try:
        with open(copy, "rb") as file:
            head = file.read(len(SQLITE_HEAD))
    except OSError as error:
        raise WrongUse(f"{copy} cannot be read: {error.strerror}.", "Give a file made with {}.", _BACKUP) from error
    if head.startswith(SQLITE_HEAD):
        raise WrongUse(
            f"{copy} is the backup of a database in a file.",
            "Restore it to a file, and move the team from there: {}.",
            suggest("db move", target=...),
        )
    if not head.startswith(_HEAD):
        raise WrongUse(f"{copy} is no backup of a database on a server.", "Give a file made with {}.", _BACKUP)
    with closing(connect_postgres(url)) as engine:
        _check_direct(engine)
        try:
            empty = engine.shape() == EMPTY
        except CareError:
            empty = False
        if not empty:
            raise Refused(
                f"{engine.path} is not empty, and a backup on a server never replaces anything.",
                "Create another database (createdb -T template0 NAME), and give that {}.",
                given(db=...),
            )
    warnings = _load(url, copy)
    with closing(connect_postgres(url)) as engine:
        if move_marks.is_left(engine):
            engine.alone(lambda: move_marks.reopen(engine))
    with closing(open_postgres(url)) as engine:
        by = engine.write(lambda: note_restore(engine, copy, None, who))
        row = engine.fetch_one(_KEPT)
    count, size = row if row is not None else (0, 0)
    return Restored(None, by, Copied(count=int(count), bytes=int(size), problems=warnings))


def _load(url: str, copy: str) -> tuple[str, ...]:
    """Loads a backup as one transaction that ends at the first error; returns what is missing, as sentences.

    Where the server does not have the roles that people were tied to, what those may do is left out: the tables stay
    closed to everybody but their owner until people are tied to logins again.
    """
    command = ("pg_restore", "-1", "-e", "-O", "-w", "-d", url)
    try:
        _run(*command, copy)
    except CareError as error:
        if not _NO_ROLE.search(error.message):
            raise
    else:
        return ()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as listed:
        entries = _run("pg_restore", "-l", copy).splitlines()
        listed.writelines(f"{entry}\n" for entry in entries if not _OF_ROLES.match(entry))
        listed.flush()
        _run(*command, "-x", "-L", listed.name, copy)
    return (
        "This server does not have the roles that people were tied to: only the owner of the database can use it until"
        " db login ties them again.",
    )


_BACKUP = suggest("db backup", file=...)


def _check_direct(engine: PostgresEngine) -> None:
    """Refuses a pooler: the server's programs set up their connection, and what they set would stay for its next user.

    So a console that got it from the pooler would not find the tables.
    """
    if not engine.is_direct():
        raise Refused(
            f"{engine.path} leads to a pooler such as pgbouncer, which the server's own programs must not go through.",
            "Give the URL of the server itself {}.",
            given(db=...),
        )


def _run(program: str, *arguments: str) -> str:
    """Runs one of the server's programs; returns its output. Raises CareError if it is not there or fails."""
    path = shutil.which(program)
    if path is None:
        raise CareError(
            f"{program} is not installed on this machine.",
            hint_of(
                "Install it (Debian: postgresql-client), or export everything: {}.", suggest("export all", out=...)
            ),
        )
    done = subprocess.run([path, *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.decode(errors="replace").splitlines() if line.strip()]
        said = [line for line in said if "error:" in line] or said or [f"it ended with {done.returncode}"]
        raise CareError(
            f"{program} failed: {display_text(said[0].removeprefix(f'{program}: ').removeprefix('error: '), _A_LINE)}.",
            "Nothing was changed.",
        )
    return done.stdout.decode(errors="replace")
