"""Where a mail goes whose case has ended: it reopens it, goes to the case that follows it, or opens one that does."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.desk.mail.known_cases import CasesInDatabase
from careconsole.desk.mail.settings import reopening_days
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.state import Case
from careconsole.domain.mail.continuing import has_subject_of, why_another_matter
from careconsole.domain.mail.finding import Found
from careconsole.domain.mail.received import ReceivedMail


def place(
    unit: UnitOfWork, cases: CasesInDatabase, case: Case, mail: ReceivedMail, at: int, found: Found
) -> tuple[Case | None, int | None, Found]:
    """Returns the case that a message about `case` goes to, or None and the number of the one that a new case follows.

    What was found comes back with the reason. Somebody who writes twice in an old thread opens one case and not two.
    """
    days, passed = reopening_days(unit.team), set[int]()
    while not case.is_open:
        said = (event.fact.contact for event in unit.store.cases.history(case.number))
        ours = [contact.text for contact in said if contact is not None and not contact.inbound]
        why = why_another_matter(case, mail, ours, at, days)
        if not why:
            return case, None, found
        passed.add(case.number)
        later = [cases.case(number) for number in reversed(case.followed_by)]
        going_on = [one for one in later if one is not None and one.number not in passed and _fits(cases, one, mail)]
        if not going_on:
            why = f"{found.why} {why}, so it opened a new case, which follows that one."
            return None, case.number, replace(found, why=why)
        found = replace(found, why=f"{found.why} {why}; case {going_on[0].number} follows that one.")
        case = going_on[0]
    return case, None, found


def _fits(cases: CasesInDatabase, case: Case, mail: ReceivedMail) -> bool:
    theirs = mail.sender is not None and cases.is_customer(case.customer, mail.sender.address)
    return theirs and has_subject_of(case, mail.subject)
