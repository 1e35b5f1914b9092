"""Messages really arrive, by mail and on the web, and nothing that goes wrong tells an address."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from careconsole.desk import addresses, delivery, outbox
from careconsole.desk.outbox import Notice
from careconsole.domain.notices import Line, Message, message
from careconsole.outlet import courier as couriers
from careconsole.outlet.courier import Courier, NotInstalled, send_waiting
from tests.desk.office import Office
from tests.outlet.receivers import MailServer, WebServer, mail_server, silent_server, web_server

pytest.importorskip("apprise")

SECRET = "Sw0rdf1sh"
HOSTILE = {
    "line breaks": "Kettle\r\nBcc: everybody@shop.example\r\n\r\nAnother body",
    "markup": "<b>Kettle</b> <script>alert(1)</script> <!channel> <@U1>",
    "links": "[Kettle](https://evil.example) https://evil.example",
    "mentions": "@everyone @here ana@shop.example",
    "emoji": "Kettle 🫖👩🏽‍🚒 café ‮gnp.exe",
    "long": "Kettle " * 1500,
    "templates": "${HOME} {{7*7}} %s {0} \\n :smile:",
}


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


def gateway(mails: MailServer, login: str = "") -> str:
    return f"mailto://{login}localhost:{mails.port}?mode=insecure&from=care@shop.example"


def text_of(mails: MailServer) -> str:
    """The text of the only mail that came."""
    ((_, mail),) = mails.mails
    assert mail.get_content_type() == "text/plain"
    content = mail.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode().replace("\r\n", "\n").rstrip("\n")


def told(words: str) -> Message:
    return message([Line(number=1, case=12, urgent=False, words=f"Case 12 ({words}) is yours")], console=True)


def test_a_mail_arrives_by_the_gateway_with_its_title_and_its_lines(mails: MailServer) -> None:
    lines = [Line(number=n, case=n, urgent=False, words=f"Case {n} is yours") for n in (1, 2)]
    assert Courier().send("ben@shop.example", gateway(mails), message(lines, console=True)) == ""
    assert text_of(mails) == "Case 1 is yours\nCase 2 is yours"
    ((people, mail),) = mails.mails
    assert people == ["ben@shop.example"]
    assert mail["To"] == "ben@shop.example"
    assert mail["From"] == "careconsole <care@shop.example>" or "care@shop.example" in mail["From"]
    assert mail["Subject"] == "careconsole: 2 things wait for you"


def test_only_whom_it_is_for_gets_a_mail_whoever_else_the_gateway_names(mails: MailServer) -> None:
    wide = f"{gateway(mails)}&to=all@shop.example&cc=boss@shop.example&bcc=spy@shop.example"
    assert Courier().send("ben@shop.example", wide, told("Kettle")) == ""
    assert [people for people, _ in mails.mails] == [["ben@shop.example"]]


def test_a_message_arrives_on_the_web(web: WebServer) -> None:
    assert Courier().send(f"json://localhost:{web.port}/hook/desk", None, told("Kettle")) == ""
    ((path, _, posted),) = web.requests
    assert path == "/hook/desk"
    assert posted["title"] == "careconsole: 1 thing waits for you"
    assert posted["message"] == "Case 12 (Kettle) is yours"


@pytest.mark.parametrize("subject", HOSTILE.values(), ids=list(HOSTILE))
def test_what_others_wrote_stays_words_in_one_line(mails: MailServer, web: WebServer, subject: str) -> None:
    for address in ("ben@shop.example", f"json://localhost:{web.port}/"):
        assert Courier().send(address, gateway(mails), told(subject)) == ""
    ((people, mail),) = mails.mails
    assert people == ["ben@shop.example"]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "careconsole: 1 thing waits for you"
    body = text_of(mails)
    assert web.requests[0][2]["message"] == body
    assert body.startswith("Case 12 (")
    assert len(body) < 400
    assert "\n" not in body
    for harmful in ("<", ">", "](", "://", "@", "\u202e", "\r"):
        assert harmful not in body


def test_words_that_are_not_markup_arrive_as_they_are(mails: MailServer) -> None:
    assert Courier().send("ben@shop.example", gateway(mails), told("Café & Töpfe: 100 % *günstig* _1_ 🫖")) == ""
    assert text_of(mails) == "Case 12 (Café & Töpfe: 100 % *günstig* _1_ 🫖) is yours"


@pytest.mark.parametrize(
    "status, said",
    [
        (401, "the service does not accept the login or token (HTTP 401)"),
        (404, "the service knows no such place (HTTP 404)"),
        (418, "the service did not take it (HTTP 418)"),
        (429, "the service gets too many messages (HTTP 429)"),
        (503, "the service had trouble (HTTP 503)"),
    ],
)
def test_why_a_service_did_not_take_it_is_told(web: WebServer, status: int, said: str) -> None:
    web.status = status
    assert Courier().send(f"json://localhost:{web.port}/", None, told("Kettle")) == said


def test_why_a_mail_did_not_go_is_told(mails: MailServer) -> None:
    mails.refused.add("ben@shop.example")
    assert Courier().send("ben@shop.example", gateway(mails), told("x")) == "the mail server refused it"
    assert Courier().send("ben@shop.example", None, told("x")).startswith("there is no mail gateway")
    assert Courier().send("ben@shop.example", "mailto://localhost:1?mode=insecure&from=a@b.example", told("x")) == (
        "no connection, or it broke off"
    )


def test_a_server_that_says_nothing_is_given_up(mails: MailServer) -> None:
    hasty = Courier(connect=0.3, read=0.3)
    with silent_server() as port:
        for address, by in (
            (f"json://localhost:{port}/?rto=100000&cto=100000&retry=5", None),
            ("ben@shop.example", f"mailto://localhost:{port}?mode=insecure&from=a@b.example&cto=100000"),
        ):
            assert hasty.send(address, by, told("x")) == "no connection, or it broke off"


@pytest.mark.parametrize(
    "address, known",
    [
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", True),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", True),
        ("ntfy://desk", True),
        ("json://localhost", True),
        ("slack://x", False),
        ("nope://x", False),
        ("https://shop.example", False),
        ("mailto://", False),
    ],
)
def test_an_address_is_known_by_its_look(address: str, known: bool) -> None:
    assert Courier().knows(address) is known


def test_a_mail_gateway_is_known_by_its_look() -> None:
    assert Courier().knows_gateway("mailtos://care:pw@mail.shop.example")
    assert not Courier().knows_gateway("nope://x")


WRONG = [
    f"json://ben:{SECRET}@localhost:1/{SECRET}?+X-Key={SECRET}",
    f"mailto://care:{SECRET}@localhost:1?mode=insecure&from=a@b.example",
    f"mailto://care:pa@{SECRET}/word@localhost",
    f"slack://{SECRET}/{SECRET}/{SECRET}",
    f"ntfy://ben:{SECRET}@localhost:1/{SECRET}",
    f"gotify://localhost:1/{SECRET}",
    f"xml://ben:{SECRET}@localhost:1/{SECRET}",
    f"form://ben:{SECRET}@localhost:1/{SECRET}",
    f"mmost://localhost:1/{SECRET}",
    f"matrix://ben:{SECRET}@localhost:1/#{SECRET}",
    f"rocket://ben:{SECRET}@localhost:1/#{SECRET}",
    f"nope://{SECRET}",
    f"tgram://{SECRET}/{SECRET}",
]


@pytest.mark.parametrize("address", WRONG, ids=[address.partition(":")[0] for address in WRONG])
def test_no_failure_tells_an_address(office: Office, address: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Not even to whoever would like to read every log there is."""
    addresses.keep(office.desk(), "Ben", address)
    notice = Notice(person=office.ids["Ben"], case=0, kind="returned", urgent=True, words="one")
    office.store.engine.write(lambda: outbox.put(office.desk(), [notice]))
    log, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(log)
    with mock.patch.object(root, "handlers", [handler]), mock.patch.object(root, "level", logging.DEBUG):
        done = delivery.deliver(office.desk(), Courier())
        delivery.send_test(office.desk(), "Ben", Courier())
        Courier().knows(address)
        Courier().knows_gateway(address)
    assert done.again == 1
    shown = capfd.readouterr()
    everything = [done, outbox.entries(office.desk()), shown.out, shown.err, log.getvalue()]
    assert SECRET not in repr(everything)


