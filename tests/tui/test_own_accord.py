"""What goes on by itself, on the screen: what fell due, escalation paths, the duty rota, notices; and the nudge key."""

from __future__ import annotations

import re

from careconsole.desk.cases import execution, sweep, undo_redo
from careconsole.desk.notices import addresses, delivery, outbox
from careconsole.desk.notices.outbox import Notice
from careconsole.desk.team import escalation_paths, members, rota, service_levels
from careconsole.domain.case.escalation import Escalate
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.promises import KeepPromise, Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.time.moments import MINUTE, local
from careconsole.tui.forms.form import FormScreen
from careconsole.tui.forms.time_preview import read, typed
from careconsole.tui.pages.notices import NoticeSheet, NoticesScreen
from careconsole.tui.pages.paths import PathsScreen
from careconsole.tui.pages.rota import GiveSheet, RotaScreen
from careconsole.tui.pages.rota_lines import stamp
from careconsole.tui.pages.sweep_log import SweepLogScreen
from careconsole.tui.widgets.line_list import Lines
from tests.desk.office import HOUR, Office
from tests.desk.postman import Postman
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_hostile_text import harmless

HOSTILE = "[/] [@click=app.quit]x[/] \x1b]0;owned\x07 \u202egnp.exe"
STEPS = """
[[path]]
name = "burns"
tags = ["scald"]

[[path.step]]
name = "leads"
call = ["leads"]
acknowledge = "15m"
repeat = 1

[[path.step]]
name = "maker"
call = ["Eve"]
acknowledge = "2h"

[[path]]
name = "standard"

[[path.step]]
name = "lead"
call = ["duty"]
"""
WEEK = """
zone = "UTC"

[[turn]]
days = "mon-fri"
hours = "06:00-18:00"
lead = "Ana"

[[turn]]
days = "mon-fri"
hours = "18:00-06:00"
lead = "Dora"
"""


def owned(office: Office, who: str, subject: str = "Kettle cracked", **fields) -> int:
    return opened(office.desk(who), subject, owner=office.ids[who], channel="phone", **fields)


def line_of(screen: Screen, words: str) -> str:
    """The first line of a list that holds these words."""
    found = [line for line in screen.lines()[1:-3] if words in line]
    assert found, screen.text()
    return found[0]


def swept(office: Office) -> tuple[int, int, int]:
    """An offer that ran out, a call that went on, and a promise that was broken, an hour apart."""
    offered, called, promised = (
        owned(office, "Ben", "Kettle"),
        owned(office, "Ben", "Lid"),
        owned(office, "Cleo", "Spout"),
    )
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [offered])
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="authority", need="a refund"), [called])
    execution.execute(office.desk("Cleo"), "promise", Promise(text="a call", due=office.now + HOUR), [promised])
    office.later(5)
    sweep.sweep(office.desk(), as_of=office.now)
    return offered, called, promised


# Overdue


