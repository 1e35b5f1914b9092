"""What a sweep did, which may be any number of things: it waits in a file until it is printed."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from careconsole.cli.output import MANY_ROWS, put, put_json_with_list, screen_width
from careconsole.cli.reports import put_report
from careconsole.cli.spool import Spool
from careconsole.desk import Desk
from careconsole.desk.cases.sweep import Act
from careconsole.domain.time.moments import local
from careconsole.present.json_types.work import SweepEntry
from careconsole.present.sweep_report import Sums, act_entry, act_words

_AT_ONCE = 500
_HEAD, _RIGHT = ("When", "No", "What", "Subject"), (1,)


class Swept(Spool):
    """Takes acts, some at a time, and prints them in their order or, with `by_time`, by when they happened.

    To be used as a context.
    """

    def __init__(self, desk: Desk, now: int, *, as_json: bool, by_time: bool) -> None:
        super().__init__()
        self.now = now
        self._desk, self._as_json, self._by_time = desk, as_json, by_time
        self._sums = Sums()
        self._times, self._places = array("q"), array("q")

    def __bool__(self) -> bool:
        return len(self._times) > 0

    def add(self, acts: Sequence[Act]) -> None:
        """Adds some more acts."""
        roster, now = self._desk.roster(), self.now
        self._sums.add(acts)
        for act in acts:
            self._times.append(act.event.at)
            one: Any = (
                act_entry(act, roster)
                if self._as_json
                else (local(act.event.at, now), str(act.before.number), act_words(act, roster, now), act.before.subject)
            )
            self._places.append(self.keep(one))

    def put_table(self, dry_run: bool) -> None:
        """Prints a table, and below it how much was done, or would be."""
        rows = map(msgspec.json.Decoder(tuple[str, ...]).decode, self._lines())
        if len(self._times) <= MANY_ROWS:
            put_report(_HEAD, list(rows), right=_RIGHT)
        else:
            from careconsole.cli.long_table import LongTable

            with LongTable(_HEAD, right=_RIGHT, width=screen_width()) as table:
                while some := list(islice(rows, _AT_ONCE)):
                    table.add(some, {})
                table.put()
        put(self._sums.words(dry_run))

    def put_json(self, entry: SweepEntry) -> None:
        """Prints `entry` with the acts as what was done."""
        items = map(msgspec.Raw, self._lines())
        put_json_with_list(entry, "done", iter(lambda: list(islice(items, _AT_ONCE)), []))

    def _lines(self) -> Iterator[bytes]:
        places: Sequence[int] = self._places
        if self._by_time:
            places = [self._places[at] for at in sorted(range(len(self._times)), key=self._times.__getitem__)]
        return self.kept_at(places)
