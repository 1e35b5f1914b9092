"""Mail that we send, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from careconsole.present.json_types.base import CaseNumber, Entry, Moment

OutgoingNumber = Annotated[int, Meta(description="The number of an outgoing mail.", ge=1)]
OutgoingState = Literal["waiting", "sending", "sent", "later", "refused", "uncertain", "stopped"]


class OutgoingEntry(Entry, frozen=True, kw_only=True):
    """A mail that we send.

    `state`: "waiting" until `send_at`, "sending", "sent", "later" (tried again at `send_at`), "refused", "uncertain"
    (nobody knows whether it was sent) or "stopped" (it is not sent). `said` are the server's words, or why. `entry` is
    its number in the history of `case`, `by` the number of the person who wrote it. `tries` have failed.
    """

    number: OutgoingNumber
    state: OutgoingState
    case: CaseNumber
    entry: int
    by: int
    box: str
    to: list[str]
    cc: list[str]
    subject: str
    message_id: str
    written_at: Moment
    send_at: Moment
    done_at: Moment | None
    tries: int
    said: str


class SentMailsEntry(Entry, frozen=True, kw_only=True):
    """How many mails were sent, are tried again later, were refused, are uncertain, or are not sent after all.

    `automatic` counts the automatic answers that were sent, which are not among them. `problems` are sentences about
    those that were not sent.
    """

    sent: int
    later: int
    refused: int
    uncertain: int
    stopped: int
    automatic: int
    problems: list[str]
