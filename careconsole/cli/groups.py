"""click classes: groups that suggest the nearest command, commands with a filter, arguments that must be text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from careconsole.desk.database.environment import argument_text
from careconsole.domain.terminal_text import why_unstorable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    _Plain = click.ParamType[str]
else:
    _Plain = click.ParamType

_KEPT = "\0"
"""Prefix for a word that click would parse as an option; no argument of a process can contain it."""
_UNKNOWN = "careconsole.unknown"


class Section(click.Group):
    """A group that suggests the nearest commands for an unknown one."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Returns the matching commands, in the order of the help, and the matching options."""
        from careconsole.cli.candidates import command_line

        if _UNKNOWN in ctx.meta:
            return []
        return [*command_line(ctx, incomplete), *click.Command.shell_complete(self, ctx, incomplete)]

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; of an option without its value, which click reports without one, names the command."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            name = ctx.invoked_subcommand or ""
            if error.ctx is None and (command := self.get_command(ctx, name)) is not None:
                error.ctx = click.Context(command, ctx, info_name=name)
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolves as click does, but suggests the nearest commands for an unknown one."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            if ctx.resilient_parsing:  # completion of a line with an unknown command
                ctx.meta[_UNKNOWN] = name
                return None, None, []
            from careconsole.cli.near import meant  # most commands are known

            hint = meant(name, self.list_commands(ctx))
            raise click.UsageError(f"There is no command {name!r}. {hint}".rstrip(), ctx)
        return super().resolve_command(ctx, args)


class Filtering(click.Command):
    """A command whose arguments are a filter: a word with one leading minus, such as -is:parked, is not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses as click does, but keeps the filter's words from being read as options."""
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

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Returns the matching options; after one minus also negated filter terms."""
        from careconsole.cli.candidates import filter_candidates

        options = super().shell_complete(ctx, incomplete)
        return options if incomplete.startswith("--") else [*options, *filter_candidates(ctx, incomplete)]


def filter_text(words: tuple[str, ...]) -> str:
    """Joins the words of a command line to one filter text.

    A word with white space was quoted for the shell. Where it holds more than one term ("is:mine level:>=1"), it is
    taken as it is; a single term or phrase ("cause:refund limit", "late invoice") is quoted for the filter, too.
    """
    return " ".join(map(_word, words))


def _word(word: str) -> str:
    word = word.removeprefix(_KEPT)
    if not any(map(str.isspace, word)) or '"' in word or _has_terms(word):
        return word
    field, colon, value = word.partition(":")
    escaped = (value if colon else word).replace("\\", "\\\\")
    return f'{field}:"{escaped}"' if colon and _is_field(field) else word if colon else f'"{escaped}"'


def _has_terms(word: str) -> bool:
    """Whether a text with white space holds several terms: one after the first, or a value that ends at a space."""
    from careconsole.domain.filters.fields import FIELDS

    first, *others = word.split() or [""]
    if any(_is_field(_field_of(other)) or _is_negated(other) for other in others):
        return True
    kind = FIELDS.get(_field_of(first).lstrip("-").lower())
    if kind is None or not others:
        return False
    # "waiting:>1d 4h" is one span, and a mistake; "waiting:>1d kettle" is two terms.
    return kind.closed or kind.kind == "number" or (kind.kind == "duration" and not others[0][0].isdigit())


def _field_of(term: str) -> str:
    """The name before the colon of a term; without a colon, none."""
    return term.partition(":")[0] if ":" in term else ""


def _is_field(name: str) -> bool:
    from careconsole.domain.filters.fields import FIELDS

    return name.lstrip("-").lower() in FIELDS


def _is_negated(term: str) -> bool:
    return len(term) > 1 and term[0] == "-" and (term[1].isalnum() or term[1] == "#")


class Completed(_Plain):
    """A plain argument whose values a shell can complete. UTF-8 bytes are decoded as such, whatever the locale."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Returns the value decoded as UTF-8, else by the locale."""
        return argument_text(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """Returns the matching values."""
        from careconsole.cli.candidates import candidates

        return candidates(ctx, param, incomplete)


class Text(Completed):
    """A text argument that can be stored."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Returns the value decoded as UTF-8, else by the locale. Fails if it cannot be stored."""
        text = super().convert(value, param, ctx)
        if not text.isascii() and (why := why_unstorable(text)):
            self.fail(f"it {why}, which is not text. Write it in UTF-8.", param, ctx)
        return text


class Count(click.IntRange):
    """A whole number whose values a shell can complete."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """Returns the matching values."""
        from careconsole.cli.candidates import candidates

        return candidates(ctx, param, incomplete)


def use_text_type(command: click.Command) -> None:
    """Gives every plain argument of a command and its subcommands the type `Text`; paths stay as they are."""
    for param in command.params:
        if param.type is click.STRING:
            param.type = Text()
    if isinstance(command, click.Group):
        for below in command.commands.values():
            use_text_type(below)
