"""Which files a case has: those attached to it, and those of its mails."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from careconsole.domain.case.state import Case
from careconsole.store.mails import StoredMail


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a case: one that somebody attached, or the file at `place` (from 1) of mail number `mail`.

    `label` is what it is named by: the number of its entry in the history, "4", or "m7.2" for the second file of mail
    7. `digest` is the SHA-256 of an attached content; what came by mail is kept within the mail, and has none. `by`
    attached it; `sender` is the address that the mail says it is from.
    """

    label: str
    number: int
    name: str
    size: int
    type: str
    at: int
    by: int | None = None
    digest: str | None = None
    mail: int | None = None
    place: int = 0
    sender: str = ""


def files_of_case(case: Case, mails: Iterable[StoredMail]) -> tuple[CaseFile, ...]:
    """The files that were attached to a case, and those of `mails`; the earliest comes first."""
    files = [
        CaseFile(
            label=str(file.number),
            number=file.number,
            name=file.name,
            size=file.size,
            type=file.type,
            at=file.at,
            by=file.by,
            digest=file.digest,
        )
        for file in case.files
    ]
    for mail in mails:
        for place, part in enumerate(mail.content.files, start=1):
            files.append(
                CaseFile(
                    label=f"m{mail.number}.{place}",
                    number=mail.event or 0,
                    name=part.name,
                    size=part.size,
                    type=part.type,
                    at=mail.at,
                    mail=mail.number,
                    place=place,
                    sender=mail.content.sender.address if mail.content.sender is not None else "",
                )
            )
    return tuple(sorted(files, key=lambda file: file.at))
