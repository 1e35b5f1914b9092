"""What the customer may know of each kind of event, as one table: its public sentence, or that it has none.

A receipt is made from this and from nothing else of a history. Notes, reviews, causes, reasons, tags, times that were
only ours, and the names of colleagues never appear in it, and of why a call was made only what it asked for: a sentence
is an id with the few values below, and its text stands in a language file (`db/words/receipt.LANG.toml`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from careconsole.domain.case.effective_history import standing
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import begin, evolve
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.merging import Absorbed
from careconsole.domain.case.messages import MessageLogged, Reclassified
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.parking import Parked
from careconsole.domain.case.promises import Promised, PromiseKept, PromiseMoved, PromiseReleased
from careconsole.domain.case.public_state import GOES_ON, WAITS, PublicPromise, Waiting, call_sentence, tell, untold
from careconsole.domain.case.rating_answers import RATINGS
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.case.resolution_answers import TOLD
from careconsole.domain.case.splitting import SplitFrom, SplitOff
from careconsole.domain.case.state import CLOSED, RESOLVED, Case

INBOUND = "in_"
"""How the ids of sentences begin that say what the customer wrote or said; a channel follows."""
OUTBOUND = "out_"
"""The same of what we wrote or said to the customer."""


class PublicLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, as the customer may read it; times are epoch milliseconds.

    `sentence` is its id in the language file. `at` is None where it is not known. `owner` is the present owner, `text`
    the text of a promise, `by` its time as the customer was told, `case` another case of theirs. `words` is what was
    written or said between the customer and us.
    """

    sentence: str
    at: int | None = None
    owner: int | None = None
    text: str = ""
    by: int | None = None
    case: int | None = None
    words: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An event as its sentence sees it: the case before it (None for the first) and after it.

    `owner` is the present owner of the case. `told` has what the customer was promised, by number. A promise is in it
    from its own event on; when one is moved, it still has the time that held before.
    """

    event: Event
    before: Case | None
    after: Case
    owner: int | None
    told: dict[int, PublicPromise]
    sorts: dict[int, str]


Sentence = Callable[[Seen], Iterable[PublicLine]]
"""What the customer may read about one event: a line, or none where it was not for them."""


def _constant(sentence: str) -> Sentence:
    return lambda seen: [PublicLine(sentence=sentence, at=seen.event.at)]


def _call(seen: Seen) -> Iterable[PublicLine]:
    yield PublicLine(sentence=call_sentence(seen.event, seen.before), at=seen.event.at)


def _message(seen: Seen) -> Iterable[PublicLine]:
    event = seen.event
    contact = event.fact.contact
    if contact is None or (contact.inbound and seen.sorts.get(event.number, contact.sort) == "auto"):
        return
    if isinstance(event.fact, MessageLogged) and event.fact.mail is not None and not event.fact.mail.theirs:
        return  # what a supplier or a colleague wrote is not for the customer
    yield PublicLine(
        sentence=_between_us(contact.inbound, contact.channel), at=event.said_at, words=contact.text.strip()
    )


def _between_us(inbound: bool, channel: str) -> str:
    return f"{INBOUND if inbound else OUTBOUND}{channel}"


def _opened(seen: Seen) -> Iterable[PublicLine]:
    fact = seen.event.fact
    assert isinstance(fact, Opened)
    if fact.direction and seen.sorts.get(seen.event.number, fact.sort) != "auto":
        from_them = fact.inbound and (fact.mail is None or fact.mail.theirs)
        words = fact.description.strip() if from_them else ""
        yield PublicLine(sentence=_between_us(fact.inbound, fact.channel), at=seen.event.at, words=words)
    else:
        yield PublicLine(sentence="begun", at=seen.event.at)


def _new_owner(seen: Seen) -> Iterable[PublicLine]:
    before, after = seen.before, seen.after
    if before is None or after.owner in (None, before.owner):
        return
    known = after.owner == seen.owner
    yield PublicLine(
        sentence="owner_now" if known else "owner_other", at=seen.event.at, owner=seen.owner if known else None
    )


def _imported(seen: Seen) -> Iterable[PublicLine]:
    """The messages of a line, and what its status changed: another system's words for it are not for the customer."""
    event, before, after = seen.event, seen.before, seen.after
    fact = event.fact
    assert isinstance(fact, Imported)
    messages = list(_message(seen))
    if before is None and not messages and not fact.unopened:
        words = fact.description.strip()  # the customer's, as on the console
        yield PublicLine(sentence=_between_us(True, after.channel) if words else "begun", at=event.at, words=words)
    yield from messages
    if fact.rated:
        yield from _rated(seen)
    if after.status in (RESOLVED, CLOSED) and (before is None or before.is_open):
        ended = "resolved" if after.status == RESOLVED else "closed"
        yield PublicLine(sentence=ended, at=None if after.resolved_undated else event.at)
    elif before is not None and before.status in (RESOLVED, CLOSED) and after.is_open:
        yield PublicLine(sentence="reopened", at=event.at)


