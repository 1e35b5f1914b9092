"""Clocks on the screen: why a case stands where it stands, what falls due in the next hours, promises as a list."""

from __future__ import annotations

import re

from msgspec.structs import replace

from careconsole.desk.cases import execution
from careconsole.desk.queries import shown_case
from careconsole.desk.team import members, service_levels
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.clocks import OWNER_UPDATE, RUNNING, Clock
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.parking import Park
from careconsole.domain.case.promises import MovePromise, Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.time.moments import local
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.pages.agenda import AgendaScreen
from careconsole.tui.pages.agenda_lines import by_hour
from careconsole.tui.pages.clocks import ClocksScreen
from careconsole.tui.pages.promises import PromisesScreen
from careconsole.tui.queue.case_lines import Beside, sheet_lines
from careconsole.tui.queue.case_screen import CaseScreen
from careconsole.tui.queue.clock_lines import clock_rows, due_line
from tests.desk.office import HOUR, MONDAY, Office
from tests.tui.screen import Screen, on_screen, opened

MINUTE = HOUR // 60
HOSTILE = "[/] [@click=app.quit]x[/] \x1b]0;owned\x07 \u202egnp.exe"
WITH_RESOLUTION = '[[level]]\nname = "all"\nresolution = "8h"\ninformed = "24h"\n'


def levels(office: Office, text: str = WITH_RESOLUTION) -> None:
    service_levels.set_service(office.desk(), text)


def owned(office: Office, who: str, subject: str = "Kettle cracked", **fields) -> int:
    """A case on which nobody waits for an answer."""
    return opened(office.desk(who), subject, owner=office.ids[who], inbound=False, **fields)


def promised(office: Office, who: str, case: int, text: str, hours: float) -> None:
    execution.execute(office.desk(who), "promise", Promise(text=text, due=office.now + int(hours * HOUR)), [case])


def line_of(screen: Screen, words: str) -> str:
    """The only line of the screen that holds these words."""
    found = [line for line in screen.lines() if words in line]
    assert len(found) == 1, screen.text()
    return found[0]


def harmless(screen: Screen) -> None:
    text = screen.text()
    assert "[@click=app.quit]" in text, text
    assert not set("\x1b\x07\u202e") & set(text)
    assert screen.app.is_running


# Why here.


def test_why_tells_every_clock_where_it_stands_and_how_that_comes_about(office: Office) -> None:
    levels(office)
    number = opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"], channel="email")
    office.later(1)
    execution.execute(office.desk("Ana"), "log", LogMessage(text="it is on its way"), [number])
    promised(office, "Ana", number, f"a new kettle {HOSTILE}", 4)
    execution.execute(office.desk("Ana"), "park", Park(on="customer", until=office.now + 90 * HOUR), [number])
    until = local(office.now + 90 * HOUR, office.now + int(3.5 * HOUR))
    office.later(3.5)

    async def script(screen: Screen) -> None:
        await screen.press("equals_sign")
        assert isinstance(screen.app.screen, ClocksScreen)
        assert "Why it ranks here: 1  Kettle cracked" in screen.lines()[0]
        assert "service level all, calendar always" in screen.text()
        assert f"It waits on the customer until {until}, so these are paused:" in screen.text()
        assert line_of(screen, "~ at risk   ").rstrip().endswith("(in 30m), why it ranks here")
        assert line_of(screen, "first answer").split()[2] == "met"
        assert line_of(screen, "resolution  ").split()[1] == "paused"
        assert "8h since" in line_of(screen, "7h left when it was paused")
        harmless(screen)
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_why_follows_what_happens_and_answers_on_the_sheet_too(office: Office) -> None:
    owned(office, "Ana")

    async def script(screen: Screen) -> None:
        await screen.press("enter", "equals_sign")
        page = screen.app.screen
        assert isinstance(page, ClocksScreen)
        assert "24h since" in screen.text()
        assert "promise" not in screen.text()
        promised(office, "Ben", 1, "a call", 2)
        page.on_change()
        await screen.settle()
        assert line_of(screen, "promise 2: a call").split()[4] == "running"
        execution.execute(office.desk("Ana"), "resolve", Resolve(said="sent one", answer="told", promises="kept"), [1])
        await screen.press("f5")
        assert "No clock is running: the case has ended." in screen.text()
        await screen.press("equals_sign")
        assert isinstance(screen.app.screen, CaseScreen)

    on_screen(office, script, size=(80, 24))


