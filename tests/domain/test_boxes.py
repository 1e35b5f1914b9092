"""The settings of mail boxes: what is understood, what is refused without repeating it, and when a box is late."""

from __future__ import annotations

import pytest

from careconsole.domain.errors import WrongUse
from careconsole.domain.mail.boxes import (
    UNREAD_AFTER,
    Box,
    BoxSettings,
    MailServer,
    Secret,
    check_address,
    check_line,
    check_name,
    check_secret,
    check_server,
    unread_words,
)
from careconsole.domain.mail.received import Mailbox

IMAP = MailServer(host="mail.shop.example", port=993, user="care")


@pytest.mark.parametrize(
    "protocol, written, security, expected",
    [
        ("imap", "Mail.shop.example", None, ("mail.shop.example", 993, "tls")),
        ("imap", "mail.shop.example:143", None, ("mail.shop.example", 143, "starttls")),
        ("imap", "mail.shop.example:1993", None, ("mail.shop.example", 1993, "tls")),
        ("imap", "mail.shop.example", "plain", ("mail.shop.example", 143, "plain")),
        ("imap", "[::1]:1143", "plain", ("[::1]", 1143, "plain")),
        ("smtp", "mail.shop.example", None, ("mail.shop.example", 465, "tls")),
        ("smtp", "mail.shop.example:587", None, ("mail.shop.example", 587, "starttls")),
        ("smtp", "mail.shop.example:25", None, ("mail.shop.example", 25, "starttls")),
    ],
)
def test_a_connection_is_encrypted_unless_somebody_says_otherwise(
    protocol: str, written: str, security: str | None, expected: tuple[str, int, str]
) -> None:
    server = check_server(protocol, written, security, "care")  # type: ignore[arg-type]
    assert (server.host, server.port, server.security) == expected


@pytest.mark.parametrize(
    "written", ["", ":993", "a b", "imap://host", "host:", "host:0", "host:65536", "host:x", "h:٣"]
)
def test_what_is_no_server_is_refused(written: str) -> None:
    with pytest.raises(WrongUse):
        check_server("imap", written, None, "care")


@pytest.mark.parametrize(
    "host, expected",
    [
        *(("127.0.0.1", True), ("127.8.1.1", True), ("[::1]", True), ("localhost", True), ("x.localhost", True)),
        *(("10.0.0.1", False), ("localhost.shop.example", False), ("mail.shop.example", False)),
    ],
)
def test_only_this_computer_is_loopback(host: str, expected: bool) -> None:
    assert MailServer(host=host, port=143).is_loopback is expected


def test_an_address_keeps_its_name_and_has_its_domain_in_small_letters() -> None:
    assert check_address(" Care@Shop.Example ", "Shop\tSupport") == Mailbox("Care@shop.example", "Shop Support")
    for wrong in ("", "care", "a b@shop.example", "care@shop.example\nBcc: x@y.example", "<care@shop.example>"):
        with pytest.raises(WrongUse):
            check_address(wrong)


def test_no_message_repeats_a_secret() -> None:
    for kind, wrong in (("stored", "hunter2\nhunter2"), ("environment", "hunter2!"), ("stored", "hunter2" * 2_000)):
        with pytest.raises(WrongUse) as refused:
            check_secret(kind, wrong)  # type: ignore[arg-type]
        assert "hunter2" not in str(refused.value)
    assert check_secret("stored", " a b \n") == Secret("stored", " a b ")
    for secret in (Secret("stored", "hunter2"), Secret("command", "echo hunter2")):
        assert "hunter2" not in secret.words


def test_names_and_folders_are_one_line() -> None:
    assert check_name(" support ") == "support"
    for wrong in ("", "-x", "x" * 41):
        with pytest.raises(WrongUse):
            check_name(wrong)
    for wrong in ("INBOX\r\nA1 DELETE x", "x" * 256, "a\0"):
        with pytest.raises(WrongUse):
            check_line(wrong, "The folder")


def test_a_box_is_late_when_it_is_meant_to_be_read_and_was_not_for_fifteen_minutes() -> None:
    settings = BoxSettings(address=Mailbox("care@shop.example"), imap=IMAP)
    box = Box(number=1, name="care", settings=settings, secret=Secret(), added_at=1_000)
    assert box.late_since(1_000 + UNREAD_AFTER) is None, "a new one has the same time"
    assert box.late_since(1_001 + UNREAD_AFTER) == 1_000
    read = Box(number=1, name="care", settings=settings, secret=Secret(), added_at=1_000, read_at=5_000)
    assert read.late_since(1_001 + UNREAD_AFTER) is None
    assert unread_words([box, read], 1_000 + 20 * 60_000) == ["box care not read for 20m", "box care not read for 19m"]
    for other in (
        BoxSettings(address=settings.address, imap=IMAP, reading=False),
        BoxSettings(address=settings.address, smtp=IMAP),
    ):
        off = Box(number=1, name="care", settings=other, secret=Secret(), added_at=1_000)
        assert off.late_since(10**12) is None
