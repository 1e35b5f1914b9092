"""What all receipts of a team say, and the pages that are published of them, on the command line."""

from __future__ import annotations

from shlex import quote

import click

from careconsole.cli.arguments import JSON, one_case
from careconsole.cli.confirming import confirmed
from careconsole.cli.groups import Section
from careconsole.cli.output import path_text, put, put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.receipts import settings as desk_settings
from careconsole.desk.receipts.settings import ReceiptSettings
from careconsole.domain.errors import WrongUse
from careconsole.domain.time.moments import local
from careconsole.present.json_types.receipts import PlaceEntry, PublishedEntry, WrittenPagesEntry


@click.group(cls=Section)
def receipts() -> None:
    """Manage receipts: what they all say, and the pages that customers can open.

    \b
    Example:
      careconsole receipts show
    """


@receipts.command("show")
@JSON
@click.pass_obj
def show(session: Session, as_json: bool) -> None:
    """Show what all receipts say: their language, where customers can ask and answer, and the time zone.

    Also where pages are published, and how many there are: 'careconsole queue is:published' lists their cases.

    \b
    Example:
      careconsole receipts show
    """
    desk = session.asking()
    _put(desk, desk_settings.settings(desk), as_json)


@receipts.command("set")
@click.option("--lang", metavar="CODE", help="The language of receipts, such as en or de.")
@click.option("--mail", metavar="ADDRESS", help="Where customers can write to; '' for none.")
@click.option("--phone", metavar="NUMBER", help="Where customers can call; '' for none.")
@click.option(
    "--zone", metavar="ZONE", help="The time zone of the times, such as Europe/Rome; '' for that of the machine."
)
@click.option(
    "--answers", metavar="ADDRESS", help="Where customers say whether you did what you promised; '' to ask nobody."
)
@JSON
@click.pass_obj
def set_(session: Session, /, lang: str | None, as_json: bool, **given: str | None) -> None:
    """Set what all receipts say. Only a lead can do this.

    With --answers, the receipt of a case that you resolve from then on asks the customer whether you did what you
    promised: at most once in 30 days, and never after a mistake. They answer by mail.

    \b
    Examples:
      careconsole receipts set --lang de --mail care@shop.example --phone "+39 02 1234567" --zone Europe/Rome
      careconsole receipts set --answers answers@shop.example
    """
    from careconsole.present.receipts.wording import wording

    if lang:
        wording(lang)  # raises for one that there is none of
    desk = session.working()
    _put(desk, desk_settings.change(desk, language=lang, **given), as_json, changed=True)


def _put(desk: Desk, settings: ReceiptSettings, as_json: bool, *, changed: bool = False) -> None:
    from careconsole.desk.receipts import publication
    from careconsole.present.receipts.entries import settings_entry

    place = desk.read(publication.place_of)
    entry = settings_entry(settings, place, len(publication.published(desk)) if place is not None else 0)
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
        ("answers to", entry.answers or "nobody is asked"),
        ("folder", f"{path_text(entry.folder)}, as {entry.url}" if entry.folder else "none is set"),
    ]
    if entry.folder:
        rows.append(("pages", f"{entry.pages:,}"))
    put_report(("", ""), rows)


# Published pages


@receipts.command("folder")
@click.argument("folder", type=click.Path(), required=False)
@click.option("--url", metavar="URL", help="The address at which a web server shows the folder.")
@click.option("--off", is_flag=True, help="Publish no receipts any longer, and remove the pages.")
@JSON
@click.pass_obj
def folder(session: Session, folder: str | None, url: str | None, off: bool, as_json: bool) -> None:
    """Set the folder to which pages of receipts are written, and its address on the web. Only a lead can do this.

    Anybody who has the link of a page can read it. Let the web server show no lists of files.

    \b
    Example:
      careconsole receipts folder /srv/www/receipts --url https://care.example/receipts
    """
    from careconsole.present.receipts.publishing import move_to, remove_all

    if off == (folder is not None) or (folder is None) != (url is None):
        raise WrongUse("Give a folder and its --url, or --off.", "See careconsole receipts folder --help.")
    desk = session.working()
    if off:
        removed = remove_all(desk)
        if as_json:
            put_json(PlaceEntry(folder=None, url=None, written=0, removed=removed))
            return
        say(f"Receipts are no longer published. Pages removed: {removed:,}.")
        return
    assert folder is not None
    place, done = move_to(desk, folder, url or "")
    if not place.url.startswith("https://"):
        say("That address is not https: others on the network can read a customer's page and its link on the way.")
    if as_json:
        put_json(PlaceEntry(folder=path_text(place.folder), url=place.url, written=done.written, removed=done.removed))
        return
    say(f"Receipts are published in {place.folder}, as {place.url}.")


