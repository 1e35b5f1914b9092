"""Makes JSON Schemas of what --json prints, from the types: `python -m careconsole.tools.json_schema docs`."""

from __future__ import annotations

import sys
import types
import typing
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from careconsole.domain.case.events import KINDS
from careconsole.domain.case.state import Case
from careconsole.present.json_layout import laid_out
from careconsole.present.json_types import cases, work
from careconsole.present.json_types.base import CaseNumber, Entry, Moment, RefusedCaseEntry, Seconds
from careconsole.present.json_views import INNER, RENAMED, TIMES, is_never_zero, is_person
from careconsole.tools.json_outputs import OUTPUTS, Output

DIALECT = "https://json-schema.org/draft/2020-12/schema"


COMMON = "common"
EVENTS = "events"
SHARED = {
    COMMON: "Definitions that many documents use",
    EVENTS: "An event of a case, and the `data` of each kind of event",
}
"""The files that only others refer to. Other shared definitions are in the file of the first output that uses them."""

SCALARS = {"Moment": Moment, "Seconds": Seconds, "CaseNumber": CaseNumber}


@cache
def documents() -> dict[str, dict[str, Any]]:
    """Every schema by file name: one for each output, and the shared ones. No definition is repeated.

    None has an `$id`, so that references are relative to wherever the files are.
    """
    schemas, parts = _made()
    homes = _homes(schemas, parts)
    made = {}
    for name in (*SHARED, *schemas):
        own = {part: parts[part] for part in sorted(parts) if homes.get(part) == name}
        made[f"{name}.json"] = {
            "$schema": DIALECT,
            "title": SHARED.get(name) or _title(name),
            **_referring(schemas.get(name, {}), name, homes),
            **({"$defs": _referring(own, name, homes)} if own else {}),
        }
    return made


def _title(name: str) -> str:
    output = next(output for output in OUTPUTS if output.name == name)
    commands = ", ".join(f"careconsole {command}" for command in _in_short(output))
    return f"A line of {commands}" if output.lines else commands or "A failed command"


def _homes(schemas: dict[str, Any], parts: dict[str, Any]) -> dict[str, str]:
    """The file that holds each definition."""
    homes = {cases.EventEntry.__name__: EVENTS, **dict.fromkeys((*SCALARS, RefusedCaseEntry.__name__), COMMON)}
    for name, schema in ((EVENTS, parts[cases.EventEntry.__name__]), *schemas.items()):
        for part in sorted(_reached(schema, parts)):
            homes.setdefault(part, name)
    return homes


def _referring(part: Any, name: str, homes: dict[str, str]) -> Any:
    """A part of the schema in file `name`, in which references to other files name them."""
    if isinstance(part, list):
        return [_referring(one, name, homes) for one in part]
    if not isinstance(part, dict):
        return part
    told = {key: _referring(value, name, homes) for key, value in part.items()}
    if isinstance(reference := told.get("$ref"), str):
        home = homes[reference.removeprefix(_LOCAL)]
        told["$ref"] = reference if home == name else f"{home}.json{reference}"
    return told


_LOCAL = "#/$defs/"


