"""Working time: hours of a wall clock, whatever the zone does to that clock."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.calendars import CalendarTable, calendar_table
from careconsole.domain.settings.document import WrongEntry, convert
from careconsole.domain.time.calendars import (
    ALWAYS,
    Calendar,
    Day,
    Hours,
    add,
    next_open,
    working_time_between,
)
from careconsole.domain.time.moments import DAY, HOUR, MINUTE, WEEK

ZONES = [
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",  # winter time is the one that changes
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",  # changed at midnight, so that some days began at 01:00
    "America/St_Johns",  # changed at 00:01
    "America/Caracas",
    "Africa/Casablanca",  # changes around Ramadan
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Australia/Lord_Howe",  # changes by half an hour
    "Antarctica/Casey",  # fell back by three hours
    "Antarctica/Troll",  # changes by two hours
    "Pacific/Apia",  # had no 2011-12-30
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]


def ms(calendar_table: str) -> int:
    return int(datetime.fromisoformat(calendar_table).timestamp()) * 1000


def day_of(*hours: str) -> Day:
    return tuple(Hours(*(int(clock[:2]) * 60 + int(clock[3:]) for clock in one.split("-"))) for one in hours)


def daily(zone: str, *hours: str) -> Calendar:
    return Calendar("daily", zone, 7 * (day_of(*hours),))


OFFICE = Calendar(
    "office",
    "Europe/Berlin",
    (*4 * (day_of("09:00-12:30", "13:30-18:00"),), day_of("09:00-15:00"), (), ()),
    closed=frozenset({date(2026, 12, 31)}),
    holidays=frozenset({date(2026, 12, 25), date(2027, 1, 1)}),
    extra=((date(2026, 12, 24), day_of("09:00-12:00")), (date(2026, 12, 19), day_of("10:00-14:00"))),
)


# The rule, minute by minute: a minute is open when the latest time the wall clock has shown so far is an open one.


def opens_on(calendar: Calendar, day: date) -> Day:
    extra = dict(calendar.extra)
    if day in extra:
        return extra[day]
    return () if day in calendar.closed | calendar.holidays else calendar.week[day.weekday()]


def open_minutes(calendar: Calendar, begin: int, end: int) -> list[bool]:
    zone = ZoneInfo(calendar.zone)
    latest = datetime.min
    found = []
    for moment in range(begin - 2 * DAY, end, MINUTE):
        latest = max(latest, datetime.fromtimestamp(moment // 1000, zone).replace(tzinfo=None))
        if moment >= begin:
            minute = latest.hour * 60 + latest.minute
            found.append(any(one.opens <= minute < one.closes for one in opens_on(calendar, latest.date())))
    return found


def changes(zone: str, year: int) -> list[date]:
    """The days of the year on which the zone's offset changes."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(367)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    return [day.date() for day, here, then in zip(days, offsets, offsets[1:], strict=False) if here != then]


