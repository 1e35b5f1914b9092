"""What a mail says besides what it quotes. The customer's words are never lost; when in doubt more is shown."""

from __future__ import annotations

import pytest

from careconsole.domain.mail.trimming import trimmed
from careconsole.intake.mail.parsing import read_mail

CUT = {
    "gmail": "Thank you, that works.\n\nOn Mon, 3 May 2026, Ben <ben@shop.example> wrote:\n\n> Try this.\n> Ben\n",
    "broken attribution": "Yes.\n\nOn Mon, 3 May 2026 Ben of the shop\n<ben@shop.example> wrote:\n> Try this.\n",
    "german": "Ja.\n\nAm 03.05.2026 um 10:12 schrieb Ben <ben@shop.example>:\n> Hallo\n",
    "french": "Oui.\n\nLe lun. 3 mai 2026 à 10:12, Ben a écrit :\n\n> Bonjour\n",
    "italian": "Sì.\n\nIl giorno lun 3 mag 2026 alle ore 10:12 Ben ha scritto:\n\n> Ciao\n",
    "outlook": "Please call me.\n\nFrom: Ben <ben@shop.example>\nSent: 3 May\nTo: Anna\nSubject: x\n\nHello",
    "outlook, german": "Bitte um Rückruf.\n\n____________________\nVon: B\nDatum: 3. Mai\nAn: A\nBetreff: x\n\nHallo",
    "original message": "Yes please.\n\n-----Original Message-----\nFrom: Ben\nHello\n",
    "signature": "The lid, too.\n\n-- \nAnna Rossi\nVia Roma 1\n",
    "telephone": "On my way.\n\nSent from my iPhone\n",
    "quote without a line about it": "Fine.\n\n> Would Monday do?\n",
    "html without marks": "Still broken.\n\nOn Mon, 3 May 2026 at 10:12 Ben <ben@shop.example> wrote:\n\nTry this.\n",
}
LEFT = (
    "Thank you, that works.", "Yes.", "Ja.", "Oui.", "Sì.", "Please call me.", "Bitte um Rückruf.", "Yes please.",
    "The lid, too.", "On my way.", "Fine.", "Still broken.",
)  # fmt: skip

WHOLE = {
    "answers between": "> Which colour?\nRed.\n> Which size?\nLarge.\n",
    "answers below with words above": "Hello!\n\nOn 3 May 2026 Ben wrote:\n> Red or blue?\n\nRed, please.\n",
    "answers in an unmarked quote": "See below.\n\nFrom: Ben\nSent: Monday\nTo: Anna\nSubject: x\n\nColour? Red.\n",
    "nothing but a forward": "---------- Forwarded message ---------\nFrom: Ben\nDate: Monday\nSubject: x\n\nHello\n",
    "nothing but a quote": "> Would Monday do?\n",
    "a sentence like an attribution": "On Monday I wrote to you.\nOn Tuesday I wrote again:\nthe kettle leaks.\n",
    "a heading like a header": "From: the kettle\nit leaks.\n",
    "dashes in a table": "a -- b\n-----\nc\n",
    "a long text after two dashes": "Hello\n--\n" + "\n".join(f"point {n}" for n in range(30)),
}


@pytest.mark.parametrize(("text", "left"), list(zip(CUT.values(), LEFT, strict=True)), ids=list(CUT))
def test_a_quote_and_a_signature_are_left_out(text: str, left: str) -> None:
    assert trimmed(text) == left


@pytest.mark.parametrize("text", list(WHOLE.values()), ids=list(WHOLE))
def test_the_whole_is_shown_when_the_customers_words_could_be_lost(text: str) -> None:
    assert trimmed(text) == text.strip()


def test_an_answer_below_a_quote_is_shown_without_it() -> None:
    assert trimmed("On 3 May 2026 Ben wrote:\n> Red or blue?\n> Ben\n\nRed, please.\n") == "Red, please."


def test_a_quote_that_begins_far_below_is_shown() -> None:
    text = "\n".join(f"line {n}" for n in range(500)) + "\nOn 3 May 2026 Ben wrote:\n> so"
    assert trimmed(text) == text


HOSTILE = {
    "attributions": "On 1 wrote " * 40_000,
    "starts": "On On On\n" * 50_000,
    "marks": ">" * 400_000,
    "quoted lines": "> x\n" * 100_000,
    "rules": "-----" * 80_000,
    "headers": "From: a\n" * 50_000,
    "blank": "\n" * 400_000,
    "colons": ":" * 400_000,
}


@pytest.mark.parametrize("text", list(HOSTILE.values()), ids=list(HOSTILE))
def test_text_made_to_take_long_is_trimmed(text: str) -> None:
    """Each line is looked at once; a pattern that goes back would not end within the life of the test."""
    assert trimmed(text) in text
    assert read_mail(b"From: a@b.example\n\n" + text.encode()).damage == ()
