"""Where a command came from: its workstation and login, and whether that login is the person's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec

from careconsole.desk.session import Desk
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import fold


class Origin(msgspec.Struct, frozen=True):
    """The workstation and login of a command; `own_login` says whether the login was the person's own at that time.

    None when that cannot be told: the person had no login on record (`careconsole team login`), and nobody else had
    this one.
    """

    workstation: str
    login: str
    own_login: bool | None


class Logins:
    """Looks up in the journal whose a login was at a moment, so that later changes do not affect earlier commands."""

    def __init__(self, desk: Desk, roster: Roster) -> None:
        self._desk = desk
        self._roster = roster

    def is_own(self, person: int | None, login: str, at: int) -> bool | None:
        """Whether a login was the person's own at a moment (epoch milliseconds); None when that cannot be told."""
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
        """Each person's login changes, the oldest first."""
        by_name = {fold(person.name): person.number for person in self._roster.people.values()}
        found: dict[int, list[_Change]] = {}
        for entry in self._desk.store.journal.changed_logins():
            number = entry.data.get("person", by_name.get(fold(entry.about)))
            if isinstance(number, int):
                before = _login((entry.data.get("before") or {}).get("os_user"))
                found.setdefault(number, []).append(_Change(entry.at, before, _login(entry.data["os_user"])))
        return found


class _Change(msgspec.Struct, frozen=True):
    """A login change at `at`, from `before` to `after` (None: none). Older journal entries do not record `before`."""

    at: int
    before: str | None
    after: str | None


def _login(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def of_commands(desk: Desk, roster: Roster, commands: Iterable[int]) -> dict[int, Origin]:
    """Where each of these commands came from, by its number."""
    logins = Logins(desk, roster)
    return {
        number: Origin(workstation, login, logins.is_own(actor, login, at))
        for number, actor, workstation, login, at in desk.store.log.origins(sorted(set(commands)))
    }
