"""Similar cases beside the list: as they are now, whatever happened to them since the case was read."""

from __future__ import annotations

from careconsole.desk.cases import execution
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.resolution import Resolve
from tests.desk.office import Office
from tests.tui.screen import Screen, on_screen, opened

_WIDE = (160, 40)


def ben(office: Office, subject: str) -> int:
    office.later()
    return opened(office.desk("Ben"), subject, owner=office.ids["Ben"])


def test_a_similar_case_is_told_as_it_is_once_its_resolution_was_undone(office: Office) -> None:
    sofa, invoice = ben(office, "Sofa in wrong colour"), ben(office, "Invoice wrong")

    async def script(screen: Screen) -> None:
        screen.queue.select_when_listed(sofa)
        await screen.press("x")
        await screen.type("right one comes")
        await screen.press("ctrl+s", "right", "ctrl+s")
        screen.queue.select_when_listed(invoice)
        await screen.settle()
        assert f"{sofa}  [resolved] Sofa in wrong" in screen.text()
        await screen.press("u")
        assert office.case(sofa).is_open
        assert "[resolved]" not in screen.text()
        assert f"{sofa}  [open] Sofa in wrong" in screen.text()

    on_screen(office, script, name="Ben", size=_WIDE)


def test_a_similar_case_follows_what_others_do_also_while_the_list_is_held(office: Office) -> None:
    sofa, invoice = ben(office, "Sofa in wrong colour"), ben(office, "Invoice wrong")
    chair = ben(office, "Chair in wrong colour")

    async def script(screen: Screen) -> None:
        screen.queue.select_when_listed(invoice)
        await screen.settle()
        assert f"{sofa}  [open] Sofa in wrong" in screen.text()
        resolve = Resolve(said="right one comes", answer="told")
        execution.execute(office.another("Ben"), "resolve", resolve, [sofa])
        await screen.until(lambda: f"{sofa}  [resolved] Sofa in wrong" in screen.text())
        await screen.press("Z")
        execution.execute(office.another("Ben"), "resolve", resolve, [chair])
        await screen.until(lambda: f"{chair}  [resolved] Chair in wrong" in screen.text())

    on_screen(office, script, name="Ben", size=_WIDE)


def test_a_merged_case_is_similar_by_its_own_words(office: Office) -> None:
    missing, too = ben(office, "Table leg missing"), ben(office, "Table leg missing too")
    leg = ben(office, "Leg of the table")
    execution.execute(office.desk("Ben"), "merge", Merge(into=missing), [leg])

    async def script(screen: Screen) -> None:
        screen.queue.show_list("status:merged")
        screen.queue.select_when_listed(leg)
        await screen.settle()
        shown = " ".join(line.rpartition("▏")[2].strip() for line in screen.lines())
        assert f"{too}  [open] Table leg missing too (same words: " in shown
        assert "missing)" not in shown

    on_screen(office, script, name="Ben", size=_WIDE)
