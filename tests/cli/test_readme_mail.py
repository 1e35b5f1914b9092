"""The block of README that takes a mail in, answers it, takes its bounce in and answers again: as it is printed."""

from __future__ import annotations

import email
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.test_demo import AT, ROOT, careconsole, environment
from tests.intake.mails import mail, multipart
from tests.notify.smtp_servers import Handler, serving

PLAIN = "--smtp-security plain --smtp-user ''"
"""How mail is sent to a server of this machine."""
MARK = "<!-- Printed by `careconsole`, with a mail and its bounce. -->"
TAG = re.compile(r"\[1-[A-Z2-9]{4}\]")
"""The letters of a tag are made with the key of the team, which is another one for each."""


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def port(handler: Handler) -> Iterator[int]:
    controller = serving(handler)
    yield controller.port
    controller.stop()


def bounce(sent: bytes) -> bytes:
    """What a server sends back for a mail that it could not deliver."""
    report = (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mail.shop.example\n\n"
        "Final-Recipient: rfc822; anna@home.example\nAction: failed\nStatus: 5.2.2\n"
        "Diagnostic-Code: smtp; 552 mailbox full\n"
    )
    head = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {email.message_from_bytes(sent)['Message-ID']}\n"
    kind = "report; report-type=delivery-status"
    made = multipart("Content-Type: text/plain\n\nI am sorry.\n", report, head, kind=kind)
    return made.replace(b"From: Anna Rossi <anna@home.example>", b"From: MAILER-DAEMON@mail.shop.example")


def test_the_readme_shows_a_mail_in_and_out_and_back(tmp_path: Path, handler: Handler, port: int) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = readme.partition(f"{MARK}\n\n")[2].partition("\nAnswer with")[0]
    blocks = [block.splitlines() for block in shown.split("    $ careconsole ")[1:]]
    assert len(blocks) == 8
    place = str(tmp_path / "team.db")
    careconsole(tmp_path, "--db", place, "init", "--team", "Shop", "--lead", "Ana")
    (tmp_path / "kettle.eml").write_bytes(mail("The lid is broken.", Message_ID="<1@home.example>"))
    now = datetime.fromisoformat(AT)
    for command, *lines in blocks:
        words, _, source = command.partition(" < ")
        words = words.replace("mail.shop.example --password-env SUPPORT_PASSWORD", f"localhost:{port} {PLAIN}")
        if source == "bounce.eml":
            (tmp_path / source).write_bytes(bounce(handler.got[0].content))
        now += timedelta(seconds=25)
        run = subprocess.run(
            [sys.executable, "-m", "careconsole", "--db", place, "--as", "Ana", *shlex.split(words)],
            env=environment(tmp_path, CARECONSOLE_NOW=f"{now:%Y-%m-%dT%H:%M:%SZ}", TZ="UTC", COLUMNS="200"),
            input=(tmp_path / source).read_bytes() if source else b"",
            capture_output=True,
        )
        printed = [TAG.sub("[1-K7QF]", line) for line in (run.stdout + run.stderr).decode().splitlines()]
        assert run.returncode == 0, printed
        wanted = [line.removeprefix("    ") for line in lines if line.strip() not in ("", "...")]
        assert [line for line in wanted if line in printed] == wanted, printed
        if "..." not in "".join(lines):
            assert printed == wanted
    assert [one.rcpt_tos for one in handler.got] == [["anna@home.example"], ["anna@work.example"]]
