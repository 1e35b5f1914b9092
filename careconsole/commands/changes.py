"""The commands on the changes that reviews ask for, of the group "Escalation"."""

from __future__ import annotations

from careconsole.commands.form import Field, Verb, choice, entry, text, time


def _which(listed: str) -> Field:
    return entry("review", "Which review, by the number of its entry; needed only when several wait.", listed)


CHANGE_VERBS: tuple[Verb, ...] = (
    Verb(
        id="done",
        rule="reviews:CompleteAction",
        key="",
        title="Change made",
        group="Escalation",
        help="Record that the change a review asked for is made.",
        example="careconsole done 12",
        fields=(
            _which("reviews:open_changes"),
            text("said", "What was done."),
            time("check", "When it is checked whether it works; six weeks from now, if left out."),
        ),
    ),
    Verb(
        id="check-change",
        rule="changes:CheckChange",
        key="",
        title="Check a change",
        group="Escalation",
        help="Record whether a change that was made works; if nobody can tell yet, it is checked again.",
        example='careconsole check-change 12 --verdict works --said "none came back"',
        fields=(
            choice("verdict", "What you found.", "verdicts:VERDICTS", True),
            text("said", "What you saw."),
            time("again", "If nobody can tell yet: when it is checked again; six weeks from now, if left out."),
            _which("changes:made_changes"),
        ),
    ),
    Verb(
        id="move-change",
        rule="changes:MoveChange",
        key="",
        title="Move a change",
        group="Escalation",
        help="Give a change another time to be made by, or to be checked at, and say why.",
        example='careconsole move-change 12 --due +1w --reason "the supplier answers on Monday"',
        fields=(
            time("due", "The new time.", True),
            text("reason", "Why.", True),
            _which("changes:waiting_changes"),
        ),
    ),
    Verb(
        id="drop-change",
        rule="changes:DropChange",
        key="",
        title="Drop a change",
        group="Escalation",
        help="Record that a change is not made after all, and why.",
        example='careconsole drop-change 12 --because "the new supplier packs better"',
        fields=(
            text("because", "Why.", True),
            _which("reviews:open_changes"),
        ),
    ),
)
"""The commands, in the order of the help."""
