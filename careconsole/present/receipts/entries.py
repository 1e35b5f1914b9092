"""Receipts and their settings as JSON."""

from __future__ import annotations

from careconsole.desk.receipts.publication import Place
from careconsole.desk.receipts.settings import ReceiptSettings
from careconsole.domain.time.moments import iso
from careconsole.present.json_types.receipts import (
    ReceiptEntry,
    ReceiptLineEntry,
    ReceiptSectionEntry,
    ReceiptSettingsEntry,
)
from careconsole.present.receipts.content import Item, Receipt, plain
from careconsole.present.receipts.page import receipt_page
from careconsole.present.receipts.text import receipt_text
from careconsole.present.receipts.wording import USUAL, languages


def receipt_entry(receipt: Receipt) -> ReceiptEntry:
    """A receipt as data."""
    return ReceiptEntry(
        case=receipt.case,
        language=receipt.language,
        as_of=iso(receipt.now),
        title=plain(receipt.title),
        sections=[
            ReceiptSectionEntry(id=part.id, heading=plain(part.heading), lines=[_line(item) for item in part.items])
            for part in receipt.sections
        ],
        text=receipt_text(receipt),
        html=receipt_page(receipt),
    )


def settings_entry(settings: ReceiptSettings, place: Place | None, pages: int) -> ReceiptSettingsEntry:
    """The settings of receipts as data; `place` is where they are published, and how many pages there are."""
    return ReceiptSettingsEntry(
        language=settings.language or USUAL,
        mail=settings.mail or None,
        phone=settings.phone or None,
        zone=settings.zone or None,
        answers=settings.answers or None,
        languages=list(languages()),
        folder=place.folder if place is not None else None,
        url=place.url if place is not None else None,
        pages=pages,
    )


def _line(item: Item) -> ReceiptLineEntry:
    at = iso(item.at.at) if item.at is not None and item.at.at is not None else None
    return ReceiptLineEntry(at=at, text=plain(item.pieces), words=item.words or None, link=item.link or None)
