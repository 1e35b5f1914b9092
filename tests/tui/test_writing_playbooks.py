"""Writing a playbook in the console: one key more than the review, filled in from the case."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.desk.playbooks import reading
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.playbook.content import Authority, Content
from tests.desk.office import HOUR, Office
from tests.tui.forms import fill, row
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_hostile_text import harmless

HOSTILE = "[/] [@click=app.quit]x[/] \u202egnp.exe"


def decided(office: Office, subject: str = "Kettle cracked") -> None:
    """Case 1 of Ben's: escalated, and decided by Ana, with a last word to the customer; the review is owed."""
    opened(office.desk("Ana"), subject, "Carla Neri", tags=("damaged",), owner=office.ids["Ben"])
    raised = Escalate(reason="exception", need="a refund", cause="refund limit")
    execution.execute(office.desk("Ben"), "escalate", raised, [1])
    execution.execute(office.desk("Ana"), "de-escalate", Deescalate(decided="refund it in full"), [1])
    execution.execute(office.desk("Ben"), "log", LogMessage(text="Dear Carla Neri, it is on its way."), [1])


async def on_case(screen: Screen, *keys: str) -> None:
    screen.queue.way_back.go_to_case(1)
    await screen.settle()
    await screen.press(*keys)


def test_one_key_in_the_review_goes_on_to_a_playbook_that_the_case_fills_in(office: Office) -> None:
    decided(office)

    async def script(screen: Screen) -> None:
        await on_case(screen, "R")
        await fill(screen, change="say it in the shop")
        await screen.press("f4")
        said = {name: row(screen, name).field.said for name in ("title", "cause", "tags", "signs", "steps", "say")}
        assert said == {
            "title": "Refund limit",
            "cause": "refund limit",
            "tags": "damaged",
            "signs": "Kettle cracked",
            "steps": "refund it in full",
            "say": "Dear {customer}, it is on its way.",
        }
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()
        await screen.press("u")

    on_screen(office, script)
    assert office.kinds(1)[-1] == "reviewed"
    assert [known.playbook.void for known in reading.listed(office.desk())] == [], (
        "one undo takes back the playbook alone"
    )


def test_a_playbook_is_written_with_what_it_lets_one_decide_and_a_mistake_is_a_sentence(office: Office) -> None:
    decided(office)

    async def script(screen: Screen) -> None:
        await on_case(screen, "underscore")
        await fill(screen, signs="a crack")
        await screen.press("escape")
        assert "Draft saved." in screen.text()
        await screen.press("enter")
        assert "You have a draft: _ (Write a playbook)" in screen.text()
        await screen.press("escape", "underscore")
        assert row(screen, "signs").field.said == "a crack", "what was typed, not what the case says"
        await fill(screen, signs="Kettle cracked")
        await fill(screen, say="Dear {nobody}", may="refund it", limit="much", currency="eur")
        await screen.press("ctrl+s")
        assert "'much' is not a sum" in screen.text()
        await fill(screen, limit="40")
        await screen.press("ctrl+s")
        assert "unknown variable: {nobody}" in " ".join(screen.text().replace("│", " ").split())
        await fill(screen, say="Dear {customer}", steps="look\nrefund")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()

    on_screen(office, script)
    playbook = reading.get(office.desk(), 1).playbook
    assert playbook.case == 1
    assert playbook.confirmed_until is not None, "a lead wrote it"
    assert playbook.content == Content(
        title="Refund limit",
        causes=("refund limit",),
        tags=("damaged",),
        signs="Kettle cracked",
        steps=("look", "refund"),
        may=Authority(text="refund it", limit="40", currency="EUR"),
        say="Dear {customer}",
    )


def test_what_a_case_fills_in_does_nothing_there(office: Office) -> None:
    decided(office, HOSTILE)

    async def script(screen: Screen) -> None:
        await on_case(screen, "R")
        await fill(screen, change=HOSTILE)
        await screen.press("f4")
        assert row(screen, "signs").field.said == HOSTILE
        harmless(screen)
        await screen.press("escape")
        assert screen.app.screen is screen.queue

    on_screen(office, script)


def test_the_form_takes_until_when_one_may_decide_it_and_says_so(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("underscore")
        await fill(screen, title="Late parcel", may="refund the postage", until="+2d")
        await screen.press("ctrl+s")
        assert screen.app.screen is screen.queue, screen.text()
        assert any(text.startswith("What playbook 1 lets others decide counts until ") for text in screen.toasts())

    on_screen(office, script)
    playbook = reading.get(office.desk(), 1).playbook
    assert playbook.content.may is not None
    assert playbook.content.may.until == playbook.confirmed_until == office.now + 48 * HOUR