def test_a_key_for_the_clocks_of_no_case_says_why_nothing_happens(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("equals_sign")
        assert screen.app.screen is screen.queue
        assert any("There is no case here" in toast for toast in screen.toasts())
        await screen.press("h")
        assert "The next 24 hours: 0 due" in screen.lines()[0]
        assert "careconsole calendar set" in screen.text(), "a lead learns how to give the team's hours"
        levels(office)
        await screen.press("f5")
        assert "careconsole calendar set" not in screen.text()

    on_screen(office, script)


# A case's head.


def test_the_head_of_a_case_has_a_line_for_each_clock_that_runs_or_stands_still(office: Office) -> None:
    levels(office)
    number = owned(office, "Ana")
    promised(office, "Ana", number, "a call", 4)
    execution.execute(office.desk("Ana"), "park", Park(on="third party", until=office.now + 6 * HOUR), [number])
    office.later(3.5)
    view = shown_case.show(office.desk(), number)
    assert clock_rows(view) == [
        ("due", f"~ promise in 30m ({local(MONDAY + 4 * HOUR, office.now)})"),
        ("due", f"parked, 2h 30m left ({local(MONDAY + 6 * HOUR, office.now)})"),
        ("due", f"update to customer in 20h 30m ({local(MONDAY + 24 * HOUR, office.now)})"),
        ("paused", f"resolution paused with 8h left; due {local(MONDAY + 14 * HOUR, office.now)} at the latest"),
    ]
    view = replace(view, case=replace(view.case, fields={"due": "the customer's own word"}))
    lines = sheet_lines(view, Beside(), 100)
    text = ["".join(piece for piece, _ in line) for line in lines]
    strip = [piece for line in lines[:6] for piece in line if "~ promise in 30m (" in piece[0]]
    assert [tone for _, tone in strip] == ["soon"], "what is due first is in the strip, told by tone as well"
    heads = [line[:9].rstrip() for line in text if line.startswith(("also due", "due", "paused"))]
    assert heads == ["also due", "also due", "paused", "due"]
    assert "the customer's own word" in "\n".join(text)


def test_of_very_many_clocks_the_first_ones_stand_in_the_head(office: Office) -> None:
    number = owned(office, "Ana")
    for hours in range(1, 9):
        promised(office, "Ana", number, "a call", hours)
    rows = clock_rows(shown_case.show(office.desk(), number))
    assert len(rows) == 5
    assert rows[-1] == ("", "and 4 more clocks (=)")


# The next hours.


def test_the_agenda_tells_by_the_hour_what_falls_due_and_who_answers(office: Office) -> None:
    late = owned(office, "Ben", "Lid lost")
    promised(office, "Ben", late, "a lid", 0.5)
    office.later(1)
    near = owned(office, "Ana", f"Spout {HOSTILE}")
    promised(office, "Ana", near, f"a spout {HOSTILE}", 2)
    far = owned(office, "Cleo", "Grinder hums")
    promised(office, "Cleo", far, "a grinder", 30)
    office.now += 100 * MINUTE
    now, moment = office.now, MONDAY + 3 * HOUR

    async def script(screen: Screen) -> None:
        await screen.press("h")
        assert isinstance(screen.app.screen, AgendaScreen)
        assert "The next 24 hours: 1 due, 1 overdue (all)" in screen.lines()[0]
        assert screen.lines()[0].endswith("Ana is on duty")
        assert screen.lines()[1].startswith("! 1 open case is overdue")
        assert screen.lines()[2].startswith(f"{local(now, now)[:-3]}:00  this hour, now {local(now, now)}: nothing")
        assert screen.lines()[3].startswith(f"{local(moment, now)[:-3]}:00  1 due")
        assert screen.lines()[4].startswith(f"~ {local(moment, now)} in 20m")
        harmless(screen)
        await screen.press("j")
        assert "Ana is responsible" in screen.text()
        await screen.press(*["right"] * 4)
        assert "The next 7 days: 2 due" in screen.lines()[0], screen.text()
        assert "a grinder" in screen.text()
        await screen.press("tab")
        assert "The next 7 days: 1 due (you are responsible for)" in screen.lines()[0]
        assert "a grinder" not in screen.text(), "it is Cleo's"
        assert "overdue" not in screen.text(), "what is overdue is Ben's"
        await screen.press("tab", *["left"] * 4)
        assert "The next 8 hours: 1 due" in screen.lines()[0]
        await screen.press("tab", "enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.board.current == near

    on_screen(office, script)


def test_what_is_late_already_is_counted_on_top_and_leads_to_its_list(office: Office) -> None:
    owned(office, "Ben", "Lid lost")
    promised(office, "Ben", 1, "a lid", 0.5)
    owned(office, "Ana")
    office.later(1)

    async def script(screen: Screen) -> None:
        await screen.press("h")
        assert "! 1 open case is overdue  Enter shows them" in screen.text()
        await screen.press("enter")
        assert (screen.queue.live.filter, screen.queue.view_slot) == ("is:overdue", 5)
        assert list(screen.queue.board.numbers) == [1]
        await screen.press("h", "escape")
        assert screen.app.screen is screen.queue
        assert list(screen.queue.board.numbers) == [1], "Esc leaves the list as it was"

    on_screen(office, script, size=(60, 15))


def test_the_agenda_follows_others_and_keeps_the_cursor_on_what_it_was_on(office: Office) -> None:
    owned(office, "Ana", "Lid lost")
    promised(office, "Ana", 1, "a lid", 5)

    async def script(screen: Screen) -> None:
        await screen.press("h")
        page = screen.app.screen
        assert isinstance(page, AgendaScreen)
        promised(office, "Ben", 1, "a call before", 2)
        page.action_refresh()
        await screen.settle()
        assert [line.split(": ")[1].split("  ")[0] for line in screen.lines() if "promise" in line][:2] == [
            "a call before",
            "a lid",
        ]
        assert "a lid, due" in screen.text().replace("\n", " ")
        members.duty(office.desk("Ana"), "Dora")
        office.now += 3 * HOUR
        await screen.press("f5")
        assert screen.lines()[0].endswith("Dora is on duty")

    on_screen(office, script)


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    class Due:
        def __init__(self, minutes: int) -> None:
            due = MONDAY + minutes * MINUTE
            self.clock = Clock(kind="promise", state=RUNNING, started_at=MONDAY, due=due, at_risk=None)

    entries = [Due(minutes) for minutes in (10, 59, 60, 125, 24 * 60 + 5)]
    found = by_hour(entries, MONDAY)  # type: ignore[arg-type]
    assert [len(due) for _, due in found] == [2, 1, 1, 1]
    assert found[0][0] == local(MONDAY, MONDAY)
    assert found[-1][0] == local(MONDAY + 24 * HOUR, MONDAY), "another day is named"
    assert by_hour([], MONDAY) == [(local(MONDAY, MONDAY), [])], "the present hour is always there"


# Promises.


def test_promises_are_listed_and_broken_ones_are_told_in_words(office: Office) -> None:
    owned(office, "Ben", "Lid lost")
    promised(office, "Ben", 1, "a lid", 0.5)
    owned(office, "Ana", f"Spout {HOSTILE}")
    promised(office, "Ana", 2, f"a spout {HOSTILE}", 30)
    members.away(office.desk("Ana"), "Ben", "Cleo")
    office.later(1)

    async def script(screen: Screen) -> None:
        await screen.press("P")
        assert isinstance(screen.app.screen, PromisesScreen)
        assert screen.lines()[0].startswith("Promises [1 all 2] 2 mine 1  3 by today 1  4 tomorrow 1  5 overdue 1 ")
        first, second = screen.lines()[2:4]
        assert first.startswith("! ")
        assert "30m late" in first
        assert [word for word in ("Cleo", "Carla", "a lid") if word in first] == ["Cleo", "Carla", "a lid"]
        assert "late" not in second
        harmless(screen)
        assert "Ben promised it" in screen.text()
        assert "Cleo is responsible" in screen.text()
        await screen.press("2")
        assert "a spout" in screen.text()
        assert "a lid" not in screen.text()
        await screen.press("tab", "tab", "tab")
        assert "[5 overdue 1]" in screen.lines()[0]
        assert "a spout" not in screen.text()
        await screen.press("3")
        assert "[3 by today 1]" in screen.lines()[0], "what is overdue is due by today"
        await screen.press("enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.board.current == 1

    on_screen(office, script)


def test_names_are_whole_on_the_pages_of_what_falls_due(office: Office) -> None:
    name, customer = "Maximiliane Ober", "Hotel Nord"
    number = owned(office, "Ben", "The left group of the large machine drips on the counter", customer=customer)
    promised(office, "Ben", number, "call back with the price of the new gasket for the left group", 1)
    members.change(office.desk(), "Ben", name=name)

    async def script(screen: Screen) -> None:
        await screen.press("P")
        assert f"{name} {customer}" in line_of(screen, "call back with the price of the…")
        await screen.press("escape", "h")
        assert any(name in line and " in 1h" in line for line in screen.lines())
        await screen.press("escape", "P")
        await screen.pilot.resize_terminal(60, 15)
        await screen.settle()
        assert "…" not in screen.lines()[1]
        await screen.press("5")
        assert screen.lines()[0].strip() == "1 all  2 mine  3 by today  4 tomorrow [5 overdue 0]", "every tab"
        await screen.press("1")
        assert f"{name} {customer} call" in screen.text(), "names come first in the narrowest terminal, too"

    on_screen(office, script, size=(80, 24))


def test_the_head_above_short_names_is_a_short_word_where_room_is_short(office: Office) -> None:
    number = owned(office, "Ben", customer="Hotel Bellevue am See")
    promised(office, "Ben", number, "call back", 20)

    async def script(screen: Screen) -> None:
        await screen.press("P")
        assert " Who Customer" in screen.lines()[1]
        assert "Ben Hotel Bellevue am" in screen.text(), "which leaves more of it to the customer"

    on_screen(office, script, size=(60, 15))


def test_a_promise_that_was_late_and_is_due_tomorrow_now_alarms_nobody(office: Office) -> None:
    owned(office, "Ana", "Lid lost")
    promised(office, "Ana", 1, "a lid", 0.5)
    office.later(1)
    moved = MovePromise(due=office.now + 15 * HOUR, told=True)
    execution.execute(office.desk("Ana"), "move", moved, [1])

    async def script(screen: Screen) -> None:
        await screen.press("P")
        (line,) = [line for line in screen.lines() if "a lid" in line and "Carla" in line]
        assert line.startswith("  "), "without a sign"
        assert "in 15h" in line
        assert "late" not in line
        told = re.sub(r"\s+", " ", screen.text())
        assert re.search(r"Ana promised it [\w: ]+; it was moved once, after it was due, to [\w: ]+;", told), told
        await screen.press("4")
        assert "[4 tomorrow 1]" in screen.lines()[0]
        await screen.press("5")
        assert "[5 overdue 0]" in screen.lines()[0]
        assert "No promises are overdue." in screen.text()
        await screen.press("escape", "enter")
        assert "LATE" not in screen.text()
        assert "moved once, after it was due" in re.sub(r"\s+", " ", screen.text())

    on_screen(office, script, size=(80, 24))


def test_a_promise_is_kept_from_the_list_and_leaves_it(office: Office) -> None:
    owned(office, "Ana", "Lid lost")
    promised(office, "Ana", 1, "a lid", 3)

    async def script(screen: Screen) -> None:
        await screen.press("P", "K")
        assert isinstance(screen.app.screen, FormScreen)
        assert "Promise kept" in screen.text()
        await screen.press("ctrl+s")
        assert isinstance(screen.app.screen, PromisesScreen)
        assert "No promises are open." in screen.text()
        await screen.press("K", "enter")
        assert isinstance(screen.app.screen, PromisesScreen), "there is nothing to keep or to go to"
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script, size=(80, 24))
    assert office.kinds(1)[-1] == "promise kept"


# The queue.


def test_what_is_at_risk_is_told_in_the_first_line_in_its_row_and_at_a_key(office: Office) -> None:
    owned(office, "Ana", "Lid lost")
    promised(office, "Ana", 1, "a lid", 4)
    owned(office, "Ben", "Spout drips")
    promised(office, "Ben", 2, "a spout", 3.9)
    owned(office, "Ana")
    office.later(3.5)

    async def script(screen: Screen) -> None:
        assert "1 at risk" in screen.lines()[0], "Ana's, and not Ben's"
        assert "~ promise in 30m" in screen.text()
        await screen.press("9")
        assert list(screen.queue.board.numbers) == [2, 1]
        await screen.press("f")
        assert list(screen.queue.board.numbers) == [1]

    on_screen(office, script, size=(80, 24))


def test_the_commands_for_a_promise_open_from_its_page_and_nothing_unchosen_is_saved(office: Office) -> None:
    number = owned(office, "Ana")
    promised(office, "Ana", number, "a lid", 1)

    async def script(screen: Screen) -> None:
        await screen.press("P", "full_stop")
        assert f"Case {number}: the promise" in screen.text()
        assert "2 Move" in " ".join(screen.text().split())
        await screen.press("2")
        form = screen.app.screen
        assert isinstance(form, FormScreen)
        told = form._rows.named("told")
        assert told is not None
        assert told.said == "", "whether they were told is not taken for granted"
        due = form._rows.named("due")
        assert due is not None
        due.field.put("+4h")
        await screen.press("ctrl+s")
        assert screen.app.screen is form, "nothing is saved until it is chosen"
        await screen.press("escape", "escape")

    on_screen(office, script)
    assert office.kinds(number) == ["opened", "promised"]


def test_who_is_called_about_a_case_of_nobody_owes_the_update_to_the_lead_on_duty(office: Office) -> None:
    texts = {}
    for owner in ("Ben", None):
        number = opened(office.desk("Ben"), "Kettle", owner=office.ids[owner] if owner else None)
        call = Escalate(to=office.ids["Ana"], reason="authority", need="a refund")
        execution.execute(office.desk("Ben"), "escalate", call, [number])
        execution.execute(office.desk("Ana"), "acknowledge", Acknowledge(until=office.now + 2 * HOUR), [number])
        found = shown_case.show(office.desk("Ana"), number)
        (clock,) = (one for one in found.running if one.kind == OWNER_UPDATE)
        texts[owner] = due_line(clock, found)
    assert texts["Ben"].startswith("update to owner in 2h (")
    assert texts[None].startswith("update to the lead on duty in 2h (")
