"""Causes are things with aliases: what is typed stays in the histories, and counting goes through merges."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from careconsole.desk.cases import causes as changes
from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.imports import rollback
from careconsole.desk.playbooks import writing
from careconsole.desk.queries import case_queries, causes, review_changes, suggestions
from careconsole.desk.queries.learned import learned
from careconsole.desk.team import escalation_paths
from careconsole.domain.case.causes import cause_key, like
from careconsole.domain.case.command import Command
from careconsole.domain.case.escalation import Deescalate, Escalate
from careconsole.domain.case.lessons import Review
from careconsole.domain.case.merging import Merge
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.case.playbook_use import DecideByPlaybook
from careconsole.domain.case.recurrence import CameUpAgain, ordinal
from careconsole.domain.case.reviews import CompleteAction
from careconsole.domain.errors import Conflict, Refused, WrongUse
from careconsole.domain.playbook.content import Authority, Content
from tests.desk.office import HOUR, KETTLE, Office, contents, line
from tests.desk.taken_in import exported, taken_in

pytestmark = pytest.mark.usefixtures("undo_is_foretold")


def came_up(office: Office, *labels: str) -> list[int]:
    """Cases of Ben's that were escalated for these causes."""
    numbers = []
    for label in labels:
        outcome = execution.open_case(office.desk("Ben"), OpenCase(subject="Kettle", owner=office.ids["Ben"]))
        numbers.append(outcome.opened or 0)
        execution.execute(
            office.desk("Ben"), "escalate", Escalate(reason="exception", need="a decision", cause=label), numbers[-1:]
        )
    return numbers


def times(office: Office) -> dict[str, int]:
    return {use.cause.label: use.times for use in causes.listed(office.desk())}


def found(office: Office, text: str) -> list[int]:
    return sorted(case_queries.numbers(office.desk(), text, every=True))


def test_labels_that_differ_in_case_spaces_and_punctuation_alone_are_one_cause(office: Office) -> None:
    one, two = came_up(office, "Refund  limit", "refund-limit")
    assert times(office) == {"refund limit": 2}
    assert [e.fact.cause for e in office.history(two) if e.kind == "escalated"] == ["refund-limit"]  # type: ignore[attr-defined]
    assert found(office, "cause:refund-limit") == found(office, "cause:'Refund limit'".replace("'", '"')) == [one, two]
    assert cause_key("!?") == "!?", "a label without a letter is one, too"


def test_a_merged_cause_counts_as_the_other_everywhere_and_histories_keep_what_was_typed(office: Office) -> None:
    one, two, three = came_up(office, "refund limit", "goodwill", "lost parcel")
    changes.merge(office.desk("Ben"), "goodwill", "refund limit")
    assert times(office) == {"refund limit": 2, "lost parcel": 1}
    assert found(office, "cause:goodwill") == found(office, 'cause:"refund limit"') == [one, two]
    assert found(office, "-cause:goodwill") == [three]
    assert case_queries.measures(office.desk())["escalations_by_cause"] == {"lost parcel": 1, "refund limit": 2}
    assert suggestions.causes(office.desk()) == ["refund limit", "lost parcel"]
    typed = [one.occurrence.cause for one in causes.story(office.desk(), "goodwill").times]
    assert typed == ["goodwill", "refund limit"]
    assert office.sound()


def test_merged_causes_give_the_same_figures_as_causes_never_split(tmp_path: Path) -> None:
    split, whole = Office(tmp_path), Office(tmp_path)
    came_up(split, "a", "b", "c", "a", "d")
    came_up(whole, "c", "c", "c", "c", "d")
    changes.merge(split.desk(), "a", "b")
    changes.merge(split.desk(), "b", "c")
    assert times(split) == times(whole) == {"c": 4, "d": 1}
    for office in (split, whole):
        assert case_queries.measures(office.desk())["escalations_by_cause"] == {"c": 4, "d": 1}
        office.close()


def test_a_cause_merged_into_itself_or_in_a_circle_is_refused_with_what_to_do(office: Office) -> None:
    came_up(office, "a cause", "b cause", "c cause")
    with pytest.raises(WrongUse, match="“a cause” cannot be merged into itself"):
        changes.merge(office.desk(), "a cause", "A-cause")
    changes.merge(office.desk(), "a cause", "b cause")
    with pytest.raises(Refused, match="circle"):
        changes.merge(office.desk(), "b cause", "a cause")
    with pytest.raises(Refused, match="“a cause” counts as “b cause” already"):
        changes.merge(office.desk(), "a cause", "c cause")
    changes.merge(office.desk(), "b cause", "c cause")
    with pytest.raises(Refused, match="count as one cause already"):
        changes.merge(office.desk(), "a cause", "b cause")
    with pytest.raises(WrongUse, match="There is no cause “a causes”") as caught:
        changes.merge(office.desk(), "a causes", "b cause")
    assert "Did you mean" in str(caught.value.hint)


