"""Values of which there may be very many: they are kept in a file until all are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, Self

import msgspec

_IN_MEMORY = 1 << 20
"""Bytes up to which no file is needed."""


class Spool:
    """Keeps values, a line of JSON each, and gives them again as often as they are asked for. A context."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the context

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def keep(self, value: Any) -> int:
        """Keeps a value; returns its place."""
        place = self._file.tell()
        self._file.write(msgspec.json.encode(value) + b"\n")
        return place

    def kept(self) -> Iterator[bytes]:
        """The values, in the order in which they came."""
        self._file.seek(0)
        yield from self._file

    def kept_at(self, places: Iterable[int]) -> Iterator[bytes]:
        """The values at these places, in this order."""
        for place in places:
            self._file.seek(place)
            yield self._file.readline()
