"""Builds the questions that a command asks about its cases, with likely answers filled in."""

from __future__ import annotations

from collections.abc import Callable

from careconsole.commands.form import LESSON, Field, label_of
from careconsole.commands.key_table import shown_key
from careconsole.desk.playbooks.reading import WordsInUse
from careconsole.domain.case.causes import CUSTOMER_REQUEST
from careconsole.domain.case.escalation_paths import STANDARD
from careconsole.domain.case.playbook_use import unrated
from careconsole.domain.case.recurrence import came_back_words
from careconsole.domain.case.verdicts import CANNOT_TELL, NOT_YET
from careconsole.domain.playbook.results import record_words
from careconsole.domain.terminal_text import display_text
from careconsole.domain.time.moments import local
from careconsole.present.playbooks import beyond_words, may_decide_words
from careconsole.present.queue_text import case_list
from careconsole.tui.forms import reply_questions
from careconsole.tui.forms.form_data import FOLLOW_UP, NEW, FormData
from careconsole.tui.forms.lesson_questions import (
    WHY_LABELS,
    came_back,
    changes_something,
    is_alone,
    known_cause,
    review_is_owed,
)
from careconsole.tui.forms.people_choices import likeliest, people
from careconsole.tui.forms.question import (
    BLOCK,
    CASE,
    CHOOSE,
    CUSTOMER,
    LINE,
    PICK,
    SUBJECT,
    TAGS,
    TIME,
    Choice,
    Question,
    Said,
)  # fmt: skip
from careconsole.tui.forms.then_questions import follows, then_question
from careconsole.tui.forms.time_preview import QUICK
from careconsole.tui.forms.usual_reasons import Usual, later_time, usual_reason, usual_reasons

_BLOCKS = {"text", "description", "signs", "steps", "say"}
"""The fields that take more than a line."""
_LISTED = 6
_READY = {
    ("promise", "due"): "+4h",
    ("acknowledge", "until"): "+2h",
    ("park", "until"): "tomorrow 9:00",
    ("review", "due"): "+5d",
    ("de-escalate", "due"): "+5d",
    ("resolve", "due"): "+5d",
    ("escalate", "reason"): "exception",
    ("park", "on"): "customer",
    ("new", "priority"): "normal",
    ("new", "inbound"): "yes",
}
"""Answers that are right more often than not."""
_SAYS_NO = {
    ("escalate", "by"): "one hour",
    ("done", "check"): "six weeks from now",
    ("check-change", "again"): "six weeks from now",
    ("log", "sort"): "guessed",
    ("resolve", "fit"): "say it later",
    ("follow-up", "waits"): "as on this case",
}
"""What an empty answer means."""
_LABELS = {
    ("resolve", "answer", "told"): "told them",
    **{
        (verb, "came_back", word): words
        for verb in ("de-escalate", "resolve", "review")
        for word, words in WHY_LABELS.items()
    },
    ("log", "inbound", "no"): "us",
    ("log", "inbound", "yes"): "customer",
    ("new", "inbound", "no"): "us",
    ("new", "inbound", "yes"): "customer",
}
"""Labels of choices that read better in a form than the word of the command line."""
_EDITED = ("subject", "description", "channel", "priority")


def questions(material: FormData) -> tuple[Question, ...]:
    """The questions of the form, in their order."""
    asked = [_question(field, material) for field in material.verb.fields if field.asked]
    return tuple(question for question in asked if question is not None)


def title(material: FormData) -> str:
    """What the form does, and on which cases: "Offer · case 12: Kettle cracked"; made safe."""
    verb, numbers = material.verb, material.numbers
    if material.case is not None:
        return display_text(f"{verb.title} · case {material.case.number}: {material.case.subject}", 200)
    if material.playbook is not None:
        return f"{verb.title} · playbook {material.playbook}"
    if numbers:
        return f"{verb.title} · {len(numbers):,} cases: {case_list(numbers, 12).removeprefix('cases ')}"
    return verb.title


def beforehand(material: FormData) -> list[str]:
    """What to know before working on several cases: how many a rule refuses, which, and why."""
    numbers, refused = material.numbers, material.refused
    asks = [*_asks_for_answer(material), *reply_questions.beforehand(material.mail)]
    if material.authority is not None and material.beyond:
        asks = [f"{beyond_words(material.authority, material.beyond)}, which is reason enough to escalate.", *asks]
    elif material.authority is not None:
        asks = [f"{may_decide_words(material.authority)} {shown_key('decide-here')} decides it.", *asks]
    if material.words is not None:
        asks = [_from_playbook(material.words), *asks]
    asks += [
        f"{label_of(field.flag, material.verb.id)}: {only[0].label}{f' ({only[0].note})' if only[0].note else ''}."
        for field in material.verb.fields
        if field.kind == "number" and not field.required and len(only := _entries(field, material)) == 1
    ]
    if len(numbers) < 2:
        return asks
    looked = len(material.cases)
    if not refused:
        can = "Applies to both" if looked == 2 else f"Applies to all {looked:,}"
    else:
        can = f"Applies to {looked - len(refused):,} of {looked:,}; the rest are unchanged"
    if looked < len(numbers):
        can = f"Of the first {looked:,} cases: {can[:1].lower()}{can[1:]}"
    said = [f"{can}. {shown_key('undo')} undoes all."]
    said += [f"  {number}: {why.message}" for number, why in refused[:_LISTED]]
    if len(refused) > _LISTED:
        said.append(f"  ... and {len(refused) - _LISTED:,} more")
    return said + asks


