"""The state of a case, folded from its history. Times are epoch milliseconds, people are given by number."""

import msgspec

OPEN, RESOLVED, CLOSED, MERGED, VOID = "open", "resolved", "closed", "merged", "void"
"""The statuses of a case. "closed" ended in another system without a resolution; "void" had its opening undone."""
PROMISE, CHANGE, CHECK = "promise", "change", "check"
"""The kinds of clocks that a case can have several of, distinguished by a number."""

PRIORITIES = ("low", "normal", "high", "urgent")
USUAL_PRIORITY = "normal"
CHANNELS = ("email", "phone", "chat", "web", "letter", "visit", "social", "other")
SELF_ANSWERING = ("phone", "visit")
"""Channels on which the customer is answered at once, so that a contact from them does not wait for an answer."""


class CasePart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The base of a case and its parts."""


class OpenOffer(CasePart, frozen=True, kw_only=True):
    """An open offer: `to` has been asked by `by` to take the case."""

    to: int
    by: int | None
    at: int
    reason: str = ""
    next: str = ""
    declines: int = 0


class Helper(CasePart, frozen=True, kw_only=True):
    """A colleague who was asked to join."""

    of: int
    by: int | None
    need: str
    at: int


class Escalation(CasePart, frozen=True, kw_only=True):
    """The open call at the case's level. `until` is by when an acknowledgement promised the owner an update.

    `also` are called together with the responder, until one of them acknowledges. `path` is the escalation path it
    follows, `attempt` how often in a row its step was called before. `proposal` is what the caller would do.
    """

    responder: int
    by: int | None
    at: int
    reason: str
    need: str
    acknowledge_by: int
    cause: str = ""
    acknowledged_at: int | None = None
    until: int | None = None
    nudges: int = 0
    also: tuple[int, ...] = ()
    path: str = ""
    attempt: int = 0
    proposal: str = ""

    @property
    def called(self) -> tuple[int, ...]:
        """Everybody who is called now, the responder first."""
        return (self.responder, *self.also)


def asked(need: str, proposal: str) -> str:
    """What somebody is asked who is called for help: "a refund above my limit (proposes: half of it)"."""
    return f"{need} (proposes: {proposal})" if proposal else need


class PastReview(CasePart, frozen=True, kw_only=True):
    """What an exception taught; `number` is that of its event, `at` when it was written.

    `asks_lead`: nothing changes, once more, and a lead is to agree. The change was made at `done_at`, is checked at
    `check_at` (None: it is not, or was for good), and was checked last at `checked_at`, with this `verdict`. `dropped`
    is why it is not made after all; `moves` counts the new times it was given. A change that came along with a merged
    case has the case and the review that asked for it first in `of_case` and `of_review`.
    """

    number: int
    cause: str
    change: str = ""
    nothing_because: str = ""
    owner: int | None = None
    due: int | None = None
    done_at: int | None = None
    at: int = 0
    asks_lead: bool = False
    check_at: int | None = None
    checked_at: int | None = None
    verdict: str = ""
    dropped: str = ""
    moves: int = 0
    of_case: int = 0
    of_review: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it asks for a change that is neither made nor dropped."""
        return bool(self.change) and self.done_at is None and not self.dropped

    @property
    def waits_for_check(self) -> bool:
        """Whether its change was made and is to be checked, now or later."""
        return self.done_at is not None and self.check_at is not None


class Again(CasePart, frozen=True, kw_only=True):
    """The cause came up again while the change that review number `review` of case number `case` asked for was open.

    Or after it was made, at `made_at`.
    """

    case: int
    review: int
    made_at: int | None = None


class Occurrence(CasePart, frozen=True, kw_only=True):
    """One time that a cause came up; `number` is that of the escalation's event, or of a review's without one.

    `cause` is the label that counts: the review's, before that the escalation's. `decided` is what was decided about
    it, `settled` the number of the event that ended it: its review, else the end of the case. `again` are the changes
    that were asked for, or made, before.
    """

    number: int
    at: int
    cause: str = ""
    decided: str = ""
    settled: int | None = None
    again: tuple[Again, ...] = ()

    @property
    def is_review(self) -> bool:
        """Whether nobody called for help: a review said so, looking back."""
        return self.settled == self.number

    @property
    def came_back(self) -> bool:
        """Whether the cause came up after a change for it was made."""
        return any(one.made_at is not None for one in self.again)


