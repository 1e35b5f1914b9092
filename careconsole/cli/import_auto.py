"""The guided import on the command line: detects what files are, previews the cases, and asks what is open."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from shlex import join
from typing import Any

import click
import msgspec

from careconsole.cli.arguments import JSON
from careconsole.cli.imports import bring_in
from careconsole.cli.output import path_text, put, put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import iso, local
from careconsole.intake import autodetect as guided
from careconsole.intake.autodetect import ImportPreview
from careconsole.intake.autodetect_text import reject_words, source_words
from careconsole.intake.formats.table.column_synonyms import ROLES, role_named
from careconsole.intake.formats.table.dates import zone_here
from careconsole.intake.registry import Options
from careconsole.present.command_lines import hint_text
from careconsole.present.json_types.imports import FirstCaseEntry, GuidedImportEntry, ImportEntry, RejectEntry

_LONG = 200
_REJECTS = 100
"""The most rejected records in JSON."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--source", default="", metavar="NAME", help="The name of the system the files are of.")
@click.option("--kind", default="", metavar="KIND", help="What the files are, where the guess is wrong.")
@click.option("--encoding", default="", metavar="NAME", help="Of files that are not UTF-8: cp1252, ...")
@click.option("--zone", default="", metavar="ZONE", help="Of times that name none: Europe/Rome, +02:00, UTC.")
@click.option("--day-first/--month-first", default=None, help="How 03/04/2024 is meant.")
@click.option("--system", "systems", multiple=True, metavar="NAME", help="An owner who is a system, not a person.")
@click.option("--users", multiple=True, type=click.Path(), metavar="FILE", help="People and organisations.")
@click.option("--column", "columns", multiple=True, metavar="OURS=THEIRS", help="Which column is what: case=Ticket.")
@click.option("--keep-map", default="", type=click.Path(), metavar="FILE", help="Where the map is kept.")
@click.option("-y", "--yes", is_flag=True, help="Take the guesses, and import.")
@click.option("--dry-run", is_flag=True, help="Write nothing into the database; say what would happen.")
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
    """Say what files are, show the first cases as they would become, ask what is open, and import.

    For a table it keeps a map of what it found and what you answered (not with --dry-run), and says the one command
    that repeats the import in a script. Without a terminal nothing is asked: it says what is open and ends with 2,
    unless -y takes the guesses. With --json nothing is asked either.
    docs/importing.md has more.

    \b
    Examples:
      careconsole import auto tickets.csv
      careconsole import auto tickets.csv --day-first --zone Europe/Rome -y
    """
    said["columns"] = tuple(map(_correction, said["columns"]))
    preview = guided.preview_import(files, Options(**said), kind)
    desk = session.asking()
    preview = guided.with_known_source(preview, desk)
    asking = not (yes or as_json) and sys.stdin.isatty() and sys.stderr.isatty()
    if not as_json:
        _show(preview)
    if asking:
        preview = _ask(preview, desk)
    else:
        if not as_json and (words := source_words(preview)):
            say(f"! {words} Another name: --source NAME.")
        _refuse_open(preview, yes, _given(preview, kind, keep_map, dry_run), as_json)
        if preview.systems:
            preview = guided.preview_again(preview, desk, systems=tuple(preview.systems))
    preview = guided.resolved_options(preview)
    path = ""
    if preview.map is not None and not dry_run:
        path = guided.keep_map(preview, os.curdir, keep_map)
        path = os.path.relpath(path) if not os.path.isabs(path) else path
        if not as_json:
            say(f"The map is in {path}.")
    command = guided.command(preview, path)
    if as_json:
        bring_in(
            session,
            preview.id,
            files,
            guided.options_with(preview, path),
            dry_run=dry_run,
            as_json=True,
            put_done=lambda done: _put_guided(preview, (), command, path, done),
        )
        return
    say("The same in a script:")
    put(display_text(join(command), None))
    if asking and not click.confirm("Try it without writing anything?" if dry_run else "Import now?", err=True):
        say("Nothing was imported.")
        return
    bring_in(session, preview.id, files, guided.options_with(preview, path), dry_run=dry_run)


def _given(preview: ImportPreview, kind: str, keep_map: str, dry_run: bool) -> list[str]:
    """Returns the words of this command again, with the source that was found."""
    words = ["careconsole", "import", "auto", *(os.fspath(file) for file in preview.files), *guided.describe(preview)]
    for name, value in (("--kind", kind), ("--keep-map", keep_map)):
        words += [name, value] if value else []
    return [*words, "--dry-run"] if dry_run else words


