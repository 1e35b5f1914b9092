"""Kinds of commands: groups that name the nearest command, commands with a filter, and arguments that must be text."""

from __future__ import annotations

import os

import click

from careconsole.domain.text import unstorable

_KEPT = "\0"
"""Before a word that click would take for an option; no argument of a process can hold it."""


class Section(click.Group):
    """A group that answers an unknown command with the nearest ones."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but for a name that is no command of this group."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            from difflib import get_close_matches

            near = get_close_matches(name[:40], self.list_commands(ctx), n=2)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"There is no command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


class Filtering(click.Command):
    """A command whose words are a filter: a word after one minus, such as -is:parked, is no option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does it, with the filter's words kept from being read as options."""
        takes_value = {
            name
            for param in self.params
            if isinstance(param, click.Option) and not param.is_flag
            for name in param.opts
        }
        before = ""
        for i, arg in enumerate(args):
            if before not in takes_value and arg[:1] == "-" and arg[:2] not in ("-", "--") and arg != "-h":
                args[i] = _KEPT + arg
            before = arg
        return super().parse_args(ctx, args)


def filter_text(words: tuple[str, ...]) -> str:
    """The words of a command line as one filter text: a word with blanks was quoted there, and is quoted again."""
    return " ".join(map(_word, words))


def _is_field(name: str) -> bool:
    from careconsole.domain.filters import FIELDS

    return name in FIELDS


def _word(word: str) -> str:
    word = word.removeprefix(_KEPT)
    field, colon, value = word.partition(":")
    if colon and any(map(str.isspace, value)) and '"' not in word and _is_field(field.lstrip("-").lower()):
        escaped = value.replace("\\", "\\\\")
        return f'{field}:"{escaped}"'  # the shell took the quotes away
    if not any(map(str.isspace, word)) or ":" in word or '"' in word:
        return word
    return '"' + word.replace("\\", "\\\\") + '"'


def text(value: str) -> str:
    """An argument as text that can be stored. Bytes that are UTF-8 are taken as such, whatever the locale says."""
    if not value.isascii():
        try:
            return os.fsencode(value).decode("utf-8")
        except UnicodeError:
            if why := unstorable(value):
                raise click.BadParameter(f"it {why}, which is no text. Write it in UTF-8.") from None
    return value


def take_text_only(command: click.Command) -> None:
    """Makes every plain argument of a command, and of those below it, refuse what is no text; paths stay bytes."""
    for param in command.params:
        if param.type is click.STRING:
            param.type = click.types.convert_type(text)
    if isinstance(command, click.Group):
        for below in command.commands.values():
            take_text_only(below)
