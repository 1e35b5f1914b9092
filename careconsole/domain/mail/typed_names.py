"""A customer's name with a mail address or a telephone number, as people type or paste both into one line."""

from __future__ import annotations

import re

import msgspec

from careconsole.domain.mail.outgoing import written_address
from careconsole.domain.team.customer_addresses import LONGEST, address_key
from careconsole.domain.terminal_text import clean_name

_BRACKETS = re.compile(r"([^<>]*)<\s*([^<>]+?)\s*>")
_BEHIND = re.compile(r"(.+)[,;]\s*([^,;]+)", re.DOTALL)
_PHONE = re.compile(r"[+0(][0-9 ()./+-]*")
"""An order, too, has digits, but mostly begins with another one."""
_DATE = re.compile(r"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{2,4}")


class TypedName(msgspec.Struct, frozen=True):
    """The name in a text, and the mail address or telephone number beside it."""

    name: str
    address: str


def name_and_address(text: str) -> TypedName | None:
    """The name and the address in a text such as "Carla Neri <carla@home.example>" or "Carla Neri, 0431 555667".

    The name is empty where there is only an address. None where it is not certain what is which, so that the text is a
    name as it is: with several addresses, or one within words, or with digits that may be an order or a date.
    """
    text = text.strip()
    if "@" not in text:
        return _with_number(text)
    if text.count("@") != 1:
        return None
    match = _BRACKETS.fullmatch(text) or _BEHIND.fullmatch(text)
    name, written = match.groups() if match is not None else ("", text)
    address = written_address(written)
    if not address or len(address) > LONGEST or "@" in name:
        return None
    local, _, domain = address.rpartition("@")
    return TypedName(_name(name), f"{local}@{domain.lower()}")


def _with_number(text: str) -> TypedName | None:
    match = _BRACKETS.fullmatch(text) or _BEHIND.fullmatch(text)
    name, number = match.groups() if match is not None else ("", text)
    number = clean_name(number)
    if not _PHONE.fullmatch(number) or _DATE.fullmatch(number) or not address_key(number) or len(number) > LONGEST:
        return None
    named = _name(name)
    behind = named.replace(";", ",").rpartition(",")[2].strip()
    if not (named or number.startswith("+")) or address_key(behind):
        return None
    return TypedName(named, number)


def _name(text: str) -> str:
    return clean_name(text.strip().strip("\"',;"))
