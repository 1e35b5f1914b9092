"""The people in another system's records: named there, or by an id whose name is in further files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from careconsole.domain.imported_record import ExternalIdentity
from careconsole.intake.files.json_records import Record
from careconsole.intake.files.read_report import InvalidRecord, ReadReport
from careconsole.intake.formats.mapped_json.rules import PeopleRule, PersonRule
from careconsole.intake.formats.names_by_id import NamesById
from careconsole.intake.values.fields import Document, ident_of, joined, namesake, text_of
from careconsole.intake.values.json_paths import Path, all_of, any_of, first, has_key, is_present, normalized, values_at

_CUSTOMER = "customer "
_MOST_MET = 10_000


class Named(NamedTuple):
    """A person in a record: `name`, the `key` they have in all records, and their identity in the source."""

    name: str | None = None
    key: str = ""
    identity: ExternalIdentity | None = None


NOBODY = Named()


class People:
    """Finds people by the rules of a map; `systems` are names of systems, not people."""

    def __init__(self, rule: PeopleRule, systems: frozenset[str], seen: ReadReport) -> None:
        self.names = NamesById()
        self._rule = rule
        self._systems = systems
        self._seen = seen
        self._met: dict[str, Document] = {}  # the people added so far; many records repeat them

    def note(self, record: Record) -> None:
        """Adds a person, or a thing that has an id, from a file of people; anything else is skipped."""
        value = record.value
        for sort, thing in self._rule.things.items():
            if all_of(thing.when, value):
                id, field = first(value, self._rule.ids)
                self.names.add_name(sort, ident_of(id, field), joined(first(value, thing.name)[0], field))
                return
        self._meet(value)

    def add_record(self, record: Document) -> None:
        """Adds the people that are embedded in a record."""
        for path in self._rule.embedded:
            for person in values_at(record, path):
                if isinstance(person, dict):
                    self._meet(person)

    def named(self, rule: PersonRule, record: Document) -> Named:
        """The person that a record names by a rule; NOBODY if there is none."""
        key, called, mail = self._found(rule, record)
        if called:
            return Named(called, key or called, ExternalIdentity(key, mail) if key else namesake(called, mail))
        if not key:
            return NOBODY
        return Named(self.names.person(key), key, self.names.identity(key))

    def key(self, rule: PersonRule, record: Document) -> str:
        """The key of the person that a record names by a rule; empty if there is none."""
        key, called, _ = self._found(rule, record)
        return key or called

    def _found(self, rule: PersonRule, record: Document) -> tuple[str, str, str]:
        """The key by an id, and if that is not known yet the name and the address in the record."""
        found = self._found_by(rule, record)
        return self._found(rule.otherwise, record) if rule.otherwise is not None and not any(found) else found

    def _found_by(self, rule: PersonRule, record: Document) -> tuple[str, str, str]:
        if not all_of(rule.when, record) or any_of(rule.nobody_when, record):
            return "", "", ""
        id, field = first(record, rule.ids)
        key = self._key(ident_of(id, field), customer=rule.sort == "customer") if is_present(id) else ""
        if key and normalized(id) in rule.nobody:
            return "", "", ""
        if key in self.names.people:
            return key, "", ""
        name = _first_name(record, rule.names)
        found, field = first(record, rule.mails)
        mail = text_of(found, field).strip() if not name or isinstance(found, str) else ""
        called = name or mail
        return ("", "", "") if called and normalized(called) in rule.nobody else (key, called, mail)

    def owner(self, rule: PersonRule, record: Document) -> tuple[Named, bool]:
        """The owner that a record names, and whether it says that there is none; (NOBODY, False) if it says nothing."""
        if any_of(rule.nobody_when, record):
            return NOBODY, True
        if not (rule.always or has_key(record, rule.paths)) or not all_of(rule.when, record):
            return NOBODY, False
        owner = self.named(rule, record)
        if self.is_system(owner.name):
            self._seen.by_systems += 1
            return NOBODY, False
        return owner, owner.name is None

    def is_system(self, name: str | None) -> bool:
        """Whether a name is that of a system; False for None."""
        return name is not None and name in self._systems

    def works_here(self, key: str) -> bool:
        """Whether it is known that the person with this key works here."""
        return self.names.agents.get(key) is True

    def is_customer(self, key: str) -> bool:
        """Whether it is known that the person with this key is a customer, where the map tells both apart."""
        return bool(self._rule.agents) and self.names.agents.get(key) is False

    def thing(self, sort: str, id: str) -> str:
        """The name of the thing with this id."""
        return self.names.name(sort, id)

    def _meet(self, person: Document) -> None:
        rule = self._rule
        try:
            found, field = first(person, rule.ids)
            id = ident_of(found, field)
            if self._met.get(id) == person:
                return
            name = _first_name(person, rule.names)
            mail = text_of(*first(person, rule.mails)).strip()
        except InvalidRecord:
            return  # no name is added; a record that needs it is rejected when its turn comes
        agent = True if any_of(rule.agents, person) else False if any_of(rule.customers, person) else None
        if len(self._met) >= _MOST_MET:
            self._met.clear()
        self._met[id] = person
        if id and (name or mail):
            self.names.add_person(self._key(id, customer=agent is False), name, mail, agent)

    def _key(self, id: str, *, customer: bool) -> str:
        return f"{_CUSTOMER}{id}" if customer and self._rule.separate and id else id


def _first_name(record: Document, names: Iterable[tuple[Path, ...]]) -> str:
    """The first name, each of one or several parts, that a record has; empty if it has none."""
    for paths in names:
        if name := " ".join([" ".join(text_of(*first(record, (path,))).split()) for path in paths]).strip():
            return name
    return ""
