"""What is known of mails that are received together, asked once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.mail.holding import SHORTEST_SAME
from careconsole.domain.mail.received import ReceivedMail
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.time.moments import DAY, HOUR
from careconsole.store.mail_senders import MailSender
from careconsole.store.mails import KNOWN, Mails, StoredMail, text_digest


class Coming(NamedTuple):
    """A mail that is being received: the SHA-256 of its bytes, what was read of it, and when it came."""

    sha256: str
    mail: ReceivedMail
    at: int

    @property
    def sender(self) -> str:
        """The address of its sender as it is found by; empty if it names none."""
        return address_key(self.mail.sender.address) if self.mail.sender is not None else ""


class KnownMails:
    """The mails as they are in this transaction, which adds to them. `number` is the one that the next mail gets."""

    def __init__(self, unit: UnitOfWork, coming: Sequence[Coming]) -> None:
        self._mails = unit.store.mails
        self.number = self._mails.next_number()
        self._digests = set(self._mails.known([one.sha256 for one in coming]))
        new = [one for one in coming if one.sha256 not in self._digests]
        senders = sorted({one.sender for one in new})
        lists = {one.mail.list_id for one in new if one.mail.list_id}
        self._ids = set(self._mails.known_ids([one.mail.message_id for one in new if one.mail.message_id]))
        self._decided = unit.store.mail_senders.among(sorted({*senders, *lists}))
        self._text_of = {one.sha256: text_digest(one.mail.text) for one in new}
        self._texts = set(self._mails.known_texts(sorted(set(self._text_of.values()))))
        self._times = _times(self._mails, senders, [one.at for one in new])

    def by_bytes(self, sha256: str) -> StoredMail | None:
        """The mail with exactly these bytes, or None."""
        return self._mails.by_bytes(sha256) if sha256 in self._digests else None

    def same_id(self, message_id: str) -> StoredMail | None:
        """The first mail with this id that is no copy of another, or None."""
        return self._mails.same_id(message_id) if message_id in self._ids else None

    def decided(self, coming: Coming) -> list[MailSender]:
        """What people decided about the sender of a mail, and about its mailing list."""
        return [self._decided[key] for key in (coming.sender, coming.mail.list_id) if key in self._decided]

    def from_sender(self, coming: Coming) -> int:
        """How many mails came from the same address within the hour before a mail, copies aside."""
        first, last = coming.at - HOUR, coming.at
        if self._times is None:
            return len(self._mails.times_of([coming.sender], first, last))
        return sum(first <= at <= last for at in self._times[coming.sender])

    def same_text(self, coming: Coming) -> int:
        """How many others of its domain sent the same text within the hour before a mail; 0 if it is short."""
        text = self._text_of[coming.sha256]
        if text not in self._texts or len(coming.mail.text.strip()) < SHORTEST_SAME:
            return 0
        return self._mails.same_text(coming.mail, text, coming.at - HOUR, coming.at)

    def add(self, mail: StoredMail, content: bytes | None) -> int:
        """Stores a mail under the next number, and returns that."""
        text = self._text_of[mail.sha256]
        number = self._mails.add(mail, content, text)
        self.number = number + 1
        self._digests.add(mail.sha256)
        self._ids.add(mail.content.message_id)
        self._texts.add(text)
        if self._times is not None and mail.state != KNOWN:
            self._times[Coming(mail.sha256, mail.content, mail.at).sender].append(mail.at)
        return number


def _times(mails: Mails, senders: Sequence[str], moments: Sequence[int]) -> defaultdict[str, list[int]] | None:
    """When the mails of these senders came; None if the moments are so far apart that these would be too many."""
    first, last = min(moments, default=0) - HOUR, max(moments, default=0)
    if last - first > DAY:
        return None
    times = defaultdict[str, list[int]](list)
    for sender, at in mails.times_of(senders, first, last):
        times[sender].append(at)
    return times
