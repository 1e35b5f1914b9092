"""One person who may be told of an event, and the words in which they are.

What they are told is the events' own (`Fact.concerns`).
"""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.domain.case.recipients import FOR_WHOM, leads
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import DAY, HOUR, format_span, local

_SUBJECT = 40
_WORDS = 60


class Reader:
    """Somebody who may be told of an event: who they are in it, and how they read names, words and times.

    `before` is the case without the event, which `actor` caused `at` that time. `quote` and `subject` as in
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
        self._at = at
        self._roster = roster
        self.me = me
        self.quote = quote
        self.who = roster.name(actor)
        named = f" ({display_text(before.subject, _SUBJECT)})" if subject and before.subject else ""
        self.case = f"case {before.number}{named}"

    # Who I am in it.

    @property
    def owned(self) -> bool:
        """Whether I answered for the case before."""
        return self._roster.answerable(self.before.owner) == self.me

    @property
    def held(self) -> bool:
        """Whether somebody I act for owned it before; what nobody had taken is nobody's loss."""
        return self.before.owner is not None and self.owned

    @property
    def calls(self) -> bool:
        """Whether I called for help on it, or act for who did."""
        return self.before.escalation is not None and self.acts(self.before.escalation.by)

    @property
    def leads(self) -> bool:
        """Whether I am a lead today."""
        return self.me in leads(self._roster)

    @property
    def on_duty(self) -> bool:
        """Whether I am the lead on duty."""
        return self._roster.on_duty() == self.me

    def acts(self, person: int | None) -> bool:
        """Whether I am that person, or act for them today."""
        return self._roster.who_receives(person) == self.me

    def mine(self, people: Iterable[int]) -> int | None:
        """Which of some people I am or act for, myself first."""
        return next((one for one in sorted(people, key=lambda one: one != self.me) if self.acts(one)), None)

    # Names.

    def name(self, person: int | None) -> str:
        """How somebody is called."""
        return self._roster.name(person)

    def names(self, people: Iterable[int]) -> str:
        """How some people are called: "Ben", "Ben, Cleo and Dora"."""
        return listed([self.name(one) for one in people])

    def to(self, person: int | None) -> str:
        """Me, or the one I act for: "you", "Ben (for whom you act)"."""
        return "you" if person == self.me else f"{self._roster.name(person)} {FOR_WHOM}"

    def to_all(self, mine: int, people: Iterable[int]) -> str:
        """Me, or the one I act for, with the others who are called: "you, Dora and Eve"."""
        return listed([self.to(mine), *(self.name(one) for one in people if one != mine)])

    @property
    def whose(self) -> str:
        """The case, with its owner where I am somebody else: "Ben's case 12 (Refund not paid)"."""
        owner = self.before.owner
        return self.case if owner in (None, self.me) else f"{self.name(owner)}'s {self.case}"

    # Others' words, and times.

    def words(self, text: str) -> str:
        """What somebody wrote, after a colon, where it may be said; else the end of the sentence."""
        return f": {display_text(text, _WORDS)}" if self.quote and text else "."

    def quoted(self, text: str) -> str:
        """What somebody wrote, within a sentence, where it may be said."""
        return f' "{display_text(text, _WORDS)}"' if self.quote and text else ""

    def when(self, moment: int) -> str:
        """A time: "14:05", and with its day in what may be read on another one."""
        far = self.quote or abs(moment - self._at) >= 5 * DAY
        return local(moment, self._at if far else moment - DAY - 2 * HOUR)

    def since(self, moment: int) -> str:
        """A time that has passed: "2h ago", or itself in what may be read later."""
        return f"{format_span(self._at - moment)} ago" if self.quote else self.when(moment)


def listed(names: list[str]) -> str:
    """Names in a sentence: "Ben, Cleo and Dora"."""
    *most, last = names or ["nobody"]
    return f"{', '.join(most)} and {last}" if most else last


def capitalized(words: str) -> str:
    """Words as a sentence begins."""
    return words[:1].upper() + words[1:]
