"""Parking a case: who it waits on, and until when."""

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_later, must_be_one_of, must_be_responsible
from careconsole.domain.case.event import Changes, Event, Fact, Writer
from careconsole.domain.case.narrator import Narrator, after_colon
from careconsole.domain.case.reader import Reader, capitalized
from careconsole.domain.case.registry import event
from careconsole.domain.case.rests import rests_until
from careconsole.domain.case.state import Case, Parking
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest

WAITS_ON = ("customer", "third party", "us")


class Park(Command, frozen=True, kw_only=True):
    """Park the case: who it waits on, and until when."""

    on: str
    until: int
    reason: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody responsible for a case may park it."""
        must_be_responsible(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Parks the case until a time in the future."""
        must_be_one_of(self.on, WAITS_ON, "party to wait on")
        must_be_later(self.until, ctx, "The end of the parking")
        return [Parked(on=self.on, until=self.until, reason=self.reason.strip())]


@event("parked")
class Parked(Fact, frozen=True, kw_only=True):
    """The case is parked until `until`, because it waits `on` "us", "customer" or "third party"."""

    on: str
    until: int | None = None
    reason: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Parks the case; an earlier parking ends."""
        return {
            "rests": rests_until(case, event.at),
            "parked": Parking(on=self.on, since=event.at, until=self.until, reason=self.reason),
        }

    def sentence(self, narrator: Narrator) -> str:
        """Says until when, who it waits on, and why."""
        until = f" until {narrator.moment(self.until)}" if self.until is not None else ""
        return f"parked it{until}, waiting on {self.on}{after_colon(self.reason)}"


class Unpark(Command, frozen=True, kw_only=True):
    """Return a parked case to work."""

    reason: str = ""

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody responsible for a parked case may unpark it."""
        must_be_responsible(case, ctx)
        if case.parked is None:
            raise Refused(
                f"Case {case.number} is not parked.",
                "There is nothing to unpark; see {}.",
                suggest("show", case.number),
            )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Returns the case to work."""
        return [Unparked(reason=self.reason.strip())]


@event("unparked")
class Unparked(Fact, frozen=True, kw_only=True):
    """The case is back at work."""

    by_mail = True

    reason: str = ""

    def apply(self, case: Case, event: Event) -> Changes:
        """Ends the parking."""
        return {"rests": rests_until(case, event.at), "parked": None}

    def sentence(self, narrator: Narrator) -> str:
        """Says why, if a reason was given."""
        return f"unparked it{after_colon(self.reason)}"


@event("returned", written_by=Writer.SWEEP)
class Returned(Fact, frozen=True, kw_only=True):
    """The time until which the case was parked is over: it is back at work."""

    def apply(self, case: Case, event: Event) -> Changes:
        """Ends the parking."""
        return {"rests": rests_until(case, event.at), "parked": None}

    def sentence(self, narrator: Narrator) -> str:
        """Names nobody: its time came."""
        return "the parking has ended: back to work"

    def concerns(self, reader: Reader) -> str | None:
        """Text for the person answerable for the case."""
        if not reader.owned:
            return None
        rest = reader.before.parked
        reason = reader.words(rest.reason if rest is not None else "")
        return f"{capitalized(reader.whose)} is no longer parked{reason}"
