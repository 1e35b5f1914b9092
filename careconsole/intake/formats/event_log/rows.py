"""A map prepared for one set of columns: from the texts of a row to a line, in a few microseconds a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import TypeVar

from careconsole.domain.imported_record import ImportedEntry
from careconsole.intake.files.read_report import InvalidRecord, ReadReport
from careconsole.intake.formats.column_maps import (
    ChannelRule,
    OwnerRule,
    TagRule,
    Template,
    WordRule,
    columns_in,
    joined_columns,
)
from careconsole.intake.formats.event_log.maps import EventMap, LevelRule
from careconsole.intake.values.fields import ROUNDED, is_rounded
from careconsole.intake.values.patterns import search
from careconsole.intake.values.times import is_nothing, moments

RowReader = Callable[[list[str], int], ImportedEntry]
"""Reads the values of a row and its line number into an ImportedEntry; raises InvalidRecord."""


_MOST_REMEMBERED = 50_000
_MOST_COUNTED = 1_000
_T = TypeVar("_T")


class Several(str):
    """A list where one value is expected: its JSON text, and the elements in `items`.

    It never leaves a reader: a line holds its plain text, `str(...)`, since nothing else can be stored.
    """

    items: tuple[str, ...]


class RowMaker:
    """Makes row readers for the columns of one file; what a value means is worked out once for all of them."""

    def __init__(self, event_map: EventMap, seen: ReadReport) -> None:
        self.event_map = event_map
        self.seen = seen
        self._moment = moments(event_map.time.format, event_map.time.zone, event_map.time.day_first)
        self._used = tuple(event_map.columns())
        self._single = tuple(event_map.single())
        self._owner = Remembered(_owner(event_map.owner)) if event_map.owner else None
        self._status = Remembered(_status(event_map.status)) if event_map.status else None
        self._level = Remembered(_level(event_map.level)) if event_map.level else None
        self._priority = Remembered(_priority(event_map.priority)) if event_map.priority else None
        self._channel = Remembered(_channel(event_map.channel)) if event_map.channel else None

    def reader(self, columns: Sequence[str]) -> RowReader:
        """A reader of rows whose values are in the order of `columns`; a missing column reads as empty."""
        event_map, seen = self.event_map, self.seen
        absent = len(columns)
        # Reversed, so that of several columns with one name the first counts.
        places = {name: place for place, name in reversed(list(enumerate(columns)))}
        # Only a missing column needs the extra, empty value at the end.
        lacks = any(name not in places for name in self._used)

        def place(name: str) -> int:
            return places.get(name, absent)

        content = _content(columns)
        moment, owner_of, status_of, level_of = self._moment, self._owner, self._status, self._level
        priority_of, channel_of = self._priority, self._channel
        case_at = place(event_map.case)
        time_field, time_text = time_of(event_map.time.column, place)
        owner_at = place(event_map.owner.column) if event_map.owner else absent
        conditions = event_map.owner.when if event_map.owner else {}
        carries = tuple((place(name), values) for name, values in conditions.items())
        status_value = _joined([place(name) for name in event_map.status.columns]) if event_map.status else None
        level_at = place(event_map.level.column) if event_map.level else absent
        customer_at = place(event_map.customer) if event_map.customer else None
        subject_text = _filled(event_map.subject, place) if event_map.subject else None
        description_text = _filled(event_map.description, place) if event_map.description else None
        priority_at = place(event_map.priority.columns[0]) if event_map.priority else absent
        channel_at = place(event_map.channel.column) if event_map.channel and not event_map.channel.fixed else absent
        tags_of = _tags(event_map.tags, place) if event_map.tags else None
        kept = tuple((name, place(name)) for name in event_map.keep)
        used = tuple((name, place(name)) for name in self._used)

        def read(row: list[str], number: int) -> ImportedEntry:
            text = content(row)
            try:
                raw = text.encode()
            except UnicodeEncodeError:
                _check(row, used)
                raw = text.encode("utf-8", "surrogatepass")
            if "\0" in text:
                _check(row, used)
            if lacks:
                row.append("")
            external = row[case_at]
            if not external or external.isspace():
                raise InvalidRecord(event_map.case, "there is no case id")
            if is_rounded(external):
                seen.doubts.add("id-rounded", event_map.case, external)
                raise InvalidRecord(event_map.case, ROUNDED)
            try:
                at = moment(time_text(row))
            except ValueError as error:
                raise InvalidRecord(time_field, str(error)) from None
            owner: str | None = None
            nobody = False
            if owner_of is not None:
                for condition_at, values in carries:
                    if row[condition_at] not in values:
                        break
                else:
                    owner, nobody, system = owner_of[row[owner_at]]
                    if system:
                        seen.by_systems += 1
            status: str | None = None
            label = ""
            if status_value is not None and status_of is not None:
                status, label, listed = status_of[status_value(row)]
                if not listed:
                    seen.count("status", label)
            level: int | None = None
            if level_of is not None:
                level, listed = level_of[row[level_at]]
                if not listed:
                    seen.count("level", row[level_at])
            priority: str | None = None
            if priority_of is not None:
                priority, listed = priority_of[row[priority_at]]
                if not listed:
                    seen.count("priority", row[priority_at])
            channel: str | None = None
            if channel_of is not None:
                channel, listed = channel_of[row[channel_at]]
                if not listed:
                    seen.count("channel", row[channel_at])
            return ImportedEntry(
                external,
                at,
                blake2b(raw, digest_size=8).digest(),
                number,
                owner,
                nobody,
                level,
                status,
                label,
                (row[customer_at] or None) if customer_at is not None else None,
                subject_text(row) if subject_text is not None else "",
                description_text(row) if description_text is not None else "",
                priority,
                channel,
                tags_of(row) if tags_of is not None else (),
                ({name: str(row[at]) for name, at in kept if row[at]} or None) if kept else None,
            )

        return read

    def check_single(self, columns: Sequence[str], row: Sequence[str]) -> None:
        """Raises InvalidRecord when a column that must hold one value holds a list."""
        for name, value in zip(columns, row, strict=False):
            if isinstance(value, Several) and name in self._single:
                raise InvalidRecord(name, "has a list where one value is expected")


def _check(row: Sequence[str], used: Sequence[tuple[str, int]]) -> None:
    """Raises InvalidRecord when a used value cannot be stored; a column that the map does not use may hold anything."""
    for name, place in used:
        value = row[place] if place < len(row) else ""
        if "\0" in value:
            raise InvalidRecord(name, "contains a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InvalidRecord(
                name, "is not text in the encoding that is read ([file] encoding names another)"
            ) from None


def _content(columns: Sequence[str]) -> Callable[[list[str]], str]:
    """Makes the text whose digest is a row's key: names and values of its non-empty columns, sorted by name.

    So neither the order of the columns nor CSV or JSON makes a difference, nor a new column that is still empty.
    """
    order = sorted(range(len(columns)), key=lambda place: (columns[place], place))
    named = [(columns[place] + "\x1f", place) for place in order]
    frame, pick = _frame(named)
    frames: dict[tuple[bool, ...], tuple[str, Callable[[list[str]], object]]] = {}

    def text(row: list[str]) -> str:
        if "" not in row:
            return frame % pick(row)
        filled = tuple(map(bool, row))
        known = frames.get(filled)
        if known is None:
            if len(frames) >= _MOST_COUNTED:
                frames.clear()
            known = frames[filled] = _frame([(name, place) for name, place in named if row[place]])
        return known[0] % known[1](row)

    return text


def _frame(named: list[tuple[str, int]]) -> tuple[str, Callable[[list[str]], object]]:
    """A format with a place for each of these columns, and a function that picks their values from a row."""
    frame = "".join(name.replace("%", "%%") + "%s\x1e" for name, _ in named)
    places = [place for _, place in named]
    if not places:
        return frame, lambda row: ()
    return frame, itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)


def time_of(times: str, place: Callable[[str], int]) -> tuple[str, Callable[[list[str]], str]]:
    """The name of a field of times, for messages, and a function that takes its text from a row."""
    columns = columns_in(times)
    places = [place(column) for column in columns]
    if columns == (times,):
        return times, itemgetter(places[0])
    join = joined_columns(times)
    return ", ".join(columns), lambda row: join(["" if is_nothing(row[at]) else row[at] for at in places])


class Remembered(dict[str, _T]):
    """A cache of what `work` makes of a value; cleared when it is full, as a column may have any number of values."""

    def __init__(self, work: Callable[[str], _T]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, value: str) -> _T:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        result = self[value] = self._work(value)
        return result


def _owner(rule: OwnerRule) -> Callable[[str], tuple[str | None, bool, bool]]:
    """For a value: the owner, whether it means nobody, whether it is a system. An empty value says nothing."""

    def work(value: str) -> tuple[str | None, bool, bool]:
        if value in rule.nobody:
            return None, True, False
        if value in rule.systems:
            return None, False, True
        return (value, False, False) if value.strip() else (None, False, False)

    return work


def _status(rule: WordRule) -> Callable[[str], tuple[str | None, str, bool]]:
    """For a label: the status, the label, whether the map lists it."""

    def work(label: str) -> tuple[str | None, str, bool]:
        word, listed = _word(rule, label)
        return word, label, listed

    return work


def _priority(rule: WordRule) -> Callable[[str], tuple[str | None, bool]]:
    return lambda value: _word(rule, value)


def _word(rule: WordRule, value: str) -> tuple[str | None, bool]:
    """The word that `value` means, and whether the map lists it; an empty value says nothing and counts as listed."""
    if rule.words is not None:
        word = rule.words.get(value)
    else:
        word = folded if (folded := value.strip().lower()) in rule.valid else None
    return word, word is not None or not value


def _level(rule: LevelRule) -> Callable[[str], tuple[int | None, bool]]:
    """For a value: the level from 0, and whether the map covers it. An empty value that is not listed says nothing."""
    plain = not rule.values and not rule.patterns

    def work(value: str) -> tuple[int | None, bool]:
        if value in rule.values:
            return rule.values[value], True
        if not value:
            return None, True
        for pattern, level in rule.patterns:
            if search(pattern, value):
                return level, True
        if plain and value.isascii() and value.isdigit() and len(value) < 5 and 0 <= int(value) - rule.base <= 99:
            return int(value) - rule.base, True
        return rule.default, rule.default is not None

    return work


def _channel(rule: ChannelRule) -> Callable[[str], tuple[str | None, bool]]:
    def work(value: str) -> tuple[str | None, bool]:
        if rule.fixed:
            return rule.fixed, True
        if rule.words is None or not value:
            return value or None, True
        return rule.words.get(value), value in rule.words

    return work


def _joined(places: list[int]) -> Callable[[list[str]], str]:
    """Joins the values at `places` with " / ", without the empty ones."""
    if len(places) == 1:
        return itemgetter(places[0])
    pick = itemgetter(*places)

    def value(row: list[str]) -> str:
        values = pick(row)
        return " / ".join(values if "" not in values else filter(None, values))

    return value


def _filled(template: Template, place: Callable[[str], int]) -> Callable[[list[str]], str]:
    """Fills the template from a row; empty when all its columns are."""
    if len(template.columns) == 1 and template.texts == ("", ""):
        only = place(template.columns[0])
        return lambda row: str(row[only])
    frame = template.frame
    places = tuple(place(name) for name in template.columns)

    def text(row: list[str]) -> str:
        values = tuple([row[at] for at in places])
        return frame % values if any(values) else ""

    return text


def _tags(rule: TagRule, place: Callable[[str], int]) -> Callable[[list[str]], tuple[str, ...]]:
    places = tuple(place(name) for name in rule.columns)
    if not places:
        return lambda row: rule.fixed

    def tags(row: list[str]) -> tuple[str, ...]:
        found = dict.fromkeys(rule.fixed)
        for at in places:
            value = row[at]
            if isinstance(value, Several):
                found.update(dict.fromkeys(value.items))
            elif rule.split:
                found.update(dict.fromkeys(part.strip() for part in value.split(rule.split)))
            else:
                found[value] = None
        found.pop("", None)
        return tuple(found)

    if len(places) > 1 or rule.split or rule.fixed:
        return tags
    only = places[0]
    one = Remembered(lambda value: (value,) if value else ())

    def tag(row: list[str]) -> tuple[str, ...]:
        value = row[only]
        return one[value] if type(value) is str else tags(row)

    return tag
