"""What the customer says of a case: whether we did what we promised.

It rates the case and nobody in person. It moves no clock and reopens nothing; the words that come with it are a message
of the customer like any other.
"""

from collections.abc import Sequence

from careconsole.domain.case.command import Cases, Command, Decision
from careconsole.domain.case.context import Context, must_be_one_of, must_exist
from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.event import Changes, Direction, Event, Fact
from careconsole.domain.case.messages import SORTS, MessageLogged, reopening_facts
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.rating_answers import RATINGS, YES, rating_words
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.resolution_answers import TOLD
from careconsole.domain.case.state import CHANNELS, SELF_ANSWERING, Case, Rating


class Rate(Command, frozen=True, kw_only=True):
    """Record whether we did what we promised, as the customer says, with their words (`said`), if any.

    `sort` is that of their words, as in LogMessage; None: with a yes they are thanks, else it is guessed. Without a
    `channel` it is not known how they said it; their words are then taken to come as the case did.
    """

    rating: str
    said: str = ""
    channel: str | None = None
    sort: str | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """It can be recorded on any case, except a merged or void one."""
        must_exist(case, ctx)

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """Records the answer, with everybody who spoke with the customer there, and their words as a message."""
        must_be_one_of(self.rating, RATINGS, "answer to whether we did what we promised")
        if self.channel is not None:
            must_be_one_of(self.channel, CHANNELS, "channel")
        rated = Rated(answer=self.rating, channel=self.channel or "", spoke=who_spoke(cases.history(case.number)))
        return [(case.number, [rated, *self._words(case)])]

    def _words(self, case: Case) -> list[Fact]:
        from careconsole.domain.case.inbound import classify  # its patterns take long to compile

        text = self.said.strip()
        if not text:
            return []
        sort = self.sort or ("thanks" if self.rating == YES else classify(text))
        must_be_one_of(sort, SORTS, "sort of message")
        channel = self.channel or (case.channel if case.channel in CHANNELS else "other")
        logged = MessageLogged(inbound=True, channel=channel, text=text, sort=sort)
        return [*reopening_facts(case, sort), logged]


@event("rated")
class Rated(Fact, frozen=True, kw_only=True):
    """The customer said whether we did what we promised: "yes", "partly" or "no".

    `channel` is how they said it, "" if that is not known. `spoke` are those who had spoken with the customer on the
    case, by number.
    """

    by_mail = True

    answer: str
    channel: str = "phone"
    spoke: tuple[int, ...] = ()

    def apply(self, case: Case, event: Event) -> Changes:
        """Sets what the customer says of the case, in place of what they said before."""
        return {"rating": Rating(answer=self.answer, at=event.at, channel=self.channel, by=event.actor)}

    @property
    def is_work(self) -> bool:
        """To hear what the customer thinks is not work on the case."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """A decision made without knowing of it is still valid."""
        return True

    @property
    def is_public(self) -> bool:
        """The customer said it."""
        return True

    @property
    def direction(self) -> Direction:
        """From the customer."""
        return "in"

    def sentence(self, narrator: Narrator) -> str:
        """Says what they answered, and how."""
        how = f" ({self.channel})" if self.channel else ""
        return f"recorded the customer's answer{how}: {rating_words(self.answer)}"

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """Says what they answered."""
        return f"the customer answered by mail: {rating_words(self.answer)}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person answerable for the case, and for everybody who spoke with the customer there."""
        if not reader.owned and reader.mine(self.spoke) is None:
            return None
        return f"The customer answered on {reader.case}: {rating_words(self.answer)}."

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: what a customer said stays news."""
        return ""


def rated_while_open(command: Command, before: Case | None) -> list[str]:
    """What to know when an answer is recorded on a case that is still open: a later one takes its place."""
    if not isinstance(command, Rate) or before is None or not before.is_open:
        return []
    return [f"Case {before.number} is still open; what its customer says in the end replaces this answer."]


def who_spoke(history: Sequence[Event]) -> tuple[int, ...]:
    """Those who wrote to the customer or spoke with them, by number; of imported messages, those known by name."""
    found = set()
    for entry in standing(history):
        fact, contact = entry.fact, entry.fact.contact
        talked = contact is not None and (not contact.inbound or contact.channel in SELF_ANSWERING)
        if talked or (isinstance(fact, Resolved) and fact.answer == TOLD):
            found.add(getattr(fact, "by", entry.actor))
    return tuple(sorted(who for who in found if who is not None))
