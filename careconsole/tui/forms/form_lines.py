"""The lines around the questions of a form: what to know first, what it will do, what is wrong, and the keys."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.commands.key_table import shown_key
from careconsole.domain.case.state import asked
from careconsole.domain.terminal_text import display_block, display_text
from careconsole.domain.time.moments import local
from careconsole.present.playbooks import authority_words
from careconsole.tui.forms import escalation_preview, parking_preview, questions, submit, then_preview
from careconsole.tui.forms.choice_fields import ChoiceField
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.people_choices import nobody_words
from careconsole.tui.forms.question import Question, Said
from careconsole.tui.forms.question_row import Field
from careconsole.tui.forms.text_fields import TextField

_TROUBLE = 8


def introduction(material: FormData, company: Sequence[str], *, restored: bool, asks: bool) -> str:
    """What to know before answering, made safe. `company` says who else is at the case; `restored`: from a draft."""
    lines = [*_call(material), *_authority(material), *questions.beforehand(material), *company]
    if nobody := nobody_words(material):
        lines.append(nobody)
    if restored and material.draft is not None:
        at = local(material.draft.at, material.now)
        lines.append(f"Your draft of {at} was restored ({material.discard_key} discards it).")
        view, seen = material.view, material.draft.seen
        if view is None or seen is None:
            later = ""
        else:
            later = submit.what_happened_since(view, submit.known_version(view, seen, material.me))
        if later:
            lines.append(f"Since then: {later}")
    if not asks:
        lines.append(f"Press Enter or {material.save_key} to confirm.")
    return "\n".join(display_text(line, 400) for line in lines)


def _call(material: FormData) -> list[str]:
    """What the person who is called is asked for, in the forms that answer the call."""
    call = material.case.escalation if material.case is not None else None
    if call is None or material.verb.id not in ("acknowledge", "de-escalate"):
        return []
    return [f"{material.roster.name(call.by)} needs: {asked(call.need, call.proposal)}"]


def _authority(material: FormData) -> list[str]:
    """What the playbooks in use, or the one chosen already, let one decide, in the form that decides by one."""
    if material.verb.id != "decide":
        return []
    chosen = material.answers.get("playbook")
    books = [one.known.playbook for one in material.playbooks if one.in_use or str(one.known.playbook.number) == chosen]
    return [
        f"Playbook {book.number} lets you decide: {authority_words(book, material.now)}."
        for book in books
        if book.content.may is not None
    ]


def preview(material: FormData, asked: Sequence[Question], said: Said, now: int) -> str:
    """What the command will do, in a sentence; "" where that is plain from the answers."""
    does = escalation_preview.words(material, said, now) or then_preview.words(material, asked, said, now)
    parts = (does, parking_preview.words(material, asked, said, now), _decided_before(material, said))
    return " ".join(filter(None, parts))


def _decided_before(material: FormData, said: Said) -> str:
    """Whose words a decision is in that was filled in, so that nobody gives it as their own unread."""
    words = said.get("decided", "").strip()
    call = material.case.escalation if material.case is not None else None
    if material.verb.id != "de-escalate" or not words:
        return ""
    if call is not None and words == call.proposal:
        name = display_text(material.roster.name(call.by), 40)
        return f"“Decided” is what {name} proposes; if you save it, it is your decision."
    if words == material.known.decided:
        where = "" if material.known.decided_in is None else f" on case {material.known.decided_in}"
        return f"“Decided” is what was decided{where}; if you save it, it is your decision here."
    return ""


def trouble(text: str) -> str:
    """What is wrong, made safe, in a few lines; the last one is always there."""
    lines = display_block(text).split("\n")
    if len(lines) > _TROUBLE:
        lines = [*lines[: _TROUBLE - 2], f"... and {len(lines) - _TROUBLE + 1:,} more", lines[-1]]
    return "\n".join(lines)


def keys(material: FormData, field: Field | None, *, last: bool, several: bool, asks: bool) -> list[tuple[str, str]]:
    """The keys that work in a field, and their words: saving, moving on, what the field itself has, leaving."""
    block = isinstance(field, TextField)
    found = [("Enter or ctrl+s" if last and not block else "ctrl+s", "send" if material.verb.id == "reply" else "save")]
    if several:
        found.append(("Tab", "to the top") if last else ("Tab" if block else "Tab or Enter", "next"))
    if isinstance(field, ChoiceField):
        found.append(("← →", "choose"))
    elif block:
        found.append(("ctrl+e", "editor"))
    if material.takes_words:
        found.append((shown_key("insert-words"), "words"))
    if material.teaches:
        found.append((shown_key("teach"), "save, then playbook"))
    return [*found, ("Esc", "keep as draft" if asks else "close")]
