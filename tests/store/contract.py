"""The contract that every engine of the store fulfils, whatever its database and driver.

`Contract` takes a `Place` (a database of one engine) as the fixture `place`; a test class per engine derives from it.
The driver is chosen when the program is imported, so for another driver the tests run in a separate process.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from careconsole.domain.case.event import Event
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.opening import Opened
from careconsole.domain.errors import Conflict
from careconsole.domain.filters.language import parse
from careconsole.store import NEVER, Busy, Engine, Store
from careconsole.store.queue import common_words
from careconsole.store.queue.listing import Queue
from careconsole.store.queue.query import QueueQuery
from tests.store.writing import AT, add, elsewhere, finished, open_case
from tests.waiting import HANG

SEVERAL = [HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]
"""Each engine runs the tests, and each text comes to the same database."""


class Place(Protocol):
    """A new database of one engine, with a team in it."""

    url: str
    driver: str
    failures: type[Exception]
    """What the driver raises when a statement breaks a rule of the database."""

    def open(self) -> Store:
        """Another connection."""

    def hold(self) -> Callable[[], None]:
        """Begins a write on another connection, which ends when the returned function is called."""

    def impatient(self, engine: Engine) -> None:
        """Makes an engine stop waiting for others soon."""


class Contract:
    """The contract itself, each test one clause."""

    @pytest.fixture
    def store(self, place: Place) -> Iterator[Store]:
        store = place.open()
        yield store
        store.close()

    # Reading

    def test_rows_are_read_one_by_one(self, store: Store) -> None:
        """Else no query without an end could be begun."""
        endless = "with recursive n (i) as (select 1 union all select i + 1 from n) select i from n where i > :after"
        rows = store.engine.fetch_each(endless, {"after": 1})
        assert [next(rows), next(rows)] == [(2,), (3,)]

    # Transactions

    def test_a_transaction_is_all(self, place: Place, store: Store) -> None:
        number = open_case(store)
        other = place.open()
        assert other.cases.get(number) == store.cases.get(number)
        other.close()

    def test_or_nothing(self, store: Store) -> None:
        def work() -> None:
            store.people.set("team", "Shop")
            open_case(store)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            store.engine.write(work)
        assert store.people.setting("team") is None
        assert store.engine.fetch_all("select * from events") == []

    def test_after_a_failure_the_next_transaction_works(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError):
            store.engine.write(lambda: 1 // 0)
        assert store.engine.write(lambda: open_case(store)) == open_case(store) - 1

    def test_a_write_inside_a_write_belongs_to_it(self, place: Place, store: Store) -> None:
        other = place.open()

        def inner() -> None:
            store.people.set("duty", "1")

        def outer() -> None:
            store.engine.write(inner)
            assert other.people.setting("duty") is None, "not committed yet"
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            store.engine.write(outer)
        assert store.people.setting("duty") is None
        other.close()

    def test_a_read_inside_a_write_sees_what_was_written(self, store: Store) -> None:
        def work() -> str | None:
            store.people.set("team", "Shop")
            return store.engine.read(lambda: store.people.setting("team"))

        assert store.engine.write(work) == "Shop"
        assert store.people.setting("team") == "Shop"

    def test_a_write_inside_a_read_is_a_mistake_of_the_program(self, store: Store) -> None:
        with pytest.raises(AssertionError, match="within a read"):
            store.engine.read(lambda: store.engine.write(lambda: store.people.set("team", "Shop")))

    def test_a_read_sees_one_state(self, place: Place, store: Store) -> None:
        other = place.open()

        def work() -> tuple[str | None, str | None]:
            before = store.people.setting("team")
            other.engine.write(lambda: other.people.set("team", "Shop"))
            return before, store.people.setting("team")

        assert store.engine.read(work) == (None, None)
        assert store.people.setting("team") == "Shop"
        other.close()

    def test_readers_do_not_wait_for_a_writer(self, place: Place, store: Store) -> None:
        number = open_case(store)
        release = place.hold()
        try:
            assert store.cases.get(number) is not None
        finally:
            release()

    def test_a_writer_waits_for_its_turn(self, place: Place, store: Store) -> None:
        release = place.hold()
        done: list[str] = []

        def finish() -> None:
            done.append("the other one")
            release()

        timer = threading.Timer(0.2, finish)
        timer.start()
        try:
            open_case(store)
            assert done == ["the other one"]
        finally:
            timer.join()

    def test_who_waits_too_long_is_told_so(self, place: Place, store: Store) -> None:
        place.impatient(store.engine)
        release = place.hold()
        try:
            with pytest.raises(Busy) as caught:
                open_case(store)
        finally:
            release()
        assert "is busy" in caught.value.message
        assert "locked" not in str(caught.value)
        assert store.engine.fetch_all("select * from cases") == []
        open_case(store)

    # Versions and ids

    def test_a_state_is_stored_over_the_version_it_comes_from(self, store: Store) -> None:
        number = open_case(store)
        add(store, number, Noted(text="one"))
        case = store.cases.get(number)
        assert case is not None
        assert case.version == 2

    @pytest.mark.parametrize("seen", [0, 1, 3])
    def test_and_over_no_other(self, store: Store, seen: int) -> None:
        number = open_case(store)
        add(store, number, Noted(text="one"))
        with pytest.raises(Conflict):
            add(store, number, Noted(text="two"), seen=seen)
        assert len(store.cases.history(number)) == 2

    def test_two_consoles_cannot_both_be_first(self, place: Place, store: Store) -> None:
        other = place.open()
        number = open_case(store)
        add(store, number, Noted(text="mine"), seen=1)
        with pytest.raises(Conflict):
            add(other, number, Noted(text="mine too"), seen=1)
        other.close()

    def test_reserved_ids_are_fresh(self, store: Store) -> None:
        def work() -> list[int]:
            first = store.engine.reserve("events", 3)
            second = store.engine.reserve("events", 1)
            return [*range(first, first + 3), second]

        ids = store.engine.write(work)
        assert len(set(ids)) == 4
        number = open_case(store)
        assert store.engine.fetch_all("select id from events where case_id = :id", {"id": number})[0][0] not in ids

    def test_ids_are_never_used_again(self, store: Store) -> None:
        numbers = [open_case(store), open_case(store)]
        store.engine.write(lambda: store.case_writer.remove(numbers))
        assert open_case(store) not in numbers

    def test_ids_of_several_processes_do_not_collide(self, place: Place, store: Store) -> None:
        script = "for n in range(25): print(open_case(store))"
        with ExitStack() as stack:
            several = [stack.enter_context(elsewhere(place.url, script)) for _ in range(3)]
            numbers = [int(word) for process in several for word in finished(process).split()]
        assert len(set(numbers)) == 75

    # What others change

    def test_a_cursor_begins_now(self, store: Store) -> None:
        open_case(store)
        cursor = store.changes.present()
        assert store.changes.since(cursor) == ([], cursor)

    def test_changes_are_told_once_in_their_order(self, place: Place, store: Store) -> None:
        cursor = store.changes.present()
        other = place.open()
        number = open_case(other)
        add(other, number, Noted(text="one"), Noted(text="two"))
        rows, cursor = store.changes.since(cursor)
        assert [(row[1], row[2], row[5]) for row in rows] == [
            (number, "opened", 1),
            (number, "noted", 2),
            (number, "noted", 3),
        ]
        assert store.changes.since(cursor)[0] == []
        other.close()

    def test_changes_come_in_pages(self, store: Store) -> None:
        cursor = store.changes.present()
        number = open_case(store)
        add(store, number, *(Noted(text=str(n)) for n in range(9)))
        told = []
        while True:
            rows, cursor = store.changes.since(cursor, most=4)
            if not rows:
                break
            assert len(rows) <= 4
            told += [row[0] for row in rows]
        assert len(told) == len(set(told)) == 10

    def test_each_change_of_several_processes_is_seen_once(self, place: Place, store: Store) -> None:
        cursor = store.changes.present()
        script = "number = open_case(store)\nfor n in range(40): add(store, number, Noted(text=str(n)))"
        seen: list[int] = []
        with ExitStack() as stack:
            several = [stack.enter_context(elsewhere(place.url, script)) for _ in range(3)]
            while any(process.poll() is None for process in several):
                store.engine.wait(0.05)
                rows, cursor = store.changes.since(cursor, most=7)
                seen += [row[0] for row in rows]
            for process in several:
                finished(process)
        stored = [row[0] for row in store.engine.fetch_all("select id from events order by id")]
        rows, _ = store.changes.since(cursor)
        assert seen + [row[0] for row in rows] == stored
        assert len(stored) == 3 * 41

    def test_waiting_ends_when_somebody_changes_something(self, place: Place, store: Store) -> None:
        store.engine.wait(0)
        with elsewhere(place.url, "open_case(store)") as process:
            assert store.engine.wait(HANG)
            finished(process)

    def test_waiting_for_changes_ends_without_one(self, store: Store) -> None:
        store.engine.wait(0)
        open_case(store)  # one's own change is no news
        assert store.engine.wait(0.05) is False

    # Words

    WORDS = (
        (1, "Résumé of the café"),
        (2, "I won't pay for C++ or foo-bar"),
        (3, 'rock AND roll NOT "100%" NEAR(you)'),
        (4, "naïve Größe, ΑΒΓ"),
        (5, "don’t shout, snake_case"),
        (6, ""),
        (7, "東京タワーの故障"),
        (8, "ร้านอาหารปิดแล้ว"),
        (9, "고객지원센터 문의"),
        (10, "Ёлка не пришла, чай"),
        (11, "Kılıç Straße Ærø soft\u00adware"),
    )

    @pytest.fixture
    def words(self, store: Store) -> Callable[[str], list[int]]:
        """Returns a function that finds the events of one case, numbered from 1, whose words match a text."""
        number = open_case(store, subject="")
        add(store, number, *(Noted(text=text) for _, text in self.WORDS))
        return lambda text: [n - 1 for n in self._found(store, text)]

    @staticmethod
    def _found(store: Store, text: str) -> list[int]:
        condition, params = store.engine.words_match(text)
        rows = store.engine.fetch_all(f"select number from events where {condition} order by number", params)
        return [row[0] for row in rows]

    @pytest.mark.parametrize(
        ("text", "events"),
        [
            ("resume", [1]),
            ("RÉSUMÉ", [1]),
            (unicodedata.normalize("NFD", "résumé"), [1]),
            ("caf", [1]),
            ("afé", []),
            ("cafe of", [1]),
            ("cafe foo", []),
            ("won't", [2]),
            ("C++", [1, 2, 5]),  # every word that begins with c
            ("foo-bar", [2]),
            ("bar foo", [2]),
            ("AND", [3]),
            ("NOT roll", [3]),
            ("NEAR(you)", [3]),
            ("100%", [3]),
            ("größe", [4]),
            ("αβγ", [4]),
            ("don’t", [5]),
            ("snake_case", [5]),
            ("-foo", [2]),
            ("words:foo", []),
            ("*", []),
            ("", []),
            ("   ", []),
            ('"', []),
            ('""', []),
            ("'", []),
            ("\0", []),
            ("foo\0bar", [2]),
            ("\ud800", []),
            ("(", []),
            ("🎉", []),
            ("タワー", [7]),
            ("故障", [7]),
            ("東タ", []),
            ("京", [7]),
            ("東京 故障", [7]),
            ("ﾀﾜｰ", [7]),
            ("อาหาร", [8]),
            ("ปิด", [8]),
            ("지원", [9]),
            ("елка", [10]),
            ("ЁЛКА", [10]),
            ("чаи", []),
            ("kilic", [11]),
            ("KILIÇ", [11]),
            ("strasse", [11]),
            ("aero", [11]),
            ("software", [11]),
        ],
    )
    def test_words_are_found(self, words: Callable[[str], list[int]], text: str, events: list[int]) -> None:
        assert words(text) == events

    @settings(max_examples=100, suppress_health_check=SEVERAL)
    @given(text=st.text())
    @example(text="x" * 100_000)
    @example(text="w " * 10_000)
    @example(text="a AND (b OR c*) NOT ^d : { + - ~ | ' \" %")
    def test_no_text_breaks_the_search(self, words: Callable[[str], list[int]], text: str) -> None:
        words(text)

    @settings(max_examples=100, suppress_health_check=SEVERAL)
    @given(text=st.text(st.characters(categories=["L", "Zs"], max_codepoint=0x24F), max_size=12))
    def test_a_text_is_found_by_itself(self, store: Store, text: str) -> None:
        number = open_case(store, subject=text)
        condition, params = store.engine.words_match(text)
        found = store.engine.fetch_all(f"select case_id from events where {condition}", params)
        assert ((number,) in found) == any(c.isalnum() for c in text)

    def test_a_run_is_searched_by_its_first_characters(self, words: Callable[[str], list[int]]) -> None:
        assert words("故" * 10_000) == []
        assert words("東京タワーの故障" + "後" * 100) == []

    def test_a_subject_without_spaces_is_compared_by_pairs_of_characters(self, store: Store) -> None:
        open_case(store, subject="東京タワーの故障")
        found = [word for word, _ in store.engine.words_like("昨日の故障", 10)]
        assert found == ["の故", "故障"]

    def test_customers_are_found_without_their_accents(self, store: Store) -> None:
        def work() -> None:
            for name in ("Étienne Dupré", "Etienne Martin", "Кирилл Сёмин", "Işıl"):
                store.customers.add(name)
            store.engine.execute("update customers set note = 'of whom only the name is known counts as gone'")

        store.engine.write(work)
        assert {c.name for c in store.customers.like("etienne", 9)} == {"Étienne Dupré", "Etienne Martin"}
        assert {c.name for c in store.customers.like("ÉTIENNE", 9)} == {"Étienne Dupré", "Etienne Martin"}
        assert [c.name for c in store.customers.like("семин", 9)] == ["Кирилл Сёмин"]
        assert [c.name for c in store.customers.like("ISIL", 9)] == ["Işıl"]
        assert store.customers.near("etienne dupre") == "Étienne Dupré"
        assert store.customers.find("Etienne Dupre") is None, "another name may be another customer"

    def test_forgotten_words_are_not_found(self, store: Store) -> None:
        number = open_case(store, subject="Kettle")
        assert self._found(store, "kettle") == [1]
        store.engine.write(lambda: store.case_writer.remove([number]))
        condition, params = store.engine.words_match("kettle")
        assert store.engine.fetch_all(f"select 1 from events where {condition}", params) == []
        assert store.engine.words_like("kettle", 5) == []

    def test_words_are_found_within_the_write_that_adds_them_and_gone_if_it_fails(self, store: Store) -> None:
        def work() -> None:
            number = open_case(store, subject="Kettle")
            assert self._found(store, "kettle") == [1]
            assert [word for word, _ in store.engine.words_like("kettle", 5)] == ["kettle"]
            open_case(store, subject="Lid")
            store.case_writer.remove([number])
            assert self._found(store, "kettle") == []

        store.engine.write(work)
        assert (self._found(store, "lid"), self._found(store, "kettle")) == ([1], [])

        def broken() -> None:
            open_case(store, subject="Spout")
            raise ValueError

        with pytest.raises(ValueError):
            store.engine.write(broken)
        assert self._found(store, "spout") == []
        assert store.engine.last_id("cases") == 2
        open_case(store, subject="Handle")
        assert (self._found(store, "spout"), self._found(store, "handle")) == ([], [1])

    def test_words_of_a_text_are_told_with_the_newest_events_that_have_them(self, store: Store) -> None:
        kettle, lid = open_case(store, subject="Kettle: the café's"), open_case(store, subject="the lid of a KETTLE")
        ids = {row[0]: row[1] for row in store.engine.fetch_all("select case_id, id from events")}
        found = store.engine.words_like("A kettle, the Kettle & Café 7 nowhere", 10)
        assert found == [("kettle", [ids[lid], ids[kettle]]), ("café", [ids[kettle]])]
        assert store.engine.words_like("kettle", 1) == [("kettle", [ids[lid]])], "the newest ones only"
        assert store.engine.words_like("kettl", 10) == [], "whole words"

    @settings(max_examples=50, suppress_health_check=SEVERAL)
    @given(text=st.text())
    @example(text="w " * 10_000)
    @example(text="abc " * 10_000)
    @example(text='aaa AND NOT NEAR(bbb) OR "ccc* ^ddd words:eee \0fff')
    def test_no_text_breaks_the_look_for_its_words(self, store: Store, text: str) -> None:
        store.engine.words_like(text, 5)

    @settings(max_examples=25, suppress_health_check=SEVERAL)
    @given(data=st.data())
    def test_the_first_page_of_a_search_for_common_words_is_that_of_sorting_all(
        self, store: Store, data: st.DataObject
    ) -> None:
        subjects = st.sampled_from(("kettle", "kettle lid", "lid", "cup"))
        added = [open_case(store, subject=subject) for subject in data.draw(st.lists(subjects, max_size=8))]
        for number in added:
            changed, status = data.draw(st.tuples(st.integers(1, 9), st.sampled_from(("open", "closed", "void"))))
            self._execute(store, f"update cases set changed_at = {changed}, status = '{status}' where id = {number}")
            if data.draw(st.booleans()):
                add(store, number, Noted(text=data.draw(subjects)))
                self._execute(store, f"update cases set changed_at = {changed} where id = {number}")
        roster = store.people.roster()
        for text in ("kettle", "lid kettle", "ke li 3", "-kettle", "level:0 kettle", "kettle,cup", "#2"):
            asked = QueueQuery(terms=parse(text), text=text, roster=roster, now=AT, every=True)
            numbers = store.queue.numbers(asked, "changed")
            for limit, most in ((1, 2), (2, 3), (3, 30), (30, 30)):
                rows, found = store.queue.page(asked, "changed", limit=limit, most=most)
                assert [row.number for row in rows] == numbers[:limit]
                assert found == min(most, len(numbers))
                with pytest.MonkeyPatch.context() as few:
                    few.setattr(common_words, "_CASES", 1)
                    assert store.queue.page(asked, "changed", limit=limit, most=most) == (rows, found)

    @settings(max_examples=25, suppress_health_check=SEVERAL)
    @given(data=st.data())
    def test_several_words_find_the_cases_that_each_of_them_finds(self, store: Store, data: st.DataObject) -> None:
        said = st.sampled_from(("kettle", "kettle lid", "lid", "cup", "cup of a kettle", "3"))
        names = ("carla", "lid")
        if store.customers.get(1) is None:
            for name in names:
                store.engine.write(lambda name=name: store.customers.add(f"{name} & Sons"))
        for _ in range(data.draw(st.integers(0, 8))):
            number = open_case(store, subject=data.draw(said), customer=data.draw(st.sampled_from((None, 1, 2))))
            for text in data.draw(st.lists(said, max_size=2)):
                add(store, number, Noted(text=text))
            if data.draw(st.booleans()):
                self._execute(store, f"update cases set status = 'resolved' where id = {number}")
        words = ("kettle", "li", "cup,lid", "3", "nowhere", "?", *names)
        roster = store.people.roster()

        def found(text: str, every: bool) -> set[int]:
            asked = QueueQuery(terms=parse(text), text=text, roster=roster, now=AT, every=every)
            numbers = store.queue.numbers(asked)
            assert len(numbers) == len(set(numbers))
            return set(numbers)

        for some in data.draw(st.lists(st.lists(st.sampled_from(words), min_size=2, max_size=4), max_size=5)):
            for every in (False, True):
                each = [found(word, every) for word in some]
                assert found(" ".join(some), every) == set.intersection(*each)
                assert found(f"{' '.join(some)} level:0", every) == set.intersection(*each)

    def test_many_cases_with_common_words_are_not_all_sorted(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        numbers = [open_case(store, subject=subject) for subject in ("kettle lid", "cup", "lid of a kettle", "kettle")]
        monkeypatch.setattr(Queue, "sorted_numbers", None)
        asked = QueueQuery(terms=parse("kettle lid"), text="", roster=store.people.roster(), now=AT, every=True)
        rows, found = store.queue.page(asked, "changed", limit=1, most=2)
        assert ([row.number for row in rows], found) == (numbers[:1], 2)

    def _execute(self, store: Store, statement: str) -> None:
        store.engine.write(lambda: store.engine.execute(statement))

    # What the tables hold

    def test_never_comes_last(self, store: Store) -> None:
        entry = {"actor": None, "workstation": "", "login": "", "kind": "k", "about": "", "data": {}}

        def work() -> None:
            for at in (3, NEVER, 1, NEVER, 2):
                store.journal.add(at=at, **entry)

        store.engine.write(work)
        rows = store.engine.fetch_all("select at from journal order by at")
        assert [row[0] for row in rows] == [1, 2, 3, NEVER, NEVER]
        assert int(float(NEVER)) == NEVER, "every reader of JSON keeps it exactly"

    @pytest.mark.parametrize(
        "statement",
        [
            "insert into customer_orders (reference, customer_id) values ('1', 99)",
            "insert into external_ids (source, external_id, case_id) values ('s', 'A', 99)",
            "update cases set owner_id = 99",
            "delete from cases",
        ],
    )
    def test_what_is_referred_to_is_there(self, place: Place, store: Store, statement: str) -> None:
        open_case(store)
        with pytest.raises(place.failures):
            store.engine.write(lambda: store.engine.execute(statement))

    @pytest.mark.parametrize(
        "statement",
        [
            "update cases set level = 'high'",
            "update cases set subject = null",
            "insert into team (name, value) values ('x', null)",
            "insert into people (name, folded, role) values ('B', 'b', 'king')",
            "insert into batches (source, file, status, started_at, counts) values ('s', 'f', 'soon', 1, '{}')",
        ],
    )
    def test_every_value_is_of_its_kind(self, place: Place, store: Store, statement: str) -> None:
        open_case(store)
        store.engine.write(lambda: store.engine.execute("insert into maintenance (reason) values ('test')"))
        with pytest.raises(place.failures):
            store.engine.write(lambda: store.engine.execute(statement))

    @pytest.mark.parametrize("statement", ["delete from events", "update events set data = '{}'"])
    def test_history_is_append_only(self, place: Place, store: Store, statement: str) -> None:
        open_case(store)
        with pytest.raises(place.failures, match="append-only"):
            store.engine.write(lambda: store.engine.execute(statement))
        assert len(store.engine.fetch_all("select * from events")) == 1

    def test_an_event_has_its_number_alone(self, place: Place, store: Store) -> None:
        number = open_case(store)
        with pytest.raises(place.failures):
            store.engine.write(lambda: store.case_writer.append(number, [Event(1, AT, AT, Noted(text="again"))]))

    def test_maintenance_says_why_and_leaves_no_door_open(self, store: Store) -> None:
        number = open_case(store)
        entries = store.cases.entries(number)
        store.engine.write(lambda: store.case_writer.replace_entries(number, entries))
        assert store.engine.fetch_all("select * from maintenance") == []

        def broken() -> None:
            store.case_writer.replace_entries(number, entries)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            store.engine.write(broken)
        assert store.engine.fetch_all("select * from maintenance") == []

    def test_values_are_read_as_they_were_written(self, store: Store) -> None:
        hostile = "\x1b[31m\u202e\t\n'; drop table cases; -- 💥 [/b] \x7f\x9b"
        number = open_case(store, subject=hostile, description="x" * 1_000_000, tags=("a", "%"))
        case = store.cases.get(number)
        assert case is not None
        assert (case.subject, len(case.description), case.tags) == (hostile, 1_000_000, ("a", "%"))
        (event,) = store.cases.history(number)
        assert isinstance(event.fact, Opened)
        assert event.fact.subject == hostile

    def test_times_and_numbers_stay_exact(self, store: Store) -> None:
        number = open_case(store)
        fact = Imported(level=NEVER)
        store.engine.write(lambda: store.case_writer.append(number, [Event(2, NEVER, -NEVER, fact)], [b"\0\xff" * 4]))
        (event, key) = store.cases.entries(number)[1]
        assert (event.at, event.recorded_at, event.fact, key) == (NEVER, -NEVER, fact, b"\0\xff" * 4)
