"""Reduces lines of imported history to what is new in them, and restores them in full.

A stored line holds only what differs from the state before it. That depends on earlier lines, so it also marks which
fields it repeated, and can be recomputed when earlier lines are inserted or removed. Messages are always new: the same
text sent twice is two messages.
"""

from __future__ import annotations

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
    again = 0
    if case is None:
        return replace(said, level=None, again=_LEVEL) if said.level == 0 else said
    owner, nobody = said.owner, said.nobody
    if owner is not None and owner == case.owner:
        owner, again = None, _OWNER
    elif nobody and case.owner is None:
        nobody, again = False, _OWNER
    level, status, label = said.level, said.status, said.label
    if level is not None and level == case.level:
        level, again = None, again | _LEVEL
    is_dated_now = status == RESOLVED and case.resolved_at is None and not said.undated
    same = status == _status(case) and (not said.on or said.on == _waits_on(case))
    if status is not None and same and not is_dated_now:
        status, again = None, again | _STATUS
    if label and label == case.label:
        label, again = "", again | _LABEL
    customer, subject, description = said.customer, said.subject, said.description
    if customer is not None and customer == case.customer:
        customer, again = None, again | _CUSTOMER
    if subject and subject == case.subject:
        subject, again = "", again | _SUBJECT
    if description and description == case.description:
        description, again = "", again | _DESCRIPTION
    priority, channel = said.priority, said.channel
    if priority is not None and priority == case.priority:
        priority, again = None, again | _PRIORITY
    if channel is not None and channel == case.channel and not said.way:
        channel, again = None, again | _CHANNEL
    tags, fields = said.tags, said.fields
    if tags and tags[: len(case.tags)] == case.tags:
        tags, again = tags[len(case.tags) :], again | _TAGS
    if fields and fields.keys() >= case.fields.keys():
        fields = {name: value for name, value in fields.items() if case.fields.get(name) != value} or None
        again |= _FIELDS
    told = Imported(
        owner=owner,
        nobody=nobody,
        level=level,
        status=status,
        label=label,
        customer=customer,
        subject=subject,
        description=description,
        priority=priority,
        channel=channel,
        tags=tags,
        fields=fields,
        again=again,
        undated=said.undated,
        unopened=said.unopened,
    )
    if said.way or said.merged_into or said.on:
        return replace(
            told,
            on=said.on,
            said=said.said,
            way=said.way,
            sort=said.sort,
            by=said.by,
            merged_into=said.merged_into,
            into=said.into,
        )
    return told


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
