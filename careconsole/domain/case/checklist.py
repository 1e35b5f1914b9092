"""The checklist of a case: the steps of the playbooks in use on it."""

from __future__ import annotations

import msgspec

from careconsole.domain.case.state import Case, PlaybookUse


class Step(msgspec.Struct, frozen=True):
    """A step on the checklist of a case: its number there, its playbook, its place in that, its text, and its tick."""

    number: int
    playbook: int
    title: str
    place: int
    text: str
    ticked: bool


def checklist(case: Case) -> list[Step]:
    """The steps of the playbooks in use that nobody has rated, numbered through: as they stand on the case."""
    found = list[Step]()
    for use in filter(is_current, case.playbooks):
        for place, text in enumerate(use.steps, start=1):
            found.append(Step(len(found) + 1, use.playbook, use.title, place, text, place in use.ticked))
    return found


def is_current(use: PlaybookUse) -> bool:
    """Whether a playbook is in use: nobody has rated it, and it was not passed over."""
    return not (use.fit or use.passed)
