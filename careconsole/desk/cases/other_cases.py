"""What a decision about a case may ask of the others, as they are in its transaction."""

from __future__ import annotations

from careconsole.desk.queries.causes import known
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import KnownCause, open_cause
from careconsole.domain.case.event import Event
from careconsole.domain.case.state import Case


class OtherCases:
    """The other cases of a decision, as they are in this transaction; `cases` are those read so far."""

    def __init__(self, desk: Desk, unit: UnitOfWork, notices: list[str]) -> None:
        self.cases: dict[int, Case] = {}
        self._desk, self._unit, self._notices = desk, unit, notices

    def case(self, number: int) -> Case:
        """Another case; for a merged one, the case it was merged into, with a notice."""
        case = load(self._desk, number, self._notices)
        self.cases[case.number] = case
        return case

    def history(self, number: int) -> list[Event]:
        """The whole history of a case."""
        return self._unit.store.cases.history(number)

    def new_number(self) -> int:
        """Reserves the number of a case to be opened."""
        return self._unit.store.engine.reserve("cases", 1)

    def cause(self, text: str, case: Case) -> KnownCause:
        """What is known of a cause from other cases; of the case's own cause if `text` is empty."""
        cause = text if text.strip() else open_cause(case)
        return known(self._unit, cause, case.number) if cause else KnownCause()

    def customer(self, number: int) -> str:
        """The name of a customer."""
        return self._unit.store.customers.names([number]).get(number, f"customer {number}")
