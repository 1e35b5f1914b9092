"""What is due first after an import: all of it came at one moment, so age decides and not the parts of the file."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.desk.console import visits
from careconsole.desk.imports.record import record
from careconsole.desk.queries import case_queries
from tests.desk.office import Office, line

AGES = (1, 5, 3, 9, 7)
YOUNG_FIRST = [line(f"C{age}", -age, status="open", owner="Ben") for age in AGES]


@pytest.fixture
def ticking(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose clock goes on by a second with every transaction."""
    write = office.store.engine.write

    def later(work: Any) -> Any:
        office.now += 1_000
        return write(work)

    monkeypatch.setattr(office.store.engine, "write", later)
    return office


def _queue(office: Office) -> list[str]:
    return [row.external_id for row in case_queries.queue(office.desk()).rows]


def test_the_parts_of_an_import_fall_due_together_and_the_oldest_case_comes_first(
    ticking: Office, parts_of: Any
) -> None:
    parts_of(1)
    ticking.bring(*YOUNG_FIRST)
    assert len({ticking.known_as(f"C{age}").clocks_from for age in AGES}) == 1
    assert _queue(ticking) == ["C9", "C7", "C5", "C3", "C1"]


def test_an_import_that_was_resumed_still_came_at_one_moment(ticking: Office, parts_of: Any) -> None:
    parts_of(1)

    def killed() -> Any:
        yield from YOUNG_FIRST[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(ticking.desk(), killed(), source="old", file="log.csv")
    ticking.later(30)
    assert ticking.bring(*YOUNG_FIRST).resumed
    assert len({ticking.known_as(f"C{age}").clocks_from for age in AGES}) == 1
    assert _queue(ticking) == ["C9", "C7", "C5", "C3", "C1"]


def test_another_import_has_its_own_moment(ticking: Office) -> None:
    ticking.bring(*YOUNG_FIRST[:3])
    ticking.later(1)
    ticking.bring(*YOUNG_FIRST)
    assert ticking.known_as("C9").clocks_from > ticking.known_as("C1").clocks_from


def test_what_an_import_brings_after_somebody_left_is_news_though_it_began_before(
    ticking: Office, parts_of: Any
) -> None:
    parts_of(1)
    ticking.bring(*YOUNG_FIRST[:2])
    changed = [line(f"C{age}", 1, status="parked", owner="Ben") for age in AGES[:2]]

    def leaving() -> Any:
        yield changed[0]
        yield line("X", 2, status="open", owner="Cleo")
        visits.leave(ticking.desk("Ben"))
        yield changed[1]

    record(ticking.desk(), leaving(), source="old", file="log.csv")
    since = visits.since(ticking.desk("Ben"), 200)
    assert since is not None
    assert ticking.known_as("C5").number in [one.number for one in since.events]
