"""Addresses and notices as JSON. Parts of an address that could be secret are never in it."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class AddressEntry(Entry, frozen=True, kw_only=True):
    """An address for notices. `address` leaves out anything secret; `sign` tells similar addresses apart.

    Nothing is sent in the `quiet` hours (in the time zone `zone`; null: the machine's) or while `calendar` is
    closed. `whole_digest`: the whole weekly digest goes there, not only the number of changed playbooks.
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
    whole_digest: bool


class AddressesEntry(Entry, frozen=True, kw_only=True):
    """Everybody's addresses for notices, and the mail gateway for plain mail addresses (null: none)."""

    gateway: str | None
    addresses: list[AddressEntry]


class GatewayEntry(Entry, frozen=True, kw_only=True):
    """The new mail gateway for plain mail addresses (null: none)."""

    gateway: str | None


class ForgottenEntry(Entry, frozen=True, kw_only=True):
    """The addresses that were removed."""

    name: str
    addresses: list[AddressEntry]


class SubjectsEntry(Entry, frozen=True, kw_only=True):
    """Whether notices include the subjects of cases, or only their numbers."""

    subjects: bool


class TriedAddressEntry(Entry, frozen=True, kw_only=True):
    """An address that a test message was sent to, and why it did not arrive (null: it did)."""

    number: int
    address: str
    failure: str | None


class TestEntry(Entry, frozen=True, kw_only=True):
    """The result of a test message, by address."""

    name: str
    addresses: list[TriedAddressEntry]


class NoticeEntry(Entry, frozen=True, kw_only=True):
    """A notice in the outbox. `state` is waiting, sent, failed or dropped; `outcome` is the same in more detail.

    It is not sent before `not_before`; `held` says why it waits or was dropped. Notices sent together have the same
    `message` number.
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
