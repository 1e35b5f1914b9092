"""What the rules of a case need to know of a playbook."""

from __future__ import annotations

import msgspec

FITTED, PARTLY, NOT = "fitted", "partly", "not"
FITS = (FITTED, PARTLY, NOT)
"""How well a playbook fitted a case."""


class UsablePlaybook(msgspec.Struct, frozen=True, kw_only=True):
    """A playbook as it is at the time of a decision. `edition` counts its texts.

    `steps` is what to do; `authority` what the frontline may decide alone, up to `limit` in `currency` if there is one.
    `no_authority` says why nobody may decide by it now, as a sentence without its full stop; empty if they may.
    `unusable` says so for the playbook as a whole. `escalate_when` says when to call a lead all the same.
    """

    number: int
    edition: int
    title: str
    steps: tuple[str, ...] = ()
    authority: str = ""
    limit: str = ""
    currency: str = ""
    no_authority: str = ""
    unusable: str = ""
    escalate_when: str = ""
