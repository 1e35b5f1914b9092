"""Words that an import brings: who waits for an answer because of them, who was answered, and who may read them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.case.clocks import ANSWER, FIRST_ANSWER, Clock, clocks
from careconsole.domain.case.event import Contact, Event
from careconsole.domain.case.evolve import begin, evolve, fold
from careconsole.domain.case.import_diff import reduce_entry, restore_line
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.notes import Noted
from careconsole.domain.case.parking import Park
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.case.state import Case
from careconsole.domain.time.calendars import ALWAYS
from careconsole.domain.time.moments import DAY, HOUR
from careconsole.domain.time.service_levels import INFORMED, Level
from tests.domain.cases import BEN, CLEO, MONDAY, ImportedPlay, Play, Team

BEFORE = MONDAY - 30 * DAY


def told(*lines: tuple[float, dict[str, Any]], recorded_at: int = MONDAY) -> Case:
    """A case of these lines, each so many hours after a day a month ago, imported on Monday."""
    events = [
        Event(number, BEFORE + int(hours * HOUR), recorded_at, Imported(**said), None, None, 1)
        for number, (hours, said) in enumerate(lines, start=1)
    ]
    case = fold(1, events)
    assert case is not None
    return case


def came(text: str = "Where is it?", sort: str = "message", **more: Any) -> dict[str, Any]:
    return {"way": "in", "said": text, "sort": sort, **more}


def went(text: str = "On its way", **more: Any) -> dict[str, Any]:
    return {"way": "out", "said": text, "by": BEN, **more}


def noted(text: str = "He calls every day", **more: Any) -> dict[str, Any]:
    return {"way": "note", "said": text, "by": BEN, **more}


OPENED: tuple[float, dict[str, Any]] = (0, {"status": "open", "owner": BEN, "subject": "Kettle"})


def clock(case: Case, kind: str) -> Clock:
    (found,) = [one for one in clocks(case, Level(), ALWAYS) if one.kind == kind]
    return found


# A case that only imports have written


def test_a_customers_word_waits_for_an_answer() -> None:
    case = told(OPENED, (1, went()), (2, came()))
    assert case.waiting_since == BEFORE + 2 * HOUR
    assert case.contact_at == BEFORE + 2 * HOUR


def test_our_word_answers_what_came_before() -> None:
    case = told(OPENED, (1, came()), (2, went()))
    assert case.waiting_since is None
    assert (case.answered_at, case.told_at, case.contact_at) == (BEFORE + 2 * HOUR,) * 3


def test_a_note_answers_nobody_and_is_no_contact() -> None:
    case = told(OPENED, (1, came()), (2, noted()))
    assert case.waiting_since == BEFORE, "since it was opened"
    assert (case.answered_at, case.told_at, case.contact_at) == (None, None, BEFORE + 1 * HOUR)
    assert case.worked_at == BEFORE + 1 * HOUR


@pytest.mark.parametrize("sort", ["auto", "thanks"])
def test_automatic_replies_and_thanks_wait_for_nothing(sort: str) -> None:
    case = told(OPENED, (1, went()), (2, came(sort=sort)))
    assert case.waiting_since is None
    assert case.contact_at == BEFORE + 1 * HOUR
    assert [(touch.number, touch.sort) for touch in case.unanswered] == [(3, sort)], "a wrong guess can be corrected"


@pytest.mark.parametrize("channel", ["phone", "visit"])
def test_who_called_or_came_was_answered_on_the_spot(channel: str) -> None:
    case = told(OPENED, (1, came(channel=channel)))
    assert case.waiting_since is None
    assert case.answered_at == BEFORE + 1 * HOUR


def test_the_channel_of_words_is_theirs_and_not_the_cases() -> None:
    assert told((0, {"channel": "phone"}), (1, came(channel="email"))).channel == "phone"
    assert told((0, came(channel="email")), (1, went(channel="chat"))).channel == "email", "but the first words open it"


def test_a_line_that_opens_the_case_with_words_waits_for_them_alone() -> None:
    case = told((0, {**OPENED[1], **came()}))
    assert [(touch.number, touch.at) for touch in case.unanswered] == [(1, BEFORE)]
    assert told((0, {**OPENED[1], **went()})).waiting_since is None, "we wrote first"
    assert told((0, {**OPENED[1], **came(sort="auto")})).waiting_since is None


def test_a_line_that_opens_the_case_again_with_words_waits_for_them_alone() -> None:
    case = told(OPENED, (1, {"status": "resolved"}), (2, came(status="open")))
    assert [(touch.number, touch.at) for touch in case.unanswered] == [(3, BEFORE + 2 * HOUR)]
    assert case.reopenings == 1


def test_words_after_the_end_do_not_open_what_the_source_says_is_over() -> None:
    case = told(OPENED, (1, {"status": "resolved"}), (2, came()))
    assert (case.status, case.waiting_since) == ("resolved", None)
    assert case.contact_at == BEFORE + 2 * HOUR


def test_the_clock_of_who_waits_begins_with_the_import() -> None:
    first = clock(told(OPENED, (1, came())), FIRST_ANSWER)
    assert first.started_at == MONDAY
    assert first.stands(MONDAY) == "running", "nothing is late because of an import"
    again = clock(told(OPENED, (1, went()), (2, came())), ANSWER)
    assert again.started_at == MONDAY


def test_what_was_answered_there_has_no_clock_here() -> None:
    kinds = {one.kind for one in clocks(told(OPENED, (1, came()), (2, went())), Level(informed=DAY), ALWAYS)}
    assert kinds.isdisjoint({FIRST_ANSWER, ANSWER})
    assert INFORMED in kinds


def test_a_case_that_was_merged_goes_on_as_the_other() -> None:
    merged = {"status": "closed", "label": "merged into 7", "merged_into": "7"}
    apart = told(OPENED, (1, merged))
    assert (apart.status, apart.label, apart.merged_into) == ("closed", "merged into 7", None)
    known = told((0, {**OPENED[1], "external": ("desk", "5")}), (1, {**merged, "into": 3}))
    assert (known.status, known.merged_into, known.waiting_since) == ("merged", 3, None)
    assert known.external == (("desk", "5"),), "its own lines still come under its own name"
    after = told(OPENED, (1, {**merged, "into": 3}), (2, {"status": "closed"}), (3, {"priority": "high"}))
    assert after.status == "merged"
    again = told(OPENED, (1, {**merged, "into": 3}), (2, {"status": "open"}))
    assert (again.status, again.merged_into) == ("open", None)


def test_an_imported_case_is_parked_on_the_party_the_source_names() -> None:
    held = {"status": "parked", "on": "third party"}
    assert told(OPENED, (1, {"status": "parked"})).parked.on == "customer"  # type: ignore[union-attr]
    assert told(OPENED, (1, held)).parked.on == "third party"  # type: ignore[union-attr]
    turned = told(OPENED, (1, {"status": "parked"}), (2, held)).parked
    assert turned is not None
    assert (turned.on, turned.since) == ("third party", BEFORE + 2 * HOUR)
    still = told(OPENED, (1, held), (2, {"status": "parked"})).parked
    assert still is not None
    assert (still.on, still.since) == ("third party", BEFORE + HOUR), "nothing was said of whom it waits for"


def test_an_empty_field_is_one_that_was_taken_away() -> None:
    case = told((0, {"fields": {"resolution": "Done", "group": "G1"}}), (1, {"fields": {"resolution": "", "type": ""}}))
    assert case.fields == {"group": "G1"}


# A case that people here have worked on


def worked(**line: Any) -> ImportedPlay:
    """A case of Ben's that was imported, and that he has answered here an hour later."""
    play = ImportedPlay(**line)
    play.later(1).do("Ben", LogMessage(text="We look into it", inbound=False, channel="email"))
    return play


