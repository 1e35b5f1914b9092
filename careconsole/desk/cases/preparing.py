"""What a command needs from outside of its case before it is decided: the contents of files, whom a mail is for."""

from __future__ import annotations

from collections.abc import Mapping

from careconsole.desk.cases import files, mail_senders
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import Command
from careconsole.domain.case.event import Event
from careconsole.domain.case.replies import Reply
from careconsole.domain.case.state import Case


def prepared(desk: Desk, command: Command, number: int) -> Command:
    """The command with what the desk knows, for a file that is attached or a mail on case `number`; others as given.

    Raises what `files.with_content` and `replies.prepared` raise.
    """
    if isinstance(command, Reply):
        from careconsole.desk.cases import replies  # few commands send a mail

        return replies.prepared(desk, command, number)
    return files.with_content(desk, command)


def followed_up(
    unit: UnitOfWork,
    command: Command,
    written: list[tuple[int, Event]],
    log: int,
    before: Mapping[int, Case],
    *,
    seen: bool,
) -> list[str]:
    """Does what goes with the events that command number `log` just wrote, and returns notices about it.

    A mail is queued; further mail from a sender of spam is held; a mail that waited on a case and would answer less
    than was said by now is a draft again. `before` are the cases on which a mail waits, as they were, which the person
    has `seen` or not: if not, they are told of these mails. Part of their transaction.
    """
    notices: list[str] = []
    if isinstance(command, Reply):
        from careconsole.desk.cases import replies

        beside = [] if seen else [one.number for one in before.values() if one.replies]
        notices += [words for number in beside for words in replies.unsent_beside(unit, number, "is")]
        replies.queue(unit, command, written)
    numbers = list(dict.fromkeys(number for number, _ in written))
    notices += mail_senders.follow(unit, command, numbers, log)
    if waiting := [number for number in numbers if number in before and before[number].replies]:
        from careconsole.desk.cases.overtaken import stop_overtaken, told  # on few cases a mail waits

        notices += told(unit, stop_overtaken(unit, waiting))
    return notices
