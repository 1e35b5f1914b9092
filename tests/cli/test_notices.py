"""Where people are told beyond their consoles, and what was sent, on the command line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.console import Console, Result, active, is_sentence
from tests.notify.receivers import WebServer, web_server

pytest.importorskip("apprise")

SECRET = "Sw0rdf1sh"
HOSTILE = "Kettle \x1b[31m[link](https://evil.example)\nBcc: all ‮"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notices") / "shop.db"
    people = ("--lead", "Ana", "--agent", "Ben", "--agent", "Cleo", "--contact", "Eve")
    assert Console(str(path)).call("init", "--team", "Shop", *people).code == 0
    return path


@pytest.fixture
def console(empty: Path, tmp_path: Path) -> Console:
    return Console(str(shutil.copy(empty, tmp_path)))


@pytest.fixture
def web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


def done(console: Console, *args: str, given: str = "") -> str:
    result = console.call(*args, given=given)
    assert result.code == 0, result.err
    return result.out + result.err


def at(console: Console, moment: str) -> Console:
    return Console(console.db, console.name, {"CARECONSOLE_NOW": moment})


def test_an_address_is_kept_shown_masked_tried_and_forgotten(console: Console, web: WebServer) -> None:
    address = f"json://ben:{SECRET}@localhost:{web.port}/{SECRET}"
    told = done(console, "notices", "address", "Ben", address, "--quiet", "20:00-7:00", "--zone", "UTC")
    told += done(console, "notices", "addresses") + done(console, "notices", "addresses", "--json")
    assert f"Notices for Ben go to json://localhost:{web.port}/... (address 1, " in told
    assert "), quiet 20:00-07:00 UTC." in told
    assert done(console, "notices", "test", "Ben") == f"address 1 (json://localhost:{web.port}/...): sent.\n"
    assert web.requests[0][0] == f"/{SECRET}"
    assert web.requests[0][2]["message"] == "Ana is testing your address."
    assert done(console, "notices", "forget", "Ben") == (
        f"Ben no longer gets notices at address 1 (json://localhost:{web.port}/...).\n"
    )
    assert console.call("notices", "addresses", "--json").json == {"gateway": None, "addresses": []}
    assert SECRET not in told


def test_an_address_on_standard_input_stays_out_of_the_history_of_the_shell(console: Console) -> None:
    done(console, "notices", "address", "me", "-", given="json://localhost/x\n")
    done(console, "notices", "mail", "-", given="mailtos://care:pw@mail.shop.example\n")
    shown = console.call("notices", "addresses", "--json").json
    assert shown["gateway"] == "mailtos://mail.shop.example/..."
    assert [(entry["name"], entry["address"]) for entry in shown["addresses"]] == [("Ana", "json://localhost/...")]
    assert done(console, "notices", "mail", "--forget") == "Mail is no longer sent.\n"


WRONG = [
    ("address", f"nope://{SECRET}/x"),
    ("address", f"{SECRET}"),
    ("address", f"slack://{SECRET}"),
    ("address", f"json://localhost/{SECRET} more"),
    ("address", "json://localhost", SECRET),
    ("address", f"json://localhost/{SECRET}", "--quiet", "never"),
    ("address", f"json://localhost/{SECRET}", "--zone", "Nowhere"),
    ("address", f"json://localhost/{SECRET}", "--calendar", "nights"),
    ("address",),
    ("mail",),
    ("mail", f"{SECRET}"),
    ("mail", f"nope://{SECRET}"),
    ("mail", f"mailto://x:{SECRET}@localhost", "--forget"),
    ("forget", "Ben", "7"),
]


@pytest.mark.parametrize("verb, words", [(verb, words) for verb, *words in WRONG])
def test_what_cannot_be_is_refused_in_words_that_repeat_no_address(
    console: Console, verb: str, words: list[str]
) -> None:
    who = ["Ben"] if verb == "address" else []
    result = console.call("notices", verb, *who, *words)
    assert result.code in (2, 3)
    assert is_sentence(result)
    assert SECRET not in result.out + result.err


def test_a_person_and_an_address_in_the_wrong_order_are_not_repeated(console: Console) -> None:
    result = console.call("notices", "address", f"json://localhost/{SECRET}", "ben@shop.example")
    assert result.code == 2
    assert is_sentence(result)
    assert SECRET not in result.err


def test_everybody_says_for_themselves_and_leads_for_anybody(console: Console) -> None:
    ben = Console(console.db, "Ben")
    done(ben, "notices", "address", "Ben", "ben@shop.example")
    done(console, "notices", "address", "Eve", "eve@mill.example")
    for words in (
        ("address", "Cleo", "cleo@shop.example"),
        ("forget", "Eve"),
        ("test", "Eve"),
        ("mail", "mailtos://care:pw@mail.shop.example"),
        ("subject", "off"),
    ):
        result = ben.call("notices", *words)
        assert result.code == 3, words
        assert is_sentence(result)


def offered(console: Console, web: WebServer, subject: str = "Kettle cracked") -> None:
    """Ben is offered a case, of which he is told."""
    done(console, "notices", "address", "Ben", f"json://localhost:{web.port}/{SECRET}")
    done(console, "new", "--subject", subject, "--customer", "Carla", "--owner", "me")
    done(console, "offer", "1", "--to", "Ben", "--reason", "Yours", "--next", "Call back")


def test_what_waits_is_sent_and_listed_with_what_became_of_it(console: Console, web: WebServer) -> None:
    offered(console, web)
    (waiting,) = console.call("notices", "list", "--json").json
    assert (waiting["person"], waiting["case"], waiting["kind"], waiting["state"]) == ("Ben", 1, "offered", "waiting")
    web.status = 503
    told = done(console, "notices", "send")
    assert "1 failed and will be retried" in told
    assert "the service had trouble (HTTP 503)" in done(console, "notices", "list")
    assert done(console, "notices", "send") == "No notices to send now.\n"
    web.status = 200
    later = at(console, "2026-11-24T09:01Z")
    assert done(later, "notices", "send") == "Notices: 1 sent.\n"
    (sent,) = later.call("notices", "list", "--state", "sent", "--json").json
    assert (sent["state"], sent["tries"], sent["done_at"]) == ("sent", 2, "2026-11-24T09:01:00Z")
    assert later.call("notices", "list", "--state", "failed", "--json").json == []
    assert (waiting["outcome"], sent["outcome"]) == ("waiting", "sent")
    assert later.call("notices", "list", "--since", "now", "--json").json == []
    assert web.requests[-1][2]["message"] == sent["words"]
    assert SECRET not in done(later, "notices", "list") + done(later, "notices", "list", "--json")


def test_what_is_tried_again_or_arrived_in_part_is_listed_as_failed(console: Console, web: WebServer) -> None:
    offered(console, web)
    web.status = 503
    done(console, "notices", "send")
    (failing,) = console.call("notices", "list", "--state", "failed", "--json").json
    assert (failing["state"], failing["outcome"]) == ("waiting", "failing")
    told = done(console, "notices", "list", "--state", "failed")
    assert "failing, again at " in told
    assert "Total: 1 waiting, 1 failed (1 being retried)." in told
    done(console, "notices", "address", "Ben", "json://localhost:1/")
    web.status = 200
    later = at(console, "2026-11-24T09:01Z")
    done(later, "notices", "send")
    told = done(later, "notices", "list", "--state", "failed")
    assert ", not everywhere (address 2 (json://localhost:1/...): no connection" in " ".join(told.split())
    assert "Total: 1 sent, 1 failed (1 not everywhere)." in told


def test_several_addresses_are_not_forgotten_unasked(console: Console) -> None:
    done(console, "notices", "address", "Ben", "json://localhost:8001/")
    done(console, "notices", "address", "Ben", "json://localhost:8002/")
    result = console.call("notices", "forget", "Ben")
    assert result.code == 3
    assert "Ben has 2 addresses: 1 (json://localhost:8001/..., " in " ".join(result.err.split())
    assert len(console.call("notices", "addresses", "--json").json["addresses"]) == 2
    assert "address 1 (json://localhost:8001/...), address 2 (json://localhost:8002/...)." in done(
        console, "notices", "forget", "Ben", "--all"
    )
    done(console, "notices", "address", "Ben", "json://localhost:8001/")
    done(console, "notices", "forget", "Ben")


def test_a_name_of_several_words_is_quoted_in_every_hint(console: Console) -> None:
    done(console, "team", "add", "Kiln Ltd")
    for address in ("json://localhost:1/", "json://localhost:2/"):
        told = done(console, "notices", "address", "Kiln Ltd", address)
        assert "careconsole notices test 'Kiln Ltd'" in told
    assert "careconsole notices forget 'Kiln Ltd' 1" in console.call("notices", "forget", "Kiln Ltd").err
    done(console, "notices", "forget", "Kiln Ltd", "--all")
    assert "careconsole notices address 'Kiln Ltd' ADDRESS" in console.call("notices", "test", "Kiln Ltd").err


def test_an_address_of_somebody_who_left_is_listed_as_that(console: Console) -> None:
    done(console, "notices", "address", "Eve", "json://localhost:1/")
    (entry,) = console.call("notices", "addresses", "--json").json["addresses"]
    assert entry["left"] is False
    assert len(entry["sign"]) == 4
    done(console, "team", "leave", "Eve")
    assert "has left" in done(console, "notices", "addresses")
    assert console.call("notices", "addresses", "--json").json["addresses"][0]["left"] is True


def test_the_help_says_what_a_call_for_help_is(console: Console) -> None:
    told = " ".join(console.call("notices", "address", "--help").out.split())
    assert "are called on a case, or reminded of it" in told
    assert "no step is left" in told
    assert "calls they made themselves waits" in told


def test_what_is_held_says_why_and_until_when(console: Console, web: WebServer) -> None:
    address = f"json://localhost:{web.port}/"
    done(console, "notices", "address", "Ben", address, "--quiet", "8:00-10:00", "--zone", "UTC", "--calls-always")
    done(console, "new", "--subject", "Kettle", "--customer", "Carla", "--owner", "me")
    done(console, "offer", "1", "--to", "Ben", "--reason", "Yours", "--next", "Call back")
    assert done(console, "notices", "send") == "Notices: 1 held for later.\n"
    assert "held, quiet hours, until" in done(console, "notices", "list")
    assert web.requests == []
    assert done(at(console, "2026-11-24T10:00Z"), "notices", "send") == "Notices: 1 sent.\n"


def test_a_notice_that_is_no_longer_true_is_dropped_with_the_reason(console: Console, web: WebServer) -> None:
    offered(console, web)
    done(Console(console.db, "Ben"), "accept", "1")
    assert "1 no longer true" in done(console, "notices", "send")
    assert "dropped: the offer is answered, or off" in done(console, "notices", "list")


def test_subjects_stay_here_where_they_should(console: Console, web: WebServer) -> None:
    assert "only the numbers" in done(console, "notices", "subject", "off")
    offered(console, web, "Private kettle")
    done(console, "notices", "send")
    assert "case 1" in web.requests[0][2]["message"]
    assert "Private" not in repr(web.requests)
    assert "include the subjects" in done(console, "notices", "subject", "on")


def test_a_hostile_subject_does_no_harm_on_the_screen_or_elsewhere(console: Console, web: WebServer) -> None:
    offered(console, web, HOSTILE)
    done(console, "notices", "send")
    shown: Result = console.call("notices", "list")
    assert active(shown.out) == []
    assert len(shown.out.splitlines()) == 2
    body = web.requests[0][2]["message"]
    assert "\n" not in body
    assert "](" not in body
    assert "://" not in body


def test_a_test_that_reaches_nobody_fails(console: Console) -> None:
    done(console, "notices", "address", "Ben", f"json://localhost:1/{SECRET}")
    result = console.call("notices", "test", "Ben")
    assert result.code == 1
    assert "address 1 (json://localhost:1/...): no connection, or it was lost." in result.err
    assert SECRET not in result.err


def test_the_whole_digest_goes_only_where_its_owner_said_yes_to_what_leaves_the_machine(
    console: Console, web: WebServer
) -> None:
    pytest.importorskip("apprise")
    done(console, "notices", "address", "Ana", f"json://localhost:{web.port}/ana")
    warned = console.call("notices", "digest", "Ana", "--whole")
    assert (warned.code, "words of customers and colleagues" in warned.err) == (2, True)
    assert "If you want that: careconsole notices digest Ana 1 --whole --yes" in warned.err
    code, said = console.terminal("notices", "digest", "Ana", "--whole", given=b"n\n")
    assert (code, b"Send it there? [y/N]" in said, b"Nothing was changed." in said) == (0, True, True)
    assert "whole digest" not in done(console, "notices", "addresses")
    done(console, "sweep")  # notes the time
    done(at(console, "2026-11-25T09:00Z"), "playbook", "write", "--title", "Kettle arrives broken", "--do", "send one")
    assert "gets the whole digest each week" in done(console, "notices", "digest", "Ana", "1", "--whole", "--yes")
    assert "whole digest" in done(console, "notices", "addresses")
    later = at(console, "2026-12-08T09:00Z")
    done(later, "sweep")
    (message,) = [said["message"] for _, _, said in web.requests if "What is new since" in said["title"]]
    assert "steps: send one" in message
    assert "Kettle arrives broken" not in done(later, "notices", "list")
    assert "no more of the digest" in done(console, "notices", "digest", "Ana", "--short")
    assert console.call("notices", "addresses", "--json").json["addresses"][0]["whole_digest"] is False
    refused = console.call("notices", "digest", "Ben", "--whole", "--yes")
    assert refused.code == 3
    assert "Only Ben can have the whole digest sent" in refused.err
    assert console.call("notices", "digest", "Ana").code == 2
    assert console.call("notices", "digest", "Ana", "9", "--whole").code == 3


def test_a_digest_that_does_not_arrive_is_said_and_tried_again(console: Console) -> None:
    pytest.importorskip("apprise")
    done(console, "notices", "address", "Ana", "json://localhost:9/ana")
    done(console, "notices", "digest", "Ana", "--whole", "--yes")
    done(console, "sweep")
    later = at(console, "2026-12-08T09:00Z")
    assert "no connection, or it was lost" in done(later, "sweep")
    listed = done(later, "notices", "list", "--state", "failed")
    assert "failing, again at" in listed
    assert "No playbook is new or has changed" in listed
