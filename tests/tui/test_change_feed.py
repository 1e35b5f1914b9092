"""The feed: what others do is told at once, and what comes in bulk as few changes of many cases."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.queries import changes
from careconsole.domain.case.opening import OpenCase
from careconsole.store import open_store
from careconsole.tui.threads import change_feed
from careconsole.tui.threads.change_feed import ChangeFeed, Changes
from tests.desk.office import Office
from tests.waiting import wait_until


class Rests(threading.Event):
    """An event that notes how long it was waited for, and does not wait."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.taken.append(timeout)
        return self.is_set()


def own_desk(office: Office) -> Desk:
    """A desk on a connection of its own, which the thread that opens it closes."""
    return office._at(open_store(office.path), office.ids["Ana"])


class Watched:
    """A feed, the news that it told, and the rests that it took."""

    def __init__(self, office: Office) -> None:
        self.news: list[Changes] = []
        self.rests = Rests()
        self.feed = ChangeFeed(
            lambda: own_desk(office), "here", changes.present(office.desk()), self._hear, lambda error: None
        )
        self.feed._ended = self.rests

    def tells_of(self, wanted: set[int]) -> None:
        """Waits until the feed has told of all these cases at once."""
        wait_until(lambda: any(wanted <= one.cases for one in self.news), "the news")

    def _hear(self, told: Changes) -> None:
        self.news.append(told)
        self.feed.taken()


@pytest.fixture
def watched(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(change_feed, "_BULK", 5)
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


def test_one_change_is_told_at_once_and_a_rest_follows_only_on_many(office: Office, watched: Watched) -> None:
    for cases in (1, 5):
        watched.tells_of(opened(office, cases))
    assert watched.rests.taken == []
    watched.tells_of(opened(office, 6))
    wait_until(lambda: watched.rests.taken, "the rest")
    assert watched.rests.taken == [change_feed._CALM]
    watched.tells_of(opened(office, 6))
    watched.tells_of(opened(office, 6))
    wait_until(lambda: len(watched.rests.taken) == 3, "the rests")
    assert watched.rests.taken == [0.5, 1.0, 2.0], "longer and longer while it goes on"
    watched.tells_of(opened(office, 1))
    watched.tells_of(opened(office, 6))
    wait_until(lambda: len(watched.rests.taken) == 4, "the rest")
    assert watched.rests.taken[-1] == 0.5
