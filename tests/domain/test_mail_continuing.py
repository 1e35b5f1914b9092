"""Whether a mail goes on with a case that has ended."""

from __future__ import annotations

import pytest

from careconsole.domain.case.state import CLOSED, RESOLVED, Case
from careconsole.domain.mail.continuing import why_another_matter
from careconsole.domain.mail.received import ReceivedMail
from careconsole.domain.time.moments import DAY

OURS = ("Dear Anna,\nyour new kettle leaves us on Monday, and should be with you on Wednesday at the latest.",)


def why(subject: str = "Re: Kettle", text: str = "It leaks.", *, days: float = 1, limit: int = 14, **of: object) -> str:
    case = Case(
        **{"number": 12, "version": 9, "opened_at": 0, "changed_at": 0, "subject": "Kettle", "status": RESOLVED}
        | {"resolved_at": 0}
        | of  # type: ignore[arg-type]
    )
    return why_another_matter(case, ReceivedMail(subject=subject, text=text), OURS, int(days * DAY), limit)


def test_time_decides_first() -> None:
    assert why(days=14) == ""
    assert why(days=14.1) == "Case 12 was resolved more than 14 days before"
    assert why(days=1.1, limit=1) == "Case 12 was resolved more than a day before"
    assert why(limit=0) == "Case 12 is resolved, and mails reopen no case here"
    assert why(days=99, status="open", resolved_at=None) == ""
    assert why(days=99, status=CLOSED, resolved_at=None) == "Case 12 was closed more than 14 days before"
    assert why(days=-3) == ""  # the mail was under way while the case was resolved


@pytest.mark.parametrize("subject", ["Re: AW: kettle", "", "Re:", "Kettle [12-ABCD]", "Order 7 [#12]"])
def test_the_subject_of_the_case_none_or_its_number_is_no_other_matter(subject: str) -> None:
    assert why(subject) == ""


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("My order is late.", False),
        ("x\n> your new kettle leaves us on Monday, and should be\n> with you on Wednesday at the latest.", True),
        ("x\n> > your new kettle leaves us on Monday,\n> > and should be with you on Wednesday", True),
        ("x\n-----Original Message-----\nyour new kettle leaves us on Monday, and should be with you on", True),
        ("Dear Anna, this is how you always begin.", False),
        ("> something that somebody else wrote in another mail", False),
    ],
)
def test_another_subject_is_another_matter_unless_the_mail_quotes_us(text: str, quotes: bool) -> None:
    assert (why("Order 7", text) == "") is quotes
