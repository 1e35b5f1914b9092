"""The queue after an import, for every kind: by age, whatever the file, and what waits on customers last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from careconsole.desk import Desk
from careconsole.desk.imports import record as recording
from tests.intake.kinds import EXPORTS
from tests.intake.place import Place
from tests.intake.tickets import BEGIN, Ticket, tickets

DAY = 86_400
AGES = {1: 2, 2: 9, 3: 5, 4: 30}
"""How many days ago each ticket was opened, by its number; the oldest is parked on the customer."""
PARKED = 4
WAITING_FOR_US = ("github", "zammad", "intercom")
"""The kinds whose oldest ticket waits for us: GitHub parks nothing, and a reminder or a snooze is our own."""


def _young_first() -> list[Ticket]:
    made = []
    for ticket in tickets(len(AGES)):
        at = BEGIN - AGES[ticket.number] * DAY
        states = ((at, "open"), (at + 60, "parked")) if ticket.number == PARKED else ((at, "open"),)
        made.append(ticket._replace(states=states, comments=(), agent=1, priority="normal", channel="email"))
    return made


@pytest.mark.parametrize("kind", EXPORTS)
def test_the_oldest_case_comes_first_and_the_one_that_waits_for_the_customer_last(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "LARGE", 1)
    monkeypatch.setattr(recording, "SMALL", 1)
    write = Desk.write

    def later(desk: Desk, work: Any) -> Any:
        """Each part comes a second and a half after the one before."""
        now = desk.now
        desk.now = lambda: now() + 1_500
        return write(desk, work)

    monkeypatch.setattr(Desk, "write", later)
    place = Place(kind, tmp_path)
    place.has(_young_first())
    assert place.bring().json["new_cases"] == len(AGES)
    numbers = {place.export.case(number): number for number in AGES}
    rows = place.console.call("queue", "--json").json
    order = [numbers[row["external_id"]] for row in rows]
    parks = kind not in WAITING_FOR_US
    assert order == ([2, 3, 1, PARKED] if parks else [PARKED, 2, 3, 1])
    last = rows[order.index(PARKED)]
    assert (last["waiting_since"] is None, last["due_kind"] != "first answer") == (parks, parks)
