"""A form draws its questions as lines, and has a field for each that somebody went to."""

from __future__ import annotations

import pytest
from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.renderables.background_screen import BackgroundScreen
from textual.widget import Widget

from careconsole.desk.cases import execution
from careconsole.desk.console import drafts
from careconsole.desk.console.drafts import Draft
from careconsole.desk.team import members
from careconsole.domain.case.promises import Promise
from careconsole.tui.forms.choice_fields import ChoiceField, ListField
from careconsole.tui.forms.form_rows import LABEL
from careconsole.tui.forms.text_fields import LineField, TextField
from careconsole.tui.widgets.dimmed_screen import DimmedScreen
from tests.desk.office import HOUR, Office
from tests.tui.forms import form, row
from tests.tui.screen import Screen, on_screen, opened

_FIELDS = (LineField, TextField, ChoiceField, ListField)


def fields(screen: Screen) -> list[Widget]:
    return [widget for widget in form(screen).walk_children() if isinstance(widget, _FIELDS)]


def test_a_question_has_a_field_once_somebody_goes_there_and_looks_the_same_before(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("n")
        rows = form(screen)._rows
        assert fields(screen) == [row(screen, "subject").field]
        before = screen.text()
        await screen.press(*["tab"] * len(rows.asked))
        assert screen.app.focused is row(screen, "subject").field, "Tab goes on from the last question to the first"
        assert len(fields(screen)) == len(rows.asked)
        assert screen.text() == before
        await screen.press("shift+tab")
        assert screen.app.focused is rows.asked[-1].field

    on_screen(office, script, size=(100, 40))


def test_a_click_goes_to_a_question_and_chooses_there(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("n")
        rows = form(screen)._rows
        lines = screen.lines()
        y = next(y for y, line in enumerate(lines) if " Channel " in line)
        await screen.pilot.click(offset=(lines[y].index("phone"), y))
        await screen.settle()
        assert screen.app.focused is row(screen, "channel").field
        assert row(screen, "channel").said == "phone"
        y = next(y for y, line in enumerate(screen.lines()) if " Tags " in line)  # the form says more by now
        await screen.pilot.click(offset=(rows.region.x + LABEL - 2, y))
        await screen.settle()
        assert screen.app.focused is row(screen, "tags").field
        await screen.type("kettle")
        assert "kettle" in screen.lines()[y]

    on_screen(office, script, size=(100, 40))


def test_a_form_scrolls_to_the_question_that_one_goes_to(office: Office) -> None:
    async def script(screen: Screen) -> None:
        opened(office.desk("Ana"))
        await screen.press("n")
        await screen.press("shift+tab")
        await screen.type("kettle")
        assert any(" Tags " in line and "kettle" in line for line in screen.lines())
        await screen.press("tab")
        await screen.type("A leak")
        assert any("Subject" in line and "A leak" in line for line in screen.lines())

    on_screen(office, script, size=(60, 15))


def test_the_screen_behind_is_dimmed_as_textual_dims_it() -> None:
    color = Color.parse("#101820").with_alpha(0.4)
    styles = [
        None,
        Style(),
        Style(color="red", bgcolor=RichColor.parse("#102030"), bold=True),
        Style(color="#ffffff", meta={"@click": "quit"}, link="https://example.org"),
    ]
    segments = [Segment("text", style) for style in styles]
    found, expected = (list(screen.process_segments(segments, color)) for screen in (DimmedScreen, BackgroundScreen))
    assert found == expected
    assert not any(piece.style.meta for piece in found if piece.style)


def test_a_name_that_nobody_has_is_refused_and_nobody_else_is_chosen(office: Office) -> None:
    """What was chosen beforehand does not count any more once something else was typed."""
    number = opened(office.desk("Ana"), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("o")
        await screen.type("zoe")
        await screen.press("tab")
        await screen.type("because")
        assert "No match; Backspace deletes a letter." in screen.text()
        assert "Starts with: zoe" in screen.text()
        await screen.press("ctrl+s")
        assert "To: nothing begins with “zoe”. Backspace deletes a letter;" in " ".join(screen.text().split())
        assert screen.app.focused is row(screen, "to").field
        await screen.press("ctrl+u")
        assert "Starts with" not in screen.text()
        await screen.type("zoe")
        await screen.press("ctrl+w")
        assert "Starts with" not in screen.text()
        await screen.type("cleo")
        await screen.press("ctrl+s")

    on_screen(office, script, size=(100, 30))
    offer = office.case(number).offer
    assert offer is not None
    assert offer.to == office.ids["Cleo"]


def test_the_preview_of_an_escalation_to_nobody_says_nothing(office: Office) -> None:
    opened(office.desk("Ana"), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("e", "shift+tab", "shift+tab")
        assert screen.app.focused is row(screen, "to").field
        assert "Calls " in screen.text()
        await screen.type("zoe")
        assert "No match" in screen.text()
        assert "Calls " not in screen.text()

    on_screen(office, script, size=(100, 30))


def test_letters_on_a_row_of_choices_say_what_they_chose(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"], channel="email")

    async def script(screen: Screen) -> None:
        await screen.press("c")
        form(screen)._rows.enter(row(screen, "then"))
        await screen.press("p")
        assert row(screen, "then").said == "promise"
        assert "“p” chose: promise." in screen.text()
        await screen.press("p")
        assert row(screen, "then").said == "park", "the same letter again chooses the next one"
        assert "“pp” chose: park." in screen.text()
        await screen.press("left", "r")
        assert "“r” chose: resolve." in screen.text()
        await screen.press("backspace")
        assert row(screen, "then").said == "promise"
        await screen.press("tab")
        assert "chose:" not in screen.text()

    on_screen(office, script)
    assert office.case(number).is_open


def test_a_row_of_choices_says_while_nothing_is_chosen_in_it(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"])
    execution.execute(office.desk(), "promise", Promise(due=office.now + HOUR, text="a new lid"), [number])

    async def script(screen: Screen) -> None:
        screen.app.action_verb("move")
        await screen.settle()
        told = row(screen, "told")
        assert "Nothing is chosen yet" not in screen.text(), "it is not being answered"
        form(screen)._rows.enter(told)
        await screen.settle()
        assert " no  yes" in screen.text()
        assert "Nothing is chosen yet: ← and → choose, or a first letter." in screen.text()
        await screen.press("right")
        assert (told.said, "[no] yes" in screen.text()) == ("no", True)
        assert "Nothing is chosen yet" not in screen.text()
        await screen.press("y")
        assert (told.said, "no [yes]" in screen.text()) == ("yes", True)
        await screen.press("backspace")
        assert (told.said, "[no] yes" in screen.text()) == ("no", True)

    on_screen(office, script, size=(80, 24))


def test_a_text_typed_on_a_row_of_choices_chooses_nothing(office: Office) -> None:
    opened(office.desk(), owner=office.ids["Ana"], channel="email")

    async def script(screen: Screen) -> None:
        await screen.press("c")
        channel = row(screen, "channel")
        form(screen)._rows.enter(channel)
        before = channel.said
        await screen.type("phase two")
        assert channel.said == before
        assert f"No choice begins with “phase two”; {before} stays." in screen.text()
        await screen.press("right", "p")
        assert channel.said == "phone", "an arrow ends what was typed"

    on_screen(office, script)


def test_a_text_typed_on_a_row_of_choices_is_not_dropped_without_a_word(office: Office) -> None:
    number = opened(office.desk(), owner=office.ids["Ana"], channel="email")

    async def script(screen: Screen) -> None:
        await screen.press("z")
        on = row(screen, "on")
        form(screen)._rows.enter(on)
        await screen.type("fitter")
        await screen.press("ctrl+s")
        assert "no choice begins with “fitter”" in " ".join(screen.text().split())
        assert office.case(number).parked is None
        await screen.press("left", "ctrl+s")
        assert office.case(number).parked is not None, "an arrow ends what was typed"

    on_screen(office, script)


def test_a_note_that_its_row_has_no_room_for_stands_below_the_list_in_full(office: Office) -> None:
    number = opened(office.desk("Ben"), "Kettle", "Carla", owner=office.ids["Ben"])
    for name in ("Cleo", "Ana"):
        opened(office.desk(name), "Lid", "Carla", owner=office.ids[name])
    opened(office.desk("Cleo"), "Cord", owner=office.ids["Cleo"])
    members.away(office.desk(), "Dora", "Cleo")

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.press("o")
        note = screen.app.screen.focused._choices[0].note
        assert "knows this customer: 1 case" in note
        said = " ".join(screen.text().replace("│", " ").split())
        assert note in said
        await screen.press("enter")
        assert note not in " ".join(screen.text().replace("│", " ").split()), "the list is closed"

    on_screen(office, script, name="Ben", size=(60, 24))


def test_a_known_cause_is_not_given_another_as_a_hint(office: Office) -> None:
    async def script(screen: Screen) -> None:
        begun, whole = (LineField(text, "", alike=True) for text in ("refund limi", "Refund limit"))
        begun.suggestions = whole.suggestions = ("refund limit", "refund refused")
        assert begun.hinted[0] == "refund limit"
        assert whole.hinted == []

    on_screen(office, script)


@pytest.mark.parametrize(("key", "where"), [("o", ()), ("H", ("shift+tab",)), ("e", ("shift+tab", "shift+tab"))])
def test_what_narrows_a_list_is_no_draft_and_unchooses_nobody(office: Office, key: str, where: tuple[str, ...]) -> None:
    number = opened(office.desk("Ana"), owner=office.ids["Ana"])
    verb, name = {"o": ("offer", "to"), "H": ("ask", "of"), "e": ("escalate", "to")}[key]

    async def script(screen: Screen) -> None:
        await screen.press(key, *where)
        assert screen.app.focused is row(screen, name).field
        chosen = row(screen, name).said
        await screen.type("could you read the contract")
        assert "No match" in screen.text()
        await screen.press("escape")
        assert not any("Draft saved" in toast for toast in screen.toasts())
        assert drafts.find(office.another("Ana"), number, verb) is None
        await screen.press(key)
        assert "Your draft of" not in screen.text()
        assert row(screen, name).said == chosen

    on_screen(office, script, size=(100, 30))


def test_a_draft_that_names_no_choice_leaves_the_one_chosen_beforehand(office: Office) -> None:
    number = opened(office.desk("Ana"), owner=office.ids["Ana"])
    fields = {"of": "no match: could you read", "need": ""}
    drafts.save_draft(office.desk("Ana"), Draft(number, "ask", fields, 1, office.now))

    async def script(screen: Screen) -> None:
        await screen.press("H")
        assert "Your draft of" not in screen.text()
        assert row(screen, "of").said == row(screen, "of").question.ready != ""
        await screen.press("escape")
        assert drafts.find(office.another("Ana"), number, "ask") is None
        drafts.save_draft(
            office.another("Ana"), Draft(number, "ask", {**fields, "need": "the contract"}, 1, office.now)
        )
        await screen.press("H", "ctrl+s")

    on_screen(office, script, size=(100, 30))
    (help,) = office.case(number).helpers
    assert help.need == "the contract"


def test_asking_for_help_begins_with_what_is_needed(office: Office) -> None:
    number = opened(office.desk("Ana"), owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        await screen.press("H")
        await screen.type("could you read it")
        await screen.press("escape")
        assert "Draft saved." in screen.toasts()[-1]
        await screen.press("H")
        assert "Your draft of" in screen.text()
        await screen.press("ctrl+s")

    on_screen(office, script, size=(100, 30))
    (help,) = office.case(number).helpers
    assert help.need == "could you read it"
