"""Event logs of an invented help desk, as JSON Lines: the same ones every time, at any size.

Every row is a snapshot with the same keys, as most systems export them; only a case's first row has a description.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from pathlib import Path
from random import Random

import msgspec

MAP = Path(__file__).with_name("map.toml")
"""The map with which the import reads these logs."""

BEGIN = int(datetime(2022, 3, 1, 8, tzinfo=UTC).timestamp())
SPAN = 3 * 365 * 86_400
"""The seconds from BEGIN over which cases are opened."""

KEY_ACCOUNTS = 20
"""The number of customers who share a tenth of all cases."""

AGENTS = [
    f"{first} {last}"
    for first in ("Ada", "Bela", "Chidi", "Dara", "Edda", "Femi", "Greta", "Hugo")
    for last in ("Aalto", "Brandt", "Costa", "Diallo", "Eriksen")
]
_FIRST = (
    "Aino", "Amara", "Anouk", "Bashir", "Bruna", "Carlo", "Chiara", "Dmitri", "Elena", "Emeka", "Fatima", "Felix",
    "Gita", "Goran", "Hana", "Henrik", "Ines", "Ivo", "Jana", "Jonas", "Kamal", "Katja", "Lars", "Leila", "Luca",
    "Mara", "Mateo", "Nadia", "Nils", "Olga", "Oskar", "Paula", "Petra", "Rahim", "Rosa", "Samir", "Silke", "Tomas",
    "Uma", "Viktor", "Wanda", "Yusuf", "Zoe",
)  # fmt: skip
_LAST = (
    "Abel", "Adeyemi", "Almeida", "Bauer", "Bianchi", "Bosko", "Castro", "Chen", "Dahl", "Dimov", "Ekberg", "Farah",
    "Ferrari", "Fischer", "Garcia", "Greco", "Haas", "Hansen", "Ibrahim", "Ivanova", "Jansen", "Kaur", "Keller",
    "Kovacs", "Larsen", "Lopez", "Maier", "Mensah", "Moreau", "Nagy", "Novak", "Okafor", "Olsen", "Papas", "Petrov",
    "Quist", "Rossi", "Sato", "Schmid", "Silva", "Tanaka", "Urban", "Varga", "Weber", "Yilmaz", "Zeman",
)  # fmt: skip
_FIRMS = ("Bakery", "Cycles", "Dental", "Florist", "Garage", "Hotel", "Joinery", "Kitchens", "Logistics", "Optics")
_THINGS = (
    "kettle", "coffee grinder", "desk lamp", "wall charger", "standing desk", "label printer", "card reader", "router",
    "heat pump", "thermostat", "bread maker", "office chair", "camera", "headset", "door lock", "scanner",
)  # fmt: skip
_TROUBLES = (
    "arrived with a crack", "does not switch on", "was billed twice", "has not arrived", "loses its connection",
    "makes a loud noise", "shows error {code}", "came in the wrong colour", "leaks at the bottom", "lacks its manual",
    "stops after {n} minutes", "was delivered to a neighbour",
)  # fmt: skip
_TRIED = (
    "I have already restarted it and tried another socket.",
    "The courier says that he left it at the door on {day}.",
    "My colleague wrote to you on {day} and nobody has answered her.",
    "We need it back in service before the fair on {day}.",
    "The invoice names {n} pieces, and we ordered only one.",
    "The light at the front blinks {n} times and then goes dark.",
    "I can send pictures if you tell me where to.",
    "Your manual mentions a reset, though not where the button is.",
    "This is the {n}th time within a year.",
)
_WISHES = (
    "Please tell me what happens next.",
    "I would like my money back.",
    "Could somebody call me in the morning?",
    "Please send a new one to the same address.",
    "We would rather keep it, if you can repair it here.",
    "Is there anything that I can do in the meantime?",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_TOPICS = ("delivery", "billing", "warranty", "setup", "returns")
_CHANNELS = ("email", "email", "email", "phone", "web", "chat")
_URGENCIES = ("normal", "normal", "normal", "normal", "low", "high", "urgent")
_LATER = ("in work", "in work", "waiting for customer", "in work")


def customer_name(number: int) -> str:
    """The name of customer `number`, from 0; those below KEY_ACCOUNTS are firms."""
    first, last = _FIRST[number % len(_FIRST)], _LAST[number // len(_FIRST) % len(_LAST)]
    if number < KEY_ACCOUNTS:
        return f"{_LAST[number]} {_FIRMS[number % len(_FIRMS)]} Ltd"
    again = number // (len(_FIRST) * len(_LAST))
    return f"{first} {last} {again + 1}" if again else f"{first} {last}"


def write_log(path: Path, cases: int, events: int, *, by_time: bool = False, all_open: bool = False) -> None:
    """Writes a log of so many cases with so many events each: ordered by case, or by time.

    Half of the cases with several events are solved in the end, unless `all_open`.
    """
    encode = msgspec.json.Encoder().encode
    rows = (row for number in range(cases) for row in _case(number, cases, events, all_open))
    with path.open("wb") as file:
        for row in _in_order_of_time(rows, cases) if by_time else rows:
            file.write(encode(row) + b"\n")


def _in_order_of_time(rows: Iterator[dict[str, str]], cases: int) -> Iterator[dict[str, str]]:
    """Orders rows by time. Cases begin in that order, so rows older than the newest case's first can be yielded."""
    waiting: list[tuple[str, int, dict[str, str]]] = []
    for count, row in enumerate(rows):
        if row["state"] == "new":
            while waiting and waiting[0][0] < row["at"]:
                yield heappop(waiting)[2]
        heappush(waiting, (row["at"], count, row))
    while waiting:
        yield heappop(waiting)[2]


def _case(number: int, cases: int, events: int, all_open: bool) -> Iterator[dict[str, str]]:
    rng = Random(number)
    pick, chance = rng.choice, rng.random
    at = BEGIN + number * SPAN // cases
    thing = pick(_THINGS)
    fill = {"n": 2 + int(chance() * 28), "day": pick(_DAYS), "code": f"E{int(chance() * 9000) + 1000}"}
    if chance() < 0.1:
        customer = int(chance() * KEY_ACCOUNTS)
    else:
        customer = KEY_ACCOUNTS + int(chance() * max(1, cases // 8))
    trouble = pick(_TROUBLES).format_map(fill)
    order = f"{100 + number % 900}-{10_000 + int(chance() * 89_999)}"
    row = {
        "ticket": f"T-{number + 1:07}",
        "at": _iso(at),
        "state": "new",
        "agent": "nobody" if events > 1 or chance() < 0.3 else pick(AGENTS),
        "line": "1",
        "customer": customer_name(customer),
        "title": f"The {thing} {trouble}",
        "text": f"The {thing} of order {order} {trouble}. {pick(_TRIED).format_map(fill)} {pick(_WISHES)}",
        "urgency": pick(_URGENCIES),
        "channel": pick(_CHANNELS),
        "topic": pick(_TOPICS),
    }
    yield row
    ends = chance() < 0.5 and not all_open
    for step in range(2, events + 1):
        at += 600 + int(chance() ** 3 * 4 * 86_400)
        row = {**row, "at": _iso(at), "text": ""}
        if step == 2 or chance() < 0.25:
            row["agent"] = pick(AGENTS)
        if chance() < 0.2:
            row["line"] = pick("123")
        row["state"] = "solved" if ends and step == events else pick(_LATER)
        yield row


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
