"""Filters of the queue: SQL finds what a plain reading of every case finds, now and as of now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.cases import execution as work
from careconsole.desk.cases import undo_redo
from careconsole.desk.imports.record import record
from careconsole.desk.queries import case_queries
from careconsole.desk.queries.as_of import queue_as_of
from careconsole.desk.team import customers as customer_desk
from careconsole.desk.team import members as team_desk
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.opening import OpenCase, Opened
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Reopen, Resolve
from careconsole.domain.case.state import Case, Escalation, Inbound, Occurrence, OpenOffer, OpenPromise, Parking, Rating
from careconsole.domain.filters.fields import FIELDS, FLAGS
from careconsole.domain.filters.language import FilterError, parse
from careconsole.domain.imported_record import ImportedEntry
from careconsole.domain.team.roster import Person
from careconsole.domain.time.moments import HOUR
from careconsole.store import Customer, Store, create_store
from careconsole.store.cases.as_of import TABLE
from careconsole.store.cases.case_rows import row_of
from careconsole.store.queue.filter_sql import COVERED, COVERED_FLAGS, condition_on_index, conditions_of_search
from careconsole.store.queue.kept import KEPT, KeptQueue
from careconsole.store.queue.listing import SORTS, QueueRow, group_of
from careconsole.store.queue.query import QueueQuery
from tests.store.plain_reading import Known

NOW = 1_767_600_000_000
ANA, BEN, CLEO, ZED, EVE = 1, 2, 3, 4, 5
ME = BEN
TEAM = (
    Person(number=ANA, name="Ana", role="lead"),
    Person(number=BEN, name="Ben"),
    Person(number=CLEO, name="Cléo", away=True, cover=BEN),
    Person(number=ZED, name="Zed", active=False),
    Person(number=EVE, name="Eve", role="contact"),
)
CUSTOMERS = (
    Customer(number=1, name="Carla Gómez", tier="gold", orders=("O-17",)),
    Customer(number=2, name="100% Kettles_Ltd"),
)
BATCH = 1


# Filters and cases, made up

NAMES = st.sampled_from(("ana", "Ben", "CLÉO", "zed", "eve", "me", "duty", "nobody"))
SPANS = st.sampled_from(("30m", "1h", "4h", "2d"))
VALUES: dict[str, st.SearchStrategy[str]] = {
    "is": st.sampled_from(sorted(FLAGS)),
    "number": st.sampled_from(("1", "2", "3", "99")),
    "level": st.sampled_from(("0", "1", "2")),
    "hops": st.sampled_from(("0", "1", "2")),
    "reopened": st.sampled_from(("0", "1")),
    "customer": st.sampled_from(("carla", "gomez", '"a g"', "100%", "s_l", "x_l", "nobody")),
    "tag": st.sampled_from(("billing", "BILLING", "vip", "bill", '"a%"', "a_")),
    "channel": st.sampled_from(("email", "phone")),
    "source": st.sampled_from(("old", "tracker")),
    "external": st.sampled_from(("A", "B", "a")),
    "priority": st.sampled_from(("low", "high", "urgent")),
    "tier": st.sampled_from(("gold", "Gold", "standard")),
    "status": st.sampled_from(("open", "resolved", "closed", "merged")),
    "playbook": st.sampled_from(("3", "4", "35")),
    "cause": st.sampled_from(("price", '"late supplier"')),
    "rating": st.sampled_from(("yes", "partly", "no")),
    "text": st.sampled_from(("kettle", "KET", '"late invoice"', '"invoice late"', "O-17", "A", "carla", "zzz")),
}


@st.composite
def terms(draw: st.DrawFn, field: str | None = None) -> str:
    kind = FIELDS[field or draw(st.sampled_from(sorted(FIELDS)))]
    one = NAMES if kind.kind == "person" else SPANS if kind.kind == "duration" else VALUES[kind.name]
    if kind.signed:
        one = st.tuples(st.sampled_from(("", "-")), SPANS).map("".join)
    op = draw(st.sampled_from(kind.ops))
    values = draw(st.lists(one, min_size=1, max_size=1 if op != "=" or kind.kind == "duration" else 3))
    minus = draw(st.sampled_from(("", "-")))
    return f"{minus}{kind.name}:{'' if op == '=' else op}{','.join(values)}"


FILTERS = st.lists(terms(), max_size=3).map(" ".join)
TIMES = st.sampled_from((0, HOUR // 2, HOUR, 4 * HOUR, 48 * HOUR)).map(lambda ago: NOW - ago)
TO_COME = st.sampled_from((-HOUR, 0, HOUR // 2, HOUR, 4 * HOUR)).map(lambda ahead: NOW + ahead)
WHO = st.sampled_from((None, ANA, BEN, CLEO, ZED))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Case, bool]:
    """A case as it might stand, and whether an import brought it."""
    opened = draw(TIMES)
    at = draw(TIMES.filter(lambda t: t >= opened))

    def maybe(value: Any) -> Any:
        return draw(st.one_of(st.none(), st.just(value)))

    status = draw(st.sampled_from(("open", "open", "open", "resolved", "closed", "merged", "void")))
    case = Case(
        number=1,
        version=1,
        opened_at=opened,
        changed_at=at,
        subject=draw(st.sampled_from(("Kettle", "late invoice", ""))),
        customer=draw(st.sampled_from((None, 1, 2))),
        channel=draw(st.sampled_from(("email", "phone"))),
        priority=draw(st.sampled_from(("low", "normal", "high"))),
        rating=draw(st.sampled_from((None, *(Rating(answer=answer, at=NOW) for answer in ("yes", "no"))))),
        tags=draw(st.sampled_from(((), ("billing",), ("vip", "a%"), ("bill", "ab")))),
        status=status,
        resolved_at=at if status == "resolved" else None,
        owner=draw(WHO),
        moves=draw(st.integers(0, 2)),
        reopenings=draw(st.integers(0, 1)),
        contact_at=maybe(at),
        unanswered=tuple(
            draw(st.lists(st.builds(Inbound, number=st.just(1), at=TIMES, sort=st.just("message")), max_size=2))
        ),
        answered_at=maybe(at),
        occurrences=tuple(
            Occurrence(number=n, at=at, cause=cause)
            for n, cause in enumerate(draw(st.lists(st.sampled_from(("", "price", "late supplier")), max_size=2)), 1)
        ),
        imported=draw(st.booleans()),
    )
    if status == "open":
        case = replace(
            case,
            level=draw(st.integers(0, 2)),
            offer=maybe(OpenOffer(to=draw(st.sampled_from((ANA, BEN))), by=ANA, at=at)),
            promises=tuple(
                OpenPromise(number=n, text="p", due=due, by=ANA, made_at=at)
                for n, due in enumerate(draw(st.lists(TO_COME, max_size=2)))
            ),
            parked=maybe(Parking(on="customer", since=at, until=draw(st.one_of(st.none(), TO_COME)))),
        )
        if case.level:
            acknowledged = draw(st.booleans())
            call = Escalation(
                responder=draw(st.sampled_from((ANA, EVE))),
                by=BEN,
                at=at,
                reason="exception",
                need="x",
                acknowledge_by=draw(TO_COME),
                cause=draw(st.sampled_from(("", "price", "late supplier"))),
                acknowledged_at=at if acknowledged else None,
                until=draw(TO_COME) if acknowledged else None,
            )
            case = replace(case, escalation=maybe(call))
    return case, draw(st.booleans())


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The team and its customers; no cases."""
    store = create_store(str(tmp_path_factory.mktemp("queue") / "desk.db"))

    def work() -> None:
        for person in TEAM:
            store.people.add(person)
        store.people.set("duty", str(ANA))
        for customer in CUSTOMERS:
            store.customers.add(customer.name)
            store.customers.save(customer)
        store.batches.begin("old", "log.csv", ANA, NOW)

    store.engine.write(work)
    yield store
    store.close()


