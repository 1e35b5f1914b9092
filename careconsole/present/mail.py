"""Mails as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from careconsole.desk.mail.deciding import StoredMail
from careconsole.desk.mail.receiving import Reception
from careconsole.domain.case.files import size_words
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.mail.trimming import trimmed
from careconsole.domain.time.moments import iso, local
from careconsole.present.json_types.mail import (
    MailboxEntry,
    MailEntry,
    MailFileEntry,
    ReadMailsEntry,
    ReceptionEntry,
    ShownMailEntry,
)


def sender_words(mail: StoredMail) -> str:
    """Who the mail says it is from."""
    return mail.content.sender.words if mail.content.sender is not None else "(no sender)"


def place_words(mail: StoredMail) -> str:
    """Where the mail is: its case, or that it looks like one."""
    if mail.case is not None:
        return f"case {mail.case}"
    return f"looks like {mail.looks_like}" if mail.looks_like is not None else ""


def mail_lines(mail: StoredMail, now: int) -> list[tuple[str, str]]:
    """A mail's head as labels and texts; texts are as the mail has them."""
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
        ("copies", f"came {mail.times} times" if mail.times > 1 else ""),
        ("files", ", ".join(f"{one.name} ({one.type}, {size_words(one.size)})" for one in content.files)),
    ]
    return [(label, text) for label, text in rows if text]


def mail_entry(mail: StoredMail, customer: Mailbox | None) -> MailEntry:
    """A mail as JSON; `customer` is who may be the customer of a forwarded one."""
    return MailEntry(**_values(mail, customer))


def shown_entry(mail: StoredMail, customer: Mailbox | None) -> ShownMailEntry:
    """A mail with its text, as JSON."""
    content = mail.content
    return ShownMailEntry(
        **_values(mail, customer),
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
        "files": [MailFileEntry(name=one.name, size=one.size, type=one.type) for one in content.files],
        "customer": _box(customer),
    }


def _box(box: Mailbox | None) -> MailboxEntry | None:
    return None if box is None else MailboxEntry(address=box.address, name=box.name or None)


def _boxes(boxes: Iterable[Mailbox]) -> list[MailboxEntry]:
    return [entry for entry in map(_box, boxes) if entry is not None]
