"""Writing playbooks: each change is one command, which one undo takes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from careconsole.desk.playbooks.words import gather
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.context import Context
from careconsole.domain.errors import Conflict, Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.playbook import rules
from careconsole.domain.playbook.content import LONG, Authority, Content
from careconsole.domain.playbook.history import AnyFact, Confirmed, Playbook, Revised, Written
from careconsole.domain.playbook.markdown import ReadPlaybook
from careconsole.domain.terminal_text import display_text, fold
from careconsole.domain.time.moments import local


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """A change that was made: the playbook as it is now, the command's number, and notices for the person."""

    playbook: Playbook
    command: int
    notices: tuple[str, ...] = ()


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What an import of files did: the numbers of the new, the revised and the unchanged playbooks."""

    new: tuple[int, ...] = ()
    revised: tuple[int, ...] = ()
    unchanged: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()


def write(desk: Desk, content: Content, *, case: int | None = None) -> Saved:
    """Writes a new playbook, from scratch or from what happened on `case`. Raises WrongUse for what it cannot say."""

    def work(unit: UnitOfWork) -> Saved:
        ctx = unit.context()
        review = None
        if case is not None:
            known = load(desk, case, [])
            review = known.reviews[-1].number if known.reviews else None
        fact = rules.write(content, ctx, case=case, review=review)
        _must_be_new(unit, fact.content.title)
        command = unit.store.log.add("playbook write", unit.who, unit.now, [])
        return _saved(unit, unit.store.playbooks.new_number(), fact, 0, command)

    return desk.write(work)


def revise(desk: Desk, number: int, changes: dict[str, Any], *, why: str = "", seen: int | None = None) -> Saved:
    """Replaces parts of a playbook's text; `changes` has the new values by field of `Content`.

    An `Authority` may be given in parts, as a dictionary. `seen` is the edition that the person was looking at; a newer
    one raises Conflict.
    """

    def decide(playbook: Playbook, ctx: Context) -> AnyFact:
        if seen is not None and seen != playbook.edition:
            raise Conflict(
                f"Playbook {number} has been revised since you saw it.",
                "Look again ({}) and decide again; nothing was changed.",
                suggest("playbook show", number),
            )
        made = dict(changes)
        may = made.get("may")
        if isinstance(may, dict):
            made["may"] = replace(playbook.content.may or Authority(text=""), **may)
        return rules.revise(playbook, replace(playbook.content, **made), ctx, why)

    return _change(desk, number, "playbook revise", decide)


def confirm(desk: Desk, number: int, until: int | None = None) -> Saved:
    """As a lead, confirms what a playbook lets the frontline decide, until a time (epoch milliseconds)."""
    return _change(desk, number, "playbook confirm", lambda playbook, ctx: rules.confirm(playbook, until, ctx))


def retire(desk: Desk, number: int, reason: str) -> Saved:
    """Retires a playbook: it is no longer offered."""
    return _change(desk, number, "playbook retire", lambda playbook, ctx: rules.retire(playbook, reason, ctx))


def restore(desk: Desk, number: int) -> Saved:
    """Offers a retired playbook again."""
    return _change(desk, number, "playbook restore", rules.restore)


def load_files(desk: Desk, read: list[tuple[str, ReadPlaybook]], *, dry_run: bool = False) -> Loaded:
    """Writes and revises playbooks that were read from files, each with its file's name: all of them or none.

    A file without a number is a new playbook, unless one of that title exists. Raises WrongUse for two files of one
    number or title, and for a number that no playbook has.
    """

    def work(unit: UnitOfWork) -> Loaded:
        ctx = unit.context()
        known = unit.store.playbooks.all()
        by_title = {fold(p.content.title): p.number for p in known.values() if p.is_offered}
        taken: dict[int | str, str] = {}
        new, revised, unchanged, notices = list[int](), list[int](), list[int](), list[str]()
        command: int | None = None
        for name, file in read:
            title = fold(file.content.title)
            number = file.number if file.number is not None else by_title.get(title)
            for key in (number, title):
                if key is not None and (other := taken.setdefault(key, name)) != name:
                    which = f"number {key}" if isinstance(key, int) else f"the title {file.content.title!r}"
                    raise WrongUse(f"{other} and {name} both have {which}.", "Give each its own; nothing was changed.")
            if number is not None and number not in known:
                raise WrongUse(
                    f"{name}: there is no playbook {number} here.",
                    "Leave the line 'id: {}' out to make it a new one; nothing was changed.",
                    str(number),
                )
            if command is None:
                command = unit.store.log.add("playbook import", unit.who, unit.now, [])
            if number is None:
                fact = _in_file(name, lambda f=file: rules.write(f.content, ctx))  # type: ignore[misc]
                saved = _saved(unit, unit.store.playbooks.new_number(), fact, 0, command)
                new.append(saved.playbook.number)
            elif known[number].content == file.content:
                unchanged.append(number)
                continue
            else:
                fact = _in_file(name, lambda n=number, f=file: rules.revise(known[n], f.content, ctx, "from a file"))  # type: ignore[misc]
                saved = _saved(unit, number, fact, known[number].version, command)
                revised.append(number)
            notices += saved.notices
        loaded = Loaded(new=tuple(new), revised=tuple(revised), unchanged=tuple(unchanged), notices=tuple(notices))
        if dry_run or not (new or revised):
            raise _NothingToStore(loaded)
        return loaded

    try:
        return desk.write(work)
    except _NothingToStore as end:
        return end.loaded


class _NothingToStore(Exception):
    """Ends a dry run, or an import without changes, so that the transaction is rolled back."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self.loaded = loaded


