"""Whether a mail on a case that has ended goes on with it, or is another matter, for a case that follows it."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.domain.case.state import Case
from careconsole.domain.mail.finding import bare_subject, found_tags, numbers_in
from careconsole.domain.mail.received import ReceivedMail
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.moments import DAY

REOPENING_DAYS, MOST_DAYS = 14, 3650
"""For how many days after a resolution a mail reopens the case, unless the team says otherwise, and at most."""
_SHORTEST, _COMPARED = 20, 60
"""How many characters of a line of ours show that a mail quotes it: fewer may be in any mail; more may be cut off."""
_READ = 100_000
"""So many characters of a mail are searched for a quotation."""


def why_another_matter(case: Case, mail: ReceivedMail, ours: Iterable[str], at: int, days: int) -> str:
    """Why a message of `at` (epoch milliseconds) is for a new case, to begin a sentence with; "" if it reopens `case`.

    `ours` are the texts that we wrote to the customer on it; `days` is for how long mails reopen a case.
    """
    if case.is_open:
        return ""
    ended = "resolved" if case.was_resolved else "closed"
    since = case.changed_at if case.resolved_at is None else case.resolved_at
    if not days:
        return f"Case {case.number} is {ended}, and mails reopen no case here"
    if at - since > days * DAY:
        return f"Case {case.number} was {ended} more than {'a day' if days == 1 else f'{days} days'} before"
    if _has_another_subject(case, mail.subject) and not _quotes(mail.text, ours):
        return f"Case {case.number} is {ended}, and this mail has another subject and quotes no mail of ours"
    return ""


def has_subject_of(case: Case, subject: str) -> bool:
    """Whether a mail has the subject of a case, whatever "Re:" and tags are before it."""
    return _plain(subject) == _plain(case.subject)


def _has_another_subject(case: Case, subject: str) -> bool:
    named = {*(tag.case for tag in found_tags(subject)), *numbers_in(subject)}
    return case.number not in named and bool(_plain(subject)) and not has_subject_of(case, subject)


def _plain(subject: str) -> str:
    return fold(bare_subject(subject))


def _quotes(text: str, ours: Iterable[str]) -> bool:
    """Whether a mail has the beginning of a line of ours; marks of quotations and line ends do not matter."""
    said = _words(text[:_READ])
    lines = (_words(line) for one in ours for line in one.splitlines())
    return any(line[:_COMPARED] in said for line in lines if len(line) >= _SHORTEST)


def _words(text: str) -> str:
    return " ".join(word for line in text.splitlines() for word in line.lstrip("> \t").split())
