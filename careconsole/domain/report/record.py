"""The record of past weeks: lines of `export measures --weeks`, which a later report shows as they were.

A line is one number: {"at": the end of the week, "measure": "week_kept", "part": "n", "value": 12}. Weeks that were not
over are not recorded, nor those of which too little is known yet. The first record of a week counts, whatever follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import suggest
from careconsole.domain.report.figures import Figure, Record, Recorded
from careconsole.domain.report.panels import DEFINITIONS, Kind
from careconsole.domain.report.weeks import Week
from careconsole.domain.time.moments import parse_iso

_BEGINS = "week_"
_N, _HITS, _VALUE = _PARTS = ("n", "hits", "value")


def recorded(
    figures: Mapping[str, Figure], weeks: Sequence[Week], until: int
) -> Iterator[tuple[int, str, str, float | None]]:
    """What is to be recorded: the end of a week (epoch milliseconds), the measure, the part, and the number."""
    for place, week in enumerate(weeks):
        for id, one in figures.items():
            if week.until + one.definition.settles <= until:
                found = one.weeks[place]
                for part, value in zip(_PARTS, (found.n, found.hits, found.value), strict=True):
                    yield week.until, f"{_BEGINS}{id}", part, value


def read_record(text: str, name: str) -> Record:
    """The record in a text that is called `name`, of JSON Lines; lines about anything else are passed over.

    Raises WrongUse, with the line, for a text that is not JSON Lines or has an impossible number, and for one without
    any week.
    """
    parts: dict[tuple[str, int], dict[str, float | None]] = {}
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                _take(decode(line), parts)
            except (msgspec.DecodeError, ValueError, TypeError, WrongUse) as error:
                raise WrongUse(
                    f"Line {number} of {name} is no figure of an export of measures by weeks.",
                    "Give the file as it was exported, as JSON Lines.",
                ) from error
    found = {key: Recorded(int(one[_N] or 0), int(one[_HITS] or 0), one[_VALUE]) for key, one in parts.items()
             if one.keys() == {*_PARTS}}  # fmt: skip
    if not found:
        raise WrongUse(f"{name} has no weeks of a report.", "Record them: {}.", suggest("export measures", weeks=True))
    return found


def _take(entry: Mapping[str, Any], parts: dict[tuple[str, int], dict[str, float | None]]) -> None:
    measure, part = entry.get("measure"), entry.get("part")
    if not isinstance(measure, str):
        raise ValueError("no measure")
    id = measure.removeprefix(_BEGINS)
    if id == measure or id not in DEFINITIONS or part not in _PARTS:
        return
    value = _number(entry.get("value"), part, DEFINITIONS[id].kind)
    parts.setdefault((id, parse_iso(str(entry.get("at")), "It")), {}).setdefault(part, value)


def _number(value: object, part: str, kind: Kind) -> float | None:
    if value is None and part == _VALUE:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**53:
        raise ValueError("no such number")
    if (part == _VALUE and kind is Kind.SHARE and value > 1) or (part != _VALUE and value != int(value)):
        raise ValueError("no such share, or no whole number")
    return value
