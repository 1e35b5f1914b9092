"""Bytes of a mail as text, whatever it says of its character set. Nothing here raises."""

from __future__ import annotations

import codecs
from contextlib import suppress
from functools import lru_cache

_ALIASES = {
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "x-windows-949": "cp949",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "x-cp936": "gb18030",
    "iso-8859-8-i": "iso8859_8", "iso-8859-8-e": "iso8859_8", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-sjis": "cp932", "shift_jis": "cp932", "sjis": "cp932",
    "unicode-1-1-utf-7": "utf_7", "utf8mb4": "utf_8", "utf-8mb4": "utf_8", "x-unicode-2-0-utf-8": "utf_8",
    "windows-874": "cp874", "x-windows-874": "cp874", "tis-620": "cp874", "x-user-defined": "cp1252",
    "iso-2022-jp": "iso2022_jp_ext", "cp-850": "cp850", "ansi": "cp1252", "default": "utf_8", "unknown-8bit": "utf_8",
}  # fmt: skip
"""Names that Python does not know, and character sets that mail programs use as a larger one."""
_NO_TEXT = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))
"""Codecs of Python that are no character sets, some of them slow."""
_SAMPLE = 64_000


def decoded(data: bytes, charset: str) -> str:
    """The text of some bytes: in the character set that the mail names, else UTF-8, else a guess.

    What fits nothing is replaced by U+FFFD, and a null character, which no database takes as text, too.
    """
    return _decoded(data, charset).replace("\0", "\ufffd")


def _decoded(data: bytes, charset: str) -> str:
    codec = _codec(charset)
    if codec:
        try:
            return data.decode(codec).encode("utf-8", "replace").decode()
        except (UnicodeError, LookupError):
            pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if codec and codec not in ("utf-8", "ascii"):
        return data.decode(codec, "replace").encode("utf-8", "replace").decode()
    return data.decode(_guess(data), "replace")


@lru_cache(64)
def _codec(charset: str) -> str:
    """The name of Python's codec for a character set; empty for an unknown one."""
    name = charset.strip().strip("\"'").lower().partition("*")[0][:60]
    try:
        info = codecs.lookup(_ALIASES.get(name, name))
        with suppress(UnicodeError):
            b"x".decode(info.name)  # raises LookupError for codecs such as rot13, which give no text
    except (LookupError, ValueError):
        return ""
    return "" if info.name.replace("-", "_") in _NO_TEXT else info.name


def _guess(data: bytes) -> str:
    from careconsole.intake.files.encoding_guess import guess_encoding

    try:
        return guess_encoding(data[:_SAMPLE]) or "cp1252"
    except (LookupError, ValueError):
        return "cp1252"
