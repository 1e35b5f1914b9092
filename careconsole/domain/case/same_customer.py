"""What happens to a case when its customer turns out to be another one: two entries of the customers for one."""

from collections.abc import Sequence

from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case


@event("customer merged")
class CustomerMerged(Fact, frozen=True, kw_only=True):
    """The customer `was` is the same as `customer`, who has the case from then on. `name` is how `was` was called."""

    stands_alone = True

    customer: int
    was: int
    name: str

    def apply(self, case: Case, event: Event) -> Changes:
        """Gives the case the other customer, unless it has a third one by now."""
        return {"customer": self.customer} if case.customer == self.was else {}

    @property
    def is_work(self) -> bool:
        """It is not work on the case."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """What was decided about the case stays valid: the person is the same."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says who is the same now."""
        return f"merged its customer {self.name} into another entry for them"


def entries_of(customer: int | None, history: Sequence[Event]) -> set[int | None]:
    """The number of the customer of a case, and of each entry that its history, without undone events, merged into it.

    What was said to one of these was said to the customer.
    """
    known = {customer}
    for entry in reversed(history):
        if isinstance(entry.fact, CustomerMerged) and entry.fact.customer in known:
            known.add(entry.fact.was)
    return known
