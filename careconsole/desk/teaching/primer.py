"""The primer for somebody new: the playbooks that fit most, the causes that come up most, and cases worth reading.

What its reader has ticked off is theirs alone (`desk.teaching.private_ticks`).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from careconsole.desk.playbooks import reading
from careconsole.desk.playbooks.reading import KnownPlaybook
from careconsole.desk.queries import causes as causes_query
from careconsole.desk.queries.causes import CauseUse
from careconsole.desk.queries.review_changes import ChangeEntry, changes_of, concerned
from careconsole.desk.session import Desk, load
from careconsole.desk.teaching.private_ticks import Ticks, tick, ticks_of, untick
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import Causes
from careconsole.domain.case.state import Case
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.learning.worth_reading import WorthReading, worth_reading

PLAYBOOKS, CAUSES, CASES = 10, 5, 3
"""The most playbooks, causes and cases in a primer."""
PLAYBOOK, CAUSE, CASE = "playbook", "cause", "case"
"""What a thing in the primer is."""


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """What the reader can tick off: what it is, its number, and the edition it has now (0: it has none).

    `read`: they have read it as it is now; `changed`: they have read an earlier edition.
    """

    kind: str
    number: int
    edition: int = 0
    read: bool = False
    changed: bool = False

    @property
    def tick(self) -> Ticks:
        """The tick that says it was read."""
        return {f"{self.kind} {self.number}": self.edition}


class PrimerPlaybook(msgspec.Struct, frozen=True, kw_only=True):
    """A playbook, and how it has done."""

    thing: Thing
    known: KnownPlaybook


class PrimerCause(msgspec.Struct, frozen=True, kw_only=True):
    """A cause and what to know of it: its playbooks, by number and title, what was decided last, and the last change.

    `decided_in` is the case of that decision. `nothing_because` is why nothing changes, if the last review says so.
    """

    thing: Thing
    use: CauseUse
    playbooks: tuple[tuple[int, str], ...] = ()
    decided: str = ""
    decided_in: int | None = None
    change: ChangeEntry | None = None
    nothing_because: str = ""


class PrimerCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case worth reading, and why."""

    thing: Thing
    worth: WorthReading


class Primer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody new should read, as of `now`; `personal`: the ticks are those of the person at work."""

    playbooks: tuple[PrimerPlaybook, ...]
    causes: tuple[PrimerCause, ...]
    cases: tuple[PrimerCase, ...]
    now: int
    personal: bool

    @property
    def things(self) -> list[Thing]:
        """Everything that can be ticked off, in reading order."""
        parts: tuple[Sequence[PrimerPlaybook | PrimerCause | PrimerCase], ...]
        parts = (self.playbooks, self.causes, self.cases)
        return [one.thing for part in parts for one in part]

    @property
    def read(self) -> int:
        """How much of it the reader has read."""
        return sum(thing.read for thing in self.things)


def primer(desk: Desk) -> Primer:
    """The primer as it is now, with the ticks of the person at work."""

    def work(unit: UnitOfWork) -> Primer:
        ticks, causes = ticks_of(unit), unit.store.causes.all()
        cases = concerned(unit)
        changes = changes_of(cases, causes, unit.now)
        known = reading.listed(desk)
        uses = [use for use in causes_query.listed(desk) if use.times]
        origins = {one.playbook.case for one in known if one.playbook.case is not None}
        return Primer(
            playbooks=tuple(
                PrimerPlaybook(thing=_thing(ticks, PLAYBOOK, one.playbook.number, one.playbook.edition), known=one)
                for one in sorted(known, key=_fits)[:PLAYBOOKS]
            ),
            causes=tuple(_cause(use, causes, cases, changes, known, ticks) for use in uses[:CAUSES]),
            cases=tuple(
                PrimerCase(thing=_thing(ticks, CASE, one.case.number), worth=one)
                for one in worth_reading(cases, origins, CASES)
            ),
            now=unit.now,
            personal=unit.person is not None,
        )

    return desk.read(work)


def mark_read(desk: Desk, names: Sequence[str], *, read: bool = True) -> None:
    """Ticks things of the primer off, or takes their ticks away: "playbook:3", "cause:refund limit", "case:12".

    Only the person at work ever sees it. Raises WrongUse for anything that is not in the primer.
    """
    if not names:
        return

    def work(unit: UnitOfWork) -> None:
        found = primer(desk)
        ticks: Ticks = {}
        for name in names:
            ticks |= _named(desk, unit, found, name).tick
        if read:
            tick(desk, ticks)
        else:
            untick(desk, ticks)

    desk.write(work)


def _named(desk: Desk, unit: UnitOfWork, found: Primer, name: str) -> Thing:
    kind, _, rest = name.partition(":")
    kind, rest = kind.strip().lower(), rest.strip()
    digits = rest.removeprefix("#")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None
    if kind not in (PLAYBOOK, CAUSE, CASE) or not rest or (kind != CAUSE and number is None):
        raise WrongUse(
            f"“{name.strip()}” is nothing in the primer.",
            "Write it as the primer does: playbook:3, cause:LABEL or case:12. See {}.",
            suggest("primer"),
        )
    if kind == CAUSE:
        causes = unit.store.causes.all()
        number = causes.root(causes_query.find(causes, rest)).number
    elif kind == PLAYBOOK:
        reading.get(desk, number or 0)
    else:
        number = load(desk, number or 0, []).number
    thing = next((one for one in found.things if (one.kind, one.number) == (kind, number)), None)
    if thing is None:
        raise WrongUse(f"{kind.capitalize()} {rest} is not in the primer now.", "See {}.", suggest("primer"))
    return thing


def _fits(known: KnownPlaybook) -> tuple[bool, int, int, str, int]:
    """The order of playbooks: those in doubt last, before that those that fitted most often, then by title."""
    done = known.results
    content = known.playbook.content
    return done.doubted, -done.fitted, -done.used, content.title.casefold(), known.playbook.number


def _cause(
    use: CauseUse,
    causes: Causes,
    cases: Sequence[Case],
    changes: Sequence[ChangeEntry],
    known: Sequence[KnownPlaybook],
    ticks: Ticks,
) -> PrimerCause:
    label = use.cause.label
    decisions = [
        (one.at, case.number, one.decided)
        for case in cases
        for one in case.occurrences
        if one.decided and one.cause and causes.name(one.cause) == label
    ]
    _, number, decided = max(decisions, default=(0, None, ""))
    reviews = [
        (review.at, case.number, review.nothing_because)
        for case in cases
        for review in case.reviews
        if causes.name(review.cause) == label
    ]
    asked = [change for change in changes if change.cause == label]
    return PrimerCause(
        thing=_thing(ticks, CAUSE, use.cause.number),
        use=use,
        playbooks=tuple(
            (one.playbook.number, one.playbook.content.title)
            for one in known
            if any(causes.name(cause) == label for cause in one.playbook.content.causes)
        ),
        decided=decided,
        decided_in=number,
        change=max(asked, key=lambda change: (change.review.at, change.case), default=None),
        nothing_because=max(reviews, default=(0, 0, ""))[2],
    )


def _thing(ticks: Ticks, kind: str, number: int, edition: int = 0) -> Thing:
    read = ticks.get(f"{kind} {number}")
    return Thing(
        kind=kind,
        number=number,
        edition=edition,
        read=read is not None and read >= edition,
        changed=read is not None and read < edition,
    )
