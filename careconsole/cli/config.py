"""The configuration file of this login on the command line: what counts, what is wrong in it, and editing it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.groups import Section
from careconsole.cli.output import path_text, put, put_json, put_path, say
from careconsole.cli.reports import put_report
from careconsole.desk.console.config_file import config_path, create_config
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import write_span
from careconsole.present.command_lines import hint_text
from careconsole.present.configuration import Configuration, problem_text, read_configuration
from careconsole.present.json_types.settings import ConfigEntry, ConfigProblemEntry, ConfigSettingEntry

_LOCK = "CARECONSOLE_LOCK"
_USUAL_LOCK = "15m"
_USUAL_CHANNEL = "email"
_OPEN = "as chosen in the console"


@click.group(cls=Section)
def config() -> None:
    """Show, check or edit the configuration file of this login: how the console looks, and its keys.

    What the file sets is for the console alone; commands do the same for everybody. See careconsole help configuration.

    \b
    Example:
      careconsole config edit
    """


@config.command()
@JSON
def show(as_json: bool) -> None:
    """Show what counts now, and where it is set.

    \b
    Example:
      careconsole config show
    """
    configured = read_configuration()
    if as_json:
        _put_json(configured)
        return
    rows = [(one.name, _words(one.value), one.source) for one in _settings(configured)]
    put_report(("Setting", "Value", "From"), rows)
    there = "" if configured.exists else ", which does not exist yet; careconsole config edit creates it"
    say(f"The file is {display_text(configured.path, 300)}{there}.")
    _tell_count(configured)


@config.command()
@JSON
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Check the file, and list every mistake with its line; exits with 1 if there is one.

    \b
    Example:
      careconsole config check
    """
    configured = read_configuration()
    if as_json:
        _put_json(configured)
    else:
        _put_problems(configured)
    ctx.exit(1 if configured.settings.problems else 0)


@config.command()
@JSON
@click.pass_context
def edit(ctx: click.Context, as_json: bool) -> None:
    """Edit the file in the editor that VISUAL or EDITOR names, and check it; creates it if there is none.

    Without a terminal, nothing is opened, and the path of the file is printed.

    \b
    Example:
      careconsole config edit
    """
    path = config_path()
    if not os.path.lexists(path):
        create_config(path)
    asking = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    if asking:
        while True:
            click.edit(filename=path)
            configured = read_configuration()
            _put_problems(configured)
            if not configured.settings.problems or not click.confirm("Edit it again?", True, err=True):
                break
    else:
        configured = read_configuration()
        if as_json:
            _put_json(configured)
        else:
            put_path(path)
    ctx.exit(1 if configured.settings.problems else 0)


def _put_problems(configured: Configuration) -> None:
    for problem in configured.settings.problems:
        put(problem_text(problem, configured.path))
        if problem.hint:
            put(f"  {display_text(hint_text(problem.hint), 1000)}")
    if not configured.settings.problems:
        none = f"There is no file {display_text(configured.path, 300)}; everything has its default."
        say("No mistakes." if configured.exists else none)
    else:
        _tell_count(configured)


def _tell_count(configured: Configuration) -> None:
    count = len(configured.settings.problems)
    if count:
        mistakes = "1 mistake" if count == 1 else f"{count} mistakes"
        rest = "all else counts" if configured.settings.lines else "nothing else is set"
        say(f"{mistakes}; what is wrong has its default, and {rest}.")


def _put_json(configured: Configuration) -> None:
    problems = [
        ConfigProblemEntry(line=one.line, message=one.message, hint=hint_text(one.hint))
        for one in configured.settings.problems
    ]
    put_json(
        ConfigEntry(
            path=path_text(configured.path),
            exists=configured.exists,
            settings=list(_settings(configured)),
            problems=problems,
        )
    )


def _settings(configured: Configuration) -> Iterator[ConfigSettingEntry]:
    """Every setting of one value, and what the file says of colours, keys and views."""
    table, lines = configured.settings, configured.settings.lines

    def entry(name: str, value: str | bool | list[str] | None) -> ConfigSettingEntry:
        line = lines.get(name)
        source = f"line {line}" if line is not None else "file" if name in lines else "default"
        return ConfigSettingEntry(name=name, value=value, source=source)

    if minutes := os.environ.get(_LOCK):
        yield ConfigSettingEntry(name="lock_after", value=f"{minutes}m" if minutes != "0" else "never", source=_LOCK)
    else:
        span = table.lock_after
        yield entry("lock_after", _USUAL_LOCK if span is None else write_span(span) if span else "never")
    yield entry("date_format", table.date_format)
    yield entry("channel", table.channel or _USUAL_CHANNEL)
    yield entry("bell", table.bell)
    yield entry("theme", table.theme or None)
    yield entry("columns", list(table.columns) or None)
    for name in lines:
        kind, _, one = name.partition(".")
        if kind == "colors":
            yield entry(name, table.colors[one])
        elif kind == "keys":
            yield entry(name, list(table.keys[one]))
    for place, view in zip([name for name in lines if name.startswith("view.")], table.views, strict=True):
        order = f", by {view.sort}{', reversed' if view.reverse else ''}"
        yield entry(place, f"{view.name}: {view.filter or 'every open case'}{order}")


def _words(value: str | bool | list[str] | None) -> str:
    if value is None:
        return _OPEN
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else " ".join(value) or "none"
