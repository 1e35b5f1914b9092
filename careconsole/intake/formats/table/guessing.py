"""Guesses the roles of the columns of a table, by their names and values; the user can correct the guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.terminal_text import fold
from careconsole.intake.files.read_report import printable
from careconsole.intake.formats.column_maps import (
    PRIORITIES,
    STATUSES,
    ChannelRule,
    OwnerRule,
    TagRule,
    Template,
    WordRule,
    columns_in,
)
from careconsole.intake.formats.event_log.rows import Several
from careconsole.intake.formats.table.column_names import (
    ROLES,
    TIMES,
    fit,
    fold_name,
    guess_roles,
    role_named,
)
from careconsole.intake.formats.table.dates import Evidence
from careconsole.intake.formats.table.maps import CaseMap, DateRule
from careconsole.intake.formats.table.time_columns import TimesOf, UnreadTimes, settled
from careconsole.intake.formats.table.value_meanings import NOBODY, is_done, meaning, sounds_like_a_system
from careconsole.intake.registry import Options
from careconsole.intake.values.map_tables import Texts, TextSet, nearest
from careconsole.intake.values.times import is_nothing

_MOST_WORDS = 60
"""A column with more distinct values than this is no status, priority or channel."""
_BARE_ID = re.compile(r"[\W\d_]*|[0-9A-Fa-f-]{12,}")
"""A number or a digest, which is nobody's name."""
_MANY_ROWS = 20
_STATUS_NAMES = frozenset(("status", "statut", "bearbeitungsstand"))
_SEPARATORS = (";", "|", ",")

Rows = Sequence[Mapping[str, str]]
"""The first rows of a table, each as its values by the names of their columns."""


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """A map, and what it cannot know.

    `roles` are the columns by role, `evidence` is what the times show, `open_date` is one whose day and month can be
    swapped while nothing says which is first, `local_time` one that names no zone while none is given. `systems` are
    owners whose names sound like programs, with the number of their rows in the sample. `missing` are roles that no
    column has while those in `unknown` are not understood, so that one of them may be it. `unread` are columns of times
    that cannot be read, `serial` is a time taken for a spreadsheet's number of a day.
    """

    map: CaseMap
    roles: dict[str, str]
    evidence: Evidence
    open_date: str = ""
    local_time: str = ""
    systems: dict[str, int] = {}
    unread: tuple[UnreadTimes, ...] = ()
    serial: str = ""
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def guess(columns: Sequence[str], rows: Rows, options: Options, *, name: str, format: str) -> Guess:
    """Guesses the roles of `columns` by the first `rows`; `name` is the file's, for messages.

    `options` take precedence. Raises WrongUse when they name a column that is not there, or when no column can be the
    case's id.
    """
    said = _given(columns, options)
    # Columns that are not empty have precedence: of assignee and assignee.name, one is always null.
    filled = [column for column in columns if any(row.get(column) for row in rows)]
    times = TimesOf(rows)
    chosen, refused = _fitting(filled, times, said)
    others = [column for column in columns if column not in filled]
    roles = {role: column for role, column in guess_roles(others, {**chosen, **said}).items() if column}
    roles, unread = settled(columns, times, roles, guess_roles(filled, said), said)
    if not roles.get("case"):
        listed = ", ".join(map(printable, columns[:40])) + (", …" if len(columns) > 40 else "")
        raise WrongUse(
            f"No column of {name} looks like the number or id of a case; its columns are: {listed}.",
            "Give it {}. Without one, a table needs a column of numbers that stay the same.",
            given(column="case=NAME"),
        )
    found = _map(columns, rows, roles, options, name=name, format=format)
    evidence = evidence_of(found, times)
    day_first = evidence.day_first if options.day_first is None else options.day_first
    found = replace(found, dates=DateRule(zone=options.zone, day_first=day_first))
    unknown = tuple(column for column in filled if column not in found.columns())
    return Guess(
        map=found,
        roles=roles,
        evidence=evidence,
        open_date=evidence.open if day_first is None else "",
        local_time="" if options.zone else evidence.local,
        unread=tuple(unread),
        serial=evidence.serial,
        systems=_systems(roles.get("owner"), rows, options),
        unknown=unknown,
        missing=tuple(_missing(roles, said, refused)) if unknown else (),
    )


