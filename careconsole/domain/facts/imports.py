"""Lines of another system's history."""

from __future__ import annotations

from careconsole.domain.facts.fact import Fact


class Recorded(Fact, frozen=True, kw_only=True):
    """One line of another system's history: what it says held from then on, and the words that passed then.

    What is absent says nothing; a field that is empty is one that the case no longer has.

    `status` is "open", "parked", "resolved" or "closed" and `label` the source's own word for it. `nobody` hands the
    case to duty. An `inert` line came too late to change anything: people here had already worked on the case. `again`
    has a bit for each thing the line said that was so before it (`retold.SAID`). Of a parked case, `on` is whom it
    waits for, as in Parked; where nothing tells, that is the customer.

    `said` are words, and `way` tells which way they went: "in" (from the customer), "out" (to the customer) or "note"
    (internal). `sort` is that of words that came in, as in Touched, `by` the colleague who said the others. The channel
    of a line with words is theirs. Even an inert line's words count. `merged_into` is the source's id of the case that
    this one goes on as, and `into` its number here, where that case is known.
    """

    external: tuple[str, str] | None = None
    owner: int | None = None
    nobody: bool = False
    level: int | None = None
    status: str | None = None
    label: str = ""
    customer: int | None = None
    subject: str = ""
    description: str = ""
    priority: str | None = None
    channel: str | None = None
    tags: tuple[str, ...] = ()
    fields: dict[str, str] | None = None
    inert: bool = False
    again: int = 0
    said: str = ""
    way: str = ""
    sort: str = ""
    by: int | None = None
    merged_into: str = ""
    into: int | None = None
    on: str = ""
