"""Checks that suggestions can be followed: the command line accepts their commands and parameters."""

from __future__ import annotations

from contextlib import suppress
from shlex import split

import click

from careconsole.cli import program
from careconsole.commands import BY_ID
from careconsole.domain.case.command import blocked
from careconsole.domain.case.context import Context
from careconsole.domain.case.state import Case
from careconsole.domain.errors import CareError, Refused
from careconsole.domain.hints import WHO_AM_I, Given, Suggestion
from careconsole.present.command_lines import command_line, flag_of, hint_text

_ANSWERS = {"TIME": "+1h", "N": "1", "CASE": "1", "CURSOR": "0", "NAME": "Cleo", "OTHER": "Dora", "YOU": "Ana"}
"""What a test fills in for a placeholder; for others the placeholder itself, or the first of its choices."""


def told(error: CareError) -> str:
    """The hint of an error as the command line words it."""
    return hint_text(error.hint)


def check_hint(error: CareError) -> None:
    """Asserts that every command and every parameter that the hint names exists."""
    for part in error.hint.parts:
        if isinstance(part, Suggestion):
            check_suggestion(part)
        elif isinstance(part, Given):
            for name, _ in part.parameters:
                assert flag_of(name) in flags(), f"no command takes --{flag_of(name)}: {told(error)}"


def check_advice(refusal: Refused, case: Case, ctx: Context) -> None:
    """Asserts that no rule keeps the actor from giving the commands on `case` that the refusal suggests."""
    for suggestion in refusal.hint.suggestions:
        verb = BY_ID.get(suggestion.command)
        if verb is not None and suggestion.cases == (case.number,):
            why = blocked(case, verb.command, ctx)
            assert why is None, f"{refusal.message} {refusal.hint} But: {why}"


def check_suggestion(suggestion: Suggestion) -> None:
    """Asserts that the command line parses a suggestion, with every parameter that it names."""
    if suggestion == WHO_AM_I:
        return
    if ("help", True) in suggestion.parameters:
        with suppress(click.exceptions.Exit):  # raised after the help is printed
            parse(filled(suggestion))
    else:
        parse(filled(suggestion))


def filled(suggestion: Suggestion) -> list[str]:
    """Returns the words of the command line, with values for the placeholders."""
    blanks = {
        word
        for name, value in suggestion.parameters
        if value is ...
        for word in split(command_line(Suggestion(suggestion.command, (), ((name, ...),))))[-1:]
    }
    words = split(command_line(suggestion))[1:]
    return [_ANSWERS.get(word, word.split("|")[0]) if word in blanks else word for word in words]


def parse(words: list[str]) -> click.Context:
    """Returns the context of the command that `words` call; raises click's error if they are no valid call."""
    ctx = program.make_context("careconsole", list(words))
    command: click.Command = program
    while isinstance(command, click.Group):
        rest = [*ctx._protected_args, *ctx.args]
        name, found, rest = command.resolve_command(ctx, rest)
        assert found is not None, words
        ctx, command = found.make_context(name, rest, parent=ctx), found
    return ctx


def flags() -> set[str]:
    """The options of all commands, without their dashes."""
    if not _FLAGS:
        _collect(program, click.Context(program, info_name="careconsole"))
    return _FLAGS


_FLAGS: set[str] = set()


def _collect(command: click.Command, ctx: click.Context) -> None:
    _FLAGS.update(opt.removeprefix("--") for param in command.params for opt in [*param.opts, *param.secondary_opts])
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            assert child is not None
            _collect(child, click.Context(child, parent=ctx, info_name=name))
