"""The guided import on the command line: detects what files are, previews the cases, and asks what is open."""

from __future__ import annotations

import os
from shlex import join
from typing import Any

import click
from msgspec.structs import replace

from careconsole.cli.arguments import JSON
from careconsole.cli.confirming import can_ask
from careconsole.cli.doubts import answers_text
from careconsole.cli.import_look import put_guided, show
from careconsole.cli.imports import bring_in, column_said, progress_of, status_said
from careconsole.cli.output import put, say
from careconsole.cli.pipes import as_given, kept_pipes
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.domain.counting import counted
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.intake import autodetect, kept_answers, preview_answers
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.autodetect_text import source_words
from careconsole.intake.files.doubts import KINDS
from careconsole.intake.formats.table.column_names import role_named
from careconsole.intake.registry import Options
from careconsole.present.command_lines import hint_text

_ACCEPTED = [id for id, kind in KINDS.items() if kind.blocks and not kind.must]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--source", default="", metavar="NAME", help="The name of the system the files come from.")
@click.option("--kind", default="", metavar="KIND", help="What the files are, if the guess is wrong.")
@click.option("--map", "map", type=click.Path(), metavar="MAP", help="A map kept by an earlier run.")
@click.option("--encoding", default="", metavar="NAME", help="The encoding of files that are not UTF-8: cp1252, ...")
@click.option("--zone", default="", metavar="ZONE", help="The zone of times without one: Europe/Rome, +02:00, UTC.")
@click.option("--day-first/--month-first", default=None, help="How to read 03/04/2024.")
@click.option("--system", "systems", multiple=True, metavar="NAME", help="An owner that is a system, not a person.")
@click.option("--users", multiple=True, type=click.Path(), metavar="FILE", help="People and organisations.")
@click.option("--column", "columns", multiple=True, metavar="OURS=THEIRS", help="What a column is: case=Ticket.")
@click.option(
    "--status", "statuses", multiple=True, metavar="THEIRS=OURS", help="What a status means: 'On ice=parked'."
)
@click.option("--accept", multiple=True, metavar="DOUBT", help="A doubt, by its name, to import as it is.")
@click.option(
    "--keep-map", default="", type=click.Path(), metavar="FILE", help="Where to keep the map, or the answers."
)
@click.option("-y", "--yes", is_flag=True, help="Import without asking, unless a doubt needs an answer.")
@click.option("--dry-run", is_flag=True, help="Write nothing to the database; show what would happen.")
@JSON
@click.pass_obj
def auto(
    session: Session,
    /,
    files: tuple[str, ...],
    kind: str,
    keep_map: str,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    **said: Any,
) -> None:
    """Detect what files are, preview the cases and what would be lost or guessed, ask what is unclear, and import.

    The files are read completely before anything is stored. Your answers are kept for the next time (not with
    --dry-run), for a table in a map of its columns, and the command that repeats the import in a script is printed.
    Without a terminal, or with --json, nothing is asked: open questions are printed and the exit code is 2. -y imports
    without asking, unless a doubt would change when a case begins or ends, which case it is, or whose: each of those
    shows the options that answer it. See docs/importing.md for more.

    \b
    Examples:
      careconsole import auto tickets.csv
      careconsole import auto tickets.csv --day-first --zone Europe/Rome -y
    """
    _check_accepted(said["accept"])
    said["columns"] = tuple(map(column_said, said["columns"]))
    said["statuses"] = tuple(map(status_said, said["statuses"]))
    pipes = kept_pipes((*files, *said["users"]), standard_input=True)
    copies = click.get_current_context().with_resource(pipes)
    files, said["users"] = (tuple(copies[file] for file in some) for some in (files, said["users"]))
    piped = any(copy != file for file, copy in copies.items())
    preview = _look(files, Options(**said), kind)
    desk = session.asking()
    preview = autodetect.with_known_source(preview, desk)
    asking = not yes and can_ask(as_json)
    if not as_json:
        show(preview)
    if asking:
        preview = _ask(preview, desk)
    else:
        if not as_json and (words := source_words(preview)):
            say(f"! {words} Another name: --source NAME.")
        _refuse_open(preview, yes, as_given(_given(preview, kind, keep_map, dry_run), copies), as_json)
    preview = preview_answers.resolved_options(preview)
    kept = "" if dry_run or (piped and preview.map is None) else _kept(preview, keep_map, as_json)
    path = kept if preview.map is not None else ""
    command = as_given(preview_answers.command(preview, path), copies)
    if as_json:
        bring_in(
            session,
            preview.id,
            files,
            preview_answers.options_with(preview, path),
            dry_run=dry_run,
            as_json=True,
            put_done=lambda done: put_guided(preview, command, kept, done),
        )
        return
    say("To repeat this in a script:")
    put(display_text(join(command), None))
    if asking and not click.confirm("Try it without writing anything?" if dry_run else "Import now?", err=True):
        say("Nothing was imported.")
        return
    bring_in(session, preview.id, files, preview_answers.options_with(preview, path), dry_run=dry_run)


def _look(files: tuple[str, ...], options: Options, kind: str) -> ImportPreview:
    """Looks at the files, with the answers that an earlier look at them kept."""
    with progress_of(files, "Looking") as on_progress:
        looked = kept_answers.look(files, options, os.curdir, kind, on_progress)
    if looked.taken_from:
        say(f"Using your earlier answers from {looked.taken_from}.")
    return looked.preview


def _check_accepted(accepted: tuple[str, ...]) -> None:
    for name in accepted:
        if name not in _ACCEPTED:
            raise WrongUse(
                f"--accept {name!r} is not a doubt that can be accepted.", f"Choose from: {', '.join(_ACCEPTED)}."
            )


