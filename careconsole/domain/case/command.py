"""decide(case, command, context) -> facts: what a command leads to, or a refusal that helps. Pure.

Each command has a guard, which can be asked before its words are known (`blocked`), and a rule that decides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from careconsole.domain import commands as c
from careconsole.domain.case import escalation, handover, ownership
from careconsole.domain.case import event as f
from careconsole.domain.case import resolution as life
from careconsole.domain.case import touches as contact
from careconsole.domain.case.context import Context
from careconsole.domain.case.state import Case
from careconsole.domain.errors import Refused

__all__ = ["Context", "blocked", "decide", "life"]

Guard = Callable[[Case, Context], None]
Rule = Callable[[Case, Any, Context], list[f.Fact]]

_RULES: dict[type[c.Command], tuple[Guard, Rule]] = {
    c.Offer: (ownership.may_offer, ownership.offer),
    c.Accept: (ownership.may_answer_offer, ownership.accept),
    c.Decline: (ownership.may_answer_offer, ownership.decline),
    c.Withdraw: (ownership.may_withdraw, ownership.withdraw),
    c.Take: (ownership.may_take, ownership.take),
    c.TakeOver: (ownership.may_take_over, ownership.take_over),
    c.Reassign: (ownership.may_reassign, ownership.reassign),
    c.HandOver: (handover.may_hand_over, handover.hand_over),
    c.AskHelp: (ownership.may_ask_help, ownership.ask_help),
    c.EndHelp: (ownership.may_end_help, ownership.end_help),
    c.Escalate: (escalation.may_escalate, escalation.escalate),
    c.Acknowledge: (escalation.may_acknowledge, escalation.acknowledge),
    c.Nudge: (escalation.may_nudge, escalation.nudge),
    c.Skip: (escalation.may_skip, escalation.skip),
    c.Deescalate: (escalation.may_deescalate, escalation.deescalate),
    c.Review: (escalation.may_review, escalation.review),
    c.DoneAction: (escalation.may_end_action, escalation.end_action),
    c.Touch: (contact.may_touch, contact.touch),
    c.Reclassify: (contact.may_reclassify, contact.reclassify),
    c.Note: (contact.may_note, contact.note),
    c.Promise: (contact.may_promise, contact.promise),
    c.Keep: (contact.may_settle, contact.keep),
    c.Move: (contact.may_settle, contact.move),
    c.Release: (contact.may_settle, contact.release),
    c.Park: (contact.may_park, contact.park),
    c.Unpark: (contact.may_unpark, contact.unpark),
    c.Resolve: (life.may_resolve, life.resolve),
    c.Reopen: (life.may_reopen, life.reopen),
    c.Edit: (life.may_edit, life.edit),
    c.Tag: (life.may_tag, life.tag),
}
_GUARDS: dict[type[c.Command], Guard] = {
    **{command: guard for command, (guard, _) in _RULES.items()},
    c.FollowUp: life.may_follow_up,
    c.Merge: life.may_merge,
}


def decide(case: Case, command: c.Command, ctx: Context) -> list[f.Fact]:
    """What `command` leads to on `case`.

    Raises Refused when a rule says no and WrongUse when the command's own words are off. Commands that concern two
    cases (merge, follow-up) and the opening of one have functions of their own in `life`.
    """
    _must_work_here(ctx)
    guard, rule = _RULES[type(command)]
    guard(case, ctx)
    return rule(case, command, ctx)


def blocked(case: Case, command: type[c.Command], ctx: Context) -> Refused | None:
    """Why the actor cannot give this kind of command on `case` now; None when they can."""
    try:
        _must_work_here(ctx)
        _GUARDS[command](case, ctx)
    except Refused as refusal:
        return refusal
    return None


def _must_work_here(ctx: Context) -> None:
    actor = ctx.anybody(ctx.actor)
    if not actor.has_console:
        why = "a contact" if actor.active else "no longer part of the team"
        raise Refused(f"{actor.name} is {why}.", "Say who you are with --as NAME.")
