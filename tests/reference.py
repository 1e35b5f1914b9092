"""A slow second implementation of the measures, from the plain list of events and without the fold.

Each function answers one question about one case by going through all its events again. It shares only the facts with
the program, so a mistake would have to be made twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from careconsole.domain.case.effective_history import Redone, Undone
from careconsole.domain.case.escalation import Deescalated, Escalated, Skipped
from careconsole.domain.case.event import Event
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.merging import Absorbed, Merged
from careconsole.domain.case.messages import MessageLogged, Reclassified
from careconsole.domain.case.offers import Accepted
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.ownership import Reassigned, Taken, TakenOver
from careconsole.domain.case.promises import Promised, PromiseKept, PromiseMoved, PromiseReleased
from careconsole.domain.case.resolution import Reopened, Resolved
from careconsole.domain.case.reviews import Reviewed

ANSWERS_ITSELF = ("phone", "visit")
NOT_NEEDED = ("spam", "duplicate", "wrong address", "test")

History = list[Event]


def reference(histories: Iterable[tuple[int, History]], names: dict[int, str], now: int) -> dict[str, Any]:
    """Returns the same dictionary as `measure`."""
    every = [case for _, events in histories if (case := standing(events))]
    cases = [case for case in every if answer(case) not in NOT_NEEDED]
    handed = [hand_offs(case) for case in cases]
    bounced = [bounces(case) for case in cases]
    raised = [escalations(case) for case in cases]
    again = [reopenings(case) for case in cases]
    causes = [cause for case in cases for cause in causes_of_calls(case)]
    people = sorted({p for case in cases for p in owners(case)}, key=lambda p: names[p].casefold())
    held = [open_time(case, now, owner=p) for case in cases for p in people]
    levels = sorted({level for case in cases for level in levels_while_open(case)})
    at_level = {n: sum(open_time(case, now, level=n) for case in cases) for n in levels}
    finished = [case for case in cases if resolution_stands(case) and is_dated(case) and owners(case)]
    silences = [silence for case in cases if (silence := longest_silence(case, now)) is not None]
    promised = [fate for case in cases for fate in fates(case, now)]
    return {
        "cases": len(cases),
        "events": sum(map(len, cases)),
        "open": sum(status(case) == "open" for case in cases),
        "hand_offs": sum(handed),
        "cases_with_hand_off": sum(n > 0 for n in handed),
        "hops": {str(n): handed.count(n) for n in sorted(set(handed))},
        "bounced_cases": sum(n > 0 for n in bounced),
        "bounces": sum(bounced),
        "immediate_bounces": sum(immediate_bounces(case) for case in cases),
        "owners": len(people),
        "cases_never_owned": sum(not owners(case) for case in cases),
        "escalations": sum(raised),
        "cases_escalated": sum(n > 0 for n in raised),
        "de_escalations": sum(de_escalations(case) for case in cases),
        "cases_by_highest_level": _counted(str(max(levels_of(case))) for case in cases),
        "escalations_by_cause": _counted(causes),
        "reopened_cases": sum(n > 0 for n in again),
        "reopenings": sum(again),
        "resolution_seconds": _spread([ms for case in cases if (ms := resolution(case)) is not None]),
        "resolutions_undated": sum(
            resolution(case) is None and bool(resolutions(case)) and not begins_unanswered(case) for case in cases
        ),
        "resolved_unanswered": sum(answer(case) == "unanswered" for case in cases),
        "no_answer_needed": _counted(why for case in every if (why := answer(case)) in NOT_NEEDED),
        "first_answer_seconds": _spread([ms for case in cases if (ms := first_answer(case)) is not None]),
        "owned_seconds": sum(held) / 1000,
        "unowned_seconds": sum(open_time(case, now, owner=None) for case in cases) / 1000,
        "open_seconds_by_level": {str(n): at_level[n] / 1000 for n in levels if at_level[n]},
        "longest_silence_seconds": {**_spread(silences), "max": max(silences) / 1000 if silences else None},
        "owned_from_start_to_end": {"n": len(finished), "cases": sum(len(owners(case)) == 1 for case in finished)},
        "proactive_messages": sum(e.fact.proactive for case in cases for e in touches(case)),
        "thanks": sum(sort_of(case, e) == "thanks" for case in cases for e in touches(case) if e.fact.inbound),
        "promises": {
            "kept": promised.count("kept"),
            "late": promised.count("late") + promised.count("overdue"),
            "moved": sum(isinstance(e.fact, PromiseMoved) for case in cases for e in case),
            "released": promised.count("released"),
            "open": promised.count("open"),
            "open_overdue": promised.count("overdue"),
        },
    }


def standing(events: History) -> History:
    """Returns the events that count; none if the opening was undone or has not happened yet."""

    def undone(event: Event) -> bool:
        words = [e.fact for e in events if isinstance(e.fact, Undone | Redone) and e.fact.command == event.command]
        return bool(words) and isinstance(words[-1], Undone)

    if not events or undone(events[0]) or events[0].number > 1:
        return []
    return [e for e in events if not undone(e) and not isinstance(e.fact, Undone | Redone)]


def telling(events: History) -> History:
    """Returns the events that can change the state: all but imported lines that came too late."""
    return [e for e in events if not (isinstance(e.fact, Imported) and e.fact.inert)]


def prefixes(events: History) -> list[History]:
    """The history as it was after each of its events."""
    told = telling(events)
    return [told[: i + 1] for i in range(len(told))]


def status(events: History) -> str:
    for e in reversed(telling(events)):
        match e.fact:
            case Resolved():
                return "resolved"
            case Merged():
                return "merged"
            case Reopened() | Opened():
                return "open"
            case Imported(status=said) if said is not None:
                return "open" if said == "parked" else said
    return "open"


def owner(events: History) -> int | None:
    for e in reversed(telling(events)):
        match e.fact:
            case Imported(nobody=True):
                return None
            case Imported(owner=person) if person is not None:
                return person
            case Opened(owner=person) | Reassigned(to=person):
                return person
            case Accepted(person=person) | Taken(person=person) | TakenOver(person=person):
                return person
    return None


def level(events: History) -> int:
    told = telling(events)
    for i in reversed(range(len(told))):
        match told[i].fact:
            case Resolved() | Merged():
                return 0
            case Escalated(level=n) | Skipped(level=n) | Deescalated(level=n):
                return n
            case Imported(level=n) if n is not None:
                return n
            case Absorbed(level=n):
                return max(n, level(told[:i]))
    return 0


def owner_runs(events: History) -> list[int]:
    """Returns the people who owned the case, in order: duty is left out, then each run of one person counts once."""
    people = [p for prefix in prefixes(events) if (p := owner(prefix)) is not None]
    return [p for i, p in enumerate(people) if i == 0 or people[i - 1] != p]


def owners(events: History) -> set[int]:
    return set(owner_runs(events))


def hand_offs(events: History) -> int:
    return max(len(owner_runs(events)) - 1, 0)


def bounces(events: History) -> int:
    runs = owner_runs(events)
    return sum(p in runs[:i] for i, p in enumerate(runs))


def immediate_bounces(events: History) -> int:
    runs = owner_runs(events)
    return sum(runs[i] == runs[i + 2] for i in range(len(runs) - 2))


def levels_of(events: History) -> list[int]:
    return [level(prefix) for prefix in prefixes(events)]


def levels_while_open(events: History) -> set[int]:
    return {level(prefix) for prefix in prefixes(events) if status(prefix) == "open"}


def escalations(events: History) -> int:
    """How often an event brought the case to a higher level than the event before; a merge does not count."""
    told, levels = telling(events), levels_of(events)
    rises = [told[i].fact for i in range(1, len(told)) if levels[i] > levels[i - 1]]
    return sum(not isinstance(fact, Absorbed) for fact in rises)


def causes_of_calls(events: History) -> list[str]:
    """Returns the label of each escalation that has one: its own, or else that of the next review before another."""
    facts = [event.fact for event in events if isinstance(event.fact, Escalated | Reviewed)]
    facts = [fact for fact in facts if isinstance(fact, Escalated) or (fact.cause and not fact.carried)]
    found = []
    for place, fact in enumerate(facts):
        if isinstance(fact, Escalated):
            after = facts[place + 1] if place + 1 < len(facts) else None
            found.append(fact.cause or (after.cause if isinstance(after, Reviewed) else ""))
    return [cause for cause in found if cause]


def de_escalations(events: History) -> int:
    told, levels = telling(events), levels_of(events)
    falls = [told[i].fact for i in range(1, len(told)) if levels[i] < levels[i - 1]]
    return sum(not isinstance(fact, Resolved | Merged) for fact in falls)


def resolutions(events: History) -> list[int]:
    """Returns the indexes of the events that resolved the case."""
    states = [status(prefix) for prefix in prefixes(events)]
    return [i for i, state in enumerate(states) if state == "resolved" and (i == 0 or states[i - 1] != "resolved")]


def reopenings(events: History) -> int:
    states = [status(prefix) for prefix in prefixes(events)]
    count = 0
    for i in range(1, len(states)):
        if states[i] == "open" and states[i - 1] != "open":
            ended = max((j for j in range(i) if states[j] == "open"), default=-1) + 1
            count += "resolved" in states[ended:i]
    return count


def resolution_stands(events: History) -> bool:
    """Whether the case is resolved, or was closed in another system after it was resolved."""
    if status(events) not in ("resolved", "closed"):
        return False
    states = [status(prefix) for prefix in prefixes(events)]
    return "resolved" in states[max((i for i, state in enumerate(states) if state == "open"), default=-1) + 1 :]


def is_dated(events: History) -> bool:
    """Whether it is known when the resolution came that stands."""
    told = telling(events)
    last_open = max((i for i in range(len(told)) if status(told[: i + 1]) == "open"), default=-1)
    return any(_is_dated_resolution(e) for e in told[last_open + 1 :])


def answer(events: History) -> str:
    """What the resolution that stands says of the customer who waited; empty without one, or if we answered since."""
    since = 0
    for e in reversed(telling(events)):
        if e.fact.contact is not None and not e.fact.contact.inbound:
            since = max(since, e.at)
        match e.fact:
            case Resolved(answer=said):
                return "" if said == "unanswered" and since > e.at else said
            case Reopened() | Opened():
                return ""
    return ""


def begins_unanswered(events: History) -> bool:
    """Whether the first resolution left the customer unanswered."""
    told = telling(events)
    return any(getattr(told[place].fact, "answer", "") == "unanswered" for place in resolutions(events)[:1])


def resolution(events: History) -> int | None:
    """How long the first resolution took; None where an import does not tell when the case was opened or resolved."""
    first = events[0].fact
    if (isinstance(first, Imported) and first.unopened) or begins_unanswered(events):
        return None
    told = telling(events)
    for place in resolutions(events)[:1]:
        until = next((i for i in range(place, len(told)) if status(told[: i + 1]) == "open"), len(told))
        dated = [e.at for e in told[place:until] if _is_dated_resolution(e)]
        return dated[0] - events[0].at if dated else None
    return None


def _is_dated_resolution(event: Event) -> bool:
    fact = event.fact
    return isinstance(fact, Resolved) or (isinstance(fact, Imported) and fact.status == "resolved" and not fact.undated)


def touches(events: History) -> list[Any]:
    """Returns every contact, imported ones as `MessageLogged`; an imported note is no contact."""
    found = []
    for e in events:
        match e.fact:
            case MessageLogged():
                found.append(e)
            case Imported(way="in" | "out" as way, channel=channel, said=said, sort=sort):
                contact = MessageLogged(inbound=way == "in", channel=channel or "", text=said, sort=sort or "message")
                found.append(replace(e, fact=contact))
    return found


def sort_of(events: History, touch: Event) -> str:
    """The sort of a touch as it was last corrected."""
    assert isinstance(touch.fact, MessageLogged)
    said = [e.fact.sort for e in events if isinstance(e.fact, Reclassified) and e.fact.touch == touch.number]
    return said[-1] if said else touch.fact.sort


def first_answer(events: History) -> int | None:
    opened = events[0].fact
    if not isinstance(opened, Opened) or not opened.inbound:
        return None
    if opened.channel in ANSWERS_ITSELF:
        return 0
    words = [e for e in touches(events) if not e.fact.inbound or e.fact.channel in ANSWERS_ITSELF]
    words += [e for e in events if isinstance(e.fact, Resolved) and e.fact.answer == "told"]
    words = [e.at for e in sorted(words, key=lambda e: e.number)]
    return words[0] - events[0].at if words else None


def open_stretches(events: History, now: int) -> list[tuple[int, int, int | None, int, bool]]:
    """Returns each span of an open case without an event: from, to, owner, level, whether it was just opened."""
    told = telling(events)
    stretches = []
    for i, prefix in enumerate(prefixes(events)):
        if status(prefix) == "open":
            until = told[i + 1].at if i + 1 < len(told) else now
            fresh = i == 0 or status(told[:i]) != "open"
            stretches.append((told[i].at, until, owner(prefix), level(prefix), fresh))
    return stretches


def open_time(events: History, now: int, **wanted: int | None) -> int:
    """How long the case was open, in milliseconds, with that owner or at that level."""
    return sum(
        until - since
        for since, until, owned_by, at_level, _ in open_stretches(events, now)
        if wanted.get("owner", owned_by) == owned_by and wanted.get("level", at_level) == at_level
    )


def longest_silence(events: History, now: int) -> int | None:
    """The widest gap between contacts within the times the case was open; None when it never was, or was merged.

    Of what was imported without a message, only an open time counts; none counts up to an end whose time is unknown.
    """
    if status(events) == "merged":
        return None
    told = telling(events)
    spans: list[tuple[int, int | None, bool]] = []
    for i, e in enumerate(told):
        was, now_is = i > 0 and status(told[:i]) == "open", status(told[: i + 1]) == "open"
        if now_is and not was:
            spans.append((e.at, None, True))
        elif was and not now_is:
            undated = isinstance(e.fact, Imported) and e.fact.status == "resolved" and e.fact.undated
            spans[-1] = (spans[-1][0], e.at, not undated)
    heard = sorted(
        e.at
        for e in touches(events)
        if not e.fact.inbound or e.fact.channel in ANSWERS_ITSELF or sort_of(events, e) == "message"
    )
    is_known = bool(heard) or not isinstance(told[0].fact, Imported)
    gaps = []
    for since, ended, dated in spans:
        if dated and (is_known or ended is None):
            until = now if ended is None else ended
            marks = [since, *(at for at in heard if since <= at <= until), until]
            gaps += [later - earlier for earlier, later in pairwise(marks)]
    return max(gaps, default=None)


def fates(events: History, now: int) -> list[str]:
    """What became of each promise: "kept", "late", "released", "open", "overdue" or "elsewhere" (another case)."""
    return [fate(promise, events[i + 1 :], now) for i, e in enumerate(events) for promise in promises_of(e)]


def promises_of(event: Event) -> list[tuple[int, int, bool]]:
    """Returns the promises that an event makes: number, due time, whether it was late before."""
    match event.fact:
        case Promised(due=due, late=late):
            return [(event.number, due, late)]
    return []


def fate(promise: tuple[int, int, bool], later: History, now: int) -> str:
    number, due, late = promise
    for e in later:
        match e.fact:
            case PromiseMoved(promise=moved, due=new) if moved == number:
                late = late or e.at > due
                due = new
            case PromiseReleased(promise=released) if released == number:
                return "late" if late else "released"
            case PromiseKept(promise=kept) if kept == number:
                return "late" if late or e.at > due else "kept"
            case Resolved():
                return "late"
            case Merged():
                return "elsewhere"
    return "overdue" if now > due else "late" if late else "open"


def median(values: list[int]) -> float | None:
    """The middle value; of an even number of values, the mean of the two in the middle."""
    rest = sorted(values)
    while len(rest) > 2:
        rest = rest[1:-1]
    return sum(rest) / len(rest) if rest else None


def p90(values: list[int]) -> int | None:
    """Nearest rank: the smallest value that at least nine tenths of the values do not exceed."""
    needed = [v for v in values if sum(w <= v for w in values) * 10 >= 9 * len(values)]
    return min(needed, default=None)


def _spread(values: list[int]) -> dict[str, float | None]:
    middle, high = median(values), p90(values)
    return {
        "n": len(values),
        "median": None if middle is None else middle / 1000,
        "p90": None if high is None else high / 1000,
    }


def _counted(words: Iterable[str]) -> dict[str, int]:
    listed = list(words)
    return {word: listed.count(word) for word in sorted(set(listed))}
