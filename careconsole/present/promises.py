"""The wording of promises that are still open."""

from __future__ import annotations

from careconsole.domain.case.state import OpenPromise
from careconsole.present.queue_text import often


def moved_words(promise: OpenPromise) -> str:
    """Says how often a promise was moved, to follow its time: ", moved twice, after it was due"; else empty.

    A promise that was late and was moved is due at its new time: it is late no more, and this is what is left of it.
    """
    if not promise.moves:
        return ""
    return f", moved {often(promise.moves)}" + (", after it was due" if promise.late else "")
