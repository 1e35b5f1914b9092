"""The mails that we send: which wait, who is sending them, and what became of them; and addresses that do not work."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.domain.reply_states import NEEDS_PERSON, ON_THE_WAY, SENDING
from careconsole.domain.team.customer_addresses import address_key
from careconsole.store.engine.base import Engine
from careconsole.store.engine.decoding import MAYBE_NUMBER, NUMBER
from careconsole.store.mails_to_send import Column, MailsToSend, MailToSend, in_states

_MORE: dict[str, Column] = {
    "event": ("event", NUMBER),
    "person": ("person_id", NUMBER),
    "command": ("command_id", NUMBER),
    "done_at": ("done_at", MAYBE_NUMBER),
}
_STUCK = in_states(NEEDS_PERSON)
SENT_FROM = "mails_sent_from"
"""The team's setting that says which file the mails that wait are sent from (`Engine.file_id`). A backup has none."""


class StoredReply(MailToSend, frozen=True, kw_only=True):
    """A mail that we send: `event` of `case` wrote it, by `command` of `person`.

    At `done_at` it was sent, failed or was stopped.
    """

    event: int
    person: int
    command: int
    done_at: int | None = None


class Outgoing(MailsToSend[StoredReply]):
    """Reads and writes the mails that we send. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, StoredReply, "outgoing", "Outgoing mail", ON_THE_WAY, _MORE, ("done_at",))

    def add(self, reply: StoredReply) -> int:
        """Stores a mail that is to be sent, and returns its number; `reply.number` is ignored."""
        return self._add(reply, message_id=reply.content.message_id)

    def of_event(self, case: int, event: int) -> StoredReply | None:
        """The mail that this event of a case wrote, or None."""
        return next(iter(self._some("case_id = :case and event = :event", {"case": case, "event": event})), None)

    def of_command(self, command: int) -> list[StoredReply]:
        """The mails that a command wrote."""
        return self._some("command_id = :command", {"command": command})

    def of_case(self, case: int) -> list[StoredReply]:
        """The mails of a case, the oldest first."""
        return self._some("case_id = :case order by id", {"case": case})

    def unsent_of(self, case: int) -> list[StoredReply]:
        """The mails of a case that wait or are being sent, the oldest first."""
        return self._some(f"{self._unsent} and case_id = :case order by id", {"case": case})

    def waiting(self) -> tuple[int, int | None]:
        """How many mails wait, and until when the next of them does; None if none waits."""
        waits = f"{self._unsent} and state <> '{SENDING}'"  # the first half is the condition of an index
        row = self._engine.fetch_one(f"select count(*), min(not_before) from outgoing where {waits}")
        return (row[0], row[1]) if row else (0, None)

    def stuck(self) -> int:
        """How many mails need a person: they were refused, or it is uncertain whether they were sent."""
        row = self._engine.fetch_one(f"select count(*) from outgoing where {_STUCK}")
        return int(row[0]) if row else 0

    def listed(self, states: Iterable[str], limit: int) -> list[StoredReply]:
        """The mails in one of these states, the latest first."""
        among, params = self._engine.in_list("state", list(states))
        return self._some(f"{among} order by id desc limit :limit", {**params, "limit": limit})

    def mark_address(self, address: str, at: int, said: str) -> None:
        """Notes that a mail did not arrive at an address."""
        self._engine.execute(
            "insert into undelivered_addresses (address, at, said) values (:address, :at, :said)"
            " on conflict (address) do update set at = excluded.at, said = excluded.said",
            {"address": address_key(address), "at": at, "said": said},
        )

    def clear_address(self, address: str) -> None:
        """Notes that an address works."""
        self._engine.execute(
            "delete from undelivered_addresses where address = :address", {"address": address_key(address)}
        )

    def marked(self, address: str) -> tuple[int, str] | None:
        """When a mail did not arrive at an address, and why; None if nothing is known against it."""
        row = self._engine.fetch_one(
            "select at, said from undelivered_addresses where address = :address", {"address": address_key(address)}
        )
        return (row[0], row[1]) if row else None
