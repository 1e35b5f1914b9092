"""At a shared workstation, whoever sits down works by their own login, where the server ties people to logins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from careconsole.desk import Desk
from careconsole.desk.cases import execution
from careconsole.domain.case.opening import OpenCase
from careconsole.domain.errors import Refused
from careconsole.store import open_store
from careconsole.store.engine.base import AccessPrevented
from careconsole.store.engine.postgres_url import as_login
from careconsole.tui.threads.backend import Backend
from tests import postgres
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


def test_each_has_a_password_of_their_own(
    place: str,  # noqa: F811
    postgres_server: postgres.Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The service file has that of the first login, and the file of passwords those of the others."""
    service, passwords = tmp_path / "services", tmp_path / "pgpass"
    name = postgres_server.name(place)
    service.write_text(f"[care]\nhost={postgres_server.folder}\ndbname={name}\nuser=t_ben\npassword=ben's\n")
    passwords.write_text("*:*:*:t_ana:ana's\n")
    passwords.chmod(0o600)
    monkeypatch.setenv("PGSERVICEFILE", str(service))
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    with postgres_server.asking({"t_ben": "ben's", "t_ana": "ana's", "t_cleo": "cleo's"}):
        backend = Backend(lambda: Desk(open_store("postgresql:///?service=care"), lambda: NOW))
        for login, person in (("t_ben", BEN), ("t_ana", ANA), ("t_ben", BEN), ("t_ana", ANA)):
            sits_down(backend, person)
            assert user(backend) == (login, person)
        with pytest.raises(AccessPrevented, match="no password supplied"):
            sits_down(backend, CLEO)
        assert user(backend) == ("t_ana", ANA)
        backend.close()
