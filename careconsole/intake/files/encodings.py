"""Detects the encoding of a text file from its first bytes; what is only guessed is reported.

What is certain (a byte order mark, valid UTF-8, every second byte zero) is used silently. The rest is told apart by
what real text looks like: Cyrillic words consist of high bytes throughout, Western ones have one now and then, and
Japanese comes in pairs.
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

_NAMES = {"cp1252": "Western European", "cp1251": "Cyrillic", "cp932": "Japanese"}
_NO_FILES = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
"""Codecs for host names and program text, the one that always fails, and two that differ from machine to machine."""
_CUT = 4
"""A sample may end inside a character, so its last bytes prove nothing."""
_RUN = re.compile(rb"[\xc0-\xff]{3,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_CAPITAL_INSIDE = re.compile(rb"[\xe0-\xff][\xc0-\xdf]")


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
    if wide := _wide(sample):
        return Encoding(wide)
    if not _HIGH.search(sample) or _holds(sample):
        return Encoding("utf-8-sig")
    name = "cp932" if _is_japanese(sample) else "cp1251" if _is_cyrillic(sample) else "cp1252"
    return Encoding(name, True, _NAMES[name])


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
    """The kind of UTF-16 without a byte order mark, empty if it is neither: Latin text has every second byte zero."""
    even, odd = sample[0:4096:2], sample[1:4096:2]
    if len(odd) < 4:
        return ""
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
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


def _is_japanese(sample: bytes) -> bool:
    """Whether it is Shift JIS: everything decodes, and most of what is beyond ASCII is kana or kanji."""
    try:
        text = sample[: len(sample) - _CUT].decode("cp932") if len(sample) > 64 else sample.decode("cp932")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 2 * _CUT:
            return False
        text = sample[: error.start].decode("cp932")
    high = [char for char in text if char > "\x7f"]
    full = sum("\u3040" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or char in "、。「」ー・" for char in high)
    kana = sum("\u3041" <= char <= "\u30fe" for char in high)
    return bool(high) and full > 0.8 * len(high) and kana > 0.1 * len(high)


def _is_cyrillic(sample: bytes) -> bool:
    """Whether it is Windows-1251: most high bytes are in runs, as whole words, with hardly any capital inside them."""
    high = len(_HIGH.findall(sample))
    runs = _RUN.findall(sample)
    inside = sum(map(len, runs))
    capitals = len(_CAPITAL_INSIDE.findall(sample))
    return inside > 0.6 * high and capitals < 0.2 * inside


def is_utf8(data: bytes) -> bool:
    """Whether all of `data` is UTF-8. Versions of a parser differ in what they raise, so this is asked on failure."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
