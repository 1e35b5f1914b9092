"""The duty rota in words: who is on duty until when, why it is not whom the rota says, and whose clock is meant."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.desk.team.rota import OnDuty
from careconsole.domain.team.roster import LEAD, Roster
from careconsole.domain.team.rota import Rota
from careconsole.domain.time.calendars import zone_of
from careconsole.domain.time.moments import local


def named(lead: int, acting: int | None, roster: Roster) -> str:
    """A lead, and who acts for them where they are not here: "Dora (away, Cleo acts)"."""
    away = f" (away, {roster.name(acting)} acts)" if acting is not None and acting != lead else ""
    return f"{roster.name(lead)}{away}"


def instead(said: int | None, lead: int | None, roster: Roster) -> str:
    """Why it is not the lead whom the rota says: ", since Dora has left"; empty where it is."""
    if said is None or said == lead:
        return ""
    person = roster.people.get(said)
    if person is None or not person.active:
        why = "has left"
    else:
        why = "is away" if person.role == LEAD else "leads no longer"
    return f", since {roster.name(said)} {why}"


def duty_words(found: OnDuty, roster: Roster, now: int) -> str:
    """Who is on duty until when, and who then: "Ana is on duty until Tue 08:00; then Dora (away, Cleo acts)"."""
    if found.lead is None:
        return "Nobody is on duty: no lead is here."
    words = f"{named(found.lead, found.acting, roster)} is on duty"
    if found.until is None or found.next_lead is None:
        return f"{words}."
    following = named(found.next_lead, found.next_acting, roster)
    return f"{words} until {local(found.until, now)}; then {following}."


def elsewhere(rota: Rota, moments: Iterable[int]) -> str:
    """That these moments are told by another clock than the rota's; empty where both show the same."""
    if not rota.week and rota.zone == Rota().zone:
        return ""  # exceptions alone have offsets of their own where no zone is given
    zone = zone_of(rota.zone)
    if all(local(at, at, zone) == local(at, at) for at in moments):
        return ""
    return f"These times are this machine's; the rota is written for {rota.zone}."
