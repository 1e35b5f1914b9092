"""Escalation paths as TOML: `[[path]]` tables in the order in which they are tried, each with its `[[path.step]]`s.

People are named by their names, and groups of them by `[group]`. A mistake is told with the line it stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from careconsole.domain.calendars import quoted
from careconsole.domain.calendartables import WrongEntry
from careconsole.domain.case.escalation_paths import ABLE, DUTY, FRONTLINE, LEADS, Path, Paths, Step
from careconsole.domain.case.reviews import label
from careconsole.domain.case.state import PRIORITIES
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.roster import Roster
from careconsole.domain.tags import tags_of
from careconsole.domain.text import fold
from careconsole.domain.times import DAY, MINUTE, parse_span, write_span
from careconsole.domain.tomllines import nearest, read_toml, table_of, toml_value, with_line, wrong

Find = Callable[[str], int]
"""The number of the person of a name; raises WrongUse for nobody."""

_HINT = hint_of("See {}.", suggest("path template"))
_TOP = ("group", "path")
_PATH = ("name", "tags", "tiers", "priorities", "causes", "step")
_STEP = ("name", "call", "acknowledge", "repeat")
_LONGEST = 30 * DAY
_MOST_STEPS, _MOST_REPEATS = 12, 20
_Key = tuple[str, ...]


def parse_paths(text: str, find: Find) -> Paths:
    """Reads paths. Raises WrongUse that names the line and the key."""
    table = read_toml(text, _HINT)
    try:
        return _paths(table, find)
    except WrongEntry as error:
        raise with_line(text, error) from None


def paths_text(paths: Paths, roster: Roster) -> str:
    """Paths as a text that `parse_paths` reads as the same."""
    parts = []
    for path in paths.paths:
        rows = ["[[path]]", f"name = {toml_value(path.name)}"]
        for key in ("tags", "tiers", "priorities", "causes"):
            if words := getattr(path, key):
                rows.append(f"{key} = {toml_value(words)}")
        for step in path.steps:
            called = [roster.name(word) if isinstance(word, int) else word for word in step.call]
            rows += ["", "[[path.step]]", f"name = {toml_value(step.name)}", f"call = {toml_value(called)}"]
            rows += [f"acknowledge = {toml_value(write_span(step.acknowledge))}"] if step.acknowledge else []
            rows += [f"repeat = {step.repeat}"] if step.repeat else []
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _paths(table: Mapping[str, object], find: Find) -> Paths:
    _only(table, _TOP, (), "There are [[path]] and [group].")
    groups = {}
    for name, people in table_of(table.get("group", {}), ("group",), _HINT).items():
        key = ("group", name)
        if fold(name) in (DUTY, LEADS, ABLE):
            raise wrong(key, f"{quoted(name)} means something of its own.", "Choose another name for the group.")
        groups[fold(name)] = tuple(_person(person, key, find) for person in _words(people, key))
    entries = _tables(table.get("path", []), ("path",))
    paths = [_path(entry, ("path", str(n)), groups, find) for n, entry in enumerate(entries)]
    if not paths:
        raise wrong(("path",), "There is no path.", hint_of("Begin one with a line [[path]]. {}", _HINT))
    for n, path in enumerate(paths):
        if path.name in {other.name for other in paths[:n]}:
            raise wrong(("path", str(n), "name"), f"There are two paths {quoted(path.name)}.", "Rename one.")
        if path.fits_all and n < len(paths) - 1:
            raise wrong(
                ("path", str(n)),
                f"The path {quoted(path.name)} is for every case, so none gets to those after it.",
                "Put it last, or say which tags, tiers, priorities or causes it is for.",
            )
    if not paths[-1].fits_all:
        raise wrong(
            ("path", str(len(paths) - 1)),
            f"The last path, {quoted(paths[-1].name)}, is not for every case.",
            "Take what it is for out, or add a path after it.",
        )
    return Paths(tuple(paths))


def _path(entry: Mapping[str, object], key: _Key, groups: Mapping[str, tuple[int, ...]], find: Find) -> Path:
    _only(entry, _PATH, key, f"A path has {', '.join(_PATH)}.")
    name = _name(entry, key, "path")
    steps = [
        _step(step, (*key, "step", str(n)), groups, find)
        for n, step in enumerate(_tables(entry.get("step", []), (*key, "step")))
    ]
    if not steps:
        raise wrong(key, f"The path {quoted(name)} has no step.", "Begin each with a line [[path.step]].")
    if len(steps) > _MOST_STEPS:
        raise wrong(key, f"The path {quoted(name)} has {len(steps)} steps.", f"Keep to {_MOST_STEPS}.")
    for n, step in enumerate(steps):
        if step.name in {other.name for other in steps[:n]}:
            raise wrong((*key, "step", str(n), "name"), f"Two steps are called {quoted(step.name)}.", "Rename one.")
    priorities = _folded(entry, "priorities", key)
    for word in priorities:
        if word not in PRIORITIES:
            raise wrong(
                (*key, "priorities"), f"{quoted(word)} is no priority.", f"Choose among {', '.join(PRIORITIES)}."
            )
    return Path(
        name=name,
        steps=tuple(steps),
        tags=_tags(entry, key),
        tiers=_folded(entry, "tiers", key),
        priorities=priorities,
        causes=tuple(dict.fromkeys(label(word) for word in _words(entry.get("causes", []), (*key, "causes")))),
    )


def _step(entry: Mapping[str, object], key: _Key, groups: Mapping[str, tuple[int, ...]], find: Find) -> Step:
    _only(entry, _STEP, key, f"A step has {', '.join(_STEP)}.")
    name = _name(entry, key, "step")
    if fold(name) == FRONTLINE:
        raise wrong((*key, "name"), "The frontline is where every case begins.", "Call the step something else.")
    called: list[int | str] = []
    for word in _words(entry.get("call", [ABLE]), (*key, "call")):
        if fold(word) in (DUTY, LEADS, ABLE):
            called.append(fold(word))
        elif fold(word) in groups:
            called += groups[fold(word)]
        else:
            called.append(_person(word, (*key, "call"), find))
    if not called:
        raise wrong((*key, "call"), "The step calls nobody.", 'Name people or groups, or "duty", "leads" or "able".')
    if ABLE in called and len(called) > 1:
        raise wrong((*key, "call"), '"able" is the next one who can help, and stands alone.', "Take the others out.")
    repeat = entry.get("repeat", 0)
    if isinstance(repeat, bool) or not isinstance(repeat, int) or not 0 <= repeat <= _MOST_REPEATS:
        raise wrong((*key, "repeat"), f"{quoted(repeat)} is no count.", f"Give a number from 0 to {_MOST_REPEATS}.")
    return Step(name=name, call=tuple(dict.fromkeys(called)), acknowledge=_span(entry, key), repeat=repeat)


def _span(entry: Mapping[str, object], key: _Key) -> int:
    if "acknowledge" not in entry:
        return 0
    key, value = (*key, "acknowledge"), entry["acknowledge"]
    hint = 'Write working time like "30m" or "1h30m".'
    if not isinstance(value, str):
        raise wrong(key, f"{quoted(value)} is no span of time.", hint)
    try:
        span = parse_span(value)
    except WrongUse as error:
        raise wrong(key, error.message, hint) from None
    if not MINUTE <= span <= _LONGEST:
        raise wrong(key, f"{quoted(value)} is too {'short' if span < MINUTE else 'long'}.", "From 1m up to 30 days.")
    return span


def _name(entry: Mapping[str, object], key: _Key, what: str) -> str:
    name = entry.get("name")
    if not isinstance(name, str) or not fold(name):
        at = (*key, "name") if "name" in entry else key
        raise wrong(at, f"A {what} needs a name.", 'Write it like name = "management".')
    return " ".join(name.split())


def _person(name: str, key: _Key, find: Find) -> int:
    try:
        return find(name)
    except WrongUse as error:
        raise wrong(key, error.message, error.hint) from None


def _only(entry: Mapping[str, object], known: tuple[str, ...], key: _Key, hint: str) -> None:
    for name in entry:
        if name not in known:
            near = nearest(name, known)
            meant = f"Did you mean {near}? " if near else ""
            raise wrong((*key, name), "There is nothing of that name here.", f"{meant}{hint}")


def _tables(value: object, key: _Key) -> list[Mapping[str, object]]:
    if not isinstance(value, list):
        raise wrong(key, "That is no list of tables.", hint_of("Begin each with a line [[{}]]. {}", key[-1], _HINT))
    return [table_of(entry, (*key, str(n)), _HINT) for n, entry in enumerate(value)]


def _folded(entry: Mapping[str, object], name: str, key: _Key) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(word) for word in _words(entry.get(name, []), (*key, name))))


def _tags(entry: Mapping[str, object], key: _Key) -> tuple[str, ...]:
    key, words = (*key, "tags"), _words(entry.get("tags", []), (*key, "tags"))
    try:
        return tags_of(words)
    except WrongUse as error:
        raise wrong(key, error.message, error.hint) from None


def _words(value: object, key: _Key) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise wrong(key, f"{quoted(value)} is no list of words.", 'Write it like ["Dr. Weiss", "duty"].')
    if not all(map(fold, words)):
        raise wrong(key, "There is an empty word in it.", "Take it out.")
    return tuple(words)