class Enough(Exception):
    """The example is over; nothing of it stays."""


def put(store: Store, made: list[tuple[Case, bool]]) -> list[Case]:
    """Stores cases as they stand, with the words of their opening; gives them with their numbers."""
    stored = []
    names = iter("AB")
    first = store.engine.reserve("events", len(made))
    for number, (case, brought) in enumerate(made, 1):
        name = next(names, None) if brought else None
        external = (("old", name),) if name else ()
        case = replace(case, number=number, external=external)
        store.case_writer.add_rows([row_of(case, store.levels.due_of_many()(case), BATCH if brought else None)])
        event = Event(1, case.opened_at, case.opened_at, Opened(subject=case.subject))
        store.case_writer.append(number, [event])
        if name:
            store.batches.name([("old", name, number, b"")])
        stored.append(case)
    assert first
    return stored


def asked(store: Store, text: str, now: int = NOW, me: int = ME, *, every: bool = False) -> QueueQuery:
    terms = parse(text) if text else ()
    return QueueQuery(terms=terms, text=text, roster=store.people.roster(), now=now, me=me, every=every)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(made=st.lists(cases(), min_size=1, max_size=6), text=FILTERS)
def test_whatever_the_filter_the_query_finds_what_a_plain_reading_finds(
    store: Store, made: list[tuple[Case, bool]], text: str
) -> None:
    def example() -> None:
        stored = put(store, made)
        imported = {n for n, (_, brought) in enumerate(made, 1) if brought}
        known = Known(store, NOW, ME, imported)
        question = asked(store, text)
        expected = [case.number for case in stored if known.holds(case, question.terms)]
        rows = store.queue.rows(question, sort="number")
        assert [row.number for row in rows] == expected
        assert sorted(store.queue.numbers(question)) == expected
        assert store.queue.count(question) == len(expected)
        assert store.queue.count(question, most=2) == min(2, len(expected))
        assert sorted(row.number for row in store.queue.get_many([*expected, 99])) == expected
        desk = Desk(store, lambda: NOW, ME)
        with queue_as_of(desk, NOW) as then:
            assert then.order(question, "number", False).tolist() == expected
            assert sorted(then.get_many([*expected, 99]), key=lambda row: row.number) == rows
        raise Enough

    with pytest.raises(Enough):
        store.engine.write(example)


