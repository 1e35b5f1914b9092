"""The columns of a table that hold times: which they are, and a date and a time of day that stand in two of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.time.written_dates import has_clock, is_clock, read_date
from careconsole.intake.files.read_report import printable
from careconsole.intake.formats.column_maps import columns_in, joined_columns
from careconsole.intake.formats.table.column_names import TIMES, fold_name
from careconsole.intake.formats.table.dates import Evidence
from careconsole.intake.values.times import is_nothing

Rows = Sequence[Mapping[str, str]]
"""The first rows of a table, each as its values by the names of their columns."""

_VAGUE = frozenset(("time", "data", "received", "reported", "submitted", "eingang"))
"""Names of openings that are just as often those of something else."""
_DATED = re.compile(
    r"\d\D{0,2}[./-]\D{0,2}\d|\d[^\W\d_]{0,2}[ ./-]{1,2}[^\W\d_]{3,}|[^\W\d_]{3,}\.?[ ./-]{1,2}\d|\d{5}"
)
_PARTS = frozenset(
    (
        *("date", "datum", "fecha", "data", "jour", "day", "tag", "dia", "giorno", "dag"),
        *("time", "clock", "hour", "uhrzeit", "zeit", "heure", "hora", "ora", "orario", "tijd", "tijdstip"),
        *("at", "on", "am", "um", "le", "a", "el", "il", "em", "as", "op", "om", "de", "di", "da", "du"),
    )
)
"""Words in which the names of a date and of its time of day may differ: Opened Date and Opened Time."""
_DURATIONS = frozenset(("resolution", "losung", "resolucion", "risoluzione", "resolucao"))
"""A resolution time can be how long it took as well."""


class UnreadTimes(msgspec.Struct, frozen=True):
    """A `column` that is one of times by its name, for the `role`, and whose values cannot be read, as `example`."""

    role: str
    column: str
    count: int
    example: str


def check_openings(file: str, unread: Sequence[UnreadTimes]) -> None:
    """Raises WrongUse when the openings in a file cannot be read: every case would begin now."""
    for times in unread:
        if times.role == "opened":
            raise WrongUse(
                f"{file}: the times in “{printable(times.column)}” cannot be read, such as"
                f" “{printable(times.example[:60])}”, so no case would get its real start.",
                "Give the column {}; or say that there is none {}, and every case begins now. A map can say how the"
                " times are written.",
                given(column="opened=NAME"),
                given(column="opened="),
            )


def time_values(times: str, rows: Rows) -> Iterator[str]:
    """What `rows` hold in the column `times`, or in the columns that it names in braces, without empty values."""
    value_of = time_reader(times)
    for row in rows:
        if (value := value_of(row)) and not value.isspace():
            yield value


def time_reader(times: str) -> Callable[[Mapping[str, str]], str]:
    """A function that takes from a row what it holds there."""
    columns = columns_in(times)
    if columns == (times,):
        return lambda row: row.get(times, "")
    join = joined_columns(times)

    def value(row: Mapping[str, str]) -> str:
        values = [row.get(column, "") for column in columns]
        return join(["" if is_nothing(value) else value for value in values])

    return value


class TimesOf(dict[str, Evidence]):
    """What the values in each column of times show, or in the columns that it names in braces; each is read once."""

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self.rows = rows

    def __missing__(self, times: str) -> Evidence:
        evidence = self[times] = Evidence().add_all(time_values(times, self.rows))
        return evidence


def settled(
    columns: Sequence[str],
    times: TimesOf,
    roles: Mapping[str, str],
    by_name: Mapping[str, str],
    said: Mapping[str, str],
) -> tuple[dict[str, str], list[UnreadTimes]]:
    """The roles with their columns of times settled, and those columns whose values cannot be read.

    `roles` are those whose values fit, `by_name` those that names alone suggest. A column of openings keeps its role
    also when it cannot be read, for otherwise every case would begin now; what the user `said` stays.
    """
    found, unread, rows = dict(roles), [], times.rows
    for role in TIMES:
        column = by_name.get(role, "")
        if not column or role in said or found.get(role) == column or column in found.values():
            continue
        evidence = times[column]
        if evidence.others and (_is_opening(role, column) or any(map(_DATED.search, time_values(column, rows)))):
            unread.append(UnreadTimes(role, column, evidence.others, evidence.unread))
            if role == "opened":
                found[role] = column
    _drop_numbers(found, times, said)
    free = [column for column in columns if column not in found.values()]
    for role in TIMES:
        if role in found and role not in said and (clock := _clock_of(found[role], free, found, rows)):
            found[role] = f"{{{found[role]}}} {{{clock}}}"
            free.remove(clock)
    return found, unread


def _is_opening(role: str, column: str) -> bool:
    return role == "opened" and fold_name(column) not in _VAGUE


def _drop_numbers(roles: dict[str, str], times: TimesOf, said: Mapping[str, str]) -> None:
    """Takes the role from columns of five figures, which may count anything, unless the openings are days as well."""
    days = {role: times[roles[role]] for role in TIMES if roles.get(role)}
    opened = days.get("opened")
    counted = opened is not None and opened.serials > 0 and _is_opening("opened", roles["opened"])
    for role, evidence in days.items():
        if evidence.serials and evidence.serials == evidence.times and not counted and role not in said:
            del roles[role]


def _clock_of(column: str, free: Sequence[str], roles: Mapping[str, str], rows: Rows) -> str:
    """The one column with the times of day that belong to the dates in `column`; empty when there is none, or more."""
    if set("{}") & set(column) or not _are_days(column, rows):
        return ""
    stem = _stem(column)
    if set(stem) & _DURATIONS:
        return ""
    alone = sum(role in roles for role in TIMES) == 1
    clocks = [
        other
        for other in free
        if not set("{}") & set(other)
        and (_stem(other) == stem or (alone and not _stem(other)))
        and _are_clocks(other, rows)
    ]
    return clocks[0] if len(clocks) == 1 else ""


def _stem(column: str) -> tuple[str, ...]:
    return tuple(word for word in fold_name(column).split() if word not in _PARTS)


def _are_days(column: str, rows: Rows) -> bool:
    days = (not _names_a_clock(value) for value in time_values(column, rows) if not is_nothing(value))
    return next(days, False) and all(days)


def _names_a_clock(text: str) -> bool:
    try:
        read_date(text, True)
    except ValueError:
        return False
    return has_clock(text)


def _are_clocks(column: str, rows: Rows) -> bool:
    clocks = (is_clock(value) for value in time_values(column, rows) if not is_nothing(value))
    return next(clocks, False) and all(clocks)
