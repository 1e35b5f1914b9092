"""A case played through by a small team, so that a test of a rule reads like the rule."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from careconsole.domain.case.causes import KnownCause
from careconsole.domain.case.clocks import RUNNING, Clock, Due, clocks, next_due
from careconsole.domain.case.command import Command, blocked, decide, decide_with
from careconsole.domain.case.context import Context
from careconsole.domain.case.effective_history import Redone, Undone
from careconsole.domain.case.escalation_paths import STANDARD, Path, Paths
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import begin, evolve, fold
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.overdue import sweep
from careconsole.domain.case.splitting import Split
from careconsole.domain.case.state import Case
from careconsole.domain.errors import CareError, Refused, WrongUse
from careconsole.domain.team.roster import CONTACT, LEAD, Person, Roster
from careconsole.domain.time.calendars import ALWAYS, Calendar
from careconsole.domain.time.moments import HOUR
from careconsole.domain.time.service_levels import USUAL_TIER, Level
from tests.suggested import check_advice, check_hint

ANA, BEN, CLEO, DORA, EVE = 1, 2, 3, 4, 5
"""Ana leads and is on duty, Ben and Cleo are agents, Dora leads too, Eve is a contact."""

MONDAY = 1_767_600_000_000
"""When every play begins (epoch milliseconds)."""

LATER = MONDAY + 1000 * HOUR
"""A time after everything else in a play."""


class Team:
    """The people, the time and the number of the last command, shared by the cases of one play."""

    def __init__(self) -> None:
        people = [
            Person(number=ANA, name="Ana", role=LEAD),
            Person(number=BEN, name="Ben"),
            Person(number=CLEO, name="Cleo"),
            Person(number=DORA, name="Dora", role=LEAD),
            Person(number=EVE, name="Eve", role=CONTACT),
        ]
        self.roster = Roster({p.number: p for p in people}, ANA)
        self.now = MONDAY
        self.command = 0
        self.cases = 0

    def change(self, name: str, **changes: object) -> None:
        person = self.person(name)
        people = {**self.roster.people, person.number: replace(person, **changes)}
        self.roster = Roster(people, self.roster.duty)

    def person(self, name: str) -> Person:
        return next(p for p in self.roster.people.values() if p.name == name)


class Play:
    """One case and its team. `Play()` is a case nobody has taken, `Play("Ben")` one that Ben opened for himself."""

    level = Level()
    calendar = ALWAYS
    paths = STANDARD
    tier = USUAL_TIER

    def __init__(self, owner: str | None = None, *, by: str | None = None, team: Team | None = None, **new: Any):
        self.team = team or Team()
        self.team.cases += 1
        self.number = self.team.cases
        self.history: list[Event] = []
        holder = self.team.person(owner).number if owner else None
        opening = OpenCase(**{"subject": "Kettle cracked", "channel": "email", "owner": holder, **new})
        actor = by or owner or "Ana"
        self.case: Case = None  # type: ignore[assignment]
        self.write(actor, opening.decide_opening(self.context(actor)))

    # What people do

    def do(self, name: str, *commands: Command) -> Play:
        """`name` gives these commands, one after the other."""
        for command in commands:
            ctx = self.context(name)
            facts = decide(self.case, command, ctx)
            assert blocked(self.case, type(command), ctx) is None
            self.write(name, facts)
        return self

    def refused(self, name: str, command: Command) -> Refused:
        """Returns the refusal of a command by `name`; asserts that it helps, with what they themselves may do."""
        with pytest.raises(Refused) as caught:
            decide(self.case, command, self.context(name))
        must_help(caught.value)
        check_advice(caught.value, self.case, self.context(name))
        return caught.value

    def wrong(self, name: str, command: Command) -> WrongUse:
        """Returns the WrongUse for an invalid command by `name`; asserts that it helps."""
        with pytest.raises(WrongUse) as caught:
            decide(self.case, command, self.context(name))
        must_help(caught.value)
        return caught.value

    def merge(self, winner: Play, by: str, confirm: bool = False) -> Play:
        """Merges this case into `winner`, as one command; returns the winner."""
        ctx = self.context(by)
        lost, won = Merge(into=winner.number, confirm=confirm).decide_merge(self.case, winner.case, ctx)
        self.write(by, lost)
        self.team.command -= 1
        winner.write(by, won)
        return winner

    def merge_refused(self, winner: Play, by: str, confirm: bool = False) -> CareError:
        with pytest.raises(CareError) as caught:
            self.merge(winner, by, confirm)
        must_help(caught.value)
        return caught.value

    def split(self, by: str, first: int, subject: str = "") -> Play:
        """`by` splits this case from that entry on, as one command; returns the new case."""
        other = Play.__new__(Play)
        other.team, other.number, other.history = self.team, self.team.cases + 1, []
        other.case = None  # type: ignore[assignment]
        parted = decide_with(self.case, Split(first=first, subject=subject), self.context(by), _Parted(self, other))
        self.team.cases += 1
        assert [number for number, _ in parted] == [other.number, self.number]
        other.write(by, parted[0][1])
        self.team.command -= 1
        self.write(by, parted[1][1])
        return other

    def split_refused(self, by: str, first: int) -> CareError:
        """Returns why `by` cannot split it there; asserts that it helps."""
        with pytest.raises(CareError) as caught:
            self.split(by, first)
        must_help(caught.value)
        return caught.value

    def record(self, **line: object) -> Play:
        """An import brings one line of the case's history."""
        self._append([Imported(**line)], None, None, batch=1)  # type: ignore[arg-type]
        return self

    def undo(self, command: int | None = None) -> Play:
        """Undoes the last command, or the one of that number."""
        return self._turn(Undone(command=command or self.team.command))

    def redo(self, command: int) -> Play:
        return self._turn(Redone(command=command))

    def _turn(self, fact: Undone | Redone) -> Play:
        actor = next(e.actor for e in self.history if e.command == fact.command)
        self.team.command += 1
        number = self.history[-1].number + 1
        now = self.team.now
        event = Event(number, now, now, fact, actor, self.team.command)
        self.history.append(event)
        folded = fold(self.number, self.history)
        assert folded is not None
        self.case = folded
        self._check()
        return self

    # What happens around them

    def later(self, hours: float = 1) -> Play:
        self.team.now += int(hours * HOUR)
        return self

    def inn(self, hours: float) -> int:
        """The time so many hours from now."""
        return self.team.now + int(hours * HOUR)

    def swept(self, hours: float = 0) -> list[Fact]:
        """Sweeps after so many hours; returns what that did."""
        self.later(hours)
        done: list[Fact] = []
        while (fact := sweep(self.case, self.every_clock, self.context("Ana"))) is not None:
            self._append([fact], None, None)
            done.append(fact)
            assert len(done) < 20, "a sweep comes to an end"
        return done

    def along(self, *paths: Path) -> Play:
        """Gives the team these escalation paths."""
        self.paths = Paths(paths)
        return self

    def away(self, name: str, cover: str | None = None) -> Play:
        self.team.change(name, away=True, cover=self.team.person(cover).number if cover else None)
        return self

    def back(self, name: str) -> Play:
        self.team.change(name, away=False, cover=None)
        return self

    def left(self, name: str) -> Play:
        """`name` no longer works here."""
        self.team.change(name, active=False)
        return self

    def duty(self, name: str) -> Play:
        self.team.roster = Roster(self.team.roster.people, self.team.person(name).number)
        return self

    # What can be seen

    @property
    def owner(self) -> str:
        return self.team.roster.name(self.case.owner)

    @property
    def answerable(self) -> str:
        return self.team.roster.name(self.team.roster.answerable(self.case.owner))

    @property
    def offered_to(self) -> str | None:
        return self.team.roster.name(self.case.offer.to) if self.case.offer else None

    @property
    def called(self) -> str | None:
        """Who is called at the current level."""
        return self.team.roster.name(self.case.escalation.responder) if self.case.escalation else None

    @property
    def everybody_called(self) -> list[str]:
        """Everybody who is called at the current level."""
        return [self.team.roster.name(p) for p in self.case.escalation.called] if self.case.escalation else []

    @property
    def helping(self) -> list[str]:
        return [self.team.roster.name(help.of) for help in self.case.helpers]

    @property
    def promised(self) -> list[str]:
        return [promise.text for promise in self.case.promises]

    @property
    def last(self) -> Fact:
        """The last thing that happened."""
        return self.history[-1].fact

    @property
    def happened(self) -> list[str]:
        """The kinds of everything that happened, in order."""
        return [event.kind for event in self.history]

    def clock(self, kind: str) -> Clock:
        (found,) = [clock for clock in self.clocks if clock.kind == kind]
        return found

    @property
    def clocks(self) -> list[Clock]:
        """The clocks that run."""
        return [clock for clock in self.every_clock if clock.state == RUNNING]

    @property
    def every_clock(self) -> list[Clock]:
        return clocks(self.case, self.level, self.calendar)

    @property
    def due(self) -> Due | None:
        return next_due(self.case, self.level, self.calendar)

    def under(self, level: Level, calendar: Calendar = ALWAYS) -> Play:
        """Puts the case under another service level from now on."""
        self.level, self.calendar = level, calendar
        return self

    def context(self, name: str) -> Context:
        return Context(
            actor=self.team.person(name).number,
            now=self.team.now,
            roster=self.team.roster,
            level=self.level,
            calendar=self.calendar,
            paths=self.paths,
            tier=self.tier,
        )

    def happens(self, *facts: Fact) -> Play:
        """What nobody on the team does: a mail was sent, or came back."""
        self._append([*facts], None, None)
        return self

    # How it is written down

    def write(self, name: str, facts: list[Fact]) -> None:
        """Appends the facts of one command of `name`."""
        self.team.command += 1
        self._append(facts, self.team.person(name).number, self.team.command)

    def _append(self, facts: list[Fact], actor: int | None, command: int | None, batch: int | None = None) -> None:
        for fact in facts:
            number = len(self.history) + 1
            event = Event(number, self.team.now, self.team.now, fact, actor, command, batch)
            self.case = evolve(self.case, event) if self.history else begin(self.number, event)
            self.history.append(event)
        if any(fact.moved or fact.brings_back or fact.delivers for fact in facts):
            self.case = fold(self.number, self.history)  # type: ignore[assignment]
        self._check()

    def _check(self) -> None:
        """Asserts what holds after every step of every play."""
        assert self.case == fold(self.number, self.history), "the row is not what its history says"
        assert self.case == msgspec.json.decode(msgspec.json.encode(self.case), type=Case)
        assert self.case.version == self.history[-1].number
        acting = self.team.roster.answerable(self.case.owner)
        assert acting is not None, "nobody is answerable"
        assert self.team.roster.people[acting].present
        if not self.case.is_open and not self.case.imported:
            left_over = (self.case.offer, self.case.helpers, self.case.promises, self.case.escalation, self.case.parked)
            assert not any(left_over), "something outlived the case"
            assert self.case.waiting_since is None
        assert self.case.owner not in {help.of for help in self.case.helpers}
        assert self.case.offer is None or self.case.offer.to != self.case.owner


