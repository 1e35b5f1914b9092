"""A playbook as the rules of a case see it at a moment."""

from __future__ import annotations

from careconsole.domain.case.playbook_summary import UsablePlaybook
from careconsole.domain.case.reader import capitalized
from careconsole.domain.playbook.history import Playbook


def usable(playbook: Playbook, now: int) -> UsablePlaybook:
    """What a case may know of the playbook at `now`, with why it cannot be used or gives no authority."""
    content, may, name = playbook.content, playbook.content.may, f"Playbook {playbook.number}"
    unusable = ""
    if playbook.void:
        unusable = f"The writing of playbook {playbook.number} was undone"
    elif playbook.retired:
        unusable = f"{name} is retired"
    no_authority = ""
    if may is None:
        no_authority = f"{name} lets nobody decide anything alone"
    elif not playbook.may_decide(now):
        what = f"what {name.lower()} lets you decide"
        if playbook.confirmed_until is None:
            no_authority = f"No lead has confirmed yet {what}"
        elif may.until is not None and may.until <= now:
            no_authority = f"{capitalized(what)} has run out, as it says itself; a lead has to give it another end"
        else:
            no_authority = f"{capitalized(what)} has run out; a lead has to confirm it again"
    return UsablePlaybook(
        number=playbook.number,
        edition=playbook.edition,
        title=content.title,
        steps=content.steps,
        authority=may.text if may else "",
        limit=may.limit if may else "",
        currency=may.currency if may else "",
        no_authority=no_authority,
        unusable=unusable,
        escalate_when=content.escalate_when,
    )
