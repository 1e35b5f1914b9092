"""The files of a case in the console: what is listed, and where a file is saved."""

from __future__ import annotations

from pathlib import Path

from careconsole.desk.cases import execution
from careconsole.desk.cases import files as desk_files
from careconsole.desk.queries import shown_case
from careconsole.domain.case.files import Attach
from careconsole.domain.case.merging import Merge
from careconsole.tui.queue.case_lines import Beside, sheet_lines
from tests.desk.office import Office
from tests.intake.mails import multipart
from tests.tui.screen import Screen, on_screen, opened


def test_a_file_is_listed_by_its_name_made_safe_and_saved_where_one_says(office: Office, tmp_path: Path) -> None:
    number = opened(office.desk("Ana"), "Lid", owner=1)
    source = tmp_path / "lid.txt"
    source.write_text("a lid")
    (tmp_path / "out").mkdir()
    attach = Attach(file=str(source), name="../\x1b[31m[bold]lid\u202e.txt")
    execution.execute(office.desk("Ana"), "attach", attach, [number])

    async def save(screen: Screen) -> None:
        await screen.press("enter")
        field = screen.app.screen.query_one("#answer")
        field.put(str(tmp_path / "out"))  # type: ignore[attr-defined]
        await screen.press("enter")

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.press("@")
        assert f"Files of case {number}: 1" in screen.text()
        assert "../\u241b[31m[bold]lid\ufffd.txt" in screen.text()
        await save(screen)
        assert "Saved as" in screen.text()
        await save(screen)
        assert "exists already" in screen.text(), "nothing is overwritten"
        await screen.press("escape", "escape")

    on_screen(office, script, size=(120, 30))
    (saved,) = (tmp_path / "out").iterdir()
    assert (saved.name, saved.read_text()) == ("__[31m[bold]lid_.txt", "a lid")


def test_a_case_without_files_says_how_to_attach_one(office: Office) -> None:
    number = opened(office.desk("Ana"), "Lid", owner=1)

    async def script(screen: Screen) -> None:
        screen.queue.way_back.go_to_case(number)
        await screen.press("@")
        assert "No files yet." in screen.text()
        assert "save in a folder" not in screen.lines()[-1]

    on_screen(office, script, size=(80, 24))


def test_a_case_says_how_many_files_it_has_with_those_of_its_mails_and_which_key_lists_them(
    office: Office, tmp_path: Path
) -> None:
    photo = b'Content-Type: image/png\nContent-Disposition: attachment; filename="crack.png"\n\n\x89PNG'
    number = office.mail(multipart("Content-Type: text/plain\n\nIt is cracked.", photo)).case
    assert number is not None
    source = tmp_path / "lid.txt"
    source.write_text("a lid")
    execution.execute(office.desk("Ana"), "attach", Attach(file=str(source)), [number])
    into = opened(office.desk("Ana"), "The same kettle", owner=1)

    def lines(case: int) -> list[str]:
        view = shown_case.show(office.desk("Ana"), case)
        return ["".join(text for text, _ in line) for line in sheet_lines(view, Beside(), 100)]

    assert not any("(@ lists them)" in line for line in lines(into))
    assert "  2 files (@ lists them)" in lines(number)
    files = [line for line in lines(number) if line.startswith("file ")]
    assert sorted(line.split(": ")[1] for line in files) == ["crack.png (4 bytes)", "lid.txt (5 bytes)"]
    execution.execute(office.desk("Ana"), "merge", Merge(into=into, confirm=True), [number])
    assert "  2 files (@ lists them)" in lines(into), "those of a mail on a case that was merged, too"
    assert len(desk_files.files_of(office.desk("Ana"), into).files) == 2
