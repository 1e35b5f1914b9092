"""What an import would lose or guess: gathered while files are read, shown before anything is stored, worst first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

_MOST_EXAMPLES = 3
_MOST_KEPT = 1_000
_MOST_VALUES = 10_000
_LONGEST = 120


class Answer(msgspec.Struct, frozen=True):
    """What settles a doubt: an `option` of an import (a field of `registry.Options`), its `value`, and what that says.

    In the value, words in capitals are for the user to fill in.
    """

    option: str
    value: str
    meaning: str


class DoubtKind(msgspec.Struct, frozen=True):
    """One sort of doubt: how `one` and `several` of it are worded, and whether it `blocks`.

    What blocks touches a case's time, end, identity, owner or customer: nobody may go on without having answered it.
    In both wordings, and in the `answers` that settle it, `{count}` is how many there are and `{what}` the column or
    field they are about. Unless `must`, what blocks may also be imported as it is, if the user says so.
    """

    one: str
    several: str
    blocks: bool = False
    answers: tuple[Answer, ...] = ()
    must: bool = False


_OPENED = (
    Answer("columns", "opened=NAME", "names the column of opening times"),
    Answer("columns", "opened=", "says that there is none"),
)

KINDS = {
    "date-order": DoubtKind(
        "Times of {what} can be read with the day or with the month first",
        "Times of {what} can be read with the day or with the month first",
        blocks=True,
        answers=(
            Answer("day_first", "yes", "says that the day comes first"),
            Answer("day_first", "no", "says that the month comes first"),
        ),
        must=True,
    ),
    "time-unread": DoubtKind(
        "1 value of {what} cannot be read as a time",
        "{count} values of {what} cannot be read as times",
        blocks=True,
        answers=_OPENED,
    ),
    "no-opening": DoubtKind(
        "1 case has no time of opening and would begin now",
        "{count} cases have no time of opening and would begin now",
        blocks=True,
        answers=_OPENED[:1],
    ),
    "late-opening": DoubtKind(
        "1 case has no time of opening and would begin at the time of {what}",
        "{count} cases have no time of opening and would begin at the time of {what}",
        blocks=True,
        answers=_OPENED[:1],
    ),
    "end-before-opening": DoubtKind(
        "1 case ends before it begins, so it is not known when it ended",
        "{count} cases end before they begin, so it is not known when they ended",
        blocks=True,
        answers=(Answer("columns", "resolved=NAME", "names the column of resolution times"),),
    ),
    "same-id": DoubtKind(
        "1 id is used by several cases",
        "{count} ids are used by several cases",
        blocks=True,
        answers=(Answer("columns", "case=NAME", "names the column of ids"),),
    ),
    "event-log": DoubtKind(
        "1 row repeats the id of an earlier one, as in an event log; import events reads those",
        "{count} rows repeat the id of an earlier one, as in an event log; import events reads those",
        blocks=True,
        answers=(Answer("columns", "case=NAME", "names the column of ids"),),
    ),
    "messages-alone": DoubtKind(
        "1 case has messages or ratings in the files but no ticket: unless an earlier import had it, the case has"
        " no subject, customer or status",
        "{count} cases have messages or ratings in the files but no ticket: unless an earlier import had it, they"
        " have no subject, customer or status",
        blocks=True,
    ),
    "id-rounded": DoubtKind(
        "1 id of {what} was rounded by a spreadsheet and is lost",
        "{count} ids of {what} were rounded by a spreadsheet and are lost",
        blocks=True,
        answers=(Answer("columns", "case=NAME", "names the column of ids"),),
    ),
    "author-unknown": DoubtKind(
        "1 message counts as the customer's, because its ticket is missing and it is not known who works here",
        "{count} messages count as the customers', because their tickets are missing and it is not known who works"
        " here",
        blocks=True,
        answers=(Answer("users", "FILE", "names the file of people"),),
    ),
    "no-zone": DoubtKind(
        "1 time of {what} has no time zone",
        "{count} times of {what} have no time zone",
        blocks=True,
        answers=(Answer("zone", "ZONE", "gives their time zone, such as Europe/Rome"),),
    ),
    "status-unknown": DoubtKind(
        "1 value of {what} is unknown and ignored, so its case may stay open",
        "{count} values of {what} are unknown and ignored, so their cases may stay open",
        blocks=True,
        answers=(
            Answer("statuses", "VALUE=parked", "says what one means: open, parked, resolved or closed"),
            Answer("columns", "status=NAME", "names another column"),
            Answer("columns", "status=", "says that no column is the status"),
        ),
    ),
    "owner-system": DoubtKind(
        "1 case has an owner that may be a program, not a person",
        "{count} cases have an owner that may be a program, not a person",
        blocks=True,
        answers=(Answer("systems", "NAME", "says that it is one"),),
    ),
    "column-missing": DoubtKind(
        "No column was recognised as {what}, and some are unknown",
        "No column was recognised as {what}, and some are unknown",
        blocks=True,
        answers=(
            Answer("columns", "{what}=NAME", "names it"),
            Answer("columns", "{what}=", "says that there is none"),
        ),
    ),
    "encoding-guessed": DoubtKind(
        "The encoding of {what} was guessed",
        "The encodings of {count} files were guessed",
        blocks=True,
        answers=(Answer("encoding", "NAME", "says which one it is"),),
    ),
    "end-of-open": DoubtKind(
        "1 case is still open but has an end time, which is ignored",
        "{count} cases are still open but have an end time, which is ignored",
    ),
    "messages-missing": DoubtKind(
        "1 case has more messages at the source than in the file",
        "{count} cases have more messages at the source than in the file",
    ),
    "no-customer": DoubtKind("1 case has no customer", "{count} cases have no customer"),
    "no-owner": DoubtKind("1 open case has no owner", "{count} open cases have no owner"),
    "no-subject": DoubtKind("1 case has no subject", "{count} cases have no subject"),
    "name-unclear": DoubtKind(
        "1 value of {what} is a name or means “none”, and is read as a name",
        "{count} values of {what} are names or mean “none”, and are read as names",
    ),
    "value-unknown": DoubtKind(
        "1 value of {what} is unknown and ignored",
        "{count} values of {what} are unknown and ignored",
    ),
    "column-absent": DoubtKind(
        "1 column that the map names is not in the file", "{count} columns that the map names are not in the file"
    ),
    "column-lost": DoubtKind("1 column is not imported", "{count} columns are not imported"),
    "column-unknown": DoubtKind(
        "1 column is unknown and becomes a field", "{count} columns are unknown and become fields"
    ),
}
"""Every sort of doubt by its id, the worst first."""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """So many doubts of one `kind` about the column or field `what` (may be empty).

    `examples` are the most frequent ones, and `others` is how many doubts these do not show.
    """

    kind: str
    what: str = ""
    count: int = 1
    examples: tuple[str, ...] = ()
    others: int = 0

    @property
    def blocks(self) -> bool:
        """Whether it must be answered before anything is imported."""
        return KINDS[self.kind].blocks

    @property
    def may_be_accepted(self) -> bool:
        """Whether the user may let it be as it is."""
        return self.blocks and not KINDS[self.kind].must

    @property
    def text(self) -> str:
        """The doubt as a sentence, with its examples."""
        kind = KINDS[self.kind]
        said = self._filled(kind.one if self.count == 1 else kind.several)
        if not self.examples:
            return f"{said}."
        listed = ", ".join(self.examples)
        return f"{said}: {listed}, ..." if self.others else f"{said}: {listed}."

    def answers(self, takes: Collection[str]) -> list[Answer]:
        """What settles it, among the options that an import takes."""
        found = [
            Answer(answer.option, self._filled(answer.value), answer.meaning)
            for answer in KINDS[self.kind].answers
            if answer.option in takes
        ]
        if self.may_be_accepted and "accept" in takes:
            found.append(Answer("accept", self.kind, "imports it as it is"))
        return found

    def _filled(self, text: str) -> str:
        return text.replace("{count}", f"{self.count:,}").replace("{what}", self.what)


class Doubts:
    """Counts doubts as they come up."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], dict[str, int]] = {}
        self._values = 0

    def add(self, kind: str, what: str = "", example: str = "", count: int = 1) -> None:
        """Counts `count` more doubts of a kind of `KINDS`; raises KeyError for another one."""
        KINDS[kind]
        if (kind, what) not in self._counts and len(self._counts) >= _MOST_KEPT:
            what = "further columns"  # a file of endless columns must not take endless memory
        key = (kind, what)
        self._counts[key] = self._counts.get(key, 0) + count
        if not example:
            return
        examples = self._examples.setdefault(key, {})
        example = example[:_LONGEST]
        if example in examples:
            examples[example] += count
        elif len(examples) < _MOST_EXAMPLES or self._values < _MOST_VALUES:
            examples[example] = count
            self._values += 1

    def add_all(self, kind: str, what: str, counts: Mapping[str, int]) -> None:
        """Counts the values of `what`, each as often as it occurs."""
        for value, count in counts.items():
            self.add(kind, what, value, count)

    def copy(self) -> Doubts:
        """The same doubts, to count on by themselves."""
        other = Doubts()
        other._counts = dict(self._counts)
        other._examples = {key: dict(examples) for key, examples in self._examples.items()}
        other._values = self._values
        return other

    def listed(self) -> list[Doubt]:
        """Every doubt, the worst first: what blocks, then by kind in the order of `KINDS`, then the most frequent."""
        order = list(KINDS)
        found = [self._doubt(kind, what, count) for (kind, what), count in self._counts.items()]
        return sorted(found, key=lambda doubt: (not doubt.blocks, order.index(doubt.kind), -doubt.count, doubt.what))

    def _doubt(self, kind: str, what: str, count: int) -> Doubt:
        examples = self._examples.get((kind, what), {})
        most = sorted(examples.items(), key=lambda one: -one[1])[:_MOST_EXAMPLES]
        shown = tuple(value if times == 1 else f"{value} ({times:,})" for value, times in most)
        others = count - sum(times for _, times in most)
        return Doubt(kind=kind, what=what, count=count, examples=shown, others=others)


def blocking(doubts: Iterable[Doubt], accepted: Collection[str] = ()) -> list[Doubt]:
    """Those that must be answered before anything is imported; kinds in `accepted` are, where they may be."""
    return [doubt for doubt in doubts if doubt.blocks and not (doubt.may_be_accepted and doubt.kind in accepted)]
