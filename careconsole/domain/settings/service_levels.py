"""Service levels and calendars as TOML: `[[level]]` tables in the order in which they are tried, `[calendar.NAME]`.

Mistakes are reported with their line. Public holidays are given by country code (`holidays = "DE"`); their dates are
looked up elsewhere and passed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from careconsole.domain.case.parking import WAITS_ON
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.settings.calendars import Almanac, CalendarTable, calendar_table, calendar_text, holiday_codes
from careconsole.domain.settings.document import CustomValue, SettingsDocument, Table, WrongEntry, at_entry
from careconsole.domain.settings.toml import NotToml, loads, toml_key, toml_value
from careconsole.domain.settings.values import Name, Span, Words, must_fit_all_cases, read_priorities, table_in
from careconsole.domain.time.calendars import ALWAYS, Calendar, quoted
from careconsole.domain.time.moments import HOUR, write_span
from careconsole.domain.time.service_levels import STOPPABLE, Level, Service

SPANS = ("first_answer", "answer", "informed", "resolution", "take", "step", "offer", "acknowledge")
"""The keys of the spans of a level."""


class SpanOrNone(Span):
    """A span that may be "none"."""

    can_be_none = True


class Stops(CustomValue, dict[str, tuple[str, ...]]):
    """Which clocks are paused, by what a case waits on."""

    def __init__(self, value: object = None) -> None:
        super().__init__()
        for on, clocks in table_in(value, 'Write it like stops.customer = ["resolution"].').items():
            with at_entry(on):
                if on not in WAITS_ON:
                    raise WrongUse(f"A case never waits on {quoted(on)}.", f"It can wait on {', '.join(WAITS_ON)}.")
                hint = f"It can stop {' and '.join(STOPPABLE)}; somebody waits for the others."
                self[on] = Words(clocks).among(STOPPABLE, "Parking cannot stop the clock {}.", hint)


def _not_by(what: str, instead: str) -> tuple[str, str]:
    return (
        f"A level cannot depend on the {what} of a case.",
        f"It depends on the customer's tier and the case's priority ('tiers', 'priorities'). {instead}",
    )


_CHANNEL = _not_by("channel", "A call or a visit is answered at once, so no wait begins; give other cases a priority.")
_TAG = _not_by("tags", "Give such cases a priority that has a level of its own; an escalation path can look at tags.")


class LevelTable(Table, frozen=True):
    """A table [[level]]; a span that is left out has its default."""

    tried: ClassVar[Mapping[str, tuple[str, str]]] = {
        "channel": _CHANNEL,
        "channels": _CHANNEL,
        "tag": _TAG,
        "tags": _TAG,
    }

    name: Name
    calendar: str = ALWAYS.name
    tiers: Words = Words()
    priorities: Words = Words()
    first_answer: Span | None = None
    answer: Span | None = None
    informed: SpanOrNone | None = None
    resolution: SpanOrNone | None = None
    take: Span | None = None
    step: Span | None = None
    offer: Span | None = None
    acknowledge: Span | None = None
    stops: Stops = msgspec.field(default_factory=Stops)

    def level(self, calendars: Mapping[str, Calendar]) -> Level:
        """The level it describes. Raises WrongEntry for an unknown calendar, or spans in days on one that closes."""
        if self.calendar not in calendars:
            message = f"There is no calendar {quoted(self.calendar)}."
            raise WrongEntry(("calendar",), message, f"Calendars: {', '.join(calendars)}.")
        spans: dict[str, Span] = {key: span for key in SPANS if (span := getattr(self, key)) is not None}
        for key, span in spans.items():
            with at_entry(key):
                if not calendars[self.calendar].never_closes:
                    span.must_be_hours()
        if "answer" in spans:
            spans.setdefault("first_answer", spans["answer"])
        return Level(
            name=str(self.name),
            calendar=self.calendar,
            tiers=self.tiers.folded(),
            priorities=read_priorities(self.priorities),
            stops={**Level().stops, **self.stops},
            **{key: int(span) for key, span in spans.items()},
        )


class ServiceTable(Table, frozen=True):
    """The document; its tables are read one by one."""

    level: tuple[Any, ...] = ()
    calendar: dict[str, Any] = msgspec.field(default_factory=dict)


def parse_service(text: str, almanac: Almanac | None = None) -> Service:
    """Parses levels and calendars. `almanac` None ignores public holidays. Without levels, the default one applies.

    Raises WrongUse, which names line and key.
    """
    document = SettingsDocument(text, hint_of("See {}.", suggest("service template")))
    top = document.top(ServiceTable)
    tables = document.tables("calendar", top.calendar, CalendarTable)
    entries = document.tables("level", dict(enumerate(top.level)), LevelTable)
    own = document.each("calendar", tables, lambda name, table: table.calendar(name, almanac))
    calendars = {ALWAYS.name: ALWAYS, **own}
    levels = tuple(document.each("level", entries, lambda _, table: table.level(calendars)).values())
    must_fit_all_cases(document, "level", levels, "tiers or priorities")
    return Service(levels or Service().levels, calendars)


def codes_of(text: str) -> set[str]:
    """The country codes whose holidays a text asks for; empty if it is not valid TOML."""
    try:
        calendars = loads(text).get("calendar", {})
    except NotToml:
        return set()
    found: set[str] = set()
    for table in calendars.values() if isinstance(calendars, dict) else ():
        if isinstance(table, dict):
            found |= set(holiday_codes(table.get("holidays")))
    return found


def service_text(service: Service) -> str:
    """Levels and calendars as text, holidays as dates; `parse_service` gives the same again."""
    parts = []
    for level in service.levels:
        usual = Level()
        rows = [f"name = {toml_value(level.name)}"]
        rows += [f"calendar = {toml_value(level.calendar)}"] if level.calendar != usual.calendar else []
        rows += [f"{key} = {toml_value(value)}" for key in ("tiers", "priorities") if (value := getattr(level, key))]
        spans = {key: getattr(level, key) for key in SPANS}
        rows += [f"{key} = {toml_value(_in_hours(span) if span else 'none')}" for key, span in spans.items()]
        rows += [f"stops.{toml_key(on)} = {toml_value(list(kinds))}" for on, kinds in level.stops.items()]
        parts.append("\n".join(["[[level]]", *rows]))
    parts += [calendar_text(name, calendar_table(it)) for name, it in service.calendars.items() if name != ALWAYS.name]
    return "\n\n".join(parts) + "\n"


def _in_hours(span: int) -> str:
    """A span without days and weeks, which are ambiguous when a day is not open all day."""
    hours, rest = divmod(span, HOUR)
    return (f"{hours}h" if hours else "") + (write_span(rest) if rest or not hours else "")
