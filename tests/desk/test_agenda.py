"""What falls due: all clocks of one case, the next hours and who answers, promises as a list of their own."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.queries import agenda
from careconsole.desk.team import members, service_levels
from careconsole.domain.case.command import Command
from careconsole.domain.case.editing import Edit
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.ownership import Reassign
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import KeepPromise, MovePromise, Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import Message
from careconsole.present.clocks import priority_words
from careconsole.tui.queue.clock_lines import why_lines
from tests.desk.office import HOUR, MONDAY, Office, line
from tests.desk.test_service_levels import open_case


def do(office: Office, name: str, command: Command, *numbers: int) -> None:
    execution.execute(office.desk(name), "x", command, list(numbers))


def told(office: Office, hours: float = 24) -> list[tuple[int, str, str | None, float]]:
    """What falls due, on which case, who answers, and hours after Monday."""
    found = agenda.agenda(office.desk(), hours)
    names = {entry.answerable: found.roster.name(entry.answerable) for entry in found.entries}
    return [(e.case, e.clock.kind, names[e.answerable], ((e.clock.due or 0) - MONDAY) / HOUR) for e in found.entries]


# Why


def test_why_tells_every_clock_of_a_case_and_its_level(office: Office) -> None:
    service_levels.set_service(office.desk(), '[[level]]\nname = "one"\nresolution = "10h"\n')
    number = open_case(office)
    office.later(1)
    do(office, "Ben", LogMessage(text="sent"), number)
    do(office, "Ben", Park(on="customer", until=office.now + 5 * HOUR), number)
    found = agenda.why(office.desk(), number)
    assert found.level.name == "one"
    assert [(clock.kind, clock.stands(office.now)) for clock in found.clocks] == [
        ("parked until", "running"),
        ("resolution", "paused"),
        ("first answer", "met"),
    ]


@pytest.mark.parametrize(
    ("levels", "priority", "says"),
    [
        ("", "normal", ""),
        ("", "urgent", "Urgent has the same times as normal here, so it does not move the case up: "),
        ("", "low", "Low has the same times as normal here, so it does not move the case down: "),
        ("[[level]]\nname = 'fast'\npriorities = ['urgent']\n[[level]]\nname = 'rest'\n", "urgent", "Urgent has the "),
        (
            "[[level]]\nname = 'fast'\npriorities = ['urgent']\nanswer = '1h'\n[[level]]\nname = 'rest'\n",
            "urgent",
            "Urgent has the times of level fast, normal those of rest.",
        ),
    ],
)
def test_why_says_what_the_priority_does_to_the_times(office: Office, levels: str, priority: str, says: str) -> None:
    if levels:
        service_levels.set_service(office.desk(), levels)
    number = open_case(office)
    if priority != "normal":
        do(office, "Ben", Edit(priority=priority), number)
    found = agenda.why(office.desk(), number)
    words = priority_words(found.case, found.level, found.usual)
    assert words.startswith(says)
    assert bool(words) == bool(says)
    shown = " ".join("".join(text for text, _ in line) for line in why_lines(found, 80))
    assert " ".join(words.split()) in " ".join(shown.split())
    do(office, "Ben", Resolve(said="sent", answer="told"), number)
    found = agenda.why(office.desk(), number)
    assert priority_words(found.case, found.level, found.usual) == ""


def test_why_follows_a_merge_and_says_so(office: Office) -> None:
    lost, won = open_case(office), open_case(office)
    do(office, "Ben", Merge(into=won), lost)
    found = agenda.why(office.desk(), lost)
    assert found.case.number == won
    assert "merged" in found.notices[0]
    with pytest.raises(WrongUse, match="no case 99"):
        agenda.why(office.desk(), 99)


def test_a_wait_that_was_imported_late_starts_no_earlier_for_having_been_merged(office: Office) -> None:
    office.bring(
        line("A-1", 0, subject="Kettle", status="open", owner="Ben"),
        line("A-1", 1, said=Message(way="out", text="It is sent.")),
    )
    lost, won = 1, open_case(office)
    for number in (lost, won):
        do(office, "Ben", LogMessage(text="sent"), number)
    office.later(100)
    office.bring(line("A-1", 1001, said=Message(way="in", text="Is it on its way?")))
    before = office.case(lost)
    assert (before.waiting_since, before.heard_since) == (MONDAY + HOUR, office.now)
    do(office, "Ben", Merge(into=won, confirm=True), lost)
    after = office.case(won)
    assert (after.waiting_since, after.heard_since) == (before.waiting_since, before.heard_since)


# Agenda


def test_what_falls_due_comes_by_time_with_who_must_act_on_it(office: Office) -> None:
    number = open_case(office)
    do(office, "Ben", Promise(text="call", due=MONDAY + 3 * HOUR), number)
    do(office, "Ben", Escalate(reason="exception", need="refund", to=office.ids["Dora"]), number)
    do(office, "Ben", Offer(to=office.ids["Cleo"], reason="x"), number)
    assert told(office) == [
        (number, "acknowledgement", "Dora", 1),
        (number, "promise", "Ben", 3),
        (number, "first answer", "Ben", 4),
        (number, "offer", "Cleo", 4),
    ]
    assert [entry[1] for entry in told(office, 3)] == ["acknowledgement", "promise"]


def test_who_is_away_is_answered_for_and_a_contact_answers_themselves(office: Office) -> None:
    number = open_case(office)
    do(office, "Ben", Escalate(reason="exception", need="refund", to=office.ids["Eve"]), number)
    members.away(office.desk(), "Ben", "Cleo")
    assert [entry[2] for entry in told(office)] == ["Eve", "Cleo"]
    members.away(office.desk(), "Cleo", None)
    assert [entry[2] for entry in told(office)] == ["Eve", "Ana"], "else the lead on duty"
    assert agenda.agenda(office.desk()).roster.on_duty() == office.ids["Ana"]


def test_what_is_late_already_is_counted_and_what_comes_later_on_that_case_is_told(office: Office) -> None:
    number = open_case(office)
    do(office, "Ben", Promise(text="call", due=MONDAY + 9 * HOUR), number)
    office.later(5)
    assert told(office) == [(number, "promise", "Ben", 9)]
    assert agenda.agenda(office.desk()).late == 1


def test_a_change_that_a_review_asked_for_is_told_of_a_resolved_case_too(office: Office) -> None:
    number = open_case(office)
    review = Review(cause="crack", change="boxes", owner=office.ids["Cleo"], due=MONDAY + 5 * HOUR)
    do(office, "Ben", review, number)
    do(office, "Ben", Resolve(said="sent", answer="told"), number)
    assert told(office) == [(number, "change", "Cleo", 5)]


# Promises


def test_promises_come_by_their_time_all_mine_today_tomorrow_or_broken(office: Office) -> None:
    first, second = open_case(office), open_case(office, customer="Nils")
    do(office, "Ben", Promise(text="a", due=MONDAY + 2 * HOUR), first)
    do(office, "Ben", Promise(text="b", due=MONDAY + 30 * HOUR), first)
    do(office, "Ben", Promise(text="c", due=MONDAY + 200 * HOUR), second)
    execution.execute(office.desk(), "reassign", Reassign(to=office.ids["Cleo"]), [second])

    def texts(name: str, which: agenda.Which) -> list[str]:
        return [entry.promise.text for entry in agenda.promises(office.desk(name), which).entries]

    assert texts("Ana", "all") == ["a", "b", "c"]
    assert (texts("Ben", "mine"), texts("Cleo", "mine")) == (["a", "b"], ["c"])
    assert (texts("Ben", "overdue"), texts("Ben", "today"), texts("Ben", "tomorrow")) == ([], ["a"], ["b"])
    office.later(3)
    assert (texts("Ben", "overdue"), texts("Ben", "today")) == (["a"], ["a"])
    do(office, "Ben", MovePromise(promise=2, due=MONDAY + 300 * HOUR, told=True), first)
    assert texts("Ben", "overdue") == [], "it was late, and is due at its new time now"
    (moved,) = [entry for entry in agenda.promises(office.desk()).entries if entry.promise.text == "a"]
    assert (moved.broken, moved.promise.late) == (False, True), "that it was late is kept, for the measures"
    members.away(office.desk(), "Ben", "Cleo")
    assert texts("Cleo", "mine") == ["b", "c", "a"], "whoever answers for the owner"


def test_a_promise_that_was_kept_or_settled_is_no_more_in_the_list(office: Office) -> None:
    number = open_case(office)
    do(office, "Ben", Promise(text="a", due=MONDAY + 2 * HOUR), number)
    (entry,) = agenda.promises(office.desk()).entries
    assert (entry.customer, entry.broken) == ("Carla", False)
    do(office, "Ben", KeepPromise(), number)
    assert agenda.promises(office.desk()).entries == []


def test_each_list_of_promises_is_counted_as_it_is_listed(office: Office) -> None:
    number = open_case(office)
    for hours, text in ((1, "a"), (2, "b"), (30, "c"), (100, "d")):
        do(office, "Ben", Promise(text=text, due=MONDAY + hours * HOUR), number)
    office.later(1.5)
    for which in ("all", "mine", "today", "tomorrow", "overdue"):
        found = agenda.counted_promises(office.desk("Ben"), which)
        for name, count in found.counts.items():
            assert count == len(agenda.promises(office.desk("Ben"), name).entries), (which, name)
        assert found.entries == agenda.promises(office.desk("Ben"), which).entries
    assert found.counts["mine"] == 4
    nobody = office.desk().at(office.now)
    assert "mine" not in agenda.counted_promises(nobody, "all").counts
