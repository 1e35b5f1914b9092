"""Reduces lines of imported history to what is new in them, and restores them in full.

A stored line holds only what differs from the state before it. That depends on earlier lines, so it also marks which
fields it repeated, and can be recomputed when earlier lines are inserted or removed. Messages are always new: the same
text sent twice is two messages.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.state import RESOLVED, Case

SAID = (
    "owner",
    "level",
    "status",
    "label",
    "customer",
    "subject",
    "description",
    "priority",
    "channel",
    "tags",
    "fields",
)
"""The fields that the bits of `Imported.again` mark, from the lowest. The bits are stored: only append names."""
_OWNER, _LEVEL, _STATUS, _LABEL, _CUSTOMER, _SUBJECT, _DESCRIPTION, _PRIORITY, _CHANNEL, _TAGS, _FIELDS = (
    1 << place for place in range(len(SAID))
)


def reduce_entry(case: Case | None, said: Imported) -> Imported:
    """What is new in `said`; `case` is the state before it, None for a case's first line."""
    if case is None:
        return replace(said, level=None, again=_LEVEL) if said.level == 0 else said
    again = 0
    told: dict[str, Any] = {"external": None}
    if said.owner is not None and said.owner == case.owner:
        told["owner"], again = None, _OWNER
    elif said.nobody and case.owner is None:
        told["nobody"], again = False, _OWNER
    if said.level is not None and said.level == case.level:
        told["level"], again = None, again | _LEVEL
    if said.status is not None and said.status == _status(case) and (not said.on or said.on == _waits_on(case)):
        is_dated_now = said.status == RESOLVED and case.resolved_at is None and not said.undated
        if not is_dated_now:
            told["status"], again = None, again | _STATUS
    if said.label and said.label == case.label:
        told["label"], again = "", again | _LABEL
    if said.customer is not None and said.customer == case.customer:
        told["customer"], again = None, again | _CUSTOMER
    if said.subject and said.subject == case.subject:
        told["subject"], again = "", again | _SUBJECT
    if said.description and said.description == case.description:
        told["description"], again = "", again | _DESCRIPTION
    if said.priority is not None and said.priority == case.priority:
        told["priority"], again = None, again | _PRIORITY
    if said.channel is not None and said.channel == case.channel and not said.way:
        told["channel"], again = None, again | _CHANNEL
    if said.tags and said.tags[: len(case.tags)] == case.tags:
        told["tags"], again = said.tags[len(case.tags) :], again | _TAGS
    if said.fields and said.fields.keys() >= case.fields.keys():
        known = case.fields
        told["fields"] = {name: value for name, value in said.fields.items() if known.get(name) != value} or None
        again |= _FIELDS
    return replace(said, again=again, **told)


def restore_line(case: Case | None, told: Imported) -> Imported:
    """A stored line in full; `case` is the state before it, None for a case's first line."""
    again = told.again
    if case is None:
        return replace(told, level=0, again=0) if again & _LEVEL else told
    said: dict[str, object] = {"again": 0, "external": told.external or (case.external[0] if case.external else None)}
    if again & _OWNER:
        said["owner"], said["nobody"] = case.owner, case.owner is None
    if again & _STATUS:
        said["status"] = _status(case)
    for bit, name in _PLAIN:
        if again & bit:
            said[name] = getattr(case, name)
    if again & _TAGS:
        said["tags"] = (*case.tags, *told.tags)
    if again & _FIELDS:
        said["fields"] = {**case.fields, **(told.fields or {})} or None
    return replace(told, **said)


_PLAIN = (
    (_LEVEL, "level"),
    (_LABEL, "label"),
    (_CUSTOMER, "customer"),
    (_SUBJECT, "subject"),
    (_DESCRIPTION, "description"),
    (_PRIORITY, "priority"),
    (_CHANNEL, "channel"),
)


def _waits_on(case: Case) -> str:
    return case.parked.on if case.parked is not None else ""


def _status(case: Case) -> str:
    """The status that a line would have to give to change nothing."""
    return "parked" if case.is_open and case.parked is not None else case.status
