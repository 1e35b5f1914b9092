"""A case's receipt in the console: copied as text or as a link, after it was shown what they will see."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.desk.receipts import publication
from careconsole.tui.pages.receipt_preview import ReceiptPreview
from careconsole.tui.terminal import clipboard
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    written: list[str] = []

    def copy(text: str, *, terminal_write: object) -> str:
        written.append(text)
        return "copied with a spoon"

    monkeypatch.setattr(clipboard, "copy", copy)
    return written


def test_a_receipt_is_copied_as_text(office: Office, copied: list[str]) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("Y", "2")
        assert "The receipt of case 1 is copied with a spoon." in screen.toasts()[-1]
        await screen.press("Y", "3")
        assert "No folder for the pages of receipts is set" in screen.toasts()[-1]

    on_screen(office, script)
    assert "Kettle cracked" in copied[0]
    assert "WHO LOOKS AFTER IT" in copied[0]


def test_a_link_is_copied_once_it_was_shown_what_they_will_see(
    office: Office, copied: list[str], tmp_path: Path
) -> None:
    opened(office.desk("Ana"), "Kettle cracked", owner=office.ids["Ana"])
    www = tmp_path / "www"
    www.mkdir()
    publication.change_place(office.desk("Ana"), str(www), "https://care.example/r")

    async def script(screen: Screen) -> None:
        await screen.press("Y", "3")
        assert isinstance(screen.app.screen, ReceiptPreview)
        assert "This is what the customer of case 1 will see" in screen.text()
        assert "Kettle cracked" in screen.text()
        await screen.press("escape")
        assert screen.app.screen is screen.queue
        assert publication.published(office.desk("Ana")) == []
        await screen.press("Y", "3", "enter")
        assert "The receipt of case 1 is published; its link is copied" in screen.toasts()[-1]
        await screen.press("Y", "3")
        assert "The link of case 1's receipt is copied" in screen.toasts()[-1]
        assert copied[0] == copied[1] == publication.link_of(office.desk("Ana"), 1)
        assert not any(copied[0] in toast for toast in screen.toasts()), "it is treated like a password"

        page = www / copied[0].rsplit("/", 2)[1] / "index.html"
        pages.append(page.read_text())
        await screen.press("enter")
        assert "anybody with the link can read the receipt" in screen.text()
        await screen.press("escape", "Y", "4")
        assert "The page of case 1 is gone; its link shows nothing any longer." in screen.toasts()[-1]
        assert not page.exists()
        await screen.press("Y", "4")
        assert "The receipt of case 1 is not published." in screen.toasts()[-1]

    pages: list[str] = []
    on_screen(office, script, size=(80, 24))
    assert "Kettle cracked" in pages[0]
