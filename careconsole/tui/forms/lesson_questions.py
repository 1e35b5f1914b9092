"""What forms that end a case know of the questions about what an exception taught."""

from __future__ import annotations

from careconsole.domain.case.context import Context
from careconsole.domain.case.lessons import nobody_helped
from careconsole.domain.case.recurrence import came_back_words
from careconsole.domain.case.verdicts import DID_NOT_HOLD, NOT_KNOWN, OTHER_CAUSE
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.question import Said

WHY_LABELS = {
    DID_NOT_HOLD: "the change did not hold",
    NOT_KNOWN: "it was not known",
    OTHER_CAUSE: "another cause",
}
"""How a form names the answers to why a cause came back."""


def review_is_owed(material: FormData) -> bool:
    """Whether one of the cases was escalated and is not reviewed yet."""
    return any(case.review_owed for case in material.cases)


def is_alone(material: FormData) -> bool:
    """Whether somebody else is called about one of the cases, and nobody has acknowledged it."""
    ctx = Context(actor=material.me, now=material.now, roster=material.roster)
    return any(nobody_helped(case, ctx) for case in material.cases)


def came_back(material: FormData) -> bool:
    """Whether the cause of one of the cases came back after a change for it was made."""
    return any(came_back_words(case) for case in material.cases)


def known_cause(material: FormData) -> str:
    """The cause that was named last on the case."""
    call = material.case.escalation if material.case is not None else None
    if call is not None and call.cause:
        return call.cause
    told = [getattr(event.fact, "cause", "") for event in material.view.history] if material.view else []
    return next((cause for cause in reversed(told) if cause), "")


def changes_something(said: Said) -> bool:
    """Whether the form says what changes, so that it also asks who changes it and by when."""
    return bool(said.get("change", "").strip())
