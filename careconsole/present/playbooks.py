"""Playbooks as text for both interfaces, and as JSON."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from itertools import groupby

from careconsole.desk.playbooks.reading import KnownPlaybook, SuggestedPlaybook
from careconsole.domain.playbook.content import Authority, Content, parts
from careconsole.domain.playbook.history import Playbook, PlaybookEvent
from careconsole.domain.playbook.results import record_words
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import iso, local
from careconsole.present.json_types.playbooks import (
    AuthorityEntry,
    EditionEntry,
    FittingEntry,
    PassedOverEntry,
    PlaybookDetailsEntry,
    PlaybookEntry,
    PlaybookUseEntry,
    ResultsEntry,
)

_TITLES = {
    "cause": "Causes",
    "tags": "Tags",
    "signs": "Signs",
    "steps": "Do",
    "words for the customer": "Say",
    "escalate when": "Escalate when",
}


def sheet(known: KnownPlaybook, roster: Roster, now: int) -> list[tuple[str, str]]:
    """A playbook as labelled texts, in the order in which they are read; what is empty is left out."""
    playbook, content = known.playbook, known.playbook.content
    record = record_words(known.results)
    state = f"{known.state}, edition {playbook.edition}" + (f", {record}" if record else "")
    rows = [("State", state + (f" (retired: {playbook.retired})" if playbook.retired else ""))]
    for name, text in parts(content):
        if name == "authority" and content.may is not None:
            rows.append(("May", authority_words(playbook, now)))
        elif text and name in _TITLES:
            told = (
                "\n".join(f"{n}. {step}" for n, step in enumerate(content.steps, start=1)) if name == "steps" else text
            )
            rows.append((_TITLES[name], told))
    if known.results.decided:
        sums = ", ".join(f"{total} {currency}" for currency, total in known.results.sums.items())
        rows.append(("Decided", f"{_times(known.results.decided)} without a lead" + (f", {sums}" if sums else "")))
    rows += [("Passed over", f"on case {one.case}: {one.use.passed}") for one in known.uses if one.use.passed]
    if known.results.doubted:
        rows.append(("Doubted", "two of the last four people who used it said that it did not fit"))
    origin = f", from case {playbook.case}" if playbook.case is not None else ""
    rows.append(("Kept by", f"{roster.name(playbook.keeper)}; written {local(playbook.written_at, now)}{origin}"))
    return rows


def known_words(one: SuggestedPlaybook) -> str:
    """A playbook that fits, in a line, such as "Known: playbook 3, Duo gasket (same word: leak; fitted 7 of 9)."."""
    about = [one.why, record_words(one.known.results), "doubted" if one.known.results.doubted else ""]
    playbook = one.known.playbook
    return f"Known: playbook {playbook.number}, {playbook.content.title} ({'; '.join(filter(None, about))})."


def authority_words(playbook: Playbook, now: int) -> str:
    """What the frontline may decide, up to what sum, and whether that counts now."""
    may = playbook.content.may
    if may is None:
        return "nothing without a lead"
    limit = f" (up to {may.amount})" if may.limit else ""
    return f"{may.text}{limit}; {_standing_words(playbook, may, now)}"


def may_decide_words(one: SuggestedPlaybook) -> str:
    """What somebody may decide instead of calling a lead: "You may decide this yourself: refund it (up to 40 EUR)."."""
    may = one.known.playbook.content.may
    assert may is not None
    limit = f"up to {may.amount}" if may.limit else ""
    about = "; ".join(filter(None, (limit, f"playbook {one.known.playbook.number}", record_words(one.known.results))))
    return f"You may decide this yourself: {' '.join(may.text.split())} ({about})."


def beyond_words(one: SuggestedPlaybook, amount: str) -> str:
    """That a sum is above a playbook's limit: "60 EUR is beyond what playbook 1 lets you decide (40 EUR)"."""
    may = one.known.playbook.content.may
    assert may is not None
    return f"{amount} is beyond what playbook {one.known.playbook.number} lets you decide ({may.amount})"


def _standing_words(playbook: Playbook, may: Authority, now: int) -> str:
    ends = [moment for moment in (playbook.confirmed_until, may.until) if moment is not None]
    if playbook.confirmed_until is None:
        return "no lead has confirmed it yet"
    if not playbook.may_decide(now):
        return f"ran out {local(min(ends), now)}" if min(ends) <= now else "not in force"
    return f"confirmed until {local(min(ends), now)}"


