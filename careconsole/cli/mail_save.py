"""Saving a file of a mail, on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import COUNT, JSON
from careconsole.cli.output import path_text, put_json, put_path
from careconsole.cli.session import Session


@click.command("save")
@click.argument("number", type=COUNT, metavar="MAIL")
@click.argument("file", type=COUNT, required=False, metavar="[N]")
@click.option("--to", default=".", type=click.Path(), metavar="DIR", help="The folder. Default: the current one.")
@click.option("--force", is_flag=True, help="Replace a file of that name, but never a database.")
@JSON
@click.pass_obj
def save(session: Session, number: int, file: int | None, to: str, force: bool, as_json: bool) -> None:
    """Save the Nth file of a mail in a folder, also of a held one, and print its path; only you can read it.

    Careconsole opens no file: open it yourself, if you trust its sender. See careconsole files for those of a case.

    \b
    Example:
      careconsole mail save 5 1 --to ~/Downloads
    """
    from careconsole.intake.mail.saving import save_part

    path = save_part(session.asking(), number, file, to, force=force)
    if as_json:
        from careconsole.present.json_types.mail import SavedMailFileEntry

        put_json(SavedMailFileEntry(mail=number, path=path_text(path)))
        return
    put_path(path)
