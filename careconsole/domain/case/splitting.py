"""Splitting a case about two matters: messages from some entry on become a separate case, which follows it."""

from collections.abc import Callable, Iterable, Sequence
from sys import intern

from msgspec.structs import replace

from careconsole.domain.case.command import Cases, Command, Decision
from careconsole.domain.case.context import Context, must_be_responsible
from careconsole.domain.case.effective_history import moved_entries, standing, undone_commands
from careconsole.domain.case.entries import NamedEntry
from careconsole.domain.case.event import Changes, Contact, Event, Fact, Moved
from careconsole.domain.case.files import files_to_bring
from careconsole.domain.case.import_events import NOTE, Imported
from careconsole.domain.case.messages import Reclassified
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.promises import Promised
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.resolution_answers import SORT_WORDS, contact_changes
from careconsole.domain.case.state import Case, Inbound
from careconsole.domain.errors import Refused
from careconsole.domain.hints import Hint, given, hint_of, suggest

_SUBJECT = 80
"""The maximum length of a subject made from a message, in characters."""


class Split(Command, frozen=True, kw_only=True):
    """Split off the messages from entry `first` on, which are another matter, as a case that follows this one.

    Without a subject, the new case gets the first line of its first message.
    """

    alone = hint_of("Give one case, and the entry where the other matter begins {}.", given(first=...))
    opens = True

    first: int
    subject: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody responsible for a case may split it."""
        must_be_responsible(case, ctx)

    def decide_with(self, case: Case, ctx: Context, cases: Cases) -> Decision:
        """The facts for both cases, the new one first."""
        history = cases.history(case.number)
        _must_be_split_from(self.first, case, history)
        number = cases.new_number()
        opening, left = self.decide_split(case, history, number)
        return [(number, opening), (case.number, left)]

    def decide_split(self, case: Case, history: Sequence[Event], number: int) -> tuple[list[Fact], list[Fact]]:
        """The facts for the new case, which has this `number`, and for the one it is split from.

        Messages, notes, files and open promises move, ordered by time; an offer, helpers, a call and a parking stay,
        and the owner has both. Messages keep their times, so no clock starts over. Raises Refused if no message would
        move.
        """
        words = _words(history, self.first)
        talks = [word for word in words if word.contact is not None]
        if not talks:
            raise Refused(
                f"Case {case.number} has no messages with the customer from entry {self.first} on.",
                *_instead(case, history),
            )
        promises = [promise for promise in case.promises if promise.number >= self.first]
        began = talks[0]
        opened = SplitFrom(
            subject=self.subject.strip() or _first_line(began.text) or case.subject,
            follows=case.number,
            first=self.first,
            since=began.at,
            inbound=began.inbound is True,
            customer=case.customer,
            channel=began.channel,
            priority=case.priority,
            owner=case.owner,
            untaken_since=None if case.untaken_since is None else max(case.untaken_since, began.at),
            clocks_from=case.clocks_from,
            imported=case.imported,
        )
        passed_on = [
            Promised(text=p.text, due=p.due, by=p.by, made_at=p.made_at, moves=p.moves, late=p.late, untold=p.untold)
            for p in promises
        ]
        files = [file for file in case.files if file.number >= self.first]
        gone = SplitOff(
            into=number,
            words=tuple(sorted([*(word.entry for word in words), *(file.number for file in files)])),
            promises=tuple(promise.number for promise in promises),
        )
        return [opened, *words, *passed_on, *files_to_bring(files, case.number)], [gone]


@event("split from")
class SplitFrom(Fact, frozen=True, kw_only=True):
    """A case was split from case `follows`, from its entry `first` on; its first message is from `since`.

    `inbound`: the customer began the matter. Messages, notes and promises follow as separate entries. `clocks_from` and
    `imported` are as they were on the other case.
    """

    subject: str
    follows: int
    first: int
    since: int
    inbound: bool = True
    customer: int | None = None
    channel: str = "other"
    priority: str = "normal"
    owner: int | None = None
    untaken_since: int | None = None
    clocks_from: int = 0
    imported: bool = False

    def new_case(self, number: int, event: Event) -> Case:
        """A case that is as old as its first message; the messages carried over tell whether somebody waits."""
        return Case(
            number=number,
            version=0,
            opened_at=self.since,
            changed_at=event.at,
            worked_at=event.at,
            subject=self.subject,
            customer=self.customer,
            channel=self.channel,
            priority=self.priority,
            owner=self.owner,
            untaken_since=self.untaken_since,
            last_owner=self.owner,
            answered_at=None if self.inbound else self.since,
            follows=self.follows,
            clocks_from=self.clocks_from,
            imported=self.imported,
        )

    def sentence(self, narrator: Narrator) -> str:
        """Says where it came from, who owns it, and what it is about."""
        whose = f"owned by {narrator.name(self.owner)}"
        return f"split it from case {self.follows}, {whose}: {self.subject}"


@event("carried")
class Carried(Fact, frozen=True, kw_only=True):
    """A message or note of time `at`, which was entry `entry` of the case that this one was split from.

    `inbound` None is an internal note. `by` is who wrote it, or recorded what the customer said; None if not known.
    `heard` is when it became known here, if that was later (epoch milliseconds).
    """

    entry: int
    at: int
    text: str
    inbound: bool | None = None
    channel: str = ""
    sort: str = "message"
    proactive: bool = False
    by: int | None = None
    heard: int = 0

    def apply(self, case: Case, event: Event) -> Changes:
        """Applies a message as of the time it was sent."""
        if self.contact is None:
            return {}
        return contact_changes(
            case, self.contact, Inbound(number=event.number, at=self.at, sort=self.sort, heard=self.heard)
        )

    @property
    def is_work(self) -> bool:
        """Carrying a message or note over is not work on the case."""
        return False

    @property
    def contact(self) -> Contact | None:
        """The message carried over; None for a note."""
        if self.inbound is None:
            return None
        return Contact(
            inbound=self.inbound,
            channel=self.channel,
            text=self.text,
            sort=self.sort,
            proactive=self.proactive,
            at=self.at,
        )

    def sentence(self, narrator: Narrator) -> str:
        """Says what it was, who said it, when, and the text; it was moved here from the other case."""
        by = f" by {narrator.name(self.by)}" if self.by is not None else ""
        if self.inbound is None:
            what = f"a note{by}"
        elif self.inbound:
            what = f"{SORT_WORDS.get(self.sort, 'a message')} from the customer ({self.channel})"
        else:
            what = f"a message to the customer ({self.channel}){by}"
        return f"moved {what} here, {narrator.moment(self.at)}: {self.text}"


@event("split")
class SplitOff(Fact, frozen=True, kw_only=True):
    """A part of this case became case `into`: the messages, notes and files `words` and the `promises` moved there."""

    passes_promises_on = True

    into: int
    words: tuple[int, ...]
    promises: tuple[int, ...] = ()

    def apply(self, case: Case, event: Event) -> Changes:
        """Adds the case that follows, which takes its promises; `moved` tells the fold which messages went along."""
        promises = tuple(promise for promise in case.promises if promise.number not in self.promises)
        return {"promises": promises, "followed_by": (*case.followed_by, self.into)}

    @property
    def moved(self) -> Moved:
        """The messages and notes that moved there."""
        return Moved(self.words, self.into)

    def sentence(self, narrator: Narrator) -> str:
        """Says which case was split off, and with which entries."""
        numbers = ", ".join(map(str, sorted((*self.words, *self.promises))))
        entries = "entry" if len(self.words) + len(self.promises) == 1 else "entries"
        return f"split case {self.into} off, with {entries} {numbers}"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person answerable for the case, and so for both."""
        return f"{reader.who} split case {self.into} off {reader.whose}." if reader.owned else None

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: a new case stays news."""
        return ""


def entries_to_split_from(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The messages to and from the customer, the latest first: a case can be split at each of them."""
    return [
        NamedEntry(word.entry, word.text, f"{'in' if word.inbound else 'out'}, {moment(word.at)}")
        for word in sorted(_words(history, 2), key=lambda word: -word.entry)
        if word.contact is not None
    ]


