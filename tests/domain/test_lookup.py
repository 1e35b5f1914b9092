"""Finding a person by what somebody typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.domain.team.lookup import find_person
from careconsole.domain.team.roster import Person, Roster
from tests.domain.cases import must_help
from tests.suggested import told


def team(*names: str, left: tuple[str, ...] = ()) -> Roster:
    people = [Person(number=n, name=name, active=name not in left) for n, name in enumerate((*names, *left), 1)]
    return Roster({person.number: person for person in people}, 1)


def found(text: str, *names: str, left: tuple[str, ...] = ()) -> str:
    return find_person(text, team(*names, left=left)).name


def mistake(text: str, *names: str) -> WrongUse:
    with pytest.raises(WrongUse) as caught:
        find_person(text, team(*names))
    return caught.value


@pytest.mark.parametrize("text", ["Ana Miller", "ana miller", "  ANA   Miller ", "ana", "An", "miller", "mil"])
def test_a_person_is_named_by_the_whole_name_its_beginning_or_one_of_its_words(text: str) -> None:
    assert found(text, "Ana Miller", "Ben Weber") == "Ana Miller"


@pytest.mark.parametrize("text", ["JÖRG", "jörg", "jo\u0308rg"])
def test_letters_are_compared_however_they_are_written(text: str) -> None:
    assert found(text, "Jörg", "Ana") == "Jörg"
    assert found("strasser", "Straßer", "Ana") == "Straßer"


def test_the_whole_name_wins_over_beginnings() -> None:
    assert found("ana", "Ana", "Anabel", "Ana Miller") == "Ana"


def test_who_works_here_comes_before_who_has_left() -> None:
    assert found("ana", "Ana Miller", left=("Ana Weber",)) == "Ana Miller"
    assert found("ana w", "Ana Miller", left=("Ana Weber",)) == "Ana Weber"
    assert found("web", "Ana Miller", left=("Ana Weber",)) == "Ana Weber"


def test_when_several_could_be_meant_they_are_named_and_nobody_is_guessed() -> None:
    error = mistake("an", "Ana", "Anton", "Ben")
    assert error.message == "'an' could be several people: Ana, Anton."
    assert told(error) == "Write more of the name."


def test_when_nobody_is_meant_the_nearest_names_are_told() -> None:
    assert told(mistake("Bem", "Ana", "Ben")) == "Did you mean Ben?"
    error = mistake("Zoe", "Ana", "Ben")
    assert error.message == "There is nobody called 'Zoe'."
    assert "careconsole team add NAME" in told(error)


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_a_missing_name_is_said_to_be_missing(text: str) -> None:
    assert mistake(text, "Ana").message == "A name is missing."


def test_the_middle_of_a_word_names_nobody() -> None:
    assert "nobody called" in mistake("na", "Ana").message


def test_among_fewer_people_fewer_are_meant() -> None:
    roster = team("Ana", "Anton")
    assert find_person("an", roster, among=[roster.people[2]]).name == "Anton"


@given(st.text(), st.lists(st.text(min_size=1), max_size=4))
def test_any_text_finds_somebody_or_says_why_not(text: str, names: list[str]) -> None:
    roster = team(*names)
    try:
        person = find_person(text, roster)
    except WrongUse as error:
        must_help(error)
    else:
        assert person in roster.people.values()


@pytest.mark.parametrize("text", ["etienne", "Etienne D", "dupre", "ÉTIENNE"])
def test_a_person_is_found_without_the_accents(text: str) -> None:
    assert found(text, "Étienne Dupré", "Ana") == "Étienne Dupré"


def test_of_two_names_the_one_as_it_was_typed_is_meant() -> None:
    assert found("muller", "Müller", "Muller") == "Muller"
    assert found("müller", "Müller", "Muller") == "Müller"
    assert "could be several people" in mistake("mull", "Müller", "Muller").message


def test_without_accents_the_whole_name_comes_first() -> None:
    assert found("zoe", "Zoé", "Zoe Klein") == "Zoé"


def test_an_accent_alone_is_not_the_beginning_of_every_name() -> None:
    assert "nobody called" in mistake("\u0301", "Ana").message
