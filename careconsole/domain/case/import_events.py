"""Lines of another system's history: the state they report, and the messages exchanged."""

from msgspec.structs import replace

from careconsole.domain.case.event import Changes, Contact, Event, Fact, Writer
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.rating_answers import RATED_FIELD, imported_answer
from careconsole.domain.case.registry import event
from careconsole.domain.case.resolution_answers import SORT_WORDS
from careconsole.domain.case.rests import rests_until
from careconsole.domain.case.state import (
    CLOSED,
    MERGED,
    OPEN,
    RESOLVED,
    SELF_ANSWERING,
    VOID,
    Case,
    Inbound,
    Parking,
    Rating,
)
from careconsole.domain.case.tags import with_tags

IN, OUT, NOTE = "in", "out", "note"
"""The direction of an imported message: from the customer, to the customer, or internal."""


@event("recorded", written_by=Writer.IMPORT)
class Imported(Fact, frozen=True, kw_only=True):
    """One line of another system's history: the state it reports from then on, and the message sent then, if any.

    An absent field says nothing; an empty one in `fields` was removed from the case.

    `status` is "open", "parked", "resolved" or "closed", and `label` the source's own word for it. `nobody` gives the
    case to duty. An `inert` line came too late to change anything: people here had already worked on the case. `again`
    has a bit for each field that the line repeated unchanged (`import_diff.SAID`). `on` is who a parked case waits on,
    as in Parked; the customer if the source does not say.

    `said` is the text of a message, and `way` its direction: "in" (from the customer), "out" (to the customer) or
    "note" (internal). `sort` is that of an inbound one, as in MessageLogged, `by` the colleague who wrote another. On a
    line with a message, `channel` is the message's. Even an inert line's message counts. `undated`: the case was
    resolved by the time of the line, but it is not known when. `unopened`: nor is the opening time known. `merged_into`
    is the source's id of the case that this one was merged into, and `into` its number here, if known.
    """

    external: tuple[str, str] | None = None
    owner: int | None = None
    nobody: bool = False
    level: int | None = None
    status: str | None = None
    label: str = ""
    customer: int | None = None
    subject: str = ""
    description: str = ""
    priority: str | None = None
    channel: str | None = None
    tags: tuple[str, ...] = ()
    fields: dict[str, str] | None = None
    inert: bool = False
    again: int = 0
    said: str = ""
    way: str = ""
    sort: str = ""
    by: int | None = None
    merged_into: str = ""
    into: int | None = None
    on: str = ""
    undated: bool = False
    unopened: bool = False

    def new_case(self, number: int, event: Event) -> Case:
        """An imported case; its opening waits for an answer until a line says otherwise."""
        return Case(
            number=number,
            version=0,
            opened_at=event.at,
            changed_at=event.at,
            imported=True,
            untaken_since=event.at,
            unanswered=(Inbound(number=event.number, at=event.at),),
        )

    @property
    def causes(self) -> tuple[str, ...]:
        """The causes that its fields name."""
        if not self.fields:
            return ()
        from careconsole.domain.case.causes import causes_in  # most lines have no fields

        return tuple(causes_in(self.fields))

    def apply(self, case: Case, event: Event) -> Changes:
        """Takes over everything the line says; of an inert one, only messages to or from the customer."""
        rated = self._rating(case, event) if self.fields else {}
        if self.inert:
            return {**(_late_words(case, event, self) if self.way else {}), **rated}
        changes: Changes = {"clocks_from": event.recorded_at, **rated}
        if self.external and self.external not in case.external:
            changes["external"] = (*case.external, self.external)
        if self.customer:
            changes["customer"] = self.customer
        if self.subject:
            changes["subject"] = self.subject
        if self.description:
            changes["description"] = self.description
        if self.priority:
            changes["priority"] = self.priority
        if self.channel and (not self.way or not case.version):  # a later message's channel is its own
            changes["channel"] = self.channel
        if self.label:
            changes["label"] = self.label
        if self.tags:
            changes["tags"] = with_tags(case.tags, self.tags)
        if self.fields:
            changes["fields"] = {name: value for name, value in {**case.fields, **self.fields}.items() if value}
        if self.nobody:
            changes["owner"] = None
            if case.owner is not None:
                changes["untaken_since"] = event.at
        elif self.owner is not None and self.owner != case.owner:
            changes["owner"] = changes["last_owner"] = self.owner
            changes["untaken_since"] = None
            changes["moves"] = case.moves + (case.last_owner not in (None, self.owner))
        if self.level is not None and self.level != case.level:
            changes["level"] = self.level
            changes["highest"] = max(case.highest, self.level)
        if self.into is not None:
            changes.update(_merged(case, event, self.into))
        elif self.status is not None:
            changes.update(_recorded_status(case, event, self))
        if self.way:
            changes.update(_words(case, event, self, changes))
        return changes

    @property
    def rated(self) -> str:
        """The customer's rating of the case, in the words of the source; empty if the line has none."""
        return self.fields.get(RATED_FIELD, "") if self.fields else ""

    def _rating(self, case: Case, event: Event) -> Changes:
        """What a rating changes that is new, and not older than what the customer said here; an empty one, too."""
        said, before = self.fields.get(RATED_FIELD) if self.fields else None, case.rating
        if said is None or said == case.fields.get(RATED_FIELD) or (before is not None and before.at >= event.at):
            return {}
        if answer := imported_answer(said):
            return {"rating": Rating(answer=answer, at=event.at)}
        return {"rating": None} if before is not None and before.by is None else {}

    @property
    def is_work(self) -> bool:
        """Notes, inbound messages that need no answer, and inert lines without a message are not work."""
        if self.way in (IN, NOTE):
            return self.way == IN and self.sort == "message"
        return bool(self.way) or not self.inert

    @property
    def changes_nothing(self) -> bool:
        """True for an inert line, unless its message needs an answer or is one. What it rates changes no decision."""
        contact = self.contact
        return self.inert and (contact is None or (contact.inbound and contact.sort != "message"))

    @property
    def contact(self) -> Contact | None:
        """The message to or from the customer, if any."""
        if self.way not in (IN, OUT):
            return None
        sort = self.sort or "message"
        return Contact(inbound=self.way == IN, channel=self.channel or "other", text=self.said, sort=sort)

    @property
    def without_words(self) -> "Imported | None":
        """The state that the line reports, without its message; None for an inert line that rates nothing."""
        return None if self.inert and not self.rated else replace(self, said="", way="", sort="", by=None, channel=None)

    def search_text(self) -> str:
        """Its subject, description and message."""
        if not self.description and not self.said:  # as most lines, and each is asked
            return self.subject.strip() if self.subject else ""
        return "\n".join([part for part in (self.subject, self.description, self.said) if part]).strip()

    def sentence(self, narrator: Narrator) -> str:
        """Says what state the line reports, and who wrote which message."""
        said = []
        if self.label or self.status:
            unknown = " (time unknown)" if self.undated and self.status is not None else ""
            said.append(f"{self.label or self.status}{unknown}")
        if self.nobody:
            said.append("owned by nobody")
        elif self.owner is not None:
            said.append(f"owned by {narrator.name(self.owner)}")
        if self.level is not None:
            said.append(f"level {self.level}")
        told = [f"rated by the customer: {self.rated}"] if self.rated else []
        told += [self._words_in(narrator)] if self.way else []
        late = " (people have worked on it, so it changed nothing)" if self.inert and (said or not told) else ""
        state = f"{', '.join(said)}{late}"
        if not told:
            return f"imported: {state or f'the same as before{late}'}"
        return f"imported{f' ({state})' if state else ''}: {'; '.join(told)}"

    def _words_in(self, narrator: Narrator) -> str:
        if self.way == IN:
            told = f"{SORT_WORDS.get(self.sort, 'message')} from the customer"
        else:
            told = "message to the customer" if self.contact is not None else "note"
            told += f" by {narrator.name(self.by)}" if self.by is not None else ""
        channel = f" ({self.channel})" if self.channel else ""
        return f"{told}{channel}: {self.said}"


