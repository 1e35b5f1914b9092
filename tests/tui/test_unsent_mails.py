"""A mail to the customer that is not sent is told wherever its case is shown, and one key leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.desk.mail import sending
from careconsole.desk.queries import case_queries
from careconsole.domain.case.replies import UNDO_TIME
from careconsole.domain.mail.outgoing import Outcome
from careconsole.domain.reply_states import REFUSED, UNCERTAIN
from careconsole.present.case_sheet import head
from careconsole.present.json_views import queue_entries, shown_case_entry
from careconsole.present.queue_text import subject_words
from careconsole.tui.pages.mail import MailScreen
from careconsole.tui.queue.case_lines import Beside, sheet_lines
from tests.desk.office import HOUR, Office
from tests.desk.test_sending import arrived, reply
from tests.intake.mails import mail
from tests.tui.screen import Screen, on_screen
from tests.tui.test_columns import row_of, said


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    office.box()
    yield office
    office.close()


def answered(office: Office, outcome: Outcome) -> None:
    office.now += UNDO_TIME
    sending.send_due(office.desk(), lambda login, mail, files: outcome)


def unsent(office: Office) -> list[int]:
    return [row.number for row in case_queries.queue(office.desk("Ben"), "is:unsent").rows]


def sheet(office: Office, case: int) -> str:
    view = case_queries.show(office.desk("Ben"), case)
    return "\n".join("".join(text for text, _ in line) for line in sheet_lines(view, Beside(), 100))


def test_a_mail_that_waits_is_told_on_the_row_and_in_the_case_until_it_was_sent(office: Office) -> None:
    case = arrived(office)
    assert unsent(office) == []
    reply(office, case)
    row, board = row_of(office, case)
    assert said(row, board, 78)["subject"].startswith("→… ")
    assert subject_words(row).startswith("[mail waiting] ")
    assert unsent(office) == [case]
    assert ": waiting until " in sheet(office, case)
    assert "(< mail)" in sheet(office, case)
    answered(office, Outcome(state="sent", said="250 OK"))
    row, board = row_of(office, case)
    assert row.unsent == ""
    assert unsent(office) == []
    assert "(< mail)" not in sheet(office, case)


@pytest.mark.parametrize(("state", "sign"), [(REFUSED, "→!"), (UNCERTAIN, "→?")])
def test_a_mail_that_needs_a_person_comes_before_one_that_waits(office: Office, state: str, sign: str) -> None:
    case = arrived(office)
    reply(office, case)
    answered(office, Outcome(state=state, said="550 no such user"))
    reply(office, case, "And a second one.")
    row, board = row_of(office, case)
    assert said(row, board, 78)["subject"].startswith(f"{sign} ")
    view = case_queries.show(office.desk("Ben"), case)
    mails = [words for name, words in head(view) if name == "mail"]
    assert len(mails) == 2
    assert mails[0].startswith("! 1 to ")
    assert mails[0].endswith(f": {state}: 550 no such user")
    page = case_queries.queue(office.desk("Ben"), "is:unsent")
    assert [entry.unsent for entry in queue_entries(page)] == [state]
    assert [one.state for one in shown_case_entry(view).unsent] == [state, "waiting"]


def test_a_field_of_an_import_that_is_called_mail_leads_to_no_mail(office: Office) -> None:
    case = arrived(office)
    view = case_queries.show(office.desk("Ben"), case)
    view.case.fields["mail"] = "call her instead"
    lines = ["".join(text for text, _ in line) for line in sheet_lines(view, Beside(), 100)]
    (line,) = (line for line in lines if "call her instead" in line)
    assert "(< mail)" not in line


def test_the_queue_as_of_a_moment_knows_which_mails_waited_then(office: Office) -> None:
    case = arrived(office)
    before = office.now
    office.now += HOUR
    reply(office, case)
    waited = office.now
    answered(office, Outcome(state=REFUSED, said="550 no"))

    def then(moment: int) -> list[tuple[int, str]]:
        found = case_queries.queue_as_of(office.desk("Ben"), moment, "is:unsent")
        return [(row.number, row.unsent) for row in found.rows]

    assert then(before) == []
    assert then(waited) == [(case, "waiting")]
    assert then(office.now) == [(case, "refused")]


def test_below_the_list_stands_what_the_sign_says_and_its_key_leads_to_the_mail(office: Office) -> None:
    office.mail(mail("Free kettles", subject="Win", X_Spam_Flag="YES"))
    case = arrived(office)
    reply(office, case)
    answered(office, Outcome(state=REFUSED, said="550 no such user"))

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(case)
        await screen.until(lambda: "a mail was not sent (<)" in screen.text())
        await screen.press("less_than_sign")
        assert isinstance(screen.app.screen, MailScreen)
        await screen.until(lambda: "550 no such user" in screen.text())

    on_screen(office, script, size=(100, 24))
