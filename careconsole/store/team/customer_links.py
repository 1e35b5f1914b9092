"""What leads to a customer besides their name: further addresses, and other entries that were merged into theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from careconsole.domain.team.customer_addresses import address_key
from careconsole.store.engine.base import Engine

_OWN = "(select :id union all select customer_id from merged_customers where into_id = :id)"
"""A customer and those merged into them."""
_DIGITS = "phone"
for _sign in " ()./+-":
    _DIGITS = f"replace({_DIGITS}, '{_sign}', '')"
_MOST = 6
_AT_ONCE = 500


def _none_in(*tables: str) -> str:
    return " and ".join(f"not exists (select 1 from {table} = customers.id)" for table in tables)


_AS_IT_CAME = "(version = 1 or email = '' and phone = '')"
_GONE = f"batch_id is null and tier = 'standard' and {_AS_IT_CAME} and note = '' and " + _none_in(
    "cases where customer_id",
    "customer_orders where customer_id",
    "customer_addresses where customer_id",
    "customer_ids where customer_id",
    "merged_customers where into_id",
)
"""The customers who came with a case whose opening was undone, and of whom nothing is known but what came with it.

That is the name, and an address that was typed beside it, or from which their mail came.

They left with it. Their row stays, so that their number is nobody else's: a redo, or another case for that name, brings
them back.
"""


class Details(msgspec.Struct, frozen=True):
    """The orders and further addresses of a customer, and the names of those merged into them."""

    orders: tuple[str, ...]
    addresses: tuple[str, ...]
    merged: tuple[str, ...]


def _details(rows: Sequence[Sequence[Any]], email: str, phone: str) -> Details:
    """Orders (0), addresses (1) and names (2), each with its text, in order, as details."""
    known = {address_key(email), address_key(phone)}
    addresses = {address_key(text) or text: text for sort, text in rows if sort == 1}
    return Details(
        orders=tuple(text for sort, text in rows if sort == 0),
        addresses=tuple(text for key, text in addresses.items() if key not in known),
        merged=tuple(text for sort, text in rows if sort == 2),
    )


class CustomerLinks:
    """Reads and writes further addresses of customers, and which of them count as others."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    counts = f"id not in (select customer_id from merged_customers) and not ({_GONE})"
    """The customers who were not merged into others, and did not leave with their case, as a condition."""

    def is_gone(self, number: int) -> bool:
        """Whether a customer came with a case whose opening was undone, and has left with it."""
        return self._engine.fetch_one(f"select 1 from customers where id = :id and {_GONE}", {"id": number}) is not None

    def root(self, number: int) -> int:
        """The customer whom a customer counts as; themselves if they were not merged."""
        row = self._engine.fetch_one("select into_id from merged_customers where customer_id = :id", {"id": number})
        return row[0] if row else number

    def details(self, number: int, email: str, phone: str) -> Details:
        """What a customer has besides their own row; `email` and `phone` are not repeated."""
        merged = f"id in {_OWN} and id <> :id"
        rows = self._engine.fetch_all(
            f"select 0, reference from customer_orders where customer_id in {_OWN}"
            f" union select 1, address from customer_addresses where customer_id in {_OWN}"
            f" union select 1, email from customers where {merged} and email <> ''"
            f" union select 1, phone from customers where {merged} and phone <> ''"
            f" union select 2, name from customers where {merged} order by 1, 2",
            {"id": number},
        )
        return _details(rows, email, phone)

    def details_of(self, customers: Sequence[tuple[int, str, str]]) -> dict[int, Details]:
        """The same for many customers: each with number, email and phone. A few statements for hundreds of them."""
        found: dict[int, Details] = {}
        for start in range(0, len(customers), _AT_ONCE):
            some = customers[start : start + _AT_ONCE]
            texts: dict[int, list[tuple[int, str]]] = {number: [] for number, _, _ in some}
            among, params = self._engine.in_list("into_id", list(texts))
            merged: dict[int, int] = dict(
                self._engine.fetch_all(f"select customer_id, into_id from merged_customers where {among}", params)
            )
            for sort, number, text in self._texts([*texts, *merged], [*merged]):
                texts[merged.get(number, number)].append((sort, text))
            found.update((number, _details(sorted({*texts[number]}), email, phone)) for number, email, phone in some)
        return found

    def _texts(self, everybody: list[int], merged: list[int]) -> Iterator[tuple[int, int, str]]:
        """The orders (0) and addresses (1) of customers, and the addresses (1) and names (2) of the merged ones."""
        among, params = self._engine.in_list("customer_id", everybody)
        yield from self._engine.fetch_all(
            f"select 0, customer_id, reference from customer_orders where {among}"
            f" union all select 1, customer_id, address from customer_addresses where {among}",
            params,
        )
        if merged:
            among, params = self._engine.in_list("id", merged)
            for number, name, *addresses in self._engine.fetch_all(
                f"select id, name, email, phone from customers where {among}", params
            ):
                yield 2, number, name
                yield from ((1, number, address) for address in addresses if address)

    def save_orders(self, number: int, before: Sequence[str], after: Sequence[str]) -> None:
        """Stores the orders of a customer, wherever they stood before."""
        for reference in set(before) - set(after):
            self._engine.execute(
                f"delete from customer_orders where reference = :text and customer_id in {_OWN}",
                {"text": reference, "id": number},
            )
        self._engine.execute_many(
            "insert into customer_orders (reference, customer_id) values (?, ?)",
            [(reference, number) for reference in sorted(set(after) - set(before))],
        )

    def save_addresses(self, number: int, before: Sequence[str], after: Sequence[str]) -> None:
        """Stores the further addresses of a customer, wherever they stood before."""
        had, has = {address_key(one): one for one in before}, {address_key(one): one for one in after}
        for key in had.keys() - has.keys():
            params = {"key": key, "id": number}
            self._engine.execute(f"delete from customer_addresses where key = :key and customer_id in {_OWN}", params)
            for column in ("email", "phone"):
                self._engine.execute(
                    f"update customers set {column} = '', version = version + 1 where id in {_OWN} and id <> :id"
                    f" and {column} = :text",
                    {"text": had[key], "id": number},
                )
        self._engine.execute_many(
            "insert into customer_addresses (key, customer_id, address) values (?, ?, ?)",
            [(key, number, has[key]) for key in sorted(has.keys() - had.keys())],
        )

    def by_address(self, text: str) -> list[int]:
        """The customers who have this address, by number, at most a few; none for what is no address."""
        key = address_key(text)
        if not key:
            return []
        # Indexes have these, and are only used if the conditions are those of the indexes.
        own = "lower(email) = :key and email <> ''"
        if "@" not in key:
            own = f"{_DIGITS} in (:key, '00' || :key) and phone <> ''"
        # Mostly nobody has it, or one: asked for all at once in order, that would take five times as long.
        some = self._engine.fetch_all(
            "select coalesce((select into_id from merged_customers where customer_id = number), number)"
            f" from (select id as number from customers where {own}"
            " union all select customer_id from customer_addresses where key = :key limit 2) as found",
            {"key": key},
        )
        if len(some) < 2:
            return [row[0] for row in some]
        rows = self._engine.fetch_all(
            f"select coalesce(into_id, id) from customers left join merged_customers on customer_id = id where {own}"
            " union select coalesce(into_id, customer_addresses.customer_id) from customer_addresses"
            " left join merged_customers on merged_customers.customer_id = customer_addresses.customer_id"
            " where key = :key order by 1 limit :most",
            {"key": key, "most": _MOST},
        )
        return [row[0] for row in rows]

    def holders(self, keys: list[str]) -> dict[str, set[int]]:
        """The customers who have these mail addresses (each by its key), as numbers; what nobody has is left out."""
        from careconsole.store.mail_owners import MAIL_OWNERS  # only imports ask

        among, params = self._engine.in_list("key", keys)
        rows = self._engine.fetch_all(f"select key, owner from {MAIL_OWNERS} as owners where {among}", params)
        found: dict[str, set[int]] = {}
        for key, number in rows:
            found.setdefault(key, set()).add(number)
        return found

    def give(self, number: int, address: str, *, first: bool) -> None:
        """Gives a customer a mail address that an import brought, as their `first` or a further one.

        The version stays, for it says whether people have changed the customer.
        """
        if first:
            self._engine.execute("update customers set email = :text where id = :id", {"text": address, "id": number})
        else:
            self.save_addresses(number, (), (address,))

    def take_back(self, number: int, address: str) -> bool:
        """Takes a mail address from a customer again, wherever it stands; returns whether they had it."""
        params = {"key": address_key(address), "id": number, "text": address}
        had = self._engine.fetch_one(
            f"select 1 from customers where id in {_OWN} and email = :text"
            f" union all select 1 from customer_addresses where key = :key and customer_id in {_OWN}",
            params,
        )
        self._engine.execute(f"update customers set email = '' where id in {_OWN} and email = :text", params)
        self._engine.execute(f"delete from customer_addresses where key = :key and customer_id in {_OWN}", params)
        return had is not None

    def merged_into(self, number: int) -> list[int]:
        """The customers who count as this one."""
        rows = self._engine.fetch_all(
            "select customer_id from merged_customers where into_id = :id order by customer_id", {"id": number}
        )
        return [row[0] for row in rows]

    def rows(self, numbers: Iterable[int]) -> list[list[int | None]]:
        """Whom each of these customers counts as; None for themselves."""
        return [[number, root if (root := self.root(number)) != number else None] for number in numbers]

    def save_rows(self, rows: Iterable[Sequence[int | None]]) -> None:
        """Stores whom customers count as, as `rows` reads it."""
        for number, into in rows:
            params = {"id": number, "into": into}
            self._engine.execute("delete from merged_customers where customer_id = :id", params)
            if into is not None:
                self._engine.execute("insert into merged_customers (customer_id, into_id) values (:id, :into)", params)

    def cases(self, number: int) -> list[int]:
        """The numbers of all cases that have this customer, in whatever state."""
        rows = self._engine.fetch_all("select id from cases where customer_id = :id order by id", {"id": number})
        return [row[0] for row in rows]

    def move_receipts(self, cases: Iterable[int], was: int, customer: int) -> None:
        """Lets the published receipts of these cases stand for the other customer."""
        self._engine.execute_many(
            "update receipts set customer_id = ? where case_id = ? and customer_id = ?",
            [(customer, case, was) for case in cases],
        )
