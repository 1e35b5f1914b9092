"""Event logs in JSON Lines, as a stream of lines and rejects."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake.files.encodings import is_utf8
from careconsole.intake.files.input_file import InputFile
from careconsole.intake.files.read_report import LONGEST, InvalidRecord, ReadReport, printable, raw_text
from careconsole.intake.formats.column_maps import columns_in
from careconsole.intake.formats.event_log.maps import EventMap, missing_column
from careconsole.intake.formats.event_log.rows import RowMaker, RowReader, Several

_MOST_SHAPES = 1_000
_MOST_COLUMNS = 10_000
_MOST_HELD = 100
_encode = msgspec.json.Encoder(order="deterministic").encode


def json_lines(source: InputFile, event_map: EventMap, seen: ReadReport) -> Iterator[ImportedEntry | RejectedRecord]:
    """The lines and rejects of JSON Lines in `source`.

    The keys of nested objects are columns with dotted names (owner.name). Numbers keep the digits they were written
    with; null, an empty text and an absent key are the same. Raises WrongUse when no object has the map's case or time.
    """
    if event_map.encoding and not re.fullmatch(r"utf[-_]?8([-_]sig)?", event_map.encoding.lower()):
        raise WrongUse(f"JSON Lines are always UTF-8, but the map {event_map.name} says {event_map.encoding}.")
    seen.encoding = "utf-8"
    shapes = _Shapes(event_map, seen)
    try:
        yield from _proven(_records(source, shapes), shapes, event_map)
    finally:
        named = event_map.columns()
        seen.columns = tuple(map(printable, shapes.names))
        seen.not_carried = tuple(printable(name) for name in shapes.names if name not in named)
        seen.never_seen = tuple(name for name in named if name not in shapes.names) if shapes.names else ()


def _proven(
    records: Iterator[ImportedEntry | RejectedRecord], shapes: _Shapes, event_map: EventMap
) -> Iterator[ImportedEntry | RejectedRecord]:
    """`records`, held back until an object with the map's case and time is met.

    If a hundred objects lack one of them, the map is wrong, not the records: raises WrongUse.
    """
    needed = {event_map.case: "case", **dict.fromkeys(columns_in(event_map.time.column), "[time] column")}
    held = []
    for record in records:
        held.append(record)
        if type(record) is ImportedEntry or needed.keys() <= shapes.names.keys():
            break
        if len(held) >= _MOST_HELD and shapes.names:
            break
    if shapes.names:
        for column, place in needed.items():
            if column not in shapes.names:
                raise missing_column(event_map, column, place, map(printable, shapes.names))
    yield from held
    yield from records


def _records(source: InputFile, shapes: _Shapes) -> Iterator[ImportedEntry | RejectedRecord]:
    # float_hook keeps a number's digits as they were written.
    decode = msgspec.json.Decoder(float_hook=str).decode
    stream, number = source.stream, 0
    while line := stream.readline(LONGEST):
        if line[-1:] != b"\n":
            if len(line) >= LONGEST:
                number += 1
                while (rest := stream.readline(LONGEST)) and not rest.endswith(b"\n"):
                    pass
                yield RejectedRecord(number, "", f"a line is longer than {LONGEST} bytes", _raw(line))
                continue
            if source.truncation:
                break
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        field = ""
        try:
            record = decode(line)
            if type(record) is not dict:
                raise InvalidRecord("", "is JSON, but not an object")
            yield shapes.line(record, number)
            continue
        except InvalidRecord as error:
            field, reason = error.field, error.reason
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            if not line.strip():
                continue
            reason = _reason(line, error)
        yield RejectedRecord(number, printable(field), printable(reason), _raw(line))
    if source.truncation:
        yield RejectedRecord(number + 1, "", source.truncation, _raw(line))


class _Shapes:
    """Row readers by the keys of an object, and the names of the columns met so far.

    There are at most `_MOST_COLUMNS` names, besides those that the map has: keys that are ids never come to an end.
    """

    def __init__(self, event_map: EventMap, seen: ReadReport) -> None:
        self.names: dict[str, None] = {}
        self._named = event_map.columns()
        self._maker = RowMaker(event_map, seen)
        self._readers: dict[tuple[str, ...], RowReader] = {}

    def line(self, record: dict[str, Any], number: int) -> ImportedEntry:
        """The line of one JSON object. Raises InvalidRecord."""
        keys, row, nested = flat_texts(record)
        if nested:
            self._maker.check_single(keys, row)
        return (self._readers.get(keys) or self._reader(keys))(row, number)

    def _reader(self, keys: tuple[str, ...]) -> RowReader:
        if len(self._readers) >= _MOST_SHAPES:
            self._readers.clear()
        add_names(self.names, keys, self._named)
        reader = self._readers[keys] = self._maker.reader(keys)
        return reader


def add_names(names: dict[str, None], keys: tuple[str, ...], needed: Collection[str]) -> None:
    """Adds the names of columns up to a limit; those `needed` are added all the same."""
    for key in keys:
        if len(names) < _MOST_COLUMNS or key in needed:
            names[key] = None


def flat_texts(record: dict[str, Any]) -> tuple[tuple[str, ...], list[str], bool]:
    """The columns of a JSON object, the texts in them, and whether one of these is a list.

    Raises InvalidRecord when two values have the same dotted name.
    """
    names: list[str] = []
    row: list[str] = []
    nested: list[object] = []
    if _lay_flat(record, "", names, row, nested) and len(set(names)) < len(names):
        twice = next(name for name, times in Counter(names).items() if times > 1)
        raise InvalidRecord(twice, "is given twice, once as an object's own value")
    return tuple(names), row, bool(nested)


def _lay_flat(record: dict[str, Any], path: str, names: list[str], row: list[str], nested: list[object]) -> bool:
    """Adds the dotted names in an object, each after `path`, and the texts; returns whether there are objects in it.

    {"owner": {"name": …}} becomes owner.name.
    """
    has_objects = False
    for key, value in record.items():
        if type(value) is dict:
            has_objects = True
            _lay_flat(value, f"{path}{key}.", names, row, nested)
        else:
            names.append(path + key)
            row.append(value if type(value) is str else "" if value is None else _text(value, nested))
    return has_objects


def _text(value: Any, nested: list[object]) -> str:
    """The text of a JSON value that is not a text; lists are added to `nested`."""
    if value is None:
        return ""
    kind = type(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is not list and kind is not dict:
        return str(value)
    nested.append(value)
    text = Several(_encode(value).decode())
    text.items = tuple([item if type(item) is str else str(_text(item, nested)) for item in value])
    return text


def _reason(line: bytes, error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    if not is_utf8(line):
        return "contains bytes that are not UTF-8"
    if re.search(rb"\\u[dD][89a-fA-F]", line):
        return f"is not valid JSON ({error}), or contains half of a surrogate pair, which is not text"
    return f"is not valid JSON: {error}"


def _raw(line: bytes) -> str:
    return raw_text(line.decode("utf-8", "surrogateescape"))
