"""What a case taught, as the beginning of a playbook: somebody checks it, completes it and saves it."""

from __future__ import annotations

from careconsole.desk.playbooks import reading
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.shown_case import View
from careconsole.desk.session import Desk
from careconsole.domain.case.causes import Causes, causes_of, open_cause
from careconsole.domain.case.effective_history import undone_commands
from careconsole.domain.playbook.content import Content, without_name


def from_case(desk: Desk, number: int) -> Content:
    """A playbook as far as a case can say it, not checked.

    Its title and cause are the case's latest cause, its signs the subject, and its words the last message to the
    customer, with the customer's name as a variable. Its step is what was decided there last about that cause: the
    writer of the playbook says whether the same goes for other cases. Raises WrongUse if there is no such case.
    """
    view = shown_case.show(desk, number, follow=False)
    case = view.case
    causes = [cause for cause in (open_cause(case), *reversed(causes_of(case))) if cause][:1]
    return Content(
        title=(causes[0][:1].upper() + causes[0][1:]) if causes else case.subject,
        causes=tuple(causes),
        tags=case.tags,
        signs=case.subject,
        steps=_decided(view, causes[0] if causes else "", desk.read(lambda unit: unit.store.causes.all())),
        say=_said(view),
    )


def currency(desk: Desk) -> str:
    """The currency of the limits in the team's playbooks; empty if they have none, or several."""
    found = {known.playbook.content.may.currency for known in reading.listed(desk) if known.playbook.content.may}
    found.discard("")
    return found.pop() if len(found) == 1 else ""


def _decided(view: View, cause: str, named: Causes) -> tuple[str, ...]:
    """What was decided last about a cause, with the customer's name as a variable; empty if nothing was."""
    decided = [
        one.decided
        for one in view.case.occurrences
        if one.decided and (not one.cause or named.same(one.cause, cause))  # a call for help need not name one
    ]
    name = view.customer.name if view.customer is not None else ""
    return (" ".join(without_name(decided[-1], name).split()),) if decided else ()


def _said(view: View) -> str:
    gone = undone_commands(view.history)
    contacts = [event.fact.contact for event in view.history if event.command not in gone]
    texts = [contact.text for contact in contacts if contact is not None and not contact.inbound]
    name = view.customer.name if view.customer is not None else ""
    return without_name(texts[-1], name) if texts else ""
