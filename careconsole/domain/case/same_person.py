"""What happens to a case when two names on the team turn out to be one person."""

from msgspec.structs import replace

from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, Escalation, Helper, OpenOffer


@event("person merged")
class PersonMerged(Fact, frozen=True, kw_only=True):
    """`was` is the same person as `person`, who has their part in the case from then on.

    `name` is how `was` was called. It is no change of owner: the same person goes on.
    """

    stands_alone = True

    person: int
    was: int
    name: str

    def apply(self, case: Case, event: Event) -> Changes:
        """Gives the other name all that the person still has to do on the case; what was done stays as it is."""
        return taken_over(case, self.was, self.person)

    @property
    def is_work(self) -> bool:
        """It is not work on the case."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """What was decided about the case stays valid: the person is the same."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says who is who now."""
        return f"merged {self.name} into {narrator.name(self.person)}: two names of one colleague"


def taken_over(case: Case, was: int, person: int) -> Changes:
    """What changes in the case when `was` is `person` from now on; empty if `was` has nothing to do on it."""

    def now(one: int | None) -> int | None:
        return person if one == was else one

    owner = now(case.owner)
    after: Changes = {
        "owner": owner,
        "last_owner": now(case.last_owner),
        "offer": _offer(case.offer, was, person, owner),
        "helpers": _helpers(case, was, person, owner),
        "escalation": _call(case.escalation, was, person),
        "promises": tuple(replace(one, by=person) if one.by == was else one for one in case.promises),
        "reviews": tuple(replace(one, owner=person) if one.owner == was else one for one in case.reviews),
    }
    return {name: value for name, value in after.items() if value != getattr(case, name)}


def calls_themselves(case: Case, was: int, person: int) -> bool:
    """Whether one of the two names is called for help on the case by the other, or to help the other as its owner."""
    call, both = case.escalation, {was, person}
    if call is None or not case.is_open or was not in {*call.called, call.by, case.owner}:
        return False
    return not both.isdisjoint(call.called) and not both.isdisjoint({call.by, case.owner})


def _offer(offer: OpenOffer | None, was: int, person: int, owner: int | None) -> OpenOffer | None:
    """The offer with the other name; none if the case is theirs already."""
    if offer is None or was not in (offer.to, offer.by):
        return None if offer is not None and offer.to == owner == person else offer
    to, by = (person if one == was else one for one in (offer.to, offer.by))
    return replace(offer, to=to or person, by=by) if to != owner else None


def _helpers(case: Case, was: int, person: int, owner: int | None) -> tuple[Helper, ...]:
    """The helpers with the other name, once; not if the case is theirs."""
    if was not in (case.owner, *(one for helper in case.helpers for one in (helper.of, helper.by))):
        return case.helpers
    found: dict[int, Helper] = {}
    for helper in case.helpers:
        of, by = (person if one == was else one for one in (helper.of, helper.by))
        if of is not None and of != owner:
            found.setdefault(of, replace(helper, of=of, by=by))
    return tuple(found.values())


def _call(call: Escalation | None, was: int, person: int) -> Escalation | None:
    """The call with the other name, who is called once."""
    if call is None or was not in (*call.called, call.by):
        return call
    responder, *also = dict.fromkeys(person if one == was else one for one in call.called)
    return replace(call, responder=responder, also=tuple(also), by=person if call.by == was else call.by)
