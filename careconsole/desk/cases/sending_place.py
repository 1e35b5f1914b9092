"""Which database sends the mails that wait: the file in which they were written, and never a copy of it.

A backup, a copied file and a restored database have the same mails waiting as their original, which may have sent them
since.
"""

from __future__ import annotations

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.store.outgoing import SENT_FROM


def is_copy(unit: UnitOfWork) -> bool:
    """Whether mails wait here that were written in another file. Cheap."""
    waits = unit.store.outgoing.any_unsent() or unit.store.automatic_answers.any_unsent()
    return waits and unit.team.setting(SENT_FROM) != unit.store.engine.file_id()


def must_be_original(unit: UnitOfWork) -> None:
    """Raises Refused while mails wait here that were written in another file, and nobody decided about them yet."""
    if is_copy(unit):
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
