"""Causes: what counts as one cause, the other names it has, and when it came up on a case.

A history keeps the label that was typed. Labels that differ in case, accents that Unicode treats as equal, hyphens and
other punctuation alone have one key (`cause_key`) and are one cause; for others, somebody says so by a merge. Counting
goes through the key and through merges (`Causes`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.state import Again, Case, Occurrence
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.terminal_text import fold, search_key

IMPORTED = frozenset(("cause", "root cause"))
"""The names of fields, folded, in which other systems keep the cause of a case."""
_LONGEST_FIELD = 100
"""Characters of the name of a field that may be one of these."""
CUSTOMER_REQUEST, CUSTOMERS_WISH = "customer request", "wish"
"""The reason to escalate that the customer asks for it: as people give it, and as events store it."""
NO_LESSON = (CUSTOMERS_WISH, "overdue")
"""The reasons to escalate that owe no review: nothing fell outside the process."""
_ENOUGH = 3
"""The fewest letters that two words must begin with to be alike."""
_NO_WORD = re.compile(r"[\W_]+")
"""Everything but letters and digits, as `str.isalnum` tells them."""


class NamedCause(msgspec.Struct, frozen=True, kw_only=True):
    """A cause that was named: its number, the label first given to it, its key, and the cause it counts as, if another.

    `into` is never itself merged into another: a merge moves everything that led to a cause along with it.
    """

    number: int
    label: str
    key: str
    into: int | None = None


class KnownChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that a review of a case asked for, neither dropped nor found not to work; `made_at` None: it is open.

    `since` is how often the cause came up after it was asked for, without what is not reviewed yet on the case at hand.
    """

    case: int
    review: int
    change: str
    owner: int | None
    due: int | None
    asked_at: int
    made_at: int | None
    since: int