def _merged(case: Case, event: Event, into: int) -> Changes:
    """Ends the case as a merge here does, but keeps its external id: the source's later rows refer to it."""
    from careconsole.domain.case.merging import merge_changes  # here and below: few lines of an import need it

    changes = merge_changes(case, event, into)
    del changes["external"]
    return changes


def _recorded_status(case: Case, event: Event, fact: Imported) -> Changes:
    status, on = fact.status, fact.on
    if status in (RESOLVED, CLOSED):
        if case.status == MERGED:
            return {}
        ended: Changes = {"status": status, "parked": None, "unanswered": (), **_rests(case, event)}
        if status == RESOLVED and case.resolved_at is None:
            ended["resolved_undated"] = fact.undated
            ended["resolved_at"] = None if fact.undated else event.at
        return ended
    parked = case.parked if status == "parked" else None
    if status == "parked" and (parked is None or on not in ("", parked.on)):
        parked = Parking(on=on or "customer", since=event.at)
    if case.is_open:
        return {"parked": parked, **(_rests(case, event) if parked != case.parked else {})}
    return {
        "status": OPEN,
        "merged_into": None,
        "parked": parked,
        "rests": (),
        "reopened_at": event.at,
        "resolved_at": None,
        "resolved_undated": False,
        "answer": "",
        "reopenings": case.reopenings + case.was_resolved,
        "unanswered": (Inbound(number=event.number, at=event.at),),
    }


