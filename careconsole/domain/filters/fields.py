"""What the filter language (`language`) can ask: its fields, their values and the states of `is:`."""

from __future__ import annotations

from typing import Literal

import msgspec

from careconsole.domain.case.rating_answers import RATINGS

Op = Literal["=", ">", ">=", "<", "<="]
Kind = Literal["person", "number", "duration", "word", "flag", "text"]


class FieldKind(msgspec.Struct, frozen=True):
    """One field of the language, for reading, help and completion.

    `ops` are the comparisons it allows. `words` are its keywords: the only values when `closed`, else those
    with a special meaning. `signed` durations may be negative.
    """

    name: str
    kind: Kind
    help: str
    example: str
    ops: tuple[Op, ...] = ("=",)
    words: tuple[str, ...] = ()
    closed: bool = False
    signed: bool = False

    @property
    def default(self) -> Op:
        """The comparison when none is written: ">=" for durations, "<=" for signed ones (time left), else "="."""
        if self.kind != "duration":
            return "="
        return "<=" if self.signed else ">="


FLAGS: dict[str, str] = {
    "open": "neither resolved nor closed; parked cases are open, too",
    "resolved": "resolved",
    "parked": "on hold until a set time",
    "overdue": "its deadline has passed",
    "atrisk": "three quarters of the time to its deadline are over, but it is not overdue",
    "escalated": "above the frontline",
    "unacknowledged": "escalated, but not acknowledged, or the promised update is overdue",
    "offered": "offered to somebody who has not answered yet; your own offers: answerable:me is:offered",
    "unassigned": "without an owner; the lead on duty is responsible for it",
    "left": "its owner has left the team, or is known from an import only",
    "waiting": "the customer is waiting for our answer",
    "unanswered": "resolved while the customer was waiting, without an answer to them then or since",
    "promised": "has an open promise",
    "imported": "was imported",
    "reopened": "was resolved before",
    "mine": "you must act today: as owner or cover, or because you were called or asked to help; a case that is offered"
    " is its owner's until the offer is accepted (offered to you: offered:me)",
    "tagged": "has a tag",
    "tocheck": "a change that its review asked for was made, and it is time to check whether it works",
    "recurring": "its cause came up after a change for it was made",
    "rated": "the customer said whether we did what we promised",
    "published": "its receipt is public: it has a page that its customer can open",
    "unsent": "a mail to its customer waits to be sent, or was not sent and needs a person",
    "bounced": "the last mail to its customer came back, and nobody has written to them since",
    "draft": "you have a draft on it: something that you wrote and have not sent or saved yet",
    "owed": "a change that its review asked for is not made yet, even if the case is resolved",
}
"""The states that `is:` can ask for, and their meanings."""
PERSONAL_FLAGS = frozenset({"mine", "left", "draft"})
"""Those of them that depend on who somebody is: who is at work, and whose place is empty."""

_ME = "(me: you, or somebody for whom you act today)"
"""What "me" means in the fields that ask for whom something waits: what is theirs waits for their cover."""


def _fields() -> dict[str, FieldKind]:
    compared: tuple[Op, ...] = ("=", ">", ">=", "<", "<=")
    ranged: tuple[Op, ...] = (">", ">=", "<", "<=")
    who = ("me", "duty", "nobody")
    kinds = [
        FieldKind("is", "flag", "a state the case is in", "is:overdue", words=tuple(FLAGS), closed=True),
        FieldKind("owner", "person", "who owns it (me, duty, nobody, or a name)", "owner:ana,ben", words=who),
        FieldKind("answerable", "person", "who must act for its owner today", "answerable:me", words=who),
        FieldKind("responder", "person", f"who must act at its current level {_ME}", "responder:me", words=who),
        FieldKind("offered", "person", f"who it is offered to {_ME}", "offered:me", words=who),
        FieldKind("helping", "person", f"who was asked to help {_ME}", "helping:me", words=who),
        FieldKind("number", "number", "its number", "number:17,18", ops=compared),
        FieldKind("level", "number", "its level; 0 is the frontline", "level:>=1", ops=compared),
        FieldKind("hops", "number", "how often its owner changed", "hops:>2", ops=compared),
        FieldKind("reopened", "number", "how often it was reopened", "reopened:>=1", ops=compared),
        FieldKind("age", "duration", "time since it was created", "age:>2d", ops=ranged),
        FieldKind(
            "waiting",
            "duration",
            "how long the customer has waited for our answer",
            "waiting:>4h",
            ops=ranged,
        ),
        FieldKind(
            "silence",
            "duration",
            "time since the last message with the customer, thanks and automatic ones left out",
            "silence:>1w",
            ops=ranged,
        ),
        FieldKind("resolved", "duration", "time since it was resolved, where known", "resolved:<1w", ops=ranged),
        FieldKind("due", "duration", "time left; negative is overdue", "due:<2h", ops=ranged, signed=True),
        FieldKind("customer", "word", "part of the customer's name", 'customer:"Acme Ltd"'),
        FieldKind("tag", "word", "a tag", "tag:billing"),
        FieldKind("channel", "word", "how it reached us", "channel:phone"),
        FieldKind("source", "word", "the system it was imported from", "source:jira"),
        FieldKind("external", "word", "its id in that system", "external:INC-204"),
        FieldKind(
            "priority",
            "word",
            "its priority",
            "priority:high,urgent",
            words=("low", "normal", "high", "urgent"),
            closed=True,
        ),
        FieldKind("tier", "word", "the customer's tier", "tier:gold"),
        FieldKind(
            "status",
            "word",
            "open, resolved, closed or merged",
            "status:open",
            words=("open", "resolved", "closed", "merged"),
            closed=True,
        ),
        FieldKind(
            "rating",
            "word",
            "what the customer says: whether we did what we promised",
            "rating:no",
            words=RATINGS,
            closed=True,
        ),
        FieldKind("playbook", "number", "a playbook that was used on it, by number", "playbook:3"),
        FieldKind("cause", "word", "a cause that came up on it, under any of its names", "cause:credit-limit"),
        FieldKind("text", "text", "text to search for (text: can be left out)", '"late invoice"'),
    ]
    return {kind.name: kind for kind in kinds}


FIELDS: dict[str, FieldKind] = _fields()
"""Every field of the language, in the order of the help."""

RESPONSIBLE = "answerable:me"
"""The cases whose clocks are those of the person at work: they own them, or act for the owner today.

Somebody who is only called to a case or asked to help has something to do there (`is:mine`), but is not late with it.
Nor is somebody whom it is offered to (`offered:me`): it is still the owner's.
"""
