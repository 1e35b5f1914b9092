"""Replies: mails to the customer, which wait a little, are sent, and may not arrive.

A reply that is written waits, and answers nothing. Once it is sent it answers the customer, and what follows it (a
promise, a parking, the resolution) happens. One that did not arrive has answered nothing, after all.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.causes import KnownCause
from careconsole.domain.case.command import Cases, Decision
from careconsole.domain.case.context import Context, must_be_later, must_exist, must_say
from careconsole.domain.case.event import Changes, Contact, Event, Fact
from careconsole.domain.case.files import Attached
from careconsole.domain.case.mail_ref import MailFile, files_words
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.resolution_answers import contact_changes
from careconsole.domain.case.state import Case, Inbound, UnsentReply
from careconsole.domain.case.then import PARK, PROMISE, RESOLVE, REVIEW_FIELDS, MessageThen, state_after
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import Hint, given, hint_of, suggest
from careconsole.domain.time.moments import MINUTE

UNDO_TIME = MINUTE // 3
"""How long a reply waits at least before it is sent, so that it can be taken back (milliseconds)."""
THEN_FIELDS = ("then", "due", "on", "until", "said", "promises", "answer", *REVIEW_FIELDS)
"""The fields that say what follows."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk found out about a reply: the box and address it is sent from, to whom, its subject, its files."""

    box: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str
    files: tuple[Attached, ...] = ()


class Reply(MessageThen, frozen=True, kw_only=True):
    """Send the customer a mail, and say what follows once it is sent.

    `to` and `cc` are addresses, separated by commas; left out, they are those of the customer's last mail. `box` is the
    one it is sent from, `files` are paths, `at` is when it is sent (None: in a moment). The desk fills in `prepared`.
    """

    alone: ClassVar[Hint | None] = hint_of("Write to one customer at a time.")

    text: str
    to: str | None = None
    cc: str | None = None
    subject: str = ""
    box: str = ""
    files: tuple[str, ...] = ()
    no_quote: bool = False
    at: int | None = None
    prepared: Prepared | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody may write to the customer on any case, except a merged or void one."""
        must_exist(case, ctx)

    def where_merged(self, number: int) -> Hint:
        """The customer is answered on the case where theirs continues."""
        return hint_of("Answer the customer there: {}.", suggest("reply", number, text=...))

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Writes the reply, which is sent later. Refuses already now what could not follow it then."""
        return self._facts(case, ctx, None)

    def reviewing(self, case: Case, ctx: Context, cases: Cases, known: KnownCause) -> Decision:
        """Writes the reply; what its review finds on other cases is recorded once it is sent."""
        return [(case.number, self._facts(case, ctx, known))]

    def _facts(self, case: Case, ctx: Context, known: KnownCause | None) -> list[Fact]:
        text = must_say(self.text, "The reply")
        if self.prepared is None or not self.prepared.to:
            raise WrongUse("It is not known whom the reply is for.", "Say it {}.", given(to=...))
        if self.at is not None:
            must_be_later(self.at, ctx, "The time at which it is sent")
        send_at = max(self.at or 0, ctx.now + UNDO_TIME)
        if self.then == PROMISE and self.due is not None and self.due <= send_at:
            raise WrongUse(
                "The promised time comes before the reply is sent.", "Promise a later time {}.", given(due=...)
            )
        mail = self.prepared
        written = ReplyWritten(
            text=text,
            sender=mail.sender,
            to=mail.to,
            cc=mail.cc,
            subject=mail.subject,
            files=tuple(MailFile(file.name, file.size, file.type) for file in mail.files),
            send_at=send_at,
            later=self.at is not None,
            **{name: getattr(self, name) for name in THEN_FIELDS},
        )
        known_files = {(file.digest, file.name) for file in case.files}
        facts: list[Fact] = [*(one for one in mail.files if (one.digest, one.name) not in known_files), written]
        self.following(case, [written.sent(case.version + len(facts))], text, ctx, ours=True, known=known)
        return facts