@pytest.mark.parametrize("field", sorted(FIELDS))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_each_field_of_the_language(store: Store, field: str, data: st.DataObject) -> None:
    made = data.draw(st.lists(cases(), min_size=3, max_size=6))
    text = data.draw(terms(field))

    def example() -> None:
        stored = put(store, made)
        known = Known(store, NOW, ME, {n for n, (_, brought) in enumerate(made, 1) if brought})
        question = asked(store, text)
        expected = [case.number for case in stored if known.holds(case, question.terms)]
        assert [row.number for row in store.queue.rows(question, sort="number")] == expected
        raise Enough

    with pytest.raises(Enough):
        store.engine.write(example)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(made=st.lists(cases(), max_size=6), texts=st.lists(FILTERS, max_size=6), most=st.sampled_from((0, 1, 2)))
def test_several_filters_are_counted_together_as_one_by_one(
    store: Store, made: list[tuple[Case, bool]], texts: list[str], most: int
) -> None:
    def example() -> None:
        stored = put(store, made)
        known = Known(store, NOW, ME, {n for n, (_, brought) in enumerate(made, 1) if brought})
        questions = [asked(store, text) for text in texts]
        expected = [sum(known.holds(case, question.terms) for case in stored) for question in questions]
        assert store.queue.counts(questions, most) == [min(n, most) if most else n for n in expected]
        assert case_queries.counts(Desk(store, lambda: NOW, ME), texts, most) == store.queue.counts(questions, most)
        raise Enough

    with pytest.raises(Enough):
        store.engine.write(example)


def test_filters_that_are_counted_together_keep_their_values_apart(store: Store) -> None:
    def example() -> None:
        priorities = ("low", "high", "high", "urgent", "urgent", "urgent")
        put(store, [(Case(number=1, version=1, opened_at=NOW, changed_at=NOW, priority=p), False) for p in priorities])
        questions = [asked(store, text) for text in ("priority:low", "priority:high", "age:<1h priority:urgent")]
        assert store.queue.counts(questions) == [1, 2, 3]
        raise Enough

    with pytest.raises(Enough):
        store.engine.write(example)


@pytest.mark.parametrize("every", [False, True])
def test_several_filters_of_every_case_count_more_than_open_ones(store: Store, every: bool) -> None:
    def example() -> None:
        put(store, [(Case(number=1, version=1, opened_at=NOW, changed_at=NOW, status="closed"), False)])
        question = QueueQuery(terms=(), text="", roster=store.people.roster(), now=NOW, every=every)
        assert store.queue.counts([question, asked(store, "is:overdue")]) == [int(every), 0]
        raise Enough

    with pytest.raises(Enough):
        store.engine.write(example)


