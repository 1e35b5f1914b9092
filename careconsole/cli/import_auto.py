"""The guided import on the command line: what files are, what they would become, and what is left to ask."""

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
"""Of so many records that cannot be taken JSON tells."""


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
    prospect = guided.preview(files, Options(**said), kind)
    desk = session.asking()
    prospect = guided.recognised(prospect, desk)
    asking = not (yes or as_json) and sys.stdin.isatty() and sys.stderr.isatty()
    if not as_json:
        _show(prospect)
    if asking:
        prospect = _ask(prospect, desk)
    else:
        if not as_json and (words := source_words(prospect)):
            say(f"! {words} Another name: --source NAME.")
        _refuse_open(prospect, yes, _given(prospect, kind, keep_map, dry_run), as_json)
        if prospect.systems:
            prospect = guided.preview_again(prospect, desk, systems=tuple(prospect.systems))
    prospect = guided.resolved_options(prospect)
    path = ""
    if prospect.map is not None and not dry_run:
        path = guided.keep_map(prospect, os.curdir, keep_map)
        path = os.path.relpath(path) if not os.path.isabs(path) else path
        if not as_json:
            say(f"The map is in {path}.")
    command = guided.command(prospect, path)
    if as_json:
        bring_in(
            session,
            prospect.id,
            files,
            guided.options_with(prospect, path),
            dry_run=dry_run,
            as_json=True,
            put_done=lambda done: _put_guided(prospect, (), command, path, done),
        )
        return
    say("The same in a script:")
    put(display_text(join(command), None))
    if asking and not click.confirm("Try it without writing anything?" if dry_run else "Import now?", err=True):
        say("Nothing was imported.")
        return
    bring_in(session, prospect.id, files, guided.options_with(prospect, path), dry_run=dry_run)


def _given(prospect: ImportPreview, kind: str, keep_map: str, dry_run: bool) -> list[str]:
    """The words of this command again, with the source it found."""
    words = ["careconsole", "import", "auto", *(os.fspath(file) for file in prospect.files), *guided.describe(prospect)]
    for name, value in (("--kind", kind), ("--keep-map", keep_map)):
        words += [name, value] if value else []
    return [*words, "--dry-run"] if dry_run else words


