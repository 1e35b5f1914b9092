"""The row about the level of a case, and who is called there, above its history."""

from __future__ import annotations

from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.context import Context
from careconsole.domain.case.escalation_paths import ABLE, Path, responders
from careconsole.domain.case.narrator import listed
from careconsole.domain.case.responders import reached_by_call, responders_at
from careconsole.domain.case.state import asked
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import local


def level_row(view: View, *, timed: bool) -> tuple[str, str]:
    """Its label and text, not yet made safe; `timed`: it says until when."""
    assert view.path is not None, "somebody was called"
    return "level", _words(view, view.path, timed)


def _words(view: View, path: Path, timed: bool) -> str:
    case, roster, now = view.case, view.roster, view.now
    call, by_path = case.escalation, _are_of_their_level(view, path)
    name = f"of {path.last}" + (f" ({path.level_name(case.level)})" if case.level and by_path else "")
    if call is None:
        return f"{case.level} {name}"
    who = listed([_called(one, roster, role=not by_path) for one in call.called])
    if not timed:
        state = "acknowledged" if call.acknowledged_at is not None else "not acknowledged yet"
    elif call.until is not None and call.acknowledged_at is not None:
        state = f"acknowledged, next update by {local(call.until, now)}{' LATE' if call.until < now else ''}"
    else:
        late = " LATE" if call.acknowledge_by < now else ""
        state = f"to acknowledge by {local(call.acknowledge_by, now)}{late}"
    state += _left(view, path)
    return f"{case.level} {name}: {who}, {state}. {roster.name(call.by)} needs: {asked(call.need, call.proposal)}"


def _left(view: View, path: Path) -> str:
    """That the levels left reach nobody but those who are called, if so: the call is then only repeated."""
    case, call = view.case, view.case.escalation
    if call is None or case.level >= path.last:
        return ""
    ctx = Context(actor=call.by or 0, now=view.now, roster=view.roster)
    heard = reached_by_call(call.called, ctx)
    for level in range(case.level + 1, path.last + 1):
        if not reached_by_call(responders_at(case, path.step(level), call.by, call.called, ctx), ctx) <= heard:
            return ""
    if case.level + 1 == path.last:
        return f"; level {path.last} reaches nobody else"
    return f"; levels {case.level + 1} to {path.last} reach nobody else"


def _are_of_their_level(view: View, path: Path) -> bool:
    """Whether the people who are called are those after whom their level is named.

    They are not if somebody else was named, such as an agent who knows about it, or if a contact had to be called for
    lack of leads. True without a call: then the level has its name.
    """
    call, step, roster = view.case.escalation, path.step(view.case.level), view.roster
    if call is None:
        return True
    if ABLE in step.call:
        return all(map(roster.is_lead, call.called))
    still_here = {one for one in call.called if one in roster.people and roster.people[one].active}
    return still_here <= set(responders(step, roster))


def _called(person: int, roster: Roster, *, role: bool) -> str:
    """Names a person who is called, with their `role`, and who acts for them if they have left or are away."""
    known, acting = roster.people.get(person), roster.acting_for(person)
    notes = [known.role] if role and known is not None else []
    notes += ["has left"] if known is not None and not known.active else []
    notes += [f"{roster.name(acting)} covers"] if acting not in (None, person) else []
    return roster.name(person) + (f" ({', '.join(notes)})" if notes else "")