def some_hours(least: int = 1) -> st.SearchStrategy[Day]:
    """A day of up to three stretches, each `least` minutes or longer."""
    ends = st.lists(st.integers(0, 1440 // least), unique=True, max_size=6).map(sorted)
    stretches = ends.map(lambda e: tuple(Hours(a * least, b * least) for a, b in zip(e[::2], e[1::2], strict=False)))
    return st.one_of(st.just(day_of("00:00-24:00")), st.just(day_of("00:00-02:30", "02:30-24:00")), stretches)


@st.composite
def calendars(draw: st.DrawFn, zone: str, around: date, least: int = 1) -> Calendar:
    week = draw(st.tuples(*7 * [some_hours(least)]).filter(any))
    near = st.integers(-5, 5).map(lambda n: around + timedelta(days=n))
    extra = draw(st.dictionaries(near, some_hours(least), max_size=2))
    closed = draw(st.frozensets(near, max_size=2)) - set(extra)
    return Calendar("some", zone, week, closed, draw(st.frozensets(near, max_size=2)), tuple(extra.items()))


@st.composite
def days_of_change(draw: st.DrawFn) -> tuple[str, date]:
    """A zone and a day on which its clock changes; any day where it does not that year."""
    zone = draw(st.sampled_from(ZONES))
    year = draw(st.one_of(st.integers(1975, 2045), st.sampled_from([2011, 2018, 2026, 2028])))
    return zone, draw(st.sampled_from(changes(zone, year) or [date(year, 2, 28), date(year, 12, 31)]))


@given(st.data())
@settings(max_examples=40)
def test_working_time_is_what_a_count_of_minutes_gives(data: st.DataObject) -> None:
    zone, day = data.draw(days_of_change())
    calendar = data.draw(calendars(zone, day))
    begin = ms(f"{day}T00:00Z") - 2 * DAY
    end = begin + 5 * DAY
    minutes = open_minutes(calendar, begin, end)
    assert [working_time_between(calendar, m, m + MINUTE) == MINUTE for m in range(begin, end, MINUTE)] == minutes
    assert working_time_between(calendar, begin, end) == sum(minutes) * MINUTE

    def until(moment: int) -> int:
        whole, rest = divmod(moment - begin, MINUTE)
        return sum(minutes[:whole]) * MINUTE + (rest if rest and minutes[whole] else 0)

    one, other = sorted(data.draw(st.tuples(*2 * [st.integers(begin, end - 1)])))
    assert working_time_between(calendar, one, other) == until(other) - until(one)
    ahead = [n for n in range(len(minutes)) if minutes[n]]
    if one < end and (span := until(end) - until(one)):
        span = data.draw(st.integers(1, span))
        whole, rest = divmod(until(one) + span - 1, MINUTE)  # the last millisecond of it lies in this open minute
        assert add(calendar, one, span) == begin + ahead[whole] * MINUTE + rest + 1
    first = (one - begin) // MINUTE
    if any(minutes[first:]):
        assert next_open(calendar, one) == max(one, begin + minutes.index(True, first) * MINUTE)


@st.composite
def working(draw: st.DrawFn) -> Calendar:
    zone, day = draw(days_of_change())
    return draw(calendars(zone, day, least=15))


MOMENTS = st.integers(ms("1970-01-01T00:00Z"), ms("2100-01-01T00:00Z"))
SPANS = st.integers(0, 4 * DAY)


@given(working(), MOMENTS, SPANS)
def test_as_much_is_worked_as_was_added(calendar: Calendar, moment: int, span: int) -> None:
    after = add(calendar, moment, span)
    assert working_time_between(calendar, moment, after) == span
    if span:
        assert working_time_between(calendar, moment, after - 1) == span - 1, "not a moment later than it takes"


@given(working(), MOMENTS, MOMENTS, SPANS, SPANS)
def test_later_or_longer_is_never_over_earlier(c: Calendar, moment: int, later: int, span: int, longer: int) -> None:
    moment, later = sorted((moment, later))
    span, longer = sorted((span, longer))
    assert add(c, moment, span) <= add(c, moment, longer)
    if span:
        assert add(c, moment, span) <= add(c, later, span)


@given(working(), MOMENTS, MOMENTS, MOMENTS, SPANS, SPANS)
def test_parts_make_the_whole(c: Calendar, a: int, b: int, d: int, span: int, more: int) -> None:
    assert add(c, add(c, a, span), more) == add(c, a, span + more)
    assert working_time_between(c, a, b) + working_time_between(c, b, d) == working_time_between(c, a, d)
    assert working_time_between(c, a, b) == -working_time_between(c, b, a)


@given(working(), MOMENTS)
def test_the_next_opening_is_the_first_moment_at_which_time_is_worked(calendar: Calendar, moment: int) -> None:
    opening = next_open(calendar, moment)
    assert opening is not None
    assert (working_time_between(calendar, moment, opening), working_time_between(calendar, opening, opening + 1)) == (
        0,
        1,
    )


@given(MOMENTS, st.integers(0, 20 * WEEK))
def test_around_the_clock_working_time_is_all_the_time_there_is(moment: int, span: int) -> None:
    for calendar in (ALWAYS, daily("Australia/Lord_Howe", "00:00-24:00"), daily("Pacific/Apia", "00:00-24:00")):
        assert add(calendar, moment, span) == moment + span
        assert working_time_between(calendar, moment, moment + span) == span
        assert next_open(calendar, moment) == moment


@pytest.mark.parametrize("cut", ["00:01", "01:30", "12:00", "23:30"])
def test_hours_that_touch_leave_nothing_out_and_count_nothing_twice_in_any_zone(cut: str) -> None:
    begin = ms("2010-01-01T00:00Z")
    for n, zone in enumerate(sorted(available_timezones() - {"localtime", "Factory"})):
        early, late = daily(zone, f"00:00-{cut}"), daily(zone, f"{cut}-24:00")
        start = begin + n * 9 * DAY
        span = 60 * DAY
        assert (
            working_time_between(early, start, start + span) + working_time_between(late, start, start + span) == span
        ), zone


# Days on which the clock changes, by hand.


@pytest.mark.parametrize(
    ("zone", "day", "hours", "opens", "minutes"),
    [
        # Berlin skips 02:00-03:00 ...
        ("Europe/Berlin", "2026-03-29", "00:00-24:00", "2026-03-29T00:00+01:00", 23 * 60),
        ("Europe/Berlin", "2026-03-29", "01:00-04:00", "2026-03-29T01:00+01:00", 2 * 60),
        ("Europe/Berlin", "2026-03-29", "02:30-04:00", "2026-03-29T03:00+02:00", 60),
        ("Europe/Berlin", "2026-03-29", "01:00-02:30", "2026-03-29T01:00+01:00", 60),
        ("Europe/Berlin", "2026-03-29", "02:00-03:00", None, 0),
        ("Europe/Berlin", "2026-03-29", "02:10-02:40", None, 0),
        ("Europe/Berlin", "2026-03-29", "09:00-17:00", "2026-03-29T09:00+02:00", 8 * 60),
        # ... and has it twice.
        ("Europe/Berlin", "2026-10-25", "00:00-24:00", "2026-10-25T00:00+02:00", 25 * 60),
        ("Europe/Berlin", "2026-10-25", "01:00-04:00", "2026-10-25T01:00+02:00", 4 * 60),
        ("Europe/Berlin", "2026-10-25", "02:30-04:00", "2026-10-25T02:30+02:00", 150),
        ("Europe/Berlin", "2026-10-25", "01:00-02:30", "2026-10-25T01:00+02:00", 90),
        ("Europe/Berlin", "2026-10-25", "02:10-02:40", "2026-10-25T02:10+02:00", 30),
        ("Europe/Berlin", "2026-10-25", "02:00-03:00", "2026-10-25T02:00+02:00", 120),
        ("Europe/Berlin", "2026-10-25", "03:00-04:00", "2026-10-25T03:00+01:00", 60),
        # Half an hour: 02:00 becomes 02:30 in October, and 01:30 in April.
        ("Australia/Lord_Howe", "2026-10-04", "01:00-03:00", "2026-10-04T01:00+10:30", 90),
        ("Australia/Lord_Howe", "2026-10-04", "02:15-03:00", "2026-10-04T02:30+11:00", 30),
        ("Australia/Lord_Howe", "2026-04-05", "01:00-03:00", "2026-04-05T01:00+11:00", 150),
        # Morocco goes back for Ramadan (03:00 becomes 02:00) and forward after it.
        ("Africa/Casablanca", "2026-02-15", "02:00-03:00", "2026-02-15T02:00+01:00", 120),
        ("Africa/Casablanca", "2026-03-22", "02:00-03:00", None, 0),
        # At midnight: this day began at 01:00; this one had 23:00-24:00 twice.
        ("America/Sao_Paulo", "2018-11-04", "00:00-02:00", "2018-11-04T01:00-02:00", 60),
        ("America/Sao_Paulo", "2018-02-17", "22:00-24:00", "2018-02-17T22:00-02:00", 180),
        # One minute after midnight: 00:01 became 23:01 of the day before, whose hours were over by then.
        ("America/St_Johns", "2010-11-06", "23:00-24:00", "2010-11-06T23:00-02:30", 60),
        ("America/St_Johns", "2010-11-07", "00:00-01:00", "2010-11-07T00:00-02:30", 120),
        # Samoa changed sides of the date line and had no 30 December.
        ("Pacific/Apia", "2011-12-30", "00:00-24:00", None, 0),
        ("Pacific/Apia", "2011-12-31", "00:00-24:00", "2011-12-31T00:00+14:00", 24 * 60),
        # A quarter of an hour, once: 00:00 became 00:15.
        ("Asia/Kathmandu", "1986-01-01", "00:00-01:00", "1986-01-01T00:15+05:45", 45),
        ("Asia/Kathmandu", "2026-05-05", "09:00-17:00", "2026-05-05T09:00+05:45", 8 * 60),
    ],
)
def test_a_day_on_which_the_clock_changes(zone: str, day: str, hours: str, opens: str | None, minutes: int) -> None:
    that_day = ((date.fromisoformat(day), day_of(hours)),)
    calendar = Calendar("one day", zone, 7 * ((),), extra=that_day)
    noon = ms(f"{day}T12:00Z")
    assert working_time_between(calendar, noon - 3 * DAY, noon + 3 * DAY) == minutes * MINUTE
    assert next_open(calendar, noon - 3 * DAY) == (ms(opens) if opens else None)
    if opens:
        assert add(calendar, noon - 3 * DAY, minutes * MINUTE) == ms(opens) + minutes * MINUTE, "in one piece"


# The office


@pytest.mark.parametrize(
    ("start", "span", "over"),
    [
        ("2026-11-03T10:00+01:00", HOUR, "2026-11-03T11:00+01:00"),
        ("2026-11-03T12:00+01:00", HOUR, "2026-11-03T14:00+01:00"),  # lunch is no working time
        ("2026-11-03T12:45+01:00", HOUR, "2026-11-03T14:30+01:00"),
        ("2026-11-03T17:00+01:00", HOUR, "2026-11-03T18:00+01:00"),  # over when the day is, not next morning
        ("2026-11-03T17:00+01:00", HOUR + 1000, "2026-11-04T09:00:01+01:00"),
        ("2026-11-03T20:00+01:00", 2 * HOUR, "2026-11-04T11:00+01:00"),
        ("2026-11-06T14:00+01:00", 4 * HOUR, "2026-11-09T12:00+01:00"),  # Friday to Monday
        ("2026-11-07T11:00+01:00", 0, "2026-11-07T11:00+01:00"),
        ("2026-10-23T14:00+02:00", 2 * HOUR, "2026-10-26T10:00+01:00"),  # over the end of summer time
        ("2026-12-18T14:00+01:00", 2 * HOUR, "2026-12-19T11:00+01:00"),  # the Saturday before Christmas is open
        ("2026-12-23T17:00+01:00", 5 * HOUR, "2026-12-28T10:00+01:00"),  # a short day, a holiday, a weekend
        ("2026-12-30T17:00+01:00", 2 * HOUR, "2027-01-04T10:00+01:00"),  # an own closed day, a holiday, a weekend
        ("2028-02-28T17:00+01:00", 2 * HOUR, "2028-02-29T10:00+01:00"),  # a leap day is a day
        ("2027-02-26T14:00+01:00", 2 * HOUR, "2027-03-01T10:00+01:00"),
    ],
)
def test_office_hours(start: str, span: int, over: str) -> None:
    assert add(OFFICE, ms(start), span) == ms(over)
    assert working_time_between(OFFICE, ms(start), ms(over)) == span


def test_the_next_opening() -> None:
    assert next_open(OFFICE, ms("2026-11-03T10:00+01:00")) == ms("2026-11-03T10:00+01:00")
    assert next_open(OFFICE, ms("2026-11-03T12:30+01:00")) == ms("2026-11-03T13:30+01:00"), "the end is closed"
    assert next_open(OFFICE, ms("2026-12-24T12:00+01:00")) == ms("2026-12-28T09:00+01:00")


def test_an_extra_day_is_open_even_on_a_holiday() -> None:
    fair = date(2026, 12, 25)
    calendar = Calendar("fair", "UTC", 7 * ((),), holidays=frozenset({fair}), extra=((fair, day_of("10:00-12:00")),))
    assert working_time_between(calendar, ms("2026-12-25T00:00Z"), ms("2026-12-26T00:00Z")) == 2 * HOUR


def test_a_day_is_extra_once() -> None:
    day = (date(2026, 12, 24), day_of("09:00-12:00"))
    with pytest.raises(WrongUse) as problem:
        Calendar("office", "UTC", OFFICE.week, extra=(day, day))
    assert "2026-12-24 is given twice" in refused(problem)
    with pytest.raises(WrongUse) as problem:
        Calendar("office", "UTC", OFFICE.week[:5])
    assert "seven days, not 5" in refused(problem)


def test_years_are_added_as_minutes_are() -> None:
    calendar = daily("Europe/Berlin", "09:00-17:00")
    assert add(calendar, ms("2026-01-01T09:00+01:00"), 8 * HOUR * (365 * 60 + 15)) == ms("2085-12-31T17:00+01:00")


# What is refused


def refused(problem: pytest.ExceptionInfo[WrongUse]) -> str:
    """What was said; it is a sentence, and there is a next thing to do."""
    said = problem.value
    assert said.message.endswith("."), said.message
    assert str(said.hint).endswith((".", "?")), said.hint
    return said.message


def test_a_calendar_that_is_never_open_is_refused() -> None:
    for extra in ((), ((date(2026, 5, 1), ()),)):
        with pytest.raises(WrongUse) as problem:
            Calendar("never", "UTC", 7 * ((),), extra=extra)
        assert "never open" in refused(problem)


def test_where_no_open_time_follows_for_five_years_nothing_is_awaited() -> None:
    days = (date(2020, 1, 1), date(2024, 12, 1), date(2031, 1, 1))
    calendar = Calendar("fairs", "UTC", 7 * ((),), extra=tuple((day, day_of("10:00-11:00")) for day in days))
    first, second, third = (ms(f"{day}T10:00Z") for day in days)
    assert next_open(calendar, first + HOUR) == second
    assert add(calendar, first, 2 * HOUR) == second + HOUR
    assert next_open(calendar, second + HOUR) is None
    for moment in (second, third):
        with pytest.raises(WrongUse) as problem:
            add(calendar, moment, HOUR + 1)
        assert "five years" in refused(problem)
    assert working_time_between(calendar, first, third + HOUR) == 3 * HOUR, "what was worked is known over any gap"


def test_times_that_stand_for_never_are_refused_at_once() -> None:
    for moment in (ms("9999-12-31T00:00Z"), ms("1800-01-01T00:00Z"), 10**30):
        for work in (add, working_time_between):
            with pytest.raises(WrongUse) as problem:
                work(OFFICE, moment, 1)
            assert "too far away" in refused(problem)
        with pytest.raises(WrongUse):
            next_open(OFFICE, moment)
    with pytest.raises(WrongUse):
        add(ALWAYS, 0, 10**18)


def test_a_span_is_not_negative() -> None:
    with pytest.raises(WrongUse) as problem:
        add(OFFICE, 0, -1)
    assert "negative" in refused(problem)


@pytest.mark.parametrize("zone", ["", " ", "localtime", "posixrules", "Factory", "right/UTC", "Europe", "../UTC"])
def test_what_is_no_zone_or_another_one_elsewhere_is_refused(zone: str) -> None:
    with pytest.raises(WrongUse) as problem:
        daily(zone, "09:00-17:00")
    refused(problem)


@pytest.mark.parametrize("zone", ["a\0b", "\ud800", "x" * 9999, "\x1b[31m", "/etc/passwd", "zone.tab"])
def test_hostile_zones_are_refused_in_printable_words(zone: str) -> None:
    with pytest.raises(WrongUse) as problem:
        daily(zone, "09:00-17:00")
    assert refused(problem).isprintable()


def test_a_zone_that_is_nearly_right_is_suggested() -> None:
    with pytest.raises(WrongUse) as problem:
        daily("Europe/Berln", "09:00-17:00")
    assert problem.value.message == 'There is no time zone "Europe/Berln".'
    assert "Europe/Berlin" in str(problem.value.hint)


def test_without_zone_data_utc_works_and_other_zones_say_what_to_install() -> None:
    code = """
import sys
sys.modules["tzdata"] = None
from careconsole.domain.time.calendars import ALWAYS, Calendar, Hours, WrongUse, add
week = 7 * ((Hours(540, 1020),),)
assert add(Calendar("office", "UTC", week), 0, 1) == 9 * 3_600_000 + 1
assert add(ALWAYS, 5, 5) == 10
try:
    Calendar("office", "Europe/Berlin", week)
except WrongUse as problem:
    print(problem)
"""
    env = {**os.environ, "PYTHONTZPATH": ""}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert run.returncode == 0, run.stderr
    assert "no data about time zones" in run.stdout
    assert "pip install tzdata" in run.stdout


def test_hours_that_overlap_are_refused_and_those_that_touch_are_not() -> None:
    assert daily("UTC", "12:00-14:00", "09:00-12:00").week[0] == day_of("09:00-12:00", "12:00-14:00")
    with pytest.raises(WrongUse) as problem:
        daily("UTC", "12:00-14:00", "09:00-12:01")
    assert "09:00-12:01 and 12:00-14:00 overlap" in refused(problem)


# As tables

TOML = """
zone = "Europe/Berlin"
closed = [2026-12-31]
holidays = ["2026-12-25", "2027-01-01"]

[hours]
mon-thu = ["09:00-12:30", "13:30-18:00"]
Friday = "9:00 - 15:00"

[extra]
2026-12-19 = ["10:00-14:00"]
2026-12-24 = "09:00-12:00"
"""


def read(table: dict[str, object], name: str = "office") -> Calendar:
    return convert(table, CalendarTable, "a calendar").calendar(name)


def test_a_calendar_is_read_from_a_table() -> None:
    assert read(tomllib.loads(TOML)) == OFFICE
    assert read(tomllib.loads(f'name = "what older programs let stand there"\n{TOML}')) == OFFICE


def test_a_calendar_is_written_as_a_person_would() -> None:
    assert calendar_table(OFFICE) == {
        "zone": "Europe/Berlin",
        "hours": {"mon-thu": ["09:00-12:30", "13:30-18:00"], "fri": ["09:00-15:00"]},
        "closed": ["2026-12-31"],
        "holidays": ["2026-12-25", "2027-01-01"],
        "extra": {"2026-12-19": ["10:00-14:00"], "2026-12-24": ["09:00-12:00"]},
    }
    assert calendar_table(ALWAYS) == {"zone": "UTC", "hours": {"mon-sun": ["00:00-24:00"]}}


@given(working())
def test_what_is_written_reads_back(calendar: Calendar) -> None:
    again = read(calendar_table(calendar), "some")
    assert again == calendar
    assert hash(again) == hash(calendar)


def test_days_may_go_over_the_weekend_and_hours_stand_in_one_text() -> None:
    shop = read({"zone": "UTC", "hours": {"Sat - Mon": "10:00-12:00, 14:00-16:00"}})
    assert [bool(day) for day in shop.week] == [True, False, False, False, False, True, True]
    assert shop.week[0] == day_of("10:00-12:00", "14:00-16:00")


@pytest.mark.parametrize(
    ("line", "key", "said"),
    [
        ("zone = 3", ("zone",), "It must be a zone"),
        ('zone = "Europe/Nowhere"', ("zone",), 'no time zone "Europe/Nowhere"'),
        ("hour = {}", ("hour",), "nothing of that name"),
        ('hours = "09:00-17:00"', ("hours",), "is not a table"),
        ('hours = { mo = "09:00-17:00" }', ("hours", "mo"), '"mo" is not a day'),
        ('hours = { mon-wed-fri = "09:00-17:00" }', ("hours", "mon-wed-fri"), "is not a day"),
        ('hours = { mon = "09:00-17:00", mon-fri = "09:00-17:00" }', ("hours", "mon-fri"), "monday are given twice"),
        ('hours = { mon = "9-17" }', ("hours", "mon"), '"9-17" are not hours'),
        ("hours = { mon = 9 }", ("hours", "mon"), '"9" are not hours'),
        ('hours = { mon = "" }', ("hours", "mon"), "are not hours"),
        ('hours = { mon = ["09:60-17:00"] }', ("hours", "mon"), "are not hours"),
        ('hours = { mon = "22:00-06:00" }', ("hours", "mon"), "these are 22:00-06:00"),
        ('hours = { mon = "09:00-09:00" }', ("hours", "mon"), "must end after they begin"),
        ('hours = { mon = "09:00-24:01" }', ("hours", "mon"), "by 24:00"),
        ('hours = { mon = ["09:00-12:00", "11:00-13:00"] }', ("hours", "mon"), "overlap"),
        ("hours = { mon = [] }", (), "never open"),
        ("", (), "never open"),
        ('closed = "2026-12-24"', ("closed",), "is not a list of dates"),
        ('closed = ["24.12.2026"]', ("closed",), '"24.12.2026" is not a date'),
        ("closed = [2026-12-24T00:00:00]", ("closed",), "is not a date"),
        ('holidays = ["2026-02-29"]', ("holidays",), "There is no day 2026-02-29"),
        ('holidays = ["9999-12-31"]', ("holidays",), "is not a date"),
        ("extra = []", ("extra",), "is not a table"),
        ('extra = { 2026-02-30 = "09:00-12:00" }', ("extra", "2026-02-30"), "There is no day"),
        ('extra = { 2026-02-03 = "noon" }', ("extra", "2026-02-03"), '"noon" are not hours'),
        ('closed = [2026-02-03]\nextra = { 2026-02-03 = "09:00-12:00" }', (), "2026-02-03 is given twice"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_key(line: str, key: tuple[str, ...], said: str) -> None:
    table = {"zone": "UTC"} | tomllib.loads(line)
    with pytest.raises(WrongUse) as problem:
        read(table)
    assert getattr(problem.value, "key", ()) == key
    assert said in refused(problem)


def test_hostile_tables_are_refused_in_printable_words() -> None:
    hostile = "\x1b]0;x\x07\u202e"
    office: dict[str, object] = {"zone": "UTC", "hours": {"mon": "09:00-17:00"}}
    wrongs: list[dict[str, object]] = [
        {hostile: 1},
        {"zone": hostile},
        {"hours": {hostile: "09:00-17:00"}},
        {"hours": {"mon": hostile}},
        {"closed": [hostile]},
        {"extra": {hostile: []}},
        {"extra": hostile},
    ]
    for wrong in wrongs:
        with pytest.raises(WrongEntry) as problem:
            read(office | wrong)
        assert str(problem.value).isprintable()
