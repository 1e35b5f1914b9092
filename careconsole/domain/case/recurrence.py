"""A cause that came up again: while the change that a review asked for is open, or after it was made.

An escalation, or a review that names the cause, says so in the history, and once to those whom it concerns: it is part
of the command, so that no second console or sweep can say it again.
"""

from msgspec.structs import replace

from careconsole.domain.case.causes import KnownCause, open_occurrence
from careconsole.domain.case.context import must_be_one_of
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator, span_in_words
from careconsole.domain.case.pending_notices import PendingNotice
from careconsole.domain.case.reader import Reader
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Again, Case, PastReview
from careconsole.domain.case.verdicts import DID_NOT_HOLD, NOT_KNOWN, OTHER_CAUSE, WHYS
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import DAY, local

_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth"}


@event("came up again")
class CameUpAgain(Fact, frozen=True, kw_only=True):
    """The cause came up again, though review number `review` of case `of_case` asked for `change`.

    It is the `times`-th time since then. `owner` makes that change, by `due`, or has made it at `made_at`.
    """

    of_case: int
    review: int
    change: str
    owner: int | None = None
    due: int | None = None
    made_at: int | None = None
    times: int = 0

    def apply(self, case: Case, event: Event) -> Changes:
        """Keeps it with what came up."""
        if not case.occurrences:
            return {}
        last = case.occurrences[-1]
        again = Again(case=self.of_case, review=self.review, made_at=self.made_at)
        return {"occurrences": (*case.occurrences[:-1], replace(last, again=(*last.again, again)))}

    @property
    def is_work(self) -> bool:
        """It is said of the work, and is none itself."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """It comes along with an event that changes something."""
        return True

    def search_text(self) -> str:
        """Nothing: the change is found on the case that asked for it."""
        return ""

    def sentence(self, narrator: Narrator) -> str:
        """Says how long after the change it came back, or how often it came up while the change is open."""
        who = narrator.name(self.owner)
        if self.made_at is not None:
            made = narrator.moment(self.made_at)
            change = f"the change of case {self.of_case} was made {made} ({who}: {self.change})"
            return f"ran into this cause again, after {change}"
        due = f", due {narrator.moment(self.due)}" if self.due is not None else ""
        return (
            f"ran into this cause for the {ordinal(self.times)} time while the change of case {self.of_case}"
            f" ({who}{due}) is open: {self.change}"
        )

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person who makes or made the change, and for the lead on duty."""
        theirs = reader.acts_for(self.owner)
        if not (theirs or reader.on_duty):
            return None
        whose = "your change" if theirs else f"{reader.name(self.owner)}'s change"
        what = f"{whose} from case {self.of_case}{reader.quoted(self.change)}"
        if self.made_at is not None:
            return f"The cause came back {after(self.made_at, reader.at)} {what} was made: {reader.case}."
        due = f", due {reader.when(self.due)}," if self.due is not None else ""
        return f"The cause came up for the {ordinal(self.times)} time while {what}{due} is open: {reader.case}."

    def told(self, roster: Roster, actor: int, now: int) -> str:
        """What `actor`, whose command says so, is told."""
        who, hears = roster.name(self.owner), roster.who_receives(self.owner)
        if self.made_at is not None:
            tells = f"; {roster.name(hears)} hears of it" if hears not in (None, actor) else ""
            return f"The cause came back {after(self.made_at, now)} the change of case {self.of_case} was made{tells}."
        due = f", due {local(self.due, now)}" if self.due is not None else ""
        times = f"for the {ordinal(self.times)} time"
        return f"The cause came up {times} while the change of case {self.of_case} ({who}{due}) is open."

    @classmethod
    def why_stale(cls, case: Case, notice: PendingNotice) -> str:
        """Never stale: that it came back stays news."""
        return ""


