"""Lets the options that stand before a command stand behind it, too: `careconsole queue --color never`."""

from __future__ import annotations

from typing import Any

import click

from careconsole.cli.colours import WHEN
from careconsole.cli.groups import Completed


def take_anywhere(command: click.Command) -> None:
    """Gives a command and its subcommands the options --db, --as and --color, which its help does not repeat."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            take_anywhere(below)
        return
    own = {word for param in command.params for word in param.opts}
    command.params += [option for option in _options() if not own & set(option.opts)]


def _options() -> list[click.Option]:
    plain: dict[str, Any] = {"help": "As before the command.", "hidden": True, "expose_value": False, "is_eager": True}
    return [
        click.Option(["--db"], type=click.Path(readable=False), callback=_use_database, **plain),
        click.Option(["--as", "name_behind"], type=Completed(), callback=_use_name, **plain),
        click.Option(["--color"], type=click.Choice(tuple(WHEN)), callback=_use_colours, **plain),
    ]


def _use_database(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None and ctx.obj is not None:
        ctx.obj.db = value


def _use_name(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None and ctx.obj is not None:
        ctx.obj.name = value


def _use_colours(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.color = ctx.find_root().color = WHEN[value]
