"""What hints suggest is there: every place in the program that makes a suggestion, read from its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import careconsole
from careconsole.cli import program
from careconsole.domain.errors import CareError
from careconsole.domain.hints import Hint, Suggestion, Value, given, hint_of, suggest
from careconsole.present.command_lines import command_line, flag_of, hint_text
from tests.suggested import check_suggestion, flags


def subclasses(kind: type[CareError]) -> list[type[CareError]]:
    """Every error of the family that is loaded."""
    return [found for child in kind.__subclasses__() for found in (child, *subclasses(child))]


HOUSE = Path(careconsole.__file__).parent
ERRORS = {kind.__name__ for kind in (CareError, *subclasses(CareError)) if kind.__init__ is CareError.__init__}
INNER = ("domain", "desk", "store")
"""The layers that know neither the command line nor the keys of the console."""

_NAMES = "|".join(program.commands | {name: None for name in program.list_commands(None)})  # type: ignore[arg-type]
_OF_A_FACE = re.compile(
    rf"careconsole (?:-|(?:{_NAMES})\b)"
    r"|(?<![\w-])--[a-z]"
    r"|\bCARECONSOLE_AS\b"
    r"|\b(?:[Cc]trl|[Ss]hift|[Aa]lt)\+|\b(?:Enter|Esc|Tab|Backspace|F[1-9])\b|\b[Pp]ress "
)
"""A command of the command line, an option, a key."""


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of functions or classes of these names in the program, each with its place."""
    called = re.compile(rf"\b(?:{'|'.join(names)})\(")
    for file in sorted(HOUSE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if not called.search(text):
            continue  # each process of a run of the tests looks: parsing every module would take it seconds
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield f"{file.relative_to(HOUSE)}:{node.lineno}", node


def texts(file: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module, without its docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def value(node: ast.expr) -> Value:
    """The value of a parameter; of one that is computed, something in its place."""
    return node.value if isinstance(node, ast.Constant) else 7  # type: ignore[return-value]


def parameters(call: ast.Call) -> dict[str, Value]:
    return {keyword.arg: value(keyword.value) for keyword in call.keywords if keyword.arg is not None}


def suggestion(call: ast.Call) -> Suggestion:
    command, *cases = call.args
    assert isinstance(command, ast.Constant), "a suggestion names its command as a plain text"
    return suggest(command.value, *range(12, 12 + len(cases)), **parameters(call))


_CALLS = [(place, call, ast.unparse(call.func)) for place, call in calls("suggest", "given")]
SUGGESTED = {place: suggestion(call) for place, call, name in _CALLS if name == "suggest"}
GIVEN = {place: given(**parameters(call)) for place, call, name in _CALLS if name == "given"}


@pytest.mark.parametrize("layer", INNER)
def test_a_layer_below_the_faces_names_no_command_and_no_key(layer: str) -> None:
    for file in (HOUSE / layer).rglob("*.py"):
        for line, text in texts(file):
            assert not _OF_A_FACE.search(text), f"{file.relative_to(HOUSE)}:{line}: {text}"


def test_there_are_suggestions_to_look_at() -> None:
    assert (len(SUGGESTED), len(GIVEN)) > (80, 20)


@pytest.mark.parametrize("place", SUGGESTED)
def test_the_command_line_takes_what_is_suggested(place: str) -> None:
    check_suggestion(SUGGESTED[place])


@pytest.mark.parametrize("place", GIVEN)
def test_a_parameter_that_is_asked_for_is_an_option_of_some_command(place: str) -> None:
    for name, _ in GIVEN[place].parameters:
        assert flag_of(name) in flags()


def test_a_hint_has_a_place_for_each_of_its_parts() -> None:
    for place, call in calls("hint_of", *ERRORS):
        hint = call.args[1:] if ast.unparse(call.func) in ERRORS else call.args
        if len(hint) > 1 and not isinstance(hint[-1], ast.Starred):
            words = hint[0]
            assert isinstance(words, ast.Constant), f"{place}: what is filled in is a part of its own"
            assert words.value.count("{}") == len(hint) - 1, place


def test_braces_that_somebody_typed_are_words_like_others() -> None:
    assert hint_text(hint_of("There is {} and {0}.")) == "There is {} and {0}."
    written = hint_of("Helpers: {}; see {}.", "the {} team", suggest("show", 12))
    assert hint_text(written) == "Helpers: the {} team; see careconsole show 12."
    with pytest.raises(ValueError, match="do not fit"):
        hint_of("See {}.", "one", "two")


def test_a_hint_may_be_empty_and_passes_from_one_error_to_another() -> None:
    assert not hint_of("")
    assert hint_of(hint_of("See {}.", suggest("queue"))) == Hint(("See ", suggest("queue"), "."))
    assert hint_text(hint_of("Then {}", hint_of("see {}.", suggest("queue")))) == "Then see careconsole queue."
    assert str(hint_of("See {} {}.", suggest("show", 3), given(to=...))) == "See show 3 with to."


def test_a_shell_takes_a_suggestion_as_it_is_written() -> None:
    assert command_line(suggest("reassign", 12, to=...)) == "careconsole reassign 12 --to NAME"
    assert command_line(suggest("promise", 12, due=..., text=...)) == "careconsole promise 12 WHAT --due TIME"
    assert command_line(suggest("merge", 13, into=12, confirm=True)) == "careconsole merge 13 --into 12 --confirm"
    assert command_line(suggest("team add", name="Ben O'Hara")) == """careconsole team add 'Ben O'"'"'Hara'"""
    assert command_line(suggest("db share", db="/srv/our shop.db", group=...)) == (
        "careconsole --db '/srv/our shop.db' db share GROUP"
    )
    assert (
        command_line(suggest("resolve", 12, promises=...)) == "careconsole resolve 12 --promises 'kept|released|broken'"
    )


def test_a_value_that_begins_with_a_dash_is_no_option_in_a_hint() -> None:
    assert command_line(suggest("team role", name="-x y", role="lead")) == "careconsole team role -- '-x y' lead"
