"""Messages really arrive, by mail and on the web, and nothing that goes wrong tells an address."""

from __future__ import annotations

import io
import logging
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from careconsole.desk.notices import addresses, delivery, outbox
from careconsole.desk.notices.outbox import Notice
from careconsole.domain.case.notice_message import Line, Message, message
from careconsole.domain.errors import WrongUse
from careconsole.domain.team.addresses import Address, check_address
from careconsole.notify import apprise_sender as couriers
from careconsole.notify.apprise_sender import AppriseSender, NotInstalled, send_waiting
from tests.desk.office import Office
from tests.notify.receivers import MailServer, WebServer, mail_server, silent_server, web_server

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
    assert AppriseSender().send("ben@shop.example", gateway(mails), message(lines, console=True)) == ""
    assert text_of(mails) == "Case 1 is yours\nCase 2 is yours"
    ((people, mail),) = mails.mails
    assert people == ["ben@shop.example"]
    assert mail["To"] == "ben@shop.example"
    assert mail["From"] == "careconsole <care@shop.example>" or "care@shop.example" in mail["From"]
    assert mail["Subject"] == "careconsole: 2 things wait for you"


def test_a_mail_goes_only_to_its_recipient_and_to_nobody_named_in_the_gateway(mails: MailServer) -> None:
    wide = f"{gateway(mails)}&to=all@shop.example&cc=boss@shop.example&bcc=spy@shop.example"
    assert AppriseSender().send("ben@shop.example", wide, told("Kettle")) == ""
    assert [people for people, _ in mails.mails] == [["ben@shop.example"]]


def test_a_message_arrives_on_the_web(web: WebServer) -> None:
    assert AppriseSender().send(f"json://localhost:{web.port}/hook/desk", None, told("Kettle")) == ""
    ((path, _, posted),) = web.requests
    assert path == "/hook/desk"
    assert posted["title"] == "careconsole: 1 thing waits for you"
    assert posted["message"] == "Case 12 (Kettle) is yours"


@pytest.mark.parametrize("subject", HOSTILE.values(), ids=list(HOSTILE))
def test_what_others_wrote_stays_words_in_one_line(mails: MailServer, web: WebServer, subject: str) -> None:
    for address in ("ben@shop.example", f"json://localhost:{web.port}/"):
        assert AppriseSender().send(address, gateway(mails), told(subject)) == ""
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
    assert AppriseSender().send("ben@shop.example", gateway(mails), told("Café & Töpfe: 100 % *günstig* _1_ 🫖")) == ""
    assert text_of(mails) == "Case 12 (Café & Töpfe: 100 % *günstig* _1_ 🫖) is yours"


@pytest.mark.parametrize(
    "status, said",
    [
        (401, "the service does not accept the login or token (HTTP 401)"),
        (404, "the service does not know this address (HTTP 404)"),
        (418, "the service did not accept it (HTTP 418)"),
        (429, "the service got too many messages (HTTP 429)"),
        (503, "the service had trouble (HTTP 503)"),
    ],
)
def test_why_a_service_did_not_take_it_is_told(web: WebServer, status: int, said: str) -> None:
    web.status = status
    assert AppriseSender().send(f"json://localhost:{web.port}/", None, told("Kettle")) == said


def test_why_a_mail_did_not_go_is_told(mails: MailServer) -> None:
    mails.refused.add("ben@shop.example")
    assert AppriseSender().send("ben@shop.example", gateway(mails), told("x")) == "the mail server refused it"
    assert AppriseSender().send("ben@shop.example", None, told("x")).startswith("there is no mail gateway")
    assert AppriseSender().send(
        "ben@shop.example", "mailto://localhost:1?mode=insecure&from=a@b.example", told("x")
    ) == ("no connection, or it was lost")


def test_a_server_that_says_nothing_is_given_up(mails: MailServer) -> None:
    hasty = AppriseSender(connect=0.3, read=0.3)
    with silent_server() as port:
        for address, by in (
            (f"json://localhost:{port}/?rto=100000&cto=100000&retry=5", None),
            ("ben@shop.example", f"mailto://localhost:{port}?mode=insecure&from=a@b.example&cto=100000"),
        ):
            assert hasty.send(address, by, told("x")) == "no connection, or it was lost"


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
    assert AppriseSender().knows(address) is known


