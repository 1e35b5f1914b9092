"""The command line: a thin face over the desk. One module a group of commands, loaded only when one of them is used."""

from __future__ import annotations

import importlib
import sys
from typing import NoReturn

import click

from careconsole.cli.output import complain
from careconsole.domain.errors import CareError

_COMMANDS: dict[str, tuple[str, str, str]] = {
    # name: (module, section of the help, one line)
    "demo": ("demo", "Begin", "A small team's week in a throw-away database."),
    "init": ("init", "Begin", "Create a team's database."),
    "new": ("cases", "Cases", "Open a case; prints its number."),
    "queue": ("queue", "Cases", "The queue: what falls due first."),
    "show": ("queue", "Cases", "A case with its history."),
    "search": ("queue", "Cases", "Find cases by words, open or not."),
    "history": ("queue", "Cases", "What happened in a case, one line an event."),
    "follow-up": ("cases", "Cases", "Open a case for another matter that came of one."),
    "undo": ("cases", "Cases", "Take back your last command."),
    "redo": ("cases", "Cases", "Put back what you last took back."),
    "measures": ("measures", "Cases", "What the histories show about care."),
    "team": ("team", "The desk", "Who works here, who leads, who is away."),
    "customer": ("customer", "The desk", "Customers, their tiers and orders."),
    "import": ("imports", "In and out", "Bring in another system's history."),
    "batch": ("batches", "In and out", "What imports brought, and taking one back."),
    "export": ("export", "In and out", "Cases as JSON Lines, the queue as CSV."),
    "db": ("db", "In and out", "The database: info, check, backup, restore."),
}


class Program(click.Group):
    """Finds commands by name without loading the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help."""
        from careconsole.commands import VERBS

        return [*_COMMANDS, *(verb.id for verb in VERBS)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name."""
        if name in _COMMANDS:
            module = importlib.import_module(f"careconsole.cli.{_COMMANDS[name][0]}")
            command: click.Command = getattr(module, name.replace("-", "_").replace("import", "import_"))
            return command
        from careconsole.cli.verbs import command_of

        return command_of(name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but an unknown command is answered with the nearest ones."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            from difflib import get_close_matches

            near = get_close_matches(name, self.list_commands(ctx), n=2)
            hint = f"Did you mean {' or '.join(near)}?" if near else "See careconsole --help."
            raise click.UsageError(f"There is no command {name!r}. {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in sections, without loading them."""
        from careconsole.commands import VERBS

        sections: dict[str, list[tuple[str, str]]] = {}
        for name, (_, section, line) in _COMMANDS.items():
            sections.setdefault(section, []).append((name, line))
        for verb in VERBS:
            first = verb.help.split(". ")[0].rstrip(".") + "."
            sections.setdefault(f"{verb.group}: VERB CASE...", []).append((verb.id, first))
        order = ["Begin", "Cases", *dict.fromkeys(f"{v.group}: VERB CASE..." for v in VERBS)]
        for section in [*order, *(s for s in sections if s not in order)]:
            with formatter.section(section):
                formatter.write_dl(sections[section])


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Every command explains itself: careconsole COMMAND --help. Times are written 'tomorrow 10:00', '+4h' or"
    " with a zone, filters like owner:ana -is:parked 'late invoice'. Exit codes: 0 done, 1 failed, 2 wrong usage,"
    " 3 refused by a rule, 4 conflict, 5 some input rows were rejected.",
)
@click.option("--db", metavar="PATH", envvar="CARECONSOLE_DB", help="The database. [env: CARECONSOLE_DB]")
@click.option("--as", "name", metavar="NAME", envvar="CARECONSOLE_AS", help="Who is at work. [env: CARECONSOLE_AS]")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=lambda c, p, v: _version(c, v))
@click.pass_context
def program(ctx: click.Context, db: str | None, name: str | None) -> None:
    """The console a small team uses to look after its customers.

    Every case has an owner, always. Escalation brings help to the owner. A promise is a thing. Each exception teaches.
    """
    from careconsole.cli.session import Session

    ctx.obj = ctx.with_resource(Session(db, name))


def run(args: list[str] | None = None) -> NoReturn:
    """Runs the command line and ends the process: 0 done, 1 failed, 2 wrong usage, 3 refused, 4 conflict, 5 rejects."""
    try:
        code = program.main(args, prog_name="careconsole", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except CareError as error:
        complain(error)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.Abort:
        print("Stopped; nothing more was done.", file=sys.stderr)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # Whoever read the output has seen enough (`careconsole queue | head`).
        sys.stderr.close()
        sys.exit(0)


def _version(ctx: click.Context, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"careconsole {version('careconsole')}")
        ctx.exit()
