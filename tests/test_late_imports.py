"""An import inside a function spares something: what is loaded anyway is imported at the top of the file.

Nothing else is a reason for one: there are no circles to avoid (tests/test_import_circles.py).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "careconsole"

Import = ast.Import | ast.ImportFrom
LATE = re.compile(r"^ +(?:from|import) ", re.MULTILINE)


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def at_the_top(body: Sequence[ast.stmt], *, types: bool = False) -> Iterator[Import]:
    """The imports of a module that run when it is loaded, and with `types`, those for types alone."""
    for node in body:
        if isinstance(node, Import):
            yield node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) and not types:
            yield from at_the_top(node.orelse)
        elif isinstance(node, ast.If | ast.Try | ast.With | ast.ClassDef):
            for part in (node.body, getattr(node, "orelse", [])):
                yield from at_the_top(part, types=types)


def loads(node: Import, modules: Collection[str]) -> set[str]:
    """The modules that an import names. Of `from package import module`, that is both."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    assert node.module is not None, "relative imports are not used here"
    return {node.module, *(name for alias in node.names if (name := f"{node.module}.{alias.name}") in modules)}


def with_packages(names: Iterable[str]) -> set[str]:
    return {".".join(parts[:end]) for parts in (name.split(".") for name in names) for end in range(1, len(parts) + 1)}


def loaded_with(name: str, imports: dict[str, set[str]]) -> set[str]:
    """All that is loaded once a module is."""
    found, left = set[str](), [name]
    while left:
        new = imports.get(left.pop(), set()) - found
        found |= new
        left += new
    return found


def test_an_import_inside_a_function_spares_something() -> None:
    texts = {name_of(file): file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.py")}
    trees = {name: ast.parse(text) for name, text in texts.items()}
    imports = {
        name: with_packages({name, *(one for node in at_the_top(tree.body) for one in loads(node, trees))}) - {name}
        for name, tree in trees.items()
    }
    for_nothing = []
    for name, tree in trees.items():
        if LATE.search(texts[name]):
            top, anyway = {*at_the_top(tree.body, types=True)}, loaded_with(name, imports)
            late = [node for node in ast.walk(tree) if isinstance(node, Import) and node not in top]
            for_nothing += [
                f"{name}:{node.lineno} {ast.unparse(node)}" for node in late if loads(node, trees) <= anyway
            ]
    assert for_nothing == [], "import it at the top: it is loaded there already"