def test_without_apprise_notices_wait_and_it_is_said_what_is_missing(office: Office) -> None:
    addresses.keep(office.desk(), "Ben", "json://ben.example")
    notice = Notice(person=office.ids["Ben"], case=0, kind="returned", urgent=True, words="one")
    with mock.patch.dict(sys.modules, {"apprise": None}):
        assert send_waiting(office.desk()).words == ""
        office.store.engine.write(lambda: outbox.put(office.desk(), [notice]))
        assert send_waiting(office.desk()).words == "Notices wait to be sent. Install careconsole[notices]."
        with pytest.raises(NotInstalled, match="Apprise is missing"):
            Courier()
    assert outbox.entries(office.desk()).entries[0].state == "waiting"


def test_what_waits_is_sent_and_counted_in_words(office: Office, web: WebServer) -> None:
    addresses.keep(office.desk(), "Ben", f"json://localhost:{web.port}/ben")
    addresses.keep(office.desk(), "Cleo", "json://localhost:1/cleo")
    for name, words in (("Ben", "one"), ("Ben", "two"), ("Cleo", "three")):
        notice = Notice(person=office.ids[name], case=0, kind="returned", urgent=False, words=words)
        office.store.engine.write(lambda notice=notice: outbox.put(office.desk(), [notice]))
    sent = send_waiting(office.desk())
    assert sent.words == (
        "Notices: 2 sent, 1 failed and is tried again.\n"
        "  Cleo: address 2 (json://localhost:1/...): no connection, or it broke off"
    )
    assert {name: count for name, count in sent.counts.items() if count} == {"messages": 1, "sent": 2, "again": 1}
    assert web.requests[0][2]["message"] == "one\ntwo"


def test_apprise_is_loaded_by_the_courier_alone_and_late() -> None:
    code = (
        "import sys, careconsole.outlet.courier, careconsole.desk.delivery, careconsole.cli.notices;"
        "print('apprise' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
    package = Path(couriers.__file__).parents[1]
    users = [path.name for path in package.rglob("*.py") if "import apprise" in path.read_text(encoding="utf-8")]
    assert users == ["courier.py"]
