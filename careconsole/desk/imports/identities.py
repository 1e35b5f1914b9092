"""The people and customers that imported lines name: known ones are found, others are added with the import.

Those with an id in the source are known by that id, whatever their name there is now. A new id is matched by name: that
person may have been added by hand, or be known from elsewhere. But when the source knows that person by another id, the
new id belongs to somebody else of the same name, who gets a name that tells them apart. Customers get the mail address
that the source has of them; one that is another customer's already stays theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import count
from typing import NamedTuple

from careconsole.domain.imported_record import ExternalIdentity, ImportedEntry
from careconsole.domain.mail.outgoing import written_address
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.terminal_text import clean_name, fold
from careconsole.store import Store
from careconsole.store.team.people import Customers, People

_MOST = 200_000
_MOST_FOLDED = 10_000
_LONGEST_ADDRESS, _LONGEST_ID = 100, 60
"""The most characters of an address, or an id, that is added to a name."""


class _Folded(dict[str, str]):
    """A cache of folded names: the lines of a part name the same few again and again, and each is looked up twice."""

    def __missing__(self, name: str) -> str:
        if len(self) >= _MOST_FOLDED:
            self.clear()
        folded = self[name] = fold(name)
        return folded


class _Register:
    """Numbers of people, or of customers, by folded name and by the source's id, and the look-ups of a part."""

    def __init__(self, kept: People | Customers, source: str, folded: _Folded) -> None:
        self.by_name: dict[str, int] = {}
        self.by_id: dict[str, int] = {}
        self._kept = kept
        self._source = source
        self._folded = folded
        self._names: dict[str, str] = {}
        self._ids: dict[str, tuple[str, ExternalIdentity]] = {}
        self._new_names: dict[str, int] = {}
        self._new_ids: dict[str, int] = {}
        self._added: dict[str, str] = {}
        self._met: dict[str, str] = {}
        self._claimed: set[str] = set()
        self._as_written: dict[str, int] = {}  # a cache of this try: most names are in many lines

    def begin(self) -> None:
        """Begins a try: clears what was asked for, and what an earlier try found or added."""
        for one in (self._names, self._ids, self._new_names, self._new_ids, self._as_written):
            one.clear()

    def ask(self, name: str, identity: ExternalIdentity | None) -> None:
        """Queues the look-up of somebody, unless they are known already, or have a name that nobody can see."""
        if identity is None:
            if (key := self._folded[name]) and key not in self.by_name:
                self._names.setdefault(key, clean_name(name))
        elif identity.id not in self.by_id:
            self._ids.setdefault(identity.id, (clean_name(name), identity))

    def resolve(self, batch: int) -> int:
        """Finds those asked for, and adds the missing ones; returns how many were added."""
        if not (self._names or self._ids):
            return 0
        self._claimed.clear()
        self._find()
        if self._added:
            self._new_names.update(self._bring(batch))
        if self._met:
            met = {id: self._new_names[key] for id, key in self._met.items()}
            self._kept.known_as.learn(self._source, met, batch)
            self._new_ids.update(met)
        return len(self._added)

    def _bring(self, batch: int) -> dict[str, int]:
        """Adds the missing ones; returns their numbers by folded name."""
        raise NotImplementedError

    def look(self) -> int:
        """How many of those asked for would have to be added; from then on they are known, with the number 0."""
        if not (self._names or self._ids):
            return 0
        self._find()
        self._new_names.update(dict.fromkeys(self._added, 0))
        self._new_ids.update((id, self._new_names[key]) for id, key in self._met.items())
        self.keep()
        return len(self._added)

    def _find(self) -> None:
        """Finds those who are known, and determines who is to be added, and whose id is new."""
        self._added, self._met = {}, {}
        found = self._new_names
        found.update(self._kept.numbers(list(self._names)) if self._names else {})
        if self._ids:
            self._new_ids.update(self._kept.known_as.numbers(self._source, list(self._ids)))
            self._meet({id: asked for id, asked in self._ids.items() if id not in self._new_ids})
        missing = {key: name for key, name in self._names.items() if key not in found and key not in self._added}
        self._added.update(missing)

    def _meet(self, strangers: dict[str, tuple[str, ExternalIdentity]]) -> None:
        """Chooses for each new id the first name that does not belong to another id of the source."""
        self._look_up({self._folded[name] for name, _ in strangers.values()})
        for id, (name, identity) in strangers.items():
            for called in _names_apart(name, identity):
                key = self._folded[called]
                if called != name:
                    self._look_up({key})
                if key not in self._claimed:
                    break
            self._claimed.add(key)
            self._met[id] = key
            if key not in self._new_names:
                self._added[key] = called

    def _look_up(self, keys: set[str]) -> None:
        """Finds who has these names, and which of them the source knows by an id."""
        keys = {key for key in keys if key not in self._claimed and key not in self._added}
        if not keys:
            return
        numbers = self._kept.numbers(list(keys))
        held = self._kept.known_as.held(self._source, list(numbers.values())) if numbers else set()
        self._claimed.update(key for key, number in numbers.items() if number in held)
        self._new_names.update({key: self.by_name[key] for key in keys if key in self.by_name}, **numbers)

    def forget(self) -> None:
        """Clears what was found before: somebody else has written, and it may be gone."""
        self.by_name.clear()
        self.by_id.clear()

    def keep(self) -> None:
        """Keeps what the part found and added, which then needs no further look-up."""
        self.by_name.update(self._new_names)
        self.by_id.update(self._new_ids)

    def shrink(self) -> None:
        """Clears everything kept when it has become too much."""
        if len(self.by_name) + len(self.by_id) > _MOST:
            self.forget()

    def number(self, name: str | None, identity: ExternalIdentity | None) -> int | None:
        """The number of a person or customer that was resolved; None for no name."""
        if not name:
            return None
        if identity is not None:
            number = self.by_id.get(identity.id)
            return self._new_ids[identity.id] if number is None else number
        number = self._as_written.get(name)
        if number is None:
            if not (key := self._folded[name]):
                return None
            number = self.by_name.get(key)
            number = self._as_written[name] = self._new_names[key] if number is None else number
        return number


