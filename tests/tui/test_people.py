"""People at one workstation: who sits down, what a lock hides, what is told afterwards."""

from __future__ import annotations

from careconsole.desk.cases import execution, sweep
from careconsole.desk.console import drafts, visits
from careconsole.desk.console.drafts import Draft
from careconsole.desk.team import members
from careconsole.domain.case.notes import Note
from careconsole.domain.case.offers import Offer
from careconsole.domain.case.promises import KeepPromise, Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.time.moments import local
from careconsole.tui.pages.activity import ActivityScreen
from careconsole.tui.person.lock_screen import LockScreen
from careconsole.tui.person.who_screen import WhoScreen
from careconsole.tui.queue.screen import QueueScreen
from careconsole.tui.seat import Seat
from careconsole.tui.widgets.base_screen import Page
from tests.desk.office import HOUR, Office, others
from tests.tui.screen import Screen, on_screen, opened

MINUTE = HOUR // 60


def noted(office: Office, who: str, case: int, text: str) -> None:
    execution.execute(office.desk(who), "note", Note(text=text), [case])


def bens(office: Office, subject: str = "Kettle cracked") -> int:
    number = opened(office.desk("Ben"), subject, owner=office.ids["Ben"])
    office.later(0.1)
    return number


def test_a_second_key_after_w_sits_somebody_else_down_who_then_gives_the_commands(office: Office) -> None:
    bens(office)

    async def script(screen: Screen) -> None:
        await screen.press("w")
        assert isinstance(screen.app.screen, WhoScreen)
        assert "Working here: Ana, lead." in screen.text()
        assert [line.split()[1:3] for line in screen.lines() if " agent" in line] == [["2", "Ben"], ["3", "Cleo"]]
        await screen.press("2")
        assert screen.app.screen is screen.queue
        assert "Ben" in screen.lines()[0]
        assert await screen.app.session.backend.ask(lambda desk: desk.who.person) == office.ids["Ben"]
        await screen.press("w", "c", "enter")
        assert "Cleo" in screen.lines()[0]
        await screen.press("w", "escape")
        assert "Cleo" in screen.lines()[0]

    on_screen(office, script)
    assert visits.since(office.desk("Ben")) is None, "nothing happened since Ben left"
    assert office.store.console.visit(office.ids["Ben"]) is not None


