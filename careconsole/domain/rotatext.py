"""The duty rota as TOML: a zone, `[[turn]]` tables of the week, and `[[exception]]` tables.

    zone = "Europe/Berlin"

    [[turn]]
    days = "mon-fri"               every day, if left out
    hours = "18:00-08:00"          until the day after; all day, if left out
    lead = "Ana"

    [[exception]]
    from = 2026-12-24              a day, or a moment such as "2026-12-24 18:00"
    until = 2026-12-26             that day included; for one day it can be left out
    lead = "Dora"

A mistake is told with the line it stands in. People are named as the team calls them, and kept as their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from careconsole.domain import toml
from careconsole.domain.calendars import DAYS_HINT, WEEKDAYS, ZONE_HINT, first_moment, quoted, zone_of
from careconsole.domain.calendartables import WrongEntry, weekdays
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import hint_of, suggest
from careconsole.domain.names import find_person
from careconsole.domain.roster import Roster
from careconsole.domain.rota import FULL_DAY, WEEK, Instead, Rota, Turn, first_overlap, leads
from careconsole.domain.times import MINUTE, format_span
from careconsole.domain.tomllines import read_toml, table_of, toml_value, with_line, wrong

_TEMPLATE = suggest("team rota template")
_HINT = hint_of("See {}.", _TEMPLATE)
_HOURS_HINT = 'Write hours like "08:00-18:00", or "18:00-08:00" for those that end the day after.'
_MOMENT_HINT = 'Write a day like 2026-12-24, or a moment like "2026-12-24 18:00".'
_ZONE_HINT = 'Begin the rota with it, in a line such as zone = "Europe/Berlin".'
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LEAD = re.compile(r"""(\blead\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*')""")


def parse_rota(text: str, roster: Roster, now: int) -> Rota:
    """Reads a rota. Raises WrongUse that names the line and the key.

    Whom it names must lead in this roster; in exceptions that are over by `now`, they need only be known.
    """
    try:
        return _Reading(roster, now).read(read_toml(text, _HINT))
    except WrongEntry as error:
        raise with_line(text, error) from None


def with_exception(text: str, exception: Instead, name: str, zone: str) -> str:
    """`text` with one more exception at its end, in times of the zone; the rest stays as it is.

    Raises WrongUse where its exceptions are written in a way that lets none follow.
    """
    begins, until = (_written(at, zone_of(zone)) for at in (exception.begins, exception.until))
    rows = ["[[exception]]", f"from = {begins}", f"until = {until}", f"lead = {toml_value(name)}"]
    longer = "\n".join([*([text.rstrip(), ""] if text.strip() else []), *rows]) + "\n"
    try:
        toml.loads(longer)
    except toml.NotToml:
        raise WrongUse(
            "The rota's exceptions are one list, to which none can be added.",
            hint_of("Write each as a table [[exception]], and set the rota again; see {}.", _TEMPLATE),
        ) from None
    return longer


def renamed(text: str, names: Mapping[str, str]) -> str:
    """`text` with leads under new names, by those that it calls them by."""

    def put(match: re.Match[str]) -> str:
        try:
            said = str(toml.loads(f"lead = {match[2]}")["lead"])
        except toml.NotToml:
            return match[0]
        return match[1] + toml_value(names[said]) if said in names else match[0]

    return _LEAD.sub(put, text)


def turn_words(turn: Turn) -> str:
    """A turn for people: "Mon 18:00-08:00"."""
    ends = turn.ends if turn.ends <= FULL_DAY else turn.ends - FULL_DAY
    return f"{WEEKDAYS[turn.weekday][:3].title()} {_clock(turn.begins)}-{_clock(ends)}"


def in_vain(rota: Rota, roster: Roster, usual: int | None, now: int) -> dict[int, str]:
    """People whom the rota names in the week or in exceptions to come though they do not lead, and what is to be said.

    `usual` is who has the duty where the rota says nobody.
    """
    said = {}
    coming = Rota(week=rota.week, exceptions=tuple(e for e in rota.exceptions if e.until > now))
    for number, named in coming.people().items():
        person = roster.people.get(number)
        if not leads(person):
            why = "has left the team" if person is None or not person.active else "leads no longer"
            counts = zip(named, ("turn", "exception"), strict=True)
            parts = [f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in counts if n]
            what = f"{' and '.join(parts)} of the rota {'names' if sum(named) == 1 else 'name'} them"
            said[number] = f"{roster.name(number)} {why}, and {what}; {_instead(roster, usual)}."
    return said


def gaps(rota: Rota, roster: Roster, usual: int | None) -> str:
    """For how much of the week the rota names nobody, and who has the duty then; empty when there is no such time."""
    if not rota.week or rota.covered >= WEEK:
        return ""
    span = format_span((WEEK - rota.covered) * MINUTE)
    return f"For {span} of each week the rota names nobody; {_instead(roster, usual)}."


def _instead(roster: Roster, usual: int | None) -> str:
    return f"{roster.name(usual) if usual is not None else 'another lead'} has the duty then"


class _Reading:
    """Reads the tables of one rota. Raises WrongEntry, whose `key` leads to the mistake."""

    def __init__(self, roster: Roster, now: int) -> None:
        self._roster = roster
        self._now = now
        self._zone: tzinfo | None = None
        self._names: dict[str, int] = {}

    def read(self, table: Mapping[str, object]) -> Rota:
        for name in table:
            if name not in ("zone", "turn", "exception"):
                raise wrong((name,), "There is nothing of that name here.", "There are zone, [[turn]], [[exception]].")
        zone = self._read_zone(table)
        turns: list[tuple[int, Turn]] = []
        for n, entry in enumerate(_tables(table, "turn")):
            turns += [(n, turn) for turn in self._turns(entry, ("turn", str(n)))]
        self._must_part(turns)
        exceptions = [
            self._exception(entry, ("exception", str(n))) for n, entry in enumerate(_tables(table, "exception"))
        ]
        if not turns and not exceptions:
            raise WrongUse("It names nobody at any time.", "Begin with: {}.", _TEMPLATE)
        return Rota(zone, tuple(turn for _, turn in turns), tuple(exceptions), self._names)

    def _read_zone(self, table: Mapping[str, object]) -> str:
        if "zone" not in table:
            return "UTC"  # for exceptions with times of their own; what needs a zone asks for it
        zone = table["zone"]
        try:
            if not isinstance(zone, str):
                raise WrongUse("This must be a zone, as text.", ZONE_HINT)
            self._zone = zone_of(zone)
        except WrongUse as error:
            raise wrong(("zone",), error.message, error.hint) from None
        return zone

    def _turns(self, entry: Mapping[str, object], at: tuple[str, ...]) -> list[Turn]:
        _must_have_only(entry, at, ("days", "hours", "lead"))
        if self._zone is None:
            raise wrong(at, "In which zone these hours are is missing.", _ZONE_HINT)
        lead = self._lead(entry, at, over=False)
        days = []
        for words in _listed(entry.get("days", "mon-sun"), (*at, "days"), DAYS_HINT):
            try:
                days += weekdays(words)
            except WrongUse as error:
                raise wrong((*at, "days"), error.message, error.hint) from None
        hours = [
            _hours(words, (*at, "hours"))
            for words in _listed(entry.get("hours", "00:00-24:00"), (*at, "hours"), _HOURS_HINT)
        ]
        return [Turn(day, begins, ends, lead) for day in days for begins, ends in hours]

    def _must_part(self, turns: Sequence[tuple[int, Turn]]) -> None:
        found = first_overlap(turn for _, turn in turns)
        if found is not None:
            latest = max(n for n, turn in turns if turn is found[0] or turn is found[1])
            raise wrong(
                ("turn", str(latest)),
                f"The turns {turn_words(found[0])} and {turn_words(found[1])} overlap.",
                "One lead has the duty at a time: end one where the other begins.",
            )

    def _exception(self, entry: Mapping[str, object], at: tuple[str, ...]) -> Instead:
        _must_have_only(entry, at, ("from", "until", "lead"))
        if "from" not in entry:
            raise wrong(at, "From when on is missing.", f"Give it as from. {_MOMENT_HINT}")
        begins, whole_day = self._moment(entry["from"], (*at, "from"), end=False)
        if "until" not in entry and not whole_day:
            raise wrong(at, "Until when is missing.", f"Give it as until. {_MOMENT_HINT}")
        key = (*at, "until" if "until" in entry else "from")
        until, _ = self._moment(entry.get("until", entry["from"]), key, end=True)
        if until <= begins:
            raise wrong(key, "It ends before it begins.", "Give an end that lies after its beginning.")
        return Instead(begins, until, self._lead(entry, at, over=until <= self._now))

    def _moment(self, value: object, key: tuple[str, ...], *, end: bool) -> tuple[int, bool]:
        """A moment, and whether it was given as a day: the beginning of that day, or its end."""
        said = _as_time(value)
        if said is None or not 1900 <= said.year < 2200:
            raise wrong(key, f"{quoted(value)} is no day and no moment.", _MOMENT_HINT)
        if isinstance(said, datetime) and said.tzinfo is not None:
            return (said - _EPOCH) // _MILLISECOND, False
        if self._zone is None:
            raise wrong(key, "In which zone this is is missing.", _ZONE_HINT)
        if isinstance(said, datetime):
            return first_moment(self._zone, said), False
        midnight = datetime(said.year, said.month, said.day) + timedelta(days=end)
        return first_moment(self._zone, midnight), True

    def _lead(self, entry: Mapping[str, object], at: tuple[str, ...], *, over: bool) -> int:
        name = entry.get("lead")
        key = (*at, "lead") if "lead" in entry else at
        if not isinstance(name, str) or not name.strip():
            raise wrong(key, "Which lead has the duty then is missing.", 'Write it like lead = "Ana".')
        try:
            person = find_person(name, self._roster)
        except WrongUse as error:
            raise wrong(key, error.message, error.hint) from None
        if not over and not leads(person):
            raise wrong(
                key,
                f"{person.name} {'is no lead' if person.active else 'has left the team'}.",
                hint_of("Name a lead, or make them one first: {}.", suggest("team role", name=..., role="lead")),
            )
        self._names[name] = person.number
        return person.number


def _tables(table: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    entries = table.get(name, [])
    if not isinstance(entries, list):
        raise wrong((name,), f"{name.capitalize()}s are a list of tables.", f"Begin each with a line [[{name}]].")
    return [table_of(entry, (name, str(n)), _HINT) for n, entry in enumerate(entries)]


def _must_have_only(entry: Mapping[str, object], at: tuple[str, ...], keys: tuple[str, ...]) -> None:
    for key in entry:
        if key not in keys:
            raise wrong((*at, key), f"There is nothing of that name in {_A[at[0]]}.", f"It has {', '.join(keys)}.")


_A = {"turn": "a turn", "exception": "an exception"}


def _listed(value: object, key: tuple[str, ...], hint: str) -> list[str]:
    """Words that stand in a list, or in a text with commas between them."""
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise wrong(key, f"{quoted(value)} cannot be read.", hint)
    return words


def _hours(words: str, key: tuple[str, ...]) -> tuple[int, int]:
    """The minutes after midnight at which hours begin and end; those that end the day after end after 24:00."""
    match = re.fullmatch(r"\s*(\d\d?):([0-5]\d)\s*[-–]\s*(\d\d?):([0-5]\d)\s*", words, re.ASCII)
    if match is None:
        raise wrong(key, f"{quoted(words)} are no hours.", _HOURS_HINT)
    hour, minute, end_hour, end_minute = map(int, match.groups())
    begins, ends = hour * 60 + minute, end_hour * 60 + end_minute
    if begins >= FULL_DAY or ends > FULL_DAY:
        raise wrong(key, f"{quoted(words)} are no hours of a day.", _HOURS_HINT)
    return begins, ends if ends > begins else ends + FULL_DAY


def _as_time(value: object) -> date | None:
    """A day or a moment, as TOML's or as text; None for anything else."""
    if isinstance(value, str):
        written = value.strip()
        try:
            return date.fromisoformat(written) if len(written) <= len("2026-12-24") else datetime.fromisoformat(written)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _written(at: int, zone: tzinfo) -> str:
    return (_EPOCH + at * _MILLISECOND).astimezone(zone).replace(microsecond=0).isoformat()


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
