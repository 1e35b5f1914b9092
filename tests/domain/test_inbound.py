"""Whether a word from the customer waits for an answer: rather a message too many than a customer forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.case.inbound import classify

THANKS = [
    "Thanks!",
    "THANKS",
    "thx",
    "Thank you so much",
    "Thank you 😀",
    "Much appreciated",
    "Many thanks, Ana",
    "Thanks Ben",
    "Hi Ben,\nthanks a lot!\nAna Miller",
    "Dear Team,\nthank you all.\nKind regards\nAna",
    "Thanks, it works now",
    "Works perfectly, thanks",
    "Thanks for your help.",
    "Thank you very much for the quick reply",
    "Vielen Dank!",
    "Danke, Frau Weber!",
    "Danke für die schnelle Antwort",
    "Vielen Dank für Ihre Hilfe",
    "Vielen Dank!\n\nMit freundlichen Grüßen\nAna Weber",
    "Merci beaucoup",
    "Merci pour votre aide",
    "Grazie mille",
    "Muchas gracias por su ayuda",
    "Bedankt voor de hulp",
    "Dank je",
    "Tack så mycket",
    "Obrigado!",
]

AUTOMATIC = [
    "Automatic reply: Your order",
    "AUTOMATIC REPLY",
    "[Auto Reply] away",
    "Auto-Reply: away until Monday.\nUrgent? Call the desk.",
    "Out of office",
    "Out of Office: back on Monday",
    "Out of office until Monday",
    "Out of office reply: away",
    "Automatische Antwort: nicht im Büro",
    "Abwesenheitsnotiz: Urlaub",
    "Réponse automatique : absente",
    "Message d'absence",
    "Risposta automatica: ferie",
    "Respuesta automática: vacaciones",
    "Automatisch antwoord: afwezig",
    "Automatiskt svar: semester",
    "Undeliverable: Your order",
    "Delivery Status Notification (Failure)",
    "Mail delivery failed: returning message to sender",
]

MESSAGES = [
    "",
    "ok",
    "it works",
    "thanks, still broken",
    "Thanks! When will it arrive?",
    "THANKS, STILL BROKEN",
    "Thanks. Broken again.",
    "Thanks. Cancel it.",
    "Thanks\nstill waiting",
    "Thanks, refund me",
    "Thanks, everything solved?",
    "Thanks, my number is 5",
    "Thank you in advance",
    "Thanks for nothing",
    "No thanks",
    "Not solved. Thanks",
    "Not good, thanks",
    "Nothing works, thanks",
    "Help, thanks",
    "Thanks. Help!",
    "Quick reply please, thanks",
    "Thanks, but " + "the lid leaks and " * 20,
    "Danke, geht nicht",
    "Danke. Paket fehlt noch",
    "Danke im Voraus",
    "Merci, mais ça ne marche pas",
    "Grazie, ma non funziona",
    "Gracias, pero no funciona",
    "¿Gracias, y la factura?",
    "Bedankt, maar het werkt niet",
    "Tack, men det fungerar inte",
    "Auto reply is broken on my account",
    "Automatic answers are useless",
    "Out of office chairs again",
    "Undeliverable parcel came back",
    "Delivery has failed twice, where is my parcel",
    "Mail delivery failed twice, where is my parcel",
]


@pytest.mark.parametrize("text", THANKS)
def test_bare_thanks_wait_for_nothing(text: str) -> None:
    assert classify(text) == "thanks"


@pytest.mark.parametrize("text", AUTOMATIC)
def test_what_announces_itself_as_automatic_waits_for_nothing(text: str) -> None:
    assert classify(text) == "auto"


@pytest.mark.parametrize("text", MESSAGES)
def test_everything_else_is_a_message(text: str) -> None:
    assert classify(text) == "message"


@pytest.mark.parametrize("thanks", THANKS)
@pytest.mark.parametrize("more", [" It still leaks.", "\nWhere is it?", " Call 030 1234", " please cancel the order"])
def test_thanks_with_anything_besides_are_a_message(thanks: str, more: str) -> None:
    assert classify(thanks + more) == "message"


@given(st.text())
def test_any_text_has_a_sort(text: str) -> None:
    assert classify(text) in ("auto", "thanks", "message")


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert classify("thanks " * 1_000_000) == "message"
    assert classify(" " * 1_000_000 + "Automatic reply: away") == "auto"
