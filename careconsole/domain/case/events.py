"""Every kind of event. Importing a subject registers its events; a new subject must be added to the list here."""

from __future__ import annotations

from careconsole.domain.case import (  # noqa: F401, since importing them registers their events
    acknowledgement,
    calls,
    editing,
    escalation,
    helpers,
    import_events,
    merging,
    messages,
    notes,
    offers,
    opening,
    overdue,
    ownership,
    parking,
    promises,
    resolution,
    reviews,
    splitting,
    undo,
)
from careconsole.domain.case.event import Fact, Writer
from careconsole.domain.case.registry import REGISTERED

__all__ = ["KINDS", "SWEPT"]

KINDS: dict[str, type[Fact]] = dict(sorted(REGISTERED.items()))
"""Every kind of event by the name it is stored under."""

SWEPT = frozenset(kind for kind, fact in KINDS.items() if fact.written_by is Writer.SWEEP)
"""The kinds that only the sweep writes; such an event has neither an actor nor a command."""
