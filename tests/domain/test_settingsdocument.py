"""A text of settings: several mistakes are told at once, each with its line, and what is edited keeps the rest."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.document import Table, WrongEntry, convert
from careconsole.domain.settings.edit import with_calendar, with_new_names
from careconsole.domain.settings.rota import parse_rota
from careconsole.domain.settings.service_levels import parse_service
from careconsole.domain.settings.toml import line_of
from tests.domain.cases import Team

# Mistakes


def test_mistakes_in_several_tables_are_told_at_once_and_each_with_its_line_and_what_to_do() -> None:
    text = """\
[calendar.office]
zone = "Mars/Base"

[[level]]
name = "gold"
anser = "2h"

[[level]]
name = 3

[[level]]
name = "standard"
answer = "soon"
"""
    with pytest.raises(WrongUse) as caught:
        parse_service(text)
    assert caught.value.message == 'Line 2: calendar.office.zone: There is no time zone "Mars/Base".'
    first, *others = str(caught.value.hint).split(" Then line ")
    assert first == 'Write a zone like "Europe/Berlin", or "UTC".'
    assert [other.partition(" ")[0] for other in others] == ["6:", "9:", "13:"]
    assert others[0].startswith("6: level.1.anser: There is nothing of that name in a level. Did you mean answer? ")


def test_a_key_of_the_document_that_stands_in_a_table_is_sent_to_the_top() -> None:
    with pytest.raises(WrongUse, match=r"Line 3: turn\.1\.zone: .* before the first \[table\]"):
        parse_rota('[[turn]]\nlead = "Ana"\nzone = "UTC"\n', Team().roster, 0)


def test_of_very_many_mistakes_the_rest_is_counted() -> None:
    with pytest.raises(WrongUse) as caught:
        parse_service('[[level]]\nname = ""\n' * 2_000)
    assert str(caught.value.hint).endswith("And 1,994 more.")
    assert len(str(caught.value.hint)) < 1_000


def test_what_follows_from_a_mistake_is_not_told_as_another() -> None:
    with pytest.raises(WrongUse) as caught:
        parse_service('[calendar.office]\nzone = "UTC"\n[[level]]\nname = "a"\ncalendar = "office"\n')
    assert "never open" in caught.value.message
    assert "Then" not in str(caught.value.hint)


class Inner(Table, frozen=True):
    size: int = 0


class Outer(Table, frozen=True):
    inner: tuple[Inner, ...] = ()
    word: str = ""
    must: float = 0


@pytest.mark.parametrize(
    ("value", "key", "message"),
    [
        (3, (), "It must be a table, not a whole number."),
        ({"inner": {}}, ("inner",), "It must be a list of tables."),
        ({"inner": [{}, {"size": "x"}]}, ("inner", 1, "size"), "It must be a whole number, not a text."),
        ({"inner": [{"syze": 1}]}, ("inner", 0, "syze"), "There is nothing of that name in an inner."),
        ({"word": []}, ("word",), "It must be a text, not a list."),
        ({"must": True}, ("must",), "It must be a number, not true or false."),
        ({"x` - at `$.word": 1}, ("x",), "There is nothing of that name in [word]."),
        ({"x` - at `$.inner[0]": 1}, ("x",), "There is nothing of that name in an inner."),
        ({"x` - at `$.nowhere.at[9].all": 1}, ("x",), "There is nothing of that name in [nowhere.at.9.all]."),
        ({"`\n` - at `": 1}, ("`\n` - at `",), "There is nothing of that name here."),
    ],
)
def test_what_msgspec_finds_is_told_in_plain_words_whatever_a_key_pretends(
    value: object, key: tuple[str | int, ...], message: str
) -> None:
    with pytest.raises(WrongEntry) as caught:
        convert(value, Outer)
    assert caught.value.message == message
    assert caught.value.key[-len(key) :] == key or caught.value.key == key


def test_the_line_of_a_key_is_that_of_the_nearest_above_it() -> None:
    text = 'a = 1\n[b]\nc.d = 1\n[[e]]\n[[e.f]]\n[[e]]\n[[e.f]]\n[[e.f]]\ng = 1\n["h i".j]\n'
    found = {
        ("a",): 1,
        ("b", "c", "d", "x"): 3,
        ("b", "x"): 2,
        ("e", 0, "f", 0): 5,
        ("e", 1, "f", 1, "g"): 9,
        ("e", 1, "x"): 6,
        ("h i", "j"): 10,
        ("x",): None,
    }
    assert {key: line_of(text, key) for key in found} == found


# Edits

LEVELS = """\
# Ours.
[calendar.office]   # where we sit
zone = "Europe/Berlin" # here
hours.mon-fri = "09:00-17:00"
closed = [
    2026-12-24,
]

# The best ones.
[[level]]
name = "gold"

[calendar.shop]
zone = "UTC"

# Its hours.
[calendar.shop.hours]
mon = "9:00-10:00"

