"""Opening cases, undo and redo, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from careconsole.cli.arguments import JSON, one_case, text_or_input
from careconsole.cli.confirming import confirmed
from careconsole.cli.output import put, put_json, put_json_with_list, say
from careconsole.cli.session import Session
from careconsole.cli.verbs import event_entries, tell, then_options, then_values
from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.playbooks.reading import fitting_opened
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.case.state import CHANNELS, PRIORITIES, USUAL_PRIORITY
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local
from careconsole.present.queue_text import case_list, owner_words

if TYPE_CHECKING:
    from careconsole.desk.cases.undo_redo import PassedOver

_OWNED = "Who owns it: me, or a name (they get an offer). Default: duty"
_OWNER = click.option("--owner", metavar="NAME", help=f"{_OWNED}; with --then, you.")
_CHANNEL = click.option("--channel", type=click.Choice(CHANNELS), default="other", help="How it reached us.")


@click.command()
@click.option("--subject", required=True, metavar="TEXT", help="What it is about, in one line.")
@click.option(
    "--customer",
    required=True,
    metavar="NAME",
    help="The customer, by name or as 'Name <address>'; a new one is added.",
)
@click.option("--description", default="", metavar="TEXT", help="The full text; '-' reads standard input.")
@click.option("--owner", metavar="NAME", help=f"{_OWNED}; with --then, you.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="A tag; may be repeated.")
@click.option("--priority", type=click.Choice(PRIORITIES), default=USUAL_PRIORITY, help="How urgent it is.")
@_CHANNEL
@click.option("--outbound", is_flag=True, help="We opened it ourselves; the customer does not wait for an answer.")
@click.option("--external", metavar="SOURCE:ID", help="Its id in another system; the same id is not opened twice.")
@click.option("--request-key", metavar="KEY", help="A key for this request; repeating it opens no second case.")
@then_options
@JSON
@click.pass_obj
def new(
    session: Session,
    /,
    subject: str,
    customer: str,
    description: str,
    owner: str | None,
    tags: tuple[str, ...],
    priority: str,
    channel: str,
    outbound: bool,
    external: str | None,
    request_key: str | None,
    as_json: bool,
    **then: Any,
) -> None:
    """Open a case and print its number; what was opened, and whose it is, goes to standard error.

    With --then, a promise, a parking or the resolution follows in the same command. The description is what the
    customer said; --said is what was promised, or how it was resolved.

    \b
    Examples:
      careconsole new --subject "Kettle arrived cracked" --customer "Carla Neri" --owner me
      cat mail.txt | careconsole new --subject "Late parcel" --customer Carla --description - --external shop:4711
      careconsole new --subject "Lid size" --customer Nils --channel phone --then resolve --said "it is 18 cm"
    """
    desk = session.working()
    source, colon, name = (external or "").partition(":")
    if external is not None and not (colon and source.strip() and name.strip()):
        raise WrongUse(f"{external!r} is not an external id.", "Write it as SOURCE:ID, such as shop:4711.")
    command = OpenCase(
        subject=subject,
        description=text_or_input(description, "the description"),
        channel=channel,
        inbound=not outbound,
        priority=priority,
        owner=desk.who.person if owner is None and then["then"] else _owner(desk, owner),
        tags=tags,
        external=(source.strip(), name.strip()) if external is not None else None,
        **then_values(then, desk),
    )
    outcome = execution.open_case(desk, command, customer, request_key)
    _put_opened(outcome, desk, as_json)


@click.command("follow-up")
@click.argument("number", metavar="CASE")
@click.option("--subject", required=True, metavar="TEXT", help="What the new case is about.")
@click.option("--description", default="", metavar="TEXT", help="The full text; '-' reads standard input.")
@_OWNER
@_CHANNEL
@click.option(
    "--waits/--no-waits",
    default=None,
    help="Whether the customer waits for an answer. Default: as on CASE.",
)
@then_options
@JSON
@click.pass_obj
def follow_up(
    session: Session,
    /,
    number: str,
    subject: str,
    description: str,
    owner: str | None,
    channel: str,
    waits: bool | None,
    as_json: bool,
    **then: Any,
) -> None:
    """Open a follow-up case for another matter that came up in CASE, for the same customer.

    No answer is due on it unless the customer waits for one. With --then, a promise, a parking or the resolution
    follows on the new case in the same command; the description says how it was resolved, unless --said does.

    \b
    Examples:
      careconsole follow-up 12 --subject "Invoice for the second kettle" --owner me
      careconsole follow-up 12 --subject "A second cord" --then promise --due fri --said "a cord in the post"
    """
    desk = session.working()
    command = FollowUp(
        subject=subject,
        description=text_or_input(description, "the description"),
        channel=channel,
        owner=desk.who.person if owner is None and then["then"] else _owner(desk, owner),
        waits=waits,
        **then_values(then, desk),
    )
    outcome = execution.follow_up(desk, one_case(number, desk), command)
    _put_opened(outcome, desk, as_json)


@click.command()
@click.option("--yes", "-y", is_flag=True, help="Do not ask if a later change stays that no undo takes back.")
@JSON
@click.pass_obj
def undo(session: Session, yes: bool, as_json: bool) -> None:
    """Undo your last command, on all its cases at once.

    If somebody else has done more than add notes to them since, it is refused and says who did what. A change of the
    team, a customer or a setting stays: if that is what you did last, you are asked before the command is undone.

    \b
    Example:
      careconsole undo
    """
    from careconsole.desk.cases import undo_redo

    desk = session.working()
    if not yes and (last := undo_redo.passed_over(desk)) is not None and not _passes_over(last, desk.now(), as_json):
        say("Nothing was undone.")
        return
    _put_turned(undo_redo.undo(desk), desk, "Undone", as_json)


def _passes_over(last: PassedOver, now: int, as_json: bool) -> bool:
    """Whether to undo the command before what the person did last.

    Raises Refused without such a command, and WrongUse where nobody can be asked.
    """
    from careconsole.present.journal import change_words
    from careconsole.present.turned import command_words

    said = f"What you did last stays, since no undo takes it back: you {change_words(last.change, now)}."
    if last.command is None:
        from careconsole.desk.cases.undo_redo import way_back

        raise Refused(display_text(said, 400), way_back(last.change))
    say(display_text(said, 400))
    command = command_words(last.command.verb, last.command.cases)
    to_do = f"To undo what you did before that ({command}): careconsole undo --yes."
    return confirmed(f"Undo what you did before that: {command}?", "Nothing was undone", to_do, as_json)


@click.command()
@JSON
@click.pass_obj
def redo(session: Session, as_json: bool) -> None:
    """Redo what your last undo took back, unless you have done something new since.

    \b
    Example:
      careconsole redo
    """
    from careconsole.desk.cases import undo_redo

    desk = session.working()
    _put_turned(undo_redo.redo(desk), desk, "Redone", as_json)


def _owner(desk: Desk, name: str | None) -> int | None:
    if name is None or name.strip().lower() in ("duty", "nobody"):
        return None
    return desk.find(name)


def _put_opened(outcome: Outcome, desk: Desk, as_json: bool) -> None:
    from careconsole.present.command_lines import command_line
    from careconsole.present.playbooks import fitting_entry, known_words

    assert outcome.opened is not None
    playbooks = fitting_opened(desk, outcome.opened)
    if as_json:
        from careconsole.present.json_types.work import OpenedEntry

        put_json(
            OpenedEntry(
                number=outcome.opened,
                command=outcome.command,
                repeated=outcome.repeated,
                notices=list(outcome.notices),
                playbooks=[fitting_entry(one, desk.roster(), desk.now()) for one in playbooks],
            )
        )
        return
    for notice in outcome.notices:
        say(notice)
    if outcome.repeated:
        say("This case was opened before; nothing was changed.")
    put(str(outcome.opened))
    if not outcome.repeated:
        say(_opened_words(outcome.opened, desk))
    tell(outcome, desk)
    for one in playbooks:
        use = command_line(suggest("use", outcome.opened, playbook=one.known.playbook.number))
        say(display_text(f"{known_words(one)} To use it: {use}", 400))


def _opened_words(number: int, desk: Desk) -> str:
    """What was opened, in one line, for a person: the number alone is for scripts."""
    from careconsole.desk.queries.case_queries import rows

    found = rows(desk, [number])
    row = found.rows[number]
    whose = f" for {name}" if (name := found.customers.get(row.customer or 0)) else ""
    state = "is open" if row.status == "open" else "was opened"
    urgency = "" if row.priority == USUAL_PRIORITY else f" ({row.priority})"
    owner = owner_words(row.owner, row.offered_to, desk.roster())
    return display_text(f"Case {number}{whose} {state}{urgency}. Owner: {owner}.", 400)


def _put_turned(outcome: Outcome, desk: Desk, word: str, as_json: bool) -> None:
    if as_json:
        from careconsole.present.json_types.work import TurnedEntry

        put_json_with_list(
            TurnedEntry(
                command=outcome.command,
                verb=outcome.turned,
                cases=list(outcome.cases),
                playbooks=list(outcome.playbooks),
                events=[],
                notices=list(outcome.notices),
            ),
            "events",
            event_entries(outcome, desk),
        )
        return
    from careconsole.present.turned import command_words, turned_words

    what = f"{outcome.turned}, {case_list(outcome.cases)}"
    if not outcome.cases or outcome.change is not None:
        what = command_words(outcome.turned, outcome.cases, outcome.playbooks, outcome.change)
    say(f"{word}: {what}.")
    now = desk.now()
    for words in turned_words(outcome, Narrator(desk.roster(), lambda ms: local(ms, now))):
        say(f"  {display_text(words, 400)}")
