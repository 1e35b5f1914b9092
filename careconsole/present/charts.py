"""Small charts as SVG in a page: bars, and bars along a line of time. Each has a title, a description and a table.

They use nothing but attributes, so that the page's policy needs to allow nothing; colours are those of the page. All
text goes through `text`, which neutralises it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

import msgspec

from careconsole.domain.terminal_text import display_block

STYLE = (
    "body{max-width:52em}"
    "svg{display:block;max-width:100%;height:auto;margin:.25em 0}svg text{font-size:11px;fill:var(--text)}"
    "svg .bar{fill:var(--link);fill-opacity:.45}svg .range{stroke:var(--text);stroke-width:1.5}"
    "svg .axis{stroke:var(--quiet);stroke-width:1}svg .hollow{fill:none;stroke:var(--quiet);stroke-width:1.5}"
    "table{border-collapse:collapse;font-size:.85em;margin:.25em 0 .75em;font-variant-numeric:tabular-nums}"
    "caption{text-align:start;white-space:nowrap;color:var(--quiet)}"
    "th,td{padding:.1em .6em .1em 0;text-align:start;vertical-align:top}"
    "th{font-weight:600}td.number,th.number{text-align:end}.wide{overflow-x:auto}h3{font-size:1em;margin:1em 0 0}"
    "@media print{svg,table,tr{break-inside:avoid}h3{break-after:avoid}}"
)
"""What a page with charts needs besides its own style."""
_WIDTH, _HEIGHT, _BASE, _TOP = 36, 84, 64, 6
_LONG, _LINE, _LABEL, _ROOM = 360, 22, 150, 44


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One bar: its label, what stands above it, and its height from 0 to 1 (None: too few to say, drawn hollow).

    `low` and `high` are how exact it is, if that is known. A bar of nothing at all has neither height nor words.
    """

    label: str
    words: str
    height: float | None = None
    low: float | None = None
    high: float | None = None


def columns(id: str, title: str, description: str, bars: Sequence[Column]) -> str:
    """Bars side by side, the first at the left, with their numbers above and labels below them."""
    width = _WIDTH * len(bars) + 8
    parts = [f'<line class="axis" x1="4" y1="{_BASE}" x2="{width - 4}" y2="{_BASE}"/>']
    for place, bar in enumerate(bars):
        middle = 4 + _WIDTH * place + _WIDTH // 2
        top = _BASE
        if bar.height is not None:
            top = _y(bar.height)
            parts.append(f'<rect class="bar" x="{middle - 9}" y="{top}" width="18" height="{_BASE - top}"/>')
        elif bar.words:
            top = _BASE - 10
            parts.append(f'<circle class="hollow" cx="{middle}" cy="{_BASE - 6}" r="4"/>')
        if bar.words:
            parts.append(f'<text x="{middle}" y="{top - 2}" text-anchor="middle">{text(bar.words)}</text>')
        parts.append(f'<text x="{middle}" y="{_BASE + 14}" text-anchor="middle">{text(bar.label)}</text>')
    return _drawing(id, title, description, width, _HEIGHT, parts)


def rows(id: str, title: str, description: str, bars: Sequence[Column]) -> str:
    """Bars below each other, each with its label before it and its number behind it, and how exact it is as a line."""
    width, height = _LABEL + _LONG + _ROOM + 60, _LINE * len(bars) + 8
    parts = [f'<line class="axis" x1="{_LABEL}" y1="2" x2="{_LABEL}" y2="{height - 2}"/>']
    for place, bar in enumerate(bars):
        middle = _LINE * place + 4 + _LINE // 2
        end = _LABEL + round(_LONG * (bar.height or 0))
        if bar.height is not None:
            parts.append(
                f'<rect class="bar" x="{_LABEL}" y="{middle - 7}" width="{max(end - _LABEL, 1)}" height="14"/>'
            )
        if bar.low is not None and bar.high is not None:
            low, high = _LABEL + round(_LONG * bar.low), _LABEL + round(_LONG * bar.high)
            parts.append(f'<line class="range" x1="{low}" y1="{middle}" x2="{high}" y2="{middle}"/>')
            end = max(end, high)
        parts.append(f'<text x="{_LABEL - 6}" y="{middle + 4}" text-anchor="end">{text(bar.label)}</text>')
        parts.append(f'<text x="{end + 6}" y="{middle + 4}">{text(bar.words)}</text>')
    return _drawing(id, title, description, width, height, parts)


def table(caption: str, heads: Sequence[str], lines: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """A table; the first cell of each line names it, the columns `right` are numbers."""
    return "".join(table_parts(caption, heads, [lines], right))


def table_parts(
    caption: str, heads: Sequence[str], parts: Iterable[Iterable[Sequence[str]]], right: Sequence[int] = ()
) -> Iterator[str]:
    """The same, piece by piece, for very many lines, which come in parts."""

    def cell(tag: str, place: int, words: str, scope: str = "") -> str:
        number = ' class="number"' if place in right else ""
        return f'<{tag}{number}{scope}><bdi dir="auto">{text(words)}</bdi></{tag}>'

    def row(line: Sequence[str]) -> str:
        first = cell("th", 0, line[0], ' scope="row"')
        return f"<tr>{first}{''.join(cell('td', place, words) for place, words in enumerate(line[1:], start=1))}</tr>\n"

    head = "".join(cell("th", place, words, ' scope="col"') for place, words in enumerate(heads))
    yield (f'<div class="wide"><table>\n<caption>{text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n')
    for lines in parts:
        yield "".join(map(row, lines))
    yield "</tbody>\n</table></div>\n"


def text(words: str) -> str:
    """Text as HTML or SVG: without characters that control anything, and with every sign that markup reads escaped."""
    return escape(display_block(words), quote=True)


def _y(height: float) -> int:
    return _BASE - round((_BASE - _TOP - 14) * min(max(height, 0.0), 1.0))


def _drawing(id: str, title: str, description: str, width: int, height: int, parts: Sequence[str]) -> str:
    name = text(id)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{text(title)}</title>\n<desc id="{name}-desc">{text(description)}</desc>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )
