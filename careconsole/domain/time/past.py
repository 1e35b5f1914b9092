"""Reading times in what has happened, where a span alone looks back."""

from __future__ import annotations

from datetime import tzinfo

from careconsole.domain.errors import WrongUse
from careconsole.domain.time.moments import parse_instant, parse_span


def parse_past(text: str, now: int, zone: tzinfo | None = None) -> int:
    """Parses a time in what has happened, as epoch milliseconds: as `parse_instant`, and "4w" alone is so long ago.

    Nothing is before 1970. Raises WrongUse.
    """
    try:
        span = parse_span(text)
    except WrongUse:
        span = -1
    return max(0, now - span) if span > 0 else parse_instant(text, now, zone)
