"""What people are told beyond their consoles: whether it is still true, and how many notices become one message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from careconsole.domain.case.event import Fact
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.recipients import FOR_WHOM, PendingNotice
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import DAY, HOUR, MINUTE

PAUSES = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR)
"""How long after each try that failed the next one comes; after the last of these there is none."""
GATHERING = 5 * MINUTE
"""So long a notice waits for more after a message to its person, so that a storm becomes one; a call for help never."""
OLD = DAY
"""What nobody tried to send for so long is counted in a message, and no longer told one by one."""
UNTOLD = "notice failed"
"""The kind of a notice that somebody else could not be told."""
CALLS = frozenset(kind for kind, fact in KINDS.items() if fact.announces_call)
"""The kinds of notices that say who is called on a case now; where others are called since, the latest is told."""

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
    """One notice on its way into a message; `number` is its place in the outbox. `old`: it is counted only.

    `calls`: it calls for help whoever reads it; `mine`: its case is among those that wait for them.
    """

    number: int
    case: int
    kind: str = ""
    urgent: bool
    words: str
    old: bool = False
    calls: bool = False
    mine: bool = False


class Message(msgspec.Struct, frozen=True):
    """What is sent to one address. Of the notices in it, the words of some are not: those `counted` and `replaced`."""

    title: str
    body: str
    counted: tuple[int, ...] = ()
    replaced: tuple[int, ...] = ()


def for_another(name: str, words: str) -> str:
    """What somebody was to be told, as it is told to who acts for them."""
    return f"For {name}: {words}"


def is_for_another(words: str) -> bool:
    """Whether somebody is told this since they act for somebody else."""
    return words.startswith("For ") or FOR_WHOM in words


def undelivered_message(name: str) -> str:
    """How a notice begins that somebody could not be told."""
    return f"{name} could not be told of "


def retry_at(tries: int, now: int) -> int | None:
    """When to try again after so many tries, the last one `now`; None when it is given up."""
    return now + PAUSES[tries - 1] if tries <= len(PAUSES) else None


def message(lines: Sequence[Line], console: bool) -> Message:
    """Many notices as one message: calls for help first, then what is one's own, then the oldest.

    Of each case and kind the latest is told; what is one's own gives way to nothing that somebody acts for another in.
    `console`: whoever reads it can look at the rest there.
    """
    kept, replaced = _latest(lines)
    listed, old = [line for line in kept if not line.old], [line for line in kept if line.old]
    told, more = listed[:_LINES], listed[_LINES:]
    rows = [plain(line.words) for line in told]
    counted = [*more, *old]
    queue = "is:mine" if all(line.mine for line in counted) else "is:breached"
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
    """Words in one line in which no service finds a link, a mention or markup that somebody hid in a subject."""
    tamed = display_text(words, _LINE).translate(_MARKS)
    return tamed.replace("](", "] (").replace("://", ": //")


def _latest(lines: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    """Of each case and kind the latest line, or the latest urgent one, as they are read; and what gives way to these.

    The same words are told once, and have been told by that.
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
    """Why a notice about a case is no longer true, for the record; empty while it is.

    `urgent`: it called `person` for help. `late`: whether anything on the case is overdue now. `at`: when it was put.
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
    """Whether a case is among those that wait for `person`: is:mine."""
    if case is None or not case.is_open:
        return False
    if roster.answerable(case.owner) == person:
        return True
    asked = [help.of for help in case.helpers] + ([case.offer.to] if case.offer is not None else [])
    asked += case.escalation.called if case.escalation is not None else ()
    return any(roster.receives_for(person, one) for one in asked)
