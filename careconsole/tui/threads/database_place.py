"""The database under a console: opened anew whenever that is needed, as long as it is the one that was opened first."""

from __future__ import annotations

from collections.abc import Callable

from careconsole.desk import DatabaseMissing, Desk


class Replaced(DatabaseMissing):
    """Another database lies at the place of the one the console was opened on, or an earlier state without the person
    at work."""


class DatabasePlace:
    """Opens the database for the threads of a console. What was typed for one team never gets into another's."""

    def __init__(self, opening: Callable[[], Desk]) -> None:
        self._opening = opening
        self._identity = self._team = ""

    def desk(self) -> Desk:
        """A desk on a connection of its own, without a person. Raises Replaced for another database than the first."""
        desk = self._opening()
        try:
            self._check(desk)
        except BaseException:
            desk.close()
            raise
        return desk

    def _check(self, desk: Desk) -> None:
        identity, team = desk.identity(), desk.team_name()
        if self._identity and identity != self._identity:
            whose = f"of {team}" if team else "in which no team lives yet"
            raise Replaced(
                f"{desk.place} is another database by now, {whose}; this console was opened on that of"
                f" {self._team or 'another team'}.",
                "Nothing of what was done here goes into it. Quit, or begin there and say who you are.",
            )
        self._identity, self._team = identity, team
