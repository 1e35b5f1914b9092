"""The forms that change a playbook: revise its text, confirm what it lets others decide, retire it."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from careconsole.commands.form import Verb, text, time
from careconsole.desk import Desk
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.playbooks import reading, writing
from careconsole.desk.playbooks.writing import Saved
from careconsole.domain.case.command import Command
from careconsole.domain.playbook.content import Authority, Content, NoCurrency
from careconsole.domain.time.moments import iso
from careconsole.tui.forms.playbook_form import WRITE_PLAYBOOK, WritePlaybook
from careconsole.tui.forms.question import Mistake

_GROUP = WRITE_PLAYBOOK.group


class RevisePlaybook(WritePlaybook, frozen=True, kw_only=True):
    """A playbook's text as it is in the form, and why it changes."""

    why: str = ""


class ConfirmPlaybook(Command, frozen=True, kw_only=True):
    """A lead confirms what a playbook lets others decide."""

    until: int | None = None


class RetirePlaybook(Command, frozen=True, kw_only=True):
    """A playbook is no longer offered."""

    reason: str


REVISE_PLAYBOOK = replace(
    WRITE_PLAYBOOK,
    id="revise-playbook",
    rule=f"{__name__}:RevisePlaybook",
    title="Revise a playbook",
    help="Change what a playbook says.",
    example='careconsole playbook revise 3 --limit 60 --why "most are below sixty"',
    fields=(*WRITE_PLAYBOOK.fields, text("why", "Why it changes; it stands in its history.")),
)
CONFIRM_PLAYBOOK = Verb(
    id="confirm-playbook",
    rule=f"{__name__}:ConfirmPlaybook",
    key="",
    title="Confirm what it lets others decide",
    group=_GROUP,
    help="Let others decide by it. Only a lead can do this.",
    example="careconsole playbook confirm 3",
    fields=(time("until", "Until when; left out, for half a year."),),
)
RETIRE_PLAYBOOK = Verb(
    id="retire-playbook",
    rule=f"{__name__}:RetirePlaybook",
    key="",
    title="Retire a playbook",
    group=_GROUP,
    help="It is no longer offered.",
    example='careconsole playbook retire 3 --reason "the shop refunds such orders itself now"',
    fields=(text("reason", "Why it no longer helps.", True),),
)
CHANGES: dict[str, Verb] = {verb.id: verb for verb in (REVISE_PLAYBOOK, CONFIRM_PLAYBOOK, RETIRE_PLAYBOOK)}
"""The commands on a playbook that have a form, by id."""


def answers_of(desk: Desk, playbook: int, verb: Verb) -> dict[str, str]:
    """The answers that the form of a change begins with: of a revision, what the playbook says now."""
    return _answers(reading.get(desk, playbook).playbook.content) if verb is REVISE_PLAYBOOK else {}


def change(desk: Desk, command: Command, playbook: int) -> Outcome:
    """Changes the playbook as the form says; what was left as it is stays exactly so. Raises what the desk
    raises, and Mistake for a limit without a currency.
    """
    try:
        saved = _changed(desk, command, playbook)
    except NoCurrency as error:
        raise Mistake("currency", error.message, error.hint) from error
    return Outcome(command=saved.command, cases=(), notices=saved.notices, playbooks=(playbook,))


def _changed(desk: Desk, command: Command, playbook: int) -> Saved:
    if isinstance(command, ConfirmPlaybook):
        return writing.confirm(desk, playbook, command.until)
    if isinstance(command, RetirePlaybook):
        return writing.retire(desk, playbook, command.reason)
    assert isinstance(command, RevisePlaybook)
    before = reading.get(desk, playbook).playbook.content
    now, old = command.content(), _answers(before)
    said = _answers(now)
    changes: dict[str, Any] = {
        field: getattr(now, field) for field, answer in _FIELDS.items() if said[answer] != old[answer]
    }
    if any(said[part] != old[part] for part in _AUTHORITY):
        changes["may"] = now.may
    if now.may is not None and "may" in changes and said["until"] == old["until"]:
        changes["may"] = replace(now.may, until=before.may.until if before.may is not None else None)
    return writing.revise(desk, playbook, changes, why=command.why)


_FIELDS = {
    "title": "title",
    "causes": "cause",
    "tags": "tags",
    "signs": "signs",
    "steps": "steps",
    "say": "say",
    "escalate_when": "escalate_when",
}
"""The parts of a playbook by the answer that gives them."""
_AUTHORITY = ("may", "limit", "currency", "until")


def _answers(content: Content) -> dict[str, str]:
    may = content.may or Authority(text="")
    return {
        "title": content.title,
        "cause": ", ".join(content.causes),
        "tags": " ".join(content.tags),
        "signs": content.signs,
        "steps": "\n".join(content.steps),
        "may": may.text,
        "limit": may.limit,
        "currency": may.currency,
        "until": iso(may.until) if may.until is not None else "",
        "say": content.say,
        "escalate_when": content.escalate_when,
    }
