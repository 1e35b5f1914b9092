"""A mail of ours that comes back: the customer waits again, and was told of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.cases.files import files_of
from careconsole.desk.cases.replies import beginning
from careconsole.desk.mail import deciding
from careconsole.desk.notices import addresses
from careconsole.domain.case.deliveries import Undelivered
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.promises import MovePromise
from careconsole.domain.case.public import public_history
from careconsole.domain.case.resolution import Resolve
from careconsole.intake.mail.parsing import file_contents, read_mail
from tests.desk.office import HOUR, Office
from tests.desk.test_sending import Server, arrived, reply, send
from tests.intake.mails import mail, multipart


@pytest.fixture
def office(office: Office) -> Iterator[Office]:
    office.box()
    yield office
    assert office.sound()


@pytest.fixture
def server() -> Server:
    return Server()


def report(message_id: str, address: str = "anna@home.example", action: str = "failed", **headers: str) -> bytes:
    """A bounce as servers send it."""
    status = f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {address}\nAction: {action}\nStatus: 5.1.1\n"
    return multipart(
        "Content-Type: text/plain\n\nI could not deliver it.",
        f"Content-Type: message/delivery-status\n\n{status}Diagnostic-Code: smtp; 550 no such user",
        f"Content-Type: message/rfc822\n\nFrom: support@shop.example\nMessage-ID: <{message_id}>\n\nOn its way.",
        kind="report",
        sender="MAILER-DAEMON@mx.example",
        Return_Path="<>",
        **{"Message_ID": f"<{address}.{action}@mx.example>", **headers},
    )


def bounced(office: Office, server: Server, **how: str) -> int | None:
    office.later()
    return office.mail(report(server.got[-1].message_id, **how)).case


def test_a_bounce_is_read_with_what_it_says_of_each_address() -> None:
    mail = read_mail(report("x@shop.example"))
    (one,) = mail.reports
    assert (mail.kind, mail.returned) == ("bounce", ("x@shop.example",))
    assert (one.address, one.action, one.said) == ("anna@home.example", "failed", "550 no such user")


def test_the_customer_waits_again_since_when_they_did_and_the_owner_hears(office: Office, server: Server) -> None:
    addresses.save_address(office.desk("Ben"), "Ben", "json://hooks.shop.example")
    case = arrived(office)
    waiting = office.case(case).waiting_since
    reply(office, case)
    send(office, server, wait=HOUR)
    assert office.case(case).answered_at is not None
    assert bounced(office, server) == case
    now = office.case(case)
    assert (now.waiting_since, now.answered_at, now.told_at) == (waiting, None, None)
    fact = office.history(case)[-1].fact
    assert isinstance(fact, Undelivered)
    assert (fact.addresses, fact.said) == (("anna@home.example",), "550 no such user")
    assert office.store.engine.fetch_one("select count(*) from notices where kind = 'undelivered'") == (1,)
    lines = public_history(now, office.history(case)).lines
    assert not any(line.words == "A new lid is on its way." for line in lines)
    assert "did not arrive" in beginning(office.desk("Ben"), case).warnings[0]
    # The same report once more changes nothing.
    version = now.version
    office.mail(report(server.got[-1].message_id, Message_ID="<again@mx.example>"))
    assert office.case(case).waiting_since == waiting
    assert office.kinds(case)[version:] == ["touched"]


def test_a_promise_that_was_told_by_it_is_untold_until_a_report_says_that_it_arrived(
    office: Office, server: Server
) -> None:
    case = arrived(office)
    reply(office, case, then="promise", due=office.now + 48 * HOUR)
    send(office, server)
    assert [one.untold for one in office.case(case).promises] == [False]
    bounced(office, server)
    assert [one.untold for one in office.case(case).promises] == [True]
    assert public_history(office.case(case), office.history(case)).promises == []
    bounced(office, server, action="delivered")
    assert [one.untold for one in office.case(case).promises] == [False]
    public = public_history(office.case(case), office.history(case))
    assert [one.text for one in public.promises] == ["A new lid is on its way."]
    assert office.case(case).waiting_since is None
    assert beginning(office.desk("Ben"), case).warnings == ()


def test_a_move_that_the_customer_was_told_of_and_a_merge(office: Office, server: Server) -> None:
    """A promise stays untold when it goes to another case, and is told by a move that the customer knows of."""
    winner = arrived(office, "Another.", subject="Lid", Message_ID="<2@home.example>")
    case = arrived(office)
    reply(office, case, then="promise", due=office.now + 48 * HOUR)
    send(office, server)
    bounced(office, server)
    execution.execute(office.desk("Ben"), "merge", Merge(into=winner), [case])
    assert [one.untold for one in office.case(winner).promises] == [True]
    for told in (False, True):
        move = MovePromise(due=office.now + 72 * HOUR, told=told)
        execution.execute(office.desk("Ben"), "move", move, [winner])
        assert [one.untold for one in office.case(winner).promises] == [not told]


def test_a_case_that_was_resolved_with_it_is_open_again(office: Office, server: Server) -> None:
    case = arrived(office)
    waiting = office.case(case).waiting_since
    reply(office, case, then="resolve")
    send(office, server)
    bounced(office, server)
    assert (office.case(case).status, office.case(case).waiting_since) == ("open", waiting)


def test_who_was_answered_since_does_not_wait(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    send(office, server)
    execution.execute(office.desk("Ben"), "log", LogMessage(text="I called.", channel="phone"), [case])
    bounced(office, server)
    assert office.case(case).waiting_since is None
    assert office.kinds(case)[-1] == "undelivered"


def test_a_copy_that_did_not_arrive_a_delay_and_a_forged_id_bring_no_wait_back(office: Office, server: Server) -> None:
    case = arrived(office, To="support@shop.example, bob@home.example")
    reply(office, case)
    send(office, server)
    bounced(office, server, address="bob@home.example")
    assert (office.kinds(case)[-1], office.case(case).waiting_since) == ("noted", None)
    bounced(office, server, action="delayed")
    assert (office.kinds(case)[-1], office.case(case).waiting_since) == ("touched", None)
    office.mail(report(server.got[0].message_id.replace(".3.", ".2."), Message_ID="<forged@mx.example>"))
    assert office.case(case).waiting_since is None


def test_a_mail_from_the_address_shows_that_it_works(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    send(office, server)
    bounced(office, server)
    assert beginning(office.desk("Ben"), case).warnings
    arrived(office, "Hello again.", Message_ID="<9@home.example>", In_Reply_To="<1@home.example>")
    assert beginning(office.desk("Ben"), case).warnings == ()


def merged(office: Office, server: Server, **then: Any) -> tuple[int, int]:
    """A case whose customer was answered by mail, and the one that it was merged into afterwards."""
    winner = arrived(office, "And another thing.", subject="Lid", Message_ID="<2@home.example>")
    execution.execute(office.desk("Ben"), "log", LogMessage(text="We look.", channel="email"), [winner])
    case = arrived(office)
    reply(office, case, **then)
    send(office, server)
    office.later()
    execution.execute(office.desk("Ben"), "merge", Merge(into=winner), [case])
    return case, winner


def test_on_a_merged_case_the_customer_waits_again_where_it_continues(office: Office, server: Server) -> None:
    addresses.save_address(office.desk("Ben"), "Ben", "json://hooks.shop.example")
    case, winner = merged(office, server)
    asked = office.case(case).opened_at
    assert office.case(winner).waiting_since is None
    assert bounced(office, server) == winner
    assert office.case(winner).waiting_since == asked
    fact = office.history(winner)[-1].fact
    assert isinstance(fact, Undelivered)
    assert (fact.of, fact.said) == (case, "550 no such user")
    assert (office.case(case).status, office.kinds(case)[-1]) == ("merged", "undelivered")
    assert office.store.engine.fetch_one("select count(*) from notices where kind = 'undelivered'") == (1,)
    bounced(office, server, Message_ID="<again@mx.example>")
    assert office.kinds(winner)[-1] == "touched"
    execution.execute(office.desk("Ben"), "log", LogMessage(text="I called.", channel="phone"), [winner])
    assert office.case(winner).waiting_since is None


def test_promises_of_a_merged_case_are_untold_until_it_arrives_after_all(office: Office, server: Server) -> None:
    case, winner = merged(office, server, then="promise", due=office.now + 48 * HOUR)
    bounced(office, server)
    assert [one.untold for one in office.case(winner).promises] == [True]
    bounced(office, server, action="delivered")
    assert [one.untold for one in office.case(winner).promises] == [False]
    assert office.case(winner).waiting_since is None
    assert office.kinds(case)[-1] == "delivered"


def test_who_was_answered_where_a_merged_case_continues_does_not_wait(office: Office, server: Server) -> None:
    _, winner = merged(office, server)
    execution.execute(office.desk("Ben"), "log", LogMessage(text="I called.", channel="phone"), [winner])
    bounced(office, server)
    assert (office.case(winner).waiting_since, office.kinds(winner)[-1]) == (None, "undelivered")


def test_a_resolved_case_that_another_was_merged_into_is_open_again(office: Office, server: Server) -> None:
    case, winner = merged(office, server)
    execution.execute(office.desk("Ben"), "resolve", Resolve(said="sent a lid"), [winner])
    bounced(office, server)
    assert (office.case(winner).status, office.case(winner).waiting_since) == ("open", office.case(case).opened_at)


def plain(server: Server, subject: str) -> bytes:
    """A bounce without a part for programs."""
    return mail(
        "It is over.",
        "MAILER-DAEMON@mx.example",
        subject,
        Return_Path="<>",
        In_Reply_To=f"<{server.got[-1].message_id}>",
        Message_ID=f"<{len(subject)}@mx.example>",
    )


@pytest.mark.parametrize("subject", ["Undeliverable: Kettle", "Your mail couldn't be delivered", "failure notice"])
def test_a_bounce_without_a_part_for_programs_is_a_failure_if_its_subject_says_so(
    office: Office, server: Server, subject: str
) -> None:
    case = arrived(office)
    reply(office, case)
    send(office, server)
    assert office.mail(plain(server, subject)).case == case
    assert office.kinds(case)[-1] == "undelivered"
    assert office.case(case).waiting_since is not None


def test_a_delay_changes_nothing_and_what_may_be_either_is_for_a_person(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    send(office, server)
    assert office.mail(plain(server, "Warning: message delayed 4 hours")).case == case
    assert (office.kinds(case)[-1], office.case(case).waiting_since) == ("touched", None)
    for unclear in ("About your mail", "Undeliverable: our delivery is delayed"):
        held = office.mail(plain(server, unclear))
        assert (held.state, held.reason, held.looks_like) == ("held", "unclear bounce", case)
        assert office.case(case).waiting_since is None
    deciding.drop(office.desk(), held.number, "it came after all")
    assert office.case(case).waiting_since is None
    deciding.take(office.desk(), held.number)
    assert office.kinds(case)[-1] == "undelivered"
    assert office.case(case).waiting_since is not None


def test_the_parts_of_a_report_for_programs_are_no_files(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case)
    send(office, server)
    bounced(office, server, action="delayed")
    assert "wrote by mail" in office.history(case)[-1].sentence(Narrator(office.store.people.roster(), str))
    assert files_of(office.desk(), case).files == ()
    data = report("x@shop.example")
    assert (read_mail(data).files, file_contents(data)) == ((), [])
    forwarded = multipart("Content-Type: text/plain\n\nSee:", "Content-Type: message/rfc822\n\nFrom: a@b.c\n\nx")
    assert [file.name for file in read_mail(forwarded).files] == ["part-2.eml"]
