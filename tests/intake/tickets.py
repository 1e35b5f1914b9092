"""Tickets of an invented help desk, the same ones every time: the exports of every system are made from them.

Internal notes contain PRIVATE, so that tests can look for it wherever it must not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple

from tests.bench.logs import customer_name

Document = dict[str, Any]
"""A JSON object, or a row of a table, by its columns."""

PRIVATE = "PRIVATE"
BEGIN = int(datetime(2024, 3, 1, 8, tzinfo=UTC).timestamp())
AGENTS = ("Ada Aalto", "Bela Brandt", "Chidi Costa", "Dara Diallo", "Edda Eriksen", "Femi Farah")
CUSTOMERS = 1_000
"""The most customers of the desk."""

_THINGS = ("kettle", "desk lamp", "wall charger", "label printer", "card reader", "heat pump", "headset", "door lock")
_TROUBLES = (
    "arrived with a crack",
    "does not switch on",
    "was billed twice",
    "loses its connection",
    "makes a loud noise",
    "leaks at the bottom",
)
_SENTENCES = (
    "I have already restarted it and tried another socket.",
    "We need it back in service before the fair.",
    "The light at the front blinks and then goes dark.",
    "Your manual mentions a reset, though not where the button is.",
    "Please tell me what happens next.",
    "I would like my money back.",
    "Is there anything I can do in the meantime?",
    "A new one is on its way to you.",
    "We have asked the courier and tell you more tomorrow.",
)
_TAGS = ("delivery", "billing", "warranty", "setup", "returns")
_CHANNELS = ("email", "email", "email", "phone", "chat")
_PRIORITIES = ("normal", "normal", "normal", "low", "high")


class Comment(NamedTuple):
    """Words in a ticket: "in" from the customer, "out" to them, "note" among colleagues; `at` is epoch seconds."""

    id: int
    at: int
    way: str
    text: str


class Ticket(NamedTuple):
    """A ticket of any system. Times are epoch seconds; `states` are its states over time: open, parked, resolved."""

    number: int
    subject: str
    description: str
    customer: int
    agent: int | None
    priority: str
    channel: str
    tags: tuple[str, ...]
    states: tuple[tuple[int, str], ...]
    comments: tuple[Comment, ...]

    @property
    def opened(self) -> int:
        return self.states[0][0]

    @property
    def updated(self) -> int:
        return max([self.states[-1][0], *(comment.at for comment in self.comments)])

    @property
    def state(self) -> str:
        return self.states[-1][1]

    @property
    def customer_name(self) -> str:
        return customer_name(self.customer)

    @property
    def customer_mail(self) -> str:
        return f"c{self.customer}@customers.example"

    @property
    def agent_name(self) -> str | None:
        return None if self.agent is None else AGENTS[self.agent]


def tickets(count: int, seed: int = 1) -> Iterator[Ticket]:
    """Yields so many tickets, in order of number and time, the same ones for the same seed."""
    for number in range(1, count + 1):
        yield _ticket(number, Random(seed * 1_000_003 + number))


def later(ticket: Ticket) -> Ticket:
    """Returns the ticket as a later export has it: answered, and so resolved."""
    at = ticket.updated + 3_600
    answer = Comment(ticket.number * 100 + 99, at, "out", "It is on its way, with our apologies.")
    return ticket._replace(states=(*ticket.states, (at, "resolved")), comments=(*ticket.comments, answer))


def _ticket(number: int, chance: Random) -> Ticket:
    pick = chance.choice
    at = BEGIN + number * 211
    thing = pick(_THINGS)
    states, comments = [(at, "open")], []
    for place in range(int(chance.random() * 4)):
        at += 60 + int(chance.random() * 90_000)
        way = pick(("in", "out", "note"))
        text = f"{pick(_SENTENCES)} {pick(_SENTENCES)} ({number}/{place})"
        comments.append(Comment(number * 100 + place, at, way, f"{PRIVATE}: {text}" if way == "note" else text))
    if chance.random() < 0.6:
        states.append((at + 30, pick(("parked", "resolved"))))
    return Ticket(
        number,
        f"The {thing} {pick(_TROUBLES)} ({number})",
        f"The {thing} of order {number:05} is no good. {pick(_SENTENCES)} {pick(_SENTENCES)}",
        int(chance.random() * CUSTOMERS),
        None if chance.random() < 0.2 else int(chance.random() * len(AGENTS)),
        pick(_PRIORITIES),
        pick(_CHANNELS),
        tuple(dict.fromkeys(pick(_TAGS) for _ in range(int(chance.random() * 3)))),
        tuple(states),
        tuple(comments),
    )


AGENT, CUSTOMER = 9_000_000, 5_000_000
"""Added to the index of an agent or a customer to make an id, so that no two people share one."""


def agent_id(ticket: Ticket) -> int | None:
    """The id of a ticket's owner; None for nobody."""
    return None if ticket.agent is None else AGENT + ticket.agent


def writer(ticket: Ticket) -> int:
    """The index of the agent who writes in a ticket."""
    return ticket.agent or 0


def iso(seconds: int) -> str:
    """A time as most systems write it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
