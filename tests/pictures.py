"""Draws the pictures of the README from the sample team's week: `python -m tests.pictures` writes docs/pictures."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from careconsole.demo.player import play, read_week
from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.database import create_team
from careconsole.desk.receipts import settings
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolve
from careconsole.domain.time.moments import HOUR, parse_instant
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
"""The pictures of pages: Chromium makes them."""

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
    await screen.press("down")


async def report(screen: Screen) -> None:
    """The care report, on a figure with what it means."""
    screen.app.act("report")
    await screen.settle()
    await screen.press("down", "down", "down")


PICTURES: dict[str, tuple[Script, tuple[int, int], str]] = {
    "queue": (queue, (140, 36), "Ana"),
    "escalate": (escalate, (100, 30), "Cleo"),
    "filter": (filtered, (80, 24), "Cleo"),
    "team": (team, (100, 26), "Ana"),
    "learned": (learned, (100, 20), "Ana"),
    "report": (report, (112, 38), "Ana"),
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


def receipts(folder: Path) -> dict[str, tuple[str, str]]:
    """The pages to photograph by name, each with the size of the window."""
    desk = Desk(open_store(str(sample(folder))), lambda: NOW)
    lead = Desk(desk.store, lambda: NOW, desk.find("Ana"), "desk 1", "care")
    settings.change(lead, answers="answers@pellwren.example")
    asking = execution.open_case(
        lead,
        OpenCase(subject="Der Deckel fehlt", channel="email", owner=lead.person, inbound=True),
        "Jonas Weber",
    ).opened
    foreign = execution.open_case(
        lead,
        OpenCase(subject="הקומקום הגיע סדוק", channel="email", owner=lead.person, inbound=True),
        "נועה כהן",
    ).opened
    assert asking is not None
    assert foreign is not None
    due = NOW + 26 * HOUR
    execution.execute(lead, "promise", Promise(text="Ein neuer Deckel liegt im Briefkasten.", due=due), [asking])
    done = Resolve(said="Der Deckel ist da.", answer="told", promises="kept")
    execution.execute(lead, "resolve", done, [asking])
    execution.execute(lead, "promise", Promise(text="קומקום חדש אצלך בבית", due=due), [foreign])
    plain = receipt_page(receipt_for(desk, 11))
    # What is only for paper, on the screen, in a window as wide as a sheet; the page's policy knows no such style.
    paper = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", plain)
    paper = paper.replace("@media print", "@media all").replace("@page{margin:14mm}", "html{padding:14mm}")
    pages = {
        RECEIPT: (plain, "720,900"),
        f"{RECEIPT}-asks": (receipt_page(receipt_for(desk, asking, language="de")), "720,860"),
        f"{RECEIPT}-right-to-left": (receipt_page(receipt_for(desk, foreign)), "720,680"),
        f"{RECEIPT}-print": (paper, "794,700"),
    }
    desk.close()
    return pages


def photograph(folder: Path) -> None:
    """The pages of receipts, as Chromium shows them."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or sys.exit("Chromium is not installed.")
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    for name, (page, size) in receipts(folder).items():
        file = folder / f"{name}.html"
        file.write_text(page, encoding="utf-8")
        picture = FOLDER / f"{name}.png"
        shot = (f"--window-size={size}", f"--screenshot={picture}")
        subprocess.run([browser, *options, *shot, file.as_uri()], check=True, capture_output=True)
        print(picture)


def main() -> None:
    """Draws the pictures named on the command line, or all of them but those that need a browser ("receipt")."""
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
