"""The measures: by hand on small histories, and against a slow reference on any plausible one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from careconsole.domain.case.acknowledgement import Acknowledged
from careconsole.domain.case.effective_history import Redone, Undone
from careconsole.domain.case.escalation import Deescalated, Escalated, Skipped
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.measures import measure
from careconsole.domain.case.merging import Absorbed, Merged
from careconsole.domain.case.messages import MessageLogged, Reclassified
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.offers import Accepted, Offered
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.ownership import Reassigned, Taken, TakenOver
from careconsole.domain.case.parking import Parked
from careconsole.domain.case.promises import Promised, PromiseKept, PromiseMoved, PromiseReleased
from careconsole.domain.case.resolution import Reopened, Resolved
from careconsole.domain.case.resolution_answers import ANSWERS, NOT_NEEDED
from careconsole.domain.case.reviews import Reviewed
from careconsole.domain.case.spans import Spans
from careconsole.domain.report.observed import Observed
from careconsole.domain.team.roster import CONTACT, LEAD, Person, Roster
from tests.reference import reference

ANA, BEN, CEM, DAN = 1, 2, 3, 4
PEOPLE = [
    Person(number=ANA, name="Ana", role=LEAD),
    Person(number=BEN, name="ben"),
    Person(number=CEM, name="Cem"),
    Person(number=DAN, name="Dan", role=CONTACT),
]
ROSTER = Roster(people={p.number: p for p in PEOPLE}, duty=ANA)
NAMES = {p.number: p.name for p in PEOPLE}


def history(*steps: tuple[float, Fact]) -> list[Event]:
    """Events at the given seconds, each a command of its own with the number of the event."""
    return [
        Event(number=i, at=int(second * 1000), recorded_at=int(second * 1000), fact=fact, actor=ANA, command=i)
        for i, (second, fact) in enumerate(steps, start=1)
    ]


def measured(*cases: list[Event], at: float = 1000) -> dict[str, Any]:
    """The measures of these cases at that second, which the reference must find too."""
    histories = list(enumerate(cases, start=1))
    found = measure(histories, int(at * 1000))
    assert found == reference(histories, NAMES, int(at * 1000))
    return found


def opened(owner: int | None = ANA, channel: str = "mail", *, inbound: bool = True) -> Opened:
    return Opened(subject="The parcel is late", owner=owner, channel=channel, inbound=inbound)


def followed() -> Opened:
    """A follow-up on which nobody waits."""
    return Opened(subject="Its invoice", owner=ANA, inbound=False, follows=1)


def escalated(level: int = 1, responder: int = DAN, cause: str = "") -> Escalated:
    return Escalated(level=level, responder=responder, reason="exception", need="x", cause=cause, acknowledge_by=0)


def skipped(level: int, responder: int) -> Skipped:
    return Skipped(level=level, responder=responder, acknowledge_by=0)


def wrote(sort: str = "message", channel: str = "mail") -> MessageLogged:
    return MessageLogged(inbound=True, channel=channel, text="x", sort=sort)


def answered(*, proactive: bool = False) -> MessageLogged:
    return MessageLogged(inbound=False, channel="mail", text="x", proactive=proactive)


def promised(due: float) -> Promised:
    return Promised(text="x", due=int(due * 1000), by=ANA)


def moved(promise: int, due: float) -> PromiseMoved:
    return PromiseMoved(promise=promise, due=int(due * 1000), told=True)


RESOLVED = Resolved(said="x")
IMPORTED_WORDS: list[dict[str, Any]] = [
    {"way": "in", "said": "x", "sort": "message"},
    {"way": "in", "said": "x", "sort": "thanks"},
    {"way": "in", "said": "x", "sort": "auto", "channel": "phone"},
    {"way": "out", "said": "x"},
    {"way": "note", "said": "x"},
]


def test_nothing_has_measures_too() -> None:
    found = measured()
    assert found["cases"] == 0
    assert found["resolution_seconds"] == {"n": 0, "median": None, "p90": None}
    assert found["longest_silence_seconds"]["max"] is None


class TestOwnership:
    def test_an_offer_is_a_hand_off_only_once_it_is_accepted(self) -> None:
        offer = Offered(to=BEN, reason="x")
        assert measured(history((0, opened()), (1, offer)))["hand_offs"] == 0
        assert measured(history((0, opened()), (1, offer), (2, Accepted(person=BEN))))["hand_offs"] == 1

    def test_the_first_owner_after_duty_is_no_hand_off(self) -> None:
        found = measured(history((0, opened(None)), (1, Taken(person=BEN))))
        assert (found["hand_offs"], found["cases_never_owned"], found["owners"]) == (0, 0, 1)

    def test_duty_in_between_makes_neither_a_hand_off_nor_a_bounce(self) -> None:
        back = history((0, opened(ANA)), (1, Reassigned(to=None)), (2, Taken(person=ANA)))
        assert measured(back)["hand_offs"] == 0
        on = history((0, opened(ANA)), (1, Reassigned(to=None)), (2, Taken(person=BEN)))
        assert (measured(on)["hand_offs"], measured(on)["bounces"]) == (1, 0)

    def test_bounces_return_to_an_earlier_owner_at_once_or_by_a_detour(self) -> None:
        to_and_fro = history((0, opened(ANA)), (1, Reassigned(to=BEN)), (2, Reassigned(to=ANA)))
        detour = history(
            (0, opened(ANA)),
            (1, Reassigned(to=BEN)),
            (2, TakenOver(person=CEM, reason="x")),
            (3, Reassigned(to=ANA)),
        )
        found = measured(to_and_fro, detour, history((0, opened())))
        assert (found["hand_offs"], found["cases_with_hand_off"]) == (5, 2)
        assert found["hops"] == {"0": 1, "2": 1, "3": 1}
        assert (found["bounced_cases"], found["bounces"], found["immediate_bounces"]) == (2, 2, 1)

    def test_a_hand_off_because_of_an_absence_counts_too(self) -> None:
        found = measured(history((0, opened(ANA)), (1, Reassigned(to=BEN, absence=True))))
        assert (found["hand_offs"], found["hops"]) == (1, {"1": 1})

    def test_time_is_owned_while_the_case_is_open_parked_or_not(self) -> None:
        found = measured(
            history(
                (0, opened(None)),
                (10, Taken(person=BEN)),
                (30, Parked(on="customer")),
                (70, Reassigned(to=ANA)),
                (150, RESOLVED),
                (500, Reopened()),
                (516.5, RESOLVED),
            )
        )
        assert found["unowned_seconds"] == 10
        assert found["owned_seconds"] == 96.5 + 60

    def test_an_open_case_is_owned_until_now(self) -> None:
        assert measured(history((0, opened(BEN))), at=77)["owned_seconds"] == 77

    def test_who_comes_to_no_time_is_an_owner_all_the_same(self) -> None:
        found = measured(history((0, opened(BEN)), (0, RESOLVED)))
        assert (found["owners"], found["owned_seconds"]) == (1, 0)

    def test_owned_from_start_to_end_means_one_person_and_a_resolution(self) -> None:
        alone = history((0, opened(None)), (1, Taken(person=BEN)), (2, RESOLVED))
        handed = history((0, opened()), (1, Reassigned(to=BEN)), (2, RESOLVED))
        still_open = history((0, opened()))
        by_nobody = history((0, opened(None)), (1, RESOLVED))
        found = measured(alone, handed, still_open, by_nobody)
        assert found["owned_from_start_to_end"] == {"n": 2, "cases": 1}

    def test_one_owner_throughout_is_the_figure_of_the_care_report(self) -> None:
        """Of a case that an import brought without the time of its resolution, neither says anything."""
        dated = history((0, Imported(owner=BEN, status="open")), (1, Imported(status="resolved")))
        undated = history((0, Imported(owner=BEN, status="open")), (1, Imported(status="resolved", undated=True)))
        handed = history((0, opened()), (1, Reassigned(to=BEN)), (2, RESOLVED))
        cases = [dated, undated, handed]
        seen = Observed(0, 100)
        for number, events in enumerate(cases, 1):
            seen.add(number, events)
        series = seen.series["one_owner"]
        assert (len(series.values), sum(series.values)) == (2, 1)
        assert measured(*cases)["owned_from_start_to_end"] == {"n": 2, "cases": 1}

    def test_a_resolution_stands_when_the_case_is_closed_afterwards(self) -> None:
        resolved_first = history(
            (0, Imported(owner=BEN, status="open")),
            (1, Imported(status="resolved")),
            (2, Imported(status="closed")),
        )
        only_closed = history((0, Imported(owner=BEN)), (1, Imported(status="closed")))
        assert measured(resolved_first, only_closed)["owned_from_start_to_end"] == {"n": 1, "cases": 1}


class TestEscalation:
    def test_levels_and_causes(self) -> None:
        found = measured(
            history(
                (0, opened()),
                (10, escalated(1, DAN, "billing")),
                (30, skipped(2, ANA)),
                (70, Deescalated(decided="x", level=0)),
                (100, escalated(1, DAN)),
                (200, RESOLVED),
            ),
            history((0, opened()), (0, RESOLVED)),
        )
        assert (found["escalations"], found["cases_escalated"], found["de_escalations"]) == (3, 1, 1)
        assert found["escalations_by_cause"] == {"billing": 1}
        assert found["cases_by_highest_level"] == {"0": 1, "2": 1}
        assert found["open_seconds_by_level"] == {"0": 40, "1": 120, "2": 40}

    def test_the_cause_of_an_escalation_is_the_one_of_the_call_or_else_of_the_review(self) -> None:
        reviewed = Reviewed(cause="refund limit", nothing_because="x")
        decided = Deescalated(decided="x", level=0)
        found = measured(
            history((0, opened()), (10, escalated(1, DAN)), (20, decided), (20, reviewed), (30, reviewed)),
            history((0, opened()), (10, escalated(1, DAN, "billing")), (20, decided), (20, reviewed)),
            history((0, opened()), (20, reviewed)),
        )
        assert found["escalations_by_cause"] == {"billing": 1, "refund limit": 1}

    def test_a_skip_on_the_last_step_calls_somebody_but_the_level_does_not_rise(self) -> None:
        found = measured(history((0, opened()), (1, escalated(1, DAN)), (2, skipped(1, BEN))))
        assert found["escalations"] == 1

    def test_an_import_escalates_between_its_lines_and_not_with_the_first(self) -> None:
        found = measured(
            history(
                (0, Imported(level=1)),
                (1, Imported(level=2)),
                (2, Imported()),
                (3, Imported(level=0, status="resolved")),
            )
        )
        assert (found["escalations"], found["de_escalations"]) == (1, 1)
        assert found["cases_by_highest_level"] == {"2": 1}

    def test_a_merge_brings_the_level_and_is_no_escalation(self) -> None:
        loser = history((0, opened()), (10, escalated(1, DAN)), (20, Merged(into=2)))
        winner = history((0, opened()), (20, Absorbed(loser=1, level=1)))
        found = measured(loser, winner)
        assert (found["escalations"], found["cases_escalated"], found["de_escalations"]) == (1, 1, 0)
        assert found["cases_by_highest_level"] == {"1": 2}


class TestEnds:
    def test_resolution_time_goes_to_the_first_resolution(self) -> None:
        twice = history((5, opened()), (25, RESOLVED), (30, Reopened()), (90, RESOLVED))
        once = history((0, opened()), (50, RESOLVED))
        found = measured(twice, once, history((0, opened())))
        assert found["resolution_seconds"] == {"n": 2, "median": 35, "p90": 50}
        assert (found["open"], found["reopened_cases"], found["reopenings"]) == (1, 1, 1)

    def test_a_resolution_at_an_unknown_time_is_left_out_and_counted(self) -> None:
        begin, end = Imported(status="open", owner=ANA), Imported(status="resolved")
        undated = Imported(status="resolved", undated=True)
        found = measured(
            history((0, begin), (50, end)),
            history((0, begin), (0, undated)),
            history((0, Imported(status="resolved", unopened=True))),
            history((0, begin), (10, undated), (20, Imported(status="open")), (30, end)),
            history((0, begin), (10, undated), (30, end)),
            history((0, opened()), (70, RESOLVED)),
        )
        assert found["resolution_seconds"] == {"n": 3, "median": 50, "p90": 70}
        assert (found["resolutions_undated"], found["reopenings"]) == (3, 1)

    @pytest.mark.parametrize("reason", NOT_NEEDED)
    def test_what_needed_no_answer_leaves_every_measure(self, reason: str) -> None:
        care = history((0, opened()), (50, answered()), (60, RESOLVED))
        spam = history((0, opened()), (1, Reassigned(to=BEN)), (2, replace(RESOLVED, answer=reason)))
        found = measured(care, spam, spam)
        assert found.pop("no_answer_needed") == {reason: 2}
        alone = measured(care)
        assert alone.pop("no_answer_needed") == {}
        assert found == alone
        again = [*spam, *history((0, opened()), (2, RESOLVED), (3, RESOLVED), (9, Reopened()))[3:]]
        assert measured(again)["cases"] == 1, "reopened, it is care after all"

    def test_what_was_resolved_unanswered_is_counted_and_takes_no_time_to_resolve(self) -> None:
        left = replace(RESOLVED, answer="unanswered")
        found = measured(history((0, opened()), (2, left)), history((0, opened()), (60, RESOLVED)))
        assert found["resolved_unanswered"] == 1
        assert found["resolution_seconds"] == {"n": 1, "median": 60, "p90": 60}, "no median becomes better by it"
        assert (found["cases"], found["resolutions_undated"]) == (2, 0)
        again = measured(history((0, opened()), (2, left), (5, Reopened()), (9, RESOLVED)))
        assert (again["resolved_unanswered"], again["resolution_seconds"]["n"]) == (0, 0)

    def test_being_told_of_the_resolution_is_a_first_answer(self) -> None:
        found = measured(history((10, opened()), (40, replace(RESOLVED, answer="told"))))
        assert found["first_answer_seconds"] == {"n": 1, "median": 30, "p90": 30}
        assert found["resolution_seconds"]["median"] == 30

    def test_closed_is_no_resolution_and_opening_after_it_no_reopening(self) -> None:
        found = measured(
            history(
                (0, Imported(status="open")),
                (1, Imported(status="closed")),
                (2, Imported(status="open")),
                (3, Imported(status="resolved")),
                (4, Imported(status="closed")),
                (5, Imported(status="parked")),
            )
        )
        assert (found["reopenings"], found["open"]) == (1, 1)
        assert found["resolution_seconds"]["median"] == 3

    def test_a_merged_case_is_not_open(self) -> None:
        found = measured(history((0, opened()), (9, Merged(into=2))))
        assert (found["cases"], found["open"], found["owned_seconds"]) == (1, 0, 9)

    def test_a_line_that_came_too_late_changes_nothing(self) -> None:
        late = Imported(owner=BEN, level=2, status="resolved", inert=True)
        found = measured(history((0, opened()), (8, answered()), (5, late), (10, Noted(text="x"))), at=20)
        assert (found["events"], found["open"], found["hand_offs"], found["escalations"]) == (4, 1, 0, 0)
        assert found["owned_seconds"] == 20
        assert found["longest_silence_seconds"]["max"] == 12

    def test_undone_events_do_not_count_until_they_are_redone(self) -> None:
        undone = history((0, opened()), (1, Reassigned(to=BEN)), (3, Undone(command=2)))
        assert measured(undone)["hand_offs"] == 0
        assert measured(undone)["events"] == 1
        redone = history((0, opened()), (1, Reassigned(to=BEN)), (3, Undone(command=2)), (4, Redone(command=2)))
        assert measured(redone)["hand_offs"] == 1

    def test_a_case_whose_opening_was_undone_counts_nowhere(self) -> None:
        found = measured(history((0, opened()), (1, Noted(text="x")), (2, Undone(command=1))))
        assert (found["cases"], found["events"], found["open"], found["unowned_seconds"]) == (0, 0, 0, 0)

    def test_a_case_that_was_opened_later_counts_nowhere_whatever_an_import_says_about_before(self) -> None:
        early = Imported(status="open", inert=True)
        case = history((10, opened()), (5, early))
        assert measured(case)["cases"] == 1
        assert measured(case[1:], at=7)["cases"] == 0


class TestWords:
    def test_the_first_answer_is_our_first_word(self) -> None:
        found = measured(
            history((10, opened()), (20, wrote()), (40, answered()), (90, answered())),
            history((0, opened(channel="phone"))),
            history((0, opened()), (70, wrote(channel="visit"))),
            history((0, opened())),
            history((0, opened(inbound=False)), (5, answered())),
            history((0, followed()), (5, wrote()), (9, answered())),
            history((0, Imported()), (5, answered())),
        )
        assert found["first_answer_seconds"] == {"n": 3, "median": 30, "p90": 70}

    def test_a_span_that_ended_before_it_began_has_no_known_length(self) -> None:
        put_back = history((100, opened()), (40, answered()), (60, Resolved(said="x")))
        back = measure([(1, put_back)], 200_000)
        for name in ("resolution_seconds", "first_answer_seconds"):
            assert back[name] == {"n": 0, "median": None, "p90": None}
        assert back["longest_silence_seconds"] == {"n": 0, "median": None, "p90": None, "max": None}
        assert (back["cases"], back["reopened_cases"], back["open"]) == (1, 0, 0)

    def test_silence_is_broken_by_words_and_by_the_time_the_case_was_not_open(self) -> None:
        found = measured(
            history(
                (0, opened()),
                (10, wrote()),
                (25, Noted(text="x")),
                (40, answered()),
                (60, RESOLVED),
                (300, Reopened()),
                (335, wrote()),
                (340, RESOLVED),
            ),
            history((0, opened()), (1, RESOLVED)),
        )
        assert found["longest_silence_seconds"] == {"n": 2, "median": 18, "p90": 35, "max": 35}

    def test_the_silence_of_an_open_case_lasts_until_now(self) -> None:
        assert measured(history((0, opened()), (30, answered())), at=100)["longest_silence_seconds"]["max"] == 70

    @pytest.mark.parametrize("sort", ["auto", "thanks"])
    def test_automatic_replies_and_thanks_do_not_break_the_silence(self, sort: str) -> None:
        guessed = ((0, opened()), (50, wrote(sort)))
        assert measured(history(*guessed), at=80)["longest_silence_seconds"]["max"] == 80
        corrected = history(*guessed, (60, Reclassified(touch=2, sort="message")))
        assert measured(corrected, at=80)["longest_silence_seconds"]["max"] == 50
        taken_back = history((0, opened()), (50, wrote()), (60, Reclassified(touch=2, sort=sort)))
        assert measured(taken_back, at=80)["longest_silence_seconds"]["max"] == 80

    def test_imported_words_break_the_silence_and_imported_notes_do_not(self) -> None:
        def silence(**words: str) -> int:
            found = measured(history((0, Imported(status="open")), (50, Imported(said="x", **words))), at=80)
            longest: int = found["longest_silence_seconds"]["max"]
            return longest

        assert silence(way="in", sort="message") == silence(way="out") == 50
        assert silence(way="note") == silence(way="in", sort="thanks") == 80

    def test_imported_thanks_count_and_what_came_in_late_counts_when_it_was_said(self) -> None:
        thanks = Imported(way="in", said="x", sort="thanks")
        assert measured(history((0, Imported()), (1, thanks)))["thanks"] == 1
        late = Event(3, 10_000, 60_000, Imported(way="out", said="x", inert=True))
        opening, answer = history((0, opened()), (60, answered()))
        assert measured([opening, answer, late], at=80)["longest_silence_seconds"]["max"] == 50

    def test_a_call_breaks_the_silence_whatever_was_said(self) -> None:
        found = measured(history((0, opened()), (50, wrote("thanks", "phone"))), at=80)
        assert found["longest_silence_seconds"]["max"] == 50

    def test_of_an_import_only_what_it_tells_is_a_silence(self) -> None:
        begin, end = Imported(status="open"), Imported(status="resolved")
        undated = Imported(status="resolved", undated=True)
        words = Imported(way="in", said="It leaks", sort="message")
        found = measured(
            history((0, begin), (50, end)),  # what was said there is not known
            history((0, begin), (0, undated)),  # nor is when this ended
            history((0, begin), (7, words), (9, undated)),
            history((0, begin), (20, words), (50, end)),
            history((0, begin)),  # it waits here, too
            at=90,
        )
        assert found["longest_silence_seconds"] == {"n": 2, "median": 60, "p90": 90, "max": 90}

    def test_cases_that_never_were_open_and_merged_ones_have_no_silence(self) -> None:
        found = measured(history((0, Imported(status="closed"))), history((0, opened()), (1, Merged(into=1))))
        assert found["longest_silence_seconds"]["n"] == 0

    def test_thanks_count_by_the_sort_they_were_last_said_to_be(self) -> None:
        found = measured(
            history(
                (0, opened()),
                (1, wrote("thanks")),
                (2, wrote("thanks")),
                (3, wrote("auto")),
                (4, Reclassified(touch=3, sort="message")),
                (5, Reclassified(touch=4, sort="thanks")),
                (6, answered(proactive=True)),
                (7, answered()),
            )
        )
        assert (found["thanks"], found["proactive_messages"]) == (2, 1)


class TestPromises:
    def fates(self, *steps: tuple[float, Fact], at: float = 1000) -> dict[str, int]:
        """What became of a promise, number 2, that was made for second 50: the entries that are not 0."""
        found = measured(history((0, opened()), (1, promised(50)), *steps), at=at)["promises"]
        assert isinstance(found, dict)
        return {name: count for name, count in found.items() if count}

    def test_kept_up_to_its_very_time_and_late_after_it(self) -> None:
        assert self.fates((50, PromiseKept(promise=2))) == {"kept": 1}
        assert self.fates((50.001, PromiseKept(promise=2))) == {"late": 1}

    def test_resolved_without_a_word_about_it_it_is_broken(self) -> None:
        assert self.fates((50, RESOLVED)) == {"late": 1}

    def test_moved_in_time_the_new_time_holds(self) -> None:
        assert self.fates((40, moved(2, 80)), (70, PromiseKept(promise=2))) == {"kept": 1, "moved": 1}

    @pytest.mark.parametrize("end", [PromiseKept(promise=2), PromiseReleased(promise=2, reason="x"), RESOLVED])
    def test_moved_after_its_time_it_is_late_however_it_ends(self, end: Fact) -> None:
        assert self.fates((60, moved(2, 80)), (70, end)) == {"late": 1, "moved": 1}

    def test_released_by_the_customer(self) -> None:
        assert self.fates((60, PromiseReleased(promise=2, reason="x"))) == {"released": 1}

    def test_open_and_overdue(self) -> None:
        assert self.fates(at=50) == {"open": 1}
        assert self.fates(at=50.001) == {"late": 1, "open_overdue": 1}

    def test_a_merge_takes_promises_to_the_other_case(self) -> None:
        loser = history((0, opened()), (1, promised(50)), (2, Merged(into=2)))
        taken = Promised(text="x", due=50_000, by=ANA, made_at=1000)
        winner = history((0, opened()), (2, Absorbed(loser=1)), (2, taken), (30, PromiseKept(promise=3)))
        assert measured(loser, winner)["promises"]["kept"] == 1


class _Teller:
    """Draws what may happen next to a case, as the desk and an import would let it happen.

    What may happen depends on how the case stands, which is asked of the fold; what is checked is not.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.events: list[Event] = []
        self.commands = 0
        self.done: list[int] = []
        self.undone: list[int] = []
        self.at = 0

    def add(self, fact: Fact, command: int | None, at: int | None = None) -> None:
        number = len(self.events) + 1
        when = self.at if at is None else at
        self.events.append(Event(number=number, at=when, recorded_at=self.at, fact=fact, command=command))

    def pause(self) -> None:
        # Multiples of a quarter of a second are exact as seconds; none at all makes a tie.
        self.at += 250 * self.draw(st.sampled_from([0, 0, 1, 2, 7, 40, 1000]))

    def imported(self) -> None:
        for _ in range(self.draw(st.integers(1, 8))):
            self.add(self.line(), None)
            self.pause()

    def line(self, *, inert: bool = False) -> Imported:
        return Imported(
            owner=self.draw(st.sampled_from([None, ANA, BEN, CEM])),
            nobody=self.draw(st.integers(0, 5)) == 0,
            level=self.draw(st.sampled_from([None, 0, 1, 2])),
            status=self.draw(st.sampled_from([None, None, "open", "open", "parked", "resolved", "closed"])),
            inert=inert,
            **({} if inert else self.draw(st.sampled_from([{}, {}, *IMPORTED_WORDS]))),
        )

    def command(self) -> None:
        """One command of ours, with all it brings along; or an undo, a redo, a line that came too late."""
        case = fold(1, self.events)
        assert case is not None
        self.pause()
        due = [p.due for p in case.promises if p.due >= self.at]
        if due and self.draw(st.integers(0, 2)) == 0:
            self.at = self.draw(st.sampled_from(due))  # at its very time a promise is kept still
        turn = self.draw(st.integers(0, 11))
        self.commands += 1
        if turn == 0:
            self.add(self.line(inert=True), None, self.draw(st.integers(0, self.at)))
        elif turn == 1 and self.done:
            self.undone.append(self.done.pop())
            self.add(Undone(command=self.undone[-1]), self.commands)
        elif turn == 2 and self.undone:
            self.done.append(self.undone.pop())
            self.add(Redone(command=self.done[-1]), self.commands)
        elif case.status == "void" or turn == 3:
            # A note does not stand in the way of an undo; it is nobody's last command here.
            self.add(Noted(text="x"), self.commands)
        elif case.status != "merged":
            number = self.commands
            for fact in self.facts(case):
                self.add(fact, number)
            self.done.append(number)
            self.undone.clear()

    def facts(self, case: Any) -> list[Fact]:
        person = st.sampled_from([ANA, BEN, CEM])
        sort = self.draw(st.sampled_from(["message", "auto", "thanks"]))
        wakes = sort == "message" and case.status in ("resolved", "closed")
        woken: list[Fact] = [Reopened()] if wakes else []
        channel = self.draw(st.sampled_from(["mail", "phone", "visit"]))
        always: list[list[Fact]] = [
            [*woken, wrote(sort, channel)],
            [answered(proactive=self.draw(st.booleans()))],
        ]
        if case.unanswered:
            touch = self.draw(st.sampled_from([t.number for t in case.unanswered]))
            always += [[*woken, Reclassified(touch=touch, sort=sort)]] * 2
        if not case.is_open:
            return self.draw(st.sampled_from([*always, [Reopened()], [Reopened()], [Merged(into=2)]]))
        due = self.at + 250 * self.draw(st.sampled_from([1, 7, 60, 5000]))
        taken = Promised(text="x", due=due, by=BEN, made_at=0, late=self.draw(st.booleans()))
        to = self.draw(person)
        facts: list[list[Fact]] = [
            *always,
            [Offered(to=to, reason="x")],
            [TakenOver(person=to, reason="x")],
            [Reassigned(to=self.draw(st.sampled_from([None, ANA, BEN])), absence=self.draw(st.booleans()))],
            [promised(due / 1000)],
            [Parked(on="customer")],
            [RESOLVED],
            [replace(RESOLVED, answer=self.draw(st.sampled_from(ANSWERS)))],
            [Merged(into=2)],
            [Absorbed(loser=2, level=self.draw(st.integers(0, 2))), taken],
        ]
        if case.owner is None:
            facts.append([Taken(person=to)])
        if case.offer is not None:
            facts += [[Accepted(person=case.offer.to)]] * 3
        if case.level < 2:
            facts += [[escalated(case.level + 1, to, self.draw(st.sampled_from(["", "billing", "stock"])))]] * 2
        else:
            facts.append([skipped(2, to)])
        if case.escalation is not None:
            facts += [[skipped(min(case.level + 1, 2), DAN)], [Acknowledged(responder=to, until=due)]]
        if case.level:
            facts.append([Deescalated(decided="x", level=self.draw(st.integers(0, case.level - 1)))])
        for promise in case.promises:
            facts += [
                [PromiseKept(promise=promise.number)],
                [PromiseMoved(promise=promise.number, due=due, told=True)],
                [PromiseMoved(promise=promise.number, due=due, told=True)],
                [PromiseReleased(promise=promise.number, reason="x")],
            ]
        return self.draw(st.sampled_from(facts))


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    """A plausible history: imported or opened here, then whatever our own commands made of it."""
    teller = _Teller(draw)
    if draw(st.booleans()):
        teller.imported()
    else:
        owner, channel = draw(st.sampled_from([None, ANA, BEN])), draw(st.sampled_from(["mail", "phone"]))
        teller.commands = 1
        teller.done = [1]
        teller.add(opened(owner, channel, inbound=draw(st.booleans())), 1)
    for _ in range(draw(st.integers(0, 25))):
        teller.command()
    return teller.events