def _correction(text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    if not (ours.strip() and equals):
        raise WrongUse(f"{text!r} does not say which column is what.", "For example: owner=Agent, or owner= for none.")
    return ours.strip(), theirs


def _show(prospect: ImportPreview) -> None:
    """What the files are, how the columns are read, and the first cases."""
    names = ", ".join(os.path.basename(os.fspath(file)) for file in prospect.files)
    article, _, rest = prospect.title.partition(" ")
    title = f"{article.lower()} {rest}" if article in ("A", "An") else prospect.title
    say(f"{names}: {title} ({prospect.id}), of the system {prospect.options.source}.")
    if prospect.encoding:
        say(f"The text is not UTF-8, and was read as {prospect.encoding}.")
    if prospect.roles:
        put_report(("Ours", "Column"), [(role, prospect.roles[role]) for role in ROLES if role in prospect.roles])
        others = [name for name in prospect.columns if name not in prospect.roles.values()]
        if others:
            put(f"Kept as fields: {display_text(', '.join(others), _LONG)}")
        put("")
    rows = []
    for case in prospect.cases:
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
    if prospect.options.zone:
        say(f"Times that name no zone are read in {prospect.zone}; above they stand in {zone_here()}.")
    for reject in prospect.rejects[:3]:
        say(reject_words(prospect, reject))
    for notice in prospect.notices:
        say(notice)


def _open_questions(prospect: ImportPreview, yes: bool) -> list[str]:
    """What somebody would be asked; with `yes`, only what no guess can stand for."""
    questions = []
    if prospect.open_date:
        questions.append(
            f"“{prospect.open_date}” can be read with the day or with the month first: --day-first or --month-first."
        )
    if yes:
        return questions
    if prospect.local_time:
        questions.append(f"“{prospect.local_time}” names no zone; without --zone it is read in {prospect.zone}.")
    for name, count in prospect.systems.items():
        questions.append(f"Is the owner “{name}” ({count} of the first rows) a system? Then: --system {name!r}.")
    if prospect.is_log:
        questions.append("Most cases have several rows: if a row is an event, careconsole import events takes it.")
    if prospect.roles:
        questions.append("Is a column taken for something else than it is? Then: --column owner=NAME.")
    return questions


def _refuse_open(prospect: ImportPreview, yes: bool, words: list[str], as_json: bool) -> None:
    """Without a terminal: what would be asked, and the command to give, which is `words` with the answers."""
    if yes and not prospect.open_date:
        return
    if as_json:
        _put_guided(prospect, _open_questions(prospect, yes), words)
    else:
        for question in _open_questions(prospect, yes):
            say(f"? {question}")
    hint = f"Give it with the answers, and -y to take the guesses: {join(words)} -y."
    if prospect.open_date:
        if not as_json:
            for flag in ("--day-first", "--month-first"):
                say(join([*words, flag]))
        hint = "Give the one of these two that is right; what else is open is told then."
    raise WrongUse("Nothing was imported: there is nobody here to ask.", hint)


def _put_guided(
    prospect: ImportPreview,
    questions: Sequence[str],
    command: Sequence[str],
    path: str = "",
    result: ImportEntry | None = None,
) -> None:
    """What the files are and what came of them, as JSON."""
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
        for case in prospect.cases
    ]
    put_json(
        GuidedImportEntry(
            files=[path_text(os.fspath(file)) for file in prospect.files],
            kind=prospect.id,
            source=prospect.options.source,
            source_note=source_words(prospect) or None,
            encoding=prospect.encoding or None,
            zone=prospect.options.zone or prospect.zone,
            roles=dict(prospect.roles),
            columns=list(prospect.columns),
            first_cases=cases,
            rejects=[
                RejectEntry(**{**msgspec.structs.asdict(reject), "file": path_text(reject.file)})
                for reject in prospect.rejects[:_REJECTS]
            ],
            notices=list(prospect.notices),
            questions=list(questions),
            map=path_text(path) if path else None,
            command=[path_text(word) for word in command],
            result=result,
        )
    )


def _ask(prospect: ImportPreview, desk: Desk) -> ImportPreview:
    """The answers of whoever sits at the terminal; the cases are shown again when an answer changes them."""
    if prospect.is_log:
        say("Most cases have several rows. If a row is something that happened, this is an event log: import events.")
    while prospect.roles:
        answer = _prompt(
            "Is a column something else? Say it like owner=Agent (owner= for none); Enter when all is right", ""
        )
        if not answer:
            break
        try:
            role, column = _correction(answer)
            role = role_named(role) or role
            others = tuple(one for one in prospect.options.columns if role_named(one[0]) != role)
            prospect = guided.preview_again(prospect, desk, columns=(*others, (role, column)))
        except WrongUse as error:
            say(f"{error.message} {hint_text(error.hint)}")
            continue
        _show(prospect)
    while prospect.open_date:
        answer = _prompt(f"“{prospect.open_date}”: does the day come first, or the month? (day, month)", "")
        if answer.lower()[:1] in ("d", "m"):
            prospect = guided.preview_again(prospect, desk, day_first=answer.lower()[:1] == "d")
            _show(prospect)
    while prospect.local_time:
        zone = _prompt(f"“{prospect.local_time}” names no zone. In which one was it written?", prospect.zone)
        try:
            prospect = guided.preview_again(prospect, desk, zone=zone)
        except WrongUse as error:
            say(f"{error.message} {hint_text(error.hint)}")
            continue
        _show(prospect)
    systems = [
        name
        for name, count in prospect.systems.items()
        if click.confirm(
            f"Is {display_text(name, 60)} ({count} of the first rows) a system, not a person?", True, err=True
        )
    ]
    if systems:
        prospect = guided.preview_again(prospect, desk, systems=tuple(systems))
    if words := source_words(prospect):
        say(words)
    source = _prompt("What is the system called?", prospect.options.source) or prospect.options.source
    return guided.of_source(prospect, source)


def _prompt(question: str, default: str) -> str:
    answer = click.prompt(display_text(question, 400), default=default, show_default=bool(default), err=True)
    return str(answer).strip()
