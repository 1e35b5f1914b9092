"""Finds a person by what was typed: the whole name, its beginning, or the beginning of one of its words."""

from __future__ import annotations

from collections.abc import Iterable

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import Hint, hint_of, suggest
from careconsole.domain.team.roster import Person, Roster
from careconsole.domain.terminal_text import fold, search_key


def find_person(text: str, roster: Roster, among: Iterable[Person] | None = None) -> Person:
    """The person that `text` names; the name of a person that was merged into another leads to that one.

    Otherwise as `find_name`.
    """
    found = find_name(text, roster, among)
    return found if found.merged_into is None else roster.people.get(found.merged_into, found)


def find_name(text: str, roster: Roster, among: Iterable[Person] | None = None) -> Person:
    """The person that `text` names, even if that name was merged into another person's.

    An exact match wins; else one without accents; else the one person whose name, or a word of it, begins with `text`.
    Active people are preferred to those who have left. Raises WrongUse, with the nearest names, if nobody or several
    people match.
    """
    people = list(roster.people.values() if among is None else among)
    wanted = fold(text)
    if not wanted:
        raise WrongUse("A name is missing.", "See {}.", suggest("team list"))
    for person in people:
        if fold(person.name) == wanted:
            return person
    key = search_key(text)
    keys = [(p, search_key(p.name)) for p in people]
    found = [p for p, name in keys if name == key] or [p for p, name in keys if _begins(name, key)]
    found = [p for p in found if p.active] or found
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(sorted(p.name for p in found)[:8])
        raise WrongUse(f"{text!r} could be several people: {names}.", "Write more of the name.")
    raise WrongUse(f"There is nobody called {text!r}.", _nearest(key, people))


def _begins(name: str, wanted: str) -> bool:
    return name.startswith(wanted) or any(word.startswith(wanted) for word in name.split())


def _nearest(wanted: str, people: list[Person]) -> Hint:
    from difflib import get_close_matches

    by_name = {search_key(p.name): p.name for p in people}
    near = get_close_matches(wanted, by_name, n=2, cutoff=0.6)
    if near:
        return hint_of(f"Did you mean {' or '.join(by_name[name] for name in near)}?")
    return hint_of("See {}; add somebody with {}.", suggest("team list"), suggest("team add", name=...))
