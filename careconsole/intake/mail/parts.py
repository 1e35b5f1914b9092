"""Takes a mail apart into its parts, within limits.

The headers of each part are read by Python's `email`, with the policy compat32: the newer policy needs minutes for
large headers, and raises for odd ones. Multiparts are split here, because the parser of `email` descends without limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import collapse_rfc2231_value
from functools import cached_property, lru_cache

from careconsole.intake.mail.charsets import decoded
from careconsole.intake.mail.header_text import header_text

LARGEST = 10 * 1024 * 1024
"""The most bytes of a mail that are read."""
LARGEST_HEADERS = 64_000
MOST_PARTS, DEEPEST = 200, 20
_LONGEST_PARAMETERS = 4_000
"""Python's reader of parameters takes quadratic time for longer ones."""
_FIELD = re.compile(r"[!-9;-~]+:")
"""How a header begins; its further lines begin with a blank."""
_MARK_END = re.compile(rb"(--)?[ \t]{0,100}(?=\r?\n|\Z)")
"""What may follow the boundary on the line between two parts."""
_LONGEST_BOUNDARY = 200
_REMEMBERED = 300
"""Characters of a type with its parameters, and bytes of headers; longer ones are seldom the same."""

Parameters = dict[str, str | tuple[str | None, str | None, str]]
"""What stands behind a type: the values by name."""


class _AsItCame(Compat32):
    """Gives headers as they came, where compat32 replaces bytes beyond ASCII, which are text in UTF-8 today."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value, with such bytes as surrogate escapes; see `header_text`."""
        return value


_POLICY = _AsItCame()
_PARSER = BytesHeaderParser(policy=_POLICY)


class Part:
    """A part of a mail that has no further parts: its headers, its body as it came, and where it stands.

    `within` are the types of the multiparts around it, the outermost first; `alternative` numbers the set of
    alternatives that it belongs to, None outside of one.
    """

    def __init__(
        self, headers: Message, kind: str, body: bytes, within: tuple[str, ...], alternative: int | None
    ) -> None:
        self.headers = headers
        self.type = kind
        """The type, such as "text/plain"."""
        self.body = body
        self.within = within
        self.alternative = alternative

    @cached_property
    def is_attached(self) -> bool:
        """Whether it says that it is a file to be saved."""
        value = str(self.headers.get("content-disposition", "")).partition(";")[0]
        return value.strip().lower() == "attachment"

    @cached_property
    def file_name(self) -> str:
        """The name of the file as the mail gives it; empty without one."""
        try:
            if "content-disposition" in self.headers:
                name = self.headers.get_filename("")
            else:
                name = collapse_rfc2231_value(self._parameters.get("name", "")).strip()
        except (ValueError, TypeError, LookupError, AttributeError, UnicodeError):
            name = ""
        return header_text(name)

    def content(self) -> bytes:
        """The body without the encoding for its transfer; as it came, if that cannot be undone."""
        if "content-transfer-encoding" not in self.headers:
            return self.body
        self.headers.set_payload(self.body.decode("ascii", "surrogateescape"))
        try:
            found = self.headers.get_payload(decode=True)
        except (ValueError, TypeError, LookupError, AssertionError):
            found = self.body
        finally:
            self.headers.set_payload("")
        return found if isinstance(found, bytes) else self.body

    @cached_property
    def text(self) -> str:
        """The body as text."""
        text = decoded(self.content(), self._parameter("charset")).replace("\r\n", "\n").replace("\r", "\n")
        return _unflowed(text) if self._parameter("format").lower() == "flowed" else text

    @cached_property
    def _parameters(self) -> Parameters:
        """What stands behind the type."""
        return _parameters(self.headers)

    def _parameter(self, name: str) -> str:
        value = self._parameters.get(name, "")
        return str(value[2] if isinstance(value, tuple) else value or "").strip()


