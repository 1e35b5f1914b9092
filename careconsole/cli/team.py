"""The team on the command line."""

from __future__ import annotations

from collections.abc import Iterable

import click

from careconsole.cli.arguments import JSON, moment
from careconsole.cli.groups import Section
from careconsole.cli.handover import hand_over
from careconsole.cli.output import put_json, say
from careconsole.cli.reports import put_report
from careconsole.cli.rota import duty, rota
from careconsole.cli.session import Session
from careconsole.cli.team_json import person_entry, put_change
from careconsole.cli.team_merge import merge, suggest_merges
from careconsole.desk import Desk
from careconsole.desk.queries.assignments import Load, load_of
from careconsole.desk.team import members as people
from careconsole.desk.team.absence import Returning, away_words, returning
from careconsole.desk.team.rota import current_rota, invalid_lead_remark
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import AGENT, CONTACT, LEAD, Person, Roster
from careconsole.domain.time.moments import local
from careconsole.present.command_lines import command_line
from careconsole.present.rota import cover_words

_LISTED = 20
"""The most case numbers listed."""


@click.group(cls=Section)
def team() -> None:
    """Manage the team: who works here, who leads, who is on duty, who is away and who covers for them.

    \b
    Example:
      careconsole team away Ben --cover Cleo
    """


@team.command("list")
@click.option("--all", "everybody", is_flag=True, help="Include people who have left or come from imports.")
@JSON
@click.pass_obj
def list_(session: Session, everybody: bool, as_json: bool) -> None:
    """List the people in the team.

    \b
    Example:
      careconsole team list
    """
    desk = session.asking()
    roster = desk.roster()
    people = [p for p in roster.people.values() if p.active or everybody]
    from careconsole.desk.cases.person_merges import alike

    pairs = alike(desk)
    if as_json:
        put_json([person_entry(person, roster, pairs) for person in people])
        return
    now = desk.now()
    rows = [(p.name, p.role, _state(p, roster, now), p.os_user or "", p.reach) for p in people]
    put_report(("Name", "Role", "Today", "OS user", "Reach"), rows)
    gone = len(roster.people) - len(people)
    if gone:
        say(f"{gone} more {'has left or comes' if gone == 1 else 'have left or come'} from imports; --all shows all.")
    suggest_merges(pairs)


def _state(person: Person, roster: Roster, now: int) -> str:
    words = []
    if person.merged_into is not None:
        words.append(f"is {roster.name(person.merged_into)} now")
    elif not person.active:
        words.append("left")
    elif person.away:
        words.append(away_words(person, roster, now))
    elif covered := roster.covered_by(person.number):
        words.append(f"covers {', '.join(one.name for one in covered)}")
    if person.number == roster.lead_on_duty():
        words.append("on duty")
    return ", ".join(words)


@team.command()
@click.argument("name")
@click.option("--lead", is_flag=True, help="Give them a lead's rights.")
@click.option("--os-user", metavar="USER", help="Their login on this machine; then they need no --as.")
@JSON
@click.pass_obj
def add(session: Session, name: str, lead: bool, os_user: str | None, as_json: bool) -> None:
    """Add somebody who uses the console. Only a lead can do this.

    \b
    Example:
      careconsole team add Cleo --os-user cleo
    """
    desk = session.working()
    number = people.add(desk, name, LEAD if lead else AGENT, os_user)
    if as_json:
        put_change(desk, number)
        return
    say(f"Added {desk.roster().name(number)} as {'a lead' if lead else 'an agent'}.")


@team.command()
@click.argument("name")
@click.option("--reach", default="", metavar="HOW", help="How to reach them: a phone number, an address.")
@JSON
@click.pass_obj
def contact(session: Session, name: str, reach: str, as_json: bool) -> None:
    """Add a contact: somebody who can resolve things but has no console, such as a manager or a supplier.

    \b
    Example:
      careconsole team contact "Dr. Weiss" --reach "ext. 204"
    """
    desk = session.working()
    number = people.add(desk, name, CONTACT, None, reach)
    if as_json:
        put_change(desk, number)
        return
    say(f"Added {desk.roster().name(number)} as a contact.")


