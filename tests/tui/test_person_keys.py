"""The keys that the list of people says are those that work."""

from __future__ import annotations

from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen


def test_digits_are_offered_only_until_a_name_is_typed(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("w")
        assert "1-9 choose" in screen.text()
        await screen.press("b")
        assert "Starts with: b" in screen.text()
        assert "1-9 choose" not in screen.text()
        assert "Enter choose" in screen.text()
        await screen.press("backspace")
        assert "1-9 choose" in screen.text()

    on_screen(office, script, name="Ben", size=(80, 24))