def _from_playbook(words: WordsInUse) -> str:
    """Where the text that is filled in comes from, and what is missing in it."""
    empty = ", ".join("{" + name + "}" for name in words.empty)
    missing = f" Fill in what has no value here: {empty}." if empty else ""
    return f"The message is filled in with the words of playbook {words.playbook}, {words.title}.{missing}"


def waiting(material: FormData) -> int:
    """How many of the cases that no rule refuses have a customer who got no answer."""
    refused = {number for number, _ in material.refused}
    return sum(case.unanswered_since is not None and case.number not in refused for case in material.cases)


def _asks_for_answer(material: FormData) -> list[str]:
    """Why a form that resolves asks about the customer, and what its answers mean."""
    count = waiting(material) if material.verb.id == "resolve" else 0
    if not count:
        return []
    one = "The customer has" if material.case is not None else "One customer has"
    who = one if count == 1 else f"{count:,} customers have"
    return [f"{who} no answer yet. Were they told? Spam, duplicates, wrong addresses and tests need no answer."]


def _question(field: Field, material: FormData) -> Question | None:
    if follows(field, material):
        return then_question(field, material)
    verb, case = material.verb, material.case
    key = (verb.id, field.name)
    if key in _LESSON and not review_is_owed(material):
        return None
    if key == ("resolve", "without_help") and not is_alone(material):
        return None
    look, choices, suggestions, ready = LINE, tuple[Choice, ...](), tuple[str, ...](), _READY.get(key, "")
    usual: Usual | None = None
    required = field.required
    if verb.id == "edit":
        ready = _present(field, material)
    match field.kind:
        case "person":
            look, choices = PICK, people(field, material)
            ready = likeliest(field, material, choices)
        case "text" | "word":
            if key == ("escalate", "despite"):
                if not material.lets_decide:
                    return None
                required = True
            look = BLOCK if field.name in _BLOCKS else SUBJECT if key == ("new", "subject") else LINE
            suggestions = material.causes if field.name == "cause" else ()
            ready = reply_questions.ready(field.name, material.mail) or ready
            if key in (("log", "text"), ("reply", "text")) and material.words is not None:
                ready = f"{material.words.text.rstrip()}\n\n"  # what is typed is a paragraph of its own
            if key in _CAUSES:
                ready, required = known_cause(material), True
            if key == ("de-escalate", "decided"):
                proposed = call.proposal if material.case and (call := material.case.escalation) else ""
                ready, required = proposed or material.known.decided, True
                suggestions = tuple(dict.fromkeys(filter(None, (proposed, material.known.decided))))
            usual = usual_reason(verb.id, field.name, material)
            if usual is not None:
                ready, suggestions = usual(_ready_people(material)), usual_reasons(verb.id)
        case "time":
            look, suggestions = TIME, QUICK
            if key == ("move", "due"):
                usual = later_time(material)
                ready = usual({})
        case "choice":
            if key == ("resolve", "promises"):
                if not any(one.promises for one in material.cases):
                    return None
                required = case is not None
            if field.name == "came_back":
                if not came_back(material):
                    return None
                required = case is not None
            if key == ("resolve", "fit") and (case is None or len(unrated(case)) != 1):
                return None
            if key == ("resolve", "answer"):
                if not waiting(material):
                    return None
                required = True
            look, choices = CHOOSE, tuple(Choice(word, _LABELS.get((*key, word), word)) for word in field.choices)
            ready = _ready_word(key, material) or ready
            if not required and not ready:
                choices = (Choice("", _SAYS_NO.get(key, "unchanged" if verb.id == "edit" else "not set")), *choices)
        case "flag" | "yesno":
            choices = tuple(Choice(word, _LABELS.get((*key, word), word)) for word in ("no", "yes"))
            look = CHOOSE
            if key in _SAYS_NO:
                choices = (Choice("", _SAYS_NO[key]), *choices)
            ready = "no" if field.kind == "flag" else ready
        case "level":
            look = CHOOSE
            path = (material.view.path if material.view is not None else None) or STANDARD.paths[-1]
            highest = max((one.level for one in material.cases), default=1)
            choices = tuple(Choice(str(n), f"{n} {path.level_name(n)}") for n in range(max(1, highest)))
            ready = "0"
        case "number" if field.name == "into":
            look = CASE
            like = material.view.looks_like if material.view is not None else None
            ready = str(like.number) if like is not None and like.is_open else ready
        case "number":
            look, choices = PICK, _entries(field, material)
            if not field.required and len(choices) < 2:
                return None
            ready = choices[0].value if choices else ""
            required = True
        case "playbook":
            look, choices = PICK, _playbooks(material)
            ready = choices[0].value if choices else ""
        case "customer":
            look = CUSTOMER
        case "tags":
            look, suggestions = TAGS, material.tags if field.name != "remove" else _worn(material)
    ready = material.answers.get(field.name, material.filled.get(field.name, ready))
    return Question(
        name=field.name,
        kind=field.kind,
        look=look,
        label=label_of(field.flag, verb.id),
        help=_help(key, field, material),
        required=required,
        ready=ready,
        choices=choices,
        suggestions=suggestions,
        when=_differ_in(material) if key == ("merge", "confirm") else _WHEN.get(key),
        usual=usual,
        hour=field.hour,
    )


