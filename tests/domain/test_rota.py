"""The duty rota: who has the duty when, over midnight, over changes of the clock, and in spite of absences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.edit import with_new_names
from careconsole.domain.settings.rota import format_turn, invalid_leads, parse_rota, uncovered_time, with_exception
from careconsole.domain.team.roster import AGENT, LEAD, Person, Roster
from careconsole.domain.team.rota import MINUTES_PER_DAY, Rota, RotaException, Turn, duty_of, first_overlap
from careconsole.domain.time.moments import DAY, HOUR, MINUTE
from careconsole.store.maintenance.schema import db_text
from tests.domain.cases import ANA, BEN, DORA, Team

EVERY = Team().roster
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> int:
    """Epoch milliseconds of a moment: by the clock in Berlin, unless it has an offset."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)).timestamp() * 1000)


NOW = at("2026-11-24 10:00")
TEXT = """\
# Ours.
zone = "Europe/Berlin"

[[turn]]
days = "mon-fri"
hours = "08:00-18:00"
lead = "Ana"

[[turn]]                       # the nights
days = ["mon-thu", "sun"]
hours = "22:00-06:00"
lead = "Dora"

[[exception]]
from = 2026-12-24
until = 2026-12-26
lead = "Dora"

[[exception]]
from = "2026-12-25 12:00"
until = 2026-12-25T18:00:00+01:00
lead = "Ana"
"""


def read(text: str = TEXT) -> Rota:
    return parse_rota(text, EVERY, NOW)


def said(rota: Rota, text: str) -> str:
    found = rota.on_duty(at(text))
    return EVERY.name(found) if found is not None else "nobody"


# Who has the duty


@pytest.mark.parametrize(
    "moment, lead",
    [
        ("2026-11-24 07:59", "nobody"),
        ("2026-11-24 08:00", "Ana"),
        ("2026-11-24 17:59", "Ana"),
        ("2026-11-24 18:00", "nobody"),
        ("2026-11-24 22:00", "Dora"),
        ("2026-11-25 05:59", "Dora"),
        ("2026-11-25 06:00", "nobody"),
        ("2026-11-28 02:00", "nobody"),
        ("2026-11-29 23:00", "Dora"),
        ("2026-11-30 03:00", "Dora"),
        ("2026-11-24T21:30:00+00:00", "Dora"),
    ],
)
def test_a_turn_lasts_from_its_beginning_up_to_its_end_over_midnight_and_over_sunday_too(
    moment: str, lead: str
) -> None:
    assert said(read(), moment) == lead


def test_a_day_of_an_exception_is_all_of_it_and_the_last_exception_that_fits_counts() -> None:
    rota = read()
    table = {
        "2026-12-23 23:59": "Dora",  # her night
        "2026-12-24 10:00": "Dora",
        "2026-12-25 11:59": "Dora",
        "2026-12-25 12:00": "Ana",
        "2026-12-25 18:00": "Dora",
        "2026-12-26 23:59": "Dora",
        "2026-12-27 00:00": "nobody",
        "2026-12-28 10:00": "Ana",
    }
    assert {moment: said(rota, moment) for moment in table} == table


@pytest.mark.parametrize("night, hours", [("2026-03-28", 7), ("2026-10-24", 9), ("2026-11-07", 8)])
def test_a_turn_over_a_change_of_the_clock_still_ends_at_six(night: str, hours: int) -> None:
    rota = Rota("Europe/Berlin", (Turn(5, 22 * 60, MINUTES_PER_DAY + 6 * 60, ANA),))
    begins = at(f"{night} 22:00")
    assert rota.turns(begins - DAY, begins + DAY)[1] == (begins, begins + hours * HOUR, ANA)
    end = datetime.fromtimestamp((begins + hours * HOUR) / 1000, BERLIN)
    assert (end.hour, end.minute) == (6, 0)


def test_turns_that_touch_still_touch_where_the_clock_skips_or_repeats_an_hour() -> None:
    week = tuple(Turn(day, h * 60, (h + 1) * 60, (ANA, DORA)[h % 2]) for day in range(7) for h in range(24))
    rota = Rota("Europe/Berlin", week)
    for day in ("2026-03-29 00:00", "2026-10-25 00:00"):
        found = rota.turns(at(day), at(day) + 26 * HOUR)
        assert None not in {lead for _, _, lead in found}
        assert all(one[1] == other[0] for one, other in pairwise(found))


