"""Settings of mail for the whole team.

Which mail server checks senders for us: its name is the first word of Authentication-Results in our mails. And for how
long a mail reopens a resolved case.
"""

from __future__ import annotations

import re

from careconsole.desk.session import Desk
from careconsole.desk.unit import TeamView, UnitOfWork
from careconsole.domain.counting import counted
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.mail.continuing import MOST_DAYS, REOPENING_DAYS

SERVER = "mail_server"
_REOPENING = "mail_reopening_days"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,253}")


def server(desk: Desk) -> str:
    """The name of the server; empty if none is named."""
    return desk.read(lambda unit: unit.team.setting(SERVER) or "")


def set_server(desk: Desk, name: str) -> None:
    """Names the server, or none, for mail from now on; for leads only. Raises WrongUse for what is no name."""
    desk.write(lambda unit: _must_change(_set_server(unit, name)))


def _set_server(unit: UnitOfWork, name: str) -> bool:
    """Names the server; returns whether that changed anything."""
    unit.must_lead("say which mail server checks senders")
    if name and not _NAME.fullmatch(name):
        raise WrongUse(f"{name[:60]!r} is no name of a server.", "Give one such as mx.shop.example.")
    before = unit.team.setting(SERVER) or ""
    if name.lower() != before:
        unit.store.people.set(SERVER, name.lower())
        unit.record_change("mail server", name.lower(), {"server": name.lower(), "before": {"server": before}})
    return name.lower() != before


def reopening(desk: Desk) -> int:
    """For how many days after a resolution a mail reopens the case."""
    return desk.read(lambda unit: reopening_days(unit.team))


def reopening_days(team: TeamView) -> int:
    """As `reopening`, within a transaction."""
    return int(team.setting(_REOPENING) or REOPENING_DAYS)


def set_reopening(desk: Desk, days: int) -> None:
    """Sets for how many days a mail reopens a case; with 0 none does. For leads only. Raises WrongUse for others."""
    desk.write(lambda unit: _must_change(_set_reopening(unit, days)))


def _set_reopening(unit: UnitOfWork, days: int) -> bool:
    """Sets the days; returns whether that changed anything."""
    unit.must_lead("say for how long mails reopen cases")
    if not 0 <= days <= MOST_DAYS:
        raise WrongUse(f"It cannot be {counted(days, 'day')}.", f"Give a number from 0 to {MOST_DAYS:,}.")
    before = reopening_days(unit.team)
    if days != before:
        unit.store.people.set(_REOPENING, str(days))
        unit.record_change("mail reopening", str(days), {"days": days, "before": {"days": before}})
    return days != before


def change(desk: Desk, days: str, name: str) -> bool:
    """Sets both, as they were typed, as one transaction; returns whether anything changed. Raises as the two do."""
    if not (days.isascii() and days.isdigit()):
        raise WrongUse(f"{days[:20]!r} is no number of days.", f"Give one from 0 to {MOST_DAYS:,}.")

    def work(unit: UnitOfWork) -> bool:
        return any([_set_reopening(unit, int(days[:9])), _set_server(unit, name.strip())])

    return desk.write(work)


def _must_change(changed: bool) -> None:
    if not changed:
        raise Refused("It is like that already.", "Nothing to change.")
