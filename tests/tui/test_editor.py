"""The person's own editor: what it leaves is the text, and whatever goes wrong leaves the text as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from careconsole.domain.errors import CareError
from careconsole.tui.forms.editor import edited, editor


def python(code: str) -> list[str]:
    """An editor that is a line of Python; `path` is the file."""
    return [sys.executable, "-c", f"import sys, os, pathlib; path = pathlib.Path(sys.argv[1]); {code}"]


def test_what_the_editor_leaves_is_the_text() -> None:
    assert edited("Dear Carla,\nün", python("path.write_text(path.read_text() + 'Ana\\n')")) == "Dear Carla,\nün\nAna"
    assert edited("as it was", python("pass")) == "as it was"


def test_nobody_else_can_read_the_file_and_nothing_of_it_stays() -> None:
    left = edited("secret", python("path.write_text(f'{path} {path.parent.stat().st_mode & 0o77}')"))
    path, others = left.rsplit(" ", 1)
    assert others == "0"
    assert not Path(path).exists()


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (python("sys.exit(3)"), "failed"),
        (["no-such-editor-anywhere"], "cannot be started"),
        (python("path.unlink()"), "cannot be read"),
        (python("path.write_bytes(b'\\xff')"), "cannot be read"),
    ],
)
def test_an_editor_that_fails_is_told(command: list[str], why: str) -> None:
    with pytest.raises(CareError, match=why):
        edited("text", command)


def test_the_editor_is_the_one_that_the_person_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert editor({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert editor({"EDITOR": "'my editor' -x"}) == ["my editor", "-x"]
    with pytest.raises(CareError, match="cannot be read"):
        editor({"EDITOR": "'"})
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CareError, match="No editor was found"):
        editor({})
