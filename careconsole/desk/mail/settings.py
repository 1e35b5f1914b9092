"""Which mail server checks senders for us; its name is the first word of Authentication-Results in our mails."""

from __future__ import annotations

import re

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import Refused, WrongUse

SERVER = "mail_server"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,253}")


def server(desk: Desk) -> str:
    """The name of the server; empty if none is named."""
    return desk.read(lambda unit: unit.team.setting(SERVER) or "")


def set_server(desk: Desk, name: str) -> None:
    """Names the server, or none, for mail from now on; for leads only. Raises WrongUse for what is no name."""

    def work(unit: UnitOfWork) -> None:
        unit.must_lead("say which mail server checks senders")
        if name and not _NAME.fullmatch(name):
            raise WrongUse(f"{name[:60]!r} is no name of a server.", "Give one such as mx.shop.example.")
        before = unit.team.setting(SERVER) or ""
        if name.lower() == before:
            raise Refused("It is like that already.", "Nothing to change.")
        unit.store.people.set(SERVER, name.lower())
        unit.record_change("mail server", name.lower(), {"server": name.lower(), "before": {"server": before}})

    desk.write(work)
