"""The verbs on cases: one click command for each verb of the registry."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any

import click

from careconsole.cli.arguments import (
    COUNT,
    JSON,
    SEEN,
    SKIP,
    case_numbers,
    moment,
    no_case_came,
    one_case,
    only_with,
    text_or_input,
)
from careconsole.cli.output import put_json, put_json_with_list, say
from careconsole.cli.session import Session
from careconsole.commands import BY_ID, Field, Verb
from careconsole.commands.form import THEN_FIELDS
from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.playbooks.reading import authority_on
from careconsole.desk.session import load
from careconsole.domain.case.causes import CUSTOMER_REQUEST
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.offers import Decline
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.state import SELF_ANSWERING
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given as given_to
from careconsole.domain.hints import suggest
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local

if TYPE_CHECKING:
    from careconsole.desk.cases.execution import Outcome
    from careconsole.domain.case.command import Command
    from careconsole.domain.case.messages import MessageLogged
    from careconsole.present.json_types.cases import EventEntry
    from careconsole.present.json_types.work import DoneEntry

_TOLD, _REFUSED = 5, 20
_AT_ONCE = 500
_TO_DUTY = {("reassign", "to"), ("decline", "instead"), ("hand-over", "to")}
"""Required fields that take 'duty' as well as a name."""
_OTHER_CASES = {("merge", "into")}
"""Fields that hold another case."""
_WHO_SENDS = "An open console sends the mail; without one, careconsole mail send does."


def _last(verb: Verb) -> Field | None:
    """The field that may also be given at the end of the command, without its option."""
    return next((field for field in verb.fields if field.at_end), None)


def command_of(name: str, called: str = "") -> click.Command | None:
    """Returns the command of a verb; None if there is no verb of that name.

    `called` is its other name within a group ("changes made"), where it is listed with what it does.
    """
    verb = BY_ID.get(name)
    if verb is None:
        return None

    last = _last(verb)
    params: list[click.Parameter] = [
        click.Argument(["words"], nargs=-1, metavar=f"CASE... {last.name.upper()}" if last else "CASE..."),
        *(_option(verb, field) for field in verb.fields),
    ]

    def run(words: tuple[str, ...], seen: int | None, skip_refused: bool, as_json: bool, **given: Any) -> None:
        _run(verb, words, given, seen, skip_refused, as_json)

    command = click.Command(
        name=verb.id,
        params=params,
        callback=click.pass_context(lambda ctx, **given: run(**given)),
        help=f"{verb.help}\n\n\b\nExample:\n  {_example(verb, called)}",
        short_help=verb.help if called else verb.title,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for add in (SEEN, SKIP, JSON):
        add(command)
    command.params[len(params) :] = reversed(command.params[len(params) :])
    return command


def _example(verb: Verb, called: str) -> str:
    return verb.example.replace(f"careconsole {verb.id} ", f"careconsole {called} ") if called else verb.example


def then_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options with which a new case goes on to a promise, a parking or the resolution."""
    for field in reversed(THEN_FIELDS):
        option = _option(BY_ID["log"], field)
        command = click.option(*option.opts, option.name, type=option.type, metavar=option.metavar, help=option.help)(
            command
        )
    return command


def then_values(given: dict[str, Any], desk: Desk) -> dict[str, Any]:
    """The fields of the command, from those options."""
    return {f.name: _value(BY_ID["log"], f, given[f.name], desk) for f in THEN_FIELDS if given[f.name] is not None}


