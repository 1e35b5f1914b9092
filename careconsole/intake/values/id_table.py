"""Numbers by id, in little memory: what a reader remembers of every case of a file of any size."""

from __future__ import annotations

from array import array

_FIRST = 1024
_BITS = (1 << 64) - 1


class IdTable:
    """A number of 64 bits for each id; an id takes 16 bytes, and some more for the places that are still free.

    The ids themselves are not kept, only their digests, which differ except once in 10^9 tables of 300,000 ids.
    Digests hold within a process only, so a table is never stored.
    """

    def __init__(self) -> None:
        self._count = 0
        self._digests, self._numbers = _zeros(_FIRST), _zeros(_FIRST)

    def __len__(self) -> int:
        return self._count

    def get(self, id: str) -> int | None:
        """The number of an id; None for an unknown one."""
        place = self._place(digest(id))
        return self._numbers[place] if self._digests[place] else None

    def put(self, id: str, number: int) -> None:
        """Sets the number of an id."""
        key = digest(id)
        place = self._place(key)
        if self._digests[place]:
            self._numbers[place] = number & _BITS
        else:
            self._add(key, place, number & _BITS)

    def setdefault(self, id: str, number: int) -> int:
        """The number of an id; it becomes this one if the id is unknown."""
        key = hash(id) & _BITS or 1  # written out, for tables ask for every row
        digests = self._digests
        last = len(digests) - 1
        place = key & last
        while found := digests[place]:
            if found == key:
                return self._numbers[place]
            place = (place + 1) & last
        self._add(key, place, number & _BITS)
        return number

    def _add(self, key: int, place: int, number: int) -> None:
        self._count += 1
        if self._count * 3 > len(self._digests) * 2:
            self._grow()
            place = self._place(key)
        self._digests[place] = key
        self._numbers[place] = number

    def _place(self, key: int) -> int:
        """Where a digest stands, or else the free place for it."""
        digests, last = self._digests, len(self._digests) - 1
        place = key & last
        while digests[place] not in (0, key):
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        known = zip(self._digests, self._numbers, strict=True)
        size = 2 * len(self._digests)
        self._digests, self._numbers = _zeros(size), _zeros(size)
        for key, number in known:
            if key:
                place = self._place(key)
                self._digests[place], self._numbers[place] = key, number


def _zeros(size: int) -> array[int]:
    return array("Q", (0,)) * size


def digest(text: str) -> int:
    """A digest of 64 bits, never 0, that holds within this process."""
    return hash(text) & _BITS or 1
