"""The sheet of a case: the head above its history, and each entry of the history in words."""

from __future__ import annotations

import msgspec

from careconsole.desk.queries.case_queries import View
from careconsole.desk.queries.looks_like import LooksLike
from careconsole.domain.case.effective_history import Redone, Undone, moved_entries, undone_commands
from careconsole.domain.case.escalation_paths import ABLE, responders
from careconsole.domain.case.event import Event, named_in
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.playbook_steps import Step, checklist, is_current
from careconsole.domain.case.playbook_summary import FITTED, NOT, PARTLY, UsablePlaybook
from careconsole.domain.case.rating_answers import is_awaited, rating_words
from careconsole.domain.case.recurrence import again_words
from careconsole.domain.case.resolution_answers import answer_words
from careconsole.domain.case.state import RESOLVED, VOID, PastReview, PlaybookUse, asked
from careconsole.domain.case.verdicts import VERDICTS
from careconsole.domain.reply_states import NEEDS_PERSON
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import format_span, local
from careconsole.present.promises import moved_words, promised_by, untold_words
from careconsole.present.queue_text import from_words, often, owner_words, signed_due_words

_OTHERS = 5


class HistoryLine(msgspec.Struct, frozen=True):
    """One event of a history as it is shown. `when` is local time; `told` is not yet made safe.

    `sign` is as `sign_of` gives it. `undone`: it was taken back, or counts on another case. `overdue`: a clock ran out.
    """

    number: int
    when: str
    told: str
    sign: str
    undone: bool
    overdue: bool = False


def head(view: View, *, timed: bool = True) -> list[tuple[str, str]]:
    """Returns the rows above a case's history: labels and texts, not yet made safe.

    `timed`: the row about the level says until when; without it, only the clocks do.
    """
    case, now, roster = view.case, view.now, view.roster

    def moment(ms: int) -> str:
        return local(ms, now)

    rows = [("status", _status(view))]
    running = view.running
    if running:
        rows.append(("due", "; ".join(signed_due_words(c, case.owner, now) for c in running)))
    offered = case.offer.to if case.offer else None
    rows.append(("owner", owner_words(case.owner, offered, roster, void=case.status == VOID)))
    if case.offer is not None:
        by = roster.name(case.offer.by)
        rows.append(
            ("offer", f"by {by}: {case.offer.reason}" + (f" (next: {case.offer.next})" if case.offer.next else ""))
        )
    if case.helpers:
        rows.append(("helping", ", ".join(f"{roster.name(h.of)} ({h.need})" for h in case.helpers)))
    if case.level or case.escalation:
        rows.append(("level", _level(view, timed)))
    if view.customer is not None:
        tier = f" ({view.customer.tier})" if view.customer.tier != "standard" else ""
        reach = [view.customer.email, view.customer.phone, *(f"order {o}" for o in view.customer.orders)]
        rows.append(("customer", ", ".join([view.customer.name + tier, *(r for r in reach if r)])))
    if view.published_at is not None:
        rows.append(("public", f"since {moment(view.published_at)}: anybody with the link can read the receipt"))
    ago = format_span(max(0, now - case.opened_at))
    rows.append(("opened", f"{moment(case.opened_at)} ({ago} ago), {case.channel}"))
    rows += _unsent(view)
    if (since := case.awaits_since) is not None:
        rows.append(("waits", f"since {moment(since)} ({format_span(max(0, now - since))}) for an answer"))
    for promise in case.promises:
        late = " LATE" if promise.is_broken(now) else ""
        by = f"by {moment(promise.due)}, {promised_by(promise, roster)}{moved_words(promise)}{untold_words(promise)}"
        rows.append(("promise", f"{promise.number}: {promise.text} ({by}){late}"))
    if case.priority != "normal":
        rows.append(("priority", case.priority))
    if case.tags:
        rows.append(("tags", " ".join(f"#{tag}" for tag in case.tags)))
    if said := _rating(view):
        rows.append(("they say", said))
    if case.moves:
        rows.append(("hops", str(case.moves)))
    if case.review_owed:
        rows.append(("review", "needed before it can be resolved"))
    for again in again_words(case):
        rows.append(("again", again))
    for review in case.reviews:
        rows.append(("review", f"{review.number}: {_review(view, review)}"))
    steps = checklist(case)
    for use in case.playbooks:
        rows.append(("playbook", f"{use.playbook}: {use.title} ({_use(use)})"))
        if is_current(use):
            rows += [("do", _step(step)) for step in steps if step.playbook == use.playbook]
            rows += _limits(use, view.playbooks.get(use.playbook))
    rows += _files(view)
    if case.external:
        rows.append(("known as", ", ".join(f"{source}:{external}" for source, external in case.external)))
    rows += [(name, value) for name, value in case.fields.items()]
    if case.follows is not None:
        rows.append(("follows", f"case {case.follows}"))
    if case.followed_by:
        rows.append(("followed", "by " + ", ".join(f"case {n}" for n in case.followed_by)))
    for number, status, subject in view.others[:_OTHERS]:
        rows.append(("also", f"{number} [{status}] {subject}"))
    if len(view.others) > _OTHERS:
        rows.append(("also", f"{len(view.others) - _OTHERS} more of this customer"))
    return rows


