"""Says, in a form that parks a case or names a time, what falls due before the parking ends and which clocks pause."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from careconsole.domain.case.clocks import ANSWERS, PAUSED, Clock, clocks
from careconsole.domain.case.event import Event
from careconsole.domain.case.parking import WAITS_ON, Parked
from careconsole.domain.case.state import Case
from careconsole.domain.case.then import PARK, PROMISE
from careconsole.domain.case.while_parked import due_before, parked_beyond
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.service_levels import INFORMED
from careconsole.present.queue_text import clock_words
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.question import Question, Said
from careconsole.tui.forms.time_preview import read

_UNTIL, _DUE = "until", "due"
_NAME = 60
_MOST = 5


def words(material: FormData, questions: Sequence[Question], said: Said, now: int) -> str:
    """Sentences for the form, made safe: what is due before that, once the time can be read, and what pauses."""
    if _promises(material.verb.id, said):
        return _beyond(material, "the promise", _time(_DUE, questions, said, now), said, now)
    until = _time(_UNTIL, questions, said, now)
    if material.verb.id == "acknowledge":
        return _beyond(material, "the update to the owner", until, said, now)
    if not (material.verb.id == "park" or said.get("then") == PARK):
        return ""
    return " ".join(filter(None, (_due(material, until, said, now), _paused(material, until, said, now))))


def _due(material: FormData, until: int | None, said: Said, now: int) -> str:
    """What falls due before the parking ends; "" for nothing, or while its end is not known."""
    if until is None:
        return ""
    customer = material.view.customer if material.view is not None else None
    name = display_text(customer.name, _NAME) if customer is not None else ""
    found = {
        case.number: due_before(_clocks(material, case, until, said, now), until, name, now) for case in material.cases
    }
    return _note(material, {number: f"on case {number} {told}" for number, told in found.items() if told}, found)


def _paused(material: FormData, until: int | None, said: Said, now: int) -> str:
    """Which clocks pause, by what the case waits for; "" for none."""
    paused = [
        clock.kind
        for case in material.cases
        for clock in _clocks(material, case, until, said, now)
        if clock.state == PAUSED
    ]
    return f"Paused meanwhile: {', '.join(clock_words(kind) for kind in dict.fromkeys(paused))}." if paused else ""


def _promises(verb: str, said: Said) -> bool:
    """Whether the form makes or moves a promise on the cases themselves, and not on one that it opens."""
    return verb in ("promise", "move") or (verb in ("log", "reply") and said.get("then") == PROMISE)


def _clocks(material: FormData, case: Case, until: int | None, said: Said, now: int) -> list[Clock]:
    """The clocks of a case once it is parked as the form says; what a message does to the answers is left out."""
    level = material.levels.get(case.number)
    if level is None:
        return []
    on = said.get("on", "")
    parked = Parked(on=on if on in WAITS_ON else WAITS_ON[0], until=until)
    event = Event(number=case.version + 1, at=now, recorded_at=now, fact=parked, actor=material.me)
    found = clocks(replace(case, **parked.apply(case, event)), *level)
    if material.verb.id == "park":
        return found
    return [clock for clock in found if clock.kind not in (*ANSWERS, INFORMED)]


def _beyond(material: FormData, thing: str, due: int | None, said: Said, now: int) -> str:
    if due is None:
        return ""
    theirs = material.verb.id == "log" and said.get("inbound") == "yes"  # what the customer writes may end the parking
    parked = [one for one in material.cases if not (theirs and one.parked is not None and one.parked.on == "customer")]
    found = {one.number: told for one in parked if (told := parked_beyond(one, thing, due, now))}
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
