"""What a form needs to know, read at once: its cases, which are refused, suggested people and words, and the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from careconsole.commands.form import Verb
from careconsole.commands.key_table import shown_key
from careconsole.desk import Desk
from careconsole.desk.console import drafts
from careconsole.desk.console.drafts import Draft
from careconsole.desk.playbooks import reading
from careconsole.desk.playbooks.reading import SuggestedPlaybook, WordsInUse
from careconsole.desk.queries import shown_case, suggestions
from careconsole.desk.queries.causes import known
from careconsole.desk.queries.suggestions import Suggested
from careconsole.desk.session import load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.causes import KnownCause, open_cause
from careconsole.domain.case.command import blocked
from careconsole.domain.case.context import Context
from careconsole.domain.case.playbook_use import amount_of, is_beyond
from careconsole.domain.case.state import Case
from careconsole.domain.errors import CareError, Refused
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.calendars import Calendar
from careconsole.domain.time.service_levels import Level
from careconsole.tui.forms.new_case import FOLLOW_UP, NEW

if TYPE_CHECKING:
    from careconsole.desk.cases.replies import Beginning
    from careconsole.desk.team.escalation_paths import Tried

CASES = "cases"
"""The field in a draft for several cases that lists them; no form has a field of that name."""
MOST = 200
"""The most cases that are checked beforehand for whether a rule refuses them."""


class FormData(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when a form opens. `view` is the case, if it is for one; `cases` are those checked beforehand.

    `refused` are the cases for which a rule refuses the command, and why. `tried` is whom a call would reach and when,
    by its cause ("" for none). `levels` are the service levels of the cases, with their calendars, where the form may
    park them. `playbooks` are those that can be used, the ones that fit first.
    """

    verb: Verb
    numbers: tuple[int, ...]
    me: int
    now: int
    roster: Roster
    levels: Mapping[int, tuple[Level, Calendar]] = {}
    view: shown_case.View | None = None
    cases: tuple[Case, ...] = ()
    refused: tuple[tuple[int, CareError], ...] = ()
    colleagues: tuple[Suggested, ...] = ()
    causes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    playbooks: tuple[SuggestedPlaybook, ...] = ()
    authority: SuggestedPlaybook | None = None
    """The playbook that lets the person decide what this form would call somebody for."""
    beyond: str = ""
    """The sum above its limit that the person wanted to decide on the case: that is why they call somebody."""
    playbook: int | None = None
    """The playbook that the form changes."""
    words: WordsInUse | None = None
    """The words of the playbook in use on the case, for the form that logs a message."""
    tried: dict[str, Tried] = {}
    can_call: tuple[int, ...] = ()
    """The people whom a call can name."""
    nobody: Refused | None = None
    """Why a call that reaches nobody is refused, and what to do instead."""
    known: KnownCause = KnownCause()
    """What is known of the cause of the case, which is not reviewed yet."""
    draft: Draft | None = None
    channel: str = ""
    """How cases and messages usually reach this person; "" if they have not said."""
    answers: dict[str, str] = {}
    """Answers that the key which opened the form gives already, by question; no draft replaces them."""
    filled: dict[str, str] = {}
    """Answers of a form about a playbook that are filled in from the playbook or from the case, by question."""

    differing: set[str] = set()
    """The cases typed into the form of a merge that are another customer's, by number as text; lookups add them."""
    mail: Beginning | None = None
    """What a reply by mail starts from."""

    @property
    def case(self) -> Case | None:
        """The case, if the form is for one."""
        return self.view.case if self.view is not None else None

    @property
    def lets_decide(self) -> bool:
        """Whether a playbook lets the person decide, and they have not tried to go beyond its limit."""
        return self.authority is not None and not self.beyond

    @property
    def teaches(self) -> bool:
        """Whether the form reviews one case, so that it can go on to a playbook."""
        if self.case is None:
            return False
        return self.verb.id == "review" or (self.verb.id in ("de-escalate", "resolve") and self.case.review_owed)

    @property
    def takes_words(self) -> bool:
        """Whether saved words can be inserted: they are filled in for one case."""
        return self.verb.id in ("log", "reply") and self.case is not None

    @property
    def key(self) -> str:
        """The key that opens the form, or the menu that has it."""
        return shown_key("more" if self.playbook is not None else self.verb.id)

    @property
    def opened_again(self) -> str:
        """Where the form with its draft is opened again."""
        where = ("", " on the case", " on the same cases")[min(len(self.numbers), 2)]
        return f"It opens again with “{self.key}”{where if self.playbook is None else ' on the playbook'}."

    @property
    def save_key(self) -> str:
        """The key that gives the command."""
        return shown_key("save")

    @property
    def discard_key(self) -> str:
        """The key that discards what is typed."""
        return shown_key("discard")

    @property
    def named(self) -> str:
        """The case numbers as text, by which a draft for several is recognised."""
        return " ".join(map(str, self.numbers))

    @property
    def draft_case(self) -> int:
        """The case that the draft is kept under; 0 for a case not opened yet, and for several; negative: a playbook."""
        if self.playbook is not None:
            return -self.playbook
        return self.numbers[0] if len(self.numbers) == 1 else 0


