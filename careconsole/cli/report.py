"""The care report on the command line."""

from __future__ import annotations

import click

from careconsole.cli.arguments import FILTER, FORCE, JSON, instant, only_with, read_file
from careconsole.cli.groups import Filtering, filter_text
from careconsole.cli.output import put, put_json, say, screen_width
from careconsole.cli.output_file import put_or_write
from careconsole.cli.session import Session
from careconsole.desk.queries.care_report import Asked, care_report
from careconsole.domain.errors import WrongUse
from careconsole.domain.report.panels import DEFINITIONS
from careconsole.domain.report.record import read_record

_WIDEST = 100


@click.command(cls=Filtering)
@FILTER
@click.option("--since", metavar="TIME", help="When it begins. Default: on a Monday, so that this week is the twelfth.")
@click.option("--until", metavar="TIME", help="When it ends. Default: now.")
@click.option("--me", is_flag=True, help="Only the cases that you own, or owned when they ended.")
@click.option("--names", is_flag=True, help="Write customers' names in full.")
@click.option("--from", "record", type=click.Path(), metavar="FILE", help="Show past weeks as recorded there.")
@click.option("--html", "page", type=click.Path(), metavar="FILE", help="Write one HTML file, without scripts.")
@FORCE
@click.option("--cases", metavar="FIGURE", help="Print only the numbers of the cases behind a figure.")
@JSON
@click.pass_obj
def report(
    session: Session,
    words: tuple[str, ...],
    since: str | None,
    until: str | None,
    me: bool,
    names: bool,
    record: str | None,
    page: str | None,
    force: bool,
    cases: str | None,
    as_json: bool,
) -> None:
    """Show how the team looked after its customers: six questions, with the cases behind every figure.

    Each figure has its n and how exact it is, twelve weeks as bars (○ is fewer than five cases), and beside it what
    would get worse if it were made better without care. It never ranks people. Customers' names are shortened.

    \b
    Examples:
      careconsole report
      careconsole report --since 4w customer:Neri
      careconsole report --cases late | careconsole show -
      careconsole report --html report.html --force
    """
    desk = session.asking()
    now = desk.now()
    asked = Asked(filter=filter_text(words), since=instant(since, now), until=instant(until, now), me=me)
    if sum((page is not None, cases is not None, as_json)) > 1:
        raise WrongUse("--html, --cases and --json each have their own form.", "Give one of them.")
    only_with("--html", page is not None, force=force)
    if cases is not None:
        _must_be_figure(cases)
    kept = read_record(read_file(record, "recorded weeks"), "the record" if record == "-" else record) if record else {}
    found = care_report(desk, asked)
    if kept:
        found = found.with_record(kept)
    if cases is not None:
        for number in found.figures[cases].cases:
            put(str(number))
        return
    if as_json:
        from careconsole.present.json_types.report import report_entry

        put_json(report_entry(found, names))
        return
    if page is not None:
        from careconsole.present.care_report_page import as_page

        if put_or_write(as_page(found, names=names), page, session.place(), force=force):
            say(f"The report is in {page}.")
        return
    from careconsole.present.care_report import as_lines

    for line in as_lines(found, names=names, width=min(screen_width() or 78, _WIDEST)):
        put(line)


def _must_be_figure(name: str) -> None:
    if name not in DEFINITIONS:
        raise WrongUse(f"There is no figure {name!r} in the report.", f"Choose one of: {', '.join(DEFINITIONS)}.")
