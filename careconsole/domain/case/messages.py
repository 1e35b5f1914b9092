"""Messages between a customer and us, and what they do to a case that waits, is parked or has ended."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.causes import KnownCause
from careconsole.domain.case.command import Cases, Command, Decision
from careconsole.domain.case.context import Context, must_be_one_of, must_exist, must_say
from careconsole.domain.case.entries import NamedEntry
from careconsole.domain.case.event import Changes, Contact, Event, Fact
from careconsole.domain.case.lessons import together
from careconsole.domain.case.mail_ref import MailRef, files_words, sender_words, taken_words
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.parking import Unparked
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.resolution import Reopened
from careconsole.domain.case.resolution_answers import SORT_WORDS, contact_changes
from careconsole.domain.case.state import CHANNELS, CLOSED, RESOLVED, SELF_ANSWERING, Case, Inbound
from careconsole.domain.case.then import MessageThen, is_ours
from careconsole.domain.errors import Refused, WrongUse

SORTS = ("message", "auto", "thanks")


class LogMessage(MessageThen, frozen=True, kw_only=True):
    """Log a message to or from the customer, and what follows. `sort` None: guessed from the text of an inbound one."""

    digested_as = "Touch"

    text: str
    inbound: bool = False
    channel: str = "email"
    sort: str | None = None
    proactive: bool = False

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """A message can be logged on any case, except a merged or void one."""
        must_exist(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """A message on an ended case reopens it; one that a parked case waits for unparks it.

        What follows is decided by its own rules, on the case as the message leaves it.
        """
        return self._facts(case, ctx, None)

    def reviewing(self, case: Case, ctx: Context, cases: Cases, known: KnownCause) -> Decision:
        """The message, the resolution with its review, and what that found on other cases."""
        return together(case, self._facts(case, ctx, known), self.lesson.found(case, ctx, known, cases.case))

    def _facts(self, case: Case, ctx: Context, known: KnownCause | None) -> list[Fact]:
        facts, text = self._message(case), self.text.strip()
        ours = is_ours(self.then, inbound=self.inbound)
        asked = wants_answer(facts)
        return [*facts, *self.following(case, facts, text, ctx, ours=ours, known=known, asked=asked)]

    def _message(self, case: Case) -> list[Fact]:
        # Imported here because its patterns take long to compile, and most commands do not need them.
        from careconsole.domain.case.inbound import classify

        text = must_say(self.text, "What was said")
        must_be_one_of(self.channel, CHANNELS, "channel")
        if self.proactive and self.inbound:
            raise WrongUse("A message from the customer is never proactive.", "Leave out one of the two.")
        if not self.inbound:
            if self.sort is not None:
                raise WrongUse("Only a message from the customer has a sort.", "Leave out the sort.")
            return [MessageLogged(inbound=False, channel=self.channel, text=text, proactive=self.proactive)]
        sort = self.sort or classify(text)
        must_be_one_of(sort, SORTS, "sort of message")
        logged = MessageLogged(inbound=True, channel=self.channel, text=text, sort=sort)
        return [*reopening_facts(case, sort), logged]


@event("touched")
class MessageLogged(Fact, frozen=True, kw_only=True):
    """A message to or from the customer. `sort` of an inbound one: "message", "auto" (automatic reply) or "thanks".

    `mail` is the mail that it came in, whose quotes and signature `text` leaves out. `sent_on` is the case on which it
    was sent by mail, if that was merged into this one meanwhile; else nothing of what is logged is sent from here.
    """

    by_mail = True

    inbound: bool
    channel: str
    text: str
    sort: str = "message"
    proactive: bool = False
    mail: MailRef | None = None
    sent_on: int = 0

    def apply(self, case: Case, event: Event) -> Changes:
        """An inbound message waits for an answer; an outbound one, a call or a visit is one."""
        return contact_changes(case, self.contact, Inbound(number=event.number, at=event.at, sort=self.sort))

    @property
    def is_work(self) -> bool:
        """An inbound message that needs no answer is not work."""
        return not self.inbound or self.sort == "message"

    @property
    def named_text(self) -> str:
        """What was said."""
        return self.text

    @property
    def contact(self) -> Contact:
        """The message that was logged."""
        return Contact(
            inbound=self.inbound, channel=self.channel, text=self.text, sort=self.sort, proactive=self.proactive
        )

    @property
    def _did(self) -> str:
        """What somebody did, before "the customer": a mail that was only noted must not read like one that was sent."""
        if self.sent_on:
            return f"sent the mail of case {self.sent_on} to"
        return "recorded a message to" if self.is_only_recorded else "spoke with"

    @property
    def is_only_recorded(self) -> bool:
        """Whether somebody noted a message of ours that went out elsewhere: nothing was sent from here."""
        return not self.inbound and self.mail is None and not self.sent_on and self.channel not in SELF_ANSWERING

    def sentence(self, narrator: Narrator) -> str:
        """Says which way it went, how, and what was said."""
        if not self.inbound:
            how = ", unprompted" if self.proactive else ""
            return f"{self._did} the customer ({self.channel}{how}): {self.text}"
        sort = SORT_WORDS.get(self.sort, "a message")
        return f"recorded {sort} from the customer ({self.channel}): {self.text}"

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """Says which address the mail is from, what it says, and which files came with it."""
        sort = f" ({SORT_WORDS[self.sort]})" if self.sort in SORT_WORDS else ""
        if self.mail is None:
            return f"the customer wrote by mail{sort}: {self.text}"
        taken = taken_words(self.mail, narrator).removesuffix(",")
        return f"{sender_words(self.mail)} wrote by mail{sort}{taken}: {self.text}{files_words(self.mail.files)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person answerable for the case, if the customer or a colleague wrote.

        That a colleague wrote is only said in the console: it is done, so that a notice would call them to nothing.
        """
        if not self.inbound:
            told = f"{reader.who} {self._did} the customer on {reader.case}{reader.words(self.text)}"
            return told if reader.held and reader.quote else None
        if self.sort != "message" or not reader.owned:
            return None
        return f"The customer {self.contact.has} {reader.case}{reader.open_again}{reader.words(self.text)}"

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once the customer has been answered."""
        if ended := super().why_stale(case, notice):
            return ended
        return "" if case.unanswered_since is not None else "the customer has been answered"


class Reclassify(Command, frozen=True, kw_only=True):
    """Correct the sort of an inbound message, by the number of its event."""

    message: int = msgspec.field(name="touch")
    sort: str

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """A guess can be corrected on any case, except a merged or void one."""
        must_exist(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Corrects the sort of an unanswered message, which restores or removes the customer's waiting time."""
        must_be_one_of(self.sort, SORTS, "sort of message")
        unanswered = {message.number: message for message in case.unanswered}
        if self.message not in unanswered:
            known = ", ".join(map(str, unanswered)) or "none"
            raise Refused(
                f"Entry {self.message} of case {case.number} is not a message that waits for an answer.",
                f"Those that wait: {known}. Answered messages need no correction.",
            )
        if unanswered[self.message].sort == self.sort:
            raise Refused(
                f"Entry {self.message} is recorded as {self.sort!r} already.",
                f"Choose another sort: {', '.join(sort for sort in SORTS if sort != self.sort)}.",
            )
        return [*reopening_facts(case, self.sort), Reclassified(touch=self.message, sort=self.sort)]


