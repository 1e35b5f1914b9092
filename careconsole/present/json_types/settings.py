"""Service levels, calendars, escalation paths and customers as JSON."""

from __future__ import annotations

from msgspec import field

from careconsole.present.json_types.base import CaseNumber, Entry, Moment, Seconds


class LevelEntry(Entry, frozen=True, kw_only=True):
    """A service level: for which tiers and priorities (none: all), with which calendar, and how long each thing may
    take in working time (0: not promised). `stops` lists the clocks that pause while the case waits on somebody.
    """

    name: str
    calendar: str
    tiers: list[str]
    priorities: list[str]
    first_answer_seconds: Seconds
    answer_seconds: Seconds
    informed_seconds: Seconds
    resolution_seconds: Seconds
    take_seconds: Seconds
    step_seconds: Seconds
    offer_seconds: Seconds
    acknowledge_seconds: Seconds
    stops: dict[str, list[str]]


class ServiceChangeEntry(Entry, frozen=True, kw_only=True):
    """The levels that were set or checked.

    Due times changed on `changed_cases` of all `open_cases`, and `late_cases` of them are now late; null if the levels
    were only checked.
    """

    levels: list[LevelEntry]
    open_cases: int | None
    changed_cases: int | None
    late_cases: int | None


class ConfigSettingEntry(Entry, frozen=True, kw_only=True):
    """A setting of the configuration file, its value, and where that is from: "default", "line 3", or the environment
    variable that overrides the file. A value of null is left to the theme, or to what each person chose in the console.
    """

    name: str
    value: str | bool | list[str] | None
    source: str


class ConfigProblemEntry(Entry, frozen=True, kw_only=True):
    """A mistake in the configuration file: its line (null: not in a line), what is wrong, and what would be right."""

    line: int | None
    message: str
    hint: str


class ConfigEntry(Entry, frozen=True, kw_only=True):
    """The configuration file of this login at `path` (which need not exist), what counts, and what is wrong in it."""

    path: str
    exists: bool
    settings: list[ConfigSettingEntry]
    problems: list[ConfigProblemEntry]


class DayEntry(Entry, frozen=True, kw_only=True):
    """A day of a calendar (YYYY-MM-DD), its hours ("9:00-17:00") in its time zone, and why they differ from the
    weekday's.
    """

    day: str
    hours: list[str]
    why: str | None


class StepEntry(Entry, frozen=True, kw_only=True):
    """A step of an escalation path: who is called together (names, or "duty", "leads", "able"), how long they have to
    acknowledge in working time (null: the service level's time), and how many more times they are called.
    """

    level: int
    name: str
    call: list[str]
    acknowledge_seconds: Seconds | None
    repeat: int


class PathEntry(Entry, frozen=True, kw_only=True):
    """An escalation path: what it is for (empty: all), and its steps."""

    name: str
    tags: list[str]
    tiers: list[str]
    priorities: list[str]
    causes: list[str]
    steps: list[StepEntry]


class PathsChangeEntry(Entry, frozen=True, kw_only=True):
    """The paths that were set or checked, and remarks on them."""

    paths: list[PathEntry]
    remarks: list[str]


class CustomerEntry(Entry, frozen=True, kw_only=True):
    """A customer: their tier, how to reach them, and their order numbers.

    `addresses` are those besides `email` and `phone`; `merged` names other entries that were merged into theirs.
    """

    number: int
    name: str
    tier: str
    email: str
    phone: str
    note: str
    orders: list[str]
    addresses: list[str]
    merged: list[str]


class WhoEntry(Entry, frozen=True, kw_only=True):
    """Somebody who would be called, and why them."""

    name: str
    role: str | None = field(name="as")


class CalledEntry(Entry, frozen=True, kw_only=True):
    """A step of an escalation path as it would be taken; `attempt` counts from 1."""

    level: int
    name: str
    at: Moment
    acknowledge_by: Moment
    attempt: int
    who: list[WhoEntry]


class TriedEntry(Entry, frozen=True, kw_only=True):
    """Who would be called about a case; `called_now` is who is called already."""

    case: CaseNumber
    path: str
    called_now: str | None
    steps: list[CalledEntry]
