"""Escalation paths: who is called for help, step by step, and how long each has to acknowledge.

A path is chosen by the case's tags, its customer's tier, its priority and the cause of the call: the first that fits
applies, and the last fits every case. Level 0 is the frontline; level n is step n of the path.
"""

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.causes import Causes, cause_key
from careconsole.domain.case.narrator import listed
from careconsole.domain.case.state import Case
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_text

DUTY, LEADS, ABLE = "duty", "leads", "able"
"""Responders who are looked up when a call is made: the lead on duty, every lead, and the next person able to resolve
the case (the lead on duty, then another lead, then a contact)."""

FRONTLINE = "frontline"
"""The name of level 0."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a path: everybody in `call` (people by number) is called at once; the first to acknowledge has it.

    `acknowledge` is how long they have, in milliseconds of working time (0: what the case's service level says). After
    that, the step is called `repeat` more times, and then the next one.
    """

    name: str
    call: tuple[int | str, ...] = (ABLE,)
    acknowledge: int = 0
    repeat: int = 0


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """A path and the calls it is for: every condition that is set must match. Without any, it fits every call."""

    name: str
    steps: tuple[Step, ...]
    tags: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()

    def fits(self, case: Case, tier: str, cause: str) -> bool:
        """Whether a call about `case`, with that customer's tier and that cause, takes this path."""
        return (
            (not self.tags or not set(self.tags).isdisjoint(case.tags))
            and (not self.tiers or tier in self.tiers)
            and (not self.priorities or case.priority in self.priorities)
            and (not self.causes or cause_key(cause) in map(cause_key, self.causes))
        )

    @property
    def fits_all(self) -> bool:
        """Whether it has no conditions, and so fits every call."""
        return not (self.tags or self.tiers or self.priorities or self.causes)

    @property
    def levels(self) -> tuple[str, ...]:
        """The names of the levels, starting with the frontline."""
        return (FRONTLINE, *(step.name for step in self.steps))

    @property
    def last(self) -> int:
        """The last level."""
        return len(self.steps)

    def step(self, level: int) -> Step:
        """The step of a level: the first for the frontline, the last for a level beyond the path."""
        return self.steps[max(1, min(level, self.last)) - 1]

    def level_name(self, level: int) -> str:
        """The name of a level; just its number for an imported one beyond the path."""
        return self.levels[level] if level <= self.last else f"level {level}"


class Paths(msgspec.Struct, frozen=True):
    """A team's paths, in the order they are tried; the last fits every case."""

    paths: tuple[Path, ...]

    def path_for(self, case: Case, tier: str, cause: str = "") -> Path:
        """The path of a call about `case`; an open call stays on its path as long as one of that name exists."""
        call = case.escalation
        if call is not None:
            for path in self.paths:
                if path.name == call.path:
                    return path
            cause = cause or call.cause
        return next((path for path in self.paths[:-1] if path.fits(case, tier, cause)), self.paths[-1])

    def counting(self, causes: Causes) -> "Paths":
        """The same paths, each also for the causes that count as those it names."""
        return Paths(
            tuple(
                replace(path, causes=tuple(dict.fromkeys(key for one in path.causes for key in causes.group(one))))
                for path in self.paths
            )
        )

    @property
    def asks_for_causes(self) -> bool:
        """Whether the cause of a call matters to any path."""
        return any(path.causes for path in self.paths)

    @property
    def asks_for_tiers(self) -> bool:
        """Whether a customer's tier matters to any path."""
        return any(path.tiers for path in self.paths)


STANDARD = Paths((Path(name="standard", steps=tuple(Step(name=name) for name in ("lead", "management", "directors"))),))
"""The default paths: three levels, each of which calls the next person able to resolve the case."""


def responders(step: Step, roster: Roster) -> list[int]:
    """The active people a step names, in its order, without duplicates; `responders.responders_at` handles `ABLE`."""
    found: list[int | None] = []
    for word in step.call:
        if isinstance(word, int):
            found.append(word)
        elif word == DUTY:
            found.append(roster.lead_on_duty())
        elif word == LEADS:
            found += leads(roster)
    return [n for n in dict.fromkeys(found) if n is not None and n in roster.people and roster.people[n].active]


def leads(roster: Roster) -> list[int]:
    """Every lead, the one on duty first."""
    numbers = sorted(p.number for p in roster.people.values() if p.leads)
    return sorted(numbers, key=lambda number: number != roster.duty)


def call_words(step: Step, roster: Roster) -> str:
    """Who a step calls, in words: "the lead on duty and Dr. Weiss". Safe to show."""
    words = {DUTY: "the lead on duty", LEADS: "every lead", ABLE: "the next available responder"}
    return listed([words[w] if isinstance(w, str) else display_text(roster.name(w)) for w in step.call])
