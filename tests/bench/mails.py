"""What reading mails costs: against Python's own `mailbox` and `email`, and in memory."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.builds import Builds
from tests.bench.processes import careconsole, run
from tests.bench.table import Measured, measured

BUDGET = 3.0
"""The most that `mail read` may take of the time in which Python reads the same mails and keeps nothing."""
FLAT = 1.3
"""The most that its memory may grow from a tenth of the mails to all."""
_READ = """
import mailbox, sys
for mail in mailbox.mbox(sys.argv[1]):
    texts = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    [part.get_payload(decode=True).decode(part.get_content_charset("utf-8"), "replace") for part in texts]
    str(mail["subject"]), str(mail["from"])
"""
_MB = 1 << 20
_WORDS = "the kettle that came on Monday leaks at its lid and we would like to know what to do about it please"


def measure_mails(builds: Builds, mails: int) -> Iterator[Measured]:
    """The lines of the table on reading so many mails."""
    before: float | None = None
    for count in (mails // 10, mails):
        box = _mbox(builds.folder / f"mails-{count}.mbox", count)
        database = builds.empty("mails")
        shutil.rmtree(f"{database}.files", ignore_errors=True)
        ours = run(careconsole(database, "mail", "read", str(box)))
        again = run(careconsole(database, "mail", "read", str(box)))
        theirs = run([sys.executable, "-c", _READ, str(box)])
        against = "" if before is None else f"{mails // 10:,} mails"
        if count == mails:
            yield measured(f"mail read, {count:,} mails", "mailbox and email", ours, theirs, BUDGET)
            yield measured(f"mail read again, {count:,} mails", "mailbox and email", again, theirs, BUDGET)
        peak = ours.peak / _MB
        yield Measured(f"memory of mail read, {count:,} mails", against, peak, before, FLAT, unit="MB")
        before = peak
        shutil.rmtree(f"{database}.files", ignore_errors=True)


def _mbox(path: Path, count: int) -> Path:
    """An mbox file of mails of 60 a minute, every third an answer, each as text and as HTML."""
    if path.exists():
        return path
    text = "\n".join([_WORDS] * 12)
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            minute, second = divmod(n, 60)
            when = f"{minute // 60 % 24:02}:{minute % 60:02}:{second:02}"
            answers = f"In-Reply-To: <{n - 2}@home.example>\n" if n % 3 == 2 else ""
            file.write(
                "From x Mon Jan  5 08:00:00 2026\n"
                f"Received: from a by b; Mon, {5 + minute // 1440 % 20} Jan 2026 {when} +0000\n"
                f"From: Anna {n % 5_000} <a{n % 5_000}@home{n % 50}.example>\nTo: support@shop.example\n"
                f"Subject: Kettle {n}\nMessage-ID: <{n}@home.example>\n{answers}"
                "Content-Type: multipart/alternative; boundary=sep\n\n"
                f"--sep\nContent-Type: text/plain; charset=utf-8\n\n{text}\n{n}\n"
                f"--sep\nContent-Type: text/html; charset=utf-8\n\n<p>{text}</p>\n--sep--\n\n"
            )
    return path
