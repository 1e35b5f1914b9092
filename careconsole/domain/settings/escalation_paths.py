"""Escalation paths as TOML: `[[path]]` tables in the order in which they are tried, each with its `[[path.step]]`s.

People are given by name, and `[group]` defines groups of them. Mistakes are reported with their line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import msgspec

from careconsole.domain.case.causes import label
from careconsole.domain.case.escalation_paths import ABLE, DUTY, FRONTLINE, LEADS, Path, Paths, Step
from careconsole.domain.case.tags import tags_of
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.settings.document import SettingsDocument, Table, WrongEntry, at_entry
from careconsole.domain.settings.toml import toml_value
from careconsole.domain.settings.values import Name, SomeWords, Span, must_fit_all_cases, read_priorities
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.calendars import quoted
from careconsole.domain.time.moments import DAY, write_span

Find = Callable[[str], int]
"""Returns the number of the person with that name; raises WrongUse if there is none."""
Groups = Mapping[str, tuple[int, ...]]

_HINT = hint_of("See {}.", suggest("path template"))
_MOST_STEPS = 12


class StepSpan(Span):
    """The time to acknowledge a call."""

    longest = 30 * DAY
    called = "30 days"


class StepTable(Table, frozen=True):
    """A table [[path.step]]."""

    name: Name
    call: SomeWords = SomeWords(ABLE)
    acknowledge: StepSpan | None = None
    repeat: Annotated[int, msgspec.Meta(ge=0, le=20)] = 0

    def step(self, groups: Groups, find: Find) -> Step:
        """The step it describes. Raises WrongUse for unknown people, nobody to call, or a bad combination."""
        if fold(self.name) == FRONTLINE:
            raise WrongEntry(("name",), "The frontline is where every case begins.", "Call the step something else.")
        with at_entry("call"):
            call = list(self._called(groups, find))
            if not call:
                raise WrongUse("The step calls nobody.", 'Name people or groups, or "duty", "leads" or "able".')
            if ABLE in call and len(call) > 1:
                raise WrongUse('"able" is the next available responder, and must be alone.', "Remove the others.")
        kept = tuple(dict.fromkeys(call))
        return Step(name=str(self.name), call=kept, acknowledge=int(self.acknowledge or 0), repeat=self.repeat)

    def _called(self, groups: Groups, find: Find) -> Iterator[int | str]:
        for word in self.call:
            if fold(word) in (DUTY, LEADS, ABLE):
                yield fold(word)
            elif fold(word) in groups:
                yield from groups[fold(word)]
            else:
                yield find(word)


class PathTable(Table, frozen=True):
    """A table [[path]]."""

    name: Name
    tags: SomeWords = SomeWords()
    tiers: SomeWords = SomeWords()
    priorities: SomeWords = SomeWords()
    causes: SomeWords = SomeWords()
    step: tuple[StepTable, ...] = ()

    def path(self, groups: Groups, find: Find) -> Path:
        """The path it describes. Raises WrongUse for the first mistake."""
        if not self.step:
            raise WrongUse(f"The path {quoted(self.name)} has no steps.", "Start each with a line [[path.step]].")
        if len(self.step) > _MOST_STEPS:
            raise WrongUse(f"The path {quoted(self.name)} has {len(self.step)} steps.", f"The most is {_MOST_STEPS}.")
        steps: list[Step] = []
        for number, table in enumerate(self.step):
            with at_entry("step", number):
                if table.name in {step.name for step in steps}:
                    raise WrongEntry(("name",), f"Two steps are called {quoted(table.name)}.", "Rename one.")
                steps.append(table.step(groups, find))
        with at_entry("tags"):
            tags = tags_of(self.tags)
        return Path(
            name=str(self.name),
            steps=tuple(steps),
            tags=tags,
            tiers=self.tiers.folded(),
            priorities=read_priorities(self.priorities),
            causes=tuple(dict.fromkeys(map(label, self.causes))),
        )


class PathsTable(Table, frozen=True):
    """The document; its tables are read one by one."""

    path: tuple[Any, ...] = ()
    group: dict[str, Any] = msgspec.field(default_factory=dict)


def parse_paths(text: str, find: Find) -> Paths:
    """Parses escalation paths. Raises WrongUse, which names line and key."""
    document = SettingsDocument(text, _HINT)
    top = document.top(PathsTable)
    named = document.tables("group", top.group, SomeWords)
    tables = document.tables("path", dict(enumerate(top.path)), PathTable)

    def group(name: str, people: SomeWords) -> tuple[int, ...]:
        if fold(name) in (DUTY, LEADS, ABLE):
            raise WrongUse(f"{quoted(name)} is a reserved word.", "Choose another name for the group.")
        return tuple(map(find, people))

    groups = {fold(name): people for name, people in document.each("group", named, group).items()}
    paths = tuple(document.each("path", tables, lambda _, table: table.path(groups, find)).values())
    if not paths:
        raise WrongUse("There is no path.", hint_of("Start one with a line [[path]]. {}", _HINT))
    must_fit_all_cases(document, "path", paths, "tags, tiers, priorities or causes")
    return Paths(paths)


def paths_text(paths: Paths, roster: Roster) -> str:
    """Paths as text; `parse_paths` gives the same paths again."""
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
