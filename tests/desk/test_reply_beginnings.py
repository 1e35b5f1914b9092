"""Which mail a reply answers: the last one of the customer that is a message."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution, replies, undo_redo
from careconsole.desk.receipts.settings import made_key
from careconsole.domain.case.answer_tags import answer_tag
from careconsole.domain.case.messages import Reclassify
from careconsole.domain.case.ownership import Take
from careconsole.domain.case.replies import Reply
from careconsole.domain.reply_states import WAITING
from tests.desk.office import Office
from tests.intake.mails import mail

AWAY = "I am out of the office."


@pytest.fixture
def case(office: Office) -> int:
    office.box()
    number = office.mail(mail("It leaks.", Message_ID="<1@home.example>")).case
    assert number is not None
    execution.execute(office.desk("Ben"), "take", Take(), [number])
    return number


def comes(office: Office, case: int, text: str, number: int, **headers: str) -> None:
    office.later(1)
    headers = {"Message_ID": f"<{number}@home.example>", "In_Reply_To": "<1@home.example>", **headers}
    assert office.mail(mail(text, **headers)).case == case


def away(office: Office, case: int, number: int = 2) -> None:
    comes(office, case, AWAY, number, subject="Automatic reply: Kettle", Auto_Submitted="auto-replied")


def answered(office: Office, case: int) -> tuple[str, str, str]:
    """The subject without its tag, the id of the mail that a reply answers, and the words that it quotes."""
    execution.execute(office.desk("Ben"), "reply", Reply(text="A new lid comes."), [case])
    start = replies.beginning(office.desk("Ben"), case)
    (*_, queued) = [one.content for one in office.store.outgoing.of_case(case) if one.state == WAITING]
    assert (queued.subject, queued.to) == (start.subject, start.to)
    assert start.quote in queued.body
    return start.subject.partition(" [")[0], queued.in_reply_to, start.quote.rpartition("> ")[2].strip()


def test_it_answers_the_last_message_and_no_later_automatic_reply(office: Office, case: int) -> None:
    comes(office, case, "It still leaks.", 2)
    away(office, case, 3)
    assert answered(office, case) == ("Re: Kettle", "2@home.example", "It still leaks.")


def test_later_thanks_are_answered(office: Office, case: int) -> None:
    comes(office, case, "Thank you!", 2)
    away(office, case, 3)
    assert answered(office, case) == ("Re: Kettle", "2@home.example", "Thank you!")


def test_what_somebody_corrected_counts_until_it_is_undone(office: Office, case: int) -> None:
    away(office, case)
    message = office.case(case).unanswered[-1].number
    desk = office.desk("Ben")
    execution.execute(desk, "reclassify", Reclassify(message=message, sort="message"), [case])
    assert replies.beginning(desk, case).quote.endswith(f"> {AWAY}")
    undo_redo.undo(desk)
    assert replies.beginning(desk, case).quote.endswith("> It leaks.")
    comes(office, case, "This is in fact a reply of a program.", 3)
    message = office.case(case).unanswered[-1].number
    execution.execute(desk, "reclassify", Reclassify(message=message, sort="auto"), [case])
    assert answered(office, case) == ("Re: Kettle", "1@home.example", "It leaks.")


def test_with_only_automatic_replies_it_is_as_without_a_mail(office: Office, case: int) -> None:
    desk = office.desk("Ben")
    execution.execute(desk, "reclassify", Reclassify(message=1, sort="auto"), [case])
    away(office, case)
    start = replies.beginning(desk, case)
    assert (start.to, start.quote) == (("anna@home.example",), "")
    assert answered(office, case)[1:] == ("", "")


def test_a_rating_is_answered_only_if_its_words_are_a_message(office: Office, case: int) -> None:
    desk = office.desk("Ben")
    desk.write(made_key)
    key = office.store.people.setting("answer tags") or ""
    comes(office, case, "", 2, subject=f"Kettle {answer_tag(key, case, 'yes')}")
    comes(office, case, "Perfect, thank you!", 3, subject=f"Kettle {answer_tag(key, case, 'yes')}")
    assert {one.kind for one in office.store.mails.of_case(case)} == {"message", "rating"}
    assert replies.beginning(desk, case).quote.endswith("> It leaks.")
    comes(office, case, "The new lid leaks, too.", 4, subject=f"Kettle {answer_tag(key, case, 'no')}")
    assert replies.beginning(desk, case).quote.endswith("> The new lid leaks, too.")


def test_a_form_that_opened_the_case_is_answered(office: Office) -> None:
    office.box()
    number = office.mail(mail("Form: it leaks.", Message_ID="<f@home.example>", Auto_Submitted="auto-generated")).case
    assert number is not None
    assert replies.beginning(office.desk("Ben"), number).quote.endswith("> Form: it leaks.")