def _fitting(columns: Sequence[str], times: TimesOf, said: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """The columns by role whose values agree with it, and the roles for which values of a column did not.

    Where the values of a column do not agree with its name, the next best name counts. But openings that cannot be read
    give way to none: a case must not begin at another of its dates.
    """
    refused: set[tuple[str, str]] = set()
    while True:
        chosen = guess_roles(columns, dict(said), refused)
        if any(role == "opened" for role, _ in refused):
            chosen.pop("opened", None)
        wrong = {one for one in chosen.items() if one[0] not in said and not _may_be(*one, times)}
        if not wrong:
            return chosen, {role for role, _ in refused}
        refused |= wrong


def _missing(roles: Mapping[str, str], said: Mapping[str, str], refused: Collection[str]) -> Iterator[str]:
    """The roles that a table of cases usually has, and of which nothing is known.

    A time of the end says enough of the status, unless a column is called status and its values are not understood.
    """
    ends = "status" not in refused and {"resolved", "closed"} & roles.keys()
    for role in ("subject", "customer", "owner", "status"):
        if role not in roles and role not in said and not (role == "status" and ends):
            yield role


def evidence_of(case_map: CaseMap, times: TimesOf) -> Evidence:
    """The evidence of the times in all columns that the map names."""
    evidence = Evidence()
    for column in case_map.times().values():
        evidence.add_evidence(times[column])
    return evidence


def corrected(case_map: CaseMap, columns: Sequence[str], options: Options) -> CaseMap:
    """A map with the user's options in place of its own."""
    changes: dict[str, object] = {}
    for role, column in _given(columns, options).items():
        changes[role] = _rule(role, column, case_map)
    changed = replace(case_map, **changes) if changes else case_map
    dates = changed.dates
    if options.zone:
        dates = replace(dates, zone=options.zone)
    if options.day_first is not None:
        dates = replace(dates, day_first=options.day_first)
    owner = changed.owner
    if owner and options.systems:
        owner = replace(owner, systems=TextSet(owner.systems | set(options.systems)))
    status = changed.status
    if status and options.statuses:
        status = replace(status, words=_overruled(status.words or {}, dict(options.statuses)))
    return replace(changed, dates=dates, owner=owner, status=status, source=options.source or changed.source)


def _rule(role: str, column: str, case_map: CaseMap) -> object:
    """The map's entry for `role` if it is in `column` (empty: in none)."""
    before = getattr(case_map, role)
    if not column:
        return None if role in _RULES else ""
    match role:
        case "subject" | "description":
            return Template(("", ""), (column,))
        case "owner":
            return replace(before, column=column) if before else OwnerRule(column, TextSet(NOBODY))
        case "status" | "priority":
            valid = STATUSES if role == "status" else PRIORITIES
            return replace(before, columns=(column,)) if before else WordRule((column,), None, valid)
        case "channel":
            return ChannelRule(column, before.words if before else None)
        case "tags":
            return replace(before, columns=(column,)) if before else TagRule(Texts((column,)))
    return column


_RULES = ("subject", "description", "owner", "status", "priority", "channel", "tags")
"""The roles whose entry in a map is more than a column."""


def _given(columns: Sequence[str], options: Options) -> dict[str, str]:
    """The columns by role as the user gave them; an empty one ("owner=") means no column. Raises WrongUse."""
    said = {}
    for word, column in options.columns:
        role = role_named(word)
        if not role:
            raise WrongUse(f"{word!r} cannot be a column's role{nearest(word, ROLES)}.", f"Valid: {', '.join(ROLES)}.")
        if column and column not in columns and not (role in TIMES and _named_in_braces(column, columns)):
            folded = {fold(one): one for one in columns}
            if fold(column) not in folded:
                raise WrongUse(
                    f"There is no column “{column}”{nearest(column, columns)}.",
                    f"The columns are: {', '.join(map(printable, columns[:40]))}.",
                )
            column = folded[fold(column)]
        said[role] = column
    return said


def _named_in_braces(times: str, columns: Sequence[str]) -> bool:
    return bool(set(times) & set("{}")) and set(columns_in(times)) <= set(columns)


def _may_be(role: str, column: str, times: TimesOf) -> bool:
    """Whether the values in a column agree with the role that its name suggests."""
    rows = times.rows
    if role in TIMES:
        evidence = times[column]
        return evidence.times >= evidence.others and not set(column) & set("{}")
    if role == "status" and not _says_status(column, rows):
        return False
    if role in ("customer", "owner") and fold_name(column).endswith(" id"):
        values = _values(column, rows)
        return sum(_BARE_ID.fullmatch(value) is None for value in values) > len(values) / 2 or not values
    if role in ("status", "priority", "channel"):
        return len(set(_values(column, rows))) <= max(_MOST_WORDS, len(rows) // 50)
    if role in ("subject", "description"):
        return not set(column) & set("{}")  # a template could not name it
    return True


def _says_status(column: str, rows: Rows) -> bool:
    """Whether a column is a status, by its name or a value: a state may be one of the Union, and a stage a sale's."""
    if not _STATUS_NAMES.isdisjoint(fold_name(column).split()):
        return True
    values = set(_values(column, rows))
    return not values or any(meaning("status", value) for value in values)


def _map(
    columns: Sequence[str],
    rows: Rows,
    roles: dict[str, str],
    options: Options,
    *,
    name: str,
    format: str,
) -> CaseMap:
    tags = [roles["tags"]] if roles.get("tags") else []
    tags += [column for column in columns if tags and column.rpartition(" (")[0] == tags[0]]
    return CaseMap(
        name=name,
        source=options.source,
        format=format,
        case=roles["case"],
        opened=roles.get("opened", ""),
        updated=roles.get("updated", ""),
        resolved=roles.get("resolved", ""),
        closed=roles.get("closed", ""),
        owner=OwnerRule(roles["owner"], TextSet(NOBODY), TextSet(options.systems)) if roles.get("owner") else None,
        status=_words("status", roles, rows, STATUSES, dict(options.statuses)),
        customer=roles.get("customer", ""),
        address=roles.get("address", ""),
        subject=Template(("", ""), (roles["subject"],)) if roles.get("subject") else None,
        description=Template(("", ""), (roles["description"],)) if roles.get("description") else None,
        priority=_words("priority", roles, rows, PRIORITIES, {}),
        channel=ChannelRule(roles["channel"]) if roles.get("channel") else None,
        tags=TagRule(Texts(tags), split=_separator(tags[0], rows)) if tags else None,
        note=roles.get("note", ""),
    )


def _words(
    what: str, roles: dict[str, str], rows: Rows, valid: tuple[str, ...], said: dict[str, str]
) -> WordRule | None:
    """The rule for a status or priority, with the values in the sample whose meaning is known, and those `said`."""
    column = roles.get(what)
    if not column:
        return None
    words: dict[str, str] = {}
    for value in dict.fromkeys(_values(column, rows)):
        if len(words) < _MOST_WORDS and (word := meaning(what, value)):
            words[value] = word
    if what == "status" and not roles.get("resolved"):
        words |= {value: "resolved" for value in words if is_done(value)}
    return WordRule((column,), _overruled(words, said) or None, valid)


def _overruled(words: dict[str, str], said: dict[str, str]) -> dict[str, str]:
    """What values mean, those that the user `said` in place of others that differ in nothing but case."""
    own = set(map(fold, said))
    return {**said, **{value: word for value, word in words.items() if fold(value) not in own}}


def _values(column: str, rows: Rows) -> list[str]:
    return [value for row in rows if (value := row.get(column, "")) and not value.isspace()]


def _separator(column: str, rows: Rows) -> str:
    """What separates tags in one value; empty when nothing does, or when two signs are as likely."""
    values = [value for value in _values(column, rows) if not isinstance(value, Several)]
    cut = {
        separator: len({tag.strip() for value in values for tag in value.split(separator)} - {""})
        for separator in _SEPARATORS
        if any(separator in value for value in values)
    }
    if cut:
        # "returns, repairs|spare parts": the separator of tags makes more distinct ones than a sign within them.
        best = max(cut, key=cut.__getitem__)
        return best if list(cut.values()).count(cut[best]) == 1 else ""
    # Zendesk joins tags with blanks and their words with underscores; elsewhere a blank is part of a tag.
    blank = any(" " in value and "_" in value for value in values)
    return " " if blank else ""


def _systems(column: str | None, rows: Rows, options: Options) -> dict[str, int]:
    """Owners that are probably not people: the name sounds like that of a program, and it owns many rows."""
    if not column or options.systems:
        return {}
    counts = Counter(value for value in _values(column, rows) if not is_nothing(value))
    return {
        name: count for name, count in counts.most_common(5) if sounds_like_a_system(name) and _is_much(count, rows)
    }


def _is_much(count: int, rows: Rows) -> bool:
    return count >= min(_MANY_ROWS, max(2, len(rows) // 10))


def sounds_like_cases(columns: Sequence[str]) -> int:
    """How certain it is, from 0 to 100, that a table with these columns has one case per row."""
    roles = guess_roles(columns, {})
    if "case" not in roles or fit("case", roles["case"]) <= 0:
        return 10 if len(columns) > 1 else 0
    return min(80, 30 + 10 * (len(roles) - 1))


def has_cases(columns: Sequence[str]) -> bool:
    """Whether objects with these keys are cases rather than people, comments or other things with an id."""
    roles = guess_roles(columns, {})
    subject = roles.get("subject", "name")
    return "case" in roles and ("status" in roles or fold(subject) != "name")
