"""Requests repeated by a program that did not learn whether the first one succeeded."""

from __future__ import annotations

import msgspec

from careconsole.desk.unit import UnitOfWork
from careconsole.domain.case.command import Command
from careconsole.domain.errors import Conflict
from careconsole.store.cases.command_log import LoggedCommand, Request
from careconsole.store.cases.verbs import stored_verb
from careconsole.store.engine.blake2 import blake2b

_NAMED = 8
"""How many of the cases that a request was about are named in a message."""


def request_of(key: str | None, verb: str, command: Command, *about: object) -> Request | None:
    """The request under `key`: a command with all that belongs to it (`about`: the cases, the customer's name).

    The version of the case that the person was looking at is not part of it. None without a key.
    """
    if not key:
        return None
    names = zip(command.__struct_encode_fields__, command.__struct_fields__, strict=True)
    added = command.digested_when_given
    said = {stored: value for stored, name in names if (value := getattr(command, name)) or name not in added}
    content = msgspec.json.encode(
        [stored_verb(verb), command.digested_as or type(command).__name__, said, about], order="deterministic"
    )
    return Request(key, blake2b(content, digest_size=16).hexdigest())


def repeated(unit: UnitOfWork, request: Request) -> LoggedCommand | None:
    """The command that carried out the same request before; None when it is new. Part of a write.

    Raises Conflict for a key that was used by somebody else or for another request. Commands logged before digests
    were kept cannot be compared by content: then the same person counts as the same request.
    """
    before = unit.store.log.repeated(request.key)
    if before is None:
        return None
    listed = ", ".join(map(str, before.cases[:_NAMED])) + (", ..." if len(before.cases) > _NAMED else "")
    where = f"{'case' if len(before.cases) == 1 else 'cases'} {listed}"
    if before.actor != unit.who.person:
        raise Conflict(
            f"The request key {request.key!r} was used already by {unit.roster.name(before.actor)}, on {where}.",
            "Nothing was done. Give each request its own key.",
        )
    if before.request_digest not in (None, request.digest):
        raise Conflict(
            f"The request key {request.key!r} was used already for another request ({before.verb}), on {where}.",
            "Nothing was done. Repeat the earlier request unchanged, or give this one its own key.",
        )
    return before
