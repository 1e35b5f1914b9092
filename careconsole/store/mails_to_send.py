"""Tables of mails that go out: which are due, who is sending each, and what became of it.

Of the processes that look for mails to send, one claims each mail, for some time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from careconsole.domain.mail.outgoing import OutgoingMail
from careconsole.domain.reply_states import WAITING
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import NUMBER, TEXT, reader, row_check

Column = tuple[str, tuple[type, ...]]
"""The name of a column, and the types of its values."""
_COLUMNS: Mapping[str, Column] = {
    "number": ("id", NUMBER),
    "case": ("case_id", NUMBER),
    "box": ("box", TEXT),
    "state": ("state", TEXT),
    "at": ("at", NUMBER),
    "not_before": ("not_before", NUMBER),
    "tries": ("tries", NUMBER),
    "claim": ("claim", TEXT),
    "claimed_until": ("claimed_until", NUMBER),
    "said": ("said", TEXT),
    "content": ("content", TEXT),
}
_FATE = ("state", "not_before", "tries", "claim", "claimed_until", "said")
_AT_ONCE = 20
_read_content = reader(OutgoingMail)


class MailToSend(msgspec.Struct, frozen=True, kw_only=True):
    """A mail about `case` that goes out by `box`. It was written at `at`; times are epoch milliseconds.

    It is not sent before `not_before`. `tries` have failed, the last one as `said`. The process `claim` sends it until
    `claimed_until`.
    """

    number: int = 0
    case: int
    box: str
    state: str = WAITING
    at: int
    not_before: int
    tries: int = 0
    claim: str = ""
    claimed_until: int = 0
    said: str = ""
    content: OutgoingMail


M = TypeVar("M", bound=MailToSend)


def in_states(states: Sequence[str]) -> str:
    """The condition that a mail is in one of these states, as partial indexes have it, so that they are used."""
    return f"state in ({', '.join(map(repr, states))})"


class MailsToSend(Generic[M]):
    """Reads and writes the mails of one table. Writes need a transaction."""

    def __init__(
        self,
        engine: Engine,
        kind: type[M],
        table: str,
        what: str,
        unsent: Sequence[str],
        more: Mapping[str, Column],
        fate: Sequence[str] = (),
    ) -> None:
        """`unsent` are the states of a mail that waits or is being sent; `what` is what errors call a mail.

        `more` are the fields that only this kind has; those of them in `fate` can change.
        """
        self._engine, self._kind, self._table, self._what = engine, kind, table, what
        self._unsent = in_states(unsent)
        self._columns = {**_COLUMNS, **more}
        self._fate = (*_FATE, *fate)
        self._check = row_check(*(types for _, types in self._columns.values()))

    def _add(self, mail: M, **more: Any) -> int:
        """Stores a mail and returns its number; `mail.number` is ignored. `more` are further values, by column."""
        values = {column: getattr(mail, field) for field, (column, _) in self._columns.items() if field != "number"}
        values |= {"content": msgspec.json.encode(mail.content).decode(), **more}
        into, marks = ", ".join(values), ", ".join(f":{column}" for column in values)
        return self._engine.insert(f"insert into {self._table} ({into}) values ({marks})", values)

    def save(self, mail: M) -> None:
        """Stores what became of a mail."""
        changes = ", ".join(f"{name} = :{name}" for name in self._fate)
        values = {name: getattr(mail, name) for name in ("number", *self._fate)}
        self._engine.execute(f"update {self._table} set {changes} where id = :number", values)

    def get(self, number: int) -> M | None:
        """A mail by its number, or None."""
        return next(iter(self._some("id = :id", {"id": number})), None)

    def next_due(self) -> int | None:
        """When the next mail is to be looked at, whether to send it or because its claim has run out; or None."""
        row = self._engine.fetch_one(
            f"select min(case when not_before > claimed_until then not_before else claimed_until end)"
            f" from {self._table} where {self._unsent}"
        )
        return row[0] if row else None

    def due(self, now: int) -> list[M]:
        """The mails that are to be sent now, or whose claim has run out; the oldest first."""
        when = "not_before <= :now and claimed_until <= :now"
        return self._some(f"{self._unsent} and {when} order by not_before, id limit {_AT_ONCE}", {"now": now})

    def unsent(self) -> list[M]:
        """The mails that wait or are being sent, whenever that is; the oldest first."""
        return self._some(f"{self._unsent} order by id", {})

    def any_unsent(self) -> bool:
        """Whether a mail waits or is being sent."""
        return self._engine.fetch_one(f"select 1 from {self._table} where {self._unsent} limit 1") is not None

    def _some(self, where: str, params: Mapping[str, Any]) -> list[M]:
        columns = ", ".join(column for column, _ in self._columns.values())
        rows = self._engine.fetch_all(f"select {columns} from {self._table} where {where}", params)
        return [self._made(row) for row in rows]

    def _made(self, row: Row) -> M:
        what = f"{self._what} {row[0]}"
        values: dict[str, Any] = dict(zip(self._columns, self._check(row, what), strict=True))
        return self._kind(**{**values, "content": _read_content(values["content"], what)})
