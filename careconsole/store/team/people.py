"""The team and its customers, and the journal of their changes."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.terminal_text import fold
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import MAYBE_NUMBER, MAYBE_TEXT, NUMBER, TEXT, reader, row_check

if TYPE_CHECKING:
    from careconsole.domain.team.rota import Rota
    from careconsole.store.team.external_ids import ExternalIds

IDENTITY = "identity"
"""The setting that says which database this is. It is made with the schema, and never changes."""
_IDENTITY = re.compile(r"[0-9a-f]{32}", re.ASCII)
DUTY, ROTA, ROTA_READ, AWAY_UNTIL = "duty", "rota", "rota_read", "away_until"
"""Settings of the team: who has the duty where no rota says, the rota as text and as it was read with people as their
numbers, and when those who are away said they would be back, by their numbers."""

_read_back = reader(dict[int, int])
_read_duty = reader(int)
_check_person = row_check(NUMBER, TEXT, TEXT, NUMBER, NUMBER, MAYBE_NUMBER, MAYBE_TEXT, TEXT)
_check_customer = row_check(NUMBER, TEXT, TEXT, TEXT, TEXT, TEXT)
_BACK = "Who will be back when"


def is_identity(text: str) -> bool:
    """Whether a text can say which database this is: 32 hexadecimal digits."""
    return _IDENTITY.fullmatch(text) is not None


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer; `orders` are the numbers they name on the phone."""

    number: int
    name: str
    tier: str = "standard"
    email: str = ""
    phone: str = ""
    note: str = ""
    orders: tuple[str, ...] = ()


class Team(msgspec.Struct, frozen=True):
    """The people as they are, with who has the duty where no rota says (`usual`), and the rota, if there is one."""

    usual: Roster
    rota: Rota | None = None

    def at(self, moment: int) -> Roster:
        """Everybody, with the lead who is on duty at a moment (epoch milliseconds)."""
        if self.rota is None:
            return self.usual
        from careconsole.domain.team.rota import duty_of

        people = self.usual.people
        return Roster(people, duty_of(self.rota, people, self.usual.duty, moment))


