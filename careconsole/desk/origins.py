"""From where a command came: its workstation and login, and whether that login is the person's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec

from careconsole.desk.session import Desk
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import fold


class Origin(msgspec.Struct, frozen=True):
    """The workstation and the login of a command; `own_login` says whether the login was the person's own then.

    None where nobody can tell: the person has no login of their own (`careconsole team login`), and nobody else has
    this one.
    """

    workstation: str
    login: str
    own_login: bool | None


class Logins:
    """Tells whose a login was at a moment, by the journal; later changes of a login change nothing of what was done."""

    def __init__(self, desk: Desk, roster: Roster) -> None:
        self._desk = desk
        self._roster = roster

    def is_own(self, person: int | None, login: str, at: int) -> bool | None:
        """Whether a login was the person's own at a moment (epoch milliseconds); None where nobody can tell."""
        if person is None or person not in self._roster.people or not login:
            return None
        own = self._login_of(person, at)
        if own is not None:
            return own == login
        others = any(self._login_of(other, at) == login for other in self._roster.people if other != person)
        return False if others else None

    def _login_of(self, person: int, at: int) -> str | None:
        changes = self._changes.get(person)
        if not changes:
            return self._roster.people[person].os_user
        before = [change for change in changes if change.at <= at]
        return before[-1].after if before else changes[0].before

    @cached_property
    def _changes(self) -> dict[int, list[_Change]]:
        """The changes of each person's login, the oldest first."""
        by_name = {fold(person.name): person.number for person in self._roster.people.values()}
        found: dict[int, list[_Change]] = {}
        for entry in self._desk.store.journal.changed_logins():
            number = entry.data.get("person", by_name.get(fold(entry.about)))
            if isinstance(number, int):
                before = _login((entry.data.get("before") or {}).get("os_user"))
                found.setdefault(number, []).append(_Change(entry.at, before, _login(entry.data["os_user"])))
        return found


class _Change(msgspec.Struct, frozen=True):
    """From `at` on somebody had the login `after` (None: none). An older journal does not tell the one before."""

    at: int
    before: str | None
    after: str | None


def _login(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def of_commands(desk: Desk, roster: Roster, commands: Iterable[int]) -> dict[int, Origin]:
    """From where each of these commands came, by its number."""
    logins = Logins(desk, roster)
    return {
        number: Origin(workstation, login, logins.is_own(actor, login, at))
        for number, actor, workstation, login, at in desk.store.log.origins(sorted(set(commands)))
    }
