"""What a case taught, as the beginning of a playbook: somebody checks it, completes it and saves it."""

from __future__ import annotations

from careconsole.desk.queries import case_queries
from careconsole.desk.queries.case_queries import View
from careconsole.desk.session import Desk
from careconsole.domain.case.causes import causes_of, open_cause
from careconsole.domain.case.effective_history import undone_commands
from careconsole.domain.case.escalation import Deescalated
from careconsole.domain.case.playbook_use import DecidedByPlaybook
from careconsole.domain.playbook.content import Content


def from_case(desk: Desk, number: int) -> Content:
    """A playbook as far as a case can say it, not checked.

    Its title and cause are the case's latest cause, its signs the subject, its step what was decided, and its words the
    last message to the customer, with the customer's name as a variable. Raises WrongUse if there is no such case.
    """
    view = case_queries.show(desk, number, follow=False)
    case = view.case
    causes = [cause for cause in (open_cause(case), *reversed(causes_of(case))) if cause][:1]
    decided = _decided(view) or case.resolution
    return Content(
        title=(causes[0][:1].upper() + causes[0][1:]) if causes else case.subject,
        causes=tuple(causes),
        tags=case.tags,
        signs=case.subject,
        steps=(decided,) if decided else (),
        say=_said(view),
    )


def _decided(view: View) -> str:
    gone = undone_commands(view.history)
    decisions = [
        fact.decided if isinstance(fact, Deescalated) else fact.said
        for event in view.history
        if event.command not in gone and isinstance(fact := event.fact, Deescalated | DecidedByPlaybook)
    ]
    return decisions[-1] if decisions else ""


def _said(view: View) -> str:
    gone = undone_commands(view.history)
    contacts = [event.fact.contact for event in view.history if event.command not in gone]
    texts = [contact.text for contact in contacts if contact is not None and not contact.inbound]
    name = view.customer.name if view.customer is not None else ""
    said = texts[-1] if texts else ""
    return said.replace(name, "{customer}") if name else said
