"""At a shared workstation, whoever sits down works by their own login, where the server ties people to logins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import Refused
from careconsole.store import open_store
from careconsole.store.engine.postgres_url import as_login
from careconsole.tui.threads.backend import Backend
from tests.store.test_logins import ANA, BEN, CLEO, NOW, place  # noqa: F401


@pytest.fixture
def backend(place: str) -> Iterator[Backend]:  # noqa: F811
    """The thread of a console that was opened by Ben's login."""
    made = Backend(lambda: Desk(open_store(as_login(place, "t_ben")), lambda: NOW))
    yield made
    made.close()


def sits_down(backend: Backend, person: int) -> None:
    def work(desk: Desk) -> None:
        desk.person = person

    backend.submit(work).result()


def user(backend: Backend) -> tuple[str, int | None]:
    return backend.submit(
        lambda desk: (desk.store.engine.fetch_all("select session_user::text")[0][0], desk.person)
    ).result()


def test_who_sits_down_works_by_their_own_login(backend: Backend) -> None:
    sits_down(backend, BEN)
    assert user(backend) == ("t_ben", BEN)
    sits_down(backend, ANA)
    assert user(backend) == ("t_ana", ANA)
    made = backend.submit(lambda desk: execution.open_case(desk, OpenCase(subject="Kettle"), "Carla")).result()
    history = backend.submit(lambda desk: desk.store.cases.history(made.opened or 0)).result()
    assert {event.actor for event in history} == {ANA}


def test_who_cannot_come_in_leaves_the_other_one_at_work(backend: Backend, place: str) -> None:  # noqa: F811
    sits_down(backend, BEN)
    owner = open_store(place)
    owner.engine.execute("delete from logins where person = :person", {"person": CLEO})
    owner.close()
    with pytest.raises(Refused, match="Cleo has no login"):
        sits_down(backend, CLEO)
    assert user(backend) == ("t_ben", BEN)


def test_a_database_that_is_opened_again_is_opened_by_the_same_login(backend: Backend) -> None:
    sits_down(backend, ANA)
    backend.submit(lambda desk: backend._close()).result()
    assert user(backend) == ("t_ana", ANA)