class Parts:
    """The headers and parts of a mail; `damage` says what was left out."""

    def __init__(self, data: bytes) -> None:
        self.damage: list[str] = []
        if len(data) > LARGEST:
            data = data[:LARGEST]
            self.damage.append("it is larger than 10 MiB")
        self.headers, body = self._split(data)
        self._count = 0
        self._alternatives = 0
        self.all: list[Part] = list(self._walk(self.headers, body, (), None))

    def _split(self, data: bytes) -> tuple[Message, bytes]:
        """The headers and the body of a mail or a part."""
        if data.startswith((b"\n", b"\r\n")):
            return _parse(b""), data.lstrip(b"\r\n")
        end, body = _end_of_headers(data, LARGEST_HEADERS)
        if end >= 0:
            return _parse(data[:end]), data[body:]
        if len(data) < LARGEST_HEADERS:
            return _parse(data), b""
        self._damaged("its headers are longer than 64 kB")
        end, body = _end_of_headers(data, len(data))
        return _parse(data[:LARGEST_HEADERS]), data[body:] if end >= 0 else b""

    def _walk(self, headers: Message, body: bytes, within: tuple[str, ...], alternative: int | None) -> Iterator[Part]:
        kind = content_type(headers)
        boundary = _boundary(headers) if kind.startswith("multipart/") else b""
        if boundary and len(within) >= DEEPEST:
            self._damaged(f"its parts are nested deeper than {DEEPEST}")
        elif boundary:
            pieces = self._pieces(body, boundary)
            if kind == "multipart/alternative" and alternative is None:
                self._alternatives += 1
                alternative = self._alternatives
            for piece in pieces:
                yield from self._walk(*self._split(piece), (*within, kind), alternative)
            if pieces:
                return
        if self._count >= MOST_PARTS:
            self._damaged(f"it has more than {MOST_PARTS} parts")
            return
        self._count += 1
        yield Part(headers, kind, body, within, alternative)

    def _pieces(self, body: bytes, boundary: bytes) -> list[bytes]:
        """What stands between the lines with the boundary."""
        pieces: list[bytes] = []
        begin: int | None = None
        mark, place = b"--" + boundary, 0 if body.startswith(b"--" + boundary) else _next_line(body, boundary, 0)
        while place >= 0:
            end = _MARK_END.match(body, place + len(mark))
            if end is None:
                place = _next_line(body, boundary, place)
                continue
            if begin is not None:
                pieces.append(body[begin : _line_end_before(body, place)])
            begin = _after_line_end(body, end.end())
            if end[1]:
                return pieces
            if len(pieces) > MOST_PARTS:
                self._damaged(f"it has more than {MOST_PARTS} parts")
                return pieces
            place = _next_line(body, boundary, end.end())
        if begin is not None and begin < len(body):
            pieces.append(body[begin:])  # its end is missing
        return pieces

    def _damaged(self, words: str) -> None:
        if words not in self.damage:
            self.damage.append(words)


def content_type(headers: Message) -> str:
    """The type of a part, such as "text/plain", in lower case."""
    value = str(headers.get("content-type", ""))
    return _read_once(value)[0] if len(value) < _REMEMBERED else _read_type(headers)


def _parameters(headers: Message) -> Parameters:
    """The parameters of the type of a part, by name in lower case; of several with one name, the first."""
    value = str(headers.get("content-type", ""))
    return _read_once(value)[1] if len(value) < _REMEMBERED else _read_parameters(headers)


@lru_cache(128)
def _read_once(value: str) -> tuple[str, Parameters]:
    """Remembers the types that were read lately: most parts have one of a few."""
    headers = Message(policy=_POLICY)
    if value:
        headers.set_raw("content-type", value)
    return _read_type(headers), _read_parameters(headers)


def _read_type(headers: Message) -> str:
    try:
        return headers.get_content_type()
    except (ValueError, TypeError, LookupError, AttributeError, UnicodeError):
        return "application/octet-stream"


