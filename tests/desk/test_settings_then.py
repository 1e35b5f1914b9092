"""The settings as they stood at any time are read back from the journal: whatever was changed, in any order."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from careconsole.desk.queries.settings_then import SettingsRead, settings_since
from careconsole.desk.team import customers, escalation_paths, members, rota, service_levels
from careconsole.domain.case.escalation_paths import STANDARD
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.time.moments import HOUR
from tests.desk.office import Office
from tests.desk.test_any_sequence import LEVELS, PATHS
from tests.desk.test_learned import opened

PEOPLE = ("Ana", "Ben", "Cleo", "Dora", "Eve")
ROTAS = (
    'zone = "UTC"\n[[turn]]\nhours = "08:00-20:00"\nlead = "Dora"\n',
    'zone = "Europe/Berlin"\n[[turn]]\ndays = "mon-fri"\nhours = "18:00-08:00"\nlead = "Ana"\n',
)


def read(office: Office, since: int = 0) -> SettingsRead:
    return office.desk().read(lambda unit: settings_since(unit, since))


def stands(office: Office) -> dict[str, Any]:
    """What is in force now, and who has duty now and in some hours."""

    def work(unit: Any) -> dict[str, Any]:
        people = {n: (p.name, p.role, p.active, p.away, p.cover) for n, p in unit.roster.people.items()}
        duty = [unit.roster_at(unit.now + hours * HOUR).lead_on_duty() for hours in (0, 5, 11, 30)]
        return {"people": people, "duty": duty, "service": unit.team.service, "paths": unit.team.paths,
                "tier": unit.store.levels.tier(1)}  # fmt: skip

    return office.desk().read(work)


def stood(office: Office, found: SettingsRead, at: int) -> dict[str, Any]:
    """The same as it is read back."""
    then, case = found.settings.at(at), office.case(1)
    people = {n: (p.name, p.role, p.active, p.away, p.cover) for n, p in then.people.items()}
    duty = [found.settings.roster(at, at + hours * HOUR).lead_on_duty() for hours in (0, 5, 11, 30)]
    return {"people": people, "duty": duty, "service": then.service, "paths": then.paths,
            "tier": found.settings.tier(case, at)}  # fmt: skip


@pytest.mark.parametrize("seed", [0, 2, 11, 16, 48, 82])
def test_everything_is_known_as_it_stood(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    opened(office)
    began = office.now
    stand: list[tuple[int, dict[str, Any]]] = []
    for _ in range(60):
        office.later(chance.choice((0.1, 1, 7)))
        desk, whom, other = office.desk(), chance.choice(PEOPLE), chance.choice(PEOPLE)
        begins = office.now + chance.choice((1, 4)) * HOUR
        changes: list[Callable[[], object]] = [
            lambda: members.away(desk, whom, other),  # noqa: B023
            lambda: members.back(desk, whom),  # noqa: B023
            lambda: members.duty(desk, whom),  # noqa: B023
            lambda: members.change(desk, whom, role=chance.choice(("lead", "agent"))),  # noqa: B023
            lambda: members.change(desk, whom, name=f"{whom} {office.now % 977}"),  # noqa: B023
            lambda: members.add(desk, f"Fay {office.now % 1013}", "agent"),  # noqa: B023
            lambda: members.change(desk, whom, active=False, cover=None),  # noqa: B023
            lambda: rota.set_rota(desk, chance.choice(ROTAS)),  # noqa: B023
            lambda: rota.clear(desk),  # noqa: B023
            lambda: rota.give_duty(desk, whom, begins, begins + 9 * HOUR),  # noqa: B023
            lambda: service_levels.set_service(desk, chance.choice(LEVELS)),  # noqa: B023
            lambda: escalation_paths.set_paths(desk, chance.choice(PATHS)),  # noqa: B023
            lambda: customers.change(desk, "Carla", tier=chance.choice(("gold", "standard"))),  # noqa: B023
        ]
        try:
            chance.choice(changes)()
        except (Refused, WrongUse):
            continue
        office.now += 1
        stand.append((office.now, stands(office)))
    found = read(office, began)
    assert found.unknown == ()
    for at, was in stand:
        assert stood(office, found, at) == was, at


def test_a_setting_that_can_no_longer_be_read_is_told_and_what_came_after_is_used(office: Office) -> None:
    opened(office)
    office.later()
    journal = {"text": "", "before": "[[path]]\nname = 'old'\n[[path.step]]\nname = 'x'\ncall = 'Somebody Gone'\n"}
    office.desk().write(lambda unit: unit.record_change("escalation paths", "old", journal))
    found = read(office)
    assert found.unknown == (("escalation paths", office.now),)
    assert found.settings.at(0).paths == STANDARD
