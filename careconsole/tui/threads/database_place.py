"""The database of a console: reopened whenever needed, as long as it is the one that was opened first."""

from __future__ import annotations

from collections.abc import Callable

from careconsole.desk import DatabaseMissing, Desk


class Replaced(DatabaseMissing):
    """The file at the place is no longer the database the console was opened on, or is an earlier state of it without
    the person at work."""


class DatabasePlace:
    """Opens the database for the threads of a console, so that what was typed for one team never reaches another's."""

    def __init__(self, opening: Callable[[], Desk]) -> None:
        self._opening = opening
        self._identity = self._team = ""

    def desk(self) -> Desk:
        """Opens a desk on a new connection, without a person. Raises Replaced for another database than the first."""
        desk = self._opening()
        desk.cache_little()  # a console has several connections, and what one reads again the system still has
        try:
            self.check(desk)
        except BaseException:
            desk.close()
            raise
        return desk

    def check(self, desk: Desk) -> None:
        """Raises Replaced for another database than the first."""
        identity, team = desk.identity(), desk.team_name()
        if self._identity and identity != self._identity:
            whose = f"of {team}" if team else "without a team"
            raise Replaced(
                f"{desk.place} is another database by now, {whose}; this console was opened on that of"
                f" {self._team or 'another team'}.",
                "Nothing done here is saved in it. Quit, or start there and say who you are.",
            )
        self._identity, self._team = identity, team
