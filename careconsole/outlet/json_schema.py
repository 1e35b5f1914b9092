"""JSON Schemas of what --json prints, made from the types: `python -m careconsole.outlet.json_schema docs`."""

from __future__ import annotations

import json
import sys
import types
import typing
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from careconsole.commands import VERBS
from careconsole.domain.case import Case
from careconsole.domain.facts import KINDS
from careconsole.outlet.json_types import cases, clocks, database, errors, imports, notices, settings, team, work
from careconsole.outlet.json_types.base import Entry, Moment
from careconsole.outlet.shapes import INNER, NEVER_ZERO, TIMES, is_person

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Output(NamedTuple):
    """What commands print: the name of its schema, its type, the commands, and whether it is that a line."""

    name: str
    type: Any
    commands: tuple[str, ...]
    lines: bool = False


OUTPUTS = (
    Output("queue", list[cases.QueueEntry], ("queue", "search", "demo")),
    Output("queue-line", cases.QueueEntry, ("export queue",), lines=True),
    Output("filters", work.FiltersEntry, ("queue help:",)),
    Output("cases", list[cases.CaseEntry], ("show",)),
    Output("case-line", cases.CaseEntry, ("export cases",), lines=True),
    Output("history", list[cases.EventEntry], ("history",)),
    Output("event-line", cases.EventEntry, ("export history",), lines=True),
    Output("watch-line", cases.WatchedEventEntry, ("watch",), lines=True),
    Output("done", work.DoneEntry, tuple(verb.id for verb in VERBS)),
    Output("opened", work.OpenedEntry, ("new", "follow-up")),
    Output("turned", work.TurnedEntry, ("undo", "redo")),
    Output("why", clocks.WhyEntry, ("why",)),
    Output("agenda", clocks.AgendaEntry, ("agenda",)),
    Output("promises", list[clocks.PromiseEntry], ("promises",)),
    Output("measures", database.MeasuresEntry, ("measures",)),
    Output("measure-line", database.FigureEntry, ("export measures",), lines=True),
    Output("sweep", work.SweepEntry, ("sweep",)),
    Output("team", list[team.PersonEntry], ("team list",)),
    Output(
        "team-change",
        team.TeamChangeEntry,
        tuple(f"team {verb}" for verb in ("add", "contact", "role", "rename", "login", "leave", "away", "back")),
    ),
    Output("hand-over", team.HandOverEntry, ("team hand-over",)),
    Output("duty", team.DutyEntry, ("team duty",)),
    Output("rota", team.RotaEntry, ("team rota show",)),
    Output("rota-change", team.RotaChangeEntry, ("team rota set", "team rota check", "team rota clear")),
    Output("customers", list[settings.CustomerEntry], ("customer list",)),
    Output("customer", settings.CustomerEntry, ("customer edit", "customer tier", "customer order")),
    Output("customer-cases", settings.CustomerCasesEntry, ("customer show",)),
    Output("service", list[settings.LevelEntry], ("service show",)),
    Output("service-change", settings.ServiceChangeEntry, ("service set", "service check", "calendar set")),
    Output("calendar", list[settings.DayEntry], ("calendar show",)),
    Output("paths", list[settings.PathEntry], ("path show",)),
    Output("paths-change", settings.PathsChangeEntry, ("path set", "path check")),
    Output("path-try", settings.TriedEntry, ("path try",)),
    Output("notices", list[notices.NoticeEntry], ("notices list",)),
    Output("notices-sent", work.SentEntry, ("notices send",)),
    Output("notices-test", notices.TestEntry, ("notices test",)),
    Output("addresses", notices.AddressesEntry, ("notices addresses",)),
    Output("address", notices.AddressEntry, ("notices address",)),
    Output("addresses-forgotten", notices.ForgottenEntry, ("notices forget",)),
    Output("mail-gateway", notices.GatewayEntry, ("notices mail",)),
    Output("notice-subjects", notices.SubjectsEntry, ("notices subject",)),
    Output("import", imports.ImportEntry, ("import events", "import KIND")),
    Output("import-auto", imports.GuidedImportEntry, ("import auto",)),
    Output("import-careconsole", imports.ReadmittedEntry, ("import careconsole",)),
    Output("batches", list[imports.ListedBatchEntry], ("batch list",)),
    Output("batch", imports.BatchDetailEntry, ("batch show",)),
    Output("batch-rollback", imports.RolledBackEntry, ("batch rollback",)),
    Output("init", database.FoundedEntry, ("init",)),
    Output("db-info", database.InfoEntry, ("db info",)),
    Output("db-check", database.CheckEntry, ("db check",)),
    Output("db-backup", database.BackupEntry, ("db backup",)),
    Output("db-restore", database.RestoredEntry, ("db restore",)),
    Output("db-share", database.SharedEntry, ("db share",)),
    Output("export-copy", database.CopyEntry, ("export copy",)),
    Output("error", errors.ErrorDocument, ()),
)
"""Every output; "error" is what any command with --json writes to standard error when it fails."""


def output_of(command: str) -> Output:
    """What a command prints; the imports of one kind of file are known as "import KIND". KeyError for no command."""
    return next(output for output in OUTPUTS if command in output.commands)


def schema(output: Output) -> dict[str, Any]:
    """The JSON Schema of an output, complete in itself."""
    schemas, components = _made()
    own = schemas[output.name]
    commands = ", ".join(f"careconsole {command}" for command in _in_short(output))
    return {
        "$schema": DIALECT,
        "title": f"A line of {commands}" if output.lines else commands or "A failed command",
        **own,
        "$defs": {name: components[name] for name in sorted(_reached(own, components))},
    }


