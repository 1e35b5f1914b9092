"""Service levels: which one a case has, how they are written, and what is said about a mistake."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.edit import with_calendar
from careconsole.domain.settings.service_levels import SPANS, codes_of, parse_service, service_text
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.calendars import ALWAYS, Calendar, Hours, add
from careconsole.domain.time.moments import HOUR, MINUTE
from careconsole.domain.time.service_levels import STANDARD, STOPPABLE, Level, Service
from careconsole.store.maintenance.schema import db_text

TEXT = """\
# Ours.
[calendar.office]
zone = "Europe/Berlin"
hours.mon-fri = "09:00-17:00"
holidays = ["XX", "2026-12-24"]

# The best ones.
[[level]]
name = "gold"
tiers = ["Gold", "silver"]
priorities = ["high", "urgent"]
answer = "90m"
resolution = "48h"

[[level]]
name = "standard"
calendar = "office"
informed = "none"
stops.customer = ["resolution"]
"""
HOLIDAYS = {"XX": frozenset([date(2026, 1, 1)])}


# Which level


def test_the_first_level_that_fits_counts_and_the_last_fits_all() -> None:
    service = Service(
        levels=(
            Level(name="gold now", tiers=("gold",), priorities=("urgent",)),
            Level(name="gold", tiers=("gold", "silver")),
            Level(name="urgent", priorities=("urgent", "high")),
            Level(name="rest"),
        )
    )
    table = {
        ("gold", "urgent"): "gold now",
        ("gold", "low"): "gold",
        ("silver", "urgent"): "gold",
        ("standard", "high"): "urgent",
        ("standard", "normal"): "rest",
        ("whatever", "unheard of"): "rest",
    }
    assert {case: service.level_for(*case).name for case in table} == table
    assert service.asks_for_tiers
    assert not STANDARD.asks_for_tiers


def test_a_team_that_sets_nothing_has_a_queue_that_works() -> None:
    level = STANDARD.level_for("gold", "urgent")
    spans = {key: getattr(level, key) / HOUR for key in SPANS}
    hours = {"first_answer": 4, "answer": 4, "offer": 4, "take": 4, "acknowledge": 1, "step": 24}
    assert spans == {**hours, "informed": 0, "resolution": 0}
    assert STANDARD.calendar_of(level) is ALWAYS


# Reading


def test_levels_and_calendars_are_read() -> None:
    service = parse_service(TEXT, HOLIDAYS)
    gold, standard = service.levels
    assert (gold.tiers, gold.priorities, gold.calendar) == (("gold", "silver"), ("high", "urgent"), "always")
    assert (gold.answer, gold.resolution) == (90 * MINUTE, 48 * HOUR)
    assert gold.first_answer == gold.answer, "a first answer is an answer, if nothing else is said"
    assert (gold.offer, standard.answer) == (4 * HOUR, 4 * HOUR), "what is left out is as usual"
    assert gold.stops == Level().stops
    assert standard.stops == {**Level().stops, "customer": ("resolution",)}
    office = service.calendar_of(standard)
    assert office.holidays == {date(2026, 1, 1), date(2026, 12, 24)}, "a country's days, and one by its date"
    assert service.calendars["always"] is ALWAYS


def test_without_levels_the_usual_one_holds_and_calendars_can_wait() -> None:
    service = parse_service("[calendar.office]\nzone = 'UTC'\nhours.mon = '9:00-10:00'")
    assert service.levels == STANDARD.levels
    assert set(service.calendars) == {"always", "office"}


def test_which_countries_a_text_speaks_of() -> None:
    assert codes_of(TEXT) == {"XX"}
    assert codes_of('[calendar.a]\nholidays = "DE-BY"\n[calendar.b]\nholidays = ["FR", "DE"]') == {"DE-BY", "FR", "DE"}
    assert codes_of("no toml") == set()


WRONG = [
    ("[[level]\n", 1, "not valid TOML"),
    ('[[level]]\nname = "a"\nname = "b"\n', 3, "not valid TOML"),
    ("\n[other]\nx = 1\n", 2, "nothing of that name"),
    ('[[level]]\nname = "a"\n\nanser = "2h"\n', 4, "nothing of that name"),
    ('[[level]]\nname = "a"\n[level.limits]\nanswer = "2h"\n', 3, "nothing of that name"),
    ('[[level]]\nanswer = "2h"\n', 1, "must be a name"),
    ('[[level]]\nname = "a"\ntiers = "x"\n[[level]]\nname = "b"\nanswer = "2x"\n', 6, "not a span"),
    ('[[level]]\nname = "a"\nanswer = 2\n', 3, "not a span of time"),
    ('[[level]]\nname = "a"\nanswer = "none"\n', 3, "not a span"),
    ('[[level]]\nname = "a"\nanswer = "0m"\n', 3, "too short"),
    ('[[level]]\nname = "a"\nanswer = "99999h"\n', 3, "too long"),
    ('[[level]]\nname = "a"\ncalendar = "offfice"\n', 3, "no calendar"),
    ('[[level]]\nname = "a"\npriorities = ["asap"]\n', 3, "not a priority"),
    ('[[level]]\nname = "a"\ntiers = [1]\n', 3, "not a list of words"),
    ('[[level]]\nname = "a"\nstops.customer = ["answer"]\n', 3, "Parking cannot stop"),
    ('[[level]]\nname = "a"\nstops.nobody = ["resolution"]\n', 3, "never waits on"),
    ('[[level]]\nname = "a"\ntiers = ["gold"]\n', 1, "not for every case"),
    ('[[level]]\nname = "a"\n[[level]]\nname = "b"\n', 1, "those after it are never used"),
    ('[[level]]\nname = "a"\ntiers = ["x"]\n[[level]]\nname = "a"\n', 5, "two levels"),
    ('level = "gold"\n', 1, "list of tables"),
    ('[calendar]\noffice = "9-17"\n', 2, "must be a table, not a text"),
    ('[calendar.always]\nzone = "UTC"\n', 1, "around the clock"),
    ('[calendar.office]\nzone = "Mars/Base"\nhours.mon = "9:00-17:00"\n', 2, "no time zone"),
    (
        '[calendar.office]\nzone = "UTC"\nhours.mon = "9:00-17:00"\nhours.tue = "17:00-9:00"\n',
        4,
        "end after they begin",
    ),
    ('[calendar.office]\nzone = "UTC"\n[calendar.office.hours]\nmon = "9 to 5"\n', 4, "not hours"),
    ('[calendar.office]\nzone = "UTC"\nhours.mon = "9:00-17:00"\nholidays = "ZZ"\n', 4, "not known here"),
    ('[calendar."the office"]\nzone = "UTC"\nhours.mon = "9:00-17:00"\nopen = 1\n', 4, "nothing of that name"),
]


@pytest.mark.parametrize("text, line, says", WRONG)
def test_a_mistake_is_told_with_its_line_and_what_to_write_instead(text: str, line: int, says: str) -> None:
    with pytest.raises(WrongUse) as caught:
        parse_service(text, HOLIDAYS)
    assert caught.value.message.startswith(f"Line {line}: "), caught.value.message
    assert says in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("span", ["2d", "1w", "1d2h"])
def test_days_mean_nothing_where_a_day_is_not_open_all_day(span: str) -> None:
    """Whoever writes "2d" means two working days, and would get forty-eight working hours."""
    level = f'[[level]]\nname = "a"\nresolution = "{span}"\n'
    assert parse_service(level).levels[0].resolution > 0
    office = '[calendar.office]\nzone = "UTC"\nhours.mon = "9:00-17:00"\n' + level + 'calendar = "office"\n'
    with pytest.raises(WrongUse, match=r"Line 6: .* ambiguous"):
        parse_service(office)


def test_what_somebody_wrote_is_made_safe_where_it_is_told_again() -> None:
    with pytest.raises(WrongUse) as caught:
        parse_service('[[level]]\nname = "a"\n"\\u001b[2J" = 1\n')
    assert "\x1b" not in str(caught.value)


# Writing

WORDS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8).filter(fold)
"""Names: a text in which something can be seen."""
CALENDARS = [
    ALWAYS,
    Calendar("office", "UTC", (*5 * ((Hours(540, 1020),),), (), ())),
    Calendar("a b", "Europe/Berlin", ((Hours(0, 60), Hours(120, 1440)), *6 * ((),)), frozenset([date(2026, 2, 28)])),
]
LEVELS = st.builds(
    Level,
    calendar=st.sampled_from([calendar.name for calendar in CALENDARS]),
    **{key: st.integers(1, 8_000).map(lambda minutes: minutes * MINUTE) for key in SPANS},
    stops=st.dictionaries(
        st.sampled_from(("us", "customer", "third party")), st.lists(st.sampled_from(STOPPABLE), unique=True).map(tuple)
    ).map(lambda own: {**Level().stops, **own}),
)


@given(st.lists(LEVELS, min_size=1, max_size=4))
def test_what_is_written_is_read_as_the_same(levels: list[Level]) -> None:
    from msgspec.structs import replace

    named = [replace(level, name=f"level {n}", tiers=(f"tier {n}",)) for n, level in enumerate(levels[:-1])]
    service = Service((*named, levels[-1]), {calendar.name: calendar for calendar in CALENDARS})
    assert parse_service(service_text(service)) == service


@given(WORDS)
def test_any_name_can_be_written(name: str) -> None:
    clean = " ".join(name.split())
    service = Service((Level(name=clean),), {"always": ALWAYS})
    assert parse_service(service_text(service)).levels[0].name == clean


def test_a_calendar_is_put_in_the_place_of_the_one_before_and_all_else_stays() -> None:
    after = with_calendar(TEXT, "office", {"hours": {"sat": "10:00-12:00"}})
    assert after == TEXT.replace('hours.mon-fri = "09:00-17:00"', 'hours.sat = "10:00-12:00"')
    assert parse_service(after, HOLIDAYS).levels == parse_service(TEXT, HOLIDAYS).levels


def test_a_new_calendar_comes_at_the_end_and_sub_tables_go_with_the_old_one() -> None:
    table = {"zone": "UTC", "hours": {"mon": "9:00-10:00"}}
    shop = '[calendar."the shop"]\nzone = "UTC"\nhours.mon = "9:00-10:00"\n'
    assert with_calendar(TEXT, "the shop", table) == f"{TEXT}\n{shop}"
    sub = '[calendar.x]\nzone = "UTC"\n[calendar.x.hours]\nmon = "9:00-10:00"\n[[level]]\nname = "a"\n'
    changed = with_calendar(sub, "x", {"hours": {"tue": "9:00-10:00"}})
    assert parse_service(changed).calendars["x"].week[1] == (Hours(540, 600),)
    assert parse_service(changed).calendars["x"].week[0] == ()


def test_the_template_can_be_set_as_it_is_and_says_all_that_can_be_set() -> None:
    text = db_text("service/template.toml")
    service = parse_service(text, {})
    assert [level.name for level in service.levels] == ["gold", "urgent", "standard"]
    assert all(
        key in text for key in (*SPANS, "tiers", "priorities", "calendar", "holidays", "closed", "extra", "stops")
    )
    office = service.calendars["office"]
    monday = 1_767_571_200_000 + 8 * HOUR  # 2026-01-05, 09:00 in Berlin
    assert add(office, monday, 8 * HOUR) == monday + 8 * HOUR


def test_what_the_template_leaves_to_the_reader_can_be_switched_on() -> None:
    lines = db_text("service/template.toml").splitlines()
    own = ("# holidays", "# closed", "# extra")
    text = "\n".join(line.removeprefix("# ") if line.startswith(own) else line for line in lines)
    office = parse_service(text, {"DE": frozenset([date(2026, 1, 1)])}).calendars["office"]
    assert (len(office.holidays), len(office.closed), len(office.extra)) == (1, 2, 1)
