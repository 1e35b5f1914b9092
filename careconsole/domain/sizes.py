"""Numbers of bytes in words."""

from __future__ import annotations

_UNIT = 1_000
_UNITS = ("kB", "MB", "GB")


def size_words(size: int) -> str:
    """A number of bytes for people, in steps of a thousand: "812 bytes", "12.4 kB", "3 MB"."""
    if size < _UNIT:
        return "1 byte" if size == 1 else f"{size} bytes"
    amount, unit = size / _UNIT, _UNITS[0]
    for larger in _UNITS[1:]:
        if round(amount, 1) < _UNIT:
            break
        amount, unit = amount / _UNIT, larger
    return f"{amount:.1f}".removesuffix(".0") + f" {unit}"