@cache
def _made() -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of each output by its name, and the components that they refer to."""
    kinds = [*(_stated(output.type) for output in OUTPUTS), *_facts().values()]
    made, components = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    facts = dict(zip(KINDS, made[len(OUTPUTS) :], strict=True))
    for shape in (cases.EventEntry, cases.WatchedEventEntry, work.SweptEntry):
        _tell_facts(components[shape.__name__], facts)
    for component in components.values():
        component["description"] = " ".join(component.get("description", "").split())
    return dict(zip((output.name for output in OUTPUTS), made[: len(OUTPUTS)], strict=True)), components


def page() -> str:
    """docs/json.md: which command prints what."""
    rows = []
    for output in OUTPUTS:
        of = (
            "standard error of a command that failed"
            if not output.commands
            else ", ".join(f"`{command}`" for command in _in_short(output))
        )
        what = "one a line" if output.lines else "a list" if typing.get_origin(output.type) is list else "an object"
        rows.append(f"| {of} | {what} | [{output.name}](schema/{output.name}.json) |")
    return _INTRODUCTION + "\n".join(["| command | form | schema |", "|---|---|---|", *rows]) + "\n"


_INTRODUCTION = """# JSON

Made from the program by `python -m careconsole.outlet.json_schema docs`; a test keeps it true.

Every command takes `--json`, apart from those that print a document by nature: templates, help, and exports, of which
most are JSON Lines. What it prints has a JSON Schema in [schema/](schema), made from the types the program prints by.

- **Data goes to standard output**, indented and in UTF-8; characters that a terminal might act on stand as escapes,
  which any reader takes for the same. Words for people go to standard error.
- **Moments** are text, ISO 8601 in UTC (`2026-11-24T09:00:00Z`), with milliseconds only where there are some. **Spans**
  are whole seconds in fields that end in `_seconds`. Sizes are bytes.
- **People and customers** come by name; a customer in the `data` of an event by number. What is absent is null, and no
  field is left out.
- **A list is a list** with one entry and with none: `show 1` prints a list, as `show 1 2` does.
- **An event** has the same fields in `show`, `history`, `watch` and `export history`, and in what a command says that
  it did. `kind` tells which fields `data` has; `sentence` is for people.
- **An error** is one line of JSON, the last one on standard error: `{"error": {"kind": "refused", "message": ...,
  "hint": ..., "exit_code": 3, ...}}`. `kind` and the exit code are for programs. Wrong options are told like that, too.
  Where something was done all the same, as in an import of which rows were rejected, its result is on standard output.
- New fields may come with any version. A field is renamed, or goes, only with a note in the change log.

"""


def write(folder: Path) -> None:
    """Writes the schemas and their page into the folder of the documentation; schemas of no output are removed."""
    (folder / "schema").mkdir(exist_ok=True)
    wanted = {f"{output.name}.json": text_of(output) for output in OUTPUTS}
    for stale in (folder / "schema").glob("*.json"):
        if stale.name not in wanted:
            stale.unlink()
    for name, text in wanted.items():
        (folder / "schema" / name).write_text(text, encoding="utf-8")
    (folder / "json.md").write_text(page(), encoding="utf-8")


def text_of(output: Output) -> str:
    """A schema as its file has it."""
    return json.dumps(schema(output), indent=1, ensure_ascii=False) + "\n"


def _in_short(output: Output) -> tuple[str, ...]:
    return ("VERB CASE...",) if output.name == "done" else output.commands


def _stated(shape: Any) -> Any:
    """A type of an output in which the state of a case, which is told field by field, has its type."""
    if typing.get_origin(shape) is list:
        return list[_stated(typing.get_args(shape)[0])]  # type: ignore[misc]
    return _case_entry() if shape is cases.CaseEntry else shape


class ExternalEntry(Entry, frozen=True, kw_only=True):
    """How another system calls the case."""

    source: str
    id: str


@cache
def _case_entry() -> Any:
    fields = {name: kind for name, kind in _told(Case).items() if name not in INNER}
    fields |= {
        "customer": str | None,
        "answerable": str | None,
        "waiting_since": Moment | None,
        "external": list[ExternalEntry],
    }
    state = _struct("Case", fields, Case.__doc__)
    hints = typing.get_type_hints(cases.CaseEntry, include_extras=True)
    return _struct("CaseEntry", {**hints, "case": state}, cases.CaseEntry.__doc__)


@cache
def _facts() -> dict[str, Any]:
    return {kind: _of_fact(fact) for kind, fact in KINDS.items()}


@cache
def _of_fact(struct: Any) -> Any:
    return _struct(struct.__name__, _told(struct), struct.__doc__)


def _told(struct: Any) -> dict[str, Any]:
    """The fields of a state or a fact as `shapes.told` writes them, with their types."""
    hints = typing.get_type_hints(struct, include_extras=True)
    return {name: _translated(struct, name, hints[name]) for name in struct.__struct_fields__}


def _translated(struct: Any, name: str, kind: Any) -> Any:
    if kind is int and name in TIMES:
        return Moment | None if (struct, name) in NEVER_ZERO else Moment
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


def _tell_facts(event: dict[str, Any], facts: dict[str, Any]) -> None:
    """Says which `data` an event of each kind has."""
    event["properties"]["kind"] = {"enum": list(facts)}
    event["allOf"] = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": {"properties": {"data": fact}}}
        for kind, fact in facts.items()
    ]


def _reached(part: Any, components: dict[str, Any], found: set[str] | None = None) -> set[str]:
    """The names of the components that a part of a schema refers to, directly or not."""
    found = set() if found is None else found
    if isinstance(part, dict):
        name = str(part.get("$ref", "")).removeprefix("#/$defs/")
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
