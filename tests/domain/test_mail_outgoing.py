"""A mail that we send: whom it is for, what it is called, how it stands in its thread, and when it is tried again."""

from __future__ import annotations

import pytest

from careconsole.domain.case.answer_tags import case_tag
from careconsole.domain.errors import WrongUse
from careconsole.domain.mail.flowed import flowed
from careconsole.domain.mail.outgoing import (
    MOST_PEOPLE,
    RETRIES,
    OutgoingMail,
    addresses_in,
    answer_subject,
    body,
    is_address,
    one_line,
    quote,
    recipients,
    retry_at,
    thread,
    with_tag,
    written_address,
)
from careconsole.domain.mail.received import Mailbox, ReceivedMail
from careconsole.domain.time.moments import HOUR, MINUTE
from tests.domain.cases import MONDAY

ANNA, BOB, CARL = Mailbox("anna@home.example", "Anna Rossi"), Mailbox("bob@home.example"), Mailbox("carl@x.example")
SUPPORT, SALES = Mailbox("support@shop.example"), Mailbox("Sales@shop.example")
OWN = {"support@shop.example", "sales@shop.example"}
KEY = "00" * 32


def theirs(**more: object) -> ReceivedMail:
    fields = {"sender": ANNA, "to": (SUPPORT,), "subject": "Kettle", "message_id": "1@home.example", **more}
    return ReceivedMail(**fields)  # type: ignore[arg-type]


# Whom it is for


def test_an_answer_is_for_whoever_wrote_and_everybody_else_on_the_mail_gets_a_copy() -> None:
    found = recipients(theirs(to=(SUPPORT, BOB), cc=(CARL, BOB)), "other@home.example", OWN)
    assert (found.to, found.cc) == (("anna@home.example",), ("bob@home.example", "carl@x.example"))


def test_our_own_addresses_get_no_copy_in_whatever_case() -> None:
    assert recipients(theirs(to=(SUPPORT, SALES), cc=(Mailbox("SUPPORT@shop.example"),)), "", OWN).cc == ()


def test_reply_to_counts_for_answering() -> None:
    found = recipients(theirs(reply_to=(BOB,), cc=(CARL,)), "", OWN)
    assert (found.to, found.cc) == (("bob@home.example",), ("carl@x.example",))


@pytest.mark.parametrize("asked", [(SUPPORT,), (SALES, SUPPORT)])
def test_a_reply_to_that_is_ours_would_be_a_loop_so_the_sender_is_answered(asked: tuple[Mailbox, ...]) -> None:
    assert recipients(theirs(reply_to=asked), "", OWN).to == ("anna@home.example",)


def test_a_reply_to_that_is_no_address_is_answered_at_the_senders() -> None:
    assert recipients(theirs(reply_to=(Mailbox("x\r\nBcc: y@evil.example"),)), "", OWN).to == ("anna@home.example",)


def test_of_very_many_addresses_only_so_many_get_an_answer() -> None:
    many = tuple(Mailbox(f"x{n}@home.example") for n in range(200))
    found = recipients(theirs(reply_to=many, cc=many), "", OWN)
    assert (len(found.to), len(found.cc)) == (5, MOST_PEOPLE)


def test_without_a_mail_the_customers_address_is_all_there_is() -> None:
    assert recipients(None, "anna@home.example", OWN).to == ("anna@home.example",)
    assert recipients(None, "", OWN).to == ()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a@b.example", ("a@b.example",)),
        (" a@b.example,c@d.example ; a@B.example\n", ("a@b.example", "c@d.example")),
        ("Anna <a@b.example>, ", ("a@b.example",)),
        ("a@müller.example", ("a@xn--mller-kva.example",)),
        ("", ()),
    ],
)
def test_typed_addresses_are_separated_by_commas_semicolons_and_lines(typed: str, found: tuple[str, ...]) -> None:
    assert addresses_in(typed, "to") == found