def test_what_a_rota_says_is_told_as_stretches_from_one_moment_to_another() -> None:
    first = at("2026-11-24 17:00")
    found = read().turns(first, first + 15 * HOUR)
    assert [((b - first) / HOUR, (e - first) / HOUR, lead) for b, e, lead in found] == [
        (0, 1, ANA),
        (1, 5, None),
        (5, 13, DORA),
        (13, 15, None),
    ]


def test_turns_of_the_same_lead_that_touch_are_one_stretch() -> None:
    rota = parse_rota('zone = "UTC"\n[[turn]]\nlead = "Ana"\n', EVERY, NOW)
    assert rota.turns(NOW, NOW + 30 * DAY) == [(NOW, NOW + 30 * DAY, ANA)]
    assert rota.next_change(NOW) is None


def test_an_exception_is_a_stretch_of_its_own_also_beside_turns_of_the_same_lead() -> None:
    week = parse_rota('zone = "UTC"\n[[turn]]\nlead = "Ana"\n', EVERY, NOW).week
    first, second = RotaException(NOW + HOUR, NOW + 2 * HOUR, ANA), RotaException(NOW + 2 * HOUR, NOW + 3 * HOUR, ANA)
    rota = Rota("UTC", week, (first, second))
    edges = [NOW, NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR, NOW + 9 * HOUR]
    assert rota.turns(NOW, NOW + 9 * HOUR) == [(begins, ends, ANA) for begins, ends in pairwise(edges)]
    assert [rota.exception_at(begins) for begins in edges] == [None, first, second, None, None]
    assert rota.next_change(NOW) is None, "the lead stays the same"


def test_the_next_change_is_when_somebody_else_or_nobody_has_the_duty() -> None:
    rota = read()
    table = {
        "2026-11-24 10:00": "2026-11-24 18:00",
        "2026-11-24 18:00": "2026-11-24 22:00",
        "2026-11-27 19:00": "2026-11-29 22:00",
        "2026-12-23 22:30": "2026-12-25 12:00",  # her night goes over into her exception
        "2026-12-25 13:00": "2026-12-25 18:00",
    }
    for moment, change in table.items():
        assert rota.next_change(at(moment)) == at(change), moment


def test_an_exception_that_lasts_for_weeks_or_lies_far_ahead_is_the_next_change() -> None:
    begins, until = at("2027-06-01 00:00"), at("2027-08-01 00:00")
    always = tuple(Turn(day, 0, MINUTES_PER_DAY, ANA) for day in range(7))
    rota = Rota("Europe/Berlin", always, (RotaException(begins, until, DORA),))
    assert rota.next_change(NOW) == begins
    assert rota.next_change(begins) == until
    assert rota.next_change(until) is None
    assert Rota(exceptions=(RotaException(begins, until, DORA),)).next_change(until) is None


def parted(turns: list[Turn]) -> tuple[Turn, ...]:
    """Those turns that overlap none before them."""
    week: list[Turn] = []
    for turn in turns:
        week += [turn] if first_overlap([*week, turn]) is None else []
    return tuple(week)


leads = st.sampled_from([ANA, DORA])
weeks = st.lists(
    st.builds(
        lambda day, begins, lasts, lead: Turn(day, begins, begins + lasts, lead),
        st.integers(0, 6),
        st.integers(0, MINUTES_PER_DAY - 1),
        st.integers(1, MINUTES_PER_DAY),
        leads,
    ),
    max_size=8,
).map(parted)
exceptions = st.lists(
    st.builds(
        lambda begins, lasts, lead: RotaException(begins, begins + lasts, lead),
        st.integers(NOW, NOW + 20 * DAY),
        st.integers(1, 9 * DAY),
        leads,
    ),
    max_size=3,
).map(tuple)