@pytest.mark.parametrize("name", sorted(COVERED | {f"is:{flag}" for flag in COVERED_FLAGS}))
def test_what_is_counted_in_one_pass_is_read_from_the_index_alone(store: Store, name: str) -> None:
    condition = condition_on_index(asked(store, name if ":" in name else FIELDS[name].example), store.engine, {})
    assert condition is not None
    columns = {row[1] for row in store.engine.fetch_all("pragma table_info(cases)")}
    in_index = {row[2] for row in store.engine.fetch_all("pragma index_info(cases_queue)")}
    read = set(re.findall(r"[a-z_]+", condition)) & columns
    assert read
    assert read <= in_index
    assert "select" not in condition


def test_the_cases_resolved_last_are_found_and_ordered_by_their_index(store: Store) -> None:
    where, params = store.queue.where(asked(store, "resolved:<1w"))
    plan = store.engine.fetch_all(
        f"explain query plan select id from cases where {where} order by {SORTS['resolved']}", params
    )
    (step,) = [row[3] for row in plan]
    assert "INDEX cases_resolved (resolved_at>? AND resolved_at<?)" in step


def test_promises_and_searches_read_their_indexes_in_order(store: Store) -> None:
    promised = "select id from cases where status = 'open' and due_at < 9 and promises > 0"
    (step,) = store.engine.fetch_all(f"explain query plan {promised}")
    assert "INDEX cases_promised (due_at<?)" in step[3]
    search = conditions_of_search(asked(store, "kettle", every=True), store.engine)
    assert search is not None
    _, where, params = search
    first = f"select id from cases where {where} and changed_at >= 9 order by {SORTS['changed']} limit 1"
    plan = [row[3] for row in store.engine.fetch_all(f"explain query plan {first}", params)]
    assert plan[0] == "SEARCH cases USING INDEX cases_changed (changed_at>?)"
    assert not any("ORDER BY" in step for step in plan)


def test_what_was_resolved_nobody_knows_when_comes_last_in_both_directions(store: Store) -> None:
    def example() -> None:
        ends = (None, NOW - 5, None, NOW - 9, NOW - 7)
        some = [Case(number=1, version=1, opened_at=NOW - 10, changed_at=NOW, status="resolved")] * len(ends)
        put(store, [(replace(case, resolved_at=end), False) for case, end in zip(some, ends, strict=True)])
        question = asked(store, "is:resolved")
        for reverse, numbers in ((False, [2, 5, 4, 1, 3]), (True, [4, 5, 2, 3, 1])):
            assert store.queue.numbers(question, "resolved", reverse) == numbers
            assert [row.number for row in store.queue.rows(question, "resolved", reverse)] == numbers
            for limit in range(1, 7):
                rows, found = store.queue.page(question, "resolved", reverse, limit, most=9)
                assert ([row.number for row in rows], found) == (numbers[:limit], 5)
        raise Enough

    with pytest.raises(Enough):
        store.engine.write(example)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(made=st.lists(cases(), min_size=2, max_size=6))
def test_every_order_can_be_turned_round_and_cut(store: Store, made: list[tuple[Case, bool]]) -> None:
    def example() -> None:
        put(store, made)
        question = asked(store, "")
        for sort in SORTS:
            rows = store.queue.rows(question, sort)
            assert store.queue.rows(question, sort, reverse=True) == rows[::-1]
            assert store.queue.rows(question, sort, limit=2) == rows[:2]
            assert store.queue.numbers(question, sort) == [row.number for row in rows]
            assert store.queue.numbers(question, sort, reverse=True) == [row.number for row in rows[::-1]]
        by_due = store.queue.rows(question, "due")
        tomorrow = NOW + 86_400_000
        dues = [(max(2, group_of(row, NOW, tomorrow)), row.due_at is None, row.due_at or 0) for row in by_due]
        assert dues == sorted(dues)
        raise Enough

    with pytest.raises(Enough):
        store.engine.write(example)


@pytest.mark.parametrize("text", ["owner:nobody-of-that-name", "is:open -responder:xavier", "answerable:ana,xavier"])
def test_a_person_nobody_knows_is_a_mistake_with_its_place(store: Store, text: str) -> None:
    with pytest.raises(FilterError) as caught:
        store.queue.rows(asked(store, text))
    assert text[caught.value.start : caught.value.end].split(":")[0].lstrip("-") in ("owner", "responder", "answerable")


@pytest.mark.parametrize("text", ["owner:me", "is:mine", "-answerable:me"])
def test_me_must_be_somebody(store: Store, text: str) -> None:
    question = QueueQuery(terms=parse(text), text=text, roster=store.people.roster(), now=NOW)
    with pytest.raises(FilterError):
        store.queue.rows(question)