def _option(verb: Verb, field: Field) -> click.Option:
    flag = f"--{field.flag}"
    help = f"{field.help} [required]" if field.must_be_given and not field.at_end else field.help
    if field.kind == "path":
        help = f"{help.removesuffix('.')}; - for standard input."
    if field.bare:
        return click.Option([flag, field.name], is_flag=False, flag_value="", metavar="[TEXT]", help=help)
    if field.kind == "flag":
        return click.Option([flag, field.name], is_flag=True, help=help)
    if field.kind == "choice":
        return click.Option([flag, field.name], type=click.Choice(field.choices), help=help)
    if field.kind == "yesno":
        return click.Option([flag, field.name], type=click.Choice(("yes", "no")), help=help)
    if (verb.id, field.name) in _OTHER_CASES:
        return click.Option([flag, field.name], metavar="CASE", help=help)
    if field.kind in ("number", "level", "playbook"):
        return click.Option([flag, field.name], type=COUNT, metavar="N", help=help)
    if field.kind == "path":
        return click.Option([flag, field.name], type=click.Path(), metavar="FILE", help=help)
    if field.kind == "paths":
        return click.Option([flag, field.name], type=click.Path(), multiple=True, metavar="FILE", help=help)
    if field.kind == "tags":
        return click.Option([flag, field.name], multiple=True, metavar="TAG", help=help)
    metavar = {"person": "NAME", "customer": "NAME", "time": "TIME", "word": "WORD"}.get(field.kind, "TEXT")
    return click.Option([flag, field.name], metavar=metavar, help=help)


def _run(
    verb: Verb, words: tuple[str, ...], given: dict[str, Any], seen: int | None, skip_refused: bool, as_json: bool
) -> None:
    last = _last(verb)
    if last is not None and given[last.name] is None and len(words) > 1:
        *rest, given[last.name] = words
        words = tuple(rest)
    for field in verb.fields:
        if field.must_be_given and given[field.name] is None:
            place = f"the {field.name} at the end, or --{field.flag}," if field.at_end else f"--{field.flag}"
            raise WrongUse(f"{verb.title}: {place} is missing.", f"For example: {verb.example}")
    if "change" in given and given.get("then", "resolve") == "resolve":
        only_with("--change", given["change"], owner=given["owner"], due=given["due"])
    desk = click.get_current_context().find_object(Session).working()  # type: ignore[union-attr]
    values = {f.name: _value(verb, f, given[f.name], desk) for f in verb.fields if given[f.name] is not None}
    numbers = case_numbers(words, desk)
    if no_case_came(words, numbers):
        if as_json:
            put_json(_nothing_done())
        return
    if verb.command is Decline and "instead" not in values:
        values["instead"] = _who_keeps(desk, numbers)
    command = verb.command(**values)
    authority = _authority(desk, command, numbers)
    outcome = execution.execute(desk, verb.id, command, numbers, seen=seen, skip_refused=skip_refused)
    said = [*authority, *([_WHO_SENDS] if verb.id == "reply" else ())]
    if as_json:
        put_json_with_list(_done(outcome, said), "events", event_entries(outcome, desk))
        _must_be_all(outcome)
        return
    for notice in [*outcome.notices, *said]:
        say(notice)
    for number, refusal in outcome.refused[:_REFUSED]:
        say(f"{number}: refused: {refusal.message}")
    if len(outcome.refused) > _REFUSED:
        say(f"... and {len(outcome.refused) - _REFUSED:,} more refused; --json lists all.")
    if len(outcome.cases) > _TOLD:
        say(f"{verb.title}: {len(outcome.cases)} cases.")
    else:
        tell(outcome, desk)
    for number in outcome.idle[:_TOLD]:
        say(f"The first thing due on case {number} is only the next step: promise something, park it or resolve it.")
    _must_be_all(outcome)


def _who_keeps(desk: Desk, numbers: list[int]) -> int:
    """The owner of the cases, who keeps them after a decline. Raises WrongUse if they do not have one, and the same."""
    owners = {number: load(desk, number, []).owner for number in numbers}
    owner, *others = dict.fromkeys(owners.values())
    if owner is not None and not others:
        return owner
    without = next((number for number, owner in owners.items() if owner is None), None)
    why = "the cases have several owners" if without is None else f"case {without} has no owner who could keep it"
    raise WrongUse(
        f"Decline: --instead is missing, and {why}.",
        "Say who is asked instead {}; 'duty' is the lead on duty.",
        given_to(instead=...),
    )


def _must_be_all(outcome: Outcome) -> None:
    """Raises Refused when some cases were left out, so that a script learns of them; the others are done."""
    if outcome.refused:
        asked = len(outcome.refused) + len(outcome.cases)
        number = len(outcome.refused)
        refusal = Refused(f"{number} of {asked} cases {'was' if number == 1 else 'were'} refused; the others are done.")
        refusal.cases = outcome.refused
        raise refusal


