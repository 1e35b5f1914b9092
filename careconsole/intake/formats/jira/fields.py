"""The further fields of a Jira issue: its type, its links, and custom fields."""

from __future__ import annotations

from typing import Any

import msgspec

from careconsole.intake.formats.jira.adf import plain_text
from careconsole.intake.formats.jira.vocabulary import Vocabulary
from careconsole.intake.values.fields import Document, inner, joined, objects, text, text_of

_NAMED = (
    ("issuetype", "issue type"),
    ("resolution", "resolution"),
    ("components", "components"),
    ("fixVersions", "fix versions"),
    ("versions", "affected versions"),
    ("security", "security level"),
)
_PLAIN = (("duedate", "due"), ("environment", "environment"))
_CUSTOM = "customfield_"
_PARTICIPANTS = "Request participants"
_INTERNAL = frozenset({"Rank", "Development", "Sprint", "[CHART] Date of First Response", "[CHART] Time in Status"})
"""Fields that Jira keeps for its boards and charts."""


class OwnFields(msgspec.Struct):
    """What was found: `fields` by name, `raw` by id (so that a name that becomes known later is not a change).

    `unnamed` are custom fields whose name is unknown; `participants` are the ids of further customers.
    """

    fields: dict[str, str] = msgspec.field(default_factory=dict)
    raw: list[tuple[str, str]] = msgspec.field(default_factory=list)
    is_service_desk: bool = False
    participants: set[str] = msgspec.field(default_factory=set)
    unnamed: list[str] = msgspec.field(default_factory=list)

    def add(self, id: str, name: str, value: str) -> None:
        """Adds a value, unless it is empty; only to `raw` without a name."""
        if value:
            self.raw.append((id, value))
            if name:
                self.fields[name] = value


def own_fields(issue: Document, fields: Document, wording: Vocabulary) -> OwnFields:
    """The further fields of an issue. Raises InvalidRecord."""
    found, names = OwnFields(), wording.names
    found.is_service_desk = inner(fields.get("project"), "projectTypeKey") == "service_desk"
    found.add("id", "jira id", text(issue, "id"))
    found.add("project", "project", joined(fields.get("project"), "project"))
    for field, ours in _NAMED:
        found.add(field, ours, joined(fields.get(field), field))
    for field, ours in _PLAIN:
        found.add(field, ours, plain_text(fields.get(field), field))
    found.add("parent", "parent", text_of(inner(fields.get("parent"), "key"), "parent"))
    found.add("issuelinks", "links", _links(fields))
    creator, reporter = fields.get("creator"), fields.get("reporter")
    id = wording.add_user(creator) if inner(creator, "accountType") != "app" else ""
    if id and id != wording.add_user(reporter):
        found.raw.append(("creator", id))
        found.fields["submitted by"] = names.person(id)
    titles = issue.get("names")
    breached = []
    for field, value in fields.items():
        if not field.startswith(_CUSTOM) or value in (None, "", [], {}):
            continue
        name = text_of(inner(titles, field), "names") or names.things.get("field", {}).get(field, "")
        if isinstance(value, dict) and isinstance(value.get("completedCycles"), list):
            if _is_breached(value):
                breached.append(text(value, "name") or name or field)
        elif isinstance(value, dict) and isinstance(value.get("requestType"), dict):
            found.is_service_desk = True
            found.add(field, "request type", text(value["requestType"], "name"))
        elif name == _PARTICIPANTS and isinstance(value, list):
            found.participants = {wording.add_user(one) for one in value}
        elif name not in _INTERNAL:
            said = _said(value, field)
            if said and not name:
                found.unnamed.append(field)
            found.add(field, name, said)
    found.add("breached", "breached", ", ".join(sorted(breached)))
    return found


def _said(value: Any, field: str) -> str:
    """The value of a field as text; a document becomes plain text."""
    if isinstance(value, dict) and value.get("type") == "doc":
        return plain_text(value, field)
    return joined(value, field)


def _is_breached(agreement: Document) -> bool:
    """Whether a deadline passed, in a finished cycle or in the ongoing one."""
    cycles = [*agreement["completedCycles"], agreement.get("ongoingCycle")]
    return any(inner(cycle, "breached") is True for cycle in cycles)


def _links(fields: Document) -> str:
    """The links to other issues, such as "blocks HELP-3, duplicates HELP-4"; empty if there are none."""
    said = []
    for link in objects(fields, "issuelinks"):
        for side in ("outward", "inward"):
            if other := text_of(inner(link, f"{side}Issue", "key"), "issuelinks"):
                said.append(f"{text_of(inner(link, 'type', side), 'issuelinks')} {other}".strip())
    return ", ".join(said)