def test_a_renamed_cause_keeps_what_counts_as_it(office: Office) -> None:
    came_up(office, "refunds", "goodwill", "lost parcel")
    changes.merge(office.desk(), "goodwill", "refunds")
    changes.rename(office.desk(), "goodwill", "Refund limit")
    came_up(office, "refunds", "refund-limit")
    assert times(office) == {"refund limit": 4, "lost parcel": 1}
    changes.rename(office.desk(), "refund limit", "refunds")
    assert times(office) == {"refunds": 4, "lost parcel": 1}
    with pytest.raises(Refused, match="“lost parcel” already"):
        changes.rename(office.desk(), "refunds", "Lost parcel")
    with pytest.raises(Refused, match="called “refunds” already"):
        changes.rename(office.desk(), "refund limit", "REFUNDS")
    with pytest.raises(WrongUse, match="The new name is missing"):
        changes.rename(office.desk(), "refunds", " ")
    assert office.sound()


def test_a_merge_and_a_renaming_are_undone_and_redone_as_the_last_command(office: Office) -> None:
    came_up(office, "a", "b")
    before = contents(office.store)["causes"]
    changes.merge(office.desk(), "a", "b")
    merged = contents(office.store)["causes"]
    assert undo_redo.undo(office.desk()).turned == "cause merge"
    assert contents(office.store)["causes"] == before
    assert undo_redo.redo(office.desk()).turned == "cause merge"
    assert contents(office.store)["causes"] == merged
    changes.rename(office.desk(), "b", "c")
    undo_redo.undo(office.desk())
    assert times(office) == {"b": 2}
    assert office.sound()


def test_a_merge_that_somebody_built_upon_is_not_undone(office: Office) -> None:
    came_up(office, "a", "b", "c")
    changes.merge(office.desk("Ana"), "a", "b")
    changes.merge(office.another("Dora"), "b", "c")
    before = contents(office.store)["causes"]
    with pytest.raises(Refused, match="The causes have changed since"):
        undo_redo.undo(office.desk("Ana"))
    assert contents(office.store)["causes"] == before


def test_a_merge_that_somebody_built_upon_is_not_redone_and_says_so(office: Office) -> None:
    came_up(office, "a", "b", "c")
    changes.merge(office.desk("Ana"), "a", "b")
    undo_redo.undo(office.desk("Ana"))
    changes.merge(office.another("Dora"), "b", "c")
    with pytest.raises(Refused, match="The causes have changed since") as caught:
        undo_redo.redo(office.desk("Ana"))
    assert str(caught.value.hint).startswith("It can no longer be redone; look at them and do it again")


def test_two_people_who_merge_opposite_ways_get_one_merge_and_a_sentence(office: Office) -> None:
    came_up(office, "a", "b")
    changes.merge(office.desk("Ana"), "a", "b")
    with pytest.raises(Refused, match="circle"):
        changes.merge(office.another("Ben"), "b", "a")
    assert times(office) == {"b": 2}


def test_the_cause_of_the_review_counts_and_a_merged_case_counts_once(office: Office) -> None:
    one, two = came_up(office, "goodwill", "lost parcel")
    ben = office.desk("Ben")
    execution.execute(ben, "review", Review(cause="refund limit", nothing_because="it is rare"), [one])
    assert times(office) == {"refund limit": 1, "lost parcel": 1}
    execution.execute(ben, "merge", Merge(into=one), [two])
    assert times(office) == {"refund limit": 1, "lost parcel": 1}
    undo_redo.undo(ben)
    undo_redo.undo(ben)
    assert times(office) == {"goodwill": 1, "lost parcel": 1}


def test_a_decision_stays_with_what_it_was_about(office: Office) -> None:
    (one,) = came_up(office, "refund limit")
    execution.execute(office.desk("Ana"), "de-escalate", Deescalate(decided="refund it this once"), [one])
    (told,) = causes.story(office.desk(), "refund limit").times
    assert told.occurrence.decided == "refund it this once"


