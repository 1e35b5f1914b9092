"""The playbooks page: those that fit the case first, what others write meanwhile, and names that do nothing."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.desk.cases import execution
from careconsole.desk.playbooks import reading, writing
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.playbook.content import Authority, Content
from careconsole.tui.pages.playbook_text import PlaybookTextScreen
from careconsole.tui.pages.playbooks import PlaybooksScreen
from careconsole.tui.widgets.line_list import Lines
from tests.desk.office import Office
from tests.tui.forms import fill, row
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_hostile_text import harmless

HOSTILE = "[/] [@click=app.quit]x[/] \u202egnp.exe"


def test_those_that_fit_come_first_and_the_one_under_the_cursor_is_told_in_full(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", tags=("damaged",))
    may = Authority(text="refund it", limit="40", currency="EUR")
    writing.write(office.desk("Ana"), Content(title="A lid is missing", steps=("send one",)))
    writing.write(office.desk("Ana"), Content(title="Parcel broken", tags=("damaged",), steps=("refund",), may=may))

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        screen.app.push_screen(PlaybooksScreen.on_case(1))
        await screen.settle()
        assert "Playbooks: 2, 1 that fit case 1" in screen.lines()[0]
        first, second = screen.lines()[1:3]
        assert "may decide Parcel broken (same tag: damaged)" in first
        assert "A lid is missing" in second
        assert "May: refund it (up to 40 EUR)" in " ".join(screen.text().split())
        lines = screen.app.screen.query_one(Lines)
        await screen.press("j")
        writing.write(office.desk("Ben"), Content(title="A handle wobbles", steps=("tighten it",)))
        await screen.press("f5")
        assert "A handle wobbles" in screen.lines()[2]
        assert lines.highlighted == 2, "the cursor stays with its playbook"
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_their_texts_do_nothing_on_the_page(office: Office) -> None:
    writing.write(office.desk("Ana"), Content(title=HOSTILE, signs=HOSTILE, steps=(HOSTILE,), say=HOSTILE))

    async def script(screen: Screen) -> None:
        screen.app.push_screen(PlaybooksScreen.on_case(None))
        for size in ((80, 24), (160, 45), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            await screen.settle()
            harmless(screen)

    on_screen(office, script)


def test_enter_opens_a_playbook_in_full_and_its_keys_use_and_write_one(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", tags=("damaged",), owner=office.ids["Ana"])
    steps = ("refund the parcel", *(f"step {n}" for n in range(2, 9)))
    writing.write(office.desk("Ana"), Content(title="Parcel broken", tags=("damaged",), steps=steps))

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        screen.app.act("playbooks")
        await screen.settle()
        assert "Enter open" in screen.lines()[-1]
        await screen.press("enter")
        assert isinstance(screen.app.screen, PlaybookTextScreen)
        assert screen.lines()[0].startswith("Playbook 1: Parcel broken")
        assert screen.lines()[0].endswith("fits case 1")
        assert all(f"{n}. " in screen.text() for n in range(1, 9)), "every step has a line of its own"
        await screen.press("escape")
        assert isinstance(screen.app.screen, PlaybooksScreen)
        await screen.press("b")
        assert "Use a playbook · case 1" in screen.text()
        await screen.press("escape", "_")
        assert "Write a playbook" in screen.text()

    on_screen(office, script, size=(80, 24))


def test_the_text_of_a_playbook_does_nothing(office: Office) -> None:
    writing.write(office.desk("Ana"), Content(title=HOSTILE, signs=HOSTILE, steps=(HOSTILE,), say=HOSTILE))

    async def script(screen: Screen) -> None:
        screen.app.push_screen(PlaybookTextScreen(1, None))
        for size in ((80, 24), (160, 45), (60, 15)):
            await screen.pilot.resize_terminal(*size)
            await screen.settle()
            harmless(screen)

    on_screen(office, script)


def test_a_case_fills_in_what_was_decided_on_it_and_the_currency_that_the_team_has(office: Office) -> None:
    ben = office.ids["Ben"]
    opened(office.desk("Ben"), "Kettle cracked", "Carla", owner=ben)
    call = Escalate(reason="exception", need="more than I may give", cause="refund limit")
    execution.execute(office.desk("Ben"), "escalate", call, [1])
    execution.execute(office.desk("Ana"), "de-escalate", Deescalate(decided="refund Carla all of it"), [1])
    may = Authority(text="refund it", limit="40", currency="EUR")
    writing.write(office.desk("Ana"), Content(title="Parcel broken", steps=("look",), may=may))

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        screen.app.act("playbooks")
        await screen.settle()
        await screen.press("_")
        assert row(screen, "steps").field.said == "refund {customer} all of it"
        assert row(screen, "currency").field.said == "EUR"
        await fill(screen, may="refund half", limit="20", currency="")
        await screen.press("ctrl+s")
        assert "The limit has no currency." in screen.text()
        assert screen.app.focused is row(screen, "currency").field
        await fill(screen, may="", limit="", currency="EUR")
        await screen.press("ctrl+s")
        assert reading.get(office.desk(), 2).playbook.content.may is None, "a currency alone decides nothing"

    on_screen(office, script, size=(80, 24))


async def does(screen: Screen, key: str) -> None:
    """Opens the menu of the playbook under the cursor, and chooses."""
    await screen.press("full_stop", key)


def test_a_lead_revises_confirms_retires_and_restores_it_there(office: Office) -> None:
    may = Authority(text="refund it", limit="40", currency="EUR")
    first = Content(title="Parcel broken", causes=("broken parcel", "lid"), tags=("damaged",), steps=("look",), may=may)
    writing.write(office.desk("Ben"), first)

    async def script(screen: Screen) -> None:
        screen.app.push_screen(PlaybooksScreen.on_case(None))
        await screen.settle()
        await does(screen, "2")
        await fill(screen, until="+2d")
        await screen.press("ctrl+s")
        assert isinstance(screen.app.screen, PlaybooksScreen)
        assert "may decide Parcel broken" in screen.text()
        assert any("What playbook 1 lets others decide counts until" in one for one in screen.toasts())
        await does(screen, "1")
        assert row(screen, "cause").field.said == "broken parcel, lid"
        await fill(screen, signs="a photo", why="clearer")
        await screen.press("escape")
        await does(screen, "1")
        assert row(screen, "signs").field.said == "a photo", "the draft is kept"
        await screen.press("ctrl+s")
        assert reading.get(office.desk(), 1).playbook.content == replace(first, signs="a photo")
        assert reading.get(office.desk(), 1).playbook.may_decide(office.now), "the authority is as it was confirmed"
        await does(screen, "3")
        await fill(screen, reason="nobody needs it")
        await screen.press("ctrl+s")
        assert "retired" in screen.text()
        await does(screen, "4")
        told = screen.text()
        assert "retired it: nobody needs it" in told
        assert "revised it: clearer (edition 2)" in told
        assert "+signs: a photo" in told
        await screen.press("escape")
        await does(screen, "3")
        assert reading.get(office.desk(), 1).playbook.is_offered
        await screen.press("escape", "u")
        assert not reading.get(office.desk(), 1).playbook.is_offered, "undone as any command"

    on_screen(office, script, size=(80, 24))
    kinds = [event.fact.kind for event in reading.history(office.desk(), 1)[0]]
    assert kinds == ["written", "confirmed", "revised", "retired", "restored", "undone"]
    assert office.sound()


def test_what_is_refused_there_is_a_sentence_in_the_form(office: Office) -> None:
    writing.write(office.desk("Ana"), Content(title=HOSTILE, steps=(HOSTILE,), say="Dear {customer}"))

    async def script(screen: Screen) -> None:
        screen.app.push_screen(PlaybooksScreen.on_case(None))
        await screen.settle()
        await screen.press("full_stop")
        harmless(screen)
        await screen.press("2", "ctrl+s")
        assert "Playbook 1 lets nobody decide anything" in " ".join(screen.text().replace("│", " ").split())
        await screen.press("escape")
        await does(screen, "1")
        harmless(screen)
        await screen.press("ctrl+s")
        assert "says that already" in screen.text()
        await fill(screen, say="Dear {nobody}")
        await screen.press("ctrl+s")
        assert "unknown variable" in screen.text()
        await screen.press("escape")
        await does(screen, "4")
        harmless(screen)

    on_screen(office, script, size=(80, 24))


def test_an_agent_cannot_confirm_it(office: Office) -> None:
    may = Authority(text="refund it", limit="40", currency="EUR")
    writing.write(office.desk("Ben"), Content(title="Parcel broken", steps=("look",), may=may))

    async def script(screen: Screen) -> None:
        screen.app.push_screen(PlaybooksScreen.on_case(None))
        await screen.settle()
        await does(screen, "2")
        await screen.press("ctrl+s")
        assert "Only a lead can confirm" in screen.text()

    on_screen(office, script, name="Ben")
    assert not reading.get(office.desk(), 1).playbook.may_decide(office.now)


def test_a_playbook_that_is_retired_can_still_be_read(office: Office) -> None:
    writing.write(office.desk("Ana"), Content(title="A lid is missing", steps=("send one",)))
    writing.retire(office.desk("Ana"), 1, "we sell no lids")

    async def script(screen: Screen) -> None:
        screen.app.push_screen(PlaybooksScreen.on_case(None))
        await screen.settle()
        await screen.press("enter")
        assert isinstance(screen.app.screen, PlaybookTextScreen)
        assert "send one" in screen.text()

    on_screen(office, script)
