"""A case's receipt on the command line: what its customer may read about it."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON, one_case
from careconsole.cli.output import put_json, say
from careconsole.cli.output_file import out_options, put_or_write
from careconsole.cli.session import Session
from careconsole.domain.errors import WrongUse


@click.command()
@click.argument("case", metavar="CASE")
@click.option("--html", is_flag=True, help="Write it as one HTML file, without scripts.")
@click.option("--lang", metavar="CODE", help="Its language, such as en or de; else the team's (receipts set).")
@click.option("--words", is_flag=True, help="Add what was written and said between the customer and you.")
@click.option("--no-subject", is_flag=True, help="Leave out what the case is about.")
@out_options
@JSON
@click.pass_obj
def receipt(
    session: Session,
    case: str,
    html: bool,
    lang: str | None,
    words: bool,
    no_subject: bool,
    out: str,
    force: bool,
    as_json: bool,
) -> None:
    """Print what a case's customer may read: who has it, what happened, what was promised, and how to reach you.

    It never has notes, reasons, causes, reviews, tags, times that are only yours, or the names of colleagues other
    than the owner and the person who acts for them.

    \b
    Examples:
      careconsole receipt 12
      careconsole receipt 12 --lang de --words
      careconsole receipt 12 --html --out receipt.html --force
    """
    from careconsole.present.receipts.page import receipt_page
    from careconsole.present.receipts.reading import receipt_for
    from careconsole.present.receipts.text import receipt_text

    desk = session.asking()
    made = receipt_for(desk, one_case(case, desk), language=lang or "", words=words, subject=not no_subject)
    if made.customer is None:
        say(f"Case {made.case} has no customer: check who you give this to.")
    if as_json:
        if html or out != "-":
            raise WrongUse("--json has the text and the page.", "Leave out --html and --out.")
        from careconsole.present.receipts.entries import receipt_entry

        put_json(receipt_entry(made))
        return
    text = receipt_page(made) if html else receipt_text(made)
    if put_or_write(text, out, session.place(), force=force):
        say(f"The receipt of case {made.case} is in {out}.")
