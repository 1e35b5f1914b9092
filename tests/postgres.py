"""A PostgreSQL server of the tests' own: a cluster in a temporary folder, reached over a socket there.

Without Debian's packages `postgresql` and `pgbouncer` the tests that need them are skipped; with
CARECONSOLE_POSTGRES=needed, as in .ci/run, they fail.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import pytest

from careconsole.store import create_store

NEEDED = os.environ.get("CARECONSOLE_POSTGRES") == "needed"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # it would hold the feed of changes back for a moment
    "max_connections": "100",
    "shared_buffers": "32MB",
    "timezone": "UTC",
}


def programs() -> Path | None:
    """The folder of the server's programs, the newest version first; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True)
    if found:
        return found[0].parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


def must_have() -> Path:
    """The server's programs; skips the test without them, or fails it where they are needed."""
    found = programs()
    try:
        import psycopg  # noqa: F401
    except ImportError:
        found = None
    if found is None:
        if NEEDED:
            pytest.fail("PostgreSQL is needed here: Debian's package postgresql, and careconsole[postgres]")
        pytest.skip("no PostgreSQL here")
    return found


def _parent(process: Path) -> int:
    """The number of the parent of a process; 0 if it has ended."""
    try:
        state, parent = (process / "stat").read_text().rpartition(")")[2].split()[:2]
    except (OSError, ValueError):
        return 0
    return 0 if state == "Z" else int(parent)


def _as_somebody() -> dict[str, Any]:
    """How to start a process as an ordinary user: PostgreSQL refuses root."""
    return {"user": _user(), "group": _user(), "extra_groups": []} if os.getuid() == 0 else {}


def _user() -> str:
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Server:
    """A running server; `database` makes a new one in it."""

    def __init__(self, folder: Path, bin: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self._settings = {**_SETTINGS, **settings}
        self._bin = bin
        self._made = 0
        self._template = ""

    def start(self) -> None:
        settings = {**self._settings, "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")

    def template(self) -> str:
        """The name of a database with the tables, and without a team; made once."""
        if not self._template:
            url = self.database()
            create_store(url).close()
            self._template = self.name(url)
        return self._template

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "-w", "stop")

    def kill(self) -> None:
        """Kills the server as a failing machine would, and waits until all its processes are gone."""
        from tests.waiting import wait_until

        number = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        own = [process for process in Path("/proc").glob("[0-9]*") if number in (int(process.name), _parent(process))]
        os.kill(number, signal.SIGKILL)
        with suppress(ChildProcessError):  # it is this process's own where that adopts orphans
            os.waitpid(number, 0)
        wait_until(lambda: not any(_parent(process) for process in own))

    def url(self, name: str) -> str:
        return f"postgresql:///{name}?host={quote(str(self.folder), safe='')}&user=care"

    @staticmethod
    def name(url: str) -> str:
        """The name of the database at a URL."""
        return url.partition(":///")[2].partition("?")[0]

    def database(self, template: str = "template0") -> str:
        """The URL of a new database."""
        import psycopg

        self._made += 1
        name = f"care_{os.getpid()}_{self._made}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template "{template}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Removes a database, whoever is connected to it."""
        import psycopg

        name = self.name(url)
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'drop database if exists "{name}" with (force)')

    def roles_like(self, pattern: str) -> list[str]:
        """The names of the roles that match a pattern of SQL's `like`."""
        import psycopg

        with psycopg.connect(self.url("postgres")) as connection:
            return [
                row[0] for row in connection.execute("select rolname from pg_roles where rolname like %s", [pattern])
            ]

    def drop_roles(self, *patterns: str) -> None:
        """Removes the roles whose names match one of these patterns, after the databases in which they have rights."""
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for name in {name for pattern in patterns for name in self.roles_like(pattern)}:
                connection.execute(f'drop role "{name}"')

    @contextmanager
    def asking(self, passwords: Mapping[str, str]) -> Iterator[None]:
        """Asks these roles, which are there, for their passwords."""
        import psycopg
        from psycopg.sql import SQL, Identifier, Literal

        rules = self.folder / "data" / "pg_hba.conf"
        before = rules.read_text()
        try:
            with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                for name, password in passwords.items():
                    changed = SQL("alter role {} password {}").format(Identifier(name), Literal(password))
                    connection.execute(changed)
                rules.write_text(f"local all {','.join(passwords)} scram-sha-256\n{before}")
                self._read_rules_again(connection)
            yield
        finally:
            rules.write_text(before)
            with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                self._read_rules_again(connection)

    @staticmethod
    def _read_rules_again(connection: Any) -> None:
        """Has the server read who is asked for a password, and waits until it has."""
        from tests.waiting import wait_until

        read = "select pg_conf_load_time()"
        before = connection.execute(read).fetchone()
        connection.execute("select pg_reload_conf()")
        wait_until(lambda: connection.execute(read).fetchone() != before)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / program), *arguments],
            **_as_somebody(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            **QUIET,  # a server that goes on would keep a pipe open
            timeout=120,
        )
        if done.returncode:
            log = self.folder / "log"
            pytest.fail(f"{program} failed: {log.read_text() if log.exists() else done.returncode}", pytrace=False)


@contextmanager
def running(settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Server]:
    """A server with an empty cluster and these settings, stopped and removed at the end."""
    bin = must_have()
    # A socket's path may have about a hundred bytes, and pytest's folders are long.
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, _user())
        server = Server(folder, bin, settings)
        server._run("initdb", "-D", str(folder / "data"), "-U", "care", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_BOUNCER = """\
[databases]
{name} = host={folder} port=5432 {user}
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {folder}/bouncer
auth_type = {how}
auth_file = {folder}/bouncer/users
pool_mode = transaction
default_pool_size = {size}
server_login_retry = 1
logfile = {folder}/bouncer/log
"""


@contextmanager
def pooling(
    server: Server, url: str, passwords: Mapping[str, str] = MappingProxyType({}), size: int = 2
) -> Iterator[str]:
    """The URL of the same database through pgbouncer in transaction mode, with `size` connections for everybody.

    With passwords, as by `Server.asking`, each of these roles reaches the server as itself.
    """
    from tests.waiting import started, wait_until

    bouncer = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if bouncer is None:
        if NEEDED:
            pytest.fail("pgbouncer is needed here: Debian's package pgbouncer")
        pytest.skip("no pgbouncer here")
    folder, name = server.folder / "bouncer", server.name(url)
    folder.mkdir()
    settings = folder / "ini"
    user, how = ("", "scram-sha-256") if passwords else ("user=care", "any")
    settings.write_text(_BOUNCER.format(size=size, name=name, folder=server.folder, user=user, how=how))
    (folder / "users").write_text("".join(f'"{name}" "{password}"\n' for name, password in passwords.items()))
    if os.getuid() == 0:
        shutil.chown(folder, _user())
    try:
        with started([bouncer, str(settings)], **_as_somebody(), **QUIET):
            wait_until((folder / ".s.PGSQL.6432").exists)
            yield f"postgresql:///{name}?host={quote(str(folder), safe='')}&port=6432&user=care"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
