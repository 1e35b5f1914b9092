"""The queue and a search on the command line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click

from careconsole.cli.arguments import COUNT, FILTER, FORCE, JSON, instant, only_with
from careconsole.cli.groups import Filtering, filter_text
from careconsole.cli.output import JsonList, put_json, put_table, say, screen_width
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.case_queries import COUNT_LIMIT, SORTS, Page, QueueRow
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.present.queue_text import (
    COLUMNS,
    awaits_since,
    due_brief,
    due_tone,
    kind_of,
    level_words,
    owner_words,
    risk_sign,
    row_cells,
    row_due_words,
    span_words,
    subject_words,
    widest_name,
)

_USUAL = 50
_LONGEST_OWNER = 18
_RIGHT = (0, 3, 4)
"""The places of the columns of numbers among `COLUMNS`."""
_CROWDED, _CUSTOMERS, _ROOMY, _WIDE = 80, 90, 110, 160
"""Terminals narrower than this many cells are told in a word what is due, get the customer after the
subject, get neither age nor waiting time, and get short words, so that the subject has room."""


@click.command(cls=Filtering)
@FILTER
@click.option("--sort", type=click.Choice(tuple(SORTS)), help="The order. Default: due.")
@click.option("--reverse", is_flag=True, help="Reverse the order.")
@click.option("--view", metavar="VIEW", help="Use the filter and order of a saved view of the console.")
@click.option("--limit", type=COUNT, metavar="N", help=f"At most N cases; default {_USUAL}, 0 for all.")
@click.option("--as-of", metavar="TIME", help="The queue as it was then.")
@click.option("--html", "file", type=click.Path(), metavar="FILE", help="Write one HTML file, without scripts.")
@FORCE
@JSON
@click.pass_obj
def queue(
    session: Session,
    words: tuple[str, ...],
    sort: str | None,
    reverse: bool,
    view: str | None,
    limit: int | None,
    as_of: str | None,
    file: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Show the queue: open cases, what is due first at the top, and why each ranks there. Parked cases come last,
    unless something of them is due before they return.

    \b
    Examples:
      careconsole queue
      careconsole queue owner:me is:overdue
      careconsole queue -is:parked 'waiting:>4h' --sort waiting --json
      careconsole queue --view mine tag:billing
      careconsole queue --html queue.html --force
      careconsole queue --as-of 2012-05-01T00:00+02:00 level:2
      careconsole queue help:

    Without status:, is:open or is:resolved, a filter finds open cases only; help: lists everything a filter can use.
    """
    text = filter_text(words)
    if text.strip().lower() == "help:":
        _explain_filters(as_json)
        return
    if file is not None and as_json:
        raise WrongUse("--html and --json each have their own form.", "Give one of them.")
    only_with("--html", file is not None, force=force)
    desk = session.asking()
    if view is not None:
        from careconsole.desk.console.views import find_view
        from careconsole.present.configuration import read_configuration, views_of

        chosen = find_view(desk, view, views_of(read_configuration().settings))
        text = f"{chosen.filter} {text}"
        reverse = reverse != (chosen.reverse and sort is None)
        sort = sort or chosen.sort
    sort = sort or "due"
    most = limit if limit is not None else 0 if as_json else _USUAL
    moment = instant(as_of, desk.now())
    filtered = bool(text.strip())
    if not most and file is None and (as_json or _has_every_column()):
        each = partial(case_queries.each_page, desk, text=text, moment=moment, sort=sort, reverse=reverse)
        _put_all(each, as_json, filtered)
    else:
        if moment is None:
            page = case_queries.queue(desk, text, sort=sort, reverse=reverse, limit=most)
        else:
            page = case_queries.queue_as_of(desk, moment, text, sort=sort, reverse=reverse, limit=most)
        if file is not None:
            _write_page(page, desk.team_name(), text.strip(), file, session.place(), force=force)
        else:
            put_page(page, as_json, filtered)
    if not (as_json or moment or filtered):
        _say_what_came_back(desk)


def _say_what_came_back(desk: Desk) -> None:
    """Says what the person has to know of changes whose cause came back: they may have no address for notices."""
    if case_queries.any_came_back(desk):
        from careconsole.desk.queries.came_back import came_back_words

        for words in came_back_words(desk):
            say(f"{words} See careconsole changes list.")


@click.command(cls=Filtering)
@FILTER
@click.option("--limit", type=COUNT, metavar="N", help=f"At most N cases; default {_USUAL}, 0 for all.")
@JSON
@click.pass_obj
def search(session: Session, words: tuple[str, ...], limit: int | None, as_json: bool) -> None:
    """Search all cases, open or closed, by their text, customer, order number, mail address
    or external id.

    \b
    Example:
      careconsole search cracked kettle
    """
    text = filter_text(words)
    if not text.strip():
        raise WrongUse("Give the words to search for.", "For example: careconsole search cracked kettle.")
    most = limit if limit is not None else 0 if as_json else _USUAL
    if not most and (as_json or _has_every_column()):
        _put_all(
            partial(case_queries.each_page, session.asking(), text=text, sort="changed", every=True), as_json, True
        )
        return
    page = case_queries.queue(session.asking(), text, sort="changed", limit=most, every=True)
    put_page(page, as_json, True)


def put_page(page: Page, as_json: bool, filtered: bool = False) -> None:
    """Prints a page of the queue as a table or as JSON; `filtered` chooses the message for an empty one."""
    if as_json:
        from careconsole.present.json_views import queue_entries

        put_json(queue_entries(page))
        _tell_rest(page)
        return
    if not page.rows:
        _say_empty(filtered)
        return
    width = screen_width()
    if width is None or width >= _WIDE:
        _put_table(page, width)
    else:
        _put_narrow(page, width)
    _tell_rest(page)


