"""Maps of records: what is wrong in one is told with its line and what would be valid."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from careconsole.desk.program_files import preset_ids
from careconsole.domain.errors import WrongUse
from careconsole.domain.imported_record import ImportedEntry, Message
from careconsole.intake import registry
from careconsole.intake.files.read_report import ReadReport
from careconsole.intake.formats.mapped_json.maps import parse_record_map
from careconsole.intake.registry import Options
from careconsole.intake.values.html_text import plain_text
from careconsole.store.package_files import database_file

LEAST = """title = "Own desk"
shape = "JSON."
[case]
id = "no"
subject = "about"
[time]
created = "made"
[status]
from = "state"
open = ["open"]
"""


def wrong(text: str) -> str:
    with pytest.raises(WrongUse) as caught:
        parse_record_map(text, "my.toml")
    return f"{caught.value.message} {caught.value.hint}"


def test_the_least_map_is_one() -> None:
    assert parse_record_map(LEAST).comments is None


@pytest.mark.parametrize(
    "text, told",
    [
        (
            LEAST + 'opne = ["x"]\n',
            "my.toml, line 11: [status] opne: There is nothing of that name in [status]. Did you mean open?",
        ),
        (LEAST.replace('id = "no"\n', ""), "[case] id is missing"),
        (LEAST + 'closed = ["Open"]\n', "lists “Open”, which open lists too"),
        (LEAST + '[owner]\nid = "a..b"\n', "my.toml, line 12: [owner] id has a path with nothing between its dots"),
        (LEAST + "[skip]\nwhat = 'x'\nwhen.a = []\n", "lists no value"),
        (LEAST + "[deleted]\na = ['<x']\n", "could not convert string to float"),
        (LEAST + "[deleted]\na = ['~(']\n", "missing )"),
        (LEAST + "[merged]\nnote = 'merged'\n", "has no group ( ) for the id"),
        (LEAST + "[rating]\nfrom = 'r'\nshown = 'x'\n", "has no place {} for the value"),
        (LEAST.replace('created = "made"', 'created = "made"\nformat = "%H"'), "names no year"),
        (LEAST.replace('created = "made"', 'created = "made"\nzone = "Nowhere"'), "there is no time zone “Nowhere”"),
        (LEAST + "[comments]\nfrom = 'c'\nid = 'i'\nat = 't'\n", "[comments] text is missing"),
        ('carried = [["a"]]\n' + LEAST, "must have two or three texts"),
        (LEAST + "[", f"my.toml, line {len(LEAST.splitlines()) + 1}: this is not valid TOML"),
        ("title", "my.toml, line 1: this is not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, told: str) -> None:
    assert told in wrong(text)


def test_a_map_of_ones_own_is_used_instead_of_the_kinds(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        LEAST + '[comments]\nfrom = "talk"\nid = "i"\nat = "t"\ntext = "said"\npublic.seen = ["true"]\n'
    )
    ticket = {
        "no": "007",
        "about": "Lid",
        "made": "2024-01-01T00:00:00Z",
        "state": "OPEN",
        "talk": [
            {"i": 1, "t": "2024-01-02T00:00:00Z", "said": text, **more}
            for text, more in (("public", {"seen": True}), ("private", {"seen": False}), ("unknown", {}))
        ],
    }
    (tmp_path / "t.json").write_text(json.dumps([ticket]))
    seen = ReadReport()
    lines = list(registry.read("freshdesk", [tmp_path / "t.json"], Options(map=str(tmp_path / "own.toml")), seen))
    assert [line.said for line in lines if isinstance(line, ImportedEntry) and line.said] == [
        Message("in", "public"),
        Message("note", "private"),
        Message("note", "unknown"),
    ]
    assert {line.external for line in lines if isinstance(line, ImportedEntry)} == {"007"}


def test_a_map_that_is_not_there() -> None:
    with pytest.raises(WrongUse, match="There is no map"):
        list(registry.read(preset_ids()[0], ["-"], Options(map="nowhere.toml"), ReadReport()))


@pytest.mark.parametrize(
    "html, text",
    [
        ("plain & simple\n  as it is", "plain & simple\n  as it is"),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p>One</p><p>Two<br/>Three</p>", "One\n\nTwo\nThree"),
        ("<div>One</div>\n <div>Two</div>", "One\nTwo"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ("<style>p {}</style><script>alert(1)</script>Hi<img src=x onerror=y alt='a cat'>", "Hi[a cat]"),
        ('See <a href="https://x.example/a">this</a>.', "See this (https://x.example/a)."),
        ('<a href="https://x.example">https://x.example</a>', "https://x.example"),
        ('<a href="javascript:alert(1)">this</a>', "this"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<title>never closed, all the <b>text</b>", "never closed, all the text"),
        ("<p>not closed <b>at all", "not closed at all"),
        ("&#x1F600;&nbsp;&unknown;<br>", "😀 &unknown;"),
        ("<!-- hidden --><p>x", "x"),
    ],
)
def test_html_becomes_what_a_reader_would_see(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_a_map_in_the_folder_of_maps_is_an_import_kind_and_nothing_else_is_needed(tmp_path: Path) -> None:
    shutil.copytree(Path(database_file()), tmp_path / "db")
    (tmp_path / "db/presets/acme.toml").write_text('source = "acme"\nrecognise = [["\\"acme_no\\"", 90]]\n' + LEAST)
    (tmp_path / "export.json").write_text('{"no": 7, "about": "Kettle", "made": "2026-01-01T00:00Z", "state": "open"}')
    program = """if True:
        import sys
        from careconsole.store import package_files
        package_files._PACKAGE, package_files._CHECKOUT = sys.argv[1] + "/none", sys.argv[1]
        from careconsole.cli import run
        run(sys.argv[2:])
    """

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, str(tmp_path), "--db", str(tmp_path / "shop.db"), *words]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)

    assert run("init", "--team", "Shop", "--lead", "Ana").returncode == 0
    done = run("--as", "Ana", "import", "acme", "export.json")
    assert (done.returncode, "1 case new" in done.stdout) == (0, True), done.stderr
    assert "acme" in run("import", "--help").stdout


def test_the_source_that_ones_own_map_names_is_used(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('source = "our desk"\n' + LEAST)
    assert registry.source("freshdesk", Options(map=str(tmp_path / "own.toml"))) == "our desk"
    (tmp_path / "nameless.toml").write_text(LEAST)
    assert registry.source("freshdesk", Options(map=str(tmp_path / "nameless.toml"))) == "freshdesk"
