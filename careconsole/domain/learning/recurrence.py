"""How a cause came up: for the first time, again, again with a playbook, or again after a change was made.

The last two are what a team can learn from: somebody had written down what to do, or had changed something, and it came
up all the same. After KCS v6, which tells known issues from new ones (library.serviceinnovation.org, "Known vs. New").
"""

from __future__ import annotations

from collections.abc import Sequence

FIRST, AGAIN, WITH_PLAYBOOK, AFTER_CHANGE = "first", "again", "again with a playbook", "again after a change"
KINDS = (FIRST, AGAIN, WITH_PLAYBOOK, AFTER_CHANGE)
"""The ways in which a cause comes up, from new to what should not have happened."""


def kind_of(at: int, earlier: bool, playbooks: Sequence[int], made: Sequence[int]) -> str:
    """How a cause came up at `at` (epoch milliseconds).

    `earlier`: it had come up before. `playbooks` are when its playbooks were written, `made` when changes that its
    reviews asked for were made.
    """
    if any(change < at for change in made):
        return AFTER_CHANGE
    if any(written < at for written in playbooks):
        return WITH_PLAYBOOK
    return AGAIN if earlier else FIRST
