"""What if, on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.output import put, put_json
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.queries import what_if as query
from careconsole.domain.errors import WrongUse
from careconsole.domain.learning.what_if_may import allowance
from careconsole.domain.terminal_text import display_text
from careconsole.present import what_if as words
from careconsole.present.json_types.what_if import may_entry


@click.command("what-if")
@click.option("--may", metavar="WHAT", help='What the frontline could decide, with its limit: "refund 40".')
@click.option("--no-limit", is_flag=True, help="What they could decide has no limit.")
@click.option("--cause", metavar="CAUSE", help="The cause of the exceptions that they could decide.")
@click.option("--since", metavar="TIME", default=query.USUAL, show_default=True, help="How far back: 90d, or a date.")
@JSON
@click.pass_obj
def what_if(session: Session, may: str | None, no_limit: bool, cause: str | None, since: str, as_json: bool) -> None:
    """Show what would have been under another rule: which calls to leads would not have been needed.

    It goes through what is recorded and changes nothing. What nobody can know from that is said below the answer.

    \b
    Examples:
      careconsole what-if --may "refund 40" --cause "refund limit"
      careconsole what-if --may "send a new one" --no-limit --cause "refund limit" --since 365d
    """
    if may is None:
        raise WrongUse("What should have been different?", 'Say what the frontline could decide: --may "refund 40".')
    allowed = allowance(may, unlimited=no_limit)
    desk = session.asking()
    found = query.what_if_may(desk, allowed, cause or "", query.begin_of(since, desk.now()))
    if as_json:
        put_json(may_entry(found))
        return
    put(display_text(words.may_title(found)))
    for line in words.may_lines(found):
        put(display_text(line))
    put("")
    put_report(words.HEADS, words.rows(found.findings), right=(0,))
    put("")
    for line in words.may_unknown(found):
        put(display_text(line))
