"""The form of a mail box in the console, testing a box there, and the settings of mail."""

from __future__ import annotations

import os

import pytest

from careconsole.desk.console import drafts
from careconsole.desk.mail import boxes, settings
from careconsole.desk.team import journal
from careconsole.domain.mail.boxes import Box, BoxSettings, MailServer, Secret
from careconsole.domain.mail.received import Mailbox
from careconsole.tui.forms.settings_form import SettingsForm
from careconsole.tui.pages.mail_boxes import BoxPage
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen

SMTP = MailServer(host="127.0.0.1", port=1, security="plain", user="care")
IMAP = MailServer(host="imap.shop.example", port=993, user="care")
SECRET = "hunter2-of-the-shop"


async def opens(screen: Screen, *keys: str) -> SettingsForm:
    """The form that the menu of the list of boxes opens."""
    await screen.press("less_than_sign", "5", "full_stop", *keys)
    form = screen.app.screen
    assert isinstance(form, SettingsForm)
    return form


def fill(form: SettingsForm, **answers: str) -> None:
    for name, answer in answers.items():
        row = form._rows.named(name)
        assert row is not None
        row.put(answer)


def added(office: Office, secret: Secret, imap: MailServer | None = IMAP) -> Box:
    made = BoxSettings(address=Mailbox("care@shop.example"), imap=imap, smtp=SMTP, signature="The shop")
    return boxes.add(office.desk(), "support", made, secret)


def test_a_box_is_added_and_its_password_is_nowhere_but_in_the_box(office: Office) -> None:
    async def script(screen: Screen) -> None:
        form = await opens(screen, "1")
        await screen.type("support")
        await screen.press("enter")
        await screen.type("Care@Shop.example")
        fill(form, imap="imap.shop.example:143", smtp="smtp.shop.example", secret="typed", password=SECRET)
        await screen.press("tab", "tab")
        text = screen.text()
        assert SECRET not in text
        assert "• " not in text.replace("••••••••", "")  # as many dots, whatever its length
        assert "tls [starttls]" in text
        await screen.press("ctrl+s")
        await screen.until(lambda: "Box support is set." in screen.text())
        assert SECRET not in screen.text()

    on_screen(office, script, size=(100, 40))
    [box] = boxes.all_boxes(office.desk())
    assert (box.secret, box.settings.oauth) == (Secret("stored", SECRET), False)
    assert box.settings.address == Mailbox("Care@shop.example")
    assert (box.settings.imap, box.settings.smtp) == (
        MailServer(host="imap.shop.example", port=143, security="starttls", user="Care@Shop.example"),
        MailServer(host="smtp.shop.example", port=465, user="Care@Shop.example"),
    )
    assert box.settings.since == boxes.first_day("today", office.desk().now())
    assert SECRET not in repr(journal.read(office.desk()))
    assert drafts.listed(office.desk("Ana")) == []


def test_what_is_wrong_stands_by_its_question_and_nothing_typed_is_lost(office: Office) -> None:
    async def script(screen: Screen) -> None:
        form = await opens(screen, "1")
        await screen.press("ctrl+s")
        assert "! Name is missing." in screen.text()
        fill(form, name="support", address="nobody", imap="h", secret="variable", source="X")
        await screen.press("ctrl+s")
        await screen.until(lambda: "is no mail address" in screen.text())
        fill(form, address="care@shop.example", source="hunter 2")
        await screen.press("ctrl+s")
        await screen.until(lambda: "has letters, digits and underscores only" in screen.text())
        await screen.press("escape")
        assert "This is not saved." in screen.text()
        await screen.press("escape")
        assert "There is no mail box." in screen.text()

    on_screen(office, script, size=(80, 24))
    assert boxes.all_boxes(office.desk()) == []


def test_every_question_is_explained_at_80_by_24(office: Office) -> None:
    async def script(screen: Screen) -> None:
        form = await opens(screen, "1")
        fill(form, imap="h", smtp="h", after="move")
        for row in form._rows.asked:
            await screen.press("tab")
            at = form._rows.at(form.focused)
            assert at is not None
            words = at.question.worded(form._rows.said).help
            assert words.split(".")[0][:40] in " ".join(screen.text().split()), row.question.name

    on_screen(office, script, size=(80, 24))


def test_changing_a_box_keeps_its_password_unless_another_is_given(office: Office) -> None:
    before = added(office, Secret("stored", SECRET))

    async def script(screen: Screen) -> None:
        form = await opens(screen, "2")
        assert SECRET not in repr(form._rows.said)
        fill(form, name="care", signature="Your shop")
        await screen.press("ctrl+s")
        await screen.until(lambda: "Box care is changed." in screen.text())

    on_screen(office, script, size=(100, 40))
    [box] = boxes.all_boxes(office.desk())
    assert (box.name, box.secret, box.settings.signature) == ("care", before.secret, "Your shop")
    assert (box.settings.imap, box.settings.smtp) == (IMAP, SMTP)


