"""The sample week: reads `db/demo/week.toml` and plays it through the desk, step by step, as people would have.

Every step runs at its own time and under the usual rules, so cases, clocks and what is late are computed by the desk
itself; at the end, the sweep does what has fallen due. The format is described at the top of that file.
"""

from __future__ import annotations

import tomllib
from typing import Any

import msgspec

from careconsole.commands import BY_ID, Field, Verb
from careconsole.desk import Desk, program_files
from careconsole.desk.cases import execution, sweep, undo_redo
from careconsole.desk.console import visits
from careconsole.desk.playbooks import writing
from careconsole.desk.team import customers
from careconsole.desk.team import members as team
from careconsole.domain.case.opening import FollowUp, OpenCase
from careconsole.domain.errors import CareError, WrongUse
from careconsole.domain.playbook.content import Authority, Content
from careconsole.domain.team.roster import CONTACT, LEAD
from careconsole.domain.terminal_text import fold
from careconsole.domain.time.moments import DAY, parse_span

FILE = "demo/week.toml"
"""The path of the sample week in `db/`."""

_TYPES: dict[str, type] = {"flag": bool, "yesno": bool, "number": int, "level": int, "playbook": int, "tags": list}


def _fields(required: str, more: str = "", *special: Field) -> dict[str, Field]:
    known = [Field(name=name, kind="text", help="", required=True) for name in required.split()]
    known += [Field(name=name, kind="text", help="") for name in more.split()]
    return {field.name: field for field in (*known, *special)}


_NAME = "name"
"""The field that names the case a command opens, for later steps."""


def _named(verb: Verb) -> list[Field]:
    return [Field(name=_NAME, kind="text", help="", required=True)] if verb.command.opens else []


_ALLOWED: dict[str, dict[str, Field]] = {
    "new": _fields(
        "customer subject",
        "description channel priority owner external",
        Field(name="outbound", kind="flag", help=""),
        Field(name="tags", kind="tags", help=""),
    ),
    "follow-up": _fields("follows subject", "description channel owner"),
    "playbook": _fields(
        "title from",
        "signs may limit currency say escalate-when",
        *(Field(name=name, kind="tags", help="") for name in ("causes", "tags", "steps")),
    ),
    "undo": {},
    "redo": {},
    "away": _fields("person", "cover"),
    "back": _fields("person"),
    "duty": _fields("person"),
    **{verb.id: {field.flag: field for field in (*verb.fields, *_named(verb))} for verb in BY_ID.values()},
}
"""The verbs that a step may use, with their fields."""


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member of the sample team."""

    name: str
    role: str
    reach: str = ""


class SampleCustomer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a sample customer besides their cases."""

    name: str
    tier: str = "standard"
    email: str = ""
    phone: str = ""
    note: str = ""
    orders: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """One action of a person; `at` is in milliseconds from the end of the week, never positive."""

    place: str
    at: int
    who: str
    do: str
    cases: tuple[str, ...]
    fields: dict[str, Any]


class Week(msgspec.Struct, frozen=True):
    """A team's week, its steps sorted by time."""

    team: str
    people: tuple[Member, ...]
    customers: dict[str, SampleCustomer]
    steps: tuple[Step, ...]


def read_week(text: str | None = None) -> Week:
    """Parses a week, by default the file in `db/`. Raises CareError, which names the line of a mistake in a step."""
    text = program_files.sample_week() if text is None else text
    try:
        data = tomllib.loads(text)
        people = msgspec.convert(data["person"], tuple[Member, ...])
        known = msgspec.convert(data["customer"], tuple[SampleCustomer, ...])
        name, written = str(data["team"]), data["step"]
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CareError(f"db/{FILE}: {error}") from error
    except KeyError as error:
        raise CareError(f"db/{FILE} has no {error.args[0]!r}.") from error
    if not people or people[0].role != LEAD:
        raise CareError(f"db/{FILE}: the first person must be a lead.")
    # tomllib gives no line numbers, so the steps are located by their headers.
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.strip() == "[[step]]"]
    if len(lines) != len(written):
        raise CareError(f"db/{FILE}: every step begins with a line [[step]], and no other line looks like it.")
    steps = [_step(f"db/{FILE}, line {line} (step {n})", dict(written[n - 1])) for n, line in enumerate(lines, 1)]
    steps.sort(key=lambda step: step.at)
    return Week(team=name, people=people, customers={fold(c.name): c for c in known}, steps=tuple(steps))


def _step(place: str, entry: dict[str, Any]) -> Step:
    for key in ("at", "as", "do"):
        if not isinstance(entry.get(key), str):
            raise CareError(f"{place}: {key!r} is missing, or is no text.")
    span, who, do, case = entry.pop("at"), entry.pop("as"), entry.pop("do"), entry.pop("case", ())
    place = f"{place}, {do} by {who}"
    if (allowed := _ALLOWED.get(do)) is None:
        raise CareError(f"{place}: there is no such verb.", f"There are: {', '.join(_ALLOWED)}.")
    for name, value in entry.items():
        if name not in allowed:
            raise CareError(f"{place}: {name!r} is no field of it.", f"It has: {', '.join(allowed) or 'none'}.")
        if name != "into" and not isinstance(value, _TYPES.get(allowed[name].kind, str)):
            raise CareError(f"{place}: {name} = {value!r} is no {allowed[name].kind}.")
    missing = [name for name, field in allowed.items() if field.required and name not in entry]
    if missing:
        raise CareError(f"{place}: {', '.join(missing)} is missing.")
    try:
        at = _span(span)
    except WrongUse as error:
        raise CareError(f"{place}: {error.message}", "Say how long ago it was, such as '-2d4h'.") from error
    if at > 0:
        raise CareError(f"{place}: {span!r} lies ahead.", "Say how long ago it was, such as '-2d4h'.")
    return Step(
        place=place, at=at, who=who, do=do, cases=(case,) if isinstance(case, str) else tuple(case), fields=entry
    )


