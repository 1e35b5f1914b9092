"""JSON of any shape as a stream of records: one object a line, one array, or pages that hold arrays under a key.

The file is never in memory as a whole: a small splitter over bytes finds where a value ends, and only that value is
decoded. Numbers keep their digits: whole ones become ints of any size, others stay the text that was written. If an
object has a key twice, the last one counts.

ijson does none of this: it stops at the first mistake, does not tell which bytes a record was written in, rewrites
numbers, and takes all memory for a few hundred kilobytes of brackets.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import RejectedRecord
from careconsole.intake.files.encodings import is_utf8
from careconsole.intake.files.input_file import InputFile, Readable
from careconsole.intake.files.json_window import WIDEST, Recoded, Window
from careconsole.intake.files.read_report import LONGEST, printable, raw_text

_BLOCK = 256 * 1024
_LONGEST_RAW = 100_000
_BLANKS = re.compile(rb"[ \t\r\n]*")
_BETWEEN = re.compile(rb"[ \t\r\n,\x1e]*")
_KEY = re.compile(rb'"((?:[^"\\\x00-\x1f]|\\.)*)"[ \t\r\n]*:[ \t\r\n]*', re.DOTALL)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_PATIENCE = 8
"""After so many objects in a row that do not end where expected, their ends are no longer guessed."""
EACH = "*"
"""In a key: each value of the object there."""
_IDS = frozenset({"id", "number", "ticket_id", "key"})

# float_hook keeps a number's digits as they were written.
_decode = msgspec.json.Decoder(float_hook=str).decode
_FAILURES = (msgspec.MsgspecError, ValueError, RecursionError)


class Record(msgspec.Struct, frozen=True, gc=False):
    """One object of a file: its `value`, its position among the records from 1, and its raw bytes.

    `key` is the one of the requested keys that it was found under, empty for an object at the top level.
    """

    value: dict[str, Any]
    number: int
    raw: bytes
    key: str = ""


def json_records(
    source: InputFile, keys: tuple[str, ...] = (), encoding: str = ""
) -> Iterator[Record | RejectedRecord]:
    """The objects of `source`, in the order of the file.

    They follow one another (JSON Lines, or several pages joined), or are in one array, or in objects that hold them
    under one of `keys`: as an array ("tickets", or "_embedded.conversations" for one inside another object), as one
    object ("ticket"), or as an object that has each by its id ("assets.Ticket.*"). An object with an id of its own is a
    record, whatever else it holds, unless it has records by their ids.

    A record that cannot be read is a RejectedRecord, and reading resumes at the next one that can be found: on a line
    with the indentation of the broken one, or after the end of it. Otherwise the rest of the file is one
    RejectedRecord. Text with a NUL character or half of a surrogate pair is rejected with the field that holds it.
    `encoding` applies where no byte order mark names one; the default is UTF-8, or UTF-16 where every second byte of
    the beginning is zero, as the first characters of JSON are ASCII (RFC 4627, section 3). Raises WrongUse for a file
    that holds no JSON at all.
    """
    stream = utf8_stream(source, encoding)
    head = source.head.lstrip()
    if stream is source.stream and (not head or head[:1] not in b"{[\x1e"):
        reason = f": {source.truncation}" if source.truncation else ""
        what = "holds no JSON object or array" if head else "is empty"
        raise WrongUse(f"{source.name} {what}{reason}.", "Expected: JSON, as the other system exports it.")
    return _Reading(Window(stream, source), keys).records()


def utf8_stream(source: InputFile, encoding: str = "") -> Readable:
    """The JSON text of a source as UTF-8; its own stream if it is that already. `encoding` is as in `json_records`."""
    named = _marked(source.head) or encoding or _wide(source.head)
    is_utf8 = not named or codecs.lookup(named).name in ("utf-8", "ascii")
    return source.stream if is_utf8 else Recoded(source.stream, named)


def utf8_head(head: bytes) -> bytes:
    """The first bytes of a JSON text, converted to UTF-8 where they are UTF-16; other bytes as they are."""
    named = _marked(head) or _wide(head)
    if not named.startswith("utf-16"):
        return head
    text = head.decode(named, "ignore")
    return text.encode("utf-8", "ignore") if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else head


def _marked(head: bytes) -> str:
    """The encoding that a byte order mark names; empty if there is none."""
    return next((name for mark, name in _BOMS if head.startswith(mark)), "")


def _wide(head: bytes) -> str:
    """The kind of UTF-16 that JSON without a byte order mark begins in; empty if it is neither."""
    zeros = [byte == 0 for byte in head[:2]]
    return "utf-16-be" if zeros == [True, False] else "utf-16-le" if zeros == [False, True] else ""


class _Reading:
    """Reads the records of one window."""

    def __init__(self, window: Window, keys: Sequence[str]) -> None:
        self._window = window
        self._paths = [tuple(key.split(".")) for key in keys]
        self._first = {path[0] for path in self._paths}
        self._by_id = [path[:-1] for path in self._paths if path[-1] == EACH]
        self._ids = b""
        self._number = 0
        self._over = False
        self._misses = 0

    def records(self) -> Iterator[Record | RejectedRecord]:
        """All records and rejects in the window."""
        window = self._window
        if window.skip(_BLANKS) == 0xEF:
            window.at += len(b"\xef\xbb\xbf")
        while (mark := window.skip(_BETWEEN)) >= 0:
            window.drop()
            if mark == 0x5B:
                yield from self._array("", top=True)
            elif mark == 0x7B:
                yield from self._object()
            else:
                yield self._broken("is neither an object nor an array", b"\n{")
        if window.truncation and not self._over:
            yield self._reject("", window.truncation, b"")

    def _object(self) -> Iterator[Record | RejectedRecord]:
        """An object at the top level: a record, or a page of them."""
        window = self._window
        # Most often a line is a whole object, which needs no splitting.
        end = window.line()
        piece = window.piece(end) if end >= 0 else b""
        value = _plain(piece) if piece.rstrip()[-1:] == b"}" else None
        if value is None:
            end = window.value()
            piece = window.piece(end) if end >= 0 else b""
            value = _plain(piece)
        if value is not None and not (self._paths and self._is_page(value)):
            window.at = end
            yield self._record(value, piece, "")
        elif value is not None or self._may_be_page(piece):
            before, self._ids = self._number, b""
            yield from self._page(())
            if self._ids and self._number == before:
                yield self._reject("", "is the number of a record, and the record itself is not there", self._ids)
            elif value is None and self._number == before:
                yield self._reject("", f"is longer than {LONGEST} bytes", b"")
        else:
            yield self._broken(_reason(piece) if piece else self._unended(), b"\n{", end)

    def _is_page(self, value: dict[str, Any]) -> bool:
        """Whether an object holds records under one of the keys, and is not a record itself."""
        if any(isinstance(_under(value, path), dict) for path in self._by_id):
            return True
        if not self._first & value.keys() or not _IDS.isdisjoint(value):
            return False
        return any(isinstance(_under(value, path), list | dict) for path in self._paths)

    def _may_be_page(self, piece: bytes) -> bool:
        """Whether the object that begins here, broken somewhere or very long, seems to be a page of records."""
        if not self._paths:
            return False
        window = self._window
        long = len(window.data) - window.at > LONGEST
        piece = piece or window.piece(window.at + LONGEST)
        wanted = b"|".join(re.escape(path[-1].encode()) for path in self._paths)
        by_id = b"|".join(re.escape(path[-1].encode()) for path in self._by_id) or b"(?!)"
        found = re.search(rb'"(?:(?:' + wanted + rb')"\s*:\s*\[|(?:' + by_id + rb')"\s*:\s*\{)', piece)
        if long:
            # No record is this long, so it is a page unless it begins with an id.
            return found is not None or not re.match(rb'\{\s*"(?:id|number|key)"', piece)
        # A record would have its id before the array.
        return found is not None and not re.search(rb'"(?:id|number|key)"\s*:', piece[: found.start()])

    def _page(self, path: tuple[str, ...]) -> Iterator[Record | RejectedRecord]:
        """The records in the object that begins here, at `path` in a page; its other values are skipped."""
        window = self._window
        window.at += 1
        while (mark := window.skip(_BETWEEN)) != 0x7D:
            window.drop()
            name = self._member() if mark == 0x22 else None
            if name is None:
                if not self._over:
                    yield self._broken(self._unended() if mark < 0 else "a page goes on as no JSON does", b"\n{")
                return
            here = (*path, EACH if path in self._by_id else name)
            mark = window.skip(_BLANKS)
            if here in self._paths and mark == 0x5B:
                yield from self._array(".".join(here))
            elif here in self._paths and mark == 0x7B:
                yield from self._element(".".join(here))
            elif mark == 0x7B and any(known[: len(here)] == here for known in self._paths):
                yield from self._page(here)
            elif not window.pass_over():
                yield self._broken(self._unended(), b"\n{")
                return
        window.at += 1

    def _member(self) -> str | None:
        """Consumes a key and its colon; None if there is no key, an empty text if it cannot be decoded."""
        window = self._window
        while (found := _KEY.match(window.data, window.at)) is None or found.end() == len(window.data):
            if len(window.data) - window.at > _BLOCK or not window.more():
                return None
        window.at = found.end()
        try:
            return str(_decode(b'"' + found[1] + b'"'))
        except _FAILURES:
            return ""

    def _array(self, key: str, *, top: bool = False) -> Iterator[Record | RejectedRecord]:
        """The records of the array that begins here."""
        window = self._window
        window.at += 1
        while (mark := window.skip(_BETWEEN)) != 0x5D:
            window.drop()
            if mark < 0 or (mark == 0x7D and not top):
                if not self._over:
                    self._over = mark < 0
                    yield self._reject("", window.truncation or "the array is cut off: it has no end", b"")
                return
            yield from self._element(key)
        window.at += 1

    def _element(self, key: str) -> Iterator[Record | RejectedRecord]:
        """The value that begins here, which should be an object."""
        window = self._window
        line = self._indent()
        end = self._likely_end(line) if line and self._misses < _PATIENCE else -1
        piece = window.piece(end) if end >= 0 else b""
        value = _plain(piece) if piece else None
        self._misses = 0 if value is not None else self._misses + 1
        if value is None:
            end = window.value()
            piece = window.piece(end) if end >= 0 else b""
            value = _plain(piece)
        if value is not None:
            window.at = end
            yield self._record(value, piece, key)
        elif key and self._by_id and piece.isdigit():
            window.at = end
            self._ids = self._ids or piece  # the records themselves may stand beside their numbers
        elif piece and piece[:1] != b"{":
            window.at = end
            yield self._reject("", "is JSON, but not an object", piece)
        else:
            yield self._broken(_reason(piece) if piece else self._unended(), line and line + b"{", end)

    def _likely_end(self, line: bytes) -> int:
        """Where an object that begins a line probably ends, so that it need not be split.

        That is the end of the line, or a brace with the indentation of the line; -1 if neither is found. If the bytes
        up to there decode to an object, it is the whole one.
        """
        data, at = self._window.data, self._window.at
        end = data.find(b"\n", at)
        first = data[at:end].rstrip(b", \t\r") if end >= 0 else b""
        if first.endswith(b"}"):
            return at + len(first)
        mark = line + b"}"
        end = data.find(mark, at)
        return end + len(mark) if end >= 0 else -1

    def _indent(self) -> bytes:
        """The line end and the indentation before the value that begins here; empty if it does not begin a line."""
        window = self._window
        start = window.data.rfind(b"\n", max(0, window.at - WIDEST), window.at)
        before = bytes(window.data[start : window.at]) if start >= 0 else b""
        return before if before and not before.strip() else b""

    def _record(self, value: dict[str, Any], raw: bytes, key: str) -> Record | RejectedRecord:
        if rb"\u0000" in raw and (field := _holding(value, "\0")):
            return self._reject(field, "contains a NUL character", raw)
        self._number += 1
        return Record(value, self._number, raw, key)

    def _broken(self, reason: tuple[str, str] | str, mark: bytes, end: int = -1) -> RejectedRecord:
        """The reject for a value that cannot be read, which ends at `end` if that is known.

        Reading resumes after it, or at the next `mark`, with which records begin: a value that is not closed seems to
        contain those after it.
        """
        window = self._window
        field, reason = reason if isinstance(reason, tuple) else ("", reason)
        raw = window.piece(end if end >= 0 else window.at + _LONGEST_RAW)
        if end >= 0 and not (mark and window.data.find(mark, window.at + 1, end) >= 0):
            window.at = end
        else:
            window.at += 1
            passed = window.find(mark)
            if passed < 0:
                self._over = True
                reason += "" if window.truncation else "; nothing behind it can be read"
            else:
                raw = raw[: passed + 1]
                window.at += len(mark) - 1
        return self._reject(field, reason, raw)

    def _unended(self) -> str:
        window = self._window
        if window.truncation:
            return window.truncation
        if window.too_deep:
            return "is nested too deeply"
        if len(window.data) - window.at > LONGEST:
            return f"is longer than {LONGEST} bytes"
        return "is not valid JSON: a text or an object in it does not end"

    def _reject(self, field: str, reason: str, raw: bytes) -> RejectedRecord:
        self._number += 1
        return RejectedRecord(self._number, field, printable(reason), raw_text(raw.decode("utf-8", "surrogateescape")))


def _plain(piece: bytes) -> dict[str, Any] | None:
    """The object in `piece`; None if it does not decode to one."""
    try:
        value = _decode(piece)
    except _FAILURES:
        return None
    return value if type(value) is dict else None


def _under(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _reason(piece: bytes) -> tuple[str, str]:
    """Why `piece` is rejected: the field at fault, if it is known, and the reason."""
    import json  # only a rejected record needs it

    try:
        _decode(piece)
    except RecursionError:
        return "", "is nested too deeply"
    except (msgspec.MsgspecError, ValueError) as error:
        if not is_utf8(piece):
            return "", "contains bytes that are not UTF-8"
        try:
            field = _holding(json.loads(piece), "")
        except (ValueError, RecursionError):
            field = ""
        if field:
            return field, "contains half of a surrogate pair, which is not text"
        return "", f"is not valid JSON: {error}"
    return "", "is JSON, but not an object"


def _holding(value: Any, sign: str, path: str = "") -> str:
    """The dotted name of the first text in `value` with `sign` in it or, if that is empty, half of a surrogate pair."""
    if isinstance(value, str):
        if sign:
            return (path or "(the text)") if sign in value else ""
        try:
            value.encode()
        except UnicodeEncodeError:
            return path or "(the text)"
        return ""
    items: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, dict):
        items = iter(value.items())
    elif isinstance(value, list):
        items = iter(enumerate(value))
    for name, inner in items:
        if isinstance(name, str) and _holding(name, sign, "key"):
            return f"{path}.{printable(name)}".strip(".").replace("\0", "\\0")
        if found := _holding(inner, sign, f"{path}.{name}".strip(".")):
            return found
    return ""
