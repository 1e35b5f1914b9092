"""What the customer may read of an escalation: what somebody was asked for, and never who or why."""

from __future__ import annotations

from careconsole.domain.case.acknowledgement import Acknowledged
from careconsole.domain.case.escalation import Escalated
from careconsole.domain.case.event import Event
from careconsole.domain.case.state import Case

_DECISION = ("asked_decider", "decider_works", "decided")
_KNOWLEDGE = ("asked_expert", "expert_works", "expert_answered")
_HELP = ("asked_other", "other_works", "other_ended")
_SENTENCES = {"exception": _DECISION, "authority": _DECISION, "expertise": _KNOWLEDGE}
"""By the reason of a call, the ids of what is said when somebody is asked, has taken it up, and has ended it.

Of a call because the customer wished it, or because the case was overdue, nothing is said but that it is looked at.
"""


def call_sentence(event: Event, before: Case | None) -> str:
    """The id of the sentence about an event of a call, for what the call was made; `before` is the case before it."""
    fact, call = event.fact, before.escalation if before is not None else None
    reason = fact.reason if isinstance(fact, Escalated) else call.reason if call is not None else ""
    asked, works, ended = _SENTENCES.get(reason, _HELP)
    return asked if isinstance(fact, Escalated) else works if isinstance(fact, Acknowledged) else ended
