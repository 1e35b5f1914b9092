"""Replies that are not sent: stopped by what happened meanwhile or by a person, refused, or nobody knows."""

from collections.abc import Sequence

from msgspec.structs import replace

from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.replies import ReplySent
from careconsole.domain.case.state import MERGED, SELF_ANSWERING, VOID, Case
from careconsole.domain.reply_states import LATER, REFUSED, SENT, UNCERTAIN, WAITING

_ENDED = {
    WAITING: "is sent again",
    LATER: "could not be sent yet and is tried again",
    REFUSED: "was refused",
    UNCERTAIN: "may or may not have been sent",
    SENT: "was sent, but what was to follow did not happen",
}


@event("reply stopped")
class ReplyStopped(Fact, frozen=True, kw_only=True):
    """The reply that entry `reply` wrote is not sent; `why` says so in a sentence. `by` is who wrote it,
    `stopped_by` who decided so, if a person did.

    It is `unknown` whether it was sent after its case was exported: only where it was written this is known.
    """

    by_mail = True

    reply: int
    why: str
    by: int | None = None
    unknown: bool = False
    stopped_by: int | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """It waits no more."""
        return {"replies": tuple(one for one in case.replies if one.number != self.reply)}

    @property
    def is_work(self) -> bool:
        """Nobody worked on the case by that."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """Like a note, it leaves what was decided valid."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says which one, and why."""
        return f"decided that the mail of entry {self.reply} is not sent: {self.why}"

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """Says which one, and why."""
        what = "may or may not have been sent" if self.unknown else "was not sent"
        return f"the mail of entry {self.reply} {what}: {self.why}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for its writer, unless it was they who decided so."""
        if not reader.acts_for(self.by) or self.stopped_by == reader.me:
            return None
        if self.unknown:
            return f"Your mail on {reader.case} may or may not have been sent: {self.why}"
        return f"Your mail on {reader.case} was not sent: {self.why} It is a draft again."


@event("reply failed")
class ReplyFailed(Fact, frozen=True, kw_only=True):
    """The reply that entry `reply` wrote was refused, or it is uncertain whether it was sent; `said` is why.

    With the state "waiting", a person has it sent again after that. With "later", the first attempt failed, and it
    still waits. With "sent" it was sent, but what was to follow did not happen.
    """

    by_mail = True

    reply: int
    state: str
    said: str
    by: int | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """It waits for a person to decide, unless it is tried again by itself."""
        if self.state == LATER:
            return {}
        replies = tuple(replace(one, state=self.state) if one.number == self.reply else one for one in case.replies)
        return {"replies": replies}

    @property
    def is_work(self) -> bool:
        """Nobody worked on the case by that."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """Like a note, it leaves what was decided valid."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says which one, and how it ended."""
        return self.sentence_by_mail(narrator)

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """Says which one, and how it ended."""
        return f"the mail of entry {self.reply} {_ENDED[self.state]}: {self.said}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for its writer, and for the person who answers for the case unless it is tried again by itself."""
        mine = reader.acts_for(self.by)
        if self.state == WAITING or not (mine or (reader.owned and self.state != LATER)):
            return None
        whose = "Your mail" if mine else "A mail"
        return f"{whose} on {reader.case} {_ENDED[self.state]}{reader.words(self.said)}"


def left_behind(case: Case) -> list[Fact]:
    """What an export adds to a case when it is loaded: mails that waited are not sent from here."""
    why = "It was waiting when its case was exported. If it was sent from there, record it here as a message."
    return [ReplyStopped(reply=one.number, why=why, by=one.by, unknown=True) for one in case.replies]


def why_stopped(case: Case, history: Sequence[Event], reply: int, writer: int | None, name: Narrator) -> str:
    """Why a reply that waits is not sent after all, as a sentence; empty if nothing came between.

    `history` are the entries that count. What its writer did since is known to them, and so are the mails that waited
    on the case when they wrote: their sending comes between, but was foreseen.
    """
    if case.status == MERGED:
        return f"The case was merged into case {case.merged_into}."
    if case.status == VOID:
        return "The opening of the case was undone."
    for entry in history:
        contact = entry.fact.contact
        if entry.number <= reply or contact is None:
            continue
        if isinstance(entry.fact, ReplySent) and entry.fact.reply < reply:
            continue
        if contact.inbound and contact.sort == "message":
            return f"The customer {contact.did} meanwhile."
        if not contact.inbound and entry.actor != writer:
            did = "spoke with" if contact.channel in SELF_ANSWERING else "wrote to"
            return f"{name.name(entry.actor)} {did} the customer meanwhile."
    return ""
