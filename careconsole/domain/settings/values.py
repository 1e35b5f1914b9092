"""Values that several kinds of settings have: names, lists of words, spans of time, time zones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from careconsole.domain.case.escalation_paths import Path
from careconsole.domain.case.state import PRIORITIES
from careconsole.domain.errors import WrongUse
from careconsole.domain.settings.document import CustomValue, SettingsDocument, WrongEntry, at_entry
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.calendars import ZONE_HINT, quoted, zone_of
from careconsole.domain.time.moments import DAY, MINUTE, parse_span
from careconsole.domain.time.service_levels import Level


class Name(CustomValue, str):
    """A name, its white space collapsed."""

    def __new__(cls, value: object) -> Self:
        """Reads a string that is not empty."""
        if not isinstance(value, str) or not fold(value):
            raise WrongUse("It must be a name, as text.", 'Write it like name = "gold".')
        return super().__new__(cls, " ".join(value.split()))


class Words(CustomValue, tuple[str, ...]):
    """Words as they are written: a list, or a single one."""

    def __new__(cls, value: object = ()) -> Self:
        """Reads a list of strings, or a string."""
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
            raise WrongUse(f"{quoted(value)} is not a list of words.", 'Write it like ["gold", "silver"].')
        return super().__new__(cls, words)

    def folded(self) -> tuple[str, ...]:
        """The words folded for comparison, without duplicates."""
        return tuple(dict.fromkeys(word for word in map(fold, self) if word))

    def among(self, known: Sequence[str], message: str, hint: str) -> tuple[str, ...]:
        """As `folded`; raises WrongUse for a word that is not in `known`, which replaces {} in `message`."""
        for word in self.folded():
            if word not in known:
                raise WrongUse(message.format(quoted(word)), hint)
        return self.folded()


class SomeWords(Words):
    """Words of which none is empty."""

    def __new__(cls, value: object = ()) -> Self:
        """Reads a list of strings, or a string."""
        words = super().__new__(cls, value)
        if not all(map(fold, words)):
            raise WrongUse("There is an empty word in it.", "Remove it.")
        return words


class Span(CustomValue, int):
    """A span of time in milliseconds, from a minute to `longest` (in words: `called`). `text` is what was written."""

    longest: ClassVar = 366 * DAY
    called: ClassVar = "a year"
    can_be_none: ClassVar = False
    text: str

    def __new__(cls, value: object) -> Self:
        """Reads a string such as "1h30m", or "none" for 0 if allowed."""
        hint = 'Write it like "30m", "4h" or "1h30m"' + (', or "none".' if cls.can_be_none else ".")
        if not isinstance(value, str):
            raise WrongUse(f"{quoted(value)} is not a span of time.", hint)
        none = cls.can_be_none and value.strip().lower() == "none"
        try:
            span = super().__new__(cls, 0 if none else parse_span(value))
        except WrongUse as error:
            raise WrongUse(error.message, hint) from None
        span.text = value
        if not (MINUTE <= span <= cls.longest or (cls.can_be_none and span == 0)):
            what = "short" if span < MINUTE else "long"
            raise WrongUse(f"{quoted(value)} is too {what}.", f"From 1m up to {cls.called}.")
        return span

    def must_be_hours(self) -> None:
        """Raises WrongUse for days and weeks, which are ambiguous when a day is not open all day.

        "2d" would mean two working days, and the calendar does not say how long those are.
        """
        if re.search("[dw]", self.text):
            raise WrongUse(
                f"{quoted(self.text)} is ambiguous, because the calendar is not open all day.",
                "Write working time in hours: two days of eight hours are 16h.",
            )


class Zone(CustomValue, str):
    """The name of a known time zone."""

    def __new__(cls, value: object) -> Self:
        """Reads a string such as "Europe/Berlin"."""
        if not isinstance(value, str) or not value.strip():
            raise WrongUse("It must be a zone, as text.", ZONE_HINT)
        zone_of(value.strip())
        return super().__new__(cls, value.strip())


def table_in(value: object, hint: str = "") -> Mapping[str, object]:
    """A value that must be a table; None is an empty one. Raises WrongUse for anything else."""
    if not isinstance(value, Mapping | None):
        raise WrongUse(f"{quoted(value)} is not a table.", hint)
    return value or {}


def read_priorities(words: Words) -> tuple[str, ...]:
    """The words under `priorities`, folded. Raises WrongEntry for a word that is not a priority."""
    with at_entry("priorities"):
        return words.among(PRIORITIES, "{} is not a priority.", f"Choose from {', '.join(PRIORITIES)}.")


def must_fit_all_cases(document: SettingsDocument, what: str, listed: Sequence[Level | Path], narrower: str) -> None:
    """Raises WrongUse unless names are unique and only the last of a list is for every case.

    `what` is the word for one of them, `narrower` names the keys that restrict it to some cases.
    """
    last = len(listed) - 1
    for n, one in enumerate(listed):
        with document.at(what, n):
            if one.name in {other.name for other in listed[:n]}:
                raise WrongEntry(("name",), f"There are two {what}s {quoted(one.name)}.", "Rename one.")
            if one.fits_all and n < last:
                raise WrongUse(
                    f"The {what} {quoted(one.name)} is for every case, so those after it are never used.",
                    f"Put it last, or say which {narrower} it is for.",
                )
            if not one.fits_all and n == last:
                raise WrongUse(
                    f"The last {what}, {quoted(one.name)}, is not for every case.",
                    f"Remove its {narrower}, or add a {what} after it.",
                )
    document.finish()
