"""Documentation pages in the terminal, and the help of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from careconsole.cli.arguments import JSON
from careconsole.cli.candidates import command_line
from careconsole.cli.near import meant
from careconsole.cli.output import put, put_json, say, screen_width
from careconsole.cli.reports import put_report
from careconsole.domain.errors import WrongUse
from careconsole.present.doc_pages import read_page, topics
from careconsole.present.json_types.help import HelpEntry

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


@click.command()
@click.argument(
    "words", nargs=-1, metavar="[TOPIC | COMMAND...]", shell_complete=lambda ctx, param, begun: _go_on(ctx, begun)
)
@JSON
@click.pass_context
def help(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> None:
    """Show a page of the documentation, or the help of a command; without either, list the pages.

    On a terminal, long pages open in your pager. Through a pipe they are Markdown.

    \b
    Examples:
      careconsole help
      careconsole help importing
      careconsole help team away
    """
    there = topics()
    if not words:
        _list(there, as_json)
        return
    topic = "/".join(words)
    command = _command_help(ctx, words)
    if topic in there:
        page = read_page(topic)
        if as_json:
            put_json([HelpEntry(topic=page.topic, command=None, title=page.title, text=page.text)])
            return
        _show(page.text)
        if command is not None:
            say(f"Help of the command itself: careconsole {' '.join(words)} --help")
    elif command is not None:
        if as_json:
            put_json([HelpEntry(topic=None, command=" ".join(words), title=_title(ctx, words), text=command)])
        else:
            put(command)
    else:
        raise WrongUse(*_unknown(ctx, " ".join(words), there))


def _list(there: list[str], as_json: bool) -> None:
    pages = [read_page(topic) for topic in there]
    if as_json:
        put_json([HelpEntry(topic=page.topic, command=None, title=page.title, text=None) for page in pages])
        return
    put_report(("Topic", "Page"), [(page.topic, page.title) for page in pages])
    say("careconsole help TOPIC shows a page, careconsole help COMMAND a command's help; careconsole --help lists all.")


def _command_help(ctx: click.Context, words: tuple[str, ...]) -> str | None:
    """Returns the help of the command that these words name, or None."""
    found = _context(ctx, words)
    return found.get_help() if found is not None else None


def _title(ctx: click.Context, words: tuple[str, ...]) -> str:
    found = _context(ctx, words)
    return found.command.get_short_help_str(limit=200) if found is not None else ""


def _context(ctx: click.Context, words: tuple[str, ...]) -> click.Context | None:
    """Returns the context of the command that these words name, or None."""
    found = ctx.find_root()
    for word in words:
        command = found.command.get_command(found, word) if isinstance(found.command, click.Group) else None
        if command is None:
            return None
        found = click.Context(command, info_name=word, parent=found)
    return found


def _unknown(ctx: click.Context, words: str, there: list[str]) -> tuple[str, str]:
    root = ctx.find_root()
    commands = root.command.list_commands(root) if isinstance(root.command, click.Group) else []
    return (
        f"There is no page or command {words!r}.",
        f"{meant(words, [*there, *commands])}careconsole help lists the pages.",
    )


def _show(text: str) -> None:
    """Prints a page: as Markdown for a program, formatted on a terminal, in the pager if it does not fit."""
    width = screen_width()
    if width is None:
        put(text.rstrip("\n"))
        return
    from careconsole.cli.terminal import put_markdown

    put_markdown(text, width)


def _go_on(ctx: click.Context, begun: str) -> list[CompletionItem[str]]:
    """Returns the matching pages and commands; after a command, its matching subcommands."""
    words = ctx.params.get("words") or ()
    found = _context(ctx, words)
    pages = [] if words else [topic for topic in topics() if topic.startswith(begun)]
    commands = command_line(found, begun) if found is not None and isinstance(found.command, click.Group) else []
    there = {item.value for item in commands}
    return [
        *(CompletionItem(topic, help=read_page(topic).title) for topic in pages if topic not in there),
        *commands,
    ]
