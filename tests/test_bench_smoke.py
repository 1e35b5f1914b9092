"""The bench itself works, at a size that proves nothing but that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_bench_prints_its_table(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.bench", "--sizes", "100", "--runs", "1", "--keep", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    lines = run.stdout.splitlines()
    head = next(number for number, line in enumerate(lines) if line.split()[:2] == ["what", "against"])
    measured = [line for line in lines[head + 1 :] if " yes" in line or " NO" in line]
    assert any(line.startswith("queue, 100 cases ") for line in measured)
    assert any(line.startswith("import again, 100 cases of 4 events by time") for line in measured)
    assert all(len(log.read_bytes().splitlines()) == 400 for log in tmp_path.glob("100x4*.jsonl"))