class _PeopleRegister(_Register):
    def __init__(self, people: People, source: str, folded: _Folded) -> None:
        super().__init__(people, source, folded)
        self._people = people

    def _bring(self, batch: int) -> dict[str, int]:
        return self._people.bring(self._added, batch)


class AddressElsewhere(NamedTuple):
    """A mail address that the source has of a `customer`, and that another one, the `holder`, has here."""

    address: str
    customer: str
    holder: str


class _CustomerRegister(_Register):
    """Customers also get the mail address that they are met with, unless it is another customer's already.

    Whom the source is known to name got theirs when it first did: what was taken from them since stays taken.
    """

    def __init__(self, customers: Customers, source: str, folded: _Folded) -> None:
        super().__init__(customers, source, folded)
        self._customers = customers
        self._promised: dict[str, tuple[str, str]] = {}
        self._taken: dict[str, tuple[str, str]] = {}
        self._mails: dict[str, str] = {}
        self.gained: list[tuple[int, str]] = []
        self.elsewhere: list[AddressElsewhere] = []

    def begin(self) -> None:
        super().begin()
        self.gained, self.elsewhere = [], []

    def forget(self) -> None:
        super().forget()
        self._promised.clear()

    def look(self) -> int:
        added = super().look()
        if len(self._promised) > _MOST:
            self._promised.clear()
        self._promised.update(self._taken)
        return added

    def _bring(self, batch: int) -> dict[str, int]:
        return self._customers.bring(self._added, batch, self._mails)

    def _find(self) -> None:
        super()._find()
        self._mails, self._taken = {}, {}
        self._share_out(dict(self._wanted()))

    def _wanted(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """The names with the mail address that each is met with, by folded name."""
        for id, key in self._met.items():
            name, identity = self._ids[id]
            if mail := written_address(identity.address or name):
                yield key, (name or mail, mail)
        for key, name in self._added.items():
            if "@" in name and key in self._names and (mail := written_address(name)):
                yield key, (name, mail)

    def _share_out(self, wanted: dict[str, tuple[str, str]]) -> None:
        """Decides who gets the address they are met with: the customer who has it, else the first one named."""
        holders = self._customers.links.holders([address_key(mail) for _, mail in wanted.values()]) if wanted else {}
        names = self._customers.names([min(has) for has in holders.values()])
        for key, (name, mail) in wanted.items():
            sought, number = address_key(mail), None if key in self._added else self._new_names[key]
            has, called = holders.get(sought, set()), self._added.get(key, name)
            first, holder = self._taken.get(sought) or self._promised.get(sought) or (key, called)
            if number in has or not sought:
                continue
            if has or first != key:
                self.elsewhere.append(AddressElsewhere(mail, called, names.get(min(has), "") if has else holder))
                continue
            self._taken[sought] = key, called
            if number is None:
                self._mails[key] = mail
            elif number:  # a dry run has 0 for those who would be new
                self.gained.append((number, mail))


class IdentityResolver:
    """Resolves the names in the lines of a `source`. What a transaction adds is kept only once committed (`keep`)."""

    def __init__(self, store: Store, source: str) -> None:
        self._folded = _Folded()
        self._people = _PeopleRegister(store.people, source, self._folded)
        self._customers = _CustomerRegister(store.customers, source, self._folded)
        self.person = self._people.number
        """The number of a person that was resolved, by name and identity; None for no name."""
        self.customer = self._customers.number
        """The number of a customer that was resolved, by name and identity; None for no name."""

    def resolve(self, lines: Iterable[ImportedEntry], batch: int) -> tuple[int, int]:
        """Finds everybody that `lines` name and adds the missing; returns how many people and customers were added."""
        self._ask(lines)
        return self._people.resolve(batch), self._customers.resolve(batch)

    @property
    def gained(self) -> list[tuple[int, str]]:
        """Which customers, known before, get a mail address from the lines that were resolved last."""
        return self._customers.gained

    @property
    def elsewhere(self) -> list[AddressElsewhere]:
        """The mail addresses in the lines resolved last that belong to other customers than those lines say."""
        return self._customers.elsewhere

    def look(self, lines: Iterable[ImportedEntry]) -> tuple[int, int]:
        """How many people and customers that `lines` name would have to be added; each is counted only once.

        They are known from then on, with the number 0, which nobody has.
        """
        self._ask(lines)
        return self._people.look(), self._customers.look()

    def _ask(self, lines: Iterable[ImportedEntry]) -> None:
        people, customers = self._people, self._customers
        people.begin()
        customers.begin()
        owners: set[str] = set()  # names asked for, as they are written
        served: set[str] = set()
        for line in lines:
            if (name := line.owner) and (name not in owners or line.owner_id is not None):
                people.ask(name, line.owner_id)
                if line.owner_id is None:
                    owners.add(name)
            if (said := line.said) is not None and said.by:
                people.ask(said.by, said.by_id)
            if (name := line.customer) and (name not in served or line.customer_id is not None):
                customers.ask(name, line.customer_id)
                if line.customer_id is None:
                    served.add(name)

    def forget(self) -> None:
        """Clears what was found before: somebody else has written, and it may be gone."""
        self._people.forget()
        self._customers.forget()

    def keep(self) -> None:
        """Keeps what the committed transaction resolved, which then needs no further look-up."""
        for register in (self._people, self._customers):
            register.shrink()
            register.keep()


def _names_apart(name: str, identity: ExternalIdentity) -> Iterator[str]:
    """Names for somebody whose name others have too: the plain name first, then with an address, id or number added."""
    if name:
        yield name
    called = name or "Somebody"  # of whom the source has no name that can be seen
    address = clean_name(identity.address)
    if address and address != name and len(address) <= _LONGEST_ADDRESS:
        yield f"{name} ({address})" if name else address
    id = identity.id
    yield f"{called} (user {id if len(id) <= _LONGEST_ID else blake2b(id.encode(), digest_size=8).hexdigest()})"
    yield from (f"{called} ({number})" for number in count(2))
