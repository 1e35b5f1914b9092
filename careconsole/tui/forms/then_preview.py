"""Says what a message, or a new case, and what follows will do, by the rules that decide it once it is saved."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.commands.key_table import shown_key
from careconsole.domain.case.command import decide
from careconsole.domain.case.context import Context
from careconsole.domain.case.event import Fact
from careconsole.domain.case.messages import MessageLogged
from careconsole.domain.case.narrator import ended, listed, span_in_words
from careconsole.domain.case.offers import Offered
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.case.parking import Parked, Unparked
from careconsole.domain.case.promises import Promised, PromiseKept, PromiseReleased
from careconsole.domain.case.reader import capitalized
from careconsole.domain.case.resolution import Reopened, Resolved
from careconsole.domain.case.resolution_answers import SORT_WORDS, answer_words
from careconsole.domain.case.state import SELF_ANSWERING, Case
from careconsole.domain.errors import CareError, Refused
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local
from careconsole.tui.forms.build_command import PreparedCommand, build_command
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.question import BLOCK, CUSTOMER, LINE, SUBJECT, Mistake, Question, Said
from careconsole.tui.forms.then_questions import THEN_VERBS
from careconsole.tui.hints import error_text

_QUOTED = 60
_BLANK = "..."
"""Stands for a text that is not typed yet."""


def words(material: FormData, questions: Sequence[Question], said: Said, now: int) -> str:
    """A sentence for the form, made safe; "" while it only records the text, or while an answer is missing."""
    if material.verb.id not in THEN_VERBS:
        return ""
    filled = {
        q.name: _BLANK
        for q in questions
        if q.look in (LINE, BLOCK, CUSTOMER, SUBJECT) and q.asked(said) and q.needed(said) and not said[q.name].strip()
    }
    try:
        order = build_command(material.verb, questions, {**said, **filled}, now, one=len(material.numbers) == 1)
    except Mistake:
        return ""
    ctx = Context(actor=material.me, now=now, roster=material.roster)
    if isinstance(order.command, OpenCase):
        return _opening(order.command, ctx)
    if isinstance(order.command, FollowUp):
        return _opening(order.command.opening(material.case), ctx) if material.case is not None else ""
    return _messages(material, order, ctx)


def _opening(command: OpenCase, ctx: Context) -> str:
    try:
        facts = command.decide_opening(ctx)
    except Refused as refusal:
        return f"Not possible: {error_text(refusal)}"
    except CareError:
        return ""
    done = _done(None, facts, ctx)
    resolved = any(isinstance(fact, Resolved) for fact in facts)  # which says itself what they heard
    spoken = command.inbound and command.channel in SELF_ANSWERING and not resolved
    answered = [_answered(command.channel)] if spoken else []
    if command.then is None and not done:
        return _sentence(answered, undo=False) if answered else ""
    return _sentence(["opens the case", *answered, *done])


def _messages(material: FormData, order: PreparedCommand, ctx: Context) -> str:
    refused = {number for number, _ in material.refused}
    parts: dict[int, list[str]] = {}
    cannot: list[Refused] = []
    for case in material.cases:
        if case.number in refused:
            continue
        try:
            parts[case.number] = _done(case, decide(case, order.command, ctx), ctx)
        except Refused as refusal:
            cannot.append(refusal)
        except CareError:
            return ""
    if cannot:
        first = error_text(cannot[0], material.numbers)
        return f"Not possible{'' if len(material.numbers) == 1 else f' on {len(cannot):,} of them'}: {first}"
    follows = bool(getattr(order.command, "then", None))
    done = [part for part in parts.values() if part]
    if not done or (len(parts) > 1 and not follows):
        return ""
    if len(parts) > 1:
        return _sentence([f"{done[0][-1]}, on each of {len(parts):,} cases"])
    return _sentence(done[0], undo=follows)


def _sentence(parts: list[str], *, undo: bool = True) -> str:
    text = ended(display_text(capitalized(listed(parts)), 400))
    return f"{text} {shown_key('undo')} undoes all of it." if undo else text


def _done(case: Case | None, facts: list[Fact], ctx: Context) -> list[str]:
    """What the facts do to a case, besides recording the message; verbs in the third person."""
    found = []
    resolved = any(isinstance(fact, Resolved) for fact in facts)
    for fact in facts:
        match fact:
            case Reopened():
                found.append("reopens the case")
            case Unparked():
                found.append("ends the parking")
            case MessageLogged() if case is not None and (words := _heard(fact, case, ctx, resolved=resolved)):
                found.append(words)
            case Offered():
                found.append(f"offers it to {ctx.name(fact.to)}")
            case Promised():
                found.append(f"promises by {local(fact.due, ctx.now)}{_quoted(fact.text)}")
            case Parked(until=int(until)):
                found.append(f"parks it until {local(until, ctx.now)}, waiting on {fact.on}")
            case Resolved():
                found += [f"breaks {_promises(len(fact.broke))}"] if fact.broke else []
                found.append(f"resolves it{_quoted(fact.said)}{answer_words(fact.answer, fact.said)}")
    settled = [fact for fact in facts if isinstance(fact, PromiseKept | PromiseReleased)]
    if settled:
        how = "keeps" if isinstance(settled[0], PromiseKept) else "releases"
        found.insert(-1, f"{how} {_promises(len(settled))}")
    return found


def _promises(count: int) -> str:
    return "its promise" if count == 1 else f"its {count:,} promises"


def _heard(message: MessageLogged, case: Case, ctx: Context, *, resolved: bool) -> str:
    """What a message does to the customer's wait for an answer; "" for nothing.

    What the customer said is not our answer. A resolution that follows it says what they heard.
    """
    waits = case.waiting_since is not None
    span = "" if case.waiting_since is None else span_in_words(ctx.now - case.waiting_since)
    if not message.inbound:
        return f"answers the customer (waiting {span})" if waits else ""
    if resolved:
        return ""
    if message.channel in SELF_ANSWERING:
        how = _spoken(message.channel)
        return f"ends the customer's wait ({span}), {how}" if waits else _answered(message.channel)
    if message.sort != "message":
        return f"starts no wait for an answer, as it is taken for {SORT_WORDS[message.sort]}"
    return "" if waits else "starts the customer's wait for an answer"


def _answered(channel: str) -> str:
    """Why no answer is due to a customer who called or came, and how to record that they were only heard."""
    only_heard = " (if they only left a message, choose the channel other)" if channel == "phone" else ""
    return f"counts as answered, {_spoken(channel)}{only_heard}"


def _spoken(channel: str) -> str:
    return f"as you spoke with them {'on the phone' if channel == 'phone' else 'in person'}"


def _quoted(text: str) -> str:
    """The text, to follow what it says; empty while nothing is written."""
    return "" if text == _BLANK else f": “{display_text(text, _QUOTED)}”"
