"""README as a reader follows it: every command on it runs, in its order, and what it shows is what is printed."""

from __future__ import annotations

import email
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.reader import Block, Reader, Shown, blocks, inline
from tests.cli.test_help import SAMPLES
from tests.intake.mails import mail, multipart
from tests.notify.smtp_servers import Handler, serving

README = "README.md"
NOT_RUN = {
    "python3 -m venv": "the test of the wheel in CI installs it",
    "careconsole": "it needs a terminal",
    "careconsole wall": "it needs a terminal",
    "careconsole watch": "it runs until it is stopped",
    "careconsole db move postgresql:": "it needs a server; tests/cli/test_move.py moves one",
    "careconsole completion bash --install": "it is for the reader's own shell; see test_shell_completion.py",
    "careconsole init --shared": "tests/cli/test_other_logins.py shares with other logins",
    "careconsole db share": "tests/cli/test_other_logins.py shares with other logins",
}
"""What is not run here, by how it begins, and why."""
FOLDERS = {
    "/backup/": "backup/",
    "/srv/care/shop.db": ".local/share/careconsole/careconsole.db",
    "*/5 * * * * /home/ana/.local/bin/": "",
    "30 2 * * * /home/ana/.local/bin/": "",
    "\\%": "%",
    "import auto tickets.zip": "import auto tickets.zip -y",
    "receipts on 11": "receipts on 11 --yes",
}
"""What differs here from the reader's machine; nobody can be asked, hence -y."""
WORDS = {
    " GROUP": " nobody",
    " ADDRESS": " answers@shop.example",
    " FILE": " page.html",
    " DIR": " www",
    " URL": " https://c.example/r",
}
"""What a reader puts for the words in capitals."""


def is_run(shown: Shown) -> bool:
    return not any(shown.command == begin or (" " in begin and shown.command.startswith(begin)) for begin in NOT_RUN)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample week."""
    folder = tmp_path_factory.mktemp("week")
    Reader(folder).compares(Shown(0, "careconsole demo --keep week.db", None))
    return folder


def on_week(week: Path, folder: Path) -> Reader:
    shutil.copytree(week, folder)
    return Reader(folder, {**FOLDERS, **WORDS}, exported={"CARECONSOLE_DB": "week.db", "CARECONSOLE_AS": "Ana"})


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def port(handler: Handler) -> Iterator[int]:
    controller = serving(handler)
    yield controller.port
    controller.stop()


def follow(reader: Reader, found: list[Block]) -> int:
    """Types the commands of blocks in their order; returns how many."""
    done = [reader.compares(shown) for block in found for shown in block.shown() if is_run(shown)]
    return len(done)


def on(*words: str) -> list[Block]:
    return [block for block in blocks(README) if all(word in block.on for word in words)]


def test_the_blocks_run_in_their_order_in_a_fresh_folder(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with zipfile.ZipFile(tmp_path / "tickets.zip", "w") as packed:
        packed.writestr("tickets.csv", SAMPLES["tickets.csv"])
    plain = [block for block in blocks(README) if not block.on and "bpi2013" not in block.lines[0]]
    assert follow(Reader(tmp_path, FOLDERS), plain) >= 25


def test_what_the_sample_week_prints_is_shown(week: Path, tmp_path: Path) -> None:
    every = on("on the sample week")
    assert len(every) == 4
    for number, block in enumerate(every):
        assert follow(on_week(week, tmp_path / f"{number}"), [block])
    assert follow(Reader(tmp_path), on("by `careconsole demo`")) == 1


def test_a_mail_in_and_out_and_back(tmp_path: Path, handler: Handler, port: int) -> None:
    (block,) = on("with a mail and its bounce")
    plain = f"localhost:{port} --smtp-security plain --smtp-user ''"
    reader = Reader(tmp_path, {"mail.shop.example --password-env SUPPORT_PASSWORD": plain})
    reader.exported["CARECONSOLE_AS"] = "Ana"
    reader.types("careconsole init --team Shop --lead Ana")
    (tmp_path / "kettle.eml").write_bytes(mail("The lid is broken.", Message_ID="<1@home.example>"))
    for shown in block.shown():
        if "bounce.eml" in shown.command:
            (tmp_path / "bounce.eml").write_bytes(bounce(handler.got[0].content))
        reader.compares(shown)
    assert [one.rcpt_tos for one in handler.got] == [["anna@home.example"], ["anna@work.example"]]


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


def test_the_public_log_is_imported_as_shown(tmp_path: Path, shared_data: Path) -> None:
    (block,) = (block for block in blocks(README) if "bpi2013" in block.lines[0])
    log = shared_data / "bpi2013-incidents" / "events.csv.gz"
    reader = Reader(tmp_path, {"events.csv.gz": str(log)}, exported={"CARECONSOLE_AS": "Ana"})
    reader.types("careconsole init --team Desk --lead Ana")
    assert follow(reader, [block]) == 2


def test_the_commands_in_its_sentences_run_on_the_sample_week(tmp_path: Path) -> None:
    """In the order of the page, once it has what they need: the week, a box, an import, somebody's rating, ..."""
    reader = Reader(tmp_path, {**FOLDERS, **WORDS}, exported={"CARECONSOLE_DB": "week.db", "CARECONSOLE_AS": "Ana"})
    keep, *others = [shown for shown in inline(README) if is_run(shown)]
    (tmp_path / "invoice.pdf").write_text("%PDF-1.7")
    (tmp_path / "tickets.csv").write_text(SAMPLES["tickets.csv"])
    for folder in ("www", "Downloads"):
        (tmp_path / folder).mkdir()
    given = (
        "box add support --address support@shop.example --smtp mail.shop.example --password-env SUPPORT_PASSWORD",
        "import csv tickets.csv --source shop2 --json",
        "playbook write --title Cup --may 'refund it' --limit 40 --currency EUR",
    )
    for shown in (keep, *(Shown(0, f"careconsole {one}") for one in given), *others):
        reader.compares(shown)
    assert len(others) > 25
