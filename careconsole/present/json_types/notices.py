"""Addresses and notices as JSON. Parts of an address that could be secret are never in it."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class AddressEntry(Entry, frozen=True, kw_only=True):
    """Where somebody is told. `address` leaves out what could be secret; `sign` tells addresses apart that look alike.

    Nothing is sent in the `quiet` hours (by the clock of `zone`; null: that machine's) and while `calendar` is
    closed.
    """

    name: str
    left: bool
    number: int
    sign: str
    address: str
    quiet: str | None
    zone: str | None
    calendar: str | None
    calls_always: bool


class AddressesEntry(Entry, frozen=True, kw_only=True):
    """Where everybody is told, and the mail gateway by which bare mail addresses go (null: none)."""

    gateway: str | None
    addresses: list[AddressEntry]


class GatewayEntry(Entry, frozen=True, kw_only=True):
    """The mail gateway by which bare mail addresses go from now on (null: none)."""

    gateway: str | None


class ForgottenEntry(Entry, frozen=True, kw_only=True):
    """The addresses at which somebody is told no longer."""

    name: str
    addresses: list[AddressEntry]


class SubjectsEntry(Entry, frozen=True, kw_only=True):
    """Whether notices name the subjects of cases, or only their numbers."""

    subjects: bool


class TriedAddressEntry(Entry, frozen=True, kw_only=True):
    """An address that a test message was sent to, and why it did not arrive (null: it did)."""

    number: int
    address: str
    failure: str | None


class TestEntry(Entry, frozen=True, kw_only=True):
    """What came of a test message, address by address."""

    name: str
    addresses: list[TriedAddressEntry]


class NoticeEntry(Entry, frozen=True, kw_only=True):
    """A notice of the outbox. `state` is waiting, sent, failed or dropped; `outcome` the same in finer words.

    Not sent before `not_before`; `held` says why it waits, or was dropped. `message` is the number that all notices
    have which went out together.
    """

    number: int
    person: str
    case: CaseNumber | None
    kind: str
    urgent: bool
    words: str
    at: Moment
    state: str
    outcome: str
    not_before: Moment | None
    held: str | None
    tries: int
    failure: str | None
    message: int | None
    done_at: Moment | None