class People:
    """Reads and writes the roster and the team's own settings.

    `version` counts what was written through here, so that code which keeps what it has read knows when to read again.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rota: tuple[str | None, Rota | None] = (None, None)
        self.version = 0

    @cached_property
    def known_as(self) -> ExternalIds:
        """Who is who in other systems; only imports ask for it."""
        from careconsole.store.team.external_ids import ExternalIds

        return ExternalIds(self._engine, "person")

    def roster(self) -> Roster:
        """Everybody, and who is on duty where the rota says nobody."""
        return self._usual(self._settings(DUTY, AWAY_UNTIL))

    def team(self) -> Team:
        """Everybody, and who is on duty when."""
        settings = self._settings(DUTY, ROTA_READ, AWAY_UNTIL)
        return Team(self._usual(settings), self._read_rota(settings.get(ROTA_READ)))

    def _usual(self, settings: dict[str, str]) -> Roster:
        back = _read_back(settings[AWAY_UNTIL], _BACK) if settings.get(AWAY_UNTIL) else {}
        people = {}
        for r in self._engine.all(
            "select id, name, role, active, away, cover_id, os_user, reach from people order by id"
        ):
            _check_person(r, f"Person {r[0]}")
            people[r[0]] = Person(
                number=r[0],
                name=r[1],
                role=r[2],
                active=bool(r[3]),
                away=bool(r[4]),
                cover=r[5],
                os_user=r[6],
                reach=r[7],
                away_until=back.get(r[0]) if r[4] else None,
            )
        duty = _read_duty(settings[DUTY], "Who is on duty") if settings.get(DUTY) else None
        return Roster(people, duty)

    def rota(self) -> Rota | None:
        """The duty rota; None while there is none."""
        return self._read_rota(self.setting(ROTA_READ))

    def store_rota(self, text: str, rota: Rota | None) -> None:
        """Stores the duty rota, as text and as it was read; None takes it away."""
        self.set(ROTA, text if rota is not None else "")
        self.set(ROTA_READ, msgspec.json.encode(rota).decode() if rota is not None else "")

    def _read_rota(self, read: str | None) -> Rota | None:
        """The rota from its setting. What no team has set is not loaded."""
        if read != self._rota[0]:
            rota = None
            if read:
                from careconsole.domain.team.rota import Rota

                rota = reader(Rota)(read, "The duty rota")
            self._rota = read, rota
        return self._rota[1]

    def add(self, person: Person) -> int:
        """Adds somebody (their number is given by the database) and returns their number."""
        self.version += 1
        return self._engine.insert(
            "insert into people (name, folded, role, active, away, cover_id, os_user, reach)"
            " values (:name, :folded, :role, :active, :away, :cover, :os_user, :reach)",
            _person_params(person),
        )

    def bring(self, names: dict[str, str], batch: int) -> dict[str, int]:
        """Adds people whom an import names (name by folded name), as inactive agents; their numbers."""
        self.version += 1
        self._engine.many(
            "insert into people (name, folded, role, active, batch_id) values (?, ?, 'agent', 0, ?)",
            [(name, folded, batch) for folded, name in names.items()],
        )
        return self.numbers(list(names))

    def numbers(self, folded: list[str]) -> dict[str, int]:
        """The numbers of the people of these folded names, as far as they are known."""
        among, params = self._engine.among("folded", folded)
        return dict(self._engine.all(f"select folded, id from people where {among}", params))

    def save(self, person: Person) -> None:
        """Stores what changed about somebody."""
        self.version += 1
        self._engine.run(
            "update people set name = :name, folded = :folded, role = :role, active = :active, away = :away,"
            " cover_id = :cover, os_user = :os_user, reach = :reach, version = version + 1 where id = :id",
            {**_person_params(person), "id": person.number},
        )
        settings = self._settings(AWAY_UNTIL)
        before = _read_back(settings[AWAY_UNTIL], _BACK) if settings else {}
        back = {number: until for number, until in before.items() if number != person.number}
        if person.away and person.away_until is not None:
            back[person.number] = person.away_until
        if back != before:
            self.set(AWAY_UNTIL, msgspec.json.encode(back).decode())

    def setting(self, name: str) -> str | None:
        """A setting of the team, or None."""
        row = self._engine.one("select value from team where name = :name", {"name": name})
        return row[0] if row else None

    def _settings(self, *names: str) -> dict[str, str]:
        listed = ", ".join(f"'{name}'" for name in names)
        return dict(self._engine.all(f"select name, value from team where name in ({listed})"))

    def set(self, name: str, value: str) -> None:
        """Stores a setting of the team."""
        self.version += 1
        self._engine.run(
            "insert into team (name, value) values (:name, :value)"
            " on conflict (name) do update set value = excluded.value",
            {"name": name, "value": value},
        )

    def identity(self) -> str:
        """Which database this is: the same in every backup, copy and export of it, and in no other team's."""
        return self.setting(IDENTITY) or ""

    def remove(self, number: int) -> None:
        """Removes somebody that only an import named, whom nothing speaks of any more."""
        self.version += 1
        self.known_as.forget(number)
        self._engine.run("delete from people where id = :id", {"id": number})

    def absences(self) -> list[Row]:
        """When people went away and came back, the latest first: "away" or "back", who (as called then), at, data."""
        return self._engine.all(
            "select kind, about, at, data from journal where kind in ('away', 'back') order by id desc"
        )

    def last_change(self) -> int:
        """The number of the journal's latest entry; 0 while there is none."""
        row = self._engine.one("select coalesce(max(id), 0) from journal")
        return int(row[0]) if row else 0


def _person_params(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        "folded": fold(person.name),
        "role": person.role,
        "active": int(person.active),
        "away": int(person.away),
        "cover": person.cover,
        "os_user": person.os_user,
        "reach": person.reach,
    }


