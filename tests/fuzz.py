"""Fuzzes the readers with nearly valid files for as long as you like: `python -m tests.fuzz --seconds 600`.

Each turn changes an export, a sample, or the bytes of one, reads it, and imports the result into a desk; the invariants
are in `tests.intake.fuzzing`. A finding is reported once, with its file and the seed that reproduces it; make the file
small, and keep it in `tests/intake/samples/crashes` as KIND-WHAT.ENDING.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

from careconsole.intake.registry import KINDS
from tests.intake import mail_fuzzing
from tests.intake.fuzzing import Bench
from tests.intake.mail_fuzzing import MailBench


def main() -> int:
    """Runs the fuzzer and prints its findings; returns 1 if there are any."""
    ask = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[0])
    ask.add_argument("--seconds", type=float, default=60, help="of all kinds together")
    ask.add_argument("--kind", choices=(*KINDS, mail_fuzzing.KIND), action="append", help="these alone")
    ask.add_argument("--seed", type=int, default=0, help="where to begin: another one, other files")
    ask.add_argument("--turns", type=int, default=0, help="so many of each kind, however long they take")
    there = Path(tempfile.gettempdir()) / "careconsole-findings"
    ask.add_argument("--keep", type=Path, default=there, metavar="DIR", help=f"where findings go: {there}")
    said = ask.parse_args()
    wanted = said.kind or [*KINDS, mail_fuzzing.KIND]
    found = 0
    for kind in wanted:
        found += _fuzz(kind, said.seconds / len(wanted), said.seed, said.turns, said.keep)
    return 1 if found else 0


def _fuzz(kind: str, seconds: float, seed: int, turns: int, keep: Path) -> int:
    known: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        bench: Bench | MailBench = _bench(kind, Path(folder))
        end, turn = time.monotonic() + seconds, seed
        while turn < seed + turns if turns else time.monotonic() < end:
            try:
                bench.turn(Random(turn))
            except Exception as error:
                where = _where(error)
                if where not in known:
                    known.add(where)
                    keep.mkdir(parents=True, exist_ok=True)
                    path = keep / f"{kind}-{turn}{bench.file.suffix}"
                    path.write_bytes(bench.file.read_bytes())
                    print(f"\n{kind}, seed {turn}: {path}", flush=True)
                    traceback.print_exc(limit=-5)
                bench = _anew(bench)
            turn += 1
        counts = f"{bench.files:,} files: {bench.lines:,} lines, {bench.rejects:,} rejects, {bench.refused:,} refused"
        print(f"{kind}: {counts}; {len(known)} findings", flush=True)
        bench.close()
    return len(known)


def _bench(kind: str, folder: Path) -> Bench | MailBench:
    return MailBench(folder) if kind == mail_fuzzing.KIND else Bench(kind, folder)


def _anew(bench: Bench | MailBench) -> Bench | MailBench:
    """Returns a bench with a new desk, since a finding may have spoiled the old one; the counts go on."""
    other = _bench(bench.kind, bench.folder)
    other.files, other.lines, other.rejects, other.refused = bench.files, bench.lines, bench.rejects, bench.refused
    return other


def _where(error: Exception) -> str:
    """Identifies a finding: the kind of exception, its message, and the last lines of our code that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{frame.filename}:{frame.lineno}" for frame in frames if "careconsole" in frame.filename]
    return f"{type(error).__name__} {' '.join(ours[-4:])} {frames[-1].lineno} {str(error)[:40]}"


if __name__ == "__main__":
    sys.exit(main())
