"""Says to the person at work for whom they begin or cease to act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.commands.key_table import shown_key
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.moments import local
from careconsole.tui.team_facts import how_it_stands

if TYPE_CHECKING:
    from careconsole.tui.host import Host


def team_changed(host: Host, before: Roster, after: Roster) -> None:
    """Says what changed between these for the person at work, unless they did it here (`Session.absences`)."""
    session, me = host.session, host.session.person
    here, session.absences = session.absences, set()
    if me is None:
        return
    covered, covers = _covered(before, me), _covered(after, me)
    for number in covered.keys() - covers.keys():
        person = after.people.get(number)
        if number in here or person is None:
            continue
        if person.present:
            words = f"{person.name} is back; you no longer cover for them."
        else:
            words = f"{after.name(after.answerable(number))} acts for {person.name} now, and you no longer do."
        host.say(words, concerns=True, of_team=how_it_stands(after, number))
    for number, person in covers.items():
        is_so = how_it_stands(after, number)
        if number in here or (number in covered and is_so == how_it_stands(before, number)):
            continue
        back = f", expected back {local(person.away_until, session.now())}," if person.away_until is not None else ","
        cover = "you cover for them" if person.cover == me else "you act for them"
        hint = f"{shown_key('needs')} shows what needs you."
        host.say(f"{person.name} is away{back} and {cover}.", hint, concerns=True, of_team=is_so)


def _covered(roster: Roster, me: int) -> dict[int, Person]:
    """The colleagues who are away, and for whom `me` acts."""
    return {one.number: one for one in roster.covered_by(me) if one.active and one.away}
