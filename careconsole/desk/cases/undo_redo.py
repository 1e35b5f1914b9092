"""Undo and redo: takes a person's last command out of the fold, or puts it back; the history keeps everything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from sys import intern
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from careconsole.desk.cases import causes, customer_merges, files, mail_senders, person_merges
from careconsole.desk.cases.alike import Alike
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.notices.queue_notices import queue_notices
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.effective_history import Redone, Undone, not_undone
from careconsole.domain.case.event import Event, Fact, named_in
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.narrator import Named, Narrator, ended
from careconsole.domain.case.state import VOID, Case
from careconsole.domain.errors import Refused
from careconsole.domain.hints import Hint, hint_of, suggest
from careconsole.domain.playbook import history as playbook_history
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import local
from careconsole.store.cases.command_log import REDO, UNDO, LoggedCommand
from careconsole.store.team.journal import JournalEntry

T = TypeVar("T")
_PARKING = ("park", "unpark")
"""The verbs that say themselves whether a case is parked now."""


class PassedOver(msgspec.Struct, frozen=True):
    """What the person did last, which `undo` cannot take back, and the command before it that it would take back.

    `command` is None if there is none.
    """

    change: JournalEntry
    command: LoggedCommand | None


class NextUndo(msgspec.Struct, frozen=True):
    """The command that `undo` takes back next. `passes_over`: the person changed something else after it, which stays,
    so that they are asked first."""

    command: int
    passes_over: bool = False


def passed_over(desk: Desk) -> PassedOver | None:
    """The change of the team, a customer or a setting that the person made after the command that `undo` takes back.

    None without one, and once the person has passed over it: when they have since undone a command before it.
    """
    return desk.read(lambda unit: _passed_over(unit, unit.store.log.last_done(unit.who.person)))


def way_back(change: JournalEntry) -> Hint:
    """How to take back a change that no undo takes back."""
    match change.kind:
        case "away":
            return hint_of("To take it back: {}.", suggest("team back", name=change.about))
        case "back":
            return hint_of("To take it back: {}.", suggest("team away", name=change.about))
        case "person added":
            return hint_of("To take it back: {}.", suggest("team leave", name=change.about))
        case "person changed" | "duty":
            return hint_of("To take it back, change it again: {}.", suggest("team list"))
    return hint_of("To take it back, change it again; {} shows what it was before.", suggest("journal"))


def next_undo(desk: Desk) -> NextUndo | None:
    """What `undo` would do now for the person at work; None if it would do nothing, or refuse."""

    def work(unit: UnitOfWork) -> NextUndo | None:
        try:
            entry = unit.store.log.last_done(unit.who.person)
            if entry is None:
                return None
            _must_be_undoable(unit, entry)
        except Refused:
            return None
        return NextUndo(entry.number, passes_over=_passed_over(unit, entry) is not None)

    return desk.read(work)


def numbered(desk: Desk, give: Callable[[Desk], T]) -> tuple[T, int]:
    """Gives a command of the person at work; returns its result and its number, by which an undo is offered."""

    def work(unit: UnitOfWork) -> tuple[T, int]:
        done = give(desk)
        entry = unit.store.log.last_done(unit.who.person)
        assert entry is not None
        return done, entry.number

    return desk.write(work)


def undo(desk: Desk) -> Outcome:
    """Takes back the last command of the person at work, on all its cases.

    Raises Refused when there is none, and when somebody else has since done more than add a note on one of its cases,
    saying who and what.
    """

    def work(unit: UnitOfWork) -> Outcome:
        entry = unit.store.log.last_done(unit.who.person)
        if entry is None:
            last = _passed_over(unit, None)
            if last is None:
                raise Refused("You have nothing to undo.", "Only your own last command can be undone.")
            what = "What you did last was a change of the team, a customer or a setting, which no undo takes back."
            raise Refused(what, way_back(last.change))
        return _undo_or_redo(unit, entry, UNDO, Undone(command=entry.number))

    return desk.write(work)


def redo(desk: Desk) -> Outcome:
    """Puts back what the person's last undo took back; raises Refused without one, or when they did more since."""

    def work(unit: UnitOfWork) -> Outcome:
        undone = unit.store.log.last_undo(unit.who.person)
        entry = unit.store.log.get(undone.takes) if undone and undone.takes else None
        if undone is None or entry is None:
            raise Refused("You have nothing to redo.", "You can redo only directly after an undo.")
        return _undo_or_redo(unit, entry, REDO, Redone(command=entry.number))

    return desk.write(work)


