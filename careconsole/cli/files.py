"""Files of cases on the command line."""

from __future__ import annotations

import click
import msgspec

from careconsole.cli.arguments import COUNT, JSON, one_case
from careconsole.cli.groups import Section
from careconsole.cli.output import path_text, put_json, put_path, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.cases import files as desk_files
from careconsole.desk.cases.files import Limits
from careconsole.domain.sizes import size_words
from careconsole.domain.terminal_text import display_text
from careconsole.present.files import file_cells, files_entry
from careconsole.present.json_types.files import FileLimitsEntry, SavedFileEntry


class _Files(Section):
    """A group in which `files 12` lists the files of case 12."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts "list" before what is no command of the group."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Files)
def files() -> None:
    """List the files of a case, save one, or limit how large files may be.

    Files are attached with careconsole attach. Careconsole never opens one: save it, and open it yourself.

    \b
    Example:
      careconsole files 12
    """


@files.command("list")
@click.argument("case", metavar="CASE")
@JSON
@click.pass_obj
def list_(session: Session, case: str, as_json: bool) -> None:
    """List the files of a case: those that were attached, and those that came by mail.

    \b
    Example:
      careconsole files list 12
    """
    desk = session.asking()
    found = desk_files.files_of(desk, one_case(case, desk))
    for notice in found.notices:
        say(notice)
    if as_json:
        put_json(files_entry(found))
        return
    if not found.files:
        say(f"Case {found.case} has no files. To attach one: careconsole attach {found.case} FILE")
        return
    rows = [tuple(map(display_text, file_cells(file, found))) for file in found.files]
    put_report(("No", "Size", "When", "From", "Name"), rows, right=(0, 1))


@files.command()
@click.argument("case", metavar="CASE")
@click.argument("label", required=False, metavar="[N]")
@click.option("--to", default=".", type=click.Path(), metavar="DIR", help="The folder. Default: the current one.")
@click.option("--force", is_flag=True, help="Replace a file of that name, but never a database.")
@JSON
@click.pass_obj
def save(session: Session, case: str, label: str | None, to: str, force: bool, as_json: bool) -> None:
    """Save file N of a case in a folder, and print its path; only you can read it. N may be left out for the only file.

    An existing file is replaced only with --force, and nothing is written through a link. The name is made safe: no
    folders, no invisible or control characters, nothing hidden. What came by mail has a label
    such as m7.2: the second file of mail 7.

    \b
    Examples:
      careconsole files save 13 --force
      careconsole files save 12 2 --to ~/Downloads
    """
    from careconsole.intake.mail.saving import save_file  # reads mails, which listing files does not

    desk = session.asking()
    number = one_case(case, desk)
    path = save_file(desk, number, label, to, force=force)
    if as_json:
        put_json(SavedFileEntry(case=number, path=path_text(path)))
        return
    put_path(path)


@files.command()
@click.option("--each", type=COUNT, metavar="MB", help="The largest size of one file, in megabytes.")
@click.option("--total", type=COUNT, metavar="MB", help="The largest size of all files together, in megabytes.")
@JSON
@click.pass_obj
def limit(session: Session, each: int | None, total: int | None, as_json: bool) -> None:
    """Show how large files may be, and how much is kept; as a lead, change it.

    \b
    Examples:
      careconsole files limit
      careconsole files limit --each 50 --total 20000
    """
    if each is None and total is None:
        found = desk_files.limits(session.asking())
    else:
        found = desk_files.set_limits(session.working(), file=each, total=total)
    if as_json:
        put_json(FileLimitsEntry(**msgspec.structs.asdict(found)))
        return
    say(_limit_words(found))


def _limit_words(found: Limits) -> str:
    return (
        f"One file: at most {size_words(found.file)}. All together: at most {size_words(found.total)};"
        f" {size_words(found.kept)} are kept now."
    )