def _nothing_done() -> DoneEntry:
    from careconsole.present.json_types.work import DoneEntry

    return DoneEntry(command=None, cases=[], opened=None, events=[], refused=[], idle=[], notices=[])


def _authority(desk: Desk, command: Command, numbers: list[int]) -> list[str]:
    """Says that a playbook would have let the person decide what they escalate, and how; nothing is held up by it."""
    if not isinstance(command, Escalate) or command.despite or command.reason == CUSTOMER_REQUEST or len(numbers) != 1:
        return []
    from careconsole.present.command_lines import command_line
    from careconsole.present.playbooks import may_decide_words

    found = authority_on(desk, numbers[0], command.cause)
    if found is None:
        return []
    playbook = found.known.playbook
    sums: dict[str, EllipsisType] = {"amount": ...} if playbook.content.may and playbook.content.may.limit else {}
    decide = command_line(suggest("decide", numbers[0], playbook=playbook.number, **sums, said=...))
    return [f"{may_decide_words(found)} To decide it: careconsole undo, then {decide}"]


def event_entries(outcome: Outcome, desk: Desk) -> Iterator[list[EventEntry]]:
    """The events of a command, for JSON, some at a time, as there may be very many."""
    from careconsole.present.json_views import event_entry

    roster = desk.roster()
    tell = Narrator(roster)
    for start in range(0, len(outcome.events), _AT_ONCE):
        some = outcome.events[start : start + _AT_ONCE]
        yield [event_entry(number, event, tell.knowing(outcome.named.get(number)), roster) for number, event in some]


def _done(outcome: Outcome, notices: Sequence[str]) -> DoneEntry:
    """Returns what a command did, for JSON, without its events."""
    from careconsole.present.json_types.errors import refused_entries
    from careconsole.present.json_types.work import DoneEntry

    return DoneEntry(
        command=outcome.command,
        cases=list(outcome.cases),
        opened=outcome.opened,
        events=[],
        refused=refused_entries(outcome.refused),
        idle=list(outcome.idle),
        notices=[*outcome.notices, *notices],
    )


def tell(outcome: Outcome, desk: Desk) -> None:
    """Prints what happened in the words of the history."""
    from careconsole.present.command_lines import command_line

    now = desk.now()
    narrator = Narrator(desk.roster(), lambda ms: local(ms, now))
    settled = {number for number, event in outcome.events if isinstance(event.fact, Resolved)}
    for number, event in outcome.events:
        say(display_text(f"Case {number}: {event.sentence(narrator.knowing(outcome.named.get(number)))}", 400))
        if isinstance(event.fact, MessageLogged) and (since := outcome.waited.get(number)) is not None:
            say(f"  It ends the customer's wait for an answer, since {local(since, now)}.")
        if isinstance(event.fact, MessageLogged) and _waits_or_might(event.fact) and number not in settled:
            cure = command_line(suggest("reclassify", number, message=event.number, sort=...))
            say(f"  Recorded as {event.fact.sort}; to correct that: {cure}")
        if isinstance(event.fact, Resolved) and event.fact.asks:
            shown = command_line(suggest("receipt", number))
            say(f"  The customer's receipt asks whether we did what we promised. To send it: {shown}")


def _waits_or_might(message: MessageLogged) -> bool:
    """Whether an answer is due to it, or would be if it were of another sort; a call or a visit has had its answer."""
    return message.inbound and message.channel not in SELF_ANSWERING


def _value(verb: Verb, field: Field, value: Any, desk: Desk) -> Any:
    if (verb.id, field.name) in _OTHER_CASES:
        return one_case(value, desk)
    match field.kind:
        case "person":
            if value.strip().lower() not in ("duty", "nobody"):
                return desk.find(value)
            if field.required and (verb.id, field.name) not in _TO_DUTY:
                raise WrongUse(f"{verb.title}: --{field.flag} needs somebody's name.", f"For example: {verb.example}")
            return None
        case "text":
            return text_or_input(value, f"--{field.flag}")
        case "time":
            return moment(value, desk.now(), field.hour)
        case "yesno":
            return value == "yes"
        case "customer":
            from careconsole.desk.team.customers import find

            return find(desk, value).number
        case _:
            return value
