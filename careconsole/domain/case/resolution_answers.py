"""What answers a customer, and what a resolution says about one who waits for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careconsole.domain.case.state import SELF_ANSWERING, Case, Inbound

if TYPE_CHECKING:
    from careconsole.domain.case.event import Changes, Contact  # filters load this module, but no rules

TOLD, UNANSWERED, SPAM = "told", "unanswered", "spam"
NOT_NEEDED = (SPAM, "duplicate", "wrong address", "test")
"""Why nobody needs an answer. A case resolved with one of these is no care, and leaves the measures."""
ANSWERS = (TOLD, *NOT_NEEDED, UNANSWERED)
"""What a resolution can say about a customer who waits: told of it, no answer needed (and why), or not answered."""
SORT_WORDS = {"auto": "an automatic reply", "thanks": "thanks"}
"""How a sentence names an inbound message that needs no answer."""


def answer_words(answer: str, said: str) -> str:
    """What a resolution says about the customer, to follow its text `said`: " (no answer needed: spam)"; else empty."""
    if answer in NOT_NEEDED:
        return " (no answer needed)" if said == answer else f" (no answer needed: {answer})"
    return {TOLD: " (the customer was told)", UNANSWERED: " (the customer was not answered)"}.get(answer, "")


def answered_since(case: Case) -> bool:
    """Whether a customer who had no answer when the case was resolved got one afterwards.

    On a resolved case only our own word counts as a contact: one of theirs that waits for an answer opens it again.
    """
    resolved, last = case.resolved_at, case.contact_at
    return case.answer == UNANSWERED and resolved is not None and last is not None and last > resolved


def is_unanswered(case: Case) -> bool:
    """Whether the case was resolved without an answer to a customer who waited, and they got none since."""
    return case.answer == UNANSWERED and not answered_since(case)


def waits_still(case: Case) -> bool:
    """Whether the customer of a case that is opened again waits for an answer: they did, and were told nothing."""
    return is_unanswered(case) or case.answer in NOT_NEEDED


def contact_changes(case: Case, contact: Contact, message: Inbound) -> Changes:
    """What a contact does: an inbound `message` waits for an answer; an outbound one, a call or a visit is one."""
    if contact.inbound and contact.channel not in SELF_ANSWERING:
        changes: Changes = {"unanswered": (*case.unanswered, message)}
        if message.sort == "message":
            changes["contact_at"] = message.at
        return changes
    changes = {"unanswered": (), "told_at": message.at, "contact_at": message.at}
    if case.answered_at is None:
        changes["answered_at"] = message.at
        waiting = case.heard_since
        changes["asked_at"] = None if waiting is None else max(waiting, case.clocks_from)
    return changes
