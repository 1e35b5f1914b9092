"""What a command needs from outside of its case before it is decided: the contents of files, whom a mail is for."""

from __future__ import annotations

from careconsole.desk.cases import files, mail_senders
from careconsole.desk.session import Desk
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import Command
from careconsole.domain.case.event import Event
from careconsole.domain.case.replies import Reply


def prepared(desk: Desk, command: Command, number: int) -> Command:
    """The command with what the desk knows, for a file that is attached or a mail on case `number`; others as given.

    Raises what `files.with_content` and `replies.prepared` raise.
    """
    if isinstance(command, Reply):
        from careconsole.desk.cases import replies  # few commands send a mail

        return replies.prepared(desk, command, number)
    return files.with_content(desk, command)


def followed_up(unit: UnitOfWork, command: Command, written: list[tuple[int, Event]], log: int) -> list[str]:
    """Does what goes with the events that command number `log` just wrote, and returns notices about it.

    A mail is queued; further mail from a sender of spam is held. Part of their transaction.
    """
    if isinstance(command, Reply):
        from careconsole.desk.cases import replies

        replies.queue(unit, command, written)
    return mail_senders.follow(unit, command, list(dict.fromkeys(number for number, _ in written)), log)
