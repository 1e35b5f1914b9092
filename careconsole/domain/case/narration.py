"""The words of a sentence about an event: how people are called, and how times are read.

The sentences themselves are the events' own (`Fact.sentence`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso


class Narrator:
    """How a sentence calls people, times and promises; `moment` says a time, usually as people here read it.

    `promises` are the texts of the case's promises by their numbers, where they are known; else the number stands.
    """

    def __init__(
        self, roster: Roster, moment: Callable[[int], str] = iso, promises: Mapping[int, str] | None = None
    ) -> None:
        self._roster = roster
        self.moment = moment
        self._promises = promises or {}

    def name(self, person: int | None) -> str:
        """How somebody is called; None is duty."""
        return self._roster.name(person)

    def names(self, people: Iterable[int]) -> str:
        """How some people are called: "Ben, Cleo"."""
        return ", ".join(map(self.name, people))

    def promise(self, number: int | None) -> str:
        """What a promise says; empty where that is not known."""
        return self._promises.get(number or 0, "")


def after_colon(text: str) -> str:
    """Words at the end of a sentence, after a colon, where there are any."""
    return f": {text}" if text else ""
