"""Correcting the texts, fields and tags of a case."""

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_one_of, must_exist, must_say
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import CHANNELS, PRIORITIES, Case
from careconsole.domain.case.tags import tags_of, with_tags
from careconsole.domain.errors import Refused

_FIELDS = ("subject", "description", "customer", "channel", "priority")


class Edit(Command, frozen=True, kw_only=True):
    """Correct texts or fields of the case; what is None stays."""

    subject: str | None = None
    description: str | None = None
    customer: int | None = None
    channel: str | None = None
    priority: str | None = None

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Any case can be corrected, except a merged or void one."""
        must_exist(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Records only what differs. Raises Refused if nothing does."""
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
            raise Refused(f"Case {case.number} is like that already.", "Nothing to change.")
        return [edited]


class StepPriority(Command, frozen=True, kw_only=True):
    """Raise the priority by so many steps, or lower it by a negative `step`."""

    step: int

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """As for `Edit`."""
        Edit.guard(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Records the new priority. Raises Refused if there is none beyond the present one."""
        place = PRIORITIES.index(case.priority) + self.step
        if not 0 <= place < len(PRIORITIES):
            end = "highest" if self.step > 0 else "lowest"
            raise Refused(
                f"Case {case.number} is {case.priority} already; that is the {end} priority.", "Nothing to change."
            )
        return [Edited(priority=PRIORITIES[place])]


@event("edited")
class Edited(Fact, frozen=True, kw_only=True):
    """Texts or fields of the case were corrected; what is None stayed the same."""

    subject: str | None = None
    description: str | None = None
    customer: int | None = None
    channel: str | None = None
    priority: str | None = None

    def apply(self, case: Case, event: Event) -> Changes:
        """Sets the corrected fields."""
        return {name: value for name in _FIELDS if (value := getattr(self, name)) is not None}

    def sentence(self, narrator: Narrator) -> str:
        """Says what was corrected."""
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
        """Any case can be tagged, except a merged or void one."""
        must_exist(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Adds only missing tags and removes only present ones. Raises Refused if nothing changes."""
        remove = tuple(t for t in tags_of(self.remove) if t in case.tags)
        add = tuple(t for t in tags_of(self.add) if t not in case.tags and t not in remove)
        if not add and not remove:
            raise Refused(f"Case {case.number} has those tags already.", "Nothing to change.")
        return [Tagged(add=add, remove=remove)]


@event("tagged")
class Tagged(Fact, frozen=True, kw_only=True):
    """Tags were added and removed."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    def apply(self, case: Case, event: Event) -> Changes:
        """Removes and adds tags."""
        kept = tuple(tag for tag in case.tags if tag not in self.remove)
        return {"tags": with_tags(kept, self.add)}

    def sentence(self, narrator: Narrator) -> str:
        """Says which tags were added, and which removed."""
        return "tagged it " + " ".join([*(f"+{t}" for t in self.add), *(f"-{t}" for t in self.remove)])