@event("reclassified")
class Reclassified(Fact, frozen=True, kw_only=True):
    """The message of entry `touch` is of another sort than it was recorded as."""

    touch: int
    sort: str

    def apply(self, case: Case, event: Event) -> Changes:
        """Changes the sort of an unanswered message."""
        messages = tuple(replace(t, sort=self.sort) if t.number == self.touch else t for t in case.unanswered)
        return {"unanswered": messages}

    @property
    def names_earlier(self) -> bool:
        """It is about a message that was logged before."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says which message, and its sort."""
        return f"reclassified {narrator.message(self.touch)} as {self.sort}"


def unanswered_messages(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The inbound messages that no answer has followed yet, the latest first."""
    texts = {e.number: said.text for e in history if (said := e.fact.contact) is not None}
    return [
        NamedEntry(message.number, texts.get(message.number) or case.subject, f"recorded as {message.sort}")
        for message in reversed(case.unanswered)
    ]


def wants_answer(facts: Sequence[Fact]) -> bool:
    """Whether one of them is a message from the customer, on whatever channel, that is no automatic reply or thanks."""
    return any(isinstance(fact, MessageLogged) and fact.inbound and fact.sort == "message" for fact in facts)


def reopening_facts(case: Case, sort: str) -> list[Fact]:
    """What a message from the customer causes: an ended case is reopened, one parked on the customer is unparked."""
    if sort != "message":
        return []
    if case.status in (RESOLVED, CLOSED):
        return [Reopened(reason="the customer got in touch again", waits=False)]
    if case.parked is not None and case.parked.on == "customer":
        return [Unparked(reason="the customer got in touch")]
    return []
