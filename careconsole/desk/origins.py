"""From where a command came: its workstation and login, and whether that login is the person's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec

from careconsole.desk.session import Desk
from careconsole.domain.roster import Roster
from careconsole.domain.text import fold


class Origin(msgspec.Struct, frozen=True):
    """The workstation and the login of a command; `own_login` says whether the login is the person's own.

    None where nobody can tell: the person has no login of their own (`careconsole team login`), and nobody else has
    this one.
    """

    workstation: str
    login: str
    own_login: bool | None


class Logins:
    """Tells whose a login is."""

    def __init__(self, desk: Desk, roster: Roster) -> None:
        self._desk = desk
        self._roster = roster

    def is_own(self, person: int | None, login: str) -> bool | None:
        """Whether a login is, or was, the person's own; None where nobody can tell."""
        known = self._roster.people.get(person) if person is not None else None
        if known is None or not login:
            return None
        if known.os_user == login:
            return True
        others = any(other.os_user == login for other in self._roster.people.values() if other.active)
        if known.os_user is None and not others:
            return None
        return login in self._earlier.get(known.number, ())

    @cached_property
    def _earlier(self) -> dict[int, set[str]]:
        """The logins that people had before they got another, by the journal."""
        by_name = {fold(person.name): person.number for person in self._roster.people.values()}
        found: dict[int, set[str]] = {}
        for name, data in self._desk.store.journal.earlier_logins():
            number = data.get("person", by_name.get(fold(name)))
            had = (data["os_user"], (data.get("before") or {}).get("os_user"))
            if isinstance(number, int):
                found.setdefault(number, set()).update(one for one in had if isinstance(one, str) and one)
        return found


def of_commands(desk: Desk, roster: Roster, commands: Iterable[int]) -> dict[int, Origin]:
    """From where each of these commands came, by its number."""
    logins = Logins(desk, roster)
    return {
        number: Origin(workstation, login, logins.is_own(actor, login))
        for number, actor, workstation, login in desk.store.log.origins(sorted(set(commands)))
    }
