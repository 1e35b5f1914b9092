"""What is known of mails that are received together, asked once for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.mail.received import ReceivedMail
from careconsole.domain.team.customer_addresses import address_key
from careconsole.store.mail_senders import MailSender
from careconsole.store.mails import StoredMail


class KnownMails:
    """The mails as they are in this transaction, which adds to them. `number` is the one that the next mail gets."""

    def __init__(self, unit: UnitOfWork, digests: Sequence[str], mails: Sequence[ReceivedMail]) -> None:
        self._mails = unit.store.mails
        self.number = self._mails.next_number()
        self._digests = set(self._mails.known(digests))
        self._ids = set(self._mails.known_ids([mail.message_id for mail in mails if mail.message_id]))
        senders = {address_key(mail.sender.address) for mail in mails if mail.sender is not None}
        lists = {mail.list_id for mail in mails if mail.list_id}
        self._decided = unit.store.mail_senders.among(sorted(senders | lists))

    def by_bytes(self, sha256: str) -> StoredMail | None:
        """The mail with exactly these bytes, or None."""
        return self._mails.by_bytes(sha256) if sha256 in self._digests else None

    def same_id(self, message_id: str) -> StoredMail | None:
        """The first mail with this id that is no copy of another, or None."""
        return self._mails.same_id(message_id) if message_id in self._ids else None

    def decided(self, mail: ReceivedMail) -> list[MailSender]:
        """What people decided about the sender of a mail, and about its mailing list."""
        keys = (address_key(mail.sender.address) if mail.sender is not None else "", mail.list_id)
        return [self._decided[key] for key in keys if key in self._decided]

    def add(self, mail: StoredMail, content: bytes | None) -> int:
        """Stores a mail under the next number, and returns that."""
        number = self._mails.add(mail, content)
        self.number = number + 1
        self._digests.add(mail.sha256)
        self._ids.add(mail.content.message_id)
        return number
