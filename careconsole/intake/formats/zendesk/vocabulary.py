"""What the statuses, channels and people of Zendesk mean here."""

from __future__ import annotations

import msgspec

from careconsole.domain.imported_record import Message
from careconsole.domain.terminal_text import fold
from careconsole.intake.files.doubts import Doubts
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.message_counts import MessageCounts
from careconsole.intake.formats.names_by_id import NamesById
from careconsole.intake.formats.zendesk.first_comments import FirstComments
from careconsole.intake.values.fields import Document, ident, ident_of, inner, several, text, text_of
from careconsole.intake.values.id_table import IdTable, digest
from careconsole.intake.values.times import Moments

STATUSES = {
    "new": "open",
    "open": "open",
    "pending": "parked",
    "hold": "parked",
    "solved": "resolved",
    "closed": "closed",
}
WAITS_ON = {"pending": "customer", "hold": "third party"}
"""Who a ticket waits for, by its status."""
PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = {
    "email": "email",
    "mail": "email",
    "4": "email",
    "web": "web",
    "web_form": "web",
    "0": "web",
    "web_widget": "web",
    "help_center": "web",
    "mobile": "web",
    "mobile_sdk": "web",
    "phone": "phone",
    "voice": "phone",
    "phone_call_inbound": "phone",
    "phone_call_outbound": "phone",
    "voicemail": "phone",
    "chat": "chat",
    "native_messaging": "chat",
    "sms": "chat",
    "whatsapp": "chat",
    "line": "chat",
    "twitter": "social",
    "twitter_dm": "social",
    "twitter_favorite": "social",
    "facebook": "social",
    "facebook_message": "social",
    "any_channel": "other",
    "api": "other",
    "web_service": "other",
    "5": "other",
    "sample_ticket": "other",
    "side_conversation": "other",
    "rule": "other",
    "8": "other",
}
"""Their channel -> ours; the numbers are those in old exports."""

SYSTEM = "-1"
"""The id of the author of what Zendesk writes itself."""