@given(weeks, exceptions, st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Auckland"]), st.integers(0, 40 * DAY))
def test_stretches_agree_with_who_is_on_duty_and_changes_are_where_they_end(
    week: tuple[Turn, ...], exceptions: tuple[RotaException, ...], zone: str, after: int
) -> None:
    rota = Rota(zone, week, exceptions)
    first = NOW - 30 * DAY + after
    found = rota.turns(first, first + 10 * DAY)
    assert (found[0][0], found[-1][1]) == (first, first + 10 * DAY)
    for (_, ends, one), (begins, _, other) in pairwise(found):
        assert ends == begins
        assert one != other or rota.exception_at(ends) != rota.exception_at(ends - 1)
    for begins, ends, lead in found:
        for moment in (begins, (begins + ends) // 2, ends - 1):
            assert rota.on_duty(moment) == lead
    change = rota.next_change(first)
    if len(found) > 1:
        assert change == found[0][1]
    else:
        assert change is None or change >= found[0][1]


# Whom a rota says in vain


ALWAYS_DORA = Rota("UTC", tuple(Turn(day, 0, MINUTES_PER_DAY, DORA) for day in range(7)))


@pytest.mark.parametrize(
    "dora, duty",
    [
        (Person(number=DORA, name="Dora", role=LEAD), DORA),
        (Person(number=DORA, name="Dora", role=LEAD, away=True, cover=BEN), DORA),
        (Person(number=DORA, name="Dora", role=LEAD, away=True), ANA),
        (Person(number=DORA, name="Dora", role=LEAD, active=False), ANA),
        (Person(number=DORA, name="Dora", role=AGENT), ANA),
    ],
)
def test_who_left_leads_no_longer_or_is_away_without_a_cover_is_passed_over(dora: Person, duty: int) -> None:
    assert duty_of(ALWAYS_DORA, {**EVERY.people, DORA: dora}, ANA, NOW) == duty


def test_the_cover_of_the_lead_whose_turn_it_is_answers() -> None:
    away = {**EVERY.people, DORA: Person(number=DORA, name="Dora", role=LEAD, away=True, cover=BEN)}
    roster = Roster(away, duty_of(ALWAYS_DORA, away, ANA, NOW))
    assert roster.on_duty() == BEN


def test_where_the_rota_says_nobody_the_usual_lead_has_the_duty() -> None:
    assert duty_of(read(), EVERY.people, DORA, at("2026-11-28 12:00")) == DORA
    assert duty_of(read(), EVERY.people, None, at("2026-11-28 12:00")) is None


def test_people_who_cannot_take_their_turn_are_reported_for_future_turns_only() -> None:
    gone = Roster({**EVERY.people, DORA: Person(number=DORA, name="Dora", role=LEAD, active=False)}, ANA)
    assert list(invalid_leads(read(), gone, ANA, NOW).values()) == [
        "Dora has left the team, and 5 turns and 1 exception of the rota name them; Ana has the duty then."
    ]
    assert invalid_leads(read(), EVERY, ANA, NOW) == {}
    over = Rota(exceptions=(RotaException(NOW - DAY, NOW, DORA),))
    assert invalid_leads(over, gone, ANA, NOW) == {}


def test_for_how_long_a_week_has_nobody_is_told() -> None:
    assert uncovered_time(read(), EVERY, ANA) == "For 3d 6h of each week the rota names nobody; Ana has the duty then."
    assert uncovered_time(ALWAYS_DORA, EVERY, ANA) == ""
    assert uncovered_time(Rota(exceptions=(RotaException(0, 1, ANA),)), EVERY, ANA) == "", "it has no week to speak of"


# Reading


def test_a_rota_is_read() -> None:
    rota = read()
    assert rota.zone == "Europe/Berlin"
    assert [format_turn(turn) for turn in rota.week[:2]] == ["Mon 08:00-18:00", "Tue 08:00-18:00"]
    assert [format_turn(turn) for turn in rota.week[5:]] == [
        f"{day} 22:00-06:00" for day in ("Mon", "Tue", "Wed", "Thu", "Sun")
    ]
    assert rota.exceptions == (
        RotaException(at("2026-12-24 00:00"), at("2026-12-27 00:00"), DORA),
        RotaException(at("2026-12-25 12:00"), at("2026-12-25 18:00"), ANA),
    )
    assert rota.names == {"Ana": ANA, "Dora": DORA}


def test_a_turn_without_hours_is_all_day_and_without_days_every_day() -> None:
    rota = parse_rota('zone = "UTC"\n[[turn]]\ndays = "sat, sun"\nlead = "Ana"\n', EVERY, NOW)
    assert rota.week == (Turn(5, 0, MINUTES_PER_DAY, ANA), Turn(6, 0, MINUTES_PER_DAY, ANA))
    rota = parse_rota('zone = "UTC"\n[[turn]]\nhours = "9:00-9:00"\nlead = "Ana"\n', EVERY, NOW)
    assert rota.week == tuple(Turn(day, 540, MINUTES_PER_DAY + 540, ANA) for day in range(7)), (
        "until nine the day after"
    )
    split = parse_rota(
        'zone = "UTC"\n[[turn]]\ndays = "mon"\nhours = "8:00-9:00,23:00-24:00"\nlead = "Ana"\n', EVERY, NOW
    )
    assert [format_turn(turn) for turn in split.week] == ["Mon 08:00-09:00", "Mon 23:00-24:00"]


def test_a_day_of_an_exception_has_as_many_hours_as_the_zone_gives_it() -> None:
    rota = parse_rota('zone = "Europe/Berlin"\n[[exception]]\nfrom = 2026-10-25\nlead = "Dora"\n', EVERY, NOW)
    (only,) = rota.exceptions
    assert only.until - only.begins == 25 * HOUR


ZONE = 'zone = "UTC"\n'
WRONG = [
    ("zone = \n", 1, "not valid TOML"),
    (f"{ZONE}[other]\n", 2, "nothing of that name"),
    ('zone = "Mars/Base"\n', 1, "no time zone"),
    ("zone = 1\n", 1, "must be a zone"),
    ('[[turn]]\nlead = "Ana"\n', 1, "time zone of these hours is missing"),
    ('[[exception]]\nlead = "Ana"\nfrom = 2026-12-24\n', 3, "time zone is missing"),
    (f"{ZONE}turn = 1\n", 2, "list of tables"),
    (f"{ZONE}turn = [1]\n", 2, "must be a table"),
    (f'{ZONE}[[turn]]\nlead = "Ana"\n\nhour = "8:00-9:00"\n', 5, "nothing of that name in a turn"),
    (f'{ZONE}[[turn]]\nlead = "Ana"\ndays = "someday"\n', 4, "not a day of the week"),
    (f'{ZONE}[[turn]]\nlead = "Ana"\ndays = []\n', 4, "cannot be read"),
    (f'{ZONE}[[turn]]\nlead = "Ana"\nhours = 8\n', 4, "cannot be read"),
    (f'{ZONE}[[turn]]\nlead = "Ana"\nhours = "8-9"\n', 4, "not hours"),
    (f'{ZONE}[[turn]]\nlead = "Ana"\nhours = "24:00-25:00"\n', 4, "not hours of a day"),
    (f"{ZONE}[[turn]]\nhours = '8:00-9:00'\n", 2, "The lead who is on duty"),
    (f'{ZONE}[[turn]]\nlead = "Zoe"\n', 3, "nobody called"),
    (f'{ZONE}[[turn]]\nlead = "Ben"\n', 3, "Ben is not a lead"),
    (f'{ZONE}[[turn]]\nlead = "Eve"\n', 3, "Eve is not a lead"),
    (f'{ZONE}[[turn]]\nlead = "Ana"\n[[turn]]\nlead = "Dora"\ndays = "mon"\n', 4, "overlap"),
    (f'{ZONE}[[turn]]\nlead = "Ana"\ndays = ["mon", "mon"]\n', 2, "overlap"),
    (f'{ZONE}[[exception]]\nlead = "Ana"\n', 2, "The start is missing"),
    (f'{ZONE}[[exception]]\nlead = "Ana"\nfrom = "2026-12-24 10:00"\n', 2, "The end is missing"),
    (f'{ZONE}[[exception]]\nlead = "Ana"\nfrom = 2026-12-24\nuntil = 2026-12-23\n', 5, "ends before it begins"),
    (f'{ZONE}[[exception]]\nlead = "Ana"\nfrom = "christmas"\n', 4, "neither a day nor a moment"),
    (f'{ZONE}[[exception]]\nlead = "Ana"\nfrom = 10:00:00\n', 4, "neither a day nor a moment"),
    (f'{ZONE}[[exception]]\nlead = "Ana"\nfrom = 0001-01-01\n', 4, "neither a day nor a moment"),
    (f'{ZONE}[[exception]]\nlead = "Ben"\nfrom = 2026-12-24\n', 3, "Ben is not a lead"),
    (f'{ZONE}[[exception]]\nlead = "Zoe"\nfrom = 2020-12-24\n', 3, "nobody called"),
]


@pytest.mark.parametrize("text, line, words", WRONG, ids=lambda value: str(value)[-30:])
def test_a_mistake_is_told_with_the_line_it_stands_in_and_what_to_do(text: str, line: int, words: str) -> None:
    with pytest.raises(WrongUse) as caught:
        parse_rota(text, EVERY, NOW)
    assert caught.value.message.startswith(f"Line {line}: ")
    assert words in caught.value.message
    assert str(caught.value.hint).endswith(".")


def test_a_rota_that_names_nobody_is_no_rota() -> None:
    with pytest.raises(WrongUse, match="names nobody"):
        parse_rota(ZONE, EVERY, NOW)


def test_turns_overlap_over_the_end_of_the_week_as_well() -> None:
    late = Turn(6, 22 * 60, MINUTES_PER_DAY + 6 * 60, ANA)
    assert first_overlap([late, Turn(0, 6 * 60, 8 * 60, DORA)]) is None
    early = Turn(0, 5 * 60, 8 * 60, DORA)
    assert first_overlap([early, late]) == (late, early)
    assert first_overlap([late]) is None


def test_an_exception_that_is_over_may_name_who_leads_no_longer() -> None:
    old = parse_rota(f'{ZONE}[[exception]]\nlead = "Ben"\nfrom = 2020-12-24\n', EVERY, NOW)
    assert old.exceptions[0].lead == BEN


# Writing


@given(
    st.integers(at("2026-01-01 00:00") // 1000, at("2027-12-31 00:00") // 1000),
    st.integers(1, 10**7),
    st.sampled_from(["Europe/Berlin", "UTC", "America/St_Johns"]),
)
def test_an_exception_that_is_added_is_read_back_as_the_same(begins: int, seconds: int, zone: str) -> None:
    text = f'zone = "{zone}"   # ours\n[[turn]]\nlead = "Ana"'
    added = RotaException(begins * 1000, (begins + seconds) * 1000, DORA)
    longer = with_exception(text, added, "Dora", zone)
    assert longer.startswith(text), "the rest stays as it is"
    assert parse_rota(longer, EVERY, NOW).exceptions == (added,)


def test_the_first_exception_of_all_needs_no_zone() -> None:
    added = RotaException(NOW, NOW + HOUR, DORA)
    assert parse_rota(with_exception("", added, "Dora", "UTC"), EVERY, NOW).exceptions == (added,)


def test_to_a_list_that_is_closed_no_exception_is_added() -> None:
    text = f'{ZONE}exception = [{{from = 2026-12-24, lead = "Ana"}}]\n'
    assert len(parse_rota(text, EVERY, NOW).exceptions) == 1
    with pytest.raises(WrongUse, match="none can be added"):
        with_exception(text, RotaException(NOW, NOW + HOUR, DORA), "Dora", "UTC")


def test_a_new_name_goes_into_the_text_and_nothing_else_changes() -> None:
    name = 'An"a\\ \x7f'
    after = with_new_names(TEXT, {"Ana": name, "Ben": "x"})
    roster = Roster({**EVERY.people, ANA: Person(number=ANA, name=name, role=LEAD)}, ANA)
    again = parse_rota(after, roster, NOW)
    assert (again.week, again.exceptions) == (read().week, read().exceptions)
    assert [line for line in after.splitlines() if "lead" not in line] == [
        line for line in TEXT.splitlines() if "lead" not in line
    ]
    two = "[[turn]]\nlead = 'Ana'\n[[turn]]\nlead = \"Dora\""
    swapped = with_new_names(two, {"Ana": "Dora", "Dora": "Ana"})
    assert swapped == '[[turn]]\nlead = "Dora"\n[[turn]]\nlead = "Ana"'


def test_the_template_is_a_rota_without_a_gap() -> None:
    rota = parse_rota(db_text("rota/template.toml"), EVERY, NOW)
    assert uncovered_time(rota, EVERY, ANA) == ""
    assert set(rota.people()) == {ANA, DORA}


def test_a_rota_survives_being_stored() -> None:
    assert msgspec.json.decode(msgspec.json.encode(read()), type=Rota) == read()


def test_a_turn_of_minutes_is_a_turn() -> None:
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    rota = Rota("UTC", (Turn(0, 1, 2, ANA),))
    begins = int((monday + timedelta(minutes=1)).timestamp() * 1000)
    assert rota.turns(begins - MINUTE, begins + 2 * MINUTE)[1] == (begins, begins + MINUTE, ANA)
