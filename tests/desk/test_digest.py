"""The digest: what is new for the team, in words that nobody's text can turn into something else."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from careconsole.desk.cases import execution
from careconsole.desk.playbooks import writing
from careconsole.desk.queries import stories
from careconsole.desk.queries.digest import Digest, digest
from careconsole.desk.team import journal
from careconsole.domain.case.acknowledgement import Acknowledge
from careconsole.domain.case.changes import DropChange
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.messages import LogMessage, Reclassify
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import Refused, WrongUse
from careconsole.present.digest import as_html, as_markdown, as_text, sections
from careconsole.present.journal import change_words
from careconsole.present.playbooks import as_lists
from tests.desk.office import HOUR, Office
from tests.desk.test_learned import CAUSE, do, exception, playbook

WEEK = 7 * 24
HOSTILE = "</blockquote><script>alert(1)</script> [x](javascript:1) \x1b[31m\u202e <img src=x onerror=1>"


def read(office: Office, weeks: int = 1) -> Digest:
    office.later(0.1)
    return digest(office.desk(), weeks)


def decided(office: Office, decision: str, words: str = "") -> int:
    """An exception, from the customer's words to what was decided and what changes."""
    office.later()
    case = OpenCase(subject="Kettle", owner=office.ids["Ben"])
    number = execution.open_case(office.desk("Ben"), case, "Carla").opened or 0
    if words:
        do(office, "Ben", "log", LogMessage(text=words, inbound=True, sort="message"), number)
    call = Escalate(reason="exception", need="more than I may give", cause=CAUSE)
    do(office, "Ben", "escalate", call, number)
    do(office, "Ana", "acknowledge", Acknowledge(until=office.now + 8 * HOUR), number)
    lesson = {"cause": CAUSE, "change": "a higher limit", "owner": office.ids["Ben"], "due": office.now + 9 * HOUR}
    do(office, "Ana", "de-escalate", Deescalate(decided=decision, **lesson), number)
    return number


def test_the_story_is_told_from_the_customers_words_to_what_changes(office: Office) -> None:
    number = decided(office, "refund it", "My kettle arrived broken, and the birthday is tomorrow.")
    exception(office)
    story = read(office).story
    assert story is not None
    assert (story.case, story.cause) == (number, CAUSE)
    assert story.customer == "My kettle arrived broken, and the birthday is tomorrow."
    assert (story.need, story.decided, story.change) == ("more than I may give", "refund it", "a higher limit")


def test_a_playbook_is_told_whole_when_it_is_new_and_as_a_difference_when_it_changed(office: Office) -> None:
    number = playbook(office)
    new = read(office).playbooks[0]
    assert (new.number, new.before) == (number, None)
    office.later(WEEK)
    assert read(office).playbooks == ()
    writing.revise(office.desk(), number, {"may": {"limit": "60"}}, why="most are below")
    changed = sections(read(office), office.desk().roster())[0].items[0]
    assert changed.text == "1 Refund above the limit: revised it: most are below"
    assert changed.below == ("-limit: 40 EUR", "+limit: 60 EUR")


def test_what_came_back_and_what_is_still_to_be_made_name_their_cases(office: Office) -> None:
    first = decided(office, "refund it")
    again = exception(office)
    found = read(office)
    assert [(one.cause, one.times) for one in found.came_back] == [(CAUSE, 2)]
    assert [change.case for change in found.changes] == [first]
    text = as_text(found, office.desk().roster())
    assert f"refund limit: case {again} (again)" in text
    assert f"“a higher limit” (case {first}): open, Ben, due " in text
    assert read(office, 1).story is not None


def test_several_lines_of_one_part_are_one_list() -> None:
    assert as_lists(["title: Refund", "steps: look", "steps: pay", "limit: 40 EUR"]) == [
        *("title: Refund", "steps:", "· look", "· pay", "limit: 40 EUR")
    ]
    assert as_lists(["-limit: 40 EUR", "+limit: 60 EUR", "-steps: pay", "+steps: look: first", "+steps: pay"]) == [
        *("-limit: 40 EUR", "+limit: 60 EUR", "steps:", "-pay", "+look: first", "+pay")
    ]


def test_a_change_that_was_dropped_is_told_for_as_long_as_it_is_new(office: Office) -> None:
    number = decided(office, "refund it")
    office.later(24)
    do(office, "Ben", "drop-change", DropChange(because="the law forbids it"), number)
    found = read(office)
    assert [(one.case, one.state) for one in found.changes] == [(number, "dropped")]
    text = as_text(found, office.desk().roster())
    assert f"“a higher limit” (case {number}): dropped, Ben\n    Dropped, because the law forbids it" in text
    office.later(WEEK)
    assert read(office).changes == ()


