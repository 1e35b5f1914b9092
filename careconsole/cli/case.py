"""Single cases on the command line: their heads, their running clocks, and their histories."""

from __future__ import annotations

import click

from careconsole.cli.arguments import JSON, case_numbers, no_case_came
from careconsole.cli.output import put, put_json, put_labelled, say, screen_width
from careconsole.cli.session import Session
from careconsole.desk import Desk
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.clocks import AT_RISK, BREACHED
from careconsole.domain.case.state import OPEN
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import cell_width, display_block, display_text, fit
from careconsole.present.case_sheet import brought, head, history_lines, looks_like_words

_LABEL_TONES = {">": "out"}
"""The tones of the signs in a history."""


@click.command()
@click.argument("numbers", nargs=-1, metavar="CASE...")
@JSON
@click.pass_obj
def show(session: Session, numbers: tuple[str, ...], as_json: bool) -> None:
    """Show cases with their history: owner, promises, and what happened. As JSON, always a list.

    \b
    Examples:
      careconsole show 12
      careconsole show 12 13 --json
      careconsole show servicenow:INC0010023
    """
    desk = session.asking()
    found = _some(numbers, desk)
    if no_case_came(numbers, found) and not as_json:
        return
    views = [shown_case.show(desk, number) for number in found]
    for view in views:
        for notice in view.notices:
            say(notice)
    if as_json:
        from careconsole.present.json_views import shown_case_entry

        put_json([shown_case_entry(view) for view in views])
        return
    for view in views:
        put_case(view)


@click.command()
@click.argument("numbers", nargs=-1, metavar="CASE...")
@JSON
@click.pass_obj
def history(session: Session, numbers: tuple[str, ...], as_json: bool) -> None:
    """Show the history of cases, one event per line: "<" from the customer, ">" to them, "·" internal, "x" undone.

    As JSON it is one list of events, each with its case, as in watch and export history.

    \b
    Example:
      careconsole history 12
    """
    desk = session.asking()
    found = _some(numbers, desk)
    if no_case_came(numbers, found) and not as_json:
        return
    views = [shown_case.show(desk, number, follow=False) for number in found]
    if as_json:
        from careconsole.present.json_views import traced_entries

        put_json([entry for view in views for entry in traced_entries(view)])
        return
    for view in views:
        if len(views) > 1:
            put(f"Case {view.case.number}")
        put_history(view, wrap=False)


def _some(words: tuple[str, ...], desk: Desk) -> list[int]:
    numbers = case_numbers(words, desk)
    if not words:
        raise WrongUse("No case was given.", "Give its number, such as careconsole show 12.")
    return numbers


def put_case(view: View) -> None:
    """Prints a case for a person to read."""
    case, width = view.case, screen_width()
    put_labelled(f"Case {case.number}  ", display_text(case.subject, 400), width, "head", label_tone="head")
    rows = head(view)
    if view.looks_like is not None:
        like = view.looks_like
        loser, winner = (case.number, like.number) if like.is_open else (like.number, case.number)
        merge = f"to merge them: careconsole merge {loser} --into {winner}"
        rows.append(("looks like", looks_like_words(like, merge)))
    wide = max(10, *(cell_width(display_text(name, 40)) + 2 for name, _ in rows))
    seen: set[str] = set()
    for name, words in rows:
        tone = _tone(view, name, words) if name not in seen or "LATE" in words else ""  # a field can have any name
        seen.add(name)
        put_labelled(f"  {fit(display_text(name, 40), wide)}", display_text(words), width, tone)
    if case.description:
        put("")
        for line in display_block(case.description).split("\n"):
            put_labelled("  ", line, width)
    put("")
    put_history(view)
    if view.files:
        say(f"To save a file: careconsole files save {case.number} LABEL")
    if view.unsent:
        say("To see and settle mails that are not sent: careconsole mail outgoing")


def put_history(view: View, *, wrap: bool = True) -> None:
    """Prints the events of a case in order, each with its sign (see `present.case_sheet.sign_of`).

    On a terminal, long ones are wrapped, and below a merge stand the messages of the case that was merged into it.
    Without `wrap`, they are cut on any output.
    """
    width = screen_width()
    listed, events = history_lines(view), {event.number: event for event in view.history}
    wide = max((cell_width(entry.when) for entry in listed), default=0)
    for entry in listed:
        label = f"{entry.number:>4} {entry.sign} {fit(entry.when, wide)}  "
        line = display_text(entry.told, None if wrap else max(20, (width or 1000) - cell_width(label)))
        tone = "undone" if entry.undone else "late" if entry.overdue else ""
        put_labelled(label, line, width if wrap else None, tone, label_tone=tone or _LABEL_TONES.get(entry.sign, ""))
        for said in brought(view, events[entry.number]) if wrap and not entry.undone else []:
            sign = "<" if said.inbound else ">"
            label = f"     {sign} {fit(said.when, wide)}  "
            line = display_text(f"on case {said.case}: {said.text}")
            put_labelled(label, line, width, label_tone=_LABEL_TONES.get(sign, ""))


def _tone(view: View, name: str, words: str) -> str:
    """Returns the tone of a head row: by the running clocks for "due", else by the word LATE in it."""
    if name == "due":
        stand = {clock.stands(view.now) for clock in view.running}
        return "late" if BREACHED in stand else "soon" if AT_RISK in stand else ""
    if name == "owner" and view.case.owner is None and view.case.status == OPEN:
        return "soon"
    return "late" if "LATE" in words and name not in view.case.fields else ""
