"""The mail page: what is held, and what a person decides about it."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.console import drafts
from careconsole.desk.mail import boxes, deciding, fetch_state, sending
from careconsole.desk.notices import addresses
from careconsole.domain.case.ownership import Take
from careconsole.domain.case.replies import UNDO_TIME, Reply
from careconsole.domain.mail.boxes import BoxSettings, MailServer, Secret
from careconsole.domain.mail.outgoing import Outcome
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.reply_states import REFUSED, SENT, UNCERTAIN
from careconsole.store.boxes import BoxMail
from careconsole.tui.pages.mail import MailPage, MailScreen
from tests.desk.office import Office
from tests.intake.mails import mail
from tests.tui.screen import Screen, on_screen
from tests.tui.test_hostile_text import harmless

DAY = 86_400_000
HOSTILE = "[/] [@click=app.quit]x[/] \u202egnp.exe \x1b[2J"


def test_a_held_mail_is_read_and_taken_and_its_case_opened(office: Office) -> None:
    office.mail(mail("Free kettles", subject="Win", X_Spam_Flag="YES"))

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign")
        assert isinstance(screen.app.screen, MailScreen)
        assert "1 held 1" in screen.text()
        assert "A spam filter marked it." in screen.text()
        await screen.press("enter")
        assert isinstance(screen.app.screen, MailPage)
        assert "Free kettles" in screen.text()
        await screen.press("enter")
        await screen.until(lambda: "is in case 1 now" in screen.text())
        assert office.case(1).description == "Free kettles"
        await screen.press("enter")
        assert screen.queue.board.current == 1

    on_screen(office, script, size=(120, 30))


@pytest.mark.parametrize("new", [False, True])
def test_taking_a_mail_asks_into_which_case_where_the_sender_has_one(office: Office, new: bool) -> None:
    case = office.mail(mail("It leaks.")).case
    held = office.mail(mail("I am away.", subject="Out of office", Auto_Submitted="auto-replied")).number
    assert deciding.open_cases(office.desk(), deciding.find(office.desk(), held)) == [(case, "Kettle")]

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "enter", "enter")
        assert f"Take mail {held}: into which case?" in screen.text()
        assert "The sender has an open case, and the mail names none." in screen.text()
        assert f"{case} Kettle" in screen.text()
        await screen.press(*(["down"] if new else []), "enter")
        await screen.until(lambda: f"is in case {2 if new else case} now" in screen.text())

    on_screen(office, script, size=(120, 30))
    assert office.kinds(case or 0) == (["opened"] if new else ["opened", "touched"])
    assert deciding.open_cases(office.desk(), deciding.find(office.desk(), held)) == [], "it is decided"


def test_a_held_mail_is_dropped_with_a_reason(office: Office) -> None:
    office.mail(mail("Free kettles", X_Spam_Flag="YES"))

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "delete", "enter")
        await screen.until(lambda: "is dropped" in screen.text())
        assert "No mail is held." in screen.text()
        assert "[1 held 0]" in screen.text()
        await screen.press("4")
        assert "dropped it: advertising" in screen.text()

    on_screen(office, script, size=(80, 24))


def test_a_held_mail_that_is_open_is_dropped_there(office: Office) -> None:
    office.mail(mail("Free kettles", X_Spam_Flag="YES"))

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "enter")
        assert "Del drop it" in screen.text()
        await screen.press("delete", "enter")
        await screen.until(lambda: "Mail 1, dropped" in screen.text())
        assert "Del drop it" not in screen.text()
        await screen.press("delete")
        assert "Mail 1 is dropped; only a held mail can be dropped." in screen.text()

    on_screen(office, script, size=(80, 24))


def test_one_key_makes_the_author_of_a_forwarded_mail_the_customer(office: Office) -> None:
    addresses.save_address(office.desk("Ben"), "Ben", "ben@shop.example")
    office.mail(
        mail("---------- Forwarded message\nFrom: Zoe <zoe@home.example>\n\nHi", "ben@shop.example", "Fwd: Kettle")
    )

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "2", "enter")
        assert "Zoe <zoe@home.example>?" in screen.text()
        await screen.press("f6")
        await screen.until(lambda: "as the customer" in screen.text())
        assert office.store.customers.names([office.case(1).customer or 0]) == {office.case(1).customer: "Zoe"}
        await screen.until(lambda: "home.example>?" not in screen.text())

    on_screen(office, script, size=(120, 30))


def test_hostile_text_of_a_mail_does_nothing(office: Office) -> None:
    office.mail(mail(HOSTILE * 3, f"{HOSTILE} <x@home.example>", HOSTILE, X_Spam_Flag="YES"))
    assert deciding.counts(office.desk()) == {"held": 1}

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign")
        harmless(screen)
        await screen.press("enter")
        harmless(screen)
        await screen.press("enter", "escape", "escape")
        harmless(screen)

    on_screen(office, script, size=(80, 24))


def test_the_boxes_are_listed_and_a_lead_stops_fetching_from_one(office: Office) -> None:
    imap = MailServer(host="imap.shop.example", port=993, user="care")
    settings = BoxSettings(address=Mailbox("care@shop.example", HOSTILE), imap=imap, signature=HOSTILE)
    box = boxes.add(office.desk(), "support", settings, Secret("stored", "hunter2"))
    fetch_state.has_failed(office.desk(), box, f"its server refused the login: {HOSTILE}")
    office.later(1)

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "5")
        assert "5 boxes 1" in screen.text()
        assert "not read for 1h" in screen.text()
        harmless(screen)
        await screen.press("enter")
        assert "from the database" in screen.text()
        assert "hunter2" not in screen.text()
        harmless(screen)
        await screen.press("enter")
        await screen.until(lambda: "no longer fetched" in screen.text())
        assert not boxes.named(office.desk(), "support").settings.reading
        await screen.until(lambda: "Enter fetch again" in screen.text())

    on_screen(office, script, size=(120, 30))


def test_an_agent_cannot_stop_fetching(office: Office) -> None:
    imap = MailServer(host="imap.shop.example", port=993, user="care")
    settings = BoxSettings(address=Mailbox("care@shop.example"), imap=imap)
    boxes.add(office.desk(), "support", settings, Secret("environment", "X"))

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "5", "enter", "enter")
        await screen.until(lambda: "Only a lead" in screen.text())
        assert boxes.named(office.desk(), "support").settings.reading

    on_screen(office, script, name="Ben", size=(120, 30))


def test_a_mail_names_the_boxes_it_came_to(office: Office) -> None:
    imap = MailServer(host="imap.shop.example", port=993, user="care")
    settings = BoxSettings(address=Mailbox("care@shop.example"), imap=imap)
    box = boxes.add(office.desk(), "support", settings, Secret("environment", "X"))
    office.mail(mail())
    office.store.engine.write(lambda: office.store.boxes.note(box.number, 7, [BoxMail(uid=1, mail=1)]))

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "2", "enter")
        assert "boxes    support" in screen.text()

    on_screen(office, script, size=(120, 30))


def replied(office: Office, *ended: str) -> list[int]:
    """The cases of mails that Ben answered; with how the sending of each ended, the last one waits."""
    if not boxes.all_boxes(office.desk()):
        office.box()
    cases = []
    for number in range(len(ended) + 1):
        came = mail("It leaks.", subject=f"Kettle {number}", Message_ID=f"<{number}@home.example>")
        case = office.mail(came).case
        assert case is not None
        if office.case(case).owner is None:
            execution.execute(office.desk("Ben"), "take", Take(), [case])
        at = office.now + DAY if number == len(ended) else None
        execution.execute(office.desk("Ben"), "reply", Reply(text="A new lid.", at=at), [case])
        cases.append(case)
    answers = [Outcome(state=state, said=f"{state}: {HOSTILE}") for state in ended]
    office.now += UNDO_TIME
    sending.send_due(office.desk(), lambda *_: answers.pop(0))
    return cases


def test_what_is_sent_is_listed_and_what_needs_a_person_comes_first(office: Office) -> None:
    cases = replied(office, SENT, REFUSED, UNCERTAIN)

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "6", "home")  # it opens on the mail of the case under the cursor
        assert "6 sending 3" in screen.text()
        lines = [line.split()[0] for line in screen.text().splitlines() if " case " in line and "Re: K" in line]
        assert lines == ["uncertain", "refused", "waiting", "sent"]
        assert "by Ben to anna@home.example: uncertain. It may have been sent." in screen.text()
        harmless(screen)
        await screen.press("j", "f7")
        await screen.until(lambda: "counts as sent" in screen.text())
        assert office.case(cases[1]).waiting_since is None
        await screen.press("home", "enter")
        assert screen.queue.board.current == cases[2]

    on_screen(office, script, size=(120, 30))


def test_another_list_begins_at_its_top_and_its_mails_are_not_taken_for_those_that_came(office: Office) -> None:
    for number in range(6):
        office.mail(mail("Free kettles", subject=f"Win {number}", X_Spam_Flag="YES"))
    replied(office, SENT, REFUSED, UNCERTAIN)

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "6", "home")
        page = screen.app.screen
        assert isinstance(page, MailScreen)
        first, second = (row.number for row in page._outgoing.mails[:2])
        await screen.press("1", "end", *["k"] * (second - 1))
        assert page.row is not None
        assert page.row.number == second, "a mail that came, with the number of one that is sent"
        assert f"Mail {second}" in screen.text()
        await screen.press("6")
        assert page.place == 0
        assert f"Outgoing mail {first} by Ben to anna@home.example" in " ".join(screen.text().split())
        await screen.press("end", "1")
        assert page.place == 0

    on_screen(office, script, size=(120, 30))


def test_an_uncertain_mail_is_sent_again_only_after_a_question_and_a_waiting_one_is_stopped(office: Office) -> None:
    cases = replied(office, UNCERTAIN)
    (uncertain,) = sending.listed(office.desk(), (UNCERTAIN,))

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "6", "greater_than_sign")
        assert "the customer gets it twice" in screen.text()
        await screen.press("enter")
        assert sending.find(office.desk(), uncertain.number).state == UNCERTAIN
        await screen.press("greater_than_sign", "down", "enter")
        await screen.until(lambda: "is sent again now" in screen.text())
        assert sending.stuck(office.desk()) == 0
        assert "Enter case  Del stop" in screen.lines()[-1], "what is sent by itself can only be stopped"
        await screen.press("end", "f7")
        await screen.until(lambda: "is sent by itself at its time" in screen.text())
        await screen.press("delete")
        await screen.until(lambda: "is a draft of Ben" in screen.text())
        assert drafts.find(office.desk("Ben"), cases[1], "reply") is not None
        await screen.until(lambda: "not sent" in screen.text())
        await screen.press("end", "f7")
        await screen.until(lambda: "Its text is a draft: r on case" in screen.text())
        assert "was sent" not in screen.lines()[-1]

    on_screen(office, script, size=(80, 24))


def test_what_only_a_lead_may_do_is_told_in_the_menu(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "5")
        assert "Ana can add one." in screen.text()
        await screen.press("full_stop")
        assert screen.text().count("Only a lead can. Ask Ana.") == 3, "beside each, and below for the chosen one"

    on_screen(office, script, name="Ben", size=(120, 30))


def test_an_empty_page_of_mail_says_what_to_do_next_and_offers_only_that(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign")
        assert "No mail is held." in screen.text()
        assert "No mail box receives mail here yet. To add one: 5, then ." in screen.text()
        assert screen.lines()[-1].split() == ["1-6", "which", "F5", "reload", "Esc", "back"]
        await screen.press("6")
        assert "No mail box sends mail here yet. To add one: 5, then ." in screen.text()
        await screen.press("?")
        keys = {item.text for item in screen.app.screen.menu._items}
        assert not {"Drop; do not send; remove a box", "Send again", "It was sent", "Open"} & keys
        await screen.press("escape", "5")
        assert "There is no mail box. To add one: ." in screen.text()
        assert screen.lines()[-1].split()[:3] == [".", "add,", "settings"]
        office.box()
        await screen.press("f5")
        assert screen.lines()[-1].split()[:8] == ["Enter", "open", ".", "add,", "test,", "change", "Del", "remove"]
        await screen.press("6")
        assert "To write one: r (Reply by mail) on a case" in screen.text()

    on_screen(office, script, size=(120, 30))


def test_an_agent_on_an_empty_page_of_mail_is_told_who_can_add_a_box(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "5")
        assert "There is no mail box. Ana can add one." in screen.text()
        assert screen.lines()[-1].split()[:2] == ["1-6", "which"]
        office.mail(mail("Free kettles"))
        await screen.press("2")
        assert screen.lines()[-1].split()[:2] == ["Enter", "read"]
        assert "Del" not in screen.lines()[-1], "only a held mail can be dropped"

    on_screen(office, script, name="Ben", size=(120, 30))
