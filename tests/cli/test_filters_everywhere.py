"""Whatever reads a filter reads all of the language: queue, queue as of a moment, search, measures and exports."""

from __future__ import annotations

import shlex

import pytest

from careconsole.cli.groups import filter_text
from careconsole.desk.queries import case_queries
from careconsole.domain.filters.fields import FIELDS, FLAGS
from careconsole.export.cases import CASES
from tests.desk.office import Office

EXAMPLES = [kind.example for kind in FIELDS.values()] + [f"is:{flag}" for flag in FLAGS] + ["7", "#7", "-customer:x"]


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
    assert case_queries.measures(desk, text)["cases"] == 0
    CASES.write_lines(desk, text, lambda line: None)
    office.close()


def test_what_a_shell_leaves_of_quotes_still_means_one_term() -> None:
    assert filter_text(("cause:refund limit",)) == 'cause:"refund limit"'
    assert filter_text(("late invoice",)) == '"late invoice"'
