"""Shows how a time typed into a form is read, while it is typed."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from careconsole.domain.case.narrator import span_in_words
from careconsole.domain.errors import WrongUse
from careconsole.domain.time.moments import DAY_ENDS, WEEKDAYS, future, local, parse_moment
from careconsole.tui.hints import error_text

QUICK = ("tomorrow", "friday", "next monday", "17:00", "+1h", "+4h", "tomorrow 12:00", "+7d")
"""Times to leaf through; a day alone means the hour that its question says."""


def read(text: str, now: int, what: str = "That time", *, hour: int = DAY_ENDS) -> int:
    """Reads a future time, in epoch milliseconds; raises WrongUse when it is not a time or is past.

    `hour` is the one that a day alone means.
    """
    return future(parse_moment(text, now, hour=hour), now, what)


def read_as(text: str, now: int, hour: int = DAY_ENDS) -> tuple[str, bool]:
    """How a text is read ("Wed 10:00, in 23h"), or why it cannot be; and whether it can."""
    try:
        ms = read(text, now, hour=hour)
    except WrongUse as error:
        return error_text(error), False
    return f"{local(ms, now)}, in {span_in_words(ms - now)}", True


def typed(ms: int, now: int) -> str:
    """A future time as people type it, to the minute: "17:00", "fri 8:00", and far off "2026-12-03 08:00+01:00".

    Reading it gives that minute again.
    """
    moment = datetime.fromtimestamp(ms // 60_000 * 60).astimezone()
    clock = f"{moment.hour}:{moment.minute:02}"
    for text in (clock, f"{WEEKDAYS[moment.weekday()].lower()} {clock}"):
        # Earlier than meant, the text can be a time that a change of the clocks skips.
        with suppress(WrongUse):
            if parse_moment(text, now) == ms // 60_000 * 60_000:
                return text
    return moment.isoformat(" ", "minutes")
