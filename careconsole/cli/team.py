"""The team on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from careconsole.cli.arguments import JSON, moment
from careconsole.cli.groups import Section
from careconsole.cli.output import put_json, put_table, say, screen_width
from careconsole.cli.rota import duty, rota
from careconsole.cli.session import Session
from careconsole.desk.team import Load
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.roster import AGENT, CONTACT, LEAD, Person, Roster
from careconsole.domain.times import iso, local

if TYPE_CHECKING:
    from careconsole.desk import Desk

_LISTED = 20
"""Of so many cases the numbers are told."""


@click.group(cls=Section)
def team() -> None:
    """Who works here, who leads, who is on duty, who is away and who covers for them.

    \b
    Example:
      careconsole team away Ben --cover Cleo
    """


@team.command("list")
@click.option("--all", "everybody", is_flag=True, help="Also those who have left, or whom only an import names.")
@JSON
@click.pass_obj
def list_(session: Session, everybody: bool, as_json: bool) -> None:
    """Everybody in the team.

    \b
    Example:
      careconsole team list
    """
    desk = session.asking()
    roster = desk.roster()
    people = [p for p in roster.people.values() if p.active or everybody]
    if as_json:
        put_json([_entry(person, roster) for person in people])
        return
    now = desk.now()
    rows = [(p.name, p.role, _state(p, roster, now), p.os_user or "", p.reach) for p in people]
    put_table(("Name", "Role", "Today", "OS user", "Reach"), rows, width=screen_width())
    gone = len(roster.people) - len(people)
    if gone:
        say(f"{gone} more have left or come from imports; --all shows them.")


def _entry(person: Person, roster: Roster) -> dict[str, object]:
    acting = roster.answerable(person.number) if person.role != CONTACT else None
    return {
        "name": person.name,
        "role": person.role,
        "active": person.active,
        "away": person.away,
        "away_until": iso(person.away_until) if person.away_until is not None else None,
        "cover": roster.name(person.cover) if person.cover is not None else None,
        "acts": roster.name(acting) if acting is not None else None,
        "on_duty": person.number == roster.duty,
        "os_user": person.os_user,
        "reach": person.reach,
    }


def _state(person: Person, roster: Roster, now: int) -> str:
    from careconsole.desk.absence import away_words

    words = []
    if not person.active:
        words.append("left")
    elif person.away:
        words.append(away_words(person, roster, now))
    if person.number == roster.duty:
        words.append("on duty")
    return ", ".join(words)


@team.command()
@click.argument("name")
@click.option("--lead", is_flag=True, help="With a lead's rights.")
@click.option("--os-user", metavar="USER", help="Their login on this machine, so that they need no --as.")
@click.pass_obj
def add(session: Session, name: str, lead: bool, os_user: str | None) -> None:
    """Add somebody who works the console. A lead does this.

    \b
    Example:
      careconsole team add Cleo --os-user cleo
    """
    from careconsole.desk import team as people

    people.add(session.working(), name, LEAD if lead else AGENT, os_user)
    say(f"{name} is {'a lead' if lead else 'an agent'} of the team.")


@team.command()
@click.argument("name")
@click.option("--reach", default="", metavar="HOW", help="How they are reached: a number, an address.")
@click.pass_obj
def contact(session: Session, name: str, reach: str) -> None:
    """Add somebody who can resolve things but has no console: a manager, a supplier.

    \b
    Example:
      careconsole team contact "Dr. Weiss" --reach "ext. 204"
    """
    from careconsole.desk import team as people

    people.add(session.working(), name, CONTACT, None, reach)
    say(f"{name} is a contact of the team.")


@team.command()
@click.argument("name")
@click.argument("role", type=click.Choice((AGENT, LEAD)))
@click.pass_obj
def role(session: Session, name: str, role: str) -> None:
    """Make somebody an agent or a lead.

    \b
    Example:
      careconsole team role Cleo lead
    """
    from careconsole.desk import team as people

    desk = session.working()
    person = people.change(desk, name, role=role)
    say(f"{person.name} is {'a lead' if role == LEAD else 'an agent'} now.")
    _put_rota(desk, person)


@team.command()
@click.argument("name")
@click.argument("new_name")
@click.pass_obj
def rename(session: Session, name: str, new_name: str) -> None:
    """Change how somebody is called; their cases and history stay theirs.

    \b
    Example:
      careconsole team rename Ana "Ana L."
    """
    from careconsole.desk import team as people

    people.change(session.working(), name, name=" ".join(new_name.split()))
    say(f"{name} is called {new_name} now.")


@team.command()
@click.argument("name")
@click.argument("os_user", required=False)
@click.pass_obj
def login(session: Session, name: str, os_user: str | None) -> None:
    """Map somebody to their login on this machine; without a login, to none.

    \b
    Example:
      careconsole team login Ben ben
    """
    from careconsole.desk import team as people

    person = people.change(session.working(), name, os_user=os_user)
    say(f"{person.name} {f'logs in as {os_user}' if os_user else 'has no login of their own'}.")


@team.command()
@click.argument("name")
@click.pass_obj
def leave(session: Session, name: str) -> None:
    """Somebody no longer works here. What is theirs is answered for by the lead on duty until it is reassigned.

    \b
    Example:
      careconsole team leave Ben
    """
    from careconsole.desk import team as people

    desk = session.working()
    person = people.change(desk, name, active=False, cover=None)
    say(f"{person.name} has left the team.")
    _put_rota(desk, person)
    _put_load(people.load_of(desk, person.number), person.name)


@team.command()
@click.argument("name")
@click.option("--cover", metavar="NAME", help="Who acts for them; else the lead on duty.")
@click.option("--until", metavar="TIME", help="When they mean to be back, for the others to know.")
@click.pass_obj
def away(session: Session, name: str, cover: str | None, until: str | None) -> None:
    """Somebody is away, and who covers for them. Ownership stays; who must act changes.

    They are away until it is said that they are back, whatever time they gave.

    \b
    Example:
      careconsole team away Ben --cover Cleo
      careconsole team away Ben --cover Cleo --until "fri 9:00"
    """
    from careconsole.desk import team as people

    desk = session.working()
    person, load = people.away(desk, name, cover, moment(until, desk.now()) if until is not None else None)
    acting = desk.roster().answerable(person.number)
    back = f" until {local(person.away_until, desk.now())}" if person.away_until is not None else ""
    say(f"{person.name} is away{back}; {desk.roster().name(acting)} acts for them.")
    _put_load(load, person.name)


@team.command()
@click.argument("name")
@click.pass_obj
def back(session: Session, name: str) -> None:
    """Somebody is back; their cases are theirs to act on again. Tells which ones others took on meanwhile.

    \b
    Example:
      careconsole team back Ben
    """
    from careconsole.desk import team as people

    desk = session.working()
    person, load = people.back(desk, name)
    say(f"{person.name} is back.")
    _put_load(load, person.name)
    _put_returning(desk, person)


team.add_command(duty)
team.add_command(rota)


@team.command("hand-over")
@click.argument("name")
@click.option("--to", metavar="NAME", help="Who has it from now on, or 'duty'. [required]")
@click.option("--dry-run", is_flag=True, help="Only tell what would happen, case by case.")
@click.pass_obj
def hand_over(session: Session, name: str, to: str | None, dry_run: bool) -> None:
    """Give everything that hangs on somebody to a colleague, as one command that one undo takes back.

    Their cases with the promises on them, offers to them, calls they must answer, help they were asked for, and changes
    that reviews asked them for. A lead does this.

    
    Example:
      careconsole team hand-over Ben --to Cleo --dry-run
    """
    from careconsole.desk import handover

    if to is None:
        raise WrongUse("Who has it from now on is missing.", "Name them with --to, or 'duty'.")
    desk = session.working()
    of = desk.find(name)
    taker = None if to.strip().lower() in ("duty", "nobody") else desk.find(to)
    roster = desk.roster()
    whom = f"from {roster.name(of)} to {roster.name(taker)}"
    if dry_run:
        plan = handover.plan(desk, of, taker)
        rows = [(str(move.number), move.subject, "; ".join(move.words)) for move in plan.moves]
        put_table(("No.", "Subject", "What happens"), rows, width=screen_width())
        _put_refused(plan.refused, plan.notices)
        say(f"Nothing is done yet. Would go {whom}: {plan.summary or 'nothing'}.")
        return
    outcome = handover.hand_over(desk, of, taker)
    _put_refused(outcome.refused, outcome.notices)
    say(f"Handed over {whom}: {handover.counted(event.fact for _, event in outcome.events)}.")
    say("  To take all of it back: careconsole undo")


def _put_refused(refused: Sequence[tuple[int, CareError]], notices: Sequence[str]) -> None:
    for number, refusal in refused:
        say(f"{number}: refused: {refusal.message}")
    for notice in notices:
        say(notice)


def _put_load(load: Load, name: str) -> None:
    parts = (
        ("owned by", load.owned),
        ("offered to", load.offered),
        ("calling on", load.called),
        ("helped by", load.helping),
        ("waiting for a change by", load.actions),
    )
    for words, rows in parts:
        if rows:
            say(f"  {len(rows)} {words} {name}: {_numbers(row.number for row in rows)}")
    promises = sum(row.promises for row in load.owned)
    if promises:
        say(f"  {promises} open promises among them")


def _numbers(cases: Iterable[int]) -> str:
    listed = [str(number) for number in cases]
    return ", ".join(listed[:_LISTED]) + (", ..." if len(listed) > _LISTED else "")


def _put_returning(desk: Desk, person: Person) -> None:
    """What others took on while somebody was away, by who has it now, and how to get it back."""
    from careconsole.desk.absence import returning

    roster = desk.roster()
    holders: dict[int | None, list[int]] = {}
    for case in returning(desk, person.number):
        holders.setdefault(case.owner, []).append(case.number)
    for owner, numbers in sorted(holders.items(), key=lambda item: roster.name(item[0])):
        who = f"{roster.name(owner)} has" if owner is not None else "nobody has taken"
        say(f"  Of what was theirs, {who} {len(numbers)} since: {_numbers(numbers)}")
    taken = next((numbers for owner, numbers in holders.items() if owner is not None), None)
    if taken is not None:
        say(f"  To have one back: careconsole take-over {taken[0]} --reason 'back again'")
    if None in holders:
        say(f"  To have one back that nobody has: careconsole take {holders[None][0]}")


def _put_rota(desk: Desk, person: Person) -> None:
    from careconsole.desk.rota import named_in_vain

    if remark := named_in_vain(desk, person.number):
        say(remark)
