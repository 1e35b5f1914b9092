"""The names under which verbs are stored. A verb that got a better name keeps its old one in the database."""

from __future__ import annotations

_STORED = {"log": "touch"}
_VERBS = {stored: verb for verb, stored in _STORED.items()}


def stored_verb(verb: str) -> str:
    """The name under which a verb is stored."""
    return _STORED.get(verb, verb)


def verb_of(stored: str) -> str:
    """The verb that is stored under a name."""
    return _VERBS.get(stored, stored)