@team.command()
@click.argument("name")
@click.argument("role", type=click.Choice((AGENT, LEAD)))
@JSON
@click.pass_obj
def role(session: Session, name: str, role: str, as_json: bool) -> None:
    """Make somebody an agent or a lead.

    \b
    Example:
      careconsole team role Cleo lead
    """
    desk = session.working()
    person = people.change(desk, name, role=role)
    if as_json:
        put_change(desk, person.number, remarks=[_rota_remark(desk, person)])
        return
    say(f"{person.name} is {'a lead' if role == LEAD else 'an agent'} now.")
    _put_rota(desk, person)


@team.command()
@click.argument("name")
@click.argument("new_name")
@JSON
@click.pass_obj
def rename(session: Session, name: str, new_name: str, as_json: bool) -> None:
    """Rename somebody; their cases and history stay theirs.

    \b
    Example:
      careconsole team rename Ana "Ana L."
    """
    desk = session.working()
    before = find_person(name, desk.roster()).name
    person = people.change(desk, name, name=new_name)
    if as_json:
        put_change(desk, person.number)
        return
    say(f"{before} is now called {person.name}.")


@team.command()
@click.argument("name")
@click.argument("os_user", required=False)
@click.option("--none", "removes", is_flag=True, help="They have no login of their own any longer.")
@JSON
@click.pass_obj
def login(session: Session, name: str, os_user: str | None, removes: bool, as_json: bool) -> None:
    """Set somebody's login on this machine; without OS_USER, show it.

    \b
    Examples:
      careconsole team login Ben ben
      careconsole team login Ben --none
    """
    desk = session.working()
    changes = _gives(os_user, removes)
    person = people.change(desk, name, os_user=os_user) if changes else find_person(name, desk.roster())
    os_user = person.os_user
    if as_json:
        put_change(desk, person.number)
        return
    say(f"{person.name} {f'logs in as {os_user}' if os_user else 'has no login of their own'}.")


@team.command()
@click.argument("name")
@click.argument("how", required=False)
@click.option("--none", "removes", is_flag=True, help="It is not said any longer.")
@JSON
@click.pass_obj
def reach(session: Session, name: str, how: str | None, removes: bool, as_json: bool) -> None:
    """Say how customers and colleagues reach somebody: a number, an address; without HOW, show it.

    Receipts and summaries for customers name it.

    \b
    Examples:
      careconsole team reach Ben "ext. 21"
      careconsole team reach Ben --none
    """
    desk = session.working()
    changes = _gives(how, removes)
    said = " ".join((how or "").split())
    person = people.change(desk, name, reach=said) if changes else find_person(name, desk.roster())
    if as_json:
        put_change(desk, person.number)
        return
    say(f"{person.name} is reached at {person.reach}." if person.reach else f"How to reach {person.name} is not said.")


def _gives(value: str | None, removes: bool) -> bool:
    """Whether a value is set or removed, and not only shown. Raises WrongUse for both at once."""
    if removes and value is not None:
        raise WrongUse("What to set and --none exclude each other.", "Give one of them.")
    return removes or value is not None


@team.command()
@click.argument("name")
@JSON
@click.pass_obj
def leave(session: Session, name: str, as_json: bool) -> None:
    """Record that somebody has left. The lead on duty is responsible for their work until it is reassigned.

    \b
    Example:
      careconsole team leave Ben
    """
    desk = session.working()
    person = people.change(desk, name, active=False, cover=None)
    load = load_of(desk, person.number)
    if as_json:
        put_change(desk, person.number, load=load, remarks=[_rota_remark(desk, person)])
        return
    say(f"{person.name} has left the team.")
    _put_rota(desk, person)
    _put_load(load, person.name)


