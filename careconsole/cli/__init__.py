"""The command line, a thin layer over the desk: one module per group of commands, imported when one of them is used."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, NoReturn

import click

from careconsole.cli.anywhere import take_anywhere
from careconsole.cli.colours import WHEN
from careconsole.cli.groups import Completed, Section, use_text_type
from careconsole.cli.output import complain_json, let_go_of_output, prepare_streams, print_error, say
from careconsole.desk.database.environment import ensure_valid_timezone
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import Hint, hint_of

_ASKED = "_CARECONSOLE_COMPLETE"
"""The environment variable with which a shell asks for completions."""
INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells report it."""

_COMMANDS: dict[str, tuple[str, str, str]] = {
    # name: (module, section of the help, one line)
    "demo": ("demo", "Getting started", "Try a sample team's week in a temporary database."),
    "init": ("init", "Getting started", "Create a team's database."),
    "help": ("help", "Getting started", "Show a documentation page, or the help of a command."),
    "completion": ("completion", "Getting started", "Set up Tab completion in your shell."),
    "new": ("cases", "Cases", "Open a case and print its number."),
    "queue": ("queue", "Cases", "Show the queue, what is due first at the top."),
    "show": ("case", "Cases", "Show a case with its history."),
    "search": ("queue", "Cases", "Search all cases, open or closed."),
    "history": ("case", "Cases", "Show a case's history, one event per line."),
    "files": ("files", "Cases", "List the files of a case, or save one."),
    "receipt": ("receipt", "Cases", "Print what a case's customer may read about it."),
    "why": ("clocks", "Cases", "Explain the due times of a case."),
    "agenda": ("clocks", "Cases", "Show what is due in the next hours."),
    "promises": ("clocks", "Cases", "List open promises."),
    "follow-up": ("cases", "Cases", "Open a follow-up case for the same customer."),
    "undo": ("cases", "Cases", "Undo your last command."),
    "redo": ("cases", "Cases", "Redo what you last undid."),
    "wall": ("wall", "Cases", "Show what is late and due next on a wall, without customers' names."),
    "measures": ("measures", "Cases", "Show response times and other measures."),
    "report": ("report", "Cases", "Show how customers were looked after: six questions."),
    "learned": ("learned", "Cases", "Show what exceptions taught, and whether changes helped."),
    "what-if": ("what_if", "Cases", "Show what would have been under another rule."),
    "digest": ("digest", "Cases", "Show what is new: playbooks, what came back, a story."),
    "primer": ("primer", "Cases", "Show what somebody new should read, and tick it off."),
    "practice": ("practice", "Cases", "Practise a past exception, as it stood then."),
    "cause": ("cause", "Cases", "Show causes of escalations; rename or merge them."),
    "changes": ("changes", "Cases", "Follow the changes that reviews ask for."),
    "team": ("team", "Team and settings", "Manage the team: roles, absences, duty."),
    "customer": ("customer", "Team and settings", "Manage customers, their tiers and orders."),
    "service": ("service", "Team and settings", "Manage service levels: how long things may take."),
    "path": ("path", "Team and settings", "Manage escalation paths: who is called, step by step."),
    "playbook": ("playbook", "Team and settings", "Manage playbooks: what to do about known exceptions."),
    "words": ("words", "Team and settings", "Manage saved words: texts for customers to use again."),
    "receipts": ("receipts", "Team and settings", "Manage receipts: what they all say, and their pages."),
    "mail": ("mail", "Team and settings", "Receive customers' mail; decide about held mail."),
    "box": ("box", "Team and settings", "Manage mail boxes: where mail is fetched and sent."),
    "sweep": ("sweep", "Team and settings", "Act on everything that is due now."),
    "notices": ("notices", "Team and settings", "Manage notices: addresses, and what was sent."),
    "config": ("config", "Team and settings", "Show, check or edit how the console looks on this machine."),
    "journal": ("journal", "Team and settings", "Show changes to the team, customers and settings."),
    "calendar": ("service", "Team and settings", "Manage calendars: when the team is open."),
    "import": ("imports", "Import and export", "Import cases and their history from another system."),
    "batch": ("batches", "Import and export", "Show past imports, or roll one back."),
    "export": ("export", "Import and export", "Export data for other tools, or everything."),
    "watch": ("watch", "Import and export", "Follow events as they happen, for scripts."),
    "db": ("db", "Import and export", "Manage the database: info, check, backup, restore."),
}


