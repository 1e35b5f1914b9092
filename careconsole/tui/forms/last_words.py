"""The last messages of a case, in a few lines above the form in which one writes to its customer."""

from __future__ import annotations

from textual.content import Content

from careconsole.desk.queries.last_messages import last_of_all, last_said, message_of
from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.event import Event
from careconsole.domain.case.narrator import span_in_words
from careconsole.domain.terminal_text import cell_width, cut_short, display_text, wrapped
from careconsole.tui.queue.case_lines import said_by_them
from careconsole.tui.queue.list_lines import INBOUND, OUTBOUND, said_by_us

VERBS = ("log", "reply", "promise", "move", "resolve", "park")
"""The commands on whose forms the last messages matter."""
_LONGEST = 2_000


def room_for(height: int) -> int:
    """How many lines the last messages get on a screen of that height."""
    return 1 if height < 20 else 2 if height < 30 else 4 if height < 40 else 6


def last_words(view: View, width: int, room: int) -> Content:
    """The last message in up to `room` lines, and above it, if there is room, the one before in one line."""
    found = last_of_all(view.case.number, view.history, view.merged)
    if found is None:
        return Content("There is nothing but the subject yet.")
    number, last = found
    lines = _cut(_lines(view, last, width), room, width)
    if len(lines) < room:
        here = number == view.case.number
        earlier = [event for event in view.history if not here or event.number < last.number]
        before = last_said(earlier)
        if before is not None:
            lines = [*_cut(_lines(view, before, width), 1, width), *lines]
    return Content("\n").join([Content.styled(text, tone) for text, tone in lines])


def _lines(view: View, event: Event, width: int) -> list[tuple[str, str]]:
    """A message in lines of that width: its sign, who said it and how long ago, and its text."""
    message = message_of(event)
    if message.inbound:
        sign, tone, who = INBOUND, "$text-primary", said_by_them(event, view.customer)
    else:
        sign, tone = OUTBOUND, "$text-success"
        who = said_by_us(view.roster.name(message.who)) if message.who is not None else "we"
    ago = f", {span_in_words(max(0, view.now - event.said_at))} ago: "
    label = display_text(f"{sign} {who}", max(12, width // 2 - cell_width(ago))) + ago
    text = display_text(" ".join(message.text[:_LONGEST].split()), _LONGEST)
    # The label takes room in the first line: a placeholder of its width is wrapped with the text, then replaced.
    first, *rest = wrapped("x" * cell_width(label) + text, width)
    return [(label + first[cell_width(label) :], tone), *((row, tone) for row in rest)]


def _cut(lines: list[tuple[str, str]], room: int, width: int) -> list[tuple[str, str]]:
    """The first lines; "…" ends the last one when there are more."""
    if len(lines) <= room:
        return lines
    text, tone = lines[room - 1]
    return [*lines[: room - 1], (cut_short(text, width), tone)]