@receipts.command("on")
@click.argument("case", metavar="CASE")
@click.option("--yes", "-y", is_flag=True, help="Publish it without showing it and asking.")
@click.option("--lang", metavar="CODE", help="Its language, such as en or de; else the team's.")
@click.option("--no-subject", is_flag=True, help="Leave out what the case is about.")
@JSON
@click.pass_obj
def on(session: Session, case: str, yes: bool, lang: str | None, no_subject: bool, as_json: bool) -> None:
    """Publish a case's receipt and print its link, once you have seen what the customer will see.

    From then on the page follows the case. Anybody who has the link can read it, so give it to the customer only. If
    the receipt is published already, this shows it and its link. In a script, give --yes.

    \b
    Examples:
      careconsole receipts on 12
      careconsole receipts on 12 --yes --lang de
    """
    from careconsole.desk.receipts import publication
    from careconsole.present.receipts.publishing import write_page
    from careconsole.present.receipts.reading import receipt_for
    from careconsole.present.receipts.text import receipt_text

    desk = session.working()
    number = one_case(case, desk)
    desk.read(publication.must_be_published)  # before anybody is asked whether to publish it
    before = publication.published(desk, number)
    as_it_is = bool(before) and not (yes or lang or no_subject)
    language, subject = (before[0].language, before[0].subject) if as_it_is else (lang or "", not no_subject)
    seen = receipt_for(desk, number, language=language, subject=subject)
    if not as_json and not yes:
        say("This is what they see:" if as_it_is else "This is what they will see:")
        say()
        put(receipt_text(seen).rstrip("\n"))
        say()
    publishes = yes or (not as_it_is and _confirmed(number, language, subject, as_json))
    if publishes:
        write_page(desk, publication.publish(desk, number, language=language, subject=subject))
    if as_json:
        put_json(PublishedEntry(case=number, published=True, shows=receipt_text(seen)))
        return
    if not (publishes or as_it_is):
        say("Nothing was published.")
        return
    since = f"has been public since {local(before[0].made_at, desk.now())}" if as_it_is else "is published"
    say(f"The receipt of case {number} {since}. Anybody with this link can read it:")
    put(publication.link_of(desk, number))


def _confirmed(number: int, language: str, subject: bool, as_json: bool) -> bool:
    """Whether it is to be published like this. Raises WrongUse where nobody can be asked."""
    how = (f" --lang {quote(language)}" if language else "") + ("" if subject else " --no-subject")
    again = f"careconsole receipts on {number}{how} --yes"
    return confirmed("Publish it?", "Nothing was published", f"To publish it: {again}.", as_json)


@receipts.command("link")
@click.argument("case", metavar="CASE")
@click.pass_obj
def link(session: Session, case: str) -> None:
    """Print the link of a case's published receipt. Anybody who has it can read the page.

    \b
    Example:
      careconsole receipts link 12
    """
    from careconsole.desk.receipts import publication

    desk = session.asking()
    put(publication.link_of(desk, one_case(case, desk)))


@receipts.command("renew")
@click.argument("case", metavar="CASE")
@JSON
@click.pass_obj
def renew(session: Session, case: str, as_json: bool) -> None:
    """Give a case's page a new link, and remove the page at the old one.

    \b
    Example:
      careconsole receipts renew 12
    """
    from careconsole.desk.receipts import publication
    from careconsole.present.receipts.publishing import remove_page, write_page

    desk = session.working()
    number = one_case(case, desk)
    before, after = publication.renew(desk, number)
    remove_page(desk, before)
    write_page(desk, after)
    if as_json:
        put_json(PublishedEntry(case=number, published=True, shows=None))
        return
    say(f"The old link of case {number} shows nothing any longer. The new one:")
    put(publication.link_of(desk, number))


@receipts.command("revoke")
@click.argument("case", metavar="CASE")
@JSON
@click.pass_obj
def revoke(session: Session, case: str, as_json: bool) -> None:
    """Take a case's page away: its link shows nothing any longer.

    \b
    Example:
      careconsole receipts revoke 12
    """
    from careconsole.desk.receipts import publication
    from careconsole.present.receipts.publishing import remove_page

    desk = session.working()
    number = one_case(case, desk)
    remove_page(desk, publication.revoke(desk, number))
    if as_json:
        put_json(PublishedEntry(case=number, published=False, shows=None))
        return
    say(f"The page of case {number} is gone; its link shows nothing any longer.")


@receipts.command("write")
@JSON
@click.pass_obj
def write(session: Session, as_json: bool) -> None:
    """Write every page that says something else now, and remove pages that no case has.

    The console and the sweep do so by themselves. Use this when the folder was damaged or could not be written.

    \b
    Example:
      careconsole receipts write
    """
    from careconsole.present.receipts.publishing import write_all

    done = write_all(session.asking())
    if as_json:
        put_json(WrittenPagesEntry(written=done.written, unchanged=done.unchanged, removed=done.removed))
        return
    say(f"Pages written: {done.written:,}; unchanged: {done.unchanged:,}; removed: {done.removed:,}.")
