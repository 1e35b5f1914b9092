"""The commands on the changes that reviews ask for, of the group "Escalation"."""

from __future__ import annotations

from careconsole.commands.form import Field, Verb, choice, entry, text, time
from careconsole.domain.case.changes import CheckChange, DropChange, MoveChange, made_changes, waiting_changes
from careconsole.domain.case.entries import Entries
from careconsole.domain.case.reviews import CompleteAction, open_changes
from careconsole.domain.case.verdicts import VERDICTS


def _which(reviews: Entries) -> Field:
    return entry("review", "Which review, by the number of its entry; needed only when several wait.", reviews)


CHANGE_VERBS: tuple[Verb, ...] = (
    Verb(
        id="done",
        command=CompleteAction,
        key="",
        title="Change made",
        group="Escalation",
        help="Record that the change a review asked for is made.",
        example="careconsole done 12",
        fields=(
            _which(open_changes),
            text("said", "What was done."),
            time("check", "When it is checked whether it works; six weeks from now, if left out."),
        ),
    ),
    Verb(
        id="check-change",
        command=CheckChange,
        key="",
        title="Check a change",
        group="Escalation",
        help="Record whether a change that was made works; if nobody can tell yet, it is checked again.",
        example='careconsole check-change 12 --verdict works --said "none came back"',
        fields=(
            choice("verdict", "What you found.", tuple(VERDICTS), True),
            text("said", "What you saw."),
            time("again", "If nobody can tell yet: when it is checked again; six weeks from now, if left out."),
            _which(made_changes),
        ),
    ),
    Verb(
        id="move-change",
        command=MoveChange,
        key="",
        title="Move a change",
        group="Escalation",
        help="Give a change another time to be made by, or to be checked at, and say why.",
        example='careconsole move-change 12 --due +1w --reason "the supplier answers on Monday"',
        fields=(
            time("due", "The new time.", True),
            text("reason", "Why.", True),
            entry(
                "review", "Which review, by the number of its entry; needed only when several wait.", waiting_changes
            ),
        ),
    ),
    Verb(
        id="drop-change",
        command=DropChange,
        key="",
        title="Drop a change",
        group="Escalation",
        help="Record that a change is not made after all, and why.",
        example='careconsole drop-change 12 --because "the new supplier packs better"',
        fields=(
            text("because", "Why.", True),
            _which(open_changes),
        ),
    ),
)
"""The commands, in the order of the help."""
