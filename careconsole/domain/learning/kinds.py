"""How a cause came up: first, again, again despite a playbook, again after a change, or decided by a playbook.

The third and the fourth are what a team can learn from: somebody had written down what to do, or had changed something,
and it came up all the same. After KCS v6, which tells known issues from new ones (library.serviceinnovation.org,
"Known vs. New").
"""

from __future__ import annotations

from collections.abc import Sequence

FIRST, AGAIN, WITH_PLAYBOOK, AFTER_CHANGE = "first", "again", "again despite a playbook", "again after a change"
DECIDED = "decided by a playbook"
KINDS = (FIRST, AGAIN, WITH_PLAYBOOK, AFTER_CHANGE, DECIDED)
"""The ways in which a cause comes up: those of calls for help, and last the one that needed no call."""


def kind_of(at: int, earlier: bool, playbooks: Sequence[int], made: Sequence[int]) -> str:
    """How a cause came up at `at` (epoch milliseconds), when somebody called for help.

    `earlier`: it had come up before. `playbooks` are when its playbooks were written, `made` when changes that its
    reviews asked for were made.
    """
    if any(change < at for change in made):
        return AFTER_CHANGE
    if any(written < at for written in playbooks):
        return WITH_PLAYBOOK
    return AGAIN if earlier else FIRST
