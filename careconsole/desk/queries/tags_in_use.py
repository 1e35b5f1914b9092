"""The tags of the open and the newest cases, read once and then kept up to date from what changes."""

from __future__ import annotations

from sys import intern

from careconsole.desk.session import Desk
from careconsole.domain.case.events import is_swept
from careconsole.store import Row

_MOST = 2_000
"""Of more events than this since the last time, everything is read anew."""


class TagsInUse:
    """The tags of each tagged case among the open and the newest ones, and of those that changed since these were read.

    It belongs to one desk, and is to be used within a read.
    """

    def __init__(self) -> None:
        self._cursor: str | None = None
        self._taken_back: list[Row] = []
        self._cases: dict[int, tuple[str, ...]] = {}
        self._same: dict[tuple[str, ...], tuple[str, ...]] = {}

    def cases(self, desk: Desk) -> dict[int, tuple[str, ...]]:
        """The tags by case, as they are now; the dictionary is valid until the next call."""
        store = desk.store
        before, self._taken_back = self._taken_back, store.console.taken_back()
        if self._cursor is not None and self._taken_back == before:
            rows, self._cursor = store.engine.changes(self._cursor, _MOST)
            if len(rows) < _MOST:
                changed = {row[1] for row in rows if not is_swept(row[2])}  # the sweep changes no tags
                for number in changed:
                    self._cases.pop(number, None)
                self._keep(store.suggestions.tags_of(sorted(changed)) if changed else {})
                return self._cases
        self._cursor = store.engine.changes(None)[1]
        self._cases, self._same = {}, {}
        self._keep(dict(store.suggestions.tagged()))
        return self._cases

    def _keep(self, found: dict[int, tuple[str, ...]]) -> None:
        """Keeps what was read; most cases have tags that others have, too."""
        for number, tags in found.items():
            self._cases[number] = self._same.get(tags) or self._same.setdefault(tags, tuple(map(intern, tags)))


def tags_in_use(desk: Desk) -> dict[int, tuple[str, ...]]:
    """The tags of each tagged case among the open and the newest ones; kept with the desk."""
    kept = desk.kept.get(TagsInUse)
    if not isinstance(kept, TagsInUse):
        kept = desk.kept[TagsInUse] = TagsInUse()
    return kept.cases(desk)