def _change(desk: Desk, number: int, verb: str, decide: Callable[[Playbook, Context], AnyFact]) -> Saved:
    def work(unit: UnitOfWork) -> Saved:
        playbook = unit.store.playbooks.get(number)
        if playbook is None:
            raise WrongUse(f"There is no playbook {number}.", "See {}.", suggest("playbook list"))
        fact = decide(playbook, unit.context())
        command = unit.store.log.add(verb, unit.who, unit.now, [])
        return _saved(unit, number, fact, playbook.version, command)

    return desk.write(work)


def _saved(unit: UnitOfWork, number: int, fact: AnyFact, after: int, command: int) -> Saved:
    store = unit.store.playbooks
    store.append(number, fact, after=after, at=unit.now, actor=unit.who.person, command=command)
    playbook = store.get(number)
    assert playbook is not None
    store.save_words(gather(unit, [playbook]), unit.now)
    notices = []
    if playbook.content.lines > LONG:
        notices.append(
            f"Playbook {number} has {playbook.content.lines} lines; one of at most {LONG} is easier to use in a call."
        )
    if isinstance(fact, Written | Revised | Confirmed) and (counts := _counts_until(playbook, unit.now)):
        notices.append(counts)
    if isinstance(fact, Written | Revised):
        notices += _also_for(unit, playbook)
    return Saved(playbook=playbook, command=command, notices=tuple(notices))


def _counts_until(playbook: Playbook, now: int) -> str:
    """Until when what a playbook lets others decide counts, or that no lead has confirmed it; empty if nothing."""
    may, what = playbook.content.may, f"What playbook {playbook.number} lets others decide"
    if may is None:
        return ""
    if playbook.confirmed_until is None:
        return f"{what} counts once a lead has confirmed it."
    if may.until is not None and may.until <= playbook.confirmed_until:
        counts = "counts" if may.until > now else "counted"
        return f"{what} {counts} until {local(may.until, now)}, as it says itself."
    return f"{what} counts until {local(playbook.confirmed_until, now)}; then a lead has to confirm it again."


def _also_for(unit: UnitOfWork, playbook: Playbook) -> list[str]:
    """Says which other playbooks are for the same causes, and so are shown on the same cases."""
    if not playbook.content.causes:
        return []
    found, named = [], unit.store.causes.all()
    offered = [p for p in unit.store.playbooks.all().values() if p.is_offered and p.number != playbook.number]
    for cause in playbook.content.causes:
        others = [str(p.number) for p in offered if any(named.same(cause, other) for other in p.content.causes)]
        if others:
            known = f"Playbook {others[0]} is" if len(others) == 1 else f"Playbooks {', '.join(others)} are"
            found.append(f"{known} for the cause {display_text(cause)}, too.")
    return found


def _must_be_new(unit: UnitOfWork, title: str) -> None:
    for playbook in unit.store.playbooks.all().values():
        if playbook.is_offered and fold(playbook.content.title) == fold(title):
            raise Refused(
                f"Playbook {playbook.number} has that title already: {display_text(playbook.content.title)}.",
                "Revise it ({}), or choose another title.",
                suggest("playbook revise", playbook.number),
            )


def _in_file(name: str, decide: Callable[[], AnyFact]) -> AnyFact:
    try:
        return decide()
    except (WrongUse, Refused) as error:
        raise type(error)(f"{name}: {error.message}", error.hint) from error
