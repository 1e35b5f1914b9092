"""A mail to the customer that is not sent is told wherever its case is shown, and one key leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.mail import sending
from careconsole.desk.queries import case_queries, shown_case
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.replies import UNDO_TIME
from careconsole.domain.mail.outgoing import Outcome
from careconsole.domain.reply_states import LATER, REFUSED, UNCERTAIN
from careconsole.present.case_sheet import head
from careconsole.present.json_views import queue_entries, shown_case_entry
from careconsole.present.queue_text import subject_words
from careconsole.tui.pages.mail import MailScreen
from careconsole.tui.queue.case_lines import Beside, sheet_lines
from tests.desk.office import HOUR, Office
from tests.desk.test_bounces import bounced, report
from tests.desk.test_bounces import merged as answered_and_merged
from tests.desk.test_sending import Server, arrived, reply, send
from tests.intake.mails import mail
from tests.tui.screen import Screen, on_screen, opened
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
    view = shown_case.show(office.desk("Ben"), case)
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
    view = shown_case.show(office.desk("Ben"), case)
    mails = [words for name, words in head(view) if name == "mail"]
    assert len(mails) == 2
    assert mails[0].startswith("! 1 to ")
    assert mails[0].endswith(f": {state}: 550 no such user")
    page = case_queries.queue(office.desk("Ben"), "is:unsent")
    assert [entry.unsent for entry in queue_entries(page)] == [state]
    assert [one.state for one in shown_case_entry(view).unsent] == [state, "waiting"]


def test_a_field_of_an_import_that_is_called_mail_leads_to_no_mail(office: Office) -> None:
    case = arrived(office)
    view = shown_case.show(office.desk("Ben"), case)
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


def came_back(office: Office, moment: int | None = None) -> list[tuple[int, str]]:
    desk = office.desk("Ben")
    ask = case_queries.queue if moment is None else lambda desk, text: case_queries.queue_as_of(desk, moment, text)
    return [(row.number, row.unsent) for row in ask(desk, "is:bounced").rows]


def test_a_mail_that_came_back_is_told_until_the_customer_hears_from_us(office: Office) -> None:
    server, other = Server(), arrived(office, subject="Lid", Message_ID="<other@home.example>")
    reply(office, other)
    case = arrived(office)
    reply(office, case)
    send(office, server)
    assert came_back(office) == []
    office.later()
    before = office.now
    bounced(office, server)
    row, board = row_of(office, case)
    assert said(row, board, 78)["subject"].startswith("←! ")
    assert subject_words(row).startswith("[mail bounced] ")
    assert (came_back(office), unsent(office)) == ([(case, "bounced")], [])
    assert came_back(office, before - 1) == []
    assert came_back(office, office.now) == [(case, "bounced")]

    # What the customer writes changes nothing, nor does what was recorded and undone. An answer that waits comes first.
    office.mail(mail("Are you there?", Message_ID="<2@home.example>", In_Reply_To="<1@home.example>"))
    execution.execute(office.desk("Ben"), "log", LogMessage(text="I called.", channel="phone"), [case])
    assert came_back(office) == []
    undo_redo.undo(office.desk("Ben"))
    assert came_back(office) == [(case, "bounced")]
    reply(office, case)
    assert came_back(office) == [(case, "waiting")]
    send(office, server)
    assert came_back(office) == []


def test_a_mail_that_came_back_and_arrived_after_all_or_was_not_the_last_one_is_not_told(office: Office) -> None:
    server, case = Server(), arrived(office)
    reply(office, case)
    send(office, server)
    reply(office, case, "And a second one.")
    send(office, server)
    office.later()
    office.mail(report(server.got[0].message_id))
    assert came_back(office) == []
    bounced(office, server, Message_ID="<second@mx.example>")
    assert came_back(office) == [(case, "bounced")]
    bounced(office, server, action="delivered")
    assert came_back(office) == []


def test_a_mail_of_a_merged_case_that_came_back_is_told_where_it_continues(office: Office) -> None:
    server = Server()
    _, winner = answered_and_merged(office, server)
    bounced(office, server)
    assert came_back(office) == [(winner, "bounced")]
    execution.execute(office.desk("Ben"), "log", LogMessage(text="I called.", channel="phone"), [winner])
    assert came_back(office) == []


def test_the_first_line_counts_the_cases_whose_mail_came_back_and_leads_to_them(office: Office) -> None:
    server, case = Server(), arrived(office)
    reply(office, case)
    send(office, server)
    bounced(office, server)

    async def script(screen: Screen) -> None:
        await screen.until(lambda: "1 with a bounced mail" in screen.lines()[0])
        screen.queue.cases.go_to(case)
        await screen.until(lambda: "the last mail to the customer came back" in screen.text())
        for _ in range(3):
            await screen.press("f")
            if screen.queue.live.filter.endswith("is:bounced"):
                break
        await screen.until(lambda: screen.queue.live.filter == "answerable:me is:bounced")
        assert "←! " in screen.text()

    on_screen(office, script, name="Ben", size=(120, 24))


def test_a_sending_that_fails_is_told_to_its_writer_and_on_the_open_case_until_it_was_sent(office: Office) -> None:
    case = arrived(office)
    reply(office, case)

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(case)
        await screen.press("enter")
        await screen.until(lambda: "waiting until" in screen.text())
        answered(office, Outcome(state=LATER, said="451 busy"))
        await screen.says("Your mail on case 1 (Kettle) could not be sent yet and is tried again: 451 busy")
        await screen.until(lambda: "to be tried again" in screen.text())
        await screen.press("escape")
        await screen.until(lambda: "sending a mail failed, it is tried again (<)" in screen.text())
        assert "→~ " in screen.text()
        assert len(screen.toasts()) == 1
        tries = office.now
        office.now += 2 * HOUR
        sending.send_due(office.desk(), lambda login, mail, files: Outcome(state=LATER, said="451 busy still"))
        await screen.press("enter")
        screen.app._tick()
        await screen.until(lambda: "451 busy still" in screen.text())
        assert office.now > tries
        assert office.kinds(case).count("reply failed") == 1, "only the first attempt is told"

    on_screen(office, script, name="Ben", size=(100, 24))


def test_a_reply_is_offered_before_a_log_where_a_mail_can_reach_the_customer(office: Office) -> None:
    case = arrived(office)
    other = opened(office.desk("Ben"), "Lid lost", owner=office.ids["Ben"])

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(case)
        await screen.press("enter")
        await screen.until(lambda: " r reply  c log " in screen.lines()[-1])
        await screen.press("escape")
        screen.queue.cases.go_to(other)
        await screen.press("enter")
        await screen.until(lambda: " c log " in screen.lines()[-1])
        assert "reply" not in screen.lines()[-1]

    on_screen(office, script, name="Ben", size=(100, 24))


def test_a_row_says_in_words_that_sending_failed_so_far(office: Office) -> None:
    case = arrived(office)
    reply(office, case)
    answered(office, Outcome(state=LATER, said="451 busy"))
    row, _ = row_of(office, case)
    assert subject_words(row).startswith("[mail failed so far] ")
    assert row.unsent == LATER
