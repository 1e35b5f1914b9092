"""The registry of event kinds by stored name. It imports no subject: each registers its own events.

Code that reads stored events uses `events.KINDS`, which has all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from careconsole.domain.case.event import Fact, Writer

REGISTERED: dict[str, type[Fact]] = {}
"""The kinds of the subjects imported so far."""

_Kind = TypeVar("_Kind", bound=Fact)


def event(kind: str, *, written_by: Writer = Writer.PERSON) -> Callable[[type[_Kind]], type[_Kind]]:
    """Registers a class of facts under the name `kind`, which must never change, because databases hold it.

    `written_by` is the only writer of such events. Raises ValueError if the name is taken.
    """

    def register(fact: type[_Kind]) -> type[_Kind]:
        if kind in REGISTERED:
            raise ValueError(f"two kinds of events cannot both be stored as {kind!r}")
        fact.kind, fact.written_by = kind, written_by
        REGISTERED[kind] = fact
        return fact

    return register