def _span(text: str) -> int:
    return parse_span(text.strip().removeprefix("+"))


def play(desk: Desk, week: Week) -> dict[str, int]:
    """Plays `week` into an empty database so that it ends at the desk's current time, all or nothing.

    Returns the case numbers by their names in the file. Raises CareError naming the step that the desk refused and its
    line.
    """
    return desk.write(lambda _: _Player(desk, week).play())


class _Player:
    """Runs the steps in order, each as its person and at its time."""

    def __init__(self, desk: Desk, week: Week) -> None:
        self.desk = desk
        self.week = week
        self.now = desk.now()
        self.numbers: dict[str, int] = {}
        self.strangers = dict(week.customers)

    def play(self) -> dict[str, int]:
        self._found()
        for step in self.week.steps:
            try:
                self._do(self._desk_at(self.now + step.at, step.who), step)
            except CareError as error:
                raise CareError(f"{step.place}: {error.message}", error.hint) from error
        if self.strangers:
            names = ", ".join(customer.name for customer in self.strangers.values())
            raise CareError(f"db/{FILE}: there is no case of {names}.")
        # As if sweeps had run all the time, so that the next one finds nothing to do and changes nothing shown.
        sweep.sweep(self._desk_at(self.now), as_of=self.now)
        for one in self.week.people:
            if one.role != CONTACT:
                visits.leave(self._desk_at(self.now, one.name))  # they were at their consoles all week
        return self.numbers

    def _desk_at(self, moment: int, who: str | None = None) -> Desk:
        desk = self.desk.at(moment)
        if who is not None:
            desk.person = desk.find(who)
        return desk

    def _found(self) -> None:
        began = self.now + min((step.at for step in self.week.steps), default=0) - DAY
        lead, *others = self.week.people
        team.create_team(self._desk_at(began), self.week.team, [lead.name], [], [])
        desk = self._desk_at(began, lead.name)
        team.change(desk, lead.name, reach=lead.reach)
        for one in others:
            team.add(desk, one.name, one.role, reach=one.reach)

    def _do(self, desk: Desk, step: Step) -> None:
        given = step.fields
        match step.do:
            case "new":
                self._opened(step, execution.open_case(desk, _opening(desk, given), given["customer"]))
                self._introduce(desk, given["customer"])
            case "follow-up":
                command = FollowUp(owner=_owner(desk, given), **_some(given, "subject", "description", "channel"))
                self._opened(step, execution.follow_up(desk, self._number(given["follows"]), command))
            case "playbook":
                writing.write(desk, _content(given), case=self._number(given["from"]))
            case "undo":
                undo_redo.undo(desk)
            case "redo":
                undo_redo.redo(desk)
            case "away":
                team.away(desk, given["person"], given.get("cover"))
            case "back":
                team.back(desk, given["person"])
            case "duty":
                team.duty(desk, given["person"])
            case _:
                verb = BY_ID[step.do]
                values = {f.name: self._value(desk, f, given[f.flag]) for f in verb.fields if f.flag in given}
                done = execution.execute(
                    desk, verb.id, verb.command(**values), [self._number(name) for name in step.cases]
                )
                if done.opened is not None:
                    self.numbers[given[_NAME]] = done.opened

    def _value(self, desk: Desk, field: Field, value: Any) -> Any:
        match field.kind:
            case "person":
                return None if value == "duty" else desk.find(value)
            case "customer":
                return customers.find(desk, value).number
            case "tags":
                return tuple(value)
            case "path":
                return program_files.sample_file(value)
            case "time":
                start, span = (self.now, value[3:]) if value.startswith("now") else (desk.now(), value)
                return start + _span(span)
            case _:
                return self._number(value) if field.name == "into" else value

    def _number(self, name: str) -> int:
        if name not in self.numbers:
            raise WrongUse(f"No case is called {name!r} by then.", "The step that opens it gives it the name.")
        return self.numbers[name]

    def _opened(self, step: Step, outcome: execution.Outcome) -> None:
        assert outcome.opened is not None
        if len(step.cases) != 1 or step.cases[0] in self.numbers:
            raise WrongUse("An opening gives its case a name that no other has.")
        self.numbers[step.cases[0]] = outcome.opened

    def _introduce(self, desk: Desk, name: str) -> None:
        """Stores what else is known of a customer, once their first case has added them."""
        if known := self.strangers.pop(fold(name), None):
            words = {"tier": known.tier, "email": known.email, "phone": known.phone, "note": known.note}
            customers.change(desk, name, orders=known.orders, **words)


def _content(given: dict[str, Any]) -> Content:
    may = _some(given, "limit", "currency")
    return Content(
        title=given["title"],
        may=Authority(text=given["may"], **may) if "may" in given else None,
        escalate_when=given.get("escalate-when", ""),
        **_some(given, "signs", "say"),
        causes=tuple(given.get("causes", ())),
        tags=tuple(given.get("tags", ())),
        steps=tuple(given.get("steps", ())),
    )


def _opening(desk: Desk, given: dict[str, Any]) -> OpenCase:
    source, _, external = given.get("external", "").partition(":")
    return OpenCase(
        owner=_owner(desk, given),
        inbound=not given.get("outbound", False),
        tags=tuple(given.get("tags", ())),
        external=(source, external) if source else None,
        **_some(given, "subject", "description", "channel", "priority"),
    )


def _owner(desk: Desk, given: dict[str, Any]) -> int | None:
    return desk.find(given["owner"]) if "owner" in given else None


def _some(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
