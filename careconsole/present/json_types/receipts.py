"""Receipts as JSON."""

from __future__ import annotations

from typing import Literal

from careconsole.present.json_types.base import CaseNumber, Entry, Moment


class ReceiptLineEntry(Entry, frozen=True, kw_only=True):
    """A line of a receipt. `at` is when it happened (null: a line about the present, or a time that is not known);
    `words` is what was written or said then (null without --words). `link` is the address of a mail that answers with
    this line (null: it is no answer).
    """

    at: Moment | None
    text: str
    words: str | None
    link: str | None


class ReceiptSectionEntry(Entry, frozen=True, kw_only=True):
    """A part of a receipt, with its heading in the receipt's language."""

    id: Literal["told", "who", "happened", "promised", "asked", "unsettled"]
    heading: str
    lines: list[ReceiptLineEntry]


class ReceiptEntry(Entry, frozen=True, kw_only=True):
    """What the customer of a case may read about it: `text` is the whole of it, ready to be pasted, `html` as a page.

    `case` is the case that it speaks of, where the one asked for was merged; `language` is a code such as "en".
    """

    case: CaseNumber
    language: str
    as_of: Moment
    title: str
    sections: list[ReceiptSectionEntry]
    text: str
    html: str


class ReceiptSettingsEntry(Entry, frozen=True, kw_only=True):
    """What a team says in all of its receipts: the code of their language, the mail address and phone number where
    customers can ask, the time zone of the times, and the mail address at which customers answer whether the team did
    what it promised (null: not set). `languages` are those that there are. `folder` and `url` are where receipts are
    published (null: they are not), and `pages` how many are.
    """

    language: str
    mail: str | None
    phone: str | None
    zone: str | None
    answers: str | None
    languages: list[str]
    folder: str | None
    url: str | None
    pages: int


class PlaceEntry(Entry, frozen=True, kw_only=True):
    """Where receipts are published (null: they are not), and how many pages were written and removed."""

    folder: str | None
    url: str | None
    written: int
    removed: int


class PublishedEntry(Entry, frozen=True, kw_only=True):
    """Whether the receipt of a case is published. The link is never in JSON: `receipts link` prints it. `shows` is what
    the customer can read there (null: not asked for).
    """

    case: CaseNumber
    published: bool
    shows: str | None


class WrittenPagesEntry(Entry, frozen=True, kw_only=True):
    """How many pages were written, said the same already, and were removed because no case has them."""

    written: int
    unchanged: int
    removed: int
