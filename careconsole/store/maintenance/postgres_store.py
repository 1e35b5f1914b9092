"""Opens and creates databases on PostgreSQL. What imports this has been given the URL of one."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from careconsole.domain.errors import CareError, NoTeam
from careconsole.domain.hints import given, suggest
from careconsole.store.engine.schema_version import EMPTY

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine
    from careconsole.store.maintenance.migrate import Progress


def open_postgres(url: str, progress: Progress | None = None) -> PostgresEngine:
    """Opens the database at `url`, and upgrades an older one. Raises NoTeam for an empty one, CareError as `shape`."""
    engine = connect_postgres(url)
    try:
        if engine.shape() == EMPTY:
            raise NoTeam(
                f"{engine.path} is empty: no team is set up in it.",
                "Create one: {}, or give another database {}.",
                suggest("init", team=..., lead=...),
                given(db=...),
            )
        return _current(engine, progress)
    except BaseException:
        engine.close()
        raise


def create_postgres(url: str) -> PostgresEngine:
    """Creates the tables in the empty database at `url`, or opens (and upgrades) what is there."""
    engine = connect_postgres(url)
    try:
        return _current(engine, None)
    except BaseException:
        engine.close()
        raise


def connect_postgres(url: str) -> PostgresEngine:
    """Connects to the database at `url`, whatever is in it."""
    if find_spec("psycopg") is None:
        raise CareError(
            "PostgreSQL needs the package psycopg, which is not installed.",
            "Install it: pip install 'careconsole[postgres]'.",
        )
    from careconsole.store.engine.postgres import PostgresEngine

    return PostgresEngine(url)


def _current(engine: PostgresEngine, progress: Progress | None) -> PostgresEngine:
    from careconsole.store.maintenance.migrate_postgres import migrate

    migrate(engine, progress)
    engine.keep_as_opened()
    return engine
