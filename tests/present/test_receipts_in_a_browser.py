"""Receipts in a real browser: nothing runs, nothing is loaded, everybody can read them, and they print on one page.

These tests need Chromium (Debian's package `chromium`), and the check for accessibility the file that CARECONSOLE_AXE
names: `axe.min.js` of axe-core. Without them they are skipped and say so.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

from careconsole.desk.receipts.settings import ReceiptSettings
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.promises import Promise
from careconsole.domain.team.roster import Roster
from careconsole.present.receipts.page import receipt_page
from tests.domain.cases import ANA, BEN, Play
from tests.present.test_receipts import PAYLOADS, SETTINGS, TAGS, Page, made
from tests.waiting import HANG

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = os.environ.get("CARECONSOLE_AXE", "")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


def browse(folder: Path, page: str, *options: str) -> tuple[str, str]:
    """Opens a page; returns the document that the browser made of it, and what it reported on its console."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    assert CHROMIUM is not None
    headless = (CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}")
    done = subprocess.run(
        [*headless, "--enable-logging=stderr", *(options or ("--dump-dom",)), file.as_uri()],
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def busy(subject: str = "Kettle cracked") -> Play:
    """A case with as much on its receipt as there can be."""
    play = Play("Ben", subject=subject)
    for number in range(20):
        play.later().do("Ben", LogMessage(inbound=number % 2 == 0, channel="email", text="word " * 20))
    return play.do("Ben", Promise(text="a lid in her letterbox", due=play.inn(5)))


def test_nothing_of_twelve_hostile_texts_runs_or_breaks_the_policy_of_the_page(tmp_path: Path) -> None:
    payload = " ".join(PAYLOADS)
    play = Play("Ben", subject=payload, description=payload)
    for hostile in PAYLOADS:
        play.do("Ben", LogMessage(inbound=False, channel="email", text=hostile), Promise(text=hostile, due=play.inn(5)))
    people = play.team.roster.people
    play.team.roster = Roster({**people, BEN: replace(people[BEN], name=PAYLOADS[1], reach=PAYLOADS[2])}, ANA)
    settings = ReceiptSettings(mail=PAYLOADS[7], phone=PAYLOADS[3], team=PAYLOADS[4])
    document, console = browse(tmp_path, receipt_page(made(play, settings=settings, words=True)))
    assert console == ""
    read = Page(document)
    assert {tag for tag, _ in read.elements} <= TAGS
    assert "alert(1)" in read.said


def test_the_browser_reports_what_breaks_the_policy(tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    _, console = browse(tmp_path, receipt_page(made(Play("Ben"))).replace("<main>", "<main><script>alert(1)</script>"))
    assert "Content Security Policy" in console


@pytest.mark.skipif(not AXE, reason="CARECONSOLE_AXE does not name axe.min.js of axe-core")
@pytest.mark.parametrize("language", ["en", "de"])
def test_everybody_can_read_it(tmp_path: Path, language: str) -> None:
    """As far as axe-core can tell by the rules of WCAG 2.2, levels A and AA, and its best practices."""
    written = receipt_page(made(busy(), language, words=True))
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", written)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    script = (
        f"{Path(AXE).read_text(encoding='utf-8')}\naxe.run(document, {{runOnly: {tags}}}).then(found => {{"
        "document.body.textContent = 'FOUND' + JSON.stringify([found.violations, found.passes.length]) + 'END'})"
    )
    page = page.replace("</body>", f"<script>{script}</script></body>")
    document, _ = browse(tmp_path, page, "--virtual-time-budget=20000", "--dump-dom")
    found = html.unescape(document).rpartition("FOUND[")[2].partition("END<")[0]
    violations, passes = json.loads(f"[{found}")
    assert violations == []
    assert passes > 10


def test_it_prints_on_one_page(tmp_path: Path) -> None:
    file = tmp_path / "receipt.pdf"
    page = receipt_page(made(busy("A long subject of a case. " * 8), settings=SETTINGS))
    browse(tmp_path, page, f"--print-to-pdf={file}", "--no-pdf-header-footer")
    assert len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) == 1
