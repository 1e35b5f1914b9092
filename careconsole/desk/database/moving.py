"""Moves a team from its file to a server, or from a server to a file.

The team is in one whole database at every moment. The new one is filled and compared in a transaction, while nobody can
write to the old one; then it is marked as arriving, the old one as moved away from, and only then can the new one be
opened. Whatever ends this in between, the same command goes on from there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from typing import TYPE_CHECKING, cast

import msgspec

from careconsole.desk.console.presence import everywhere
from careconsole.desk.database.environment import on_server
from careconsole.desk.queries import case_queries
from careconsole.desk.session import Desk
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.terminal_text import display_text
from careconsole.store import Store, open_store
from careconsole.store.engine.base import Engine, Moved
from careconsole.store.engine.files import give_access, must_have_folder, part_beside, put_in_place, sync, unused_name
from careconsole.store.engine.schema_version import ARRIVING, MOVED
from careconsole.store.engine.sqlite import SqliteEngine
from careconsole.store.files import Contents
from careconsole.store.maintenance import move, move_marks
from careconsole.store.maintenance.backups import exclusive
from careconsole.store.maintenance.contents import Copied, copy_contents
from careconsole.store.maintenance.migrate import Progress, migrate
from careconsole.store.team.people import People

if TYPE_CHECKING:
    from careconsole.store.engine.postgres import PostgresEngine

_SAME = 500
"""Cases of a queue that are compared."""


class MovedTo(msgspec.Struct, frozen=True, kw_only=True):
    """A move: the rows of each table, the contents of files, and where an old copy at the new place is kept.

    `finished` says that an earlier move was only brought to its end.
    """

    rows: dict[str, int]
    files: Copied
    kept: str | None = None
    finished: bool = False


class _DryRunDone(Exception):
    """Ends a dry run in which everything was the same, so that nothing is kept."""


def move_to(place: str, target: str, now: Callable[[], int], progress: Progress, *, dry_run: bool = False) -> MovedTo:
    """Moves the team at `place` to `target`: one of them is a file, the other the URL of a database on a server.

    Raises WrongUse for other places, Refused while somebody has a console open or when there is a team at `target`
    already, AccessPrevented for a login whose rights are too small, and CareError if the copy differs from the
    original. Nothing was changed then.
    """
    if on_server(place) == on_server(target):
        raise WrongUse(
            f"{target} is {'on a server' if on_server(target) else 'a file'}, and so is {place}.",
            "Between files, use {}; between servers, what the server has.",
            suggest("db backup", file=...),
        )
    try:
        source = open_store(place, progress)
    except Moved:
        if dry_run or not _finish(place, target):
            raise
        return MovedTo(rows={}, files=Copied(), finished=True)
    with closing(source):
        move_marks.check_may_mark(source.engine)
        _refuse_consoles(Desk(source, now))
        moving = _Moving(source, target, now, progress, dry_run)
        with suppress(_DryRunDone):
            if on_server(target):
                moving.to_server()
            else:
                moving.to_file()
        return MovedTo(rows=moving.rows, files=moving.files, kept=moving.kept)


def _refuse_consoles(desk: Desk) -> None:
    if here := everywhere(desk):
        roster = desk.roster()
        who = ", ".join(f"{display_text(roster.name(one.person))} ({display_text(one.workstation)})" for one in here)
        raise Refused(
            f"The console is open: {who}.",
            "Everybody must quit it first. One that was killed counts as open for three minutes.",
        )


class _Moving:
    """One move."""

    def __init__(self, source: Store, target: str, now: Callable[[], int], progress: Progress, dry_run: bool) -> None:
        self._source, self._target, self._now, self._progress = source, target, now, progress
        self._dry_run = dry_run
        self.rows: dict[str, int] = {}
        self.files = Copied()
        self.kept: str | None = None

    def to_server(self) -> None:
        """Moves from a file to a server."""
        from careconsole.store.engine.postgres_url import shown
        from careconsole.store.maintenance.move_postgres import filled, make_empty
        from careconsole.store.maintenance.postgres_store import connect_postgres

        with closing(connect_postgres(self._target)) as engine:
            store = Store(engine, self._target)

            def arrive() -> None:
                make_empty(engine, self._source.people.identity())
                filled(engine, lambda: self._copy(store))
                self._compare(store)
                move_marks.arriving(engine, self._source.real_place)

            def leave() -> None:
                engine.alone(arrive)
                move_marks.moved(self._source.engine, shown(self._target))

            self._source.engine.write(leave)
            _last_step(lambda: engine.alone(lambda: move_marks.in_use(engine)))

    def to_file(self) -> None:
        """Moves from a server to a file."""
        from careconsole.store.engine.postgres_url import shown

        path = os.path.abspath(self._target)
        must_have_folder(path)
        old = self._old_file(path)
        with part_beside(path) as half:
            with closing(SqliteEngine(half)) as engine:
                migrate(engine, keep=False)
            if old:
                give_access(half, os.stat(path))

            def arrive(store: Store) -> None:
                self._copy(store)
                self._compare(store)
                move_marks.arriving(store.engine, shown(self._source.place))

            def leave() -> None:
                with closing(SqliteEngine(half)) as engine:
                    engine.expect_bulk()
                    store = Store(engine, half)
                    if not self._dry_run:
                        vars(store)["contents"] = Contents(path, engine=engine)
                    engine.write(lambda: arrive(store))
                sync(half)
                with exclusive(path) if old else nullcontext():  # else its log would be applied to the new file
                    if old == MOVED:
                        self.kept = unused_name(f"{path}.before-move-")
                        os.rename(path, self.kept)
                    put_in_place(half, path, replace=bool(old))
                sync(os.path.dirname(path))
                move_marks.moved(self._source.engine, path)

            cast("PostgresEngine", self._source.engine).alone(leave)
        with closing(SqliteEngine(path)) as engine:
            _last_step(lambda: engine.write(lambda: move_marks.in_use(engine)))

    def _old_file(self, path: str) -> int:
        """The mark of the file that a move of the same team left at `path`; 0 if there is none.

        Raises WrongUse for any other file, and CareError while somebody has it open.
        """
        if not os.path.lexists(path):
            return 0
        mark, identity = 0, ""
        if os.path.isfile(path) and not os.path.islink(path):
            with suppress(CareError), closing(SqliteEngine(path)) as engine:
                mark, identity = move_marks.marked(engine), People(engine).identity()
        if not mark or identity != self._source.people.identity():
            raise WrongUse(f"{path} exists already.", "Give a new file, or the one that the team came from.")
        with exclusive(path):  # found out before everything is copied
            return mark

    def _copy(self, store: Store) -> None:
        self.rows = move.copy_everything(self._source, store.engine, self._progress)
        move.finish_copy(self._source, store.engine)

    def _compare(self, store: Store) -> None:
        """Copies the contents of files, and raises CareError if anything differs."""
        if not self._dry_run:
            self.files = copy_contents(self._source.engine, self._source.contents, store.contents)
        problem = move.first_difference(self._source, store, self._progress) or self._other_answer(store)
        if problem:
            raise CareError(
                f"The copy differs from the original: {problem}",
                "Nothing was changed. Check the original first: {}.",
                suggest("db check"),
            )
        if self._dry_run:
            raise _DryRunDone
        move.send_from(self._source, store)

    def _other_answer(self, store: Store) -> str:
        """Which measures or queue of three moments differ, as a sentence; empty without a difference."""
        self._progress.say("Every case is as its history says. Now the measures and the queue at three moments.")
        for moment in move.instants(self._source.engine):
            one, other = (Desk(each, lambda: moment) for each in (self._source, store))  # noqa: B023
            if case_queries.measures(one, "", moment) != case_queries.measures(other, "", moment):
                return f"The measures differ at {moment}."
            pages = [case_queries.queue_as_of(desk, moment, "", limit=_SAME) for desk in (one, other)]
            if pages[0].rows != pages[1].rows:
                return f"The queue differs at {moment}."
        return ""


def _last_step(work: Callable[[], object]) -> None:
    try:
        work()
    except CareError as error:
        raise CareError(
            f"Everything was copied and compared, but the new database could not be opened: {error.message}",
            "Give the same command again to finish the move.",
        ) from error


def _finish(place: str, target: str) -> bool:
    """Opens the new database if only that was missing of a move; returns whether it was."""
    if not (on_server(target) or os.path.isfile(target)):
        return False
    with closing(_raw(place)) as old, closing(_raw(target)) as new:
        if (move_marks.marked(old), move_marks.marked(new)) != (MOVED, ARRIVING):
            return False
        if People(old).identity() != People(new).identity():
            return False
        if isinstance(new, SqliteEngine):
            new.write(lambda: move_marks.in_use(new))
        else:
            cast("PostgresEngine", new).alone(lambda: move_marks.in_use(new))
    return True


def _raw(place: str) -> Engine:
    """A database, in whatever state it is."""
    if on_server(place):
        from careconsole.store.maintenance.postgres_store import connect_postgres

        return connect_postgres(place)
    return SqliteEngine(place)
