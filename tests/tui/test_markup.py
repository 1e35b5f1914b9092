"""What Textual reads as markup never comes from a variable: `[/]` would crash it, `[@click=...]` run an action.

Read in the source: wherever Textual takes a `str` and parses it, our code gives a constant or Content, or says
markup=False.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TUI = Path(__file__).resolve().parents[2] / "careconsole" / "tui"
FILES = sorted(TUI.rglob("*.py"))

FIRST = {
    "Static", "Label", "Button", "Checkbox", "RadioButton", "Collapsible", "TabPane", "Option", "DiscoveryHit",
    "ListRow", "notify", "Markdown", "Link", "Digits", "Toast",
}  # fmt: skip
"""What parses its first argument."""
SECOND = {"Hit"}
LATER = {"update", "set_options", "add_option", "add_options", "replace_option_prompt"}
"""Methods that give a widget another text; in a module without Textual they belong to something else."""
PLACES = {"border_title", "border_subtitle", "tooltip"}
PARSED = {"from_markup", "from_text", "markup", "render_markup", "markup_to_content"}
"""What makes markup of text; nothing of ours needs it."""
SAFE = {
    *("Content", "Text", "assemble", "styled", "join", "stylize", "append"),
    *("_line", "line", "heads", "unowned_line", "unanswered_line", "in_digits"),
}
"""Calls that give text that is no markup: Content's own, and functions of ours that say that they give Content or
digits."""


IMPORTS = (ast.Import, ast.ImportFrom)


def name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class Reader(ast.NodeVisitor):
    """Finds text that may come from a variable where Textual parses it."""

    def __init__(self, tree: ast.Module) -> None:
        self.found: list[tuple[int, str]] = []
        self.gives_content = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and node.returns is not None and "Content" in ast.unparse(node.returns)
        }
        given: dict[str, list[bool]] = {}
        for node in ast.walk(tree):
            for target, value in assigned(node):
                given.setdefault(name(target), []).append(value is not None and self.safe(value, known=False))
            if isinstance(node, ast.arg):  # whose type is checked
                content = node.annotation is not None and ast.unparse(node.annotation) == "Content"
                given.setdefault(node.arg, []).append(content)
        self.contents = {variable for variable, safe in given.items() if all(safe)}
        self.draws = any("textual" in ast.unparse(node) for node in ast.walk(tree) if isinstance(node, IMPORTS))
        self.visit(tree)

    def safe(self, node: ast.expr, *, known: bool = True) -> bool:
        """Whether this is surely no markup that somebody else could have written."""
        match node:
            case ast.Constant():
                return True
            case ast.JoinedStr(values=values):
                return all(isinstance(value, ast.Constant) for value in values)
            case ast.Call(func=func):
                return name(func) in SAFE | self.gives_content
            case ast.IfExp(body=body, orelse=orelse):
                return self.safe(body, known=known) and self.safe(orelse, known=known)
            case ast.BoolOp(values=values):
                return all(self.safe(value, known=known) for value in values)
            case ast.Name() | ast.Attribute() if known:
                return name(node) in self.contents
        return False

    def blame(self, node: ast.expr, place: str) -> None:
        self.found.append((node.lineno, f"{place} is given {ast.unparse(node)}"))

    def visit_Call(self, node: ast.Call) -> None:
        called = name(node.func)
        plain = any(
            word.arg == "markup" and isinstance(word.value, ast.Constant) and word.value.value is False
            for word in node.keywords
        )
        place = 0 if called in FIRST else 1 if called in SECOND else None
        if called in LATER and self.draws:
            place = 0
        if place is not None and not plain:
            given = node.args[place : place + 1]
            given += [word.value for word in node.keywords if word.arg in ("content", "renderable", "label", "prompt")]
            for one in given:
                if not self._is_options(one) and not self.safe(one):
                    self.blame(one, called)
        for word in node.keywords:
            if word.arg in PLACES and not self.safe(word.value):
                self.blame(word.value, word.arg)
        if called in PARSED:
            self.blame(node, called)
        self.generic_visit(node)

    def _is_options(self, node: ast.expr) -> bool:
        """Options are looked at where each is made."""
        return isinstance(node, ast.List | ast.GeneratorExp | ast.ListComp) or name(node) in ("options",)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target, value in assigned(node):
            if isinstance(target, ast.Attribute) and target.attr in PLACES and value and not self.safe(value):
                self.blame(value, target.attr)
        self.generic_visit(node)


def assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        yield node.target, node.value


def faults(source: str) -> list[tuple[int, str]]:
    return Reader(ast.parse(source)).found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TUI)))
def test_no_variable_text_is_read_as_markup(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "Static(subject)",
        "Label(f'Case {subject}')",
        "yield Static(display_text(subject))",
        "self.notify(subject)",
        "self.notify(subject, markup=True)",
        "Option(name, id='1')",
        "[Option(f'{n} {name}') for n in names]",
        "import textual\nself._words.update(f'{name} is away')",
        "import textual\nwords = ''\nwords = f'{name} is away'\nself._words.update(words)",
        "box.border_title = display_text(title)",
        "widget.tooltip = subject",
        "Static('x', tooltip=subject)",
        "Hit(1, name, run)",
        "Content.from_markup(subject)",
        "Content.from_text(subject)",
        "Static(subject if subject else 'none')",
        "def show(words: str):\n    Static(words)\nwords = Content(name)",
    ],
)
def test_the_rule_sees_what_it_is_for(wrong: str) -> None:
    assert faults(wrong)


@pytest.mark.parametrize(
    "right",
    [
        "Static('Who sits down?')",
        "Static(Content(subject))",
        "Static(id='said')",
        "self.notify(subject, markup=False)",
        "box.border_title = Content(display_text(title))",
        "import textual\nwords = Content(name)\nself._words.update(words)",
        "self.rows.update(rows)",
        "Hit(1, Content(name), run, name)",
        "def show(words: Content):\n    Static(words)",
        "[Option(Content(name)) for name in names]",
    ],
)
def test_the_rule_lets_what_is_safe_pass(right: str) -> None:
    assert not faults(right)
