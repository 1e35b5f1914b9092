"""Opening a case, and opening another one that follows it."""

from careconsole.domain.case.context import Context, must_be_one_of, must_exist, must_say
from careconsole.domain.case.event import Changes, Direction, Event, Fact
from careconsole.domain.case.mail_ref import MailRef, files_words, sender_words, taken_words
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.offers import Offered
from careconsole.domain.case.registry import event
from careconsole.domain.case.resolution_answers import SORT_WORDS
from careconsole.domain.case.state import CHANNELS, PRIORITIES, SELF_ANSWERING, Case, Inbound
from careconsole.domain.case.tags import tags_of
from careconsole.domain.case.then import PARK, RESOLVE, CommandThen, is_ours
from careconsole.domain.errors import Refused
from careconsole.domain.hints import given

_KEEP_IT = ("Open it as yours: {}.", given(owner="me"))


class OpenCase(CommandThen, frozen=True, kw_only=True):
    """Open a case, and say what follows. `owner` None gives it to duty; anybody but the actor gets an offer while the
    actor owns it."""

    digested_as = "New"

    subject: str
    customer: int | None = None
    description: str = ""
    channel: str = "other"
    inbound: bool = True
    priority: str = "normal"
    owner: int | None = None
    tags: tuple[str, ...] = ()
    external: tuple[str, str] | None = None
    follows: int | None = None

    def decide_opening(self, ctx: Context) -> list[Fact]:
        """Without an owner, the case goes to duty; for a colleague, the actor owns it and offers it to them."""
        must_be_one_of(self.channel, CHANNELS, "channel")
        must_be_one_of(self.priority, PRIORITIES, "priority")
        offered: list[Fact] = []
        owner = self.owner
        if owner is not None and owner != ctx.actor:
            colleague = ctx.colleague(owner)
            offered = [Offered(to=colleague.number, reason="opened for you")]
            owner = ctx.actor
        opened = Opened(
            subject=must_say(self.subject, "The subject"),
            description=self.description,
            customer=self.customer,
            channel=self.channel,
            inbound=self.inbound,
            priority=self.priority,
            owner=owner,
            tags=tags_of(self.tags),
            external=self.external,
            follows=self.follows,
        )
        facts: list[Fact] = [opened, *offered]
        self._must_go_on(ctx)
        ours = is_ours(self.then, inbound=self.inbound, to_them=False)
        return [*facts, *self.following(None, facts, self.description.strip(), ctx, ours=ours)]

    def _must_go_on(self, ctx: Context) -> None:
        """Raises Refused when what follows is not for the actor to do, or contradicts whose the case becomes."""
        if self.then not in (PARK, RESOLVE):
            return
        if self.owner is None and ctx.actor != ctx.roster.answerable(None) and not ctx.actor_leads:
            raise Refused(f"To {self.then} a case that goes to duty is up to the lead on duty.", *_KEEP_IT)
        if self.then == RESOLVE and self.owner not in (None, ctx.actor):
            raise Refused(f"{ctx.name(self.owner)} would be offered a case that is resolved already.", *_KEEP_IT)