def looks_like_words(like: LooksLike, then: str) -> str:
    """Which case another one looks like, and in brackets what one can do about it, `then`; not yet made safe."""
    return f"case {like.number}, {like.subject} [{like.status}] ({then})"


def _status(view: View) -> str:
    case, now = view.case, view.now
    label = f" ({case.label})" if case.label else ""
    if case.was_resolved:
        when = "at an unknown time" if case.resolved_at is None else local(case.resolved_at, now)
        how = case.resolution or case.label
        if case.status == RESOLVED:
            return f"resolved {when}: {how}{answer_words(case.answer, case.resolution)}"
        return f"{case.status}{'' if case.resolution else label}, resolved {when}{after_colon(case.resolution)}"
    if case.parked is not None:
        until = f" until {local(case.parked.until, now)}" if case.parked.until is not None else ""
        reason = f": {case.parked.reason}" if case.parked.reason else ""
        return f"parked{until}, waiting on {case.parked.on}{reason}{label}"
    again = f", reopened {often(case.reopenings)}" if case.reopenings else ""
    return f"{case.status}{again}{label}"


def _rating(view: View) -> str:
    """What the customer says of the case, or that they were asked; empty for neither."""
    rating, now = view.case.rating, view.now
    if is_awaited(view.case, now):
        return "no answer yet whether we did what we promised; the receipt asks"
    if rating is None:
        return ""
    return f"{rating_words(rating.answer)} ({', '.join(filter(None, (rating.channel, local(rating.at, now))))})"


def _review(view: View, review: PastReview) -> str:
    if not review.change:
        because = f", because {review.nothing_because}" if review.nothing_because else ""
        return f"{review.cause}. Nothing changes{because}{' (asks a lead to agree)' if review.asks_lead else ''}"
    if review.dropped:
        state = f"dropped, because {review.dropped}"
    elif review.done_at is not None:
        state = f"made {local(review.done_at, view.now)}"
        if review.verdict:
            state += f", checked: {VERDICTS.get(review.verdict, review.verdict)}"
        if review.check_at is not None:
            check = "to be checked since" if review.check_at < view.now else "to be checked"
            state += f", {check} {local(review.check_at, view.now)}"
    else:
        late = " LATE" if review.due is not None and review.due < view.now else ""
        due = "" if review.due is None else f", by {local(review.due, view.now)}{late}"
        state = f"{view.roster.name(review.owner)}{due}"
    return f"{review.cause}. Change: {review.change} ({state})"


def _use(use: PlaybookUse) -> str:
    if use.passed:
        return f"not used, because {use.passed}"
    decided = f"decided {use.amount} {use.currency}".rstrip() if use.decided else "in use"
    fitted = {FITTED: "it fitted", PARTLY: "it partly fitted", NOT: "it did not fit"}.get(use.fit, "")
    return fitted if fitted and not use.decided else ", ".join(filter(None, (decided, fitted)))


def files_count(view: View) -> str:
    """How many files the case has, with those of its mails: "1 file", "3 files"; empty for none."""
    count = len(view.files)
    return "" if not count else "1 file" if count == 1 else f"{count:,} files"


def _files(view: View) -> list[tuple[str, str]]:
    if not view.files:
        return []
    from careconsole.domain.sizes import size_words  # most cases have no files

    files = view.files[-_OTHERS:]
    rows = [("file", f"{file.label}: {file.name} ({size_words(file.size)})") for file in reversed(files)]
    more = len(view.files) - len(files)
    return rows + ([("file", f"{more:,} earlier")] if more else [])


def _unsent(view: View) -> list[tuple[str, str]]:
    """Mails to the customer, by number: those that wait, and those that need a person, which "!" says."""
    if not view.unsent:
        return []
    from careconsole.desk.mail.sending import state_words  # few cases have a mail that is not sent

    rows = []
    for reply in view.unsent:
        sign = "! " if reply.state in NEEDS_PERSON else ""
        state = f"{state_words(reply, view.now, copy=view.is_copy)}{after_colon(reply.said)}"
        rows.append(("mail", f"{sign}{reply.number} to {', '.join(reply.content.to)}: {state}"))
    return rows


def _step(step: Step) -> str:
    return f"{step.number}. [{'x' if step.ticked else ' '}] {step.text}"


