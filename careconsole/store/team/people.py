"""The team and its customers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.terminal_text import fold, search_key
from careconsole.store.engine.base import Engine, Row
from careconsole.store.engine.decoding import MAYBE_NUMBER, MAYBE_TEXT, NUMBER, TEXT, reader, row_check

if TYPE_CHECKING:
    from careconsole.domain.team.rota import Rota
    from careconsole.store.team.customer_links import CustomerLinks, Details
    from careconsole.store.team.external_ids import ExternalIds

IDENTITY = "identity"
"""The setting that identifies the database. It is created with the schema and never changes."""
DUTY, ROTA, ROTA_READ, AWAY_UNTIL, MERGED = "duty", "rota", "rota_read", "away_until", "merged_people"
"""Team settings: who is on duty if no rota decides, the rota as text and parsed (with people by number), and when
people who are away expect to be back, by person, and who each name that was merged into another is now."""

_read_back = reader(dict[int, int])
_read_duty = reader(int)
_check_person = row_check(NUMBER, TEXT, TEXT, NUMBER, NUMBER, MAYBE_NUMBER, MAYBE_TEXT, TEXT)
_check_customer = row_check(NUMBER, TEXT, TEXT, TEXT, TEXT, TEXT)
_BACK, _MERGED = "Who will be back when", "Who was merged into whom"


def is_identity(text: str) -> bool:
    """Whether a text can be a database's identity: 32 hexadecimal digits in lower case."""
    return len(text) == 32 and set(text) <= set("0123456789abcdef")


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer; `orders` are the numbers (of orders, contracts, machines) that they name on the phone.

    `addresses` are those besides `email` and `phone`, `merged` the names of other entries that were merged into theirs.
    """

    number: int
    name: str
    tier: str = "standard"
    email: str = ""
    phone: str = ""
    note: str = ""
    orders: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


class Team(msgspec.Struct, frozen=True):
    """The roster, with the lead on duty if no rota decides (`usual`), and the rota, if there is one."""

    usual: Roster
    rota: Rota | None = None

    def at(self, moment: int) -> Roster:
        """The roster with the lead on duty at a moment (epoch milliseconds)."""
        if self.rota is None:
            return self.usual
        from careconsole.domain.team.rota import duty_of

        people = self.usual.people
        return Roster(people, duty_of(self.rota, people, self.usual.duty, moment))

    def expected(self, moment: int, now: int) -> Team:
        """The same team with everybody back who is expected back between `now` and `moment`."""
        return Team(self.usual.expected(moment, now), self.rota)


class People:
    """Reads and writes the roster and the team's own settings.

    `version` counts the writes made through this object, so that code which caches reads knows when to read again.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rota: tuple[str | None, Rota | None] = (None, None)
        self.version = 0

    @cached_property
    def known_as(self) -> ExternalIds:
        """People's ids in other systems; only imports use them."""
        from careconsole.store.team.merged_people import PersonIds

        return PersonIds(self._engine, self.merged)

    def roster(self) -> Roster:
        """The roster, with the lead on duty if no rota decides."""
        return self._usual(self._settings(DUTY, AWAY_UNTIL, MERGED))

    def team(self) -> Team:
        """The roster and the rota."""
        settings = self._settings(DUTY, ROTA_READ, AWAY_UNTIL, MERGED)
        return Team(self._usual(settings), self._read_rota(settings.get(ROTA_READ)))

    def _usual(self, settings: dict[str, str]) -> Roster:
        back = _read_back(settings[AWAY_UNTIL], _BACK) if settings.get(AWAY_UNTIL) else {}
        merged = _read_back(settings[MERGED], _MERGED) if settings.get(MERGED) else {}
        people = {}
        for r in self._engine.fetch_all(
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
                merged_into=merged.get(r[0]),
            )
        duty = _read_duty(settings[DUTY], "Who is on duty") if settings.get(DUTY) else None
        return Roster(people, duty)

    def rota(self) -> Rota | None:
        """The duty rota, or None."""
        return self._read_rota(self.setting(ROTA_READ))

    def store_rota(self, text: str, rota: Rota | None) -> None:
        """Stores the duty rota, as text and parsed; None removes it."""
        self.set(ROTA, text if rota is not None else "")
        self.set(ROTA_READ, msgspec.json.encode(rota).decode() if rota is not None else "")

    def _read_rota(self, read: str | None) -> Rota | None:
        """The rota from its setting, cached. Its module is imported only if a rota is set."""
        if read != self._rota[0]:
            rota = None
            if read:
                from careconsole.domain.team.rota import Rota

                rota = reader(Rota)(read, "The duty rota")
            self._rota = read, rota
        return self._rota[1]

    def add(self, person: Person) -> int:
        """Adds a person and returns the number that the database gives them; `person.number` is ignored."""
        self.version += 1
        return self._engine.insert(
            "insert into people (name, folded, role, active, away, cover_id, os_user, reach)"
            " values (:name, :folded, :role, :active, :away, :cover, :os_user, :reach)",
            _person_params(person),
        )

    def bring(self, names: dict[str, str], batch: int) -> dict[str, int]:
        """Adds people an import names (name by folded name) as inactive agents; returns numbers by folded name."""
        self.version += 1
        self._engine.execute_many(
            "insert into people (name, folded, role, active, batch_id) values (?, ?, 'agent', 0, ?)",
            [(name, folded, batch) for folded, name in names.items()],
        )
        return self.numbers(list(names))

    def numbers(self, folded: list[str]) -> dict[str, int]:
        """The numbers of people by folded name; unknown names are left out, merged ones have that of who they are."""
        among, params = self._engine.in_list("folded", folded)
        setting = f"(select value from team where name = '{MERGED}')"
        rows = self._engine.fetch_all(f"select folded, id, {setting} from people where {among}", params)
        merged: dict[int, int] = _read_back(rows[0][2], _MERGED) if rows and rows[0][2] else {}
        return {row[0]: merged[row[1]] if row[1] in merged else row[1] for row in rows}

    def merged(self) -> dict[int, int]:
        """Who each name that was merged is now, by number."""
        text = self.setting(MERGED)
        return _read_back(text, _MERGED) if text else {}

    def save(self, person: Person) -> None:
        """Stores a person's new details."""
        self.version += 1
        self._engine.execute(
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
        row = self._engine.fetch_one("select value from team where name = :name", {"name": name})
        return row[0] if row else None

    def _settings(self, *names: str) -> dict[str, str]:
        listed = ", ".join(f"'{name}'" for name in names)
        return dict(self._engine.fetch_all(f"select name, value from team where name in ({listed})"))

    def set(self, name: str, value: str) -> None:
        """Stores a setting of the team."""
        self.version += 1
        self._engine.execute(
            "insert into team (name, value) values (:name, :value)"
            " on conflict (name) do update set value = excluded.value",
            {"name": name, "value": value},
        )

    def unset(self, name: str) -> None:
        """Removes a setting of the team."""
        self.version += 1
        self._engine.execute("delete from team where name = :name", {"name": name})

    def identity(self) -> str:
        """The database's identity, the same in its backups, copies and exports only; empty if it has none."""
        return self.setting(IDENTITY) or ""

    def remove(self, number: int) -> None:
        """Removes a person whom only an import named and nothing refers to."""
        self.version += 1
        self.known_as.forget(number)
        self._engine.execute("delete from people where id = :id", {"id": number})


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
    """Reads and writes customers; `version` counts writes to existing ones, as in `People`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.version = 0

    @cached_property
    def known_as(self) -> ExternalIds:
        """Customers' ids in other systems; only imports use them."""
        from careconsole.store.team.external_ids import ExternalIds

        return ExternalIds(self._engine, "customer", "merged_customers")

    @cached_property
    def links(self) -> CustomerLinks:
        """Customers' further addresses, and who was merged into whom."""
        from careconsole.store.team.customer_links import CustomerLinks

        return CustomerLinks(self._engine)

    def get(self, number: int) -> Customer | None:
        """A customer by number, or the one they were merged into; None if there is none."""
        row = self._engine.fetch_one(f"{_CUSTOMER} where id = :id", {"id": self.links.root(number)})
        return self._with_orders(row) if row else None

    def find(self, name: str) -> Customer | None:
        """A customer by name, ignoring case and Unicode form; else by an order number, or an address nobody shares.

        The name of an entry that was merged leads to the customer it was merged into. None if there is nobody.
        """
        row = self._engine.fetch_one("select id from customers where folded = :folded", {"folded": fold(name)})
        row = row or self._engine.fetch_one(
            "select customer_id from customer_orders where reference = :name", {"name": name.strip()}
        )
        if row is None and len(found := self.links.by_address(name)) == 1:
            return self.get(found[0])
        return self.get(row[0]) if row else None

    def like(self, text: str, limit: int) -> list[Customer]:
        """Customers whose name contains `text`, accents aside, in order of name."""
        holds, params = self._engine.names_hold("folded", [text], "part")
        rows = self._engine.fetch_all(
            f"{_CUSTOMER} where {holds} and {self.links.counts} order by folded limit :limit",
            {**params, "limit": limit},
        )
        details = self.links.details_of([(row[0], row[3], row[4]) for row in rows])
        return [_customer(row, details[row[0]]) for row in rows]

    def count(self, text: str) -> int:
        """How many customers `like` finds for `text`, without a limit."""
        holds, params = self._engine.names_hold("folded", [text], "part")
        row = self._engine.fetch_one(f"select count(*) from customers where {holds} and {self.links.counts}", params)
        return int(row[0]) if row else 0

    def tiers(self) -> list[str]:
        """The tiers that customers have, other than the usual one, in order of name."""
        rows = self._engine.fetch_all("select distinct tier from customers where tier <> 'standard' order by tier")
        return [row[0] for row in rows]

    def near(self, name: str) -> str | None:
        """The customer name most similar to `name` among those with the same first three letters, or None."""
        from difflib import get_close_matches

        wanted, key = search_key(name), self._engine.key_of("folded")
        rows = self._engine.fetch_all(
            f"select {key}, name from customers where substr({key}, 1, 3) = :start and {self.links.counts}"
            " order by id limit 500",
            {"start": wanted[:3]},
        )
        near = get_close_matches(wanted, [row[0] for row in rows], n=1, cutoff=0.8)
        return dict(rows)[near[0]] if near else None

    def names(self, numbers: list[int]) -> dict[int, str]:
        """The names of these customers, by number."""
        if not numbers:
            return {}
        listed = ", ".join(str(int(n)) for n in numbers)
        return dict(self._engine.fetch_all(f"select id, name from customers where id in ({listed})"))

    def add(self, name: str, email: str = "", phone: str = "") -> int:
        """Adds a customer and returns their number."""
        return self._engine.insert(
            "insert into customers (name, folded, email, phone) values (:name, :folded, :email, :phone)",
            {"name": name, "folded": fold(name), "email": email, "phone": phone},
        )

    def numbers(self, folded: list[str]) -> dict[str, int]:
        """The numbers of the customers with these folded names, by folded name; unknown names are left out.

        A name of somebody who was merged into another customer has the number of that one.
        """
        among, params = self._engine.in_list("folded", folded)
        merged = "left join merged_customers on customer_id = id"
        rows = self._engine.fetch_all(
            f"select folded, coalesce(into_id, id) from customers {merged} where {among}", params
        )
        return dict(rows)

    def bring(self, names: dict[str, str], batch: int, mails: dict[str, str]) -> dict[str, int]:
        """Adds new customers an import names; names, mail addresses and the returned numbers are by folded name."""
        self._engine.execute_many(
            "insert into customers (name, folded, email, batch_id) values (?, ?, ?, ?)",
            [(name, folded, mails.get(folded, ""), batch) for folded, name in names.items()],
        )
        return self.numbers(list(names))

    def save(self, customer: Customer) -> None:
        """Stores a customer's new details, orders and addresses included."""
        self.version += 1
        before = self.get(customer.number) or customer
        self._engine.execute(
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
        self.links.save_orders(customer.number, before.orders, customer.orders)
        self.links.save_addresses(customer.number, before.addresses, customer.addresses)

    def remove(self, number: int) -> None:
        """Removes a customer whom only an import named and nothing refers to."""
        self.version += 1
        self.known_as.forget(number)
        self._engine.execute("delete from customers where id = :id", {"id": number})

    def cases(self, number: int) -> list[Row]:
        """A customer's cases except void ones, the newest first: number, status, subject, owner, opened at."""
        return self._engine.fetch_all(
            "select id, status, subject, owner_id, opened_at from cases"
            " where customer_id = :id and status <> 'void' order by opened_at desc, id desc",
            {"id": number},
        )

    def _with_orders(self, row: Row) -> Customer:
        return _customer(row, self.links.details(row[0], row[3], row[4]))


def _customer(row: Row, details: Details) -> Customer:
    _check_customer(row, f"Customer {row[0]}")
    return Customer(
        number=row[0],
        name=row[1],
        tier=row[2],
        email=row[3],
        phone=row[4],
        note=row[5],
        orders=details.orders,
        addresses=details.addresses,
        merged=details.merged,
    )


_CUSTOMER = "select id, name, tier, email, phone, note from customers"
