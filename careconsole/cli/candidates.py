"""Completion candidates for the arguments of commands, for shells.

Nothing here writes or fails: without a readable database there are no candidates. Values that a terminal would act on
are never proposed, and descriptions are made safe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

import click
from click.shell_completion import CompletionItem

from careconsole.desk import Desk, identify
from careconsole.desk.database.environment import database_path, now_ms, os_user, workstation
from careconsole.domain.errors import CareError
from careconsole.domain.team.roster import Person
from careconsole.domain.terminal_text import display_text, fold, search_key

if TYPE_CHECKING:
    from careconsole.domain.filters.completion import FilterValues

T = TypeVar("T")

_MOST = 50
_SHOWN = 60
"""Cells of the description beside a value."""
_QUOTED_VALUE = re.compile(r'"([^"\\,<>=!][^"\\,]*)"')
_BEGUN_FIELD = re.compile(r'(-?\w+:)([^"]*\s[^"]*)')

PART = "part"
"""The type of a candidate that is only the beginning of a word: the shell adds no space after it."""

Found = Iterable[tuple[str, str]]
"""Values, each with a short description."""


def candidates(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Returns the values of an argument or option that start with `begun`, ignoring case."""
    kind = _kind(_place(ctx), param)
    if kind == "filter":
        return filter_candidates(ctx, begun)
    find = _FINDERS.get(kind)
    if find is None:
        return []
    with _Reader(ctx) as reader:
        return [CompletionItem(value, help=help) for value, help in _matching(reader.tried(find, begun, ()), begun)]


def filter_candidates(ctx: click.Context, begun: str) -> list[CompletionItem[str]]:
    """Returns the completions of `begun`, one word of a filter on the command line, without the shell's quotes.

    A value with spaces is not quoted for the filter: the shell's quotes keep it together (`groups.filter_text`).
    """
    from careconsole.domain.filters.completion import FilterValues, complete

    items: list[CompletionItem[str]] = []
    with _Reader(ctx) as reader:
        for text in _readings(begun):
            completion = complete(text, len(text), reader.tried(_known, text, FilterValues()), whole=True)
            for candidate in completion.candidates:
                value, before = candidate.text, text[: completion.start]
                if (plain := _QUOTED_VALUE.fullmatch(value)) and before.endswith(":"):
                    value = plain[1]
                if _safe_to_insert(before + value):
                    type = PART if value.endswith(":") else "plain"
                    items.append(CompletionItem(before + value, type, candidate.help or None))
            if items:
                break
    return items


def _readings(begun: str) -> Iterator[str]:
    """Yields what a word may mean as a filter: the shell removed the quotes around its spaces."""
    match = _BEGUN_FIELD.fullmatch(begun)
    if match is None:
        yield begun
        return
    field, value = match.groups()
    yield f'{field}"{value}'
    before, comma, last = value.rpartition(",")
    if comma:
        yield f'{field}{before},"{last}'


def command_line(ctx: click.Context, begun: str) -> list[CompletionItem[str]]:
    """Returns the commands of a group whose names start with `begun`, each with its one-line help."""
    group = ctx.command
    assert isinstance(group, click.Group)
    names = [name for name in group.list_commands(ctx) if name.startswith(begun)]
    lines: dict[str, str] = getattr(group, "lines", dict)()  # `Program` has them without importing its commands
    return [CompletionItem(name, help=lines.get(name) or _short_help(group, ctx, name)) for name in names]


def _short_help(group: click.Group, ctx: click.Context, name: str) -> str:
    command = group.get_command(ctx, name)
    return command.get_short_help_str(_SHOWN) if command is not None else ""


def _place(ctx: click.Context) -> str:
    """Returns the command's path without the program's name, such as "team away"."""
    words = []
    while ctx.parent is not None:
        words.append(ctx.info_name or "")
        ctx = ctx.parent
    return " ".join(reversed(words))


class _Reader:
    """The database that the command line names, opened read-only when it is needed."""

    def __init__(self, ctx: click.Context) -> None:
        given = ctx.find_root().params
        self.db: str | None = given.get("db")
        self.name: str | None = given.get("name")
        self._desk: Desk | None = None

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *failure: object) -> None:
        if self._desk is not None:
            self._desk.close()

    def tried(self, find: Callable[[_Reader, str], T], begun: str, otherwise: T) -> T:
        """Returns what `find` gives for `begun`, or `otherwise` if the database cannot be read."""
        try:
            return find(self, begun)
        except CareError:  # no database, or a foreign, older or damaged one: completion is no place to report it
            return otherwise

    @property
    def desk(self) -> Desk:
        """The desk, with the person at work if known. Raises CareError if the database cannot be read."""
        if self._desk is None:
            from careconsole.desk.database.opening import open_read_only

            self._desk = open_read_only(database_path(self.db), now_ms, workstation(), os_user())
            person = identify(self._desk.roster(), self.name, self._desk.os_user)
            self._desk.person = person.number if isinstance(person, Person) else None
        return self._desk


