"""The questions of a form on the screen: which are asked now, their answers, and where the focus is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region, Spacing
from textual.layout import WidgetPlacement
from textual.widget import Widget

from careconsole.domain.terminal_text import cell_width, display_text
from careconsole.tui.forms.choice_fields import ChoiceField
from careconsole.tui.forms.question import Mistake, Question
from careconsole.tui.forms.question_row import Field, FormRow

LABEL = 12
"""The cells of the labels, to the left of the answers."""


class _Placed(NamedTuple):
    """A question in its place: its first line, the lines of its answer, and those of its note."""

    row: FormRow
    top: int
    height: int
    notes: int


class FormRows(VerticalScroll, can_focus=False):
    """Draws the questions, and holds the fields of those that somebody went to, in their places among the others.

    The label, the answers that nobody went to yet and the notes are lines that it draws itself, whatever the number of
    questions; the fields are its children.
    """

    def __init__(self, questions: Sequence[Question], answers: Mapping[str, str], begin: str | None = None) -> None:
        """`answers` are those of a draft; the others are the ones filled in beforehand.

        `begin` is the question that the form begins with, if not the first one.
        """
        super().__init__(id="form-fields")
        self.every = [FormRow(question, answers.get(question.name, question.ready)) for question in questions]
        self._usual: dict[str, str] = {}
        self._begin = begin
        self._heights: dict[int, dict[Widget, int]] = {}
        """The heights of the fields, for each width that they were laid out in."""
        self._shape: list[object] = []
        self._look: list[object] = []

    @property
    def said(self) -> dict[str, str]:
        """The answers in the form, by question name."""
        return {row.question.name: row.said for row in self.every}

    def must_be_chosen(self) -> None:
        """Raises Mistake while a text stands in a row of choices that begins none of them: it would be lost unsaid."""
        for row in self.asked:
            field = row.mounted
            if isinstance(field, ChoiceField) and (lost := field.chose_nothing):
                words = f"{row.question.label}: no choice begins with “{display_text(lost, 40)}”."
                raise Mistake(row.question.name, words, "If it is an answer to another question, type it there.")

    @property
    def kept(self) -> dict[str, str]:
        """The answers that a draft keeps, by question name."""
        return {row.question.name: row.kept for row in self.every}

    @property
    def asked(self) -> list[FormRow]:
        """The questions that are asked, given the answers."""
        said = self.said
        return [row for row in self.every if row.question.asked(said)]

    @property
    def first(self) -> FormRow | None:
        """The question that the form begins with."""
        asked = self.asked
        begin = self.named(self._begin)
        return begin if begin in asked else asked[0] if asked else None

    def compose(self) -> ComposeResult:
        """The field that the form begins with, and those that exist already."""
        self._fill_usual()
        first = self.first
        yield from (row.field for row in self.asked if row is first or row.needs_field)

    def show(self, focused: Widget | None, now: int) -> None:
        """Shows the questions that are asked now, with their notes as of `now`."""
        self._fill_usual()
        asked, said = self.asked, self.said
        for row in self.every:
            row.display = row in asked
            field = row.mounted
            if field is not None:
                field.display = row.display
            elif row.display and row.needs_field and self.is_attached:
                self.mount(row.field)
            row.here = focused is not None and field is focused
            if row.display:
                row.word(said)
                row.explain(now)
        self._draw()

    def enter(self, row: FormRow) -> None:
        """Puts the focus in the field of a question."""
        field = row.mounted
        if field is not None:
            self.screen.set_focus(field)
            return
        self.mount(row.field)
        self.screen.set_focus(row.field, scroll_visible=False)
        self.call_after_refresh(self._bring_into_view, row.field)

    def begin(self) -> None:
        """Puts the focus where the form begins."""
        first = self.first
        if first is not None:
            self.enter(first)

    def go_around(self, focused: Widget | None, step: int) -> None:
        """Goes to the next question or the one before, from the last one to the first and back."""
        asked, at = self.asked, self.at(focused)
        if asked:
            self.enter(asked[(asked.index(at) + step) % len(asked)] if at in asked else asked[0])

    def at(self, focused: Widget | None) -> FormRow | None:
        """The question that has the focus."""
        return next((row for row in self.every if focused is not None and row.mounted is focused), None)

    def named(self, name: str | None) -> FormRow | None:
        """The question of that name."""
        return next((row for row in self.every if row.question.name == name), None)

    async def renew(self, questions: Sequence[Question]) -> None:
        """Asks other questions; what was typed for those that stay is kept."""
        before = {row.question.name: row for row in self.every}
        rows = []
        for question in questions:
            row = before.pop(question.name, None) or FormRow(question, question.ready)
            row.question = question
            rows.append(row)
        self.every = rows
        for row in before.values():
            if row.mounted is not None:
                await row.mounted.remove()

    # Laying out and drawing.

    def process_layout(self, placements: list[WidgetPlacement]) -> list[WidgetPlacement]:
        """Moves each field to the place of its question among the lines that are drawn."""
        if not placements:
            return placements
        width = placements[0].region.width
        self._heights[width] = {placement.widget: placement.region.height for placement in placements}
        placed = self._places(width)
        total = _total(placed)
        tops: dict[Widget | None, int] = {one.row.mounted: one.top for one in placed}
        moved = []
        for placement in placements:
            top = tops.get(placement.widget, 0)
            x, _, width, height = placement.region
            # The margins cover the lines that are drawn, so that these count where there is to be scrolled.
            margin = Spacing(top, 0, max(0, total - top - height), x)
            moved.append(placement._replace(region=Region(x, top, width, height), margin=margin))
        return moved

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draws the lines that are in sight now."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.refresh()

    def render(self) -> Content:
        """The lines in sight; where a field is, it covers them."""
        width = self.scrollable_content_region.width
        lines: list[Content] = []
        for row, _, height, notes in self._places(width - LABEL):
            style = "bold $text-accent" if row.here else "$text-muted"
            words = display_text(row.label, LABEL)
            label = Content.styled(words, style).pad_right(LABEL - cell_width(words))
            answer = [] if row.mounted is not None else row.answer_lines(width - LABEL)
            answer += [Content("")] * (height - len(answer))
            lines.append(label + answer[0])
            lines += [Content(" " * LABEL) + line for line in answer[1:]]
            lines += [Content(" " * LABEL) + line for line in row.note_lines(width - LABEL)[:notes]]
        top = round(self.scroll_y)
        return Content("\n").join(line.truncate(width) for line in lines[top : top + self.size.height])

    def on_click(self, event: events.Click) -> None:
        """Goes to the question that was clicked, and chooses there what was clicked."""
        at = event.screen_offset  # what is clicked in a field comes by here, too, with a place in that field
        if any(row.mounted is not None and row.mounted.region.contains_point(at) for row in self.every):
            return
        x, y = at - self.content_region.offset
        y += round(self.scroll_y)
        for row, top, height, notes in self._places(self.scrollable_content_region.width - LABEL):
            if top <= y < top + height + notes:
                self.enter(row)
                if isinstance(row.field, ChoiceField) and x >= LABEL:
                    row.field.choose_at(x - LABEL)
                return

    def _places(self, width: int) -> list[_Placed]:
        """Where each question that is asked stands, with answers of that width."""
        heights, placed, y = self._heights.get(width, {}), [], 0
        for row in self.every:
            if not row.display:
                continue
            field = row.mounted
            height = len(row.answer_lines(width)) if field is None else heights.get(field, 1)
            notes = len(row.note_lines(width))
            placed.append(_Placed(row, y, max(1, height), notes))
            y += max(1, height) + notes
        return placed

    def _draw(self) -> None:
        """Draws the questions again if they look different, and lays them out if they need other lines."""
        rows = [row for row in self.every if row.display]
        look: list[object] = [(r.question.name, r.label, r.here, r.note, r.mounted or r.said) for r in rows]
        width = max(8, self.scrollable_content_region.width - LABEL)
        shape: list[object] = [(r.question.name, r.mounted, len(r.note_lines(width))) for r in rows]
        if look != self._look:
            self.refresh()
        if shape != self._shape:
            for row in rows:
                if row.mounted is not None:
                    row.mounted.refresh(layout=True)  # has Textual ask for the places of the fields again
        self._look, self._shape = look, shape

    def _bring_into_view(self, field: Field) -> None:
        if field.is_attached and self.screen.focused is field:
            self.scroll_to_widget(field, animate=False)

    def _fill_usual(self) -> None:
        """Fills in the usual answers that depend on others, where nothing else was typed."""
        said = self.kept
        for row in self.every:
            if row.question.usual is not None:
                before, usual = self._usual.get(row.question.name, row.question.ready), row.question.usual(said)
                if usual != before and row.said == before:
                    row.put(usual)
                self._usual[row.question.name] = usual


def _total(placed: list[_Placed]) -> int:
    return placed[-1].top + placed[-1].height + placed[-1].notes if placed else 0