def late(play: Play, hours: float, **said: Any) -> Play:
    """A line that comes in now, of what was so many hours ago."""
    event = Event(
        len(play.history) + 1,
        play.team.now - int(hours * HOUR),
        play.team.now,
        Imported(inert=True, **said),
        None,
        None,
    )
    play.case = evolve(play.case, event)
    play.history.append(event)
    play._check()
    return play


def test_what_a_late_line_says_of_the_state_changes_nothing() -> None:
    play = worked().later(5)
    before = play.case
    late(play, 1, status="resolved", owner=CLEO, level=2, **noted())
    assert (play.case.status, play.case.owner, play.case.level) == ("open", BEN, 0)
    assert play.case.unanswered == before.unanswered


def test_what_is_done_there_does_not_put_off_what_is_to_be_done_here() -> None:
    play = worked().later(5)
    before = play.case.worked_at
    late(play, 1, priority="high", label="In progress")
    assert play.case.worked_at == before, "nobody here has worked on it"
    late(play, 1, **went())
    assert play.case.worked_at > before


def test_a_late_word_that_is_newer_than_ours_waits_and_its_clock_begins_now() -> None:
    play = late(worked().later(5), 3, **came())
    assert play.case.waiting_since == play.team.now - 3 * HOUR
    assert play.clock(ANSWER).started_at == play.team.now


def test_a_late_word_that_is_older_than_ours_was_answered() -> None:
    play = late(worked().later(5), 5.5, **came())
    assert play.case.waiting_since is None
    assert play.case.contact_at == play.team.now - 5 * HOUR


def test_a_late_word_of_ours_answers_what_came_before_it_and_nothing_after() -> None:
    play = worked().later(1).do("Ben", LogMessage(text="And now?", inbound=True, channel="email")).later(4)
    late(play, 4.5, **went())
    assert play.case.waiting_since == play.team.now - 4 * HOUR
    late(play, 2, **went())
    assert (play.case.waiting_since, play.case.told_at) == (None, play.team.now - 2 * HOUR)


