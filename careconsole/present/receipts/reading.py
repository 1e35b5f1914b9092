"""Reads what a receipt needs, and makes it: the case, the team's settings, and the language."""

from __future__ import annotations

from careconsole.desk import Desk
from careconsole.desk.queries import shown_case
from careconsole.desk.receipts.settings import ReceiptSettings, settings
from careconsole.domain.case.merging import differ
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.time.zones import zone_named
from careconsole.present.receipts.content import Receipt, receipt_of
from careconsole.present.receipts.wording import USUAL, Wording, wording


def wording_of(settings: ReceiptSettings, language: str = "") -> Wording:
    """The sentences of a language, else of the team's; times are in the team's zone, else the workstation's."""
    zone = zone_named(settings.zone) if settings.zone else None
    return wording(language or settings.language or USUAL, zone)


def receipt_for(desk: Desk, number: int, *, language: str = "", words: bool = False, subject: bool = True) -> Receipt:
    """The receipt of a case; of one that was merged, that of the case it went to, if the customer is the same.

    Raises Refused where there is none, WrongUse for a case or a language that does not exist.
    """
    asked = shown_case.show(desk, number, follow=False)
    view = shown_case.show(desk, number)
    if differ(asked.case, view.case):
        raise Refused(
            f"Case {number} was merged into case {view.case.number}, which is another customer's.",
            "Give that customer their own receipt: {}.",
            suggest("receipt", view.case.number),
        )
    said = settings(desk)
    return receipt_of(view, number, said, wording_of(said, language), words=words, subject=subject)
