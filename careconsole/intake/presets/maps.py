"""Maps of records: TOML files that say, without code, how the objects of another system become cases.

Those of the systems that are known are in `db/presets`; `docs/imports` shows what each of them makes of its fields.
"""

from __future__ import annotations

import os
from functools import cache

from careconsole.desk import program_files
from careconsole.intake.documents.paths import Condition, Path, path_of
from careconsole.intake.eventlogs.maps import PRIORITIES, STATUSES, map_text
from careconsole.intake.kinds import Field
from careconsole.intake.patterns import groups_of
from careconsole.intake.presets.rules import (
    CommentRule,
    Conditions,
    FieldRule,
    IdRule,
    OwnFields,
    Paths,
    PeopleRule,
    PersonRule,
    RatingRule,
    RecordMap,
    TextRule,
    WordRule,
)
from careconsole.intake.tables import Table, format_of, toml_of, zone_of


@cache
def preset(id: str) -> RecordMap:
    """The map of a system that is known, by the id of its kind."""
    return parse_record_map(program_files.preset(id), f"db/presets/{id}.toml")


def load_record_map(path: str) -> RecordMap:
    """The map in the file `path`. Raises WrongUse that names the place and what would be valid there."""
    return parse_record_map(map_text(path, "db/presets holds some to begin with."), os.fspath(path))


def parse_record_map(text: str, name: str = "map") -> RecordMap:
    """The map written in `text`; `name` is for messages. Raises WrongUse that names the line of a mistake."""
    top = Table(toml_of(text, name), name, text)
    shape = top.text("shape")
    case, times = _required(top, "case"), _required(top, "time")
    skip, merged = top.table("skip"), top.table("merged")
    parsed = RecordMap(
        name=name,
        title=top.text("title", required=True),
        shape=shape,
        source=top.text("source"),
        keys=top.texts("records"),
        recognise=tuple(top.pairs("recognise")),
        carried=_documented(top, "carried"),
        not_carried=_documented(top, "not_carried"),
        advice=top.texts("advice"),
        id=_id(_required(case, "id", "from")),
        other=_paths(case, "other"),
        subject=_text(_required(case, "subject", "plain")),
        description=_text(case.table("description", shorthand="plain")),
        outgoing=_conditions(case, "outgoing"),
        format=format_of(times),
        zone=zone_of(times),
        created=_paths(times, "created", required=True),
        updated=_paths(times, "updated"),
        ended=_paths(times, "ended"),
        status=_words(_required(top, "status", "from"), STATUSES),
        owner=_person(top.table("owner", shorthand="id")),
        customer=_person(top.table("customer", shorthand="id")),
        priority=_optional_words(top.table("priority", shorthand="from"), PRIORITIES),
        channel=_optional_words(top.table("channel", shorthand="from"), ()),
        tags=_paths(top, "tags"),
        fields=_fields(top),
        own=_own(top.table("custom", shorthand="from")),
        breached=_named_conditions(top, "breached"),
        rating=_rating(top.table("rating")),
        skip=_conditions(skip, "when") if skip else (),
        skipped=skip.text("what", required=True) if skip else "",
        deleted=_conditions(top, "deleted"),
        spam=_conditions(top, "spam"),
        merged=_pattern(merged, "note") if merged else "",
        comments=_comments(top.table("comments")),
        people=_people(top.table("people")),
    )
    for table in (top, case, times, skip, merged):
        if table is not None:
            table.finish()
    return parsed


def _required(table: Table, key: str, shorthand: str = "") -> Table:
    found = table.table(key, shorthand=shorthand, required=True)
    assert found is not None
    return found


def _documented(top: Table, key: str) -> tuple[Field, ...]:
    """Rows of [theirs, ours] or [theirs, ours, remark]."""
    rows = top.rows(key)
    if any(len(row) not in (2, 3) for row in rows):
        raise top.mistake(key, "must have two or three texts in a row", 'For example [["subject", "subject"]].')
    return tuple(Field(*row) for row in rows)


