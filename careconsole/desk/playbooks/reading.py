"""Reading playbooks: the list, one with how it has done, and those that fit a case."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from careconsole.desk.playbooks.words import case_text
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import causes_of
from careconsole.domain.case.checklist import is_current
from careconsole.domain.case.event import Event
from careconsole.domain.case.playbook_summary import NOT
from careconsole.domain.case.playbook_use import URGENT_TAGS, current_use
from careconsole.domain.case.state import Case
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.playbook.content import Content, filled
from careconsole.domain.playbook.history import Playbook, PlaybookEvent, editions
from careconsole.domain.playbook.likeness import WordWeight, rank, words_of
from careconsole.domain.playbook.results import Results, results, state_of
from careconsole.store.playbooks import UseOnCase


class KnownPlaybook(msgspec.Struct, frozen=True, kw_only=True):
    """A playbook, its state in a word, and how it has done. `uses` are in order of case."""

    playbook: Playbook
    state: str
    results: Results
    uses: tuple[UseOnCase, ...] = ()


class SuggestedPlaybook(msgspec.Struct, frozen=True, kw_only=True):
    """A playbook that fits a case, and why: "same cause: refund limit; same words: leak, gasket"."""

    known: KnownPlaybook
    why: str
    in_use: bool = False


class WordsInUse(msgspec.Struct, frozen=True, kw_only=True):
    """A playbook's words for the customer, filled in for the case that it is in use on.

    `empty` are the variables that have no value there; they stand in the text as they were written.
    """

    playbook: int
    title: str
    text: str
    empty: tuple[str, ...]


def listed(desk: Desk, *, retired: bool = False) -> list[KnownPlaybook]:
    """The playbooks by title, without retired ones unless asked for; those whose writing was undone never."""

    def work(unit: UnitOfWork) -> list[KnownPlaybook]:
        uses = unit.store.playbooks.uses()
        found = [
            _known(playbook, uses.get(number, []))
            for number, playbook in unit.store.playbooks.all().items()
            if playbook.is_offered or (retired and not playbook.void)
        ]
        return sorted(found, key=lambda known: (known.playbook.content.title.casefold(), known.playbook.number))

    return desk.read(work)


def get(desk: Desk, number: int) -> KnownPlaybook:
    """One playbook; raises WrongUse if there is none of that number."""

    def work(unit: UnitOfWork) -> KnownPlaybook:
        playbook = unit.store.playbooks.get(number)
        if playbook is None:
            raise WrongUse(f"There is no playbook {number}.", "See {}.", suggest("playbook list"))
        return _known(playbook, unit.store.playbooks.uses([number]).get(number, []))

    return desk.read(work)


def history(desk: Desk, number: int) -> tuple[list[PlaybookEvent], list[tuple[PlaybookEvent, Content]]]:
    """The history of a playbook, and its texts, the oldest first; raises WrongUse if there is none."""

    def work(unit: UnitOfWork) -> tuple[list[PlaybookEvent], list[tuple[PlaybookEvent, Content]]]:
        found = unit.store.playbooks.history(number)
        if not found:
            raise WrongUse(f"There is no playbook {number}.", "See {}.", suggest("playbook list"))
        return found, editions(found)

    return desk.read(work)


def fitting(desk: Desk, number: int) -> list[SuggestedPlaybook]:
    """The playbooks that fit a case, best first, at most three.

    None of those that were found not to fit on it, or written from it.
    """

    def work(unit: UnitOfWork) -> list[SuggestedPlaybook]:
        return _fitting_case(unit, load(desk, number, []))

    return desk.read(work)


def fitting_new(desk: Desk, text: str) -> list[SuggestedPlaybook]:
    """The playbooks that fit a case which is about to be opened with these words, as `fitting` gives them."""
    return desk.read(lambda unit: _fitting(unit, text)) if text.strip() else []


def fitting_opened(desk: Desk, number: int) -> list[SuggestedPlaybook]:
    """The playbooks that fit a case which was just opened; none if it ended in the same command."""

    def work(unit: UnitOfWork) -> list[SuggestedPlaybook]:
        case = load(desk, number, [])
        return _fitting_case(unit, case) if case.is_open else []

    return desk.read(work) if desk.store.suggestions.has_playbooks() else []


def authority_for(unit: UnitOfWork, case: Case, cause: str = "") -> SuggestedPlaybook | None:
    """The playbook that fits the case best among those that let the frontline decide now; None without one.

    `cause` is one that the case is about to get. None as well for a case with a tag of `URGENT_TAGS`: nothing stands
    between a danger and a lead.
    """
    if URGENT_TAGS & set(case.tags):
        return None
    return next((one for one in _fitting_case(unit, case, cause) if one.known.playbook.may_decide(unit.now)), None)


def authority_on(desk: Desk, number: int, cause: str = "") -> SuggestedPlaybook | None:
    """As `authority_for`, by the case's number; None also where there is no such open case."""

    def work(unit: UnitOfWork) -> SuggestedPlaybook | None:
        case = unit.store.cases.get(number)
        return authority_for(unit, case, cause) if case is not None and case.is_open else None

    return desk.read(work)


