"""Receipts in a real browser: nothing runs, nothing is loaded, everybody can read them, and they print on one page.

These tests need Chromium (Debian's package `chromium`), and the check for accessibility the file that CARECONSOLE_AXE
names: `axe.min.js` of axe-core. Without them they are skipped and say so; with CARECONSOLE_BROWSER=needed, as in
`.ci/run`, they fail.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import socket
import subprocess
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from msgspec.structs import replace

from careconsole.desk.receipts.settings import ReceiptSettings
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.resolution import Resolved
from careconsole.domain.team.roster import Roster
from careconsole.present.receipts.page import receipt_page
from tests.domain.cases import ANA, BEN, Play
from tests.present.test_receipts import PAYLOADS, SETTINGS, TAGS, Page, made
from tests.waiting import HANG

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = os.environ.get("CARECONSOLE_AXE", "")
NEEDED = os.environ.get("CARECONSOLE_BROWSER") == "needed"
pytestmark = pytest.mark.skipif(CHROMIUM is None and not NEEDED, reason="Chromium is not installed")
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
OWN = re.compile(rb"\S+ (http://)?([\w.-]+\.)?(google\.com|googleapis\.com|gvt1\.com)[:/]")
"""How a request begins with which Chromium itself looks for updates, whatever page is open."""


class Proxy:
    """Where the browser sends whatever it asks of another machine; answers nothing, and keeps how it began.

    Each caller has a thread: a browser opens connections ahead, and leaves some of them without a word.
    """

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self._closed = False
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def _listen(self) -> None:
        while True:
            caller, _ = self._door.accept()
            if self._closed:
                caller.close()
                return
            self._threads.append(threading.Thread(target=self._note, args=(caller,)))
            self._threads[-1].start()

    def _note(self, caller: socket.socket) -> None:
        with caller, suppress(OSError):
            caller.settimeout(HANG)
            begun = caller.recv(500)
            if begun and not OWN.match(begun):
                self.asked.append(begun.split(b"\r\n")[0])

    def close(self) -> None:
        """Takes no more callers; those that are there end with the browser."""
        self._closed = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in self._threads:
            thread.join()
        self._door.close()


class Opened(NamedTuple):
    """The document that the browser made of a page, what it reported on its console, and asked of other machines."""

    document: str
    console: str
    asked: list[bytes]


def browse(folder: Path, page: str, *options: str) -> Opened:
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    assert CHROMIUM is not None, "Chromium is not installed, and CARECONSOLE_BROWSER says that it is needed"
    headless = (
        *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-logging=stderr"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    )
    with closing(Proxy()) as proxy:
        place = (f"--user-data-dir={folder / 'profile'}", f"--proxy-server=http://127.0.0.1:{proxy.port}")
        done = subprocess.run(
            [*headless, *place, *(options or ("--dump-dom",)), file.as_uri()],
            capture_output=True,
            text=True,
            timeout=HANG,
        )
    assert done.returncode == 0, done.stderr
    console = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
    return Opened(done.stdout, console, proxy.asked)


ASKING = replace(SETTINGS, answers="answers@shop.example", key="ab" * 32)


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
    opened = browse(tmp_path, receipt_page(made(play, settings=settings, words=True)))
    assert (opened.console, opened.asked) == ("", [])
    read = Page(opened.document)
    assert {tag for tag, _ in read.elements} <= TAGS
    assert "alert(1)" in read.said


def test_the_browser_reports_what_breaks_the_policy_and_what_is_asked_without_one(tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    broken = '<main><img src="http://elsewhere.example/a.png"><script>document.title = "it ran"</script>'
    page = receipt_page(made(Play("Ben"))).replace("<main>", broken)
    opened = browse(tmp_path, page)
    assert opened.console.count("Content Security Policy") >= 2
    assert opened.asked == []
    (asked,) = browse(tmp_path, POLICY.sub("", page)).asked
    assert b"elsewhere.example" in asked


def readable(folder: Path, written: str) -> None:
    """Asserts that everybody can read a page: as far as axe-core can tell by WCAG 2.2 (A, AA) and best practices."""
    page = POLICY.sub("", written)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    script = (
        f"{Path(AXE).read_text(encoding='utf-8')}\naxe.run(document, {{runOnly: {tags}}}).then(found => {{"
        "document.body.textContent = 'FOUND' + JSON.stringify([found.violations, found.passes.length]) + 'END'})"
    )
    page = page.replace("</body>", f"<script>{script}</script></body>")
    opened = browse(folder, page, "--virtual-time-budget=20000", "--dump-dom")
    # The browser may still read the end of the page when the findings take its place: then a line break follows them.
    found = re.search(r"FOUND(\[.*\])END\s*</body>", html.unescape(opened.document), re.DOTALL)
    assert found is not None, "axe-core did not come to its end"
    violations, passes = json.loads(found[1])
    assert violations == []
    assert passes > 10


@pytest.mark.skipif(not AXE and not NEEDED, reason="CARECONSOLE_AXE does not name axe.min.js of axe-core")
@pytest.mark.parametrize("language", ["en", "de"])
def test_everybody_can_read_it(tmp_path: Path, language: str) -> None:
    play = busy()
    if language == "de":
        play.write("Ben", [Resolved(said="sent", asks=True)])
    written = receipt_page(made(play, language, settings=ASKING, words=True))
    assert ("[1-" in unquote(written)) == (language == "de")
    readable(tmp_path, written)


def test_it_prints_on_one_page(tmp_path: Path) -> None:
    file = tmp_path / "receipt.pdf"
    page = receipt_page(made(busy("A long subject of a case. " * 8), settings=SETTINGS))
    browse(tmp_path, page, f"--print-to-pdf={file}", "--no-pdf-header-footer")
    assert len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) == 1