class PlaybookUse(CasePart, frozen=True, kw_only=True):
    """A playbook was used here by `by`; `number` is that of the event, `edition` which of its texts.

    `decided` is what was decided by it without a lead, with `amount` in `currency` if it has a limit. `fit` is how well
    it fitted ("fitted", "partly" or "not"; empty while nobody has said), `said` why. `passed`: it was not used,
    though it would have let the frontline decide, and this is why. `ticked` are the places of the steps that are done,
    from 1.
    """

    number: int
    playbook: int
    edition: int
    title: str
    at: int
    by: int | None
    steps: tuple[str, ...] = ()
    decided: str = ""
    amount: str = ""
    currency: str = ""
    fit: str = ""
    said: str = ""
    rated_by: int | None = None
    rated_at: int | None = None
    passed: str = ""
    ticked: tuple[int, ...] = ()


class Rating(CasePart, frozen=True, kw_only=True):
    """What the customer said of the case at `at`: "yes" (we did what we promised), "partly" or "no".

    `channel` is how they said it, `by` who recorded it; None for the rating of another system.
    """

    answer: str
    at: int
    channel: str = "other"
    by: int | None = None


class AttachedFile(CasePart, frozen=True, kw_only=True):
    """A file that `by` attached; `number` is that of the event, `digest` the SHA-256 of its `size` bytes."""

    number: int
    name: str
    size: int
    type: str
    digest: str
    by: int | None
    at: int


class Inbound(CasePart, frozen=True, kw_only=True):
    """An inbound message that is not answered yet; only the sort "message" waits for an answer.

    `heard` is when it became known here, if that was later than when it was sent: no clock can have run before.
    """

    number: int
    at: int
    sort: str = "message"
    heard: int = 0


class OpenPromise(CasePart, frozen=True, kw_only=True):
    """An open promise, made by the event `number`. `late`: its time had passed when it was moved; `untold`: the mail
    that told the customer of it did not arrive.
    """

    number: int
    text: str
    due: int
    by: int
    made_at: int
    moves: int = 0
    late: bool = False
    untold: bool = False

    def is_broken(self, now: int) -> bool:
        """Whether its time has passed, and it is neither kept nor moved yet."""
        return self.due < now

    def is_late(self, now: int) -> bool:
        """Whether one of its times has passed, so that it counts as late however it ends."""
        return self.late or self.is_broken(now)


class UnsentReply(CasePart, frozen=True, kw_only=True):
    """A mail to the customer that `by` wrote and that is not sent yet; `number` is that of the event.

    `state`: it waits until `send_at` ("waiting"), was "refused", or nobody knows whether it was sent ("uncertain").
    """

    number: int
    by: int | None
    send_at: int
    state: str = "waiting"


class OverdueNotice(CasePart, frozen=True, kw_only=True):
    """A clock of which people know that it ran out at `due` (None: whenever that was); `mark`: `clocks.Clock.mark`."""

    kind: str
    mark: int
    number: int | None = None
    due: int | None = None


class Parking(CasePart, frozen=True, kw_only=True):
    """The case is parked."""

    on: str
    since: int
    until: int | None = None
    reason: str = ""


class PastParking(CasePart, frozen=True, kw_only=True):
    """The case was parked until `until`, at the latest until the end that was set."""

    on: str
    since: int
    until: int


