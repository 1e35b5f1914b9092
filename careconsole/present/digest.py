"""The digest as text, as Markdown and as one HTML page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

import msgspec

from careconsole.desk.queries.digest import Digest, PlaybookNews, Story
from careconsole.desk.queries.learned import LearnedCause
from careconsole.domain.learning.kinds import AFTER_CHANGE, AGAIN, WITH_PLAYBOOK
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_block, display_text
from careconsole.domain.time.moments import local
from careconsole.present.learned import change_words, effect_words, load_lines
from careconsole.present.playbooks import difference_from
from careconsole.present.receipts.page import html_page

_QUOTED = 600
"""Characters of a customer's words that are quoted."""
_MARKDOWN = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~!&"})


_BEGINS = re.compile(r"^(\s*\d*)([-+.)=])")
"""What would begin a list or underline a heading."""


class Item(msgspec.Struct, frozen=True):
    """A line of a section, with lines below it: what changed, or what somebody wrote."""

    text: str
    below: tuple[str, ...] = ()
    quoted: bool = False


class DigestSection(msgspec.Struct, frozen=True):
    """A heading and its lines."""

    heading: str
    items: tuple[Item, ...]


def title(found: Digest) -> str:
    """What the digest is about."""
    return f"What is new since {local(found.since, found.until)}"


def sections(found: Digest, roster: Roster) -> list[DigestSection]:
    """What there is to tell, section by section; a section without anything says so."""
    now = found.until
    story = _story(found.story) if found.story is not None else [Item("No exception ended with a decision.")]
    if found.thanks is None:
        thanks = Item("Nobody wrote to say thanks; that says nothing about what you did.")
    else:
        thanks = Item(f"On case {found.thanks.case}:", (_cut(found.thanks.text),), quoted=True)
    return [
        DigestSection("Playbooks", _or(map(_playbook, found.playbooks), "No playbook is new or has changed.")),
        DigestSection(
            "What came back", _or((_came_back(one, now) for one in found.came_back), "No known cause came up again.")
        ),
        DigestSection(
            "Changes",
            _or(
                (Item(change_words(one, roster, now)) for one in found.changes),
                "No change waits to be made or checked.",
            ),
        ),
        DigestSection("A story", tuple(story)),
        DigestSection("Thanks", (thanks,)),
        DigestSection("Leads", tuple(map(Item, load_lines(found.learned)))),
    ]


def _or(items: Iterable[Item], otherwise: str) -> tuple[Item, ...]:
    return tuple(items) or (Item(otherwise),)


def _playbook(news: PlaybookNews) -> Item:
    told = "; ".join(dict.fromkeys(event.fact.told for event in news.events))
    state = "is new" if news.before is None else told
    lines = difference_from(news.before, news.now)
    if news.before is None:
        lines = [line.removeprefix("+") for line in lines]
    return Item(f"{news.number} {news.title}: {state}", tuple(lines))


def _came_back(cause: LearnedCause, now: int) -> Item:
    cases = [(kind, cause.cases[kind]) for kind in (AGAIN, WITH_PLAYBOOK, AFTER_CHANGE) if cause.cases[kind]]
    told = "; ".join(f"{kind}: case {', '.join(map(str, dict.fromkeys(numbers)))}" for kind, numbers in cases)
    below = (effect_words(cause, now),) if cause.effect is not None else ()
    return Item(f"{cause.cause}: {told}", below)


def _story(story: Story) -> list[Item]:
    lines = [Item(f"Case {story.case}, {story.subject} ({story.cause})")]
    if story.customer:
        lines.append(Item("The customer wrote:", (_cut(story.customer),), quoted=True))
    if story.need:
        lines.append(Item(f"What was needed: {story.need}"))
    lines.append(Item(f"What was decided: {story.decided}"))
    if story.change:
        lines.append(Item(f"What we change: {story.change}"))
    elif story.nothing_because:
        lines.append(Item(f"Why nothing changes: {story.nothing_because}"))
    return lines


def _cut(text: str) -> str:
    text = display_block(text).strip()
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()} …"


def as_text(found: Digest, roster: Roster) -> str:
    """The digest as plain text."""
    lines = [title(found)]
    for section in sections(found, roster):
        lines += ["", section.heading]
        for item in section.items:
            lines.append(f"  {display_text(item.text)}")
            for text in item.below:
                lines += [f"    {line}" for line in display_block(text).splitlines()]
    return "\n".join(lines) + "\n"


def as_markdown(found: Digest, roster: Roster) -> str:
    """The digest as Markdown, in which no text of a customer or colleague is markup."""
    lines = [f"# {title(found)}"]
    for section in sections(found, roster):
        lines += ["", f"## {section.heading}", ""]
        for item in section.items:
            lines.append(f"- {_markdown(item.text)}")
            if not item.below:
                continue
            if item.quoted:
                quote = (line for text in item.below for line in display_block(text).splitlines())
                lines += ["", *(f"  > {_markdown(line)}" for line in quote)]
            else:
                lines += [f"  - {_markdown(text)}" for text in item.below]
    return "\n".join(lines) + "\n"


def _markdown(text: str) -> str:
    """One line as Markdown that shows it as it is."""
    return _BEGINS.sub(r"\1\\\2", display_text(text).translate(_MARKDOWN))


def as_html(found: Digest, roster: Roster) -> str:
    """The digest as one HTML page: without scripts, without anything from elsewhere."""
    body: list[str] = []
    for section in sections(found, roster):
        body.append(f"<h2>{escape(section.heading)}</h2><ul>")
        for item in section.items:
            body.append(f"<li>{escape(display_text(item.text))}")
            if item.quoted:
                body += [f'<blockquote dir="auto">{escape(display_block(text))}</blockquote>' for text in item.below]
            elif item.below:
                body.append("<ul>" + "".join(f"<li>{escape(display_text(text))}</li>" for text in item.below) + "</ul>")
            body.append("</li>")
        body.append("</ul>")
    return html_page("en", title(found), "".join(body))