# All others.
[[level]]
name = "b"
"""


def test_only_what_is_given_changes_and_what_is_new_stands_in_its_own_table() -> None:
    after = with_calendar(LEVELS, "office", {"zone": "UTC", "hours": {"sat": "10:00-12:00"}, "holidays": ["DE"]})
    assert after == LEVELS.replace('"Europe/Berlin"', '"UTC"').replace(
        'hours.mon-fri = "09:00-17:00"', 'hours.sat = "10:00-12:00"'
    ).replace("    2026-12-24,\n]\n", '    2026-12-24,\n]\nholidays = ["DE"]\n')


def test_hours_in_a_table_of_their_own_stay_there() -> None:
    after = with_calendar(LEVELS, "shop", {"hours": {"mon-fri": "10:00-12:00", "sat": "9:00-10:00"}})
    assert after == LEVELS.replace('mon = "9:00-10:00"\n', 'mon-fri = "10:00-12:00"\nsat = "9:00-10:00"\n')


@pytest.mark.parametrize(
    "text",
    [
        '[calendar]\noffice = {zone = "UTC", hours = {mon = "9:00-10:00"}}\n[[level]]\nname = "a"\n',
        '[calendar.office]\nzone = "UTC"\n[[level]]\nname = "a"\n[calendar.office.hours]\nmon = "9:00-10:00"\n',
        '[[level]]\nname = """\n[calendar.office]\n"""\n[calendar.office]\nzone = "UTC"\nhours.fri = "9:00-10:00"\n',
        'calendar.office.zone = "UTC"\ncalendar.office.hours.mon = "9:00-10:00"\n',
        "",
    ],
)
def test_a_calendar_is_changed_however_it_is_written(text: str) -> None:
    after = with_calendar(text, "office", {"zone": "Europe/Rome", "hours": {"tue": "9:00-10:00"}})
    changed = parse_service(after)
    assert changed.calendars["office"].zone == "Europe/Rome"
    assert [bool(day) for day in changed.calendars["office"].week] == [n == 1 for n in range(7)]
    assert [level.name for level in changed.levels] == [level.name for level in parse_service(text).levels]


def test_names_in_remarks_and_in_other_places_are_no_leads() -> None:
    text = '# lead = "Ana"\nzone = "UTC"\n\n[[turn]]   # lead = "Ana"\nlead = "Ana" # lead = "Ana"\n'
    assert with_new_names(text, {"Ana": "Zoe"}) == text.replace('\nlead = "Ana"', '\nlead = "Zoe"')
    inline = 'exception = [{from = 2026-12-24, lead = "Ana"}]\n'
    assert with_new_names(inline, {"Ana": "Zoe"}) == inline.replace("Ana", "Zoe")


NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=8)
REMARKS = st.sampled_from(["", "# a\n", "\n", "\n# b\n\n", '# lead = "Ana"\n', "\t\n"])
TABLES = st.tuples(
    REMARKS,
    st.sampled_from(
        ["[[turn]]\n", "[[exception]]\nfrom = 2026-12-24\n", "[ [turn]]\n", "[[exception]] # x\nfrom=2020-01-01\n"]
    ),
    st.sampled_from(['lead = "Ana"', "lead='Ana'", 'lead = """Ana"""  # c', 'lead = "Dora"', '"lead" = "An\\u0061"']),
).map(lambda parts: f"{parts[0]}{parts[1]}{parts[2]}\n".replace("[ [", "[["))


@given(st.lists(TABLES, max_size=6), NAMES)
def test_a_new_name_is_read_back_and_everything_else_stays(tables: list[str], name: str) -> None:
    text = "# Ours.\nzone = 'UTC'\n" + "".join(tables)
    after = with_new_names(text, {"Ana": name})
    there, before = tomllib.loads(after), tomllib.loads(text)
    for table in [*before.get("turn", []), *before.get("exception", [])]:
        table["lead"] = name if table["lead"] == "Ana" else table["lead"]
    assert there == before
    assert len(after.splitlines()) >= len(text.splitlines())
    assert with_new_names(text, {"Nobody": "x"}) == text


def test_what_ends_a_line_elsewhere_ends_none_here() -> None:
    text = '# one\u2028[[turn]]\x85lead = "Ana"\nzone = "UTC"\n[[turn]]\nlead = "Ana"\n'
    assert with_new_names(text, {"Ana": "Dora"}) == text.replace('\nlead = "Ana"', '\nlead = "Dora"')
    with pytest.raises(WrongUse, match="Line 4: "):
        parse_rota(text.replace('\nlead = "Ana"', "\nlead = 1"), Team().roster, 0)


def test_an_edit_of_a_rota_can_be_set_again() -> None:
    text = 'zone = "UTC"\n[[turn]]\nlead = "Ana"\n'
    assert parse_rota(with_new_names(text, {"Ana": "Dora"}), Team().roster, 0).names.keys() == {"Dora"}


@pytest.mark.parametrize("key, what", [("channel", "channel"), ("channels", "channel"), ("tags", "tags")])
def test_a_level_by_channel_or_tag_is_refused_with_what_there_is_instead(key: str, what: str) -> None:
    with pytest.raises(WrongUse) as caught:
        parse_service(f'[[level]]\nname = "calls"\n{key} = ["phone"]\n')
    assert caught.value.message == f"Line 3: level.1.{key}: A level cannot depend on the {what} of a case."
    assert "'tiers', 'priorities'" in str(caught.value.hint)