@team.command()
@click.argument("name")
@click.option("--cover", metavar="NAME", help="Who covers for them. Default: the lead on duty.")
@click.option("--until", metavar="TIME", help="When they expect to be back, for others to see.")
@JSON
@click.pass_obj
def away(session: Session, name: str, cover: str | None, until: str | None, as_json: bool) -> None:
    """Mark somebody as away, and say who covers for them. They keep their cases; the cover must act.

    They stay away until somebody marks them as back, whatever time was given.

    \b
    Examples:
      careconsole team away Ben --cover Cleo
      careconsole team away Ben --cover Cleo --until "fri 9:00"
    """
    desk = session.working()
    before = desk.roster()
    person, load = people.away(desk, name, cover, moment(until, desk.now()) if until is not None else None)
    duties = cover_words(person, before, desk.roster(), current_rota(desk))
    if as_json:
        put_change(desk, person.number, load=load, remarks=duties)
        return
    acting = desk.roster().answerable(person.number)
    back = f", expected back {local(person.away_until, desk.now())}" if person.away_until is not None else ""
    say(f"{person.name} is away{back}; {desk.roster().name(acting)} covers for them.")
    for words in duties:
        say(words)
    _put_load(load, person.name)


@team.command()
@click.argument("name")
@JSON
@click.pass_obj
def back(session: Session, name: str, as_json: bool) -> None:
    """Mark somebody as back; they act on their cases again. Shows which ones others took over meanwhile.

    \b
    Example:
      careconsole team back Ben
    """
    desk = session.working()
    person, load = people.back(desk, name)
    found = returning(desk, person.number)
    if as_json:
        put_change(desk, person.number, load=load, returning=found)
        return
    say(f"{person.name} is back.")
    _put_load(load, person.name)
    _put_returning(desk, person, found)


team.add_command(duty)
team.add_command(rota)
team.add_command(hand_over)
team.add_command(merge)


def _put_load(load: Load, name: str) -> None:
    parts = (
        ("owned by", load.owned),
        ("offered to", load.offered),
        ("escalated to", load.called),
        ("helped by", load.helping),
        ("waiting for a change from", load.actions),
    )
    for words, rows in parts:
        if rows:
            say(f"  {len(rows)} {words} {name}: {_numbers(row.number for row in rows)}")
    promises = sum(row.promises for row in load.owned)
    if promises:
        say(f"  including {promises:,} open {'promise' if promises == 1 else 'promises'}")


def _numbers(cases: Iterable[int]) -> str:
    listed = [str(number) for number in cases]
    return ", ".join(listed[:_LISTED]) + (", ..." if len(listed) > _LISTED else "")


def _put_returning(desk: Desk, of: Person, found: Iterable[Returning]) -> None:
    """Prints the cases of `of` that others took on during an absence, by current owner, and how to get them back."""
    roster = desk.roster()
    holders: dict[int | None, list[int]] = {}
    for case in found:
        holders.setdefault(case.owner, []).append(case.number)
    for owner, numbers in sorted(holders.items(), key=lambda item: roster.name(item[0])):
        who = f"{roster.name(owner)} has" if owner is not None else "nobody has"
        say(f"  Of their cases, {who} {len(numbers)} now: {_numbers(numbers)}")
    own = desk.person == of.number  # else a lead marks them back
    taken = next((numbers[0] for owner, numbers in holders.items() if owner is not None), None)
    if taken is not None:
        way = suggest("take-over", taken, reason="back again") if own else suggest("reassign", taken, to=of.name)
        say(f"  To get one back: {command_line(way)}")
    if None in holders:
        free = holders[None][0]
        way = suggest("take", free) if own else suggest("reassign", free, to=of.name)
        say(f"  To get back one that nobody has: {command_line(way)}")


def _rota_remark(desk: Desk, person: Person) -> str:
    return invalid_lead_remark(desk, person.number)


def _put_rota(desk: Desk, person: Person) -> None:
    if remark := _rota_remark(desk, person):
        say(remark)
