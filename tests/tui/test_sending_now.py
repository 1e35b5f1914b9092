"""Sending what waits, asked for on the page of the notices: what came of it is told, wherever the person is by then."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from careconsole.tui.host import Host
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened


def test_what_came_of_sending_is_told_after_the_page_is_left(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(office.desk())
    asked: list[Callable[[str], None]] = []

    async def script(screen: Screen) -> None:
        monkeypatch.setattr(type(screen.app), "send_now", lambda _, told: asked.append(told))
        await screen.press("O")
        await screen.settle()
        await screen.press(">")
        await screen.press("escape")
        await screen.settle()
        assert isinstance(screen.app, Host)
        sender = threading.Thread(target=asked[0], args=("3 notices were sent.",))
        sender.start()
        await screen.until(lambda: any("3 notices were sent." in toast for toast in screen.toasts()))
        sender.join()

    on_screen(office, script)
