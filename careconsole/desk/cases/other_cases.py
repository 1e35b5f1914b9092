"""What a decision about a case may ask of the others, as they are in its transaction."""

from __future__ import annotations

from careconsole.desk.queries.causes import known
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import KnownCause, open_cause
from careconsole.domain.case.event import Event
from careconsole.domain.case.state import Case


class OtherCases:
    """The other cases of a decision, as they are in this transaction.

    `cases` are those read so far and not let go of, `mailed` all those read on which a mail waits, which are few.
    """

    def __init__(self, desk: Desk, unit: UnitOfWork, notices: list[str]) -> None:
        self.cases: dict[int, Case] = {}
        self.mailed: dict[int, Case] = {}
        self.has_let_go = False
        self._desk, self._unit, self._notices = desk, unit, notices

    def case(self, number: int) -> Case:
        """Another case; for a merged one, the case it was merged into, with a notice."""
        case = load(self._desk, number, self._notices)
        self.hold(case)
        return case

    def hold(self, case: Case) -> None:
        """Holds a case that was read."""
        self.cases[case.number] = case
        if case.replies:
            self.mailed[case.number] = case

    def let_go(self) -> None:
        """Holds the cases read so far no longer."""
        self.cases.clear()
        self.has_let_go = True

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
