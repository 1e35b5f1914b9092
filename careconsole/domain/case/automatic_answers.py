"""Automatic answers: a mail that says that the customer's mail is here. It is no answer of ours, and stops no clock."""

from careconsole.domain.case.event import Fact, Writer
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.registry import event


@event("answered automatically")
class AnsweredAutomatically(Fact, frozen=True, kw_only=True):
    """An automatic answer went to the address `to` from the box `box`; not `certain`: it may or may not have."""

    written_by = Writer.MAIL

    to: str
    box: str
    text: str
    certain: bool = True

    @property
    def is_work(self) -> bool:
        """Nobody worked on the case by that."""
        return False

    @property
    def changes_nothing(self) -> bool:
        """Like a note, it leaves what was decided valid."""
        return True

    def search_text(self) -> str:
        """Nothing: the same words are on many cases."""
        return ""

    def sentence(self, narrator: Narrator) -> str:
        """Says to whom, and what."""
        went = "went" if self.certain else "may or may not have gone"
        return f"an automatic answer {went} to {self.to} (nobody has answered by that): {self.text}"

    def sentence_by_mail(self, narrator: Narrator) -> str:
        """The same: nobody wrote it."""
        return self.sentence(narrator)
