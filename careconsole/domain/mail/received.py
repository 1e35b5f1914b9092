"""A mail as it was read: what rules, storing and showing need of it, whatever its bytes were like."""

from __future__ import annotations

import msgspec

from careconsole.domain.case.mail_ref import MailFile
from careconsole.domain.mail.kinds import MESSAGE


class Mailbox(msgspec.Struct, frozen=True, omit_defaults=True):
    """An address with the name beside it; the domain of the address is in lower case."""

    address: str
    name: str = ""

    @property
    def words(self) -> str:
        """The name and the address, as people write them."""
        return f"{self.name} <{self.address}>" if self.name and self.name != self.address else self.address


FAILED, DELIVERED = "failed", "delivered"
"""What a server reports of a mail at an address: it gave it up, or delivered it."""


class DeliveryReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a server reports of one address (RFC 3464): `action` is "failed", "delayed", "delivered" and the like."""

    address: str
    action: str
    said: str = ""


class ReceivedMail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A mail that was read. Times are epoch milliseconds, ids have no angle brackets.

    `references` are the ids of earlier mails that it names, the nearest first, and `returned` those of the mails
    that a bounce returns, and `reports` what it says of each address. `delivered_to` are the addresses to which
    servers say they delivered it. `date` is what its sender says, `arrived` what the nearest server says. `text` is
    the whole text. `generated`: it is automatic, but no answer to one of ours. `author` is who wrote the mail that
    this one forwards. `spam`: a filter marked it. `hops` counts the servers it passed. `ours`: it left a
    careconsole before. `no_answer`: it asks for no automatic answer. `damage` says what could not be read.
    `list_post` is the address of the mailing list that it came through. `authentication` is what servers say of its
    sender, the nearest first, and `proven` whether ours found that it is true (None: that is not known).
    """

    sender: Mailbox | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    reports: tuple[DeliveryReport, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    delivered_to: tuple[str, ...] = ()
    subject: str = ""
    date: int | None = None
    arrived: int | None = None
    text: str = ""
    files: tuple[MailFile, ...] = ()
    kind: str = MESSAGE
    generated: bool = False
    list_id: str = ""
    list_post: str = ""
    author: Mailbox | None = None
    spam: bool = False
    hops: int = 0
    ours: bool = False
    no_answer: bool = False
    damage: tuple[str, ...] = ()
    authentication: tuple[str, ...] = ()
    proven: bool | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """The addresses of everybody it went between."""
        boxes = (*((self.sender,) if self.sender else ()), *self.to, *self.cc)
        return tuple(dict.fromkeys(box.address for box in boxes))
