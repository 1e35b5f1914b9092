"""All pages of a queue, of which there may be very many: they are kept in a file, to be gone through more than once."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from careconsole.cli.spool import Spool
from careconsole.desk.queries.case_queries import Page, QueueRow

_read = msgspec.json.Decoder(tuple[list[QueueRow], dict[int, str]]).decode


class SpooledPages(Spool):
    """Takes pages, and gives them again in their order, as often as they are asked for. To be used as a context."""

    def __init__(self) -> None:
        super().__init__()
        self._none: Page | None = None

    def __bool__(self) -> bool:
        return self._none is not None

    def add(self, page: Page) -> None:
        """Adds the next page."""
        self._none = self._none or replace(page, rows=[], customers={})
        self.keep((page.rows, page.customers))

    def __iter__(self) -> Iterator[Page]:
        if self._none is not None:
            for rows, customers in map(_read, self.kept()):
                yield replace(self._none, rows=rows, customers=customers)