def _passed_over(unit: UnitOfWork, entry: LoggedCommand | None) -> PassedOver | None:
    """The change that the person made after this command, their last one, unless they have passed over it already."""
    log, person = unit.store.log, unit.who.person
    change = unit.store.journal.last_by(person, *(entry.at, entry.number) if entry is not None else (0, 0))
    if change is None:
        return None
    undone = log.last_undo(person)
    if entry is None and undone is not None and undone.at > change.at:
        return None
    taken = log.get(undone.takes) if undone is not None and undone.takes is not None else None
    if undone is not None and taken is not None and taken.at < change.at < undone.at:
        return None
    return PassedOver(change, entry)


def _must_be_undoable(unit: UnitOfWork, entry: LoggedCommand) -> None:
    """Raises Refused as `undo` does, and changes nothing."""
    fact, among = Undone(command=entry.number), frozenset(entry.cases)
    for number in entry.cases:
        history = unit.store.cases.history(number)
        _nobody_else_since(entry, number, history, unit.roster, unit.now)
        _ids_must_be_free(unit, among, _turned_case(number, history, _turn_event(entry, history, fact, unit.now)))
    if entry.verb in causes.VERBS:
        causes.must_be_turnable(unit, entry, undo=True)
    if entry.verb == customer_merges.MERGE:
        customer_merges.must_be_turnable(unit, entry, undo=True)
    if entry.verb == person_merges.MERGE:
        person_merges.must_be_turnable(unit, entry, undo=True)
    if entry.verb == "reply":
        from careconsole.desk.cases import replies  # few commands sent a mail

        replies.must_be_takeable_back(unit, entry)
    for number in unit.store.playbooks.changed_by(entry.number):
        _must_be_turnable_playbook(unit, entry, UNDO, number, unit.store.playbooks.history(number))


def _turn_event(entry: LoggedCommand, history: list[Event], fact: Fact, now: int, log: int | None = None) -> Event:
    return Event(number=history[-1].number + 1, at=now, recorded_at=now, fact=fact, actor=entry.actor, command=log)


def _turned_case(number: int, history: list[Event], event: Event) -> Case:
    after = fold(number, [*history, event])
    assert after is not None
    return after


def _ids_must_be_free(unit: UnitOfWork, among: Collection[int], after: Case) -> None:
    """Raises Refused when an outside name that a case gets back is by now that of a case that is not `among` these."""
    for source, external in after.external:
        holder = unit.store.cases.by_external(source, external)
        if holder is not None and holder not in among:
            raise Refused(f"{source}:{external} is now case {holder}.", "Work on that one.")


def _undo_or_redo(unit: UnitOfWork, entry: LoggedCommand, verb: str, fact: Fact) -> Outcome:
    store, roster, now = unit.store, unit.roster, unit.now
    log = store.log.add(verb, unit.who, now, entry.cases, takes=entry.number)
    events, named, stands = list[tuple[int, Event]](), dict[int, Named](), dict[int, str]()
    among, alike = frozenset(entry.cases), Alike()
    for number in entry.cases:
        history = store.cases.history(number)
        _nobody_else_since(entry, number, history, roster, now)
        event = _turn_event(entry, history, fact, now, log)
        before, after = fold(number, history), _turned_case(number, history, event)
        done = [alike.event(one) for one in history if one.command == entry.number]
        events += [(number, one) for one in done]
        if any(one.fact.names_earlier for one in done):
            named[number] = named_in(history)
        if before is not None and (stand := _stands(before, after, entry.verb, now)):
            stands[number] = intern(stand)  # there are a few of them, and any number of cases
        _ids_must_be_free(unit, among, after)
        store.case_writer.save(after, history[-1].number, unit.team.levels.due(after))
        store.case_writer.append(number, [event])
        if verb == REDO:
            files.must_have_contents(unit, entry.number, history)
            queue_notices(unit, _redone_events(entry.number, number, history, now), roster)
    change: JournalEntry | None = None
    if entry.verb in causes.VERBS:
        change = causes.turn(unit, entry, undo=verb == UNDO)
    if entry.verb == customer_merges.MERGE:
        change = customer_merges.turn(unit, entry, undo=verb == UNDO)
    if entry.verb == person_merges.MERGE:
        change = person_merges.turn(unit, entry, undo=verb == UNDO)
    if entry.verb == mail_senders.SPAM:
        mail_senders.turn(unit, entry.number, entry.cases, undo=verb == UNDO)
    notices: tuple[str, ...] = ()
    if entry.verb == "reply":
        from careconsole.desk.cases import overtaken, replies  # few commands sent a mail

        replies.turn(unit, entry, undo=verb == UNDO)
        if verb == UNDO:
            notices = ("The text of the mail is a draft again.",)
        else:
            notices = tuple(overtaken.told(unit, overtaken.stop_overtaken(unit, entry.cases)))
    playbooks = _undo_or_redo_playbooks(unit, entry, verb, log)
    store.log.mark(entry.number, verb == UNDO)
    return Outcome(
        command=log,
        cases=tuple(entry.cases),
        playbooks=playbooks,
        turned=entry.verb,
        takes=entry.number,
        notices=notices,
        change=change,
        events=tuple(events),
        named=named,
        stands=stands,
    )


