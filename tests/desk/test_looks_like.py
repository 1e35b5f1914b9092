"""The case that another one looks like: said on the case until they are merged, or known to be two."""

from __future__ import annotations

import pytest

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.queries import shown_case
from careconsole.desk.queries.linked_cases import linked
from careconsole.domain.case.command import Command
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.resolution import Resolve
from careconsole.present.json_views import shown_case_entry
from tests.desk.office import Office
from tests.intake.mails import mail

BERT = "Bert <bert@home.example>"


def by_mail(office: Office, subject: str = "Kettle", **how: str) -> int:
    case = office.mail(mail(subject=subject, **how)).case
    assert case is not None
    return case


def opened(office: Office, subject: str, customer: str = "", **new: int) -> int:
    outcome = execution.open_case(office.desk(), OpenCase(subject=subject, **new), customer)
    assert outcome.opened is not None
    return outcome.opened


def do(office: Office, verb: str, command: Command, number: int) -> None:
    execution.execute(office.desk(), verb, command, [number])


def seen(office: Office, number: int) -> int | None:
    like = shown_case.show(office.desk(), number, follow=False).looks_like
    return None if like is None else like.number


def test_a_case_opened_by_a_mail_says_which_case_the_mail_looked_like(office: Office) -> None:
    first = by_mail(office)
    named = by_mail(office, f"Where is it? #{first}", sender=BERT)
    assert (seen(office, named), seen(office, first)) == (first, None)
    entry = shown_case_entry(shown_case.show(office.desk(), named))
    assert entry.looks_like == first
    assert [(one.number, one.how) for one in linked(office.desk(), named)] == [(first, "looks like")]


def test_so_does_a_new_case_with_the_subject_of_an_open_one_of_the_same_customer(office: Office) -> None:
    first = opened(office, "Kettle leaks", "Anna")
    assert seen(office, opened(office, "Re: kettle  LEAKS", "Anna")) == first
    assert seen(office, opened(office, "Kettle leaks", "Bert")) is None
    assert seen(office, opened(office, "Kettle leaks")) is None
    assert seen(office, opened(office, "Kettle is loud", "Anna")) is None
    assert seen(office, opened(office, "Re:", "Anna")) is None


def test_a_resolved_case_with_the_same_subject_is_over(office: Office) -> None:
    first = opened(office, "Kettle leaks", "Anna")
    do(office, "resolve", Resolve(said="sent a seal", answer="told"), first)
    assert seen(office, opened(office, "Kettle leaks", "Anna")) is None


def test_it_is_said_no_longer_once_they_are_merged_and_again_when_that_is_undone(office: Office) -> None:
    first = by_mail(office)
    second = by_mail(office, f"Where is it? #{first}", sender=BERT)
    do(office, "merge", Merge(into=first, confirm=True), second)
    assert (seen(office, second), seen(office, first)) == (None, None)
    undo_redo.undo(office.desk())
    assert seen(office, second) == first


def test_it_is_said_of_the_case_that_the_other_was_merged_into(office: Office) -> None:
    first = by_mail(office)
    second = by_mail(office, f"Where is it? #{first}", sender=BERT)
    winner = opened(office, "Seal lost", "Carla")
    do(office, "merge", Merge(into=winner, confirm=True), first)
    assert seen(office, second) == winner


def test_a_case_that_follows_another_is_known_to_be_one_of_its_own(office: Office) -> None:
    first = opened(office, "Kettle leaks", "Anna")
    assert seen(office, opened(office, "Kettle leaks", "Anna", follows=first)) is None


def test_it_is_said_no_longer_of_a_case_that_is_resolved(office: Office) -> None:
    opened(office, "Kettle leaks", "Anna")
    second = opened(office, "Kettle leaks", "Anna")
    do(office, "resolve", Resolve(said="sent a seal", answer="told"), second)
    assert seen(office, second) is None


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("Kettle leaks at the lid", "AW: kettle  LEAKS at the lid [#99]", True),
        ("Kettle leaks at the lid", "Kettle leaks at the spout", False),
        ("Ｋettle ｌｅａｋｓ", "kettle leaks", True),  # other letters, which fold to these
        ("kettle leaks", "Ｋettle ｌｅａｋｓ", True),
        ("Straße gesperrt", "STRASSE GESPERRT", True),
        ("Чайник течёт", "Re: чайник ТЕЧЁТ", True),
        ("Чайник течёт", "Чайник гудит", False),
        ("50 % off_", "50 % OFF_", True),
        ("50 % off_", "50 x offy", False),
    ],
)
def test_so_does_a_mail_with_the_subject_of_an_open_case_of_its_sender(
    office: Office, first: str, second: str, alike: bool
) -> None:
    other, known = by_mail(office, "Something else"), by_mail(office, first)
    found = seen(office, by_mail(office, second))
    assert found == (known if alike else None)
    assert found != other
