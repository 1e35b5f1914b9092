"""The documentation as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import Entry


class HelpEntry(Entry, frozen=True, kw_only=True):
    """A page of the documentation, by its `topic`, or the help of a `command`.

    `text` is Markdown for a page and plain text for a command; it is null in the list of pages.
    """

    topic: str | None
    command: str | None
    title: str
    text: str | None
