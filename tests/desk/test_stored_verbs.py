"""A verb that got a better name is stored under its old one: drafts, undo and repeated requests survive upgrades."""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from careconsole.desk.cases import execution, undo_redo
from careconsole.desk.cases.requests import request_of
from careconsole.desk.console import drafts
from careconsole.desk.console.drafts import Draft
from careconsole.domain.case.command import Command
from careconsole.domain.case.messages import LogMessage, Reclassify
from careconsole.domain.case.opening import OpenCase
from tests.desk.office import Office

HELLO = LogMessage(text="hello?", inbound=True)


def test_a_draft_from_before_the_verb_was_renamed_is_found_and_dropped(office: Office) -> None:
    kept = Draft(7, "log", {"text": "Dear Carla"}, 3, 1)
    desk = office.desk("Ben")
    office.store.engine.execute(
        "insert into drafts (person_id, case_id, verb, fields, seen, at)"
        f" values ({office.ids['Ben']}, 7, 'touch', '{{\"text\":\"Dear Carla\"}}', 3, 1)"
    )
    assert drafts.find(desk, 7, "log") == kept
    assert drafts.listed(desk) == [kept]
    drafts.save_draft(desk, Draft(7, "log", {"text": "Dear Carla,"}, 3, 2))
    assert [one.fields for one in drafts.listed(desk)] == [{"text": "Dear Carla,"}]
    drafts.drop(desk, 7, "log")
    assert drafts.listed(desk) == []


def test_a_command_is_stored_under_the_old_name_and_shown_under_the_new_one(office: Office) -> None:
    desk = office.desk("Ana")
    number = execution.open_case(desk, OpenCase(subject="Kettle")).opened or 0
    execution.execute(desk, "log", HELLO, [number])
    stored = office.store.engine.fetch_all("select verb from commands order by id")
    assert [row[0] for row in stored] == ["new", "touch"]
    assert undo_redo.undo(desk).turned == "log"


def test_a_request_made_before_the_rename_is_recognised() -> None:
    def digest(*content: object) -> str:
        return blake2b(msgspec.json.encode(content, order="deterministic"), digest_size=16).hexdigest()

    def requested(verb: str, command: Command) -> str:
        request = request_of("r-1", verb, command, 1)
        assert request is not None
        return request.digest

    said = {"text": "hello?", "inbound": True, "channel": "email", "sort": None, "proactive": False}
    assert requested("log", HELLO) == digest("touch", "Touch", said, (1,))
    reclassified = digest("reclassify", "Reclassify", {"touch": 2, "sort": "thanks"}, (1,))
    assert requested("reclassify", Reclassify(message=2, sort="thanks")) == reclassified
