"""Who may write, confirm, retire and restore a playbook, and what follows. Pure."""

from __future__ import annotations

from careconsole.domain.case.context import Context, must_be_later, must_say
from careconsole.domain.errors import Refused
from careconsole.domain.hints import suggest
from careconsole.domain.playbook.content import Content, checked
from careconsole.domain.playbook.history import (
    CONFIRMED_FOR,
    Confirmed,
    Playbook,
    Restored,
    Retired,
    Revised,
    Written,
)
from careconsole.domain.time.moments import local


def write(content: Content, ctx: Context, *, case: int | None = None, review: int | None = None) -> Written:
    """Anybody may write one; what it lets the frontline decide counts at once if a lead wrote it."""
    made = checked(content)
    return Written(content=made, case=case, review=review, confirmed_until=_confirmed(made, ctx))


def revise(playbook: Playbook, content: Content, ctx: Context, why: str = "") -> Revised:
    """Anybody may revise one. A changed authority needs a lead again, unless a lead changes it."""
    _must_stand(playbook)
    made = checked(content)
    if made == playbook.content:
        raise Refused(f"Playbook {playbook.number} says that already.", "Change something, or leave it as it is.")
    changed = made.may != playbook.content.may
    return Revised(content=made, why=why.strip(), confirmed_until=_confirmed(made, ctx) if changed else None)


def confirm(playbook: Playbook, until: int | None, ctx: Context) -> Confirmed:
    """A lead confirms what it lets the frontline decide, for half a year unless `until` says otherwise.

    Refused where the text itself says that this ends before: a confirmation would not change that.
    """
    _must_stand(playbook)
    if playbook.content.may is None:
        raise Refused(
            f"Playbook {playbook.number} lets nobody decide anything.",
            "Say what one may decide: {}.",
            suggest("playbook revise", playbook.number, may=...),
        )
    ctx.must_lead("confirm what a playbook lets others decide")
    must_be_later(until, ctx, "The end of the confirmation")
    ends = playbook.content.may.until
    if ends is not None and (ends <= ctx.now or (until is not None and until > ends)):
        when = "has ended" if ends <= ctx.now else "ends before that"
        raise Refused(
            f"What playbook {playbook.number} lets others decide {when}, as it says itself: {local(ends, ctx.now)}.",
            "Say there until when one may decide it: {}.",
            suggest("playbook revise", playbook.number, until=...),
        )
    return Confirmed(until=until if until is not None else ctx.now + CONFIRMED_FOR)


def retire(playbook: Playbook, reason: str, ctx: Context) -> Retired:
    """Anybody may retire one that no longer helps, saying why."""
    _must_stand(playbook)
    return Retired(reason=must_say(reason, "Why it is retired"))


def restore(playbook: Playbook, ctx: Context) -> Restored:
    """Anybody may restore one that was retired."""
    if playbook.void:
        _must_stand(playbook)
    if not playbook.retired:
        raise Refused(
            f"Playbook {playbook.number} is not retired.", "See {}.", suggest("playbook show", playbook.number)
        )
    return Restored()


def _must_stand(playbook: Playbook) -> None:
    if playbook.void:
        raise Refused(
            f"The writing of playbook {playbook.number} was undone.",
            "Choose another one: {}.",
            suggest("playbook list"),
        )
    if playbook.retired:
        raise Refused(
            f"Playbook {playbook.number} is retired: {playbook.retired}",
            "Restore it first: {}.",
            suggest("playbook restore", playbook.number),
        )


def _confirmed(content: Content, ctx: Context) -> int | None:
    if content.may is None or not ctx.actor_leads:
        return None
    until = content.may.until
    must_be_later(until, ctx, "The time until which one may decide this")
    return until if until is not None else ctx.now + CONFIRMED_FOR
