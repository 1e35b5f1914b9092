"""The cursor of the list is seen in every theme: on the row itself, and against the rows around it."""

from __future__ import annotations

from rich.color import ColorType

from careconsole.tui.widgets.line_list import Choices
from careconsole.tui.widgets.toned import contrast
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened


def test_the_cursor_has_enough_contrast_in_every_theme(office: Office) -> None:
    for n in range(3):
        opened(office.desk("Ana"), f"Kettle {n}", owner=office.ids["Ana"])

    async def script(screen: Screen) -> None:
        cases, seen = screen.queue.cases, 0
        for name in screen.app.available_themes:
            screen.app.theme = name
            await screen.settle()
            place = cases.line_of(screen.queue.board.cursor)
            here, others = (
                [segment.style for segment in cases.render_line(y) if segment.style and segment.text.strip()]
                for y in (place, place + 2)
            )
            around = others[0].bgcolor
            for style in here:
                if style.reverse:
                    continue  # the colours of the text, the other way round
                assert around.type == style.bgcolor.type == ColorType.TRUECOLOR
                assert contrast(style.bgcolor, around) >= 3, name
                assert contrast(style.color, style.bgcolor) >= 3, name
                seen += 1
            assert all(style.bold for style in here), name
        assert seen, "not every theme needs the reversed cursor"

    on_screen(office, script, size=(80, 24))


def test_the_cursor_of_every_list_to_choose_from_is_seen_in_every_theme(office: Office) -> None:
    async def script(screen: Screen) -> None:
        await screen.press("s")
        options = screen.app.screen.query_one(Choices)
        for name in screen.app.available_themes:
            screen.app.theme = name
            await screen.settle()
            here, below = (
                [one.style for one in options.render_line(y) if one.style and one.text.strip()]
                for y in (options.highlighted, options.highlighted + 1)
            )
            for style in here:
                ink, ground = (style.bgcolor, style.color) if style.reverse else (style.color, style.bgcolor)
                if ground.type == ink.type == below[0].bgcolor.type == ColorType.TRUECOLOR:
                    assert contrast(ground, below[0].bgcolor) >= 3, name
                    assert contrast(ink, ground) >= 3, name

    on_screen(office, script, size=(80, 24))


def test_contrast_is_that_of_the_guidelines() -> None:
    from rich.color import Color

    black, white = Color.parse("#000000"), Color.parse("#ffffff")
    assert round(contrast(black, white), 1) == round(contrast(white, black), 1) == 21.0
    assert contrast(white, white) == contrast(None, white) == contrast(Color.parse("red"), white) == 1
