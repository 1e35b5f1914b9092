"""Detects the encoding of a text file from its first bytes; what is only guessed is reported.

What is certain (a byte order mark, valid UTF-8, the zero bytes of UTF-16, the escapes of ISO-2022) is used silently.
Everything else is guessed (`encoding_guess`), and stays a guess until the user has named the encoding.
"""

from __future__ import annotations

import codecs
import re

import msgspec

from careconsole.domain.errors import WrongUse

BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""Byte order marks and how the text after them is read; the longer ones first."""

_NO_FILES = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
"""Codecs for host names and program text, the one that always fails, and two that differ from machine to machine."""
_ESCAPE = b"\x1b$"
_ESCAPED = re.compile(rb"\x1b\$\(?[@-D]")
"""What introduces Japanese, Korean or Chinese characters in text of seven bits."""
_SEVEN_BITS = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_3", "iso2022_kr")
_LONGEST_EXAMPLE = 80


class Encoding(msgspec.Struct, frozen=True):
    """Python's `name` for an encoding, whether it was only `guessed`, and `what` it covers, in words."""

    name: str
    guessed: bool = False
    what: str = ""


def encoding_of(sample: bytes) -> Encoding:
    """The likeliest encoding of a text that begins with `sample`; bytes invalid in it are rejected later."""
    for bom, name in BOMS:
        if sample.startswith(bom):
            return Encoding(name)
    if b"\0" in sample:
        return Encoding(_wide(sample) or "utf-8-sig")
    if sample.isascii():
        escaped = _ESCAPE in sample and _ESCAPED.search(sample)
        return Encoding((escaped and _seven_bits(sample)) or "utf-8-sig")
    return Encoding("utf-8-sig") if _holds(sample) else _guessed(sample)


def _guessed(sample: bytes) -> Encoding:
    from careconsole.intake.files.encoding_guess import USUAL, guess_encoding  # most files are UTF-8

    name = guess_encoding(sample)
    return Encoding(name, True, USUAL[name]) if name else Encoding("utf-8-sig")


def telling_line(sample: bytes, encoding: str) -> str:
    """The first line that has characters beyond ASCII, read in `encoding`; of a long one, what surrounds them."""
    for line in sample.splitlines():
        if not line.isascii():
            text = line.decode(encoding, "replace").strip()
            place = next((place for place, char in enumerate(text) if char > "\x7f"), 0)
            start = max(0, place - _LONGEST_EXAMPLE // 2) if len(text) > _LONGEST_EXAMPLE else 0
            cut = text[start : start + _LONGEST_EXAMPLE]
            return f"{'…' * (start > 0)}{cut}{'…' * (start + len(cut) < len(text))}"
    return ""


def check_encoding(name: str) -> str:
    """`name`, if Python knows a text encoding of that name; raises WrongUse otherwise."""
    try:
        codec = codecs.lookup(name)
        if not getattr(codec, "_is_text_encoding", True) or codec.name in _NO_FILES:
            raise LookupError(name)
        b"".decode(name, "surrogateescape")
    except (LookupError, ValueError) as error:
        usual = "Usual ones: utf-8, cp1252, utf-16, cp1251."
        raise WrongUse(f"There is no encoding called {name!r}.", usual) from error
    return name


def _wide(sample: bytes) -> str:
    """The kind of UTF-16 without a byte order mark, empty if it is neither.

    Of what is ASCII in it (digits, separators, line ends), every second byte is zero, whatever script the rest is in.
    """
    sample = sample[: 64 * 1024 // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    name = "utf-16-le" if odd > 9 * even else "utf-16-be" if even > 9 * odd else ""
    if not name or even + odd < max(4, 0.03 * len(sample)):
        return ""
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample)
    except UnicodeDecodeError:
        return ""
    # A few zero bytes in other text make characters at random, among them neither line ends nor much ASCII.
    return name if "\n" in text or "\r" in text or sum(map(str.isascii, text)) > 0.3 * len(text) else ""


def _seven_bits(sample: bytes) -> str:
    """The kind of ISO-2022 that the sample is valid in, as far as its last whole line; empty if there is none."""
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    for name in _SEVEN_BITS:
        try:
            whole.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return ""


def _holds(sample: bytes) -> bool:
    """Whether it is UTF-8: all of it, or with so few bad bytes among good characters that those are the mistake."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        text = sample.decode("utf-8", "surrogateescape")
        bad = sum(1 for char in text if "\udc80" <= char <= "\udcff")
        return sum(1 for char in text if char > "\x7f") - bad > 2 * bad
    return True


def is_utf8(data: bytes) -> bool:
    """Whether all of `data` is UTF-8. Versions of a parser differ in what they raise, so this is asked on failure."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
