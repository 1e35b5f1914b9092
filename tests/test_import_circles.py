"""No module knows one that knows it: not through others, not from inside a function, not for a type alone."""

from __future__ import annotations

from functools import cache

import pytest

grimp = pytest.importorskip("grimp")


@cache
def circles() -> list[tuple[str, ...]]:
    """The groups of modules that import each other, by their names below the package."""
    graph = grimp.build_graph("careconsole", exclude_type_checking_imports=False)
    return sorted(
        tuple(sorted(name.removeprefix("careconsole.") for name in group))
        for group in groups({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})
        if len(group) > 1
    )


def groups(imports: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components, by Tarjan's algorithm without recursion."""
    index: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found = []
    for root in sorted(imports):
        work = [(root, iter(()))] if root not in index else []
        while work:
            name, others = work[-1]
            if name not in index:
                index[name] = lowest[name] = len(index)
                path.append(name)
                on_path.add(name)
                others = iter(sorted(imports[name]))
                work[-1] = (name, others)
            for other in others:
                if other not in index:
                    work.append((other, iter(())))
                    break
                if other in on_path:
                    lowest[name] = min(lowest[name], index[other])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    lowest[above] = min(lowest[above], lowest[name])
                if lowest[name] == index[name]:
                    found.append(path[path.index(name) :])
                    del path[path.index(name) :]
                    on_path.difference_update(found[-1])
    return found


def test_circles_are_found() -> None:
    imports = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}}
    assert sorted(map(sorted, groups(imports))) == [["a", "b", "c"], ["d", "e"], ["f"]]


def test_the_console_has_no_circles() -> None:
    assert [circle for circle in circles() if any(name.startswith("tui.") for name in circle)] == []


def test_no_module_is_in_a_circle() -> None:
    assert not circles()


def test_no_module_but_the_start_knows_the_app() -> None:
    graph = grimp.build_graph("careconsole", exclude_type_checking_imports=False)
    assert graph.find_modules_that_directly_import("careconsole.tui.app") == {"careconsole.tui.start"}