def _help(key: tuple[str, str], field: Field, material: FormData) -> str:
    """What to answer, where that depends on the case or on being a form; else what the command line says."""
    if field.kind == "tags" and field.name in ("add", "remove"):
        return f"Tags to {field.name}, separated by spaces."
    if field.name == "came_back" and material.case is not None:
        return came_back_words(material.case) or field.help
    if key == ("de-escalate", "decided") and not material.known.decided:
        return "What was decided."
    return field.help


def _ready_people(material: FormData) -> Said:
    """The people that are chosen beforehand, on whom a usual reason depends."""
    return {
        field.name: likeliest(field, material, people(field, material))
        for field in material.verb.fields
        if field.kind == "person"
    }


def _differ_in(material: FormData) -> Callable[[Said], bool]:
    """Whether the case to merge into is known to have another customer: only then there is something to confirm."""

    def differ(said: Said) -> bool:
        return said.get("into", "").strip().removeprefix("#") in material.differing

    return differ


def _inbound(said: Said) -> bool:
    return said.get("inbound") == "yes"


def _outbound(said: Said) -> bool:
    return not _inbound(said)


def _changes(said: Said) -> bool:
    return not said.get("nothing_because", "").strip()


def _changes_nothing(said: Said) -> bool:
    return not said.get("change", "").strip()


def _cannot_tell_yet(said: Said) -> bool:
    return said.get("verdict") in (NOT_YET, CANNOT_TELL)


_CAUSES = {("review", "cause"), ("de-escalate", "cause"), ("resolve", "cause")}
"""The questions for the cause of what is reviewed with the form."""
_LESSON = {(verb, field.name) for verb in ("de-escalate", "resolve") for field in LESSON}
"""The questions that are asked only where a review is owed."""


def _no_wish(said: Said) -> bool:
    return said.get("reason") != CUSTOMER_REQUEST


_WHEN = {
    ("escalate", "despite"): _no_wish,
    **{(verb, name): changes_something for verb in ("de-escalate", "resolve") for name in ("owner", "due")},
    ("check-change", "again"): _cannot_tell_yet,
    ("log", "sort"): _inbound,
    ("log", "proactive"): _outbound,
    ("review", "change"): _changes,
    ("review", "nothing_because"): _changes_nothing,
    ("review", "owner"): _changes,
    ("review", "due"): _changes,
}
"""When questions that depend on other answers are asked."""


def _ready_word(key: tuple[str, str], material: FormData) -> str:
    case = material.case
    if key == ("escalate", "reason") and material.beyond:
        return "authority"
    if key == ("log", "channel") and case is not None and case.channel != "other":
        return case.channel
    if key == ("rate", "channel"):
        return ""  # nobody need say how
    if key[1] == "channel" and material.verb.id != "edit":
        return material.channel or "email"
    if key == ("reclassify", "sort") and case is not None and case.unanswered:
        return "auto" if case.unanswered[-1].sort == "message" else "message"
    return ""


def _present(field: Field, material: FormData) -> str:
    """The current value of the field on the case, to be edited."""
    view = material.view
    if view is None:
        return ""
    if field.name == "customer":
        return view.customer.name if view.customer is not None else ""
    return str(getattr(view.case, field.name)) if field.name in _EDITED else ""


def _worn(material: FormData) -> tuple[str, ...]:
    """The tags that these cases have."""
    return tuple(dict.fromkeys(tag for case in material.cases for tag in case.tags))


def _playbooks(material: FormData) -> tuple[Choice, ...]:
    """The playbooks that can be used, those that fit first, each with why and how it has done."""
    choices = []
    for one in material.playbooks:
        playbook = one.known.playbook
        may = playbook.content.may
        limit = f"up to {may.amount}" if may is not None and may.amount else ""
        signs = playbook.content.signs.partition("\n")[0]
        about = filter(None, (limit, one.why, record_words(one.known.results), signs))
        choices.append(Choice(str(playbook.number), playbook.content.title, "; ".join(about)))
    return tuple(choices)


def _entries(field: Field, material: FormData) -> tuple[Choice, ...]:
    """The entries of the case that a number can name, with their texts."""
    view = material.view
    if view is None or field.entries is None:
        return ()
    named = field.entries(view.case, view.history, lambda ms: local(ms, material.now))
    return tuple(Choice(str(entry.number), entry.text, entry.about) for entry in named)


__all__ = ["FOLLOW_UP", "NEW", "beforehand", "questions", "title"]
