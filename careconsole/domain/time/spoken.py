"""Times as people say them, in the digits that `moments` reads: "in an hour", "end of day", "tomorrow morning"."""

from __future__ import annotations

import re

_MORNING, _END = "9:00", "17:00"
"""When a morning begins and a day ends, as for a day alone (`moments.DAY_BEGINS`, `moments.DAY_ENDS`)."""
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_UNITS = {"week": "w", "day": "d", "hour": "h", "minute": "m", "min": "m"}
_SPAN = rf"(in |\+ ?)?(\d{{1,6}}) ?({'|'.join(_UNITS)})s?( ago)?"


def in_digits(text: str) -> str:
    """A text in lower case, its blanks collapsed, with words for numbers, units and hours replaced by digits.

    "in an hour" becomes "in 1h", "two days ago" "2d ago", "end of day" "today 17:00", "noon" "12:00".
    """
    written = " ".join(text.lower().split())
    written = re.sub(r"^(in )?an? (?=[a-z])", r"\g<1>1 ", written)
    for number, word in enumerate(_NUMBERS, start=1):
        written = re.sub(rf"^(in )?{word} (?=[a-z])", rf"\g<1>{number} ", written)
    if match := re.fullmatch(_SPAN, written, re.ASCII):
        return f"{match[1] or ''}{match[2]}{_UNITS[match[3]]}{match[4] or ''}"
    written = re.sub(r"^(end of (the )?day|eod)$", f"today {_END}", written)
    written = re.sub(r"^this (?=morning$)", "today ", written)
    written = re.sub(r"(?<=[a-z] )morning$", _MORNING, written)
    return re.sub(r"\bnoon\b", "12:00", written)
