"""Reads the journal: who changed the team, customers and settings, from what to what.

An entry is written by the transaction that makes the change: `UnitOfWork.record_change`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from careconsole.desk.origins import Logins
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.roster import Roster
from careconsole.store.team.journal import JournalEntry

__all__ = ["KINDS", "JournalEntry", "JournalPage", "Seen", "read"]

KINDS = (
    *("team founded", "person added", "person changed", "away", "back", "duty", "rota"),
    *("service levels", "escalation paths", "customer changed", "customers merged", "people merged"),
    *("change undone", "change redone"),
    *("notices address", "notices forgotten", "notices mail", "notices digest", "notices subject"),
    "digest story",
    *("cause merged", "cause renamed", "words", "backup restored", "mail taken", "mail dropped"),
    *("box added", "box changed", "box removed"),
    *("mail sender", "mail server", "mail reopening", "mail settled"),
    *("files limited", "files removed"),
    *("receipts set", "receipts folder", "receipt published", "receipt revoked"),
)
"""The kinds of entries."""


class Seen(msgspec.Struct, frozen=True):
    """An entry, and whether its login was the person's own (None: that cannot be told)."""

    entry: JournalEntry
    own_login: bool | None


class JournalPage(msgspec.Struct, frozen=True):
    """Entries of the journal, the newest first, and the roster."""

    entries: list[Seen]
    roster: Roster


def read(
    desk: Desk,
    *,
    since: int = 0,
    until: int | None = None,
    kinds: Sequence[str] = (),
    person: int | None = None,
    most: int = 100,
) -> JournalPage:
    """The latest entries: of a time span, of some kinds, by or about a person. Raises WrongUse for an unknown kind."""

    def work(unit: UnitOfWork) -> JournalPage:
        if unknown := sorted(set(kinds) - {*KINDS, *unit.store.journal.kinds()}):
            raise WrongUse(f"There is no kind of entry {unknown[0]!r}.", f"Choose from: {', '.join(KINDS)}.")
        roster = unit.roster
        whom = None if person is None else (person, roster.name(person))
        entries = unit.store.journal.entries(since=since, until=until, kinds=kinds, person=whom, most=most)
        logins = Logins(desk, roster)
        return JournalPage(
            [Seen(entry, logins.is_own(entry.actor, entry.login, entry.at)) for entry in entries], roster
        )

    return desk.read(work)