def came_up_again(case: Case, at: int, known: KnownCause) -> list[CameUpAgain]:
    """What is said of the changes known for the cause that comes up on `case` at `at`, each once.

    A change that was asked for, or made, later than what came up says nothing of it.
    """
    last = open_occurrence(case)
    began = at if last is None else last.at
    said = {(one.case, one.review) for one in last.again} if last is not None else set()
    return [
        CameUpAgain(
            of_case=one.case,
            review=one.review,
            change=one.change,
            owner=one.owner,
            due=one.due,
            made_at=one.made_at,
            times=one.since + 1,
        )
        for one in known.changes
        if (one.case, one.review) not in said and one.asked_at < began and (one.made_at is None or one.made_at < began)
    ]


def made_before(case: Case, said: list[CameUpAgain], known: KnownCause) -> list[Again]:
    """The changes made for the cause before what came up on `case`, as said earlier and now, each once."""
    last = open_occurrence(case)
    now = [Again(case=one.of_case, review=one.review, made_at=one.made_at) for one in said]
    of_cause = {(one.case, one.review) for one in known.changes}
    return [
        one
        for one in (*(last.again if last is not None else ()), *now)
        if one.made_at is not None and (one.case, one.review) in of_cause
    ]


def is_review(case: Case, review: PastReview, change: Again) -> bool:
    """Whether a review of a case asks for that change; a merge may have taken it there."""
    wanted = change.case, change.review
    return wanted in ((case.number, review.number), (review.of_case, review.of_review))


def why_again(answer: str, case: Case, said: list[CameUpAgain], known: KnownCause, cause: str) -> str:
    """What a review says of the changes made before for what came up on `case`; `said` are those told with it.

    Raises Refused if it has to be said and is not, and WrongUse for an answer that cannot be right. A review that names
    another cause than the one that came back says so by that.
    """
    last = open_occurrence(case)
    told = [one for one in last.again if one.made_at is not None] if last is not None else []
    same = made_before(case, said, known)
    if answer:
        must_be_one_of(answer, WHYS, "answer to why it came back")
    if not same:
        if answer in (DID_NOT_HOLD, NOT_KNOWN):
            raise WrongUse(
                f"Nothing came back on case {case.number}: no change against “{cause}” was made before.",
                "Leave that out, or give the cause that came back {}.",
                given(cause=...),
            )
        return OTHER_CAUSE if told else ""
    if answer == OTHER_CAUSE:
        raise WrongUse(f"“{cause}” is the cause that came back.", "Give the other cause {}.", given(cause=...))
    if told and not answer:
        made = same[0]
        assert made.made_at is not None
        assert last is not None
        raise Refused(
            f"“{cause}” came back on case {case.number} {after(made.made_at, last.at)} the change of case {made.case}"
            " was made.",
            "Say whether the change did not hold, was not known, or this is another cause: {}.",
            given(came_back=...),
        )
    return answer


def after(made_at: int, at: int) -> str:
    """How long after a change was made something came back: "9 days after", "3h after"."""
    days = (at - made_at) // DAY
    if days >= 1:
        return f"{days} day{'s' if days > 1 else ''} after"
    return f"{span_in_words(at - made_at)} after"


def ordinal(times: int) -> str:
    """How-manieth: "third", "12th"."""
    if times in _ORDINALS:
        return _ORDINALS[times]
    ending = "th" if times % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(times % 10, "th")
    return f"{times}{ending}"


def came_back_words(case: Case) -> str:
    """That what is not reviewed yet came back after a change, and how long after; empty if it did not."""
    return " ".join(f"It {words}." for words in again_words(case) if words.startswith("came back"))


def again_words(case: Case) -> list[str]:
    """What is known of the changes that came before what is not reviewed yet."""
    last = open_occurrence(case)
    if last is None:
        return []
    return [
        f"came up while the change of case {one.case} was open"
        if one.made_at is None
        else f"came back {after(one.made_at, last.at)} the change of case {one.case} was made"
        for one in last.again
    ]