LOGINS = {"care": "care", "care@shop.example": "care%40shop.example", "o'brien": "o'brien"}
PASSWORDS = {
    **{f"pa{sign}ss": f"pa%{ord(sign):02X}ss" for sign in "@:/?#;&%+ ='\"<>[]!$*,~^|\\"},
    **{"pässwörd": "pässwörd", "a%40b": "a%2540b", "plain": "plain"},
}


@pytest.mark.parametrize("scheme", ["mailtos", "json", "ntfys"])
def test_a_login_that_is_encoded_arrives_as_it_is(scheme: str) -> None:
    courier = AppriseSender()
    for (password, encoded), (user, written) in product(PASSWORDS.items(), LOGINS.items()):
        path = "" if scheme == "mailtos" else "/desk"
        address = check_address(f"{scheme}://{written}:{encoded}@mail.shop.example:2525{path}")
        service: Any = courier._service(address)
        arrived = (service.user, service.password, service.host, service.port)
        assert arrived == (user, password, "mail.shop.example", 2525)
        assert courier.knows(address)


@pytest.mark.parametrize("scheme", ["mailtos", "json", "ntfys", "xml", "nctalk", "hassio"])
def test_a_login_that_is_not_encoded_is_refused_or_arrives_as_it_is(scheme: str) -> None:
    courier = AppriseSender()
    passwords = [password for password, encoded in PASSWORDS.items() if password != encoded and "%4" not in password]
    for password, host in product(passwords, ("shop.example", "mail.shop.example:2525", "shop.example/x")):
        address = f"{scheme}://care:{password}@{host}"
        try:
            known = courier.knows(check_address(address))
        except WrongUse as refusal:
            known, said = False, str(refusal)
            assert not {"care", "shop", "ss@"} & set(said.split())
        if known:
            service: Any = courier._service(address)
            assert (service.password, service.host) == (password, host.partition("/")[0].partition(":")[0])


@pytest.mark.parametrize(
    "address",
    [
        "mailtos://care:a:b@mail.shop.example",
        "mailtos://care:pw@mail.shop.example?pass=a&pass=b",
        "mailtos://care:pw@mail.shop.example?to=o'brien@shop.example",
        "mailtos://care:pw@mail.shop.example?from=o'brien@shop.example",
        "rocket://token@chat.shop.example:8080/ana@shop.example",
        "nctalk://care:a:b@shop.example/room",
        "ntfys://care:pw@shop.example",
    ],
)
def test_what_is_read_otherwise_than_it_is_written_is_refused_and_not_sent(address: str) -> None:
    courier = AppriseSender()
    with pytest.raises(WrongUse, match="read that address differently"):
        courier.knows(address)
    assert courier.send(address, None, told("x")) == "the address can be read in two ways; set it again"
    if "from=" in address:
        with pytest.raises(WrongUse, match="read that address differently"):
            courier.knows_gateway(address)


@pytest.mark.parametrize("mail", ["o'brien@shop.example", "r&d@shop.example", "a/b+c=d@shop.example"])
def test_every_mail_address_gets_its_mail_and_nobody_else_does(mails: MailServer, mail: str) -> None:
    assert AppriseSender().send(check_address(mail), gateway(mails), told("Kettle")) == ""
    ((people, arrived),) = mails.mails
    assert people == [mail]
    assert mail in arrived["To"]


def test_a_mail_to_an_international_domain_goes_by_its_name_in_ascii(mails: MailServer) -> None:
    assert AppriseSender().send("ana@bücher.example", gateway(mails), told("Kettle")) == "", (
        "also as it was kept earlier"
    )
    assert [people for people, _ in mails.mails] == [["ana@xn--bcher-kva.example"]]