class Customers:
    """Reads and writes customers; `version` counts what was written about those who were there, as in People."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.version = 0

    @cached_property
    def known_as(self) -> ExternalIds:
        """Who is who in other systems; only imports ask for it."""
        from careconsole.store.team.external_ids import ExternalIds

        return ExternalIds(self._engine, "customer")

    def get(self, number: int) -> Customer | None:
        """A customer by number."""
        row = self._engine.one(f"{_CUSTOMER} where id = :id", {"id": number})
        return self._with_orders(row) if row else None

    def find(self, name: str) -> Customer | None:
        """A customer by name, whatever its case and accents' form; else by an order of theirs."""
        row = self._engine.one(f"{_CUSTOMER} where folded = :folded", {"folded": fold(name)})
        row = row or self._engine.one(
            f"{_CUSTOMER} where id in (select customer_id from customer_orders where reference = :name)",
            {"name": name.strip()},
        )
        return self._with_orders(row) if row else None

    def like(self, text: str, limit: int) -> list[Customer]:
        """Customers whose name holds `text`, by name."""
        holds, params = self._engine.holds_any("folded", [fold(text)], "part")
        rows = self._engine.all(f"{_CUSTOMER} where {holds} order by folded limit :limit", {**params, "limit": limit})
        return [self._with_orders(row) for row in rows]

    def tiers(self) -> list[str]:
        """The tiers that customers have beside the usual one, by name."""
        rows = self._engine.all("select distinct tier from customers where tier <> 'standard' order by tier")
        return [row[0] for row in rows]

    def near(self, name: str) -> str | None:
        """The name of a customer that `name` is likely to mean, among those that begin alike."""
        from difflib import get_close_matches

        folded = fold(name)
        rows = self._engine.all(
            "select folded, name from customers where folded like :start escape '\\' limit 500",
            {"start": f"{escape_like(folded[:3])}%"},
        )
        near = get_close_matches(folded, [row[0] for row in rows], n=1, cutoff=0.8)
        return dict(rows)[near[0]] if near else None

    def names(self, numbers: list[int]) -> dict[int, str]:
        """The names of some customers by their numbers."""
        if not numbers:
            return {}
        listed = ", ".join(str(int(n)) for n in numbers)
        return dict(self._engine.all(f"select id, name from customers where id in ({listed})"))

    def add(self, name: str) -> int:
        """Adds a customer and returns their number."""
        return self._engine.insert(
            "insert into customers (name, folded) values (:name, :folded)", {"name": name, "folded": fold(name)}
        )

    def numbers(self, folded: list[str]) -> dict[str, int]:
        """The numbers of the customers of these folded names, as far as they are known."""
        among, params = self._engine.among("folded", folded)
        return dict(self._engine.all(f"select folded, id from customers where {among}", params))

    def bring(self, names: dict[str, str], batch: int) -> dict[str, int]:
        """Adds customers that an import names and nobody knows (name by folded name); their numbers."""
        self._engine.many(
            "insert into customers (name, folded, batch_id) values (?, ?, ?)",
            [(name, folded, batch) for folded, name in names.items()],
        )
        return self.numbers(list(names))

    def save(self, customer: Customer) -> None:
        """Stores what changed about a customer, their orders included."""
        self.version += 1
        self._engine.run(
            "update customers set name = :name, folded = :folded, tier = :tier, email = :email, phone = :phone,"
            " note = :note, version = version + 1 where id = :id",
            {
                "name": customer.name,
                "folded": fold(customer.name),
                "tier": customer.tier,
                "email": customer.email,
                "phone": customer.phone,
                "note": customer.note,
                "id": customer.number,
            },
        )
        self._engine.run("delete from customer_orders where customer_id = :id", {"id": customer.number})
        self._engine.many(
            "insert into customer_orders (reference, customer_id) values (?, ?)",
            [(reference, customer.number) for reference in customer.orders],
        )

    def remove(self, number: int) -> None:
        """Removes a customer that only an import named, whom nothing speaks of any more."""
        self.version += 1
        self.known_as.forget(number)
        self._engine.run("delete from customers where id = :id", {"id": number})

    def cases(self, number: int) -> list[Row]:
        """A customer's cases, the newest first: number, status, subject, owner, opened at."""
        return self._engine.all(
            "select id, status, subject, owner_id, opened_at from cases"
            " where customer_id = :id and status <> 'void' order by opened_at desc, id desc",
            {"id": number},
        )

    def _with_orders(self, row: Row) -> Customer:
        _check_customer(row, f"Customer {row[0]}")
        orders = self._engine.all(
            "select reference from customer_orders where customer_id = :id order by reference", {"id": row[0]}
        )
        return Customer(
            number=row[0],
            name=row[1],
            tier=row[2],
            email=row[3],
            phone=row[4],
            note=row[5],
            orders=tuple(order[0] for order in orders),
        )


_CUSTOMER = "select id, name, tier, email, phone, note from customers"


def escape_like(text: str) -> str:
    """Text that a LIKE pattern takes literally, with the backslash as its escape."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
