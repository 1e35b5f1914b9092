"""Which mails get an automatic answer: a person's, to the box itself, once a day; and what it says."""

from __future__ import annotations

from typing import Any

import pytest

from careconsole.domain.case.automatic_answers import AnsweredAutomatically
from careconsole.domain.case.event import Event
from careconsole.domain.case.evolve import evolve
from careconsole.domain.case.opening import Opened
from careconsole.domain.case.state import Case
from careconsole.domain.mail.automatic_answers import LATEST, why_none, words_for
from careconsole.domain.mail.header_signs import kind_by_headers, wants_no_answer
from careconsole.domain.mail.kinds import AUTOMATIC, BOUNCE, MESSAGE, RATING, THANKS
from careconsole.domain.mail.received import Mailbox, ReceivedMail

BOX = "Care@shop.example"


def why(sender: str = "anna@home.example", box: str = BOX, **more: Any) -> str:
    asked = {"colleague": False, "at": 0, "now": 0, "lately": False, "many": False}
    asked |= {name: more.pop(name) for name in list(more) if name in asked}
    mail = ReceivedMail(sender=Mailbox(sender), **{"to": (Mailbox("care@shop.example"),), **more})
    return why_none(mail, box, {"sales@shop.example"}, **asked)


def test_a_persons_mail_to_the_box_gets_one() -> None:
    assert why() == ""
    assert why(to=(Mailbox("x@y.example"),), cc=(Mailbox("CARE@shop.example"),)) == ""
    assert why(proven=True) == ""
    assert why(at=0, now=LATEST) == ""


@pytest.mark.parametrize(
    "more",
    [
        *({"kind": kind} for kind in (AUTOMATIC, BOUNCE, RATING, THANKS)),
        {"ours": True},
        {"list_id": "news.shop.example"},
        {"list_post": "news@shop.example"},
        {"no_answer": True},
        {"colleague": True},
        {"sender": "sales@shop.example"},
        {"sender": "care@SHOP.example"},
        {"proven": False},
        {"to": (Mailbox("undisclosed@y.example"),)},
        {"to": ()},
        {"now": LATEST + 1},
        {"lately": True},
        {"many": True},
        *(
            {"sender": f"{name}@home.example"}
            for name in (
                *("no-reply", "noreply", "No.Reply", "do_not_reply", "donotreply+x", "MAILER-DAEMON", "postmaster"),
                *("bounces+anna=home.example", "owner-list", "list-request", "list-bounces", "notifications", "root"),
            )
        ),
        {"sender": "not an address"},
    ],
)
def test_in_doubt_there_is_none(more: dict[str, Any]) -> None:
    assert why(**more)


@pytest.mark.parametrize("name", ["norah", "alerta", "rooter", "replyto", "bob.bounce", "reply"])
def test_people_whose_names_look_a_little_like_programs_get_one(name: str) -> None:
    assert why(f"{name}@home.example") == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"x-auto-response-suppress": "DR, OOF, AutoReply"},
        {"x-auto-response-suppress": "All"},
        {"precedence": "list"},
        {"precedence": "bulk (x)"},
        {"list-unsubscribe": "<mailto:x@y>"},
        {"feedback-id": "1:2"},
    ],
)
def test_headers_that_ask_for_no_answer(headers: dict[str, str]) -> None:
    assert wants_no_answer(headers)
    assert not wants_no_answer({})
    assert not wants_no_answer({"x-auto-response-suppress": "none", "precedence": "normal"})


def test_what_answers_automatically_is_known_by_its_header() -> None:
    assert kind_by_headers({"auto-submitted": "auto-replied"}, None)[0] == AUTOMATIC
    assert kind_by_headers({"auto-submitted": "no"}, None)[0] == MESSAGE


def test_a_line_with_a_variable_that_has_no_value_is_left_out() -> None:
    text = "Dear {customer},\nwe have your mail, {tag}.\nA person answers until {until}.\nSee {receipt}\n{unknown}"
    known = {"customer": "Anna", "tag": "12-K7QF", "until": ""}
    assert words_for(text, known) == "Dear Anna,\nwe have your mail, 12-K7QF.\n{unknown}"
    assert words_for("{until}", known) == ""


def test_it_is_no_answer_of_ours_and_no_work() -> None:
    case = evolve(Case(number=1, version=0, opened_at=0, changed_at=0), Event(1, 0, 0, Opened(subject="Kettle")))
    fact = AnsweredAutomatically(to="anna@home.example", box="care", text="We have your mail.")
    after = evolve(case, Event(2, 5, 5, fact))
    assert (after.waiting_since, after.status, after.owner) == (case.waiting_since, case.status, case.owner)
    assert (fact.contact, fact.is_public, fact.is_work, fact.search_text()) == (None, False, False, "")
