"""Saved words, as JSON."""

from __future__ import annotations

from careconsole.present.json_types.base import Entry


class SavedWordsEntry(Entry, frozen=True, kw_only=True):
    """Words for customers that are saved under a name: the team's, or one's `own`. Variables stand in braces."""

    name: str
    text: str
    own: bool


class ShownWordsEntry(Entry, frozen=True, kw_only=True):
    """Saved words as they are saved, or filled in for a case; `without_value` are the variables left in the text."""

    name: str
    own: bool
    text: str
    without_value: list[str]
