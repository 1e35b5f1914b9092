"""Counts the cases of an import that have no subject, no customer, or no owner though they are open."""

from __future__ import annotations

from careconsole.domain.imported_record import ENDED, ImportedEntry
from careconsole.intake.files.doubts import Doubts


class CaseGaps:
    """Watches the entries of a file, in which those of one record follow each other, and adds doubts about its case.

    With `each`, every record is a case, as a row of a table is. Otherwise one that names neither a subject nor a
    customer is none: comments and changes can stand in a file of their own.
    """

    def __init__(self, doubts: Doubts, *, each: bool) -> None:
        self._doubts = doubts
        self._each = each
        self._forget()

    def _forget(self) -> None:
        self._external, self._number = "", 0  # of the record; records are counted from 1
        self._subject = self._customer = self._owner = self._gone = False
        self._status, self._at = "open", 0

    def add(self, entry: ImportedEntry) -> None:
        """Watches one more entry."""
        if entry.number != self._number or entry.external != self._external:
            self.end()
            self._external, self._number = entry.external, entry.number
        if entry.subject:
            self._subject = True
        if entry.customer is not None:
            self._customer = True
        if entry.owner is not None:
            self._owner = True
        if entry.deleted or entry.merged_into is not None:
            self._gone = True
        if entry.status is not None and entry.at >= self._at:
            self._status, self._at = entry.status, entry.at

    def end(self) -> None:
        """Counts what the record that has been read lacks."""
        if self._number and not self._gone and (self._each or self._subject or self._customer):
            if not self._subject:
                self._doubts.add("no-subject", example=self._external)
            if not self._customer:
                self._doubts.add("no-customer", example=self._external)
            if not self._owner and self._status not in ENDED:
                self._doubts.add("no-owner", example=self._external)
        self._forget()
