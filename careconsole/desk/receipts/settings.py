"""What a team says in all of its receipts: the language, where to ask, and the time zone of its times."""

from __future__ import annotations

import re

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.zones import check_zone
from careconsole.store.engine.decoding import reader

SETTING = "receipts"
"""The team's setting that has them, as JSON."""
_LONGEST = 200
_MAIL = re.compile(r"[^\s@<>\"'(),:;\\]+@[^\s@<>\"'(),:;\\]+")


class ReceiptSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all receipts of a team say. `language` is the code of one; `mail` and `phone` are where customers can ask;
    `zone` names the time zone of the times (each empty if it is not set). `team` is the team's name.
    """

    language: str = ""
    mail: str = ""
    phone: str = ""
    zone: str = ""
    team: str = ""


_read = reader(ReceiptSettings)


def settings_of(unit: UnitOfWork) -> ReceiptSettings:
    """The team's settings of receipts."""
    stored = unit.team.setting(SETTING)
    found = _read(stored, "The settings of receipts") if stored else ReceiptSettings()
    return msgspec.structs.replace(found, team=unit.team.setting("team") or "")


def settings(desk: Desk) -> ReceiptSettings:
    """The team's settings of receipts."""
    return desk.read(settings_of)


def change(
    desk: Desk,
    *,
    language: str | None = None,
    mail: str | None = None,
    phone: str | None = None,
    zone: str | None = None,
) -> ReceiptSettings:
    """Changes what is given (empty: takes it away), and returns all; for leads only.

    The caller has checked that there is the language. Raises WrongUse for an address, number or zone that cannot be
    one.
    """
    given = {
        name: display_text(value).strip()
        for name, value in (("language", language), ("mail", mail), ("phone", phone), ("zone", zone))
        if value is not None
    }
    if not given:
        raise WrongUse("Nothing to set was given.", "Give a language, an address, a phone number or a time zone.")
    if too_long := next((name for name, value in given.items() if len(value) > _LONGEST), None):
        raise WrongUse(f"The {too_long} is too long.", f"Keep it below {_LONGEST} characters.")
    if given.get("mail") and not _MAIL.fullmatch(given["mail"]):
        raise WrongUse(f"{given['mail']!r} is no mail address.", "Give one such as care@example.com.")
    if given.get("zone"):
        check_zone(given["zone"])

    def work(unit: UnitOfWork) -> ReceiptSettings:
        unit.must_lead("set what receipts say")
        before = settings_of(unit)
        after = msgspec.structs.replace(before, **given)
        if after != before:
            stored = msgspec.structs.replace(after, team="")
            unit.store.people.set(SETTING, msgspec.json.encode(stored).decode())
            earlier = {name: getattr(before, name) for name in given}
            unit.record_change("receipts set", "receipts", {**given, "before": earlier})
        return after

    return desk.write(work)
