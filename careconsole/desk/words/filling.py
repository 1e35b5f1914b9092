"""Words for a customer, filled in for a case: those of its playbooks, one's own and the team's."""

from __future__ import annotations

import msgspec

from careconsole.desk.playbooks import reading
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.desk.words.saved import listed_in
from careconsole.domain.case.checklist import is_current
from careconsole.domain.playbook.content import filled


class FilledWords(msgspec.Struct, frozen=True):
    """Words as they would be said on a case: where they come from, their name, the text, and what has no value."""

    origin: str
    name: str
    text: str
    empty: tuple[str, ...]


def fill(desk: Desk, text: str, number: int) -> tuple[str, list[str]]:
    """A text filled in for a case, and its variables without a value. Raises WrongUse if there is no such case."""
    return desk.read(lambda unit: filled(text, reading.values_for(unit, load(desk, number, []))))


def words_on(desk: Desk, number: int) -> list[FilledWords]:
    """What can be said on a case: the words of the playbooks in use, of those that fit, one's own, the team's."""

    def work(unit: UnitOfWork) -> list[FilledWords]:
        case = load(desk, number, [])
        values = reading.values_for(unit, case)
        playbooks = {use.playbook: "in use here" for use in reversed(case.playbooks) if is_current(use)}
        if case.is_open:
            for one in reading.fitting(desk, number):
                playbooks.setdefault(one.known.playbook.number, "it fits")
        found = []
        for playbook, why in playbooks.items():
            content = reading.get(desk, playbook).playbook.content
            if content.say:
                text, empty = filled(content.say, values)
                found.append(FilledWords(f"playbook {playbook}, {why}", content.title, text, tuple(empty)))
        for saved in listed_in(unit):
            text, empty = filled(saved.text, values)
            found.append(FilledWords("yours" if saved.own else "the team's", saved.name, text, tuple(empty)))
        return found

    return desk.read(work)