def test_the_beginning_of_a_name_leaves_those_who_are_called_so(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("w")
        await screen.type("do")
        assert "Dora" in screen.text()
        assert "Cleo" not in screen.text()
        await screen.type("x")
        assert "Nobody's name starts with dox" in screen.text()
        assert "Dora" in screen.text(), "the letter is not taken"
        await screen.press("ctrl+u")
        assert "Cleo" in screen.text(), "what was typed is deleted"
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_nobody_gets_past_the_question_who_they_are(office: Office) -> None:
    bens(office)

    async def script(screen: Screen) -> None:
        assert isinstance(screen.app.screen, WhoScreen)
        await screen.press("escape")
        assert isinstance(screen.app.screen, WhoScreen)
        assert "Esc again to quit" in screen.text()
        await screen.press("3")
        assert "Cleo" in screen.lines()[0]

    on_screen(office, script, name=None)

    async def leaving(screen: Screen) -> None:
        await screen.press("escape", "escape")
        assert screen.app._exit

    on_screen(office, leaving, name=None)


def test_a_locked_screen_names_no_case_and_no_customer(office: Office) -> None:
    number = bens(office)

    async def script(screen: Screen) -> None:
        assert "Kettle cracked" in screen.text()
        screen.app.say("Kettle cracked")
        await screen.press("L")
        assert isinstance(screen.app.screen, LockScreen)
        noted(office, "Ana", number, "Kettle, again")
        execution.execute(
            office.desk("Ana"), "offer", Offer(to=office.ids["Dora"], reason="Kettle"), [opened(office.desk())]
        )
        await screen.press("x", "escape", "escape", "question_mark", "backspace")
        assert isinstance(screen.app.screen, LockScreen), "no key opens it"
        screen.app.say("Kettle")
        text = screen.text()
        assert "Kettle" not in text
        assert "Carla" not in text
        assert screen.toasts() == []
        assert "Ben locked it at" in text
        assert visits.since(office.desk("Ben")) is not None, "Ben has left"
        await screen.press("2")
        assert screen.app.screen is screen.queue
        assert screen.app.session.person == office.ids["Ben"]
        assert screen.toasts() == ["Since you left, 1 update on your cases and 1 new case in the queue. W shows them."]

    on_screen(office, script, name="Ben")


def test_whoever_comes_back_to_a_locked_console_finds_the_list_as_it_was(office: Office) -> None:
    bens(office)
    opened(office.desk("Ben"), "Lid lost", "Nils", owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        await screen.press("j", "space", "S")
        marked = list(screen.queue.board.marks)
        await screen.press("L", "b", "enter")
        assert list(screen.queue.board.marks) == marked != []
        assert screen.queue.live.reverse
        await screen.press("L", "c", "enter")
        assert screen.queue.board.marks == {}, "what Ben had marked is no business of Cleo's"
        assert not screen.queue.live.reverse
        assert screen.queue.board.me == office.ids["Cleo"]

    on_screen(office, script, name="Ben")


def test_a_console_left_alone_locks_by_itself_and_a_key_keeps_it_open(office: Office) -> None:
    bens(office)
    seat = Seat(
        place=office.path, name="Ben", now=lambda: office.now, workstation="desk 1", os_user="os", lock_minutes=10
    )

    async def script(screen: Screen) -> None:
        office.now += 9 * MINUTE
        await screen.press("j")
        office.now += 9 * MINUTE
        screen.app._tick()
        await screen.settle()
        assert screen.app.session.locked is None
        office.now += 2 * MINUTE
        screen.app._tick()
        await screen.settle()
        assert isinstance(screen.app.screen, LockScreen)
        assert "Locked automatically" in screen.text()
        assert "Kettle" not in screen.text()

    on_screen(office, script, seat=seat)

    async def never(screen: Screen) -> None:
        office.now += 24 * HOUR
        screen.app._tick()
        await screen.settle()
        assert screen.app.session.locked is None

    on_screen(office, never, name="Ben")


def test_locking_keeps_what_was_being_written_and_closes_it(office: Office) -> None:
    number = bens(office)

    class Writing(Page[None]):
        """A form with something typed into it."""

        async def put_away(self) -> None:
            await self.session.backend.ask(
                lambda desk: drafts.save_draft(
                    desk, Draft(number, "note", {"text": "half a sentence"}, None, desk.now())
                )
            )

    async def script(screen: Screen) -> None:
        screen.app.push_screen(Writing())
        await screen.settle()
        screen.app.lock()
        await screen.settle()
        assert [type(page) for page in screen.app.screen_stack] == [QueueScreen, LockScreen]

    on_screen(office, script, name="Ben")
    assert [draft.fields for draft in drafts.listed(office.desk("Ben"))] == [{"text": "half a sentence"}]


def test_others_see_nobody_at_a_locked_console(office: Office) -> None:
    number = bens(office)

    async def script(screen: Screen) -> None:
        screen.app.company.looks_at(number)
        await screen.settle()
        assert [one.person for one in others(office.desk(), "mine")] == [office.ids["Ben"]]
        await screen.press("L")
        assert others(office.desk(), "mine") == []
        await screen.press("1")
        screen.app.company.looks_at(number)
        await screen.settle()
        assert [one.person for one in others(office.desk(), "mine")] == [office.ids["Ana"]]

    on_screen(office, script, name="Ben")


def test_after_an_absence_what_happened_is_shown_and_leads_to_its_case(office: Office) -> None:
    number, other = bens(office), bens(office, "Lid lost [/]")
    visits.leave(office.desk("Ben"))
    office.later()
    noted(office, "Ana", number, "called Carla")
    office.later(0.1)
    noted(office, "Cleo", other, "a \x1b[31mnote [red]")
    noted(office, "Cleo", other, "and another")

    async def script(screen: Screen) -> None:
        assert isinstance(screen.app.screen, ActivityScreen)
        lines = screen.lines()
        assert "3 on your cases" in lines[0]
        assert lines[1].split()[1:] == ["Lid", "lost", "[/]"], "the case something happened to last comes first"
        assert "and another" in lines[2]
        assert "\x1b" not in screen.text()
        assert "Ana noted: called Carla" in lines[5]
        await screen.press("j", "j", "j", "j", "enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.board.current == number
        await screen.press("W", "enter")
        assert screen.queue.board.current == other

    on_screen(office, script, name="Ben")


def test_cases_that_are_new_are_counted_and_listed_as_far_as_they_are_in_the_queue(office: Office) -> None:
    number = bens(office)
    visits.leave(office.desk("Ben"))
    new = [opened(office.desk("Ana"), subject, owner=office.ids["Ana"]) for subject in ("Lid", "Spout", "Cord")]
    execution.execute(office.desk("Ana"), "resolve", Resolve(said="done", answer="told"), new[:1])

    async def script(screen: Screen) -> None:
        assert screen.toasts() == ["Since you left, 2 new cases in the queue. W shows them."]
        await screen.press("W")
        assert screen.lines()[0].startswith("Since")
        assert "; 2 new in the queue" in screen.lines()[0]
        assert screen.lines()[1].strip() == "2 new in the queue; Enter lists them."
        await screen.press("enter")
        assert sorted(screen.queue.board.numbers) == new[1:]
        await screen.press("escape")
        assert isinstance(screen.app.screen, ActivityScreen)
        await screen.press("escape")
        assert number in screen.queue.board.numbers

    on_screen(office, script, name="Ben")


def test_who_was_gone_for_a_moment_is_only_told(office: Office) -> None:
    number = bens(office)
    visits.leave(office.desk("Ben"))
    office.now += MINUTE
    noted(office, "Ana", number, "called Carla")

    async def script(screen: Screen) -> None:
        assert screen.app.screen is screen.queue
        assert screen.toasts() == ["Since you left, 1 update on your cases. W shows them."]
        await screen.press("W")
        await screen.until(lambda: "called Carla" in screen.text())
        assert screen.toasts() == []
        assert "Since you left" not in screen.text()
        assert "Since you left" in screen.app.news.latest[-1].text, "it can be read again"

    on_screen(office, script, name="Ben")


def test_who_comes_for_the_first_time_is_told_what_happened_before(office: Office) -> None:
    number = bens(office)
    noted(office, "Ana", number, "called Carla")

    async def script(screen: Screen) -> None:
        assert screen.app.screen is screen.queue
        assert screen.toasts() == ["Before you first came here, 1 update on your cases. W shows them."]
        await screen.press("W")
        await screen.until(lambda: "called Carla" in screen.text())

    on_screen(office, script, name="Ben", were_here=False)


def test_what_somebody_was_told_of_other_cases_while_away_is_shown_with_what_became_of_it(office: Office) -> None:
    number = bens(office)
    due = office.now + HOUR
    execution.execute(office.desk("Ben"), "promise", Promise(text="call back", due=due), [number])
    visits.leave(office.desk("Ana"))
    office.later(2)
    sweep.sweep(office.desk())
    execution.execute(office.desk("Ben"), "keep", KeepPromise(), [number])

    async def script(screen: Screen) -> None:
        assert "0 on your cases; 1 for you on cases of others" in screen.lines()[0]
        at = local(office.now, office.now)
        told = f"(due {local(due, office.now)}); told Ben and Ana. Kept at {at}."
        assert told in " ".join(screen.text().split())
        assert screen.app.news.latest[-1].text == "Since you left, 1 update for you on cases of others."

    on_screen(office, script, size=(140, 30))


def test_a_case_of_another_list_becomes_a_list_of_its_own(office: Office) -> None:
    number = bens(office)

    async def script(screen: Screen) -> None:
        execution.execute(office.desk("Ben"), "resolve", Resolve(said="glued", answer="told"), [number])
        await screen.settle()
        screen.queue.action_view(2)
        await screen.settle()
        screen.queue.way_back.go_to_case(number)
        await screen.settle()
        assert screen.queue.board.current == number
        assert screen.queue.live.filter == f"number:{number}"

    on_screen(office, script)


def test_who_is_marked_away_and_sits_down_is_told_so(office: Office) -> None:
    members.away(office.desk("Ana"), "Ben", "Cleo")

    async def script(screen: Screen) -> None:
        assert screen.toasts() == ["You are marked away; Cleo covers for you. M, then . (Back at work)."]
        assert "Ben, away (w)" in screen.lines()[0]
        members.back(office.another("Ben"), "Ben")
        await screen.until(lambda: screen.toasts() == [])
        await screen.until(lambda: "Ben (w)" in screen.lines()[0])

    on_screen(office, script, name="Ben")


def test_who_covers_for_somebody_is_told_when_that_begins_and_ends(office: Office) -> None:
    async def script(screen: Screen) -> None:
        begun = "Ben is away, and you cover for them. f shows what needs you."
        at = office.now + HOUR
        members.away(office.another("Ana"), "Ben", "Cleo", at)
        expected = f"Ben is away, expected back {local(at, office.now)}, and you cover for them."
        await screen.until(lambda: any(text.startswith(expected) for text in screen.toasts()))
        members.back(office.another("Ben"), "Ben")
        await screen.until(lambda: "Ben is back; you no longer cover for them." in screen.toasts())
        screen.app.news.clear()
        members.away(office.another("Ana"), "Ben", "Cleo")
        await screen.until(lambda: screen.toasts() == [begun])
        members.away(office.another("Ana"), "Ben", "Dora")
        await screen.until(lambda: screen.toasts() == ["Dora acts for Ben now, and you no longer do."])
        members.away(office.another("Ana"), "Ben", "Cleo")
        await screen.until(lambda: begun in screen.toasts())
        members.back(office.another("Ben"), "Ben")
        await screen.until(lambda: "Ben is back; you no longer cover for them." in screen.toasts())
        assert begun not in screen.toasts()

    on_screen(office, script, name="Cleo", size=(100, 40))


def test_everybody_has_the_bell_as_they_want_it(office: Office) -> None:
    async def script(screen: Screen) -> None:
        assert not screen.app.attention.bell
        screen.app.act("bell")
        await screen.settle()
        assert screen.app.attention.bell
        await screen.press("w", "c", "enter")
        assert not screen.app.attention.bell
        await screen.press("w", "b", "enter")
        assert screen.app.attention.bell

    on_screen(office, script, name="Ben")


def test_whom_somebody_gives_the_console_to_finds_the_same_case_under_the_cursor(office: Office) -> None:
    for subject in ("Kettle", "Lid", "Gasket"):
        bens(office, subject)

    async def script(screen: Screen) -> None:
        await screen.press("j")
        case = screen.queue.board.current
        await screen.press("w", "c", "enter")
        assert screen.queue.board.current == case
        assert screen.queue.board.cursor > 0

    on_screen(office, script, name="Ben")


def test_the_news_of_somebody_is_theirs_again_when_they_are_back(office: Office) -> None:
    bens(office)

    async def script(screen: Screen) -> None:
        await screen.press("i")
        await screen.type("rang him")
        await screen.press("ctrl+s", "B")
        assert "noted" in screen.text()
        await screen.press("escape", "w", "c", "enter", "B")
        assert "Nothing has been said to you here yet." in screen.text()
        assert "W shows what others did on your cases" in screen.text()
        await screen.press("escape", "w", "b", "enter", "B")
        assert "noted" in screen.text()

    on_screen(office, script, name="Ben")


def test_what_a_page_said_after_a_long_absence_is_in_the_news(office: Office) -> None:
    number = bens(office)
    visits.leave(office.desk("Ben"))
    office.later(2)
    noted(office, "Ana", number, "rang him")

    async def script(screen: Screen) -> None:
        assert isinstance(screen.app.screen, ActivityScreen)
        await screen.press("escape", "B")
        assert "Since you left, 1 update on your cases." in screen.text()

    on_screen(office, script, name="Ben")


def test_what_waits_for_somebody_is_named_although_nothing_happened_since_they_left(office: Office) -> None:
    number = bens(office)
    execution.execute(office.desk("Ben"), "offer", Offer(to=office.ids["Dora"], reason="Kettle"), [number])
    visits.leave(office.desk("Dora"))

    async def script(screen: Screen) -> None:
        await screen.press("W")
        await screen.until(lambda: "Nothing new: what happens on your cases" in screen.text())
        assert "cases wait for you: 1 offered to you. f in the queue shows them." in screen.text()

    on_screen(office, script, name="Dora", size=(100, 24))
