"""Warns, in a form that parks a case or promises something, of promises that fall due before the parking ends."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.domain.case.parking import parked_beyond, promises_before
from careconsole.domain.case.then import PROMISE
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.question import Question, Said
from careconsole.tui.forms.time_preview import read

_UNTIL, _DUE = "until", "due"
_NAME = 60
_MOST = 5


def words(material: FormData, questions: Sequence[Question], said: Said, now: int) -> str:
    """A sentence for the form, made safe; "" if no promise is due before that, or while the time cannot be read."""
    if _promises(material.verb.id, said):
        return _of_promise(material, questions, said, now)
    until = _time(_UNTIL, questions, said, now) if any(case.promises for case in material.cases) else None
    if until is None:
        return ""
    customer = material.view.customer if material.view is not None else None
    name = display_text(customer.name, _NAME) if customer is not None else ""
    found = {case.number: promises_before(case, until, name, now) for case in material.cases}
    return _note(material, {number: f"on case {number} {told}" for number, told in found.items() if told}, found)


def _promises(verb: str, said: Said) -> bool:
    """Whether the form makes or moves a promise on the cases themselves, and not on one that it opens."""
    return verb in ("promise", "move") or (verb in ("log", "reply") and said.get("then") == PROMISE)


def _of_promise(material: FormData, questions: Sequence[Question], said: Said, now: int) -> str:
    due = _time(_DUE, questions, said, now)
    if due is None:
        return ""
    theirs = material.verb.id == "log" and said.get("inbound") == "yes"  # what the customer writes may end the parking
    parked = [one for one in material.cases if not (theirs and one.parked is not None and one.parked.on == "customer")]
    found = {one.number: told for one in parked if (told := parked_beyond(one, due, now))}
    several = {number: f"case {number} is {told}" for number, told in found.items()}
    return _note(material, several, {number: f"the case is {told}" for number, told in found.items()})


def _time(name: str, questions: Sequence[Question], said: Said, now: int) -> int | None:
    """The time that was answered to the question of this name; None if it is not asked, or cannot be read."""
    question = next((one for one in questions if one.name == name and one.kind == "time" and one.asked(said)), None)
    if question is None:
        return None
    try:
        return read(said.get(name, ""), now, hour=question.hour)
    except WrongUse:
        return None


def _note(material: FormData, found: dict[int, str], alone: dict[int, str]) -> str:
    """The sentence about the cases found; `alone` has the words for the only one."""
    if len(material.numbers) == 1:
        return "".join(f"Note: {alone[number]}." for number in found)
    told = "; ".join([*found.values()][:_MOST])
    more = f"; and on {len(found) - _MOST:,} more" if len(found) > _MOST else ""
    return f"Note: {told}{more}." if found else ""
