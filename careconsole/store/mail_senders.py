"""Senders and mailing lists about which a person decided: blocked, or allowed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import MAYBE_NUMBER, NUMBER, TEXT, row_check

BLOCKED, ALLOWED = "blocked", "allowed"

_COLUMNS = "address, verdict, at, person_id, command_id, why"
_check = row_check(TEXT, TEXT, NUMBER, MAYBE_NUMBER, MAYBE_NUMBER, TEXT)


class MailSender(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about a sender, when (epoch milliseconds), by whom, by which command of a case, and why.

    `address` is in lower case, or the id of a mailing list.
    """

    address: str
    verdict: str
    at: int
    person: int | None = None
    command: int | None = None
    why: str


class MailSenders:
    """Reads and writes what was decided about senders. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, address: str) -> MailSender | None:
        """What was decided about an address or a list, or None."""
        row = self._engine.fetch_one(f"select {_COLUMNS} from mail_senders where address = :key", {"key": address})
        return _made(row) if row else None

    def among(self, addresses: Sequence[str]) -> dict[str, MailSender]:
        """What was decided about some addresses and lists, by address."""
        among, params = self._engine.in_list("address", addresses)
        rows = self._engine.fetch_all(f"select {_COLUMNS} from mail_senders where {among}", params)
        return {row[0]: _made(row) for row in rows}

    def all(self) -> list[MailSender]:
        """Every decision, the latest first."""
        return [
            _made(row)
            for row in self._engine.fetch_all(f"select {_COLUMNS} from mail_senders order by at desc, address")
        ]

    def save(self, sender: MailSender) -> None:
        """Stores a decision, in place of an earlier one about the same address."""
        self.remove(sender.address)
        self._engine.execute(
            f"insert into mail_senders ({_COLUMNS}) values (:address, :verdict, :at, :person, :command, :why)",
            msgspec.structs.asdict(sender),
        )

    def remove(self, address: str) -> None:
        """Removes the decision about an address."""
        self._engine.execute("delete from mail_senders where address = :key", {"key": address})

    def remove_of(self, command: int) -> None:
        """Removes what a command decided."""
        self._engine.execute("delete from mail_senders where command_id = :command", {"command": command})


def _made(row: Row) -> MailSender:
    _check(row, f"Mail sender {row[0]}")
    return MailSender(address=row[0], verdict=row[1], at=row[2], person=row[3], command=row[4], why=row[5])
