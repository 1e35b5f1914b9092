"""The wording of promises that are still open."""

from __future__ import annotations

from careconsole.domain.case.state import OpenPromise
from careconsole.domain.team.roster import Roster
from careconsole.present.queue_text import often


def promised_by(promise: OpenPromise, roster: Roster) -> str:
    """Who told the customer so: "promised by Ben". The owner of the case is the one who answers for keeping it."""
    return f"promised by {roster.name(promise.by)}"


NOT_TOLD = "not told: the mail came back"
"""Of a promise that the customer does not know of."""


def untold_words(promise: OpenPromise) -> str:
    """Says that the customer does not know of a promise, to follow its time: ", not told: the mail came back"."""
    return f", {NOT_TOLD}" if promise.untold else ""


def promise_text(promise: OpenPromise) -> str:
    """The text of a promise for a list, after a word about who does not know of it."""
    return f"({NOT_TOLD}) {promise.text}" if promise.untold else promise.text


def moved_words(promise: OpenPromise) -> str:
    """Says how often a promise was moved, to follow its time: ", moved twice, after it was due"; else empty.

    A promise that was late and was moved is due at its new time: it is late no more, and this is what is left of it.
    """
    if not promise.moves:
        return ""
    return f", moved {often(promise.moves)}" + (", after it was due" if promise.late else "")