class Program(Section):
    """Finds commands by name without loading the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help."""
        from careconsole.commands import VERBS

        return [*_COMMANDS, *(verb.id for verb in VERBS)]

    def lines(self) -> dict[str, str]:
        """The one-line help of each command, without importing the commands."""
        from careconsole.commands import VERBS

        lines = {name: line for name, (_, _, line) in _COMMANDS.items()}
        return lines | {verb.id: verb.help.split(". ")[0].rstrip(".") + "." for verb in VERBS}

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, imported now; None if there is none."""
        if name in self.commands:
            return self.commands[name]
        if name in _COMMANDS:
            module = importlib.import_module(f"careconsole.cli.{_COMMANDS[name][0]}")
            command: click.Command | None = getattr(module, name.replace("-", "_").replace("import", "import_"))
        else:
            from careconsole.cli.verbs import command_of

            command = command_of(name)
        if command is not None:
            use_text_type(command)
            take_anywhere(command)
            self.commands[name] = command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command. A closed output pipe (`careconsole queue | head`) ends it without an error."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except WrongUse as error:
            error.hint = error.hint or hint_of(f"See careconsole {ctx.invoked_subcommand} --help.")
            if hasattr(error, "pointed") and any(sign in str(error.hint) for sign in '<>"'):
                error.hint = Hint((*error.hint.parts, " In a shell, put single quotes around the whole term."))
            raise
        except BrokenPipeError:
            let_go_of_output()
            raise click.exceptions.Exit(0) from None
        except (CareError, click.exceptions.Exit, click.Abort, click.ClickException, OSError):
            raise
        except Exception as error:
            # Damaged values can break any code that uses them; the damage is reported, not the failure it caused.
            damage = ctx.obj.damage() if ctx.obj is not None else None
            if damage is None:
                raise
            raise damage from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the commands by section, without importing them."""
        from careconsole.commands import VERBS

        sections: dict[str, list[tuple[str, str]]] = {}
        for name, (_, section, line) in _COMMANDS.items():
            sections.setdefault(section, []).append((name, line))
        lines = self.lines()
        for verb in VERBS:
            sections.setdefault(f"{verb.group} (VERB CASE...)", []).append((verb.id, lines[verb.id]))
        order = ["Getting started", "Cases", *dict.fromkeys(f"{v.group} (VERB CASE...)" for v in VERBS)]
        for section in [*order, *(s for s in sections if s not in order)]:
            with formatter.section(section):
                formatter.write_dl(sections[section])


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Help on a command: careconsole COMMAND --help. --db, --as and --color can stand behind it, too."
    " Write times as 'tomorrow 10:00', '+4h' or 2026-12-24, and filters as owner:ana -is:parked 'late invoice'."
    " Exit codes: 0 done, 1 failed, 2 wrong usage,"
    " 3 refused by a rule, 4 conflict, 5 some input rows were rejected, 75 try again later (mail in),"
    " 130 stopped by Ctrl-C.",
)
@click.option(
    "--db",
    type=click.Path(readable=False),
    metavar="PATH",
    envvar="CARECONSOLE_DB",
    help="The database: a file, or postgresql://HOST/NAME. [env: CARECONSOLE_DB]",
)
@click.option(
    "--as",
    "name",
    type=Completed(),
    metavar="NAME",
    envvar="CARECONSOLE_AS",
    help="Who you are. [env: CARECONSOLE_AS]",
)
@click.option(
    "--color",
    type=click.Choice(tuple(WHEN)),
    default="auto",
    metavar="WHEN",
    help="Use colours: auto (on a terminal, unless NO_COLOR is set), always or never. [env: NO_COLOR]",
)
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal, for selecting text.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda c, p, v: _version(c, v),
    help="Show the version and exit.",
)
@click.pass_context
def program(ctx: click.Context, db: str | None, name: str | None, color: str, no_mouse: bool) -> None:
    """The console a small team uses to look after its customers.

    Without a command, the console opens in this terminal.

    Every case always has an owner. Escalation brings the owner help. Promises are tracked until they are kept.
    """
    from careconsole.cli.session import Session

    ctx.obj, ctx.color = ctx.with_resource(Session(db, name)), WHEN[color]
    if ctx.invoked_subcommand is None:  # no terminal: on one, `__main__` opens the console without this module
        print(ctx.get_help())
        ctx.exit(WrongUse.exit_code)


def run(args: list[str] | None = None) -> NoReturn:
    """Runs the command line and ends the process.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused, 4 conflict, 5 rejects, 130 interrupted. With --json among
    the arguments, errors are reported as JSON.
    """
    prepare_streams()
    as_json = _asks_for_json(sys.argv[1:] if args is None else args)
    tell = complain_json if as_json else print_error
    if _ASKED in os.environ:
        from careconsole.cli import shell_completion  # noqa: F401 - tells click how each shell is answered
    if os.environ.get("TZ") and (words := ensure_valid_timezone()):
        say(words)
    try:
        code = program.main(args, prog_name="careconsole", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except CareError as error:
        tell(error)
        sys.exit(error.exit_code)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except (click.Abort, KeyboardInterrupt):
        if as_json:
            tell(Interrupted("Stopped; nothing more was done."))
        else:
            say("Stopped; nothing more was done.")
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()
        else:
            tell(_explained(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        let_go_of_output()
        sys.exit(0)
    except OSError as error:
        # Code that opens files reports its own failures; what remains is mostly writing to the output.
        let_go_of_output()
        where = f" ({error.filename})" if error.filename else ""
        tell(
            CareError(
                f"Reading or writing failed: {error.strerror or error}{where}.",
                "Check the disk, and where the output goes.",
            )
        )
        sys.exit(1)


class Interrupted(CareError):
    """The user stopped the command."""

    exit_code = INTERRUPTED
    kind = "interrupted"


def _asks_for_json(args: list[str]) -> bool:
    """Whether --json is among the arguments, up to "--". Works on invalid command lines, too."""
    return "--json" in (args[: args.index("--")] if "--" in args else args)


def _explained(error: click.ClickException) -> CareError:
    """Converts one of click's errors to ours."""
    ctx = getattr(error, "ctx", None)
    words = " ".join(error.format_message().split())
    see = f"See {ctx.command_path} --help." if ctx is not None else "See careconsole --help."
    if isinstance(error, click.NoSuchOption) and ctx is not None:  # click's guesses are far-fetched
        from careconsole.cli.near import meant  # every option is known, as a rule

        question = meant(
            error.option_name, [name for param in ctx.command.params for name in (*param.opts, *param.secondary_opts)]
        )
        words = f"There is no option {error.option_name}. {question}".rstrip()
        see = see if question else f"{ctx.command_path} --help lists the options."
    kind = WrongUse if error.exit_code == WrongUse.exit_code else CareError
    return kind(words if words.endswith((".", "?")) else f"{words}.", see)


def _version(ctx: click.Context, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from careconsole.cli.installed_version import installed_version

        print(f"careconsole {installed_version()}")
        ctx.exit()
