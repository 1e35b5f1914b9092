"""What mail servers report of replies that were sent: that one did not arrive, or did after all."""

from collections.abc import Sequence

from msgspec.structs import replace

from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import MERGED, VOID, Case, Inbound, OpenPromise


@event("undelivered")
class Undelivered(Fact, frozen=True, kw_only=True):
    """A server reports that the mail of entry `entry` did not arrive at these addresses; `said` is why.

    The customer waits again for what they wrote before it (`waits`), and was not told of the promises that came with it
    (`promises`, by number). `of` is the case that the mail was sent on, if that was merged into this one since.
    """

    by_mail = True

    entry: int
    addresses: tuple[str, ...] = ()
    said: str = ""
    waits: tuple[Inbound, ...] = ()
    promises: tuple[int, ...] = ()
    of: int | None = None

    @property
    def brings_back(self) -> int:
        """The entry that came back; 0 if it is one of another case."""
        return self.entry if self.of is None else 0

    @property
    def when_disproved(self) -> "Undelivered":
        """The mail arrived after all: nobody waits again."""
        return replace(self, waits=())

    def apply(self, case: Case, event: Event) -> Changes:
        """The customer waits again, since when they did; the promises are marked as untold."""
        known = {message.number for message in case.unanswered}
        waits = self.waits if self.of is None else _as_one(self.waits, event)
        back = [message for message in waits if message.number not in known]
        waits = tuple(sorted((*back, *case.unanswered), key=lambda message: message.number))
        return {"unanswered": waits, "promises": _told(case, self.promises, untold=True)}

    @property
    def is_work(self) -> bool:
        """Nobody worked on the case by that."""
        return False

    def sentence(self, narrator: Narrator) -> str:
        """Says which one, and why."""
        return self.sentence_by_mail(narrator)

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """Says which mail did not arrive where, and why."""
        where = f" at {', '.join(self.addresses)}" if self.addresses else ""
        count = len(self.promises)
        untold = (
            f"; the customer does not know of {'a promise' if count == 1 else f'{count} promises'}" if count else ""
        )
        return f"{_mail(self.entry, self.of)} did not arrive{where}: {self.said or 'no reason given'}{untold}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for who answers for the case."""
        if not reader.owned or reader.before.status == MERGED:  # where it continues, they hear of it
            return None
        return f"Your mail did not reach the customer on {reader.case}{reader.open_again}{reader.words(self.said)}"

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Stale once the customer has been answered."""
        return "" if case.unanswered_since is not None or case.promises else "the customer has been answered"


@event("delivered")
class Delivered(Fact, frozen=True, kw_only=True):
    """A server reports that the mail of entry `entry`, which had come back, arrived after all.

    `of` is as in `Undelivered`, and `report` the entry of this case that said that it did not arrive.
    """

    by_mail = True

    entry: int
    promises: tuple[int, ...] = ()
    of: int | None = None
    report: int | None = None

    @property
    def delivers(self) -> int:
        """The entry that arrived; 0 if it is one of another case."""
        return self.entry if self.of is None else 0

    def apply(self, case: Case, event: Event) -> Changes:
        """The customer knows of the promises, and waits no longer."""
        waits = tuple(message for message in case.unanswered if message.number != self.report)
        return {"unanswered": waits, "promises": _told(case, self.promises, untold=False)}

    @property
    def is_work(self) -> bool:
        """Nobody worked on the case by that."""
        return False

    def sentence(self, narrator: Narrator) -> str:
        """Says which one."""
        return self.sentence_by_mail(narrator)

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """Says which one."""
        return f"{_mail(self.entry, self.of)} arrived after all"


def undelivered_facts(before: Case, case: Case, later: Sequence[Event], undelivered: Undelivered) -> list[Fact]:
    """What a report adds that a mail did not arrive: the fact, and on an ended case, that it is open again.

    `before` is the case right before the mail was sent, `later` are the entries after it. A customer who has been
    answered since waits for nothing of then.
    """
    from careconsole.domain.case.resolution import Reopened  # its rules are needed only here

    answered = any((contact := entry.fact.contact) is not None and not contact.inbound for entry in later)
    waits = () if answered else before.unanswered
    fact = replace(undelivered, waits=waits)
    if not case.is_open and not answered and case.status not in (MERGED, VOID):
        return [Reopened(reason="the last mail to the customer did not arrive", waits=False), fact]
    return [fact]


def _mail(entry: int, of: int | None) -> str:
    return f"the mail of entry {entry}" + (f" of case {of}" if of is not None else "")


def _as_one(waits: Sequence[Inbound], event: Event) -> tuple[Inbound, ...]:
    """The wait for messages of another case, as that of the event: their numbers mean nothing here."""
    some = [one for one in waits if one.sort == "message"]
    return (replace(min(some, key=lambda one: one.at), number=event.number),) if some else ()


def _told(case: Case, promises: Sequence[int], *, untold: bool) -> tuple[OpenPromise, ...]:
    return tuple(replace(one, untold=untold) if one.number in promises else one for one in case.promises)