def _rests(case: Case, event: Event) -> Changes:
    """Keeps a past parking only if it ended after the import, since no clock starts before that."""
    return {"rests": rests_until(case, event.at)} if event.at > event.recorded_at else {}


def _words(case: Case, event: Event, fact: Imported, changes: Changes) -> Changes:
    """What a message does to a case that only imports have written; its status is always what the source says."""
    if fact.way == NOTE:
        return {}
    unanswered: tuple[Inbound, ...] = changes.get("unanswered", case.unanswered)
    if fact.way != IN or fact.channel in SELF_ANSWERING:
        return _answered(case, event, unanswered, changes["clocks_from"])
    said: Changes = {}
    if fact.sort == "message":
        said["contact_at"] = max(case.contact_at or 0, event.at)
    if changes.get("status", case.status) == OPEN:
        # If the line itself opened or reopened the case, it left a wait for this very message: replace that.
        others = tuple(message for message in unanswered if message.number != event.number)
        said["unanswered"] = (*others, _message(event, fact.sort))
    return said


def _late_words(case: Case, event: Event, fact: Imported) -> Changes:
    """What a message does to a case that people here have worked on; it may be older than our own contacts."""
    if fact.way == NOTE or case.status in (MERGED, VOID):
        return {}
    if fact.way != IN or fact.channel in SELF_ANSWERING:
        return _answered(case, event, case.unanswered, case.clocks_from)
    message = fact.sort == "message"
    if event.at <= (case.contact_at or 0):
        return {}  # we have been in touch since
    changes: Changes = {"contact_at": event.at} if message else {}
    inbound = _message(event, fact.sort, heard=event.recorded_at)
    if case.is_open:
        if message and case.parked is not None and case.parked.on == "customer":
            changes.update(parked=None, rests=rests_until(case, event.at))
        return {**changes, "unanswered": (*case.unanswered, inbound)}
    if not message or event.at < case.worked_at:
        return changes
    from careconsole.domain.case.resolution import Reopened

    again = Reopened(waits=False).apply(case, event)
    return {**changes, **again, "clocks_from": event.recorded_at, "unanswered": (inbound,)}


def _message(event: Event, sort: str, heard: int = 0) -> Inbound:
    if sort == "message":  # msgspec omits a default by identity: an equal string would be stored
        return Inbound(number=event.number, at=event.at, heard=heard)
    return Inbound(number=event.number, at=event.at, sort=sort, heard=heard)


def _answered(case: Case, event: Event, unanswered: tuple[Inbound, ...], clocks_from: int) -> Changes:
    """Our message or conversation answers everything that came before it."""
    later = tuple(message for message in unanswered if message.at > event.at)
    changes: Changes = {
        "unanswered": later,
        "told_at": max(case.told_at or 0, event.at),
        "contact_at": max(case.contact_at or 0, event.at),
    }
    if case.answered_at is None and not later and event.at >= case.opened_at:
        waiting = case.heard_since
        changes["answered_at"] = event.at
        changes["asked_at"] = None if waiting is None else max(waiting, clocks_from)
    return changes
