"""The row of a case: what the queue and the filters need of its state, and the state itself."""

from __future__ import annotations

import msgspec

from careconsole.domain.case.clocks import Due, next_change
from careconsole.domain.case.state import Case
from careconsole.store.cases.causes import stored_causes
from careconsole.store.engine.base import NEVER, Row

COLUMNS = (
    "id",
    "version",
    "status",
    "subject",
    "customer_id",
    "owner_id",
    "level",
    "priority",
    "channel",
    "tags",
    "source",
    "external_id",
    "opened_at",
    "changed_at",
    "contact_at",
    "waiting_since",
    "due_at",
    "due_kind",
    "risk_at",
    "sweep_at",
    "resolved_at",
    "parked",
    "offered_to",
    "responder_id",
    "also_called",
    "acknowledged_until",
    "helpers",
    "change_due",
    "check_due",
    "changes",
    "hops",
    "moves",
    "reopenings",
    "promises",
    "cause",
    "causes",
    "answer",
    "playbooks",
    "came_back",
    "rating",
    "rated_at",
    "question_at",
    "batch_id",
    "state",
)
"""The columns of a case's row, in the order of `row_of`."""
_NO_REVIEWS = (NEVER, NEVER, 0)
_encode = msgspec.json.Encoder().encode


def row_of(case: Case, due: Due | None, batch: int | None = None) -> Row:
    """The row of a case, in the order of `COLUMNS`: what the queue needs, and the whole state as JSON.

    `due` is what falls due next on it (see `LevelsInForce.due`).
    """
    return (*derived(case, due), batch, _encode(case).decode())


def derived(case: Case, due: Due | None) -> Row:
    """What the queue needs of a case: its row as `row_of` makes it, without the import and the state at the end."""
    call = case.escalation
    source, external = case.external[0] if case.external else ("", "")
    waiting = case.waiting_since
    act = due.act if due else next_change(case) if case.reviews else None
    return (
        case.number,
        case.version,
        case.status,
        case.subject,
        case.customer,
        case.owner,
        case.level,
        case.priority,
        case.channel,
        f"|{'|'.join(case.tags)}|" if case.tags else "",
        source,
        external,
        case.opened_at,
        case.changed_at,
        case.opened_at if case.contact_at is None else case.contact_at,
        NEVER if waiting is None else waiting,
        due.due if due else NEVER,
        due.kind if due else "",
        due.at_risk if due else NEVER,
        NEVER if act is None else act,
        NEVER if case.resolved_at is None else case.resolved_at,
        int(case.parked is not None),
        case.offer.to if case.offer else None,
        call.responder if call else None,
        f"|{'|'.join(map(str, call.also))}|" if call and call.also else "",
        call.until if call is not None and call.until is not None else 0,
        f"|{'|'.join(str(h.of) for h in case.helpers)}|" if case.helpers else "",
        *(_of_reviews(case) if case.reviews else _NO_REVIEWS),
        case.hops,
        case.moves,
        case.reopenings,
        len(case.promises),
        call.cause if call else "",
        stored_causes(case) if case.occurrences or case.fields else "",
        case.answer,
        f"|{'|'.join(sorted({str(use.playbook) for use in case.playbooks}))}|" if case.playbooks else "",
        sum(one.came_back for one in case.occurrences) if case.occurrences else 0,
        case.rating.answer if case.rating is not None else "",
        case.rating.at if case.rating is not None else 0,
        case.question_at or 0,
    )


def _of_reviews(case: Case) -> tuple[int, int, int]:
    """Of the changes that reviews asked for: when the first is due and the first check, and how many they were."""
    due = min((r.due for r in case.reviews if r.is_open and r.due is not None), default=NEVER)
    check = case.next_check
    return due, NEVER if check is None else check, sum(bool(review.change) for review in case.reviews)
