"""What the console says, until it has been seen: how long each sentence stays, and which of them there is room for."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from careconsole.commands.key_table import shown_key
from careconsole.domain.case.narrator import ended
from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.tui.news_lines import Line, Severity, count_line, in_room, lines_of

if TYPE_CHECKING:
    from careconsole.desk.cases.undo_redo import NextUndo
    from careconsole.desk.queries.still_open import ToldOpen
    from careconsole.desk.queries.what_became import ToldClock
    from careconsole.domain.team.roster import Roster
    from careconsole.tui.team_facts import TeamFact

_KEPT = 200
"""The most sentences that are kept to be read again."""
_LEAST, _MOST, _CELLS_PER_SECOND = 5.0, 30.0, 12
"""The fewest and the most seconds that a sentence stays, and how fast it is read; longer sentences stay longer."""
SINCE_SHOWS = f"{shown_key('since')} shows them."
"""The hint, and the kind, of what counts things that the page of what happened since the person left shows."""

UNKNOWN = sys.maxsize - 1
"""The version of a case that something was said of, until it is known."""
_NOT_NOW = "(No longer so.)"
_ANY = sys.maxsize
"""A change after any version of a case."""


class UndoHint(msgspec.Struct, frozen=True):
    """The end of a text that says what undo does, such as " (u undoes it)": true only while undo does what it `takes`.

    Empty `words`: it was true, and was taken out of the text.
    """

    words: str
    takes: NextUndo


def undo_hint(words: str, command: int | None) -> UndoHint | None:
    """The hint that undo takes back this command, which was given here; None without a command."""
    from careconsole.desk.cases.undo_redo import NextUndo  # not before a command was given

    return UndoHint(words, NextUndo(command)) if command is not None else None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the console says, at `at` (epoch milliseconds); its lines are safe to display.

    `concerns`: it reports others' acts, or that something falls due, to the person at work. `count`: how many things it
    counts without naming them, if it does; `kind` says of which kind.

    What is no longer true goes: the hint `offer` once undo would do something else, wherever the reason is, and the
    whole sentence with the next command given here; what tells of a `command` given here once that is undone or redone;
    a warning or a refusal that speaks of cases `as_stands`, each with the number of its last event then, once they
    change (UNKNOWN, where that is not known yet: by a command given here); that the person is called for help, on the
    case `call`, once it waits for nobody here; what `refuses` something once the set-up of the team changes, too; what
    tells of an offer, an owner, a draft and the like once what it `rests_on` is over; what `tells` of a command given
    elsewhere, as (case, command), once that is undone; what tells `of_team`, of an absence or the duty, once that is
    not so; and a warning of the clocks `due` once none of them runs: `became` is what the record then adds, of these.
    """

    text: str
    at: int
    severity: Severity = "information"
    concerns: bool = False
    kind: str = ""
    count: int = 0
    offer: UndoHint | None = None
    command: int | None = None
    as_stands: tuple[tuple[int, int], ...] = ()
    call: int | None = None
    rests_on: ToldOpen | None = None
    tells: tuple[int, int] | None = None
    of_team: TeamFact | None = None
    refuses: bool = False
    due: tuple[ToldClock, ...] = ()
    became: str = ""

    @property
    def urgent(self) -> bool:
        """Whether somebody calls the person for help."""
        return self.call is not None

    @property
    def offers(self) -> bool:
        """Whether it says what undo does."""
        return self.offer is not None and bool(self.offer.words)

    @property
    def without_offer(self) -> Said:
        """The same, without the hint what undo does."""
        if self.offer is None or not self.offer.words:
            return self
        before, _, behind = self.text.partition(self.offer.words)
        if behind.startswith(".") and ended(before) == before:
            behind = behind[1:]  # the full stop ended the hint; what is left of the sentence has its own end
        return replace(self, text=before + behind, offer=UndoHint("", self.offer.takes))

    @property
    def waits(self) -> bool:
        """Whether it stays until somebody is there: until a key is pressed while it is shown."""
        return self.concerns or self.severity != "information"

    @property
    def seconds(self) -> float:
        """How long it stays, once it is shown and, if it waits, somebody is there."""
        return min(_MOST, max(_LEAST, cell_width(self.text.replace("\n", " ")) / _CELLS_PER_SECOND))