def nothing_to_split(case: Case) -> Refused:
    """Why a case without entries to split from cannot be split, and what to do instead."""
    return Refused(
        f"Case {case.number} has no message after its opening, so there is nothing to split off.",
        "For another matter: {}.",
        suggest("follow-up", case.number, subject=...),
    )


def _must_be_split_from(first: int, case: Case, history: Sequence[Event]) -> None:
    known = {entry.number: entry for entry in history}
    gone = undone_commands(history)
    moved = moved_entries(history, gone)
    if first == 1:
        raise Refused(
            f"Entry 1 is the opening of case {case.number} and stays with it.",
            "For another matter that came up in it, open a follow-up case: {}.",
            suggest("follow-up", case.number, subject=...),
        )
    if first not in known:
        raise Refused(f"Case {case.number} has no entry {first}.", *_instead(case, history))
    if first in moved:
        raise Refused(
            f"Entry {first} of case {case.number} was moved to case {moved[first]} already.",
            "Work there: {}.",
            suggest("show", moved[first]),
        )
    if known[first].command in gone:
        raise Refused(f"Entry {first} of case {case.number} was undone.", *_instead(case, history))


def _instead(case: Case, history: Sequence[Event]) -> tuple[Hint]:
    """What to do instead if the case cannot be split at an entry."""
    numbers = [str(word.entry) for word in _words(history, 2) if word.contact is not None]
    if numbers:
        listed = ", ".join(sorted(numbers, key=int))
        return (hint_of("Split from one of its messages ({}): {}.", listed, suggest("split", case.number, first=...)),)
    follow = suggest("follow-up", case.number, subject=...)
    return (hint_of("It has no messages after its opening; for another matter: {}.", follow),)