# Cases with a history


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A small desk at which a little of everything has happened."""
    store = create_store(str(tmp_path_factory.mktemp("asof") / "desk.db"))
    now = [NOW - 100 * HOUR]
    team_desk.create_team(Desk(store, lambda: now[0]), "Shop", ["Ana"], ["Ben", "Cleo"], ["Eve"])
    ids = {p.name: p.number for p in store.people.roster().people.values()}

    def at(name: str) -> Desk:
        now[0] += HOUR
        return Desk(store, lambda: now[0], ids[name])

    def case(name: str, owner: str | None = None, customer: str | None = "Carla", **said: Any) -> int:
        command = OpenCase(subject=said.pop("subject", "Kettle"), owner=ids[owner] if owner else None, **said)
        return work.open_case(at(name), command, customer).opened or 0

    def do(name: str, verb: str, command: Command, *numbers: int) -> None:
        work.execute(at(name), verb, command, list(numbers))

    plain = case("Ana", channel="email")
    owned = case("Ben", "Ben", tags=("billing", "vip"), priority="high")
    offered = case("Ben", "Cleo", "Nils", subject="late invoice")
    raised = case("Ben", "Ben", external=("tracker", "T-1"))
    do("Ben", "escalate", Escalate(reason="authority", need="a discount", cause="price"), raised)
    answered = case("Ben", "Ben")
    do("Ben", "escalate", Escalate(reason="customer request", need="a word"), answered)
    do("Ana", "acknowledge", Acknowledge(until=NOW + HOUR), answered)
    promised = case("Cleo", "Cleo", channel="phone")
    do("Cleo", "promise", Promise(text="a call", due=NOW - HOUR), promised)
    rested = case("Cleo", "Cleo")
    do("Cleo", "park", Park(on="customer", until=NOW + HOUR), rested)
    settled = case("Ben", "Ben")
    do("Ben", "resolve", Resolve(said="sent a new lid", answer="told"), settled)
    again = case("Ben", "Ben")
    do("Ben", "resolve", Resolve(said="done", answer="told"), again)
    do("Ana", "reopen", Reopen(reason="not done"), again)
    loser = case("Ana", external=("tracker", "T-2"))
    do("Ana", "merge", Merge(into=plain), loser)
    case("Ana", subject="a mistake")
    undo_redo.undo(at("Ana"))
    wandering = case("Ben", "Ben")
    do("Ana", "reassign", Reassign(to=ids["Cleo"]), wandering)
    do("Ana", "reassign", Reassign(to=None), wandering)
    do("Ben", "log", LogMessage(text="any news?", inbound=True), owned)
    do("Ana", "log", LogMessage(text="soon"), owned)
    undo_redo.undo(at("Ana"))
    rows = [
        ImportedEntry(
            "L-1", NOW - 90 * HOUR, b"1" * 8, 1, owner="Zoe", level=1, status="open", customer="Otto", subject="Toaster"
        ),
        ImportedEntry("L-1", NOW - 80 * HOUR, b"2" * 8, 2, owner="Yan", status="parked"),
        ImportedEntry("L-2", NOW - 85 * HOUR, b"3" * 8, 3, owner="Ben", status="open", tags=("billing",)),
        ImportedEntry("L-2", NOW - 70 * HOUR, b"4" * 8, 4, status="resolved"),
    ]
    record(at("Ana"), rows, source="old", file="log.csv")
    customer_desk.change(at("Ana"), "Carla", tier="gold")
    customer_desk.order(at("Ana"), "Carla", "O-17")
    team_desk.away(at("Cleo"), "Cleo", "Ben")
    assert offered
    now[0] = NOW
    yield Desk(store, lambda: now[0], ids["Ben"])
    store.close()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(terms(), max_size=2).map(" ".join))
def test_the_queue_as_of_now_is_the_queue_now(desk: Desk, text: str) -> None:
    if "zed" in text or "CLÉO" in text:
        return  # not of this team
    sort = "number"
    now = case_queries.queue(desk, text, sort=sort).rows
    assert case_queries.queue_as_of(desk, desk.now(), text, sort=sort).rows == now
    states = desk.store.cases.states("1 = 1", {})
    imported = set(desk.store.engine.fetch_numbers("select id from cases where batch_id is not null"))
    known = Known(desk.store, desk.now(), desk.person or 0, imported)
    expected = [case.number for case in states if known.holds(case, parse(text) if text else ())]
    assert [row.number for row in now] == expected


def test_as_of_any_hour_the_queue_is_what_had_happened(desk: Desk) -> None:
    """Folding what had happened by then, case by case, gives the same rows."""
    from careconsole.domain.case.evolve import fold as folded

    for moment in range(NOW - 101 * HOUR, NOW + HOUR, 3 * HOUR):
        expected: dict[int, QueueRow | tuple[Any, ...]] = {}
        for number, events in desk.store.cases.histories("1 = 1", {}):
            case = folded(number, [e for e in events if e.at <= moment])
            if case is not None and case.status == "open":
                expected[number] = (case.owner, case.level, case.moves, case.waiting_since, case.parked is not None)
        rows = case_queries.queue_as_of(desk, moment, sort="number").rows
        assert {r.number: (r.owner, r.level, r.moves, r.waiting_since, r.parked) for r in rows} == expected


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_what_the_whole_queue_holds_in_its_order(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(case_queries, "_AT_ONCE", 2)
    for text, moment, reverse in (("is:open", None, False), ("", NOW - 30 * HOUR, False), ("is:resolved", None, True)):
        pages: list[case_queries.Page] = []
        case_queries.each_page(desk, pages.append, text, moment=moment, sort=sort, reverse=reverse)
        if moment is None:
            whole = case_queries.queue(desk, text, sort=sort, reverse=reverse)
        else:
            whole = case_queries.queue_as_of(desk, moment, text, sort=sort, reverse=reverse)
        assert [row for page in pages for row in page.rows] == whole.rows != []
        assert {page.total for page in pages} == {whole.total}
        assert max(len(page.rows) for page in pages) <= 2


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_the_queue_as_of_a_moment_is_the_same_however_few_cases_are_looked_at_together(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, sort: str, reverse: bool
) -> None:
    asked = [(text, moment) for text in ("", "kettle", "-is:open") for moment in (NOW, NOW - 30 * HOUR)]
    whole = [case_queries.queue_as_of(desk, at, text, sort=sort, reverse=reverse) for text, at in asked]
    assert all(page.rows for page in whole)
    monkeypatch.setattr("careconsole.store.cases.as_of._AT_ONCE", 2)
    monkeypatch.setattr("careconsole.store.queue.kept._SURPLUS", 1)
    for (text, moment), expected in zip(asked, whole, strict=True):
        for limit in (0, 1, 2, 5):
            page = case_queries.queue_as_of(desk, moment, text, sort=sort, reverse=reverse, limit=limit)
            assert page.rows == (expected.rows[:limit] if limit else expected.rows)
            assert page.total == expected.total


def test_as_of_a_moment_only_a_part_of_the_cases_is_held_and_lists_are_read_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("careconsole.store.cases.as_of._AT_ONCE", 2)
    monkeypatch.setattr("careconsole.store.queue.kept._SURPLUS", 2)
    statements: list[str] = []
    desk.store.engine.connection.set_trace_callback(statements.append)  # type: ignore[attr-defined]
    held: list[tuple[int, int]] = []
    take_part = KeptQueue.take_part

    def counted(kept: KeptQueue) -> None:
        take_part(kept)
        both = [desk.store.engine.fetch_one(f"select count(*) from {name}") for name in (TABLE, KEPT)]
        held.append((both[0][0], both[1][0]) if both[0] and both[1] else (-1, -1))

    monkeypatch.setattr(KeptQueue, "take_part", counted)
    page = case_queries.queue_as_of(desk, NOW, "status:open,resolved kettle", sort="age", limit=1)
    assert page.total > 3
    assert len(held) > 3
    assert max(rows for rows, _ in held) == 2
    assert max(kept for _, kept in held) <= 1 + 2
    assert sum(" match " in statement for statement in statements) == 1


@pytest.mark.parametrize(("remembered", "most"), [(20_000, 1), (0, 2)])
def test_a_case_that_had_changed_since_is_folded_once_where_there_is_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, remembered: int, most: int
) -> None:
    folded: list[int] = []

    def counted(number: int, events: list[Event]) -> Case | None:
        folded.append(number)
        return fold(number, events)

    monkeypatch.setattr("careconsole.store.cases.as_of._REMEMBERED", remembered)
    monkeypatch.setattr("careconsole.store.cases.as_of.fold", counted)
    pages: list[case_queries.Page] = []
    case_queries.each_page(desk, pages.append, moment=NOW - 98 * HOUR)
    assert pages
    assert max(folded.count(number) for number in folded) == most
