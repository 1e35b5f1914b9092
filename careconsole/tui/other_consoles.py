"""Presence: which cases other consoles have open, and telling them which one is open here."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from careconsole.tui.session import Session

if TYPE_CHECKING:
    from careconsole.desk.console.presence import Here

_SIGN = 60_000
"""Milliseconds between this console's signs of life."""


class OtherConsoles:
    """The other consoles on the same database, as the feed last saw them (`here`)."""

    def __init__(self, session: Session, spawn: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        self._session = session
        self._spawn = spawn
        self.here: list[Here] = []
        self._looked_at: tuple[int | None, bool] = (None, False)
        self._signed_at = 0

    def beside(self) -> dict[int, str]:
        """Who else has a case open, by case: "Ben", "Ben writing"."""
        found: dict[int, list[str]] = {}
        for here in self.here:
            if here.case is not None:
                writes = " writing" if here.writing else ""
                found.setdefault(here.case, []).append(f"{self._session.roster.name(here.person)}{writes}")
        return {case: ", ".join(names) for case, names in found.items()}

    def words(self, case: int) -> tuple[str, ...]:
        """Sentences that say who else has a case open."""
        words = []
        for here in self.here:
            if here.case == case:
                name = self._session.roster.name(here.person)
                what = "is writing to the customer now" if here.writing else "has this case open"
                words.append(f"{name} {what} ({here.workstation})")
        return tuple(words)

    def looks_at(self, case: int | None, writing: bool = False) -> None:
        """Tells the others which case is open here (None: none); one being written to in a form takes precedence."""
        session = self._session
        now = session.now()
        if session.writing is not None:
            case, writing = session.writing, True
        if session.person is None or ((case, writing) == self._looked_at and now - self._signed_at < _SIGN):
            return
        if case is None and self._looked_at[0] is None:
            return
        self._tell(case, writing)

    def _tell(self, case: int | None, writing: bool) -> None:
        session = self._session
        same, self._looked_at, self._signed_at = (case, writing) == self._looked_at, (case, writing), session.now()
        from careconsole.desk.console import presence

        say = presence.renew if same else presence.announce
        self._spawn(session.backend.ask(lambda desk: say(desk, session.seat.console, case, writing)))

    def sign(self) -> None:
        """Gives a sign of life when one is due, whether a case is open or not: somebody is at work here."""
        if self._session.person is not None and self._session.now() - self._signed_at >= _SIGN:
            self._tell(*self._looked_at)

    def forget(self) -> None:
        """Forgets which case was open here, and who was at work, for the next person."""
        self._looked_at, self._signed_at = (None, False), 0
