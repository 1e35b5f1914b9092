"""The feed: what people do is told at once, and what comes in bulk as few changes of many cases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.queries import changes
from careconsole.desk.team import members
from careconsole.domain.case.opening import OpenCase
from careconsole.store import open_store
from careconsole.tui.threads import bulk, change_feed
from careconsole.tui.threads.bulk import CALM, Bulk, Came
from careconsole.tui.threads.change_feed import ChangeFeed, Changes
from tests.desk.office import Office
from tests.waiting import wait_until


class Time:
    """A time that stands still until a test lets it pass."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Watched:
    """A feed whose time a test lets pass, and the news that it told."""

    def __init__(self, office: Office) -> None:
        self.news: list[Changes] = []
        self.team_reads: list[str] = []
        self.time = Time()
        self.feed = ChangeFeed(
            lambda: self._traced(own_desk(office)),
            "here",
            changes.present(office.desk()),
            self._hear,
            lambda error: None,
        )
        self.feed._bulk = Bulk(self.time)

    def tells_of(self, wanted: set[int], *, behind: int = 0) -> Changes:
        """Waits until the feed has told of exactly these cases at once, and returns that news."""
        wait_until(lambda: any(wanted == one.cases and one.behind == behind for one in self.news), "the news")
        return next(one for one in self.news if wanted == one.cases and one.behind == behind)

    def holds(self, cases: set[int]) -> None:
        """Waits until the feed has seen these cases, and holds them back."""
        wait_until(lambda: cases <= self.feed._bulk._held.cases, "what is held back")

    def _traced(self, desk: Desk) -> Desk:
        desk.store.engine.connection.set_trace_callback(  # type: ignore[attr-defined]
            lambda sql: self.team_reads.append(sql) if "from people order by id" in sql else None
        )
        return desk

    def _hear(self, told: Changes) -> None:
        self.news.append(told)
        self.feed.taken()


def own_desk(office: Office) -> Desk:
    """A desk on a connection of its own, which the thread that opens it closes."""
    return office._at(open_store(office.path), office.ids["Ana"])


@pytest.fixture
def watched(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(bulk, "_MANY", 5)
    monkeypatch.setattr(change_feed, "CALM", 0.01)
    watched = Watched(office)
    watched.feed.start()
    yield watched
    watched.feed.close()


def opened(office: Office, cases: int) -> set[int]:
    """Opens so many cases in one transaction; returns their numbers."""
    desk = office.desk("Ana")

    def write(unit: object) -> set[int]:
        outcomes = [execution.open_case(desk, OpenCase(subject=f"Lid {number}")) for number in range(cases)]
        return {number for outcome in outcomes for number in outcome.cases}

    return desk.write(write)


def test_what_comes_in_bulk_is_told_at_growing_intervals_and_people_s_changes_at_once(
    office: Office, watched: Watched
) -> None:
    for cases in (1, 5, 6):
        watched.tells_of(opened(office, cases))
    held = opened(office, 6)
    watched.holds(held)
    watched.tells_of(opened(office, 2))
    watched.time.seconds += CALM
    watched.tells_of(held)
    for seconds, behind in ((1.0, 18), (2.0, 24), (4.0, 30), (4.0, 36)):
        held = opened(office, 6)
        watched.holds(held)
        watched.time.seconds += seconds
        watched.tells_of(held, behind=behind)
    watched.tells_of(opened(office, 1), behind=36)
    watched.time.seconds += 6
    watched.tells_of(set())
    assert not watched.feed._bulk.goes_on
    watched.tells_of(opened(office, 1))


# What is held back


def came(*cases: int, command: int | None = None, many: bool = False) -> Came:
    rows = [(number, number, "overdue", None, command, 1) for number in cases]
    return Came(rows=rows, cases=set(cases), count=len(rows), many=many)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_MANY", 2)


@pytest.mark.usefixtures("small")
def test_all_that_was_held_back_is_told_once_the_bulk_is_over() -> None:
    time = Time()
    held = Bulk(time)
    assert held.take(came(1, 2, 3)).cases == set()
    assert held.is_due()
    assert held.give().cases == {1, 2, 3}
    held.take(came(4))
    held.take(came(5))
    assert not held.is_due()
    time.seconds += 6
    held.take(Came())
    assert held.is_due()
    assert held.give().cases == {4, 5}
    assert not held.goes_on


@pytest.mark.usefixtures("small")
def test_what_people_do_in_bulk_is_held_back_too() -> None:
    held = Bulk(Time())
    held.take(came(1, 2, 3, command=1))
    held.give()
    assert held.take(came(4, 5, 6, command=2)).cases == set()
    assert held.take(came(7, 8, command=3)).cases == {7, 8}


@pytest.mark.usefixtures("small")
def test_a_case_that_was_told_at_once_is_not_taken_for_one_of_an_import_later() -> None:
    held = Bulk(Time())
    held.take(came(1, 2, 3))
    held.give()
    held.take(came(4, 5, many=True))
    assert held.take(came(6, command=1)).cases == {6}
    given = held.give()
    assert given.cases == {4, 5}
    assert given.many


@pytest.mark.usefixtures("small")
def test_of_very_many_events_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 3)
    held = Bulk(Time())
    held.take(came(1, 2, 3))
    held.take(came(4, 5))
    given = held.give()
    assert [row[0] for row in given.rows] == [3, 4, 5]
    assert (given.cases, given.count) == ({1, 2, 3, 4, 5}, 5)


def test_the_team_is_read_again_only_when_it_changed(office: Office, watched: Watched) -> None:
    watched.tells_of(opened(office, 1))
    watched.team_reads.clear()
    watched.tells_of(opened(office, 2))
    assert watched.team_reads == []
    members.add(office.desk("Ana"), "Ines", "agent")
    wait_until(lambda: "Ines" in {person.name for person in watched.news[-1].roster.people.values()}, "the colleague")
    assert watched.team_reads
