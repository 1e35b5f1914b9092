"""Previews an escalation before it is sent: who is called, by when they must acknowledge, and who is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.domain.case.reader import join_names
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.question import NO_MATCH, Said
from careconsole.tui.forms.time_preview import read
from careconsole.tui.hints import error_text

if TYPE_CHECKING:
    from careconsole.desk.team.escalation_paths import Called

_NAMES = 80
_AFTER = 3
"""The most steps after the first that are listed; more are only hinted at."""


def words(material: FormData, said: Said, now: int) -> str:
    """A sentence for the form, made safe; "" for a command that calls nobody, or while its time cannot be read."""
    if not material.tried:
        return ""
    cause = " ".join(said.get("cause", "").lower().split())
    steps = (material.tried.get(cause) or material.tried[""]).steps
    named = said.get("to", "")
    if named.startswith(NO_MATCH):
        return ""
    first = display_text(material.roster.name(int(named)), _NAMES) if named else who(steps[0]) if steps else ""
    if not first:
        return _nobody(material)
    by = steps[0].acknowledge_by if steps else None
    text = said.get("by", "").strip()
    if text:
        try:
            by = read(text, now)
        except WrongUse:
            return ""
    until = "" if by is None else f", to acknowledge by {local(by, now)}"
    after = [_after(step, steps[0], first if named else "") for step in steps[1:]]
    if not after:
        return f"Calls {first}{until}; if nobody answers, the call is repeated and every lead is told."
    # A time that was given replaces the path's times: of the later steps, only the first then has a known one.
    times = [by if text and place == 0 else None if text else step.at for place, step in enumerate(steps[1:])]
    then = [
        f"{name}{f' from {local(at, now)}' if at is not None else ''}" for name, at in zip(after, times, strict=True)
    ]
    more = ", and so on" if len(then) > _AFTER else ""
    return f"Calls {first}{until}; if nobody answers, then {', then '.join(then[:_AFTER])}{more}."


def _nobody(material: FormData) -> str:
    """Why the path reaches nobody, and what to do instead."""
    if material.nobody is None:
        return ""
    return display_text(error_text(material.nobody, material.numbers))


def who(step: Called) -> str:
    """Who is called in one step, and in which role: "Ana (lead on duty) and Dora (lead), once more"."""
    names = [f"{name} ({how})" if how else name for name, how in step.who]
    return display_text(join_names(names), _NAMES) + (", once more" if step.attempt else "")


def _after(step: Called, first: Called, named: str) -> str:
    """Who is called in a later step; on the level of the first one, it is the person named in the form again."""
    return f"{named}, once more" if named and step.level == first.level else who(step)
