"""The failures that users of other help desks reported about sending mail, each as a rule here, by its number.

Those about what comes in are in `tests/intake/test_mail_failures.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from careconsole.desk.cases import execution, replies, undo_redo
from careconsole.desk.console import drafts
from careconsole.desk.mail import deciding, sending
from careconsole.desk.mail.sending import OpenFile
from careconsole.desk.mail.server_login import ServerLogin
from careconsole.desk.receipts import settings
from careconsole.desk.words.filling import fill
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.ownership import Take
from careconsole.domain.case.replies import UNDO_TIME, Reply
from careconsole.domain.errors import Refused
from careconsole.domain.mail.outgoing import Outcome, OutgoingMail
from careconsole.domain.reply_states import REFUSED, SENT, UNCERTAIN
from tests.desk.office import HOUR, Office
from tests.intake.mails import mail

MB = 1_000_000


class Server:
    """A mail server that takes everything, and loses the connection after that while `loses`."""

    def __init__(self) -> None:
        self.got: list[OutgoingMail] = []
        self.loses = False

    def send(self, login: ServerLogin, mail: OutgoingMail, files: OpenFile) -> Outcome:
        self.got.append(mail)
        if self.loses:
            return Outcome(state=UNCERTAIN, said="The connection was lost.")
        return Outcome(state=SENT, said="250 OK")


@pytest.fixture
def office(office: Office) -> Iterator[Office]:
    office.box()
    yield office
    assert office.sound()


@pytest.fixture
def server() -> Server:
    return Server()


def arrived(office: Office, text: str = "It leaks.", **headers: str) -> int:
    case = office.mail(mail(text, **{"Message_ID": "<1@home.example>", **headers})).case
    assert case is not None
    if office.case(case).owner is None:
        execution.execute(office.desk("Ben"), "take", Take(), [case])
    return case


def reply(office: Office, case: int, text: str = "A new lid is on its way.", **more: object) -> None:
    execution.execute(office.desk("Ben"), "reply", Reply(text=text, **more), [case])  # type: ignore[arg-type]


def sent(office: Office, server: Server, case: int, text: str = "A new lid is on its way.", **more: object) -> str:
    """The body of a reply, once it was sent."""
    reply(office, case, text, **more)
    office.now += UNDO_TIME
    assert sending.send_due(office.desk(), server.send).sent == 1
    return server.got[-1].body


def test_7_the_tag_of_another_desk_stays_and_so_their_answers_find_their_case_and_ours(
    office: Office, server: Server
) -> None:
    case = arrived(office, subject="RE: [ref:00D9.500.ref] Broken [#4711]", References="<0@desk.example>")
    sent(office, server, case)
    ours = server.got[0]
    assert ours.subject.startswith("Re: [ref:00D9.500.ref] Broken [#4711]")
    assert ours.subject.endswith(deciding.tag(office.desk(), case))
    assert (ours.in_reply_to, ours.references) == ("1@home.example", ("0@desk.example", "1@home.example"))
    later = mail("We look.", subject=f"AW: {ours.subject}", Message_ID="<2@desk.example>")
    assert office.mail(later).case == case
    sent(office, server, case)
    assert server.got[1].subject == ours.subject  # neither "Re:" nor the tag is added twice


def test_29_a_mail_that_is_too_large_is_refused_before_it_is_written(office: Office, tmp_path: Path) -> None:
    case = arrived(office)
    before = office.history(case)
    names = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    for name in names:
        name.write_bytes(name.name.encode() * (11 * MB // 7))
    with pytest.raises(Refused, match="more than 20 MB"):
        reply(office, case, files=tuple(map(str, names)))
    assert office.history(case) == before
    assert sending.listed(office.desk(), ("waiting",)) == []


def test_29_what_the_server_says_of_the_size_is_the_truth(office: Office) -> None:
    case = arrived(office)
    reply(office, case)
    office.now += UNDO_TIME
    too_large = Outcome(state=REFUSED, said="552 5.3.4 message too large")
    done = sending.send_due(office.desk(), lambda *_: too_large)
    assert (done.refused, "552 5.3.4" in done.problems[0]) == (1, True)
    assert office.case(case).waiting_since is not None  # nobody was told


def test_31_an_answer_quotes_the_last_mail_alone_and_can_leave_it_out(office: Office, server: Server) -> None:
    case = arrived(office, "It leaks.\nAll over.")
    first = sent(office, server, case)
    zone = datetime.fromtimestamp(office.now / 1000, tz=None).astimezone().tzname()
    assert first.endswith(f" wrote on 2026-01-05 08:00 {zone}:\n> It leaks.\n> All over.\n")
    quoting = "Which lid?\n\n" + "\n".join(f"> {line}" for line in first.splitlines())
    arrived(office, quoting, Message_ID="<2@home.example>", In_Reply_To=f"<{server.got[0].message_id}>")
    second = sent(office, server, case, "The blue one.")
    assert "> Which lid?" in second
    assert "It leaks" not in second  # quotes do not pile up
    assert sent(office, server, case, "And it is free.", no_quote=True).endswith("-- \nThe shop\n")


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("Sat, 3 Jan 2026 23:30:00 -0500", "2026-01-04 05:30 CET"),
        ("Sat, 3 Jan 2036 23:30:00 -0500", "2026-01-05 "),  # nobody answers before they were written to
    ],
)
def test_31_the_quote_says_when_the_mail_was_written_in_the_time_zone_of_the_team(
    office: Office, server: Server, date: str, words: str
) -> None:
    settings.change(office.desk(), zone="Europe/Rome")
    case = arrived(office, Date=date)
    assert f"Anna Rossi wrote on {words}" in sent(office, server, case)


def test_35_an_answer_goes_to_the_customer_and_one_mail_reaches_everybody_in_copy(
    office: Office, server: Server
) -> None:
    case = arrived(office, To="support@shop.example, bob@home.example", Cc="carl@home.example, Support@Shop.example")
    office.mail(mail("I am the plumber.", "zoe@z.example", In_Reply_To="<1@home.example>", Message_ID="<z@z.example>"))
    sent(office, server, case)
    assert len(server.got) == 1
    assert server.got[0].to == ("anna@home.example",)  # not whoever wrote last
    assert server.got[0].cc == ("bob@home.example", "carl@home.example")


def test_35_whom_a_mail_is_for_stands_in_the_form_and_can_be_changed(office: Office, server: Server) -> None:
    case = arrived(office, Cc="carl@home.example")
    start = replies.beginning(office.desk("Ben"), case)
    assert (start.to, start.cc) == (("anna@home.example",), ("carl@home.example",))
    sent(office, server, case, to="Anna <anna@work.example>; bob@home.example", cc="")
    assert (server.got[0].to, server.got[0].cc) == (("anna@work.example", "bob@home.example"), ())


def test_37_a_mail_after_a_time_out_is_uncertain_and_not_sent_again(office: Office, server: Server) -> None:
    case = arrived(office)
    server.loses = True
    reply(office, case)
    office.now += UNDO_TIME
    assert sending.send_due(office.desk(), server.send).uncertain == 1
    server.loses = False
    for hours in (1, 24, 24 * 30):
        office.later(hours)
        assert sending.send_due(office.desk(), server.send) == sending.Done()
    assert len(server.got) == 1
    assert sending.stuck(office.desk()) == 1  # a person hears of it


def test_38_what_was_taken_back_is_gone_before_its_text_can_be_changed(office: Office, server: Server) -> None:
    case = arrived(office)
    reply(office, case, "The old words.")
    undo_redo.undo(office.desk("Ben"))
    office.later(1)
    assert sending.send_due(office.desk(), server.send) == sending.Done()
    draft = drafts.find(office.desk("Ben"), case, "reply")
    assert draft is not None
    assert draft.fields["text"] == "The old words."
    assert sent(office, server, case, "The new words.").startswith("The new words.")
    office.now += 48 * HOUR
    assert sending.send_due(office.desk(), server.send) == sending.Done()
    assert len(server.got) == 1


def test_41_words_with_a_place_that_nothing_fills_are_not_sent(office: Office, server: Server) -> None:
    opened = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", channel="phone"), None).opened
    assert opened is not None
    filled, empty = fill(office.desk("Ben"), "Dear {customer}, case {case} is done.", opened)
    assert (filled, empty) == (f"Dear {{customer}}, case {opened} is done.", ["customer"])  # seen, and never a "-"
    with pytest.raises(Refused, match=r"not filled in: \{customer\}"):
        reply(office, opened, filled, to="anna@home.example")
    assert sending.listed(office.desk(), ("waiting",)) == []


def test_41_braces_that_are_no_place_to_fill_break_nothing(office: Office, server: Server) -> None:
    braces = 'Set {"a": 1} or {x}, { and }, {0}, %s, {{}} and {customer'
    assert sent(office, server, arrived(office), braces).startswith(braces)
