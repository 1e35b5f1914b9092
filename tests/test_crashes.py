"""A fault of careconsole's own: one sentence, a private report, exit code 1; nothing that customers wrote is shown."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from careconsole.desk import crash_report
from tests.bench.processes import ROOT
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened

WORDS = "Carla Weiss, IBAN DE02"
"""What a customer wrote; it must not be seen."""


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "careconsole" / "crashes"


def fault() -> BaseException:
    """An error that quotes what a customer wrote, and came of another one that does so too."""
    customer = WORDS
    try:
        try:
            {}[customer]
        except KeyError as error:
            raise ValueError(f"{customer} is no customer") from error
    except ValueError as error:
        return error


def test_a_report_tells_kinds_and_places_and_no_words(state_folder: Path) -> None:
    told = crash_report.report_crash(fault(), "The command")
    assert re.fullmatch(r"The command broke: ValueError in tests/test_crashes\.py, line \d+\.", told.message)
    assert told.exit_code == 1
    (report,) = state_folder.iterdir()
    assert str(report) in str(told.hint)
    text = report.read_text(encoding="utf-8")
    assert "ValueError\n  tests/test_crashes.py:" in text
    assert "caused by KeyError" in text
    assert " in fault\n" in text
    for hidden in (WORDS, "Carla", "IBAN", str(ROOT), str(Path.home())):
        assert hidden not in text + told.message


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_report_is_for_its_owner_alone(state_folder: Path) -> None:
    before = os.umask(0)
    try:
        crash_report.report_crash(fault(), "The command")
    finally:
        os.umask(before)
    (report,) = state_folder.iterdir()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert stat.S_IMODE(state_folder.stat().st_mode) == 0o700


def test_the_latest_reports_are_kept_and_no_more(state_folder: Path) -> None:
    for _ in range(30):
        crash_report.report_crash(fault(), "The command")
    assert len(list(state_folder.iterdir())) == 20


def test_where_there_is_no_place_for_a_report_the_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    monkeypatch.setattr("tempfile.mkstemp", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    assert "No report could be written" in str(crash_report.report_crash(fault(), "The command").hint)


def test_an_endless_recursion_has_a_short_report(state_folder: Path) -> None:
    def again() -> None:
        again()

    with pytest.raises(RecursionError) as caught:
        again()
    crash_report.report_crash(caught.value, "The command")
    (report,) = state_folder.iterdir()
    assert len(report.read_text(encoding="utf-8").splitlines()) < 100


BREAKS = f"""
from careconsole.desk.cases import execution
def do(*_, **__):
    customer = {WORDS!r}
    raise KeyError(customer)
execution.execute = do
from careconsole.__main__ import main
main()
"""


def test_a_command_that_breaks_says_what_happened_and_ends_with_1(office: Office, state_folder: Path) -> None:
    words = ("--db", office.path, "--as", "Ana", "note", "1", WORDS)
    done = subprocess.run([sys.executable, "-c", BREAKS, *words], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("careconsole: The command broke: KeyError in ")
    assert "Traceback" not in done.stderr
    (report,) = state_folder.iterdir()
    assert WORDS not in done.stdout + done.stderr + report.read_text(encoding="utf-8")


def test_an_error_in_a_thread_of_the_console_is_told_and_the_console_goes_on(
    office: Office, state_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    opened(office.desk())

    def breaks() -> None:
        raise fault()

    async def script(screen: Screen) -> None:
        screen.app.heed_faults()
        thread = threading.Thread(target=breaks, name="bell")
        thread.start()
        thread.join()
        await screen.settle()
        (toast,) = screen.toasts()
        assert toast.startswith("Something in the background (bell) broke: ValueError in ")
        assert WORDS not in toast

    on_screen(office, script)
    assert len(list(state_folder.iterdir())) == 1


def test_a_feed_or_a_sweeper_that_breaks_is_told_without_words_and_has_one_report(
    office: Office, state_folder: Path
) -> None:
    from careconsole.tui.threads.change_feed import ChangeFeed
    from careconsole.tui.threads.sweeper import Sweeper

    def breaks() -> None:
        raise fault()

    told: list[str] = []
    heard = threading.Event()

    def tell(error: Exception) -> None:
        told.append(str(error))
        if {words.partition(" broke: ")[0] for words in told} == works:
            heard.set()

    works = {"Reading what others do", "Doing what falls due", "Sending mail"}
    feed = ChangeFeed(breaks, "console", None, lambda _: None, tell)
    sweeper = Sweeper(breaks, 0.01, tell)
    feed.start()
    sweeper.start()
    assert heard.wait(30)
    feed.close()
    sweeper.close()
    assert not any(WORDS in words for words in told)
    assert len(list(state_folder.iterdir())) == len(works), "however often they tried since"


@pytest.fixture
def office(tmp_path: Path):
    office = Office(tmp_path)
    yield office
    office.close()
