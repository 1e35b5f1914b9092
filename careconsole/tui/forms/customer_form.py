"""The form of a customer: who they are, how they are reached and found, and what colleagues should know of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from careconsole.commands.key_table import key_of
from careconsole.desk import Desk
from careconsole.desk.team import customers
from careconsole.desk.team.customers import Customer
from careconsole.domain.errors import Conflict, WrongUse
from careconsole.domain.team.customer_addresses import address_key, valid_address
from careconsole.domain.terminal_text import fold
from careconsole.present.customer_sheet import STANDARD, saved_words
from careconsole.tui.forms.question import BLOCK, LINE, Mistake, Question, Said

_FIELDS = ("name", "email", "phone", "addresses", "orders", "tier", "note")


def customer_questions(customer: Customer, tiers: Sequence[str]) -> list[Question]:
    """The questions about a customer; `tiers` are those that customers have, besides the usual one."""
    others = tuple(tier for tier in (*tiers, STANDARD) if tier != customer.tier)
    stays = "The one before stays theirs, under Also."
    asked = (
        ("Name", "What everybody calls them. Cases and lists have it from now on.", ()),
        ("Email", f"Where replies by mail go, unless they wrote from another address. {stays}", ()),
        ("Phone", f"Their telephone number; they are found by it. {stays}", ()),
        ("Also", "Further mail addresses and telephone numbers, also of people of theirs, with commas between.", ()),
        ("Orders", "Numbers of orders, contracts or machines that they are found by, with commas between.", ()),
        ("Tier", f"Which service levels hold for their cases, if those ask for a tier; usually {STANDARD}.", others),
        ("Note", "What colleagues should know about them. The customer never reads it.", ()),
    )
    return [
        Question(
            name=name,
            kind="text" if name == "note" else "word",
            look=BLOCK if name == "note" else LINE,
            label=label,
            help=help,
            required=name == "name",
            ready=_text(customer, name),
            suggestions=suggestions,
        )
        for name, (label, help, suggestions) in zip(_FIELDS, asked, strict=True)
    ]


def save_customer(customer: Customer) -> Callable[[Desk, Said], str]:
    """Saves the answers about a customer who was `customer` when the form was opened; only what was changed in it.

    What somebody else changed meanwhile is told once, and then replaced.
    """
    seen = customer

    def save(desk: Desk, said: Said) -> str:
        nonlocal seen
        before = {name: " ".join(_text(customer, name).split()) for name in _FIELDS}
        changed = [name for name in _FIELDS if " ".join(said[name].split()) != before[name]]
        if not changed:
            return f"{customer.name}: nothing was changed."
        before_it = customers.present(desk, customer.number)  # a colleague may have changed something else
        try:
            done = customers.change_seen(desk, seen, **_changes(customer, said, changed))
        except Conflict as conflict:
            now = customers.present(desk, customer.number)
            seen = replace(seen, **{conflict.field: getattr(now, conflict.field)})
            raise Mistake(conflict.field, conflict.message, f"{key_of('save')} again saves yours.") from conflict
        return saved_words(before_it, done)

    return save


def _text(customer: Customer, name: str) -> str:
    """What is in a field as it would be typed."""
    value = getattr(customer, name)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _changes(customer: Customer, said: Said, changed: Sequence[str]) -> dict[str, Any]:
    """The new values of the fields that were changed, and of the further addresses if one became the first."""
    found: dict[str, Any] = {}
    for name in changed:
        text = said[name].strip()
        match name:
            case "orders":
                found[name] = tuple(sorted(_several(text)))
            case "addresses":
                found[name] = _addresses(customer, _several(text))
            case "tier":
                found[name] = fold(text) or STANDARD
            case "note":
                found[name] = text
            case _:
                found[name] = _address(name, " ".join(text.split()))
    first = {address_key(found.get(name, getattr(customer, name))) for name in ("email", "phone")}
    others = found.get("addresses", customer.addresses)
    left = tuple(one for one in others if address_key(one) not in first)
    return {**found, "addresses": left} if "addresses" in found or left != others else found


def _several(text: str) -> dict[str, None]:
    """What stands between commas, each once."""
    return dict.fromkeys(filter(None, (" ".join(one.split()) for one in text.replace(";", ",").split(","))))


def _address(name: str, text: str) -> str:
    """The mail address or telephone number; raises Mistake for one in the place of the other."""
    if text and name == "email" and "@" not in text:
        raise Mistake(name, f"{text!r} is not a mail address.", "Write one such as carla@home.example.")
    if name == "phone" and "@" in text:
        raise Mistake(name, f"{text!r} is not a telephone number.", "Write it into Email or Also.")
    return text


def _addresses(customer: Customer, typed: dict[str, None]) -> tuple[str, ...]:
    """Further addresses, each once; those that the customer has already are as they were."""
    found: dict[str, str] = {}
    for text in typed:
        try:
            address = text if text in customer.addresses else valid_address(text)
        except WrongUse as error:
            raise Mistake("addresses", error.message, error.hint) from error
        found.setdefault(address_key(address) or address, address)
    return tuple(found.values())
