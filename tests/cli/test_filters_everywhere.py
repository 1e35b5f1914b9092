"""Whatever reads a filter reads all of the language: queue, queue as of a moment, search, measures and exports."""

from __future__ import annotations

import shlex

import pytest

from careconsole.cli.groups import filter_text
from careconsole.desk.queries import case_queries
from careconsole.domain.errors import WrongUse
from careconsole.domain.filters.fields import FIELDS, FLAGS, PERSONAL_FLAGS
from careconsole.export.cases import CASES
from tests.cli.console import Console
from tests.desk.office import Office

EXAMPLES = [kind.example for kind in FIELDS.values()] + [f"is:{flag}" for flag in FLAGS] + ["7", "#7", "-customer:x"]
OPEN = FIELDS["is"]


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("filters"))


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_field_and_flag_can_be_asked_of_everything(office: Office, example: str) -> None:
    desk = office.desk("Ana")
    text = filter_text(tuple(shlex.split(example.replace("ben", "Ben"))))
    case_queries.queue(desk, text, limit=5)
    case_queries.queue(desk, text, every=True, sort="changed")
    case_queries.queue_as_of(desk, office.now, text)
    if example.partition(":")[2] in PERSONAL_FLAGS or FIELDS.get(example.partition(":")[0], OPEN).kind == "person":
        with pytest.raises(WrongUse, match="so they cannot be narrowed by"):
            case_queries.measures(desk, text)
    else:
        assert case_queries.measures(desk, text)["cases"] == 0
    CASES.write_lines(desk, text, lambda line: None)
    office.close()


def test_what_a_shell_leaves_of_quotes_still_means_one_term() -> None:
    assert filter_text(("cause:refund limit",)) == 'cause:"refund limit"'
    assert filter_text(("late invoice",)) == '"late invoice"'


@pytest.mark.parametrize(
    "text",
    [
        "is:mine level:>=1",
        "is:open kettle",
        "late invoice is:open",
        "owner:Ana Neri -is:parked",
        "-is:parked level:>=1",
        "priority:high tag:billing",
        "customer:Carla Neri tag:billing",
        "tag:x -kettle",
        "level:1 #7",
    ],
)
def test_one_quoted_argument_is_a_whole_filter(text: str) -> None:
    assert filter_text((text,)) == text


def test_a_quoted_span_or_text_stays_one_term() -> None:
    assert filter_text(("waiting:>1d 4h",)) == 'waiting:">1d 4h"'
    assert filter_text(("customer:Neri - Sons",)) == 'customer:"Neri - Sons"'
    assert filter_text(("-customer:Carla Neri",)) == '-customer:"Carla Neri"'
    assert filter_text((" ",)) == '" "'


@pytest.mark.parametrize(
    "command", [("queue",), ("search",), ("measures",), ("report",), ("export", "cases"), ("export", "history")]
)
def test_every_command_takes_a_whole_filter_as_one_argument(office: Office, command: tuple[str, ...]) -> None:
    console = Console(office.path)
    assert console.call(*command, "-is:parked level:>=0 is:open").code == 0
    office.close()