def _read_parameters(headers: Message) -> Parameters:
    """Takes long for long ones, so that it is asked once for each part."""
    try:
        found = headers.get_params([])
    except (ValueError, TypeError, LookupError, AttributeError, UnicodeError):
        return {}
    return {name.lower(): value for name, value in reversed(found or [])}


def _end_of_headers(data: bytes, most: int) -> tuple[int, int]:
    """Where the headers end within the first `most` bytes, and where the body begins; (-1, -1) without a blank line."""
    places = [(at, len(end)) for end in (b"\n\n", b"\n\r\n") if (at := data.find(end, 0, most)) >= 0]
    if not places:
        return -1, -1
    at, size = min(places)
    return at + 1, at + size


def _next_line(body: bytes, boundary: bytes, after: int) -> int:
    """The place of the next line that begins with "--" and the boundary; -1 if there is none."""
    found = body.find(b"\n--" + boundary, after)
    return found + 1 if found >= 0 else -1


def _line_end_before(body: bytes, place: int) -> int:
    """Where the end of the line before the one at `place` begins."""
    if not place:
        return 0
    return place - 2 if body.startswith(b"\r", place - 2) and place > 1 else place - 1


def _parse(data: bytes) -> Message:
    headers = _plain_headers(data)
    if headers is None:
        headers = _PARSER.parsebytes(data)
    for name in ("content-type", "content-disposition") if len(data) > _LONGEST_PARAMETERS else ():
        value = headers.get(name)
        if value is not None and len(str(value)) > _LONGEST_PARAMETERS:
            headers.replace_header(name, str(value)[:_LONGEST_PARAMETERS])
    headers.set_payload("")
    return headers


def _plain_headers(data: bytes) -> Message | None:
    """The headers as `_PARSER` reads them, in a fifth of its time; None if a line of them is not as it should be."""
    fields = _fields_once(data) if len(data) < _REMEMBERED else _fields(data)
    if fields is None:
        return None
    headers = Message(policy=_POLICY)
    for name, value in fields:
        headers.set_raw(name, value)
    return headers


@lru_cache(64)
def _fields_once(data: bytes) -> list[tuple[str, str]] | None:
    """Remembers the headers that were read lately: those of a part are often the same."""
    return _fields(data)


def _fields(data: bytes) -> list[tuple[str, str]] | None:
    text = data.decode("ascii", "surrogateescape")
    if text.count("\r") != text.count("\r\n"):
        return None
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    fields: list[list[str]] = []
    for line in lines:
        if _FIELD.match(line):
            fields.append([f"{line}\n"])
        elif fields and line.startswith((" ", "\t")):
            fields[-1].append(f"{line}\n")
        else:
            return None
    return [_POLICY.header_source_parse(field) for field in fields]


def _boundary(headers: Message) -> bytes:
    try:
        found = collapse_rfc2231_value(_parameters(headers).get("boundary", "")).rstrip()
    except (ValueError, TypeError, LookupError, AttributeError, UnicodeError):
        found = ""
    return found.encode("utf-8", "surrogateescape")[:_LONGEST_BOUNDARY]


def _after_line_end(body: bytes, at: int) -> int:
    """The place after the end of a line. The blank line before a part without headers stays."""
    if body.startswith(b"\r\n", at):
        return at + 2
    return at + 1 if body.startswith(b"\n", at) else at


def _unflowed(text: str) -> str:
    """Lines that end in a blank joined with the next (RFC 3676)."""
    lines: list[list[str]] = []
    open_line = False
    for line in text.split("\n"):
        stuffed = line[1:] if line.startswith(" ") else line
        if open_line and not line.startswith(">"):
            lines[-1].append(stuffed)
        else:
            lines.append([stuffed])
        open_line = line.endswith(" ") and line != "-- " and not line.startswith(">")
    return "\n".join("".join(pieces) for pieces in lines)