def _correction(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not (ours.strip() and equals):
        raise WrongUse(f"{text!r} does not say which column is what.", "For example: owner=Agent, or owner= for none.")
    return ours.strip(), theirs


def _show(preview: ImportPreview) -> None:
    """Prints what the files are, how the columns are read, and the first cases."""
    names = ", ".join(os.path.basename(os.fspath(file)) for file in preview.files)
    article, _, rest = preview.title.partition(" ")
    title = f"{article.lower()} {rest}" if article in ("A", "An") else preview.title
    say(f"{names}: {title} ({preview.id}), of the system {preview.options.source}.")
    if preview.encoding:
        say(f"The text is not UTF-8, and was read as {preview.encoding}.")
    if preview.roles:
        put_report(("Ours", "Column"), [(role, preview.roles[role]) for role in ROLES if role in preview.roles])
        named = preview.map.columns() if preview.map is not None else {}
        others = [name for name in preview.columns if name not in named]
        if others:
            put(f"Kept as fields: {display_text(', '.join(others), _LONG)}")
        put("")
    rows = []
    for case in preview.cases:
        status = f"{case.status} ({case.label})" if case.label and case.label.lower() != case.status else case.status
        words = f"{case.heard}/{case.said}/{case.notes}"
        owner, tags = case.owner or "nobody", ", ".join(case.tags)
        opened, changed = local(case.opened, 0), local(case.changed, 0)
        rows.append(
            (*(case.external, opened, changed, status, case.priority, owner, case.customer), tags, words, case.subject)
        )
    put_report(
        (*("Case", "Opened", "Last", "Status", "Priority", "Owner", "Customer"), "Tags", "In/out/notes", "Subject"),
        rows,
    )
    if preview.options.zone:
        say(f"Times that name no zone are read in {preview.zone}; above they stand in {zone_here()}.")
    for reject in preview.rejects[:3]:
        say(reject_words(preview, reject))
    for notice in preview.notices:
        say(notice)


def _open_questions(preview: ImportPreview, yes: bool) -> list[str]:
    """Returns what a user would be asked; with `yes`, only what cannot be guessed."""
    questions = []
    if preview.open_date:
        questions.append(
            f"“{preview.open_date}” can be read with the day or with the month first: --day-first or --month-first."
        )
    if yes:
        return questions
    if preview.local_time:
        questions.append(f"“{preview.local_time}” names no zone; without --zone it is read in {preview.zone}.")
    for name, count in preview.systems.items():
        questions.append(f"Is the owner “{name}” ({count} of the first rows) a system? Then: --system {name!r}.")
    if preview.is_log:
        questions.append("Most cases have several rows: if a row is an event, careconsole import events takes it.")
    if preview.roles:
        questions.append("Is a column taken for something else than it is? Then: --column owner=NAME.")
    return questions


def _refuse_open(preview: ImportPreview, yes: bool, words: list[str], as_json: bool) -> None:
    """Without a terminal: prints the open questions and raises WrongUse, unless `yes` settles them all.

    The hint names the command to give: `words` with the answers.
    """
    if yes and not preview.open_date:
        return
    if as_json:
        _put_guided(preview, _open_questions(preview, yes), words)
    else:
        for question in _open_questions(preview, yes):
            say(f"? {question}")
    hint = f"Give it with the answers, and -y to take the guesses: {join(words)} -y."
    if preview.open_date:
        if not as_json:
            for flag in ("--day-first", "--month-first"):
                say(join([*words, flag]))
        hint = "Give the one of these two that is right; what else is open is told then."
    raise WrongUse("Nothing was imported: there is nobody here to ask.", hint)


def _put_guided(
    preview: ImportPreview,
    questions: Sequence[str],
    command: Sequence[str],
    path: str = "",
    result: ImportEntry | None = None,
) -> None:
    """Prints what the files are and the result of the import as JSON."""
    cases = [
        FirstCaseEntry(
            external=case.external,
            subject=case.subject,
            customer=case.customer,
            owner=case.owner or None,
            status=case.status,
            label=case.label,
            priority=case.priority,
            tags=list(case.tags),
            opened_at=iso(case.opened),
            changed_at=iso(case.changed),
            heard=case.heard,
            said=case.said,
            notes=case.notes,
        )
        for case in preview.cases
    ]
    put_json(
        GuidedImportEntry(
            files=[path_text(os.fspath(file)) for file in preview.files],
            kind=preview.id,
            source=preview.options.source,
            source_note=source_words(preview) or None,
            encoding=preview.encoding or None,
            zone=preview.options.zone or preview.zone,
            roles=dict(preview.roles),
            columns=list(preview.columns),
            first_cases=cases,
            rejects=[
                RejectEntry(**{**msgspec.structs.asdict(reject), "file": path_text(reject.file)})
                for reject in preview.rejects[:_REJECTS]
            ],
            notices=list(preview.notices),
            questions=list(questions),
            map=path_text(path) if path else None,
            command=[path_text(word) for word in command],
            result=result,
        )
    )


def _ask(preview: ImportPreview, desk: Desk) -> ImportPreview:
    """Asks the user what is open; shows the cases again when an answer changes them."""
    if preview.is_log:
        say("Most cases have several rows. If a row is something that happened, this is an event log: import events.")
    while preview.roles:
        answer = _prompt(
            "Is a column something else? Say it like owner=Agent (owner= for none); Enter when all is right", ""
        )
        if not answer:
            break
        try:
            role, column = _correction(answer)
            role = role_named(role) or role
            others = tuple(one for one in preview.options.columns if role_named(one[0]) != role)
            preview = guided.preview_again(preview, desk, columns=(*others, (role, column)))
        except WrongUse as error:
            say(f"{error.message} {hint_text(error.hint)}")
            continue
        _show(preview)
    while preview.open_date:
        answer = _prompt(f"“{preview.open_date}”: does the day come first, or the month? (day, month)", "")
        if answer.lower()[:1] in ("d", "m"):
            preview = guided.preview_again(preview, desk, day_first=answer.lower()[:1] == "d")
            _show(preview)
    while preview.local_time:
        zone = _prompt(f"“{preview.local_time}” names no zone. In which one was it written?", preview.zone)
        try:
            preview = guided.preview_again(preview, desk, zone=zone)
        except WrongUse as error:
            say(f"{error.message} {hint_text(error.hint)}")
            continue
        _show(preview)
    systems = [
        name
        for name, count in preview.systems.items()
        if click.confirm(
            f"Is {display_text(name, 60)} ({count} of the first rows) a system, not a person?", True, err=True
        )
    ]
    if systems:
        preview = guided.preview_again(preview, desk, systems=tuple(systems))
    if words := source_words(preview):
        say(words)
    source = _prompt("What is the system called?", preview.options.source) or preview.options.source
    return guided.with_source(preview, source)


def _prompt(question: str, default: str) -> str:
    answer = click.prompt(display_text(question, 400), default=default, show_default=bool(default), err=True)
    return str(answer).strip()
