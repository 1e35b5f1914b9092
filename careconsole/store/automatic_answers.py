"""The automatic answers of mail boxes: which wait, who is sending them, and to whom one went lately."""

from __future__ import annotations

from careconsole.domain.mail.automatic_answers import DROPPED
from careconsole.domain.reply_states import SENDING, WAITING
from careconsole.domain.team.customer_addresses import address_key
from careconsole.store.engine.base import Engine
from careconsole.store.engine.decoding import TEXT
from careconsole.store.mails_to_send import MailsToSend, MailToSend


class AutomaticAnswer(MailToSend, frozen=True, kw_only=True):
    """An automatic answer to `address` about a case, to a mail that came at `at`."""

    address: str


class AutomaticAnswers(MailsToSend[AutomaticAnswer]):
    """Reads and writes the automatic answers. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        more = {"address": ("address", TEXT)}
        super().__init__(engine, AutomaticAnswer, "automatic_answers", "Automatic answer", (WAITING, SENDING), more)

    def add(self, answer: AutomaticAnswer) -> int:
        """Stores one that is to be sent, and returns its number; `answer.number` is ignored."""
        return self._add(answer, address=address_key(answer.address))

    def any_to(self, address: str, since: int) -> bool:
        """Whether an address got one, or is to get one, to a mail that came after `since`."""
        where = f"address = :address and at > :since and state <> '{DROPPED}'"
        params = {"address": address_key(address), "since": since}
        return self._engine.fetch_one(f"select 1 from automatic_answers where {where} limit 1", params) is not None

    def count(self, since: int) -> int:
        """How many there are to mails that came after `since`, to everybody."""
        row = self._engine.fetch_one("select count(*) from automatic_answers where at > :since", {"since": since})
        return int(row[0]) if row else 0

    def forget(self, before: int) -> None:
        """Removes those to mails that came before a time and are done with; the histories say what was sent."""
        self._engine.execute(f"delete from automatic_answers where at < :at and not ({self._unsent})", {"at": before})
