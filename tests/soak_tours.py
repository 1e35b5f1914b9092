"""The tours of the soak test: each opens and leaves a page or form of the console, by its key or from the palette."""

from __future__ import annotations

import random
from collections import Counter

from careconsole.commands import OTHER_COMMANDS, VERBS
from careconsole.commands.console_keys import ACTIONS, MOVES

_KEYS = {"equals_sign": "=", "f1": "\x1bOP", "f5": "\x1b[15~"}
ESCAPE = b"\x1b"
NESTED = (
    b"M . away \r",
    b"M . hand \r",
    b"M . hand \r 2",
    b"M . add \r",
    b"M d",
    b"M l",
    b"M O",
    b"d .",
    b"O \r",
    b"P \r",
    b"D \r",
    b"h \r",
    b"F \r",
    b"W \r",
)
"""Pages that open from another page: the keys, separated by spaces."""
SEEN = {
    "agenda": "The next ",
    "away": "is away: who covers?",
    "case": "back to list",
    "causes": "To change",
    "columns": "Columns, shown as",
    "customer": "Last messages",
    "digest": "What is new since",
    "duty": "Who is on duty instead?",
    "filter": "Tab complete",
    "hand over": "Hand over ",
    "help": "Keys that work",
    "journal": "Journal ",
    "learned": "What exceptions taught",
    "what-if": "What if, in the last",
    "measures": "Measures of the cases",
    "report": "Care report, ",
    "playbooks": "Playbooks: ",
    "news": "The latest news",
    "import": "People files",
    "lock": "careconsole is locked",
    "notices": "Notices ",
    "new person": "New team member",
    "paths": "Escalation paths:",
    "practice": "What would you do?",
    "primer": "only you see your ticks",
    "promises": "Promises ",
    "rota": "Duty, the next",
    "since": "on your cases",
    "sort": "Sort the list",
    "swept": "Overdue since",
    "team": "Team",
    "theme": "Colours",
    "view": "Save view",
    "views": "Saved views",
    "who": "Who's working here?",
    "why": "Why it ranks here:",
    "form": "ctrl+s",
}
"""Words that show that a page was on the screen."""
_TERMINAL = {"quit", "copy"}
"""Actions that end the console, or that involve programs beside it."""


def _tours() -> list[tuple[bytes, ...]]:
    actions = [action for action in ACTIONS if action not in MOVES and action.id not in _TERMINAL]
    keyed = [_KEYS.get(action.keys[0], action.keys[0]) for action in actions if action.keys]
    keyed += [verb.key for verb in VERBS if verb.key] + [key for _, key, _ in OTHER_COMMANDS if key] + ["\r"]
    unkeyed = [action.title for action in actions if not action.keys]
    unkeyed += [verb.title for verb in VERBS if not verb.key] + [title for _, key, title in OTHER_COMMANDS if not key]
    tours = [(key.encode(),) for key in keyed if not key.startswith("ctrl")]
    tours += [(b":", title.encode(), b"\r") for title in unkeyed]
    tours.remove((b"L",))
    tours.append((b"L", b"1"))  # Esc does not leave the lock
    return tours + [tuple(keys.split(b" ")) for keys in NESTED]


TOURS = _tours()
"""The keys of each tour, in order, starting at the list."""


class Tour:
    """One way to a page and back, which begins `now`; Esc follows at once, or after a while."""

    def __init__(self, keys: tuple[bytes, ...], chance: random.Random, now: float) -> None:
        self._steps: list[tuple[float, bytes]] = []
        at = now
        for key in (*[ESCAPE] * 4, *keys):
            self._steps.append((at, key))
            # Esc needs a pause after it, or it would be read as part of another key; a search by name takes long.
            at += 0.12 if key == ESCAPE else 0.6 if key == b":" or len(key) > 4 else chance.choice((0.0, 0.1, 0.4))
        at += chance.choice((0.0, 0.0, 0.01, 0.03, 0.1, 0.5))
        self._steps += [(at, ESCAPE), (at + 0.12, ESCAPE)]

    def due(self, now: float) -> list[bytes]:
        """Takes out the keys that are to be typed by now."""
        due = [key for at, key in self._steps if at <= now]
        del self._steps[: len(due)]
        return due

    @property
    def over(self) -> bool:
        """Whether all its keys were typed."""
        return not self._steps


class Sights:
    """Counts how often each page was seen in the output of a console."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self._rest = b""

    def take(self, text: bytes) -> None:
        """Counts the pages in new output."""
        whole = self._rest + text
        for page, words in SEEN.items():
            self.count[page] += max(0, whole.count(words.encode()) - self._rest.count(words.encode()))
        self._rest = whole[-40:]  # words may be split between two reads
