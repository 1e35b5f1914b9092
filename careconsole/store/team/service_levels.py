"""The service level and due times of a case, from the team's levels and calendars and its customers' tiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

import msgspec

from careconsole.domain.case.clocks import Clock, Due, clocks, next_due
from careconsole.domain.case.state import OPEN, Case
from careconsole.domain.time.calendars import Calendar
from careconsole.domain.time.service_levels import STANDARD, USUAL_TIER, Level, Service
from careconsole.store.engine.base import NEVER, Engine, Row, chunks
from careconsole.store.engine.decoding import reader
from careconsole.store.team.people import People

SERVICE, HOLIDAYS = "service", "holidays"
"""The team settings that hold levels and calendars (TOML), and the public holidays these refer to (JSON)."""

_NO_DUE = [NEVER, "", NEVER, NEVER]
_AT_ONCE = 5_000
"""Cases read together: some tens of megabytes at most."""

Named = dict[str, dict[date, str]]
"""Public holidays by country code: the name of each by its date."""

_read_named = reader(Named)
_read_case = reader(Case)


class LevelsInForce:
    """Levels and calendars read once, for any number of cases.

    `tier_of` gives a customer's tier; it is called only if levels or escalation paths depend on tiers.
    """

    def __init__(self, service: Service, tier_of: Callable[[int | None], str]) -> None:
        self.service = service
        self._tier_of = tier_of
        self._asks_for_tiers = service.asks_for_tiers
        self._found: dict[tuple[str, str], tuple[Level, Calendar]] = {}

    def tier(self, case: Case) -> str:
        """The tier of a case's customer."""
        return self._tier_of(case.customer)

    def of(self, case: Case) -> Level:
        """The level of one case."""
        return self._of(case)[0]

    def calendar(self, case: Case) -> Calendar:
        """The calendar of a case's level."""
        return self._of(case)[1]

    def due(self, case: Case, as_of: int | None = None) -> Due | None:
        """What falls due next on one case; with `as_of`, clocks that began later are left out."""
        return next_due(case, *self._of(case), as_of) if case.status == OPEN else None

    def clocks(self, case: Case) -> list[Clock]:
        """Every clock of one case."""
        return clocks(case, *self._of(case))

    def _of(self, case: Case) -> tuple[Level, Calendar]:
        key = self.tier(case) if self._asks_for_tiers else USUAL_TIER, case.priority
        found = self._found.get(key)
        if found is None:
            level = self.service.level_for(*key)
            found = self._found[key] = level, self.service.calendar_of(level)
        return found


class ServiceLevels:
    """Reads levels and tiers, and keeps the due times of open cases up to date. Writes need a transaction."""

    def __init__(self, engine: Engine, people: People) -> None:
        self._engine = engine
        self._people = people
        self._read: tuple[str | None, str | None] = (None, None)
        self._service = STANDARD

    def service(self) -> Service:
        """The team's current levels and calendars, parsed again only after a change."""
        rows = self._engine.fetch_all("select name, value from team where name in ('service', 'holidays')")
        found: dict[str, str] = dict(rows)
        texts = found.get(SERVICE), found.get(HOLIDAYS)
        if texts != self._read:
            self._service = self.parse(texts[0], texts[1])
            self._read = texts
        return self._service

    @staticmethod
    def parse(text: str | None, holidays: str | None) -> Service:
        """Levels and calendars from the two settings; the standard ones without a text."""
        if not text:
            return STANDARD
        from careconsole.domain.settings.service_levels import parse_service

        return parse_service(text, {code: frozenset(days) for code, days in _named(holidays).items()})

    def text(self) -> str | None:
        """Levels and calendars as written; None if the team has set none."""
        return self._people.setting(SERVICE)

    def holidays(self) -> Named:
        """The public holidays that were looked up for the calendars."""
        return _named(self._people.setting(HOLIDAYS))

    def store(self, text: str, holidays: Named) -> None:
        """Stores levels and calendars as written, and the public holidays they refer to."""
        self._people.set(SERVICE, text)
        self._people.set(HOLIDAYS, msgspec.json.encode(holidays).decode())

    def tier(self, customer: int | None) -> str:
        """A customer's tier; the usual one for no customer or an unknown one."""
        if customer is None:
            return USUAL_TIER
        row = self._engine.fetch_one("select tier from customers where id = :id", {"id": customer})
        return row[0] if row else USUAL_TIER

    def tiers(self) -> dict[int, str]:
        """The customers with a tier other than the usual one, by number."""
        return dict(
            self._engine.fetch_all("select id, tier from customers where tier <> :usual", {"usual": USUAL_TIER})
        )

    def in_force(self, service: Service, *, many: bool = False) -> LevelsInForce:
        """`service`, ready to be applied to cases; `many` reads every customer's tier beforehand."""
        if not many:
            return LevelsInForce(service, cache(self.tier))
        tiers = self.tiers() if service.asks_for_tiers else {}
        return LevelsInForce(service, lambda customer: tiers.get(customer or 0, USUAL_TIER))

    def due_of_many(self, as_of: int | None = None) -> Callable[[Case], Due | None]:
        """A function that gives what falls due next on a case, for very many cases: levels and tiers are read once."""
        levels = self.in_force(self.service(), many=True)
        return lambda case: levels.due(case, as_of)

    def open_cases(self) -> int:
        """How many cases are open."""
        row = self._engine.fetch_one("select count(*) from cases where status = 'open'")
        return int(row[0]) if row else 0

    def recompute(self, customer: int | None = None) -> int:
        """Recomputes the due times of all open cases, or of one customer's, and returns how many cases changed.

        Cases are read in chunks.
        """
        due_of = self.due_of_many()
        changed = 0
        for rows in self._open_cases(customer):
            updates = []
            for number, *stored, state in rows:
                due = due_of(_read_case(state, f"Case {number}"))
                found = [due.due, due.kind, due.at_risk, NEVER if due.act is None else due.act] if due else _NO_DUE
                if found != stored:
                    updates.append((*found, number))
            self._engine.execute_many(
                "update cases set due_at = ?, due_kind = ?, risk_at = ?, sweep_at = ? where id = ?", updates
            )
            changed += len(updates)
        return changed

    def _open_cases(self, customer: int | None) -> Iterator[list[Row]]:
        where, params = "status = 'open'", dict[str, int]()
        if customer is not None:
            where, params = f"{where} and customer_id = :customer", {"customer": customer}
        columns = "id, due_at, due_kind, risk_at, sweep_at, state"
        return chunks(self._engine, "cases", columns, _AT_ONCE, where=where, params=params)


def _named(text: str | None) -> Named:
    return _read_named(text, "The public holidays") if text else {}