def _kept(preview: ImportPreview, keep_map: str, as_json: bool) -> str:
    """Keeps the map or the answers; returns the path, which is empty if there is nothing to keep."""
    path = kept_answers.keep(preview, os.curdir, keep_map)
    path = os.path.relpath(path) if path and not os.path.isabs(path) else path
    if path and not as_json:
        say(f"{'Answers' if preview.map is None else 'Map'}: {path}.")
    return path


def _given(preview: ImportPreview, kind: str, keep_map: str, dry_run: bool) -> list[str]:
    """Returns the words of this command again, with the source that was found."""
    words = [
        "careconsole",
        "import",
        "auto",
        *(os.fspath(file) for file in preview.files),
        *preview_answers.describe(preview),
    ]
    for name in preview.options.accept:
        words += ["--accept", name]
    for option, value in (("--kind", kind), ("--keep-map", keep_map)):
        words += [option, value] if value else []
    return [*words, "--dry-run"] if dry_run else words


def _refuse_open(preview: ImportPreview, yes: bool, words: list[str], as_json: bool) -> None:
    """Without a terminal: raises WrongUse, unless `yes` is given and no doubt is to be answered.

    The hint names the command to give: `words` with the answers.
    """
    if yes and not preview.blocking:
        return
    if as_json:
        put_guided(preview, words)
    hint = f"Run it with the answers and -y: {join(words)} -y."
    if preview.open_date:
        if not as_json:
            for flag in ("--day-first", "--month-first"):
                say(join([*words, flag]))
        hint = "Run the one of these two that is right; other open questions follow then."
    elif preview.blocking:
        hint = "Answer each line that begins with ? with one of the options below it. " + hint
    if not preview.blocking:
        raise WrongUse("Nothing was imported: nobody can be asked here.", f"To import it as shown: {join(words)} -y.")
    count = "a doubt" if len(preview.blocking) == 1 else f"{len(preview.blocking)} doubts"
    raise WrongUse(f"Nothing was imported: {count} would change when a case begins or ends, or whose it is.", hint)


def _ask(preview: ImportPreview, desk: Desk) -> ImportPreview:
    """Asks the user what is open; shows the cases again when an answer changes them."""
    preview = _ask_columns(preview, desk)
    while preview.open_date:
        answer = _prompt(f"“{preview.open_date}”: which comes first, the day or the month? (day, month)", "")
        if answer.lower()[:1] in ("d", "m"):
            preview = _again(preview, desk, day_first=answer.lower()[:1] == "d")
    while doubt := preview.doubt("no-zone"):
        zone = _prompt(f"{doubt.text} Which time zone are they in?", preview.zone)
        try:
            preview = _again(preview, desk, zone=zone)
        except WrongUse as error:
            say(f"{error.message} {hint_text(error.hint)}")
    systems = [
        name
        for name, count in preview.systems.items()
        if click.confirm(
            f"Is {display_text(name, 60)} ({counted(count, 'time')}) a system, not a person?", True, err=True
        )
    ]
    if systems:
        preview = _again(preview, desk, systems=tuple(systems))
    elif preview.systems:
        preview = _accept(preview, "owner-system")
    preview = _ask_rest(preview)
    if words := source_words(preview):
        say(words)
    source = _prompt("What is the name of the system?", preview.options.source) or preview.options.source
    return autodetect.with_source(preview, source)


def _ask_columns(preview: ImportPreview, desk: Desk) -> ImportPreview:
    while preview.roles:
        answer = _prompt(
            "Is a column wrong? Correct it like owner=Agent (owner= for none), or 'On ice=parked' for a status;"
            " press Enter when all is right",
            "",
        )
        if not answer:
            break
        try:
            preview = _again(preview, desk, **_said(preview.options, answer))
        except WrongUse as error:
            say(f"{error.message} {hint_text(error.hint)}")
    return preview


def _said(options: Options, answer: str) -> dict[str, Any]:
    """Returns the options that an answer about a column or a status changes. Raises WrongUse."""
    if not role_named(answer.partition("=")[0]) and "=" in answer:
        theirs, ours = status_said(answer)
        return {"statuses": (*(one for one in options.statuses if one[0] != theirs), (theirs, ours))}
    word, column = column_said(answer)
    role = role_named(word) or word
    return {"columns": (*(one for one in options.columns if role_named(one[0]) != role), (role, column))}


def _ask_rest(preview: ImportPreview) -> ImportPreview:
    """Asks of each doubt that is left whether it is to be imported as it is. Raises WrongUse where one is not."""
    while preview.blocking:
        doubt = preview.blocking[0]
        if not click.confirm(f"{display_text(doubt.text, 400)} Import it like this?", False, err=True):
            raise WrongUse("Nothing was imported.", f"{answers_text(doubt, preview.takes)}.")
        preview = _accept(preview, doubt.kind)
    return preview


def _accept(preview: ImportPreview, kind: str) -> ImportPreview:
    options = preview.options
    return replace(preview, options=replace(options, accept=(*options.accept, kind)))


def _again(preview: ImportPreview, desk: Desk, **said: Any) -> ImportPreview:
    """Looks once more, with further answers, and shows what became of them."""
    with progress_of([os.fspath(file) for file in preview.files], "Looking") as on_progress:
        preview = autodetect.preview_again(preview, desk, on_progress, **said)
    show(preview)
    return preview


def _prompt(question: str, default: str) -> str:
    answer = click.prompt(display_text(question, 400), default=default, show_default=bool(default), err=True)
    return str(answer).strip()
