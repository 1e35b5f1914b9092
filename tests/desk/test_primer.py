"""The primer: what somebody new should read, and ticks that nobody else sees."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from careconsole.desk.cases import causes, execution
from careconsole.desk.database import dump
from careconsole.desk.playbooks import writing
from careconsole.desk.teaching.primer import mark_read, primer
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.playbook_use import RatePlaybook, UsePlaybook
from careconsole.domain.errors import WrongUse
from careconsole.domain.playbook.content import Content
from careconsole.present.primer import as_html, as_markdown, as_text
from tests.desk.office import Office
from tests.desk.test_digest import HOSTILE, Tags, decided
from tests.desk.test_learned import CAUSE, do, exception, opened, playbook


def names(office: Office, who: str = "Ben") -> list[str]:
    """What is in the primer, with an x before what was read and a ~ before what changed since."""
    found = primer(office.desk(who))
    return [f"{'x' if t.read else '~' if t.changed else ''}{t.kind} {t.number}" for t in found.things]


def exported(office: Office) -> list[object]:
    """Everything that an export has, as Ana makes it."""
    desk = office.desk("Ana")
    return desk.read(lambda _: list(dump.records(desk)))


def test_playbooks_that_fitted_come_first_and_there_are_ten_at_most(office: Office) -> None:
    for number in range(11):
        writing.write(office.desk("Ana"), Content(title=f"Playbook {number:02}", steps=("ask",)))
    for who in ("Ben", "Cleo"):
        case = opened(office)
        do(office, who, "use", UsePlaybook(playbook=7), case)
        do(office, who, "fit", RatePlaybook(playbook=7, fit="fitted"), case)
    found = primer(office.desk()).playbooks
    assert [one.known.playbook.number for one in found] == [7, 1, 2, 3, 4, 5, 6, 8, 9, 10]


def test_a_cause_tells_its_playbook_what_was_decided_last_and_what_changes(office: Office) -> None:
    decided(office, "refund half")
    case = decided(office, "refund it all")
    exception(office, "goodwill")
    number = playbook(office)
    first, second = primer(office.desk()).causes
    assert (first.use.cause.label, first.use.times, first.playbooks) == (
        CAUSE,
        2,
        ((number, "Refund above the limit"),),
    )
    assert (first.decided, first.decided_in) == ("refund it all", case)
    assert first.change is not None
    assert (first.change.case, second.decided, second.change) == (case, "", None)
    causes.merge(office.desk(), "goodwill", CAUSE)
    assert [one.use.times for one in primer(office.desk()).causes] == [3]


def test_ticks_are_the_readers_alone_and_in_no_export_and_no_journal(office: Office) -> None:
    decided(office, "refund it")
    playbook(office)
    before = exported(office)
    mark_read(office.desk("Ben"), ["playbook:1", "cause:Refund-Limit", "case:1"])
    assert names(office) == ["xplaybook 1", "xcause 1", "xcase 1"]
    assert names(office, "Ana") == ["playbook 1", "cause 1", "case 1"]
    assert exported(office) == before, "neither a preference nor an entry of the journal"
    roster = office.desk().roster()
    found = primer(office.desk("Ben"))
    assert "[" not in as_markdown(found, roster).replace("\\[", "")
    assert "[x]" in as_text(found, roster, ticks=True)
    assert "[x]" not in as_text(found, roster, ticks=False)
    mark_read(office.desk("Ben"), ["case:1"], read=False)
    assert names(office) == ["xplaybook 1", "xcause 1", "case 1"]
    office.sound()


def test_a_playbook_that_was_revised_is_to_be_read_again(office: Office) -> None:
    number = playbook(office)
    mark_read(office.desk("Ben"), ["playbook:1"])
    writing.revise(office.desk(), number, {"title": "Refunds"}, why="shorter")
    assert names(office) == ["~playbook 1"]
    assert "[~] playbook:1  Refunds (not used yet) (changed since you read it)" in as_text(
        primer(office.desk("Ben")), office.desk().roster(), ticks=True
    )
    mark_read(office.desk("Ben"), ["playbook:1"])
    assert names(office) == ["xplaybook 1"]


def test_a_merged_cause_and_a_merged_case_mean_what_they_count_as(office: Office) -> None:
    decided(office, "refund it")
    exception(office, "goodwill")
    causes.merge(office.desk(), CAUSE, "goodwill")
    mark_read(office.desk("Ben"), [f"cause:{CAUSE}"])
    assert [(one.use.cause.label, one.thing.read) for one in primer(office.desk("Ben")).causes] == [("goodwill", True)]
    other = opened(office)
    execution.execute(office.desk("Ben"), "merge", Merge(into=1), [other])
    mark_read(office.desk("Ben"), [f"case:{other}"])
    assert primer(office.desk("Ben")).cases[0].thing.read


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "is nothing in the primer"),
        ("lunch", "is nothing in the primer"),
        ("playbook:", "is nothing in the primer"),
        ("playbook:one", "is nothing in the primer"),
        ("case:99999999999999999999", "is nothing in the primer"),
        ("case:7", "There is no case 7"),
        ("playbook:7", "There is no playbook 7"),
        ("cause:sunshine", "There is no cause “sunshine”"),
        ("case:2", "Case 2 is not in the primer now"),
    ],
)
def test_what_is_not_in_the_primer_is_refused_and_nothing_is_ticked(office: Office, name: str, said: str) -> None:
    decided(office, "refund it")
    opened(office)
    with pytest.raises(WrongUse, match=said):
        mark_read(office.desk("Ben"), ["case:1", name])
    assert not any(thing.read for thing in primer(office.desk("Ben")).things)


def test_an_empty_primer_says_so_and_imported_cases_bring_nothing(office: Office) -> None:
    text = as_text(primer(office.desk()), office.desk().roster(), ticks=True)
    assert "There is no playbook yet" in text
    assert "No exception with a cause has come up here yet." in text
    assert "No exception has been decided yet." in text


def test_ticks_that_cannot_be_read_count_as_none(office: Office) -> None:
    decided(office, "refund it")
    for value in ("{", "[]", '{"case 1": "yes"}', ""):
        office.desk("Ben").write(lambda unit, value=value: unit.store.console.prefer(unit.who.person, "ticks", value))  # type: ignore[misc]
        assert primer(office.desk("Ben")).read == 0
    mark_read(office.desk("Ben"), ["case:1"])
    assert primer(office.desk("Ben")).read == 1


def test_nobodys_words_become_markup(office: Office) -> None:
    decided(office, f"refund {HOSTILE}", HOSTILE)
    writing.write(office.desk("Ana"), Content(title=HOSTILE, signs=HOSTILE, steps=("ask",), causes=(CAUSE,)))
    found, roster = primer(office.desk("Ben")), office.desk().roster()
    page = Tags(as_html(found, roster))
    assert page.tags <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "ul", "li"}
    for text in (as_text(found, roster, ticks=True), as_markdown(found, roster), page.text):
        assert "\x1b" not in text
        assert "\u202e" not in text
    kinds = {token.type for block in MarkdownIt().parse(as_markdown(found, roster)) for token in block.children or ()}
    assert kinds <= {"text", "softbreak"}
