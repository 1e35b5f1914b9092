"""Manual pages made from the commands: `python -m careconsole.cli.man_pages DIR` writes one for each.

click-man (0.6) finds only commands that are already loaded, and does not escape roff syntax.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

import click

from careconsole.cli import program

ENVIRONMENT = (
    ("CARECONSOLE_DB", "The database, unless --db is given."),
    ("CARECONSOLE_AS", "Who you are, unless --as is given."),
    ("CARECONSOLE_CONFIG", "The configuration file of the console, in place of the one in your folder."),
    ("CARECONSOLE_NOW", "A time to use instead of now (ISO 8601 with a zone), to try things out."),
    ("CARECONSOLE_LOCK", "Minutes until an idle console locks; 0 means never."),
    ("CARECONSOLE_SWEEP", "Seconds between the sweeps of an open console; 0 means never."),
    ("NO_COLOR", "If set to anything, no colours are used, unless --color always is given."),
    ("PAGER", "The program that shows long pages of careconsole help."),
)
"""The variables that the program reads, each with what it does."""

EXITS = (
    ("0", "Done."),
    ("1", "Failed."),
    ("2", "Wrong usage."),
    ("3", "Refused by a rule; with --skip-refused, some cases were refused and the others are done."),
    ("4", "Conflict: somebody changed the case after you saw it."),
    ("5", "Some input rows were rejected."),
    ("130", "Stopped by Ctrl-C."),
)
"""The exit codes, each with what it means."""

_EXAMPLES = re.compile(r"Examples?:")


def write_pages(folder: str, version: str) -> list[str]:
    """Writes the page of every command into `folder`; returns their paths."""
    written = []
    for name, text in pages(version):
        written.append(os.path.join(folder, f"{name}.1"))
        with open(written[-1], "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    return written


def pages(version: str) -> Iterator[tuple[str, str]]:
    """Yields each command's name in the manual, such as careconsole-team-away, with its page."""
    yield from _pages(click.Context(program, info_name="careconsole", help_option_names=["-h", "--help"]), version)


def _pages(ctx: click.Context, version: str) -> Iterator[tuple[str, str]]:
    yield ctx.command_path.replace(" ", "-"), _page(ctx, version)
    for name, command in _commands(ctx):
        yield from _pages(click.Context(command, info_name=name, parent=ctx), version)


def _commands(ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    if isinstance(ctx.command, click.Group):
        for name in ctx.command.list_commands(ctx):
            command = ctx.command.get_command(ctx, name)
            if command is not None and not command.hidden:
                yield name, command


def _page(ctx: click.Context, version: str) -> str:
    command, path = ctx.command, ctx.command_path
    name = path.replace(" ", "-")
    blocks = _blocks(command.help or "")
    first = blocks[0][0].split(". ")[0].rstrip(".") if blocks else path
    lines = [
        f'.TH "{_safe(name.upper())}" "1" "" "{_safe(f"careconsole {version}")}" "careconsole"',
        ".SH NAME",
        _line(f"{name} - {first[:1].lower()}{first[1:]}"),
        ".SH SYNOPSIS",
        f".B {_safe(path)}",
        _line(" ".join(command.collect_usage_pieces(ctx))),
        ".SH DESCRIPTION",
    ]
    examples: list[str] = []
    for block in [*blocks, *([[" ".join(command.epilog.split())]] if command.epilog else [])]:
        if _EXAMPLES.match(block[0]):
            examples = block[1:]
        else:
            lines += _paragraph(block)
    options = [
        record
        for param in command.get_params(ctx)
        if isinstance(param, click.Option) and (record := param.get_help_record(ctx)) is not None
    ]
    lines += _listed("OPTIONS", options)
    lines += _listed("COMMANDS", [(one, _first_line(below)) for one, below in _commands(ctx)])
    if examples:
        lines += [".SH EXAMPLES", ".nf", *(_line(line) for line in examples), ".fi"]
    if ctx.parent is None:
        lines += _listed("ENVIRONMENT", ENVIRONMENT) + _listed("EXIT STATUS", EXITS)
    above = ctx.parent.command_path.replace(" ", "-") if ctx.parent is not None else ""
    others = [above] if above else [f"{name}-{one}" for one, _ in _commands(ctx)]
    lines += [".SH SEE ALSO", ", ".join(f"\\fB{_safe(one)}\\fP(1)" for one in others)]
    if above:
        lines[-1] += "; \\fBcareconsole help\\fP"
    return "\n".join(lines) + "\n"


def _blocks(help: str) -> list[list[str]]:
    """Returns the paragraphs of a help text: each joined to one line, unless it is marked to keep its lines."""
    found = []
    for part in re.split(r"\n\s*\n", help.strip().replace("\f", "")):
        lines = [line.rstrip() for line in part.split("\n")]
        if lines[0].strip() == "\b":
            found.append([line.strip() for line in lines[1:]])
        else:
            found.append([" ".join(line.strip() for line in lines)])
    return [block for block in found if any(block)]


def _paragraph(block: list[str]) -> list[str]:
    if len(block) == 1:
        return [".PP", _line(block[0])]
    return [".PP", ".nf", *(_line(line) for line in block), ".fi"]


def _listed(title: str, entries: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> list[str]:
    if not entries:
        return []
    return [f".SH {title}", *(part for name, text in entries for part in (".TP", f".B {_safe(name)}", _line(text)))]


def _first_line(command: click.Command) -> str:
    blocks = _blocks(command.help or "")
    return blocks[0][0] if blocks else ""


def _line(text: str) -> str:
    """Escapes a line of text for roff."""
    safe = _safe(text)
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe


def _safe(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")


if __name__ == "__main__":
    from importlib.metadata import version

    os.makedirs(sys.argv[1], exist_ok=True)
    print(*write_pages(sys.argv[1], version("careconsole")), sep="\n")
