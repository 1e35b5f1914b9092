"""Calls, chats and visits on a receipt: what both sides said at once was one conversation.

What was said in it may be logged as an entry from each side. Two sentences such as "You called us" and "We called you"
would say that there were two calls.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from careconsole.domain.case.public import INBOUND, OUTBOUND, PublicLine
from careconsole.domain.time.moments import MINUTE

SAME = "_same"
"""How the ids of sentences end that say more of the conversation that an earlier line began."""
CHANNELS = ("phone", "chat", "visit")
"""How people talk to each other at once."""
GAP = 5 * MINUTE
"""The longest time between two entries of one conversation."""


def join_conversations(lines: Iterable[PublicLine]) -> list[PublicLine]:
    """The lines, the oldest first, where one that goes on with a conversation that the other side is in says so."""
    last: dict[str, tuple[int, frozenset[str]]] = {}
    return [_joined(line, last) for line in lines]


def _joined(line: PublicLine, last: dict[str, tuple[int, frozenset[str]]]) -> PublicLine:
    """A line as it reads after `last`: of each channel when it was last used, and by whom in that conversation."""
    side = next((side for side in (INBOUND, OUTBOUND) if line.sentence.startswith(side)), "")
    channel = line.sentence.removeprefix(side)
    if not side or channel not in CHANNELS or line.at is None:
        return line
    at, sides = last.get(channel, (line.at, frozenset()))
    sides = sides if line.at - at <= GAP else frozenset()
    last[channel] = line.at, sides | {side}
    return replace(line, sentence=f"{line.sentence}{SAME}") if sides - {side} else line
