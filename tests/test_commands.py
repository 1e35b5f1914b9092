"""One registry of commands feeds whatever shows or reads them; nothing is missing on either side."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isfunction
from pathlib import Path

import click
import msgspec
import pytest

from careconsole.cli import program
from careconsole.cli.verbs import command_of
from careconsole.commands import OTHER_COMMANDS, VERBS, Verb
from careconsole.commands.console_keys import ACTIONS, MOVES
from careconsole.domain.case.command import Command
from careconsole.domain.case.editing import StepPriority
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.case.then import CommandThen, MessageThen
from careconsole.tools.manual import commands_page, keys_page
from careconsole.tui.forms.new_case import FOLLOW_UP, NEW
from careconsole.tui.forms.playbook_changes import CHANGES
from careconsole.tui.forms.playbook_form import WRITE_PLAYBOOK

EACH = pytest.mark.parametrize("verb", VERBS, ids=[verb.id for verb in VERBS])


def test_every_command_of_the_domain_is_in_the_registry_once() -> None:
    """Except those that open a case, the one of two keys, whose verb is `edit`, and the bases of others."""
    registered = [verb.command for verb in VERBS]
    assert len(registered) == len(set(registered))
    theirs = {kind for kind in _kinds(Command) if kind.__module__.startswith("careconsole.domain.")}
    assert set(registered) | {OpenCase, FollowUp, StepPriority, CommandThen, MessageThen} == theirs


def _kinds(kind: type[Command]) -> Iterator[type[Command]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


def test_no_key_and_no_verb_is_given_twice() -> None:
    keys = [key for key in [*(verb.key for verb in VERBS), *(key for _, key, _ in OTHER_COMMANDS)] if key]
    ids = [*(verb.id for verb in VERBS), *(verb for verb, _, _ in OTHER_COMMANDS)]
    assert sorted(keys) == sorted(set(keys))
    assert sorted(ids) == sorted(set(ids))


def test_no_key_of_the_console_does_two_things() -> None:
    keys = [verb.key for verb in VERBS if verb.key] + [key for _, key, _ in OTHER_COMMANDS if key]
    keys += [key for action in ACTIONS for key in action.keys] + [str(slot) for slot in range(10)]
    assert sorted(keys) == sorted(set(keys))
    ids = [action.id for action in ACTIONS]
    assert sorted(ids) == sorted(set(ids))


def test_everything_the_console_can_do_is_done_somewhere() -> None:
    from careconsole.tui.menus.actions import HANDLERS
    from careconsole.tui.queue.screen import QueueScreen

    for action in ACTIONS:
        here = hasattr(QueueScreen, f"act_{action.id.replace('-', '_')}")
        moves = action in MOVES and action.id != "back"
        assert [here, bool(action.page), action.id in HANDLERS, moves].count(True) == 1, action.id


def test_every_page_of_the_table_is_there() -> None:
    from careconsole.tui.pages.loader import page_class
    from careconsole.tui.widgets.base_screen import Page

    pages = [action.page for action in ACTIONS if action.page]
    assert len(pages) > 10
    assert all(issubclass(page_class(page), Page) for page in pages)


FORMS = (*VERBS, NEW, FOLLOW_UP, WRITE_PLAYBOOK, *CHANGES.values())


@pytest.mark.parametrize("verb", FORMS, ids=[verb.id for verb in FORMS])
def test_what_a_row_names_is_there_and_of_its_kind(verb: Verb) -> None:
    verb.load()
    assert issubclass(verb.command, Command)
    assert verb.rule.partition(":")[0] in (verb.command.__module__, verb.command.__module__.rpartition(".")[2])
    for field in verb.fields:
        assert bool(field.words) is (field.kind == "choice"), field.name
        assert not field.words or len(field.choices) > 1, field.name
        assert all(isinstance(word, str) and len(word) > 1 for word in field.choices), field.name
        assert not field.listed or field.kind == "number", field.name
        assert field.entries is None or isfunction(field.entries), field.name


FOUND = {"escalate": {"playbook"}, "attach": {"digest", "size", "type"}, "reply": {"prepared"}}
"""Fields that the desk fills in."""


@EACH
def test_the_form_of_a_command_asks_for_what_the_command_takes(verb: Verb) -> None:
    fields = {field.name for field in verb.fields}
    assert fields == set(verb.command.__struct_fields__) - FOUND.get(verb.id, set())
    needed = set(verb.command.__struct_fields__)
    needed -= {info.name for info in msgspec.structs.fields(verb.command) if not info.required}
    assert needed <= {field.name for field in verb.fields if field.required}


@EACH
def test_every_command_has_its_twin_on_the_command_line(verb: Verb) -> None:
    twin = command_of(verb.id)
    assert twin is not None
    options = {name for param in twin.params for name in param.opts if name.startswith("--")}
    assert {f"--{field.flag}" for field in verb.fields} <= options
    assert verb.example.startswith(f"careconsole {verb.id} ")
    with click.Context(twin, info_name=verb.id) as ctx:
        assert verb.example in twin.get_help(ctx)


@EACH
def test_every_command_can_be_asked_whether_it_applies(verb: Verb) -> None:
    assert verb.command.guard is not Command.guard


def test_the_help_lists_every_command() -> None:
    with click.Context(program, info_name="careconsole") as ctx:
        names = program.list_commands(ctx)
        assert all(program.get_command(ctx, name) is not None for name in names)
        text = program.get_help(ctx)
    assert all(f"  {name} " in text for name in names)


def test_the_documented_table_is_that_of_the_program() -> None:
    page = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
    assert page.read_text(encoding="utf-8") == commands_page(), (
        "make it anew: python -m careconsole.tools.manual > docs/commands.md"
    )


def test_the_documented_keys_are_those_of_the_program() -> None:
    page = Path(__file__).resolve().parents[1] / "docs" / "keys.md"
    assert page.read_text(encoding="utf-8") == keys_page(), (
        "make it anew: python -m careconsole.tools.manual keys > docs/keys.md"
    )
