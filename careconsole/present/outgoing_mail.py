"""Mail that we send, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from careconsole.domain.time.moments import iso
from careconsole.present.json_types.outgoing import OutgoingEntry, SentMailsEntry

if TYPE_CHECKING:  # showing a case need not load what sends mails
    from careconsole.desk.mail.sending import Done, StoredReply


def outgoing_entry(one: StoredReply) -> OutgoingEntry:
    """A mail that we send."""
    return OutgoingEntry(
        **{name: getattr(one, name) for name in ("number", "state", "case", "box", "tries", "said")},
        entry=one.event,
        by=one.person,
        to=list(one.content.to),
        cc=list(one.content.cc),
        subject=one.content.subject,
        message_id=one.content.message_id,
        written_at=iso(one.at),
        send_at=iso(one.not_before),
        done_at=iso(one.done_at) if one.done_at is not None else None,
    )


def sent_entry(done: Done, automatic: int) -> SentMailsEntry:
    """What became of the mails that were due, and how many automatic answers were sent."""
    return SentMailsEntry(**{**msgspec.structs.asdict(done), "automatic": automatic, "problems": list(done.problems)})