class _Parted:
    """What a split may read: the case's history, and the number of the case it opens."""

    def __init__(self, play: Play, other: Play) -> None:
        self._play, self._other = play, other

    def case(self, number: int) -> Case:
        raise NotImplementedError

    def history(self, number: int) -> list[Event]:
        assert number == self._play.number
        return self._play.history

    def new_number(self) -> int:
        return self._other.number

    def cause(self, text: str, case: Case) -> KnownCause:
        raise NotImplementedError

    def customer(self, number: int) -> str:
        raise NotImplementedError


class ImportedPlay(Play):
    """A case that an import brought, open and owned by Ben unless its first line says something else."""

    def __init__(self, **line: object) -> None:
        self.team = Team()
        self.team.cases += 1
        self.number = self.team.cases
        self.history = []
        self.case = None  # type: ignore[assignment]
        self.record(**{"external": ("mail", "A-1"), "subject": "Kettle", "owner": BEN, "status": "open", **line})


def must_help(refusal: CareError) -> None:
    """Asserts that a refusal says in sentences what, why, and what to do next, with commands that exist."""
    assert refusal.message[-1] in ".?", refusal.message
    assert refusal.hint, f"no next thing to do: {refusal.message}"
    assert str(refusal.hint).endswith((".", "?")), refusal.hint
    assert "None" not in str(refusal)
    check_hint(refusal)
