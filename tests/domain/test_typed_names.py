"""A customer's name with a mail address, typed into one line, is split where it is certain what is which."""

from __future__ import annotations

import pytest

from careconsole.domain.mail.typed_names import name_and_address


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("Carla Neri, carla@home.example", "Carla Neri", "carla@home.example"),
        ("Carla Neri,carla@HOME.example", "Carla Neri", "carla@home.example"),
        ("Carla Neri; carla@home.example", "Carla Neri", "carla@home.example"),
        ("Carla Neri <carla@home.example>", "Carla Neri", "carla@home.example"),
        ('"Neri, Carla" < carla@home.example > ', "Neri, Carla", "carla@home.example"),
        ("Neri, Carla, carla@home.example", "Neri, Carla", "carla@home.example"),
        ("Carla, <carla@home.example>", "Carla", "carla@home.example"),
        ("Hotel Nord <0431 555667>", "Hotel Nord", "0431 555667"),
        ("Hotel Nord, 0431 555667", "Hotel Nord", "0431 555667"),
        ("Hotel Nord; (0431) 55-56/67", "Hotel Nord", "(0431) 55-56/67"),
        ("Neri, Carla, +39 02 1234567", "Neri, Carla", "+39 02 1234567"),
        ("+39 02 1234567", "", "+39 02 1234567"),
        ("carla@home.example", "", "carla@home.example"),
        ("<carla@home.example>", "", "carla@home.example"),
    ],
)
def test_a_name_and_an_address_are_split(text: str, name: str, address: str) -> None:
    found = name_and_address(text)
    assert found is not None
    assert (found.name, found.address) == (name, address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Carla Neri",
        "Carla Neri 0431 555667",
        "Carla Neri, 2026-10023",
        "Carla Neri, 01.02.1984",
        "Carla Neri, 0431, 555667",
        "Carla Neri, 0431 555667, 0431 555668",
        "Carla Neri, 0431",
        "Carla Neri, room 0431 555667",
        "0431 555667",
        "Carla Neri carla@home.example",
        "Carla (carla@home.example)",
        "a@home.example, b@home.example",
        "Carla @ Neri & Co, Turin",
        "Neri @ Co <>",
        "Carla, carla@",
        "Carla <carla@home.example> at work",
        "Carla, " + "c" * 300 + "@home.example",
    ],
)
def test_a_text_of_which_it_is_not_certain_stays_as_typed(text: str) -> None:
    assert name_and_address(text) is None