def _limits(use: PlaybookUse, playbook: UsablePlaybook | None) -> list[tuple[str, str]]:
    """What a playbook in use lets one decide, as long as nothing was decided by it, and when to call a lead."""
    if playbook is None:
        return []
    rows = []
    if playbook.authority and not use.decided:
        limit = f", up to {playbook.limit} {playbook.currency}" if playbook.limit else ""
        stands = playbook.unusable or playbook.no_authority
        decide = f"not now: {stands}" if stands else f"you may decide it yourself{limit}"
        rows.append(("may", f"{' '.join(playbook.authority.split())} ({decide})"))
    if playbook.escalate_when:
        words = " ".join(playbook.escalate_when.split())
        rows.append(("escalate", words if words.lower().startswith(("when ", "if ")) else f"when {words}"))
    return rows


def _level(view: View, timed: bool) -> str:
    case, roster, now = view.case, view.roster, view.now
    call, by_path = case.escalation, _are_of_their_level(view)
    name = f"of {view.path.last}" + (f" ({view.path.level_name(case.level)})" if case.level and by_path else "")
    if call is None:
        return f"{case.level} {name}"
    who = _listed([_called(one, roster, role=not by_path) for one in call.called])
    if not timed:
        state = "acknowledged" if call.acknowledged_at is not None else "not acknowledged yet"
    elif call.until is not None and call.acknowledged_at is not None:
        state = f"acknowledged, next update by {local(call.until, now)}{' LATE' if call.until < now else ''}"
    else:
        late = " LATE" if call.acknowledge_by < now else ""
        state = f"to acknowledge by {local(call.acknowledge_by, now)}{late}"
    return f"{case.level} {name}: {who}, {state}. {roster.name(call.by)} needs: {asked(call.need, call.proposal)}"


def _are_of_their_level(view: View) -> bool:
    """Whether the people who are called are those after whom their level is named.

    They are not if somebody else was named, such as an agent who knows about it, or if a contact had to be called for
    lack of leads. True without a call: then the level has its name.
    """
    call, step, roster = view.case.escalation, view.path.step(view.case.level), view.roster
    if call is None:
        return True
    if ABLE in step.call:
        return all(map(roster.is_lead, call.called))
    still_here = {one for one in call.called if one in roster.people and roster.people[one].active}
    return still_here <= set(responders(step, roster))


def _called(person: int, roster: Roster, *, role: bool) -> str:
    """Names a person who is called, with their `role`, and who acts for them if they have left or are away."""
    known, acting = roster.people.get(person), roster.acting_for(person)
    notes = [known.role] if role and known is not None else []
    notes += ["has left"] if known is not None and not known.active else []
    notes += [f"{roster.name(acting)} covers"] if acting not in (None, person) else []
    return roster.name(person) + (f" ({', '.join(notes)})" if notes else "")


def _listed(names: list[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def history_lines(view: View) -> list[HistoryLine]:
    """Returns the history of a case, oldest first."""
    gone = undone_commands(view.history)
    moved = moved_entries(view.history, gone)
    tell = Narrator(view.roster, lambda ms: local(ms, view.now), named_in(view.history))
    return [_entry(view, event, tell, gone, moved.get(event.number)) for event in view.history]


def _entry(view: View, event: Event, tell: Narrator, gone: set[int], elsewhere: int | None) -> HistoryLine:
    turned = isinstance(event.fact, Undone | Redone)
    told = _turned(view, event, tell) if turned else event.sentence(tell)
    if elsewhere is not None:
        told = f"{told} (moved to case {elsewhere})"
    origin = view.origins.get(event.command) if event.command is not None else None
    if origin is not None and origin.own_login is False:
        told = f"{told} ({from_words(origin.login, origin.workstation)})"
    undone = (event.command in gone and not turned) or elsewhere is not None
    return HistoryLine(
        event.number,
        local(event.at, view.now),
        told,
        sign_of(event, undone=undone),
        undone,
        event.fact.says_overdue,
    )


_SIGNS = {"in": "<", "out": ">", "": "·"}


def sign_of(event: Event, *, undone: bool = False) -> str:
    """The sign of an event in every history: "<" from the customer, ">" to them, "·" internal, "x" undone."""
    return "x" if undone else _SIGNS[event.fact.direction]


def _turned(view: View, event: Event, tell: Narrator) -> str:
    """Words an undo or redo, with the numbers of its entries, and what they did."""
    assert isinstance(event.fact, Undone | Redone)
    command = event.fact.command
    numbers = [str(e.number) for e in view.history if e.command == command and not isinstance(e.fact, Undone | Redone)]
    verb = "undid" if isinstance(event.fact, Undone) else "redid"
    entries = f"{'entry' if len(numbers) == 1 else 'entries'} {', '.join(numbers)}"
    return f"{view.roster.name(event.actor)} {verb} {entries}{after_colon(tell.done(command))}"
