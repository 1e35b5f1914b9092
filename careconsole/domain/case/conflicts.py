"""Where an import's source and we disagree about a case that both have worked on. Our state wins."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.state import Case


class Difference(msgspec.Struct, frozen=True):
    """One field, `what`, that differs: the value the source `said` and the one that `holds` here.

    Both are plain values: a number for an owner or a customer, None for nobody.
    """

    what: str
    said: str | int | None
    holds: str | int | None


def merge_statements(facts: Iterable[Imported]) -> Imported:
    """What several lines together say about the state; for each field, the last one wins."""
    last = Imported()
    for fact in facts:
        said: dict[str, object] = {}
        if fact.owner is not None or fact.nobody:
            said["owner"], said["nobody"] = fact.owner, fact.nobody
        if fact.status is not None:
            said["status"], said["label"], said["on"] = fact.status, fact.label, fact.on
        for name in ("level", "customer", "priority"):
            if getattr(fact, name) is not None:
                said[name] = getattr(fact, name)
        for name in ("subject", "description", "tags"):
            if getattr(fact, name):
                said[name] = getattr(fact, name)
        if fact.channel is not None and not fact.way:
            said["channel"] = fact.channel
        if fact.fields:
            said["fields"] = {**(last.fields or {}), **fact.fields}
        last = msgspec.structs.replace(last, **said)
    return last


def differences(case: Case, said: Imported) -> list[Difference]:
    """Where `said`, all that the source says about the state, differs from `case`. Resolved and closed are the same."""
    found = []
    if said.status is not None and not _same_status(case, said.status):
        holds = "parked" if case.is_open and case.parked is not None else case.status
        found.append(Difference("status", said.label or said.status, holds))
    if (said.owner is not None or said.nobody) and said.owner != case.owner:
        found.append(Difference("owner", said.owner, case.owner))
    for name in ("level", "priority", "customer", "channel"):
        value = getattr(said, name)
        if value is not None and value != getattr(case, name):
            found.append(Difference(name, value, getattr(case, name)))
    for name in ("subject", "description"):
        value = getattr(said, name)
        if value and value != getattr(case, name):
            found.append(Difference(name, value, getattr(case, name)))
    if missing := [tag for tag in said.tags if tag not in case.tags]:
        found.append(Difference("tags", " ".join(missing), " ".join(case.tags)))
    for name, value in (said.fields or {}).items():
        if case.fields.get(name, "") != value:
            found.append(Difference(name, value, case.fields.get(name)))
    return found


def _same_status(case: Case, status: str) -> bool:
    if not case.is_open:
        return status in ("resolved", "closed")
    return status == ("parked" if case.parked is not None else "open")