class KnownCause(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a cause from other cases: the latest decision about it and its case, and how often in a row
    nothing changed.

    `changes` are what is asked for or made against it, on all cases.
    """

    decided: str = ""
    decided_in: int | None = None
    nothing: int = 0
    changes: tuple[KnownChange, ...] = ()


def label(text: str) -> str:
    """A cause label as it is stored: lower case, single spaces."""
    return " ".join(text.lower().split())


def cause_key(text: str) -> str:
    """What identifies a cause: its label folded, with punctuation as spaces; the folded label if it is all punctuation.

    "Refund-limit" and "refund limit" have one key.
    """
    folded = fold(text)
    return _NO_WORD.sub(" ", folded).strip() or folded


class Causes:
    """Every cause that was named, and which of them count as one."""

    def __init__(self, named: Iterable[NamedCause]) -> None:
        self.by_number: dict[int, NamedCause] = {one.number: one for one in named}
        self._by_key = {one.key: one for one in self.by_number.values()}

    def find(self, text: str) -> NamedCause | None:
        """The cause that a label was given to, which may count as another; None if it was never named."""
        return self._by_key.get(cause_key(text))

    def root(self, cause: NamedCause) -> NamedCause:
        """The cause that one counts as: itself, or the one it was merged into."""
        return self.by_number.get(cause.into, cause) if cause.into is not None else cause

    def counted(self, text: str) -> str:
        """The key under which a label counts; its own if it was never named."""
        cause = self.find(text)
        return cause_key(text) if cause is None else self.root(cause).key

    def name(self, text: str) -> str:
        """The label of the cause that a label counts as."""
        cause = self.find(text)
        return label(text) if cause is None else self.root(cause).label

    def same(self, one: str, other: str) -> bool:
        """Whether two labels count as one cause."""
        return self.counted(one) == self.counted(other)

    def group(self, text: str) -> tuple[str, ...]:
        """The keys of all labels that count as the same cause as `text`, its own first."""
        own, cause = cause_key(text), self.find(text)
        if cause is None:
            return (own,)
        root = self.root(cause).number
        return (own, *(one.key for one in self.by_number.values() if root in (one.number, one.into) and one.key != own))

    def aliases(self, root: NamedCause) -> list[NamedCause]:
        """The causes merged into one, by label."""
        return sorted((c for c in self.by_number.values() if c.into == root.number), key=lambda c: c.label)

    def near(self, text: str) -> list[str]:
        """Labels of causes that are like a text: that have a word in common with it, or one that begins alike."""
        return like(text, [one.label for one in self.by_number.values() if one.into is None])[:3]

    def merged(self, old: NamedCause, new: NamedCause) -> list[NamedCause]:
        """What changes so that `old`, and all that leads to it, counts as `new`.

        Raises WrongUse for a cause merged into itself, and Refused if they count as one already or `old` counts as
        another cause.
        """
        if old.number == new.number:
            raise WrongUse(f"“{old.label}” cannot be merged into itself.", "Give two different causes.")
        root, target = self.root(old), self.root(new)
        if root.number == target.number:
            if new.into == old.number:
                raise Refused(
                    f"“{new.label}” counts as “{old.label}” already; the other way round would be a circle.",
                    "To give it the other name: {}.",
                    suggest("cause rename", name=old.label, new_name=new.label),
                )
            raise Refused(
                f"“{old.label}” and “{new.label}” count as one cause already.",
                "See {}.",
                suggest("cause show", name=target.label),
            )
        if old.into is not None:
            raise Refused(
                f"“{old.label}” counts as “{root.label}” already.",
                "Merge that one: {}.",
                suggest("cause merge", name=root.label, into=new.label),
            )
        return [replace(one, into=target.number) for one in (old, *self.aliases(old))]

    def counts(self, by_label: dict[str, int]) -> dict[str, int]:
        """Counts by label as counts by cause, in order of name."""
        found: Counter[str] = Counter()
        for text, count in by_label.items():
            found[self.name(text)] += count
        return dict(sorted(found.items()))

    def taken(self, cause: NamedCause, other: NamedCause) -> Refused:
        """The refusal of a name that another cause has."""
        return Refused(
            f"There is a cause “{other.label}” already.",
            "If they are one, merge them: {}.",
            suggest("cause merge", name=cause.label, into=other.label),
        )


def like(text: str, labels: Iterable[str]) -> list[str]:
    """The labels that begin with `text`, then those that contain it, then those with like words, the most alike first.

    Words are alike if they are equal or begin with the same letters, at least three; everything without regard to case
    and accents.
    """
    begun = search_key(text)
    words = begun.split()
    ranked = []
    for place, one in enumerate(labels):
        key = search_key(one)
        if key.startswith(begun):
            ranked.append((0, 0, place, one))
        elif begun and begun in key:
            ranked.append((1, 0, place, one))
        elif shared := sum(_alike(word, key.split()) for word in words):
            ranked.append((2, -shared, place, one))
    return [one for *_, one in sorted(ranked)]


def _alike(word: str, others: list[str]) -> bool:
    stem = word[: max(_ENOUGH, len(word) - 2)]
    return len(word) >= _ENOUGH and any(other.startswith(stem) for other in others)


def came_up(case: Case, number: int, at: int, cause: str) -> tuple[Occurrence, ...]:
    """The occurrences of a case after an escalation, event `number`: the open one goes on, or another begins.

    A cause that is given replaces the one given before.
    """
    last = open_occurrence(case)
    if last is not None:
        return (*case.occurrences[:-1], replace(last, cause=cause or last.cause))
    return (*case.occurrences, Occurrence(number=number, at=at, cause=cause))


def taken_over(case: Case, number: int, at: int, cause: str, again: tuple[Again, ...] = ()) -> tuple[Occurrence, ...]:
    """The occurrences of a case after a merge, event `number`, took over one that is not reviewed yet."""
    if open_cause(case):
        return case.occurrences
    *before, last = came_up(case, number, at, cause)
    return (*before, replace(last, again=again) if again else last)


def open_cause(case: Case) -> str:
    """The cause of what is not reviewed yet; empty without one."""
    last = open_occurrence(case)
    return last.cause if last is not None else ""


def open_again(case: Case) -> tuple[Again, ...]:
    """The changes that came before what is not reviewed yet."""
    last = open_occurrence(case)
    return last.again if last is not None else ()


def open_occurrence(case: Case) -> Occurrence | None:
    """What came up and is not reviewed yet; None without anything."""
    last = case.occurrences[-1] if case.occurrences else None
    return last if last is not None and last.settled is None else None


def decided_on(case: Case, text: str) -> tuple[Occurrence, ...]:
    """The occurrences of a case after a decision about the open one."""
    last = open_occurrence(case)
    if last is None:
        return case.occurrences
    return (*case.occurrences[:-1], replace(last, decided=text))


def reviewed(case: Case, number: int, at: int, cause: str, decision: str, bare: int) -> tuple[Occurrence, ...]:
    """The occurrences of a case after a review, event `number`, whose cause counts; without an open one it is one.

    `decision` is what was decided with it; a review that says more than review number `bare` is about the same.
    """
    last = open_occurrence(case) or (case.occurrences[-1] if bare else None)
    if last is None:
        one = Occurrence(number=number, at=at, cause=cause, decided=decision, settled=number)
        return (*case.occurrences, one)
    return (*case.occurrences[:-1], replace(last, cause=cause, decided=decision or last.decided, settled=number))


def times_up(case: Case, causes: Causes) -> list[Occurrence]:
    """The times that a cause came up on a case, by which it is counted: each call for help once, with its cause.

    A review counts only where nobody had called for help about that cause, and then once for each cause: a second look
    at the same exception is no second exception.
    """
    named = [one for one in case.occurrences if one.cause]
    known = {causes.counted(one.cause) for one in named if not one.is_review}
    found = []
    for one in named:
        cause = causes.counted(one.cause)
        if one.is_review:
            if cause in known:
                continue
            known.add(cause)
        found.append(one)
    return found


def settled(case: Case, number: int) -> tuple[Occurrence, ...]:
    """The occurrences of a case that ended with event `number`: what comes up later is another one."""
    last = open_occurrence(case)
    return case.occurrences if last is None else (*case.occurrences[:-1], replace(last, settled=number))


def causes_in(fields: dict[str, str]) -> list[str]:
    """The labels of the causes that an imported case's fields name."""
    named = [name for name in fields if len(name) <= _LONGEST_FIELD and _is_cause(name)]
    return [label(text) for text in map(fields.__getitem__, named) if text.strip()]


@lru_cache(maxsize=1_000)
def _is_cause(field: str) -> bool:
    return cause_key(field) in IMPORTED  # for every field of every imported case, and most have the same few


def causes_of(case: Case) -> list[str]:
    """The labels of the causes that a case has, as typed: of what happened here, and what an import brought."""
    named = causes_in(case.fields) if case.fields else []
    if case.occurrences:
        named = [one.cause for one in case.occurrences if one.cause] + named
    return list(dict.fromkeys(named)) if named else []
