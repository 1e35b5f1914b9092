"""Names, times and earlier entries in sentences about events.

The sentences themselves come from the events (`Fact.sentence`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import first_words
from careconsole.domain.time.moments import MINUTE, format_span, iso

_QUOTED = 80
"""The most characters of an earlier entry that a sentence about it repeats."""
_DONE = 5
"""How many things that a command did are named when it is undone."""


class Told(Protocol):
    """An event of a command, which can say what was done."""

    def predicate(self, narrator: Narrator) -> str:
        """What was done, without who did it."""


class Named(msgspec.Struct, frozen=True):
    """What the numbers mean that events of a case name.

    `texts` are the promises, the messages and the changes that reviews asked for, by the number of the entry; `done` is
    what each command did that was undone or redone.
    """

    texts: Mapping[int, str] = {}
    done: Mapping[int, Sequence[Told]] = {}


NOTHING_NAMED = Named()


class Narrator:
    """How sentences show people, times and earlier entries; `moment` formats a time, usually as local time.

    `named` says what earlier entries of the case are about, if it is known; otherwise their number is shown.
    """

    def __init__(self, roster: Roster, moment: Callable[[int], str] = iso, named: Named | None = None) -> None:
        self._roster = roster
        self.moment = moment
        self._named = named or NOTHING_NAMED

    def knowing(self, named: Named | None) -> Narrator:
        """The same, for another case."""
        return Narrator(self._roster, self.moment, named)

    def name(self, person: int | None) -> str:
        """The name of a person; "duty" for None."""
        return self._roster.name(person)

    def names(self, people: Iterable[int]) -> str:
        """The names of several people: "Ben, Cleo"."""
        return ", ".join(map(self.name, people))

    def promise(self, number: int | None) -> str:
        """A promise, by its text: 'promise "call back"'; "promise 2" if that is not known."""
        text = self._named.texts.get(number or 0, "")
        return f'promise "{_begin(text)}"' if text else f"promise {number}" if number else "promise"

    def the_promise(self, number: int) -> str:
        """The same within a sentence: 'the promise "call back"', or "promise 2"."""
        return f"{'the ' if number in self._named.texts else ''}{self.promise(number)}"

    def message(self, number: int) -> str:
        """A message, by its text: 'the message "Where is it?"'; "entry 2" if that is not known."""
        text = self._named.texts.get(number, "")
        return f'the message "{_begin(text)}"' if text else f"entry {number}"

    def change(self, review: int | None) -> str:
        """The change that a review asked for: 'the change "ask twice"'; by the review's number if that is not known."""
        text = self._named.texts.get(review or 0, "")
        return f'the change "{_begin(text)}"' if text else f"the change that review {review} asked for"

    def done(self, command: int) -> str:
        """What a command did, in short: "took it; parked it until Tue 9:00"; empty if that is not known."""
        return self.all_done(self._named.done.get(command, ()))

    def all_done(self, done: Sequence[Told]) -> str:
        """What these events say, in short."""
        words = [_begin(one.predicate(self)) for one in done[:_DONE]]
        words += [f"{len(done) - _DONE} more"] if len(done) > _DONE else []
        return "; ".join([*(goes_on(one) for one in words[:-1]), *words[-1:]])


def after_colon(text: str) -> str:
    """A text after a colon, to end a sentence with; empty if it is empty."""
    return f": {text}" if text else ""


def goes_on(text: str) -> str:
    """A text within a sentence that goes on behind it: without its full stop."""
    return text[:-1] if text.endswith(".") else text


def ended(text: str) -> str:
    """A sentence with its full stop, unless it has an end already, as what somebody wrote often has."""
    return text if has_end(text) else f"{text}."


def has_end(text: str) -> bool:
    """Whether a text ends as a sentence does, also within the quotation marks that it ends with."""
    return text.rstrip('”"').endswith((".", "!", "?", "…"))


def listed(words: Sequence[str], between: str = "and") -> str:
    """Some words, at least one, in a sentence: "Ben, Cleo and Dora"."""
    *most, last = words
    return f"{', '.join(most)} {between} {last}" if most else last


def at_time(when: str) -> str:
    """A time, as `local` gives it, within a sentence: "at 14:05" if it is today's, "Tue 14:05" with its day."""
    return when if " " in when else f"at {when}"


def span_in_words(ms: int) -> str:
    """A span within a sentence: "2h 5m", "less than a minute"; "<1m", as a column has it, cannot be read there."""
    return "less than a minute" if 0 < abs(ms) < MINUTE else format_span(ms)


def within(ms: int) -> str:
    """By when something had happened, within a sentence: "within 2h 5m", "in under a minute"."""
    return "in under a minute" if abs(ms) < MINUTE else f"within {format_span(ms)}"


def _begin(text: str) -> str:
    """The beginning of a text, in one line."""
    words = " ".join(text.split())
    return words if len(words) <= _QUOTED else first_words(words, _QUOTED)
