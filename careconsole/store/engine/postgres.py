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
from careconsole.store.engine.postgres_search import Tokenizer, condition, search_row, word_condition
from careconsole.store.engine.postgres_session import AT_ONCE, CHANNEL, PostgresSession
from careconsole.store.engine.search_words import indexed, telling_words

if TYPE_CHECKING:
    from careconsole.store.engine.stop_signal import StopSignal

_LOOK_SECONDS = 1.0
"""How often a waiting console asks for changes; a notification wakes it earlier, where there are any."""
_MAX_SEPARATE = 8
"""Up to this many alternatives are separate conditions."""


class PostgresEngine(PostgresSession):
    """An open PostgreSQL database."""

    name = "postgresql"
    keeps_files = False
    _words: Tokenizer | None = None
    _woken = False
    _asked = 0.0

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

    def joined(self, column: str) -> str:
        """The integers of a column of a group, with commas between them."""
        return f"string_agg({column}::text, ',')"

    def words_match(self, *texts: str, name: str = "words") -> tuple[str, dict[str, Any]]:
        """Every word of a text (of a very long one, the first hundred) must be a prefix of a word of the event."""
        found, params = condition(self._tokenizer(), texts, name)
        return f"events.id in (select search.id from search where {found})", params

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
        """Asks how many changes there were once a second, however often it is called, or when a notification comes."""
        end = time.monotonic() + timeout
        with explained(self.path):
            self._ready()
            if not self._listening:
                self.connection.add_notify_handler(self._hear)
                self.connection.execute(f"listen {CHANNEL}")
                self._listening = self._woken = True
            self._take_in()
            while True:
                now = time.monotonic()
                if self._woken or now >= self._asked + _LOOK_SECONDS:
                    self._woken, self._asked = False, now
                    if self._look():
                        self.check_opened()
                        return True
                if now >= end or (stop is not None and stop.is_set()):
                    return False
                self._rest(min(end, self._asked + _LOOK_SECONDS) - now, stop)

    def _look(self) -> bool:
        """Whether there was a change since the last look."""
        before, self._seen = self._seen, self._changes()
        return self._seen != before

    def _rest(self, seconds: float, stop: StopSignal | None) -> None:
        """Waits until the server says something."""
        server, waiting = self.connection.fileno(), select.poll()
        waiting.register(server, select.POLLIN)
        if stop is not None:
            waiting.register(stop, select.POLLIN)
        if any(ready == server for ready, _ in waiting.poll(max(0, int(seconds * 1000 + 0.999)))):
            self.connection.pgconn.consume_input()
            self._take_in()

    def _take_in(self) -> None:
        """Takes note of notifications that came."""
        while self.connection.pgconn.notifies():
            self._woken = True

    def _hear(self, notification: object) -> None:
        """Takes note of a notification that came with the answer to a statement."""
        self._woken = True

    def file_id(self) -> str:
        """The numbers of the database and of its table of mails: what is restored from a dump has others."""
        row = self.fetch_one(
            "select oid::bigint, 'outgoing'::regclass::oid::bigint from pg_database where datname = current_database()"
        )
        assert row is not None
        return f"{row[0]}/{row[1]}"

    def cache_little(self) -> None:
        """Does nothing: the server keeps the database in memory."""

    def cache_much(self) -> None:
        """Does nothing: the server keeps the database in memory."""

    def close(self) -> None:
        """Closes the connection."""
        if self._words is not None:
            self._words.close()
        super().close()