def _joined(seen: Seen) -> Iterable[PublicLine]:
    fact = seen.event.fact
    assert isinstance(fact, Absorbed)
    if seen.before is not None and seen.before.customer is not None and fact.customer == seen.before.customer:
        yield PublicLine(sentence="joined", at=seen.event.at, case=fact.loser)


def _split(seen: Seen) -> Iterable[PublicLine]:
    match seen.event.fact:
        case SplitOff(into=case):
            yield PublicLine(sentence="split_off", at=seen.event.at, case=case)
        case SplitFrom(follows=case):
            yield PublicLine(sentence="split_from", at=seen.event.at, case=case)


def _parked(seen: Seen) -> Iterable[PublicLine]:
    fact = seen.event.fact
    assert isinstance(fact, Parked)
    if fact.on in WAITS:
        yield PublicLine(sentence=WAITS[fact.on], at=seen.event.at)


def _promised(seen: Seen) -> Iterable[PublicLine]:
    fact = seen.event.fact
    assert isinstance(fact, Promised)
    promise = seen.told.get(seen.event.number)
    if promise is None:
        return
    sentence = "promised" if promise.by is not None else "promised_once"
    yield PublicLine(sentence=sentence, at=fact.made_at or seen.event.at, text=promise.text, by=promise.by)


def _kept(seen: Seen) -> Iterable[PublicLine]:
    fact = seen.event.fact
    assert isinstance(fact, PromiseKept)
    yield from _ended(seen, fact.promise, "kept")


def _moved(seen: Seen) -> Iterable[PublicLine]:
    fact = seen.event.fact
    assert isinstance(fact, PromiseMoved)
    if fact.told:
        was = seen.told.get(fact.promise)
        passed = was is not None and was.by is not None and seen.event.at > was.by
        yield from _about(seen, fact.promise, "moved_late" if passed else "moved", fact.due)


def _released(seen: Seen) -> Iterable[PublicLine]:
    fact = seen.event.fact
    assert isinstance(fact, PromiseReleased)
    yield from _ended(seen, fact.promise, "released")


def _ended(seen: Seen, number: int, sentence: str) -> Iterable[PublicLine]:
    """How a promise ended, and whether it did so after a time that the customer had been told."""
    promise = seen.told.get(number)
    is_late = promise is not None and promise.is_late(seen.event.at)
    yield from _about(seen, number, f"{sentence}_late" if is_late else sentence)


def _about(seen: Seen, number: int, sentence: str, by: int | None = None) -> Iterable[PublicLine]:
    promise = seen.told.get(number)
    if promise is not None:
        yield PublicLine(sentence=sentence, at=seen.event.at, text=promise.text, by=by)


def _resolved(seen: Seen) -> Iterable[PublicLine]:
    fact = seen.event.fact
    assert isinstance(fact, Resolved)
    words = fact.said.strip() if fact.answer == TOLD else ""
    for promise in seen.before.promises if seen.before is not None else ():
        if promise.number in seen.told:
            yield PublicLine(sentence="broken", at=seen.event.at, text=seen.told[promise.number].text)
    yield PublicLine(sentence="resolved" if fact.is_public else "closed", at=seen.event.at, words=words)


def _rated(seen: Seen) -> Iterable[PublicLine]:
    now, earlier = seen.after.rating, seen.before.rating if seen.before is not None else None
    if now is not None and now != earlier and now.answer in RATINGS:
        yield PublicLine(sentence=f"rated_{now.answer}", at=seen.event.at)