@event("reply written")
class ReplyWritten(Fact, frozen=True, kw_only=True):
    """A reply was written, to be sent from the address `sender` at `send_at` (epoch milliseconds).

    `later`: the person chose that time. The last fields say what follows once it is sent, as in `Reply`.
    """

    text: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str = ""
    files: tuple[MailFile, ...] = ()
    send_at: int = 0
    later: bool = False
    then: str | None = None
    due: int | None = None
    on: str | None = None
    until: int | None = None
    said: str = ""
    promises: str | None = None
    answer: str | None = None
    cause: str = ""
    change: str = ""
    owner: int | None = None
    came_back: str = ""
    without_help: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """The reply waits to be sent; the customer still waits, too."""
        waiting = UnsentReply(number=event.number, by=event.actor, send_at=self.send_at)
        return {"replies": (*case.replies, waiting)}

    def sent(self, number: int) -> "ReplySent":
        """That this reply, the entry `number`, was sent."""
        return ReplySent(reply=number, text=self.text, to=self.to, cc=self.cc, files=self.files)

    def following(
        self, case: Case, sent: "ReplySent", ctx: Context, known: KnownCause, read: Callable[[int], Case]
    ) -> Decision:
        """What follows once it is sent, decided on the case as it is then, and what that finds on other cases.

        `known` is what is known of the cause of the case, `read` reads another case by its number. Raises Refused and
        WrongUse as `Reply`.
        """
        from careconsole.domain.case.lessons import together

        if self.then in (PARK, RESOLVE) and state_after(case, [sent], ctx).unanswered_since is not None:
            raise Refused(
                "The customer wrote while it was being sent.", "Answer them first: {}.", suggest("show", case.number)
            )
        command = Reply(text=self.text, **{name: getattr(self, name) for name in THEN_FIELDS})
        facts = command.following(case, [sent], self.text, ctx, ours=True, known=known)
        found = command.lesson.found(case, ctx, known, read) if self.then == RESOLVE else []
        return together(case, facts, found)

    def sentence(self, narrator: Narrator) -> str:
        """Says to whom, when it is sent, and what it says."""
        called = f" ({self.subject})" if self.subject else ""
        then = {PROMISE: ", with a promise", PARK: ", then parked", RESOLVE: ", then resolved"}.get(self.then or "", "")
        said = f" ({self.said})" if self.said else ""
        when = narrator.moment(self.send_at)
        return (
            f"wrote a mail to {_people(self.to, self.cc)}{called}, to be sent at {when}{then}{said}:"
            f" {self.text}{files_words(self.files)}"
        )

    def concerns(self, reader: Reader) -> str | None:
        """Text, in the console only, for who owns the case, or wrote a mail that waits on it, if a colleague writes."""
        waits = reader.mine(one.by for one in reader.before.replies if one.by is not None) is not None
        if not reader.quote or not (reader.held or waits):
            return None
        when = reader.at_time(self.send_at)
        return f"{reader.who} wrote a mail to the customer on {reader.case}, to be sent {when}{reader.words(self.text)}"


@event("reply sent")
class ReplySent(Fact, frozen=True, kw_only=True):
    """The reply that entry `reply` wrote was sent. `arrived` is False, in what counts, once it came back."""

    reply: int
    text: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    files: tuple[MailFile, ...] = ()
    arrived: bool = True

    def apply(self, case: Case, event: Event) -> Changes:
        """Answers what the customer wrote before the reply was written, if it arrived."""
        left = {"replies": _without(case, self.reply)}
        if self.contact is None:
            return left
        later = tuple(message for message in case.unanswered if message.number > self.reply)
        if later:
            case = replace(case, unanswered=tuple(message for message in case.unanswered if message not in later))
        answered = contact_changes(case, self.contact, Inbound(number=event.number, at=event.at))
        return {**left, **answered, "unanswered": later}

    @property
    def contact(self) -> Contact | None:
        """The message to the customer."""
        return Contact(inbound=False, channel="email", text=self.text) if self.arrived else None

    @property
    def when_disproved(self) -> "ReplySent":
        """The same, once it came back: nobody was told."""
        return replace(self, arrived=False)

    @property
    def without_words(self) -> "ReplySent":
        """What is left here once the message has moved to another case: that the reply no longer waits."""
        return self.when_disproved

    def sentence(self, narrator: Narrator) -> str:
        """Says to whom it was sent. What it says is in the entry that wrote it."""
        return f"sent the mail of entry {self.reply} to {self.people}"

    @property
    def people(self) -> str:
        """Whom it was sent to, and who got a copy."""
        return _people(self.to, self.cc)


def _without(case: Case, number: int) -> tuple[UnsentReply, ...]:
    return tuple(one for one in case.replies if one.number != number)


def _people(to: Sequence[str], cc: Sequence[str]) -> str:
    return ", ".join(to) + (f" (cc {', '.join(cc)})" if cc else "")
