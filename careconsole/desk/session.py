"""Somebody at work: the open database, the person, the workstation and the clock."""

from __future__ import annotations

from collections.abc import Callable

from careconsole.domain.case import MERGED, Case
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import WHO_AM_I, suggest
from careconsole.domain.names import find_person
from careconsole.domain.roster import Person, Roster
from careconsole.store import Store, Who


class Desk:
    """A person at an open database. `person` None may only ask; `now` gives epoch milliseconds."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], int],
        person: int | None = None,
        workstation: str = "",
        os_user: str = "",
    ) -> None:
        self.store = store
        self.now = now
        self.person = person
        self.workstation = workstation
        self.os_user = os_user

    @property
    def who(self) -> Who:
        """Who acts and from where; raises WrongUse when nobody said, Refused when they do not work here."""
        if self.person is None:
            raise WrongUse(
                "Nobody said who is at work.",
                "Say it with {}.",
                WHO_AM_I,
            )
        person = self.roster().people.get(self.person)
        if person is None or not person.has_console:
            name = person.name if person else f"Person {self.person}"
            why = "is a contact, without a console" if person and person.active else "does not work here"
            raise Refused(f"{name} {why}.", "Say who you are with {}.", WHO_AM_I)
        return Who(self.person, self.workstation, self.os_user)

    def roster(self, at: int | None = None) -> Roster:
        """The team as it is now, with the lead who is on duty now, or at the moment `at` (epoch milliseconds)."""
        return self.store.people.roster(self.now() if at is None else at)

    def find(self, name: str) -> int:
        """The number of the person called `name`; "me" is whoever is at work."""
        if name.strip().lower() == "me":
            return self.who.person
        return find_person(name, self.roster()).number


def load(desk: Desk, number: int, notices: list[str], *, follow: bool = True) -> Case:
    """The case of that number; WrongUse when there is none.

    One that was merged leads to the case it goes on as, with a notice, unless `follow` is off.
    """
    case = desk.store.cases.get(number)
    if case is None:
        raise WrongUse(f"There is no case {number}.", "See {}, or search for it.", suggest("queue"))
    while follow and case.status == MERGED and case.merged_into is not None:
        winner = desk.store.cases.get(case.merged_into)
        if winner is None:
            break
        own = f"the history of case {case.number} is still there"
        notices.append(f"Case {case.number} was merged into case {winner.number}; {own}.")
        case = winner
    return case


def identify(roster: Roster, name: str | None, os_user: str) -> Person | list[Person]:
    """Who is at work: the one named, else the one mapped to the OS user.

    Where nobody at all is mapped, the only person with a console. Gives the people it could be when that is ambiguous,
    or when nobody fits: then a terminal asks and a script is refused. Raises WrongUse for an unknown name.
    """
    staff = [p for p in roster.people.values() if p.has_console]
    if name is not None:
        return find_person(name, roster)
    mapped = [p for p in staff if p.os_user == os_user] if os_user else []
    if not mapped and any(p.os_user for p in staff):
        return [p for p in staff if p.os_user is None] or staff  # others have logins, so this one is a stranger's
    candidates = mapped or staff
    return candidates[0] if len(candidates) == 1 else candidates
