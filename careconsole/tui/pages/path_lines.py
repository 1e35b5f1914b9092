"""Escalation paths as lines of a given width, safe to display: the forecast for one case, and every path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from careconsole.domain.case.escalation_paths import Path, Paths, Step, call_words
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import cell_width, display_text, fit, wrapped
from careconsole.domain.time.moments import local, write_span
from careconsole.present.escalation_paths import end_words, for_words, nobody_words
from careconsole.present.queue_text import often

if TYPE_CHECKING:
    from careconsole.desk.team.escalation_paths import Called, Tried
    from careconsole.tui.widgets.toned_lines import Line

_NAME = 24
"""The most cells of a step's name."""
_LONGEST = 300


def case_lines(tried: Tried, now: int, width: int) -> list[Line]:
    """The forecast for one case: who would be called when, step by step."""
    path = display_text(tried.path.name, 40)
    head = display_text(f'Case {tried.case} ({tried.subject}) follows the "{path}" path', _LONGEST)
    lines: list[Line] = [((part, "heading"),) for part in wrapped(head, width)]
    if not tried.steps:
        return [*lines, *_said(nobody_words(tried), "", width)]
    if tried.open:
        lines += _said(f"{tried.open} is called now. If nobody answers:", "", width)
    else:
        lines += _said("If you escalated it now and nobody answered:", "", width)
    names = _wide(_named(step) for step in tried.steps)
    times = _wide(local(step.at, now) for step in tried.steps)
    for step in tried.steps:
        head = f"  {fit(local(step.at, now), times)}  {fit(_named(step), names)}  "
        who = f"{_who(step)}, to acknowledge by {local(step.acknowledge_by, now)}"
        lines += _under(head, who, width)
    return [*lines, *_said(f"After that, {end_words(tried)}.", "quiet", width)]


def path_lines(paths: Paths, roster: Roster, width: int) -> list[Line]:
    """Every path with its steps, in the order in which they are tried."""
    lines: list[Line] = []
    for path in paths.paths:
        lines += [((part, "heading"),) for part in wrapped(_head(path), width)]
        names = _wide(_numbered(place, step) for place, step in enumerate(path.steps, start=1))
        for place, step in enumerate(path.steps, start=1):
            lines += _under(f"  {fit(_numbered(place, step), names)}  ", _calls(step, roster), width)
        lines.append(())
    many = "The first path that matches a case applies. " if len(paths.paths) > 1 else ""
    return [*lines, *_said(f"{many}A lead sets them: careconsole path set FILE.", "quiet", width)]


def _head(path: Path) -> str:
    return display_text(f"{path.name}: for {for_words(path)}", _LONGEST)


def _numbered(place: int, step: Step) -> str:
    return f"{place} {display_text(step.name, _NAME)}"


def _calls(step: Step, roster: Roster) -> str:
    """The people a step calls, how often, and how long they have to acknowledge."""
    again = f", {often(step.repeat + 1)}" if step.repeat else ""
    span = f"{write_span(step.acknowledge)} each time" if again else write_span(step.acknowledge)
    time = f"{span} to acknowledge" if step.acknowledge else "the service level's time to acknowledge"
    return display_text(f"{call_words(step, roster)}{again}; {time}", _LONGEST)


def _named(step: Called) -> str:
    return f"{step.level} {display_text(step.name, _NAME)}" + (", once more" if step.attempt else "")


def _who(step: Called) -> str:
    return " and ".join(f"{name} ({how})" if how else name for name, how in step.who)


def _wide(words: Iterable[str]) -> int:
    return max(map(cell_width, words), default=0)


def _said(words: str, tone: str, width: int) -> list[Line]:
    return [((part, tone),) for part in wrapped(display_text(words, _LONGEST), width)]


def _under(head: str, words: str, width: int) -> list[Line]:
    """Words to the right of a head, wrapped with a hanging indent; in a narrow terminal, below the head."""
    room = width - cell_width(head)
    if room < 24:
        parts = wrapped(display_text(words, _LONGEST), width - 6)
        return [((head.rstrip(), "strong"),), *((("      " + part, ""),) for part in parts)]
    first, *rest = wrapped(display_text(words, _LONGEST), room) or [""]
    return [((head, "strong"), (first, "")), *(((" " * cell_width(head) + part, ""),) for part in rest)]
