"""What became of the mails to a case's customer that are not sent, as SQL on the table outgoing.

As of a moment (epoch milliseconds), a mail waited if it was written before and not settled until then.
"""

from __future__ import annotations

from careconsole.domain.reply_states import NEEDS_PERSON, ON_THE_WAY, REFUSED, UNCERTAIN, WAITING
from careconsole.store.engine.base import NEVER

UNSENT = ("", WAITING, REFUSED, UNCERTAIN)
"""What a row of the queue says of such mails, by the number that `worst_of_case` gives."""


def worst_of_case(moment: int | None) -> str:
    """The place in `UNSENT` of what matters most of the mails of a case; null if it never had one."""
    stuck = f"when state = '{REFUSED}' then 2 when state = '{UNCERTAIN}' then 3"
    if moment is None:
        place = f"case {stuck} when state in {_listed(ON_THE_WAY)} then 1 else 0 end"
    else:
        at = int(moment)
        place = f"case when at > {at} then 0 when coalesce(done_at, {NEVER}) > {at} then 1 {stuck} else 0 end"
    return f"(select max({place}) from outgoing where outgoing.case_id = cases.id)"


def is_of_some(moment: int | None) -> str:
    """Whether a case has such a mail; for now (None) from the indexes of these mails alone."""
    if moment is None:
        some = (
            f"select case_id from outgoing where state in {_listed(states)}" for states in (ON_THE_WAY, NEEDS_PERSON)
        )
        return f"id in ({' union all '.join(some)})"
    at = int(moment)
    settled = f"coalesce(done_at, {NEVER}) > {at} or state in {_listed(NEEDS_PERSON)}"
    return f"id in (select case_id from outgoing where at <= {at} and ({settled}))"


def _listed(states: tuple[str, ...]) -> str:
    return "({})".format(", ".join(f"'{state}'" for state in states))