@cache
def _made() -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of each output by its name, and the definitions that they refer to."""
    kinds = [*(_stated(output.type) for output in OUTPUTS), *_facts().values()]
    made, parts = _null_last(msgspec.json.schema_components(kinds, ref_template=_LOCAL + "{name}"))
    facts = dict(zip(KINDS, made[len(OUTPUTS) :], strict=True))
    for part in parts.values():
        del part["title"]  # it repeats the name
        part["description"] = " ".join(part["description"].split())
    scalars = {name: msgspec.json.schema(kind) for name, kind in SCALARS.items()}
    parts = {**_naming(parts, scalars), **scalars, **_data_of_kinds(facts)}
    for shape in (
        cases.EventEntry,
        cases.CaseEventEntry,
        cases.TracedEventEntry,
        cases.WatchedEventEntry,
        work.SweptEntry,
    ):
        event = parts[shape.__name__]
        event["properties"]["kind"] = {"$ref": _LOCAL + "EventKind"}
        event["allOf"] = [{"$ref": _LOCAL + "EventData"}]
    schemas = dict(zip((output.name for output in OUTPUTS), made[: len(OUTPUTS)], strict=True))
    return _naming(schemas, scalars), parts


def _null_last(part: Any) -> Any:
    """A part of a schema in which null is the last of several types; its place differs between msgspec versions."""
    if isinstance(part, dict):
        told = {key: _null_last(value) for key, value in part.items()}
        if "anyOf" in told:
            told["anyOf"] = sorted(told["anyOf"], key=lambda one: one == {"type": "null"})
        return told
    return type(part)(map(_null_last, part)) if isinstance(part, list | tuple) else part


def _naming(part: Any, scalars: dict[str, Any]) -> Any:
    """A part of a schema in which the named scalar types are replaced by references."""
    for name, scalar in scalars.items():
        if part == scalar:
            return {"$ref": _LOCAL + name}
    if isinstance(part, dict):
        return {key: _naming(value, scalars) for key, value in part.items()}
    return [_naming(one, scalars) for one in part] if isinstance(part, list) else part


def _data_of_kinds(facts: dict[str, Any]) -> dict[str, Any]:
    """The definitions that say which kinds of events there are, and which `data` each has."""
    kinds = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": {"properties": {"data": fact}}}
        for kind, fact in facts.items()
    ]
    return {
        "EventKind": {"description": "What happened.", "enum": list(facts)},
        "EventData": {"description": "`kind` determines the fields of `data`.", "allOf": kinds},
    }


def page() -> str:
    """docs/json.md: which command prints what."""
    rows = []
    for output in OUTPUTS:
        of = (
            "standard error of a failed command"
            if not output.commands
            else ", ".join(f"`{command}`" for command in _in_short(output))
        )
        what = "one per line" if output.lines else "a list" if typing.get_origin(output.type) is list else "an object"
        rows.append(f"| {of} | {what} | [{output.name}](schema/{output.name}.json) |")
    return _INTRODUCTION + "\n".join(["| command | form | schema |", "|---|---|---|", *rows]) + "\n"


_INTRODUCTION = """# JSON

<!-- Made by `python -m careconsole.tools.json_schema docs`; a test keeps it true. -->

Every command takes `--json`, except those that print a document: templates, help and exports (most exports are JSON
Lines). Each output has a JSON Schema in [schema/](schema), generated from the program's own types. To validate a file:
`check-jsonschema --schemafile docs/schema/history.json FILE`. Each definition occurs once: events in `events.json`,
shared types in `common.json`. A reference such as `events.json#/$defs/Offered` names a file in the same folder, so
validators need no network. A library that reads no files must be given all of them, each by its name.

- **Data goes to standard output**, indented and in UTF-8. Characters that could control a terminal are JSON escapes,
  which mean the same to any reader. Messages for people go to standard error.
- **Times** are text, ISO 8601 in UTC (`2026-11-24T09:00:00Z`), with milliseconds only if there are any. **Spans** are
  whole seconds, in fields that end in `_seconds`. Sizes are in bytes.
- **People and customers** are given by name; in the `data` of an event, a customer is a number. Missing values are
  null, and no field is left out.
- **A list is a list**, even with one entry or none: `show 1` prints a list, as `show 1 2` does.
- **An event** has the same fields in `show`, `history`, `watch`, `export history` and the results of commands. `kind`
  determines the fields of `data`; `sentence` is for people. In `show`, `history` and `export cases`, `public` says
  whether the customer can see the event on the case's receipt. `show` and `history`, which are for the team itself, add
  the event's `workstation` and `login`, and `own_login`: whether the login was the person's own.
