"""The journal as JSON."""

from __future__ import annotations

from typing import Any

from careconsole.present.json_types.base import Entry, Moment


class ChangeEntry(Entry, frozen=True, kw_only=True):
    """One thing that changed. `before` is null, too, where an earlier version did not write it down."""

    what: str
    before: Any
    after: Any


class JournalLineEntry(Entry, frozen=True, kw_only=True):
    """A change of the team, a customer or a setting.

    `actor` is null where nobody had said who they were; `own_login` says whether the login is the actor's own, null
    where nobody can tell. `sentence` is for people and may be worded otherwise one day; `kind`, `about` and `changes`
    are for programs.
    """

    number: int
    at: Moment
    actor: str | None
    workstation: str
    login: str
    own_login: bool | None
    kind: str
    about: str
    sentence: str
    changes: list[ChangeEntry]
