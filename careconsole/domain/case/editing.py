"""Words, data and tags of a case are put right."""

from __future__ import annotations

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_one_of, must_exist, must_say
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narration import Narrator
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import CHANNELS, PRIORITIES, Case
from careconsole.domain.case.tags import tags_of
from careconsole.domain.errors import Refused

_FIELDS = ("subject", "description", "customer", "channel", "priority")


class Edit(Command, frozen=True, kw_only=True):
    """Correct words or data of the case; what is None stays."""

    subject: str | None = None
    description: str | None = None
    customer: int | None = None
    channel: str | None = None
    priority: str | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Words can be put right on any case that goes on under its number."""
        must_exist(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Only what differs is written down."""
        if self.channel is not None:
            must_be_one_of(self.channel, CHANNELS, "channel")
        if self.priority is not None:
            must_be_one_of(self.priority, PRIORITIES, "priority")
        if self.subject is not None:
            must_say(self.subject, "The subject")
        edited = Edited(
            **{
                name: value
                for name in _FIELDS
                if (value := getattr(self, name)) is not None and value != getattr(case, name)
            }
        )
        if edited == Edited():
            raise Refused(f"Case {case.number} says that already.", "Nothing to change.")
        return [edited]


@event("edited")
class Edited(Fact, frozen=True, kw_only=True):
    """Words or data of the case were corrected; what is None stayed."""

    subject: str | None = None
    description: str | None = None
    customer: int | None = None
    channel: str | None = None
    priority: str | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """Corrected fields."""
        return {name: value for name in _FIELDS if (value := getattr(self, name)) is not None}

    def sentence(self, narrator: Narrator) -> str:
        """What was corrected."""
        parts = []
        for name in ("subject", "channel", "priority", "description"):
            value = getattr(self, name)
            if value is not None:
                parts.append(f"{name}: {value}")
        if self.customer is not None:
            parts.append("the customer")
        return f"corrected {'; '.join(parts)}"


class Tag(Command, frozen=True, kw_only=True):
    """Add and remove tags."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Tags can be changed on any case that goes on under its number."""
        must_exist(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Only tags that are not there are added, and only those that are there are removed."""
        remove = tuple(t for t in tags_of(self.remove) if t in case.tags)
        add = tuple(t for t in tags_of(self.add) if t not in case.tags and t not in remove)
        if not add and not remove:
            raise Refused(f"The tags of case {case.number} are like that already.", "Nothing to change.")
        return [Tagged(add=add, remove=remove)]


@event("tagged")
class Tagged(Fact, frozen=True, kw_only=True):
    """Tags were added and removed."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def apply(self, case: Case, event: Event) -> Changes:
        """Tags come and go."""
        kept = tuple(tag for tag in case.tags if tag not in self.remove)
        return {"tags": with_tags(kept, self.add)}

    def sentence(self, narrator: Narrator) -> str:
        """Which came, and which went."""
        return "tagged it " + " ".join([*(f"+{t}" for t in self.add), *(f"-{t}" for t in self.remove)])


def with_tags(tags: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """Tags with more of them, each once."""
    if not tags and len(more) < 2:
        return more
    return (*tags, *(tag for tag in dict.fromkeys(more) if tag not in tags))