def test_who_writes_there_after_we_resolved_it_here_opens_it_again() -> None:
    play = worked().do("Ben", Resolve(said="sent a new one", answer="told")).later(5)
    late(play, 2, **came("It is broken too"))
    assert (play.case.status, play.case.reopenings, play.case.owner) == ("open", 1, BEN)
    assert play.case.waiting_since == play.team.now - 2 * HOUR
    play.under(Level(resolution=DAY))
    assert min(one.started_at for one in play.clocks) == play.team.now, "no clock has run before we heard of it"


def test_who_wrote_there_before_we_resolved_it_here_does_not() -> None:
    play = worked().later(2).do("Ben", Resolve(said="sent a new one", answer="told")).later(5)
    late(play, 6, **came())
    late(play, 1, **came("Thanks!", sort="thanks"))
    assert play.case.status == "resolved"


def test_a_late_word_ends_the_rest_that_waited_for_it() -> None:
    play = worked().do("Ben", Park(on="customer", until=MONDAY + 99 * HOUR)).later(5)
    assert late(play, 2, **came()).case.parked is None
    resting = worked().do("Ben", Park(on="third party", until=MONDAY + 99 * HOUR)).later(5)
    assert late(resting, 2, **came()).case.parked is not None


def test_a_late_message_is_a_change_that_undo_and_locks_see() -> None:
    assert not Imported(inert=True, **came()).changes_nothing
    assert not Imported(inert=True, **went()).changes_nothing
    for quiet in (noted(), came(sort="auto"), {"status": "resolved"}):
        assert Imported(inert=True, **quiet).changes_nothing
    assert not Imported(status="resolved").changes_nothing


# Who may read them


@given(
    way=st.sampled_from(["in", "out", "note", ""]),
    sort=st.sampled_from(["", "message", "auto", "thanks"]),
    more=st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from(["open", "closed"]),
            "owner": st.just(BEN),
            "inert": st.booleans(),
            "channel": st.sampled_from(["email", "phone"]),
            "subject": st.text(max_size=5),
        },
    ),
)
def test_internal_words_are_never_public(way: str, sort: str, more: dict[str, Any]) -> None:
    fact = Imported(way=way, said="x", sort=sort, **more)
    assert fact.is_public == (way in ("in", "out"))
    assert (fact.contact is not None) == (way in ("in", "out"))


def test_imported_words_are_contacts_like_our_own() -> None:
    assert Imported(**came(channel="email")).contact == Contact(
        inbound=True, channel="email", text="Where is it?", sort="message"
    )
    assert Imported(**went()).contact == Contact(inbound=False, channel="other", text="On its way")
    assert Imported(**noted()).contact is None
    assert Noted(text="x").contact is None


@pytest.mark.parametrize(
    "said, sentence",
    [
        (came(channel="email"), "imported: message from the customer (email): Where is it?"),
        (came(sort="thanks", status="closed"), "imported (closed): thanks from the customer: Where is it?"),
        (went(), "imported: message to the customer by Ben: On its way"),
        (noted(), "imported: note by Ben: He calls every day"),
        (noted(inert=True), "imported: note by Ben: He calls every day"),
        (
            noted(inert=True, status="closed"),
            "imported (closed (people have worked on it, so it changed nothing)): note by Ben: He calls every day",
        ),
    ],
)
def test_the_history_tells_who_said_what(said: dict[str, Any], sentence: str) -> None:
    assert Imported(**said).sentence(Narrator(Team().roster)) == sentence


# Told anew


LINES = st.fixed_dictionaries(
    {},
    optional={
        "way": st.sampled_from(["in", "out", "note"]),
        "said": st.sampled_from(["x", "y"]),
        "sort": st.sampled_from(["message", "thanks"]),
        "channel": st.sampled_from(["email", "phone"]),
        "by": st.sampled_from([BEN, CLEO]),
        "status": st.sampled_from(["open", "parked", "closed"]),
        "label": st.sampled_from(["New", "Done"]),
        "on": st.sampled_from(["customer", "third party"]),
        "fields": st.dictionaries(st.sampled_from("ab"), st.sampled_from(["", "x", "y"])),
        "merged_into": st.sampled_from(["7", "8"]),
    },
)


@given(st.lists(LINES, min_size=1, max_size=8))
def test_a_line_says_the_same_whether_it_is_told_whole_or_only_what_is_new(lines: list[dict[str, Any]]) -> None:
    short: Case | None = None
    full: Case | None = None
    for number, said in enumerate(lines, start=1):
        if "way" not in said:
            said = {**said, "said": "", "sort": "", "by": None}
        line = Imported(**said, into=7 if said.get("merged_into") == "7" else None)
        kept = reduce_entry(short, line)
        if line.way:
            for name in ("said", "way", "sort", "by", "channel"):
                assert getattr(kept, name) == getattr(line, name), "words are never told in short"
        told_whole = restore_line(short, kept)
        assert (told_whole.label, told_whole.status, told_whole.into) == (line.label, line.status, line.into)
        short = _after(short, number, kept)
        full = _after(full, number, line)
        assert short == full


def _after(case: Case | None, number: int, fact: Imported) -> Case:
    event = Event(number, MONDAY + number, MONDAY, fact)
    return begin(1, event) if case is None else evolve(case, event)
