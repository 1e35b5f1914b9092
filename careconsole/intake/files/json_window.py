"""A window that moves over the bytes of a JSON text, and finds the end of each value without decoding it."""

from __future__ import annotations

import codecs
import re

from careconsole.intake.files.input_file import InputFile, Readable
from careconsole.intake.files.read_report import LONGEST

WIDEST = 1_000
"""How many bytes before the current position are kept: enough for a line end and the indentation after it."""

_BLOCK = 256 * 1024
_DEEPEST = 1_000
_SCALAR = re.compile(rb"[^ \t\r\n,\]}{\[\"]*")
# So many repetitions at once: a group repeated without end would keep the way back through all of them in memory, and
# one that keeps none ("*+") is matched wrongly by Python before 3.11.5.
_IN_TEXT = re.compile(rb'[^"\\\x00-\x1f]*+(?:\\[^\x00-\x1f][^"\\\x00-\x1f]*+){0,64}')
_OUTSIDE = re.compile(rb'(?:[^"{}\[\]]*+"' + _IN_TEXT.pattern + rb'"){0,64}[^"{}\[\]]*+')


class Recoded:
    """A stream in another encoding, converted to UTF-8; bytes invalid in the one are invalid in the other."""

    def __init__(self, stream: Readable, encoding: str) -> None:
        self._stream = stream
        # Invalid bytes become surrogates, invalid in UTF-8 too, so that the record is rejected rather than altered.
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self._left = b""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes of UTF-8."""
        while not self._left:
            block = self._stream.read(size) or b""
            try:
                text = self._decoder.decode(block, final=not block)
            except UnicodeError:
                text = "\udcff" if block else ""
                self._decoder.reset()
            self._left = text.encode("utf-8", "surrogatepass")
            if not block:
                break
        given, self._left = self._left[:size], self._left[size:]
        return given


class Window:
    """The buffered part of a stream: `data` from `at` on is not yet consumed.

    `too_deep` says whether the last `value` has no end because it is nested too deeply.
    """

    def __init__(self, stream: Readable, source: InputFile) -> None:
        self.data = bytearray()
        self.at = 0
        self.ended = False
        self.too_deep = False
        self._read = stream.read
        self._source = source

    @property
    def truncation(self) -> str:
        """Why the stream ended early; empty if it did not."""
        return self._source.truncation

    def more(self) -> bool:
        """Reads another block; False at the end."""
        block = b"" if self.ended else self._read(_BLOCK) or b""
        self.ended = not block
        self.data += block
        return not self.ended

    def drop(self) -> None:
        """Discards the consumed bytes, except for the line end and indentation that may precede the next value."""
        if self.at > _BLOCK + WIDEST:
            del self.data[: self.at - WIDEST]
            self.at = WIDEST

    def skip(self, pattern: re.Pattern[bytes]) -> int:
        """Consumes what `pattern` matches; the byte after it, or -1 at the end."""
        while True:
            found = pattern.match(self.data, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.data):
                return self.data[self.at]
            self.drop()
            if not self.more():
                return -1

    def line(self) -> int:
        """Where the line that begins here ends, without its line end; -1 when it is longer than a record may be."""
        searched = self.at
        while (end := self.data.find(b"\n", searched)) < 0:
            searched = len(self.data)
            if searched - self.at > LONGEST:
                return -1
            if not self.more():
                return searched
        return end

    def value(self) -> int:
        """Where the value that begins here ends; -1 when it is longer than a record may be, or not JSON."""
        splitter = _Splitter(self.at)
        self.too_deep = False
        while (end := splitter.end(self.data)) == _ON:
            if len(self.data) - self.at > LONGEST or not self.more():
                return -1
        self.too_deep = splitter.too_deep
        return end if end >= 0 and end - self.at <= LONGEST else -1

    def pass_over(self) -> bool:
        """Consumes the value that begins here, however long it is; False when it has no end."""
        splitter = _Splitter(self.at)
        while (end := splitter.end(self.data)) == _ON:
            self.at = splitter.at
            self.drop()
            splitter.at = self.at
            if not self.more():
                return False
        self.at = end if end >= 0 else splitter.at
        return end >= 0

    def find(self, mark: bytes) -> int:
        """Consumes everything up to the next `mark` and returns how many bytes that is; -1 when there is none."""
        passed = 0
        while not mark or (place := self.data.find(mark, self.at)) < 0:
            passed += max(0, len(self.data) - len(mark) + 1 - self.at)
            self.at = max(self.at, len(self.data) - len(mark) + 1)
            self.drop()
            if not self.more():
                self.at = len(self.data)
                return -1
        passed += place - self.at
        self.at = place
        return passed

    def piece(self, end: int) -> bytes:
        """The bytes from here to `end`."""
        return bytes(memoryview(self.data)[self.at : end])


_ON, _BROKEN = -1, -2


class _Splitter:
    """Finds the end of a value, block after block, and looks at each byte only once."""

    def __init__(self, at: int) -> None:
        self.at = at
        self._inside = bytearray()
        self._in_text = False
        self.too_deep = False

    def end(self, data: bytearray) -> int:
        """Where the value ends in `data`; _ON when that needs more data, _BROKEN when it is not JSON."""
        at, size, inside = self.at, len(data), self._inside
        while True:
            if self._in_text:
                before, at = at, _IN_TEXT.match(data, at).end()  # type: ignore[union-attr]
                if at >= size or (data[at] == 0x5C and at + 1 == size):
                    break
                if data[at] == 0x5C and at > before:
                    continue
                if data[at] != 0x22:
                    return _BROKEN
                self._in_text = False
                at += 1
                if not inside:
                    return at
            if inside:
                at = _OUTSIDE.match(data, at).end()  # type: ignore[union-attr]
            if at >= size:
                break
            mark = data[at]
            if mark == 0x22:
                self._in_text = True
            elif mark in b"{[":
                if inside and not self._may_open(data, at):
                    return _BROKEN
                inside.append(mark)
            elif mark in b"}]" and inside:
                if inside.pop() != mark - 2:  # in ASCII, { and [ are two below } and ]
                    return _BROKEN
                if not inside:
                    return at + 1
            else:
                end = _SCALAR.match(data, at).end()  # type: ignore[union-attr]
                if end == at:
                    return _BROKEN
                return end if end < size else _ON
            at += 1
        self.at = at
        return _ON

    def _may_open(self, data: bytearray, at: int) -> bool:
        """Whether an object or array may begin here; not so in a value that has run into the next record."""
        self.too_deep = len(self._inside) >= _DEEPEST
        while data[at - 1] in b" \t\r\n":
            at -= 1
        return data[at - 1] in (b":" if self._inside[-1] == 0x7B else b",[") and not self.too_deep
