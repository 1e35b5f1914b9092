"""The tags of the open and the newest cases, read once and then kept up to date from what changes."""

from __future__ import annotations

from array import array

from careconsole.desk.session import Desk
from careconsole.domain.case.events import is_swept
from careconsole.store import Row

_MOST = 2_000
"""Of more events than this since the last time, everything is read anew."""


class TagsInUse:
    """The tagged ones among the open and the newest cases, and those that changed since these were read, by their tags.

    It belongs to one desk, and is to be used within a read.
    """

    def __init__(self) -> None:
        self._cursor: int | None = None
        self._taken_back: list[Row] = []
        self._cases: dict[tuple[str, ...], array[int]] = {}

    def cases(self, desk: Desk) -> dict[tuple[str, ...], array[int]]:
        """The cases by their tags, as they are now; the dictionary is valid until the next call."""
        store = desk.store
        before, self._taken_back = self._taken_back, store.console.taken_back()
        if self._cursor is not None and self._taken_back == before:
            rows, self._cursor = store.changes.since(self._cursor, _MOST)
            if len(rows) < _MOST:
                changed = {row[1] for row in rows if not is_swept(row[2])}  # the sweep changes no tags
                if changed:
                    self._replace(changed, store.suggestions.tags_of(sorted(changed)))
                return self._cases
        self._cursor = store.changes.present()
        self._cases = store.suggestions.tagged()
        return self._cases

    def _replace(self, changed: set[int], found: dict[tuple[str, ...], array[int]]) -> None:
        """Takes over the tags that cases have now."""
        for tags, cases in list(self._cases.items()):
            if not changed.isdisjoint(cases):
                left = self._cases[tags] = array("q", (case for case in cases if case not in changed))
                if not left:
                    del self._cases[tags]
        for tags, cases in found.items():
            self._cases.setdefault(tags, array("q")).extend(cases)


def tags_in_use(desk: Desk) -> dict[tuple[str, ...], array[int]]:
    """The tagged ones among the open and the newest cases, by their tags; kept with the desk."""
    kept = desk.kept.get(TagsInUse)
    if not isinstance(kept, TagsInUse):
        kept = desk.kept[TagsInUse] = TagsInUse()
    return kept.cases(desk)