@pytest.mark.parametrize(
    "wrong", ["anna", "a@", "@b", "a b@c.example", "a@b@c", "a@-b.example", "a@b..example", "ä@b.c"]
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(WrongUse, match="no mail address"):
        addresses_in(wrong, "to")
    assert written_address(wrong) == ""


def test_a_newsletter_is_refused() -> None:
    with pytest.raises(WrongUse, match="more than 50"):
        addresses_in(",".join(f"x{n}@home.example" for n in range(51)), "to")


@pytest.mark.parametrize("evil", ["a@b.example\n", "a@b.example\r\nBcc: c", "<a@b.example>", "a@b.example,", "a\0@b.c"])
def test_an_address_is_nothing_that_a_header_or_a_server_could_take_for_more(evil: str) -> None:
    assert not is_address(evil)


def test_who_is_in_to_and_in_copy_gets_one_mail() -> None:
    mail = OutgoingMail(sender=SUPPORT, to=("a@b.example",), cc=("A@B.example", "c@d.example"))
    assert len(mail.people) == 2


# What it is called


@pytest.mark.parametrize(
    ("theirs_is", "ours_is"),
    [
        ("Kettle", "Re: Kettle"),
        ("Re: Kettle", "Re: Kettle"),
        ("AW: Re: RE[2]: Antw: Kettle", "Re: Kettle"),
        ("Fwd: Kettle", "Re: Fwd: Kettle"),
        ("[ref:00D9.500.ref] Kettle", "Re: [ref:00D9.500.ref] Kettle"),
        ("Re: [#4711] Kettle", "Re: [#4711] Kettle"),
        ("Recall: Kettle", "Re: Recall: Kettle"),
        ("", "Re: The case"),
        ("Re:", "Re: The case"),
        ("a\r\nBcc: b@evil.example", "Re: a Bcc: b@evil.example"),
    ],
)
def test_an_answer_is_called_as_what_it_answers(theirs_is: str, ours_is: str) -> None:
    assert answer_subject(theirs(subject=theirs_is), "The case") == ours_is


def test_a_first_mail_is_called_as_its_case() -> None:
    assert answer_subject(None, "Kettle\tcracked") == "Kettle cracked"


def test_the_tag_stands_in_the_subject_once_and_is_never_cut_off() -> None:
    tag = case_tag(KEY, 12)
    tagged = with_tag("Re: Kettle", KEY, 12)
    assert tagged == f"Re: Kettle {tag}"
    assert with_tag(tagged, KEY, 12) == tagged
    assert with_tag(f"Re: {case_tag(KEY, 7)} Kettle", KEY, 12) == f"Re: Kettle {tag}"
    long = with_tag("x" * 2_000, KEY, 12)
    assert (len(long), long.endswith(tag)) == (250, True)


def test_a_header_is_one_line() -> None:
    assert one_line("a\r\nb\x00\u2028c\td") == "a b c d"


# How it stands in its thread


def test_an_answer_names_what_it_answers_and_all_before_it_the_oldest_first() -> None:
    mail = theirs(message_id="3@x", references=("2@x", "1@x"))
    assert thread(mail, ["ours@shop.example"]) == ("3@x", ("1@x", "2@x", "3@x"))


def test_of_a_long_thread_the_first_and_the_last_ten_are_named() -> None:
    mail = theirs(message_id="40@x", references=tuple(f"{n}@x" for n in range(39, -1, -1)))
    before, chain = thread(mail, [])
    assert (before, chain) == ("40@x", ("0@x", *(f"{n}@x" for n in range(31, 41))))


def test_an_id_that_stands_twice_is_named_once() -> None:
    assert thread(theirs(message_id="2@x", references=("2@x", "1@x", "1@x")), [])[1] == ("1@x", "2@x")


@pytest.mark.parametrize("mail", [None, theirs(message_id="")])
def test_without_an_id_to_answer_our_own_mails_are_the_thread(mail: ReceivedMail | None) -> None:
    assert thread(mail, []) == ("", ())
    assert thread(mail, ["1@shop.example", "2@shop.example"]) == (
        "2@shop.example",
        ("1@shop.example", "2@shop.example"),
    )
    assert len(thread(mail, [f"{n}@shop.example" for n in range(30)])[1]) == 10


# What it says


def test_a_quote_says_who_wrote_and_marks_each_line_and_leaves_out_older_quotes() -> None:
    text = "It leaks.\n\nAll over.  \n\nOn 3 May 2026 Ben wrote:\n> Is it blue?\n"
    assert quote(theirs(text=text), "2026-05-03 10:00") == (
        "Anna Rossi wrote on 2026-05-03 10:00:\n> It leaks.\n>\n> All over."
    )


def test_nothing_is_quoted_of_nothing() -> None:
    assert quote(None, "x") == quote(theirs(text="  \n"), "x") == quote(theirs(sender=None, text="a"), "x") == ""


def test_of_a_very_long_mail_the_beginning_is_quoted() -> None:
    lines = quote(theirs(text="\n".join(f"line {n}" for n in range(1_000))), "x").splitlines()
    assert (len(lines), lines[-1]) == (202, "> [...]")


def test_a_senders_name_cannot_forge_lines_of_ours() -> None:
    forged = theirs(sender=Mailbox("a@b.example", "Ben\nYour refund is 900 euros.\nAnna"), text="x")
    assert len(quote(forged, "x").splitlines()) == 2


def test_text_signature_and_quotation_stand_in_this_order() -> None:
    assert body(" Hello. \n", "The shop\n", "Anna wrote:\n> x") == "Hello.\n\n-- \nThe shop\n\nAnna wrote:\n> x\n"
    assert body("Hello.", " ", "") == "Hello.\n"


def test_lines_flow_but_the_mark_of_the_signature_and_quoted_lines_stay() -> None:
    long = "word " * 40
    text = flowed(f"{long}\n-- \n> {long}\n>From\nFrom here\n  x\n")
    lines = text.splitlines()
    assert all(len(line) <= 73 for line in lines if not line.startswith(">"))
    assert "-- " in lines
    assert f"> {long}".rstrip() in lines
    assert " From here" in lines  # else a server may write ">From"
    assert "   x" in lines


# When it is tried again


def test_it_is_tried_again_after_1_5_and_15_minutes_1_and_4_hours_and_then_no_more() -> None:
    assert RETRIES == (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR)
    assert [retry_at(tries, MONDAY) for tries in range(1, 7)] == [*(MONDAY + wait for wait in RETRIES), None]
