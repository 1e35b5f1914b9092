"""The summary read out on the phone: what a customer may hear, in words that can be read aloud."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from careconsole.desk.cases import execution
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.shown_case import View
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.editing import Tag
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.escalation_paths import STANDARD
from careconsole.domain.case.event import Event
from careconsole.domain.case.helpers import AskHelp
from careconsole.domain.case.import_events import Imported
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import MovePromise, Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.team.roster import Roster
from careconsole.domain.time.moments import HOUR
from careconsole.present.summary import case_summary
from careconsole.store import Customer
from tests.desk.office import Office
from tests.domain.cases import BEN, CLEO, DORA, ImportedPlay, Play

# Plays begin on Monday, 5 January 2026, at 8:00 UTC.


def lines(play: Play, name: str | None = "Carla") -> list[str]:
    """The summary of a case as its play stands."""
    customer = Customer(number=1, name=name) if name else None
    view = View(
        case=play.case,
        history=play.history,
        roster=play.team.roster,
        customer=customer,
        others=[],
        now=play.team.now,
        notices=(),
        path=STANDARD.paths[0],
    )
    said = case_summary(view, play.team.now, zone=UTC).split("\n")
    assert 6 <= len(said) <= 12, said
    for line in said:
        assert re.fullmatch(r"[^\W_][\w .,;:!?'’\"()&%+@–—-]*[.!?]", line), line
    return said


def text(play: Play) -> str:
    return "\n".join(lines(play))


def test_the_plays_begin_when_these_tests_think() -> None:
    assert datetime.fromtimestamp(Play().team.now / 1000, UTC) == datetime(2026, 1, 5, 8, tzinfo=UTC)


def test_a_summary_says_what_it_is_about_who_has_it_what_came_last_what_is_promised_and_what_comes_next() -> None:
    play = Play("Ben", description="It leaks since Friday.")
    play.later(1).do("Ben", LogMessage(inbound=False, channel="phone", text="said that a new one is on its way"))
    play.do("Ben", Promise(text="a new kettle arrives", due=play.inn(24)))
    play.team.change("Ben", reach="extension 12")
    assert lines(play.later(2)) == [
        "Case 1: Kettle cracked.",
        "For Carla. Opened today at 8:00 by email.",
        "Details: It leaks since Friday.",
        "Ben looks after it. You can reach Ben: extension 12.",
        "Last, we called you, today at 9:00: said that a new one is on its way.",
        "We promised you by tomorrow at 9:00: a new kettle arrives.",
        "What happens next: we do what we promised.",
    ]


def test_a_case_that_nobody_has_taken_names_who_answers_for_it() -> None:
    said = lines(Play(), name=None)
    assert "It has no owner yet; Ana is responsible for it today." in said
    assert said[1] == "Opened today at 8:00 by email."
    assert said[-1] == "What happens next: we will answer you."


def test_where_the_owner_is_away_the_one_who_acts_is_named_and_reached() -> None:
    play = Play("Ben").away("Ben", cover="Cleo")
    play.team.change("Cleo", reach="07 12 34")
    assert "Ben looks after it; while Ben is not here, Cleo does. You can reach Cleo: 07 12 34." in lines(play)


@pytest.mark.parametrize(
    "touch, said",
    [
        (LogMessage(inbound=True, channel="email", text="where is it?"), "you wrote to us by email"),
        (LogMessage(inbound=True, channel="phone", text="where is it?"), "you called us"),
        (LogMessage(inbound=False, channel="visit", text="where is it?"), "we spoke with you"),
        (LogMessage(inbound=False, channel="letter", text="where is it?"), "we wrote to you by letter"),
    ],
)
def test_a_summary_tells_the_last_message_and_its_direction(touch: LogMessage, said: str) -> None:
    assert f"Last, {said}, today at 9:00: where is it?" in lines(Play("Ben").later(1).do("Ben", touch))


@pytest.mark.parametrize(("channel", "said"), [("phone", "we spoke on the phone"), ("visit", "we spoke in person")])
def test_what_we_said_while_the_customer_called_is_no_call_of_ours(channel: str, said: str) -> None:
    play = Play("Ben").later(1).do("Ben", LogMessage(inbound=True, channel=channel, text="it smells of gas"))
    play.do("Ben", LogMessage(inbound=False, channel=channel, text="open the windows"))
    assert f"Last, {said}, today at 9:00: open the windows." in lines(play)
    opened = Play("Ben", channel="phone")
    opened.do("Ben", LogMessage(inbound=False, channel="phone", text="open the windows"))
    assert "Last, we spoke on the phone, today at 8:00: open the windows." in lines(opened)


def test_an_automatic_reply_and_what_was_taken_back_are_no_word() -> None:
    play = Play("Ben").do("Ben", LogMessage(inbound=False, channel="email", text="it is on its way"))
    play.do("Ben", LogMessage(inbound=True, channel="email", text="Out of office", sort="auto"))
    assert "it is on its way" in text(play)
    assert "Out of office" not in text(play)
    play.do("Ben", LogMessage(inbound=False, channel="email", text="it is lost")).undo()
    assert "it is lost" not in text(play)


def test_who_waits_is_told_since_when() -> None:
    play = Play("Ben").later(30)
    assert "You have been waiting for an answer since yesterday at 8:00." in lines(play)
    assert lines(play)[-1] == "What happens next: we will answer you."


def test_notes_needs_reasons_and_names_of_inner_calls_are_not_read_out() -> None:
    play = Play("Ben").do("Ben", Note(text="secretnote"), AskHelp(of=CLEO, need="secrethelp"))
    play.do("Ben", Escalate(reason="exception", need="secretneed", cause="secretcause", to=DORA))
    play.do("Ben", Offer(to=CLEO, reason="secretoffer"), Tag(add=("secrettag",)))
    said = text(play)
    assert "secret" not in said
    assert "Dora" not in said
    assert "Cleo" not in said
    assert "A colleague who can decide it has been asked." in said
    play.do("Dora", Acknowledge(until=play.inn(2)))
    assert "A colleague who can decide it has been asked, and is working on it." in text(play)
    play.do("Dora", Deescalate(decided="secretdecision"))
    assert "colleague" not in text(play)
    assert "secret" not in text(play)


def test_times_that_only_we_set_ourselves_are_not_read_out() -> None:
    play = Play("Ben").do("Ben", Escalate(reason="exception", need="x", by=Play().inn(3)))
    assert set(re.findall(r"\d+:\d\d", text(play))) == {"8:00"}


def test_a_promise_says_its_day_in_words() -> None:
    play = Play("Ben")
    for hours, said in ((3, "today at 11:00"), (24, "tomorrow at 8:00"), (4 * 24, "Friday at 8:00")):
        play.do("Ben", Promise(text="word", due=play.inn(hours)))
        assert f"We promised you by {said}: word." in lines(play)
    for hours, said in ((240, "15 January at 8:00"), (366 * 24, "6 January 2027 at 8:00")):
        play = Play("Ben")
        play.do("Ben", Promise(text="word", due=play.inn(hours)))
        assert f"We promised you by {said}: word." in lines(play)


def test_a_late_promise_is_owned_up_to() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text="word", due=play.inn(1))).later(2)
    assert "We promised you by today at 9:00: word. That time has passed, and we are sorry." in lines(play)
    assert lines(play)[-1] == "What happens next: we do what is overdue, and tell you."


def test_a_promise_that_was_moved_without_a_word_is_told_as_the_customer_knows_it() -> None:
    play = Play("Ben")
    play.do("Ben", Promise(text="word", due=play.inn(24)))
    number = play.case.promises[0].number
    play.do("Ben", MovePromise(promise=number, due=play.inn(48), told=False, reason="x"))
    assert (
        "We promised you by tomorrow at 8:00: word."
        " That has moved to Wednesday at 8:00, which we have not told you yet."
    ) in lines(play)
    play.do("Ben", MovePromise(promise=number, due=play.inn(72), told=True, reason="x"))
    assert "We promised you by Thursday at 8:00: word." in lines(play)


def test_of_many_promises_the_nearest_are_read_out_and_the_rest_counted() -> None:
    play = Play("Ben", description="It leaks.")
    for hours in (5, 4, 3, 2, 1):
        play.do("Ben", Promise(text=f"word {hours}", due=play.inn(hours)))
    play.do("Ben", Escalate(reason="customer request", need="x"))
    said = lines(play)
    assert [line[-7:] for line in said if line.startswith("We promised")] == ["word 1.", "word 2.", "word 3."]
    assert "And 2 more promises, due later." in said


def test_without_a_promise_that_is_said() -> None:
    assert "There are no open promises to you." in lines(Play("Ben"))


def test_a_case_that_rests_says_until_when_and_for_what() -> None:
    play = Play("Ben").do("Ben", LogMessage(inbound=False, channel="email", text="please send a picture"))
    play.do("Ben", Park(on="customer", until=play.inn(24)))
    assert lines(play)[-1] == "What happens next: it is on hold until tomorrow at 8:00, while we wait for you."


def test_a_resolved_case_says_how_and_that_it_can_be_opened_again() -> None:
    play = Play("Ben").do("Ben", Resolve(said="sent a new one", answer="told"))
    assert lines(play)[-2:] == [
        "It was resolved today at 8:00: sent a new one.",
        "If it is not settled, tell us and we will reopen it.",
    ]


def test_a_merged_case_names_where_it_goes_on() -> None:
    first = Play("Ben")
    second = Play("Ben", team=first.team)
    first.merge(second, "Ben")
    assert lines(first)[-1] == "It continues as case 2."


def test_an_imported_case_has_no_word_on_record() -> None:
    assert "There are no messages between us on record yet." in lines(ImportedPlay())


HOSTILE = "Ke\x1b[31mtt\u202ele\n[@click=app.quit] **#12** 👩\u200d🔧 {x} <b> \\ / _ ⚙\ufe0f \x9b ☎"


def test_nothing_that_cannot_be_read_aloud_or_moves_the_terminal_comes_out() -> None:
    play = Play("Ben", subject=HOSTILE, description=HOSTILE + "!")
    people = play.team.roster.people
    named = replace(people[BEN], name=f"Ben {HOSTILE}", reach=HOSTILE)
    play.team.roster = Roster({**people, BEN: named}, play.team.roster.duty)
    play.do(
        named.name, LogMessage(inbound=False, channel="email", text=HOSTILE), Promise(text=HOSTILE, due=play.inn(1))
    )
    assert lines(play, HOSTILE)[0] == "Case 1: Ke 31mtt le @click app.quit 12 x b."


def test_a_long_text_is_cut_between_words() -> None:
    (cut,) = [line for line in lines(Play("Ben", description="word " * 1000)) if line.startswith("Details")]
    assert cut.endswith("word word, and so on.")
    assert len(cut) < 200


def test_letters_of_every_script_and_money_stay() -> None:
    subject = "Größe Ωμέγα 大きさ می\u200cخواهم 20 €, 5% & más"
    play = Play("Ben", subject=subject)
    view = View(
        case=play.case,
        history=play.history,
        roster=play.team.roster,
        customer=None,
        others=[],
        now=0,
        notices=(),
        path=STANDARD.paths[0],
    )
    assert case_summary(view, play.team.now, zone=UTC).startswith(f"Case 1: {subject}.\n")


def test_a_case_of_the_desk_can_be_read_out(tmp_path: Path) -> None:
    office = Office(tmp_path)
    try:
        execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"]), "Carla")
        said = case_summary(shown_case.show(office.desk("Ben"), 1), office.now)
        assert said.startswith("Case 1: Kettle.\nFor Carla. ")
        assert "Ben looks after it." in said
    finally:
        office.close()


@pytest.mark.parametrize("inert", [False, True])
def test_imported_words_are_read_out_and_imported_notes_never(inert: bool) -> None:
    play = ImportedPlay()
    play.later(1).record(way="out", said="It is on its way", by=CLEO, channel="email", inert=inert)
    play.later(1).record(way="note", said="He is a nuisance", by=CLEO, inert=inert)
    said = text(play)
    assert "Last, we wrote to you by email, today at 9:00: It is on its way." in said
    assert "nuisance" not in said


def test_the_last_word_is_the_latest_not_the_one_that_came_in_last() -> None:
    play = ImportedPlay()
    play.later(3).do("Ben", LogMessage(inbound=False, channel="phone", text="told him so"))
    old = Imported(way="in", said="An old question", sort="message", inert=True)
    play.history.append(Event(len(play.history) + 1, play.team.now - 2 * HOUR, play.team.now, old))
    assert "told him so" in text(play)
    assert "An old question" not in text(play)
