"""Presence: each console sees who else has which case open, as long as those consoles are heard of."""

from __future__ import annotations

from careconsole.desk.console import presence
from careconsole.desk.console.presence import STALE, Here
from tests.desk.office import HOUR, Office, others


def seen_by(office: Office, console: str) -> list[tuple[str, int | None, bool]]:
    return [(one.console, one.case, one.writing) for one in others(office.desk(), console)]


def test_others_are_seen_with_what_they_look_at(office: Office) -> None:
    presence.announce(office.desk("Ana"), "a", None)
    presence.announce(office.another("Ben"), "b", 7, writing=True)
    assert others(office.desk("Ana"), "a") == [Here("b", office.ids["Ben"], "desk 1", 7, True, office.now)]
    assert seen_by(office, "b") == [("a", None, False)]


def test_the_presence_of_a_console_is_its_latest_case_and_person(office: Office) -> None:
    presence.announce(office.desk("Ben"), "b", 7, writing=True)
    office.later()
    presence.announce(office.desk("Cleo"), "b", 8)
    assert others(office.desk(), "a") == [Here("b", office.ids["Cleo"], "desk 1", 8, False, office.now)]


def test_a_sign_of_life_keeps_what_was_announced_and_announces_what_was_not(office: Office) -> None:
    presence.announce(office.desk("Ben"), "b", 7, writing=True)
    office.now += STALE
    presence.renew(office.desk("Ben"), "b", 7, writing=True)
    office.now += STALE
    assert others(office.desk(), "a") == [Here("b", office.ids["Ben"], "desk 1", 7, True, office.now - STALE)]
    presence.renew(office.desk("Ben"), "b", 7)
    presence.renew(office.desk("Ana"), "c", None)
    assert sorted(seen_by(office, "a")) == [("b", 7, False), ("c", None, False)]
    presence.renew(office.desk("Cleo"), "c", None)
    assert {here.person for here in others(office.desk(), "a")} == {office.ids["Ben"], office.ids["Cleo"]}


def test_two_consoles_of_one_person_see_each_other(office: Office) -> None:
    presence.announce(office.desk("Ben"), "first", 7)
    presence.announce(office.desk("Ben"), "second", 7)
    assert seen_by(office, "first") == [("second", 7, False)]


def test_who_leaves_is_gone_at_once(office: Office) -> None:
    presence.announce(office.desk("Ben"), "b", 7)
    presence.leave(office.desk("Ben"), "b")
    presence.leave(office.desk("Ben"), "never there")
    assert seen_by(office, "a") == []


def test_a_console_that_is_not_heard_of_counts_as_gone_and_is_forgotten_after_a_day(office: Office) -> None:
    presence.announce(office.desk("Ben"), "b", 7)
    office.now += STALE
    assert seen_by(office, "a") == [("b", 7, False)]
    office.now += 1
    assert seen_by(office, "a") == []
    presence.announce(office.desk("Ana"), "a", None)
    assert office.store.engine.fetch_one("select count(*) from presence") == (2,)
    office.now += 24 * HOUR
    presence.announce(office.desk("Ana"), "a", None)
    assert office.store.engine.fetch_all("select console from presence") == [("a",)]