def _paths(table: Table, key: str, *, required: bool = False) -> Paths:
    found = tuple(path_of(text) for text in table.texts(key))
    if any("" in path for path in found):
        raise table.mistake(key, "holds a path with nothing between its dots", 'For example "assignee.name".')
    if required and not found:
        raise table.mistake(key, "is missing", "Give the path of a field, or several of which the first one counts.")
    return found


def _conditions(table: Table, key: str) -> Conditions:
    named = table.table(key)
    if named is None:
        return ()
    found = []
    for path in named.names:
        values = named.texts(path)
        if not values:
            raise named.mistake(path, "lists no value", 'Write "*" for any, and "" for none.')
        try:
            found.append(_condition(path_of(path), values))
        except (ValueError, OverflowError) as error:
            hint = 'Write "<0" for a number below 0 and "~x+" for a regular expression.'
            raise named.mistake(path, f"has “{values[0]}”: {error}", hint) from error
    return tuple(found)


def _condition(path: Path, values: tuple[str, ...]) -> Condition:
    """A value "<0" is a number to be below, "~x" a regular expression (in small letters); each stands alone."""
    if len(values) == 1 and values[0].startswith("<"):
        return Condition(path, frozenset(), float(values[0][1:]))
    if len(values) == 1 and values[0].startswith("~"):
        groups_of(values[0][1:])
        return Condition(path, frozenset(), None, values[0][1:])
    return Condition(path, frozenset(value.strip().lower() for value in values))


def _named_conditions(top: Table, key: str) -> tuple[tuple[str, Conditions], ...]:
    named = top.table(key)
    return tuple((name, _conditions(named, name)) for name in named.names) if named is not None else ()


def _text(table: Table | None) -> TextRule:
    if table is None:
        return TextRule()
    rule = TextRule(_paths(table, "plain"), _paths(table, "html"), _conditions(table, "html_when"))
    if not rule.plain and not rule.html:
        raise table.mistake("plain", "is missing", "Give the path of a text, under plain or html.")
    table.finish()
    return rule


def _pattern(table: Table, key: str) -> str:
    pattern = table.text(key)
    try:
        groups = groups_of(pattern) if pattern else 1
    except ValueError as error:
        raise table.mistake(key, f"is no regular expression: {error}") from error
    if not groups:
        raise table.mistake(key, "has no group ( ) that holds the id")
    return pattern


def _id(table: Table) -> IdRule:
    rule = IdRule(_paths(table, "from", required=True), _pattern(table, "pattern"), _paths(table, "otherwise"))
    table.finish()
    return rule


def _person(table: Table | None) -> PersonRule:
    if table is None:
        return PersonRule()
    rule = PersonRule(
        ids=_paths(table, "id"),
        names=_names(table, "name"),
        mails=_paths(table, "email"),
        nobody=frozenset(value.strip().lower() for value in table.texts("nobody")),
        nobody_when=_conditions(table, "nobody_when"),
        when=_conditions(table, "when"),
        sort=table.text("sort"),
        always=table.flag("always") or False,
    )
    table.finish()
    return rule


def _names(table: Table, key: str) -> tuple[Paths, ...]:
    """ "first last" is one name of two paths."""
    return tuple(tuple(map(path_of, text.split())) for text in table.texts(key))


def _words(table: Table, valid: tuple[str, ...]) -> WordRule:
    words: dict[str, str] = {}
    for word in valid:
        for value in table.texts(word):
            if words.setdefault(value.strip().lower(), word) != word:
                raise table.mistake(word, f"lists “{value}”, which {words[value.lower()]} lists too")
    if not valid and (named := table.table("values")) is not None:
        words = {value.strip().lower(): named.text(value, required=True) for value in named.names}
    called = table.table("called")
    waits = table.table("waits") if "parked" in valid else None
    rule = WordRule(
        source=_paths(table, "from", required=True),
        beside=_paths(table, "beside"),
        words=words,
        called={value: called.text(value, required=True) for value in called.names} if called is not None else {},
        waits={
            value.strip().lower(): on
            for on in ("third party", "us")
            for value in (waits.texts(on) if waits is not None else ())
        },
    )
    table.finish()
    return rule


