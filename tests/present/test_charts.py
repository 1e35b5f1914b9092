"""Charts and the page of the report: everybody can read them, and no text of others is markup."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from careconsole.desk.queries import case_queries
from careconsole.desk.queries.wall import wall_board
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.promises import Promise
from careconsole.present.care_report_page import as_page
from careconsole.present.charts import STYLE, Column, columns, rows, table
from careconsole.present.queue_page import queue_page, wall_page
from careconsole.present.receipts.page import STYLE as PAGE_STYLE
from careconsole.present.receipts.page import policy
from tests.desk.office import HOUR, Office
from tests.desk.test_care_report import busy, do, found, opened
from tests.present.test_receipts import PAYLOADS, TAGS, Page
from tests.present.test_receipts_in_a_browser import AXE, CHROMIUM, NEEDED, browse, readable

SVG = "{http://www.w3.org/2000/svg}"
CHART = {"svg", "title", "desc", "line", "rect", "circle", "text"}
TABLE = {"table", "caption", "thead", "tbody", "tr", "th", "td", "div", "h3"}
HOSTILE = "".join(PAYLOADS)
STORABLE = HOSTILE.replace("\0", "").encode(errors="ignore").decode()
BARS = [
    Column(label="09-14", words="50", height=0.5, low=0.2, high=0.8),
    Column(label="09-21", words="(2)"),
    Column(label=HOSTILE, words=HOSTILE, height=1.0),
    Column(label="09-28", words=""),
]


@pytest.mark.parametrize("draw", [columns, rows])
def test_a_chart_is_an_image_with_a_title_and_a_description_and_neutral_text(draw) -> None:
    chart = ET.fromstring(draw("kept", f"Kept {HOSTILE}", f"50 {HOSTILE}", BARS))
    title, description = chart.find(f"{SVG}title"), chart.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert chart.get("role") == "img"
    assert chart.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert {element.tag.removeprefix(SVG) for element in chart.iter()} <= CHART
    assert not {name for element in chart.iter() for name in element.attrib if name.startswith("on") or "href" in name}
    assert len(chart.findall(f"{SVG}rect")) == 2
    _, _, width, height = map(float, (chart.get("viewBox") or "").split())
    for rect in chart.findall(f"{SVG}rect"):
        x, y, w, h = (float(rect.get(name) or -1) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height


def test_bars_are_as_high_as_their_figures_and_few_are_hollow() -> None:
    chart = ET.fromstring(columns("x", "X", "x", [Column(label=str(n), words=str(n), height=n / 4) for n in range(5)]))
    heights = [float(rect.get("height") or -1) for rect in chart.findall(f"{SVG}rect")]
    assert heights[0] == 0
    assert heights == sorted(heights)
    assert abs(heights[4] - 2 * heights[2]) <= 1
    hollow = ET.fromstring(columns("x", "X", "x", [Column(label="1", words="(2)"), Column(label="2", words="")]))
    assert len(hollow.findall(f"{SVG}circle")) == 1


def test_a_table_names_its_columns_and_rows() -> None:
    told = ET.fromstring(table(HOSTILE, ("Week", "n"), [("a", "1"), (HOSTILE, "2")], (1,)))
    assert [cell.get("scope") for cell in told.iter("th")] == ["col", "col", "row", "row"]
    assert [cell.get("class") for cell in told.iter("td")] == ["number", "number"]


def test_the_page_has_a_table_for_each_chart_no_script_and_only_its_own_style(tmp_path: Path) -> None:
    office = Office(tmp_path)
    cases = busy(office)
    do(office, cases["late"], "log", LogMessage(text=f"Thanks {STORABLE}", inbound=True, sort="thanks"))
    page = as_page(found(office, filter="-tag:x"), names=True)
    office.close()
    assert page.count("<svg ") >= 6
    assert page.count("<table>") >= page.count("<svg ")
    assert page.count("<h1>") == 1
    read = Page(page)
    assert {tag for tag, _ in read.elements} <= TAGS | CHART | TABLE
    assert not {name for _, attributes in read.elements for name in attributes if name.startswith(("on", "style"))}
    assert f'content="{policy(PAGE_STYLE + STYLE)}"'.replace("'", "&#x27;") in page
    assert len(re.findall(r'\sid="([^"]+)"', page)) == len(set(re.findall(r'\sid="([^"]+)"', page)))
    if CHROMIUM is not None:
        opened_page = browse(tmp_path, page)
        assert opened_page.console == ""
        assert "<script" not in opened_page.document


def test_the_queue_as_a_page_has_its_cases_in_their_order_and_is_neutral(tmp_path: Path) -> None:
    office = Office(tmp_path)
    first, second = opened(office, subject=STORABLE), opened(office, "Ana", subject="Lid")
    office.later(3.8)
    page = Page("".join(queue_page([case_queries.queue(office.desk())], "Shop", "-is:parked")))
    office.close()
    assert {tag for tag, _ in page.elements} <= TAGS | CHART | TABLE
    assert page.said.index("Carla Neri") < page.said.index("Lid")
    assert f"{first}" in page.said
    assert f"{second}" in page.said
    assert "2 cases that match -is:parked, as of 2026-01-05" in page.said
    assert "at risk: 2" in page.said


def test_the_wall_as_a_page_names_no_customer_and_quotes_nobody(tmp_path: Path) -> None:
    office = Office(tmp_path)
    case = opened(office, subject="Kettle of Mrs Canary")
    do(office, case, "promise", Promise(text="a call to Mrs Canary", due=office.now + HOUR))
    office.later(5)
    page = Page(wall_page(wall_board(office.desk())))
    office.close()
    assert {tag for tag, _ in page.elements} <= TAGS | CHART | TABLE
    assert "Canary" not in page.said
    assert "Neri" not in page.said
    assert "Overdue: 1" in page.said
    assert "promise 4h" in page.said


@pytest.mark.skipif(not AXE and not NEEDED, reason="CARECONSOLE_AXE does not name axe.min.js of axe-core")
@pytest.mark.parametrize("what", ["report", "queue", "wall"])
def test_everybody_can_read_the_pages(tmp_path: Path, what: str) -> None:
    office = Office(tmp_path)
    busy(office)
    opened(office)
    pages = {
        "report": lambda: as_page(found(office)),
        "queue": lambda: "".join(queue_page([case_queries.queue(office.desk())], "Shop", "")),
        "wall": lambda: wall_page(wall_board(office.desk())),
    }
    readable(tmp_path, pages[what]())
    office.close()
