"""Causes in words."""

from __future__ import annotations

from careconsole.desk.queries.causes import CameUp, CauseUse
from careconsole.domain.case.state import PastReview
from careconsole.domain.case.verdicts import VERDICTS

COUNTED = "Times: each call for help, and a review where nobody had called; learned also counts what playbooks decided."
"""What is counted as a time that a cause came up."""


def name_with_aliases(use: CauseUse) -> str:
    """A cause with its other names, and how many imported cases name it: "refund limit (also: refunds)"."""
    notes = [f"also: {', '.join(use.aliases)}"] if use.aliases else []
    if use.imported:
        notes.append("1 imported case" if use.imported == 1 else f"{use.imported:,} imported cases")
    return use.cause.label + (f" ({'; '.join(notes)})" if notes else "")


def _made(review: PastReview) -> str:
    if review.dropped:
        return " (dropped)"
    if review.done_at is None:
        return ""
    return f" (made, checked: {VERDICTS.get(review.verdict, review.verdict)})" if review.verdict else " (made)"


def came_up_words(one: CameUp) -> str:
    """What came of it: the decision, then what the review says."""
    said = [one.occurrence.decided] if one.occurrence.decided else []
    if one.review is not None and one.review.change:
        said.append(f"change: {one.review.change}{_made(one.review)}")
    elif one.review is not None and one.review.nothing_because:
        said.append(f"nothing changes: {one.review.nothing_because}")
    if not said:
        said.append("nothing is decided yet" if one.occurrence.settled is None else f"{one.subject}: {one.status}")
    return "; ".join(said)
