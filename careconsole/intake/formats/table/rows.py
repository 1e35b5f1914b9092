"""A map of cases prepared for one set of columns: from the texts of a row to the lines of a case.

A row is the current state of a case. It becomes a line where the case began, one where it was resolved or closed, if
the row has those times, and one for the current state, at the latest time in the row. Each has an identity of its own,
so that a later export of the same table adds only what has changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from careconsole.domain.imported_record import ENDED, ExternalIdentity, ImportedEntry, Message
from careconsole.domain.terminal_text import fold, why_unstorable
from careconsole.domain.time.written_dates import has_clock
from careconsole.domain.time.zones import zone_named
from careconsole.intake.files.read_report import InvalidRecord, ReadReport, printable
from careconsole.intake.formats.column_maps import TagRule, Template, WordRule
from careconsole.intake.formats.ends import end_after
from careconsole.intake.formats.event_log.rows import Remembered, Several, time_of
from careconsole.intake.formats.table.comments import Accounts, comment_columns, comment_of
from careconsole.intake.formats.table.dates import usual_dates, zone_here
from careconsole.intake.formats.table.distinct_cases import Contradiction, DistinctCases, customer_bits
from careconsole.intake.formats.table.maps import CaseMap, folded_words
from careconsole.intake.formats.table.value_meanings import is_done, meaning
from careconsole.intake.formats.table.waiting import waits_on
from careconsole.intake.registry import line_key
from careconsole.intake.values.fields import ROUNDED, is_rounded, namesake
from careconsole.intake.values.times import USUAL, Moments, is_nothing, moments

CaseReader = Callable[[list[str], int], list[ImportedEntry]]
"""Converts the values of a row and its number into the lines of a case; raises InvalidRecord."""

_DAY = 86_400_000
_LONGEST_ID = 500
_LONGEST_REMEMBERED = 500
_FEW_ROWS = 6


class CaseMaker:
    """Makes readers for the columns of one file; what a value means is worked out once for all of them.

    `now` (epoch milliseconds) is when a case without any time begins. After the reading, `without_zone` is the number
    of times that name no zone, and `cases` tells how many rows have the id of an earlier one.
    """

    def __init__(self, case_map: CaseMap, seen: ReadReport, now: int) -> None:
        self.case_map = case_map
        self.cases = DistinctCases()
        self.without_zone = 0
        self._seen = seen
        self._now = now
        self.zone = case_map.dates.zone or zone_here()
        self._moment = self._moments()
        self._single = frozenset(case_map.single())
        self._owner = Remembered(self._owner_of)
        self._status = Remembered(_word_of(case_map.status, "status", settled=not case_map.resolved))
        self._priority = Remembered(_word_of(case_map.priority, "priority"))
        self._channel = Remembered(self._channel_of)
        self._waits_on = Remembered(waits_on)
        self._names: dict[str, str] = {}  # of accounts
        self._customer = Remembered(self._customer_of)
        self._systems = frozenset(map(fold, case_map.owner.systems)) if case_map.owner else frozenset()
        self._nobody = frozenset(map(fold, case_map.owner.nobody)) if case_map.owner else frozenset()
        self._channels = folded_words(case_map.channel.words) if case_map.channel else {}

    def _moments(self) -> Moments:
        dates = self.case_map.dates
        if dates.format != USUAL:
            return moments(dates.format, self.zone)
        return usual_dates(dates.day_first, zone_named(self.zone), self._was_local)

    def _was_local(self) -> None:
        self.without_zone += 1

    @property
    def is_log(self) -> bool:
        """Whether the table looks like an event log: several rows for most of its cases."""
        return self.cases.rows >= _FEW_ROWS and self.cases.repeats * 2 >= self.cases.rows

    def _doubt_opening(self, external: str, when: dict[str, int]) -> None:
        """Counts a case of which no time of opening is known."""
        if not when:
            self._seen.doubts.add("no-opening", example=printable(external))
            return
        first = min(when, key=when.__getitem__)
        self._seen.doubts.add("late-opening", printable(self.case_map.times()[first]), printable(external))

    def reader(self, columns: Sequence[str], absent_at_end: int = 0) -> CaseReader:
        """A reader of rows whose values are in the order of `columns`; missing columns say nothing.

        The rows lack the values of the last `absent_at_end` columns, which are read as empty.
        """
        case_map, seen, maker = self.case_map, self._seen, self
        # Reversed, so that of several columns with one name the first counts.
        places = {name: place for place, name in reversed(list(enumerate(columns)))}
        absent = len(columns)

        def place(name: str) -> int:
            return places.get(name, absent)

        named = case_map.columns()
        case_at, customer_at, address_at = place(case_map.case), place(case_map.customer), place(case_map.address)
        notes_at = [places[name] for name in comment_columns(columns, case_map)]
        accounts = Accounts(columns, self._names)
        names_accounts = accounts.has_names
        times_of = [(role, *time_of(times, place)) for role, times in case_map.times().items()]
        ends_of = [(role, value_of) for role, _, value_of in times_of if role in ENDED]
        owner_at = place(case_map.owner.column) if case_map.owner else absent
        status_at = [place(c) for c in case_map.status.columns if c in places] if case_map.status else []
        priority_at = place(case_map.priority.columns[0]) if case_map.priority else absent
        channel_at = place(case_map.channel.column) if case_map.channel else absent
        fixed_channel = case_map.channel.fixed or None if case_map.channel else None
        subject_of = _filled(case_map.subject, place)
        description_of = _filled(case_map.description, place)
        tags_of = _tags(case_map.tags, place)
        if case_map.keep is None:
            kept = [
                (name, at)
                for at, name in enumerate(columns)
                if (name not in named or name == case_map.address) and at not in notes_at
            ]
        else:
            kept = [(name, places[name]) for name in case_map.keep if name in places]
        used = [
            (name, place)
            for name, place in places.items()
            if name in named or place in notes_at or (name, place) in kept
        ]
        single = [(name, at) for name, at in places.items() if name in self._single]
        closing = "closed" if case_map.resolved in places else "resolved"

        empty = [""] * (absent_at_end + 1)  # one more, for missing columns

        def check(row: list[str]) -> None:
            for name, at in used:
                value = row[at]
                if (not value.isascii() or "\0" in value) and (why := why_unstorable(value)):
                    raise InvalidRecord(name, why if "\0" in value else "is not text in the encoding that is read")

        def read(row: list[str], number: int) -> list[ImportedEntry]:
            row += empty
            if why_unstorable("".join(row)):
                check(row)
            for name, at in single:
                if type(row[at]) is Several:
                    raise InvalidRecord(name, "has a list where one value is expected")
            external = row[case_at]
            if not external or external.isspace():
                raise InvalidRecord(case_map.case, "there is no case id")
            if len(external) > _LONGEST_ID:
                raise InvalidRecord(case_map.case, f"is longer than {_LONGEST_ID} characters, so it is not an id")
            if is_rounded(external):
                seen.doubts.add("id-rounded", case_map.case, external)
                raise InvalidRecord(case_map.case, ROUNDED)
            when = maker._times(row, times_of)
            customer, customer_id, bits = maker._customer[f"{row[customer_at]}\0{row[address_at]}"]
            opened = when.get("opened")
            if told := maker.cases.contradiction(external, opened, bits):
                raise maker._another_case(external, told)
            owner, nobody = None, False
            if owner_at < absent:
                owner, nobody, system = maker._owner[row[owner_at]]
                if system:
                    seen.by_systems += 1
            status, label = None, ""
            if status_at:
                label = (
                    row[status_at[0]]
                    if len(status_at) == 1
                    else " / ".join(filter(None, map(row.__getitem__, status_at)))
                )
                status = maker._status[label]
                if status is None and is_nothing(label):
                    label = ""
                elif status is None:
                    seen.count("status", label)
            priority, channel = None, fixed_channel
            if value := row[priority_at]:
                priority = maker._priority[value]
                if priority is None and not is_nothing(value):
                    seen.count("priority", value)
            if value := row[channel_at]:
                channel = maker._channel[value]
            subject, description, tags = subject_of(row), description_of(row), tags_of(row)
            fields = {name: str(row[at]) for name, at in kept if row[at]} or None
            lines = []
            known = maker._ends(external, when, row, ends_of)
            if status is None and len(known) < len(when.keys() & ENDED):
                status = "resolved" if "resolved" in when else closing
            if opened is not None:
                lines.append(
                    ImportedEntry(
                        external,
                        opened,
                        line_key("created", external),
                        number,
                        status="open",
                        customer=customer,
                        customer_id=customer_id,
                        subject=subject,
                        description=description,
                        channel=channel,
                    )
                )
            latest = max(when.values(), default=None)
            if opened is None:
                maker._doubt_opening(external, when)
            ending = status if status in ENDED else closing
            for role, means in (("resolved", "resolved"), ("closed", ending)):
                ended = known.get(role)
                if ended is None:
                    continue
                if ended == latest and status in ("open", "parked"):
                    seen.doubts.add("end-of-open", example=external)
                # At the latest time, the line of the current state may say the same.
                elif ended != latest or status != means:
                    lines.append(ImportedEntry(external, ended, line_key(role, external, ended), number, status=means))
            stands: dict[str, Any] = {
                "owner": owner,
                "nobody": nobody,
                "status": status,
                "label": label,
                "customer": customer,
                "subject": subject,
                "description": description,
                "priority": priority,
                "channel": channel,
                "tags": tags,
                "fields": fields,
            }
            moment = maker._now if latest is None else latest
            if names_accounts:
                accounts.learn(row)
            for at in notes_at:
                if (note := str(row[at])) and not note.isspace():
                    comment = comment_of(note, maker._moment)
                    said = Message("note", *accounts.signed(comment, maker._systems, customer))
                    wrote = moment if comment.at is None else comment.at
                    lines.append(ImportedEntry(external, wrote, line_key("note", external, note), number, said=said))
            key = line_key("stands", external, latest, *stands.values())
            undated = status == "resolved" and not known
            on = maker._waits_on[label] if status == "parked" else ""
            lines.append(
                ImportedEntry(
                    external, moment, key, number, customer_id=customer_id, waits_on=on, undated=undated, **stands
                )
            )
            return lines if opened is not None else [replace(line, unopened=True) for line in lines]

        return read

    def _times(self, row: list[str], times_of: list[tuple[str, str, Callable[[list[str]], str]]]) -> dict[str, int]:
        """The times in a row by their roles, without the empty ones. Raises InvalidRecord."""
        found = {}
        for role, column, text_of in times_of:
            text = text_of(row)
            if text and not is_nothing(text):
                try:
                    found[role] = self._moment(text)
                except ValueError as error:
                    raise InvalidRecord(column, str(error)) from None
        return found

    def _another_case(self, id: str, told: Contradiction) -> InvalidRecord:
        """Why a row is rejected that is of another case than an earlier one with its id."""
        if told.is_first:
            self._seen.doubts.add("same-id", self.case_map.case, id)
        return InvalidRecord(
            self.case_map.case,
            f"is the id of an earlier row, with another {told.what}: if these are two cases, give a column that tells"
            " them apart (--column case=NAME); if the rows are events of one case, import them as events",
        )

    def _customer_of(self, value: str) -> tuple[str | None, ExternalIdentity | None, int]:
        """The customer in a name and an address, which a NUL separates: who of that name, and a digest."""
        name, _, address = value.partition("\0")
        address = "" if is_nothing(address) or "@" not in address else " ".join(address.split())
        if is_nothing(name):
            if not name.strip().isalpha():  # a word is a name: people are called Null, None and Na
                return address or None, None, customer_bits(address, None)
            self._seen.doubts.add("name-unclear", self.case_map.customer, name)
        identity = namesake(name, address)
        return name, identity, customer_bits(name, identity)

    def _ends(
        self, external: str, when: dict[str, int], row: list[str], ends_of: list[tuple[str, Callable[[list[str]], str]]]
    ) -> dict[str, int]:
        """The times of a row at which its case was resolved or closed, without those that nobody can know.

        A day alone does not tell when on that day, so it is no end of a case that began on it.
        """
        known = {}
        opened = when.get("opened")
        for role, value_of in ends_of:
            ended = when.get(role)
            if ended is None:
                continue
            is_day = opened is not None and 0 < opened - ended < _DAY and not has_clock(value_of(row))
            if not is_day and (found := end_after(opened, ended, external, self._seen)) is not None:
                known[role] = found
        return known

    def _owner_of(self, value: str) -> tuple[str | None, bool, bool]:
        """For a value: the owner, whether it means nobody, whether it is a system."""
        folded = fold(value)
        if folded in self._systems:
            return None, False, True
        if folded in self._nobody:
            return None, True, False
        return (value, False, False) if folded else (None, False, False)

    def _channel_of(self, value: str) -> str | None:
        if is_nothing(value):
            return None
        return self._channels.get(fold(value)) or meaning("channel", value) or value


def _word_of(rule: WordRule | None, what: str, *, settled: bool = False) -> Callable[[str], str | None]:
    """Finds the word that a value means: by the map's own lists first, else by the usual words.

    `settled` says that no column has the time of the resolution, so that a plain "closed" means resolved.
    """
    words = folded_words(rule.words) if rule else {}

    def word(value: str) -> str | None:
        return words.get(fold(value)) or ("resolved" if settled and is_done(value) else meaning(what, value))

    return word


def _filled(template: Template | None, place: Callable[[str], int]) -> Callable[[list[str]], str]:
    """Fills the template from a row; empty when all its columns are."""
    if template is None:
        return lambda row: ""
    if len(template.columns) == 1 and template.texts == ("", ""):
        only = place(template.columns[0])
        return lambda row: str(row[only])
    frame = template.frame
    places = [place(name) for name in template.columns]

    def text(row: list[str]) -> str:
        values = tuple([row[at] for at in places])
        return frame % values if any(values) else ""

    return text


def _tags(rule: TagRule | None, place: Callable[[str], int]) -> Callable[[list[str]], tuple[str, ...]]:
    if rule is None:
        return lambda row: ()
    places = [place(name) for name in rule.columns]
    # A blank as the separator means any white space.
    cut = re.compile(r"\s+" if rule.split.isspace() else re.escape(rule.split)).split if rule.split else lambda v: [v]

    def each(parts: Iterable[str]) -> tuple[str, ...]:
        return tuple(filter(None, dict.fromkeys(map(str.strip, parts))))

    fixed = tuple(filter(None, dict.fromkeys(rule.fixed)))
    short = Remembered(lambda value: each(cut(value)))

    def tags(row: list[str]) -> tuple[str, ...]:
        found = fixed
        for at in places:
            if not (value := row[at]):
                continue
            if isinstance(value, Several):
                parts = each(value.items)
            else:
                parts = short[value] if len(value) <= _LONGEST_REMEMBERED else each(cut(value))
            found = tuple(dict.fromkeys((*found, *parts))) if found else parts
        return found

    return tags
