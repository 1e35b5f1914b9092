"""How the house is built: the import contracts (pyproject.toml), the door of the desk, short modules, a light start."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from careconsole.commands import VERBS

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "careconsole"

LONGEST = 400
"""Lines of a module that is readable in one sitting."""

MOST_MODULES = {"queue": 52, "search kettle": 63, "show 1": 85, "show 1 --json": 123}
"""The most modules of ours that a command loads where nothing particular is to be shown.

Each takes at least as long as reading a case. One more is a reason to ask what every reader of a queue needs it for.
"""

HEAVY = {"textual", "rich", "sqlite_utils", "dateutil", "psycopg"}


def test_nothing_above_the_desk_reaches_through_it() -> None:
    """What no import contract sees: `desk.store.people` needs no import."""
    reached = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in ("desk", "store", "domain")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "store"
    ]
    assert reached == []


def test_a_module_is_readable_in_one_sitting() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {str(path.relative_to(ROOT)): count for path, count in lines.items() if count > LONGEST} == {}


@pytest.mark.skipif(importlib.util.find_spec("importlinter") is None, reason="import-linter is not installed")
def test_the_import_contract_holds() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running the code."""
    report = "\nimport sys\nprint(*sys.modules, file=sys.stderr)\n"
    run = subprocess.run([sys.executable, "-c", code + report], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return set(run.stderr.splitlines()[-1].split())


def test_the_command_line_is_light_to_import() -> None:
    assert loaded_by("import careconsole.cli") & HEAVY == set()


def loaded_by_command(*words: str) -> set[str]:
    """The modules that a command of the command line loads."""
    return loaded_by(f"""
import sys
from careconsole.__main__ import main
sys.argv = ["careconsole", *{words!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
""")


def test_help_is_light() -> None:
    loaded = loaded_by_command("--help")
    assert "click" in loaded
    assert loaded & HEAVY == set()


def test_a_queue_loads_no_rules_and_a_case_only_those_of_its_own_events(tmp_path: Path) -> None:
    path = str(tmp_path / "team.db")
    loaded_by_command("--db", path, "init", "--team", "Shop", "--lead", "Ana")
    loaded_by_command("--db", path, "new", "--subject", "Kettle", "--customer", "Ida")
    queue, shown = (loaded_by_command("--db", path, *words) for words in (["queue"], ["show", "1"]))
    rules = "careconsole.domain.case"
    assert not [name for name in queue if name.startswith((rules, "careconsole.domain.filters"))]
    assert not queue & {"typing_extensions", "careconsole.store.maintenance.migrate", "careconsole.desk.cases"}
    assert f"{rules}.opening" in shown
    assert not shown & {f"{rules}.{subject}" for subject in ("escalation", "merging", "promises", "reviews")}
    assert not shown & {"array", "careconsole.desk.queries.case_queries", "careconsole.store.cases.case_writer"}


def test_reading_loads_no_more_modules_than_it_did(tmp_path: Path) -> None:
    path = str(tmp_path / "team.db")
    loaded_by_command("--db", path, "init", "--team", "Shop", "--lead", "Ana")
    loaded_by_command("--db", path, "new", "--subject", "Kettle", "--customer", "Ida")
    for words, most in MOST_MODULES.items():
        loaded = loaded_by_command("--db", path, *words.split())
        ours = sorted(name for name in loaded if name.startswith("careconsole"))
        assert len(ours) <= most, "\n".join([words, *ours])


def test_a_case_that_was_imported_loads_no_commands(tmp_path: Path) -> None:
    path, table = str(tmp_path / "team.db"), tmp_path / "cases.csv"
    table.write_text("case,subject,status,created\n1,Kettle,open,2026-11-01\n", encoding="utf-8")
    loaded_by_command("--db", path, "init", "--team", "Shop", "--lead", "Ana")
    loaded_by_command("--db", path, "import", "csv", str(table), "--source", "shop")
    shown = loaded_by_command("--db", path, "show", "1")
    assert "careconsole.domain.case.import_events" in shown
    assert not shown & {f"careconsole.domain.case.{name}" for name in ("causes", "command", "context", "parking")}
    assert not shown & {"careconsole.desk.origins", "careconsole.store.team.escalation_paths"}


def test_a_command_loads_nothing_for_files_or_receipts_that_it_does_not_have(tmp_path: Path) -> None:
    path = str(tmp_path / "team.db")
    loaded_by_command("--db", path, "init", "--team", "Shop", "--lead", "Ana")
    loaded_by_command("--db", path, "new", "--subject", "Kettle", "--customer", "Ida")
    taken = loaded_by_command("--db", path, "--as", "Ana", "take", "1")
    assert "careconsole.desk.cases.execution" in taken
    assert not taken & {"_hashlib", "mimetypes", "secrets", "zoneinfo"}


def test_an_import_loads_only_what_its_files_need(tmp_path: Path) -> None:
    path, table = str(tmp_path / "team.db"), tmp_path / "cases.csv"
    table.write_text("case,subject,status,created\n1,Kettle,open,2026-11-01\n", encoding="utf-8")
    loaded_by_command("--db", path, "init", "--team", "Shop", "--lead", "Ana")
    loaded = loaded_by_command("--db", path, "import", "csv", str(table), "--source", "shop")
    assert "careconsole.intake.formats.table.reader" in loaded
    assert not loaded & {"careconsole.desk.crash_report", "difflib", "tempfile", "zipfile"}
    assert not loaded & {f"careconsole.domain.case.{rules}" for rules in ("merging", "playbook_use", "promises")}
    assert "careconsole.intake.files.encoding_guess" not in loaded


def test_an_import_compiles_no_patterns_for_times_that_its_files_do_not_have(tmp_path: Path) -> None:
    path, table = str(tmp_path / "team.db"), tmp_path / "cases.csv"
    table.write_text("case,subject,status,created\n1,Kettle,open,2026-11-01T09:00:00Z\n", encoding="utf-8")
    loaded_by_command("--db", path, "init", "--team", "Shop", "--lead", "Ana")
    words = ("--db", path, "import", "csv", str(table), "--source", "shop")
    loaded_by(f"""
import sys
from careconsole.__main__ import main
sys.argv = ["careconsole", *{words!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
from careconsole.domain.late_pattern import LatePattern
from careconsole.domain.time import iso8601, written_dates
late = [one for module in (iso8601, written_dates) for one in vars(module).values() if isinstance(one, LatePattern)]
assert len(late) > 8
assert not [one for one in late if "match" in vars(one)]
""")


MOST_AT_FIRST_ROWS = 163
"""The most modules of ours that a console has loaded when its first rows are on the screen, before anything else."""


def test_the_first_rows_of_a_console_load_no_commands(tmp_path: Path) -> None:
    path = str(tmp_path / "team.db")
    loaded_by_command("--db", path, "init", "--team", "Shop", "--lead", "Ana")
    loaded_by_command("--db", path, "new", "--subject", "Kettle", "--customer", "Ida")
    loaded = loaded_by(f"""
import asyncio, sys
from careconsole.tui.seat import begin_reading, seat_here, wait_for_first
from careconsole.tui.threads.backend import Backend
seat = seat_here({path!r}, "Ana", mouse=True)
backend = Backend(seat.desk)
first = begin_reading(seat, backend)
from careconsole.tui.app import Console
async def wait(work):
    await asyncio.Event().wait()  # whatever is read next, such as the case beside the list, comes after these rows
backend.ask = wait
at_first_rows = []
class Opened(Console):
    CSS_PATH = sys.modules[Console.__module__].__file__.replace("app.py", "careconsole.tcss")
    def _go_on(self):
        assert self.queue.board.row(1).subject == "Kettle"
        at_first_rows.extend(sys.modules)
        self.exit()
Opened(seat, backend, wait_for_first(first, seat)).run(headless=True)
backend.close()
assert at_first_rows
for name in set(sys.modules) - set(at_first_rows):
    del sys.modules[name]
""")
    ours = sorted(name for name in loaded if name.startswith("careconsole"))
    named = {
        place.partition(":")[0] for verb in VERBS for place in (verb.rule, *(f.listed for f in verb.fields)) if place
    }
    assert len(named) > 20
    assert not loaded & {f"careconsole.domain.case.{name}" for name in named}
    assert "careconsole.tui.queue.case_list" in loaded
    assert len(ours) <= MOST_AT_FIRST_ROWS, "\n".join(ours)


def test_the_forms_are_loaded_ahead_with_the_rules_of_their_commands() -> None:
    loaded = loaded_by("from careconsole.tui.forms.command_runner import preload; preload()")
    named = {place.partition(":")[0] for verb in VERBS for field in verb.fields for place in (verb.rule, field.words)}
    assert {f"careconsole.domain.case.{name}" for name in named if name} <= loaded


def test_a_console_starts_without_openssl() -> None:
    loaded = loaded_by("""
import os
from careconsole.__main__ import _open
os.environ["TERM"] = "dumb"
try:
    _open(None, None, True, False)
except SystemExit:
    pass
import careconsole.tui.app
from careconsole.tui.forms.command_runner import preload
preload()
""")
    assert "careconsole.tui.forms.form" in loaded
    assert not loaded & {"_hashlib", "_ssl"}


def test_what_a_screen_does_without_can_still_be_imported() -> None:
    loaded = loaded_by("""
from careconsole.__main__ import _import_without
_import_without("ssl", "asyncio")
import ssl, asyncio
asyncio.run(asyncio.sleep(0))
""")
    assert "_ssl" in loaded
