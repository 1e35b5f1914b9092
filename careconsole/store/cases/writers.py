"""`Event.writer` as an SQL condition."""

from __future__ import annotations

from careconsole.domain.case.event import Writer


def written_by(writer: Writer) -> str:
    """A condition on the table events that selects the rows written by `writer`."""
    if writer is Writer.PERSON:
        return "events.actor_id is not null"
    batch = "null" if writer is Writer.SWEEP else "not null"
    return f"(events.actor_id is null and events.batch_id is {batch})"
