"""Audits of Zendesk as lines: each is one update of a ticket, with its changes and its comment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from careconsole.domain.imported_record import ImportedEntry, RejectedRecord
from careconsole.intake.files.json_records import Record
from careconsole.intake.files.read_report import InvalidRecord
from careconsole.intake.formats.rejects import reject_of
from careconsole.intake.formats.zendesk.ticket import comment_line, rating_line
from careconsole.intake.formats.zendesk.vocabulary import WAITS_ON, Conversation, Vocabulary
from careconsole.intake.registry import line_key
from careconsole.intake.values.fields import (
    Document,
    ident,
    ident_of,
    joined,
    moment,
    needed_ident,
    objects,
    several,
    text,
    text_of,
)
from careconsole.intake.values.id_table import digest

COMMENTS = ("Comment", "VoiceComment")
"""The types of events that are comments."""

_CHANGES = ("Create", "Change")
_NAMED = {"organization_id": "organization", "group_id": "group", "brand_id": "brand", "ticket_form_id": "form"}
_PLAIN = {"type": "type", "problem_id": "problem", "external_id": "external id", "due_at": "due"}


def audit_lines(
    audit: Document, record: Record, wording: Vocabulary, about: Conversation | None = None
) -> Iterator[ImportedEntry | RejectedRecord]:
    """What was said and what changed in one update; `about` is given for an audit inside a ticket, the `record`.

    The comment comes first: an agent who solves a ticket answers in the same update. Events of other types
    (notifications, triggers, errors) say nothing about the case. Raises InvalidRecord before the first line when the
    audit is invalid.
    """
    number, inside = record.number, about is not None
    external = about.external if about else needed_ident(audit, "ticket_id", "it belongs to no ticket")
    id = needed_ident(audit, "id", "the audit cannot be told from others")
    at = moment(audit, "created_at", wording.read_time)
    events = objects(audit, "events")
    changed = _changes(events, external, at, line_key("audit", id), number, wording)
    requester = _created(events, "requester_id")
    if requester and wording.keeps:
        wording.requesters.setdefault(external, digest(requester))
    if about is None:
        if any(event.get("type") == "Create" for event in events):
            wording.counts.begun(external)
        for _ in range(comments_in(audit)):
            wording.counts.message(external, where="audits")
        about = Conversation(external, wording.requesters.get(external) or (digest(requester) if requester else 0))
    for event in events:
        kind = event.get("type")
        try:
            if kind in COMMENTS:
                comment = {"author_id": audit.get("author_id"), **event}
                if wording.blind:
                    comment["public"] = False
                yield comment_line(comment, about, at, number, wording)
            elif kind == "SatisfactionRating":
                rated = rating_line(external, at, number, text(event, "score"), text(event, "body"), ended=True)
                if rated:
                    yield rated
        except InvalidRecord as error:
            where = f"audits.events.{error.field}" if inside else f"events.{error.field}"
            yield reject_of(record, InvalidRecord(where, error.reason))
    if changed:
        yield changed


def comments_in(audit: Document) -> int:
    """How many comments an audit holds, whether they can be read or not."""
    events = audit.get("events")
    held = events if isinstance(events, list) else []
    return sum(isinstance(event, dict) and event.get("type") in COMMENTS for event in held)


def _created(events: list[Document], field: str) -> str:
    """The id that a ticket was created with in `field`; empty when these events did not create it."""
    for event in events:
        if event.get("type") == "Create" and event.get("field_name") == field:
            return ident(event, "value")
    return ""


def _changes(
    events: list[Document], external: str, at: int, key: bytes, number: int, wording: Vocabulary
) -> ImportedEntry | None:
    """All that one update changed, as one line; None when it changed nothing that is carried over."""
    said: dict[str, Any] = {}
    fields: dict[str, str] = {}
    names = wording.names
    for event in events:
        if event.get("type") not in _CHANGES:
            continue
        field, value = text(event, "field_name"), event.get("value")
        if field == "status":
            word = text_of(value, field)
            said["deleted"] = word == "deleted"
            said["status"], said["label"] = (None, word) if word == "deleted" else (wording.status(word), word)
            said["waits_on"] = WAITS_ON.get(word, "")
        elif field == "custom_status_id":
            if named := names.things.get("status", {}).get(ident_of(value, field)):
                said["own label"] = named
        elif field == "assignee_id":
            id = ident_of(value, field)
            said["owner"], said["nobody"] = wording.owner(id)
            said["owner_id"] = names.identity(id)
        elif field == "priority":
            said["priority"] = wording.priority(text_of(value, field))
        elif field == "tags":
            words = value.split() if isinstance(value, str) else value
            said["tags"] = several(words, field)
        elif field == "subject":
            said["subject"] = text_of(value, field)
        elif field == "requester_id":
            id = ident_of(value, field)
            said["customer"], said["customer_id"] = (names.person(id), names.identity(id)) if id else (None, None)
        elif field in _NAMED:
            id = ident_of(value, field)
            fields[_NAMED[field]] = names.name(_NAMED[field], id) if id else ""
        elif field in _PLAIN:
            fields[_PLAIN[field]] = text_of(value, field)
        elif field.isdecimal():
            fields[names.name("field", field)] = joined(value, field)
    if any(event.get("type") == "Create" for event in events):  # a new ticket has no fields to clear
        fields = {name: value for name, value in fields.items() if value}
    if "own label" in said:
        said["label"] = said.pop("own label")
    if not said and not fields:
        return None
    return ImportedEntry(external, at, key, number, fields=fields or None, **said)
