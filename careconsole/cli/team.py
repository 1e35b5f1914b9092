"""The team on the command line."""

from __future__ import annotations

from collections.abc import Sequence

import click

from careconsole.cli.arguments import JSON
from careconsole.cli.groups import Section
from careconsole.cli.output import put_json, put_table, say, screen_width
from careconsole.cli.session import Session
from careconsole.desk.team import Load
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.roster import AGENT, CONTACT, LEAD, Person, Roster


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
    rows = [(p.name, p.role, _state(p, roster), p.os_user or "", p.reach) for p in people]
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
        "cover": roster.name(person.cover) if person.cover is not None else None,
        "acts": roster.name(acting) if acting is not None else None,
        "on_duty": person.number == roster.duty,
        "os_user": person.os_user,
        "reach": person.reach,
    }


def _state(person: Person, roster: Roster) -> str:
    words = []
    if not person.active:
        words.append("left")
    elif person.away:
        acting = roster.answerable(person.number)
        words.append(f"away, {roster.name(acting)} acts")
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

    person = people.change(session.working(), name, role=role)
    say(f"{person.name} is {'a lead' if role == LEAD else 'an agent'} now.")


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
    _put_load(people.load_of(desk, person.number), person.name)


@team.command()
@click.argument("name")
@click.option("--cover", metavar="NAME", help="Who acts for them; else the lead on duty.")
@click.pass_obj
def away(session: Session, name: str, cover: str | None) -> None:
    """Somebody is away, and who covers for them. Ownership stays; who must act changes.

    \b
    Example:
      careconsole team away Ben --cover Cleo
    """
    from careconsole.desk import team as people

    desk = session.working()
    person, load = people.away(desk, name, cover)
    acting = desk.roster().answerable(person.number)
    say(f"{person.name} is away; {desk.roster().name(acting)} acts for them.")
    _put_load(load, person.name)


@team.command()
@click.argument("name")
@click.pass_obj
def back(session: Session, name: str) -> None:
    """Somebody is back; their cases are theirs to act on again.

    \b
    Example:
      careconsole team back Ben
    """
    from careconsole.desk import team as people

    person, load = people.back(session.working(), name)
    say(f"{person.name} is back.")
    _put_load(load, person.name)


@team.command()
@click.argument("name")
@click.pass_obj
def duty(session: Session, name: str) -> None:
    """Say which lead is on duty: what nobody has taken is theirs to answer for.

    \b
    Example:
      careconsole team duty Dora
    """
    from careconsole.desk import team as people

    say(f"{people.duty(session.working(), name).name} is on duty.")


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
            numbers = ", ".join(str(row.number) for row in rows[:20]) + (", ..." if len(rows) > 20 else "")
            say(f"  {len(rows)} {words} {name}: {numbers}")
    promises = sum(row.promises for row in load.owned)
    if promises:
        say(f"  {promises} open promises among them")
