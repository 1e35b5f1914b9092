"""The weekly digest is due on Mondays at eight, once a week wherever it is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from careconsole.domain.learning.weekly import next_digest
from careconsole.domain.time.moments import DAY, WEEK

MONDAY = int(datetime(2026, 1, 5, 8, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(("days", "weeks"), [(0, 1), (1, 1), (3.9, 1), (4, 2), (4.1, 2), (6.9, 2), (-0.1, 1)])
def test_it_is_the_first_monday_at_least_three_days_later(days: float, weeks: int) -> None:
    assert next_digest(MONDAY + int(days * DAY), UTC) == MONDAY + weeks * WEEK


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Pacific/Auckland", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_a_machine_elsewhere_finds_it_done_in_that_week(zone: str) -> None:
    there = next_digest(MONDAY, ZoneInfo(zone))
    assert abs(there - MONDAY - WEEK) <= DAY
    for one, other in ((ZoneInfo(zone), UTC), (UTC, ZoneInfo(zone))):
        first = next_digest(MONDAY, one)
        assert next_digest(first, other) - first > 5 * DAY


def test_a_change_of_the_clocks_moves_it_with_the_clock() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = int(datetime(2026, 3, 23, 8, tzinfo=berlin).timestamp() * 1000)
    after = datetime.fromtimestamp(next_digest(before, berlin) / 1000, berlin)
    assert (after.day, after.hour, after.weekday()) == (30, 8, 0)