def _stands(before: Case, after: Case, verb: str, now: int) -> str:
    """How a case stands after an undo or redo of `verb`, where that is not as it stood before; empty if it is."""
    parked, was = after.parked, before.parked
    if after.status == before.status and ((parked is None) == (was is None) or verb in _PARKING):
        return ""
    if after.status == VOID:
        return "It is void now, and counts nowhere."
    again = "" if before.status == VOID else " again"
    if not after.is_open or parked is None:
        return f"It is {after.status}{again}." if after.status != before.status else "It is no longer parked."
    if parked.until is None:
        return f"It is parked{again}."
    until = local(parked.until, now)
    return f"It is parked{again}, until {until}{'' if parked.until > now else ', which has passed'}."


def _undo_or_redo_playbooks(unit: UnitOfWork, entry: LoggedCommand, verb: str, log: int) -> tuple[int, ...]:
    """The playbooks that the command changed, each with an undo or redo added to its history.

    Raises Refused for one that another command has changed since, or that somebody has used since it was written.
    """
    playbooks = unit.store.playbooks
    changed = playbooks.changed_by(entry.number)
    fact: playbook_history.AnyFact = (
        playbook_history.Undone(command=entry.number) if verb == UNDO else playbook_history.Redone(command=entry.number)
    )
    for number in changed:
        history = playbooks.history(number)
        _must_be_turnable_playbook(unit, entry, verb, number, history)
        after = history[-1].number
        playbooks.append(number, fact, after=after, at=unit.now, actor=unit.who.person, command=log)
    return tuple(changed)


def _must_be_turnable_playbook(
    unit: UnitOfWork, entry: LoggedCommand, verb: str, number: int, history: list[playbook_history.PlaybookEvent]
) -> None:
    at_work = playbook_history.standing([event for event in history if event.command != entry.number])
    last = max(event.number for event in history if event.command == entry.number)
    since = [event for event in at_work if event.number > last]
    if since:
        name = unit.roster.name(since[-1].actor)
        raise Refused(
            f"Playbook {number} has changed since: {name} {since[-1].fact.told}.",
            "Your command can no longer be {}; revise it instead: {}.",
            _turned(entry),
            suggest("playbook revise", number),
        )
    if (
        verb == UNDO
        and history[0].command == entry.number
        and (used := unit.store.playbooks.uses([number]).get(number))
    ):
        raise Refused(
            f"Playbook {number} has been used since, on case {used[-1].case}.",
            "Retire it instead: {}.",
            suggest("playbook retire", number, reason=...),
        )


def _redone_events(command: int, case: int, history: list[Event], now: int) -> Iterator[tuple[Case, Event]]:
    """A command's events on a case, dated now, each with the case before: notices unsent at the undo never were."""
    for place, event in enumerate(history):
        if event.command == command and (before := fold(case, history[:place])) is not None:
            yield before, replace(event, at=now)


def _nobody_else_since(entry: LoggedCommand, number: int, history: list[Event], roster: Roster, now: int) -> None:
    """Raises Refused when others' events were added, undone or redone since the command's last event, undo or redo."""
    if all(e.fact.stands_alone for e in history if e.command == entry.number):
        return
    turned = max(e.number for e in history if _is_about(e, entry.number))
    stood = {e.number for e in not_undone([e for e in history if e.number <= turned])}
    stands = {e.number for e in not_undone(history)}
    for event in history:
        since = event.number in stands and event.number > turned
        taken_back = event.number in stood and event.number not in stands
        put_back = event.number <= turned and event.number in stands and event.number not in stood
        others = event.actor != entry.actor and event.command != entry.number and not event.fact.changes_nothing
        if others and (since or taken_back or put_back):
            told = event.sentence(Narrator(roster, lambda ms: local(ms, now), named_in(history)))
            instead = "give it again" if entry.undone else "do the opposite instead"
            raise Refused(
                f"Case {number} has changed since: {ended(told + ('; that was undone again' if taken_back else ''))}",
                f"Your command can no longer be {_turned(entry)}; {instead}.",
            )


def _turned(entry: LoggedCommand) -> str:
    return "redone" if entry.undone else "undone"


def _is_about(event: Event, command: int) -> bool:
    turns = isinstance(event.fact, Undone | Redone) and event.fact.command == command
    return turns or event.command == command