def test_thanks_are_the_latest_also_when_they_were_recognised_later(office: Office) -> None:
    number = decided(office, "refund it")
    for words, sort in (("Thanks!", "thanks"), ("You are wonderful.", "message")):
        do(office, "Ben", "log", LogMessage(text=words, inbound=True, sort=sort), number)
    assert (read(office).thanks or found_none()).text == "Thanks!"
    last = office.history(number)[-1].number
    do(office, "Ben", "reclassify", Reclassify(message=last, sort="thanks"), number)
    assert (read(office).thanks or found_none()).text == "You are wonderful."
    office.later(WEEK + 1)
    assert read(office).thanks is None


def found_none() -> None:
    raise AssertionError("nobody said thanks")


def test_nothing_new_is_said_in_every_section(office: Office) -> None:
    assert [section.items[0].text for section in sections(read(office), office.desk().roster())] == [
        "No playbook is new or has changed.",
        "No known cause came up again.",
        "No change waits to be made or checked.",
        "No exception ended with a decision.",
        "No customer wrote to say thanks. That does not measure your work.",
        "No lead was called (no new cases); no exception was decided by playbook, without a lead.",
    ]


class Tags(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_nobodys_words_become_markup_or_reach_the_terminal_raw(office: Office) -> None:
    decided(office, f"refund {HOSTILE}", HOSTILE)
    do(office, "Ben", "log", LogMessage(text=f"Thanks {HOSTILE}", inbound=True, sort="thanks"), 1)
    found, roster = read(office), office.desk().roster()
    page = Tags(as_html(found, roster))
    assert page.tags <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "ul", "li", "blockquote"}
    assert page.text.count("<script>alert(1)</script>") == 3
    for text in (as_text(found, roster), as_markdown(found, roster), page.text):
        assert "\x1b" not in text
        assert "\u202e" not in text
    kinds = {token.type for block in MarkdownIt().parse(as_markdown(found, roster)) for token in block.children or ()}
    assert kinds <= {"text", "softbreak"}, "no link, image, HTML or emphasis"


def test_a_line_that_begins_like_a_list_stays_a_line_in_markdown(office: Office) -> None:
    for words in ("- one", "1. one", "+ one", "2) one", "# one", "> one", "    one", "*** one"):
        decided(office, words, words)
        office.later(1)
        tokens = MarkdownIt().parse(as_markdown(read(office), office.desk().roster()))
        said = [block.content.replace("\\", "") for block in tokens if block.type == "inline"]
        assert f"What was decided: {words.strip()}" in said
        assert [one for one in said if one == words.strip()], said


# The story that a lead chose


def chosen(office: Office) -> int | None:
    story = read(office).story
    return None if story is None else story.case


def test_a_lead_can_have_another_story_told_and_the_newest_again(office: Office) -> None:
    first, last = decided(office, "refund it"), decided(office, "send a new one")
    assert chosen(office) == last
    assert [one.case for one in stories.choices(office.desk(), 1)] == [last, first]
    assert stories.choose(office.desk(), first) == first
    assert chosen(office) == first
    assert stories.choose(office.desk(), None) is None
    assert chosen(office) == last


def test_what_a_lead_chose_is_told_for_a_week_however_old_it_is(office: Office) -> None:
    old = decided(office, "refund it")
    office.later(3 * WEEK)
    new = decided(office, "send a new one")
    stories.choose(office.desk(), old)
    office.later(WEEK / 2)
    assert chosen(office) == old
    office.later(WEEK)
    assert chosen(office) is None, "the next week begins anew"
    story = read(office, weeks=4).story
    assert story is not None
    assert story.case == old, "it was chosen in that time"
    assert new > old


def test_only_a_lead_chooses_the_story_and_only_of_an_exception_that_was_decided(office: Office) -> None:
    number = decided(office, "refund it")
    plain = execution.open_case(office.desk("Ben"), OpenCase(subject="Lid", owner=office.ids["Ben"])).opened
    with pytest.raises(Refused, match="Only a lead can choose the story of the digest"):
        stories.choose(office.desk("Ben"), number)
    with pytest.raises(Refused, match=f"Case {plain} has no exception that ended with a decision"):
        stories.choose(office.desk(), plain)
    with pytest.raises(WrongUse):
        stories.choose(office.desk(), 999)
    assert chosen(office) == number


def test_the_journal_says_who_chose_which_story(office: Office) -> None:
    number = decided(office, "refund it")
    stories.choose(office.desk(), number)
    stories.choose(office.desk(), None)
    page = journal.read(office.desk(), kinds=["digest story"])
    said = [change_words(seen.entry, office.now) for seen in page.entries]
    assert sorted(said) == [f"chose case {number} as the story of the digest", "let the digest tell the newest story"]
