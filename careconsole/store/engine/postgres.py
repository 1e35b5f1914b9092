"""The PostgreSQL engine: one database on a server, for a team that one machine is not enough for.

A connection keeps nothing on the server beyond its transactions: it also works through pgbouncer in transaction mode,
where another's change is seen a second later, because LISTEN hears nothing there.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from careconsole.domain.terminal_text import search_key
from careconsole.store.engine.postgres_errors import explained
from careconsole.store.engine.postgres_lines import Bell
from careconsole.store.engine.postgres_search import Tokenizer, condition, search_row, word_condition
from careconsole.store.engine.postgres_session import AT_ONCE
from careconsole.store.engine.postgres_writing import PostgresWriting
from careconsole.store.engine.search_words import indexed, telling_words

if TYPE_CHECKING:
    from careconsole.store.engine.stop_signal import StopSignal

_LOOK_SECONDS = 0.9
"""How often a waiting console asks for changes where no notification comes, as through pgbouncer."""
_LOOK_QUIET, _QUIET_SECONDS = 2.5, 30.0
"""How often it asks there once nothing has changed for a while: hundreds of consoles at night are work for a server."""
_LOOK_HEARING = 5.0
"""How often it asks where notifications come, and wake it earlier."""
_BESIDE_SECONDS = 0.1
"""How long it waits at most while another thread uses the connection over which notifications come."""
_MAX_SEPARATE = 8
"""Up to this many alternatives are separate conditions."""


class PostgresEngine(PostgresWriting):
    """An open PostgreSQL database."""

    name = "postgresql"
    keeps_files = False
    _words: Tokenizer | None = None
    _bell: Bell | None = None

    def in_list(self, column: str, values: Sequence[str] | Sequence[int]) -> tuple[str, dict[str, Any]]:
        """A single parameter (`:among`, so once per statement), an array."""
        kind = "text[]" if any(isinstance(value, str) for value in values) else "bigint[]"
        return f"{column} = any(:among::{kind})" if values else f"{column} is null and false", {"among": list(values)}

    def holds_any(self, column: str, parts: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
        """Many parts become one array."""
        if len(parts) > _MAX_SEPARATE:
            sought = f"select 1 from unnest(:{name}::text[]) as part where strpos({column}, part) > 0"
            return f"exists ({sought})", {name: list(parts)}
        params = {f"{name}_{place}": part for place, part in enumerate(parts)}
        return f"({' or '.join(f'strpos({column}, :{one}) > 0' for one in params)})", params

    def names_hold(self, column: str, parts: Sequence[str], name: str) -> tuple[str, dict[str, Any]]:
        """Compares search keys, which the table keeps beside the names."""
        return self.holds_any(self.key_of(column), [search_key(part) for part in parts], name)

    def key_of(self, column: str) -> str:
        """The column with the keys. Those of names that this transaction wrote are made first."""
        assert column == "folded", "only customers have search keys"
        self._make_keys()
        return "search_key"

    def _tokenizer(self) -> Tokenizer:
        self._words = self._words or Tokenizer()
        return self._words

    def beyond_ascii(self, column: str) -> str:
        """A condition that the text in `column` has characters beyond ASCII."""
        return f"octet_length({column}) <> length({column})"

    def json_number(self, column: str, key: str) -> str:
        """The integer under a key of the JSON object in `column`; null without one."""
        return f"json_number({column}, '{key}')"

    def json_holds(self, column: str, key: str, number: str) -> str:
        """A condition that the JSON object in `column` has a list under a key, with the integer of the expression."""
        return f"coalesce({column}::jsonb -> '{key}' @> to_jsonb({number}), false)"

    def joined(self, column: str) -> str:
        """The integers of a column of a group, with commas between them."""
        return f"string_agg({column}::text, ',')"

    def words_match(self, *texts: str, name: str = "words") -> tuple[str, dict[str, Any]]:
        """Every word of a text (of a very long one, the first hundred) must be a prefix of a word of the event."""
        found, params = condition(self._tokenizer(), texts, name)
        return f"events.id in (select search.id from search where {found})", params

    def rarest_first(self, texts: Sequence[Sequence[str]]) -> None:
        """None: the server knows how common words are, and plans by it."""

    def words_like(self, text: str, most: int) -> list[tuple[str, list[int]]]:
        """Asks for each word by itself."""
        found = []
        for word in telling_words(text):
            holds, params = word_condition(self._tokenizer(), word, "word")
            numbers = self.fetch_numbers(
                f"select id from search where {holds} order by id desc limit :most", {**params, "most": most}
            )
            if numbers:
                found.append((word, numbers.tolist()))
        return found

    def index_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Makes the words of new events (id, words) searchable."""
        each = iter(rows)
        while some := list(islice(each, AT_ONCE)):
            words = self._tokenizer().words([indexed(text) for _, text in some])
            self.execute_many(
                "insert into search (id, words, lexemes) values (?, ?, array_to_tsvector(?::text[]))",
                [search_row(number, found) for (number, _), found in zip(some, words, strict=True) if found],
            )

    def forget_words(self, rows: Iterable[tuple[int, str]]) -> None:
        """Removes the words of events (id, words) from the search index."""
        self.execute("delete from search where id = any(:ids::bigint[])", {"ids": [number for number, _ in rows]})

    def wait(self, timeout: float, stop: StopSignal | None = None) -> bool:
        """Waits for a notification, or asks now and then; one thread of the process does that for all.

        So they ask no more often the more they are, however often this is called.
        """
        if self._change is not None:  # a write has its turn, so it knows; to ask would count the write itself
            missed, self._seen = self._seen != self._change - 1, self._change - 1
            return missed
        ear, end = self._lines.ear, time.monotonic() + timeout
        bell = self._own_bell()
        led = asked = False
        try:
            while True:
                bell.heard()  # first: what it rings for from now on ends the rest below
                if ear.changes is not None and ear.changes != self._seen:
                    self._seen = ear.changes
                    self.check_opened(missing_ok=True)
                    return True
                now = time.monotonic()
                if (stop is not None and stop.is_set()) or (asked and now >= end):
                    return False
                asked = True
                if ear.leads.acquire(blocking=False):
                    led = True
                    try:
                        self._lead(end - now, stop, bell)
                    finally:
                        ear.leads.release()
                else:
                    _rest(end - now, stop, bell.reader)
        finally:
            if led:
                ear.ring()  # so that another one leads

    def _own_bell(self) -> Bell:
        if self._bell is None:
            self._bell = Bell()
            self._lines.ear.follow(self._bell)
        return self._bell

    def _lead(self, seconds: float, stop: StopSignal | None, bell: Bell) -> None:
        """Asks how many changes there were if it is time to; else waits until it is, or a notification comes."""
        lines, ear = self._lines, self._lines.ear
        with explained(self.path):
            lines.begin_to_hear()
        hearing = lines.hearing()
        now = time.monotonic()
        due = ear.asked + (_LOOK_HEARING if hearing is not None else _look_seconds(now - ear.changed_at))
        if ear.woken or now >= due:
            ear.woken, ear.asked = False, now
            mark = ear.mark()
            changes, *state = self._look()
            ear.found(changes, mark, tuple(state))
            lines.close_spare()
            return
        seconds = min(seconds, due - now)
        if hearing is not None:
            if hearing in _rest(seconds, stop, bell.reader, hearing):
                self._take_in()
        elif lines.is_heard:
            with ear.resting_beside():
                if lines.hearing() is None:  # otherwise it was given back meanwhile
                    _rest(min(seconds, _BESIDE_SECONDS), stop, bell.reader)
        else:
            _rest(seconds, stop, bell.reader)

    def _take_in(self) -> None:
        """Takes note of notifications that came. What came may also be the answer that another thread waits for."""
        line = self._lines.take_hearing()
        if line is None:
            return
        try:
            if line.is_lost():
                self._lines.ear.hear()  # asking tells why
            while (heard := line.connection.pgconn.notifies()) is not None:
                self._lines.ear.hear(heard.extra.decode())
        finally:
            self._lines.give(line)

    def file_id(self) -> str:
        """The numbers of the database and of its table of mails: what is restored from a dump has others."""
        row = self.fetch_one(
            "select oid::bigint, 'outgoing'::regclass::oid::bigint from pg_database where datname = current_database()"
        )
        assert row is not None
        return f"{row[0]}/{row[1]}"

    def cache_little(self) -> None:
        """Does nothing: the server keeps the database in memory."""

    def expect_bulk(self) -> None:
        """Does nothing: the server keeps the database in memory."""

    def close(self) -> None:
        """Frees the memory, and leaves the connections to others; the last one closes them."""
        if self._words is not None:
            self._words.close()
        if self._bell is not None:
            self._lines.ear.unfollow(self._bell)
            self._bell.close()
            self._bell = None
        super().close()


def _look_seconds(quiet: float) -> float:
    """How long to wait before asking again, after so many seconds in which nothing changed."""
    return _LOOK_SECONDS if quiet < _QUIET_SECONDS else _LOOK_QUIET


def _rest(seconds: float, stop: StopSignal | None, *others: int) -> list[int]:
    """Waits until there is something to read, of `stop` or of other file descriptors; returns of which."""
    waiting = select.poll()
    for source in (stop, *others):
        if source is not None:
            waiting.register(source, select.POLLIN)
    return [found for found, _ in waiting.poll(max(0, int(seconds * 1000 + 0.999)))]