def difference(before: Content, after: Content) -> list[str]:
    """The lines that changed between two texts of a playbook, as a unified diff without its head."""
    return [
        line
        for line in difflib.unified_diff(_lines(before), _lines(after), n=0, lineterm="")
        if not line.startswith(("---", "+++", "@@"))
    ]


def difference_from(before: Content | None, after: Content) -> list[str]:
    """As `difference`; of a playbook that is new (`before` None), every line."""
    return difference(before or Content(title=""), after)


def as_lists(lines: Sequence[str]) -> list[str]:
    """Lines of a text or a difference, with several in a row of one part as a list below its name.

    "steps: look", "steps: pay" become "steps:", "· look", "· pay"; in a difference, each keeps its sign instead.
    """
    found: list[str] = []
    for name, group in groupby(lines, lambda line: line.lstrip("+-").partition(": ")[0]):
        some = list(group)
        signs = [line[0] if line[0] in "+-" else "" for line in some]
        if len(some) == 1 or signs == ["-", "+"]:
            found += some
            continue
        texts = (line.partition(": ")[2] for line in some)
        found += [f"{name}:", *(f"{sign or '· '}{text}" for sign, text in zip(signs, texts, strict=True))]
    return found


def _lines(content: Content) -> list[str]:
    return [f"{name}: {line}" for name, text in parts(content) for line in text.splitlines() if text]


def editions_told(
    history: Sequence[PlaybookEvent], texts: Sequence[tuple[PlaybookEvent, Content]], roster: Roster
) -> list[EditionEntry]:
    """The history of a playbook, each new text with what changed in it."""
    edition_of = {event.number: place for place, (event, _) in enumerate(texts)}
    told = []
    for event in history:
        place = edition_of.get(event.number)
        changes = None
        if place is not None:
            changes = difference(texts[place - 1][1], texts[place][1]) if place else []
        told.append(
            EditionEntry(
                at=iso(event.at),
                by=roster.name(event.actor),
                told=event.fact.told,
                edition=place + 1 if place is not None else None,
                difference=changes,
            )
        )
    return told


def playbook_entry(known: KnownPlaybook, roster: Roster, now: int) -> PlaybookEntry:
    """A playbook as JSON."""
    playbook, content, done = known.playbook, known.playbook.content, known.results
    may = content.may
    return PlaybookEntry(
        number=playbook.number,
        edition=playbook.edition,
        title=content.title,
        state=known.state,
        causes=list(content.causes),
        tags=list(content.tags),
        signs=content.signs,
        steps=list(content.steps),
        authority=AuthorityEntry(
            text=may.text,
            limit=may.limit or None,
            currency=may.currency or None,
            until=_moment(may.until),
            confirmed_until=_moment(playbook.confirmed_until),
            in_force=playbook.may_decide(now),
        )
        if may is not None
        else None,
        say=content.say,
        escalate_when=content.escalate_when,
        keeper=roster.name(playbook.keeper),
        case=playbook.case,
        written_at=iso(playbook.written_at),
        changed_at=iso(playbook.changed_at),
        retired_because=playbook.retired or None,
        results=ResultsEntry(
            used=done.used,
            fitted=done.fitted,
            partly=done.partly,
            not_fitted=done.not_fitted,
            decided=done.decided,
            passed=done.passed,
            sums=done.sums,
            doubted=done.doubted,
        ),
    )


def details_entry(known: KnownPlaybook, roster: Roster, now: int) -> PlaybookDetailsEntry:
    """A playbook with the cases on which it was used, as JSON."""
    return PlaybookDetailsEntry(
        playbook=playbook_entry(known, roster, now),
        uses=[
            PlaybookUseEntry(
                case=one.case,
                at=iso(one.use.at),
                edition=one.use.edition,
                fit=one.use.fit or None,
                said=one.use.said,
                decided=one.use.decided or None,
                amount=one.use.amount or None,
                currency=one.use.currency or None,
            )
            for one in known.uses
            if not one.use.passed
        ],
        passed=[PassedOverEntry(case=o.case, at=iso(o.use.at), why=o.use.passed) for o in known.uses if o.use.passed],
    )


def fitting_entry(one: SuggestedPlaybook, roster: Roster, now: int) -> FittingEntry:
    """A playbook that fits a case, as JSON."""
    return FittingEntry(why=one.why, in_use=one.in_use, playbook=playbook_entry(one.known, roster, now))


def _moment(ms: int | None) -> str | None:
    return iso(ms) if ms is not None else None


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