def _matching(found: Found, begun: str) -> Iterator[tuple[str, str]]:
    """Yields the values that start with `begun`; if none does, the only one with a later word that does."""
    wanted = search_key(begun)
    all_of_them = [(value, display_text(help, _SHOWN)) for value, help in found if _safe_to_insert(value)]
    first = [one for one in all_of_them if search_key(one[0]).startswith(wanted)]
    if first:
        yield from first[:_MOST]
        return
    later = [one for one in all_of_them if any(word.startswith(wanted) for word in search_key(one[0]).split())]
    if len(later) == 1:
        yield later[0]


def _safe_to_insert(value: str) -> bool:
    """Whether a value is safe to insert: not empty, and nothing in it that a terminal or a line editor acts on."""
    return value != "" and display_text(value) == value


def _people(reader: _Reader, begun: str) -> Found:
    people = [person for person in reader.desk.roster().people.values() if person.active]
    return [(person.name, person.role) for person in sorted(people, key=lambda person: fold(person.name))]


def _owners(reader: _Reader, begun: str) -> Found:
    return [*_people(reader, begun), ("me", "the person at work"), ("duty", "the lead on duty")]


def _cases(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.queries import candidates

    digits, hash_sign = begun.removeprefix("#"), "#" if begun.startswith("#") else ""
    if digits and not (digits.isascii() and digits.isdigit() and len(digits) < 16):
        return []
    return [(f"{hash_sign}{number}", subject) for number, subject in candidates.cases(reader.desk, digits, _MOST)]


def _resolved_cases(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.queries import candidates

    if begun:
        return _cases(reader, begun)
    return [(str(number), subject) for number, subject in candidates.resolved_cases(reader.desk, _MOST)]


def _customers(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.team import customers

    return [(one.name, one.tier) for one in customers.listed(reader.desk, begun, _MOST)]


def _tiers(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.team import customers

    return [("standard", ""), *((tier, "") for tier in customers.tiers(reader.desk))]


def _tags(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.queries import suggestions

    return [(tag, "") for tag in suggestions.tags(reader.desk, 200)]


def _causes(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.queries import suggestions

    return [(cause, "") for cause in suggestions.causes(reader.desk, 200)]


def _sources(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.imports import batches

    return [(source, "") for source in sorted(batches.sources(reader.desk))]


def _batches(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.imports import batches

    return [(str(one.number), f"{one.source}: {one.file}") for one in batches.listed(reader.desk)[:_MOST]]


def _calendars(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.team.service_levels import service

    return [(name, calendar.zone) for name, calendar in sorted(service(reader.desk).calendars.items())]


def _views(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.console.views import USUAL, views

    found = views(reader.desk) if reader.desk.person is not None else USUAL
    return [(view.name, view.filter or "every open case") for view in found]


def _saved_words(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.words.saved import listed

    return [(one.name, " ".join(one.text.split())) for one in listed(reader.desk)]


def _boxes(reader: _Reader, begun: str) -> Found:
    from careconsole.desk.mail.boxes import all_boxes

    return [(one.name, one.settings.address.address) for one in all_boxes(reader.desk)]


def _event_kinds(reader: _Reader, begun: str) -> Found:
    from careconsole.domain.case.events import KINDS

    return [(kind, "") for kind in KINDS]


def _times(reader: _Reader, begun: str) -> Found:
    return [("+1h", "in an hour"), ("+4h", "in four hours"), ("+1d", "in a day"), ("tomorrow 9:00", "")]


def _known(reader: _Reader, text: str) -> FilterValues:
    """Returns the words in use for the field at the end of a filter; reads those of no other field."""
    from careconsole.domain.filters.completion import FilterValues
    from careconsole.domain.filters.fields import FIELDS

    name, colon, begun = text.removeprefix("-").partition(":")
    field = FIELDS.get(name.lower()) if colon else None
    if field is None:
        return FilterValues()
    if field.kind == "person":
        return FilterValues(people=tuple(name for name, _ in _people(reader, "")))
    match field.name:
        case "tag":
            return FilterValues(tags=tuple(tag for tag, _ in _tags(reader, "")))
        case "cause":
            return FilterValues(causes=tuple(cause for cause, _ in _causes(reader, "")))
        case "source":
            return FilterValues(sources=tuple(source for source, _ in _sources(reader, "")))
        case "tier":
            return FilterValues(tiers=tuple(tier for tier, _ in _tiers(reader, "")))
        case "customer":
            found = _customers(reader, begun.rpartition(",")[2].strip('"'))
            return FilterValues(customers=tuple(name for name, _ in found))
    return FilterValues()


_FINDERS: dict[str, Callable[[_Reader, str], Found]] = {
    "batch": _batches,
    "box": _boxes,
    "calendar": _calendars,
    "case": _cases,
    "cause": _causes,
    "customer": _customers,
    "event kind": _event_kinds,
    "owner": _owners,
    "person": _people,
    "resolved case": _resolved_cases,
    "source": _sources,
    "tag": _tags,
    "tier": _tiers,
    "time": _times,
    "view": _views,
    "words": _saved_words,
}

FREE = "free"
"""The kind of an argument without candidates: a new name, a text, an address."""

_BY_PLACE: dict[tuple[str, str], str] = {
    ("", "name"): "person",
    ("batch rollback", "number"): "batch",
    ("batch show", "number"): "batch",
    ("box add", "name"): FREE,
    ("calendar set", "name"): "calendar",
    ("calendar show", "name"): "calendar",
    ("cause merge", "into"): "cause",
    ("cause merge", "name"): "cause",
    ("cause rename", "name"): "cause",
    ("cause rename", "new_name"): FREE,
    ("cause show", "name"): "cause",
    ("customer edit", "name"): "customer",
    ("customer address", "address"): FREE,
    ("customer address", "name"): "customer",
    ("customer merge", "into"): "customer",
    ("team merge", "into"): "person",
    ("team merge", "name"): "person",
    ("customer merge", "name"): "customer",
    ("customer order", "name"): "customer",
    ("customer show", "name"): "customer",
    ("customer tier", "name"): "customer",
    ("customer tier", "tier"): "tier",
    ("db login", "name"): "person",
    ("follow-up", "owner"): "owner",
    ("init", "agents"): FREE,
    ("init", "contacts"): FREE,
    ("init", "leads"): FREE,
    ("init", "team"): FREE,
    ("journal", "person"): "person",
    ("new", "customer"): "customer",
    ("new", "owner"): "owner",
    ("notices address", "calendar"): "calendar",
    ("notices address", "name"): "person",
    ("notices digest", "name"): "person",
    ("notices forget", "name"): "person",
    ("notices test", "name"): "person",
    ("path try", "case"): "case",
    ("practice", "case"): "case",
    ("queue", "view"): "view",
    ("reopen", "words"): "resolved case",
    ("team add", "name"): FREE,
    ("team away", "cover"): "person",
    ("team away", "name"): "person",
    ("team back", "name"): "person",
    ("team contact", "name"): FREE,
    ("team duty", "name"): "person",
    ("team hand-over", "name"): "person",
    ("team hand-over", "to"): "owner",
    ("team leave", "name"): "person",
    ("team login", "name"): "person",
    ("team reach", "how"): FREE,
    ("team reach", "name"): "person",
    ("team rename", "name"): "person",
    ("team role", "name"): "person",
    ("watch", "kinds"): "event kind",
    ("why", "case"): "case",
    ("words add", "name"): FREE,
    ("words edit", "name"): "words",
    ("words remove", "name"): "words",
    ("words show", "name"): "words",
    ("attach", "name"): FREE,
}
"""The kind of an argument, by its command's path and its name, where its metavar does not tell."""

_BY_NAME = {"cause": "cause", "into": "case", "person": "person"}
"""The kind of an argument, by its name in any command."""
_BY_FIELD = {"person": "owner", "customer": "customer", "time": "time", "tags": "tag"}
"""The kind of a verb's field, by its kind in the registry."""


def _kind(place: str, param: click.Parameter) -> str:
    """Returns the kind of an argument: a key of `_FINDERS`, "filter", or FREE."""
    name = param.name or ""
    if (found := _BY_PLACE.get((place, name))) is not None:
        return found
    metavar = param.metavar or ""
    if metavar == "[FILTER]...":
        return "filter"
    if metavar.startswith("CASE"):
        return "case"
    from careconsole.commands import BY_ID  # which a filter or a case does not need

    verb = BY_ID.get(place)
    field = next((field for field in verb.fields if field.name == name), None) if verb is not None else None
    if field is not None and field.kind in _BY_FIELD:
        return _BY_FIELD[field.kind]
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name == "source" and place.startswith("import "):
        return "source"
    return {"TIME": "time", "TAG": "tag", "BOX": "box"}.get(metavar, FREE)