PUBLIC: dict[str, Sentence | None] = {
    "absorbed": _joined,
    "accepted": _new_owner,
    "acknowledged": _call,
    "action checked": None,
    "action done": None,
    "action dropped": None,
    "action handed": None,
    "action moved": None,
    "came up again": None,
    "attached": None,
    "call handed": None,
    "call timed out": None,
    "call withdrawn": None,
    "carried": _message,
    "customer merged": None,
    "person merged": None,
    "de-escalated": _call,
    "decided by playbook": None,
    "declined": None,
    "edited": None,
    "escalated": _call,
    "followed": None,
    "help asked": _constant("asked_colleague"),
    "help ended": None,
    "lead agreed": None,
    "merged": None,
    "noted": None,
    "nudged": None,
    "offer expired": None,
    "offered": None,
    "opened": _opened,
    "overdue": None,
    "parked": _parked,
    "answered automatically": None,
    "playbook passed over": None,
    "playbook rated": None,
    "playbook step ticked": None,
    "playbook used": None,
    "promise kept": _kept,
    "promise moved": _moved,
    "promise released": _released,
    "promised": _promised,
    "rated": _rated,
    "reassigned": _new_owner,
    "reclassified": None,
    "recorded": _imported,
    "redone": None,
    "delivered": None,
    "reply failed": None,
    "reply sent": _message,
    "reply stopped": None,
    "reply written": None,
    "reopened": _constant("reopened"),
    "resolved": _resolved,
    "returned": None,
    "reviewed": None,
    "skipped": None,
    "split": _split,
    "split from": _split,
    "tagged": None,
    "taken": _new_owner,
    "taken over": _new_owner,
    "touched": _message,
    "undelivered": None,
    "undone": None,
    "unparked": None,
    "withdrawn": None,
}
"""The public sentence of each kind of event, by its stored name; None: the customer reads nothing of it."""


class PublicHistory(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer may read of a history: what happened, the oldest first, and the promises that matter now.

    `events` are the numbers of the events that the lines are about.
    """

    lines: list[PublicLine]
    promises: list[PublicPromise]
    events: frozenset[int]


def public_messages(case: Case, history: Sequence[Event]) -> list[PublicLine]:
    """What was written and said between the customer and us on a case, as the customer may read it, by time."""
    return [line for line in public_history(case, history).lines if line.sentence.startswith((INBOUND, OUTBOUND))]


def public_history(case: Case, history: Sequence[Event], now: int = 0) -> PublicHistory:
    """What the customer may read of the history of `case`, as it is now. Raises KeyError for a kind without an entry.

    Promises are the open ones, by time, and those that the present end of the case broke. A parking whose time is over
    at `now` (epoch milliseconds) has ended, whether or not that has been recorded.
    """
    counting = standing(history)
    sorts = {entry.fact.touch: entry.fact.sort for entry in counting if isinstance(entry.fact, Reclassified)}
    unknown = untold(counting, case.customer)
    told: dict[int, PublicPromise] = {}
    broken: list[PublicPromise] = []
    lines: list[PublicLine] = []
    seen_by_them: set[int] = set()
    waiting = Waiting(counting)
    before: Case | None = None
    for event in counting:
        after = begin(case.number, event) if before is None else evolve(before, event)
        if isinstance(event.fact, Promised) and event.number not in unknown:
            tell(told, event)
        if isinstance(event.fact, Resolved) and before is not None:
            broken = [msgspec.structs.replace(told[p.number], broken=True) for p in before.promises if p.number in told]
        elif after.is_open:
            broken = []
        sentence = PUBLIC[event.kind]
        if sentence is not None:
            seen = Seen(event=event, before=before, after=after, owner=case.owner, told=told, sorts=sorts)
            if said := list(sentence(seen)):
                lines += said
                seen_by_them.add(event.number)
        if (ended := waiting.ended(before, event, after)) is not None:
            lines.append(PublicLine(sentence=GOES_ON, at=ended))
            seen_by_them.add(event.number)
        if event.number not in unknown:
            tell(told, event)  # only now: a move is told with what was promised before it
        before = after
    never = 1 << 62
    if (ended := waiting.over(case, now)) is not None:
        lines.append(PublicLine(sentence=GOES_ON, at=ended))
    opened = [told[promise.number] for promise in case.promises if promise.number in told] if case.is_open else []
    lines.sort(key=lambda line: line.at if line.at is not None else 0)
    return PublicHistory(
        lines=lines,
        promises=[*broken, *sorted(opened, key=lambda one: never if one.by is None else one.by)],
        events=frozenset(seen_by_them),
    )
