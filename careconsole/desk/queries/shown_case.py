"""Query: one case with its history, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from careconsole.desk.queries.merged_cases import merged_into
from careconsole.desk.session import Desk, load
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.team.roster import Roster
from careconsole.store import Customer, Row

if TYPE_CHECKING:
    from careconsole.desk.origins import Origin
    from careconsole.desk.queries.case_files import CaseFile
    from careconsole.desk.queries.looks_like import LooksLike
    from careconsole.domain.case.clocks import Clock
    from careconsole.domain.case.escalation_paths import Path
    from careconsole.domain.case.event import Event
    from careconsole.domain.case.mail_ref import MailRef
    from careconsole.domain.case.playbook_summary import UsablePlaybook
    from careconsole.domain.case.state import Case
    from careconsole.store.outgoing import StoredReply


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One case with its history and what belongs to it: its service level (by name), every clock, and the escalation
    path of its level or its call (None: nobody was called).

    `others` are the customer's other cases, `notices` tell of a merge that led here, `origins` say where each command
    of the history came from. `published_at` is when its receipt got a page (epoch milliseconds; None: it has none).
    `looks_like` is another case that this open one may be about, which nobody has merged with it.
    `playbooks` are the team's by number, as they are now, if one is in use on the case. `merged` are the cases that
    were merged into this one, and into those, each with its history, which stays its own. `files` are attached, or came
    in a mail on any of them; `unsent` are the mails to the customer that wait or need a person.
    """

    case: Case
    history: list[Event]
    roster: Roster
    customer: Customer | None
    others: list[tuple[int, str, str]]
    now: int
    notices: tuple[str, ...]
    path: Path | None
    level: str = ""
    clocks: tuple[Clock, ...] = ()
    origins: dict[int, Origin] = {}
    published_at: int | None = None
    looks_like: LooksLike | None = None
    playbooks: Mapping[int, UsablePlaybook] = {}
    merged: tuple[tuple[Case, list[Event]], ...] = ()
    files: tuple[CaseFile, ...] = ()
    unsent: tuple[StoredReply, ...] = ()
    is_copy: bool = False
    """Whether the database is a copy, from which the mails that wait are not sent."""

    @property
    def running(self) -> list[Clock]:
        """The running clocks of an open case, the nearest first; none once it has ended."""
        return [clock for clock in self.clocks if clock.state == "running"] if self.case.is_open else []


def show(desk: Desk, number: int, *, follow: bool = True) -> View:
    """One case with its history; a merged one leads to the case it was merged into, unless `follow` is off."""

    def work(unit: UnitOfWork) -> View:
        notices: list[str] = []
        case = load(desk, number, notices, follow=follow)
        customer = unit.store.customers.get(case.customer) if case.customer is not None else None
        others = unit.store.customers.cases(case.customer) if case.customer is not None else []
        receipt = unit.store.receipts.get(case.number)
        history, roster, levels = unit.store.cases.history(case.number), unit.roster, unit.team.levels
        merged = tuple(merged_into(unit, case.number, history))
        unsent = _unsent(unit, case)
        return View(
            case=case,
            history=history,
            roster=roster,
            origins=_origins(desk, roster, history),
            customer=customer,
            others=[(o[0], o[1], o[2]) for o in others if o[0] != case.number],
            now=unit.now,
            notices=tuple(notices),
            published_at=receipt.made_at if receipt is not None else None,
            looks_like=_looks_like(unit, case, others, history),
            level=levels.of(case).name,
            clocks=tuple(levels.clocks(case)),
            path=_path(unit, case, customer),
            merged=merged,
            files=_files(unit, [(case, history), *merged]),
            unsent=unsent,
            is_copy=bool(unsent) and unit.is_copy,
            playbooks=_playbooks(unit, case),
        )

    return desk.read(work)


# What few cases have is not read for the others, and what knows it is not loaded.


def _origins(desk: Desk, roster: Roster, history: Sequence[Event]) -> dict[int, Origin]:
    """Where the commands came from; imports have none."""
    commands = {event.command for event in history if event.command is not None}
    if not commands:
        return {}
    from careconsole.desk.origins import of_commands

    return of_commands(desk, roster, commands)


def _looks_like(unit: UnitOfWork, case: Case, others: Sequence[Row], history: Sequence[Event]) -> LooksLike | None:
    if not case.is_open:
        return None
    from careconsole.desk.queries.looks_like import looks_like

    return looks_like(unit, case, others, mails=bool(_mails(history)))


def _path(unit: UnitOfWork, case: Case, customer: Customer | None) -> Path | None:
    if not case.level and case.escalation is None:
        return None
    return unit.team.paths.path_for(case, unit.team.levels.tier(case) if customer is None else customer.tier)


def _playbooks(unit: UnitOfWork, case: Case) -> Mapping[int, UsablePlaybook]:
    if not case.playbooks:
        return {}
    from careconsole.domain.case.checklist import is_current

    return unit.usable_playbooks() if any(map(is_current, case.playbooks)) else {}


def _mails(history: Sequence[Event]) -> list[MailRef]:
    """The mails that came for a case, as its history knows them."""
    mails = (getattr(event.fact, "mail", None) for event in history)
    return [mail for mail in mails if mail is not None]


def _files(unit: UnitOfWork, cases: Sequence[tuple[Case, Sequence[Event]]]) -> tuple[CaseFile, ...]:
    """The files of the first of `cases`, into which the others were merged, and those of the mails of all."""
    case = cases[0][0]
    if not case.files and not any(mail.files for _, history in cases for mail in _mails(history)):
        return ()
    from careconsole.desk.queries.case_files import files_of_case

    return files_of_case(case, unit.store.mails.with_files([one.number for one, _ in cases]))


def _unsent(unit: UnitOfWork, case: Case) -> tuple[StoredReply, ...]:
    of_case = {reply.event: reply for reply in unit.store.outgoing.of_case(case.number)} if case.replies else {}
    return tuple(of_case[one.number] for one in case.replies if one.number in of_case)
