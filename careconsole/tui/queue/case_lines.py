"""Renders the sheet of a case as lines of a given width: its head, description, history, and similar cases.

Each line is a row of (text, tone) pieces, made safe. The widget turns tones into colours; every meaning is in the words
and signs as well (see `present.case_sheet.sign_of`).
"""

from __future__ import annotations

import msgspec

from careconsole.desk.queries.case_queries import View
from careconsole.desk.queries.similar import Similar
from careconsole.domain.case.clocks import AT_RISK
from careconsole.domain.terminal_text import cell_width, display_block, display_text, fit, wrapped
from careconsole.domain.time.moments import local
from careconsole.present.case_sheet import HistoryLine, head, history_lines
from careconsole.present.queue_text import due_words
from careconsole.tui.queue.clock_lines import clock_rows
from careconsole.tui.widgets.toned_lines import Line

_LONGEST = 4_000
"""The most characters of an entry or description that are shown; nobody reads more than that in a pane."""


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What a sheet shows besides the case itself: who else has it open, the reader's drafts, and similar cases."""

    here: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    similar: tuple[Similar, ...] = ()


def sheet_lines(view: View, beside: Beside, width: int) -> list[Line]:
    """The whole sheet, the newest entry of the history first."""
    case = view.case
    width = max(20, width)
    lines: list[Line] = []
    for part in wrapped(display_text(f"{case.number}  {case.subject}", 600), width):
        lines.append(((part, "title"),))
    lines += _reason(view, width)
    for who in beside.here:
        lines += _under("  ", "", who, "soon", width)
    for draft in beside.drafts:
        lines += _under("  ", "", draft, "soon", width)
    lines.append(())
    lines += _head(view, width)
    if case.description:
        lines.append(())
        for row in display_block(case.description[:_LONGEST]).split("\n"):
            lines += [((part, ""),) for part in wrapped(row, width)]
    lines += [(), (("What happened, the latest first", "heading"),)]
    for entry in reversed(history_lines(view)):
        lines += _entry(entry, width)
    if beside.similar:
        lines += [(), (("Cases like it", "heading"),)]
        for like in beside.similar:
            told = f"[{like.status}] {like.subject} ({like.why})" + (f": {like.resolution}" if like.resolution else "")
            lines += _under(f"{like.number:>6}  ", "quiet", told, "", width)
    return lines


def _reason(view: View, width: int) -> list[Line]:
    """Why the case has its place in a queue ordered by due time."""
    first = view.running[0] if view.running else None
    if first is None or first.due is None:
        return []
    words = due_words(first.due, first.kind, view.now)
    risk = first.stands(view.now) == AT_RISK
    tone = "late" if first.due < view.now else "soon" if risk else "strong"
    times = f"(since {local(first.started_at, view.now)}, due {local(first.due, view.now)})"
    return _under("Stands here for: ", "quiet", f"{'~ at risk, ' if risk else ''}{words} {times}", tone, width)


def _head(view: View, width: int) -> list[Line]:
    status, *others = head(view)
    if view.running:  # the "due" row, which joins all clocks; here each clock has its own row
        del others[0]
    rows = [(display_text(name, 16), words) for name, words in (status, *clock_rows(view), *others)]
    wide = max((cell_width(name) for name, _ in rows), default=0) + 2
    lines: list[Line] = []
    for name, words in rows:
        tone = "late" if "LATE" in words or words.startswith("! ") else "soon" if words.startswith("~ ") else ""
        lines += _under(fit(name, wide), "quiet", words, tone, width)
    return lines


_TONES = {"x": "undone", "<": "inbound", ">": "public", "·": "internal"}
"""The tone of each sign."""


def _entry(entry: HistoryLine, width: int) -> list[Line]:
    label = f"{entry.sign} {entry.when}  "
    return _under(label, _TONES[entry.sign], entry.told, _TONES[entry.sign], width, indent=4)


def _under(label: str, label_tone: str, text: str, tone: str, width: int, indent: int | None = None) -> list[Line]:
    """A label and text beside it; lines after the first are indented to the label's end, or by `indent` cells."""
    room = cell_width(label)
    inset = room if indent is None else indent
    first, *others = display_block(text[:_LONGEST]).split("\n")
    if indent is None:
        begin, *rest = wrapped(first, max(8, width - room))
    else:
        # The label takes room in the first line: a placeholder of its width is wrapped with the text, then cut off.
        begin, *rest = wrapped("x" * room + first, max(room + 8, width - inset))
        begin = begin[room:]
    lines: list[Line] = [((label, label_tone), (begin, tone))]
    for row in [*rest, *(part for other in others for part in wrapped(other, max(8, width - inset)))]:
        lines.append(((" " * inset, ""), (row, tone)))
    return lines
