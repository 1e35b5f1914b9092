"""The questions about what follows a message or a new case: leave it open, promise, park or resolve."""

from __future__ import annotations

from careconsole.commands.form import MESSAGE_THEN_FIELDS, THEN_FIELDS, Field, label_of
from careconsole.domain.case.context import Context
from careconsole.domain.case.messages import LogMessage, wants_answer
from careconsole.domain.case.recurrence import came_back_words
from careconsole.domain.case.state import SELF_ANSWERING
from careconsole.domain.case.then import PARK, PROMISE, RESOLVE, REVIEW_FIELDS, is_ours, state_after
from careconsole.domain.errors import CareError
from careconsole.tui.forms.form_data import FOLLOW_UP, NEW, FormData
from careconsole.tui.forms.lesson_questions import (
    WHY_LABELS,
    came_back,
    changes_something,
    is_alone,
    known_cause,
    review_is_owed,
)
from careconsole.tui.forms.people_choices import people
from careconsole.tui.forms.question import CHOOSE, LINE, PICK, TIME, Choice, Question, Said, Wording
from careconsole.tui.forms.time_preview import QUICK

THEN_VERBS = ("log", "reply", NEW.id, FOLLOW_UP.id)
"""The commands whose forms ask what follows."""
_MESSAGES = ("log", "reply")
_NAMES = {
    **{verb: frozenset(field.name for field in MESSAGE_THEN_FIELDS) for verb in _MESSAGES},
    **{verb: frozenset(field.name for field in THEN_FIELDS) for verb in (NEW.id, FOLLOW_UP.id)},
}
_THEN_OF = {
    "due": PROMISE, "on": PARK, "until": PARK, "promises": RESOLVE, "answer": RESOLVE,
    **{name: RESOLVE for name in REVIEW_FIELDS},
}  # fmt: skip
"""To what each of these fields belongs; the others belong to all."""
_READY = {"due": "+4h", "on": "customer", "until": "tomorrow 9:00"}
_CHOICES = (Choice("", "leave open"),)
_LABELS = {
    ("answer", "told"): "told them",
    **{("came_back", word): words for word, words in WHY_LABELS.items()},
}
_IN_FIVE_DAYS = "+5d"


def follows(field: Field, material: FormData) -> bool:
    """Whether a field is about what follows."""
    return field.name in _NAMES.get(material.verb.id, ())


def then_question(field: Field, material: FormData) -> Question | None:
    """The question of such a field; None where there is nothing to ask."""
    anew = material.verb.id == FOLLOW_UP.id  # it follows on a case that is not there yet
    if field.name == "promises" and (anew or not any(case.promises for case in material.cases)):
        return None
    if not _may_be_asked(field.name, material):
        return None
    name = field.name
    choices = tuple(Choice(word, _LABELS.get((name, word), word)) for word in field.choices)
    ready = _READY.get(name, "")
    if field.kind == "person":
        choices = people(field, material)
        ready = choices[0].value if choices else ""
    elif field.kind == "flag":
        choices, ready = (Choice("no", "no"), Choice("yes", "yes")), "no"
    elif name == "cause":
        ready = known_cause(material)
    one = len(material.cases) == 1

    def asked(said: Said) -> bool:
        then = said.get("then", "")
        if name == "owner" or (name == "due" and then == RESOLVE):
            return then == RESOLVE and review_is_owed(material) and changes_something(said)
        if name == "said":
            return then != ""
        if name == "answer":
            return then == RESOLVE and waits_after(material, said)
        return then == _THEN_OF[name]

    return Question(
        name=name,
        kind=field.kind,
        look=TIME if field.kind == "time" else PICK if field.kind == "person" else CHOOSE if choices else LINE,
        label=label_of(field.flag, material.verb.id),
        help=(came_back_words(material.case) if name == "came_back" and material.case else "") or field.help,
        required=name not in ("then", "said", "change") and (one or name != "came_back"),
        ready=material.answers.get(name, ready),
        choices=(*_CHOICES, *choices) if name == "then" else choices,
        suggestions=QUICK if field.kind == "time" else material.causes if name == "cause" else (),
        hour=field.hour,
        when=None if name == "then" else asked,
        wording=(lambda said: _wording(material, said)) if name == "said" else None,
        usual=_usual_due if name == "due" else None,
    )


def _may_be_asked(name: str, material: FormData) -> bool:
    """Whether a question of the resolution can come up: most are only for a case that was escalated."""
    match name:
        case "without_help":
            return is_alone(material)
        case "came_back":
            return review_is_owed(material) and came_back(material)
        case _:
            return name not in REVIEW_FIELDS or material.verb.id not in _MESSAGES or review_is_owed(material)


def _usual_due(said: Said) -> str:
    """A promise is for today, a change takes longer."""
    return _IN_FIVE_DAYS if said.get("then") == RESOLVE else _READY["due"]


def waits_after(material: FormData, said: Said) -> bool:
    """Whether a resolution must say what the customer heard: they wait once it is recorded, or said something by it."""
    inbound = _is_inbound(material, said)
    if material.verb.id in (NEW.id, FOLLOW_UP.id):
        return inbound and said.get("channel", "") not in SELF_ANSWERING
    if not inbound:
        return False
    ctx = Context(actor=material.me, now=material.now, roster=material.roster)
    message = LogMessage(
        text=said.get("text", "").strip() or "...",
        inbound=True,
        channel=said.get("channel", ""),
        sort=said.get("sort") or None,
    )
    refused = {number for number, _ in material.refused}
    for case in material.cases:
        if case.number in refused:
            continue
        try:
            facts = message.decide(case, ctx)
        except CareError:
            continue  # the command itself says so when it is given
        if wants_answer(facts) or state_after(case, facts, ctx).unanswered_since is not None:
            return True
    return False


def _is_inbound(material: FormData, said: Said) -> bool:
    """Whether it comes from the customer; of a follow-up, whether they wait on it, as they do on its case if unsaid."""
    if material.verb.id != FOLLOW_UP.id:
        return said.get("inbound") == "yes"
    case = material.case
    waits = case is not None and case.is_open and case.waiting_since is not None
    return said.get("waits") == "yes" or (said.get("waits", "") == "" and waits)


def _wording(material: FormData, said: Said) -> Wording:
    """What the text of its own is called, and whether it is needed: the message says it too, if it is ours."""
    new = material.verb.id in (NEW.id, FOLLOW_UP.id)
    text = said.get("description" if new else "text", "")
    then, inbound = said.get("then"), _is_inbound(material, said)
    enough = is_ours(then, inbound=inbound, to_them=not new)
    enough = enough and (not new or bool(text.strip()))
    instead = f" Empty: the {'description' if new else 'message'} says it." if enough else ""
    match then:
        case "promise":
            return Wording("Promise", f"What was promised.{instead}", not enough)
        case "park":
            return Wording("Reason", "Why; colleagues read it. May be empty.", required=False)
        case _:
            how = (
                "How it was resolved: the customer's message alone does not tell."
                if inbound
                else "How it was resolved."
            )
            return Wording("Resolution", f"{how}{instead}", not enough)