@given(st.lists(lives(), max_size=3), st.integers(0, 40), st.integers(0, 100))
def test_the_reference_finds_the_same(cases: list[list[Event]], later: int, share: int) -> None:
    """Now, some time later, when a promise is due, and as it was in between, where what came later is left out."""
    last = max((e.at for events in cases for e in events), default=0)
    due = [e.fact.due for events in cases for e in events if isinstance(e.fact, Promised)]
    for now in (last + 250 * later, last * share // 100 // 250 * 250, *(d for d in due if d >= last)):
        known = [[e for e in events if e.at <= now] for events in cases]
        histories = list(enumerate(known, start=1))
        assert measure(histories, now) == reference(histories, NAMES, now)


numbers = st.lists(st.integers(0, 1000), min_size=1, max_size=60)


def summed_up(values: Iterable[int]) -> dict[str, Any]:
    """What is said of spans of so many seconds, of which three are sorted at a time."""
    spans = Spans(3)
    for value in values:
        spans.add(value * 1000)
    return {**spans.summary(), "max": spans.longest()}


@given(numbers)
def test_the_median_has_as_many_values_above_as_below(values: list[int]) -> None:
    middle = summed_up(values)["median"]
    assert sum(v < middle for v in values) * 2 <= len(values)
    assert sum(v > middle for v in values) * 2 <= len(values)
    if len(values) % 2:
        assert middle in values
    else:
        assert middle == (max(sorted(values)[: len(values) // 2]) + min(sorted(values)[len(values) // 2 :])) / 2


@given(numbers)
def test_p90_is_the_smallest_value_that_nine_tenths_do_not_exceed(values: list[int]) -> None:
    high = summed_up(values)["p90"]
    assert high == sorted(values)[math.ceil(len(values) * 9 / 10) - 1]
    assert sum(v <= high for v in values) * 10 >= 9 * len(values)
    assert sum(v < high for v in values) * 10 < 9 * len(values)


@given(numbers, st.randoms(use_true_random=False))
def test_order_does_not_matter(values: list[int], random: Any) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)
    assert summed_up(shuffled) == summed_up(values)


@pytest.mark.parametrize(
    ("values", "median", "p90"),
    [
        ([], None, None),
        ([7], 7, 7),
        ([1, 2], 1.5, 2),
        ([3, 1, 2], 2, 3),
        (range(1, 11), 5.5, 9),
        (range(1, 12), 6, 10),
        (range(1, 21), 10.5, 18),
    ],
)
def test_median_and_p90_by_hand(values: Any, median: float | None, p90: float | None) -> None:
    expected = {"n": len(values), "median": median, "p90": p90, "max": max(values, default=None)}
    assert summed_up(values) == expected
