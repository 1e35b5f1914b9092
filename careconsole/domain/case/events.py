"""Every kind of event, by the name it is stored under. A subject's file is imported when one of its events is met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from careconsole.domain.case.event import Fact
from careconsole.domain.case.registry import REGISTERED

SUBJECTS: dict[str, tuple[str, ...]] = {
    "acknowledgement": ("acknowledged",),
    "changes": ("action checked", "action dropped", "action moved"),
    "calls": ("call handed", "call timed out", "nudged"),
    "deliveries": ("delivered", "undelivered"),
    "editing": ("edited", "tagged"),
    "effective_history": ("redone", "undone"),
    "escalation": ("de-escalated", "escalated", "skipped"),
    "files": ("attached",),
    "automatic_answers": ("answered automatically",),
    "helpers": ("help asked", "help ended"),
    "import_events": ("recorded",),
    "lessons": ("call withdrawn", "lead agreed"),
    "merging": ("absorbed", "merged"),
    "messages": ("reclassified", "touched"),
    "notes": ("noted",),
    "offers": ("accepted", "declined", "offer expired", "offered", "withdrawn"),
    "opening": ("followed", "opened"),
    "overdue": ("overdue",),
    "ownership": ("reassigned", "taken", "taken over"),
    "parking": ("parked", "returned", "unparked"),
    "playbook_steps": ("playbook step ticked",),
    "playbook_use": ("decided by playbook", "playbook passed over", "playbook rated", "playbook used"),
    "promises": ("promise kept", "promise moved", "promise released", "promised"),
    "ratings": ("rated",),
    "recurrence": ("came up again",),
    "replies": ("reply sent", "reply written"),
    "resolution": ("reopened", "resolved"),
    "reviews": ("action done", "action handed", "reviewed"),
    "same_customer": ("customer merged",),
    "same_person": ("person merged",),
    "splitting": ("carried", "split", "split from"),
    "unsent_replies": ("reply failed", "reply stopped"),
}
"""The events of each subject: its file in this folder, and the names that the file registers."""

_FILES = {kind: subject for subject, kinds in SUBJECTS.items() for kind in kinds}


class _Kinds(Mapping[str, type[Fact]]):
    """The kinds by name, in the order of their names."""

    def __getitem__(self, kind: str) -> type[Fact]:
        if kind not in REGISTERED:
            import_module(f"{__package__}.{_FILES[kind]}")
        return REGISTERED[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(_FILES))

    def __len__(self) -> int:
        return len(_FILES)


KINDS: Mapping[str, type[Fact]] = _Kinds()
"""Every kind of event by the name it is stored under."""


SWEPT = ("call timed out", "offer expired", "overdue", "returned")
"""The kinds that only the sweep writes (`Writer.SWEEP`), here so that none of them has to be imported to know it."""


def is_swept(kind: str) -> bool:
    """Whether only the sweep writes events of this kind: they have neither an actor nor a command."""
    return kind in SWEPT
