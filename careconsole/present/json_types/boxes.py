"""Mail boxes, as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from careconsole.present.json_types.base import Entry, Moment
from careconsole.present.json_types.mail import MailboxEntry

BoxNumber = Annotated[int, Meta(description="The number of a mail box.", ge=1)]


class MailServerEntry(Entry, frozen=True, kw_only=True):
    """A mail server, how the connection is encrypted, and the user (null: without a login)."""

    host: str
    port: int
    security: Literal["tls", "starttls", "plain"]
    user: str | None


class UnfetchedMailEntry(Entry, frozen=True, kw_only=True):
    """A mail that the server lists and does not give: its UID, and why."""

    uid: int
    failure: str


class BoxEntry(Entry, frozen=True, kw_only=True):
    """A mail box; its password is never included, only where it comes from.

    `imap` is where mail is fetched, `smtp` where it is sent (null: nowhere). `after` says what happens on the server to
    a mail that was received. Mails that came there before the day `since` are not fetched ("all": all are). `read_at`
    is when it was last read whole, `failure` why it could not be since. `late_since` is when it was last read, if that
    is longer than 15 minutes ago although it is meant to be read. `auto_answer` names the saved words of the team that
    answer a mail automatically (null: none do).
    """

    number: BoxNumber
    name: str
    address: MailboxEntry
    imap: MailServerEntry | None
    folder: str
    after: Literal["leave", "seen", "move"]
    moved_to: str | None
    since: str
    reading: bool
    smtp: MailServerEntry | None
    sent_folder: str | None
    signature: str | None
    auto_answer: str | None
    password: Literal["none", "stored", "environment", "command"]
    oauth: bool
    read_at: Moment | None
    failure: str | None
    failed_at: Moment | None
    late_since: Moment | None
    unfetched: list[UnfetchedMailEntry]


class TriedServerEntry(Entry, frozen=True, kw_only=True):
    """Whether a login at a server worked, why not and what to do next, and for `imap` how many mails the folder has."""

    works: bool
    failure: str | None
    advice: str | None
    mails: int | None


class BoxTestEntry(Entry, frozen=True, kw_only=True):
    """What came of logging in at the servers of a box (null: it has none)."""

    number: BoxNumber
    name: str
    imap: TriedServerEntry | None
    smtp: TriedServerEntry | None


class FetchedBoxEntry(Entry, frozen=True, kw_only=True):
    """What came of fetching the mail of a box. `taken`, `held` and `known` together are `came`.

    `opened` counts the new cases, `unfetched` the mails that the server does not give. `busy` is where the box is being
    read already, `failure` why it could not be read.
    """

    number: BoxNumber
    name: str
    came: int
    taken: int
    held: int
    known: int
    opened: int
    unfetched: int
    busy: str | None
    failure: str | None
