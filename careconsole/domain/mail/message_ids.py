"""The ids of mails: reading them from headers, the ones by which different mails are one thread, and our own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_ID = re.compile(r"<([^<>\s]{1,990})>")
_BARE = re.compile(r"[^<>\s]{1,990}")
_MOST = 100
"""The most ids that are read from a header: a thread that is longer is found by its nearest mails."""
_OWN = re.compile(r"careconsole\.(\d{1,9})\.(\d{1,9})\.([0-9a-f]{32})@\S+")
_JIRA = re.compile(r"(JIRA\.\d+\.\d+)[.\d]*@(\S+)")


def ids_in(header: str) -> list[str]:
    """The ids in a header such as References, in order, without angle brackets; those that identify nothing left out.

    An id without angle brackets counts if the header has none with them.
    """
    found = [match[1] for match in _ID.finditer(header)]
    if not found:
        found = [word for word in _BARE.findall(header) if "@" in word]
    return [one for one in found if is_id(one)][-_MOST:]


def is_id(text: str) -> bool:
    """Whether a text can be the id of one mail: "", "@" and the like are what broken programs write."""
    local, at, domain = text.partition("@")
    return bool(_has_letters(local) and (not at or _has_letters(domain)))


def _has_letters(text: str) -> bool:
    return any(map(str.isalnum, text))


def names_of(message_id: str) -> tuple[str, ...]:
    """The ids under which others may refer to a mail: its own, and what some senders write instead."""
    if not message_id:
        return ()
    found = _JIRA.fullmatch(message_id)
    # Jira's later mails refer to an id that none of its mails has: the first numbers of their own ids.
    return (message_id, f"{found[1]}@{found[2]}") if found else (message_id,)


def looked_up(references: Iterable[str]) -> Iterator[str]:
    """The ids to look for, the nearest first, each once."""
    yield from dict.fromkeys(name for one in references for name in names_of(one))


def own_id(key: str, case: int, event: int, domain: str) -> str:
    """The id of a mail that we send about a case. `key` is the team's, as hexadecimal digits."""
    return f"careconsole.{case}.{event}.{_proof(key, case, event)}@{domain}"


def case_of_own_id(key: str, message_id: str) -> int | None:
    """The case of one of our own ids; None for any other, above all for one that somebody made up."""
    known = entry_of_own_id(key, message_id)
    return known[0] if known is not None else None


def entry_of_own_id(key: str, message_id: str) -> tuple[int, int] | None:
    """The case of one of our own ids, and the entry in it that wrote the mail; None as for `case_of_own_id`."""
    found = _OWN.fullmatch(message_id)
    if found is None or not key:
        return None
    case, event = int(found[1]), int(found[2])
    from hmac import compare_digest  # loads OpenSSL, which an open console does without until a mail comes

    return (case, event) if compare_digest(found[3], _proof(key, case, event)) else None


def _proof(key: str, case: int, event: int) -> str:
    from hmac import digest

    return digest(bytes.fromhex(key), f"mail {case} {event}".encode(), "sha256").hex()[:32]
