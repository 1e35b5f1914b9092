"""Which names on the team are one person: what is kept under the number of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from careconsole.store.engine.base import NEVER, Engine
from careconsole.store.team.external_ids import ExternalIds


class PersonIds(ExternalIds):
    """People's ids in other systems; those of a merged name lead to the person they are now.

    `merged` gives who was merged into whom, by number.
    """

    def __init__(self, engine: Engine, merged: Callable[[], dict[int, int]]) -> None:
        super().__init__(engine, "person")
        self._now_of = merged

    def numbers(self, source: str, ids: list[str]) -> dict[str, int]:
        """The numbers behind these ids of `source`, by id; unknown ids are left out."""
        found = super().numbers(source, ids)
        merged = self._now_of() if found else {}
        return {id: merged.get(number, number) for id, number in found.items()}

    def held(self, source: str, numbers: list[int]) -> set[int]:
        """The ones among `numbers` that have an id in `source`, also under a name that was merged into theirs."""
        merged = self._now_of()
        names = [*numbers, *(was for was, into in merged.items() if into in set(numbers))]
        return {merged.get(number, number) for number in super().held(source, names)} & set(numbers)


class PersonParts:
    """What is kept under the numbers of two people, moved from one to the other. Writes need a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def cases(self, person: int) -> list[int]:
        """The cases on which a person may have something to do: open ones, their own, those with a change to make."""
        rows = self._engine.fetch_all(
            "select id from cases where status = 'open' union select id from cases where owner_id = :person"
            f" union select id from cases where change_due < {NEVER}"
            f" union select id from cases where check_due < {NEVER} order by 1",
            {"person": person},
        )
        return [row[0] for row in rows]

    def move_addresses(self, was: int, person: int, numbers: Iterable[int] | None = None) -> list[int]:
        """Moves addresses for notices (None: all) that the other has not got; returns their numbers."""
        return self._move("addresses", "address", was, person, numbers)

    def move_notices(self, was: int, person: int, numbers: Iterable[int] | None = None) -> list[int]:
        """Moves notices (None: all) that wait to be sent; returns their numbers."""
        return self._move("notices", "", was, person, numbers)

    def _move(self, table: str, unique: str, was: int, person: int, numbers: Iterable[int] | None) -> list[int]:
        where = "state = 'waiting'"
        if unique:
            where = f"{unique} not in (select {unique} from {table} where person_id = :person)"
        params = {"was": was, "person": person} if unique else {"was": was}
        rows = self._engine.fetch_all(f"select id from {table} where person_id = :was and {where} order by id", params)
        found = [row[0] for row in rows if numbers is None or row[0] in set(numbers)]
        self._engine.execute_many(
            f"update {table} set person_id = ? where id = ?", [(person, number) for number in found]
        )
        return found

    def move_drafts(self, was: int, person: int, which: Iterable[Sequence[Any]] | None = None) -> list[list[Any]]:
        """Moves drafts (None: all) of forms that the other has not begun as well; returns each one's case and verb."""
        rows = self._engine.fetch_all(
            "select case_id, verb from drafts where person_id = :was and not exists (select 1 from drafts as other"
            " where other.person_id = :person and other.case_id = drafts.case_id and other.verb = drafts.verb)"
            " order by case_id, verb",
            {"was": was, "person": person},
        )
        wanted = None if which is None else {tuple(one) for one in which}
        found = [list(row) for row in rows if wanted is None or tuple(row) in wanted]
        self._engine.execute_many(
            "update drafts set person_id = ? where person_id = ? and case_id = ? and verb = ?",
            [(person, was, case, verb) for case, verb in found],
        )
        return found

    def drafts(self, person: int) -> int:
        """How many drafts a person has."""
        row = self._engine.fetch_one("select count(*) from drafts where person_id = :person", {"person": person})
        return int(row[0]) if row else 0

    def copy_preferences(
        self, was: int, person: int, names: Iterable[str] | None = None, *, back: bool = False
    ) -> list[str]:
        """Copies preferences (None: all) that the other never set, saved words included; returns their names.

        With `back`, removes those that are still the same.
        """
        both = {"was": was, "person": person}
        if back:
            self._engine.execute_many(
                "delete from preferences where person_id = ? and name = ?"
                " and value = (select value from preferences as own where own.person_id = ? and own.name = ?)",
                [(person, name, was, name) for name in names or ()],
            )
            return []
        rows = self._engine.fetch_all(
            "select name, value from preferences where person_id = :was"
            " and name not in (select name from preferences where person_id = :person) order by name",
            both,
        )
        found = [row for row in rows if names is None or row[0] in set(names)]
        self._engine.execute_many(
            "insert into preferences (person_id, name, value) values (?, ?, ?)",
            [(person, name, value) for name, value in found],
        )
        return [row[0] for row in found]

    def copy_views(
        self, was: int, person: int, slots: Iterable[Sequence[int]] | None = None, *, back: bool = False
    ) -> list[list[int]]:
        """Copies views, each to its slot or, if the other has one there, to a further one; returns from where to where.

        With `back`, removes those in `slots` that are still the same.
        """
        if back:
            self._engine.execute_many(
                "delete from views where person_id = ? and slot = ? and exists (select 1 from views as own where"
                " own.person_id = ? and own.slot = ? and own.name = views.name and own.filter = views.filter)",
                [(person, there, was, slot) for slot, there in slots or ()],
            )
            return []
        theirs, own = (
            [row[0] for row in self._engine.fetch_all("select slot from views where person_id = :id", {"id": one})]
            for one in (was, person)
        )
        further = max([9, *theirs, *own])
        places = []
        for slot in sorted(theirs):
            further += slot in own
            places.append([slot, further if slot in own else slot])
        self._engine.execute_many(
            "insert into views (person_id, slot, name, filter, sort, reverse)"
            " select ?, ?, name, filter, sort, reverse from views where person_id = ? and slot = ?",
            [(person, there, was, slot) for slot, there in places],
        )
        return places
