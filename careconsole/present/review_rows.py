"""The rows about what came up on a case, and what reviews asked for, above its history."""

from __future__ import annotations

from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.recurrence import again_words
from careconsole.domain.case.state import PastReview
from careconsole.domain.case.verdicts import VERDICTS
from careconsole.domain.time.moments import local


def review_rows(view: View) -> list[tuple[str, str]]:
    """Labels and texts: what came up again, and each review; not yet made safe."""
    rows = [("again", again) for again in again_words(view.case)]
    return rows + [("review", f"{review.number}: {_review(view, review)}") for review in view.case.reviews]


def _review(view: View, review: PastReview) -> str:
    if not review.change:
        because = f", because {review.nothing_because}" if review.nothing_because else ""
        return f"{review.cause}. Nothing changes{because}{' (asks a lead to agree)' if review.asks_lead else ''}"
    if review.dropped:
        state = f"dropped, because {review.dropped}"
    elif review.done_at is not None:
        state = f"made {local(review.done_at, view.now)}"
        if review.verdict:
            state += f", checked: {VERDICTS.get(review.verdict, review.verdict)}"
        if review.check_at is not None:
            check = "to be checked since" if review.check_at < view.now else "to be checked"
            state += f", {check} {local(review.check_at, view.now)}"
    else:
        late = " LATE" if review.due is not None and review.due < view.now else ""
        due = "" if review.due is None else f", by {local(review.due, view.now)}{late}"
        state = f"{view.roster.name(review.owner)}{due}"
    return f"{review.cause}. Change: {review.change} ({state})"
