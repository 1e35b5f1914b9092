"""Wherever a promise is shown, it is said that the customer does not know of it: the mail that told them came back."""

from __future__ import annotations

from pathlib import Path

from careconsole.desk.queries import agenda
from careconsole.desk.queries.shown_case import show
from careconsole.domain.case.promises import open_promises
from careconsole.present import case_sheet, customer_sheet
from careconsole.present.json_views import promise_entry
from careconsole.present.promises import promise_text
from careconsole.present.summary import case_summary
from careconsole.tui.pages.promises import full_text
from tests.desk.office import HOUR, Office
from tests.desk.test_bounces import bounced
from tests.desk.test_sending import Server, arrived, reply, send


def shown(office: Office, case: int) -> list[str]:
    """How the only promise reads in each place."""
    desk = office.desk("Ben")
    (one,) = agenda.promises(desk, "all").entries
    roster = office.store.people.roster()
    assert promise_entry(one, roster).untold == one.promise.untold
    return [
        str(case_sheet.head(show(desk, case))),
        promise_text(one.promise),
        customer_sheet.promise_words(one, roster),
        full_text(one, roster, office.now),
        str(open_promises(office.case(case), [], str)),
    ]


def test_a_promise_whose_mail_came_back_says_so_everywhere(tmp_path: Path) -> None:
    office, server = Office(tmp_path), Server()
    office.box()
    case = arrived(office)
    reply(office, case, then="promise", due=office.now + 48 * HOUR)
    send(office, server)
    assert not any("not told" in text for text in shown(office, case))
    bounced(office, server)
    assert all("not told: the mail came back" in text for text in shown(office, case))
    assert "The mail that told you so came back to us." in case_summary(show(office.desk("Ben"), case), office.now)
    office.close()
