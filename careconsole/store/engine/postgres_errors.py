"""Translates the errors of PostgreSQL and its driver into messages that say what to do."""

from __future__ import annotations

import psycopg

from careconsole.domain.errors import CareError
from careconsole.domain.hints import given
from careconsole.store.engine.base import AccessPrevented, Busy, DatabaseCorrupt, DatabaseMissing, RuleBroken

_BUSY = {"40001", "40P01", "55P03", "57014"}
"""Serialization failure, deadlock, lock not available in time, statement cancelled after its time limit."""
_GIVEN_UP = {"40001", "40P01"}
_IDLE = "25P03"
"""The server ended a transaction that did nothing for too long, and the connection with it."""
_LOST = {"57P01", "57P02", "57P03", "08000", "08003", "08006", _IDLE}
"""The connection was lost, or the server is being stopped, is starting, or ended an idle transaction."""
_DAMAGED = {"XX001", "XX002"}
_REFUSED = {"28000", "28P01"}
_ON_CONNECTING = {
    'role "': "28000",
    "does not exist": "3D000",
    "no password supplied": "28P01",
    "password authentication failed": "28P01",
    "no pg_hba.conf entry": "28000",
    "too many": "53300",
}
"""Parts of messages whose codes the driver does not tell, as there is no connection yet."""
_NO_ROOM = {"53100", "53200", "53300"}


class Unsettled(AccessPrevented):
    """The connection was lost when a change was to be stored. `stored`: whether it was; None if that is not known."""

    def __init__(self, message: str, hint: str, stored: bool | None) -> None:
        super().__init__(message, hint)
        self.stored = stored


def may_be_tried_again(error: CareError) -> bool:
    """Whether a change that failed was not stored, and may well be if it is made once more.

    The server gave it up because of another one, or the connection was lost before it was to be stored.
    """
    if isinstance(error, Unsettled):
        return error.stored is False
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return False
    if cause.sqlstate is None:  # the connection ended before the server's reason was read
        return isinstance(cause, psycopg.OperationalError)
    return cause.sqlstate in _GIVEN_UP or cause.sqlstate in _LOST


class explained:
    """A context manager that turns the driver's errors into CareErrors; `place` names the database without secrets."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, failure: BaseException | None, trace: object) -> None:
        if isinstance(failure, psycopg.Error):
            raise _explained(self.place, failure) from failure


def _explained(place: str, failure: psycopg.Error) -> CareError:
    text = (failure.diag.message_primary or str(failure)).strip().rstrip(".") or type(failure).__name__
    state = failure.sqlstate or next((state for words, state in _ON_CONNECTING.items() if words in text), None)
    text = " ".join(text.rpartition("FATAL:")[2].split()).removeprefix("connection is bad: ")
    text = text.partition(" Is the server running")[0].rpartition("fe_sendauth: ")[2]
    if state in _BUSY:
        return Busy(
            f"The database {place} is busy: somebody else is writing to it.",
            "Nothing was changed. Try again in a moment.",
        )
    if state in _DAMAGED:
        return DatabaseCorrupt(
            f"The database {place} is damaged: {text}.",
            "Ask the administrator of the server to look at it and its backups.",
        )
    if state in _REFUSED:
        return AccessPrevented(
            f"The server of {place} did not let this login in: {text}.",
            "Put the password in ~/.pgpass (man 5 pgpass), or give another login.",
        )
    if state == "42501" and ("row-level security" in text or "only a lead" in text):
        return AccessPrevented(
            f"The server refused it: this login may not write that in {place}, or not under this name ({text}).",
            "Nothing was changed. Give your own login, or ask a lead.",
        )
    if state == "42501":
        return AccessPrevented(
            f"This login may not do that in {place}: {text}.",
            "Nothing was changed. Ask the administrator of the server.",
        )
    if state in _NO_ROOM:
        return AccessPrevented(
            f"The server of {place} has no room left: {text}.",
            "Nothing was changed. Ask the administrator of the server.",
        )
    if state == "3D000":
        return DatabaseMissing(
            f"The server has no database {place}.", "Create it with createdb, or give another {}.", given(db=...)
        )
    if state == _IDLE:
        return AccessPrevented(
            f"The server of {place} ended the connection, because this did nothing for too long.",
            "Nothing was changed. Do it again.",
        )
    if isinstance(failure, psycopg.OperationalError):
        return AccessPrevented(
            f"The server of {place} cannot be reached: {text}.",
            "Check the address and the network. What was acknowledged is stored.",
        )
    broken = isinstance(failure, psycopg.IntegrityError)
    return (RuleBroken if broken else CareError)(f"The database {place} failed: {text}.", "Nothing was changed.")