def choices(desk: Desk, number: int | None) -> list[SuggestedPlaybook]:
    """Every playbook that can be used: first those that fit case `number` (None: several cases), then by title."""

    def work(unit: UnitOfWork) -> list[SuggestedPlaybook]:
        first = fitting(desk, number) if number is not None else []
        taken = {one.known.playbook.number for one in first}
        others = [known for known in listed(desk) if known.playbook.number not in taken]
        return [*first, *(SuggestedPlaybook(known=known, why="") for known in others)]

    return desk.read(work)


def every(desk: Desk, number: int | None) -> list[SuggestedPlaybook]:
    """As `choices`, and last those that are retired."""

    def work(unit: UnitOfWork) -> list[SuggestedPlaybook]:
        retired = [known for known in listed(desk, retired=True) if known.playbook.retired]
        return [*choices(desk, number), *(SuggestedPlaybook(known=known, why="") for known in retired)]

    return desk.read(work)


def words_for(desk: Desk, playbook: int, number: int) -> tuple[str, list[str]]:
    """A playbook's words for the customer, filled in for a case, and the variables that have no value."""

    def work(unit: UnitOfWork) -> tuple[str, list[str]]:
        return filled(get(desk, playbook).playbook.content.say, values_for(unit, load(desk, number, [])))

    return desk.read(work)


def values_for(unit: UnitOfWork, case: Case) -> dict[str, str]:
    """What the variables in words for the customer stand for on a case; empty where it is not known."""
    names = unit.store.customers.names([case.customer]) if case.customer is not None else {}
    return {
        "customer": names.get(case.customer, "") if case.customer is not None else "",
        "case": str(case.number),
        "subject": case.subject,
        "owner": unit.roster.name(unit.roster.answerable(case.owner)),
        "me": unit.roster.name(unit.person) if unit.person is not None else "",
        "team": unit.store.people.setting("team") or "",
    }


def words_in_use(desk: Desk, case: Case, history: Sequence[Event]) -> WordsInUse | None:
    """The words of the playbook last taken into use on a case, until we have written to the customer since; or None."""
    said = max(
        (e.number for e in history if (contact := e.fact.contact) is not None and not contact.inbound), default=0
    )
    for use in reversed(case.playbooks):
        if is_current(use) and use.number > said:
            text, empty = words_for(desk, use.playbook, case.number)
            if text:
                return WordsInUse(playbook=use.playbook, title=use.title, text=text, empty=tuple(empty))
    return None


def _fitting_case(unit: UnitOfWork, case: Case, cause: str = "") -> list[SuggestedPlaybook]:
    return _fitting(unit, None, [*causes_of(case), cause], case)


def _fitting(
    unit: UnitOfWork, text: str | None, causes: Sequence[str] = (), case: Case | None = None
) -> list[SuggestedPlaybook]:
    """The playbooks that fit a text, with these causes; None: the text of `case`, which is read if there are any."""
    store = unit.store.playbooks
    offered = {number: playbook for number, playbook in store.all().items() if playbook.is_offered}
    if not offered:
        return []
    words = words_of(case_text(unit, case) if text is None and case is not None else text or "")
    weights = [
        WordWeight(playbook, word, *some[word])
        for playbook, some in store.words()
        if playbook in offered
        for word in some.keys() & words.keys()
    ]
    named = unit.store.causes.all()
    mine = {named.counted(one) for one in causes if one.strip()}
    tags = case.tags if case is not None else ()
    same_causes = {n: [c for c in p.content.causes if named.counted(c) in mine] for n, p in offered.items()}
    same_tags = {n: [tag for tag in p.content.tags if tag in tags] for n, p in offered.items()}
    refused = set()
    if case is not None:
        refused = {use.playbook for use in case.playbooks if use.fit == NOT}
        refused |= {number for number, playbook in offered.items() if playbook.case == case.number}  # written from it
    best = rank(words, weights, same_causes, same_tags, [number for number in offered if number not in refused])
    uses = store.uses([one.playbook for one in best]) if best else {}
    return [
        SuggestedPlaybook(
            known=_known(offered[one.playbook], uses.get(one.playbook, [])),
            why=one.why,
            in_use=case is not None and current_use(case, one.playbook) is not None,
        )
        for one in best
    ]


def _known(playbook: Playbook, uses: list[UseOnCase]) -> KnownPlaybook:
    done = results(one.use for one in uses)
    return KnownPlaybook(playbook=playbook, state=state_of(playbook, done), results=done, uses=tuple(uses))
