"""The addresses of customers: mail addresses and telephone numbers, and when two of them are the same."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import clean_name, fold, why_unstorable

LONGEST = 200
"""The most characters of an address."""
_FEWEST_DIGITS = 5
_BETWEEN_DIGITS = str.maketrans("", "", " ()./+-")


def address_key(text: str) -> str:
    """What an address is found by: a mail address folded, a telephone number as its digits; empty if it is neither.

    "00" at the beginning of a number means the same as "+".
    """
    return _key_once(text) if len(text) <= LONGEST else _key(text)


@lru_cache(256)
def _key_once(text: str) -> str:
    """Remembers the addresses that were asked for lately: one is, many times, for each mail."""
    return _key(text)


def _key(text: str) -> str:
    folded = fold(text)
    if "@" in folded:
        return folded if " " not in folded else ""
    digits = folded.translate(_BETWEEN_DIGITS)
    if not digits.isascii() or not digits.isdigit() or len(digits) < _FEWEST_DIGITS:
        return ""
    return digits.removeprefix("00") if not folded.startswith("+") else digits


def may_have_address(text: str) -> bool:
    """Whether a name that was typed may have an address beside it; cheap, as few names have one."""
    return "@" in text or any(map(str.isdigit, text))


def address_field(address: str) -> Literal["email", "phone"]:
    """The field of a customer that has their first address of this kind."""
    return "email" if "@" in address else "phone"


def valid_address(text: str) -> str:
    """An address as it is stored. Raises WrongUse for what is neither a mail address nor a telephone number."""
    if why := why_unstorable(text):
        raise WrongUse(f"The address {why}.", "Remove that character; nothing was stored.")
    address = clean_name(text)
    if not address_key(address) or len(address) > LONGEST:
        raise WrongUse(
            f"{address[:60]!r} is neither a mail address nor a telephone number.",
            "Give one such as carla@home.example or '+39 02 1234'.",
        )
    return address
