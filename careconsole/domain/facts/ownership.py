"""How a case changes hands, and who joins."""

from __future__ import annotations

from careconsole.domain.facts.fact import Fact


class Offered(Fact, frozen=True, kw_only=True):
    """The owner would like `to` to take the case; until then nothing changes hands. `declines` so far in this round."""

    to: int
    reason: str
    next: str = ""
    declines: int = 0


class Accepted(Fact, frozen=True, kw_only=True):
    """The offer was taken up: `person` owns the case. With `absence` its owner was away: no hop that counts."""

    person: int
    absence: bool = False


class Declined(Fact, frozen=True, kw_only=True):
    """The offer was turned down, with the reason and who should have it instead (None: the lead on duty)."""

    reason: str
    instead: int | None = None


class Withdrawn(Fact, frozen=True, kw_only=True):
    """The offer was taken back."""

    reason: str = ""


class Taken(Fact, frozen=True, kw_only=True):
    """`person` took for themselves a case that nobody had taken."""

    person: int


class TakenOver(Fact, frozen=True, kw_only=True):
    """`person` took the case from its owner, and said why. `absence` as in Accepted."""

    person: int
    reason: str
    absence: bool = False


class Reassigned(Fact, frozen=True, kw_only=True):
    """A lead gave the case to somebody at once (None: to duty). `absence` as in Accepted."""

    to: int | None
    reason: str = ""
    absence: bool = False


class HelpAsked(Fact, frozen=True, kw_only=True):
    """A colleague joins; owner and level stay."""

    of: int
    need: str


class HelpEnded(Fact, frozen=True, kw_only=True):
    """The colleague's part is done."""

    who: int
    said: str = ""


class OfferExpired(Fact, frozen=True, kw_only=True):
    """`to` has not answered the offer in its time: it is off, and the case is its owner's as before."""

    to: int