def test_imported_cases_that_name_their_cause_are_found_and_told_apart(office: Office) -> None:
    batch = office.bring(line("A", 0, fields={"Root-Cause": "Refund limit"}), *KETTLE).batch
    came_up(office, "refund-limit")
    (use,) = causes.listed(office.desk())
    assert (use.times, use.imported) == (1, 1)
    assert len(found(office, 'cause:"refund limit"')) == 2
    rollback.roll_back(office.desk(), batch or 0)
    assert times(office) == {"refund limit": 1}
    assert office.sound()


def test_a_path_for_a_cause_is_for_what_counts_as_it(office: Office) -> None:
    paths = '[[path]]\nname = "money"\ncauses = ["refund limit"]\n[[path.step]]\nname = "board"\ncall = ["Eve"]\n'
    escalation_paths.set_paths(office.desk(), paths + '[[path]]\nname = "standard"\n[[path.step]]\nname = "lead"\n')
    came_up(office, "refund limit", "goodwill")
    changes.merge(office.desk(), "goodwill", "refund limit")
    (one,) = came_up(office, "Goodwill")
    assert office.case(one).escalation.responder == office.ids["Eve"]  # type: ignore[union-attr]


def test_an_export_of_everything_keeps_the_causes(office: Office, tmp_path: Path) -> None:
    came_up(office, "a", "b", "c")
    changes.merge(office.desk(), "c", "a")
    with closing(taken_in(exported(office.store), tmp_path / "again.db")) as store:
        assert contents(store)["causes"] == contents(office.store)["causes"]


def test_proposals_begin_alike_then_contain_it_then_have_like_words() -> None:
    known = ["lost parcel", "refund limit", "limit of refunds", "parcels late", "no refund"]
    assert like("refund", known) == ["refund limit", "limit of refunds", "no refund"]
    assert like("late parcel", known) == ["parcels late", "lost parcel"]
    assert like("", known) == known


def decided(office: Office, cause: str = "", came_back: str = "", number: int = 1) -> None:
    office.later(0.1)
    end = Deescalate(decided="refund it", cause=cause, came_back=came_back)
    execution.execute(office.desk("Ana"), "de-escalate", end, [number])


def second_look(office: Office, cause: str, number: int = 1) -> None:
    """A review of what was reviewed before, which asks for a change."""
    office.later(0.1)
    asked = Review(cause=cause, change="a list", owner=office.ids["Ben"], due=office.now + 99 * HOUR)
    for _ in range(2):
        execution.execute(office.desk("Ana"), "review", asked, [number])


def test_a_second_look_at_an_exception_is_no_second_exception(office: Office) -> None:
    came_up(office, "refund limit")
    decided(office)
    second_look(office, "Refund-limit")
    second_look(office, "goodwill")
    assert times(office) == {"refund limit": 1, "goodwill": 1}, "another cause is one, once"
    (told,) = causes.story(office.desk(), "refund limit").times
    assert told.review is not None
    assert told.review.change == "a list", "it is told with the exception"
    changes.merge(office.desk(), "goodwill", "refund limit")
    assert times(office) == {"refund limit": 1}, "and none if they count as one"
    assert [one.times for one in learned(office.desk()).causes] == [1]


def test_each_call_for_help_counts_and_a_review_without_one_counts_once(office: Office) -> None:
    came_up(office, "refund limit")
    decided(office)
    again = Escalate(reason="exception", need="more", cause="refund limit")
    execution.execute(office.desk("Ben"), "escalate", again, [1])
    assert times(office) == {"refund limit": 2}, "two calls on one case"
    number = execution.open_case(office.desk("Ben"), OpenCase(subject="Lid", owner=office.ids["Ben"])).opened or 0
    second_look(office, "refund limit", number)
    assert times(office) == {"refund limit": 3}


def test_while_a_change_is_open_the_times_since_it_was_asked_for_are_told(office: Office) -> None:
    """Each exception once, however often it was looked at, and none from before."""
    came_up(office, "limit", "limit")
    for number in (1, 2):
        decided(office, number=number)
    second_look(office, "limit", 2)
    for nth in ("first", "second", "third"):
        office.later()
        (number,) = came_up(office, "Limit")
        told = [e.fact for e in office.history(number) if isinstance(e.fact, CameUpAgain)]
        assert {ordinal(one.times) for one in told} == {nth}
        decided(office, number=number)


