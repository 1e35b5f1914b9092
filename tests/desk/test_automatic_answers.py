"""Automatic answers of a box: off unless set, once a day, to nobody else, and no answer of ours in the history."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from msgspec.structs import replace

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.desk.cases.replies import beginning
from careconsole.desk.mail import automatic_answers, boxes, deciding
from careconsole.desk.mail.sending import OpenFile, send_due
from careconsole.desk.mail.server_login import ServerLogin
from careconsole.desk.notices import addresses
from careconsole.desk.receipts import settings as receipts
from careconsole.desk.words import saved
from careconsole.domain.case.automatic_answers import AnsweredAutomatically
from careconsole.domain.case.narrator import Narrator
from careconsole.domain.case.ownership import Take
from careconsole.domain.case.replies import Reply
from careconsole.domain.errors import WrongUse
from careconsole.domain.mail.automatic_answers import LATEST, MOST, RETRIES
from careconsole.domain.mail.outgoing import Outcome, OutgoingMail
from careconsole.domain.reply_states import LATER, REFUSED, UNCERTAIN
from careconsole.notify.mail_message import message_bytes
from careconsole.store import open_store
from careconsole.store.maintenance import backups
from tests.desk.office import HOUR, Office
from tests.desk.test_bounces import report
from tests.desk.test_sending import Server
from tests.desk.test_statements import counted
from tests.intake.mails import mail

WORDS = (
    "Dear {customer},\n\nwe have your mail about {subject}: {tag}.\nA person answers until {until}.\nStatus: {receipt}"
)


def answering(folder: Path) -> Office:
    office = Office(folder)
    office.box()
    saved.add(office.desk(), "received", WORDS)
    box = boxes.all_boxes(office.desk())[0]
    boxes.change(office.desk(), box.name, replace(box.settings, auto_answer="received"))
    return office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = answering(tmp_path)
    yield office
    assert office.sound()
    office.close()


@pytest.fixture
def server() -> Server:
    return Server()


def arrives(office: Office, sender: str = "anna@home.example", text: str = "It leaks.", **headers: str) -> int:
    to = headers.pop("To", address(office))
    case = office.mail(mail(text, f"Anna Rossi <{sender}>", To=to, **headers)).case
    assert case is not None
    return case


def address(office: Office) -> str:
    return boxes.all_boxes(office.desk())[0].settings.address.address


def send(office: Office, server: Server) -> tuple[int, tuple[str, ...]]:
    return automatic_answers.send_due(office.desk(), server.send)


def test_nothing_is_answered_unless_a_box_is_set_to(office: Office, server: Server) -> None:
    box = boxes.all_boxes(office.desk())[0]
    boxes.change(office.desk(), box.name, replace(box.settings, auto_answer=""))
    arrives(office)
    assert send(office, server) == (0, ())


def test_the_boxes_are_read_once_for_the_mails_that_come_together(office: Office, server: Server) -> None:
    to = address(office)
    with counted(office) as found:
        assert office.mail(mail(To=to)).state == "taken"
    assert sum("from boxes" in sql for sql in found.statements) == 1
    assert send(office, server) == (1, ())


def test_a_mail_is_answered_with_the_tag_and_by_when_and_the_customer_still_waits(
    office: Office, server: Server
) -> None:
    case = arrives(office, Message_ID="<1@home.example>")
    waiting = office.case(case).waiting_since
    assert waiting is not None
    assert send(office, server) == (1, ())
    [sent] = server.got
    tag = deciding.tag(office.desk(), case)
    lines = sent.body.splitlines()
    assert lines[:3] == ["Dear Anna Rossi,", "", f"we have your mail about Kettle: {tag.strip('[]')}."]
    assert "Status" not in sent.body
    assert (sent.to, sent.subject, sent.in_reply_to) == (("anna@home.example",), f"Re: Kettle {tag}", "1@home.example")
    after = office.case(case)
    assert (after.waiting_since, office.kinds(case)) == (waiting, ["opened", "answered automatically"])
    said = office.history(case)[-1].sentence(Narrator(office.store.people.roster(), str))
    assert said.startswith("an automatic answer went to anna@home.example (nobody has answered by that): Dear Anna")
    assert send(office, server) == (0, ())


@pytest.mark.parametrize(("zone", "words"), [("Europe/Rome", " CET."), ("+02:00", " UTC+02:00."), ("", ".")])
def test_the_time_by_which_a_person_answers_names_its_zone(
    office: Office, server: Server, zone: str, words: str
) -> None:
    receipts.change(office.desk(), zone=zone)
    arrives(office)
    send(office, server)
    (line,) = (line for line in server.got[0].body.splitlines() if line.startswith("A person answers"))
    assert line.endswith(words)
    assert re.fullmatch(r"A person answers until \d{4}-\d\d-\d\d \d\d:\d\d \S+\.", line)


def test_its_bytes_say_that_a_program_wrote_it_and_it_names_nobody_to_come_back_to(
    office: Office, server: Server
) -> None:
    arrives(office)
    send(office, server)
    made = email.message_from_bytes(message_bytes(server.got[0], office.store.contents.read))
    assert (made["Auto-Submitted"], made["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert made["X-Careconsole-Loop"] == "yes"


def test_an_address_gets_one_a_day_whatever_it_writes(office: Office, server: Server) -> None:
    for number in range(5):
        arrives(office, text=f"It leaks, {number} times.", Message_ID=f"<{number}@home.example>", subject=f"K{number}")
    arrives(office, "Anna@HOME.example", text="Really.", subject="Other")
    assert send(office, server) == (1, ())
    office.now += 25 * HOUR
    arrives(office, text="Still.", subject="Lid")
    assert send(office, server)[0] == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Unsubscribe": "<mailto:x@y.example>"},
        {"X_Auto_Response_Suppress": "All"},
        {"To": "undisclosed-recipients:;"},
    ],
)
def test_programs_lists_and_what_is_not_addressed_to_the_box_get_none(
    office: Office, server: Server, headers: dict[str, str]
) -> None:
    office.mail(mail("It leaks.", "anna@home.example", **{"To": address(office), **headers}))
    assert send(office, server) == (0, ())
    assert server.got == []


def test_colleagues_old_mails_and_held_ones_get_none(office: Office, server: Server) -> None:
    addresses.save_address(office.desk("Ben"), "Ben", "ben@home.example")
    arrives(office, "ben@home.example")
    then = formatdate((office.now - LATEST - 60_000) / 1_000)
    office.mail(
        mail("It leaks.", "zoe@home.example", To=address(office), Received=f"from x by mx.shop.example; {then}")
    )
    office.mail(mail("It leaks.", "eva@home.example", To=address(office), X_Spam_Flag="YES"))
    send(office, server)
    assert server.got == []


def test_two_that_answer_automatically_end_after_two_mails(tmp_path: Path, server: Server) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    offices = [answering(tmp_path / "a"), answering(tmp_path / "b")]
    for one, name in zip(offices, ("a", "b"), strict=True):
        box = boxes.all_boxes(one.desk())[0]
        settings = replace(box.settings, address=replace(box.settings.address, address=f"care@{name}.example"))
        boxes.change(one.desk(), box.name, settings)
    data = mail("It leaks.", "care@b.example", To="care@a.example")  # written by hand at the other one
    for turn in range(6):
        at = offices[turn % 2]
        at.mail(data)
        before = len(server.got)
        send(at, server)
        if len(server.got) == before:
            break
        data = message_bytes(server.got[-1], at.store.contents.read)
    assert len(server.got) <= 2
    for one in offices:
        one.close()


def test_one_that_a_server_does_not_take_is_tried_again_and_dropped_in_the_end(office: Office, server: Server) -> None:
    case = arrives(office)
    server.answers = [Outcome(state=LATER, said="451 busy")] * (len(RETRIES) + 1)
    for wait in RETRIES:
        assert send(office, server) == (0, ())
        office.now += wait
    sent, [problem] = send(office, server)
    assert (sent, problem.endswith("was not sent: 451 busy")) == (0, True)
    assert office.kinds(case) == ["opened"]
    assert send(office, server) == (0, ())


@pytest.mark.parametrize("state", [REFUSED, UNCERTAIN])
def test_one_that_is_refused_or_uncertain_is_not_sent_again(office: Office, server: Server, state: str) -> None:
    case = arrives(office)
    server.answers = [Outcome(state=state, said="550 no")]
    sent, [problem] = send(office, server)
    assert (sent, "550 no" in problem) == (0, True)
    office.now += HOUR
    assert send(office, server) == (0, ())
    facts = [event.fact for event in office.history(case) if isinstance(event.fact, AnsweredAutomatically)]
    assert [fact.certain for fact in facts] == ([False] if state == UNCERTAIN else [])


def test_a_process_that_died_while_sending_leaves_it_uncertain(office: Office, server: Server) -> None:
    arrives(office)

    def dies(login: ServerLogin, mail: OutgoingMail, files: OpenFile) -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        automatic_answers.send_due(office.desk(), dies)
    assert send(office, server) == (0, ())
    office.now += HOUR
    assert send(office, server)[1]
    assert server.got == []


def test_it_neither_stops_nor_is_stopped_by_a_reply(office: Office, server: Server) -> None:
    case = arrives(office, Message_ID="<1@home.example>")
    execution.execute(office.desk(), "reply", Reply(text="On its way."), [case])
    assert send(office, server)[0] == 1
    office.now += HOUR
    assert send_due(office.desk(), server.send).sent == 1
    assert office.case(case).waiting_since is None


def test_a_copy_of_the_database_sends_none(office: Office, server: Server, tmp_path: Path) -> None:
    arrives(office)
    backups.backup(office.store.engine, str(tmp_path / "copy.db"))
    store = open_store(str(tmp_path / "copy.db"))
    copy = Desk(store, lambda: office.now, office.ids["Ana"], "desk 1", "os")
    sent, [problem] = automatic_answers.send_due(copy, server.send)
    assert (sent, "copied, moved or restored" in problem, server.got) == (0, True, [])
    arrives(office, "zoe@home.example", text="And mine.")
    store.close()
    assert send(office, server)[0] == 2


def test_a_flood_is_not_answered(office: Office, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careconsole.desk.mail.automatic_answers.MOST", 3)
    for number in range(5):
        arrives(office, f"p{number}@h{number}.example", text=f"Words {number}")
    assert send(office, server)[0] == 3
    assert MOST > 3


def test_the_words_must_be_saved_and_when_they_are_gone_none_is_sent_and_the_box_says_so(
    office: Office, server: Server
) -> None:
    box = boxes.all_boxes(office.desk())[0]
    with pytest.raises(WrongUse, match="no saved words of the name 'thanks'"):
        boxes.change(office.desk(), box.name, replace(box.settings, auto_answer="thanks"))
    assert not boxes.words_are_gone(office.desk(), box)
    saved.remove(office.desk(), "received")
    assert boxes.words_are_gone(office.desk(), boxes.all_boxes(office.desk())[0])
    arrives(office)
    assert send(office, server) == (0, ())


def test_a_bounce_of_an_automatic_answer_says_so_and_marks_the_address(office: Office, server: Server) -> None:
    case = arrives(office, Message_ID="<1@home.example>")
    waiting = office.case(case).waiting_since
    assert send(office, server) == (1, ())
    office.later()
    assert office.mail(report(server.got[-1].message_id)).case == case
    event = office.history(case)[-1]
    said = "The automatic answer to anna@home.example did not arrive: 550 no such user"
    assert event.sentence(Narrator(office.store.people.roster(), str)) == said
    assert office.case(case).waiting_since == waiting
    execution.execute(office.desk("Ben"), "take", Take(), [case])
    assert "did not arrive" in beginning(office.desk("Ben"), case).warnings[0]
