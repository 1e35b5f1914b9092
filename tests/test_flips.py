"""A flipped bit gives no command a trace, and none that changes a stored text or number is called sound."""

from __future__ import annotations

from pathlib import Path

from tests.flips import Run


def test_flipped_bits_are_told_and_give_no_trace(tmp_path: Path) -> None:
    run = Run(tmp_path, seed=20261128)
    for number in range(20):
        run.flip(number)
    assert run.faults == []
    assert run.counts["changed"]
