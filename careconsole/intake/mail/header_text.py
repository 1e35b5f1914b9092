"""The text, addresses and times in the headers of a mail, each read in one pass."""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from email.utils import mktime_tz, parsedate_tz

from careconsole.domain.mail.received import Mailbox
from careconsole.intake.mail.charsets import decoded

_LONGEST_WORD = 2_000
"""An encoded word is at most 75 characters long (RFC 2047); some programs write longer ones."""
_LONGEST_DATE = 200
_MOST_ADDRESSES = 200
_LONGEST_ADDRESS, _LONGEST_NAME = 320, 200
_MARKS = frozenset('\\"(),;:')
"""What a list of addresses has, and a single one without quotes and comments has not."""
_EARLIEST, _LATEST = 0, 253_370_764_800
"""Seconds of the years 1970 to 9998."""


def raw_bytes(value: str) -> bytes:
    """The bytes of a header as it came; `value` is what the parser made of it."""
    return value.encode("utf-8", "surrogateescape")


def header_text(value: object) -> str:
    """A header's value as one line of text, with encoded words and bytes decoded."""
    if value == "":
        return ""
    text = " ".join(decoded_words(str(value)).split())
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


def decoded_words(value: str) -> str:
    """The value with its encoded words ("=?utf-8?q?caf=C3=A9?=") decoded, and bytes that are no ASCII as text.

    Neighbouring words of one character set are joined before they are decoded, as some programs split a character.
    """
    if "=?" not in value:
        return _plain(value)
    pieces: list[tuple[bytes | str, str]] = []
    at, size = 0, len(value)
    while at < size:
        begin = value.find("=?", at)
        word = _word(value, begin) if begin >= 0 else None
        if begin < 0:
            pieces.append((value[at:], ""))
            break
        if word is None:
            pieces.append((value[at : begin + 2], ""))
            at = begin + 2
            continue
        between = value[at:begin]
        if between.strip() or (between and not (pieces and isinstance(pieces[-1][0], bytes))):
            pieces.append((between, ""))
        data, charset, at = word
        if pieces and isinstance(pieces[-1][0], bytes) and pieces[-1][1] == charset:
            pieces[-1] = (pieces[-1][0] + data, charset)
        else:
            pieces.append((data, charset))
    return "".join(decoded(piece, charset) if isinstance(piece, bytes) else _plain(piece) for piece, charset in pieces)


def _plain(text: str) -> str:
    return text if text.isascii() else decoded(raw_bytes(text), "utf-8")


def _word(value: str, begin: int) -> tuple[bytes, str, int] | None:
    """The bytes and character set of the encoded word at `begin`, and the place after it; None if there is none."""
    most = begin + _LONGEST_WORD
    first = value.find("?", begin + 2, most)
    second = value.find("?", first + 1, most) if first >= 0 else -1
    end = value.find("?=", second + 1, most) if second >= 0 else -1
    if end < 0 or second - first != 2:
        return None
    charset, how, text = value[begin + 2 : first], value[first + 1].lower(), value[second + 1 : end]
    data = raw_bytes(text)
    if how == "q":
        return binascii.a2b_qp(data, header=True), charset.lower(), end + 2
    if how == "b":
        return base64_bytes(data), charset.lower(), end + 2
    return None


def base64_bytes(data: bytes) -> bytes:
    """Base64 as far as it can be read."""
    data = b"".join(data.split()).rstrip(b"=")
    for cut in (0, 1, 2, 3):
        left = data[: len(data) - cut]
        try:
            return binascii.a2b_base64(left + b"=" * (-len(left) % 4))
        except binascii.Error:
            continue
    return b""


def mailboxes(value: str) -> tuple[Mailbox, ...]:
    """The addresses in a header such as To, with their names; what is none is left out."""
    if not value:
        return ()
    found = (_mailbox(item) for item in _items(value))
    boxes = dict.fromkeys(box for box in found if box is not None)
    return tuple(boxes)[:_MOST_ADDRESSES]


def _items(value: str) -> Iterator[str]:
    """The parts of a list of addresses, which commas separate outside of quotes, comments and angle brackets."""
    if _MARKS.isdisjoint(value):
        yield value
        return
    item: list[str] = []
    quoted = angled = has_at = False
    depth = 0
    chars = iter(value)
    for char in chars:
        if char == "\\" and (quoted or depth):
            item.append(next(chars, "") if quoted else "")
        elif quoted or char == '"':
            if char == '"':
                quoted = not quoted
            item.append(char)
        elif char == "(" and not angled:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif depth:
            continue
        elif char in ",;" and not angled:
            yield "".join(item)
            item, has_at = [], False
        elif char == ":" and not angled and not has_at:
            item = []  # the name of a group
        else:
            has_at = has_at or char == "@"
            angled = (angled or char == "<") and char != ">"
            item.append(char)
    yield "".join(item)


def _mailbox(item: str) -> Mailbox | None:
    name, bracket, rest = item.rpartition("<")
    address = rest.partition(">")[0] if bracket else item
    address = "".join(decoded_words(address).split()).strip("\"'")
    local, at, domain = address.rpartition("@")
    if not (at and local and any(map(str.isalnum, domain))) or len(address) > _LONGEST_ADDRESS:
        return None
    address = header_text(f"{local}@{domain.rstrip('.').lower()}")
    shown = header_text(name.strip().strip("\"'")).strip("\"' ")[:_LONGEST_NAME]
    return Mailbox(address, "" if shown == address else shown)


def moment(value: str) -> int | None:
    """The time in a header such as Date, in epoch milliseconds; None if it has none that can be read."""
    if not value:
        return None
    try:
        read = parsedate_tz(header_text(value[:_LONGEST_DATE]))
        seconds = mktime_tz(read) if read is not None else None
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return None if seconds is None or not _EARLIEST <= seconds < _LATEST else int(seconds) * 1_000