def test_a_server_is_taken_away_by_emptying_it(office: Office) -> None:
    added(office, Secret("environment", "CARE"))

    async def script(screen: Screen) -> None:
        form = await opens(screen, "2")
        fill(form, imap="")
        await screen.press("ctrl+s")
        await screen.until(lambda: "Box support is changed." in screen.text())

    on_screen(office, script, size=(100, 40))
    [box] = boxes.all_boxes(office.desk())
    assert (box.settings.imap, box.settings.smtp) == (None, SMTP)


def test_a_test_that_fails_says_what_to_do_next(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    added(office, Secret("environment", "CARE_PW"), imap=None)
    monkeypatch.setitem(os.environ, "CARE_PW", SECRET)

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "5", "full_stop", "1")
        assert isinstance(screen.app.screen, BoxPage)
        await screen.until(lambda: "cannot be reached: Connection refused." in screen.text())
        assert "Check the port, and the kind of encryption" in " ".join(screen.text().split())
        assert SECRET not in screen.text()

    on_screen(office, script, size=(100, 30))


def test_a_box_is_removed_only_after_a_question(office: Office) -> None:
    added(office, Secret("environment", "CARE"))

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "5", "delete", "enter")
        assert len(boxes.all_boxes(office.desk())) == 1
        await screen.press("enter", "delete", "down", "enter")
        await screen.until(lambda: "Box support is removed" in screen.text())
        await screen.until(lambda: "There is no mail box." in screen.text())

    on_screen(office, script, size=(100, 30))
    assert boxes.all_boxes(office.desk()) == []


def test_the_command_of_a_password_is_shown_before_it_may_run(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    added(office, Secret("command", "pass show [/]care"))
    trusted: list[str] = []
    monkeypatch.setattr("careconsole.tui.pages.mail_boxes.trust", trusted.append)

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "5", "full_stop", "4")
        assert "password of box support, and would run as you: pass show [/]care" in screen.text()
        await screen.press("enter")
        assert trusted == []
        await screen.press("full_stop", "4", "down", "enter")
        await screen.until(lambda: trusted == ["pass show [/]care"])

    on_screen(office, script, size=(100, 30))


def test_an_agent_changes_nothing(office: Office) -> None:
    added(office, Secret("environment", "CARE"))

    async def script(screen: Screen) -> None:
        await screen.press("less_than_sign", "5")
        for keys in (("full_stop", "2"), ("full_stop", "5"), ("full_stop", "6"), ("delete",)):
            await screen.press(*keys)
            assert "Only a lead can" in screen.text()
            assert not isinstance(screen.app.screen, SettingsForm)

    on_screen(office, script, size=(100, 30), name="Ben")


def test_a_lead_sets_for_how_long_mails_reopen_and_which_server_checks(office: Office) -> None:
    async def script(screen: Screen) -> None:
        form = await opens(screen, "2")
        fill(form, days="many", server="MX.shop.example")
        await screen.press("ctrl+s")
        await screen.until(lambda: "is no number of days" in screen.text())
        assert settings.server(office.desk()) == ""
        fill(form, days="30")
        await screen.press("ctrl+s")
        await screen.until(lambda: "The settings of mail are changed." in screen.text())
        assert "within 30 days" in screen.text()
        assert "mx.shop.example checks senders" in screen.text()
        await screen.press("full_stop", "2")
        await screen.press("ctrl+s")
        await screen.until(lambda: "are as they were" in screen.text())

    on_screen(office, script, size=(80, 24))
    assert (settings.reopening(office.desk()), settings.server(office.desk())) == (30, "mx.shop.example")


def test_a_password_that_is_missing_says_how_to_do_without_a_login(office: Office) -> None:
    async def script(screen: Screen) -> None:
        form = await opens(screen, "1")
        fill(form, name="support", address="care@shop.example", smtp="localhost")
        for secret, missing in (("command", "Command is missing."), ("typed", "Password is missing.")):
            fill(form, secret=secret)
            await screen.press("tab", "ctrl+s")
            text = " ".join(screen.text().replace("│", " ").split())
            assert missing in text
            assert "Where no login is needed, empty User there instead." in text
        fill(form, imap="localhost")
        await screen.press("tab", "ctrl+s")
        assert "Where no login is needed" not in screen.text(), "to fetch mail, somebody has to log in"
        fill(form, imap="", smtp_user="")
        await screen.press("ctrl+s")
        await screen.until(lambda: "Box support is set." in screen.text())

    on_screen(office, script, size=(100, 40))
