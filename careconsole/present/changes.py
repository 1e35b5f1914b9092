"""Changes that reviews ask for, in words and as JSON."""

from __future__ import annotations

from careconsole.desk.queries.review_changes import ChangeEntry, ChangeList
from careconsole.domain.case.changes import CHECKED, DROPPED, MADE, OPEN, TO_CHECK
from careconsole.domain.case.verdicts import CANNOT_TELL, NOT_YET, VERDICTS
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import iso, local
from careconsole.present.json_types.changes import ChangeListEntry

_LISTED = 10
_SO_FAR = {NOT_YET: "not working yet", CANNOT_TELL: "cannot tell yet"}
"""What a check found of a change that is checked again, short enough for a column."""


def is_late(entry: ChangeEntry, now: int) -> bool:
    """Whether an open change should have been made by now."""
    return entry.state == OPEN and entry.review.due is not None and entry.review.due < now


def when_words(entry: ChangeEntry, now: int) -> str:
    """When a change is due, is checked, or was checked; empty where no time is known."""
    review = entry.review
    at = {OPEN: review.due, MADE: review.check_at, TO_CHECK: review.check_at, CHECKED: review.checked_at}
    moment = at.get(entry.state)
    return local(moment, now) if moment is not None else ""


def state_words(entry: ChangeEntry, now: int) -> str:
    """How far a change has come: "open, late", "made; not working yet", "to check", "checked: it works"."""
    review = entry.review
    if entry.state == OPEN:
        return "open, late" if is_late(entry, now) else OPEN
    if entry.state == DROPPED:
        return DROPPED
    if not review.verdict:
        return entry.state
    if entry.state == CHECKED:
        return f"checked: {VERDICTS.get(review.verdict, review.verdict)}"
    return f"{entry.state}; {_SO_FAR.get(review.verdict, review.verdict)}"


def back_words(entry: ChangeEntry) -> str:
    """On which cases the cause came back after the change, else how often it came up while it was open."""
    if entry.came_back:
        return f"came back: {_cases(entry.came_back)}"
    return f"came up meanwhile: {_cases(entry.while_open)}" if entry.while_open else ""


def rows(entry: ChangeEntry, found: ChangeList) -> list[tuple[str, str]]:
    """A change in full, as labels and texts."""
    review, now = entry.review, found.now
    told = [
        ("change", review.change),
        ("cause", entry.cause),
        ("asked by", f"review {review.number} of case {entry.case}: {entry.subject}"),
        ("owner", found.roster.name(review.owner)),
        ("state", state_words(entry, now)),
    ]
    if review.due is not None:
        told.append(("due", local(review.due, now) + (f", moved {review.moves} times" if review.moves > 1 else "")))
    if review.done_at is not None:
        told.append(("made", local(review.done_at, now)))
    if review.checked_at is not None:
        told.append(("checked", f"{local(review.checked_at, now)}: {VERDICTS.get(review.verdict, review.verdict)}"))
    if review.check_at is not None:
        told.append(("next check", local(review.check_at, now)))
    if review.dropped:
        told.append(("dropped", f"because {review.dropped}"))
    if entry.came_back:
        told.append(("came back", f"after it was made: {_cases(entry.came_back)}"))
    if entry.while_open:
        told.append(("came up", f"while it was open: {_cases(entry.while_open)}"))
    return told


def sentence(entry: ChangeEntry, found: ChangeList) -> str:
    """A change in full, in one line, made safe."""
    return display_text(" · ".join(f"{label}: {text}" for label, text in rows(entry, found)))


def change_entry(entry: ChangeEntry, roster: Roster) -> ChangeListEntry:
    """A change as JSON."""
    review = entry.review
    return ChangeListEntry(
        case=entry.case,
        review=review.number,
        cause=entry.cause,
        change=review.change,
        state=entry.state,
        owner=roster.name(review.owner) if review.owner is not None else None,
        asked_at=iso(review.at),
        due=_iso(review.due),
        made_at=_iso(review.done_at),
        check_at=_iso(review.check_at),
        checked_at=_iso(review.checked_at),
        verdict=review.verdict,
        dropped_because=review.dropped,
        moves=review.moves,
        came_back=list(entry.came_back),
        while_open=list(entry.while_open),
    )


def _iso(moment: int | None) -> str | None:
    return iso(moment) if moment is not None else None


def _cases(numbers: tuple[int, ...]) -> str:
    more = f" and {len(numbers) - _LISTED:,} more" if len(numbers) > _LISTED else ""
    return f"case{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:_LISTED]))}{more}"
