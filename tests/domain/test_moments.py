"""Times and spans as people write and read them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.case.narrator import span_in_words, within
from careconsole.domain.errors import WrongUse
from careconsole.domain.time.moments import (
    DAY,
    DAY_BEGINS,
    DAY_ENDS,
    HOUR,
    MINUTE,
    SECOND,
    WEEK,
    day_start,
    format_span,
    future,
    iso,
    local,
    next_clock,
    parse_end,
    parse_instant,
    parse_iso,
    parse_moment,
    parse_span,
)
from careconsole.domain.time.past import parse_past

BERLIN = ZoneInfo("Europe/Berlin")


def ms(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp()) * 1000


NOW = ms("2026-11-03T14:05:20+01:00")  # a Tuesday, in winter time


@pytest.fixture
def workstation_in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("4h", 4 * HOUR),
        ("30m", 30 * MINUTE),
        ("2d", 2 * DAY),
        ("1w", WEEK),
        ("90s", 90 * SECOND),
        ("1h30m", 90 * MINUTE),
        (" 1W 2d 3H 4m 5s ", WEEK + 2 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND),
        ("0m", 0),
        ("-2h", -2 * HOUR),
    ],
)
def test_spans_people_write(text: str, span: int) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "4", "h", "4 hours", "1.5h", "30m1h", "4h4h", "--4h", "٤h", "9999999d", "4h\0"])
def test_what_is_no_span_is_refused_with_examples(text: str) -> None:
    with pytest.raises(WrongUse) as caught:
        parse_span(text)
    assert "1h30m" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (0, "0m"),
        (59 * SECOND, "<1m"),
        (-59 * SECOND, "<1m"),
        (12 * MINUTE + 59 * SECOND, "12m"),
        (2 * HOUR, "2h"),
        (2 * HOUR + 5 * MINUTE, "2h 5m"),
        (-(2 * HOUR + 5 * MINUTE), "-2h 5m"),
        (3 * DAY + 4 * HOUR + 59 * MINUTE, "3d 4h"),
        (3 * DAY + 59 * MINUTE, "3d"),
        (500 * DAY, "500d"),
    ],
)
def test_spans_people_read(span: int, text: str) -> None:
    assert format_span(span) == text


def test_within_a_sentence_no_span_is_written_as_in_a_column() -> None:
    spans = (0, 20 * SECOND, 12 * MINUTE, 2 * HOUR + 5 * MINUTE)
    assert [span_in_words(span) for span in spans] == ["0m", "less than a minute", "12m", "2h 5m"]
    assert [within(span) for span in spans[1:]] == ["in under a minute", "within 12m", "within 2h 5m"]


@given(st.integers(-(10**13), 10**13))
def test_a_span_read_back_lost_only_its_small_change(span: int) -> None:
    text = format_span(span)
    if text != "<1m":
        lost = abs(span) - abs(parse_span(text))
        assert 0 <= lost < (HOUR if abs(span) >= DAY else MINUTE)
        assert parse_span(text) * span >= 0


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("4h", "2026-11-03T18:05:20+01:00"),
        ("+4h", "2026-11-03T18:05:20+01:00"),
        ("in 4h", "2026-11-03T18:05:20+01:00"),
        ("In 1h 30m", "2026-11-03T15:35:20+01:00"),
        ("17:00", "2026-11-03T17:00+01:00"),
        ("at 17:00", "2026-11-03T17:00+01:00"),
        ("14:05", "2026-11-04T14:05+01:00"),
        ("9:00", "2026-11-04T09:00+01:00"),
        ("today 17:00", "2026-11-03T17:00+01:00"),
        ("today 9:00", "2026-11-03T09:00+01:00"),
        ("tomorrow", "2026-11-04T14:05:20+01:00"),
        ("tomorrow 10:00", "2026-11-04T10:00+01:00"),
        ("Tomorrow at 10:00", "2026-11-04T10:00+01:00"),
        ("fri 17:00", "2026-11-06T17:00+01:00"),
        ("Friday 17:00", "2026-11-06T17:00+01:00"),
        ("tues 17:00", "2026-11-03T17:00+01:00"),
        ("tue 9:00", "2026-11-10T09:00+01:00"),
        ("tue", "2026-11-10T14:05:20+01:00"),
        ("mon", "2026-11-09T14:05:20+01:00"),
        ("2026-12-01T10:00Z", "2026-12-01T10:00Z"),
        ("2026-12-01t10:00z", "2026-12-01T10:00Z"),
        ("2026-12-01 10:00:30 +0530", "2026-12-01T10:00:30+05:30"),
        ("2001-01-01T00:00-08:00", "2001-01-01T00:00-08:00"),
    ],
)
def test_moments_people_write(text: str, understood: str) -> None:
    assert iso(parse_moment(text, NOW, BERLIN)) == iso(ms(understood))


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("now", "2026-11-03T14:05:20+01:00"),
        ("4h ago", "2026-11-03T10:05:20+01:00"),
        ("-4h", "2026-11-03T10:05:20+01:00"),
        ("in 4h", "2026-11-03T18:05:20+01:00"),
        ("yesterday", "2026-11-02T14:05:20+01:00"),
        ("yesterday 10:00", "2026-11-02T10:00+01:00"),
        ("9:00", "2026-11-03T09:00+01:00"),
        ("17:00", "2026-11-03T17:00+01:00"),
        ("fri 17:00", "2026-10-30T17:00+01:00"),
        ("tue 9:00", "2026-11-03T09:00+01:00"),
        ("tue 17:00", "2026-10-27T17:00+01:00"),
        ("tomorrow 10:00", "2026-11-04T10:00+01:00"),
        ("2012-05-01T00:00:00.123Z", "2012-05-01T00:00:00Z"),
    ],
)
def test_instants_people_write(text: str, understood: str) -> None:
    assert parse_instant(text, NOW, BERLIN) // 1000 * 1000 == ms(understood)


@pytest.mark.parametrize("read", [parse_moment, parse_instant])
@pytest.mark.parametrize(
    "text",
    ["", "  ", "soon", "4", "in", "in 4h ago", "24:00", "10:60", "fr 10:00", "today", "at", "\x1b[m", "١٠:٠٠",
     "2026-02-30T10:00Z", "2026-11", "1795000000", "45296.5", "13pm", "0am", "5", "17:00 at", "next tomorrow", "next",
     "999999w", "9999-12-31T23:00", "0001-01-01T00:00Z", "31.02.2026", "24.12. 10:00", "Mon, 3 Nov 2026"],
)  # fmt: skip
def test_an_invalid_time_is_refused(text: str, read: object) -> None:
    with pytest.raises(WrongUse) as caught:
        parse_moment(text, NOW, BERLIN) if read is parse_moment else parse_instant(text, NOW, BERLIN)
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("text", ["-4h", "4h ago", "yesterday 10:00"])
def test_a_moment_to_come_does_not_look_back(text: str) -> None:
    with pytest.raises(WrongUse, match="in the past"):
        parse_moment(text, NOW, BERLIN)
    parse_instant(text, NOW, BERLIN)


@given(st.text(max_size=20) | st.from_regex(r"[\dwdhms :+\-TZa-z]{1,18}", fullmatch=True))
def test_any_text_is_a_time_or_wrong_use(text: str) -> None:
    for read in (parse_moment, parse_instant):
        try:
            iso(read(text, NOW, BERLIN))
        except WrongUse:
            continue


@pytest.mark.parametrize("read", [parse_moment, parse_instant])
@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("2026-12-24", "2026-12-24T00:00+01:00"),
        ("20260703", "2026-07-03T00:00+02:00"),
        ("2026-11-03T18:00", "2026-11-03T18:00+01:00"),
        ("2026-07-03 18:00:30", "2026-07-03T18:00:30+02:00"),
        ("2026-12-24 5pm", "2026-12-24T17:00+01:00"),
        ("2026-12-24 at noon", "2026-12-24T12:00+01:00"),
        ("24.12.2026 10:00", "2026-12-24T10:00+01:00"),
        ("24.12.26 10:00", "2026-12-24T10:00+01:00"),
        ("24 Dec 2026", "2026-12-24T00:00+01:00"),
        ("dec 24, 2026 5:30 PM", "2026-12-24T17:30+01:00"),
        ("12/24/2026 10:00", "2026-12-24T10:00+01:00"),
        ("2026-W52-4 10:00", "2026-12-24T10:00+01:00"),
        ("2026-12-24 10:00 UTC", "2026-12-24T10:00Z"),
        ("2026-10-25 02:30", "2026-10-25T02:30+01:00"),
        ("next monday", "2026-11-09T14:05:20+01:00"),
        ("next tuesday 9:00", "2026-11-10T09:00+01:00"),
        ("tomorrow 5pm", "2026-11-04T17:00+01:00"),
        ("5 p.m. tomorrow", "2026-11-04T17:00+01:00"),
        ("17:00 tomorrow", "2026-11-04T17:00+01:00"),
        ("today at 12am", "2026-11-03T00:00+01:00"),
    ],
)
def test_dates_and_times_of_day_as_people_type_them(read, text: str, understood: str) -> None:
    assert iso(read(text, NOW, BERLIN)) == iso(ms(understood))


@pytest.mark.parametrize("text", ["28d", "4w", "4w ago", "-4w", "4W"])
def test_a_span_in_what_has_happened_is_so_long_ago(text: str) -> None:
    assert parse_past(text, NOW, BERLIN) == NOW - 28 * 86_400_000
    assert parse_past("yesterday 10:00", NOW, BERLIN) == ms("2026-11-02T10:00+01:00")
    assert parse_past("in 4w", NOW, BERLIN) > NOW


@pytest.mark.parametrize(
    ("text", "moment", "instant"),
    [
        ("5pm", "2026-11-03T17:00+01:00", "2026-11-03T17:00+01:00"),
        ("noon", "2026-11-04T12:00+01:00", "2026-11-03T12:00+01:00"),
        ("fri noon", "2026-11-06T12:00+01:00", "2026-10-30T12:00+01:00"),
        ("this fri 9am", "2026-11-06T09:00+01:00", "2026-10-30T09:00+01:00"),
    ],
)
def test_a_time_of_day_is_the_next_one_or_the_last_one(text: str, moment: str, instant: str) -> None:
    assert iso(parse_moment(text, NOW, BERLIN)) == iso(ms(moment))
    assert iso(parse_instant(text, NOW, BERLIN)) == iso(ms(instant))


@pytest.mark.parametrize(
    ("text", "due", "begins"),
    [
        ("friday", "2026-11-06T17:00+01:00", "2026-11-06T09:00+01:00"),
        ("this fri", "2026-11-06T17:00+01:00", "2026-11-06T09:00+01:00"),
        ("tuesday", "2026-11-03T17:00+01:00", "2026-11-10T09:00+01:00"),
        ("tomorrow", "2026-11-04T17:00+01:00", "2026-11-04T09:00+01:00"),
        ("next monday", "2026-11-09T17:00+01:00", "2026-11-09T09:00+01:00"),
        ("2026-12-24", "2026-12-24T17:00+01:00", "2026-12-24T09:00+01:00"),
        ("24 Dec 2026", "2026-12-24T17:00+01:00", "2026-12-24T09:00+01:00"),
        ("today", "2026-11-03T17:00+01:00", "2026-11-03T09:00+01:00"),
        ("fri 10:00", "2026-11-06T10:00+01:00", "2026-11-06T10:00+01:00"),
        ("2026-12-24 10:00", "2026-12-24T10:00+01:00", "2026-12-24T10:00+01:00"),
        ("+4h", "2026-11-03T18:05:20+01:00", "2026-11-03T18:05:20+01:00"),
    ],
)
def test_a_day_alone_is_its_working_day_and_not_the_present_time(text: str, due: str, begins: str) -> None:
    assert iso(parse_moment(text, NOW, BERLIN, hour=DAY_ENDS)) == iso(ms(due))
    assert iso(parse_moment(text, NOW, BERLIN, hour=DAY_BEGINS)) == iso(ms(begins))


def test_what_is_no_time_is_quoted_as_it_was_written() -> None:
    with pytest.raises(WrongUse, match=r'^"soon" is not a time'):
        parse_moment("soon", NOW, BERLIN, hour=DAY_ENDS)


def test_the_last_such_day_is_before_today() -> None:
    assert parse_instant("last tuesday 9:00", NOW, BERLIN) == ms("2026-10-27T09:00+01:00")
    with pytest.raises(WrongUse, match="in the past"):
        parse_moment("last tuesday 9:00", NOW, BERLIN)


@pytest.mark.parametrize("read", [parse_moment, parse_instant])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2027 10:00", "the day or with the month first"),
        ("27-04-03", "may begin or end with the year"),
        ("Mon, 24 Dec 2026", "another weekday"),
        ("24 Dec 2026 10:00 XYZ", "zone XYZ is not known"),
    ],
)
def test_a_date_with_two_meanings_is_asked_back(read, text: str, why: str) -> None:
    with pytest.raises(WrongUse, match=why) as caught:
        read(text, NOW, BERLIN)
    assert "2026-12-24 17:00" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("now", "text", "understood"),
    [
        # 2026-03-29: 02:00 becomes 03:00
        ("2026-03-28T12:00+01:00", "tomorrow 12:00", "2026-03-29T12:00+02:00"),
        ("2026-03-28T12:00+01:00", "tomorrow", "2026-03-29T12:00+02:00"),
        ("2026-03-28T12:00+01:00", "24h", "2026-03-29T13:00+02:00"),
        ("2026-03-28T02:30+01:00", "tomorrow", "2026-03-29T03:30+02:00"),
        ("2026-03-29T09:00+02:00", "02:30", "2026-03-30T02:30+02:00"),
        # 2026-10-25: 03:00 becomes 02:00
        ("2026-10-25T01:00+02:00", "02:30", "2026-10-25T02:30+02:00"),
        ("2026-10-25T02:45+02:00", "02:30", "2026-10-25T02:30+01:00"),
        ("2026-10-25T02:45+01:00", "02:30", "2026-10-26T02:30+01:00"),
        ("2026-10-25T02:45+01:00", "tomorrow", "2026-10-26T02:45+01:00"),
    ],
)
def test_moments_around_a_change_of_the_clocks(now: str, text: str, understood: str) -> None:
    assert iso(parse_moment(text, ms(now), BERLIN)) == iso(ms(understood))


@pytest.mark.parametrize(
    ("now", "understood"),
    [
        ("2026-10-25T02:45+02:00", "2026-10-25T02:30+02:00"),
        ("2026-10-25T02:45+01:00", "2026-10-25T02:30+01:00"),
        ("2026-10-25T09:00+01:00", "2026-10-25T02:30+01:00"),
    ],
)
def test_an_instant_that_came_twice_is_the_last_one_past(now: str, understood: str) -> None:
    assert iso(parse_instant("02:30", ms(now), BERLIN)) == iso(ms(understood))


@pytest.mark.parametrize("read", [parse_moment, parse_instant])
@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-03-28T12:00+01:00", "tomorrow 02:30"),
        ("2026-03-28T12:00+01:00", "tomorrow 2:30am"),
        ("2026-03-28T12:00+01:00", "2026-03-29 02:30"),
        ("2026-03-28T12:00+01:00", "29.3.2026 2:30"),
        ("2026-03-29T09:00+02:00", "today 02:30"),
    ],
)
def test_a_time_that_the_clock_skips_is_refused_with_the_one_an_hour_later(read, now: str, text: str) -> None:
    with pytest.raises(WrongUse, match="02:30 does not exist") as caught:
        read(text, ms(now), BERLIN)
    assert "Write 2026-03-29T03:30+02:00" in str(caught.value.hint)


def test_a_bare_time_that_the_clock_is_about_to_skip_is_refused() -> None:
    with pytest.raises(WrongUse, match="02:30 does not exist"):
        parse_moment("02:30", ms("2026-03-29T01:00+01:00"), BERLIN)


def test_a_day_begins_at_midnight_or_when_its_clock_first_shows_it() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # 2026-03-29: 00:00 becomes 01:00
    assert day_start(NOW, 0, BERLIN) == ms("2026-11-03T00:00+01:00")
    assert day_start(ms("2026-03-28T12:00+02:00"), 1, beirut) == ms("2026-03-29T01:00+03:00")
    assert parse_moment("2026-03-29", NOW, beirut) == ms("2026-03-29T01:00+03:00")
    assert day_start(ms("2026-03-29T12:00+03:00"), -1, beirut) == ms("2026-03-28T00:00+02:00")


def test_the_end_of_quiet_hours_is_found_though_the_clock_skips_it() -> None:
    assert next_clock(2, 30, ms("2026-03-29T01:00+01:00"), BERLIN) == ms("2026-03-29T03:30+02:00")
    assert next_clock(7, 0, ms("2026-03-29T07:00+02:00"), BERLIN) == ms("2026-03-30T07:00+02:00")


@pytest.mark.parametrize("text", ["tomorrow", "4h", "17:00", "2026-11-03", "2026-11-03T10:00", "soon"])
def test_a_time_in_the_place_of_now_is_written_in_full(text: str) -> None:
    assert parse_iso("2026-11-03T14:05+01:00", "CARECONSOLE_NOW") == ms("2026-11-03T14:05+01:00")
    with pytest.raises(WrongUse, match=r"CARECONSOLE_NOW is .* has no time zone"):
        parse_iso(text, "CARECONSOLE_NOW")


def test_the_next_time_the_clock_shows_it_is_never_more_than_a_day_ahead() -> None:
    start = ms("2026-10-24T00:00+02:00")
    for minutes in range(0, 3 * 24 * 60, 7):
        now = start + minutes * MINUTE
        moment = parse_moment("02:30", now, BERLIN)
        assert now < moment <= now + 25 * HOUR
        assert datetime.fromtimestamp(moment // 1000, BERLIN).strftime("%H:%M") == "02:30"


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="only POSIX can move the workstation")
@pytest.mark.usefixtures("workstation_in_new_york")
def test_without_a_zone_the_workstation_says_where_we_are() -> None:
    assert parse_moment("17:00", NOW) == ms("2026-11-03T17:00-05:00")
    assert parse_moment("tomorrow 10:00", ms("2026-10-31T12:00-04:00")) == ms("2026-11-01T10:00-05:00")
    # 2026-11-01: 02:00 becomes 01:00; 2026-03-08: 02:00 becomes 03:00
    assert parse_moment("1:30", ms("2026-11-01T01:45-04:00")) == ms("2026-11-01T01:30-05:00")
    with pytest.raises(WrongUse, match="02:30 does not exist"):
        parse_moment("2:30", ms("2026-03-08T00:30-05:00"))
    assert local(NOW, NOW) == "08:05"
    assert parse_moment("2026-07-03T18:00", NOW) == ms("2026-07-03T18:00-04:00")
    assert parse_moment("3 Jul 2026 6pm", NOW) == ms("2026-07-03T18:00-04:00")


def test_a_time_that_must_lie_ahead_says_what_it_understood_and_what_time_it_is() -> None:
    assert future(NOW + 1, NOW, "The promise") == NOW + 1
    with pytest.raises(WrongUse) as caught:
        future(parse_moment("today 9:00", NOW, BERLIN), NOW, "The promise", BERLIN)
    assert caught.value.message == (
        "The promise must be in the future: it was read as 2026-11-03T09:00+01:00,"
        " and now it is 2026-11-03T14:05:20+01:00."
    )
    with pytest.raises(WrongUse):
        future(NOW, NOW, "The promise", BERLIN)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1335830400000, "2012-05-01T00:00:00Z"),
        (1335830400007, "2012-05-01T00:00:00.007Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_times_for_machines(moment: int, text: str) -> None:
    assert iso(moment) == text


@given(st.datetimes(datetime(1901, 1, 1), datetime(9990, 1, 1)).map(lambda d: d.replace(tzinfo=UTC)))
def test_a_time_for_machines_reads_back(moment: datetime) -> None:
    exact = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert parse_moment(iso(exact), NOW) == exact


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-11-03T00:00+01:00", "00:00"),
        ("2026-11-03T23:59+01:00", "23:59"),
        ("2026-11-02T23:59+01:00", "Mon 23:59"),
        ("2026-10-29T00:00+01:00", "Thu 00:00"),
        ("2026-10-28T14:05+01:00", "2026-10-28 14:05"),
        ("2026-10-27T14:05+01:00", "2026-10-27 14:05"),
        ("2026-11-08T23:59+01:00", "Sun 23:59"),
        ("2026-11-09T00:00+01:00", "2026-11-09 00:00"),
        ("2026-11-10T14:05+01:00", "2026-11-10 14:05"),
        ("2026-07-01T14:05+02:00", "2026-07-01 14:05"),
    ],
)
def test_times_people_read(moment: str, text: str) -> None:
    assert local(ms(moment), NOW, BERLIN) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [("18:00", "tomorrow 18:00"), ("6 pm", "tomorrow 18:00"), ("+4h", "tomorrow 18:00"), ("fri 9:00", "fri 9:00")],
)
def test_an_end_without_a_day_is_that_of_its_beginning(text: str, meant: str) -> None:
    begins = parse_moment("tomorrow 14:00", NOW, BERLIN)
    assert parse_end(text, begins, NOW, BERLIN) == parse_moment(meant, NOW, BERLIN)
    assert parse_end("18:00", None, NOW, BERLIN) == parse_moment("18:00", NOW, BERLIN)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("in an hour", "1h"),
        ("In two hours", "2h"),
        ("2 hours", "2h"),
        ("+ 30 minutes", "30m"),
        ("a week", "1w"),
        ("end of day", "today 17:00"),
        ("EOD", "today 17:00"),
        ("end of the day", "today 17:00"),
        ("tomorrow morning", "tomorrow 9:00"),
        ("next monday morning", "next monday 9:00"),
        ("noon", "12:00"),
        ("5pm", "17:00"),
    ],
)
def test_times_as_people_say_them_are_those_in_digits(said: str, written: str) -> None:
    now = ms("2026-11-24T10:00+01:00")
    assert parse_moment(said, now, BERLIN, hour=17) == parse_moment(written, now, BERLIN, hour=17)


def test_two_hours_ago_may_be_said_in_words_of_what_is_past() -> None:
    now = ms("2026-11-24T10:00+01:00")
    assert parse_instant("two hours ago", now, BERLIN) == parse_instant("2h ago", now, BERLIN)
    with pytest.raises(WrongUse, match="in the past"):
        parse_moment("two hours ago", now, BERLIN)


@pytest.mark.parametrize("text", ["morning", "good morning", "an hour and a half", "two", "in a", "eleventy hours"])
def test_what_only_sounds_like_a_time_is_none(text: str) -> None:
    with pytest.raises(WrongUse):
        parse_moment(text, ms("2026-11-24T10:00+01:00"), BERLIN, hour=17)


def test_hours_in_words_are_those_that_a_day_alone_means() -> None:
    now = ms("2026-11-24T08:00+01:00")
    assert parse_moment("eod", now, BERLIN) == parse_moment("today", now, BERLIN, hour=DAY_ENDS)
    assert parse_moment("this morning", now, BERLIN) == parse_moment("today", now, BERLIN, hour=DAY_BEGINS)
