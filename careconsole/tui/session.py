"""Who is at work at this console, on which database, and what was done here, independent of the screen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from careconsole.desk import Desk
from careconsole.desk.console import views
from careconsole.domain.errors import CareError, Refused
from careconsole.domain.team.roster import LEAD, Roster
from careconsole.present.configuration import views_of
from careconsole.tui.seat import Seat
from careconsole.tui.threads.backend import Backend

if TYPE_CHECKING:
    from careconsole.desk.cases.execution import Outcome
    from careconsole.desk.console.views import SavedView


class Locked(msgspec.Struct, frozen=True):
    """Who was at work when the console was locked (None: nobody yet), since when (epoch milliseconds), and whether it
    locked by itself."""

    person: int | None
    since: int
    by_itself: bool = False


class Session:
    """What the screens of one console share: the seat, the database, the team, and the person at work."""

    def __init__(self, seat: Seat, backend: Backend) -> None:
        self.seat = seat
        self.backend = backend
        self.roster = Roster({})
        self.team_changed: Callable[[Roster], None] = lambda before: None
        """Has the console take in that the roster is another one than `before`, by a change made anywhere."""
        self.person: int | None = None
        self.locked: Locked | None = None
        """Who locked the console and when, while it is locked; `person` is None then."""
        self.lost: CareError | None = None
        """Why others' changes are no longer seen; None while they are."""
        self.again = False
        """Whether another console is to open on the database that has taken this one's place."""
        self.writing: int | None = None
        """The case whose customer is being written to in an open form."""
        self.absences: set[int] = set()
        """The people who were marked away or back here, until the feed has told of it."""
        self._giving = threading.Lock()
        self.own: set[int] = set()
        """The numbers of the commands given here."""
        self.shown: dict[int, dict[int, int]] = {}
        """Of those, the ones whose cases were read right away, with the number of each case's last event: the feed
        has no news of these events. What the command brings about later, such as a mail that is sent, is news."""
        self.acted: set[int] = set()
        """The cases that commands given here changed, until the list has been read after that."""
        self._versions: dict[int, int] = {}

    def now(self) -> int:
        """The present time in epoch milliseconds."""
        return self.seat.now()

    @property
    def who_words(self) -> str:
        """Who is at work, in words: "Ben, lead", "Cleo, away" while they are marked so."""
        if self.person is None:
            return "nobody yet"
        person = self.roster.people.get(self.person)
        role = ", lead" if person is not None and person.role == LEAD else ""
        away = ", away" if person is not None and person.away else ""
        return f"{self.roster.name(self.person)}{role}{away}"

    def who(self) -> tuple[str, str]:
        """Who is at work and how that looks at the right end of a page's first line, which asks when it is drawn."""
        return (self.who_words, "bold")

    @property
    def is_lead(self) -> bool:
        """Whether a lead is at work."""
        return self.person is not None and self.roster.is_lead(self.person)

    def if_lead(self, help: str) -> str:
        """What a menu says of something that only a lead may do: `help` to a lead, to others whom to ask."""
        return help if self.is_lead else f"Only a lead can. Ask {self.roster.name(self.roster.on_duty())}."

    async def read_roster(self) -> None:
        """Reads the team again, after it was changed here."""
        before, self.roster = self.roster, await self.backend.ask(lambda desk: desk.roster())
        if before != self.roster:
            self.team_changed(before)

    async def read_views(self) -> list[SavedView]:
        """Reads the views of the person at work; those of the configuration file are among them."""
        in_file = views_of(self.seat.settings)
        if self.person is None:
            return views.placed(in_file=in_file)
        return await self.backend.ask(lambda desk: views.views(desk, in_file))

    def as_own(self, work: Callable[[Desk], Outcome], person: int | None) -> Callable[[Desk], Outcome]:
        """Wraps `work` so that its command is recorded as given here before the feed can report it.

        The work raises Refused when somebody other than `person` is at work by the time it runs.
        """

        def do(desk: Desk) -> Outcome:
            if desk.person != person:
                raise Refused("Somebody else is working here by now; nothing was done.", "Press the key again.")
            with self._giving:
                outcome = work(desk)
                self.acted.update(outcome.cases)
                for number, event in outcome.written:
                    self._versions[number] = event.number
                if outcome.command is not None:
                    self.own.add(outcome.command)
            return outcome

        return do

    def wait_for_own(self) -> None:
        """Waits until a command that is being given here is recorded; for the feed, whose news may be of it."""
        with self._giving:
            return

    def version(self, case: int, read: int) -> int:
        """The version of a case that the person has seen: `read`, from its row, or that of their own later change."""
        return max(read, self._versions.get(case, 0))

    def forget_commands(self) -> None:
        """Forgets the commands given here: another database file has other commands and events under their numbers."""
        self.own.clear()
        self.shown.clear()
        self.acted.clear()
        self._versions.clear()
