"""The log of commands: who did what to which cases, and what has been undone."""

from __future__ import annotations

import msgspec

from careconsole.store.cases.verbs import stored_verb, verb_of
from careconsole.store.engine.base import Engine
from careconsole.store.engine.decoding import reader

_read_cases = reader(list[int])
UNDO, REDO = "undo", "redo"


class LoggedCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A logged command. `takes` is the command that an undo or redo applies to."""

    number: int
    verb: str
    actor: int
    at: int
    cases: list[int]
    takes: int | None = None
    undone: bool = False
    request_digest: str | None = None


class Actor(msgspec.Struct, frozen=True):
    """The person who acts, and from where."""

    person: int
    workstation: str = ""
    os_user: str = ""


class Request(msgspec.Struct, frozen=True):
    """A request that may be repeated: its key, and a digest of its content."""

    key: str
    digest: str


class CommandLog:
    """Reads and writes the log of commands."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        verb: str,
        who: Actor,
        at: int,
        cases: list[int],
        *,
        request: Request | None = None,
        takes: int | None = None,
    ) -> int:
        """Logs a command on these cases and returns its number."""
        return self._engine.insert(
            "insert into commands (verb, actor_id, at, workstation, os_user, request_key, request_digest, cases, takes)"
            " values (:verb, :actor, :at, :workstation, :os_user, :key, :digest, :cases, :takes)",
            {
                "verb": stored_verb(verb),
                "actor": who.person,
                "at": at,
                "workstation": who.workstation,
                "os_user": who.os_user,
                "key": request.key if request is not None else None,
                "digest": request.digest if request is not None else None,
                "cases": msgspec.json.encode(cases).decode(),
                "takes": takes,
            },
        )

    def mark(self, command: int, undone: bool) -> None:
        """Marks a command as undone or redone, and frees its request key, so that the request can be made again."""
        self._engine.execute(
            "update commands set undone = :undone, request_key = null, request_digest = null where id = :id",
            {"undone": int(undone), "id": command},
        )

    def get(self, number: int) -> LoggedCommand | None:
        """A command by number, or None."""
        return self._first("id = :id", {"id": number})

    def repeated(self, request_key: str) -> LoggedCommand | None:
        """The earlier command with this request key, or None."""
        return self._first("request_key = :key", {"key": request_key})

    def last_done(self, actor: int) -> LoggedCommand | None:
        """The actor's latest command that is not undone, apart from undos and redos."""
        return self._first("actor_id = :actor and undone = 0 and takes is null", {"actor": actor})

    def last_undo(self, actor: int) -> LoggedCommand | None:
        """The undo that the actor can redo: its command is still undone, and the actor has done nothing new since."""
        entry = self._first(
            "actor_id = :actor and verb = :undo and takes in (select id from commands where undone = 1)",
            {"actor": actor, "undo": UNDO},
        )
        done = self.last_done(actor)
        if entry is None or (done is not None and done.number > entry.number):
            return None
        # The latest undo comes first: redo restores several undone commands in the order in which they were given.
        return entry

    def origins(self, commands: list[int]) -> list[tuple[int, int, str, str, int]]:
        """The number, actor, workstation, login and time (epoch milliseconds) of each of these commands."""
        if not commands:
            return []
        among, params = self._engine.in_list("id", commands)
        rows = self._engine.fetch_all(
            f"select id, actor_id, workstation, os_user, at from commands where {among}", params
        )
        return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]

    def _first(self, where: str, params: dict[str, object]) -> LoggedCommand | None:
        row = self._engine.fetch_one(
            f"select id, verb, actor_id, at, cases, takes, undone, request_digest from commands where {where}"
            " order by id desc limit 1",
            params,
        )
        if row is None:
            return None
        cases = _read_cases(row[4], f"Command {row[0]}")
        return LoggedCommand(
            number=row[0],
            verb=verb_of(row[1]),
            actor=row[2],
            at=row[3],
            cases=cases,
            takes=row[5],
            undone=bool(row[6]),
            request_digest=row[7],
        )
