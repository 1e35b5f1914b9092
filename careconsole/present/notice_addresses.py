"""Addresses for notices, in words and as JSON."""

from __future__ import annotations

from careconsole.desk.notices.addresses import AddressBook
from careconsole.domain.team.addresses import Address
from careconsole.present.json_types.notices import AddressEntry


def address_hours(address: Address) -> str:
    """When notices go to an address, and whether the whole digest does, to follow a sentence: ", quiet 20:00-07:00"."""
    words = []
    if address.quiet:
        words.append(f"quiet {address.quiet}{f' {address.zone}' if address.zone else ''}")
    if address.calendar:
        words.append(f"while {address.calendar} is open")
    if words and address.calls_always:
        words.append("calls always")
    if address.whole_digest:
        words.append("whole digest")
    return "".join(f", {word}" for word in words)


def address_entry(address: Address, book: AddressBook) -> AddressEntry:
    """An address as JSON, without anything that could be secret."""
    return AddressEntry(
        name=book.roster.name(address.person),
        left=not book.works(address),
        number=address.number,
        sign=address.sign,
        address=address.shown,
        quiet=address.quiet or None,
        zone=address.zone or None,
        calendar=address.calendar or None,
        calls_always=address.calls_always,
        whole_digest=address.whole_digest,
    )
