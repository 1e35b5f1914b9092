"""What a team says in all of its receipts: the language, where to ask, and the time zone of its times."""

from __future__ import annotations

import re

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local_time
from careconsole.store.engine.decoding import reader

SETTING = "receipts"
"""The team's setting that has them, as JSON."""
KEY = "answer tags"
"""The team's setting that has the key of the tags in customers' answers, as hexadecimal digits."""
_KEY_BYTES = 32
_LONGEST = 200
_MAIL = re.compile(r"[^\s@<>\"'(),:;\\]+@[^\s@<>\"'(),:;\\]+")


class ReceiptSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What all receipts of a team say. `language` is the code of one; `mail` and `phone` are where customers can ask;
    `zone` names the time zone of the times; `answers` is the address at which customers answer whether the team did
    what it promised (each empty if it is not set). `team` is the team's name, `key` that of the tags in the answers.
    """

    language: str = ""
    mail: str = ""
    phone: str = ""
    zone: str = ""
    answers: str = ""
    team: str = ""
    key: str = ""


_read = reader(ReceiptSettings)


def made_key(unit: UnitOfWork) -> str:
    """The team's key of the tags and ids in mails, as hexadecimal digits, made on first use. Part of a write."""
    key = unit.team.setting(KEY)
    if not key:
        from secrets import token_hex  # once in the life of a database

        key = token_hex(_KEY_BYTES)
        unit.store.people.set(KEY, key)
    return key


def answers_to(unit: UnitOfWork) -> str:
    """The address at which customers answer whether the team did what it promised; empty if they are not asked."""
    return _stored(unit).answers


def _stored(unit: UnitOfWork) -> ReceiptSettings:
    stored = unit.team.setting(SETTING)
    return _read(stored, "The settings of receipts") if stored else ReceiptSettings()


def settings_of(unit: UnitOfWork) -> ReceiptSettings:
    """The team's settings of receipts."""
    team, key = unit.team.setting("team") or "", unit.team.setting(KEY) or ""
    return msgspec.structs.replace(_stored(unit), team=team, key=key)


def time_words(unit: UnitOfWork, at: int) -> str:
    """A time (epoch milliseconds) as customers read it, in the time zone of receipts, which it names."""
    from careconsole.domain.time.zones import zone_named  # most commands need no time zones

    zone = settings_of(unit).zone
    try:
        where = zone_named(zone) if zone else None
    except ValueError:  # this machine does not know that zone; the time says in which one it is
        where = None
    return f"{local_time(at, where):%Y-%m-%d %H:%M %Z}"


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
    answers: str | None = None,
) -> ReceiptSettings:
    """Changes what is given (empty: takes it away), and returns all; for leads only.

    The caller has checked that there is the language. Raises WrongUse for an address, number or zone that cannot be
    one.
    """
    wanted = {"language": language, "mail": mail, "phone": phone, "zone": zone, "answers": answers}
    given = {name: display_text(value).strip() for name, value in wanted.items() if value is not None}
    if not given:
        raise WrongUse("Nothing to set was given.", "Give a language, an address, a phone number or a time zone.")
    if too_long := next((name for name, value in given.items() if len(value) > _LONGEST), None):
        raise WrongUse(f"The {too_long} is too long.", f"Keep it below {_LONGEST} characters.")
    for address in (given.get("mail"), given.get("answers")):
        if address and not _MAIL.fullmatch(address):
            raise WrongUse(f"{address!r} is no mail address.", "Give one such as care@example.com.")
    if given.get("zone"):
        from careconsole.domain.time.zones import check_zone  # every command of a case asks `answers_to`

        check_zone(given["zone"])

    def work(unit: UnitOfWork) -> ReceiptSettings:
        unit.must_lead("set what receipts say")
        before = settings_of(unit)
        after = msgspec.structs.replace(before, **given)
        if after != before:
            stored = msgspec.structs.replace(after, team="", key="")
            if after.answers:
                made_key(unit)
            unit.store.people.set(SETTING, msgspec.json.encode(stored).decode())
            earlier = {name: getattr(before, name) for name in given}
            unit.record_change("receipts set", "receipts", {**given, "before": earlier})
        return settings_of(unit)

    return desk.write(work)