class _Waiting:
    """Something said that has not gone yet: whether it is on the screen, and when it goes (seconds; None: unknown)."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.shown = False
        self.goes: float | None = None


class News:
    """What was said and has not been seen yet, oldest first, and the latest of all that was said.

    `clock` gives the present time in seconds. The last line of a screen with a form is for what its person does there:
    while one is on top (`over_form`), what concerns them waits and is only counted, except calls for help.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.latest: deque[Said] = deque(maxlen=_KEPT)
        """All that was said lately to the person at work, oldest first."""
        self.show_record: Callable[[], None] | None = None
        """Shows the record anew, while it is in sight."""
        self._to_others: dict[int | None, deque[Said]] = {}
        self._there: list[_Waiting] = []

    def say(self, said: Said) -> bool:
        """Adds what was said; returns whether it is new, as the same sentence is not shown twice at a time."""
        if self.is_there(said.text):
            return False
        if said.due:  # that it is due soon gives way to that it was
            self._drop(lambda one: bool(one.due) and set(said.due).issuperset(one.due))
        self.latest.append(said)
        self._there.append(_Waiting(said))
        return True

    def is_there(self, text: str) -> bool:
        """Whether this was said and has not gone yet."""
        return any(one.said.text == text for one in self._there)

    def record(self, said: Said) -> None:
        """Adds what another page says in full, so that it can be read again."""
        self.latest.append(said)

    def take_back(self, kind: str) -> int:
        """Takes back what only counted things of a kind, unless somebody has seen it; returns how many it counted.

        A caller who has more of them adds this number and says it in one sentence, so that they do not fill the screen.
        """
        unseen = [one for one in self._there if one.goes is None and one.said.count and one.said.kind == kind]
        for one in unseen:
            self._there.remove(one)
            self.latest.remove(one.said)
        return sum(one.said.count for one in unseen)

    # What is no longer true goes off the screen; all of it can still be read again.

    def after_command(self, takes: int | None = None, cases: Collection[int] = ()) -> None:
        """A command was given here, which changed `cases`: earlier offers to undo go, from the record too.

        So does what told of the command that it `takes` back, or gives again.
        """
        self._drop(lambda said: said.offer is not None or (takes is not None and said.command == takes))
        self.cases_changed(dict.fromkeys(cases, _ANY))
        self.latest = deque((said.without_offer for said in self.latest), maxlen=_KEPT)

    def offers(self, *, all: bool) -> bool:
        """Whether something that has not gone yet says what undo does, or with `all`, anything in the record."""
        return any(one.said.offers for one in self._there) or (all and any(said.offers for said in self.latest))

    def end_offers(self, takes: NextUndo | None) -> bool:
        """Hints at undo that are not true while it does what it `takes` go; returns whether there were any."""

        def true(said: Said) -> Said:
            return said if said.offer is None or said.offer.takes == takes else said.without_offer

        ends = [one for one in self._there if true(one.said) is not one.said]
        for one in ends:
            one.said = true(one.said)
        return self._correct(true) or bool(ends)

    def cases_changed(self, cases: Mapping[int, int]) -> bool:
        """What spoke of one of these cases as it stood before their event of that number goes; returns if any did."""
        return self._drop(lambda said: any(cases.get(case, 0) > version for case, version in said.as_stands))

    def set_up_changed(self) -> bool:
        """What refuses something goes, since the set-up may have been why; returns whether there was any."""
        return self._drop(lambda said: said.refuses)

    def as_stands(self) -> set[int]:
        """The cases that something still there speaks of as they stood."""
        return {case for one in self._there for case, _ in one.said.as_stands}

    def undated(self) -> set[int]:
        """The cases that something still there speaks of, as of a version that is not known yet."""
        return {case for one in self._there for case, version in one.said.as_stands if version == UNKNOWN}

    def date(self, versions: Mapping[int, int]) -> None:
        """Says which versions of cases those are, of which nothing was known yet."""
        for one in self._there:
            if any(version == UNKNOWN for _, version in one.said.as_stands):
                dated = [
                    (case, versions.get(case, 0) if version == UNKNOWN else version)
                    for case, version in one.said.as_stands
                ]
                one.said = replace(one.said, as_stands=tuple(dated))

    def drop_kind(self, kind: str) -> None:
        """What is of this kind goes, as what led to the page that is open now; it can still be read again."""
        self._drop(lambda said: said.kind == kind)

    @property
    def calls(self) -> set[tuple[int, int]]:
        """The calls of the person that are still there: the case, and when it was said (epoch milliseconds)."""
        return {(one.said.call, one.said.at) for one in self._there if one.said.call is not None}

    def end_calls(self, calls: Collection[tuple[int, int]]) -> bool:
        """These calls, as `calls` gives them, go; returns whether there were any."""
        return self._drop(lambda said: (said.call, said.at) in calls)

    def rests_on(self, cases: Collection[int] | None) -> set[ToldOpen]:
        """What waits on these cases (None: on any) that something still there tells of."""
        found = {one.said.rests_on for one in self._there if one.said.rests_on is not None}
        return {one for one in found if cases is None or one.case in cases}

    def end_told(self, over: Collection[ToldOpen]) -> bool:
        """What tells of something that is over goes; returns whether there was any."""
        return self._drop(lambda said: said.rests_on in over)

    def tells(self, cases: Collection[int] | None) -> set[tuple[int, int]]:
        """The commands on these cases (None: on any), given elsewhere, that the news or its record tells of."""
        told = (said.tells for said in self.latest if said.tells is not None)
        return {one for one in told if cases is None or one[0] in cases}

    def end_undone(self, asked: Collection[tuple[int, int]], undone: Mapping[tuple[int, int], str]) -> bool:
        """What tells of a command of those `asked` about that is `undone` goes, and the record adds who did it.

        Returns if that is news. Of one that was given again, the record says nothing of that.
        """

        def true(said: Said) -> Said:
            return (
                _with_end(said, undone.get(said.tells, "")) if said.tells is not None and said.tells in asked else said
            )

        changed = self._correct(true)
        return self._drop(lambda said: said.tells in undone) or changed

    def team_changed(self, roster: Roster) -> bool:
        """What tells of the team as it is not now goes, and the record says so; returns if that is news."""

        def true(said: Said) -> Said:
            over = said.of_team is not None and not said.became and not said.of_team.holds(roster)
            return _with_end(said, _NOT_NOW) if over else said

        changed = self._correct(true)
        return self._drop(lambda said: said.of_team is not None and not said.of_team.holds(roster)) or changed

    def due(self, cases: Collection[int] | None) -> set[ToldClock]:
        """The clocks on these cases (None: on any) that the news or its record warns of."""
        return {one for said in self.latest for one in said.due if cases is None or one.case in cases}

    def end_due(self, asked: Collection[ToldClock], became: Mapping[ToldClock, str]) -> bool:
        """What warns only of clocks that `became` something goes, and the record adds that; returns if that is news.

        `asked` are the clocks that were looked at: of the others nothing is known.
        """

        def true(said: Said) -> Said:
            if not said.due or not all(one in asked for one in said.due):
                return said
            over = all(one in became for one in said.due)
            return _with_end(said, " ".join(dict.fromkeys(became[one] for one in said.due)) if over else "")

        changed = self._correct(true)
        return self._drop(lambda said: bool(true(said).became)) or changed

    def _correct(self, true: Callable[[Said], Said]) -> bool:
        """Makes the record `true`; returns whether that changed anything."""
        latest = [true(said) for said in self.latest]
        changed = any(one is not said for one, said in zip(latest, self.latest, strict=True))
        self.latest = deque(latest, maxlen=_KEPT)
        return changed

    def _drop(self, is_over: Callable[[Said], bool]) -> bool:
        before = len(self._there)
        self._there = [one for one in self._there if not is_over(one.said)]
        return len(self._there) < before

    @property
    def texts(self) -> list[str]:
        """What was said and has not gone yet, oldest first."""
        return [one.said.text for one in self._there]

    @property
    def unseen(self) -> int:
        """How many things that concern the person have not been seen by anybody yet."""
        return sum(one.said.concerns and one.goes is None for one in self._there)

    def clear(self) -> None:
        """Takes everything off the screen."""
        self._there.clear()

    def begin_anew(self, before: int | None, person: int) -> None:
        """Goes on with what was said here to `person`, and keeps what was said to the person `before` for them."""
        self.clear()
        self._to_others[before] = self.latest
        self.latest = self._to_others.pop(person, deque(maxlen=_KEPT))

    def stir(self) -> bool:
        """Somebody is there: what is shown and waited for them goes after its time; returns whether anything did."""
        now = self.clock()
        waited = [one for one in self._there if one.shown and one.goes is None]
        for one in waited:
            one.goes = now + one.said.seconds
        return bool(waited)

    def tick(self) -> float | None:
        """Drops what has been there long enough; returns after how many seconds the next one goes, if one is known."""
        now = self.clock()
        self._there = [one for one in self._there if one.goes is None or one.goes > now]
        going = [one.goes - now for one in self._there if one.goes is not None]
        return min(going, default=None)

    def put(self, width: int, height: int, *, over_form: bool = False, undo: bool = True) -> list[Line]:
        """Returns the lines to show in that much room, newest and calls last; from now on they count as shown.

        Without `undo`, on a screen without the key for it, hints at it are left out. Where room is short, what the last
        command did comes first, each keeps at least its beginning, and the last line says where all can be read.
        """
        held = [one for one in self._there if over_form and one.said.concerns and not one.said.urgent]
        here = [one for one in self._there if one not in held]
        here.sort(key=lambda one: one.said.urgent)  # the last ones are the last to give way
        for one in held:
            one.shown = False
        room = max(1, height - bool(held))
        told = [one.said if undo else one.said.without_offer for one in here]
        blocks = [lines_of(said.text, said.severity, width) for said in told]
        lines = [line for block in blocks for line in block]
        if len(lines) > room:
            lines = in_room(blocks, _what_was_done([one.said for one in here]), room, width)
        if held:
            lines.append((display_text(count_line(len(held)), width), "information"))
        now = self.clock()
        for one in here:
            one.shown = True
            if one.goes is None and not one.said.waits:
                one.goes = now + one.said.seconds
        return lines


def _with_end(said: Said, words: str) -> Said:
    """The same with these words on what became of it, instead of those before; itself if nothing changes."""
    text = said.text.removesuffix(said.became)
    words = f" {words}" if words and ended(text) == text else f". {words}" if words else ""
    return replace(said, text=text + words, became=words) if words != said.became else said


def _what_was_done(said: Sequence[Said]) -> int | None:
    """The place of what the last command did; warnings of the same command follow it. None if no command is told."""
    told = [(place, one.command) for place, one in enumerate(said) if one.command is not None]
    return next((place for place, command in told if command == told[-1][1]), None)
