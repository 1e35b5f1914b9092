"""Whether mails can be sent from here: by a box that has a server for it, and from the file in which they were written.

A backup, a copied file and a restored database have the same mails waiting as their original, which may have sent them
since.
"""

from __future__ import annotations

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.mail.boxes import Box
from careconsole.store.outgoing import SENT_FROM


def sending_boxes(unit: UnitOfWork) -> list[Box]:
    """The boxes from which mail can be sent."""
    return [one for one in unit.store.boxes.all() if one.settings.smtp is not None]


def why_no_mail(unit: UnitOfWork) -> Refused | None:
    """Why nobody can write mail yet; None if they can."""
    if sending_boxes(unit):
        return None
    return Refused("No mail box can send yet.", "A lead adds one: {}.", suggest("box add", help=True))


def must_be_original(unit: UnitOfWork) -> None:
    """Raises Refused while mails wait here that were written in another file, and nobody decided about them yet."""
    if unit.is_copy:
        raise Refused(
            "This database was copied, moved or restored while mails were waiting in it.",
            "Mark those as uncertain first, then write: {}.",
            suggest("mail send"),
        )


def send_from_here(unit: UnitOfWork) -> None:
    """Has the mails that wait, and those to come, sent from this file. Part of a write."""
    here = unit.store.engine.file_id()
    if unit.team.setting(SENT_FROM) != here:
        unit.store.people.set(SENT_FROM, here)
