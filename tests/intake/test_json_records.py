"""JSON as a stream of records: every shape gives the same records, and a broken one costs nothing but itself."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import RejectedRecord
from careconsole.intake.files import json_records as jsonstream
from careconsole.intake.files import json_window as jsonwindow
from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.json_records import Record, json_records

TWO = [{"id": 1, "subject": "Kettle {cracked}"}, {"id": 2, "subject": 'Lid "lost"]', "more": {"of": [{"it": []}]}}]
KEYS = ("tickets", "ticket", "_embedded.conversations")


def read(data: bytes | str, keys: tuple[str, ...] = KEYS, encoding: str = "") -> list[Record | RejectedRecord]:
    raw = data.encode() if isinstance(data, str) else data
    return list(json_records(InputFile(io.BytesIO(raw)), keys, encoding))


def values(found: list[Record | RejectedRecord]) -> list[object]:
    return [one.value if isinstance(one, Record) else one.reason for one in found]


@pytest.fixture(params=[256 * 1024, 3])
def any_block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonwindow, "_BLOCK", request.param)


SHAPES = {
    "lines": "\n".join(map(json.dumps, TWO)),
    "lines with CRLF and a blank one": "\r\n\r\n".join(map(json.dumps, TWO)) + "\r\n",
    "one after the other": "".join(map(json.dumps, TWO)),
    "drawn out, one after the other": "\n".join(json.dumps(one, indent=4) for one in TWO),
    "array": json.dumps(TWO),
    "array drawn out": json.dumps(TWO, indent=2),
    "array, one a line": "[\n" + ",\n".join(map(json.dumps, TWO)) + "\n]\n",
    "several arrays": json.dumps(TWO[:1]) + "\n" + json.dumps(TWO[1:]),
    "page": json.dumps({"count": 2, "next_page": None, "tickets": TWO}),
    "page drawn out": json.dumps({"tickets": TWO, "meta": {"tickets": [1]}}, indent=1),
    "page, one a line": '{"tickets":[\n' + ",\n".join(map(json.dumps, TWO)) + "\n]}",
    "pages": json.dumps({"tickets": TWO[:1], "end": 5}) + "\n" + json.dumps({"end": 6, "tickets": TWO[1:]}),
    "one by one": json.dumps({"ticket": TWO[0]}) + json.dumps({"ticket": TWO[1]}),
    "page in a page": json.dumps({"_links": {}, "_embedded": {"others": [5], "conversations": TWO}, "page": {"n": 1}}),
    "with a byte-order mark": "\ufeff" + json.dumps(TWO),
    "record separators": "".join(f"\x1e{json.dumps(one)}\n" for one in TWO),
}


@pytest.mark.usefixtures("any_block")
@pytest.mark.parametrize("shape", SHAPES)
def test_the_records_are_the_same_whatever_they_stand_in(shape: str) -> None:
    found = read(SHAPES[shape])
    assert values(found) == TWO
    assert [one.number for one in found if isinstance(one, Record)] == [1, 2]
    assert all(json.loads(one.raw) == one.value for one in found if isinstance(one, Record))


def test_a_record_tells_the_key_it_stood_under() -> None:
    page = {"users": [{"id": 7}], "tickets": [{"id": 1}], "_embedded": {"conversations": [{"id": 2}]}}
    found = read(json.dumps(page), ("tickets", "users", "_embedded.conversations"))
    assert [(one.key, one.value["id"]) for one in found if isinstance(one, Record)] == [
        ("users", 7),
        ("tickets", 1),
        ("_embedded.conversations", 2),
    ]


BY_ID = ("tickets", "assets.Ticket.*")


@pytest.mark.usefixtures("any_block")
@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("numbers", [{"tickets": [1, 2]}, {"ticket_id": 1}, {}])
@pytest.mark.parametrize("first", ["numbers", "records"])
def test_records_may_stand_under_their_ids_with_their_numbers_beside_them(
    indent: int | None, numbers: dict[str, object], first: str
) -> None:
    held = {"assets": {"User": {"7": {"id": 7}}, "Ticket": {str(one["id"]): one for one in TWO}, "Role": {}}}
    page = {**numbers, **held} if first == "numbers" else {**held, **numbers}
    found = read(json.dumps(page, indent=indent), BY_ID)
    assert values(found) == TWO
    assert {one.key for one in found if isinstance(one, Record)} == {"assets.Ticket.*"}


def test_numbers_without_their_records_are_rejected_and_none_is_a_page_of_nothing() -> None:
    page = json.dumps({"tickets": [11, 12], "tickets_count": 2})
    (reject,) = read(page, BY_ID)
    assert isinstance(reject, RejectedRecord)
    assert (reject.raw, "not there" in reject.reason) == ("11", True)
    assert read('{"tickets": [], "tickets_count": 0, "assets": {}}', BY_ID) == []
    assert values(read(json.dumps({"tickets": [1], "assets": {"Ticket": {"1": TWO[0]}}}) + page, BY_ID))[0] == TWO[0]


def test_a_broken_record_under_its_id_costs_itself_and_no_other() -> None:
    text = '{"assets": {"Ticket": {"1": {"id": 1, "subject": tru}, "2": ' + json.dumps(TWO[1]) + "}}}"
    broken, whole = read(text, BY_ID)
    assert isinstance(broken, RejectedRecord)
    assert broken.raw == '{"id": 1, "subject": tru}'
    assert isinstance(whole, Record)
    assert whole.value == TWO[1]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_object_with_an_id_is_a_record_whatever_it_holds(indent: int | None) -> None:
    one = {"comments": [{"id": 5}], "id": 1}
    assert values(read(json.dumps(one, indent=indent), ("comments",))) == [one]


@pytest.mark.parametrize("packed", [True, False])
def test_utf_16_and_gzip(packed: bool) -> None:
    raw = json.dumps([{"subject": "Käse für Ω"}], ensure_ascii=False).encode("utf-16")
    assert values(read(gzip.compress(raw) if packed else raw)) == [{"subject": "Käse für Ω"}]


def test_an_encoding_that_was_named() -> None:
    assert values(read('{"subject": "Käse"}'.encode("cp1252"), encoding="cp1252")) == [{"subject": "Käse"}]


def test_numbers_keep_their_digits() -> None:
    (found,) = read('{"big": 123456789012345678901234567890, "price": 1.10, "small": -0.0}')
    assert isinstance(found, Record)
    assert found.value == {"big": 123456789012345678901234567890, "price": "1.10", "small": "-0.0"}


def test_the_last_of_repeated_keys_holds() -> None:
    assert values(read('{"a": 1, "a": 2}')) == [{"a": 2}]


GOOD = '{"id": 2}'
BROKEN = {
    "cut off in a text": '{"id": 1, "subject": "Kett',
    "cut off in an object": '{"id": 1, "inner": {"a": 1',
    "no value": '{"id": }',
    "two values": '{"id": 1 2}',
    "NaN": '{"id": NaN}',
    "a wrong bracket": '{"id": [1}',
}


@pytest.mark.usefixtures("any_block")
@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize(
    "frame", ["{0}\n{1}\n{0}", "[\n{0},\n{1},\n{0}\n]", '{{\n  "tickets": [\n    {0},\n    {1},\n    {0}\n  ]\n}}']
)
def test_a_broken_record_costs_itself_and_no_other(broken: str, frame: str) -> None:
    first, bad, last = read(frame.format(GOOD, BROKEN[broken]))
    assert isinstance(first, Record)
    assert isinstance(last, Record)
    assert isinstance(bad, RejectedRecord)
    assert "not valid JSON" in bad.reason
    assert bad.line == 2
    assert bad.raw.startswith(BROKEN[broken])
    assert GOOD not in bad.raw


def test_in_one_long_line_a_broken_record_is_passed_over_where_its_end_is_seen() -> None:
    assert values(read('[{"id": 1}, {"id": 01}, {"id": 2}]')) == [
        {"id": 1},
        "is not valid JSON: JSON is malformed: invalid number (byte 8)",
        {"id": 2},
    ]


def test_a_file_cut_off_gives_what_is_whole_and_one_reject() -> None:
    whole = json.dumps(TWO)
    for end in range(2, len(whole)):
        found = read(whole[:end])
        assert [one for one in values(found) if isinstance(one, dict)] == TWO[: len(found) - 1]
        assert isinstance(found[-1], RejectedRecord)


def test_a_packed_file_cut_off_says_so_once() -> None:
    packed = gzip.compress("\n".join(json.dumps({"id": n, "text": str(hash(n))}) for n in range(5000)).encode())
    found = read(packed[: len(packed) // 2])
    assert [one.reason for one in found if isinstance(one, RejectedRecord)] == [
        "the gzip data cannot be read further: Compressed file ended before the end-of-stream marker was reached"
    ]
    assert len(found) > 1000


@pytest.mark.parametrize(
    "text, field, reason",
    [
        (r'{"id": 1, "a": {"b": ["x", "\ud800"]}}', "a.b.1", "contains half of a surrogate pair, which is not text"),
        (r'{"id": 1, "a": [{"b": "x\u0000y"}]}', "a.0.b", "contains a NUL character"),
        (r'{"id": 1, "a\u0000": 1}', r"a\0", "contains a NUL character"),
        (b'{"id": 1, "a": "\xff"}', "", "contains bytes that are not UTF-8"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "", "is nested too deeply"),
    ],
)
def test_text_that_is_none_is_rejected_with_its_field(text: str | bytes, field: str, reason: str) -> None:
    raw = text.encode() if isinstance(text, str) else text
    bad, good = read(raw + b'\n{"id": 2}')
    assert isinstance(bad, RejectedRecord)
    assert (bad.field, bad.reason) == (field, reason)
    assert values([good]) == [{"id": 2}]


@pytest.mark.usefixtures("any_block")
def test_however_many_escapes_and_keys_a_record_has_it_is_one_record() -> None:
    long = {f'key "{n}"': f"\t{n}\\" * (n % 150) for n in range(200)}
    text = json.dumps([long, "\n" * 1_000, long, {"a": [[n, '"'] for n in range(200)]}])
    assert values(read(text[:-1] + ", " + json.dumps(TWO)[1:]))[-2:] == TWO
    assert values(read(json.dumps([long, long]))) == [long, long]
    for broken in ('{"a": "%s\x01"}' % (r"\n" * 100), '{"a": "%s\\\x01"}' % (r"\n" * 64)):
        (reason,) = values(read(broken))
        assert isinstance(reason, str)


def test_an_escaped_backslash_before_u0000_is_no_nul() -> None:
    assert values(read(r'{"a": "\\u0000"}')) == [{"a": r"\u0000"}]


def test_what_is_no_object_is_rejected_one_by_one() -> None:
    assert values(read('[1, "two", [{}], null, {"id": 5}]')) == [*["is JSON, but not an object"] * 4, {"id": 5}]


@pytest.mark.parametrize("data", [b"", b" \n", b"id;subject\n1;x", b"<html>", b'"text"'])
def test_what_is_no_json_is_wrong_use(data: bytes) -> None:
    with pytest.raises(WrongUse, match=r"is empty|holds no JSON object"):
        read(data)


def test_a_record_longer_than_the_limit_is_one_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careconsole.intake.files.json_window.LONGEST", 1000)
    monkeypatch.setattr("careconsole.intake.files.json_records.LONGEST", 1000)
    monkeypatch.setattr(jsonwindow, "_BLOCK", 100)
    long = json.dumps({"id": 1, "text": "x" * 5000})
    for frame in ("{0}\n{1}\n", "[\n{0},\n{1}\n]"):
        bad, good = read(frame.format(long, GOOD))
        assert isinstance(bad, RejectedRecord)
        assert bad.reason == "is longer than 1000 bytes"
        assert values([good]) == [{"id": 2}]


class _Endless(io.RawIOBase):
    """A page of many records, made as it is read."""

    def __init__(self, count: int, before: bytes, after: bytes) -> None:
        self._pieces = self._all(count, before, after)
        self._left = b""

    def _all(self, count: int, before: bytes, after: bytes) -> Iterator[bytes]:
        yield before
        for number in range(count):
            yield b'{"id": %d, "text": "%s"},' % (number, b"x" * 10_000)
        yield b'{"id": -1}' + after

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size and (piece := next(self._pieces, b"")):
            self._left += piece
        given, self._left = self._left[:size], self._left[size:]
        return given


OTHERS = b'{"users": [' + b'{"id": 1, "name": "%s"},' % (b"y" * 1000) * 2_000 + b'1], "tickets": ['


@pytest.mark.parametrize(
    "before, after", [(b"[", b"]"), (b'{"n": [1], "tickets": [', b'], "end": 1}'), (OTHERS, b"]}")]
)
def test_a_long_line_is_read_as_a_stream(before: bytes, after: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careconsole.intake.files.json_window.LONGEST", 1_000_000)
    monkeypatch.setattr("careconsole.intake.files.json_records.LONGEST", 1_000_000)
    tracemalloc.start()
    try:
        count = sum(isinstance(one, Record) for one in json_records(InputFile(_Endless(5_000, before, after)), KEYS))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 5_001
    assert peak < 12_000_000  # of 50 MB


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('abcé{}[]"\\', max_size=4), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.text('abc"\\{[', min_size=1, max_size=3)
OBJECTS = st.lists(st.dictionaries(NAMES, JSON, max_size=4), min_size=1, max_size=5)


@given(OBJECTS, st.sampled_from([None, 0, 1, 3]), st.sampled_from(["lines", "array", "page"]), st.booleans())
def test_any_objects_come_out_as_they_went_in(objects: list[dict], indent: int | None, shape: str, ascii: bool) -> None:
    if shape == "lines":
        text = "\n".join(json.dumps(one, indent=indent, ensure_ascii=ascii) for one in objects)
    else:
        whole = objects if shape == "array" else {"skipped": objects, "tickets": objects, "n": "]"}
        text = json.dumps(whole, indent=indent, ensure_ascii=ascii)
    assert values(read(text)) == objects


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_no_bytes_raise_anything_but_wrong_use(data: bytes, more: bytes) -> None:
    for text in (data, b"{" + data, b'[{"a": ' + data, b'{"tickets": [' + data + b"{" + more, b'[{"id": 1}, ' + data):
        try:
            found = read(text)
        except WrongUse:
            continue
        assert all(isinstance(one, Record | RejectedRecord) for one in found)


@pytest.mark.parametrize("shape", ["array drawn out", "array, one a line", "page drawn out", "page, one a line"])
def test_what_ends_where_it_seems_to_is_read_as_if_it_had_been_split(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole, and with a byte lost, or turned into one that may end an object or a line."""
    whole = SHAPES[shape].encode()
    texts = [whole]
    for at in range(len(whole)):
        texts += [whole[:at] + other + whole[at + 1 :] for other in (b"", b"}", b"\n", b'"')]

    def outcome(text: bytes) -> list[Record | RejectedRecord] | str:
        try:
            return read(text)
        except WrongUse as error:
            return error.message

    guessed = list(map(outcome, texts))
    monkeypatch.setattr(jsonstream, "_PATIENCE", 0)
    assert list(map(outcome, texts)) == guessed