def _say_empty(filtered: bool) -> None:
    say("No matching cases." if filtered else "The queue is empty. Open a case: careconsole new --subject ...")


def _has_every_column() -> bool:
    width = screen_width()
    return width is None or width >= _WIDE


def _write_page(page: Page, team: str, text: str, file: str, database: str, *, force: bool) -> None:
    """Writes a page of the queue as HTML."""
    from careconsole.cli.output_file import put_or_write
    from careconsole.present.queue_page import queue_page

    if put_or_write(queue_page(page, team, text), file, database, force=force):
        say(f"The queue is in {file}.")
    _tell_rest(page)


def _put_all(each_page: Callable[[Callable[[Page], None]], None], as_json: bool, filtered: bool) -> None:
    """Prints the cases of all pages as one JSON list, or one table with every column.

    The pages are not kept, as there may be very many cases.
    """
    if as_json:
        from careconsole.present.json_views import queue_entries

        printed = JsonList()
        each_page(lambda page: printed.add(queue_entries(page)))
        printed.end()
        return
    from careconsole.cli.long_table import LongTable

    with LongTable(COLUMNS, right=_RIGHT, width=screen_width()) as table:
        each_page(lambda page: table.add(*_table_of(page)))
        if not table.put():
            _say_empty(filtered)


def _put_table(page: Page, width: int | None) -> None:
    """Prints every column, each as wide as it needs to be."""
    rows, tones = _table_of(page)
    put_table(COLUMNS, rows, right=_RIGHT, width=width, tones=tones)


def _table_of(page: Page) -> tuple[list[tuple[str, ...]], dict[int, list[str]]]:
    """The rows of a table with every column, and their tones."""
    return [row_cells(row, page) for row in page.rows], _tones(page, due=2, owner=5)


def _put_narrow(page: Page, width: int) -> None:
    """Prints short columns, and no more of them than leave the subject room."""
    rows, now, roster = page.rows, page.now, page.roster
    columns: list[tuple[str, list[str]]] = [("No", [str(row.number) for row in rows])]
    if any(row.level for row in rows):
        room = 0 if width < _CROWDED else 8 if width < _ROOMY else 14
        columns.append(("L", [level_words(row, roster, now, short=True, room=room) for row in rows]))
    due = len(columns)
    columns.append(("Due", [_due(row, now, brief=width < _CROWDED) for row in rows]))
    if width >= _ROOMY:
        columns.append(("Age", [span_words(max(0, now - row.opened_at), short=True) for row in rows]))
        waits = [
            "" if (since := awaits_since(row)) is None else span_words(max(0, now - since), short=True) for row in rows
        ]
        columns.append(("Waits", waits))
    owner = len(columns)
    names = min(_LONGEST_OWNER, widest_name(roster, {row.owner for row in rows}))
    owner_cells = max(14 if width >= _CROWDED else 10, names)
    owners = [display_text(owner_words(row.owner, row.offered_to, roster, short=True), owner_cells) for row in rows]
    columns.append(("Owner", owners))
    customers = [page.customers.get(row.customer, "") if row.customer is not None else "" for row in rows]
    subjects = [subject_words(row, short=True) for row in rows]
    if width >= _CUSTOMERS:
        columns.append(("Customer", [display_text(customer, 14) for customer in customers]))
    else:
        subjects = [" · ".join(filter(None, pair)) for pair in zip(subjects, customers, strict=True)]
    columns.append(("Subject", subjects))
    head = [name for name, _ in columns]
    cells = list(zip(*(column for _, column in columns), strict=True))
    right = [place for place, name in enumerate(head) if name in ("No", "Age", "Waits")]
    put_table(head, cells, right=right, width=width, tones=_tones(page, due=due, owner=owner))


def _tell_rest(page: Page) -> None:
    """Says that there are more cases than the page has."""
    if page.total > len(page.rows):
        total = f"more than {COUNT_LIMIT:,}" if page.total > COUNT_LIMIT else f"{page.total:,}"
        say(f"{len(page.rows)} of {total} cases; --limit 0 shows all.")


def _tones(page: Page, *, due: int, owner: int) -> dict[int, list[str]]:
    """Returns the tones of the columns that have any; `due` and `owner` are their places."""
    unassigned = ["soon" if row.owner is None and row.status == "open" else "" for row in page.rows]
    return {due: [due_tone(row, page.now) for row in page.rows], owner: unassigned}


def _due(row: QueueRow, now: int, *, brief: bool) -> str:
    """Returns what falls due, in short: "! answer 1h late", "~ promise in 4h"; or `brief`: "! answer 1h"."""
    if row.status != "open":
        return ""
    if brief:
        return risk_sign(row, now) + due_brief(row.due_at, kind_of(row.due_kind, row.owner), now)
    return risk_sign(row, now) + row_due_words(row, now, short=True)


def _explain_filters(as_json: bool) -> None:
    from shlex import quote

    from careconsole.domain.filters.fields import FIELDS, FLAGS

    if as_json:
        from careconsole.present.json_types.work import FieldEntry, FiltersEntry, FlagEntry

        fields = [FieldEntry(field=f.name, meaning=f.help, example=f.example) for f in FIELDS.values()]
        put_json(
            FiltersEntry(fields=fields, flags=[FlagEntry(flag=flag, meaning=what) for flag, what in FLAGS.items()])
        )
        return
    from careconsole.cli.reports import put_report

    rows = [(field.name, field.help, quote(field.example)) for field in FIELDS.values()]
    put_report(("Field", "Meaning", "Example for a shell"), rows)
    put_report(("is:", "Meaning"), list(FLAGS.items()))
    say("In a shell, put single quotes around a term with <, >, spaces or other special characters.")
