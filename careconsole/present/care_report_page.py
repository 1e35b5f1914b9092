"""The care report as one HTML page: every chart with the same figures as a table, no script, nothing from elsewhere."""

from __future__ import annotations

from careconsole.desk.queries.care_report import AnsweredPanel, CareReport
from careconsole.domain.report.figures import Figure, WeekFigure
from careconsole.domain.report.panels import Kind
from careconsole.domain.terminal_text import display_text
from careconsole.present.care_report import (
    RULES,
    answered_words,
    change_words,
    effect_lines,
    has_chart,
    highest,
    marked_lines,
    notes,
    silence_words,
    span_words,
    stories,
    title,
    unknown_words,
    value_words,
    week_words,
)
from careconsole.present.charts import STYLE, Column, columns, rows, table, text
from careconsole.present.receipts.page import html_page

_MOST_CASES = 200
"""Cases listed behind a figure on the page; a report of more has all of them with --json."""
_LINE = " The line in a bar is where the true share lies, 95 times of 100."


def as_page(found: CareReport, *, names: bool = False) -> str:
    """The report as a whole page; with `names`, customers' names are written in full."""
    body = [f'<p class="quiet">{text(span_words(found))}</p>\n', _list(notes(found))]
    for answered in found.panels:
        body.append(_panel(answered, found, names))
    body.append(_stories(found, names))
    return html_page("en", display_text(title(found)), "".join(body), STYLE)


def _panel(answered: AnsweredPanel, found: CareReport, names: bool) -> str:
    panel = answered.panel
    parts = [f'<section aria-labelledby="{panel.id}">\n<h2 id="{panel.id}">{text(panel.question)}</h2>\n']
    shares = [one for one in answered.figures if one.definition.kind is Kind.SHARE and one.value is not None]
    if shares:
        told = "; ".join(f"{one.definition.name}: {value_words(one)}" for one in shares)
        parts.append(rows(f"{panel.id}-shares", f"{panel.question} Shares", told, list(map(_share, shares))))
    parts.append(
        table(
            f"{panel.question}{_LINE if shares else ''}",
            ("Figure", "So far", "What it counts"),
            [(_name(one), value_words(one), one.definition.meaning) for one in answered.figures],
        )
    )
    parts += [_figure(one) for one in answered.figures]
    if panel.id == "silence" and found.silences:
        listed = [silence_words(one, found, names) for one in found.silences]
        parts.append(f"<h3>The longest silences</h3>\n{_list(listed)}")
    if panel.id == "taught" and found.effects:
        parts.append(f"<h3>Changes that were made lately</h3>\n{_list(effect_lines(found.effects, found.until))}")
    if panel.id == "said" and (warning := answered_words(found)):
        parts.append(f"<p>{text(warning)}</p>\n")
    parts.append(f'<p class="quiet">Not shown: {text(panel.not_shown)}</p>\n</section>\n')
    return "".join(parts)


def _name(one: Figure) -> str:
    return f"{one.definition.name} (beside it)" if one.definition.beside else one.definition.name


def _share(one: Figure) -> Column:
    low, high = one.interval or (None, None)
    words = f"{100 * (one.value or 0):.0f} %"
    return Column(label=one.definition.name, words=words, height=one.value, low=low, high=high)


def _figure(one: Figure) -> str:
    definition = one.definition
    parts: list[str] = []
    if has_chart(one):
        told = ", ".join(f"{week.day}: {week_words(week, one)}" for week in one.weeks if week.n)
        most = highest(one)
        bars = [_week(week, one, most) for week in one.weeks]
        parts.append(columns(f"{definition.id}-weeks", f"{definition.name}, week by week", told, bars))
        heads = ("Week of", "n", "Hits", "Share in %" if definition.kind is Kind.SHARE else "Median")
        lines = [(week.day, str(week.n), str(week.hits), week_words(week, one)) for week in one.weeks if week.n]
        caption = f"{definition.name} by week; (n) is too few to say. Weeks with nothing to count are left out."
        parts.append(table(caption, heads, lines, (1, 2, 3)))
        parts.append(f"<p>{text(change_words(one))}</p>\n")
    parts += [f"<p>{text(words)}</p>\n" for words in (*marked_lines(one), unknown_words(one)) if words]
    below = "".join([*parts, _cases(one)])
    return f"<h3>{text(definition.name)}</h3>\n{below}" if below else ""


def _week(week: WeekFigure, one: Figure, most: float) -> Column:
    height = None if week.value is None else week.value / most if most else 0.0
    return Column(label=week.day[5:], words=week_words(week, one) if week.n else "", height=height)


def _cases(one: Figure) -> str:
    if not one.cases:
        return ""
    shown = ", ".join(map(str, one.cases[:_MOST_CASES]))
    more = f" and {len(one.cases) - _MOST_CASES:,} more" if len(one.cases) > _MOST_CASES else ""
    return f'<p class="quiet">{"Cases" if len(one.cases) > 1 else "Case"}: {shown}{more}</p>\n'


def _stories(found: CareReport, names: bool) -> str:
    parts = [
        '<section aria-labelledby="stories">\n<h2 id="stories">Stories</h2>\n',
        f'<p class="quiet">{text(RULES)}</p>\n',
    ]
    told = stories(found, names)
    for story in told:
        parts.append(f"<h3>{text(story.rule)} (case {story.case})</h3>\n")
        parts.append(f'<p><bdi dir="auto">{text(story.text)}</bdi></p>\n')
        if story.words:
            parts.append(f'<blockquote dir="auto">{text(story.words)}</blockquote>\n')
    if not told:
        parts.append("<p>None of the rules found a story in this time.</p>\n")
    return "".join([*parts, "</section>\n"])


def _list(lines: list[str]) -> str:
    items = "".join(f'<li><bdi dir="auto">{text(line)}</bdi></li>\n' for line in lines)
    return f"<ul>\n{items}</ul>\n" if items else ""