def test_a_gateway_that_would_take_a_part_of_a_name_for_the_address_is_not_used() -> None:
    by = "mailgun://care@shop.example/" + "a" * 32 + "-" + "b" * 8 + "-" + "c" * 8
    assert AppriseSender()._service(by, "brien@shop.example") is not None
    assert AppriseSender()._service(by, "o'brien@shop.example") is None


@pytest.mark.parametrize("address", ["mailtos://care:pw@gmail.com", "mailtos://_?user=care@gmail.com&pass=pw"])
def test_the_services_whose_servers_apprise_knows_by_their_domain_are_taken(address: str) -> None:
    assert AppriseSender().knows(address)
    assert AppriseSender().knows_gateway(address)


def test_a_mail_gateway_is_known_by_its_look() -> None:
    assert AppriseSender().knows_gateway("mailtos://care:pw@mail.shop.example")
    assert not AppriseSender().knows_gateway("nope://x")


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
    kept_before = Address(number=0, person=office.ids["Ben"], address=address)  # by an earlier version, whatever it is
    office.store.engine.write(lambda: office.store.notices.keep(kept_before))
    notice = Notice(person=office.ids["Ben"], case=0, kind="returned", urgent=True, words="one")
    office.desk().write(lambda unit: outbox.put(unit, [notice]))
    log, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(log)
    with mock.patch.object(root, "handlers", [handler]), mock.patch.object(root, "level", logging.DEBUG):
        done = delivery.deliver(office.desk(), AppriseSender())
        delivery.send_test(office.desk(), "Ben", AppriseSender())
        refusals = []
        for look in (AppriseSender().knows, AppriseSender().knows_gateway):
            try:
                look(address)
            except WrongUse as refusal:
                refusals.append(str(refusal))
    assert done.again == 1
    shown = capfd.readouterr()
    everything = [refusals, done, outbox.entries(office.desk()), shown.out, shown.err, log.getvalue()]
    assert SECRET not in repr(everything)


def test_without_apprise_notices_wait_and_it_is_said_what_is_missing(office: Office) -> None:
    addresses.save_address(office.desk(), "Ben", "json://ben.example")
    notice = Notice(person=office.ids["Ben"], case=0, kind="returned", urgent=True, words="one")
    with mock.patch.dict(sys.modules, {"apprise": None}):
        assert send_waiting(office.desk()).words == ""
        office.desk().write(lambda unit: outbox.put(unit, [notice]))
        assert send_waiting(office.desk()).words == "Notices are waiting to be sent. Install careconsole[notices]."
        with pytest.raises(NotInstalled, match="Apprise is missing"):
            AppriseSender()
    assert outbox.entries(office.desk()).entries[0].state == "waiting"


def test_what_waits_is_sent_and_counted_in_words(office: Office, web: WebServer) -> None:
    addresses.save_address(office.desk(), "Ben", f"json://localhost:{web.port}/ben")
    addresses.save_address(office.desk(), "Cleo", "json://localhost:1/cleo")
    for name, words in (("Ben", "one"), ("Ben", "two"), ("Cleo", "three")):
        notice = Notice(person=office.ids[name], case=0, kind="returned", urgent=False, words=words)
        office.desk().write(lambda unit, notice=notice: outbox.put(unit, [notice]))
    sent = send_waiting(office.desk())
    assert sent.words == (
        "Notices: 2 sent, 1 failed and will be retried.\n"
        "  Cleo: address 2 (json://localhost:1/...): no connection, or it was lost"
    )
    assert {name: count for name, count in sent.counts.items() if count} == {"messages": 1, "sent": 2, "again": 1}
    assert web.requests[0][2]["message"] == "one\ntwo"


def test_apprise_is_loaded_by_the_courier_alone_and_late() -> None:
    code = (
        "import sys, careconsole.notify.apprise_sender, careconsole.desk.notices.delivery, careconsole.cli.notices;"
        "print('apprise' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
    package = Path(couriers.__file__).parents[1]
    users = [path.name for path in package.rglob("*.py") if "import apprise" in path.read_text(encoding="utf-8")]
    assert users == ["apprise_sender.py"]
