"""What people are told beyond their consoles: whether it is still true, and how many notices become one message."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from careconsole.domain.case import CLOSED, MERGED, RESOLVED, VOID, Case
from careconsole.domain.concerns import acting
from careconsole.domain.roster import Roster
from careconsole.domain.text import display_text
from careconsole.domain.times import DAY, HOUR, MINUTE

PAUSES = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR)
"""How long after each try that failed the next one comes; after the last of these there is none."""
GATHERING = 5 * MINUTE
"""So long after a message to a person the next one waits, unless it is urgent, so that a storm becomes one message."""
OLD = DAY
"""What nobody tried to send for so long is counted in a message, and no longer told one by one."""
UNTOLD = "notice failed"
"""The kind of a notice that somebody else could not be told."""

_LINES = 20
_LINE = 300
_MARKS = str.maketrans({"<": "‹", ">": "›", "`": "'", "@": "＠"})


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What `person` is to be told of case number `case` (0: of none), in words that are ready.

    `kind` is that of the event, as it is stored; `urgent`: a call for help.
    """

    person: int
    case: int
    kind: str
    urgent: bool
    words: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One notice on its way into a message; `number` is its place in the outbox. `old`: it is counted only."""

    number: int
    case: int
    urgent: bool
    words: str
    old: bool = False


class Message(msgspec.Struct, frozen=True):
    """What is sent to one address."""

    title: str
    body: str


def retry_at(tries: int, now: int) -> int | None:
    """When to try again after so many tries, the last one `now`; None when it is given up."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None


def message(lines: Sequence[Line], console: bool) -> Message:
    """Many notices as one message: what is urgent first, then the oldest; of each case one line.

    `console`: whoever reads it can look at the rest there.
    """
    listed = _one_a_case(line for line in lines if not line.old)
    old = _one_a_case(line for line in lines if line.old)
    old = [line for line in old if not line.case or line.case not in {one.case for one in listed}]
    rows = [plain(line.words) for line in listed[:_LINES]]
    look = ": careconsole queue is:mine" if console else ""
    if len(listed) > _LINES:
        rows.append(f"and {len(listed) - _LINES:,} more{look}")
    if old:
        rows.append(f"older: {len(old):,}{'' if len(listed) > _LINES else look}")
    return Message(f"careconsole: {_counted(listed, len(listed) + len(old))}", "\n".join(rows))


def plain(words: str) -> str:
    """Words in one line in which no service finds a link, a mention or markup that somebody hid in a subject."""
    tamed = display_text(words, _LINE).translate(_MARKS)
    return tamed.replace("](", "] (").replace("://", ": //")


def _one_a_case(lines: Iterable[Line]) -> list[Line]:
    """Of each case the latest line, or the latest urgent one; in the order in which they are read."""
    kept: dict[object, Line] = {}
    for line in sorted(lines, key=lambda line: (line.urgent, line.number)):
        kept[line.case or line.words] = line
    return sorted(kept.values(), key=lambda line: (not line.urgent, line.number))


def _counted(lines: Sequence[Line], count: int) -> str:
    calls = sum(line.urgent for line in lines)
    rest = count - calls
    if not calls:
        return "1 thing waits for you" if rest == 1 else f"{rest:,} things wait for you"
    called = "you are called for help" if calls == 1 else f"you are called for help {calls:,} times"
    more = {0: "", 1: ", and 1 other thing waits"}.get(rest, f", and {rest:,} other things wait")
    return called + more


def outdated(
    kind: str, case: Case | None, person: int, roster: Roster, *, urgent: bool = False, late: bool = True
) -> str:
    """Why a notice about a case is no longer true, for the record; empty while it is.

    `urgent`: it called `person` for help. `late`: whether anything on the case is overdue now.
    """
    if case is None:
        return "the case is gone"
    if kind == "action handed":
        mine = any(review.done_at is None and _acts(person, review.owner, roster) for review in case.reviews)
        return "" if mine else "the change is made, or somebody else makes it"
    if kind == "overdue":  # which a change that a review asked for is on a closed case as well
        return "" if late else "nothing is overdue on it any more"
    if not case.is_open and kind not in _OF_AN_END:
        return f"the case is {_ENDS.get(case.status, case.status)}"
    if kind in _CALLS:
        return _call(kind, case, person, roster, urgent)
    rule = _RULES.get(kind)
    return rule(case, person, roster) if rule is not None else ""


_OF_AN_END = frozenset(("resolved", "merged", "reviewed", "action done"))
"""Kinds of notices that do not need an open case."""
_ENDS = {RESOLVED: "resolved", CLOSED: "closed", MERGED: "merged", VOID: "taken back"}
_CALLS = frozenset(("escalated", "skipped", "call handed", "call timed out", "nudged"))


def _call(kind: str, case: Case, person: int, roster: Roster, urgent: bool) -> str:
    call = case.escalation
    if call is None:
        return "the call is over"
    if call.acknowledged_at is not None and kind != "nudged":  # one may be reminded of a word that is awaited
        return "somebody has acknowledged the call"
    # Calls that nobody answers reach every lead; and that others are called remains news.
    called = any(_acts(person, one, roster) for one in call.called) or roster.is_lead(person)
    return "" if called or not urgent else "somebody else is called by now"


def _offer(case: Case, person: int, roster: Roster) -> str:
    if case.offer is None:
        return "the offer is answered, or off"
    return "" if _acts(person, case.offer.to, roster) else "it is offered to somebody else by now"


def _help(case: Case, person: int, roster: Roster) -> str:
    asked = any(_acts(person, help.of, roster) for help in case.helpers)
    return "" if asked else "they are not asked to help any more"


def _customer(case: Case, person: int, roster: Roster) -> str:
    return "" if case.waiting_since is not None else "the customer has been answered"


def _acts(person: int, other: int | None, roster: Roster) -> bool:
    """Whether `person` is that other one, or hears what they are told."""
    return person == other or (other is not None and acting(roster, other) == person)


_RULES: dict[str, Callable[[Case, int, Roster], str]] = {
    "offered": _offer,
    "help asked": _help,
    "touched": _customer,
}
