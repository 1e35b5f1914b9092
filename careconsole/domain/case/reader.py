"""One person who may be told of an event, and how texts are worded for them.

The texts themselves come from the events (`Fact.concerns`).
"""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.domain.case.narrator import at_time, listed
from careconsole.domain.case.pending_notices import FOR_WHOM, leads
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text, shortened
from careconsole.domain.time.moments import DAY, HOUR, USUAL_DATES, local

_SUBJECT = 40
_WORDS = 240


class Reader:
    """A person who may be told of an event: their part in it, and names, quotes and times as worded for them.

    `before` is the case without the event, which `actor` caused at time `at`. `quote` and `subject` as in
    `notifications`.
    """

    def __init__(
        self,
        before: Case,
        *,
        at: int,
        actor: int | None,
        roster: Roster,
        me: int,
        quote: bool = True,
        subject: bool = True,
    ) -> None:
        self.before = before
        self.at = at
        self._roster = roster
        self.me = me
        self.quote = quote
        self.who = roster.name(actor)
        named = f" ({display_text(before.subject, _SUBJECT)})" if subject and before.subject else ""
        self.case = f"case {before.number}{named}"

    # My part in the event.

    @property
    def owned(self) -> bool:
        """Whether I answered for the case before the event."""
        return self._roster.answerable(self.before.owner) == self.me

    @property
    def held(self) -> bool:
        """Whether I, or somebody I act for, owned the case before; False if nobody had taken it."""
        return self.before.owner is not None and self.owned

    @property
    def calls(self) -> bool:
        """Whether I, or somebody I act for, made the open call for help."""
        return self.before.escalation is not None and self.acts_for(self.before.escalation.by)

    @property
    def offered(self) -> str:
        """Me, or the person I act for, if the case was offered to one of us, for texts in the console; else empty.

        Outside of it, that an offer is off calls nobody to anything.
        """
        offer = self.before.offer
        return self.to(offer.to) if offer is not None and self.quote and self.acts_for(offer.to) else ""

    @property
    def leads(self) -> bool:
        """Whether I am a lead, or act for one today."""
        return self.me in leads(self._roster)

    @property
    def on_duty(self) -> bool:
        """Whether I am the lead on duty."""
        return self._roster.on_duty() == self.me

    def acts_for(self, person: int | None) -> bool:
        """Whether I am that person, or act for them today."""
        return self._roster.who_receives(person) == self.me

    def mine(self, people: Iterable[int]) -> int | None:
        """The one of `people` that I am or act for, myself first; None if there is none."""
        return next((one for one in sorted(people, key=lambda one: one != self.me) if self.acts_for(one)), None)

    # Names.

    def name(self, person: int | None) -> str:
        """The name of a person; "duty" for None."""
        return self._roster.name(person)

    def names(self, people: Iterable[int]) -> str:
        """The names of several people: "Ben", "Ben, Cleo and Dora"."""
        return join_names([self.name(one) for one in people])

    def to(self, person: int | None) -> str:
        """Me, or the person I act for: "you", "Ben (for whom you act)"."""
        return "you" if person == self.me else f"{self._roster.name(person)} {FOR_WHOM}"

    def to_all(self, mine: int, people: Iterable[int]) -> str:
        """Me, or the person I act for, with the others who are called: "you, Dora and Eve"."""
        return join_names([self.to(mine), *(self.name(one) for one in people if one != mine)])

    @property
    def whose(self) -> str:
        """The case, with its owner if that is not me: "Ben's case 12 (Refund not paid)"."""
        owner = self.before.owner
        return self.case if owner in (None, self.me) else f"{self.name(owner)}'s {self.case}"

    @property
    def open_again(self) -> str:
        """That the same mail or command opened the case again just before, within a sentence; else empty."""
        return ", which is open again" if self.before.reopened_at == self.at else ""

    # Quotes and times.

    def words(self, text: str) -> str:
        """What somebody wrote, after a colon, if it may be quoted; else the full stop."""
        return f": {self._cut(text)}" if self.quote and text else "."

    def quoted(self, text: str) -> str:
        """What somebody wrote, within a sentence; empty if it may not be quoted."""
        return f' "{self._cut(text)}"' if self.quote and text else ""

    def _cut(self, text: str) -> str:
        return shortened(text, _WORDS, f"in full on case {self.before.number}")

    def when(self, moment: int) -> str:
        """A time: "14:05", with its day in a text that may be read on another day."""
        far = self.quote or abs(moment - self.at) >= 5 * DAY
        # 26 hours earlier is always another day, even across a DST change, so that the weekday is shown.
        return local(moment, self.at if far else moment - DAY - 2 * HOUR, style=USUAL_DATES)

    def at_time(self, moment: int) -> str:
        """The same after "was due": "at 14:05", "Tue 14:05". The text stays true, whenever it is read."""
        return at_time(self.when(moment))


def join_names(names: list[str]) -> str:
    """Names in a sentence: "Ben, Cleo and Dora"."""
    return listed(names or ["nobody"])


def capitalized(words: str) -> str:
    """The text with a capital first letter."""
    return words[:1].upper() + words[1:]
