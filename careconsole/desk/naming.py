"""The people and customers that imported lines name: known ones are found, others are added with the import."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.domain.lines import Line
from careconsole.domain.text import fold
from careconsole.store import Store

_MOST = 200_000
_MOST_FOLDED = 10_000


class _Folded(dict[str, str]):
    """The folded form of names, remembered: each line of a part names the same few again, and asks twice."""

    def __missing__(self, name: str) -> str:
        if len(self) >= _MOST_FOLDED:
            self.clear()
        folded = self[name] = fold(name)
        return folded


class Names:
    """Numbers by folded name. What a transaction adds is kept only once it is committed (`keep`)."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folded = _Folded()
        self._people: dict[str, int] = {}
        self._customers: dict[str, int] = {}
        self._new_people: dict[str, int] = {}
        self._new_customers: dict[str, int] = {}

    def resolve(self, lines: Iterable[Line], batch: int) -> tuple[int, int]:
        """Finds everybody that `lines` name and adds who is missing; how many people and customers were added."""
        self._new_people, self._new_customers = {}, {}
        folded = self._folded
        owners: dict[str, str] = {}
        customers: dict[str, str] = {}
        for line in lines:
            if line.owner and (key := folded[line.owner]) not in self._people:
                owners.setdefault(key, " ".join(line.owner.split()))
            if line.said is not None and (by := line.said.by) and (key := folded[by]) not in self._people:
                owners.setdefault(key, " ".join(by.split()))
            if line.customer and (key := folded[line.customer]) not in self._customers:
                customers.setdefault(key, " ".join(line.customer.split()))
        return self._add_people(owners, batch), self._add_customers(customers, batch)

    def look(self, lines: Iterable[Line]) -> tuple[int, int]:
        """How many people and customers that `lines` name would have to be added; whoever is counted is known then.

        Their number is 0, which nobody has.
        """
        folded = self._folded
        owners: set[str] = set()
        customers: set[str] = set()
        for line in lines:
            if line.owner:
                owners.add(folded[line.owner])
            if line.said is not None and line.said.by:
                owners.add(folded[line.said.by])
            if line.customer:
                customers.add(folded[line.customer])
        owners -= self._people.keys()
        customers -= self._customers.keys()
        people = self._store.people.numbers() if owners else {}
        known = self._store.customers.numbers(list(customers)) if customers else {}
        self._people.update((key, people.get(key, 0)) for key in owners)
        self._customers.update((key, known.get(key, 0)) for key in customers)
        return len(owners - people.keys()), len(customers - known.keys())

    def _add_people(self, wanted: dict[str, str], batch: int) -> int:
        if not wanted:
            return 0
        self._new_people = self._store.people.numbers()
        missing = {key: name for key, name in wanted.items() if key not in self._new_people}
        self._new_people.update(self._store.people.bring(list(missing.values()), batch))
        return len(missing)

    def _add_customers(self, wanted: dict[str, str], batch: int) -> int:
        if not wanted:
            return 0
        self._new_customers = self._store.customers.numbers(list(wanted))
        missing = {key: name for key, name in wanted.items() if key not in self._new_customers}
        self._new_customers.update(self._store.customers.bring(missing, batch))
        return len(missing)

    def forget(self) -> None:
        """Somebody else has written: what was found before may be gone."""
        self._people.clear()
        self._customers.clear()

    def keep(self) -> None:
        """The transaction is committed: its names need no further look-up."""
        if len(self._customers) > _MOST:
            self._customers.clear()
        self._people.update(self._new_people)
        self._customers.update(self._new_customers)

    def person(self, name: str | None) -> int | None:
        """The number of a person that was resolved; None for no name."""
        if not name:
            return None
        key = self._folded[name]
        number = self._people.get(key)
        return self._new_people[key] if number is None else number

    def customer(self, name: str | None) -> int | None:
        """The number of a customer that was resolved; None for no name."""
        if not name:
            return None
        key = self._folded[name]
        number = self._customers.get(key)
        return self._new_customers[key] if number is None else number