class Case(CasePart, frozen=True, kw_only=True):
    """The present state of a case; `version` is the number of its last event.

    `changed_at` is when its last event happened, `worked_at` the same without notes, automatic replies, bare thanks,
    undo and redo. `owner` None is duty, since `untaken_since`; `last_owner` is the last person who owned it, so that
    duty in between does not make a hop. `hops` (in JSON `own_hops`) counts this team's own moves since the last
    (re)opening, `moves` (in JSON `hops`) every change of owner ever seen. `resolved_at` is when the present resolution
    came, None without one, or with one of which that is not known (`resolved_undated`). `answer` is what it says about
    the customer who waited then (one of `answers.ANSWERS`); empty if nobody waited, or where nothing was asked.

    `answered_at` is the first answer, to a wait that began at `asked_at`; `told_at` our last message to the customer,
    `contact_at` the last contact in either direction. `rests` are the past parkings since the last (re)opening;
    `reopened_at` is None for a case that was never reopened. `told` are the clocks that people were told have run out.
    Clocks of an imported case start no earlier than `clocks_from`. At `question_at` the case was last resolved with the
    question whether we did what we promised; `rating` is what the customer said to that, asked or not.
    """

    number: int
    version: int
    opened_at: int
    changed_at: int
    worked_at: int = 0
    subject: str = ""
    description: str = ""
    customer: int | None = None
    channel: str = "other"
    priority: str = "normal"
    tags: tuple[str, ...] = ()
    external: tuple[tuple[str, str], ...] = ()
    fields: dict[str, str] = {}
    label: str = ""
    status: str = OPEN
    resolved_at: int | None = None
    resolution: str = ""
    answer: str = ""
    reopenings: int = 0
    owner: int | None = None
    untaken_since: int | None = None
    last_owner: int | None = None
    hops: int = 0
    moves: int = 0
    offer: OpenOffer | None = None
    helpers: tuple[Helper, ...] = ()
    level: int = 0
    highest: int = 0
    escalation: Escalation | None = None
    review_owed: bool = False
    reviews: tuple[PastReview, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    playbooks: tuple[PlaybookUse, ...] = ()
    unanswered: tuple[Inbound, ...] = ()
    asked_at: int | None = None
    answered_at: int | None = None
    told_at: int | None = None
    contact_at: int | None = None
    promises: tuple[OpenPromise, ...] = ()
    parked: Parking | None = None
    rests: tuple[PastParking, ...] = ()
    reopened_at: int | None = None
    follows: int | None = None
    followed_by: tuple[int, ...] = ()
    merged_into: int | None = None
    told: tuple[OverdueNotice, ...] = ()
    imported: bool = False
    clocks_from: int = 0
    resolved_undated: bool = False
    rating: Rating | None = None
    question_at: int | None = None
    files: tuple[AttachedFile, ...] = ()
    replies: tuple[UnsentReply, ...] = ()

    @property
    def was_resolved(self) -> bool:
        """Whether there is a resolution that stands; the case may have been closed or merged since."""
        return self.resolved_at is not None or self.resolved_undated

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look after it."""
        return self.status == OPEN

    @property
    def unanswered_since(self) -> int | None:
        """When the oldest unanswered message came; None if there is none."""
        return self._oldest_after(None)

    @property
    def waiting_since(self) -> int | None:
        """When the oldest message came on which the customer waits for us; None if they wait for nothing.

        While the case is parked on the customer it is their turn: only what they wrote since then waits for us.
        """
        parked = self.parked
        return self._oldest_after(parked.since if parked is not None and parked.on == "customer" else None)

    @property
    def awaits_since(self) -> int | None:
        """As `waiting_since`; on a case that has ended nobody waits, unless the customer wrote after that."""
        if self.is_open:
            return self.waiting_since
        ended = self.resolved_at
        later = (one.at for one in self.unanswered if one.sort == "message" and ended is not None and one.at > ended)
        return min(later, default=None)

    @property
    def next_check(self) -> int | None:
        """When a change that was made is next to be checked; None without one. A merged case has passed that on."""
        if self.status in (MERGED, VOID) or not self.reviews:
            return None
        return min((r.check_at for r in self.reviews if r.done_at is not None and r.check_at is not None), default=None)

    def _oldest_after(self, since: int | None) -> int | None:
        oldest = None
        for message in self.unanswered:  # a plain loop, since an import asks twice for each row
            if message.sort != "message" or (since is not None and message.at <= since):
                continue
            if oldest is None or message.at < oldest:
                oldest = message.at
        return oldest

    @property
    def heard_since(self) -> int | None:
        """Since when somebody here could have answered: `unanswered_since`, or when we heard of it if later."""
        since = None
        for message in self.unanswered:  # a plain loop, as in `_oldest_after`
            if message.sort == "message" and (since is None or max(message.at, message.heard) < since):
                since = max(message.at, message.heard)
        return since
