"""Comments that are records of their own, in the files of their tickets or in others, read as those in their ticket.

A ticket says who its customer is, and its first comment may be its description. So both are remembered for comments
that stand elsewhere, in little memory (`IdTable`), by the id that comments have for their ticket.
"""

from __future__ import annotations

from careconsole.intake.files.read_report import InvalidRecord
from careconsole.intake.formats.mapped_json.rules import RecordMap
from careconsole.intake.values.fields import Document
from careconsole.intake.values.id_table import IdTable, digest
from careconsole.intake.values.json_paths import Path, first, has_key, is_present, written

NO_TICKET = None
"""The customer of a ticket that is not among the files; 0 stands for a ticket without a customer."""

NOBODY_KNOWS = (
    "names a ticket that is not among the files, so nobody can tell whether its customer wrote this: name the file of"
    " tickets too, or say who works here with --users FILE"
)
"""Why an answer is rejected whose author may be the customer."""

_ID_BITS = 20


class LooseComments:
    """What is remembered of tickets and comments. Tickets may have another number than the one in their comments."""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}
        self._customers = IdTable()
        self._first = IdTable()

    def add_ticket(self, id: str, external: str, customer: str) -> None:
        """Remembers a ticket by the `id` that comments have for it: its case and the key of its customer."""
        if id != external:
            self._numbers[id] = external
        self._customers.put(id, mark(customer))

    def case(self, id: str, field: Path) -> str:
        """The case of the ticket that a comment calls `id`. Raises InvalidRecord if that ticket is not known."""
        if self._customers.get(id) is None:
            raise InvalidRecord(
                written(field), "belongs to a ticket that was not read before it: give the file of tickets too, first"
            )
        return self._numbers.get(id, id)

    def customer(self, id: str) -> int | None:
        """The mark of the customer of a ticket, or NO_TICKET."""
        return self._customers.get(id)

    def add_comment(self, id: str, at: int, comment: str) -> None:
        """Remembers a comment if it is the first of its ticket so far."""
        first, this = self._first.get(id), _moment(at, comment)
        if first is None or this >> _ID_BITS < first >> _ID_BITS:
            self._first.put(id, this)

    def is_first(self, id: str, at: int, comment: str) -> bool:
        """Whether a comment is the first of its ticket."""
        return self._first.get(id) == _moment(at, comment)


def is_loose(rules: RecordMap, value: Document) -> bool:
    """Whether a record is a comment or a rating that names its ticket; a ticket has a subject, or names none."""
    if first(value, (*rules.case.subject.plain, *rules.case.subject.html))[1]:
        return False
    both = (rules.comments, rules.rating)
    cases = [rule.case for rule in both if rule is not None and rule.case is not None]
    if any(is_present(first(value, case.source)[0]) for case in cases):
        return True
    return not has_key(value, rules.status.source) and any(has_key(value, case.source) for case in cases)


def mark(person: str) -> int:
    """What is remembered of a person's key; 0 for nobody."""
    return digest(person) if person else 0


def _moment(at: int, comment: str) -> int:
    """A time and a few bits of an id, by which one of several comments at the same time is told from the others."""
    return max(at, 0) << _ID_BITS | digest(comment) & ((1 << _ID_BITS) - 1)