@event("opened")
class Opened(Fact, frozen=True, kw_only=True):
    """A case was opened. `owner` None is duty; `inbound`: the customer came to us and waits for an answer.

    One that is not inbound began with our word to the customer, unless it follows another case: then nobody has said
    anything on it yet. `mail` is the mail that opened it, whose quotes and signature the description leaves out;
    with the `sort` "auto" it was an automatic reply, with "thanks" bare thanks, on which nobody waits.
    """

    by_mail = True

    subject: str
    description: str = ""
    customer: int | None = None
    channel: str = "other"
    inbound: bool = True
    priority: str = "normal"
    owner: int | None = None
    tags: tuple[str, ...] = ()
    external: tuple[str, str] | None = None
    follows: int | None = None
    mail: MailRef | None = None
    sort: str = "message"

    def new_case(self, number: int, event: Event) -> Case:
        """A new case. A customer who came to us waits, unless the channel answers them at once."""
        answered = self.channel in SELF_ANSWERING if self.inbound else self.follows is None
        comes = self.inbound and not answered
        waits = comes and self.sort == "message"
        return Case(
            number=number,
            version=0,
            opened_at=event.at,
            changed_at=event.at,
            worked_at=event.at,
            subject=self.subject,
            description=self.description,
            customer=self.customer,
            channel=self.channel,
            priority=self.priority,
            tags=self.tags,
            external=(self.external,) if self.external else (),
            owner=self.owner,
            untaken_since=event.at if self.owner is None else None,
            last_owner=self.owner,
            unanswered=(Inbound(number=event.number, at=event.at, sort=self.sort),) if comes else (),
            answered_at=event.at if answered else None,
            told_at=event.at if answered else None,
            contact_at=event.at if answered or waits else None,
            follows=self.follows,
        )

    def apply(self, case: Case, event: Event) -> Changes:
        """Changes nothing after `new_case`. Raises ValueError for a damaged history, which opens a case twice."""
        if case.version:
            raise ValueError(f"case {case.number} is opened again by event {event.number}")
        return {}

    @property
    def is_public(self) -> bool:
        """The customer knows."""
        return True

    @property
    def direction(self) -> Direction:
        """From the customer if they came to us, else to them; neither if nobody has said anything on it yet."""
        if self.inbound:
            return "in"
        return "out" if self.follows is None else ""

    def search_text(self) -> str:
        """Its subject and description."""
        return f"{self.subject}\n{self.description}".strip()

    def sentence(self, narrator: Narrator) -> str:
        """Says how it came, and whether that was an answer; who owns it, and what it is about."""
        follows = f" (follows {self.follows})" if self.follows else ""
        answered = ", counts as answered" if self.inbound and self.channel in SELF_ANSWERING else ""
        sort = f", {SORT_WORDS[self.sort]}" if self.sort in SORT_WORDS else ""
        owned = f"owned by {narrator.name(self.owner)}"
        return f"opened it ({self.channel}{answered}{sort}), {owned}: {self.subject}{follows}"

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """Says which address the mail is from, what it is about, and which files came with it."""
        if self.mail is None:
            return f"a mail from the customer {self.sentence(narrator)}"
        taken = taken_words(self.mail, narrator)
        return f"a mail from {sender_words(self.mail)}{taken} {self.sentence(narrator)}{files_words(self.mail.files)}"


class FollowUp(CommandThen, frozen=True, kw_only=True):
    """Open a separate case for another matter, which follows this one, and say what follows on that case.

    `waits` tells whether the customer waits for an answer on it; None: if they wait for one on this case.
    """

    subject: str
    description: str = ""
    channel: str = "other"
    owner: int | None = None
    waits: bool | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Any case can have a follow-up, except a merged or void one."""
        must_exist(case, ctx)

    def opening(self, case: Case) -> OpenCase:
        """The command that opens the case that follows `case`, with the same customer and priority."""
        return OpenCase(
            subject=self.subject,
            customer=case.customer,
            description=self.description,
            channel=self.channel,
            inbound=(case.is_open and case.waiting_since is not None) if self.waits is None else self.waits,
            priority=case.priority,
            owner=self.owner,
            follows=case.number,
            then=self.then,
            due=self.due,
            on=self.on,
            until=self.until,
            said=self.said,
            promises=self.promises,
            answer=self.answer,
        )


@event("followed")
class Followed(Fact, frozen=True, kw_only=True):
    """Case number `by` was opened, which follows this one."""

    by_mail = True

    by: int

    def apply(self, case: Case, event: Event) -> Changes:
        """Adds the case that follows this one."""
        return {"followed_by": (*case.followed_by, self.by)}

    def sentence(self, narrator: Narrator) -> str:
        """Says which case it is."""
        return f"opened case {self.by}, which follows it"

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """Says which case it is."""
        return f"a mail {self.sentence(narrator)}"
