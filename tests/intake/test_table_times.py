"""Times in tables and exports: what is written is what is read, or it is shown, asked about or refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import autodetect, registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.table.maps import parse_case_map, written
from careconsole.intake.registry import Options
from tests.cli.console import Console
from tests.domain.test_written_dates import FORMS, moments
from tests.intake.kinds import EXPORTS, Export, write
from tests.intake.tickets import Document, Ticket, tickets
from tests.suggested import told

TABLES = ("csv", "jsonl")
both = pytest.mark.parametrize("kind", TABLES)


def table(folder: Path, kind: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    """Writes a table with these columns, after a number and a subject."""
    path = folder / f"cases.{kind}"
    names = ("Ticket", "Subject", *columns)
    lines = [(str(number), f"Parcel {number}", *row) for number, row in enumerate(rows, start=1)]
    if kind == "csv":
        path.write_text("".join("\t".join(line) + "\n" for line in (names, *lines)), encoding="utf-8")
    else:
        objects = (dict(zip(names, line, strict=True)) for line in lines)
        path.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return path


def entries(
    path: Path, kind: str, seen: ReadReport | None = None, **said: object
) -> list[ImportedEntry | RejectedRecord]:
    options = Options(**{"zone": "UTC", "source": "shop", **said})  # type: ignore[arg-type]
    return list(registry.read(kind, [path], options, ReadReport() if seen is None else seen))


def openings(path: Path, kind: str, seen: ReadReport | None = None, **said: object) -> list[datetime | str]:
    """When each case begins, or why its row was rejected."""
    found: dict[str, datetime | str] = {}
    for entry in entries(path, kind, seen, **said):
        if isinstance(entry, RejectedRecord):
            found[f"line {entry.line}"] = f"{entry.field}: {entry.reason}"
        elif entry.external not in found:
            found[entry.external] = datetime.fromtimestamp(entry.at / 1000, UTC).replace(tzinfo=None)
    return list(found.values())


TWO_DIGITS = ("dots, two digits", "short month, two digits", "database", "jira")
"""The forms in which a day can be taken for a year."""


@both
@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(moments, min_size=1, max_size=4))
def test_a_column_in_any_form_is_read_as_it_is_written_or_asked_about(
    form: str, kind: str, some: list[datetime], tmp_path: Path
) -> None:
    path = table(tmp_path, kind, ["Created"], [[FORMS[form](moment)] for moment in some])
    found, asked = [], ""
    try:
        found = openings(path, kind)
    except WrongUse as error:
        asked = error.message
    if not asked:
        assert found == some
        return
    assert "can be read with" in asked
    assert form in TWO_DIGITS
    assert len({moment.day for moment in some}) <= len({moment.year for moment in some}), "as if a year came first"


@both
@pytest.mark.parametrize(
    "form", ["%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d/%m/%y %H:%M", "%m/%d/%y %H:%M", "%y/%m/%d %H:%M"]
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(moments.map(lambda t: t.replace(second=0)), min_size=1, max_size=40))
def test_figures_alone_are_read_right_or_asked_about(
    form: str, kind: str, some: list[datetime], tmp_path: Path
) -> None:
    path = table(tmp_path, kind, ["Created"], [[f"{moment:{form}}"] for moment in some])
    try:
        found = openings(path, kind)
    except WrongUse:
        return
    if form.startswith("%y"):
        assert len({moment.day for moment in some}) <= len({moment.year for moment in some})
        return
    assert [one for one in found if isinstance(one, datetime)] in ([], some)


def test_dates_that_seem_to_begin_with_a_year_of_two_figures_are_asked_about(tmp_path: Path) -> None:
    rows = [["24/01/05"], ["24/01/17"], ["23/12/28"]]
    with pytest.raises(WrongUse, match="nothing in the file shows which"):
        openings(table(tmp_path, "csv", ["Created"], rows), "csv")
    turned = [["05/01/24"], ["17/01/24"], ["28/12/23"]]
    assert openings(table(tmp_path, "csv", ["Created"], turned), "csv")[0] == datetime(2024, 1, 5)
    short = [["5/1/24"], ["17/1/25"], ["5/2/26"]]
    assert openings(table(tmp_path, "csv", ["Created"], short), "csv")[0] == datetime(2024, 1, 5)


NAMES = ["Created", "Date opened", "Erstellt am", "Créé le", "Fecha de creación", "Data di creazione", "Criado em"]
NAMES += ["Aangemaakt op", "created_at", "Date"]


@both
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", ["week 2, day {0}", "{0} Thermidor CCXXXII", "1.704{0}E+12", "2024-Q{0}", "{0}"])
def test_openings_that_cannot_be_read_are_refused_with_an_example(
    kind: str, name: str, value: str, tmp_path: Path
) -> None:
    path = table(tmp_path, kind, [name], [[value.format(number)] for number in range(1, 8)])
    with pytest.raises(WrongUse) as caught:
        openings(path, kind)
    assert f"“{name}” cannot be read, such as “{value.format(1)}”" in caught.value.message
    assert "--column opened=NAME" in told(caught.value)
    now = openings(path, kind, columns=(("opened", ""),))
    assert len(now) == 7, "who says that there is no such column has every case begin now"
    rejected = openings(path, kind, columns=(("opened", name),))
    assert all(str(one).startswith(f"{name}: ") for one in rejected), "who says that it is the one has rows rejected"


@both
@pytest.mark.parametrize("more", [(), ("-y",)])
def test_the_guided_import_stores_nothing_where_no_opening_can_be_read(
    kind: str, more: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    console = Console(str(tmp_path / "desk.db"))
    assert console.call("init", "--team", "Shop", "--lead", "Ana").code == 0
    path = table(tmp_path, kind, ["Created"], [["week 2, day 1"], ["week 2, day 2"]])
    done = console.call("import", "auto", str(path), *more)
    assert done.code == 2
    assert "week 2, day 1" in done.err
    assert console.call("queue", "--json").json == []
    assert not list(tmp_path.glob("*.toml")), "a map that has every row rejected is not kept"


def test_what_cannot_be_read_is_a_doubt_of_the_preview(tmp_path: Path) -> None:
    rows = [["2024-01-05", "sometime in May", "later in May"], ["2024-01-06", "5 May or 6 May", ""]]
    path = table(tmp_path, "csv", ["Created", "Resolved at", "Closed"], rows)
    seen = ReadReport()
    assert openings(path, "csv", seen) == [datetime(2024, 1, 5), datetime(2024, 1, 6)]
    found = [(doubt.count, doubt.what, doubt.examples) for doubt in seen.doubts.listed() if doubt.kind == "time-unread"]
    assert found == [(2, "Resolved at", ("sometime in May",))]


@pytest.mark.parametrize("values", [["yes", "no"], ["3h 20m", "2d"], ["true", "false"], ["26:14:00", "0:20:00"]])
def test_a_column_that_is_no_time_at_all_is_a_field_and_no_doubt(values: list[str], tmp_path: Path) -> None:
    path = table(tmp_path, "csv", ["Created", "Closed"], [["2024-01-05", value] for value in values])
    seen = ReadReport()
    found = [one for one in entries(path, "csv", seen) if isinstance(one, ImportedEntry) and one.fields]
    assert [one.fields for one in found] == [{"Closed": value} for value in values]
    assert not [doubt for doubt in seen.doubts.listed() if doubt.kind == "time-unread"]


@both
def test_one_time_that_cannot_be_read_rejects_its_row(kind: str, tmp_path: Path) -> None:
    rows = [["5-Jan-24"], ["soon"], ["6-Jan-24"], ["Sun, 8 Jan 2024"], ["1.704E+12"], ["7-Jan-24"], ["8-Jan-24"]]
    found = openings(table(tmp_path, kind, ["Created"], rows), kind)
    assert [one for one in found if isinstance(one, datetime)] == [datetime(2024, 1, day) for day in (5, 6, 7, 8)]
    assert [one for one in found if isinstance(one, str)] == [
        "Created: “soon” is not a time",
        "Created: “Sun, 8 Jan 2024” has another weekday than its date",
        "Created: “1.704E+12” is not a time",
    ]


@both
def test_a_table_without_openings_is_a_doubt_that_blocks(kind: str, tmp_path: Path) -> None:
    seen = ReadReport()
    entries(table(tmp_path, kind, ["Area"], [["North"], ["South"]]), kind, seen)
    assert [(doubt.kind, doubt.count) for doubt in seen.doubts.listed() if doubt.blocks][:1] == [("no-opening", 2)]


@both
def test_a_time_that_the_zone_skips_is_rejected(kind: str, tmp_path: Path) -> None:
    path = table(tmp_path, kind, ["Created"], [["2024-03-31 01:30"], ["2024-03-31 02:30"]])
    found = openings(path, kind, zone="Europe/Berlin")
    assert found[0] == datetime(2024, 3, 31, 0, 30)
    assert "does not exist in Europe/Berlin" in str(found[1])


# A date and a time of day in two columns


@both
@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("Date", "Time"),
        ("Opened Date", "Opened Time"),
        ("Created", "Created Time"),
        ("created_date", "created_time"),
        ("Datum", "Uhrzeit"),
        ("Erstellt am", "Erstellt um"),
        ("Date de création", "Heure de création"),
        ("Fecha de creación", "Hora de creación"),
        ("Data di creazione", "Ora di creazione"),
        ("Data de criação", "Hora de criação"),
        ("Datum", "Tijd"),
        ("Created", "Time"),
    ],
)
def test_the_time_of_day_is_joined_to_its_date(kind: str, day: str, clock: str, tmp_path: Path) -> None:
    rows = [["5-Jan-24", "9:05 AM"], ["6-Jan-24", "21:10:30"], ["7-Jan-24", ""]]
    seen = ReadReport()
    path = table(tmp_path, kind, [day, clock], rows)
    wanted = [datetime(2024, 1, 5, 9, 5), datetime(2024, 1, 6, 21, 10, 30), datetime(2024, 1, 7)]
    assert openings(path, kind, seen) == wanted
    assert any(f"opened = {{{day}}} {{{clock}}}" in notice for notice in seen.notices())
    assert not any(one.fields for one in entries(path, kind) if isinstance(one, ImportedEntry))
    preview = autodetect.preview_import([path], Options(zone="UTC"))
    assert preview.map is not None
    assert {day, clock} <= preview.map.columns().keys(), "and neither is kept as a field"
    assert parse_case_map(written(preview.map)).opened == f"{{{day}}} {{{clock}}}"
    map_path = tmp_path / "map.toml"
    map_path.write_text(written(preview.map), encoding="utf-8")
    assert openings(path, kind, map=str(map_path)) == wanted


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (("Created", "Resolution date", "Resolution time"), ("2024-01-05 10:00", "2024-01-06", "3:20")),
        (("Created date", "Closed date", "Time"), ("2024-01-05", "2024-01-06", "3:20")),
        (("Created", "Time spent"), ("2024-01-05", "3:20")),
        (("Created", "Created time"), ("2024-01-05 10:00", "3:20")),
        (("Date", "Time", "Hour"), ("2024-01-05", "3:20", "4:20")),
    ],
)
def test_a_time_of_day_that_may_be_anything_stays_a_field(columns, row, tmp_path: Path) -> None:
    path = table(tmp_path, "csv", columns, [row, row])
    fields = [one.fields for one in entries(path, "csv") if isinstance(one, ImportedEntry) and one.fields]
    assert fields
    assert all(field[columns[-1]] == row[-1] for field in fields)


@both
def test_two_columns_can_be_named_in_braces(kind: str, tmp_path: Path) -> None:
    path = table(tmp_path, kind, ["When", "O'clock"], [["5/1/2024", "9:05"], ["-", "-"], ["6/1/2024", "soon"]])
    said = {"columns": (("opened", "{When} {O'clock}"),), "day_first": True}
    found = openings(path, kind, **said)
    assert found[0] == datetime(2024, 1, 5, 9, 5)
    assert found[-1] == "When, O'clock: “6/1/2024 soon” is not a time" or found[1] == found[-1]
    assert "When, O'clock: “6/1/2024 soon” is not a time" in found
    with pytest.raises(WrongUse, match="no column"):
        openings(path, kind, columns=(("opened", "{When} {Hour}"),))


def test_a_lone_brace_in_a_map_is_named() -> None:
    with pytest.raises(WrongUse, match="single"):
        parse_case_map('case = "id"\nopened = "{Date} {Time"\n')


# Days as spreadsheets count them


@both
def test_the_days_of_a_spreadsheet_are_read_and_told(kind: str, tmp_path: Path) -> None:
    rows = [["45296.3784722222", "45297.5", "45300"], ["45297", "45299", "45300"]]
    path = table(tmp_path, kind, ["Created", "Closed", "Minutes"], rows)
    seen = ReadReport()
    found = [one for one in entries(path, kind, seen) if isinstance(one, ImportedEntry)]
    assert {
        datetime.fromtimestamp(one.at / 1000, UTC).replace(tzinfo=None) for one in found if one.external == "1"
    } == {
        datetime(2024, 1, 5, 9, 5),
        datetime(2024, 1, 6, 12),
    }
    assert any("45296.3784722222 were read as a spreadsheet's" in notice for notice in seen.notices())


def test_five_figures_beside_other_times_are_no_days(tmp_path: Path) -> None:
    path = table(tmp_path, "csv", ["Created", "Resolution time"], [["2024-01-05", "45296"], ["2024-01-06", "45297"]])
    fields = [one.fields for one in entries(path, "csv") if isinstance(one, ImportedEntry) and one.fields]
    assert fields == [{"Resolution time": "45296"}, {"Resolution time": "45297"}]


# Every kind of import


RESPELLED = {
    "basic": lambda t: f"{t:%Y%m%dT%H%M%S}Z",
    "week": lambda t: "{}-W{:02}-{}".format(*t.isocalendar()) + f"T{t:%H:%M:%S}Z",
    "ordinal": lambda t: f"{t:%Y-%jT%H:%M:%S}+00",
    "comma": lambda t: f"{t:%Y-%m-%dT%H:%M:%S},000Z",
    "zone in brackets": lambda t: f"{t:%Y-%m-%dT%H:%M:%S}Z[Europe/Rome]",
    "named": lambda t: f"{t:%Y-%m-%d %H:%M:%S} UTC",
}


def _holder(export: Export, document: Document) -> Document:
    for name in export.created[:-1]:
        document = document[name]
    return document


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("form", RESPELLED)
def test_every_kind_reads_all_forms_of_the_standard(kind: str, form: str, tmp_path: Path) -> None:
    export = EXPORTS[kind]

    def respelled(ticket: Ticket) -> Iterator[Document]:
        for document in export.documents(ticket):
            holder = _holder(export, document)
            if isinstance(value := holder[export.created[-1]], str):
                moment = datetime.fromisoformat(value)
                holder[export.created[-1]] = RESPELLED[form](moment.astimezone(UTC))
            yield document

    def read(used: Export) -> list[tuple[str, int, str | None]]:
        path = tmp_path / f"{kind}.{export.ending}"
        write(path, used, tickets(6))
        words = list(export.words)
        options = Options(zone="UTC", source="shop", map=words[words.index("--map") + 1] if "--map" in words else None)
        found = list(registry.read(kind, [path], options, ReadReport()))
        assert not [one for one in found if isinstance(one, RejectedRecord)]
        return [(one.external, one.at, one.status) for one in found if isinstance(one, ImportedEntry)]

    assert read(export._replace(documents=respelled)) == read(export)


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("value", ["2024-01-05+09:00", "2024-W01", "2024-01-05T09:05+05:00[Europe/Berlin]", "tomorrow"])
def test_every_kind_rejects_a_record_whose_time_says_too_little(kind: str, value: str, tmp_path: Path) -> None:
    export = EXPORTS[kind]

    def spoiled(ticket: Ticket) -> Iterator[Document]:
        for document in export.documents(ticket):
            if ticket.number == 4:
                _holder(export, document)[export.created[-1]] = value
            yield document

    path = tmp_path / f"{kind}.{export.ending}"
    write(path, export._replace(documents=spoiled), tickets(6))
    words = list(export.words)
    options = Options(zone="UTC", source="shop", map=words[words.index("--map") + 1] if "--map" in words else None)
    found = list(registry.read(kind, [path], options, ReadReport()))
    rejected = [one for one in found if isinstance(one, RejectedRecord)]
    assert rejected
    assert all(value in one.reason for one in rejected)
    external = export.case(4)
    assert not [one for one in found if isinstance(one, ImportedEntry) and one.external == external and not one.said]
