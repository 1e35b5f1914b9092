"""The page of what is new: what is said of cases opens them; and pages of learning at the narrowest terminal."""

from __future__ import annotations

import pytest

from careconsole.tui.pages.digest import DigestScreen
from tests.desk.office import Office
from tests.desk.test_digest import decided
from tests.desk.test_what_if import called
from tests.tui.screen import Screen, on_screen
from tests.tui.test_what_if_page import ask


def test_enter_on_a_line_with_a_case_goes_there_and_on_another_says_that_there_is_none(office: Office) -> None:
    first, second = decided(office, "refund it"), decided(office, "refund it too")

    async def script(screen: Screen) -> None:
        screen.app.act("digest")
        await screen.settle()
        page = screen.app.screen
        assert isinstance(page, DigestScreen)
        await screen.press("enter")
        assert "This line is about no case." in screen.text()
        lines = screen.lines()
        at = next(place for place, line in enumerate(lines) if f"(case {first})" in line)
        await screen.press(*["down"] * (at - 1 - sum(not line.strip() for line in lines[1:at])), "enter")
        assert screen.app.screen is screen.queue
        assert screen.queue.board.current == first
        screen.app.act("digest")
        await screen.settle()
        await screen.press("end", "enter")
        assert sorted(screen.queue.board.numbers) == [first, second]

    on_screen(office, script)


def test_a_lead_has_the_digest_tell_another_story(office: Office) -> None:
    first, last = decided(office, "refund it"), decided(office, "send a new one")

    async def script(screen: Screen) -> None:
        screen.app.act("digest")
        await screen.settle()
        assert f"Case {last}, Kettle" in screen.text()
        await screen.press("full_stop")
        assert f"case {first}: " in screen.text()
        await screen.type(f"case {first}")
        await screen.press("enter")
        await screen.settle()
        assert f"Case {first}, Kettle" in screen.text()
        assert f"Case {last}, Kettle" not in screen.text()

    on_screen(office, script)
    with_ben: list[str] = []

    async def refused(screen: Screen) -> None:
        screen.app.act("digest")
        await screen.settle()
        await screen.press("full_stop", "enter")
        await screen.settle()
        with_ben.append(screen.text())

    on_screen(office, refused, name="Ben")
    assert "Only a lead can choose the story of the digest." in with_ben[0]


def test_a_finding_without_cases_says_so(office: Office) -> None:
    called(office, "refund 35")

    async def script(screen: Screen) -> None:
        await ask(screen, may="refund 40", cause="refund limit")
        await screen.press("down", "down", "enter")
        assert "No cases: this would not have happened." in screen.text()

    on_screen(office, script)


@pytest.mark.parametrize("page", ["learned", "digest", "primer", "practice", "what-if", "causes", "changes"])
def test_all_keys_are_named_on_the_narrowest_terminal(office: Office, page: str) -> None:
    decided(office, "refund it")

    async def script(screen: Screen) -> None:
        await screen.pilot.resize_terminal(60, 15)
        screen.app.act(page)
        await screen.settle()
        assert screen.app.screen is not screen.queue
        assert [line for line in screen.lines() if line.rstrip(" │").endswith("Esc back")]

    on_screen(office, script)
