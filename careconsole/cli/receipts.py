"""What all receipts of a team say, on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.groups import Section
from careconsole.cli.output import put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.receipts import settings as desk_settings
from careconsole.desk.receipts.settings import ReceiptSettings


@click.group(cls=Section)
def receipts() -> None:
    """Manage receipts: what they all say.

    \b
    Example:
      careconsole receipts show
    """


@receipts.command("show")
@JSON
@click.pass_obj
def show(session: Session, as_json: bool) -> None:
    """Show what all receipts say: their language, where customers can ask, and the time zone.

    \b
    Example:
      careconsole receipts show
    """
    _put(desk_settings.settings(session.asking()), as_json)


@receipts.command("set")
@click.option("--lang", metavar="CODE", help="The language of receipts, such as en or de.")
@click.option("--mail", metavar="ADDRESS", help="Where customers can write to; '' for none.")
@click.option("--phone", metavar="NUMBER", help="Where customers can call; '' for none.")
@click.option(
    "--zone", metavar="ZONE", help="The time zone of the times, such as Europe/Rome; '' for that of the machine."
)
@JSON
@click.pass_obj
def set_(
    session: Session, lang: str | None, mail: str | None, phone: str | None, zone: str | None, as_json: bool
) -> None:
    """Set what all receipts say. Only a lead can do this.

    \b
    Example:
      careconsole receipts set --lang de --mail care@shop.example --phone "+39 02 1234567" --zone Europe/Rome
    """
    from careconsole.present.receipts.wording import wording

    if lang:
        wording(lang)  # raises for one that there is none of
    _put(
        desk_settings.change(session.working(), language=lang, mail=mail, phone=phone, zone=zone), as_json, changed=True
    )


def _put(settings: ReceiptSettings, as_json: bool, *, changed: bool = False) -> None:
    from careconsole.present.receipts.entries import settings_entry

    entry = settings_entry(settings)
    if as_json:
        put_json(entry)
        return
    if changed:
        say("Receipts say from now on:")
    rows = [
        ("language", f"{entry.language} (of {', '.join(entry.languages)})"),
        ("mail", entry.mail or "none"),
        ("phone", entry.phone or "none"),
        ("time zone", entry.zone or "that of the machine"),
    ]
    put_report(("", ""), rows)
