"""Whose mail is held, what leads hear of it, and what is made of senders that are not proven."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.desk.cases import execution, mail_senders, undo_redo
from careconsole.desk.mail import deciding, settings
from careconsole.desk.mail.box_clock import mail_needs
from careconsole.desk.notices import addresses
from careconsole.domain.case.spam import Spam
from careconsole.domain.errors import CareError, Refused, WrongUse
from tests.desk.office import Office
from tests.intake.mails import ANNA, mail

SERVER = "mx.shop.example"
TRUE = f"{SERVER}; dmarc=pass header.from=home.example"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    assert office.sound()
    office.close()


def notices(office: Office) -> list[str]:
    return [row[0] for row in office.store.engine.fetch_all("select words from notices where kind = 'mail held'")]


def test_spam_holds_further_mail_of_its_sender_until_it_is_undone(office: Office) -> None:
    case = office.mail(mail("Win", "win@prizes.example")).case or 0
    done = execution.execute(office.desk(), "spam", Spam(), [case])
    assert "Further mail of win@prizes.example will be held." in done.notices
    again = office.mail(mail("Win more", "Win <WIN@prizes.example>"))
    assert (again.state, again.reason) == ("held", "blocked")
    assert again.why == f"win@prizes.example is blocked: case {case} of the same sender was spam."
    assert mail_needs(office.desk()).held == 0, "nobody is told of mail from blocked senders"
    office.mail(mail("Free kettles", X_Spam_Flag="YES"))
    assert mail_needs(office.desk()).held == 1
    undo_redo.undo(office.desk())
    assert office.mail(mail("Win most", "win@prizes.example")).state == "taken"
    undo_redo.redo(office.desk())
    assert office.mail(mail("Win even more", "win@prizes.example")).state == "held"


def test_the_sender_of_a_forwarded_mail_is_its_author_and_never_the_colleague(office: Office) -> None:
    addresses.save_address(office.desk("Ben"), "Ben", "ben@shop.example")
    forward = "---------- Forwarded message\nFrom: <win@prizes.example>\n\nWin"
    case = office.mail(mail(forward, "ben@shop.example", "Fwd: Win")).case or 0
    execution.execute(office.desk(), "spam", Spam(), [case])
    assert [one.address for one in mail_senders.listed(office.desk())] == ["win@prizes.example"]
    with pytest.raises(Refused, match="a colleague"):
        mail_senders.block(office.desk(), "ben@shop.example")


def test_a_sender_is_blocked_and_unblocked_by_hand(office: Office) -> None:
    mail_senders.block(office.desk("Ben"), "Win@Prizes.example")
    for wrong in ("win", "", "x\ud800@y"):
        with pytest.raises(WrongUse):
            mail_senders.block(office.desk(), wrong)
    with pytest.raises(Refused, match="already"):
        mail_senders.block(office.desk(), "win@prizes.example")
    assert office.mail(mail("Win", "win@prizes.example")).reason == "blocked"
    mail_senders.unblock(office.desk(), "win@prizes.example")
    with pytest.raises(Refused, match="Nothing was decided"):
        mail_senders.unblock(office.desk(), "win@prizes.example")
    assert office.mail(mail("Win!", "win@prizes.example")).state == "taken"


def test_taking_a_held_mail_learns_its_sender_and_dropping_one_does_not(office: Office) -> None:
    first = office.mail(mail("a", X_Spam_Flag="YES"))
    deciding.drop(office.desk(), first.number, "advertising")
    second = office.mail(mail("b", X_Spam_Flag="YES"))
    assert second.state == "held"
    deciding.take(office.desk("Ben"), second.number)
    assert [(one.address, one.why) for one in mail_senders.listed(office.desk())] == [
        ("anna@home.example", f"Ben took mail {second.number}")
    ]
    assert office.mail(mail("c", X_Spam_Flag="YES")).state == "taken"
    assert office.mail(mail("d", "other@home.example", X_Spam_Flag="YES")).state == "held"
    settings.set_server(office.desk(), SERVER)
    assert office.mail(mail("e", X_Spam_Flag="YES")).reason == "spam"  # anybody can write an allowed address
    assert office.mail(mail("f", X_Spam_Flag="YES", Authentication_Results=TRUE)).state == "taken"


def test_leads_hear_once_that_mail_is_held(office: Office) -> None:
    addresses.save_address(office.desk(), "Ana", "json://hooks.shop.example")
    for number in range(30):
        office.mail(mail(f"Win {number}", f"{number}@prizes.example", X_Spam_Flag="YES"))
    assert notices(office) == ["A mail is held for a person to decide. A spam filter marked it."]
    for one in deciding.listed(office.desk(), ("held",), 99):
        deciding.drop(office.desk(), one.number, "advertising")
    office.mail(mail("Win again", X_Spam_Flag="YES"))
    assert len(notices(office)) == 1
    office.later(25)
    office.mail(mail("Win tomorrow", X_Spam_Flag="YES"))
    assert len(notices(office)) == 2


def test_blocked_mail_and_a_flood_are_not_told_again_and_again(office: Office) -> None:
    addresses.save_address(office.desk(), "Ana", "json://hooks.shop.example")
    mail_senders.block(office.desk(), "win@prizes.example")
    office.mail(mail("Win", "win@prizes.example"))
    assert notices(office) == []
    for number in range(30):
        office.mail(mail(f"mail {number}", "many@else.example"))
    (words,) = notices(office)
    assert "many@else.example sent more than 20 mails within an hour." in words


def test_mail_of_a_foreign_list_is_held_until_somebody_wants_it(office: Office) -> None:
    news = {"List_Id": "Kettle News <news.kettles.example>", "List_Post": "<mailto:news@kettles.example>"}
    first = office.mail(mail("Issue 1", **news))
    assert (first.state, first.reason) == ("held", "list")
    assert first.why == "It came through the mailing list news.kettles.example, and belongs to no case."
    deciding.take(office.desk(), first.number)
    assert office.mail(mail("Issue 2", "somebody@else.example", **news)).state == "taken"
    case = office.mail(mail("My kettle", Message_ID="<1@home.example>")).case
    other = {"List_Id": "<other.example>", "In_Reply_To": "<1@home.example>"}
    assert office.mail(mail("More", **other)).case == case  # whatever it came through, it answers this case


def test_our_own_address_may_be_a_list(office: Office) -> None:
    group = {"List_Id": "<support.shop.example>", "List_Post": "<mailto:support@shop.example>", "Precedence": "list"}
    assert office.mail(mail("a", Delivered_To="ana@shop.example", **group)).state == "taken"
    assert office.mail(mail("b", "x@else.example", Delivered_To="support@shop.example", **group)).state == "taken"


def test_a_sender_that_is_not_proven_is_marked_and_gets_nothing_by_their_address(office: Office) -> None:
    case = office.mail(mail(Message_ID="<1@home.example>")).case or 0
    assert "not proven" not in str(office.history(case))
    settings.set_server(office.desk(), SERVER)
    true = office.mail(mail("a", ANNA, f"Re: [#{case}]", Authentication_Results=TRUE))
    assert true.case == case
    false = office.mail(mail("b", ANNA, f"Re: [#{case}] b", Authentication_Results=TRUE.replace("shop", "evil")))
    assert (false.case == case, false.looks_like) == (False, case)
    assert false.why == (
        f"Its subject names case {case}, and it is not proven that anna@home.example sent it."
        f" It looks like case {case}."
    )
    stored = deciding.find(office.desk(), false.number)
    assert (stored.content.proven, stored.content.authentication) == (False, ())
    (opened,) = office.history(false.case or 0)
    assert opened.fact.mail is not None  # type: ignore[attr-defined]
    assert opened.fact.mail.proven is False  # type: ignore[attr-defined]


def test_only_a_link_from_somebody_new_is_held(office: Office) -> None:
    link = "Hello,\n\nhttps://prizes.example/win\n"
    assert office.mail(mail(link, "a@prizes.example")).state == "taken"  # nobody checks senders
    settings.set_server(office.desk(), SERVER)
    assert office.mail(mail(link, "b@prizes.example")).reason == "link only"
    assert office.mail(mail(f"{link}My kettle is broken, see the photo", "c@prizes.example")).state == "taken"
    assert office.mail(mail(f"{link}!", "a@prizes.example")).state == "taken"  # a customer


def test_the_server_is_set_by_leads(office: Office) -> None:
    with pytest.raises(CareError, match="lead"):
        settings.set_server(office.desk("Ben"), SERVER)
    with pytest.raises(WrongUse):
        settings.set_server(office.desk(), "mx shop")
    settings.set_server(office.desk(), SERVER.upper())
    assert settings.server(office.desk()) == SERVER
    settings.set_server(office.desk(), "")
    assert settings.server(office.desk()) == ""
