"""What is usual and filled in: a reason where somebody else will read it, always a true one; a promise's later time."""

from __future__ import annotations

from collections.abc import Callable

from careconsole.domain.time.moments import DAY, parse_moment
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.question import Said
from careconsole.tui.forms.time_preview import typed

_TOMORROW = "tomorrow 10:00"
Usual = Callable[[Said], str]
"""The usual reason, given the other answers; "" where none can be known to be true."""

_OTHERS: dict[str, tuple[str, ...]] = {
    "offer": ("knows the customer", "worked on it before", "has the least load", "asked for it"),
    "decline": ("no time for it today", "away soon", "somebody else knows it better"),
    "take-over": ("agreed with the owner", "the customer is on the phone", "going on with it"),
    "reopen": ("not settled after all", "the customer came back", "resolved by mistake"),
    "release": ("no longer needed", "bought elsewhere", "came by"),
    "skip": ("no answer so far",),
}
"""Reasons to leaf through with PgDn."""


def usual_reasons(verb: str) -> tuple[str, ...]:
    """The reasons to leaf through for a command."""
    return _OTHERS.get(verb, ())


def usual_reason(verb: str, field: str, material: FormData) -> Usual | None:
    """Gives the usual reason for a command; None for a field that is no reason, or has no usual one."""
    if field != "reason":
        return None
    match verb:
        case "offer":
            known = {str(one.person): one.usual for one in material.colleagues}
            return lambda said: known.get(said.get("to", ""), "")
        case "decline":
            return _always("no time for it today")
        case "take-over":
            return _always(_owner_away(material) or "going on with it")
        case "reopen":
            return _always("not settled after all")
        case "release":
            return _always("no longer needed")
        case "skip":
            call = material.case.escalation if material.case is not None else None
            return _always("no answer so far" if call is not None and call.acknowledged_at is None else "")
        case _:
            return None


def later_time(material: FormData) -> Usual:
    """The time to which a promise is moved: tomorrow at 10:00, or a day after its present time if that is later."""

    def later(said: Said) -> str:
        promises = [promise for case in material.cases for promise in case.promises]
        chosen = [promise for promise in promises if str(promise.number) == said.get("promise")]
        due = max((promise.due for promise in chosen or promises), default=0)
        usual = parse_moment(_TOMORROW, material.now)
        return _TOMORROW if due < usual else typed(due + DAY, material.now)

    return later


def _always(reason: str) -> Usual:
    return lambda said: reason


def _owner_away(material: FormData) -> str:
    owner = material.case.owner if material.case is not None else None
    person = material.roster.people.get(owner) if owner is not None else None
    return f"{person.name} is away" if person is not None and person.away else ""
