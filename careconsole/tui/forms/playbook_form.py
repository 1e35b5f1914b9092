"""The form that writes a playbook, as far as the case that taught it can fill it in."""

from __future__ import annotations

from careconsole.commands.form import Field, Verb, text, time
from careconsole.desk import Desk
from careconsole.desk.cases.execution import Outcome
from careconsole.desk.playbooks import writing
from careconsole.desk.playbooks.from_case import currency, from_case
from careconsole.domain.case.command import Command
from careconsole.domain.playbook.content import Authority, Content, NoCurrency
from careconsole.tui.forms.question import Mistake


class WritePlaybook(Command, frozen=True, kw_only=True):
    """A playbook as it is typed in the form: a step is a line, and a tag a word."""

    title: str
    cause: str = ""
    tags: tuple[str, ...] = ()
    signs: str = ""
    steps: str = ""
    may: str = ""
    limit: str = ""
    currency: str = ""
    until: int | None = None
    say: str = ""
    escalate_when: str = ""

    def content(self) -> Content:
        """The text of the playbook, not checked."""
        currency = self.currency if self.may or self.limit else ""  # the form fills it in, and nothing is decided
        may = Authority(text=self.may, limit=self.limit, currency=currency, until=self.until)
        return Content(
            title=self.title,
            causes=tuple(filter(None, map(str.strip, self.cause.split(",")))),
            tags=self.tags,
            signs=self.signs,
            steps=tuple(self.steps.splitlines()),
            may=may if self.may or self.limit or self.until else None,
            say=self.say,
            escalate_when=self.escalate_when,
        )


WRITE_PLAYBOOK = Verb(
    id="write-playbook",
    rule=f"{__name__}:WritePlaybook",
    key="",
    title="Write a playbook",
    group="Known exceptions",
    help="Write down how the team handles a known exception.",
    example="careconsole playbook write --title 'Late parcel' --do 'ask the carrier'",
    fields=(
        text("title", "What it is for, in a few words.", True),
        Field(name="cause", kind="word", help="The cause of its cases; several with commas between them."),
        Field(name="tags", kind="tags", help="Tags of its cases, separated by spaces."),
        text("signs", "How to recognise such a case."),
        text("steps", "What to do next time; each line is a step, such as: ask for a photo."),
        text("may", "What the frontline may decide without a lead; a lead confirms it."),
        Field(name="limit", kind="word", help="Up to which sum, such as 40."),
        Field(name="currency", kind="word", help="The currency of the limit, such as EUR."),
        time("until", "Until when one may decide it; left out, for half a year after a lead has confirmed it."),
        text("say", "Words for the customer; {customer}, {case}, {subject}, {owner}, {me} and {team} are filled in."),
        text("escalate_when", "When to call somebody all the same."),
    ),
)
"""Write a playbook, from what happened on a case or from scratch."""


def answers_from(desk: Desk, number: int) -> dict[str, str]:
    """The answers that a case gives, by question."""
    found = from_case(desk, number)
    return {
        "title": found.title,
        "cause": ", ".join(found.causes),
        "tags": " ".join(found.tags),
        "signs": found.signs,
        "steps": "\n".join(found.steps),
        "currency": currency(desk),
        "say": found.say,
    }


def write(desk: Desk, command: WritePlaybook, case: int | None) -> Outcome:
    """Writes it; raises what the desk raises, and Mistake for a limit without a currency."""
    try:
        saved = writing.write(desk, command.content(), case=case)
    except NoCurrency as error:
        raise Mistake("currency", error.message, error.hint) from error
    return Outcome(command=saved.command, cases=(), notices=saved.notices, playbooks=(saved.playbook.number,))
