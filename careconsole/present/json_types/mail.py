"""Mail that came in, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from careconsole.present.json_types.base import CaseNumber, Entry, Moment

MailNumber = Annotated[int, Meta(description="The number of a mail.", ge=1)]
State = Literal["taken", "held", "known", "dropped"]


class MailboxEntry(Entry, frozen=True, kw_only=True):
    """A mail address, and the name beside it (null: none)."""

    address: str
    name: str | None


class MailFileEntry(Entry, frozen=True, kw_only=True):
    """A file of a mail: its name made safe, its size in bytes, and its type as the mail says."""

    name: str
    size: int
    type: str


class MailEntry(Entry, frozen=True, kw_only=True):
    """A mail that came in.

    `state` says what became of it, `reason` why in a word and `why` in a sentence; `kind` is "message", "automatic",
    "bounce", "rating" or "thanks". `sender` is what the mail says, which anybody can write; null if it says nothing.
    `proven` is whether our mail server found that it is true (null: it was not named). `mailing_list` is
    the id of the list that it came through.
    `event` is the number of its entry in the history of `case`, `looks_like` a case that it may be about. `times`
    counts how often exactly this mail came. `customer` is who may be the customer of a forwarded mail, until that is
    decided.
    """

    number: MailNumber
    state: State
    reason: str
    why: str
    kind: str
    at: Moment
    sender: MailboxEntry | None
    proven: bool | None
    mailing_list: str | None
    to: list[MailboxEntry]
    cc: list[MailboxEntry]
    subject: str
    case: CaseNumber | None
    event: int | None
    looks_like: CaseNumber | None
    times: int
    files: list[MailFileEntry]
    customer: MailboxEntry | None


class ShownMailEntry(MailEntry, frozen=True, kw_only=True):
    """A mail with its whole text, and the ids (without angle brackets) of itself and of the mails it answers.

    `words` is the text without quotes and signature, as the history of the case has it. `boxes` are the names of the
    mail boxes that it was fetched from.
    """

    boxes: list[str]
    text: str
    words: str
    message_id: str | None
    references: list[str]
    damage: list[str]


class ReceptionEntry(Entry, frozen=True, kw_only=True):
    """What became of a mail that came in. `opened`: it opened `case`."""

    number: MailNumber
    state: State
    reason: str
    why: str
    case: CaseNumber | None
    opened: bool
    looks_like: CaseNumber | None


class ReadMailsEntry(Entry, frozen=True, kw_only=True):
    """What came of reading a folder. `taken`, `held` and `known` together are `came`.

    `opened` counts the new cases, `deleted` the mails that are marked as deleted there and were left out.
    """

    came: int
    taken: int
    held: int
    known: int
    opened: int
    deleted: int


class MailTagEntry(Entry, frozen=True, kw_only=True):
    """The tag of a case: a mail with it in its subject goes to that case."""

    case: CaseNumber
    tag: str


class MailSenderEntry(Entry, frozen=True, kw_only=True):
    """A sender, or a mailing list by its id, that is blocked or allowed, since when, and why."""

    address: str
    state: Literal["blocked", "allowed"]
    at: Moment
    why: str


class SenderCheckEntry(Entry, frozen=True, kw_only=True):
    """The mail server that checks senders; null: none is named."""

    server: str | None


class ReopeningEntry(Entry, frozen=True, kw_only=True):
    """For how many days after a resolution a mail reopens the case; with 0 none does."""

    days: int


class SavedMailFileEntry(Entry, frozen=True, kw_only=True):
    """A file of a mail that was saved in a folder, under a safe name."""

    mail: MailNumber
    path: str
