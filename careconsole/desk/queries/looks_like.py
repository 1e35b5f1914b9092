"""Query: the case that another one may be about, by its mail, or by the same subject from the same customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from careconsole.desk.session import merged_on
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.state import MERGED, OPEN, VOID, Case
from careconsole.domain.terminal_text import fold


class LooksLike(msgspec.Struct, frozen=True, kw_only=True):
    """A case that another one may be about; its subject is as somebody wrote it."""

    number: int
    status: str
    subject: str

    @property
    def is_open(self) -> bool:
        """Whether it is open, so that an open case can be merged into it; otherwise only it can be merged into that."""
        return self.status == OPEN


def looks_like(
    unit: UnitOfWork, case: Case, others: Sequence[Sequence[Any]], *, mails: bool = True
) -> LooksLike | None:
    """The case that `case` may be about, or None; `others` are its customer's cases: number, status, subject, and more.

    Without `mails` none came for the case, and what knows mails is not loaded.

    A case that follows another, or is followed by it, is known to be a case of its own.
    """
    found = (_by_mail(unit, case) if mails else None) or _by_subject(case, others)
    return None if found is None or found.number in (case.follows, *case.followed_by) else found


def _by_mail(unit: UnitOfWork, case: Case) -> LooksLike | None:
    number = unit.store.mails.likeness_of(case.number)
    other = unit.store.cases.get(number) if number is not None else None
    if other is None:
        return None
    *_, other = other, *merged_on(unit.store, other)
    if other.number == case.number or other.status in (MERGED, VOID):
        return None
    return LooksLike(number=other.number, status=other.status, subject=other.subject)


def _by_subject(case: Case, others: Sequence[Sequence[Any]]) -> LooksLike | None:
    """The customer's open case with the same subject that was opened first, if it was before this one."""
    wanted = _bare(case.subject)
    if not wanted:
        return None
    for number, status, subject, *_ in reversed(others):
        if number == case.number:
            return None
        if status == OPEN and _bare(subject) == wanted:
            return LooksLike(number=number, status=status, subject=subject)
    return None


def _bare(subject: str) -> str:
    """A subject to compare with others: folded, without "Re:" and tags of cases."""
    if ":" in subject or "[" in subject:  # others have neither, and reading mails is no part of a start
        from careconsole.domain.mail.finding import bare_subject

        subject = bare_subject(subject)
    return fold(subject)
