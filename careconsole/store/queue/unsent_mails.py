"""What became of the mails to a case's customer that did not reach them, as SQL.

As of a moment (epoch milliseconds), a mail waited if it was written before and not settled until then.
"""

from __future__ import annotations

from careconsole.domain.mail.kinds import BOUNCE
from careconsole.domain.reply_states import LATER, NEEDS_PERSON, ON_THE_WAY, REFUSED, UNCERTAIN, WAITING
from careconsole.store.engine.base import NEVER, Engine

UNSENT = ("", WAITING, LATER, REFUSED, UNCERTAIN)
"""What a row of the queue says of such mails, by the number that `worst_of_case` gives."""


def worst_of_case(moment: int | None) -> str:
    """The place in `UNSENT` of what matters most of the mails of a case; null if it never had one.

    As of a moment, one that was tried in vain waited: when that was is not stored.
    """
    stuck = f"when state = '{REFUSED}' then 3 when state = '{UNCERTAIN}' then 4"
    if moment is None:
        place = f"case {stuck} when state = '{LATER}' then 2 when state in {_listed(ON_THE_WAY)} then 1 else 0 end"
    else:
        at = int(moment)
        place = f"case when at > {at} then 0 when coalesce(done_at, {NEVER}) > {at} then 1 {stuck} else 0 end"
    return f"(select max({place}) from outgoing where outgoing.case_id = cases.id)"


def with_some(moment: int | None) -> str:
    """The cases that have such a mail, as a select; for now (None) from the indexes of these mails alone."""
    if moment is None:
        some = (
            f"select case_id from outgoing where state in {_listed(states)}" for states in (ON_THE_WAY, NEEDS_PERSON)
        )
        return " union all ".join(some)
    at = int(moment)
    settled = f"coalesce(done_at, {NEVER}) > {at} or state in {_listed(NEEDS_PERSON)}"
    return f"select case_id from outgoing where at <= {at} and ({settled})"


def last_bounced(engine: Engine, moment: int | None) -> str:
    """Whether the last message to the customer of a case is a mail that came back, and did not arrive after all.

    Few cases have a bounce, which an index of their mails tells; only the events of these are read.
    """
    number, of = (engine.json_number("back.data", key) for key in ("entry", "of"))
    ours = """later.kind = 'reply sent' or later.kind = 'touched' and later.data like '%"inbound":false%'"""
    counts = "not exists (select 1 from commands where commands.id = later.command_id and commands.undone = 1)"
    back, later = ("" if moment is None else f" and {event}.at <= {int(moment)}" for event in ("back", "later"))
    return (
        # As "and", SQLite would look for the event first, in every case.
        f"case when exists (select 1 from mails where mails.case_id = cases.id and mails.kind = '{BOUNCE}')"
        " then exists (select 1 from events as back where back.case_id = cases.id and back.kind = 'undelivered'"
        f"{back} and not exists (select 1 from events as later where later.case_id = cases.id and {counts}{later}"
        f" and later.number > case when {of} is null then {number} else back.number end"
        f" and ({ours} or later.kind = 'delivered' and later.number > back.number)))"
        " else false end"
    )


def _listed(states: tuple[str, ...]) -> str:
    return "({})".format(", ".join(f"'{state}'" for state in states))
