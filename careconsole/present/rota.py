"""The duty rota in words: who is on duty until when, why not the rota's own lead, and in which zone times are."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.desk.team.rota import OnDuty
from careconsole.domain.team.roster import LEAD, Person, Roster
from careconsole.domain.team.rota import Rota
from careconsole.domain.time.calendars import zone_of
from careconsole.domain.time.moments import local


def given_words(person: int, roster: Roster, when: str, *, begins: str = "is") -> str:
    """Says that a lead has the duty: "Dora is on duty until 18:00."; or, if they are away without a cover, who has it
    until they are back. `begins` is "is" or "will be"; `when` has the times, with the words that join them."""
    acting = roster.acting_for(person)
    if acting is None:
        name, stays = roster.name(person), roster.name(roster.lead_on_duty())
        return f"{name} is away without a cover: {stays} stays on duty until {name} is back."
    return f"{roster.with_cover(person, acting)} {begins} on duty{when}."


def instead(said: int | None, lead: int | None, roster: Roster) -> str:
    """Says why the rota's own lead is not on duty: ", because Dora has left"; empty if they are, or it has a gap."""
    if said is None or said == lead:
        return ""
    person = roster.people.get(said)
    if person is None or not person.active:
        why = "has left"
    else:
        why = "is away" if person.role == LEAD else "is no longer a lead"
    return f", because {roster.name(said)} {why}"


def duty_words(found: OnDuty, roster: Roster, now: int) -> str:
    """Says who is on duty until when, and who next: "Ana is on duty until Tue 08:00; then Dora (away, Cleo covers).".

    If the lead who should be on duty is not, it says why: "Tom is on duty, because Ana is away.".
    """
    if found.lead is None:
        return "Nobody is on duty: no lead is available."
    words = f"{roster.with_cover(found.lead, found.acting)} is on duty"
    because = instead(found.said, found.lead, roster)
    if found.until is None or found.next_lead is None:
        return f"{words}{because}."
    following = roster.with_cover(found.next_lead, found.next_acting)
    return f"{words} until {local(found.until, now)}{because}; then {following}."


def cover_words(person: Person, before: Roster, roster: Roster, rota: Rota | None) -> list[str]:
    """What it means for duty that a person is away, a sentence each: what their cover may and must do besides, or who
    is on duty instead. `before` is the roster while they were here.

    "Meanwhile Jonas has a lead's rights, and is responsible for unassigned cases while Otto is on duty."
    """
    if not person.leads:
        return []
    acting = roster.acting_for(person.number)
    if acting is None:
        lead = roster.lead_on_duty()
        if lead is None or before.lead_on_duty() != person.number or lead == person.number:
            return []
        return [f"{roster.with_cover(lead, roster.on_duty())} is on duty instead."]
    rights = [] if roster.people[acting].leads else ["has a lead's rights"]
    duty = []
    if person.number == roster.lead_on_duty() or (rota is not None and person.number in rota.people()):
        duty.append(f"is responsible for unassigned cases while {person.name} is on duty")
    meanwhile = ", and ".join([*rights, *duty])
    return [f"Meanwhile {roster.name(acting)} {meanwhile}."] if meanwhile else []


def elsewhere(rota: Rota, moments: Iterable[int]) -> str:
    """Returns a remark if these moments are shown in another zone than the rota's; empty if both clocks agree."""
    if not rota.week and rota.zone == Rota().zone:
        return ""  # without a zone and a week, each exception has its own offset
    zone = zone_of(rota.zone)
    if all(local(at, at, zone) == local(at, at) for at in moments):
        return ""
    return f"These times are this machine's; the rota is written for {rota.zone}."
