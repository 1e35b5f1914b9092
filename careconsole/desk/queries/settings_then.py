"""The team's settings as they stood at any time, read back from those of today by the journal's changes."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.escalation_paths import STANDARD
from careconsole.domain.errors import WrongUse
from careconsole.domain.learning.settings_then import Settings, TeamThen
from careconsole.domain.settings.escalation_paths import parse_paths
from careconsole.domain.settings.rota import parse_rota
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import LEAD, Person, Roster
from careconsole.domain.team.rota import Rota
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.service_levels import USUAL_TIER
from careconsole.store.team.journal import JournalEntry

_KINDS = (
    *("person added", "person changed", "away", "back", "duty", "rota"),
    *("service levels", "escalation paths", "customer changed"),
)
_ALL = 1_000_000_000
"""More entries than any journal has."""


class SettingsRead(msgspec.Struct, frozen=True):
    """Settings over time; `unknown` are the settings (kind and time) that could not be read back beyond a change."""

    settings: Settings
    unknown: tuple[tuple[str, int], ...] = ()


def settings_since(unit: UnitOfWork, since: int) -> SettingsRead:
    """The settings from `since` on (epoch milliseconds), as they stood then."""
    return _Walk(unit).back_to(since)


class _Walk:
    """Goes back through the journal, from what is in force now."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._then = TeamThen(
            since=0,
            service=unit.team.service,
            paths=unit.team.paths,
            people=dict(unit.team.usual_roster.people),
            duty=unit.team.usual_roster.duty,
            rota=unit.team.rota,
        )
        self._tiers: dict[int, list[tuple[int, str]]] = {
            n: [(0, tier)] for n, tier in unit.store.levels.tiers().items()
        }
        self._customers: dict[str, int] = {}
        self._unknown: list[tuple[str, int]] = []
        self._changes: list[JournalEntry] = []

    def back_to(self, since: int) -> SettingsRead:
        """Reads the journal from its end to `since`."""
        journal = self._unit.store.journal
        absences = journal.entries(kinds=("away",), most=_ALL)
        self._changes = journal.entries(kinds=("person changed",), most=_ALL)
        periods: list[TeamThen] = []
        for entry in journal.entries(since=since, kinds=_KINDS, most=_ALL):
            if entry.kind == "customer changed":
                self._customer(entry)
                continue
            periods.append(replace(self._then, since=entry.at))
            try:
                self._undo(entry, absences)
            except WrongUse:  # it names people, or says things, that are no longer known
                self._unknown.append((entry.kind, entry.at))
        causes = self._unit.store.causes.all()
        counted = {}
        for period in (*periods, self._then):
            paths = period.paths
            if id(paths) not in counted:
                counted[id(paths)] = paths.counting(causes) if paths.asks_for_causes else paths
        kept = [replace(one, paths=counted[id(one.paths)]) for one in (self._then, *reversed(periods))]
        return SettingsRead(Settings(kept, self._tiers), tuple(self._unknown))

    def _undo(self, entry: JournalEntry, absences: list[JournalEntry]) -> None:
        data, then = entry.data, self._then
        before = data.get("before")
        match entry.kind:
            case "service levels":
                levels = self._unit.store.levels
                self._then = replace(then, service=levels.parse(before, self._unit.team.setting("holidays")))
            case "escalation paths":
                self._then = replace(then, paths=parse_paths(before, self._find) if before else STANDARD)
            case "rota":
                # Somebody whom it names may have left, or lead no more, since it was set: then it names nobody.
                as_set = Roster({n: replace(one, role=LEAD, active=True) for n, one in then.people.items()})
                self._then = replace(then, rota=parse_rota(before, as_set, entry.at) if before else None)
            case "duty" if "from" in data:
                self._then = replace(then, rota=_without(then.rota, data["from"], data["until"]))
            case "duty":
                self._then = replace(then, duty=self._find(before) if before else None)
            case _:
                self._person(entry, absences)

    def _person(self, entry: JournalEntry, absences: list[JournalEntry]) -> None:
        data, people = entry.data, dict(self._then.people)
        number = data.get("person")
        person = people.get(number) if number is not None else people.get(self._find(entry.about))
        if person is None:
            raise WrongUse(f"There is no person number {number}.")
        before = data.get("before") or {}
        match entry.kind:
            case "person added" if not before:
                del people[person.number]
            case "person added":
                people[person.number] = _with(replace(person, active=False), before)
            case "person changed":
                people[person.number] = _with(person, before)
            case "away":
                people[person.number] = self._absent(person, before) if before else _here(person)
            case "back":
                last = next((one for one in absences if _is_before(one, entry, person.number)), None)
                people[person.number] = self._absent(person, last.data if last is not None else {})
        self._then = replace(self._then, people=people)

    def _absent(self, person: Person, said: dict[str, object]) -> Person:
        cover = said.get("cover")
        return replace(person, away=True, cover=self._find(str(cover)) if cover else None)

    def _find(self, name: str) -> int:
        """The person of that name at this point; or who had it before a change of their name, as in older entries."""
        try:
            return find_person(name, Roster(self._then.people)).number
        except WrongUse:
            for change in self._changes:
                if "person" in change.data and fold(change.data["before"].get("name", "")) == fold(name):
                    return int(change.data["person"])
            raise

    def _customer(self, entry: JournalEntry) -> None:
        data = entry.data
        name = fold(data.get("name", entry.about))
        known = self._unit.store.customers.find(data.get("name", entry.about))
        number = self._customers.get(name, known.number if known is not None else None)
        if number is None:
            self._unknown.append((entry.kind, entry.at))
            return
        self._customers[fold(entry.about)] = number
        if "tier" in data:
            had = self._tiers.setdefault(number, [(0, USUAL_TIER)])
            before = data["before"]["tier"]
            had[0:1] = [(0, before), (entry.at, had[0][1])]


def _with(person: Person, before: dict[str, object]) -> Person:
    fields = set(Person.__struct_fields__) - {"number"}
    return replace(person, **{name: value for name, value in before.items() if name in fields})


def _here(person: Person) -> Person:
    return replace(person, away=False, cover=None, away_until=None)


def _is_before(one: JournalEntry, entry: JournalEntry, person: int) -> bool:
    return one.number < entry.number and (one.data.get("person") == person or one.about == entry.about)


def _without(rota: Rota | None, begins: int, until: int) -> Rota | None:
    """A rota without the exception that was added with these times, the last one of them."""
    if rota is None:
        return None
    for place in reversed(range(len(rota.exceptions))):
        one = rota.exceptions[place]
        if abs(one.begins - begins) < 1000 and abs(one.until - until) < 1000:
            return replace(rota, exceptions=(*rota.exceptions[:place], *rota.exceptions[place + 1 :]))
    return rota
