"""What an import would lose or guess: gathered while files are read, shown before anything is stored, worst first."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

_MOST_EXAMPLES = 3
_MOST_KEPT = 1_000


class DoubtKind(msgspec.Struct, frozen=True):
    """One sort of doubt: how `one` and `several` of it are worded, and whether it `blocks`.

    What blocks touches a case's time, end, identity, owner or customer: nobody may go on without having answered it.
    In both wordings `{count}` is how many there are and `{what}` the column or field they are about.
    """

    one: str
    several: str
    blocks: bool = False


KINDS = {
    "time-unread": DoubtKind(
        "1 value of {what} cannot be read as a time",
        "{count} values of {what} cannot be read as times",
        blocks=True,
    ),
    "no-opening": DoubtKind(
        "1 case has no time of opening and would begin now",
        "{count} cases have no time of opening and would begin now",
        blocks=True,
    ),
    "end-before-opening": DoubtKind(
        "1 case ends before it begins, so it is not known when it ended",
        "{count} cases end before they begin, so it is not known when they ended",
        blocks=True,
    ),
    "same-id": DoubtKind(
        "1 id stands for several cases",
        "{count} ids stand for several cases",
        blocks=True,
    ),
    "messages-alone": DoubtKind(
        "1 case has messages or ratings in the files but no ticket: unless an earlier import brought that, the case has"
        " no subject, customer or status",
        "{count} cases have messages or ratings in the files but no ticket: unless an earlier import brought that, they"
        " have no subject, customer or status",
        blocks=True,
    ),
    "id-rounded": DoubtKind(
        "1 id of {what} was rounded by a spreadsheet and is lost",
        "{count} ids of {what} were rounded by a spreadsheet and are lost",
        blocks=True,
    ),
    "author-unknown": DoubtKind(
        "1 message is taken for the customer's, for its ticket is not among the files and nobody says who works here"
        " (--users FILE)",
        "{count} messages are taken for the customers', for their tickets are not among the files and nobody says who"
        " works here (--users FILE)",
        blocks=True,
    ),
    "no-zone": DoubtKind(
        "1 time of {what} names no time zone",
        "{count} times of {what} name no time zone",
        blocks=True,
    ),
    "status-unknown": DoubtKind(
        "1 status is not understood, and its case would stay open",
        "{count} statuses are not understood, and their cases would stay open",
        blocks=True,
    ),
    "encoding-guessed": DoubtKind(
        "The encoding of {what} was guessed", "The encodings of {count} files were guessed", blocks=True
    ),
    "end-of-open": DoubtKind(
        "1 case is still open but has a time of its end, which is not kept",
        "{count} cases are still open but have a time of their end, which is not kept",
    ),
    "messages-missing": DoubtKind(
        "1 case has more messages at the source than in the file",
        "{count} cases have more messages at the source than in the file",
    ),
    "no-customer": DoubtKind("1 case has no customer", "{count} cases have no customer"),
    "no-owner": DoubtKind("1 open case has no owner", "{count} open cases have no owner"),
    "no-subject": DoubtKind("1 case has no subject", "{count} cases have no subject"),
    "name-unclear": DoubtKind(
        "1 value of {what} is a name or means that there is none, and is taken for a name",
        "{count} values of {what} are names or mean that there is none, and are taken for names",
    ),
    "value-unknown": DoubtKind("1 value of {what} is not understood", "{count} values of {what} are not understood"),
    "column-unknown": DoubtKind("1 column is not understood", "{count} columns are not understood"),
}
"""Every sort of doubt by its id, the worst first."""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """So many doubts of one `kind` about the column or field `what` (may be empty), with some `examples`."""

    kind: str
    what: str = ""
    count: int = 1
    examples: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether it must be answered before anything is imported."""
        return KINDS[self.kind].blocks

    @property
    def text(self) -> str:
        """The doubt as a sentence, with its examples."""
        kind = KINDS[self.kind]
        said = (kind.one if self.count == 1 else kind.several).format(count=f"{self.count:,}", what=self.what)
        if not self.examples:
            return f"{said}."
        listed = ", ".join(self.examples)
        return f"{said}: {listed}, ..." if self.count > len(self.examples) else f"{said}: {listed}."


class Doubts:
    """Counts doubts as they come up."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], dict[str, None]] = {}

    def add(self, kind: str, what: str = "", example: str = "", count: int = 1) -> None:
        """Counts `count` more doubts of a kind of `KINDS`; raises KeyError for another one."""
        KINDS[kind]
        if (kind, what) not in self._counts and len(self._counts) >= _MOST_KEPT:
            what = "further columns"  # a file of endless columns must not take endless memory
        key = (kind, what)
        self._counts[key] = self._counts.get(key, 0) + count
        examples = self._examples.setdefault(key, {})
        if example and len(examples) < _MOST_EXAMPLES:
            examples[example] = None

    def listed(self) -> list[Doubt]:
        """Every doubt, the worst first: what blocks, then by kind in the order of `KINDS`, then the most frequent."""
        order = list(KINDS)
        found = [
            Doubt(kind=kind, what=what, count=count, examples=tuple(self._examples[kind, what]))
            for (kind, what), count in self._counts.items()
        ]
        return sorted(found, key=lambda doubt: (not doubt.blocks, order.index(doubt.kind), -doubt.count, doubt.what))


def blocking(doubts: Iterable[Doubt]) -> list[Doubt]:
    """Those that must be answered before anything is imported."""
    return [doubt for doubt in doubts if doubt.blocks]
