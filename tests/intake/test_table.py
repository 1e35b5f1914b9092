"""Tables with a case a row: what a row becomes, the files people really have, and that nothing is lost or altered."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, Message, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.registry import Options
from tests.desk.office import Office, contents, differences
from tests.suggested import told

HEAD = "Ticket,Subject,Customer,Owner,Status,Priority,Created,Updated\n"


def kinds_of(seen: ReadReport) -> dict[str, str]:
    """The doubts of a reading, by their kinds."""
    return {doubt.kind: doubt.text for doubt in seen.listed()}


@pytest.fixture
def read(tmp_path: Path):
    """Reads bytes, or several files by name, as a kind."""

    def reading(data: bytes | str | dict[str, bytes], kind: str = "csv", seen: ReadReport | None = None, **said: Any):
        files = data if isinstance(data, dict) else {"cases": data if isinstance(data, bytes) else data.encode()}
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        said.setdefault("zone", "UTC")
        paths: list[registry.File] = [tmp_path / name for name in files]
        return list(registry.read(kind, paths, Options(**said), ReadReport() if seen is None else seen))

    return reading


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def stands(items: list[ImportedEntry | RejectedRecord]) -> list[ImportedEntry]:
    """The last line of each row: the case as it stands."""
    assert not any(isinstance(item, RejectedRecord) for item in items), items
    last = {item.number: item for item in items if isinstance(item, ImportedEntry)}
    return list(last.values())


def rejects(items: list[ImportedEntry | RejectedRecord]) -> list[tuple[int, str, str]]:
    return [(item.line, item.field, item.reason) for item in items if isinstance(item, RejectedRecord)]


# What a row becomes


def test_a_row_is_a_case_from_its_beginning_to_how_it_stands(read) -> None:
    table = (
        "Ticket,Subject,Description,Customer,Owner,Status,Priority,Created,Updated,Solved at,Channel,Tags,Notes,Area\n"
        "7,Late parcel,Ordered in May,Åsa & Co,Ben,Solved,High,2024-03-01 10:00,2024-03-05 09:00,2024-03-04 12:00,"
        'E-Mail,"post, late",Call her first,North\n'
    )
    opened, resolved, note, now = read(table)
    assert opened == ImportedEntry(
        "7",
        at("2024-03-01 10:00"),
        opened.key,
        2,
        status="open",
        customer="Åsa & Co",
        subject="Late parcel",
        description="Ordered in May",
        channel="email",
    )
    assert resolved == ImportedEntry("7", at("2024-03-04 12:00"), resolved.key, 2, status="resolved")
    assert note == ImportedEntry("7", at("2024-03-05 09:00"), note.key, 2, said=Message("note", "Call her first"))
    assert now == ImportedEntry(
        "7",
        at("2024-03-05 09:00"),
        now.key,
        2,
        owner="Ben",
        status="resolved",
        label="Solved",
        customer="Åsa & Co",
        subject="Late parcel",
        description="Ordered in May",
        priority="high",
        channel="email",
        tags=("post", "late"),
        fields={"Area": "North"},
    )


def test_a_case_that_goes_on_after_a_resolution_was_reopened(read) -> None:
    table = "id,status,created,resolved,updated\n1,open,2024-01-01,2024-01-02,2024-01-03\n"
    assert [(line.at, line.status) for line in read(table)] == [
        (at("2024-01-01"), "open"),
        (at("2024-01-02"), "resolved"),
        (at("2024-01-03"), "open"),
    ]


@pytest.mark.parametrize(
    ("columns", "row", "status"),
    [
        ("id,status,created", "1,Closed,2024-01-01", "resolved"),
        ("id,status,created,resolved", "1,Closed,2024-01-01,", "closed"),
        ("id,status,created", "1,Cancelled,2024-01-01", "closed"),
        ("id,created,closed", "1,2024-01-01,2024-01-02", "resolved"),
        ("id,created,closed,status", "1,2024-01-01,2024-01-02,Duplicate", "closed"),
    ],
)
def test_closed_is_a_resolution_in_a_table_without_a_column_of_resolutions(read, columns, row, status) -> None:
    statuses = [line.status for line in read(f"{columns}\n{row}\n") if line.status]
    assert statuses[-1] == status


def test_one_export_later_only_what_changed_is_new(read) -> None:
    before = read(HEAD + "1,Kettle,Carla,Ben,Open,High,2024-01-01 10:00,2024-01-01 10:00\n")
    after = read(HEAD + "1,Kettle,Carla,Cleo,Open,High,2024-01-01 10:00,2024-01-02 08:00\n")
    fresh = [line for line in after if line.key not in {line.key for line in before}]
    assert [(line.at, line.owner) for line in fresh] == [(at("2024-01-02 08:00"), "Cleo")]


def test_a_table_imported_twice_changes_nothing_and_a_later_one_adds(read, tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = "1,Kettle,Carla,Ben,Closed,High,2024-01-01,2024-01-02\n2,Lid,Nils,-,Open,,2024-01-01,2024-01-01\n"
    office.bring(*read(HEAD + rows), ranked=False)
    before = contents(office.store)
    assert office.bring(*read(HEAD + rows), ranked=False).batch is None
    assert differences(before, contents(office.store)) == {}
    later = office.bring(
        *read(HEAD + rows.replace("Open,,2024-01-01,2024-01-01", "Solved,,2024-01-01,2024-01-09")), ranked=False
    )
    assert (later.new_cases, later.changed_cases, later.unchanged_cases, later.new_events) == (0, 1, 1, 1)
    assert (office.known_as("1").status, office.known_as("2").status) == ("resolved", "resolved")
    assert office.sound()
    office.close()


# Files as people have them


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_separators_line_ends_and_a_byte_order_mark(read, delimiter: str, end: str, bom: bytes) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerows([["Ticket", "Subject", "Owner"], ["1", 'a, b; c\t| "d"\nsecond line', "Ben"], ["2", "e", "Ben"]])
    lines = stands(read(bom + out.getvalue().encode()))
    assert [(line.external, line.subject, line.owner) for line in lines] == [
        ("1", 'a, b; c\t| "d"\nsecond line', "Ben"),
        ("2", "e", "Ben"),
    ]


def test_a_header_met_again_is_skipped_and_counted(read) -> None:
    seen = ReadReport()
    assert len(read("id,owner\n1,Ben\nid,owner\n2,Cleo\n", seen=seen)) == 2
    assert seen.repeated_headers == 1


def test_rows_of_nothing_are_skipped_and_counted_however_wide(read) -> None:
    seen = ReadReport()
    assert [line.external for line in stands(read("id;owner\n1;Ben\n;\n;;;;\n \t; \n\n2;\n", seen=seen))] == ["1", "2"]
    assert (seen.empty_rows, seen.rejects) == (3, 0)
    assert "Rows without any value, skipped: 3." in seen.notices()


def test_unknown_columns_are_kept_and_missing_ones_say_nothing(read) -> None:
    (line,) = read("id,Shoe size,,Labels,Labels\n1,43,x,a,b\n")
    assert line.fields == {"Shoe size": "43", "column 3": "x"}
    assert line.tags == ("a", "b"), "columns of one name are several"
    assert (line.owner, line.nobody, line.status, line.priority) == (None, False, None, None)


def test_a_table_without_ids_is_refused_with_advice(read) -> None:
    with pytest.raises(
        WrongUse, match="looks like the number or id of a case; its columns are: subject, owner"
    ) as wrong:
        read("subject,owner\nKettle,Ben\n")
    assert "--column case=NAME" in told(wrong.value)
    assert read("subject,owner\nKettle,Ben\n", columns=(("case", "Subject"),))[0].external == "Kettle"


def test_the_day_first_where_one_value_proves_it(read) -> None:
    seen = ReadReport()
    lines = stands(read("id,created\n1,3/4/2024 9:05\n2,13/4/2024 17:30\n", seen=seen))
    assert [line.at for line in lines] == [at("2024-04-03 09:05"), at("2024-04-13 17:30")]
    assert any("the day was read first" in told for told in seen.told)
    lines = stands(read("id,created\n1,3/4/2024\n2,3/14/2024\n"))
    assert [line.at for line in lines] == [at("2024-03-04"), at("2024-03-14")]


def test_a_value_proves_it_however_far_down_it_stands(read) -> None:
    many = "".join(f"{number},3/4/2024,{'x' * 100}\n" for number in range(12_000))
    lines = stands(read(f"id,created,text\n{many}end,31/12/2024,\n"))
    assert (lines[0].at, lines[-1].at) == (at("2024-04-03"), at("2024-12-31"))


def test_dates_that_nothing_decides_are_asked_about_and_not_guessed(read) -> None:
    table = "id,created\n1,3/4/2024\n2,5/6/2024\n"
    with pytest.raises(WrongUse, match="“3/4/2024” can be read with the day or with the month first") as wrong:
        read(table)
    assert told(wrong.value) == "Choose with --day-first or with --month-first."
    assert read(table, day_first=True)[0].at == at("2024-04-03")
    assert read(table, day_first=False)[0].at == at("2024-03-04")


def test_points_have_the_day_first_and_figures_may_be_short(read) -> None:
    assert read("Nr.;Erstellt am\n1;3.4.24 9:05\n")[0].at == at("2024-04-03 09:05")


def test_a_date_the_other_way_round_is_a_reject(read) -> None:
    items = read("id,created\n1,13/4/2024\n2,4/14/2024\n")
    assert rejects(items) == []  # with proofs for both orders nothing is assumed, and both can be read
    items = read("id,created\n1,3/4/2024\n2,13/4/2024\n3,13/4/2024\n4,4/14/2024\n", day_first=True)
    assert rejects(items) == [(5, "created", "“4/14/2024” does not have the day first, as the others have")]


def test_times_without_a_zone_are_read_in_the_zone_given_else_in_this_machines_and_that_is_told(
    read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Rome")
    table = "id,created\n1,2024-01-31 10:00\n2,2024-07-31 10:00\n"
    seen = ReadReport()
    lines = stands(read(table, zone="", seen=seen))
    assert [line.at for line in lines] == [at("2024-01-31 09:00"), at("2024-07-31 08:00")]
    assert kinds_of(seen)["no-zone"] == "2 times of created have no time zone: read as Europe/Rome (2)."
    seen = ReadReport()
    assert stands(read(table, zone="+05:30", seen=seen))[0].at == at("2024-01-31 04:30")
    assert "no-zone" not in kinds_of(seen)


def test_offsets_may_differ_from_row_to_row(read) -> None:
    times = ["2024-01-31T10:00:00+01:00", "2024-01-31 10:00:00 -0500", "2024-01-31T10:00:00Z", "1706695200"]
    times += ["1706695200000", "Wed, 31 Jan 2024 10:00:00 +0100"]
    lines = stands(read("id,created\n" + "".join(f'{n},"{text}"\n' for n, text in enumerate(times))))
    assert [line.at - at("2024-01-31") for line in lines] == [h * 3_600_000 for h in (9, 15, 10, 10, 10, 9)]


def test_ids_are_kept_as_they_stand(read) -> None:
    ids = ["007", " 12 ", "A 1", "1e5", "12345678901234567890123", "0x1F", "1.0"]
    assert [line.external for line in stands(read("id,subject\n" + "".join(f"{id},x\n" for id in ids)))] == ids


def test_text_among_numbers_says_nothing_and_is_told(read) -> None:
    seen = ReadReport()
    lines = read("id,priority,status\n1,low,open\n2,3,open\n3,as soon as possible,open\n4,,??\n", seen=seen)
    assert [line.priority for line in lines] == ["low", None, None, None]
    assert seen.unmapped == {"priority": {"3": 1, "as soon as possible": 1}, "status": {"??": 1}}
    items = read("id,created\n1,1706695200\n2,soon\n3,1706695200\n")
    assert rejects(items) == [(3, "created", "“soon” is not a time")]


def test_bytes_that_are_no_utf_8_are_a_reject_in_a_file_that_is(read) -> None:
    items = read("id,owner\n1,Åsa\n2,Göran Öberg\n3,".encode() + b"\xff\n4,Bj\xc3\xb6rn\n")
    assert rejects(items) == [(4, "owner", "is not text in the encoding that is read")]
    assert [item.owner for item in items if isinstance(item, ImportedEntry)] == ["Åsa", "Göran Öberg", "Björn"]


@pytest.mark.parametrize(
    ("encoding", "owner", "named"),
    [
        ("cp1252", "Müller – Größe, 5 €", "cp1252 (Western European)"),
        ("latin-1", "Müller, déjà à l'été", "cp1252 (Western European)"),
        ("cp1251", "Анна Иванова просит перезвонить", "cp1251 (Cyrillic)"),
        ("shift_jis", "田中さんのやかんが割れました", "cp932 (Japanese)"),
        ("utf-16", "Müller 田中 Иванова", None),
        ("utf-16-le", "Müller and some more words", None),
        ("utf-8", "Müller 田中 Иванова", None),
    ],
)
def test_another_encoding_is_found_out_and_a_guess_is_said_aloud(read, encoding: str, owner: str, named) -> None:
    seen = ReadReport()
    table = f'id,owner,subject\n1,"{owner}",Kettle cracked\n'
    assert stands(read(table.encode(encoding), seen=seen))[0].owner == owner
    said = kinds_of(seen).get("encoding-guessed", "")
    assert (named or "") in said
    assert bool(said) is bool(named)
    assert stands(read(table.encode(encoding), encoding=encoding))[0].owner == owner


@pytest.mark.parametrize("name", ["klingon", "base64", "punycode"])
def test_an_encoding_that_no_file_has_is_refused(read, name: str) -> None:
    with pytest.raises(WrongUse, match=f"There is no encoding called '{name}'"):
        read(b"\xff\xfe", encoding=name)


def test_nul_and_half_characters_are_rejects(read) -> None:
    assert rejects(read(b"id,subject\n1,a\0b\n2,c\n"))[0][1:] == ("subject", "contains a NUL character (character 2)")
    items = read(b'{"id": 1, "subject": "\\ud800"}\n{"id": 2, "subject": "a\\u0000b"}\n{"id": 3}\n', "jsonl")
    assert [reject[1:] for reject in rejects(items)] == [
        ("subject", "contains half of a surrogate pair, which is not text"),
        ("subject", "contains a NUL character"),
    ]
    assert items[-1].external == "3"


def test_numbers_beyond_64_bits_keep_their_digits(read) -> None:
    big = "123456789012345678901234567890"
    (line,) = read(f'{{"id": {big}, "sum": 0.10, "more": {{"n": {big}}}}}\n', "jsonl")
    assert line.external == big
    assert line.fields == {"sum": "0.10", "more.n": big}


def test_records_that_come_twice_are_one_and_their_order_does_not_matter(read, tmp_path: Path) -> None:
    rows = ["1,a,Carla,Ben,Open,High,2024-01-01,2024-01-02\n", "2,b,Nils,Ben,Open,Low,2024-01-05,2024-01-06\n"]
    once, twice = Office(tmp_path), Office(tmp_path)
    once.bring(*read(HEAD + "".join(rows)), ranked=False)
    twice.bring(*read(HEAD + "".join([rows[1], rows[1], rows[0], rows[1], rows[0]])), ranked=False)
    assert once.states() == twice.states()
    once.close()
    twice.close()


def test_a_newer_and_an_older_row_of_a_case_end_as_the_newer_one(read, tmp_path: Path) -> None:
    office = Office(tmp_path)
    rows = ["1,a,Carla,Ben,Solved,High,2024-01-01,2024-01-09\n", "1,a,Carla,Cleo,Open,High,2024-01-01,2024-01-02\n"]
    office.bring(*read(HEAD + "".join(rows)), ranked=False)
    assert (office.known_as("1").status, office.known_as("1").reopenings) == ("resolved", 0)
    office.close()


def test_a_file_cut_in_the_middle_of_a_value_gives_the_rows_before_it(read) -> None:
    items = read('id,subject\n1,Kettle\n2,"Lid is\nlost')
    assert [item.external for item in items if isinstance(item, ImportedEntry)] == ["1"]
    assert "a quote is opened and never closed" in rejects(items)[0][2]
    items = read('{"id": 1}\n{"id": 2, "subject": "Lid is', "jsonl")
    assert [item.external for item in items if isinstance(item, ImportedEntry)] == ["1"]
    assert len(rejects(items)) == 1


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n"])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_an_empty_file_is_refused(read, data: bytes, kind: str) -> None:
    with pytest.raises(WrongUse, match="is empty"):
        read(data, kind)


def test_a_table_without_rows_is_empty_and_no_error(read) -> None:
    assert read("id,owner\n") == []


def test_gzip_and_a_zip_of_several_files(read) -> None:
    first, second = b"id,owner\n1,Ben\n", b"\xef\xbb\xbfTicket;Agent\n2;Cleo\n3;\xff\n"
    assert [line.owner for line in read(gzip.compress(first))] == ["Ben"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", first)
        archive.writestr("b.csv", second)
        archive.writestr("c.csv", b"")
    seen = ReadReport()
    items = read(packed.getvalue(), seen=seen)
    assert [item.owner for item in items if isinstance(item, ImportedEntry)] == ["Ben", "Cleo"]
    (reject,) = [item for item in items if isinstance(item, RejectedRecord)]
    assert reject.file.endswith("b.csv")
    assert any("c.csv is empty" in told for told in seen.told)


@pytest.mark.parametrize(
    "nobody", ["?", "null", "", "0", "-", "Unknown", "nobody", "NOBODY ", "n/a", "Nicht zugewiesen"]
)
def test_nobody_is_written_in_many_ways(read, nobody: str) -> None:
    (line,) = read(f"id,owner\n1,{nobody}\n")
    assert (line.owner, line.nobody) == (None, True)


def test_a_system_says_nothing_about_ownership(read) -> None:
    seen = ReadReport()
    (line, other) = read("id,owner\n1,Mail Robot\n2,Ben\n", systems=("mail robot",), seen=seen)
    assert (line.owner, line.nobody, other.owner, seen.by_systems) == (None, False, "Ben", 1)


def test_a_case_without_any_time_begins_with_the_import_and_that_is_told(read, monkeypatch) -> None:
    monkeypatch.setenv("CARECONSOLE_NOW", "2024-05-01T08:00Z")
    seen = ReadReport()
    (line,) = read("id,owner,created\n1,Ben,0000-00-00 00:00:00\n", seen=seen)
    assert line.at == at("2024-05-01 08:00")
    assert kinds_of(seen)["no-opening"] == "1 case has no time of opening and would begin now: 1."
    monkeypatch.setenv("CARECONSOLE_NOW", "2024-06-01T08:00Z")
    assert read("id,owner,created\n1,Ben,\n")[0].key == line.key, "and the next import knows it again"


def test_a_case_that_would_begin_at_its_end_is_told(read) -> None:
    seen = ReadReport()
    read("id,owner,resolved,closed\n7,Ben,2024-01-02,2024-01-03\n8,Ben,,2024-01-03\n", seen=seen)
    told = [doubt.text for doubt in seen.listed() if doubt.kind == "late-opening"]
    assert told == [
        "1 case has no time of opening and would begin at the time of closed: 8.",
        "1 case has no time of opening and would begin at the time of resolved: 7.",
    ]


def test_rows_that_repeat_their_case_are_an_event_log(read) -> None:
    rows = [f"{n % 10},2024-01-0{n % 5 + 1}\n" for n in range(50)]
    for count, repeats in ((50, 40), (10, 0), (15, 0)):
        seen = ReadReport()
        read("id,created\n" + "".join(rows[:count]), seen=seen)
        assert [doubt.count for doubt in seen.listed() if doubt.kind == "event-log"] == ([repeats] if repeats else [])


def test_what_the_cases_lack_is_counted(read) -> None:
    seen = ReadReport()
    read("id,subject,owner,customer,status\n1,Lid,,Carla,open\n2,,,,closed\n3,Lid,Ben,,open\n", seen=seen)
    told = [doubt.text for doubt in seen.listed() if doubt.kind in ("no-customer", "no-owner", "no-subject")]
    assert told == ["2 cases have no customer: 2, 3.", "1 open case has no owner: 1.", "1 case has no subject: 2."]


def test_a_row_of_another_width_is_a_reject(read) -> None:
    items = read("id,owner\n1,Ben\n2\n3,Ben,x\n")
    assert [reject[2] for reject in rejects(items)] == [
        "has 1 column where the header has 2",
        "has 3 columns where the header has 2",
    ]


def test_json_may_be_nested_and_may_be_an_array(read) -> None:
    cases = [
        {"key": "S-1", "fields": {"summary": "Kettle", "assignee": {"displayName": "Ben"}}, "labels": ["a", "b c"]},
        {"key": "S-2", "fields": {"summary": "Lid", "assignee": None}, "labels": []},
    ]
    for text in ("\n".join(map(json.dumps, cases)), json.dumps(cases, indent=2)):
        lines = read(text, "jsonl")
        assert [(line.external, line.subject, line.owner, line.nobody) for line in lines] == [
            ("S-1", "Kettle", "Ben", False),
            ("S-2", "Lid", None, True),
        ]
        assert lines[0].tags == ("a", "b c")


def test_a_file_larger_than_memory_is_read_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("w") as file:
        file.write("id,owner,created,text\n")
        for number in range(12_000):
            file.write(f"{number},Ben,2024-01-31T10:00:00Z,{'x' * 900}\n")
    assert path.stat().st_size > 10_000_000
    count = 0
    tracemalloc.start()
    for _ in registry.read("csv", [path], Options(), ReadReport()):
        count += 1
        if count == 2_000:
            tracemalloc.stop()
            tracemalloc.start()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 24_000
    assert peak < 2_500_000, "16 bytes for each id, and nothing else that grows with the file"


def test_spreadsheets_and_the_like_are_named(read) -> None:
    with pytest.raises(WrongUse, match="holds XML"):
        read("<?xml version='1.0'?><cases/>")


# Whatever is in a file

BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(alphabet='id,;"\n\r\t|\0é{}[]:1/2024-', max_size=300).map(lambda text: text.encode()),
    st.lists(
        st.sampled_from([b"id,created\n", b"1,2/3/2024\n", b'"', b"\xff", b"\0", b'{"id":1}\n', b"[", b"x,y,z\n"])
    ).map(b"".join),
)


@given(
    BYTES,
    st.sampled_from([b"", b"id,owner,created\n", b'{"id": 1, "created": "2024-01-01"}\n', b"\x1f\x8b", b"PK\x03\x04"]),
)
@settings(max_examples=300)
@example(b"\n" + b"[" * 5000, b"")
@example(b'{"a":' * 3000 + b"1" + b"}" * 3000, b"")
@example(b'{"id":1,"a":{"b":1},"a.b":2}', b"")
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_any_bytes_give_lines_rejects_or_wrong_use(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: bytes, head: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"fuzz.{kind}"
    path.write_bytes(head + data)
    seen = ReadReport()
    try:
        items = list(registry.read(kind, [path], Options(zone="UTC"), seen))
    except WrongUse:
        return
    assert all(isinstance(item, ImportedEntry | RejectedRecord) for item in items)
    for item in items:
        if isinstance(item, ImportedEntry):
            str(item).encode()
        else:
            (item.reason + item.field + item.raw).encode()
    assert all(told.encode() for told in seen.notices())


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
IDS = CELL.filter(lambda text: bool(text.strip()))


@given(
    rows=st.lists(st.tuples(IDS, CELL, CELL, CELL), min_size=1, max_size=12, unique_by=lambda row: row[0]),
    delimiter=st.sampled_from(",;\t|"),
    as_json=st.booleans(),
)
@settings(max_examples=200)
def test_no_accepted_row_is_lost_or_altered(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, str]], delimiter: str, as_json: bool
) -> None:
    header = ["Ticket ID", "Subject", "Description", "Extra column"]
    path = tmp_path_factory.getbasetemp() / "rows"
    if as_json:
        path.write_text("".join(json.dumps(dict(zip(header, row, strict=True))) + "\n" for row in rows))
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    items = list(registry.read("jsonl" if as_json else "csv", [path], Options(zone="UTC"), ReadReport()))
    assert [
        (line.external, line.subject, line.description, (line.fields or {}).get("Extra column", ""))
        for line in items
        if isinstance(line, ImportedEntry)
    ] == rows
