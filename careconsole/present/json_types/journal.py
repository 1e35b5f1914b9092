"""The journal as JSON."""

from __future__ import annotations

from typing import Any

from careconsole.present.json_types.base import Entry, Moment


class ChangeEntry(Entry, frozen=True, kw_only=True):
    """One changed value. `before` is also null if an earlier version of careconsole did not record it."""

    what: str
    before: Any
    after: Any


class JournalLineEntry(Entry, frozen=True, kw_only=True):
    """A change of the team, a customer or a setting.

    `actor` is null if it was not known who it was; `own_login` says whether the login is the actor's own, null if that
    is unknown. `sentence` is for people, and its wording may change; `kind`, `about` and `changes` are for programs.
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
