"""Whatever is named as a file of settings, or asked for in a filter, there is an answer, and never a long wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.desk.queries import case_queries
from careconsole.domain.errors import WrongUse
from careconsole.domain.filters.fields import FIELDS
from careconsole.domain.filters.language import MAX_VALUES
from careconsole.domain.settings.document import SettingsDocument
from careconsole.domain.settings.rota import parse_rota
from careconsole.domain.settings.toml import NotToml, loads
from tests.cli.console import Console
from tests.desk.office import LOG, Office

SETTINGS = (("service", "set"), ("service", "check"), ("path", "set"), ("path", "check"), ("team", "rota", "set"))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    office.bring(*LOG)
    yield office
    office.close()


# Settings


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless file here")
@pytest.mark.parametrize("command", [*SETTINGS, ("import", "events", "/dev/null", "--map")], ids=" ".join)
def test_settings_without_end_are_refused(office: Office, command: tuple[str, ...]) -> None:
    refused = Console(office.path).call(*command, "/dev/zero")
    assert refused.code == 2
    assert "/dev/zero is larger than 1 MiB" in refused.err


@pytest.mark.parametrize("command", SETTINGS, ids=" ".join)
def test_settings_that_are_nested_too_deeply_are_refused(
    office: Office, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "deep.toml"
    for text in ("a = " + "[" * 20_000, "a = " + "{b = " * 20_000, f"{'a.' * 20_000}b = 1"):
        file.write_text(text)
        refused = Console(office.path).call(*command, str(file))
        assert refused.code == 2
        assert "this is not valid TOML" in refused.err


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("a = " + "[" * 60 + "]" * 60, "nested more than 50 levels deep", None),
        (f"b = 1\n{'a.' * 60}b = 1", "a key has more than 50 parts", 2),
        (f"a = {'1' * 5_000}", "4300 digits", None),
        ("a = 1\na = 2", "Cannot overwrite", 2),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, why: str, line: int | None) -> None:
    with pytest.raises(NotToml, match=why) as caught:
        loads(text)
    assert caught.value.line == line
    with pytest.raises(WrongUse, match=f"Line {line}: " if line else "this is not valid TOML"):
        SettingsDocument(text, "")


def test_a_line_that_only_begins_like_a_table_costs_nothing(office: Office) -> None:
    text = f"[{' ' * 100_000}x\n"
    with pytest.raises(WrongUse, match="not valid TOML"):
        parse_rota(text, office.store.people.roster(), office.now)
    with pytest.raises(WrongUse, match="Line 2"):
        parse_rota(f'# [{" " * 100_000}x\nzones = "UTC"\n', office.store.people.roster(), office.now)


def test_settings_may_begin_with_a_byte_order_mark_and_have_any_line_ends(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "levels.toml"
    file.write_bytes(b'\xef\xbb\xbf[[level]]\r\nname = "usual"\r\n')
    assert Console(office.path).call("service", "check", str(file)).code == 0


def test_text_from_standard_input_has_an_end(office: Office) -> None:
    refused = Console(office.path).call("note", "1", "--text", "-", given=b"x" * ((16 << 20) + 1))
    assert refused.code == 2
    assert "larger than 16 MiB" in refused.err


# Filters


def values(field: str, count: int) -> list[str]:
    kind = FIELDS[field]
    if kind.kind == "duration":
        return ["1d"] * count
    if kind.kind == "person":
        return (["ana", "ben", "duty"] * count)[:count]
    if kind.closed:
        return [word for word in kind.words if word != "mine"] * (count // len(kind.words))
    return [str(n) if kind.kind == "number" else f"w{n}" for n in range(10**5, 10**5 + count)]


@pytest.mark.parametrize("field", list(FIELDS))
def test_a_filter_may_have_hundreds_of_values_and_of_terms(office: Office, field: str) -> None:
    some = values(field, MAX_VALUES)
    for sign in ("", "-"):
        terms = " ".join(f"{sign}{field}:{value}" for value in some)
        texts = [terms] if FIELDS[field].kind == "duration" else [terms, f"{sign}{field}:{','.join(some)}"]
        for text in texts:
            case_queries.ordered(office.desk(), text)
            assert case_queries.counts(office.desk(), [text, text])[0] >= 0


@pytest.mark.parametrize(
    ("field", "value", "external"),
    [("tag", "lid", "B"), ("customer", "nils", "B"), ("text", "Spout", "C"), ("number", "2", "B"), ("cause", "x", "")],
)
def test_one_of_hundreds_of_values_suffices(office: Office, field: str, value: str, external: str) -> None:
    others = ",".join(values(field, MAX_VALUES - 3))
    found = list(case_queries.ordered(office.desk(), f"status:open,resolved {field}:{others},{value}").numbers)
    assert found == ([office.known_as(external).number] if external else [])


@pytest.mark.parametrize("text", ["a" * 60_000, "ab " * 20_000, "%_\\" * 20_000, "ΐ" * 60_000])
def test_a_search_may_be_of_any_length(office: Office, text: str) -> None:
    found = Console(office.path).call("search", text)
    assert (found.code, found.out) == (0, "")
