"""Warns, in a form that parks a case, of promises that fall due before the parking ends."""

from __future__ import annotations

from collections.abc import Sequence

from careconsole.domain.case.parking import promises_before
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import display_text
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.question import Question, Said
from careconsole.tui.forms.time_preview import read

_UNTIL = "until"
_NAME = 60
_MOST = 5


def words(material: FormData, questions: Sequence[Question], said: Said, now: int) -> str:
    """A sentence for the form, made safe; "" if no promise is due before that, or while the time cannot be read."""
    question = next((one for one in questions if one.name == _UNTIL and one.kind == "time" and one.asked(said)), None)
    if question is None or not any(case.promises for case in material.cases):
        return ""
    try:
        until = read(said.get(_UNTIL, ""), now, hour=question.hour)
    except WrongUse:
        return ""
    customer = material.view.customer if material.view is not None else None
    name = display_text(customer.name, _NAME) if customer is not None else ""
    found = {case.number: promises_before(case, until, name, now) for case in material.cases}
    found = {number: told for number, told in found.items() if told}
    if len(material.numbers) == 1:
        return "".join(f"Note: {told}." for told in found.values())
    told = "; ".join(f"on case {number} {told}" for number, told in [*found.items()][:_MOST])
    more = f"; and on {len(found) - _MOST:,} more" if len(found) > _MOST else ""
    return f"Note: {told}{more}." if found else ""
