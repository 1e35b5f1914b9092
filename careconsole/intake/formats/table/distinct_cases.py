"""Tells whether the rows of a table that have one id can be one case."""

from __future__ import annotations

from typing import NamedTuple

from careconsole.domain.imported_record import ExternalIdentity
from careconsole.domain.terminal_text import fold
from careconsole.intake.values.id_table import IdTable, digest

_BITS = 21
_PART = (1 << _BITS) - 1
_WHAT = ("time of opening", "customer", "customer's address")
_TOLD = 1 << _BITS * len(_WHAT)


class Contradiction(NamedTuple):
    """What a row says otherwise than an earlier row with its id; `is_first`: no other row of that id did."""

    what: str
    is_first: bool


class DistinctCases:
    """What never changes of each case, in a few bits; what a row does not say contradicts nothing.

    `rows` is the number of rows that were compared.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._cases = IdTable()

    @property
    def repeats(self) -> int:
        """The number of rows whose id an earlier one had."""
        return self.rows - len(self._cases)

    def contradiction(self, id: str, opened: int | None, customer: int) -> Contradiction | None:
        """How a row contradicts the earlier ones with its id; None, and it is remembered, if it does not.

        `customer` is what `customer_bits` makes of the customer.
        """
        self.rows += 1
        # Of 21 bits, 0 is what no row has said.
        facts = customer << _BITS | (0 if opened is None else hash(opened) % _PART + 1)
        known = self._cases.setdefault(id, facts)
        return None if known == facts else self._compare(id, known, facts)

    def _compare(self, id: str, known: int, facts: int) -> Contradiction | None:
        both = known
        for place, what in enumerate(_WHAT):
            before, now = (one >> _BITS * place & _PART for one in (known, facts))
            if before and now and before != now:
                self._cases.put(id, known | _TOLD)
                return Contradiction(what, not known & _TOLD)
            both |= now << _BITS * place
        self._cases.put(id, both)
        return None


def customer_bits(customer: str | None, identity: ExternalIdentity | None) -> int:
    """What is remembered of the customer of a case: a few bits of the name, and of the address."""
    address = identity.address if identity is not None else ""
    name, address = fold(customer or ""), fold(address)
    return (digest(name) % _PART + 1 if name else 0) | (digest(address) % _PART + 1 if address else 0) << _BITS
