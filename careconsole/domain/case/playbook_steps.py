"""The steps of the playbooks in use on a case: a checklist, on which people tick what is done."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from careconsole.domain.case.checklist import checklist, is_current
from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_be_open
from careconsole.domain.case.entries import NamedEntry
from careconsole.domain.case.event import Changes, Event, Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case, PlaybookUse
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.hints import given, suggest


class TickStep(Command, frozen=True, kw_only=True):
    """Tick a step of a playbook that is in use on the case; `off` takes the tick away again."""

    step: int
    off: bool = False

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """Anybody who works on an open case may tick a step; there has to be one."""
        must_be_open(case, ctx)
        if not checklist(case):
            raise Refused(
                f"No playbook with steps is in use on case {case.number}.",
                "Use one: {}.",
                suggest("use", case.number, playbook=...),
            )

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Refused for a step that has its tick already, or none to take away."""
        steps = checklist(case)
        step = next((one for one in steps if one.number == self.step), None)
        if step is None:
            raise WrongUse(
                f"Case {case.number} has no step {self.step}.",
                "Give one {}, up to {}.",
                given(step=...),
                str(len(steps)),
            )
        if step.ticked is not self.off:
            if self.off:
                raise Refused(
                    f"Step {step.number} is not ticked.", "Tick it: {}.", suggest("tick", case.number, step=step.number)
                )
            raise Refused(
                f"Step {step.number} is ticked already.",
                "Take the tick away: {}.",
                suggest("tick", case.number, step=step.number, off=True),
            )
        return [StepTicked(playbook=step.playbook, place=step.place, text=step.text, off=self.off)]


@event("playbook step ticked")
class StepTicked(Fact, frozen=True, kw_only=True):
    """Step number `place` of a playbook in use was ticked, or its tick taken away (`off`); `text` is what it says."""

    playbook: int
    place: int
    text: str
    off: bool = False

    def apply(self, case: Case, event: Event) -> Changes:
        """Sets the tick on the playbook's use."""
        return {"playbooks": tuple(self._ticked(use) for use in case.playbooks)}

    def _ticked(self, use: PlaybookUse) -> PlaybookUse:
        if use.playbook != self.playbook or not is_current(use):
            return use
        others = set(use.ticked) - {self.place}
        return replace(use, ticked=tuple(sorted(others if self.off else others | {self.place})))

    @property
    def changes_nothing(self) -> bool:
        """A decision made without knowing of it is still valid."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Says which step of which playbook."""
        what = "took the tick from" if self.off else "ticked"
        return f"{what} step {self.place} of playbook {self.playbook}: {self.text}"


def ticks_to_bring(loser: Case, winner: Case) -> list[StepTicked]:
    """What is ticked on a case that is merged into another, and not on that one, for playbooks in use on both."""
    there = {(step.playbook, step.place, step.text): step.ticked for step in checklist(winner)}
    return [
        StepTicked(playbook=step.playbook, place=step.place, text=step.text)
        for step in checklist(loser)
        if step.ticked and there.get((step.playbook, step.place, step.text)) is False
    ]


def steps_to_tick(case: Case, history: Sequence[Event], moment: Callable[[int], str]) -> list[NamedEntry]:
    """The steps that are not ticked yet, in their order."""
    return [NamedEntry(step.number, step.text, step.title) for step in checklist(case) if not step.ticked]
