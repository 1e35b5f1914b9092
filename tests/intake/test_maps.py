"""The map: what it can say, and how a mistake in it is shown."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.document import convert
from careconsole.intake.formats.event_log.maps import EventMap, EventTable, check_columns, load_map, parse_map

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "db" / "maps").glob("*.toml"))
LEAST = 'case = "id"\ntime = "at"\n'


def wrong(text: str) -> WrongUse:
    with pytest.raises(WrongUse) as caught:
        parse_map(text, "my.toml")
    return caught.value


def test_a_case_and_a_time_are_all_a_map_needs():
    made = parse_map(LEAST)
    assert (made.case, made.time.column, made.time.format, made.owner) == ("id", "at", "iso", None)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_maps_that_ship_are_valid(path: Path):
    made = load_map(path)
    assert made.source
    assert path.stem.startswith(made.source)


def test_there_are_maps_to_ship():
    assert len(SHIPPED) >= 4


@pytest.mark.parametrize("key", ["case", "time", "owner", "customer", "status", "level", "priority", "channel"])
def test_a_column_alone_stands_for_its_table(key: str):
    rest = "".join(f'{name} = "x"\n' for name in ("case", "time") if name != key)
    assert parse_map(f'{rest}{key} = "col"') == parse_map(f'{rest}[{key}]\ncolumn = "col"')


def test_levels_are_from_zero_inside_whatever_the_map_counts_from():
    made = parse_map(LEAST + '[level]\ncolumn="team"\nbase=1\npatterns=[["3rd",3],["2nd",2]]\ndefault=1\nvalues={X=4}')
    assert made.level is not None
    assert made.level.patterns == (("3rd", 2), ("2nd", 1))
    assert (made.level.default, made.level.values) == (0, {"X": 3})


def test_columns_tells_every_column_and_the_place_that_names_it():
    made = parse_map(
        LEAST
        + 'subject = "{product}: {org:group}"\nkeep = ["team"]\ntags = ["area"]\n'
        + '[owner]\ncolumn = "who"\nwhen.activity = "take"\n'
    )
    assert made.columns() == {
        "id": "case",
        "at": "[time] column",
        "who": "[owner] column",
        "activity": "[owner] when",
        "product": "subject",
        "org:group": "subject",
        "area": "[tags] columns",
        "team": "keep",
    }


@pytest.mark.parametrize(
    "text, place, told",
    [
        ('time = "at"', "my.toml", "case is missing"),
        (LEAST + 'ownr = "x"', "line 3", "Did you mean owner?"),
        (LEAST + '[owner]\ncolum = "x"\ncolumn = "x"', "line 4: [owner]", "Did you mean column?"),
        (LEAST + '[owner]\ncolumn = "x"\nkeep = ["y"]', "line 5: [owner]", "must come before the first [table]"),
        (LEAST + "owner = 3", "line 3", "must be a table, not a whole number"),
        (LEAST + '[time]\ncolumn = "x"', "line 3", "is not valid TOML"),
        (
            'case = "id"\ntime = { column = "at", zone = "Mars/Base" }',
            "line 2: [time] zone",
            "no time zone “Mars/Base”",
        ),
        ('case = "id"\n[time]\ncolumn = "at"\nformat = "isoo"', "line 4: [time] format", "neither iso, usual, epoch_s"),
        ('case = "id"\n[time]\ncolumn = "at"\nformat = "%d/%m %H:%M"', "line 4: [time] format", "names no year"),
        ('case = "id"\n[time]\ncolumn = "at"\nformat = "%Y-%m-%d %Q"', "line 4: [time] format", "cannot be read back"),
        (
            LEAST + '[status]\ncolumn="s"\nopen=["A"]\nclosed=["A"]',
            "line 6: [status] closed",
            "lists “A”, which open lists too",
        ),
        (
            LEAST + '[status]\ncolumn="s"\ncolumns=["a","b"]',
            "line 5: [status] columns",
            "cannot be used together with column",
        ),
        (LEAST + "[status]\nopen=['A']", "line 3: [status] column", "is missing"),
        (
            LEAST + '[owner]\ncolumn="o"\nnobody=["-"]\nsystems=["-"]',
            "line 6: [owner] systems",
            "which nobody lists too",
        ),
        (LEAST + '[owner]\ncolumn="o"\nnobody=[true]', "line 5: [owner] nobody", 'there is "True" in it'),
        (LEAST + '[level]\ncolumn="l"\npatterns=[["(",1]]', "line 5: [level] patterns", "not a regular expression"),
        (LEAST + '[level]\ncolumn="l"\npatterns=["2nd"]', "line 5: [level] patterns", "must be a list, not a text"),
        (LEAST + '[level]\ncolumn="l"\nbase=1\n[level.values]\nA = 0', "line 6: [level] values", "cannot be 0"),
        (LEAST + '[level]\ncolumn="l"\nbase="1"', "line 5: [level] base", "must be a whole number, not a text"),
        (LEAST + 'subject = "product"', "line 3: subject", "Write “{product}”"),
        (LEAST + 'subject = "{product"', "line 3: subject", "a single {"),
        (LEAST + '[channel]\ncolumn="c"\nfixed="email"', "line 5: [channel] fixed", "A column is given, too"),
        (LEAST + '[file]\ndelimiter="::"', "line 4: [file] delimiter", "one character"),
        (LEAST + '[file]\nencoding="klingon"', "line 4: [file] encoding", "is unknown"),
        (LEAST + '[file]\nencoding="base64"', "line 4: [file] encoding", "is unknown"),
        (LEAST + '[file]\nformat="xlsx"', "line 4: [file] format", "Valid: csv, jsonl"),
        ("case = \n", "my.toml, line 1: ", "this is not valid TOML"),
    ],
)
def test_a_mistake_names_its_place_and_what_would_be_valid(text: str, place: str, told: str):
    error = wrong(text)
    assert place in error.message
    assert told in str(error)


def test_a_column_that_the_file_lacks_is_named_with_those_it_has():
    with pytest.raises(WrongUse) as caught:
        check_columns(parse_map(LEAST + 'owner = "ower"'), ["id", "at", "owner"])
    assert "[owner] column names the column “ower”" in caught.value.message
    assert "did you mean “owner”?" in caught.value.message
    assert "id, at, owner" in str(caught.value.hint)


def test_a_map_that_is_not_there_or_no_text_is_wrong_use(tmp_path: Path):
    with pytest.raises(WrongUse, match="There is no map"):
        load_map(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(WrongUse, match="is not UTF-8"):
        load_map(tmp_path / "bytes.toml")


KEYS = st.sampled_from(
    ["case", "time", "owner", "status", "level", "column", "columns", "open", "values", "base", "zone", "format", "x"]
)
VALUES = st.recursive(
    st.text(max_size=8) | st.integers() | st.booleans() | st.floats() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=6,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_whatever_stands_in_a_map_is_a_map_or_wrong_use(document: dict[str, object]):
    with suppress(WrongUse):
        assert isinstance(
            convert({"case": "id", "time": "at", **document}, EventTable).made(EventMap, "my.toml"), EventMap
        )


@given(st.text())
def test_any_text_is_a_map_or_wrong_use(text: str):
    with pytest.raises(WrongUse):
        parse_map(text + "\n=")


def test_the_documentation_shows_valid_maps_and_those_that_ship_word_for_word():
    page = (ROOT / "docs" / "event-logs.md").read_text(encoding="utf-8")
    blocks = [dedent(block).strip() for block in re.findall(r"^ *```toml\n(.*?)^ *```", page, re.DOTALL | re.MULTILINE)]
    for block in blocks:
        parse_map(block if "case =" in block else LEAST + block)
    for name in ("bpi2013-incidents", "helpdesk-italian"):
        assert (ROOT / "db" / "maps" / f"{name}.toml").read_text(encoding="utf-8").strip() in blocks


def test_the_documentation_names_every_key():
    page = (ROOT / "docs" / "event-logs.md").read_text(encoding="utf-8")
    for table in ("", "file", "time", "owner", "status", "level", "priority", "channel", "tags"):
        error = wrong(LEAST.replace("time", "time.column") + (f'{table}.nonsense = "x"' if table else 'nonsense = "x"'))
        keys = re.split(" has | are ", str(error.hint).removesuffix("."))[-1].split(", ")
        assert len(keys) > 2
        for key in keys:
            assert f"`{key}`" in page, key
