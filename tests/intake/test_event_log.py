"""Reading an event log: what becomes a line, what becomes a reject, and that nothing is altered on the way."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake import registry
from careconsole.intake.files.input_file import InputFile, Readable
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.event_log.maps import EventMap, load_map, parse_map
from careconsole.intake.formats.event_log.reader import records
from careconsole.intake.registry import Options

MAPS = Path(__file__).resolve().parents[2] / "db" / "maps"
T0 = 1_330_592_400_000  # 2012-03-01T10:00:00+01:00
LEAST = 'case = "id"\ntime = "at"\n'
DESK = parse_map(
    """
case = "id"
customer = "customer"
subject = "{topic} at {shop}"
tags = "area"
keep = ["shop"]

[time]
column = "at"
zone = "+01:00"

[owner]
column = "who"
nobody = ["-"]
systems = ["robot"]
when.what = ["take", "queue"]

[status]
columns = ["state", "sub"]
open = ["Work / Now", "New"]
parked = ["Work / Wait"]
resolved = ["Done"]
closed = ["Shut"]

[level]
column = "team"
base = 1
patterns = [["3rd", 3], ["2nd", 2]]
default = 1

[priority]
column = "impact"
high = ["Major"]

[channel]
column = "by"
values = { Mail = "email" }
"""
)
HEADER = [
    "id",
    "at",
    "who",
    "what",
    "state",
    "sub",
    "team",
    "impact",
    "by",
    "customer",
    "topic",
    "shop",
    "area",
    "extra",
]


def table(*rows: dict[str, str], delimiter: str = ",", end: str = "\n") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for row in rows:
        writer.writerow([{"id": "A-1", "at": "2012-03-01T10:00:00+01:00", **row}.get(name, "") for name in HEADER])
    return out.getvalue().encode()


def read_events(
    what: str | Path | Readable, event_map: EventMap = DESK, seen: ReadReport | None = None
) -> Iterator[ImportedEntry | RejectedRecord]:
    """The lines and rejects of one log: a path, "-" for standard input, or a stream."""
    with closing(InputFile(what)) as opened:
        yield from records(opened, event_map, ReadReport() if seen is None else seen)


def read(
    data: bytes, event_map: EventMap = DESK, seen: ReadReport | None = None
) -> list[ImportedEntry | RejectedRecord]:
    return list(read_events(io.BytesIO(data), event_map, seen=seen))


def one(event_map: EventMap = DESK, **row: str) -> ImportedEntry:
    (line,) = read(table(row), event_map)
    assert isinstance(line, ImportedEntry), line
    return line


def rejected(data: bytes, event_map: EventMap = DESK) -> RejectedRecord:
    (reject,) = [item for item in read(data, event_map) if isinstance(item, RejectedRecord)]
    return reject


def least(data: bytes, more: str = "") -> list[ImportedEntry | RejectedRecord]:
    return read(data, parse_map(LEAST + more))


def kinds(items: Iterable[ImportedEntry | RejectedRecord]) -> str:
    return "".join("L" if isinstance(item, ImportedEntry) else "R" for item in items)


# What a row says


def test_a_row_says_everything_the_map_names():
    line = one(
        id="Case 1",
        who="Göran",
        what="take",
        state="Work",
        sub="Now",
        team="G2 2nd",
        impact="Major",
        by="Mail",
        customer="Åsa & Co",
        topic="Late parcel",
        shop="Oslo",
        area="post",
    )
    assert len(line.key) == 8
    assert line == ImportedEntry(
        external="Case 1",
        at=T0,
        key=line.key,
        number=2,
        owner="Göran",
        level=1,
        status="open",
        label="Work / Now",
        customer="Åsa & Co",
        subject="Late parcel at Oslo",
        priority="high",
        channel="email",
        tags=("post",),
        fields={"shop": "Oslo"},
    )


def test_empty_values_say_nothing():
    line = one()
    assert line == ImportedEntry(external="A-1", at=T0, key=line.key, number=2)


def test_who_writes_an_event_does_not_own_the_case():
    assert one(who="Ana", what="take").owner == "Ana"
    assert one(who="Ana", what="comment").owner is None
    assert not one(who="-", what="comment").nobody


def test_nobody_is_said_and_a_system_says_nothing():
    assert (one(who="-", what="queue").owner, one(who="-", what="queue").nobody) == (None, True)
    assert (one(who="robot", what="take").owner, one(who="robot", what="take").nobody) == (None, False)
    assert (one(who="  ", what="take").owner, one(who="", what="take").nobody) == (None, False)


@pytest.mark.parametrize(
    "state, sub, status, label",
    [
        ("Work", "Wait", "parked", "Work / Wait"),
        ("New", "", "open", "New"),
        ("Done", "", "resolved", "Done"),
        ("Shut", "", "closed", "Shut"),
        ("Lost", "", None, "Lost"),
    ],
)
def test_the_status_keeps_its_own_words_as_the_label(state: str, sub: str, status: str | None, label: str):
    line = one(state=state, sub=sub)
    assert (line.status, line.label) == (status, label)


@pytest.mark.parametrize("team, level", [("G1", 0), ("G2 2nd", 1), ("G3 3rd", 2), ("G4 2nd 3rd", 2), ("", None)])
def test_the_first_pattern_found_is_the_level_and_no_team_says_nothing(team: str, level: int | None):
    assert one(team=team).level == level


def test_a_level_column_can_hold_the_number_itself():
    got = least(
        b"id,at,l\na,2012-01-01Z,1\n".replace(b"01Z", b"01T00Z") + b"a,2012-01-01T00Z,x\n",
        '[level]\ncolumn="l"\nbase=1',
    )
    assert [item.level for item in got if isinstance(item, ImportedEntry)] == [0, None]


def test_what_the_map_does_not_list_is_counted():
    seen = ReadReport()
    rows = [{"state": "Lost", "impact": "Tiny", "by": "Fax"}, {"state": "Lost"}, {"who": "robot", "what": "take"}]
    read(table(*rows), seen=seen)
    assert seen.unmapped == {"status": {"Lost": 2}, "priority": {"Tiny": 1}, "channel": {"Fax": 1}}
    assert (seen.not_carried, seen.by_systems) == (("extra",), 1)
    assert any("Lost (2)" in sentence for sentence in seen.notices())


def test_tags_come_from_columns_are_split_and_kept_once():
    got = least(b"id,at,a,b\nx,2012-01-01T00Z,red; blue,red\n", '[tags]\ncolumns=["a","b"]\nsplit=";"\nfixed="log"')
    assert isinstance(got[0], ImportedEntry)
    assert got[0].tags == ("log", "red", "blue")


# Times


@pytest.mark.parametrize(
    "rule, text, at",
    [
        ("", "2012-03-01T10:00:00.123456+01:00", T0 + 123),
        ("", "2012-03-01 09:00:00Z", T0),
        ('zone="Europe/Rome"', "2012-03-01T10:00", T0),
        ('zone="Europe/Rome"', "2012-03-01T09:00Z", T0),
        ('zone="Europe/Rome"', "2012-10-28T02:30", 1_351_384_200_000),  # the hour comes twice: the first
        ('zone="-05:00"', "2012-03-01T04:00", T0),
        ('format="%d/%m/%Y %H:%M"\nzone="+01:00"', "01/03/2012 10:00", T0),
        ('format="%d/%m/%Y %H:%M"\nzone="+01:00"', "1/3/2012 10:00", T0),
        ('format="%d %b %Y %H:%M %z"', "01 Mar 2012 10:00 +0100", T0),
        ('format="epoch_s"', "1330592400", T0),
        ('format="epoch_s"', "1330592400.25", T0 + 250),
        ('format="epoch_ms"', "1330592400000", T0),
        ('format="epoch_ms"', "-1", -1),
        ("", "20120301T090000Z", T0),
        ("", "2012-W09-4T10:00:00.000+01:00[Europe/Rome]", T0),
        ("", "2012-02-29T24:00:00Z", T0 - 9 * 3_600_000),
        ('format="usual"', "Thu Mar  1 10:00:00 CET 2012", T0),
        ('format="usual"\nzone="UTC"', "01-Mar-12 9:00 AM", T0),
        ('format="usual"\nzone="UTC"\nday_first=true', "01/03/2012 9:00", T0),
        ('format="usual"\nzone="UTC"\nday_first=false', "03/01/2012 9:00", T0),
    ],
)
def test_times_become_milliseconds(rule: str, text: str, at: int):
    (line,) = read(f"id;at\na;{text}\n".encode(), parse_map(f'case="id"\n[time]\ncolumn="at"\n{rule}'))
    assert isinstance(line, ImportedEntry), line
    assert line.at == at


@pytest.mark.parametrize(
    "rule, text, told",
    [
        ("", "2012-03-01T10:00", "has no time zone and the map gives none"),
        ("", "yesterday", "is not an ISO 8601 time"),
        ("", "2012-03-01-09:00", "is not an ISO 8601 time"),
        ('zone="Europe/Rome"', "2012-03-25T02:30", "does not exist in Europe/Rome"),
        ('format="%d/%m/%Y %H:%M"\nzone="Europe/Rome"', "25/03/2012 02:30", "does not exist in Europe/Rome"),
        ('format="usual"\nzone="UTC"', "01/03/2012", "with the day or with the month first"),
        ("", "", "there is no time"),
        ("", "0001-01-01T00:00+14:00", "outside the years"),
        ('format="%d/%m/%Y"\nzone="UTC"', "2012-03-01", "is not a time written %d/%m/%Y"),
        ('format="%d/%m/%Y"\nzone="UTC"', "31/02/2012", "is not a time written %d/%m/%Y"),
        ('format="%d/%m/%Y"\nzone="UTC"', "+1/02/2012", "is not a time written %d/%m/%Y"),
        ('format="epoch_s"', "1330592400000", "is the format epoch_ms?"),
        ('format="epoch_s"', "nan", "is not an epoch number"),
        ('format="epoch_s"', "1e400", "outside the years"),
    ],
)
def test_what_is_no_time_is_rejected_with_its_column(rule: str, text: str, told: str):
    (reject,) = read(f"id;at\na;{text}\n".encode(), parse_map(f'case="id"\n[time]\ncolumn="at"\n{rule}'))
    assert isinstance(reject, RejectedRecord)
    assert (reject.line, reject.field) == (2, "at")
    assert told in reject.reason


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_date_and_a_time_in_two_columns_are_one_time(form: str):
    event_map = parse_map('case="id"\n[time]\ncolumn="{Day} {Hour}"\nformat="usual"\nzone="UTC"')
    rows = [("a", "1 Mar 2012", "9:00 AM"), ("b", "1 Mar 2012", "-"), ("c", "-", ""), ("d", "soon", "9:00")]
    if form == "csv":
        data = "id;Day;Hour\n" + "".join(f"{';'.join(row)}\n" for row in rows)
    else:
        data = "".join(json.dumps(dict(zip(("id", "Day", "Hour"), row, strict=True))) + "\n" for row in rows)
    one, other, empty, wrong = read(data.encode(), event_map)
    assert (one.at, other.at) == (T0, T0 - 9 * 3_600_000)
    assert (empty.field, empty.reason) == ("Day, Hour", "there is no time")
    assert (wrong.field, wrong.reason) == ("Day, Hour", "“soon 9:00” is not a time")


# Files


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_recognised(delimiter: str, end: str):
    row = {"customer": "a,b;c|d", "topic": "two\nlines"}
    (line,) = read(table(row, delimiter=delimiter, end=end))
    assert isinstance(line, ImportedEntry)
    assert (line.customer, line.subject) == ("a,b;c|d", "two\nlines at ")


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf", b"\n\n", b"sep=,\n"])
def test_what_stands_before_the_header_does_not_matter(prefix: bytes):
    assert kinds(read(prefix + table({}))) == "L"


def test_utf_16_is_recognised_and_another_encoding_is_named_by_the_map():
    text = "id\tat\tcustomer\nx\t2012-01-01T00Z\tGöran\n"
    for data, more in ((text.encode("utf-16"), ""), (text.encode("cp1252"), '[file]\nencoding="cp1252"')):
        (line,) = least(data, f'customer="customer"\n{more}')
        assert isinstance(line, ImportedEntry)
        assert line.customer == "Göran"


def test_gzip_is_recognised_by_its_content_and_a_path_will_do(tmp_path: Path):
    path = tmp_path / "log.txt"
    path.write_bytes(gzip.compress(table({}, {"id": "A-2"})))
    seen = ReadReport()
    assert kinds(read_events(path, DESK, seen=seen)) == "LL"
    assert (seen.format, seen.gzip, seen.delimiter, seen.encoding) == ("csv", True, ",", "utf-8-sig")


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(table({}))))
    assert kinds(read_events("-", DESK)) == "L"


def test_the_line_number_is_where_a_record_starts():
    rows = [{"topic": "one\ntwo\nthree"}, {"at": "never"}, {"topic": "x"}]
    assert [getattr(item, "number", None) or getattr(item, "line", None) for item in read(table(*rows))] == [2, 5, 6]


def test_a_header_met_again_is_skipped_and_counted():
    seen = ReadReport()
    assert kinds(read(table({}) + table({"id": "A-2"}), seen=seen)) == "LL"
    assert seen.repeated_headers == 1


def test_a_subject_of_a_megabyte_passes():
    line = one(topic="ü" * 1_000_000, shop="x")
    assert line.subject == "ü" * 1_000_000 + " at x"


def test_progress_is_told_in_bytes_and_records(tmp_path: Path):
    told: list[tuple[int, int]] = []
    data = table(*({"id": str(number)} for number in range(2_500)))
    log, event_map = tmp_path / "log.csv", tmp_path / "map.toml"
    log.write_bytes(data)
    event_map.write_text(LEAST)
    list(
        registry.read(
            "events",
            [str(log)],
            Options(map=str(event_map)),
            ReadReport(),
            lambda taken, done: told.append((taken, done)),
        )
    )
    assert [done for _, done in told] == [1_000, 2_000, 2_500]
    assert told[-1][0] == len(data)


def test_a_file_is_read_as_it_is_asked_for():
    class Endless:
        given = 0

        def read(self, size: int) -> bytes:
            row = b"a,2012-01-01T00Z\n"
            start = self.given
            self.given += size
            return b"id,at\n" if not start else (row * (size // len(row) + 2))[start % len(row) :][:size]

    endless = Endless()
    items = read_events(endless, parse_map(LEAST))
    assert kinds(islice(items, 50_000)).count("L") > 49_900
    assert endless.given < 2_000_000


# What is rejected


@pytest.mark.parametrize(
    "row, told",
    [
        (b"A-2,2012-01-01T00Z,x,y", "has 4 columns where the header has 3"),
        (b"A-2,2012-01-01T00Z", "has 2 columns where the header has 3"),
        (b",2012-01-01T00Z,x", "there is no case id"),
        (b"  ,2012-01-01T00Z,x", "there is no case id"),
        (b"A-2,2012-01-01T00Z,x\0y", "contains a NUL character"),
        (b"A-2,2012-01-01T00Z,G\xf6ran", "is not text in the encoding"),
        (b"A-2,2012-01-01T00Z,\xed\xa0\x80", "is not text in the encoding"),
        (b'A-2,2012-01-01T00Z,"say "hi""', "is not valid CSV"),
    ],
)
def test_a_bad_row_is_rejected_and_the_others_are_not(row: bytes, told: str):
    got = least(b"id,at,who\nA-1,2012-01-01T00Z,x\n" + row + b"\nA-3,2012-01-01T00Z,z\n", 'owner="who"')
    assert kinds(got) == "LRL"
    reject = got[1]
    assert isinstance(reject, RejectedRecord)
    assert reject.line == 3
    assert told in reject.reason
    assert reject.raw == row.decode("utf-8", "backslashreplace")


def test_bytes_in_a_column_that_is_not_used_do_not_matter():
    assert kinds(least(b"id,at,who\na,2012-01-01T00Z,G\xf6ran\0\n")) == "L"


def test_a_quote_that_is_never_closed_is_told_with_its_lines():
    got = least(b'id,at\na,2012-01-01T00Z\nb,"2012-01-01T00Z\nc,2012-01-01T00Z\n')
    assert kinds(got) == "LR"
    assert isinstance(got[1], RejectedRecord)
    assert (got[1].line, got[1].reason) == (3, "a quote is opened and never closed: lines 3 to 4 became one value")


def test_a_line_beyond_the_limit_is_rejected_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch):
    for module in ("careconsole.intake.formats.csv_records", "careconsole.intake.formats.event_log.json_records"):
        monkeypatch.setattr(f"{module}.LONGEST", 1_000)
    good = b"b,2012-01-01T00Z,\n"
    got = least(b"id,at,c\na,2012-01-01T00Z," + b"x" * 5_000 + b"\n" + good)
    assert kinds(got) == "RL"
    row = json.dumps({"id": "b", "at": "2012-01-01T00Z"}).encode()
    got = least(row[:-1] + b', "c": "' + b"x" * 5_000 + b'"}\n' + row)
    assert kinds(got) == "RL"
    assert "longer than 1000 bytes" in got[0].reason  # type: ignore[union-attr]


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("missing", [1, 9, 500, 20_000])
def test_a_gzip_file_that_is_cut_off_gives_its_good_rows_and_says_so(as_json: bool, missing: int):
    rows = [{"id": f"A-{number}", "topic": str(hash((number, "x")))} for number in range(6_000)]
    plain = table(*rows)
    if as_json:
        records = csv.DictReader(io.StringIO(plain.decode()))
        plain = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    whole = read(plain)
    got = read(gzip.compress(plain)[:-missing])
    assert kinds(got).rstrip("L") == "L" * (len(got) - 1) + "R"
    assert got[:-1] == whole[: len(got) - 1]
    assert len(got) > 3_000
    reject = got[-1]
    assert isinstance(reject, RejectedRecord)
    assert "gzip data cannot be read further" in reject.reason


def test_a_row_whose_last_value_is_cut_off_is_not_taken_for_a_whole_one():
    packed = gzip.compress(b"id,at,who\na,2012-01-01T00Z,Eric\nb,2012-01-01T00Z,Erica\n", compresslevel=0)
    got = least(packed[: -8 - 2], 'owner="who"')  # without the trailer, the line end and the last letter
    assert kinds(got) == "LR"
    assert isinstance(got[1], RejectedRecord)
    assert (got[1].line, got[1].raw) == (3, "b,2012-01-01T00Z,Eric")


def test_damaged_gzip_gives_no_row_that_was_not_there():
    plain = table(*({"id": f"A-{number}", "topic": str(number * 7919)} for number in range(3_000)))
    packed = bytearray(gzip.compress(plain))
    packed[-6] ^= 0xFF  # the checksum
    got = read(bytes(packed))
    assert kinds(got) == "L" * 3_000 + "R"


@pytest.mark.parametrize(
    "data, told",
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"PK\x03\x04rest", "spreadsheet or zip"),
        (b"<?xml version='1.0'?>", "XML"),
        (b'[\n {"id": 1}]', "one JSON array"),
        (b"a;b;c\n1;2;3\n", "does not have"),
        (b"id,at,id\n", "2 times"),
        (b"id,at,Priorit\xe4t\n", "not text in this encoding: id, at, Priorit\\xe4t"),
        (b"\x1f\x8b\x08", "is empty: the gzip data cannot be read further"),
    ],
)
def test_a_file_that_is_no_event_log_for_this_map_is_wrong_use(data: bytes, told: str):
    with pytest.raises(WrongUse, match=told.replace("\\", "\\\\")):
        least(data)


def test_paths_that_cannot_be_read_are_wrong_use(tmp_path: Path):
    for path in (tmp_path / "none.csv", tmp_path, "nul\0"):
        with pytest.raises(WrongUse):
            list(read_events(path, DESK))


# JSON Lines


def test_json_values_of_every_kind():
    event_map = parse_map(
        'case="id"\nowner="owner.name"\ncustomer="customer"\ntags="tags"\nkeep=["n","yes","deep","list"]\n'
        '[time]\ncolumn="at"\nformat="epoch_s"'
    )
    record = (
        b'{"id": 7, "at": 1330592400.250, "owner": {"id": 4, "name": "Ana"}, "customer": null, "tags": ["a", "b", 3],'
        b' "n": 1.50, "yes": true, "deep": {}, "list": [1, {"x": null}]}'
    )
    (line,) = read(record, event_map)
    assert isinstance(line, ImportedEntry)
    assert (line.external, line.at, line.owner, line.customer) == ("7", T0 + 250, "Ana", None)
    assert line.tags == ("a", "b", "3")
    assert line.fields == {"n": "1.50", "yes": "true", "list": '[1,{"x":null}]'}


def test_columns_may_be_missing_from_a_line_but_a_wrong_map_is_told():
    seen = ReadReport()
    data = b'{"at": "2012-01-01T00Z"}\n\n{"id": "a", "at": "2012-01-01T00Z", "x": 1}\n'
    got = read(data, parse_map(LEAST + 'owner = "who"'), seen)
    assert kinds(got) == "RL"
    assert (seen.never_seen, seen.not_carried, seen.format) == (("who",), ("x",), "jsonl")
    with pytest.raises(WrongUse, match="which the file does not have") as caught:
        least(b'{"nr": "a", "at": "2012-01-01T00Z"}\n' * 1_000)
    assert "nr, at" in str(caught.value.hint)


@pytest.mark.parametrize(
    "line, told",
    [
        (b'{"id": "a", "at"', "is not valid JSON"),
        (b"[1]", "not an object"),
        (b"null", "not an object"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b'{"id": "\\ud800", "at": "2012-01-01T00Z"}', "half of a surrogate pair"),
        (b'{"id": "\\u0000", "at": "2012-01-01T00Z"}', "NUL"),
        (b'{"id": ["a"], "at": "2012-01-01T00Z"}', "has a list"),
        (b'{"id": {"x": 1}, "at": "2012-01-01T00Z"}', "there is no case id"),
        (b'{"a": {"b": 1}, "a.b": 2}', "is given twice"),
        (b'{"a": ' + b"[" * 100_000, "is nested too deeply"),
        (b'{"a": NaN}', "is not valid JSON"),
        (b'{"id": "a", "at": 3}', "is not an ISO 8601 time"),
    ],
)
def test_a_bad_json_line_is_rejected_and_the_others_are_not(line: bytes, told: str):
    good = b'{"id": "a", "at": "2012-01-01T00Z"}'
    got = least(b"\n".join([good, line, good]))
    assert kinds(got) == "LRL"
    assert isinstance(got[1], RejectedRecord)
    assert got[1].line == 2
    assert told in got[1].reason


# The identity of a row


def test_the_key_does_not_depend_on_the_order_of_columns_nor_on_csv_or_json():
    record = {"id": "a", "at": "2012-01-01T00Z", "x": "", "y": "ü"}
    turned = dict(reversed(record.items()))
    files = [
        "id,at,x,y\na,2012-01-01T00Z,,ü\n",
        "y;at;id;x\nü;2012-01-01T00Z;a;\n",
        "id,at,y,new\na,2012-01-01T00Z,ü,\n",
        json.dumps(record),
        json.dumps(turned, ensure_ascii=False),
        json.dumps({**turned, "x": None}),
    ]
    keys = {item.key for file in files for item in least(file.encode()) if isinstance(item, ImportedEntry)}
    assert len(keys) == 1


@pytest.mark.parametrize("kind", ["events", "jsonl"])
def test_keys_without_end_take_no_memory_without_end_and_hide_no_column_of_the_map(kind: str, tmp_path: Path) -> None:
    """Some programs write ids as keys, so that every object has one that no other has."""
    rows = [{"id": str(n), "at": "2024-03-01T08:00:00Z", f"key {n}": n} for n in range(12_000)]
    file, chosen = tmp_path / "log.jsonl", tmp_path / "map.toml"
    file.write_text("\n".join(map(json.dumps, [*rows, {**rows[0], "id": "last", "who": "Ana"}])))
    opened = "time" if kind == "events" else "opened"
    chosen.write_text(f'source = "x"\ncase = "id"\nowner = "who"\n{opened} = "at"\nkeep = ["key 1"]\n')
    seen = ReadReport()
    found = list(registry.read(kind, [str(file)], Options(map=str(chosen)), seen))
    assert [item for item in found if isinstance(item, RejectedRecord)] == []
    assert len(seen.columns) < 10_010
    assert seen.never_seen == ()


def test_the_key_tells_apart_every_column_even_those_not_carried():
    got = least(b"id,at,x,y\na,2012-01-01T00Z,1,\na,2012-01-01T00Z,,1\na,2012-01-01T00Z,1,1\na,2012-01-01T00Z,1,\n")
    keys = [item.key for item in got if isinstance(item, ImportedEntry)]
    assert [len(set(keys)), keys[0] == keys[3]] == [3, True]


# Whatever comes in


ANY = parse_map(LEAST + 'owner="who"\nsubject="{s}"\nstatus="who"\nlevel="who"\ntags="s"\nkeep=["who"]\ncustomer="s"')
GOOD_HEADER = b"id,at,who,s\n"


@given(
    st.binary(max_size=300), st.sampled_from([b"", GOOD_HEADER, b'{"id": "a", "at": "2012-01-01T00Z"}\n', b"\x1f\x8b"])
)
@example(b'"', GOOD_HEADER)
@example(b'\r"\r\n\0,', GOOD_HEADER)
def test_any_bytes_give_lines_rejects_or_wrong_use(data: bytes, prefix: bytes):
    for stream in (prefix + data, gzip.compress(prefix + data), gzip.compress(prefix + data)[: len(data)]):
        try:
            got = read(stream, ANY)
        except WrongUse:
            continue
        assert all(isinstance(item, ImportedEntry | RejectedRecord) for item in got)
        for item in got:
            if isinstance(item, RejectedRecord):
                (item.field + item.reason + item.raw).encode()


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=5), st.sampled_from([",", ";", "\t", "|"]), st.booleans())
def test_no_accepted_row_is_altered(rows: list[tuple[str, str, str]], delimiter: str, as_json: bool):
    at = "2012-01-01T00:00:00Z"
    if as_json:
        data = "".join(json.dumps({"id": i, "at": at, "who": who, "s": s}) + "\n" for i, who, s in rows)
    else:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerows([("id", "at", "who", "s"), *((i, at, who, s) for i, who, s in rows)])
        data = out.getvalue()
    if not data:
        return
    got = read(data.encode(), ANY)
    assert len(got) == len(rows)
    for item, (case, who, subject) in zip(got, rows, strict=True):
        if isinstance(item, RejectedRecord):
            assert not case.strip()
            continue
        assert (item.external, item.subject, item.customer) == (case, subject, subject or None)
        assert (item.owner, item.label, item.fields) == (
            who if who.strip() else None,
            who,
            {"who": who} if who else None,
        )
        assert item.tags == ((subject,) if subject else ())


# The public logs


def handoffs(path: Path, name: str) -> tuple[int, int, int]:
    """Cases, events, and changes of the last person who owned a case."""
    owners: dict[str, list[str]] = {}
    events: Counter[str] = Counter()
    lines = [item for item in read_events(path, load_map(MAPS / f"{name}.toml")) if isinstance(item, ImportedEntry)]
    for line in sorted(lines, key=lambda line: line.at):
        events[line.external] += 1
        held = owners.setdefault(line.external, [])
        if line.owner and held[-1:] != [line.owner]:
            held.append(line.owner)
    return len(events), events.total(), sum(len(held) - 1 for held in owners.values() if held)


@pytest.mark.parametrize(
    "folder, name, view",
    [
        ("bpi2013-incidents", "bpi2013-incidents", "owner"),
        ("bpi2013-incidents", "bpi2013-incidents-people", "owner_without_siebel"),
        ("helpdesk-italian", "helpdesk-italian", "owner_by_take_in_charge"),
        ("helpdesk-italian", "helpdesk-italian-any", "owner_by_any_event"),
    ],
)
def test_the_hand_offs_of_the_public_logs_are_those_of_their_truth(
    shared_data: Path, folder: str, name: str, view: str
):
    truth = json.loads((shared_data / folder / "truth.json").read_text())
    got = handoffs(shared_data / folder / "events.csv.gz", name)
    assert got == (truth["cases"], truth["events"], truth[view]["handoffs_total"])
