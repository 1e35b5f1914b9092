"""All pages of a queue, of which there may be very many: they are kept in a file, to be gone through more than once."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

import msgspec
from msgspec.structs import replace

from careconsole.desk.queries.case_queries import Page, QueueRow

_IN_MEMORY = 1 << 20
"""Bytes up to which no file is needed."""

_read = msgspec.json.Decoder(tuple[list[QueueRow], dict[int, str]]).decode


class SpooledPages:
    """Takes pages, and gives them again in their order, as often as they are asked for. To be used as a context."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the context
        self._none: Page | None = None

    def __enter__(self) -> SpooledPages:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __bool__(self) -> bool:
        return self._none is not None

    def add(self, page: Page) -> None:
        """Adds the next page."""
        self._none = self._none or replace(page, rows=[], customers={})
        self._file.write(msgspec.json.encode((page.rows, page.customers)) + b"\n")

    def __iter__(self) -> Iterator[Page]:
        if self._none is not None:
            self._file.seek(0)
            for line in self._file:
                rows, customers = _read(line)
                yield replace(self._none, rows=rows, customers=customers)
