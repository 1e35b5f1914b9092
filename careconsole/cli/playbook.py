"""Playbooks on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import COUNT, JSON, one_case
from careconsole.cli.groups import Section
from careconsole.cli.output import put, put_json, put_labelled, put_table, say, screen_width
from careconsole.cli.playbook_writing import confirm, restore, retire, revise, write
from careconsole.cli.session import Session
from careconsole.domain.terminal_text import display_block, display_text
from careconsole.domain.time.moments import local

if TYPE_CHECKING:
    pass

_LABEL = 14
_FOR_CASE = "case"


@click.group(cls=Section)
def playbook() -> None:
    """Manage playbooks: what to do about a known exception, and what one may decide without a lead.

    \b
    Example:
      careconsole playbook for 12
    """


@playbook.command("list")
@click.option("--retired", is_flag=True, help="Also list retired ones.")
@JSON
@click.pass_obj
def list_(session: Session, retired: bool, as_json: bool) -> None:
    """List the playbooks by title, with their state and how they have done.

    \b
    Example:
      careconsole playbook list
    """
    from careconsole.desk.playbooks import reading
    from careconsole.domain.playbook.results import record_words
    from careconsole.present.playbooks import playbook_entry

    desk = session.asking()
    found = reading.listed(desk, retired=retired)
    now = desk.now()
    if as_json:
        roster = desk.roster()
        put_json([playbook_entry(known, roster, now) for known in found])
        return
    if not found:
        say('No playbook is offered. To write one: careconsole playbook write --title "..." --do "..."')
        return
    rows = [
        (
            str(known.playbook.number),
            known.state,
            record_words(known.results) + (" (doubted)" if known.results.doubted else ""),
            "may decide" if known.playbook.may_decide(now) else "",
            known.playbook.content.title,
        )
        for known in found
    ]
    put_table(("No", "State", "So far", "Authority", "Title"), rows, right=(0,), width=screen_width())


@playbook.command()
@click.argument("number", type=COUNT, metavar="PLAYBOOK")
@JSON
@click.pass_obj
def show(session: Session, number: int, as_json: bool) -> None:
    """Show a playbook, how it has done, and the cases on which it was used.

    \b
    Example:
      careconsole playbook show 3
    """
    from careconsole.desk.playbooks import reading
    from careconsole.present.playbooks import details_entry, sheet

    desk = session.asking()
    known = reading.get(desk, number)
    roster, now = desk.roster(), desk.now()
    if as_json:
        put_json(details_entry(known, roster, now))
        return
    width = screen_width()
    put(display_text(f"Playbook {number}: {known.playbook.content.title}"))
    for label, text in sheet(known, roster, now):
        for place, line in enumerate(display_block(text).splitlines()):
            put_labelled(f"  {label if not place else '':<{_LABEL}}", line, width)
    rows = [
        (str(one.case), one.use.fit or "not rated", one.use.decided, one.use.said)
        for one in known.uses
        if not one.use.passed
    ]
    if rows:
        put_table(("Case", "Fitted", "Decided", "Said of the fit"), rows, right=(0,), width=width)


@playbook.command()
@click.argument("number", type=COUNT, metavar="PLAYBOOK")
@JSON
@click.pass_obj
def history(session: Session, number: int, as_json: bool) -> None:
    """Show what happened to a playbook, each new text with what changed in it.

    \b
    Example:
      careconsole playbook history 3
    """
    from careconsole.desk.playbooks import reading
    from careconsole.present.playbooks import editions_told

    desk = session.asking()
    events, texts = reading.history(desk, number)
    entries = editions_told(events, texts, desk.roster())
    if as_json:
        put_json(entries)
        return
    now = desk.now()
    for event, entry in zip(events, entries, strict=True):
        edition = f" (edition {entry.edition})" if entry.edition is not None else ""
        put(display_text(f"{local(event.at, now)}  {entry.by} {entry.told}{edition}"))
        for line in entry.difference or ():
            put(display_text(f"    {line}"))


@playbook.command("for")
@click.argument(_FOR_CASE, metavar="CASE")
@JSON
@click.pass_obj
def for_(session: Session, case: str, as_json: bool) -> None:
    """Show the playbooks that fit a case, best first, and why.

    \b
    Example:
      careconsole playbook for 12
    """
    from careconsole.desk.playbooks import reading
    from careconsole.domain.playbook.results import record_words
    from careconsole.present.playbooks import authority_words, fitting_entry

    desk = session.asking()
    number = one_case(case, desk)
    found = reading.fitting(desk, number)
    roster, now = desk.roster(), desk.now()
    if as_json:
        put_json([fitting_entry(one, roster, now) for one in found])
        return
    if not found:
        say(f"No playbook fits case {number}.")
        return
    for one in found:
        known = one.known
        about = "; ".join(filter(None, (one.why, record_words(known.results), "in use here" if one.in_use else "")))
        put(display_text(f"{known.playbook.number}  {known.playbook.content.title} ({about})"))
        if known.playbook.may_decide(now):
            put(display_text(f"   You may decide: {authority_words(known.playbook, now)}"))
    say(f"To use one: careconsole use {number} --playbook {found[0].known.playbook.number}")


@playbook.command()
@click.argument("number", type=COUNT, metavar="PLAYBOOK")
@click.argument(_FOR_CASE, metavar="CASE")
@JSON
@click.pass_obj
def words(session: Session, number: int, case: str, as_json: bool) -> None:
    """Print a playbook's words for the customer, filled in for a case.

    \b
    Example:
      careconsole playbook words 3 12
    """
    from careconsole.desk.playbooks import reading

    desk = session.asking()
    text, empty = reading.words_for(desk, number, one_case(case, desk))
    if as_json:
        from careconsole.present.json_types.playbooks import PlaybookWordsEntry

        put_json(PlaybookWordsEntry(text=text, without_value=empty))
        return
    if not text:
        say(f"Playbook {number} has no words for the customer.")
        return
    put(display_block(text))
    if empty:
        say(f"Still to fill in: {', '.join('{' + name + '}' for name in empty)}.")


@playbook.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="DIR|FILE...")
@click.option("--dry-run", is_flag=True, help="Show what would change, and store nothing.")
@JSON
@click.pass_obj
def import_(session: Session, paths: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Write and revise playbooks from Markdown files: all of them, or none if one cannot be read.

    \b
    Example:
      careconsole playbook import playbooks/
    """
    from careconsole.desk.playbooks import files, writing
    from careconsole.present.json_types.playbooks import PlaybooksLoadedEntry

    desk = session.working()
    loaded = writing.load_files(desk, files.read(paths), dry_run=dry_run)
    if as_json:
        put_json(
            PlaybooksLoadedEntry(
                new=list(loaded.new),
                revised=list(loaded.revised),
                unchanged=list(loaded.unchanged),
                notices=list(loaded.notices),
            )
        )
        return
    for notice in loaded.notices:
        say(notice)
    counts = f"{len(loaded.new)} new, {len(loaded.revised)} revised, {len(loaded.unchanged)} unchanged"
    say(f"{'It would be' if dry_run else 'Playbooks'}: {counts}.")


@playbook.command()
@click.argument("folder", type=click.Path(file_okay=False), metavar="DIR")
@click.option("--force", is_flag=True, help="Replace files that differ.")
@JSON
@click.pass_obj
def export(session: Session, folder: str, force: bool, as_json: bool) -> None:
    """Write each playbook to a Markdown file, to keep them in version control.

    \b
    Example:
      careconsole playbook export playbooks/
    """
    from careconsole.desk.playbooks import files, reading
    from careconsole.present.json_types.playbooks import PlaybooksSavedEntry

    desk = session.asking()
    written = files.write(folder, [known.playbook for known in reading.listed(desk)], force=force)
    if as_json:
        put_json(PlaybooksSavedEntry(folder=folder, files=written))
        return
    count = "1 playbook is" if len(written) == 1 else f"{len(written):,} playbooks are"
    say(f"{count} in {display_text(folder)}.")


for _command in (write, revise, confirm, retire, restore):
    playbook.add_command(_command)