def gather(
    verb: Verb,
    numbers: Sequence[int],
    answers: dict[str, str] | None = None,
    channel: str = "",
    playbook: int | None = None,
) -> Callable[[Desk], FormData]:
    """Returns the work that reads it; the work raises WrongUse for a case that does not exist.

    `answers` are given already, by question; `channel` is the person's usual one; `playbook` the one that is changed.
    """

    def work(desk: Desk) -> FormData:
        return desk.read(lambda unit: read(desk, unit))

    def read(desk: Desk, unit: UnitOfWork) -> FormData:
        ctx = unit.context()
        view, cases, refused = None, list[Case](), list[tuple[int, CareError]]()
        if len(numbers) == 1:
            view = shown_case.show(desk, numbers[0], follow=False)
            cases = [view.case]
        elif numbers:
            cases = [load(desk, number, [], follow=False) for number in numbers[:MOST]]
        for case in cases:
            why = _refusal(case, verb, unit.case_context(case, ctx))
            if why is not None:
                refused.append((case.number, why))
        one = view.case.number if view is not None else None
        kinds = {field.kind for field in verb.fields}
        teaches = verb.id not in ("log", "reply") or any(case.review_owed for case in cases)
        calls = verb.id in ("escalate", "skip") and one is not None
        can_call, nobody = _named(desk, one, verb) if calls and one is not None else ((), None)
        authority = reading.authority_on(desk, one) if verb.id == "escalate" and one is not None else None
        return FormData(
            verb=verb,
            numbers=tuple(numbers),
            me=ctx.actor,
            now=ctx.now,
            roster=ctx.roster,
            levels=_levels(unit, cases) if any(field.name == "until" for field in verb.fields) else {},
            view=view,
            cases=tuple(cases),
            refused=tuple(refused),
            colleagues=tuple(suggestions.colleagues(desk, one))
            if "person" in kinds and verb.id not in ("log", "reply")
            else (),
            causes=tuple(suggestions.causes(desk)) if teaches and any(f.name == "cause" for f in verb.fields) else (),
            tags=tuple(suggestions.tags(desk)) if "tags" in kinds else (),
            mail=_mail(desk, one) if verb.id == "reply" and one is not None else None,
            known=_known(unit, view.case) if view is not None and verb.id == "de-escalate" else KnownCause(),
            tried=_tried(desk, one, can_call) if calls and one is not None else {},
            can_call=can_call,
            nobody=nobody,
            playbooks=tuple(reading.choices(desk, one)) if "playbook" in kinds else (),
            authority=authority,
            beyond=_beyond(desk, authority, one) if authority is not None and one is not None else "",
            words=_words(desk, verb, view, answers or {}),
            draft=_draft(desk, verb, numbers) if playbook is None else drafts.find(desk, -playbook, verb.id),
            channel=channel,
            playbook=playbook,
            answers=answers or {},
            filled=_filled(desk, verb, one, playbook),
        )

    return work


def _levels(unit: UnitOfWork, cases: Sequence[Case]) -> dict[int, tuple[Level, Calendar]]:
    levels = unit.team.levels
    return {case.number: (levels.of(case), levels.calendar(case)) for case in cases}


def _filled(desk: Desk, verb: Verb, case: int | None, playbook: int | None) -> dict[str, str]:
    """The answers that a form about a playbook begins with: from the playbook that it changes, or from a case."""
    if playbook is not None:
        from careconsole.tui.forms.playbook_changes import answers_of

        return answers_of(desk, playbook, verb)
    if verb.id == "write-playbook" and case is not None:
        from careconsole.tui.forms.playbook_form import answers_from

        return answers_from(desk, case)
    return {}


def _words(desk: Desk, verb: Verb, view: shown_case.View | None, answers: dict[str, str]) -> WordsInUse | None:
    """What a playbook in use has us say; nothing where the customer is the one who wrote."""
    if verb.id not in ("log", "reply") or view is None or answers.get("inbound") == "yes" or not view.case.playbooks:
        return None
    return reading.words_in_use(desk, view.case, view.history) if view.case.is_open else None


def _beyond(desk: Desk, authority: SuggestedPlaybook, case: int) -> str:
    """The sum beyond the playbook's limit that the person wanted to decide: it was refused, and is kept as a draft."""
    playbook, draft = authority.known.playbook, drafts.find(desk, case, "decide")
    may = playbook.content.may
    if draft is None or may is None or draft.fields.get("playbook") != str(playbook.number):
        return ""
    amount = draft.fields.get("amount", "")
    return f"{amount_of(amount):f} {may.currency}" if is_beyond(amount, may.limit) else ""


def _known(unit: UnitOfWork, case: Case) -> KnownCause:
    cause = open_cause(case)
    return known(unit, cause, case.number) if cause else KnownCause()


def _tried(desk: Desk, case: int, names: Sequence[int]) -> dict[str, Tried]:
    """Whom a call would reach, by its cause: "" for none, and each cause that an escalation path names.

    And whom it would reach if it named one of `names`.
    """
    from careconsole.desk.team import escalation_paths

    causes = {cause for path in escalation_paths.paths(desk).paths for cause in path.causes}
    return {cause: escalation_paths.try_path(desk, case, cause=cause, names=names) for cause in ["", *sorted(causes)]}


def _named(desk: Desk, case: int, verb: Verb) -> tuple[tuple[int, ...], Refused]:
    from careconsole.desk.team import escalation_paths

    return escalation_paths.can_be_named(desk, case, skip=verb.id == "skip")


def _draft(desk: Desk, verb: Verb, numbers: Sequence[int]) -> Draft | None:
    """The draft that was written for exactly these cases and not sent."""
    draft = drafts.find(desk, numbers[0] if len(numbers) == 1 else 0, verb.id)
    if draft is not None and len(numbers) > 1 and draft.fields.get(CASES) != " ".join(map(str, numbers)):
        return None
    return draft


def _refusal(case: Case, verb: Verb, ctx: Context) -> Refused | None:
    return None if verb.id == NEW.id else blocked(case, verb.command, ctx)


def _mail(desk: Desk, number: int) -> Beginning:
    from careconsole.desk.cases.replies import beginning  # few forms are for a mail

    return beginning(desk, number)


__all__ = ["FOLLOW_UP", "MOST", "NEW", "FormData", "gather"]
