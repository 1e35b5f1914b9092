"""The one store of saved words: the team's, which everybody has, and one's own.

The team's are a setting of the team, whose changes stand in the journal; one's own are a preference.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest
from careconsole.domain.mail.automatic_answers import MORE_VARIABLES
from careconsole.domain.playbook.content import must_know_variables
from careconsole.domain.terminal_text import display_text, fold, why_unstorable
from careconsole.store.engine.decoding import reader

SETTING = "words"
"""The setting of the team, and the preference of a person, that has them: a JSON object, text by name."""
_MOST, _LONGEST_NAME, _LONGEST = 300, 60, 8_000

_read = reader(dict[str, str])


class SavedWords(msgspec.Struct, frozen=True):
    """A saved text: its name, the text with its variables, and whether it is one's own."""

    name: str
    text: str
    own: bool


def listed_in(unit: UnitOfWork) -> list[SavedWords]:
    """The words of the person at work and of the team, by name; one's own come before the team's of the same name."""
    found = [SavedWords(name, text, own) for own in (True, False) for name, text in _stored(unit, own).items()]
    return sorted(found, key=lambda one: (fold(one.name), not one.own))


def of_team(unit: UnitOfWork, name: str) -> SavedWords | None:
    """The team's words of a name; None if there are none."""
    words = _stored(unit, False)
    known = _named(words, name)
    return SavedWords(known, words[known], False) if known is not None else None


def listed(desk: Desk) -> list[SavedWords]:
    """As `listed_in`."""
    return desk.read(listed_in)


def get(desk: Desk, name: str) -> SavedWords:
    """The words of a name, one's own before the team's; raises WrongUse if there are none."""
    return desk.read(lambda unit: _one(unit, name))


def add(desk: Desk, name: str, text: str, *, own: bool = False) -> SavedWords:
    """Saves new words. Raises WrongUse for a text or name that cannot be saved, Refused if the name is taken."""
    plain = " ".join(name.split())
    if not plain:
        raise WrongUse("The name of the words is missing.", "Give a short one, such as 'late parcel'.")
    if len(plain) > _LONGEST_NAME:
        raise WrongUse("The name of the words is too long.", f"Keep it below {_LONGEST_NAME} characters.")
    if why := why_unstorable(plain):
        raise WrongUse(f"The name of the words {why}.", "Remove that character; nothing was stored.")

    def change(words: dict[str, str]) -> SavedWords:
        taken = _named(words, plain)
        if taken is not None:
            raise Refused(
                f"There are saved words of that name already: {display_text(taken)}.",
                "Edit them ({}), or choose another name.",
                suggest("words edit", name=taken, text=...),
            )
        if len(words) >= _MOST:
            raise Refused(f"There are {_MOST} saved words already.", "Remove some that nobody uses.")
        words[plain] = _checked(text)
        return SavedWords(plain, words[plain], own)

    return _changed(desk, own, change)


def edit(desk: Desk, name: str, text: str, *, own: bool | None = None) -> SavedWords:
    """Replaces a text; `own` None: one's own, or else the team's. Raises WrongUse if there are none of that name."""

    def change(words: dict[str, str]) -> SavedWords:
        known = _known(words, name)
        words[known] = _checked(text)
        return SavedWords(known, words[known], mine)

    mine = _whose(desk, name, own)
    return _changed(desk, mine, change)


def remove(desk: Desk, name: str, *, own: bool | None = None) -> SavedWords:
    """Removes words; `own` as in `edit`. Raises WrongUse if there are none of that name."""

    def change(words: dict[str, str]) -> SavedWords:
        known = _known(words, name)
        return SavedWords(known, words.pop(known), mine)

    mine = _whose(desk, name, own)
    return _changed(desk, mine, change)


def _changed(desk: Desk, own: bool, change: Callable[[dict[str, str]], SavedWords]) -> SavedWords:
    def work(unit: UnitOfWork) -> SavedWords:
        person = unit.who.person
        words = _stored(unit, own)
        before = dict(words)
        made = change(words)
        stored = msgspec.json.encode(words).decode()
        if words == before:
            return made
        if own:
            unit.store.console.prefer(person, SETTING, stored)
        else:
            unit.store.people.set(SETTING, stored)
            earlier = {"text": before[made.name]} if made.name in before else {}
            after = {"text": words[made.name]} if made.name in words else {}
            unit.record_change("words", made.name, {**after, "before": earlier})
        return made

    return desk.write(work)


def _stored(unit: UnitOfWork, own: bool) -> dict[str, str]:
    if not own:
        stored = unit.team.setting(SETTING)
        return _read(stored, "The team's saved words") if stored else {}
    stored = unit.store.console.preferences(unit.person).get(SETTING) if unit.person is not None else None
    return _read(stored, "Your saved words") if stored else {}


def _whose(desk: Desk, name: str, own: bool | None) -> bool:
    return own if own is not None else get(desk, name).own


def _one(unit: UnitOfWork, name: str) -> SavedWords:
    for own in (True, False):
        words = _stored(unit, own)
        if (known := _named(words, name)) is not None:
            return SavedWords(known, words[known], own)
    raise _none(name)


def _known(words: dict[str, str], name: str) -> str:
    known = _named(words, name)
    if known is None:
        raise _none(name)
    return known


def _named(words: dict[str, str], name: str) -> str | None:
    key = fold(" ".join(name.split()))
    return next((one for one in words if fold(one) == key), None)


def _none(name: str) -> WrongUse:
    return WrongUse(f"There are no saved words of the name {name.strip()!r}.", "See {}.", suggest("words list"))


def _checked(text: str) -> str:
    said = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not said:
        raise WrongUse("The words are missing.", "Give them {}.", given(text=...))
    if len(said) > _LONGEST:
        raise WrongUse("The words are too long.", f"Keep them below {_LONGEST:,} characters.")
    if why := why_unstorable(said):
        raise WrongUse(f"The text {why}.", "Remove that character; nothing was stored.")
    must_know_variables(said, "The text has", MORE_VARIABLES)
    return said
