"""What finding the case of a mail asks about the cases, answered from the database."""

from __future__ import annotations

from careconsole.desk.session import merged_on
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.state import MERGED, VOID, Case
from careconsole.domain.mail.finding import bare_subject
from careconsole.domain.mail.received import ReceivedMail
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.terminal_text import fold
from careconsole.store.cases import subjects


class CasesInDatabase:
    """The cases as they are in this transaction (`domain.mail.finding.KnownCases`)."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._found: dict[int, Case | None] = {}
        self._customers: dict[str, list[int]] = {}

    def case(self, number: int) -> Case | None:
        """A case, or the one that it was merged into; None if there is none, or its opening was undone."""
        if number not in self._found:
            self._found[number] = self._load(number)
        return self._found[number]

    def _load(self, number: int) -> Case | None:
        store = self._unit.store
        case = store.cases.get(number)
        if case is None:
            return None
        *_, case = case, *merged_on(store, case)
        return None if case.status in (MERGED, VOID) else case

    def case_of_mail(self, message_id: str) -> int | None:
        """The case that the mail of this id was taken into; None for an id that was not seen."""
        return self._unit.store.mails.case_of(message_id)

    def exists(self, case: int) -> bool:
        """Whether there is such a case, and its opening was not undone."""
        return self.case(case) is not None

    def takes_part(self, case: int, address: str) -> bool:
        """Whether this address is the customer's of the case, or one of a mail that was taken into it."""
        found, key = self.case(case), address_key(address)
        if found is None:
            return False
        if self.is_customer(found.customer, address):
            return True
        mails = self._unit.store.mails.of_case(found.number)
        return any(key == address_key(other) for mail in mails for other in mail.content.people)

    def is_customer(self, customer: int | None, address: str) -> bool:
        """Whether this is the address of that customer."""
        if customer is None:
            return False
        found = self._with(address)
        return customer in found or (bool(found) and self._unit.store.customers.links.root(customer) in found)

    def customer_of(self, address: str) -> int | None:
        """The customer with this address; the one who was known first, if several have it, None if none has."""
        return next(iter(self._with(address)), None)

    def _with(self, address: str) -> list[int]:
        """The customers with an address, looked up once for a mail (see `remember`)."""
        found = self._customers.get(address)
        if found is None:
            found = self._customers[address] = self._unit.store.customers.links.by_address(address)
        return found

    def remember(self, address: str, customer: int) -> None:
        """Knows the customer who was added for an address that nobody had."""
        self._customers[address] = [customer]

    def alike(self, mail: ReceivedMail) -> int | None:
        """An open case of the same customer with the same subject."""
        customer = self.customer_of(mail.sender.address) if mail.sender else None
        wanted = fold(bare_subject(mail.subject))
        if customer is None or not wanted:
            return None
        telling = max((word for word in wanted.split() if word.isascii()), key=len, default="")
        for number, subject in subjects.of_customer_with(self._unit.store.engine, customer, telling):
            if fold(bare_subject(subject)) == wanted:
                return int(number)
        return None
