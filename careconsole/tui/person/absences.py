"""Says to the person at work for whom they begin or cease to act; what is no longer so goes off the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.commands.key_table import shown_key
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.time.moments import local

if TYPE_CHECKING:
    from careconsole.tui.host import Host

AWAY = "away"
"""The kind of the news that the person at work is marked away."""


def team_changed(host: Host, before: Roster, after: Roster) -> None:
    """Says what changed between these for the person at work, unless they did it here (`Session.absences`)."""
    session, me = host.session, host.session.person
    here, session.absences = session.absences, set()
    if me is None or before is after:
        return
    was, now = before.people.get(me), after.people.get(me)
    if was is not None and now is not None and (was.away, was.cover) != (now.away, now.cover):
        host.news.drop_kind(AWAY)
    covered, covers = _covered(before, me), _covered(after, me)
    for number in covered.keys() - covers.keys():
        host.news.drop_kind(_covering(number))
        person = after.people.get(number)
        if number in here or person is None:
            continue
        if person.present:
            words = f"{person.name} is back; you no longer cover for them."
        else:
            words = f"{after.name(after.answerable(number))} acts for {person.name} now, and you no longer do."
        host.say(words, concerns=True)
    for number in covers.keys() - covered.keys():
        person = covers[number]
        if number in here:
            continue
        back = f", expected back {local(person.away_until, session.now())}," if person.away_until is not None else ","
        cover = "you cover for them" if person.cover == me else "you act for them"
        hint = f"{shown_key('needs')} shows what needs you."
        host.say(f"{person.name} is away{back} and {cover}.", hint, concerns=True, kind=_covering(number))
    host.show_news()


def _covering(number: int) -> str:
    return f"covering {number}"


def _covered(roster: Roster, me: int) -> dict[int, Person]:
    """The colleagues who are away, and for whom `me` acts."""
    return {one.number: one for one in roster.covered_by(me) if one.active and one.away}
