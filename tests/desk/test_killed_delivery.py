"""Whoever delivers may be killed at any moment, and many may deliver at once: nothing is lost, nothing sent again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from careconsole.desk.notices import addresses, delivery, outbox
from careconsole.desk.notices.outbox import Notice
from careconsole.desk.unit import UnitOfWork
from careconsole.domain.time.moments import MINUTE
from tests.desk.office import Office
from tests.desk.postman import Diary
from tests.waiting import HANG, started, wait_until

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("Ana", "Ben", "Cleo", "Dora", "Eve")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL here")


class Scene:
    """An office in which everybody has an address, and the file in which deliverers write what they bring."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.file = folder / "brought.txt"
        self._put = 0
        for name in NAMES:
            addresses.save_address(office.desk(), name, f"json://{name.lower()}.example")

    def put(self, count: int) -> None:
        """So many calls for help for everybody; calls, since what is urgent is not gathered."""

        def work(unit: UnitOfWork) -> None:
            for _ in range(count):
                self._put += 1
                for name in NAMES:
                    words = f"{name} {self._put}"
                    notice = Notice(person=self.office.ids[name], case=0, kind="returned", urgent=True, words=words)
                    outbox.put(unit, [notice])

        self.office.desk().write(work)

    def begin(self, way: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "tests.desk.postman"]
        return started([*command, self.office.path, str(self.file), way, str(self.office.now)], cwd=ROOT)

    def run(self, way: str) -> int:
        with self.begin(way) as process:
            return process.wait(HANG)

    def deliver(self) -> None:
        delivery.deliver(self.office.desk(), Diary(str(self.file), "well"))

    @property
    def brought(self) -> Counter[str]:
        """How often each notice was brought."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return Counter(words for line in lines for words in json.loads(line)[1])

    def in_state(self, state: str) -> set[str]:
        return {entry.words for entry in outbox.entries(self.office.desk(), state, most=10_000).entries}

    @property
    def all(self) -> set[str]:
        return {f"{name} {n}" for name in NAMES for n in range(1, self._put + 1)}


@pytest.fixture
def scene(office: Office, tmp_path: Path) -> Scene:
    return Scene(office, tmp_path)


@pytest.mark.parametrize("way, times", [("dies before", 1), ("dies after", 2)])
def test_what_a_killed_one_had_claimed_is_sent_when_the_claim_has_run_out(scene: Scene, way: str, times: int) -> None:
    scene.put(2)
    assert scene.run(way) == -signal.SIGKILL
    before = scene.brought
    assert scene.in_state("waiting") == scene.all, "nothing was written down as sent"
    scene.deliver()
    assert scene.brought == before, "the claim holds still"
    scene.office.now += 2 * MINUTE
    scene.deliver()
    assert set(scene.brought) == scene.all
    assert max(scene.brought.values()) <= times, "what was brought but not written down comes again, once"
    assert scene.in_state("sent") == scene.all
    scene.office.now += 10 * MINUTE
    known = scene.brought
    scene.deliver()
    assert scene.brought == known


def test_a_process_ends_although_a_server_hangs(scene: Scene) -> None:
    scene.put(1)
    assert scene.run("hangs") == 0
    assert scene.in_state("waiting") == scene.all, "they are tried again"


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_and_nothing_comes_again_that_was_written_down(scene: Scene) -> None:
    chance = random.Random(5)
    began = time.monotonic()
    scene.put(1)
    scene.run("well")
    once, killed, rounds = time.monotonic() - began, 0, 0
    while killed < 8:
        rounds += 1
        assert rounds < 100
        scene.put(2)
        sent, brought = scene.in_state("sent"), scene.brought
        with scene.begin("well") as process:
            time.sleep(chance.uniform(0.5, 1) * once)
            process.kill()
            if process.wait(HANG) == -signal.SIGKILL:
                killed += 1
            else:
                once *= 0.9  # the machine has less to do than before
        scene.office.now += 3 * MINUTE
        again = {words for words, count in scene.brought.items() if count > brought[words]}
        assert not again & sent
        if len(scene.in_state("waiting")) > 15 * len(NAMES):
            scene.deliver()  # of more than twenty a message would only tell the number
    scene.deliver()
    assert set(scene.brought) == scene.all == scene.in_state("sent")


@pytest.mark.slow
def test_five_at_once_bring_everything_once(scene: Scene) -> None:
    with ExitStack() as stack:
        deliverers = [stack.enter_context(scene.begin("at once")) for _ in range(5)]
        for _ in range(60):
            # Of more than twenty a message would only tell the number.
            wait_until(lambda: len(scene.in_state("waiting")) < 10 * len(NAMES), "the sending of what waits")
            scene.put(2)
        wait_until(lambda: scene.in_state("sent") == scene.all, "the sending of the rest")
        Path(f"{scene.file}.stop").touch()
        assert [process.wait(HANG) for process in deliverers] == [0] * 5
    assert scene.brought == Counter(scene.all)
