"""Playbooks where they matter: on the case, and while a new one is written; looking at them leaves no trace."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.playbooks import reading, writing
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.playbook.content import Content
from tests.desk.office import Office
from tests.tui.forms import fill, row
from tests.tui.screen import Screen, on_screen, opened
from tests.tui.test_hostile_text import harmless

HOSTILE = "[/] [@click=app.quit]x[/] \u202egnp.exe"


def broken_parcels(office: Office, title: str = "Parcel broken") -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", tags=("damaged",))
    for _ in range(4):
        opened(office.desk("Ana"), "Where is my parcel", "Nils")
    writing.write(office.desk("Ana"), Content(title=title, tags=("damaged",), signs="kettle cracked", steps=(title,)))


def shown(screen: Screen) -> str:
    return " ".join(screen.text().replace("│", " ").split())


def test_the_case_says_which_playbook_fits_and_by_which_key(office: Office) -> None:
    broken_parcels(office)
    before = office.kinds(1)

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        assert "Known: playbook 1, Parcel broken" in screen.text(), "beside the list, too"
        await screen.pilot.resize_terminal(80, 24)
        await screen.press("enter")
        told = "Known: playbook 1, Parcel broken (same tag: damaged; same words: kettle, cracked). b uses it"
        assert told in shown(screen)
        assert office.kinds(1) == before, "being shown is no event"
        await screen.press("b", "enter")
        assert "Known:" not in shown(screen), "what is in use is not offered again"

    on_screen(office, script, size=(160, 45))
    assert office.kinds(1) == [*before, "playbook used"]


def test_a_new_case_says_it_below_its_subject(office: Office) -> None:
    broken_parcels(office)

    async def script(screen: Screen) -> None:
        await screen.press("n")
        await fill(screen, subject="My kettle is cracked")
        await screen.until(lambda: "Known: playbook 1, Parcel broken" in shown(screen))
        await fill(screen, subject="Quite another matter")
        await screen.until(lambda: "Known:" not in shown(screen))

    on_screen(office, script, size=(80, 24))


def test_what_fits_is_looked_for_beside_the_screen(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a case, and while the subject of a new one is typed: keys never wait for it."""
    broken_parcels(office)
    beside: list[bool] = []
    find = reading._fitting

    def finds(*given: Any) -> Any:
        beside.append(threading.current_thread() is not threading.main_thread())
        return find(*given)

    monkeypatch.setattr(reading, "_fitting", finds)

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        await screen.press("enter", "escape", "n")
        await fill(screen, subject="My kettle is cracked")
        await screen.until(lambda: "Known: playbook 1" in shown(screen))

    on_screen(office, script)
    assert len(beside) > 1
    assert all(beside)


def test_its_steps_are_ticked_and_its_words_open_in_the_form_that_logs_a_message(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", tags=("damaged",), owner=office.ids["Ana"])
    say = "Dear {customer}, a new one comes. {me} of {team}"
    book = Content(title="Parcel broken", tags=("damaged",), steps=("ask for a photo", "send a new one"), say=say)
    writing.write(office.desk("Ana"), book)

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        await screen.press("b", "enter", "enter")
        await screen.press("enter")
        assert "1. [ ] ask for a photo" in shown(screen)
        assert "; tick" in shown(screen)
        await screen.press("semicolon", "enter")
        assert "1. [x] ask for a photo" in shown(screen)
        assert "2. [ ] send a new one" in shown(screen)
        await screen.press("c")
        assert "filled in with the words of playbook 1, Parcel broken." in shown(screen)
        assert row(screen, "text").field.said == "Dear Carla, a new one comes. Ana of Shop\n\n"
        await screen.type("Soon.")
        await screen.press("ctrl+s")
        message = office.store.cases.history(1)[-1].fact.contact
        assert message is not None
        assert message.text == "Dear Carla, a new one comes. Ana of Shop\n\nSoon.", "a paragraph of its own"
        await screen.press("c")
        assert row(screen, "text").field.said == "", "said once, it is not said again"

    on_screen(office, script, size=(80, 24))
    assert office.kinds(1)[1:] == ["playbook used", "playbook step ticked", "touched"]


def test_the_form_that_resolves_asks_in_one_key_whether_the_playbook_fitted(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", owner=office.ids["Ana"])
    writing.write(office.desk("Ana"), Content(title="Broken", steps=("ask for a photo",)))

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        await screen.press("x")
        assert "Playbook" not in shown(screen), "none is in use"
        await screen.press("escape")
        await screen.press("b", "enter", "enter")
        await screen.press("x")
        await fill(screen, said="a new one is on its way", answer="told them")
        await screen.press("tab", "p")
        await screen.press("ctrl+s")

    on_screen(office, script, size=(80, 24))
    assert office.kinds(1)[-2:] == ["playbook rated", "resolved"]
    (use,) = office.case(1).playbooks
    assert (use.fit, use.said) == ("partly", "a new one is on its way")


def test_a_variable_without_a_value_is_named_and_stays_in_the_text(office: Office) -> None:
    execution.open_case(office.desk("Ana"), OpenCase(subject="Kettle", channel="email", owner=office.ids["Ana"]))
    writing.write(office.desk("Ana"), Content(title="Broken", say="Dear {customer}, sorry. {me}"))

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        await screen.press("b", "enter", "enter")
        await screen.press("c")
        assert "Fill in what has no value here: {customer}." in shown(screen)
        assert row(screen, "text").field.said == "Dear {customer}, sorry. Ana\n\n"
        await screen.press("f3", "1")
        assert row(screen, "text").field.said.count("{customer}") == 2

    on_screen(office, script, size=(80, 24))


def test_what_the_customer_says_is_not_filled_in(office: Office) -> None:
    opened(office.desk("Ana"), "Kettle cracked", "Carla", owner=office.ids["Ana"])
    writing.write(office.desk("Ana"), Content(title="Broken", say="About {subject}: {owner}"))

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        await screen.press("b", "enter", "enter")
        await screen.press("C")
        assert row(screen, "text").field.said == "", "what the customer wrote is not ours to fill in"
        await screen.press("escape")
        await screen.press("c")
        assert row(screen, "text").field.said == "About Kettle cracked: Ana\n\n"

    on_screen(office, script)


def test_its_text_does_nothing_there(office: Office) -> None:
    broken_parcels(office, HOSTILE)

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(1)
        await screen.settle()
        harmless(screen)
        await screen.press("n")
        await fill(screen, subject="kettle cracked")
        await screen.until(lambda: "Known: playbook 1" in shown(screen))
        harmless(screen)
        await screen.press("escape", "b", "enter", "enter")
        harmless(screen)
        await screen.press("semicolon")
        harmless(screen)

    on_screen(office, script, size=(160, 45))
