"""What the rules of evolve give: the fields of a case that an event changes."""

from __future__ import annotations

from typing import Any

Changes = dict[str, Any]
"""A new dictionary each time: evolve adds to it."""


def with_tags(tags: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Tags with more of them, each once."""
    if not tags and len(more) < 2:
        return more
    return (*tags, *(tag for tag in dict.fromkeys(more) if tag not in tags))
