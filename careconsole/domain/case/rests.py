"""The past parkings of a case."""

from __future__ import annotations

from careconsole.domain.case.state import Case, PastParking


def rests_until(case: Case, at: int) -> tuple[PastParking, ...]:
    """The past parkings, with the present one, if any, ending at `at`.

    A parking with a set time ended then at the latest, whether or not anybody unparked the case; from then on it was
    our turn again.
    """
    rest = case.parked
    if rest is None:
        return case.rests
    until = at if rest.until is None else min(at, rest.until)
    return (*case.rests, PastParking(on=rest.on, since=rest.since, until=max(rest.since, until)))
