"""Service levels at the desk: who sets them, and that every open case is due as they say, whatever happens."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries import case_queries
from careconsole.desk.team import customers, service_levels
from careconsole.desk.team import holidays as lookup
from careconsole.domain.case.clocks import next_due
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.parking import Park, Unpark
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import Refused, WrongUse
from careconsole.store import NEVER
from careconsole.store.engine.base import Row
from careconsole.store.team import service_levels as levels
from tests.desk.office import HOUR, KETTLE, LID, MONDAY, SPOUT, Office

GOLD = """
[[level]]
name = "gold"
tiers = ["gold"]
answer = "1h"
[[level]]
name = "urgent"
priorities = ["urgent"]
answer = "2h"
[[level]]
name = "standard"
answer = "3h"
resolution = "30h"
"""
OFFICE_HOURS = """
[calendar.office]
zone = "UTC"
hours.mon-fri = "09:00-17:00"
[[level]]
name = "standard"
calendar = "office"
step = "4h"
informed = "16h"
"""


@pytest.fixture
def busy(office: Office) -> Office:
    """An office with an import and cases of its own in every state."""
    office.bring(*KETTLE, *LID, *SPOUT)
    desk = office.desk("Ben")
    for subject, command in (
        ("waits", None),
        ("answered", LogMessage(text="sent")),
        ("parked", Park(on="customer", until=office.now + 50 * HOUR)),
        ("promised", Promise(text="call", due=office.now + 5 * HOUR)),
        ("offered", Offer(to=office.ids["Cleo"], reason="x")),
        ("called", Escalate(reason="exception", need="refund")),
        ("resolved", Resolve(said="sent", answer="told")),
        ("urgent", Edit(priority="urgent")),
    ):
        number = open_case(office, subject)
        office.later(0.1)
        if command is not None:
            execution.execute(desk, "x", command, [number])
    office.later(1)
    execution.execute(desk, "unpark", Unpark(), [number_of(office, "parked")])
    return office


def open_case(office: Office, subject: str = "Kettle", customer: str = "Carla", **new: Any) -> int:
    command = OpenCase(subject=subject, channel="email", owner=office.ids["Ben"], **new)
    number = execution.open_case(office.desk("Ben"), command, customer).opened
    assert number is not None
    return number


def number_of(office: Office, subject: str) -> int:
    (number,) = [case.number for case in office.store.cases.states("1 = 1", {}) if case.subject == subject]
    return number


def due(office: Office, number: int) -> tuple[str, float]:
    """What falls due next on a case: its kind, and hours after Monday."""
    row = office.store.engine.fetch_one("select due_kind, due_at from cases where id = :id", {"id": number})
    assert row is not None
    return row[0], (row[1] - MONDAY) / HOUR


def stored(office: Office) -> list[Row]:
    return office.store.engine.fetch_all("select id, due_at, due_kind, risk_at from cases order by id")


def from_history(office: Office) -> list[Row]:
    """What the stored due times must be: every history folded anew, and its clocks worked out on their own."""
    rows: list[Row] = []
    held = service_levels.service(office.desk())
    for number, events in office.store.cases.histories("1 = 1", {}):
        case = fold(number, events)
        assert case is not None
        customer = office.store.customers.get(case.customer) if case.customer else None
        level = held.level_for(customer.tier if customer else "standard", case.priority)
        first = next_due(case, level, held.calendars[level.calendar])
        rows.append((number, first.due, first.kind, first.at_risk) if first else (number, NEVER, "", NEVER))
    return rows


# Setting them


@pytest.mark.parametrize("text", [GOLD, OFFICE_HOURS])
def test_new_levels_make_every_open_case_due_as_if_they_had_held_from_the_beginning(busy: Office, text: str) -> None:
    before = stored(busy)
    changed = service_levels.set_service(busy.desk(), text)
    after = stored(busy)
    assert after == from_history(busy)
    assert changed.cases == sum(a != b for a, b in zip(before, after, strict=True)) > 0
    assert changed.open == sum(row[1] < NEVER for row in after)
    assert busy.sound()


def test_levels_that_change_nothing_change_nothing(busy: Office) -> None:
    before = stored(busy)
    assert service_levels.set_service(busy.desk(), '[[level]]\nname = "usual"\n').cases == 0
    assert stored(busy) == before


def test_cases_are_recomputed_a_part_at_a_time(busy: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "_AT_ONCE", 2)
    service_levels.set_service(busy.desk(), GOLD)
    assert stored(busy) == from_history(busy)


def test_only_a_lead_sets_levels_and_the_journal_knows_who(busy: Office) -> None:
    with pytest.raises(Refused, match="Only a lead"):
        service_levels.set_service(busy.desk("Ben"), GOLD)
    assert busy.store.levels.text() is None
    service_levels.set_service(busy.desk("Dora"), GOLD)
    (entry,) = busy.store.engine.fetch_all("select actor_id, about from journal where kind = 'service levels'")
    assert entry == (busy.ids["Dora"], "gold, urgent, standard")


@pytest.mark.parametrize(
    "text", ["", " \n", "no toml", '[[level]]\nname = "a"\nanswer = "soon"\n', "# \0", "x" * 300_000]
)
def test_a_text_that_cannot_be_read_changes_nothing(busy: Office, text: str) -> None:
    before = stored(busy)
    with pytest.raises(WrongUse):
        service_levels.set_service(busy.desk(), text)
    assert (stored(busy), busy.store.levels.text()) == (before, None)


def test_checking_a_text_changes_nothing(busy: Office) -> None:
    assert [level.name for level in service_levels.check(busy.desk("Ben"), GOLD).levels] == [
        "gold",
        "urgent",
        "standard",
    ]
    assert busy.store.levels.text() is None


def test_another_console_works_by_new_levels_at_once(office: Office) -> None:
    ben = office.another("Ben")
    assert service_levels.service(ben).levels[0].name == "standard"
    service_levels.set_service(office.desk(), GOLD)
    number = execution.open_case(ben, OpenCase(subject="Lid", channel="email", owner=office.ids["Ben"]), "Nils").opened
    assert number is not None
    assert due(office, number) == ("first answer", 3)


# What changes a case's level


def test_a_case_has_the_level_of_its_customer_and_its_priority(office: Office) -> None:
    service_levels.set_service(office.desk(), GOLD)
    number = open_case(office)
    assert due(office, number) == ("first answer", 3)
    execution.execute(office.desk("Ben"), "edit", Edit(priority="urgent"), [number])
    assert due(office, number) == ("first answer", 2)
    undo_redo.undo(office.desk("Ben"))
    assert due(office, number) == ("first answer", 3)


def test_a_customer_s_new_tier_moves_their_open_cases_and_nobody_else_s(office: Office) -> None:
    service_levels.set_service(office.desk(), GOLD)
    theirs, other = open_case(office), open_case(office, customer="Nils")
    done = open_case(office)
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="sent", answer="told"), [done])
    customers.change(office.desk("Ben"), "Carla", tier="gold")
    assert (due(office, theirs), due(office, other)) == (("first answer", 1), ("first answer", 3))
    customers.change(office.desk("Ben"), "Carla", tier="standard")
    assert due(office, theirs) == ("first answer", 3)
    assert office.sound()


def test_another_customer_brings_another_level(office: Office) -> None:
    service_levels.set_service(office.desk(), GOLD)
    number, other = open_case(office), open_case(office, customer="Nils")
    customers.change(office.desk("Ben"), "Nils", tier="gold")
    nils = office.case(other).customer
    execution.execute(office.desk("Ben"), "edit", Edit(customer=nils), [number])
    assert due(office, number) == ("first answer", 1)


def test_an_import_works_by_the_levels_and_tiers_that_hold(office: Office) -> None:
    service_levels.set_service(office.desk(), GOLD)
    open_case(office)
    customers.change(office.desk("Ben"), "Carla", tier="gold")
    office.bring(*KETTLE[:2], *LID[:1])
    assert due(office, office.known_as("A").number) == ("first answer", 1)
    assert due(office, office.known_as("B").number) == ("first answer", 3)
    assert stored(office) == from_history(office)


def test_a_call_is_to_be_acknowledged_as_the_level_of_the_case_says(office: Office) -> None:
    service_levels.set_service(office.desk(), GOLD.replace('answer = "1h"', 'answer = "9h"\nacknowledge = "6h"'))
    number, other = open_case(office), open_case(office, customer="Nils")
    customers.change(office.desk("Ben"), "Carla", tier="gold")
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="exception", need="refund"), [number, other])
    assert (due(office, number), due(office, other)) == (("acknowledgement", 6), ("acknowledgement", 1))


def test_a_queue_of_an_earlier_day_is_told_by_the_levels_of_today(office: Office) -> None:
    number = open_case(office)
    office.later(10)
    execution.execute(office.desk("Ben"), "log", LogMessage(text="sent"), [number])
    service_levels.set_service(office.desk(), GOLD)
    (row,) = case_queries.queue_as_of(office.desk(), MONDAY + HOUR).rows
    assert (row.due_kind, row.due_at) == ("first answer", MONDAY + 3 * HOUR)


def test_a_queue_of_a_day_before_the_import_knows_no_clock_that_begins_with_it(office: Office) -> None:
    office.bring(*LID)
    (row,) = case_queries.queue_as_of(office.desk(), office.known_as("B").opened_at).rows
    assert (row.due_at, row.due_kind, row.risk_at) == (None, "", None)
    (row,) = case_queries.queue_as_of(office.desk(), office.now).rows
    assert row.due_at is not None


def test_what_is_at_risk_is_found_until_it_is_breached(office: Office) -> None:
    number = open_case(office)
    found = {}
    for hours in (2.9, 3, 4, 4.1):
        office.now = MONDAY + int(hours * HOUR)
        found[hours] = [case_queries.numbers(office.desk(), text) for text in ("is:atrisk", "is:overdue")]
    assert found == {2.9: [[], []], 3: [[number], []], 4: [[number], []], 4.1: [[], [number]]}
    assert case_queries.counts(office.desk(), ["is:atrisk", "-is:atrisk"]) == [0, 1]


def test_a_promise_at_risk_is_found_when_another_clock_is_due_before_it(office: Office) -> None:
    number = open_case(office)
    execution.execute(office.desk(), "log", LogMessage(text="we look into it"), [number])
    execution.execute(office.desk(), "promise", Promise(text="a call", due=MONDAY + 12 * HOUR), [number])
    office.now = MONDAY + 10 * HOUR
    assert case_queries.numbers(office.desk(), "is:atrisk") == [number]
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="exception", need="a refund"), [number])
    assert due(office, number)[0] == "acknowledgement"
    assert case_queries.numbers(office.desk(), "is:atrisk") == [number]


# Calendars


def test_the_hours_of_a_calendar_can_be_set_on_their_own(busy: Office) -> None:
    service_levels.set_service(busy.desk(), OFFICE_HOURS)
    changed = service_levels.set_calendar(busy.desk(), "office", {"mon": "10:00-12:00", "tue-fri": "10:00-18:00"})
    assert changed.cases > 0
    assert stored(busy) == from_history(busy)
    assert "step" in service_levels.text(busy.desk()), "the rest of the text stays"
    with pytest.raises(WrongUse, match="no zone"):
        service_levels.set_calendar(busy.desk(), "shop", {"mon": "10:00-12:00"})
    service_levels.set_calendar(busy.desk(), "shop", {"mon": "10:00-12:00"}, "Europe/Rome")
    assert service_levels.calendar(busy.desk(), "shop").zone == "Europe/Rome"


def test_how_many_cases_are_late_by_new_levels_is_counted(office: Office) -> None:
    slow, fast = ('[[level]]\nname = "a"\ntake = "9h"\n', '[[level]]\nname = "a"\ntake = "1h"\n')
    service_levels.set_service(office.desk(), slow)
    for _ in range(3):
        execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", channel="email"))
        office.later(0.75)
    assert service_levels.set_service(office.desk(), fast).late == 2, "the third has some time left"
    assert service_levels.set_service(office.desk(), fast).late == 0, "they were late before"
    assert service_levels.set_service(office.desk(), slow).late == 0


def test_a_calendar_tells_its_days_and_why_they_are_unlike_others(office: Office) -> None:
    from datetime import date

    days = 'closed = ["2026-01-06"]\nextra.2026-01-07 = "09:00-10:00"\nholidays = ["2026-01-08"]\n'
    service_levels.set_service(office.desk(), OFFICE_HOURS.replace("[[level]]", f"{days}[[level]]"))
    told = service_levels.days(office.desk(), "office", date(2026, 1, 5), 6)
    assert [(", ".join(map(str, day.hours)), day.why) for day in told] == [
        ("09:00-17:00", ""),
        ("", "closed"),
        ("09:00-10:00", "extra"),
        ("", "holiday"),
        ("09:00-17:00", ""),
        ("", ""),
    ]
    with pytest.raises(WrongUse, match="no calendar 'shop'"):
        service_levels.days(office.desk(), "shop", date(2026, 1, 5))


@pytest.fixture
def almanac(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """An almanac in the place of the package: the holidays of XX, and whether it is installed."""
    from datetime import date

    known: dict[str, Any] = {"installed": True, "XX": {date(2026, 1, 5): "Kettle Day"}}

    def holidays_of(code: str, now: int) -> dict[date, str]:
        if code not in known:
            raise WrongUse(f"The public holidays of {code!r} are not known.", "Write another code.")
        found: dict[date, str] = known[code]
        return found

    monkeypatch.setattr(lookup, "available", lambda: known["installed"])
    monkeypatch.setattr(lookup, "holidays_of", holidays_of)
    return known


def test_public_holidays_are_looked_up_once_and_serve_where_the_package_is_not(
    office: Office, almanac: dict[str, Any]
) -> None:
    from datetime import date

    text = OFFICE_HOURS.replace("[[level]]", 'holidays = "XX"\n[[level]]')
    service_levels.set_service(office.desk(), text)
    number = open_case(office)
    assert due(office, number) == ("first answer", 24 + 1 + 4), "Monday is a holiday"
    assert service_levels.days(office.desk(), "office", date(2026, 1, 5), 1)[0].why == "Kettle Day"
    almanac["installed"] = False
    service_levels.set_calendar(office.desk(), "office", {"mon-fri": "09:00-17:00"})
    assert due(office, number) == ("first answer", 24 + 1 + 4), "what was looked up before is known still"


def test_holidays_that_nobody_knows_are_refused_with_what_to_do(office: Office, almanac: dict[str, Any]) -> None:
    text = OFFICE_HOURS.replace("[[level]]", 'holidays = "QQ"\n[[level]]')
    with pytest.raises(WrongUse, match="'QQ' are not known"):
        service_levels.set_service(office.desk(), text)
    almanac["installed"] = False
    with pytest.raises(WrongUse, match=r"Line 5: .*not known here.*careconsole\[holidays\]"):
        service_levels.set_service(office.desk(), text)


def test_the_package_s_holidays_have_names(office: Office) -> None:
    pytest.importorskip("holidays", reason="careconsole[holidays] is not installed")
    from datetime import date

    found = lookup.holidays_of("DE", MONDAY)
    assert "1. Weihnachtstag" in found[date(2026, 12, 25)] or found[date(2026, 12, 25)]
    assert lookup.holidays_of("DE-BY", MONDAY).keys() > found.keys()
    for wrong in ("ZZ", "DE-QQ"):
        with pytest.raises(WrongUse):
            lookup.holidays_of(wrong, MONDAY)