def _words(history: Sequence[Event], first: int) -> list[Carried]:
    """The messages and notes of the case from entry `first` on, as they are carried over, ordered by time."""
    stands = standing(history)
    sorts = {entry.fact.touch: entry.fact.sort for entry in stands if isinstance(entry.fact, Reclassified)}
    words = (_carried(entry, sorts) for entry in stands if entry.number >= max(first, 2))
    return sorted((word for word in words if word is not None), key=lambda word: (word.at, word.entry))


def _carried(entry: Event, sorts: dict[int, str]) -> Carried | None:
    """The message or note of an entry, as it is carried over; None if it has none."""
    fact, contact = entry.fact, entry.fact.contact
    if isinstance(fact, Carried):
        return replace(fact, entry=entry.number, sort=sorts.get(entry.number, fact.sort))
    by = fact.by if isinstance(fact, Imported) else entry.actor
    heard = entry.recorded_at if entry.recorded_at > entry.at else 0
    if contact is not None:
        return Carried(
            entry=entry.number,
            at=entry.at,
            text=contact.text,
            inbound=contact.inbound,
            channel=contact.channel,
            sort=intern(sorts.get(entry.number, contact.sort)),  # msgspec omits a default by identity
            proactive=contact.proactive,
            by=by,
            heard=heard,
        )
    if isinstance(fact, Noted):
        return Carried(entry=entry.number, at=entry.at, text=fact.text, by=by)
    if isinstance(fact, Imported) and fact.way == NOTE:
        return Carried(entry=entry.number, at=entry.at, text=fact.said, by=by)
    return None


def _first_line(text: str) -> str:
    lines: Iterable[str] = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line), "")[:_SUBJECT].rstrip()
