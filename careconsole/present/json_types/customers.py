"""All that is known of a customer, as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import CaseNumber, Entry, Moment
from careconsole.present.json_types.cases import QueueEntry
from careconsole.present.json_types.clocks import PromiseEntry
from careconsole.present.json_types.settings import CustomerEntry


class CustomerMessageEntry(Entry, frozen=True, kw_only=True):
    """A message on one of a customer's cases: when it was sent, from the customer (`inbound`) or from us, by which
    channel, and its text. `who` is the colleague who wrote it; null for the customer's, or if that is unknown.
    """

    case: CaseNumber
    at: Moment
    inbound: bool
    channel: str
    who: str | None
    text: str


class KnownAsEntry(Entry, frozen=True, kw_only=True):
    """The id of a customer in another system."""

    source: str
    id: str


class CustomerCasesEntry(CustomerEntry, frozen=True, kw_only=True):
    """A customer with all that they have with us.

    `cases` are the open ones, in the order of the queue, and then those that have ended, the newest first. `promises`
    are the open ones, by due time; `messages` the last few, the newest first. `channels` counts their cases by how they
    came to us, `written_by` by who wrote in for them, as far as imports say that.
    """

    cases: list[QueueEntry]
    promises: list[PromiseEntry]
    messages: list[CustomerMessageEntry]
    channels: dict[str, int]
    written_by: dict[str, int]
    known_as: list[KnownAsEntry]
