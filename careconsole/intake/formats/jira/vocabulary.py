"""What the statuses, priorities and people of Jira mean here."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from careconsole.domain.imported_record import ENDED, ExternalIdentity, Message
from careconsole.domain.terminal_text import fold
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.names_by_id import NamesById
from careconsole.intake.values.fields import Document, ident, inner, text, text_of
from careconsole.intake.values.times import Moments

# By rank, as in both of Jira's own schemes.
_PRIORITIES = {
    "urgent": ("highest", "blocker", "urgent"),
    "high": ("high", "critical"),
    "normal": ("medium", "major", "normal"),
    "low": ("low", "lowest", "minor", "trivial"),
}
PRIORITIES = {word: ours for ours, words in _PRIORITIES.items() for word in words}

_STATUSES = {
    "open": (
        "open",
        "to do",
        "todo",
        "new",
        "backlog",
        "selected for development",
        "reopened",
        "assigned",
        "in progress",
        "work in progress",
        "in review",
        "under review",
        "in development",
        "investigating",
        "under investigation",
        "awaiting implementation",
        "implementing",
        "waiting for support",
        "escalated",
    ),
    "parked": (
        "waiting for customer",
        "waiting for approval",
        "waiting for vendor",
        "waiting for third party",
        "waiting",
        "awaiting approval",
        "awaiting customer",
        "pending",
        "pending customer",
        "on hold",
        "blocked",
    ),
    "resolved": ("done", "resolved", "closed", "complete", "completed", "fixed"),
    "closed": ("canceled", "cancelled", "declined", "rejected", "withdrawn", "won't do", "won't fix", "duplicate"),
}
STATUSES = {word: ours for ours, words in _STATUSES.items() for word in words}
WAITS_ON = {
    "waiting for customer": "customer",
    "awaiting customer": "customer",
    "pending customer": "customer",
    "waiting for vendor": "third party",
    "waiting for third party": "third party",
}
"""Who a parked issue waits for, by its status; any other waits for us, which by default pauses no clock."""
UNRESOLVED = frozenset(
    (
        "won't do",
        "won't fix",
        "duplicate",
        "cannot reproduce",
        "can't reproduce",
        "incomplete",
        "invalid",
        "declined",
        "rejected",
        "canceled",
        "cancelled",
        "withdrawn",
        "abandoned",
        "not a bug",
    )
)
"""Resolutions that end an issue without resolving it."""


_MOST_RENAMED = 1_000


class Owner(NamedTuple):
    """Who owns the case: a name and its identity, or that nobody does; without either the record says nothing."""

    name: str | None = None
    nobody: bool = False
    identity: ExternalIdentity | None = None


class Vocabulary(msgspec.Struct):
    """What it takes to read an export of Jira.

    `systems` are names of systems, not people; `statuses` says what a status means, by its folded name, before all
    else; `categories` has for a status, by its folded name, whether it is "new",
    "indeterminate" or "done". On a server, `keys` and `logins` are the ids of people by their keys and login names,
    case folded; `namesakes` are the ids by folded name, empty for a name that several have. `renamed` are the logins
    that only the change log has, with those who own them now. `no_logs` and `cut_logs` count issues without a change
    log, and those with an incomplete one.
    """

    names: NamesById
    seen: ReadReport
    read_time: Moments
    systems: frozenset[str] = frozenset()
    statuses: dict[str, str] = msgspec.field(default_factory=dict)
    categories: dict[str, str] = msgspec.field(default_factory=dict)
    keys: dict[str, str] = msgspec.field(default_factory=dict)
    logins: dict[str, str] = msgspec.field(default_factory=dict)
    namesakes: dict[str, str] = msgspec.field(default_factory=dict)
    renamed: dict[str, str] = msgspec.field(default_factory=dict)
    cut_logs: int = 0
    no_logs: int = 0

    def status(self, name: str, category: str = "", resolution: str = "") -> str | None:
        """What a status means here: by its category if known, else by its name; None, and counted, if neither is.

        The category "done" means resolved, unless the name or the resolution says that nothing was resolved.
        """
        if not name:
            return None
        word = fold(name)
        if said := self.statuses.get(word):
            return said
        category = category or self.categories.get(word, "")
        ours = STATUSES.get(word)
        if category == "done" or (not category and ours in ENDED):
            return "closed" if ours == "closed" or fold(resolution) in UNRESOLVED else "resolved"
        if category or ours:
            return "parked" if ours == "parked" else "open"
        self.seen.count("status", name)
        return None

    def priority(self, name: str) -> str | None:
        """What a priority means here; None, and counted, if it is unknown."""
        ours = PRIORITIES.get(fold(name))
        if name and ours is None:
            self.seen.count("priority", name)
        return ours

    def named(self, id: str, name: str = "") -> tuple[str | None, ExternalIdentity | None]:
        """The name and identity of the person with this id; `name` is the one in the change log."""
        if not id and not name:
            return None, None
        id = self._id_of(id)
        called = self.names.people.get(id) or " ".join(name.split()) or self.names.person(id)
        return called, self.names.identity(id)

    def owner(self, id: str, name: str = "") -> Owner:
        """The owner with this id; nobody for an empty id, nothing for a system. `name` is the one in the change log."""
        called, identity = self._colleague(id, " ".join(name.split()))
        if called in self.systems:
            self.seen.by_systems += 1
            return Owner()
        return Owner(called, called is None, identity)

    def _colleague(self, id: str, name: str) -> tuple[str | None, ExternalIdentity | None]:
        """As `named`, but a login that only the change log of a server has may be an earlier one of a colleague.

        Change logs keep the login of their day, so a colleague whose login was changed would be two people, and the
        case would seem to be handed from one to the other. The only colleague of that name is taken; if there is none,
        the only person of that name. If several people have the name, the login stays a person of its own.
        """
        id = self._id_of(id)
        if not id or not name or id in self.names.people or not (self.keys or self.logins):
            return self.named(id, name)
        meant = self.namesakes.get(fold(name))
        if meant == "":
            return self.named(id, name)
        if len(self.renamed) < _MOST_RENAMED:
            self.renamed[id] = name
        return (name, None) if meant is None else self.named(meant)

    def _id_of(self, login: str) -> str:
        """The id of somebody by a key or login, however it is capitalised; an unknown one is an id itself."""
        folded = login.casefold()
        return self.keys.get(folded) or self.logins.get(folded) or login

    def add_user(self, user: object) -> str:
        """Adds a person that an issue names; the id, empty if there is none."""
        if not isinstance(user, dict):
            return ""
        id = user_id(user) if user.get("accountId") else self._on_server(user)
        known = id in self.names.people and (id in self.names.agents or user.get("accountType") != "customer")
        if id and not known:
            other = text(user, "emailAddress") or text(user, "name")
            agent = False if user.get("accountType") == "customer" else None
            self.names.add_person(id, text(user, "displayName"), other, agent)
            if name := fold(self.names.people.get(id, "")):
                self.namesakes[name] = id if self.namesakes.get(name, id) == id else ""
        return id

    def _on_server(self, user: Document) -> str:
        """The id of a person on a server, who has a key that stays and a login name; logins ignore case."""
        key, login = ident(user, "key"), ident(user, "name")
        if not key and not login:
            return user_id(user)
        if not key:
            return self.keys.setdefault(login.casefold(), self._id_of(login))
        id = self.keys.setdefault(key.casefold(), key)
        if login:  # older change logs have the login name in place of the key
            self.logins.setdefault(login.casefold(), id)
        return id

    def said(self, way: str, words: str, user: object) -> Message:
        """A message with the colleague who wrote it; without one for customers, apps, and systems."""
        id = self.add_user(user)
        if not id or way == "in" or inner(user, "accountType") in ("customer", "app"):
            return Message(way, words)
        name = self.names.person(id)
        return Message(way, words) if name in self.systems else Message(way, words, name, by_id=self.names.identity(id))

    def learn(self, status: object) -> None:
        """Remembers the category of a status."""
        name, category = text_of(inner(status, "name"), "status"), inner(status, "statusCategory", "key")
        if name and category in ("new", "indeterminate", "done"):
            self.categories.setdefault(fold(name), category)

    def notices(self) -> list[str]:
        """What the user should know about the gaps in the export."""
        told = self.names.notices()
        if self.no_logs:
            told.append(
                f"Issues without a change log: {self.no_logs}. How they came to be as they are is not known; export"
                " them with expand=changelog."
            )
        if self.cut_logs:
            told.append(
                f"Issues whose change log is not whole in the export: {self.cut_logs}. Their history begins later than"
                " they do."
            )
        if self.renamed:
            listed = ", ".join(f"{login} ({name})" for login, name in [*self.renamed.items()][:5])
            more = ", ..." if len(self.renamed) > 5 else ""
            told.append(
                f"Owners whose login only the change log has: {len(self.renamed)}, taken for the colleague of the same"
                f" name: {listed}{more}."
            )
        return told


def user_id(user: Document) -> str:
    """The id of a person: of the account, or on older servers the key or login name."""
    return ident(user, "accountId") or ident(user, "key") or ident(user, "name") or ident(user, "id")
