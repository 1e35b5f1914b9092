"""What if, on the command line."""

from __future__ import annotations

from collections.abc import Iterable

import click

from careconsole.cli.arguments import JSON, read_file
from careconsole.cli.output import put, put_json
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.queries import what_if as query
from careconsole.desk.queries.what_if import SettingsAnswer
from careconsole.desk.team.what_if import Question, answer
from careconsole.domain.terminal_text import display_text
from careconsole.present import what_if as words
from careconsole.present.json_types.what_if import what_if_entry


@click.command("what-if")
@click.option("--may", metavar="WHAT", help='What the frontline could decide, with its limit: "refund 40".')
@click.option("--no-limit", is_flag=True, help="What they could decide has no limit.")
@click.option("--cause", metavar="CAUSE", help="The cause of the exceptions that they could decide.")
@click.option("--service", metavar="FILE", help="Other service levels, as for `careconsole service set`.")
@click.option("--path", metavar="FILE", help="Other escalation paths, as for `careconsole path set`.")
@click.option("--rota", metavar="FILE", help="Another rota, as for `careconsole team rota set`.")
@click.option("--since", metavar="TIME", default=query.USUAL, show_default=True, help="How far back: 90d, or a date.")
@JSON
@click.pass_obj
def what_if(
    session: Session,
    may: str | None,
    no_limit: bool,
    cause: str | None,
    service: str | None,
    path: str | None,
    rota: str | None,
    since: str,
    as_json: bool,
) -> None:
    """Show what would have been under another rule or other settings: calls, late answers, calls at night.

    It goes through what is recorded and changes nothing. What nobody can know from that is said below the answer.

    \b
    Examples:
      careconsole what-if --may "refund 40" --cause "refund limit"
      careconsole what-if --may "send a new one" --no-limit --cause "refund limit" --since 365d
      careconsole service template | careconsole what-if --service - --since 30d
    """
    desk = session.asking()
    question = Question(
        may=may or "",
        no_limit=no_limit,
        cause=cause or "",
        service=read_file(service, "the service levels") if service is not None else None,
        paths=read_file(path, "the escalation paths") if path is not None else None,
        rota=read_file(rota, "the rota") if rota is not None else None,
    )
    found = answer(desk, question, query.begin_of(since, desk.now()))
    if as_json:
        put_json(what_if_entry(found))
        return
    _put([words.title(found), *words.summary_lines(found), ""])
    put_report(words.HEADS, words.rows(found.findings), right=(0,))
    if isinstance(found, SettingsAnswer):
        for finding in found.findings:
            lines = words.detail_lines(finding, found.roster, found.span.until)
            if lines:
                _put(["", f"{words.finding_words(finding)}:", *(f"  {line}" for line in lines)])
    _put(["", *words.unknown_lines(found)])


def _put(lines: Iterable[str]) -> None:
    for line in lines:
        put(display_text(line))
