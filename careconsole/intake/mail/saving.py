"""Saves the files of mails, which are kept within the mails as they came and nowhere a second time."""

from __future__ import annotations

import io

from careconsole.desk import Desk
from careconsole.desk.cases import files as desk_files
from careconsole.desk.mail import deciding
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.hints import suggest
from careconsole.intake.mail.parsing import file_contents
from careconsole.intake.mail.parts import LARGEST


def save_file(desk: Desk, case: int, label: str | None, folder: str, *, force: bool = False) -> str:
    """Saves a file of a case in a folder; returns its path.

    `label` is that of `desk.cases.files.CaseFile`; None: the only file. Raises as `desk.cases.files.save` does.
    """
    file = desk_files.find_listed(desk, case, label)
    if file.mail is None:
        return desk_files.save(desk, case, file.number, folder, force=force)
    return save_part(desk, file.mail, file.place, folder, force=force)


def save_part(desk: Desk, number: int, place: int | None, folder: str, *, force: bool = False) -> str:
    """Saves the file at `place` (from 1; None: the only one) of a mail in a folder; returns its path.

    Raises WrongUse if the mail has no such file, and CareError if the mail as it came is gone or was changed.
    """
    mail = deciding.find(desk, number)
    files = mail.content.files
    if not files:
        raise WrongUse(f"Mail {number} has no files.", "See {}.", suggest("mail show", number))
    if place is None and len(files) > 1:
        raise WrongUse(f"Mail {number} has {len(files)} files.", "Say which, from 1 to {}.", str(len(files)))
    at = 1 if place is None else place
    if not 1 <= at <= len(files):
        raise WrongUse(f"Mail {number} has no file {at}.", "See {}.", suggest("mail show", number))
    contents = file_contents(deciding.raw(desk, mail)[: LARGEST + 1])
    listed = files[at - 1]
    if len(contents) != len(files) or len(contents[at - 1]) != listed.size:
        raise CareError(
            f"{listed.name} is not found in mail {number}.",
            "Get the mail as it came ({}), and open that in a mail program.",
            suggest("mail show", number, raw=True),
        )
    return desk_files.save_content(lambda: io.BytesIO(contents[at - 1]), listed.name, folder, force=force)
