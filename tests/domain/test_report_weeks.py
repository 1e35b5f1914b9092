"""Weeks of the report: from Monday to Monday in local time, also where clocks are changed."""

from __future__ import annotations

import itertools
from zoneinfo import ZoneInfo

from careconsole.domain.report.weeks import weeks_until
from careconsole.domain.time.moments import HOUR, WEEK, parse_iso

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> int:
    return parse_iso(text, "It")


def test_weeks_begin_on_monday_in_local_time_and_the_last_may_not_be_over() -> None:
    weeks = weeks_until(at("2026-01-07T12:00:00Z"), BERLIN)
    assert len(weeks) == 12
    assert (weeks[-1].since, weeks[-1].until) == (at("2026-01-04T23:00:00Z"), at("2026-01-11T23:00:00Z"))
    assert (weeks[0].day, weeks[-1].day) == ("2025-10-20", "2026-01-05")
    assert all(one.until == other.since for one, other in itertools.pairwise(weeks))


def test_a_report_that_ends_with_a_week_has_no_empty_one_behind_it() -> None:
    assert weeks_until(at("2026-01-04T23:00:00Z"), BERLIN)[-1].day == "2025-12-29"


def test_a_week_with_a_change_of_the_clocks_is_an_hour_longer_or_shorter() -> None:
    autumn = {week.day: week for week in weeks_until(at("2025-11-20T12:00:00Z"), BERLIN)}
    assert [(day, week.extra_hours) for day, week in autumn.items() if week.extra_hours] == [("2025-10-20", 1)]
    assert autumn["2025-10-20"].until - autumn["2025-10-20"].since == WEEK + HOUR
    spring = weeks_until(at("2026-04-20T12:00:00Z"), BERLIN)
    assert [(week.day, week.extra_hours) for week in spring if week.extra_hours] == [("2026-03-23", -1)]
    assert not any(week.extra_hours for week in weeks_until(at("2025-11-20T12:00:00Z"), ZoneInfo("UTC")))
