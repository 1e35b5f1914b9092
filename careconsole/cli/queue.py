"""The queue and a search on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from careconsole.cli.spooled_pages import SpooledPages

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
    each = partial(case_queries.each_page, desk, text=text, moment=moment, sort=sort, reverse=reverse)
    if file is not None:
        from careconsole.cli.spooled_pages import SpooledPages

        with SpooledPages() as pages:
            if not most:
                each(pages.add)
            if not pages:  # without a limit: there is no such case
                pages.add(_page(desk, text, moment, sort, reverse, most))
            _write_page(pages, desk.team_name(), text.strip(), file, session.place(), force=force)
    elif not most:
        _put_all(each, as_json, filtered)
    else:
        put_page(_page(desk, text, moment, sort, reverse, most), as_json, filtered)
    if not (as_json or moment or filtered):
        _say_what_came_back(desk)


def _page(desk: Desk, text: str, moment: int | None, sort: str, reverse: bool, limit: int) -> Page:
    if moment is None:
        return case_queries.queue(desk, text, sort=sort, reverse=reverse, limit=limit)
    return case_queries.queue_as_of(desk, moment, text, sort=sort, reverse=reverse, limit=limit)


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
    if not most:
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


def _write_page(pages: SpooledPages, team: str, text: str, file: str, database: str, *, force: bool) -> None:
    """Writes pages of the queue as one page of HTML."""
    from careconsole.cli.output_file import put_or_write_parts
    from careconsole.present.queue_page import queue_page

    if put_or_write_parts(queue_page(pages, team, text), file, database, force=force):
        say(f"The queue is in {file}.")
    if len(some := list(islice(pages, 2))) == 1:  # all the cases, in several pages, have no rest
        _tell_rest(some[0])


def _put_all(each_page: Callable[[Callable[[Page], None]], None], as_json: bool, filtered: bool) -> None:
    """Prints the cases of all pages as one JSON list, or one table.

    The pages are not kept in memory, as there may be very many cases.
    """
    if as_json:
        from careconsole.present.json_views import queue_entries

        printed = JsonList()
        each_page(lambda page: printed.add(queue_entries(page)))
        printed.end()
        return
    from careconsole.cli.long_table import LongTable

    width = screen_width()
    with ExitStack() as stack:
        if width is None or width >= _WIDE:
            table = stack.enter_context(LongTable(COLUMNS, right=_RIGHT, width=width))
            each_page(lambda page: table.add(*_table_of(page)))
        else:
            from careconsole.cli.spooled_pages import SpooledPages

            pages = stack.enter_context(SpooledPages())
            each_page(pages.add)
            narrow = _Narrow(pages, width)
            table = stack.enter_context(LongTable(narrow.head, right=narrow.right, width=width))
            for page in pages:
                table.add(*narrow.table_of(page))
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
    narrow = _Narrow([page], width)
    rows, tones = narrow.table_of(page)
    put_table(narrow.head, rows, right=narrow.right, width=width, tones=tones)


class _Narrow:
    """A table for a terminal of `width` cells: its columns and their width depend on what is on all `pages`."""

    def __init__(self, pages: Iterable[Page], width: int) -> None:
        self._width, owners, levels, names = width, set[int | None](), False, 0
        for page in pages:
            owners |= {row.owner for row in page.rows}
            levels = levels or any(row.level for row in page.rows)
            names = widest_name(page.roster, owners)
        self._owner_cells = max(14 if width >= _CROWDED else 10, min(_LONGEST_OWNER, names))
        self.head = [
            "No",
            *(["L"] if levels else []),
            "Due",
            *(["Age", "Waits"] if width >= _ROOMY else []),
            "Owner",
            *(["Customer"] if width >= _CUSTOMERS else []),
            "Subject",
        ]
        self.right = [place for place, name in enumerate(self.head) if name in ("No", "Age", "Waits")]

    def table_of(self, page: Page) -> tuple[list[tuple[str, ...]], dict[int, list[str]]]:
        """The rows of the table for a page, and their tones."""
        tones = _tones(page, due=self.head.index("Due"), owner=self.head.index("Owner"))
        return [self._cells(row, page) for row in page.rows], tones

    def _cells(self, row: QueueRow, page: Page) -> tuple[str, ...]:
        width, now, roster = self._width, page.now, page.roster
        cells = [str(row.number)]
        if "L" in self.head:
            room = 0 if width < _CROWDED else 8 if width < _ROOMY else 14
            cells.append(level_words(row, roster, now, short=True, room=room))
        cells.append(_due(row, now, brief=width < _CROWDED))
        if width >= _ROOMY:
            cells.append(span_words(max(0, now - row.opened_at), short=True))
            since = awaits_since(row)
            cells.append("" if since is None else span_words(max(0, now - since), short=True))
        cells.append(display_text(owner_words(row.owner, row.offered_to, roster, short=True), self._owner_cells))
        customer = page.customers.get(row.customer, "") if row.customer is not None else ""
        subject = subject_words(row, short=True)
        if width >= _CUSTOMERS:
            return *cells, display_text(customer, 14), subject
        return *cells, " · ".join(filter(None, (subject, customer)))


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
