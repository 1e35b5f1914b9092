"""Gathers the words by which a playbook is found: of its own text, and of the cases that it is for.

Those are the cases that it was written from, that it fitted, and that have one of its causes. Their words are pooled;
how rare a word is, is counted over these cases and the newest ones of the team.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from heapq import nlargest

from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.playbook_summary import NOT
from careconsole.domain.case.state import Case
from careconsole.domain.playbook.history import Playbook
from careconsole.domain.playbook.likeness import rarities, vector, words_of
from careconsole.store.playbooks import Words

RENEWED_AFTER = 3_600_000
"""After how many milliseconds the sweep gathers the words again."""
_CASES = 40
"""How many of a playbook's newest cases are read."""
_NEWEST = 400
"""How many of the team's newest cases are read to see which words are common."""
_KEPT = 120
"""How many of the heaviest words of a playbook are kept."""
_OWN_TEXT = 2
"""How many times as much a word in the playbook's own text counts as one in a case."""


def gather(unit: UnitOfWork, playbooks: Sequence[Playbook]) -> list[tuple[int, Words]]:
    """The words of some playbooks, read anew from their cases."""
    store = unit.store
    cases_of = {playbook.number: _cases(unit, playbook) for playbook in playbooks}
    wanted = {number for some in cases_of.values() for number in some}
    texts = store.playbooks.case_texts(sorted(wanted), _NEWEST)
    counted = {number: words_of(text) for number, text in texts.items()}
    rarity = rarities([*counted.values(), *(words_of(_own(playbook)) for playbook in playbooks)])
    found = []
    for playbook in playbooks:
        pooled: Counter[str] = Counter()
        for number in cases_of[playbook.number]:
            pooled.update(counted.get(number, ()))
        for word, count in words_of(_own(playbook)).items():
            pooled[word] += _OWN_TEXT * count
        weights = vector(pooled, rarity)
        best = nlargest(_KEPT, weights.items(), key=lambda entry: (entry[1], entry[0]))
        found.append((playbook.number, {word: (round(weight, 5), round(rarity[word], 4)) for word, weight in best}))
    return found


def renew(desk: Desk) -> int:
    """Gathers the words of every playbook again if some are older than `RENEWED_AFTER`; returns of how many.

    The cases are read before the write, which others wait for, begins.
    """

    def read(unit: UnitOfWork) -> list[tuple[int, Words]]:
        made_at = unit.store.playbooks.words_made_at()
        if not made_at or min(made_at.values()) > unit.now - RENEWED_AFTER:
            return []
        return gather(unit, [playbook for playbook in unit.store.playbooks.all().values() if playbook.is_offered])

    found = desk.read(read)
    if found:
        desk.write(lambda unit: unit.store.playbooks.save_words(found, unit.now))
    return len(found)


def case_text(unit: UnitOfWork, case: Case) -> str:
    """The words of one case: its subject and description, and what the customer wrote."""
    return unit.store.playbooks.case_texts([case.number], 0)[case.number]


def _cases(unit: UnitOfWork, playbook: Playbook) -> list[int]:
    store = unit.store
    used = [
        one.case
        for one in store.playbooks.uses([playbook.number]).get(playbook.number, [])
        if one.use.fit != NOT and not one.use.passed
    ]
    known = store.causes.all()
    keys = [key for cause in playbook.content.causes for key in known.group(cause)]
    caused = store.causes.cases(keys, _CASES) if keys else []
    origin = [playbook.case] if playbook.case is not None else []
    return nlargest(_CASES, {*origin, *used, *caused})


def _own(playbook: Playbook) -> str:
    content = playbook.content
    return "\n".join((content.title, content.signs, *content.causes, *content.tags))
