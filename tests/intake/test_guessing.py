"""Guesses: what columns are called in seven languages, how times and text are written, and the map of it."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from careconsole.domain.errors import WrongUse
from careconsole.intake.files.encodings import encoding_of
from careconsole.intake.formats.column_maps import ChannelRule, OwnerRule, TagRule, Template, WordRule
from careconsole.intake.formats.table.column_names import ROLES, fold_name, guess_roles
from careconsole.intake.formats.table.dates import Evidence, usual_dates, zone_here
from careconsole.intake.formats.table.guessing import corrected, guess
from careconsole.intake.formats.table.maps import CaseMap, DateRule, parse_case_map, written
from careconsole.intake.formats.table.sniff import detect, distinct
from careconsole.intake.formats.table.value_meanings import meaning, sounds_like_a_system
from careconsole.intake.registry import Options
from careconsole.intake.values.times import is_nothing

DOCS = Path(__file__).resolve().parents[2] / "docs" / "importing.md"


# Names of columns


@pytest.mark.parametrize(
    "header",
    [
        "Ticket ID,Subject,Requester,Assignee,Status,Priority,Created at,Closed at",
        "Ticket-Nr.,Betreff,Kunde,Bearbeiter,Zustand,Priorität,Erstellt am,Geschlossen am",
        "N° du ticket,Objet,Client,Assigné à,Statut,Priorité,Créé le,Fermé le",
        "Número de caso,Asunto,Cliente,Asignado a,Estado,Prioridad,Fecha de creación,Fecha de cierre",
        "Numero ticket,Oggetto,Cliente,Assegnato a,Stato,Priorità,Data apertura,Data chiusura",
        "Número do chamado,Assunto,Cliente,Responsável,Situação,Prioridade,Criado em,Encerrado em",
        "Zaaknummer,Onderwerp,Klant,Behandelaar,Status,Prioriteit,Aangemaakt op,Gesloten op",
        "ticket_id,ticket_subject,requester.name,assignee.name,statusName,PRIORITY,created_at,closedAt",
    ],
)
def test_columns_are_known_by_their_usual_names(header: str) -> None:
    columns = header.split(",")
    roles = ["case", "subject", "customer", "owner", "status", "priority", "opened", "closed"]
    assert guess_roles(columns, {}) == dict(zip(roles, columns, strict=True))


def test_the_better_name_has_the_role_and_a_column_has_one() -> None:
    assert guess_roles(["id", "Ticket ID", "Company", "Requester"], {}) == {
        "case": "Ticket ID",
        "customer": "Requester",
    }
    assert guess_roles(["id", "Ticket ID"], {"case": "id"}) == {"case": "id"}
    assert fold_name("  N° du_Ticket (héros) ") == fold_name("no DU ticket heros")


def test_what_stands_in_a_column_can_speak_against_its_name() -> None:
    rows = [{"id": str(n), "date": "soon", "opened": "2024-01-01", "status": f"it is {n}"} for n in range(100)]
    found = guess(list(rows[0]), rows, Options(), name="f", format="csv")
    assert found.roles == {"case": "id", "opened": "opened"}


def test_a_correction_holds_and_a_wrong_one_says_what_there_is() -> None:
    columns, rows = ["id", "Name", "Who"], [{"id": "1", "Name": "Kettle", "Who": "Ben"}]
    options = Options(columns=(("owner", "who"), ("title", "Name"), ("customer", "")))
    assert guess(columns, rows, options, name="f", format="csv").roles == {
        "case": "id",
        "subject": "Name",
        "owner": "Who",
    }
    with pytest.raises(WrongUse, match=re.escape("There is no column “Wo” (did you mean “Who”?)")):
        guess(columns, rows, Options(columns=(("owner", "Wo"),)), name="f", format="csv")
    with pytest.raises(WrongUse, match=re.escape("'ownr' cannot be a column's role (did you mean “owner”?)")):
        guess(columns, rows, Options(columns=(("ownr", "Who"),)), name="f", format="csv")


def test_a_map_is_corrected_in_the_same_way() -> None:
    given_map = parse_case_map('case = "id"\nowner = "who"\n[time]\nzone = "UTC"')
    options = Options(
        columns=(("owner", "Agent"), ("note", "Remark")), zone="Europe/Rome", systems=("robot",), day_first=True
    )
    changed = corrected(given_map, ["id", "who", "Agent", "Remark"], options)
    assert changed.owner is not None
    assert (changed.owner.column, changed.owner.systems, changed.note) == ("Agent", {"robot"}, "Remark")
    assert changed.dates == DateRule(zone="Europe/Rome", day_first=True)


def test_columns_of_one_name_are_told_apart() -> None:
    assert distinct(["a", "a", "", " ", "a (2)", "a"]) == ["a", "a (2)", "column 3", "column 4", "a (2) (2)", "a (3)"]


# Values


@pytest.mark.parametrize(
    ("what", "value", "word"),
    [
        ("status", "In Bearbeitung", "open"),
        ("status", "on-hold", "parked"),
        ("status", "RÉSOLU", "resolved"),
        ("status", "Duplicate", "closed"),
        ("status", "Whatever", None),
        ("priority", "1 - Critical", "urgent"),
        ("priority", "P2", "high"),
        ("priority", "mittel", "normal"),
        ("priority", "1", None),
        ("channel", "E-Mail", "email"),
        ("channel", "Llamada", "phone"),
    ],
)
def test_usual_words_are_known(what: str, value: str, word: str | None) -> None:
    assert meaning(what, value) == word


def test_a_system_is_proposed_when_it_sounds_like_one_and_owns_much() -> None:
    rows = [{"id": str(n), "owner": "Mail Robot" if n % 2 else "Robert Botham"} for n in range(60)]
    rows.append({"id": "x", "owner": "API"})
    found = guess(["id", "owner"], rows, Options(), name="f", format="csv")
    assert found.systems == {"Mail Robot": 30}
    assert guess(["id", "owner"], rows, Options(systems=("x",)), name="f", format="csv").systems == {}
    assert [
        name for name in ("Anna Bot", "System", "no-reply@shop", "Abbott", "Rob") if sounds_like_a_system(name)
    ] == [
        "Anna Bot",
        "System",
        "no-reply@shop",
    ]


@pytest.mark.parametrize(
    ("values", "split"),
    [
        (("returns, repairs|spare parts", "late|lid", "returns, repairs|pot"), "|"),
        (("a|b,late,lid", "a|b,pot"), ","),
        (("a;b", "c;d, e;f"), ";"),
        (("a,b", "c|d"), ""),
        (("a,b", "c"), ","),
        (("red lid", "lid"), ""),
    ],
)
def test_tags_are_cut_where_that_makes_most_of_them_and_not_where_two_signs_may(
    values: tuple[str, ...], split: str
) -> None:
    rows = [{"id": str(n), "tags": value} for n, value in enumerate(values)]
    found = guess(["id", "tags"], rows, Options(), name="f", format="csv").map.tags
    assert found is not None
    assert found.split == split


def test_what_nothing_is_known_of_is_told_where_a_column_might_be_it() -> None:
    rows = [{"id": "1", "owner": "Ben", "Antragsteller": "Carla"}]
    found = guess(list(rows[0]), rows, Options(columns=(("subject", ""),)), name="f", format="csv")
    assert (found.missing, found.unknown) == (("customer", "status"), ("Antragsteller",))
    found = guess(["id", "owner"], rows, Options(), name="f", format="csv")
    assert (found.missing, found.unknown) == ((), ()), "no column is left that it could be"


def test_a_state_of_the_union_is_no_status() -> None:
    rows = [{"id": str(n), "State": state, "Stage": "solved"} for n, state in enumerate(("NY", "OR", "CA"))]
    assert guess(["id", "State", "Stage"], rows, Options(), name="f", format="csv").roles["status"] == "Stage"
    found = guess(["id", "State"], rows, Options(), name="f", format="csv")
    assert ("status" in found.roles, "status" in found.missing) == (False, True)
    rows = [{"id": "1", "Status": "Brewing"}]
    assert guess(["id", "Status"], rows, Options(), name="f", format="csv").roles["status"] == "Status"


# Times

NOON = datetime(2024, 1, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05 12:00",
        "2024-01-05T12:00:00.000Z",
        "2024-1-5 12:00",
        "2024/1/5 12:00:00",
        "20240105120000",
        "5.1.2024 12:00",
        "05.01.24 12:00",
        "5/1/2024 12:00 PM",
        "5/1/2024, 12.00",
        "5-1-2024 12:00",
        "5 Jan 2024 12:00",
        "Jan 5, 2024 12:00:00",
        "5. Januar 2024 um 12:00 Uhr",
        "5 janv. 2024 12:00",
        "5 de enero de 2024 12:00",
        "Fri, 05 Jan 2024 13:00:00 +0100",
        "Fri Jan 05 2024 13:00:00 GMT+0100 (Central European Standard Time)",
        "5/1/2024 13:00 CET",
        "5/1/2024 07:00 EST",
        "1704456000",
        "1704456000.0",
        "1704456000000",
    ],
)
def test_times_are_read_as_they_are_usually_written(text: str) -> None:
    assert usual_dates(True, UTC, lambda: None)(text) == NOON.timestamp() * 1000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no time"),
        ("soon", "“soon” is not a time"),
        ("31/02/2024", "is not a time"),
        ("2024-13-01", "is not a time"),
        ("5/1/2024 25:00", "is not a time"),
        ("5/1/2024 13:00 PM", "is not a time"),
        ("24-01-05", "may begin or end with the year"),
        ("5/1/2024 10:00 XYZ", "the zone XYZ is not known"),
        ("1/13/2024", "does not have the day first"),
        ("12", "is not a time"),
        ("9" * 30, "is not a time"),
        (" " * 100_000 + "5.1.2024" + " " * 100_000 + "x", "is not a time"),
    ],
)
def test_what_is_no_time_is_said_and_never_guessed(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        usual_dates(True, UTC, lambda: None)(text)


@given(st.text(alphabet="0123456789/.-: TZ+apmAPMJané,()", max_size=40) | st.text(max_size=40))
def test_any_text_is_a_time_or_a_reason(text: str) -> None:
    Evidence().add(text)
    for day_first in (True, False, None):
        with suppress(ValueError):
            assert isinstance(usual_dates(day_first, UTC, lambda: None)(text), int)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)), st.booleans(), st.sampled_from("/-. "))
def test_a_written_day_is_read_back(moment: datetime, day_first: bool, mark: str) -> None:
    mark = "/" if mark == "." and not day_first else mark
    parts = (moment.day, moment.month) if day_first else (moment.month, moment.day)
    text = (
        f"{parts[0]}/{parts[1]}/{moment.year} {moment.hour}:{moment.minute:02}"
        if mark == " "
        else (f"{parts[0]:02}{mark}{parts[1]:02}{mark}{moment.year} {moment.hour:02}:{moment.minute:02}")
    )
    wanted = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    assert usual_dates(day_first, UTC, lambda: None)(text) == wanted.timestamp() * 1000


@pytest.mark.parametrize(
    ("texts", "day_first", "open_to_both"),
    [
        (["3/4/2024", "13/4/2024"], True, True),
        (["3/4/2024", "4/13/2024"], False, True),
        (["3/4/2024"], None, True),
        (["13/4/2024", "4/13/2024"], None, False),
        (["3.4.2024", "4/4/2024", "2024-03-04"], None, False),
    ],
)
def test_one_value_proves_the_order_of_day_and_month(
    texts: list[str], day_first: bool | None, open_to_both: bool
) -> None:
    evidence = Evidence().add_all(texts)
    assert (evidence.day_first, bool(evidence.open)) == (day_first, open_to_both)


def test_nothing_is_written_in_many_ways() -> None:
    assert all(
        map(
            is_nothing,
            [
                "",
                " ",
                "-",
                "NULL",
                "n/a",
                "0000-00-00",
                "0000-00-00 00:00:00",
                "0",
                "0001-01-01T00:00:00",
                "1/1/0001 12:00 AM",
            ],
        )
    )
    assert not any(map(is_nothing, ["0001", "1", "0001-01-010", "0001-01-02", "00", "no"]))


def test_this_machines_zone_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Rome")
    assert zone_here() == "Europe/Rome"
    monkeypatch.setenv("TZ", "nonsense/zone")
    assert zone_here()


# Encodings


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        ("Größe; Müller", "cp1252", "cp1252"),
        ("Réclamation à traiter, déjà payée", "latin-1", "cp1252"),
        ("Чайник треснул, Анна", "cp1251", "cp1251"),
        ("やかんが割れた、田中さん", "shift_jis", "cp932"),
        ("Kettle cracked", "ascii", "utf-8-sig"),
        ("Größe", "utf-8", "utf-8-sig"),
        ("Größe", "utf-8-sig", "utf-8-sig"),
        ("Kettle, Größe", "utf-16", "utf-16"),
        ("Kettle, Größe", "utf-16-be", "utf-16-be"),
        ("Kettle, Größe", "utf-32", "utf-32"),
    ],
)
def test_an_encoding_is_told_by_its_bytes(text: str, encoding: str, found: str) -> None:
    assert encoding_of(text.encode(encoding)).name == found


def test_a_letter_cut_at_the_end_of_the_sample_proves_nothing() -> None:
    for encoding, found in (("utf-8", "utf-8-sig"), ("shift_jis", "cp932")):
        data = ("やかんが割れた、田中さん" * 20).encode(encoding)
        assert {encoding_of(data[: len(data) - cut]).name for cut in range(4)} == {found}


@given(st.binary(max_size=200))
def test_there_is_always_an_encoding(data: bytes) -> None:
    data.decode(encoding_of(data).name, "replace")


# The map of a guess

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="{}\0"), min_size=1, max_size=8)
WORDS = st.dictionaries(NAMES, st.sampled_from(["open", "parked", "resolved", "closed"]), min_size=1, max_size=4)


@given(NAMES, NAMES, NAMES, WORDS, st.sampled_from([None, True, False]), st.sampled_from(["", "UTC", "Europe/Rome"]))
def test_a_map_is_read_back_as_it_was_written(case, other, third, words, day_first, zone) -> None:
    assume(third != "-")  # it would mean a system and nobody at once
    whole = CaseMap(
        name="map",
        source=other,
        case=case,
        delimiter=";",
        encoding="cp1252",
        dates=DateRule(zone=zone, day_first=day_first),
        opened=third,
        closed=other,
        owner=OwnerRule(other, frozenset(["-", ""]), frozenset([third])),
        status=WordRule((case, other), words, ("open", "parked", "resolved", "closed")),
        customer=third,
        subject=Template(("", " a{b ", "}"), (case, other)),
        priority=WordRule((case,), None, ("low", "normal", "high", "urgent")),
        channel=ChannelRule(case, {other: "email"}),
        tags=TagRule((case,), split=";"),
        note=other,
        keep=(third,),
    )
    assert parse_case_map(written(whole, "a line\nanother = 1")) == whole


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('case = "id"\ntime = "at"', "[time] column is for event logs"),
        ('case = "id"\n[owner]\ncolumn = "o"\nwhen.x = ["y"]', "[owner] when has no place here"),
        ('case = "id"\n[time]\nday_first = "yes"', "must be true or false"),
        ('case = "id"\n[time]\nzone = "Rome"', "[time] zone is not known"),
        ('case = "id"\n[time]\nformat = "%H"', "[time] format cannot be used"),
        ('case = "id"\nopend = "x"', "Did you mean opened?"),
        ("", "case is missing"),
    ],
)
def test_a_mistake_in_a_map_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(WrongUse) as wrong:
        parse_case_map(text)
    assert told in str(wrong.value)


def test_tables_are_recognised_and_other_files_are_not() -> None:
    assert detect(b"Ticket,Subject,Owner,Status\n1,a,b,c\n", "x.csv")["csv"] >= 60
    assert detect("Nr.;Betreff;Größe\n".encode("cp1252"), "x")["csv"] >= 40
    assert detect(b'{"id": 1, "title": "Kettle", "status": "open"}\n', "x")["jsonl"] >= 40
    assert detect(b'[\n {"id": 1,\n "subject": "Kettle"}, {"id": 2', "x")["jsonl"] >= 40
    for other in (
        b'{"id": 1, "name": "Ben", "email": "ben@shop.example"}\n',
        b'{"id": 1, "body": "hello", "author_id": 2}\n',
    ):
        assert detect(other, "x")["jsonl"] < 20, "people and comments are no cases"
    assert detect(b"", "x") == detect(b"<html>", "x.html") == {}
    assert detect(b"\0\1\2\3" * 100, "x.bin") == {}


def test_the_documentation_shows_valid_maps_and_names_every_role() -> None:
    text = DOCS.read_text(encoding="utf-8")
    shown = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert shown
    assert all(parse_case_map(one) for one in shown)
    assert [role for role in ROLES if f"`{role}`" not in text] == []
