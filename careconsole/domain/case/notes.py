"""Internal notes."""

from careconsole.domain.case.command import Command
from careconsole.domain.case.context import Context, must_exist, must_say
from careconsole.domain.case.event import Fact
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.registry import event
from careconsole.domain.case.state import Case


class Note(Command, frozen=True, kw_only=True):
    """Write an internal note."""

    text: str

    @staticmethod
    def guard(case: Case, ctx: Context) -> None:
        """A note can be written on any case, except a merged or void one."""
        must_exist(case, ctx)

    def decide(self, case: Case, ctx: Context) -> list[Fact]:
        """Records the note and nothing else."""
        return [Noted(text=must_say(self.text, "The note"))]


@event("noted")
class Noted(Fact, frozen=True, kw_only=True):
    """An internal note."""

    by_mail = True

    text: str

    @property
    def is_work(self) -> bool:
        """A note is not work on the case."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """A note leaves the case unchanged."""
        return True

    def sentence(self, narrator: Narrator) -> str:
        """Quotes the note."""
        return f"noted: {self.text}"

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """Quotes the note, which says who wrote the mail."""
        return self.text
