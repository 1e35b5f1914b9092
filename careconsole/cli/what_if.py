"""What if, on the command line."""

from __future__ import annotations

from collections.abc import Iterable

import click

from careconsole.cli.arguments import JSON, read_file
from careconsole.cli.output import put, put_json
from careconsole.cli.reports import put_report
from careconsole.cli.session import Session
from careconsole.desk.queries import what_if as query
from careconsole.desk.queries.what_if import MayAnswer, SettingsAnswer
from careconsole.desk.team import escalation_paths
from careconsole.desk.team import rota as rotas
from careconsole.desk.team import service_levels as levels
from careconsole.domain.errors import WrongUse
from careconsole.domain.learning.what_if_may import allowance
from careconsole.domain.terminal_text import display_text
from careconsole.present import what_if as words
from careconsole.present.json_types.what_if import may_entry, settings_entry


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
    files = [one for one in (service, path, rota) if one is not None]
    if may is None and not files:
        raise WrongUse(
            "What should have been different?",
            'Say what the frontline could decide, as in --may "refund 40", or give --service, --path or --rota a file.',
        )
    if may is not None and files:
        raise WrongUse(
            "One question at a time.", "Ask what people could decide and other settings one after the other."
        )
    if may is None and (cause is not None or no_limit):
        raise WrongUse("--cause and --no-limit belong to --may.", 'Add --may "refund 40", or leave them out.')
    if may is not None:
        allowed = allowance(may, unlimited=no_limit)
        desk = session.asking()
        _put_may(query.what_if_may(desk, allowed, cause or "", query.begin_of(since, desk.now())), as_json)
        return
    desk = session.asking()
    found = query.what_if_settings(
        desk,
        query.begin_of(since, desk.now()),
        service=levels.check(desk, read_file(service, "the service levels")) if service is not None else None,
        paths=escalation_paths.check(desk, read_file(path, "the escalation paths")) if path is not None else None,
        rota=rotas.check(desk, read_file(rota, "the rota")).rota if rota is not None else None,
    )
    _put_settings(found, as_json)


def _put_may(found: MayAnswer, as_json: bool) -> None:
    if as_json:
        put_json(may_entry(found))
        return
    _put([words.may_title(found), *words.may_lines(found), ""])
    put_report(words.HEADS, words.rows(found.findings), right=(0,))
    _put(["", *words.may_unknown(found)])


def _put_settings(found: SettingsAnswer, as_json: bool) -> None:
    if as_json:
        put_json(settings_entry(found))
        return
    _put([words.settings_title(found), *words.settings_lines(found), ""])
    put_report(words.HEADS, words.rows(found.findings), right=(0,))
    for finding in found.findings:
        lines = words.detail_lines(finding, found.roster, found.span.until)
        if lines:
            _put(["", f"{words.finding_words(finding)}:", *(f"  {line}" for line in lines)])
    _put(["", *words.settings_unknown(found)])


def _put(lines: Iterable[str]) -> None:
    for line in lines:
        put(display_text(line))
