"""The duty rota in lines: who is on duty when, where it says nobody, and who is away meanwhile. Made safe."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from textual.content import Content

from careconsole.desk import Desk, absence, rota
from careconsole.desk.rota import OnDuty
from careconsole.domain.roster import LEAD, Person, Roster
from careconsole.domain.text import cell_width, display_text, fit
from careconsole.domain.times import format_span, local
from careconsole.tui.faces import by_name
from careconsole.tui.forms.moments import stamp

_AROUND = 4
"""Cells at the edges of a line, for its sign and for a bar to scroll with."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the rota: whom it says (None: nobody), which lead is on duty then, and who acts for them."""

    begins: int
    until: int
    said: int | None
    lead: int | None
    acting: int | None


class Duties(msgspec.Struct, frozen=True, kw_only=True):
    """The next days: the turns (none where there is no rota), what a lead should know of them, who is away."""

    now: OnDuty
    turns: list[Turn]
    remarks: list[str]
    zone: str | None
    roster: Roster
    away: list[Person]


def duties(desk: Desk, days: int) -> Duties:
    """Reads the next `days` days."""

    def work() -> Duties:
        held, roster = rota.held(desk), desk.roster()
        turns = []
        for begins, until, said in rota.turns(desk, days):
            then = desk.roster(begins)
            turns.append(Turn(begins=begins, until=until, said=said, lead=then.lead_on_duty(), acting=then.on_duty()))
        return Duties(
            now=rota.on_duty(desk),
            turns=turns,
            remarks=rota.remarks(desk, held) if held is not None else [],
            zone=held.zone if held is not None else None,
            roster=roster,
            away=by_name(p for p in roster.people.values() if p.has_console and p.away),
        )

    return desk.store.engine.read(work)


def duty_words(found: OnDuty, roster: Roster, now: int) -> str:
    """Who is on duty until when, and who then: "Ana is on duty until Tue 08:00; then Dora (away, Cleo acts)"."""
    if found.lead is None:
        return "Nobody is on duty: no lead is here."
    words = f"{_named(found.lead, found.acting, roster)} is on duty"
    if found.until is None or found.next_lead is None:
        return f"{words}."
    following = _named(found.next_lead, found.next_acting, roster)
    return f"{words} until {local(found.until, now)}; then {following}."


def widths(turns: Sequence[Turn], now: int, width: int) -> tuple[int, int, int, int]:
    """The cells of from, until, for how long, and who."""
    begins = max([4, *(cell_width(stamp(turn.begins, now)) for turn in turns)])
    until = max([5, *(cell_width(local(turn.until, turn.begins)) for turn in turns)])
    span = max([3, *(len(format_span(turn.until - turn.begins)) for turn in turns)])
    return begins, until, span, max(16, width - _AROUND - begins - until - span - 6)


def heads(cells: tuple[int, int, int, int]) -> Content:
    """The names of the columns."""
    begins, until, span, _ = cells
    return Content(f"  {'From':<{begins}}  {'Until':<{until}}  {'For':>{span}}  On duty")


def line(turn: Turn, roster: Roster, now: int, cells: tuple[int, int, int, int]) -> Content:
    """One turn; "!" where nobody is on duty, "~" where it is not whom the rota says, or not themselves."""
    begins, until, span, who = cells
    sign, style = ("!", "bold $text-error") if turn.acting is None else ("~", "$text-warning")
    if turn.acting is not None and turn.said in (None, turn.acting):
        sign, style = " ", ""
    here = turn.begins <= now < turn.until
    text = display_text(f"{_who(turn, roster)}{', now' if here else ''}", who)
    return Content.assemble(
        (f"{sign} ", style),
        f"{fit(stamp(turn.begins, now), begins)}  {fit(local(turn.until, turn.begins), until)}  ",
        f"{format_span(turn.until - turn.begins):>{span}}  ",
        (text, style or ("" if turn.said is None else "bold")),
    )


def whole(turn: Turn, roster: Roster, now: int) -> str:
    """One turn in words."""
    when = f"From {stamp(turn.begins, now)} until {local(turn.until, turn.begins)}"
    if turn.lead is None:
        return f"{when} nobody is on duty: no lead is here."
    words = f"{when} {_named(turn.lead, turn.acting, roster)} is on duty"
    if turn.said is None:
        return f"{words}; the rota says nobody, so it is who has the duty then."
    return f"{words}{_instead(turn, roster)}."


def away_line(person: Person, roster: Roster, now: int) -> str:
    """Somebody who is away: "Dora, away until Fri 10:00, Cleo acts"."""
    return f"{person.name}, {absence.away_words(person, roster, now)}"


def _who(turn: Turn, roster: Roster) -> str:
    if turn.lead is None:
        return "nobody"
    name = _named(turn.lead, turn.acting, roster)
    return f"({name}: the rota says nobody)" if turn.said is None else f"{name}{_instead(turn, roster)}"


def _instead(turn: Turn, roster: Roster) -> str:
    """Why it is not whom the rota says."""
    if turn.said is None or turn.said == turn.lead:
        return ""
    person = roster.people.get(turn.said)
    if person is None or not person.active:
        why = "has left"
    else:
        why = "is away" if person.role == LEAD else "leads no longer"
    return f", since {roster.name(turn.said)} {why}"


def _named(lead: int, acting: int | None, roster: Roster) -> str:
    """A lead, and who acts for them where they are not here."""
    away = f" (away, {roster.name(acting)} acts)" if acting is not None and acting != lead else ""
    return f"{roster.name(lead)}{away}"
