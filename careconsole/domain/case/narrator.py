"""Names and times in sentences about events.

The sentences themselves come from the events (`Fact.sentence`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso


class Narrator:
    """How sentences show people, times and promises; `moment` formats a time, usually as local time.

    `promises` has the texts of the case's promises by number, if they are known; otherwise the number is shown.
    """

    def __init__(
        self, roster: Roster, moment: Callable[[int], str] = iso, promises: Mapping[int, str] | None = None
    ) -> None:
        self._roster = roster
        self.moment = moment
        self._promises = promises or {}

    def name(self, person: int | None) -> str:
        """The name of a person; "duty" for None."""
        return self._roster.name(person)

    def names(self, people: Iterable[int]) -> str:
        """The names of several people: "Ben, Cleo"."""
        return ", ".join(map(self.name, people))

    def promise(self, number: int | None) -> str:
        """The text of a promise; empty if it is not known."""
        return self._promises.get(number or 0, "")


def after_colon(text: str) -> str:
    """A text after a colon, to end a sentence with; empty if it is empty."""
    return f": {text}" if text else ""
