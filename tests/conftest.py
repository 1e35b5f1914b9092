"""What all tests share: hypothesis profiles, markers, a private home, a check for leftover processes, public logs."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis.strategies import none

from tests import postgres
from tests.intake.dovecot import OTHER, USER, Dovecot, dovecot
from tests.waiting import adopt_orphans, children, kill_all, wait_until

# A deadline would only measure the machine. CI repeats the same examples, so that a failed run can be repeated.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

_OF_THE_POOL = "multiprocessing"
"""Part of the command of each process of a pool; these end with their fixture."""
_LEAVING = 30.0
"""Seconds that a process may take to end after it was told to."""


_MEMORY_DISK = Path("/dev/shm")
_ROOM = 1 << 30
"""Bytes that must be free on a disk in memory; a run uses a fraction of them, since passed tests keep no files."""


def _use_memory_for_files() -> None:
    """Puts temporary files on a disk in memory if there is room, unless TMPDIR is set.

    Most of a run's time is spent waiting for disk writes. Tests kill processes, never the machine, so files in memory
    prove the same in half the time.
    """
    if "TMPDIR" in os.environ or not os.access(_MEMORY_DISK, os.W_OK | os.X_OK):
        return
    if shutil.disk_usage(_MEMORY_DISK).free >= _ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY_DISK)


def pytest_configure(config: pytest.Config) -> None:
    _use_memory_for_files()
    config.addinivalue_line("markers", "slow: takes many seconds and is left out unless asked for: -m slow")


def pytest_collection_finish() -> None:
    """Takes what was loaded and collected, which stays, out of the sight of the garbage collector.

    Otherwise it looks through all of it again and again: a tenth of a run's computing time. Hypothesis makes its source
    of random numbers with its first test, and asks the collector whether something holds it: so that comes before.
    It looks for what the tests leave less often than by itself, since there is memory enough.
    """
    given(none())(lambda _nothing: None)()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are processors: many tests just wait for a process, a screen or a lock."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def _a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hides the settings, the database and the drafts of the user, and those of other runs, from all tests."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("CARECONSOLE_") and name != "CARECONSOLE_DRIVER":
                patch.delenv(name)
        for what in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.setenv(f"XDG_{what}_HOME", str(home / what.lower()))
        adopt_orphans()
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            # A shell starts background jobs with SIGINT ignored, and the tests' processes would inherit that.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server of this worker; the test is skipped where there is none."""
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="module")
def running_dovecot() -> Iterator[Dovecot]:
    """A real IMAP server, for a module of tests that are marked with `needs_dovecot`."""
    with dovecot() as server:
        yield server


@pytest.fixture
def imap_server(running_dovecot: Dovecot) -> Iterator[Dovecot]:
    """A real IMAP server, with empty boxes."""
    yield running_dovecot
    for user in (USER, OTHER):
        shutil.rmtree(running_dovecot.folder / "mail" / user, ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_process_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a process running, and kills the process before it can disturb another test."""
    before = children()
    yield

    def left() -> dict[int, str]:
        return {n: what for n, what in children().items() if n not in before and _OF_THE_POOL not in what}

    with suppress(AssertionError):
        wait_until(lambda: not left(), seconds=_LEAVING)
    if still := left():
        kill_all(still)
        pytest.fail(f"{request.node.name} has left processes: {', '.join(still.values())}", pytrace=False)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the public event logs, which are not part of the project."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the public logs are not here: ../shared/data")
    return folder
