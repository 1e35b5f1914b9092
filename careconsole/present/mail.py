"""Mails as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from careconsole.desk.cases.mail_senders import MailSender
from careconsole.desk.mail.deciding import StoredMail
from careconsole.desk.mail.receiving import Reception
from careconsole.domain.mail.finding import OWN, SEEN
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.mail.trimming import trimmed
from careconsole.domain.sizes import size_words
from careconsole.domain.time.moments import iso, local
from careconsole.present.json_types.mail import (
    MailboxEntry,
    MailEntry,
    MailFileEntry,
    MailSenderEntry,
    ReadMailsEntry,
    ReceptionEntry,
    ShownMailEntry,
)


def sender_words(mail: StoredMail) -> str:
    """Who the mail says it is from, with a mark if that is not proven."""
    if mail.content.sender is None:
        return "(no sender)"
    return f"{mail.content.sender.words}{' (not proven)' if mail.content.proven is False else ''}"


def listed_sender(mail: StoredMail) -> str:
    """The same for a narrow column, where a question mark before the sender says that they are not proven."""
    sender = mail.content.sender
    return f"{'? ' if mail.content.proven is False else ''}{sender.words}" if sender is not None else "(no sender)"


def proof_words(mail: StoredMail) -> str:
    """Whether our mail server found that the mail is from whom it says; empty if no server is named."""
    if mail.content.proven is None or mail.content.sender is None:
        return ""
    address = mail.content.sender.address
    if mail.content.proven:
        return f"Our mail server found that {address} sent it."
    return f"It is not proven that {address} sent it: our mail server could not confirm it."


def place_words(mail: StoredMail) -> str:
    """Where the mail is: its case, or that it looks like one."""
    if mail.case is not None:
        return f"case {mail.case}"
    return f"looks like {mail.looks_like}" if mail.looks_like is not None else ""


_FOUND = {SEEN: "reply", OWN: "reply"}
"""How the case of a mail was found, where its stored word says little to who reads it."""


def reason_words(mail: StoredMail) -> str:
    """In a word or two, why a mail is held or how its case was found: "reply", "tag", "new", "known sender"."""
    return _FOUND.get(mail.reason, mail.reason)


def state_words(mail: StoredMail) -> str:
    """What became of the mail: "was taken into case 12", "is held, looks like 10"."""
    if mail.state == "taken":
        return f"was taken into {place_words(mail)}"
    words = {"held": "is held", "known": "is a copy of one that came before", "dropped": "was dropped"}[mail.state]
    return ", ".join(filter(None, (words, place_words(mail))))


def mail_lines(mail: StoredMail, now: int, boxes: Iterable[str] = ()) -> list[tuple[str, str]]:
    """A mail's head as labels and texts, which are as the mail has them; `boxes` are those that it came to."""
    content = mail.content
    rows = [
        ("from", sender_words(mail)),
        ("to", ", ".join(box.words for box in content.to)),
        ("cc", ", ".join(box.words for box in content.cc)),
        ("subject", content.subject),
        ("came", local(mail.at, now)),
        ("date", f"{local(content.date, now)}, as its sender says" if content.date is not None else ""),
        ("kind", mail.kind),
        ("state", " · ".join(filter(None, (mail.state, place_words(mail))))),
        ("why", mail.why),
        ("proof", proof_words(mail)),
        ("boxes", ", ".join(boxes)),
        ("copies", f"came {mail.times} times" if mail.times > 1 else ""),
        ("files", ", ".join(f"{one.name} ({one.type}, {size_words(one.size)})" for one in content.files)),
    ]
    return [(label, text) for label, text in rows if text]


def mail_entry(mail: StoredMail, customer: Mailbox | None) -> MailEntry:
    """A mail as JSON; `customer` is who may be the customer of a forwarded one."""
    return MailEntry(**_values(mail, customer))


def shown_entry(mail: StoredMail, customer: Mailbox | None, boxes: Iterable[str] = ()) -> ShownMailEntry:
    """A mail with its text and the boxes it came to, as JSON."""
    content = mail.content
    return ShownMailEntry(
        **_values(mail, customer),
        boxes=list(boxes),
        text=content.text,
        words=trimmed(content.text),
        message_id=content.message_id or None,
        references=list(content.references),
        damage=list(content.damage),
    )


def reception_entry(done: Reception) -> ReceptionEntry:
    """What became of a mail that came in, as JSON."""
    return ReceptionEntry(**msgspec.structs.asdict(done))


def read_entry(done: msgspec.Struct) -> ReadMailsEntry:
    """What came of reading a folder, as JSON."""
    return ReadMailsEntry(**msgspec.structs.asdict(done))


def sender_entry(sender: MailSender) -> MailSenderEntry:
    """What was decided about a sender, as JSON."""
    values: dict[str, Any] = {"state": sender.verdict, "at": iso(sender.at)}
    return MailSenderEntry(address=sender.address, why=sender.why, **values)


def _values(mail: StoredMail, customer: Mailbox | None) -> dict[str, Any]:
    content = mail.content
    return {
        **{name: getattr(mail, name) for name in ("number", "state", "reason", "why", "kind", "case", "event")},
        "looks_like": mail.looks_like,
        "times": mail.times,
        "at": iso(mail.at),
        "sender": _box(content.sender),
        "to": _boxes(content.to),
        "cc": _boxes(content.cc),
        "subject": content.subject,
        "proven": content.proven,
        "mailing_list": content.list_id or None,
        "files": [MailFileEntry(name=one.name, size=one.size, type=one.type) for one in content.files],
        "customer": _box(customer),
    }


def _box(box: Mailbox | None) -> MailboxEntry | None:
    return None if box is None else MailboxEntry(address=box.address, name=box.name or None)


def _boxes(boxes: Iterable[Mailbox]) -> list[MailboxEntry]:
    return [entry for entry in map(_box, boxes) if entry is not None]
