"""How many messages the source counts for each case, beside how many the files have: what is missing is told."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from careconsole.intake.files.doubts import Doubts
from careconsole.intake.values.fields import Document
from careconsole.intake.values.id_table import IdTable
from careconsole.intake.values.json_paths import Path, first

SAME_MOMENT = 60_000
"""So many milliseconds may lie between a message and the source's own note of when it was sent."""


class Held(NamedTuple):
    """What a ticket says of its messages, and what it holds of them.

    `total` is how many the source counts, `held` how many are in the ticket; one that is `described` has at least the
    first of them, as its description. `last_there` is when the source says that somebody wrote last, `last_here` when
    the last message was that the ticket holds (epoch milliseconds; 0: nothing is known).
    """

    total: int = 0
    held: int = 0
    described: bool = False
    last_there: int = 0
    last_here: int = 0

    def lacks(self, more: int = 0, last: int = 0) -> bool:
        """Whether messages are missing, with so many `more` outside of the ticket, the last of these at `last`."""
        if self.total > max(self.held + more, self.described):
            return True
        return self.last_there > max(self.last_here, last) + SAME_MOMENT


class MessageCounts:
    """Compares the messages of each case with what its source says of them, and adds to `doubts`.

    With `apart`, messages may also be records of their own, before or after their tickets: `tell` compares when all
    were read. Otherwise `ticket` compares at once.
    """

    def __init__(self, doubts: Doubts, *, apart: bool) -> None:
        self._doubts = doubts
        self._apart = apart
        self._tickets = IdTable()
        self._lacking: dict[str, Held] = {}
        self._alone: dict[str, Counter[str]] = {}
        self._last: dict[str, int] = {}

    def ticket(self, external: str, held: Held) -> None:
        """Notes a ticket."""
        if not self._apart:
            if held.lacks():
                self._doubts.add("messages-missing", example=external)
            return
        self._tickets.put(external, 1)
        self._lacking.pop(external, None)  # a later record of the same ticket says how it is
        if held.lacks():
            self._lacking[external] = held

    def begun(self, external: str) -> None:
        """Notes a case that has a beginning without a ticket."""
        self._tickets.setdefault(external, 1)

    def message(self, external: str, at: int = 0, where: str = "") -> None:
        """Notes a message outside of its ticket; the same ones may stand in several places (`where`)."""
        self._alone.setdefault(where, Counter())[external] += 1
        self._last[external] = max(at, self._last.get(external, 0))

    def mention(self, external: str) -> None:
        """Notes something outside of a ticket that is no message, such as a rating."""
        self._last.setdefault(external, 0)

    def tell(self) -> None:
        """Tells which cases lack messages, and which have nothing else; to be called when everything was read."""
        for external, held in self._lacking.items():
            more = max((counts[external] for counts in self._alone.values()), default=0)
            if held.lacks(more, self._last.get(external, 0)):
                self._doubts.add("messages-missing", example=external)
        for external in self._last:
            if self._tickets.get(external) is None:
                self._doubts.add("messages-alone", example=external)


def counted(record: Document, paths: tuple[Path, ...]) -> int:
    """The first number at one of the paths; 0 if there is none."""
    found = first(record, paths)[0]
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