def test_a_second_look_at_one_exception_is_not_the_next_time_that_nothing_changes(office: Office) -> None:
    came_up(office, "limit", "limit", "limit")
    rare = Review(cause="limit", nothing_because="it is rare")
    for number in (1, 1, 1, 2, 2, 3):
        office.later()
        execution.execute(office.desk("Ben"), "review", rare, [number])
    asks = {number: [one.asks_lead for one in office.case(number).reviews] for number in (1, 2, 3)}
    assert asks == {1: [False] * 3, 2: [False] * 2, 3: [True]}, "the third exception asks a lead"


LABELS = ("refund limit", "goodwill", "postage")


class Twin:
    """A team that gives labels which count as one, or always the same: `split` says which."""

    def __init__(self, folder: Path, *, split: bool) -> None:
        self.office, self.split = Office(folder), split
        came_up(self.office, *map(self.label, range(len(LABELS))))
        for label in LABELS[1:]:
            if split:
                changes.merge(self.office.desk("Ben"), label, LABELS[0])
        self.cases: list[int] = []

    def label(self, place: int) -> str:
        return LABELS[place if self.split else 0]

    def do(self, who: str, verb: str, places: tuple[int, ...], cause: int) -> None:
        """Does one thing on a case, or two for a merge; what is refused in one team is refused in the other."""
        office, text = self.office, self.label(cause)
        desk, soon = office.desk(who), office.now + 48 * HOUR
        office.later(7)
        if verb == "open":
            opening = OpenCase(subject="Kettle", owner=office.ids["Ben"], channel="phone")
            self.cases.append(execution.open_case(office.desk("Ben"), opening).opened or 0)
            return
        numbers = [self.cases[place % len(self.cases)] for place in places]
        command: Command = {
            "escalate": Escalate(reason="exception", need="a decision", cause=text),
            "de-escalate": Deescalate(decided="so be it", cause=text),
            "review": Review(cause=text, change="a list", owner=office.ids["Cleo"], due=soon),
            "nothing": Review(cause=text, nothing_because="it is rare"),
            "done": CompleteAction(),
            "merge": Merge(into=numbers[-1]),
            "decide": DecideByPlaybook(playbook=1, said="refunded", amount="30"),
        }.get(verb, Escalate(reason="customer request", need="the boss"))
        turn = {"undo": undo_redo.undo, "redo": undo_redo.redo}.get(verb)
        with suppress(Refused, WrongUse, Conflict):
            if verb == "write":
                may = Authority(text="refund it", limit="40", currency="EUR")
                writing.write(desk, Content(title="Refunds", causes=(text,), may=may))
            elif turn is not None:
                turn(desk)
            else:
                execution.execute(desk, verb.replace("nothing", "review"), command, numbers[:1])

    def figures(self) -> dict[str, object]:
        desk = self.office.desk()
        found = learned(desk)
        told = [
            (one.times, one.weeks, one.cases, one.effect, len(one.open_changes), one.playbooks) for one in found.causes
        ]
        asked = [(one.case, one.state, one.came_back, one.while_open) for one in review_changes.listed(desk).entries]
        kinds = {number: self.office.kinds(number) for number in self.cases}
        by_cause = case_queries.measures(desk)["escalations_by_cause"]
        return {
            "causes": list(times(self.office).values()),
            "learned": (told, found.known, found.weeks, found.called, found.decided, found.decision),
            "changes": asked,
            "measures": list(by_cause.values()),
            "histories": kinds,
        }


@pytest.mark.parametrize("seed", [1, 2, 3, 5])
def test_whatever_happens_merged_causes_have_the_figures_of_one_never_split(tmp_path: Path, seed: int) -> None:
    """With playbooks, merges of cases, changes, undo and redo, in a random history."""
    chance = Random(seed)
    twins = [Twin(tmp_path, split=split) for split in (True, False)]
    verbs = ("open", "escalate", "escalate", "de-escalate", "review", "nothing", "done", "merge", "decide", "undo")
    for turn in range(120):
        verb = "open" if turn < 3 else "write" if turn == 10 else chance.choice((*verbs, "redo"))
        what = chance.choice(("Ana", "Ben")), verb, (chance.randrange(99), chance.randrange(99)), chance.randrange(3)
        for twin in twins:
            twin.do(*what)
    split, whole = (twin.figures() for twin in twins)
    assert split == whole
    kinds = {kind for some in split["histories"].values() for kind in some}  # type: ignore[attr-defined]
    assert kinds >= {"came up again", "decided by playbook", "absorbed", "undone"}
    for twin in twins:
        assert twin.office.sound()
        twin.office.close()
