"""Looks up a customer's name, a case's number or what a new case is about, while it is typed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from textual.content import Content

from careconsole.desk import Desk
from careconsole.desk.playbooks.reading import fitting_new
from careconsole.desk.queries import case_queries, suggestions
from careconsole.desk.queries.typed_customers import typed_customer
from careconsole.desk.team.customers import listed, named
from careconsole.domain.terminal_text import fold
from careconsole.tui.forms.form_data import FormData
from careconsole.tui.forms.merge_preview import preview
from careconsole.tui.forms.question import CUSTOMER, SUBJECT, Question

_SOME = 6


class Found(msgspec.Struct, frozen=True):
    """What was found, in words, names to leaf through, and what the form does with the case that was found."""

    words: str = ""
    suggestions: tuple[str, ...] = ()
    preview: Content = Content("")


def look_up(question: Question, said: str, material: FormData) -> Callable[[Desk], Found]:
    """Returns the work that looks up what was typed into a form."""
    if question.look == CUSTOMER:
        return lambda desk: _customer(desk, said.strip(), material.verb.id == "new")
    if question.look == SUBJECT:
        return lambda desk: _known(desk, said)
    return lambda desk: _case(desk, said.strip().removeprefix("#"), material)


def _known(desk: Desk, subject: str) -> Found:
    if not subject.strip() or not suggestions.has_playbooks(desk):
        return Found()
    from careconsole.present.playbooks import known_words

    return Found(" ".join(known_words(one) for one in fitting_new(desk, subject)))


def _customer(desk: Desk, name: str, may_be_new: bool) -> Found:
    some = tuple(customer.name for customer in listed(desk, name, _SOME))
    if not name:
        return Found(suggestions=some)
    if may_be_new:
        words = desk.read(lambda unit: typed_customer(unit, name)).words
    elif (known := named(desk, name)) is not None:
        words = "known" if fold(known.name) == fold(name) else f"this is {known.name}"
    else:
        words = "no customer with that name" if not some else "start of a name"
    return Found(words, some)


def _case(desk: Desk, number: str, material: FormData) -> Found:
    if not number:
        return Found()
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return Found("enter a case number")
    row = case_queries.rows(desk, [int(number)]).rows.get(int(number))
    if row is None:
        return Found(f"there is no case {number}")
    state = "" if row.status == "open" else f" [{row.status}]"
    words = f"case {number}: {row.subject}{state}"
    if material.verb.id != "merge" or len(material.numbers) != 1:
        return Found(words)
    does = preview(desk, material.numbers[0], row.number)
    if does.differ:
        material.differing.add(str(row.number))
    return Found(words, (), does.words)
