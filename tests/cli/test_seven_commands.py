"""Seven commands are enough: ten cases of the sample week are worked to their end with no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from careconsole.commands import SEVEN
from tests.cli.console import Console


def test_ten_cases_of_the_sample_week_are_finished_with_the_seven_commands_alone(tmp_path: Path) -> None:
    db = str(tmp_path / "week.db")
    assert Console(db).call("demo", "--keep", db).code == 0
    used: set[str] = set()

    def give(who: str, verb: str, number: int, *words: str) -> None:
        done = Console(db, who).call(verb, str(number), *words)
        assert done.code == 0, f"{who}: {verb} {number}: {done.err}"
        used.add(verb)

    def case(number: int) -> dict[str, Any]:
        shown: dict[str, Any] = Console(db).call("show", str(number), "--json").json[0]["case"]
        return shown

    rows = [case(row["number"]) for row in Console(db).call("queue", "--json").json]
    plain = [row for row in rows if not row["level"] and not row["review_owed"]]
    extra = iter(("promise", "park", "offer"))
    finished = []
    for row in plain:
        number, owner = row["number"], row["owner"]
        if row["offer"] or owner is None:
            owner = row["offer"]["to"] if row["offer"] else "Ana"
            give(owner, "take", number)
        match next(extra, ""):
            case "promise":
                give(owner, "promise", number, "--due", "+4h", "the answer")
            case "park":
                give(owner, "park", number, "--on", "customer", "--until", "+1d")
            case "offer":
                to = "Cleo" if owner != "Cleo" else "Ben"
                give(owner, "offer", number, "--to", to, "--reason", "knows it")
                give(owner := to, "take", number)
        promises = ("--promises", "kept") if case(number)["promises"] else ()
        give(owner, "log", number, "it is done, with our thanks", "--then", "resolve", *promises)
        finished.append(number)
    assert len(finished) >= 10
    assert {case(number)["status"] for number in finished} == {"resolved"}
    assert used <= set(SEVEN)
    assert {"take", "log", "promise", "park", "offer"} <= used
