"""Sends a command from a form to the desk, and finds what others did while the form was open."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.console import drafts
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.shown_case import View
from careconsole.desk.team.customers import find
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.event import Event, named_in
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.errors import WrongUse
from careconsole.domain.time.moments import local
from careconsole.tui.forms.build_command import PreparedCommand
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.playbook_form import WritePlaybook, write
from careconsole.tui.forms.question import Mistake


def submission(
    material: FormData,
    order: PreparedCommand,
    seen: int | None = None,
    *,
    skip_refused: bool = False,
) -> Callable[[Desk], Outcome]:
    """Returns the work that runs an order on the cases that no rule refused beforehand, and drops its draft.

    Both happen in one transaction, so a draft that still exists was never sent. The work raises what the desk raises,
    and Mistake.
    """

    def do(desk: Desk) -> Outcome:
        def both(unit: UnitOfWork) -> Outcome:
            outcome = _do(desk, material, order, seen, skip_refused)
            drafts.drop(desk, material.draft_case, material.verb.id)
            return outcome

        return desk.write(both)

    return do


def _do(desk: Desk, material: FormData, order: PreparedCommand, seen: int | None, skip_refused: bool) -> Outcome:
    command = order.command
    if isinstance(command, OpenCase):
        return execution.open_case(desk, command, order.customer)
    if material.playbook is not None:
        from careconsole.tui.forms.playbook_changes import change

        return change(desk, command, material.playbook)
    if isinstance(command, WritePlaybook):
        return write(desk, command, material.numbers[0] if material.numbers else None)
    if isinstance(command, FollowUp):
        return execution.follow_up(desk, material.numbers[0], command)
    if isinstance(command, Edit) and order.customer is not None:
        try:
            command = replace(command, customer=find(desk, order.customer).number)
        except WrongUse as error:
            raise Mistake("customer", error.message, error.hint) from error
    known = {number for number, _ in material.refused}
    numbers = [number for number in material.numbers if number not in known]
    return execution.execute(desk, material.verb.id, command, numbers, seen=seen, skip_refused=skip_refused)


def read_case(number: int) -> Callable[[Desk], View]:
    """Returns the work that reads a case again."""
    return lambda desk: shown_case.show(desk, number, follow=False)


def landed(view: View, seen: int, me: int) -> str:
    """The last thing others told the customer since version `seen`, as a sentence; "" when there is none."""
    theirs = [
        event
        for event in view.history
        if event.number > seen and event.actor != me and (told := event.fact.contact) and not told.inbound
    ]
    return _told(view, theirs)


def known_version(view: View, seen: int, me: int) -> int:
    """The version of the case that somebody knows who saw `seen`: what they did themselves right after, they know."""
    for event in view.history:
        if event.number > seen:
            if event.actor != me:
                return seen
            seen = event.number
    return view.case.version


def what_happened_since(view: View, seen: int, *, notes: bool = True) -> str:
    """The last event since version `seen`, as a sentence; "" if there is none. Without `notes`, only changes count."""
    later = [event for event in view.history if event.number > seen and (notes or not event.fact.changes_nothing)]
    return _told(view, later)


def _told(view: View, events: list[Event]) -> str:
    tell = Narrator(view.roster, lambda ms: local(ms, view.now), named_in(view.history))
    return events[-1].sentence(tell) if events else ""
