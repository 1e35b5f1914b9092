"""Who wrote an event, as a condition on its row: the same answer as `Event.writer`, for queries."""

from __future__ import annotations

from careconsole.domain.case.event import Writer


def written_by(writer: Writer) -> str:
    """A condition on rows of the table events that holds for those which `writer` wrote."""
    if writer is Writer.PERSON:
        return "events.actor_id is not null"
    batch = "null" if writer is Writer.SWEEP else "not null"
    return f"(events.actor_id is null and events.batch_id is {batch})"
