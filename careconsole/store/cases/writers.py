"""`Event.writer` as an SQL condition."""

from __future__ import annotations

from careconsole.domain.case.event import Writer
from careconsole.domain.case.events import SWEPT

_SWEPT = ", ".join(f"'{kind}'" for kind in SWEPT)
BY_PEOPLE = f"(events.actor_id is not null or (events.batch_id is null and events.kind not in ({_SWEPT})))"
"""Selects the rows that people wrote: those of the team, or customers by mail."""


def written_by(writer: Writer) -> str:
    """A condition on the table events that selects the rows written by `writer`."""
    if writer is Writer.PERSON:
        return "events.actor_id is not null"
    if writer is Writer.IMPORT:
        return "(events.actor_id is null and events.batch_id is not null)"
    swept = f"events.kind {'in' if writer is Writer.SWEEP else 'not in'} ({_SWEPT})"
    return f"(events.actor_id is null and events.batch_id is null and {swept})"
