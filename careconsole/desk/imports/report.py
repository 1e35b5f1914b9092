"""What an import did, in numbers, and the addresses that it left where they were."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from careconsole.desk.imports.identities import AddressElsewhere
from careconsole.domain.counting import counted

_MOST_NAMED = 3


class Report(msgspec.Struct, kw_only=True):
    """What an import did, or with a dry run would do: counts, and the number of its batch (None: nothing was new).

    Each case is counted once, as new, changed or unchanged, however far apart its lines are. `conflicts` are the cases
    that people here work on and whose state the source now reports differently. `addresses_elsewhere` counts the
    mail addresses that stay with other customers, the first of which are in `examples_elsewhere`. `resumed`: it resumed
    another.
    """

    batch: int | None = None
    rows: int = 0
    rejected: int = 0
    new_cases: int = 0
    changed_cases: int = 0
    unchanged_cases: int = 0
    new_events: int = 0
    late_events: int = 0
    conflicts: int = 0
    new_people: int = 0
    new_customers: int = 0
    addresses_elsewhere: int = 0
    examples_elsewhere: list[AddressElsewhere] = msgspec.field(default_factory=list)
    resumed: bool = False

    def tell_elsewhere(self, some: Sequence[AddressElsewhere]) -> None:
        """Counts addresses that stay with other customers."""
        self.addresses_elsewhere += len(some)
        self.examples_elsewhere += some[: _MOST_NAMED - len(self.examples_elsewhere)]

    def remarks(self, dry_run: bool = False) -> list[str]:
        """Which addresses stay with other customers, as a sentence; nothing if there is none."""
        if not self.addresses_elsewhere:
            return []
        stay = "would stay" if dry_run else "stays" if self.addresses_elsewhere == 1 else "stay"
        told = [f"{one.address} ({one.holder}, not {one.customer})" for one in self.examples_elsewhere]
        more = ", …" if self.addresses_elsewhere > len(told) else ""
        many = counted(self.addresses_elsewhere, "mail address", "mail addresses")
        return [f"{many} {stay} with the customer who has it already: {', '.join(told)}{more}."]
