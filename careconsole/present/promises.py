"""The wording of promises that are still open."""

from __future__ import annotations

from careconsole.domain.case.state import OpenPromise
from careconsole.domain.team.roster import Roster
from careconsole.present.queue_text import often


def promised_by(promise: OpenPromise, roster: Roster) -> str:
    """Who told the customer so: "promised by Ben". The owner of the case is the one who answers for keeping it."""
    return f"promised by {roster.name(promise.by)}"


def moved_words(promise: OpenPromise) -> str:
    """Says how often a promise was moved, to follow its time: ", moved twice, after it was due"; else empty.

    A promise that was late and was moved is due at its new time: it is late no more, and this is what is left of it.
    """
    if not promise.moves:
        return ""
    return f", moved {often(promise.moves)}" + (", after it was due" if promise.late else "")