- **An error** is one line of JSON, the last one on standard error: `{"error": {"kind": "refused", "message": ...,
  "hint": ..., "exit_code": 3, ...}}`. `kind` and the exit code are for programs. Wrong options are errors, too. If
  something was done all the same, as in an import with rejected rows, its result is on standard output.
- Any version may add fields. A field is renamed or removed only with a note in the change log.

"""


def texts() -> dict[str, str]:
    """The contents of the schema files by name."""
    return {name: laid_out(document) + "\n" for name, document in documents().items()}


def write(folder: Path) -> None:
    """Writes the schemas and their page into the documentation folder; removes obsolete schemas."""
    (folder / "schema").mkdir(exist_ok=True)
    wanted = texts()
    for stale in (folder / "schema").glob("*.json"):
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (folder / "schema" / name).write_text(text, encoding="utf-8")
    (folder / "json.md").write_text(page(), encoding="utf-8")


def _in_short(output: Output) -> tuple[str, ...]:
    return ("VERB CASE...",) if output.name == "done" else output.commands


def _stated(shape: Any) -> Any:
    """The type of an output, in which the state of a case is typed field by field."""
    if typing.get_origin(shape) is list:
        return list[_stated(typing.get_args(shape)[0])]  # type: ignore[misc]
    return _case_entry(shape) if issubclass(shape, cases.CaseStateEntry) else shape


class ExternalEntry(Entry, frozen=True, kw_only=True):
    """How another system calls the case."""

    source: str
    id: str


@cache
def _case_entry(shape: type[cases.CaseStateEntry]) -> Any:
    hints = typing.get_type_hints(shape, include_extras=True)
    return _struct(shape.__name__, {**hints, "case": _case_state()}, shape.__doc__)


@cache
def _case_state() -> Any:
    fields = {RENAMED.get(name, name): kind for name, kind in _told(Case).items() if name not in INNER}
    fields |= {
        "customer": str | None,
        "answerable": str | None,
        "waiting_since": Moment | None,
        "external": list[ExternalEntry],
    }
    return _struct("Case", fields, Case.__doc__)


@cache
def _facts() -> dict[str, Any]:
    return {kind: _of_fact(fact) for kind, fact in KINDS.items()}


@cache
def _of_fact(struct: Any) -> Any:
    return _struct(struct.__name__, _told(struct), struct.__doc__)


def _told(struct: Any) -> dict[str, Any]:
    """The fields of a state or a fact as `json_views.told` writes them, with their types."""
    hints = typing.get_type_hints(struct, include_extras=True)
    return {name: _translated(struct, name, hints[name]) for name in struct.__struct_fields__}


def _translated(struct: Any, name: str, kind: Any) -> Any:
    if kind is int and name in TIMES:
        return Moment | None if is_never_zero(struct, name) else Moment
    if kind is int and is_person(struct, name):
        return str
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _of_fact(kind)
    parts = typing.get_args(kind)
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return typing.Union[tuple(_translated(struct, name, part) for part in parts)]  # noqa: UP007
    if typing.get_origin(kind) is tuple and parts[-1] is Ellipsis:
        return list[_translated(struct, name, parts[0])]  # type: ignore[misc]
    return kind


def _struct(name: str, fields: dict[str, Any], doc: str | None) -> Any:
    return msgspec.defstruct(name, list(fields.items()), kw_only=True, namespace={"__doc__": doc})


def _reached(part: Any, components: dict[str, Any], found: set[str] | None = None) -> set[str]:
    """The names of the components that a part of a schema refers to, directly or not."""
    found = set() if found is None else found
    if isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix(_LOCAL)
        if name and name not in found:
            found.add(name)
            _reached(components[name], components, found)
        for value in part.values():
            _reached(value, components, found)
    elif isinstance(part, list):
        for value in part:
            _reached(value, components, found)
    return found


if __name__ == "__main__":
    write(Path(sys.argv[1]))