def _optional_words(table: Table | None, valid: tuple[str, ...]) -> WordRule | None:
    return None if table is None else _words(table, valid)


def _fields(top: Table) -> tuple[FieldRule, ...]:
    named = top.table("fields")
    found = []
    for name in named.names if named is not None else ():
        table = _required(named, name, "from")  # type: ignore[arg-type]
        found.append(FieldRule(name, _paths(table, "from"), _paths(table, "id"), table.text("sort")))
        if not found[-1].source and not found[-1].ids:
            raise table.mistake("from", "is missing", "Give the path of a value, or of an id with its sort.")
        table.finish()
    return tuple(found)


def _own(table: Table | None) -> OwnFields | None:
    if table is None:
        return None
    rule = OwnFields(_paths(table, "from", required=True), _paths(table, "name"), _paths(table, "value"))
    table.finish()
    return rule


def _rating(table: Table | None) -> RatingRule | None:
    if table is None:
        return None
    case = table.table("case", shorthand="from")
    rule = RatingRule(
        source=_paths(table, "from", required=True),
        words=_paths(table, "words"),
        at=_paths(table, "at"),
        case=_id(case) if case is not None else None,
        good=frozenset(value.lower() for value in table.texts("good")),
        bad=frozenset(value.lower() for value in table.texts("bad")),
        shown=table.text("shown") or "{}",
    )
    if "{}" not in rule.shown:
        raise table.mistake("shown", "has no place {} for the value", 'For example "{} of 5".')
    table.finish()
    return rule


def _comments(table: Table | None) -> CommentRule | None:
    if table is None:
        return None
    case = table.table("case", shorthand="from")
    public = table.table("public")
    everybody = public.flag("everybody") if public is not None else None
    rule = CommentRule(
        source=_paths(table, "from"),
        case=_id(case) if case is not None else None,
        by_other=table.flag("case_is_other") or False,
        id=_id(_required(table, "id", "from")),
        at=_paths(table, "at", required=True),
        text=_text(_required(table, "text", "plain")),
        author=_person(table.table("author", shorthand="id")),
        skip=_conditions(table, "skip"),
        everybody=everybody or False,
        public=() if everybody is not None else _conditions(table, "public"),
        note=_conditions(table, "note"),
        system=_conditions(table, "system"),
        incoming=_conditions(table, "incoming"),
        outgoing=_conditions(table, "outgoing"),
        status=_optional_words(table.table("status", shorthand="from"), STATUSES),
        owner=_person(owner) if (owner := table.table("owner")) is not None else None,
        channel=_optional_words(table.table("channel", shorthand="from"), ()),
        opens=table.flag("first_is_description") or False,
    )
    if public is not None and everybody is not None:
        public.finish()
    table.finish()
    return rule


def _people(table: Table | None) -> PeopleRule:
    if table is None:
        return PeopleRule()
    things = table.table("things")
    found = []
    for sort in things.names if things is not None else ():
        thing = _required(things, sort)  # type: ignore[arg-type]
        found.append((sort, _conditions(thing, "when"), _paths(thing, "name", required=True)))
        thing.finish()
    rule = PeopleRule(
        keys=table.texts("records"),
        embedded=_paths(table, "embedded"),
        ids=_paths(table, "id", required=True),
        names=_names(table, "name"),
        mails=_paths(table, "email"),
        agents=_conditions(table, "agent"),
        customers=_conditions(table, "customer"),
        separate=table.flag("separate") or False,
        things=tuple(found),
    )
    table.finish()
    return rule
