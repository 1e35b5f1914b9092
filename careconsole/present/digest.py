"""The digest as text, as Markdown and as one HTML page."""

from __future__ import annotations

from msgspec.structs import replace

from careconsole.desk.queries.digest import Digest, PlaybookNews
from careconsole.desk.queries.learned import LearnedCause
from careconsole.desk.queries.review_changes import ChangeEntry
from careconsole.desk.queries.stories import Story
from careconsole.domain.case.notice_message import Message, tame
from careconsole.domain.learning.kinds import FIRST, KINDS
from careconsole.domain.team.roster import Roster
from careconsole.domain.terminal_text import display_block
from careconsole.domain.time.moments import local
from careconsole.present.learned import change_words, effect_words, load_lines
from careconsole.present.playbooks import as_lists, difference_from
from careconsole.present.queue_text import case_list
from careconsole.present.sections import Item, Section, html_of, markdown_of, or_else, text_of

_QUOTED = 600
"""Characters of a customer's words that are quoted."""


def title(found: Digest) -> str:
    """What the digest is about."""
    return f"What is new since {local(found.since, found.until)}"


def sections(found: Digest, roster: Roster) -> list[Section]:
    """What there is to tell, section by section; a section without anything says so."""
    now = found.until
    story = _story(found.story) if found.story is not None else [Item("No exception ended with a decision.")]
    if found.thanks is None:
        thanks = Item("No customer wrote to say thanks. That does not measure your work.")
    else:
        case = found.thanks.case
        thanks = Item(f"On case {case}:", (_cut(found.thanks.text),), quoted=True, cases=(case,))
    return [
        Section("Playbooks", or_else(map(_playbook, found.playbooks), "No playbook is new or has changed.")),
        Section(
            "What came back",
            or_else((_came_back(one, now) for one in found.came_back), "No known cause came up again."),
        ),
        Section(
            "Changes",
            or_else(
                (_change(one, roster, now) for one in found.changes),
                "No change waits to be made or checked.",
            ),
        ),
        Section("A story", tuple(story)),
        Section("Thanks", (thanks,)),
        Section("Leads", tuple(Item(line, cases=found.learned.called) for line in load_lines(found.learned))),
    ]


def _playbook(news: PlaybookNews) -> Item:
    told = "; ".join(dict.fromkeys(event.fact.told for event in news.events))
    state = "is new" if news.before is None else told
    lines = difference_from(news.before, news.now)
    if news.before is None:
        lines = [line.removeprefix("+") for line in lines]
    return Item(f"{news.number} {news.title}: {state}", tuple(as_lists(lines)))


def _change(change: ChangeEntry, roster: Roster, now: int) -> Item:
    why = (f"Dropped, because {change.review.dropped}",) if change.review.dropped else ()
    return Item(change_words(change, roster, now), why, cases=(change.case,))


def _came_back(cause: LearnedCause, now: int) -> Item:
    cases = [(kind, cause.cases[kind]) for kind in KINDS if kind != FIRST and cause.cases[kind]]
    told = "; ".join(f"{case_list(list(dict.fromkeys(numbers)))} ({kind})" for kind, numbers in cases)
    below = (effect_words(cause, now),) if cause.effect is not None else ()
    return Item(f"{cause.cause}: {told}", below, cases=tuple({case: None for _, some in cases for case in some}))


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
    return [replace(line, cases=(story.case,)) for line in lines]


def _cut(text: str) -> str:
    text = display_block(text).strip()
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()} …"


def weekly_words(changed: int, weeks: int) -> str:
    """How many playbooks are new or have changed in how many weeks, and the command that shows them."""
    told = {0: "No playbook is new or has changed", 1: "1 playbook is new or has changed"}
    when, option = ("this week", "") if weeks == 1 else (f"in {weeks} weeks", f" --weeks {weeks}")
    return f"{told.get(changed, f'{changed:,} playbooks are new or have changed')} {when}: careconsole digest{option}"


def as_message(found: Digest, roster: Roster) -> Message:
    """The whole digest as a message, in which no service finds a link, a mention or markup that somebody wrote."""
    lines = as_text(found, roster).splitlines()[2:]
    return Message(f"careconsole: {title(found)}", "\n".join(map(tame, lines)))


def as_text(found: Digest, roster: Roster, width: int | None = None) -> str:
    """The digest as plain text; `width` as in `text_of`."""
    return text_of(title(found), sections(found, roster), width)


def as_markdown(found: Digest, roster: Roster) -> str:
    """The digest as Markdown, in which no text of a customer or colleague is markup."""
    return markdown_of(title(found), sections(found, roster))


def as_html(found: Digest, roster: Roster) -> str:
    """The digest as one HTML page: without scripts, without anything from elsewhere."""
    return html_of(title(found), sections(found, roster))
