"""SQLite and PostgreSQL come to the same: a random history of a team, and the search, on both."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from inspect import getmembers
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from careconsole.desk import Desk
from careconsole.desk.cases import execution, sweep
from careconsole.desk.console import visits
from careconsole.desk.receipts.settings import KEY
from careconsole.desk.team import members
from careconsole.domain.case.notes import Note
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.terminal_text import fold
from careconsole.export.dump import write_all
from careconsole.store import Store, create_store, open_store
from careconsole.store.engine.postgres_url import as_login
from careconsole.store.maintenance.logins import LEAD, SWEEP, NewLogin, tie
from tests import postgres
from tests.desk import test_any_sequence
from tests.store.writing import open_case

EXAMPLES, STEPS = 20, 50
IDENTITY = "0" * 32


@pytest.fixture
def on_server(postgres_server: postgres.Server) -> Iterator[Callable[[], str]]:
    """A function that makes a database; all are removed at the end."""
    made: list[str] = []

    def make() -> str:
        made.append(postgres_server.database(postgres_server.template()))
        return made[-1]

    yield make
    for url in made:
        postgres_server.drop(url)


def exported(store: Store) -> str:
    """An export of everything, with the identity of no database, and the same key for the tags of cases."""
    lines: list[str] = []
    desk = Desk(store, lambda: 0)
    write_all(desk, lines.append)
    text = "\n".join(lines).replace(desk.identity(), IDENTITY)
    key = store.people.setting(KEY)
    return text if key is None else text.replace(key, IDENTITY)


def run(team: type[test_any_sequence.Team], examples: int) -> None:
    """Runs random histories; what must always hold is checked in a test of its own."""
    for name, member in getmembers(team):
        if hasattr(member, "hypothesis_stateful_invariant"):
            setattr(team, name, lambda self: None)

    run_state_machine_as_test(
        seed(20)(team),
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def histories(url: Callable[[], str] | None) -> list[str]:
    """What is exported after each of the random histories, which depend on nothing but the seed."""
    found: list[str] = []

    class Team(test_any_sequence.Team):
        def url(self) -> str:
            return super().url() if url is None else url()

        def teardown(self) -> None:
            found.append(exported(self.store))
            super().teardown()

    run(Team, EXAMPLES)
    return found


def test_a_thousand_random_steps_are_exported_as_the_same_bytes(on_server: Callable[[], str]) -> None:
    one, other = histories(None), histories(on_server)
    assert len(one) >= EXAMPLES
    for first, second in zip(one, other, strict=True):
        assert first.splitlines() == second.splitlines()
    assert sum(history.count('"table":"events"') for history in one) > EXAMPLES


def test_random_steps_are_refused_to_nobody_by_their_own_login(
    postgres_server: postgres.Server, on_server: Callable[[], str]
) -> None:
    """The server refuses nothing that the program lets somebody do, even when somebody else leads by then."""

    class Team(test_any_sequence.Team):
        def url(self) -> str:
            self.place = on_server()
            self.stores: dict[str, Store] = {}
            self.tied: dict[int, bool] = {}
            return self.place

        def desk(self, name: str | None) -> Desk:
            if "Dora" not in self.numbers:
                return super().desk(name)
            if not self.tied:
                self.tie(None, (SWEEP,))
            roster = self.store.people.roster()
            for person in filter(lambda one: one.has_console, roster.people.values()):
                if self.tied.get(person.number) is not person.leads:
                    self.tied[person.number] = person.leads
                    self.tie(person.number, (LEAD,) if person.leads else ())
            who = self.numbers[name] if name else None
            if self.login(who) not in self.stores:
                self.stores[self.login(who)] = open_store(as_login(self.place, self.login(who)))
            return Desk(self.stores[self.login(who)], lambda: self.now, who)

        def login(self, person: int | None) -> str:
            return f"step_{person or 'cron'}"

        def tie(self, person: int | None, rights: tuple[str, ...]) -> None:
            tie(self.store.engine, NewLogin(name=self.login(person), person=person, rights=rights))  # type: ignore[arg-type]

        def teardown(self) -> None:
            for store in self.stores.values():
                store.close()
            super().teardown()
            postgres_server.drop(self.place)
            postgres_server.drop_roles("step\\_%", f"{postgres_server.name(self.place)}\\_%")

    run(Team, 6)


SCRIPTS = (
    *("refund", "Réfund", "RÉSUMÉ", "naïve", "Größe", "Straße", "Ærø", "Kılıç", "ΑΒΓ", "Ёлка", "чай", "don’t", "won't"),
    *("C++", "foo-bar", "snake_case", "a.b@c.de", "100%", "4711", "x" * 300, "ﬁn", "①", "Ⅻ", "𝔘𝔫𝔦", "𐐷", "ᏣᎳᎩ", "ꙮ"),
    *("東京", "タワー", "ﾀﾜｰ", "故障", "고객", "지원", "ร้าน", "อาหาร", "שלום", "مرحبا", "हिन्दी", "ქართული"),
    *("\u0301", "e\u0301", "🎉", "👍🏽", "\u200d", "soft\u00adware"),
    *("'", '"', "\\", "&", "|", "!", ":*", "<->", "$1", "AND", "OR", "NOT", "NEAR("),
)
"""Words, and pieces of words, of many scripts; some are no words for one engine or the other by itself."""
JOINS = (" ", "", "-", ", ", "\n", "/", "_", "'")


def text(random: random.Random) -> str:
    """A text of some of these words, or of any characters at all."""
    if random.random() < 0.2:
        planes = ((0x20, 0x250), (0x250, 0x3000), (0x3000, 0xD800), (0xE000, 0x20000))
        return "".join(chr(random.randrange(*random.choice(planes))) for _ in range(random.randrange(1, 12)))
    words = (random.choice(SCRIPTS) + random.choice(JOINS) for _ in range(random.randrange(1, 7)))
    return "".join(words)


def found(store: Store, sought: str) -> list[int]:
    """The cases with an event that has the words sought."""
    condition, params = store.engine.words_match(sought)
    rows = store.engine.fetch_all(f"select case_id from events where {condition} order by id", params)
    return [row[0] for row in rows]


def test_both_find_the_same_words_and_names_in_every_script(on_server: Callable[[], str], tmp_path: Path) -> None:
    chance = random.Random(20)
    stores = create_store(str(tmp_path / "desk.db")), create_store(on_server())
    try:
        texts = [*SCRIPTS, *(text(chance) for _ in range(200))]
        for store in stores:

            def fill(store: Store = store) -> None:
                for subject in texts:
                    open_case(store, subject=subject)
                for name in dict.fromkeys(filter(str.strip, texts)):
                    if not store.customers.numbers([fold(name)]):
                        store.customers.add(name)
                store.engine.execute("update customers set note = 'of whom only the name is known counts as gone'")

            store.engine.write(fill)
        hits = 0
        for sought in [*texts, *(text(chance) for _ in range(200))]:
            one, other = (found(store, sought) for store in stores)
            assert one == other, sought
            hits += len(one)
            likes = [store.engine.words_like(sought, 3) for store in stores]
            assert likes[0] == likes[1], sought
            names = [[c.number for c in store.customers.like(sought, 20)] for store in stores]
            assert names[0] == names[1], sought
            near = [store.customers.near(sought) for store in stores]
            assert near[0] == near[1], sought
        assert hits > 2 * len(texts), "a text is found by itself, and others by it"
    finally:
        for store in stores:
            store.close()


def test_the_tables_and_columns_are_the_same(on_server: Callable[[], str], tmp_path: Path) -> None:
    """Read from each database itself, and not from what made it."""
    file, server = create_store(str(tmp_path / "desk.db")), create_store(on_server())
    try:
        one: dict[str, set[tuple[Any, ...]]] = {}
        for (table,) in file.engine.fetch_all("select name from sqlite_master where type = 'table'"):
            if not table.startswith(("sqlite_", "search", "_sqlite")):
                rows = file.engine.fetch_all(f"pragma table_xinfo({table})")
                one[table] = {(r[1], r[2], bool(r[3] or r[5]), r[4]) for r in rows}
        other: dict[str, set[tuple[Any, ...]]] = {}
        kinds = {"bigint": "INTEGER", "text": "TEXT", "bytea": "BLOB"}
        for table, name, kind, nullable, default, collation in server.engine.fetch_all(
            "select table_name, column_name, data_type, is_nullable, column_default, collation_name"
            " from information_schema.columns where table_schema = current_schema()"
            " and table_name not in ('search', 'database_state', 'recent_changes', 'contents', 'content_parts')"
        ):
            if (table, name) != ("customers", "search_key"):
                assert collation == ("C" if kind == "text" else None), (table, name)
                plain = None if default is None else default.removesuffix("::text").removesuffix("::bigint")
                if plain == "'9007199254740991'":
                    plain = plain.strip("'")
                other.setdefault(table, set()).add((name, kinds[kind], nullable == "NO", plain))
        assert other == one
        keys = "select count(*) from pg_constraint where contype = 'f' and connamespace::regnamespace::text = 'public'"
        references = sum(len(file.engine.fetch_all(f"pragma foreign_key_list({table})")) for table in one)
        assert server.engine.fetch_one(keys) == (references,)
        indexes = "select name from sqlite_master where type = 'index' and sql is not null and name not like 'idx%'"
        there = server.engine.fetch_all("select indexname from pg_indexes where schemaname = current_schema()")
        assert {row[0] for row in file.engine.fetch_all(indexes)} <= {row[0] for row in there}
    finally:
        file.close()
        server.close()


@pytest.mark.parametrize("events", [0, 1000])
def test_both_tell_the_same_of_what_happened_before_somebody_came(
    on_server: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, events: int
) -> None:
    """Whichever way they look, by event or by case."""
    monkeypatch.setattr("careconsole.store.team.console_state._EVENTS_OF_A_CASE", events)
    for store in (create_store(str(tmp_path / "desk.db")), create_store(on_server())):
        now = [1_767_600_000_000]

        def desk(person: int | None, store: Store = store, now: list[int] = now) -> Desk:
            now[0] += 2 * 3_600_000
            return Desk(store, lambda: now[0], person)

        try:
            members.create_team(desk(None), "Shop", ["Ana"], ["Ben", "Cleo"], [])
            number = execution.open_case(desk(3), OpenCase(subject="Kettle", owner=3), "Carla").opened or 0
            execution.execute(desk(3), "note", Note(text="before"), [number])
            execution.execute(desk(1), "reassign", Reassign(to=2), [number])
            execution.execute(desk(1), "note", Note(text="after"), [number])
            sweep.sweep(desk(1))
            since = visits.since(desk(2))
            assert since is not None
            assert [one.event.kind for one in since.events] == ["reassigned", "noted", "overdue"]
            assert (since.opened, since.first) == ([number], True)
        finally:
            store.close()
