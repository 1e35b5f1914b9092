"""The queue, one case, a search, a history."""

from __future__ import annotations

import click

from careconsole.cli.arguments import FILTERING, JSON, case_numbers, filter_argument, filter_text, instant
from careconsole.cli.output import put_json, put_table, say, screen_width
from careconsole.cli.session import Session
from careconsole.desk.ask import COUNT_LIMIT, Page
from careconsole.domain.errors import WrongUse
from careconsole.domain.roster import Roster
from careconsole.domain.times import format_span
from careconsole.store import SORTS, QueueRow

_USUAL = 50


@click.command(context_settings=FILTERING)
@filter_argument()
@click.option("--sort", type=click.Choice(tuple(SORTS)), default="due", help="The order; 'due' where nothing is said.")
@click.option("--reverse", is_flag=True, help="The other way round.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help=f"At most N cases; {_USUAL} usually, 0 for all.")
@click.option("--as-of", metavar="TIME", help="The queue as it stood then.")
@JSON
@click.pass_obj
def queue(
    session: Session,
    words: tuple[str, ...],
    sort: str,
    reverse: bool,
    limit: int | None,
    as_of: str | None,
    as_json: bool,
) -> None:
    """The queue: open cases, what falls due first, and why each stands where it stands.

    \b
    Examples:
      careconsole queue
      careconsole queue owner:me is:breached
      careconsole queue -is:parked "waiting:>4h" --sort waiting --json
      careconsole queue --as-of 2012-05-01T00:00+02:00 level:2

    A filter without status:, is:open or is:resolved means open cases. Fields: careconsole queue help:
    """
    from careconsole.desk import ask

    text = filter_text(words)
    if text.strip().lower() in ("help:", "help"):
        _explain_filters()
        return
    desk = session.asking()
    most = limit if limit is not None else 0 if as_json else _USUAL
    moment = instant(as_of, desk.now())
    if moment is None:
        page = ask.queue(desk, text, sort=sort, reverse=reverse, limit=most)
    else:
        page = ask.queue_as_of(desk, moment, text, sort=sort, reverse=reverse, limit=most)
    _put_page(page, as_json, bool(text.strip()))


@click.command(context_settings=FILTERING)
@filter_argument()
@click.option("--limit", type=click.IntRange(min=0), default=_USUAL, show_default=True, metavar="N", help="At most N.")
@JSON
@click.pass_obj
def search(session: Session, words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """Find cases by words of theirs, by customer, order or external id, whether they are open or not.

    \b
    Example:
      careconsole search cracked kettle
    """
    from careconsole.desk import ask

    text = filter_text(words)
    if not text.strip():
        raise WrongUse("What are you looking for?", "For example: careconsole search cracked kettle.")
    page = ask.queue(session.asking(), text, sort="changed", limit=limit, every=True)
    _put_page(page, as_json, True)


@click.command()
@click.argument("numbers", nargs=-1, metavar="CASE...")
@JSON
@click.pass_obj
def show(session: Session, numbers: tuple[str, ...], as_json: bool) -> None:
    """A case with its history: who has it, what was promised, what happened.

    \b
    Examples:
      careconsole show 12
      careconsole show 12 --json
    """
    from careconsole.cli.case import put_case
    from careconsole.desk import ask
    from careconsole.outlet.shapes import case_entry

    desk = session.asking()
    views = [ask.show(desk, number) for number in _some(numbers)]
    for view in views:
        for notice in view.notices:
            say(notice)
    if as_json:
        entries = [case_entry(view) for view in views]
        put_json(entries[0] if len(entries) == 1 else entries)
        return
    for view in views:
        put_case(view)


@click.command()
@click.argument("numbers", nargs=-1, metavar="CASE...")
@JSON
@click.pass_obj
def history(session: Session, numbers: tuple[str, ...], as_json: bool) -> None:
    """What happened in a case, one line an event.

    \b
    Example:
      careconsole history 12
    """
    from careconsole.cli.case import put_history
    from careconsole.desk import ask
    from careconsole.outlet.shapes import history_entries

    desk = session.asking()
    for number in _some(numbers):
        view = ask.show(desk, number)
        for notice in view.notices:
            say(notice)
        if as_json:
            put_json(history_entries(view))
        else:
            put_history(view)


def _some(words: tuple[str, ...]) -> list[int]:
    numbers = case_numbers(words)
    if not numbers:
        raise WrongUse("No case was named.", "Name one by its number, such as careconsole show 12.")
    return numbers


def _put_page(page: Page, as_json: bool, filtered: bool) -> None:
    if as_json:
        from careconsole.outlet.shapes import queue_entries

        put_json(queue_entries(page))
        return
    if not page.rows:
        say("No case is like that." if filtered else "The queue is empty. Open a case: careconsole new --subject ...")
        return
    put_table(
        ("No", "Level", "Due", "Age", "Waits", "Owner", "Customer", "Subject"),
        [queue_cells(row, page) for row in page.rows],
        right=(0, 3, 4),
        width=screen_width(),
    )
    if page.total > len(page.rows):
        total = f"more than {COUNT_LIMIT:,}" if page.total > COUNT_LIMIT else f"{page.total:,}"
        say(f"{len(page.rows)} of {total} cases; --limit 0 shows all.")


def queue_cells(row: QueueRow, page: Page) -> tuple[str, ...]:
    """A row of the queue as words: every meaning is legible without colour."""
    now = page.now
    subject = row.subject if row.status == "open" else f"[{row.status}] {row.subject}"
    marks = [f"#{tag}" for tag in row.tags] + ([f"{row.moves} hops"] if row.moves > 1 else [])
    return (
        str(row.number),
        _level(row),
        due_words(row.due_at, row.due_kind, now),
        format_span(max(0, now - row.opened_at)),
        "" if row.waiting_since is None else format_span(max(0, now - row.waiting_since)),
        owner_words(row.owner, row.offered_to, page.roster),
        page.customers.get(row.customer, "") if row.customer is not None else "",
        " ".join([subject, *marks]),
    )


def _level(row: QueueRow) -> str:
    if not row.level:
        return ""
    return f"L{row.level}" if row.responder is None or row.acknowledged else f"L{row.level} unack."


def due_words(due_at: int | None, kind: str, now: int) -> str:
    """What falls due and when: "promise in 3h", "! first answer 2h late"."""
    if due_at is None:
        return ""
    span = format_span(abs(due_at - now))
    if kind == "parked until":
        return f"parked {span}" if due_at > now else f"! parked till {span} ago"
    return f"{kind} in {span}" if due_at >= now else f"! {kind} {span} late"


def owner_words(owner: int | None, offered_to: int | None, roster: Roster) -> str:
    """Who has it: "Ben", "Ben, offered to Cleo", "not taken (Ana)", "Ben (Cleo acts)"."""
    answerable = roster.answerable(owner)
    acting = "" if answerable is None else roster.name(answerable)
    if owner is None:
        words = f"not taken ({acting})"
    else:
        words = roster.name(owner) if answerable == owner else f"{roster.name(owner)} ({acting} acts)"
    return words if offered_to is None else f"{words}, offered to {roster.name(offered_to)}"


def _explain_filters() -> None:
    from careconsole.domain.filters import FIELDS, FLAGS

    put_table(("Field", "Meaning", "Example"), [(f.name, f.help, f.example) for f in FIELDS.values()])
    put_table(("is:", "Meaning"), list(FLAGS.items()))
