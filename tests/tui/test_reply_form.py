"""The form of a reply by mail, and drafts that are found again outside of their case."""

from __future__ import annotations

from pathlib import Path

import pytest

from careconsole.desk.cases import execution
from careconsole.desk.console import drafts
from careconsole.desk.console.drafts import Draft
from careconsole.desk.queries import case_queries
from careconsole.domain.case.resolution import Resolve
from careconsole.tui.forms.form import FormScreen
from tests.desk.office import Office
from tests.desk.test_sending import Server, arrived, reply, send
from tests.tui.forms import fill, form, row
from tests.tui.screen import Screen, on_screen, opened


def test_where_no_box_can_send_a_reply_is_not_available_and_the_way_to_one_is_told(office: Office) -> None:
    opened(office.desk("Ben"), "Kettle", owner=office.ids["Ben"])
    why = "No mail box can send yet. A lead adds one: < (Mail), then 5, . and 1."

    async def script(screen: Screen) -> None:
        await screen.press(".")
        await screen.type("reply by mail")
        assert "No mail box can send yet." in screen.text()
        assert "A lead adds one: < (Mail)" in screen.text()
        await screen.press("escape", "?")
        assert "Reply by mail" not in screen.text()
        await screen.press("escape", "r")
        assert not isinstance(screen.app.screen, FormScreen)
        assert why in screen.toasts()[-1]

    on_screen(office, script, name="Ben", size=(160, 45))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("files", "{folder}/nowhere.pdf", "nowhere.pdf"),
        ("to", "anna at home", "is no mail address"),
        ("cc", "bob", "is no mail address"),
    ],
)
def test_the_cursor_goes_to_the_answer_that_cannot_be_used(
    office: Office, tmp_path: Path, field: str, value: str, said: str
) -> None:
    office.box()
    case = arrived(office)

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(case)
        await screen.press("r")
        await fill(screen, text="A new lid is on its way.", **{field: value.format(folder=tmp_path)})
        form(screen)._rows.enter(row(screen, "text"))
        await screen.press("ctrl+s")
        assert form(screen)._at() is row(screen, field)
        assert said in screen.text()
        assert row(screen, "text").field.said == "A new lid is on its way."

    on_screen(office, script, name="Ben", size=(120, 45))
    assert office.case(case).replies == ()


def test_a_mail_that_is_written_anyway_beside_a_colleagues_is_sent(office: Office) -> None:
    office.box()
    case, server = arrived(office), Server()

    async def script(screen: Screen) -> None:
        screen.queue.cases.go_to(case)
        await screen.press("r")
        await fill(screen, text="A new lid is on its way.")
        reply(office, case, "I look into it.", by="Cleo")
        await screen.press("ctrl+s")
        said = str(form(screen)._notes.trouble.content)
        assert said.startswith(f"Case {case} has changed since you saw it: Cleo wrote a mail to anna@home.example")
        assert "Press ctrl+s again to do it anyway." in said
        await screen.press("ctrl+s")
        assert not isinstance(screen.app.screen, FormScreen)

    on_screen(office, script, name="Ben", size=(120, 45))
    assert send(office, server).sent == 2
    assert [one.body.partition("\n")[0] for one in server.got] == ["I look into it.", "A new lid is on its way."]


def test_the_first_line_counts_the_cases_with_a_draft_and_leads_to_them(office: Office) -> None:
    kettle, lid = (opened(office.desk("Ana"), subject, owner=office.ids["Ana"]) for subject in ("Kettle", "Lid"))
    execution.execute(office.desk("Ana"), "resolve", Resolve(said="done", answer="told"), [lid])
    drafts.save_draft(office.desk("Ana"), Draft(lid, "note", {"text": "serial number"}, None, office.now))
    drafts.save_draft(office.desk("Ben"), Draft(kettle, "note", {"text": "mine"}, None, office.now))

    def drafted(who: str) -> list[int]:
        return [row.number for row in case_queries.queue(office.desk(who), "is:draft").rows]

    assert (drafted("Ana"), drafted("Ben"), drafted("Cleo")) == ([lid], [kettle], [])

    async def script(screen: Screen) -> None:
        await screen.until(lambda: "1 with a draft" in screen.lines()[0])
        await screen.press("i")
        await screen.type("looked at it")
        await screen.press("escape")
        assert "It opens again with “i” on the case." in screen.toasts()[-1]
        await screen.until(lambda: "2 with a draft" in screen.lines()[0])
        await screen.press("f")
        await screen.until(lambda: screen.queue.live.filter == "is:draft")

    on_screen(office, script)


def test_a_draft_of_a_new_case_is_on_no_case(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("n")
        await fill(screen, subject="Kettle cracked")
        await screen.press("escape")
        assert screen.toasts()[-1].endswith("It opens again with “n”.")

    on_screen(office, script)
