"""Notices that are sent outside the console: whether they are still true, and how several become one message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from careconsole.domain.case.event import Fact
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.pending_notices import FOR_WHOM, PendingNotice
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import DAY, HOUR, MINUTE

RETRY_DELAYS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR)
"""The delays before each retry of a failed try; after the last of these there is none."""
BATCH_WINDOW = 5 * MINUTE
"""How long after a message to its person a notice waits for others to be sent with; a call for help never waits."""
STALE_AFTER = DAY
"""A notice that nobody tried to send for this long is only counted in a message, not listed."""
DELIVERY_FAILED = "notice failed"
"""The kind of a notice saying that somebody else could not be reached."""
WEEKLY_DIGEST = "weekly digest"
"""The kind of the weekly notice of how many playbooks are new or have changed."""
BOX_NOT_READ = "box not read"
"""The kind of a notice to leads that a mail box has not been read for too long."""

_LINES = 20
_LINE = 300
_MARKS = str.maketrans({"<": "‹", ">": "›", "`": "'", "@": "＠"})


@cache
def kinds_of_calls() -> frozenset[str]:
    """The kinds of notices that say who is called on a case; of several of these, only the latest is sent.

    It loads the events of every subject, which only the sending of notices needs.
    """
    return frozenset(kind for kind, fact in KINDS.items() if fact.announces_call)


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The finished text that `person` is to get about case number `case` (0: about none).

    `kind` is the stored kind of the event, `DELIVERY_FAILED`, `WEEKLY_DIGEST` or `BOX_NOT_READ`; `urgent`: a call for
    help.
    """

    person: int
    case: int
    kind: str
    urgent: bool
    words: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One notice on its way into a message; `number` is its number in the outbox. `old`: it is only counted.

    `calls`: it calls the recipient themselves for help; `found` is the filter that finds its case among those that wait
    for them, empty if it does not.
    """

    number: int
    case: int
    kind: str = ""
    urgent: bool
    words: str
    old: bool = False
    calls: bool = False
    found: str = ""


class Message(msgspec.Struct, frozen=True):
    """What is sent to one address. It covers the notices `counted` and `replaced` too, but without their texts."""

    title: str
    body: str
    counted: tuple[int, ...] = ()
    replaced: tuple[int, ...] = ()


def for_another(name: str, words: str) -> str:
    """A text meant for `name`, as it is sent to the person who acts for them."""
    return f"For {name}: {words}"


def is_for_another(words: str) -> bool:
    """Whether somebody gets this text because they act for somebody else."""
    return words.startswith("For ") or FOR_WHOM in words


def undelivered_message(name: str) -> str:
    """The beginning of a notice saying that `name` could not be reached."""
    return f"{name} could not be told of "


def retry_at(tries: int, now: int) -> int | None:
    """When to try again after `tries` tries, the last one at `now`; None to give up."""
    return now + RETRY_DELAYS[tries - 1] if tries <= len(RETRY_DELAYS) else None


def message(lines: Sequence[Line], console: bool) -> Message:
    """Many notices as one message: calls for help first, then the recipient's own, each with the oldest first.

    Only the latest notice of each case and kind is listed; one for somebody they act for never replaces one of their
    own. `console`: the recipient can see the rest in the console.
    """
    kept, replaced = _latest(lines)
    listed, old = [line for line in kept if not line.old], [line for line in kept if line.old]
    told, more = listed[:_LINES], listed[_LINES:]
    rows = [plain(line.words) for line in told]
    counted = [*more, *old]
    filters = sorted({line.found for line in counted})
    queue = " and ".join(filters) if all(filters) else "is:overdue"
    look = f": {queue} in the queue" if console else ""
    if more:
        rows.append(f"and {len(more):,} more{look}")
    if old:
        rows.append(f"older: {len(old):,}{'' if more else look}")
    return Message(
        f"careconsole: {_counted(kept)}",
        "\n".join(rows),
        tuple(sorted(line.number for line in counted)),
        tuple(sorted(line.number for line in replaced)),
    )


def plain(words: str) -> str:
    """A text in one line, in which no service finds a link, a mention or markup that somebody hid in a subject."""
    return tame(display_text(words, _LINE))


def tame(line: str) -> str:
    """A line that is safe for a terminal, without what a service could take for a link, a mention or markup."""
    return line.translate(_MARKS).replace("](", "] (").replace("://", ": //")


def _latest(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """The latest line, or the latest urgent one, of each case and kind, in reading order; and the lines they replace.

    Lines with the same text are listed once, and the others do not count as replaced.
    """
    kept: dict[object, Line] = {}
    replaced: list[Line] = []
    for line in sorted(lines, key=lambda line: (not line.old, line.urgent, line.number)):
        thing = (line.case, line.kind, is_for_another(line.words)) if line.case else (0, line.words)
        if (before := kept.get(thing)) is not None and before.words != line.words:
            replaced.append(before)
        kept[thing] = line
    once = {line.words: line for line in sorted(kept.values(), key=_order, reverse=True)}
    return sorted(once.values(), key=_order), replaced


def _order(line: Line) -> tuple[bool, bool, bool, bool, int]:
    return (line.old, not line.calls, not line.urgent, is_for_another(line.words), line.number)


def _counted(lines: Sequence[Line]) -> str:
    calls = sum(line.calls for line in lines)
    rest = len(lines) - calls
    if not calls:
        return "1 thing waits for you" if rest == 1 else f"{rest:,} things wait for you"
    called = "1 call for help" if calls == 1 else f"{calls:,} calls for help"
    return called + {0: "", 1: ", 1 other thing"}.get(rest, f", {rest:,} other things")


def why_stale(
    kind: str,
    case: Case | None,
    person: int,
    roster: Roster,
    *,
    urgent: bool = False,
    late: bool = True,
    at: int | None = None,
) -> str:
    """Why a notice about a case is out of date, for the record; empty while it is true.

    `urgent`: it called `person` for help. `late`: whether anything on the case is overdue now. `at`: when queued.
    """
    if case is None:
        return "the case is gone"
    notice = PendingNotice(person=person, roster=roster, urgent=urgent, late=late, at=at)
    return KINDS.get(kind, Fact).why_stale(case, notice)


def calls(case: Case | None, person: int, roster: Roster) -> bool:
    """Whether an urgent notice calls `person` themselves, rather than telling a lead that nobody answers."""
    call = case.escalation if case is not None else None
    return call is None or any(roster.receives_for(person, one) for one in call.called)


def waits_for(case: Case | None, person: int, roster: Roster) -> bool:
    """Whether a case is among those that `person` must act on, as with is:mine."""
    if case is None or not case.is_open:
        return False
    if roster.answerable(case.owner) == person:
        return True
    asked = [help.of for help in case.helpers]
    asked += case.escalation.called if case.escalation is not None else ()
    return any(roster.receives_for(person, one) for one in asked)


def is_offered_to(case: Case | None, person: int, roster: Roster) -> bool:
    """Whether an open case is offered to `person`, or to somebody they act for, as with offered:me."""
    offer = case.offer if case is not None and case.is_open else None
    return offer is not None and roster.receives_for(person, offer.to)


def found_by(case: Case | None, person: int, roster: Roster) -> str:
    """The filter with which `person` finds a case that waits for them; empty if it does not."""
    if waits_for(case, person, roster):
        return "is:mine"
    return "offered:me" if is_offered_to(case, person, roster) else ""