class Vocabulary(msgspec.Struct):
    """What it takes to read all parts of a Zendesk export.

    `systems` are names of systems, not people, and `statuses` says what statuses mean, by their folded
    names, before all else. `private` maps a comment to the last time that an audit made it public
    or private, and whether private; `openings` maps a ticket to its first comment in audits, and `firsts` has
    those of comments outside their tickets. `apart` says whether comments or
    audits are outside their tickets; `requesters` then maps tickets to digests of their requesters, and `keeps` says
    whether more are added while reading; `begun` maps tickets to when they began. `audited` says whether there are
    audits, which know when a ticket was solved, and `blind` whether some could not be read ahead, so that any comment
    in them may have been made private later. `unplaced` counts comments by authors who may be customers or agents, and
    `counts` the messages of each ticket.
    """

    names: NamesById
    seen: ReadReport
    read_time: Moments
    systems: frozenset[str] = frozenset()
    statuses: dict[str, str] = msgspec.field(default_factory=dict)
    private: dict[str, tuple[str, bool]] = msgspec.field(default_factory=dict)
    openings: dict[str, str] = msgspec.field(default_factory=dict)
    firsts: FirstComments = msgspec.field(default_factory=FirstComments)
    hidden: frozenset[int] | None = None
    requesters: IdTable = msgspec.field(default_factory=IdTable)
    begun: IdTable = msgspec.field(default_factory=IdTable)
    apart: bool = False
    keeps: bool = False
    blind: bool = False
    audited: bool = False
    unplaced: int = 0
    counts: MessageCounts = msgspec.field(default_factory=lambda: MessageCounts(Doubts(), apart=False))

    def turn(self, comment: str, at: str, is_public: bool) -> None:
        """Records that a comment was public or private from a time on; audits may come in any order."""
        self.private[comment] = max(self.private.get(comment, ("", False)), (at, not is_public))

    def is_hidden(self, comment: str) -> bool:
        """Whether audits say that a comment is private in the end."""
        return self.private.get(comment, ("", False))[1]

    def opens_in_public(self, ticket: str, created: int, description: str) -> bool | None:
        """Whether the first comment of a ticket is public, which stands outside it; None if there is none."""
        if opening := self.openings.get(ticket):
            return not self.is_hidden(opening)
        found = self.firsts.of(ticket, created, description)
        return None if found is None else found.is_public and found.id not in self._hidden()

    def _hidden(self) -> frozenset[int]:
        """The digests of the comments that are private in the end; audits have been read ahead when it is asked."""
        if self.hidden is None:
            self.hidden = frozenset(digest(comment) for comment, (_, private) in self.private.items() if private)
        return self.hidden

    def owner(self, id: str) -> tuple[str | None, bool]:
        """The owner with this id, and whether nobody owns the ticket; (None, False) for a system."""
        if not id:
            return None, True
        name = self.names.person(id)
        if name in self.systems:
            self.seen.by_systems += 1
            return None, False
        return name, False

    def status(self, word: str) -> str | None:
        """What a status means here; None, and counted, if it is unknown."""
        ours = (self.statuses.get(fold(word)) if self.statuses else None) or STATUSES.get(word)
        if word and ours is None:
            self.seen.count("status", word)
        return ours

    def priority(self, word: str) -> str | None:
        """What a priority means here; None, and counted, if it is unknown."""
        if word and word not in PRIORITIES:
            self.seen.count("priority", word)
        return word if word in PRIORITIES else None

    def channel(self, via: object) -> str | None:
        """The channel in `via`; None if there is none or, counted, if it is not listed."""
        named = text_of(inner(via, "channel"), "via")
        if named and named not in CHANNELS:
            self.seen.count("channel", named)
        return CHANNELS.get(named)

    def said(self, way: str, words: str, author: str) -> Message:
        """A message with the colleague who wrote it; without one for customers, Zendesk itself, and systems."""
        if author in ("", SYSTEM) or self.names.agents.get(author) is False:
            return Message(way, words)
        name = self.names.person(author)
        return (
            Message(way, words)
            if name in self.systems
            else Message(way, words, name, by_id=self.names.identity(author))
        )


class Conversation(msgspec.Struct, frozen=True):
    """The conversation in a ticket: its number, a digest of the requester's id (0: unknown), and who gets copies."""

    external: str
    requester: int = 0
    copies: frozenset[str] = frozenset()


def meet_people(names: NamesById, ticket: Document) -> None:
    """Adds the people, the organisation and the group that some exports put into the ticket itself."""
    for field in ("requester", "submitter", "assignee"):
        if isinstance(ticket.get(field), dict):
            meet_user(names, ticket[field])
    organization = ticket.get("organization")
    if isinstance(organization, dict) and (id := ident(organization, "id")):
        names.add_name("organization", id, text(organization, "name"))
    group = ticket.get("group")
    if isinstance(group, dict) and (id := ident(group, "id")):
        names.add_name("group", id, text(group, "name"))


def meet_user(names: NamesById, user: Document) -> None:
    """Adds one person; the role tells whether they work here."""
    if id := ident(user, "id"):
        role = text(user, "role")
        names.add_person(id, text(user, "name"), text(user, "email"), role != "end-user" if role else None)


def conversation(ticket: Document, external: str) -> Conversation:
    """The people in the conversation of a ticket, as far as it names them."""
    copies: set[str] = set()
    for field in ("collaborator_ids", "email_cc_ids"):
        copies.update(several(ticket.get(field), field))
    requester = id_of(ticket, "requester")
    return Conversation(external, digest(requester) if requester else 0, frozenset(copies))


def id_of(ticket: Document, field: str) -> str:
    """The id of the person, organisation or group in a field of a ticket, as an id or as an object."""
    if id := ident(ticket, f"{field}_id"):
        return id
    held = ticket.get(field)
    return ident_of(held.get("id"), field) if isinstance(held, dict) else ""
