"""One case on the command line: its head, its running clocks, and its history."""

from __future__ import annotations

from careconsole.cli.output import put, put_labelled, screen_width
from careconsole.desk.queries.case_queries import View
from careconsole.domain.case.clocks import AT_RISK, BREACHED
from careconsole.domain.case.state import OPEN
from careconsole.domain.terminal_text import cell_width, display_block, display_text, fit
from careconsole.present.case_sheet import head, history_lines

_LABEL_TONES = {">": "out"}
"""The tones of the signs in a history."""


def put_case(view: View) -> None:
    """Prints a case for a person to read."""
    case, width = view.case, screen_width()
    put_labelled(f"Case {case.number}  ", display_text(case.subject, 400), width, "head", label_tone="head")
    rows = head(view)
    wide = max(10, *(cell_width(display_text(name, 40)) + 2 for name, _ in rows))
    seen: set[str] = set()
    for name, words in rows:
        tone = _tone(view, name, words) if name not in seen or "LATE" in words else ""  # a field can have any name
        seen.add(name)
        sign = "~ " if tone == "soon" and name == "due" else ""  # what is late says so itself
        put_labelled(f"  {fit(display_text(name, 40), wide)}", sign + display_text(words, 2000), width, tone)
    if case.description:
        put("")
        for line in display_block(case.description).split("\n"):
            put_labelled("  ", line, width)
    put("")
    put_history(view)


def put_history(view: View, *, wrap: bool = True) -> None:
    """Prints the events of a case in order, each with its sign (see `present.case_sheet.sign_of`).

    On a terminal, long ones are wrapped. Without `wrap`, they are cut on any output.
    """
    width = screen_width()
    listed = history_lines(view)
    wide = max((cell_width(entry.when) for entry in listed), default=0)
    for entry in listed:
        label = f"{entry.number:>4} {entry.sign} {fit(entry.when, wide)}  "
        line = display_text(entry.told, None if wrap else max(20, (width or 1000) - cell_width(label)))
        tone = "undone" if entry.undone else "late" if entry.overdue else ""
        put_labelled(label, line, width if wrap else None, tone, label_tone=tone or _LABEL_TONES.get(entry.sign, ""))


def _tone(view: View, name: str, words: str) -> str:
    """Returns the tone of a head row: by the running clocks for "due", else by the word LATE in it."""
    if name == "due":
        stand = {clock.stands(view.now) for clock in view.running}
        return "late" if BREACHED in stand else "soon" if AT_RISK in stand else ""
    if name == "owner" and view.case.owner is None and view.case.status == OPEN:
        return "soon"
    return "late" if "LATE" in words and name not in view.case.fields else ""
