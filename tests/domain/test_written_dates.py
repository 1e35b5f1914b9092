"""Dates and times as people and programs write them: what is written is what is read, or it is refused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.time.iso8601 import iso_moment
from careconsole.domain.time.written_dates import has_clock, is_clock, is_serial, read_date
from careconsole.domain.time.zones import NotATime, in_zone

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2024, 1, 5, 9, 5)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-05", "2024-01-05"),
        ("20240105", "2024-01-05"),
        ("20240105T090500Z", "2024-01-05T09:05+00:00"),
        ("20240105T0905", "2024-01-05T09:05"),
        ("20240105T09", "2024-01-05T09:00"),
        ("2024-W01-5", "2024-01-05"),
        ("2024W015T0905", "2024-01-05T09:05"),
        ("2020-W53-7", "2021-01-03"),
        ("2024-005T09:05", "2024-01-05T09:05"),
        ("2024-366", "2024-12-31"),
        ("2024-01-05T24:00", "2024-01-06"),
        ("2024-12-31T24:00:00Z", "2025-01-01T00:00+00:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00+00:00"),
        ("2024-01-05T09:05,5", "2024-01-05T09:05:30"),
        ("2024-01-05T09.25", "2024-01-05T09:15"),
        ("2024-01-05T09:05:00.1234567891", "2024-01-05T09:05:00.123456"),
        ("2024-01-05T09:05:00+01", "2024-01-05T09:05+01:00"),
        ("2024-01-05T09:05:00 +0530", "2024-01-05T09:05+05:30"),
        ("2024-01-05 09:05:00 UTC", "2024-01-05T09:05+00:00"),
        ("2024-01-05t09:05z", "2024-01-05T09:05+00:00"),
        ("2024-01-05Z", "2024-01-05T00:00+00:00"),
        ("2024-01-05T09:05+01:00[Europe/Berlin]", "2024-01-05T09:05+01:00"),
        ("2024-07-05T09:05[Europe/Berlin]", "2024-07-05T09:05+02:00"),
        ("2024-01-05T09:05Z[Europe/Berlin]", "2024-01-05T09:05+00:00"),
    ],
)
def test_all_forms_of_the_standard_are_read(text: str, moment: str) -> None:
    wanted = datetime.fromisoformat(moment)
    found = iso_moment(text)
    assert (found, found.utcoffset()) == (wanted, wanted.utcoffset())


@pytest.mark.parametrize(
    "text",
    ["", "2024", "2024-01", "2024-W01", "2024-W54-1", "2024-000", "2023-366", "2024-02-30", "2024-01-05T25:00",
     "2024-01-05T24:01", "2024-01-05T09:60", "2024-01-05T09:05:61", "2024-01-05+09:00", "2024-01-05-09:00",
     "2024-01-05_09:05", "2024-01-05T9:05", "2024-01-05T09:05Z+01:00", "2024-01-05T09:05+01:00[Nowhere/Else]",
     "2024-01-05T09:05+05:00[Europe/Berlin]", "2024-03-31T02:30[Europe/Berlin]", "٢٠٢٤-٠١-٠٥"],
)  # fmt: skip
def test_what_the_standard_does_not_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        iso_moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "05/Jan/24 9:05 AM",
        "05-Jan-24 09:05",
        "5 Jan 24 9.05",
        "5 Jan '24 9:05",
        "2024-Jan-05 09:05",
        "2024/Jan/05 09:05",
        "Jan-05-2024 9:05 AM",
        "05-ene-2024 09:05",
        "Fri Jan  5 09:05:00 2024",
        "Jan  5 2024  9:05:00:000AM",
        "05Jan2024:09:05:00",
        "05/Jan/2024:09:05:00",
        "2024-01-05-09.05.00.000000",
        "9:05 AM, January 5th, 2024",
        "09:05 - 5.1.2024",
        "5.1.24 9:05 AM",
        "5. 1. 2024 9:05",
        "2024.1.5 9:05",
        "05.01.2024 9:05\u202fAM",
        "5 January 2024 at 9:05\u00a0AM",
        "\u200e5.\u200e1.\u200e2024\u200e 9:05",
        "2024\u201101\u201105 09:05",
        "Friday, 5 January 2024 9:05 a.m.",
        "Freitag, 5. Januar 2024 um 9:05 Uhr",
        "Fr., 5. Jänner 2024 9:05",
        "vendredi 5 janvier 2024 à 9 h 05",
        "ven. 5 janv. 2024 à 9h05",
        "viernes, 5 de enero de 2024, 9:05 a. m.",
        "vie 5 ene 2024 a las 9:05",
        "venerdì 5 gennaio 2024 alle ore 9:05",
        "5 genn. 2024 9.05",
        "sexta-feira, 5 de janeiro de 2024 às 09:05",
        "sex., 5 de jan. de 2024 09:05",
        "vrijdag 5 januari 2024 om 9:05 uur",
        "vr 5 jan. 2024 09:05",
        "45296.3784722222",
        "45296,3784722222",
    ],
)
def test_a_time_without_a_zone_is_read_as_it_is_written(text: str) -> None:
    assert read_date(text) == MORNING


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 05 Jan 2024 09:05:00 +0100",
        "Fri Jan 05 09:05:00 CET 2024",
        "Fri Jan 05 09:05:00 +0100 2024",
        "Fri Jan 05 2024 09:05:00 GMT+0100 (Central European Standard Time)",
        "5 Jan 2024 09:05 (CET)",
        "09:05, 5 January 2024 (MEZ)",
        "5.1.2024 9:05 Europe/Berlin",
        "5.1.2024 9:05 [Europe/Berlin]",
        "2024/01/05 09:05:00+01",
        "05/Jan/2024:09:05:00 +0100",
        "1704441900",
        "1704441900000",
        "1704441900000000",
    ],
)
def test_a_time_with_a_zone_is_read_in_it(text: str) -> None:
    assert read_date(text) == MORNING.replace(tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("03/04/2024", "with the day or with the month first"),
        ("5.13.2024", "does not have the day first"),
        ("24-01-05", "may begin or end with the year"),
        ("202401050905", "a date and time or milliseconds"),
        ("Mon, 05 Jan 2024", "has another weekday"),
        ("5 Jan 2024 09:05 (Mars)", "the zone Mars is not known"),
        ("5 Jan 2024 09:05 XYZ", "the zone XYZ is not known"),
        ("31.3.2024 2:30 Europe/Berlin", "does not exist in Europe/Berlin"),
        *(
            (text, "is not a time")
            for text in (
                *("5 Jan", "5 Jan 09:05", "5 Jan 09:05:30", "Jan 5, 10:05 AM", "Jan 5, 10", "Jan 2024", "09:05"),
                *("until 5.1.2024", "5.1.2024 or 6.1.2024", "5.1.2024 9", "5.1.2024 13:05 PM"),
                *("5²/1/2024", "12345", "99999", "1.7E+12", "5 Foo 2024", "05012024", "5.1.2024 09:05 - 10:05"),
            )
        ),
    ],
)
def test_what_says_too_little_or_two_things_is_refused(text: str, why: str) -> None:
    with pytest.raises(NotATime, match=why):
        read_date(text)


def test_a_time_that_a_zone_skips_is_refused_and_the_first_of_two_is_read() -> None:
    for minute in (0, 59):
        with pytest.raises(NotATime, match="does not exist in Europe/Berlin"):
            in_zone(datetime(2024, 3, 31, 2, minute), BERLIN, "x")
    for hour, offset in ((1, 1), (3, 2)):
        assert in_zone(datetime(2024, 3, 31, hour), BERLIN, "x").utcoffset() == timedelta(hours=offset)
    assert in_zone(datetime(2024, 10, 27, 2, 30), BERLIN, "x").utcoffset() == timedelta(hours=2)


def test_clocks_days_and_serial_numbers_are_told_apart() -> None:
    assert all(map(is_clock, ["9:05", "09:05:30", "9:05 PM", "9 Uhr", "9h", "21.05"]))
    assert not any(map(is_clock, ["", "9", "5.1.2024", "905", "2:5", "soon", "9:05 5.1.2024"]))
    assert all(map(is_serial, ["45296", "45296.5", "45296,25"]))
    assert not any(map(is_serial, ["1234", "12345", "99999", "4529", "452961"]))
    assert all(map(has_clock, ["2024-01-05 10:00", "5.1.2024 0:00", "5 Jan 2024 5pm", "45296.5"]))
    assert not any(map(has_clock, ["2024-01-05", "5.1.2024", "5 Jan 2024", "20240105", "45296"]))
    assert not any(map(has_clock, ["03/04/2024", "31/05/24", "12/31/2024"]))


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
SHORT = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def named(language: str, form: str) -> Callable[[datetime], str]:
    words = MONTHS[language].split()
    return lambda t: form.format(
        t=t, month=words[t.month - 1], half=t.hour % 12 or 12, noon="pm" if t.hour > 11 else "am"
    )


def plain(form: str) -> Callable[[datetime], str]:
    return lambda t: form.format(
        t=t, mon=SHORT[t.month - 1], half=t.hour % 12 or 12, noon="PM" if t.hour > 11 else "AM", yy=t.year % 100
    )


def serial(t: datetime) -> str:
    since = t - datetime(1899, 12, 30)
    return f"{since.days}.{since.seconds * 10**10 // 86_400 + 1:010}"


FORMS: dict[str, Callable[[datetime], str]] = {
    "iso": lambda t: t.isoformat(),
    "iso with a blank": lambda t: t.isoformat(" "),
    "basic": lambda t: t.strftime("%Y%m%dT%H%M%S"),
    "basic without T": lambda t: f"{t:%Y%m%d%H%M%S}",
    "week": lambda t: "{}-W{:02}-{}".format(*t.isocalendar()) + f"T{t:%H:%M:%S}",
    "ordinal": lambda t: f"{t:%Y-%jT%H:%M:%S}",
    "zulu": lambda t: f"{t:%Y-%m-%dT%H:%M:%S}Z",
    "offset": lambda t: (t + timedelta(hours=2)).isoformat() + "+02:00",
    "zone in brackets": lambda t: t.replace(tzinfo=UTC).astimezone(BERLIN).isoformat() + "[Europe/Berlin]",
    "slashes, year first": plain("{t:%Y}/{t.month}/{t.day} {t.hour}:{t:%M:%S}"),
    "dots, year first": plain("{t:%Y.%m.%d %H:%M:%S}"),
    "dots": plain("{t.day}.{t.month}.{t:%Y} {t.hour}:{t:%M:%S}"),
    "dots, two digits": plain("{t:%d.%m.}{yy:02} {t:%H:%M:%S}"),
    "dots, Uhr": plain("{t:%d.%m.%Y} um {t:%H:%M:%S} Uhr"),
    "dots in the time": plain("{t:%d.%m.%Y %H.%M.%S}"),
    "clock first": plain("{t:%H:%M:%S} {t:%d.%m.%Y}"),
    "database": plain("{t:%d-}{mon}{t:-%y %I.%M.%S}.000000 {noon}"),
    "jira": plain("{t:%d}/{mon}/{t:%y %I:%M:%S} {noon}"),
    "apache": plain("{t:%d}/{mon}/{t:%Y:%H:%M:%S} +0000"),
    "db2": plain("{t:%Y-%m-%d-%H.%M.%S}.000000"),
    "short month": plain("{t.day} {mon} {t:%Y %H:%M:%S}"),
    "short month, two digits": plain("{t.day} {mon} {t:%y %H:%M:%S}"),
    "year, short month": plain("{t:%Y}-{mon}-{t:%d %H:%M:%S}"),
    "american words": plain("{mon} {t.day}, {t:%Y}, {half}:{t:%M:%S} {noon}"),
    "narrow space": plain("{mon} {t.day}, {t:%Y}, {half}:{t:%M:%S}\u202f{noon}"),
    "sql server": plain("{mon} {t.day:2} {t:%Y} {half:2}:{t:%M:%S}:000{noon}"),
    "ctime": lambda t: t.ctime(),
    "date": lambda t: f"{t:%a} {SHORT[t.month - 1]} {t.day:2} {t:%H:%M:%S} UTC {t.year}",
    "mail": lambda t: f"{t:%a}, {t.day} {SHORT[t.month - 1]} {t:%Y %H:%M:%S} +0000",
    "javascript": lambda t: f"{t:%a} {SHORT[t.month - 1]} {t:%d %Y %H:%M:%S} GMT+0000 (Coordinated Universal Time)",
    "ruby": lambda t: f"{t:%Y-%m-%d %H:%M:%S} UTC",
    "postgres": lambda t: f"{t:%Y-%m-%d %H:%M:%S}+00",
    "wikipedia": named("en", "{t:%H:%M:%S}, {t.day} {month} {t:%Y} (UTC)"),
    "english": named("en", "{month} {t.day}, {t:%Y} at {half}:{t:%M:%S} {noon}"),
    "german": named("de", "{t.day}. {month} {t:%Y, %H:%M:%S}"),
    "french": named("fr", "{t.day} {month} {t:%Y} à {t:%H:%M:%S}"),
    "spanish": named("es", "{t.day} de {month} de {t:%Y}, {t:%H:%M:%S}"),
    "italian": named("it", "{t.day} {month} {t:%Y} alle ore {t:%H:%M:%S}"),
    "portuguese": named("pt", "{t.day} de {month} de {t:%Y} às {t:%H:%M:%S}"),
    "dutch": named("nl", "{t.day} {month} {t:%Y} om {t:%H:%M:%S}"),
    "epoch": lambda t: str(int(t.replace(tzinfo=UTC).timestamp())),
    "milliseconds": lambda t: str(int(t.replace(tzinfo=UTC).timestamp()) * 1000),
    "microseconds": lambda t: str(int(t.replace(tzinfo=UTC).timestamp()) * 10**6),
    "spreadsheet": serial,
}
"""Over forty ways to write a moment to the second, in UTC or without a zone."""

moments = st.datetimes(datetime(2001, 9, 9, 2), datetime(2068, 12, 31)).map(lambda t: t.replace(microsecond=0))


def test_there_are_forty_forms() -> None:
    assert len(FORMS) >= 40


@pytest.mark.parametrize("form", FORMS)
@given(moments, st.sampled_from([True, False, None]))
def test_the_moment_read_is_the_moment_written(form: str, moment: datetime, day_first: bool | None) -> None:
    found = read_date(FORMS[form](moment), day_first)
    assert found == (moment if found.tzinfo is None else moment.replace(tzinfo=UTC))


@given(
    moments, st.booleans(), st.sampled_from(["{0:02}/{1:02}/{2}", "{0}/{1}/{2}", "{0}-{1}-{2}", "{0:02}/{1:02}/{3:02}"])
)
def test_a_day_and_month_in_figures_are_read_as_told_or_refused(moment: datetime, day_first: bool, form: str) -> None:
    parts = (moment.day, moment.month) if day_first else (moment.month, moment.day)
    text = f"{form.format(*parts, moment.year, moment.year % 100)} {moment:%H:%M:%S}"
    assert read_date(text, day_first) == moment
    with suppress(NotATime):
        assert read_date(text, None) == moment
    with suppress(NotATime):
        wrong = read_date(text, not day_first)
        assert (wrong.day, wrong.month) == (moment.month, moment.day)


@given(st.text(alphabet="0123456789/.-: TZW+apmAPMJanFrié,()[]'", max_size=40) | st.text(max_size=40))
def test_any_text_is_a_moment_or_a_reason(text: str) -> None:
    is_clock(text), is_serial(text)
    for day_first in (True, False, None):
        with suppress(NotATime):
            assert isinstance(read_date(text, day_first), datetime)
