"""Saved views: the usual ones are there for all, and a person's own take their place for that person alone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from careconsole.desk.cases import execution
from careconsole.desk.console import views
from careconsole.desk.console.views import NEXT_FREE_SLOT, USUAL, SavedView
from careconsole.desk.queries import case_queries
from careconsole.desk.team import members
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.offers import Accept, Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Take
from careconsole.domain.case.parking import Park
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import WrongUse
from careconsole.domain.filters.language import FilterError, parse
from careconsole.present.queue_text import level_words
from careconsole.store.queue.listing import SORTS
from tests.desk.office import Office

BILLS = SavedView(NEXT_FREE_SLOT, "bills", "tag:billing", "age", reverse=True)


def test_the_usual_views_can_be_read_and_have_keys() -> None:
    assert [view.slot for view in USUAL] == list(range(10))
    for view in USUAL:
        parse(view.filter)
        assert view.sort in SORTS


def test_everybody_begins_with_the_usual_views(office: Office) -> None:
    assert views.views(office.desk("Ben")) == list(USUAL)


def test_each_usual_view_shows_its_cases(office: Office) -> None:
    ben = office.ids["Ben"]

    def new(owner: int | None, *done: tuple[str, str, Command]) -> int:
        number = (
            execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=owner, inbound=False)).opened or 0
        )
        for who, verb, command in done:
            execution.execute(office.desk(who), verb, command, [number])
        return number

    untaken = new(None)
    his = new(ben)
    offered = new(office.ids["Ben"], ("Ben", "offer", Offer(to=office.ids["Cleo"], reason="knows it", next="call")))
    raised = new(ben, ("Ben", "escalate", Escalate(reason="authority", need="a discount")))
    waits = new(ben, ("Ben", "log", LogMessage(text="any news?", inbound=True)))
    rests = new(ben, ("Ben", "park", Park(on="customer", until=office.now + 1)))
    done = new(ben, ("Ben", "resolve", Resolve(said="sent a lid", answer="told")))
    office.now += 2
    cleo = office.desk("Cleo")
    shown = {view.name: sorted(case_queries.ordered(cleo, view.filter, view.sort).numbers) for view in USUAL}
    assert shown == {
        "all open": [untaken, his, offered, raised, waits, rests],
        "mine": [],
        "unassigned": [untaken],
        "offered to me": [offered],
        "escalated": [raised],
        "overdue": [rests],
        "waiting": [waits],
        "parked": [rests],
        "recently resolved": [done],
        "at risk": [],
    }
    assert case_queries.counts(office.desk("Cleo"), [view.filter for view in USUAL]) == [
        len(found) for found in shown.values()
    ]


def test_an_offered_case_is_the_owners_until_it_is_accepted_and_counts_in_one_list(office: Office) -> None:
    number = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"])).opened or 0

    def lists(name: str) -> tuple[int, ...]:
        filters = ("is:mine", "offered:me", "answerable:me is:offered")
        counted = case_queries.counts(office.desk(name), list(filters))
        found = [case_queries.numbers(office.desk(name), filter) for filter in filters]
        assert counted == [len(numbers) for numbers in found]
        return tuple(counted)

    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])
    assert (lists("Ben"), lists("Cleo"), lists("Dora")) == ((1, 0, 1), (0, 1, 0), (0, 0, 0))
    members.away(office.desk("Cleo"), "Cleo", "Dora")
    assert (lists("Ben"), lists("Cleo"), lists("Dora")) == ((1, 0, 1), (0, 1, 0), (0, 1, 0)), "she acts for Cleo"
    execution.execute(office.desk("Dora"), "accept", Accept(), [number])
    assert (lists("Ben"), lists("Cleo"), lists("Dora")) == ((0, 0, 0), (0, 0, 0), (1, 0, 0))


def test_what_waits_for_an_absent_person_waits_for_their_cover_whenever_it_was_asked(office: Office) -> None:
    called, helping = (
        execution.open_case(office.desk("Ben"), OpenCase(subject=subject, owner=office.ids["Ben"])).opened or 0
        for subject in ("Kettle", "Toaster")
    )
    up = Escalate(reason="authority", need="a refund", to=office.ids["Dora"])
    execution.execute(office.desk("Ben"), "escalate", up, [called])
    execution.execute(office.desk("Ben"), "ask_help", AskHelp(of=office.ids["Dora"], need="a look"), [helping])
    filters = ["is:mine", "responder:me is:unacknowledged", "helping:me"]
    assert case_queries.counts(office.desk("Cleo"), filters) == [0, 0, 0]
    members.away(office.desk("Dora"), "Dora", "Cleo")
    assert case_queries.counts(office.desk("Cleo"), filters) == [2, 1, 1], "she acts for Dora"
    assert case_queries.counts(office.desk("Cleo"), ["responder:Cleo", "responder:Dora", "helping:Dora"]) == [0, 1, 1]
    row = office.store.queue.get_many([called])[0]
    roster = office.desk().roster()
    assert level_words(row, roster, office.now) == "L1 Dora (Cleo covers)?"
    assert level_words(row, roster, office.now, short=True, room=14) == "1 Dora (Cleo)?"
    assert level_words(row, roster, office.now, short=True, room=13) == "1 Dora?", "the name comes first"


def test_the_first_view_of_ones_own_takes_the_key_that_makes_way_then_further_slots(office: Office) -> None:
    desk = office.desk("Ben")
    saved = [views.save(desk, replace(BILLS, name=name)) for name in ("first", "second", "third")]
    assert [view.slot for view in saved] == [9, 10, 11]
    assert saved[0] == SavedView(9, "first", "tag:billing", "age", True, own=True)
    assert views.views(desk) == [*USUAL[:9], *saved]
    views.remove(desk, 10)
    assert views.save(desk, BILLS).slot == 10
    views.remove(desk, 9)
    assert views.views(desk)[9].name == "at risk", "it comes back"


def test_a_view_of_ones_own_hides_the_usual_one_until_it_is_removed(office: Office) -> None:
    desk = office.desk("Ben")
    own = views.save(desk, replace(BILLS, slot=2))
    assert views.views(desk)[2] == own
    again = views.save(desk, replace(BILLS, slot=2, name="other bills"))
    assert [view for view in views.views(desk) if view.own] == [again]
    views.remove(desk, 2)
    assert views.views(desk) == list(USUAL)


def test_views_are_their_owners_alone(office: Office) -> None:
    views.save(office.desk("Ben"), replace(BILLS, slot=2))
    assert views.views(office.desk("Cleo")) == list(USUAL)
    with pytest.raises(WrongUse, match="no view of your own in slot 2"):
        views.remove(office.desk("Cleo"), 2)


@pytest.mark.parametrize(
    ("view", "why"),
    [
        (replace(BILLS, filter="colour:red"), "A field"),
        (replace(BILLS, sort="colour"), "There is no order 'colour'"),
        (replace(BILLS, slot=-2), "There is no slot -2"),
        (replace(BILLS, name=" \t\n"), "name of the view is missing"),
        (replace(BILLS, name="\u200b\u2060"), "name of the view is missing"),
        (replace(BILLS, name="x" * 41), "too long: 41"),
        (replace(BILLS, name="bi\0lls"), "contains a NUL"),
    ],
    ids=lambda given: "" if isinstance(given, SavedView) else given,
)
def test_a_view_that_would_not_work_is_not_saved(office: Office, view: SavedView, why: str) -> None:
    with pytest.raises(WrongUse, match=why):
        views.save(office.desk("Ben"), view)
    assert views.views(office.desk("Ben")) == list(USUAL)


def test_a_mistake_in_the_filter_is_told_with_its_place(office: Office) -> None:
    with pytest.raises(FilterError) as caught:
        views.save(office.desk("Ben"), replace(BILLS, filter="is:open level:many"))
    assert "level:many"[caught.value.start - 8 :] == "many"


def test_a_name_is_one_line(office: Office) -> None:
    assert views.save(office.desk("Ben"), replace(BILLS, name="  all\nthe  bills ")).name == "all the bills"


def test_a_filter_that_cannot_be_read_has_no_count(office: Office) -> None:
    execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle"))
    texts = ["", "owner:xavier", "is:unassigned", "colour:red", "answerable:me", "-is:open,parked"]
    assert case_queries.counts(office.desk("Ana"), texts) == [1, -1, 1, -1, 1, 0]
    stranger = office.desk()
    stranger.person = None
    assert case_queries.counts(stranger, ["is:mine", ""]) == [-1, 1]


def test_rows_are_read_by_number_with_their_customers(office: Office) -> None:
    first = execution.open_case(office.desk(), OpenCase(subject="Kettle"), customer="Carla").opened or 0
    second = execution.open_case(office.desk(), OpenCase(subject="Lid")).opened or 0
    execution.execute(office.desk("Ana"), "take", Take(), [second])
    execution.execute(office.desk("Ana"), "resolve", Resolve(said="done", answer="told"), [second])
    found = case_queries.rows(office.desk(), [second, first, 99])
    assert {number: row.status for number, row in found.rows.items()} == {first: "open", second: "resolved"}
    assert list(found.customers.values()) == ["Carla"]
    assert case_queries.rows(office.desk(), []) == case_queries.Rows(rows={}, customers={})


def test_a_board_has_an_order_there_is(office: Office) -> None:
    with pytest.raises(WrongUse, match="no order 'colour'"):
        case_queries.ordered(office.desk(), sort="colour")
