"""A customer's name and mail address, as people type or paste both into one line."""

from __future__ import annotations

import re

from careconsole.domain.mail.outgoing import written_address
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.team.customer_addresses import LONGEST
from careconsole.domain.terminal_text import clean_name

_BRACKETS = re.compile(r"([^<>]*)<\s*([^<>\s]+)\s*>")
_BEHIND = re.compile(r"(.+)[,;]\s*([^\s,;]+)", re.DOTALL)


def name_and_address(text: str) -> Mailbox | None:
    """The name and the address in a text such as "Carla Neri <carla@home.example>" or "Carla Neri, carla@home.example".

    The name is empty where there is only an address. None where it is not certain what is which, so that the text is a
    name as it is: with several addresses, or one within words.
    """
    text = text.strip()
    if text.count("@") != 1:
        return None
    match = _BRACKETS.fullmatch(text) or _BEHIND.fullmatch(text)
    name, written = match.groups() if match is not None else ("", text)
    address = written_address(written)
    if not address or len(address) > LONGEST or "@" in name:
        return None
    local, _, domain = address.rpartition("@")
    return Mailbox(f"{local}@{domain.lower()}", clean_name(name.strip().strip("\"',;")))
