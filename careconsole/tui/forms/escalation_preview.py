"""Previews an escalation before it is sent: who is called, by when they must acknowledge, and who is next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.domain.case.reader import join_names
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local
from careconsole.present.escalation_paths import end_words
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
    found = material.tried.get(cause) or material.tried[""]
    named = said.get("to", "")
    if named.startswith(NO_MATCH):
        return ""
    found = found.by_name.get(int(named), found) if named else found
    steps = found.steps
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
    after = [who(step) for step in steps[1:]]
    if not after:
        return f"Calls {first}{until}; if nobody answers, {end_words(found)}."
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