def test_what_went_on_by_itself_is_listed_the_latest_first_and_enter_goes_to_its_case(office: Office) -> None:
    offered, *_ = swept(office)

    async def script(screen: Screen) -> None:
        await screen.press("F")
        assert isinstance(screen.app.screen, SweepLogScreen)
        assert screen.lines()[0].startswith("Overdue since yesterday: ")
        assert ": 3 calls, 1 offer, 1 overdue" in screen.lines()[0]
        assert "Offer to Cleo not answered" in line_of(screen, "  Kettle")
        assert 'promise "a call" overdue' in line_of(screen, "  Spout")
        assert line_of(screen, "  Lid").startswith("! "), "somebody is called for help"
        assert "Dora called, nobody had acknowledged" in screen.text()
        order = [screen.text().index(words) for words in ("Offer to Cleo", "Dora called again", '"a call" overdue')]
        assert order == sorted(order), "the latest first"
        lines = screen.app.screen.query_one(Lines)
        places = [
            place for place in range(lines.option_count) if "Kettle" in str(lines.get_option_at_index(place).prompt)
        ]
        lines.highlighted = places[0]
        await screen.press("enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.board.current == offered

    on_screen(office, script)


def test_what_was_overdue_and_no_longer_is_is_named_by_its_words_and_the_head_follows(office: Office) -> None:
    _, _, promised = swept(office)
    execution.execute(office.desk("Cleo"), "keep", KeepPromise(), [promised])

    async def script(screen: Screen) -> None:
        await screen.press("F")
        assert ": 3 calls, 1 offer, 1 overdue (0 still)" in screen.lines()[0]
        assert 'promise "a call" was overdue' in line_of(screen, "  Spout")
        await screen.press("j", "j", "j")
        assert "Kept at " in screen.text()
        undo_redo.undo(office.another("Cleo"))
        await screen.press("f5")
        assert "(0 still)" not in screen.text()
        assert 'promise "a call" overdue' in line_of(screen, "  Spout")

    on_screen(office, script)


def test_it_looks_further_back_or_at_ones_own_cases_alone(office: Office) -> None:
    swept(office)
    office.later(48)

    async def script(screen: Screen) -> None:
        await screen.press("F")
        assert "Nothing became overdue since yesterday." in screen.text()
        await screen.press("right")
        assert "in the last 7 days" in screen.lines()[0]
        assert "Spout" in screen.text()
        await screen.press("tab")
        assert "on your cases" in screen.lines()[0]
        assert "Spout" not in screen.text()
        assert "Kettle" in screen.text()
        await screen.press("left", "left")
        assert "Nothing became overdue since today on your cases." in screen.text()

    on_screen(office, script, name="Ben", size=(80, 24))


def test_what_the_sweep_does_meanwhile_comes_by_itself_and_when_it_will_do_more_is_told(office: Office) -> None:
    number = owned(office, "Ben", "Kettle")
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Cleo"], reason="knows it"), [number])
    expires = office.now + 4 * HOUR

    async def script(screen: Screen) -> None:
        await screen.press("F")
        assert "Nothing became overdue" in screen.text()
        assert f"next {local(expires, office.now)}" in screen.lines()[0]
        office.later(5)
        sweep.sweep(office.another("Ana"))
        await screen.until(lambda: "1 offer" in screen.lines()[0])
        assert "Kettle: nobody answered the offer to Cleo in time" in screen.text(), "in full below"

    on_screen(office, script, name="Ana")


def test_in_a_small_terminal_who_is_called_now_is_not_cut(office: Office) -> None:
    escalation_paths.set_paths(office.desk(), STEPS)
    subject = "Steam valve blows off far too early, every morning"
    number = owned(office, "Ben", subject, tags=("scald",))
    execution.execute(office.desk("Ben"), "escalate", Escalate(reason="authority", need="a refund"), [number])
    swept(office)

    async def script(screen: Screen) -> None:
        await screen.press("F")
        again = line_of(screen, "Ana and Dora called again")
        assert "Ana and Dora called again, nobody had acknowledged" in again
        assert "Steam" in again
        title = screen.lines()[0]
        assert " calls, 1 offer, 1 overdue" in title
        assert "next " in title
        assert "…" not in title

    on_screen(office, script, size=(80, 24))


# Paths


def test_the_paths_and_how_it_would_go_on_the_case_under_the_cursor(office: Office) -> None:
    escalation_paths.set_paths(office.desk(), STEPS)
    number = owned(office, "Ben", "Steam valve", tags=("scald",))

    async def script(screen: Screen) -> None:
        await screen.press("l")
        assert isinstance(screen.app.screen, PathsScreen)
        text = screen.text()
        assert f'Case {number} (Steam valve) follows the "burns" path' in text
        quarters = [local(office.now + n * 15 * MINUTE, office.now) for n in range(3)]
        first, second, third = (line for line in screen.lines() if "to acknowledge by" in line)
        assert f"{quarters[0]}  1 leads" in first
        assert "Ana (lead on duty) and Dora (lead)" in first
        assert f"acknowledge by {quarters[1]}" in first
        assert f"{quarters[1]}  1 leads, once more" in second
        assert f"{quarters[2]}  2 maker" in third
        assert "Eve (contact)" in third
        assert "burns: for tag scald" in text
        assert "every lead, twice; 15m each time to acknowledge" in text
        assert "standard: for every case" in text
        assert "the lead on duty; the service level's time to acknowledge" in text
        await screen.press("escape")
        execution.execute(office.desk("Ben"), "escalate", Escalate(reason="authority", need="a refund"), [number])
        await screen.press("l")
        assert "Ana is called now. If nobody answers:" in screen.text()
        await screen.press("l")
        assert screen.app.screen is screen.queue

    on_screen(office, script, name="Ben")


def test_paths_without_a_case_and_on_one_that_ended(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("l")
        assert screen.lines()[2].strip() == "standard: for every case"
        assert "careconsole path set FILE" in screen.text()
        number = owned(office, "Ana")
        execution.execute(office.desk("Ana"), "resolve", Resolve(said="done", answer="told"), [number])
        await screen.press("escape", "8")
        assert screen.queue.board.current == number
        await screen.press("l")
        assert "Nobody would be called: the case is not open" in screen.text().replace("\n ", " ")

    on_screen(office, script, size=(100, 30))


# The rota


def test_turns_with_dates_alone_are_no_weekly_rota(office: Office) -> None:
    begins = office.now + 24 * HOUR
    rota.give_duty(office.desk(), "Dora", begins, begins + 8 * HOUR)
    rota.give_duty(office.desk(), "Dora", begins + 48 * HOUR, begins + 11 * 24 * HOUR)
    members.away(office.desk(), "Ben", "Cleo")

    async def script(screen: Screen) -> None:
        await screen.press("d")
        text = screen.text()
        assert "on the rota" not in text
        assert "exception" not in text
        assert text.count("Dora, for this time only") == 2
        assert not re.search(r"20\d\d-", text), "dates are written in one way"
        lines = screen.lines()
        heads = next(y for y, line in enumerate(lines) if "On duty" in line and "From" in line)
        assert "Ana, now" in lines[heads + 1], "nothing stands between the heads and the turns"
        assert any("Ben, away, Cleo covers" in line for line in lines[:heads])
        await screen.press("down")
        assert "Dora is on duty, for this time only." in screen.text()
        await screen.press("enter", "ctrl+a", "delete", "enter", "ctrl+a", "delete", "enter")
        assert "empty: until somebody else takes over" in screen.text()
        await screen.press("escape")

    on_screen(office, script, size=(80, 24))


def test_the_rota_tells_who_is_on_duty_when_where_nobody_is_and_who_is_away(office: Office) -> None:
    rota.set_rota(office.desk(), WEEK)
    members.away(office.desk(), "Dora", "Cleo")

    async def script(screen: Screen) -> None:
        await screen.press("d")
        assert isinstance(screen.app.screen, RotaScreen)
        assert screen.lines()[0].startswith("Duty, the next 14 days (UTC)")
        assert "Ana is on duty until" in screen.lines()[0]
        assert "Dora, away, Cleo covers" in screen.text()
        rows = [line for line in screen.lines() if "12h " in line]
        assert "Ana, now" in screen.text()
        assert any("~ " in row and "Dora (away, Cleo covers)" in row for row in rows), screen.text()
        (weekend,) = [line for line in screen.lines() if "(Ana: nobody on the rota)" in line][:1]
        assert "2d" in weekend, "from Saturday morning until Monday morning"
        assert line_of(screen, "! ").startswith("! "), "how long it names nobody"

    on_screen(office, script)


def test_on_the_rota_exceptions_are_marked_and_another_clock_than_the_machine_s_is_named(office: Office) -> None:
    rota.set_rota(office.desk(), WEEK.replace("UTC", "Pacific/Kiritimati"))
    first = rota.turns(office.desk(), 14)[0]
    lead = next(name for name, number in office.ids.items() if number == first[2])
    rota.give_duty(office.desk(), lead, office.now + HOUR, office.now + 2 * HOUR)

    async def script(screen: Screen) -> None:
        await screen.press("d")
        assert screen.lines()[0].startswith("Duty, the next 14 days ")
        assert "(Pacific" not in screen.lines()[0], "these times are not that zone's"
        assert "These times are this machine's; the rota is written for Pacific/Kiritimati." in screen.text()
        rows = [line for line in screen.lines()[1:-3] if lead in line.split("  ")[-1]][:3]
        assert ["by exception" in row for row in rows] == [False, True, False]
        lines = screen.app.screen.query_one(Lines)
        lines.highlighted = lines.option_count - len(rota.turns(office.desk(), 14)) + 1
        await screen.settle(rests=False)
        assert f"{lead} is on duty, by an exception to the weekly rota." in screen.text()

    on_screen(office, script, size=(100, 40))


def test_a_lead_gives_a_turn_to_another_and_nobody_else_does(office: Office) -> None:
    rota.set_rota(office.desk(), WEEK)
    turns = rota.turns(office.desk(), 14)
    _, evening, *_ = turns

    async def script(screen: Screen) -> None:
        await screen.press("M", "d")
        assert isinstance(screen.app.screen, RotaScreen)
        lines = screen.app.screen.query_one(Lines)
        lines.highlighted = lines.option_count - len(turns) + 1
        await screen.press(".")
        assert isinstance(screen.app.screen, GiveSheet)
        assert f"Ana will be on duty from {stamp(evening[0], office.now)}" in screen.text(), "the turn under the cursor"
        prefilled = [screen.app.screen.query_one(id).value for id in ("#begins", "#until")]
        assert [read(text, office.now) for text in prefilled] == list(evening[:2])
        assert not any("T" in text for text in prefilled), "as people type times"
        await screen.press("enter", "enter", "1")
        assert isinstance(screen.app.screen, RotaScreen)
        given = f"Ana is on duty from {local(evening[0], office.now)} until {local(evening[1], office.now)}."
        assert screen.toasts() == [given]
        assert office.desk().roster(evening[0] + HOUR).duty == office.ids["Ana"]
        await screen.press(".")
        sheet = screen.app.screen
        sheet.query_one("#until").value = "yesterday"
        await screen.press("enter", "enter", "2")
        assert screen.app.screen is sheet
        assert "in the past" in screen.text()
        await screen.press("escape", "escape", "escape")
        assert screen.app.screen is screen.queue

    async def as_an_agent(screen: Screen) -> None:
        await screen.press("d", ".")
        assert isinstance(screen.app.screen, RotaScreen)
        assert screen.toasts() == ["Only a lead can change who is on duty. Ask Ana."]

    on_screen(office, script, size=(100, 40))
    on_screen(office, as_an_agent, name="Ben", size=(60, 15))


def test_a_newcomer_types_the_times_and_then_chooses_who(office: Office) -> None:
    """The keys are those that the sheet shows; the end is the same day's, as anybody would read it."""
    rota.set_rota(office.desk(), WEEK)

    async def script(screen: Screen) -> None:
        await screen.press("d", "enter")
        await screen.type("tomorrow 14:00")
        await screen.press("enter")
        await screen.type("18:00")
        tomorrow = read("tomorrow 14:00", office.now)
        words = f"on duty from {stamp(tomorrow, office.now)} until 18:00, for 4h."
        assert f"Ana will be {words}" in screen.text()
        assert "Enter next" in screen.text()
        await screen.press("enter", "down")
        assert f"Dora will be {words}" in screen.text()
        assert "1-9 or Enter put on duty" in screen.text()
        await screen.press("enter")
        assert office.desk().roster(tomorrow + HOUR).duty == office.ids["Dora"]
        assert office.desk().roster(tomorrow + 5 * HOUR).duty == office.ids["Dora"], "as the rota says"
        assert office.desk().roster(tomorrow - HOUR).duty == office.ids["Ana"]

    on_screen(office, script, size=(80, 24))


def test_without_a_rota_it_says_so(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("d")
        assert "There is no rota" in screen.text()
        assert "Ana is on duty." in screen.lines()[0]
        await screen.press(".")
        assert "Ana will be on duty from now on, until somebody else takes over." in screen.text()
        await screen.press("enter", "enter", "2")
        assert screen.toasts() == ["Dora is on duty."]
        assert office.desk().roster().duty == office.ids["Dora"]

    on_screen(office, script, size=(80, 24))


def test_a_time_is_prefilled_as_people_type_it_and_read_as_itself(office: Office) -> None:
    now = office.now
    for minutes in (1, 59, 23 * 60, 24 * 60, 3 * 24 * 60 + 7, 7 * 24 * 60, 8 * 24 * 60, 400 * 24 * 60):
        text = typed(now + minutes * MINUTE + 17, now)
        assert read(text, now) == now + minutes * MINUTE
        assert "T" not in text
        assert len(text) <= (9 if minutes < 7 * 24 * 60 else 22)


# Notices


def told(office: Office) -> None:
    """Ben was told something, Cleo cannot be reached, Dora has quiet hours."""
    for name, hours in (("Ben", ""), ("Cleo", ""), ("Dora", "00:00-23:59")):
        addresses.save_address(office.desk(), name, f"json://user:secret@{name}.example/token", quiet=hours)
    desk = office.desk()
    notices = [
        Notice(person=office.ids[name], case=case, kind="returned", urgent=name == "Cleo", words=f"{words} for {name}.")
        for name, case, words in (("Ben", 0, "A thing"), ("Cleo", 1, f"A call {HOSTILE}"), ("Dora", 1, "A third"))
    ]
    desk.write(lambda unit: outbox.put(unit, notices))
    failing = {"json://user:secret@Cleo.example/token": f"no connection {HOSTILE}"}
    delivery.deliver(desk, Postman(failing))


def test_notices_tell_what_was_sent_failed_or_is_held_and_why(office: Office) -> None:
    number = owned(office, "Ana")
    told(office)

    async def script(screen: Screen) -> None:
        await screen.press("O")
        assert isinstance(screen.app.screen, NoticesScreen)
        assert "[1 all] 2 waiting 2  3 sent 1  4 failed 1 " in screen.lines()[0]
        assert f"sent {local(office.now, office.now)}" in line_of(screen, "A thing for Ben.")
        assert line_of(screen, "A call [/]").startswith("! ")
        assert "failing, again" in line_of(screen, "A call [/]")
        assert "held until" in line_of(screen, "A third for Dora")
        assert "secret" not in screen.text()
        await screen.press("3")
        assert "Dora" not in screen.text()
        await screen.press("4")
        assert "failing, again" in line_of(screen, "A call [/]"), "what is tried again has failed as well"
        await screen.press("2", "G", "enter")
        assert isinstance(screen.app.screen, NoticeSheet)
        assert "json://cleo.example/..." in screen.text().lower()
        assert "no connection [/]" in screen.text()
        assert "secret" not in screen.text()
        harmless(screen)
        await screen.press("enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.board.current == number
        await screen.press("O", "6")
        assert "There is no mail gateway." in screen.text()
        assert "Dora: address 3 (json://" in line_of(screen, "quiet 00:00-23:59")
        assert "secret" not in screen.text()

    on_screen(office, script, size=(120, 30))


def test_what_waits_is_sent_when_somebody_says_so(office: Office, monkeypatch) -> None:
    from careconsole.notify import apprise_sender

    owned(office, "Ana")
    told(office)
    office.later(1)
    postman = Postman()
    monkeypatch.setattr(apprise_sender, "AppriseSender", lambda: postman)

    async def script(screen: Screen) -> None:
        await screen.press("O", ">")
        await screen.until(lambda: len(screen.toasts()) > 1 and "3 sent 2" in screen.lines()[0])
        assert screen.toasts() == ["Sending the notices that wait.", "Notices: 1 sent."]
        assert "2 waiting 1  3 sent 2" in screen.lines()[0]
        assert len(postman.brought) == 1

    on_screen(office, script, size=(80, 24))


def test_where_nobody_is_told_anything_elsewhere_it_says_how_that_begins(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("O")
        assert "No notices yet." in screen.text()
        await screen.press("shift+tab")
        assert "careconsole notices address NAME ADDRESS" in screen.text()
        await screen.press("q")
        assert screen.app.screen is screen.queue

    on_screen(office, script, size=(100, 24))


# Nudge


def test_a_key_reminds_whoever_is_called(office: Office) -> None:
    number = owned(office, "Ben", "Lid")

    async def script(screen: Screen) -> None:
        await screen.press("!")
        assert any("Nobody is called about case 1" in toast for toast in screen.toasts())
        execution.execute(office.desk("Ben"), "escalate", Escalate(reason="authority", need="a refund"), [number])
        await screen.press("f5", "!")
        assert isinstance(screen.app.screen, FormScreen)
        await screen.type("please")
        await screen.press("ctrl+s")
        assert office.kinds(number)[-1] == "nudged"

    on_screen(office, script, name="Ben")


# What others wrote


def test_on_every_page_what_others_wrote_is_only_text(office: Office) -> None:
    name = f"{HOSTILE} Zoe"
    members.add(office.desk(), name, "lead")
    office.ids["Zoe"] = next(p.number for p in office.store.people.roster().people.values() if p.name.endswith("Zoe"))
    escaped = HOSTILE.replace("\x1b", "\\u001b").replace("\x07", "\\u0007").replace("\u202e", "\\u202e")
    toml = (
        STEPS.replace('"Eve"', f'"{escaped} Zoe"').replace("maker", f"maker {escaped}").replace("burns", f"b {escaped}")
    )
    escalation_paths.set_paths(office.desk(), toml)
    rota.set_rota(office.desk(), WEEK.replace('"Dora"', f'"{escaped} Zoe"'))
    service_levels.set_service(office.desk(), '[[level]]\nname = "all"\nacknowledge = "15m"\n')
    number = owned(office, "Ben", f"Lid {HOSTILE}", tags=("scald",))
    execution.execute(
        office.desk("Ben"), "escalate", Escalate(reason="authority", need=HOSTILE, cause=HOSTILE), [number]
    )
    members.away(office.desk(), name, "Cleo")
    told(office)
    office.later(2)
    sweep.sweep(office.desk())

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(number)
        await screen.settle()
        for key in ("l", "F", "d", "O"):
            await screen.press(key)
            assert "[@click=app.quit]x[/]" in screen.text(), key
            harmless(screen)
            lists = list(screen.app.screen.query(Lines))
            for place in range(lists[0].option_count if lists else 0):
                lists[0].highlighted = place
                await screen.settle(rests=False)
                harmless(screen)
            if key == "d":
                await screen.press("d")
                harmless(screen)
                await screen.press("escape")
            await screen.press("escape")
        await screen.press("e")
        harmless(screen)

    on_screen(office, script, size=(120, 40))
    on_screen(office, script, size=(80, 24))
