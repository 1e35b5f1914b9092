"""Draws the pictures of the README from the sample team's week: `python -m tests.pictures` writes docs/pictures."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from careconsole.demo.player import play, read_week
from careconsole.desk import Desk
from careconsole.desk.database import create_team
from careconsole.domain.time.moments import parse_instant
from careconsole.present.receipts.page import receipt_page
from careconsole.present.receipts.reading import receipt_for
from careconsole.store import open_store
from careconsole.tui.app import Console
from careconsole.tui.seat import Seat, read_first
from careconsole.tui.threads.backend import Backend
from tests.tui.screen import Screen

NOW = parse_instant("2026-11-24T09:30Z", 0)
FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"

RECEIPT = "receipt"
"""The picture of a page: Chromium makes it."""

Script = Callable[[Screen], Awaitable[None]]


async def queue(screen: Screen) -> None:
    """The queue with the case beside it."""
    await screen.press("j", "j")


async def escalate(screen: Screen) -> None:
    """Whom an escalation would call, before it is sent."""
    await screen.press("j", "j", "j", "j", "e")
    await screen.type("a refund above what I may decide")
    await screen.press("tab")
    await screen.type("refund")


async def filtered(screen: Screen) -> None:
    """A small terminal: a filter while it is typed, with its completions."""
    await screen.press("slash")
    await screen.type("-is:parked ti")


async def team(screen: Screen) -> None:
    """The team as its lead sees it."""
    await screen.press("M")


async def learned(screen: Screen) -> None:
    """What exceptions taught: the cause whose playbook decides by now."""
    screen.app.act("learned")
    await screen.settle()
    await screen.press("down", "down", "down")


PICTURES: dict[str, tuple[Script, tuple[int, int], str]] = {
    "queue": (queue, (140, 36), "Ana"),
    "escalate": (escalate, (100, 30), "Cleo"),
    "filter": (filtered, (80, 24), "Cleo"),
    "team": (team, (100, 26), "Ana"),
    "learned": (learned, (100, 20), "Ana"),
}
"""The pictures by name: what is done first, the terminal's size, and the person at work."""


async def draw(database: Path, name: str) -> str:
    """One picture as SVG."""
    script, size, person = PICTURES[name]
    seat = Seat(place=str(database), name=person, now=lambda: NOW, workstation="desk 1", os_user="care", lock_minutes=0)
    backend = Backend(seat.desk)
    try:
        app = Console(seat, backend, backend.submit(read_first(seat)))
        async with app.run_test(size=size, notifications=True) as pilot:
            screen = Screen(app, pilot)
            await screen.settle()
            await script(screen)
            return app.export_screenshot(title="careconsole")
    finally:
        backend.close()


def sample(folder: Path) -> Path:
    """Creates a database with the sample team's week."""
    place = folder / "week.db"
    desk = create_team.create_empty(str(place), lambda: NOW, "demo")
    play(desk, read_week())
    desk.close()
    return place


def photograph(folder: Path) -> None:
    """The page of a receipt, as Chromium shows it."""
    desk = Desk(open_store(str(sample(folder))), lambda: NOW)
    page = folder / "receipt.html"
    page.write_text(receipt_page(receipt_for(desk, 11)), encoding="utf-8")
    desk.close()
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or sys.exit("Chromium is not installed.")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=720,900")
    subprocess.run([browser, *options, f"--screenshot={FOLDER / RECEIPT}.png", page.as_uri()], check=True)


def main() -> None:
    """Draws the pictures named on the command line, or all of them but the one that needs a browser ("receipt")."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or PICTURES:
        if name == RECEIPT:
            with tempfile.TemporaryDirectory(prefix="careconsole-pictures-") as folder:
                photograph(Path(folder))
            continue
        with tempfile.TemporaryDirectory(prefix="careconsole-pictures-") as folder:
            svg = asyncio.run(draw(sample(Path(folder)), name))
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")
        print(FOLDER / f"{name}.svg")


if __name__ == "__main__":
    main()
