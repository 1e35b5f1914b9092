"""Receipts: what a customer reads about a case, in text, as a page and as data, and what they never read."""

from __future__ import annotations

import json
import re
from datetime import UTC
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from careconsole.desk.queries.shown_case import View
from careconsole.desk.receipts.settings import ReceiptSettings
from careconsole.domain.case.answer_tags import check_letters
from careconsole.domain.case.escalation_paths import STANDARD
from careconsole.domain.case.event import Event, Fact
from careconsole.domain.case.events import KINDS
from careconsole.domain.case.evolve import fold
from careconsole.domain.case.messages import LogMessage
from careconsole.domain.case.promises import Promise
from careconsole.domain.case.public import public_history
from careconsole.domain.case.ratings import Rated
from careconsole.domain.case.resolution import Reopened, Resolve, Resolved
from careconsole.domain.case.state import OPEN, Case
from careconsole.domain.errors import Refused, WrongUse
from careconsole.domain.team.roster import LEAD, Person, Roster
from careconsole.domain.terminal_text import cell_width, display_block
from careconsole.present.receipts import content, page
from careconsole.present.receipts.content import MOST, Receipt, receipt_of
from careconsole.present.receipts.entries import receipt_entry
from careconsole.present.receipts.page import COLOURS, LARGEST, neutral_page, receipt_page
from careconsole.present.receipts.text import WIDTH, receipt_text
from careconsole.present.receipts.wording import VARIABLES, languages, read_wording, wording
from careconsole.store import Customer
from tests.domain.cases import ANA, BEN, MONDAY, ImportedPlay, Play
from tests.domain.test_golden import GOLDEN

SETTINGS = ReceiptSettings(mail="care@shop.example", phone="+39 02 1234567", team="Shop")


def viewed(case: Case, history: list[Event], roster: Roster, now: int, customer: str = "Carla") -> View:
    return View(
        case=case,
        history=history,
        roster=roster,
        customer=Customer(number=1, name=customer),
        others=[],
        now=now,
        notices=(),
        path=STANDARD.paths[0],
    )


def view_of(play: Play) -> View:
    return viewed(play.case, play.history, play.team.roster, play.team.now)


def made(play: Play, language: str = "en", settings: ReceiptSettings = SETTINGS, **how: Any) -> Receipt:
    return receipt_of(view_of(play), play.number, settings, wording(language, UTC), **how)


def text(play: Play, language: str = "en", **how: Any) -> str:
    return " ".join(receipt_text(made(play, language, **how)).split())


def outputs(view: View, settings: ReceiptSettings = SETTINGS) -> list[str]:
    """Every output of the receipt: in each language, with and without words."""
    receipts = [
        receipt_of(view, view.case.number, settings, wording(language, UTC), words=words)
        for language in languages()
        for words in (False, True)
    ]
    return [
        made
        for receipt in receipts
        for made in (receipt_text(receipt), receipt_page(receipt), msgspec.json.encode(receipt_entry(receipt)).decode())
    ]


# What it says


def test_it_says_who_has_it_how_to_reach_them_what_happened_and_what_was_promised() -> None:
    play = Play("Ben")
    play.team.change("Ben", reach="ext. 21")
    play.do(
        "Ben", LogMessage(inbound=False, channel="phone", text="secret words"), Promise(text="a lid", due=play.inn(5))
    )
    assert receipt_text(made(play)) == (
        "Your case 1 with Shop\nAs of 5 January 2026, 8:00 UTC.\n\n"
        "WHAT YOU TOLD US\n- Since 5 January 2026, 8:00 UTC: Kettle cracked\n\n"
        "WHO LOOKS AFTER IT\n- Ben looks after it.\n- You can reach Ben: ext. 21\n\n"
        "WHAT HAPPENED\n- 5 January 2026, 8:00 UTC: You wrote to us by email.\n"
        "- 5 January 2026, 8:00 UTC: We called you.\n"
        "- 5 January 2026, 8:00 UTC: We promised you, by 5 January 2026, 13:00\n  UTC: a lid\n\n"
        "WHAT WE PROMISED\n- By 5 January 2026, 13:00 UTC: a lid.\n\n"
        "QUESTIONS OR PROBLEMS\n- If something here is not right, or you need it sooner, tell us and\n"
        "  give the number 1.\n- Write to care@shop.example\n- Call +39 02 1234567\n"
    )
    assert "secret words" in receipt_text(made(play, words=True))


def test_while_the_owner_is_away_it_says_who_acts_and_how_to_reach_them() -> None:
    play = Play("Ben").away("Ben", cover="Cleo")
    play.team.change("Cleo", reach="ext. 22")
    assert "Ben looks after it. While Ben is away, Cleo takes care of it. - You can reach Cleo: ext. 22" in text(play)


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        ((), "Write to us or call us, and give the number 1."),
        ((LogMessage(text="we talked", channel="phone"),), "Write to us or call us, and give the number 1."),
        (
            (LogMessage(text="we talked", channel="phone"), LogMessage(text="on its way", channel="email")),
            "Reply to our last message, or call us, and give the number 1.",
        ),
        (
            (LogMessage(text="on its way", channel="email"), LogMessage(text="and again", channel="phone")),
            "Reply to our email of 5 January 2026, 8:00 UTC, or call us, and give the number 1.",
        ),
    ],
)
def test_it_asks_for_a_reply_only_to_a_message_that_we_wrote(messages: tuple[LogMessage, ...], says: str) -> None:
    play = Play("Ben").do("Ben", LogMessage(text="where is it?", inbound=True, channel="email"), *messages)
    assert f"Ben looks after it. - {says}" in text(play, settings=replace(SETTINGS, mail="", phone=""))


def happened(play: Play) -> list[str]:
    """What a receipt says happened, sentence by sentence."""
    (section,) = [one for one in made(play).sections if one.id == "happened"]
    return [content.plain(item.pieces) for item in section.items]


def said(channel: str, *, inbound: bool = False) -> LogMessage:
    return LogMessage(text="what was said", channel=channel, inbound=inbound)


@pytest.mark.parametrize(
    ("channel", "began", "ours", "theirs"),
    [
        ("phone", "You called us.", "We spoke on the phone.", "We spoke on the phone."),
        ("chat", "You wrote to us in the chat.", "We wrote back in the chat.", "You wrote back in the chat."),
        ("visit", "You came to see us.", "We spoke in person.", "We spoke in person."),
    ],
)
def test_what_both_sides_said_at_once_is_one_conversation(channel: str, began: str, ours: str, theirs: str) -> None:
    play = Play("Ben", channel=channel).later(5 / 60).do("Ben", said(channel))
    play.later(5 / 60).do("Ben", said(channel, inbound=True), said("email"))
    assert happened(play) == [began, ours, theirs, "We wrote to you by email."]


def test_a_call_of_ours_some_time_after_theirs_is_another_one() -> None:
    play = Play("Ben", channel="phone").later(6 / 60).do("Ben", said("phone"), said("phone"))
    assert happened(play) == ["You called us.", "We called you.", "We called you."]
    play.do("Ben", said("phone", inbound=True))
    assert happened(play)[-1] == "We spoke on the phone.", "they answered while we called"


def test_a_mail_soon_after_a_call_is_not_part_of_it() -> None:
    play = Play("Ben", channel="phone").do("Ben", said("email"), said("email", inbound=True))
    assert happened(play) == ["You called us.", "We wrote to you by email.", "You wrote to us by email."]


def test_a_case_that_nobody_has_taken_names_who_is_on_duty() -> None:
    assert "Ana looks after it until somebody takes it over. - You can reach us: +39 02" in text(Play())


def test_a_case_that_has_ended_says_who_knows_about_it_and_that_it_can_be_opened_again() -> None:
    play = Play("Ben").do("Ben", Resolve(said="sent", answer="told"))
    assert "Ben looked after it and can help you with it." in text(play)
    assert "If it is not settled after all" in text(play)
    assert "WHAT WE PROMISED" not in text(play)


def test_a_promise_whose_time_has_passed_says_so_and_one_that_was_broken_too() -> None:
    play = Play("Ben").do("Ben", Promise(text="a lid", due=Play().inn(5)))
    assert "passed" not in text(play)
    play.later(6)
    assert "By 5 January 2026, 13:00 UTC: a lid. That time has passed. We are sorry." in text(play)
    play.do("Ben", Resolve(said="gave up", promises="broken", answer="told"))
    assert "a lid. We did not keep this promise. We are sorry." in text(play)


ASKING = replace(SETTINGS, answers="answers+shop@shop.example", key="ab" * 32)


def told(*facts: Fact) -> Play:
    """A case of Ben's on which that happened."""
    play = Play("Ben")
    play.write("Ben", list(facts))
    return play


def asked(*after: Fact) -> Play:
    return told(Resolved(said="sent", asks=True), *after)


def test_a_case_that_was_resolved_with_the_question_has_a_mail_for_each_answer() -> None:
    made_en, made_de = made(asked(), settings=ASKING), made(asked(), "de", settings=ASKING)
    letters = check_letters(ASKING.key, 1)
    links = [f"mailto:answers+shop@shop.example?subject=%5B1-{letters}%20{one}%5D" for one in ("yes", "partly", "no")]
    listed = "".join(f"- {word}\n  {link}\n" for word, link in zip(("Yes", "Partly", "No"), links, strict=True))
    assert listed in receipt_text(made_en)
    assert "DID WE DO WHAT WE PROMISED?" in receipt_text(made_en)
    assert f"- Ja\n  {links[0]}\n- Zum Teil\n" in receipt_text(made_de)
    read = Page(receipt_page(made_de))
    assert [dict(found)["href"] for tag, found in read.elements if tag == "a"][:3] == links
    (part,) = [part for part in receipt_entry(made_en).sections if part.id == "asked"]
    assert [one.link for one in part.lines] == [None, *links]


@pytest.mark.parametrize(
    ("play", "settings"),
    [
        (asked(), SETTINGS),
        (asked(), replace(ASKING, key="")),
        (asked(Rated(answer="no")), ASKING),
        (asked(Reopened(reason="it broke again")), ASKING),
        (told(Resolved(said="sent")), ASKING),
        (Play("Ben"), ASKING),
    ],
    ids=["no address", "no key", "answered", "reopened", "not asked", "open"],
)
def test_otherwise_nobody_is_asked(play: Play, settings: ReceiptSettings) -> None:
    assert not [one for one in outputs(view_of(play), settings) if "mailto:answers" in one or "ask_how" in one]


def test_what_the_customer_said_is_on_the_receipt_whoever_recorded_it() -> None:
    here = told(Resolved(said="sent"), Rated(answer="partly", spoke=(BEN,)))
    assert "You told us that we did part of what we promised." in text(here)
    there = ImportedPlay()
    there.record(fields={"satisfaction": "2 of 5"})
    assert "You told us that we did not do what we promised." in text(there)
    assert "2 of 5" not in text(there)


def test_what_we_began_is_not_headed_as_what_the_customer_told_us() -> None:
    assert "WHAT IT IS ABOUT" in text(Play("Ben", inbound=False))
    assert "WHAT IT IS ABOUT" in text(ImportedPlay())


def test_an_imported_case_whose_opening_time_is_not_known_has_no_time_for_it() -> None:
    said = text(ImportedPlay(unopened=True, status="resolved", undated=True))
    assert "WHAT IT IS ABOUT - Kettle WHO" in said
    assert "WHAT HAPPENED - We resolved it. QUESTIONS" in said


def test_without_the_subject_it_gives_the_number() -> None:
    assert "Kettle" not in text(Play("Ben"), subject=False)
    assert "We have it under number 1." in text(Play("Ben"), subject=False)


def test_a_case_opened_by_mistake_has_no_receipt() -> None:
    with pytest.raises(Refused, match="opened by mistake"):
        made(Play("Ben").undo())


def test_it_fits_on_one_sheet() -> None:
    play = Play("Ben")
    for number in range(40):
        play.later().do("Ben", LogMessage(inbound=False, channel="email", text=f"word {number}" * 400))
    lines = receipt_text(made(play)).splitlines()
    assert f"- Earlier entries, not shown here: {41 - MOST}." in lines
    assert len(lines) < 60
    assert max(map(cell_width, receipt_text(made(play, words=True)).splitlines())) <= WIDTH


def test_the_page_stays_below_its_limit_however_long_the_texts_are() -> None:
    long = "&\"'<" * 2_000
    play = Play("Ben", subject=long, description=long)
    for number in range(30):
        play.do(
            "Ben", LogMessage(inbound=False, channel="email", text=long), Promise(text=long, due=play.inn(number + 1))
        )
    written = receipt_page(made(play, words=True))
    assert len(written.encode()) <= LARGEST
    assert "We promised you" in written


# What it never says

PUBLIC_FIELDS = {
    ("opened", "subject"),
    ("opened", "description"),
    ("split from", "subject"),
    ("edited", "subject"),
    ("edited", "description"),
    ("touched", "text"),
    ("reply sent", "text"),
    ("promised", "text"),
}
"""The fields of events that customers read, some only with --words. Others with conditions are in `is_public`."""
PLAIN = {"channel", "status", "priority", "way", "sort", "on", "answer", "fit", "currency"}
"""Fields with one of a few values."""
TIMES = {"acknowledge_by", "until", "clocks_from", "waiting_since", "heard", "acknowledged_at"}
FAR = 1_950_000_000_000
"""A time in 2031 that is only ours."""


def is_public(kind: str, name: str, sample: dict[str, Any]) -> bool:
    if kind == "carried" and name == "text":
        return sample.get("inbound") is not None
    if kind == "resolved" and name == "said":
        return sample.get("answer") == "told"
    if kind == "recorded" and name in ("subject", "said"):
        return name == "subject" or sample.get("way") in ("in", "out")
    return (kind, name) in PUBLIC_FIELDS


class Canaries:
    """Puts a word of its own into every internal field, and a time that is only ours into every internal time."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def word(self) -> str:
        self.words.append(f"canary{len(self.words):03}z")
        return self.words[-1]

    def marked(self, kind: str, sample: dict[str, Any]) -> dict[str, Any]:
        return {name: self._value(kind, name, value, sample) for name, value in sample.items()}

    def _value(self, kind: str, name: str, value: Any, sample: dict[str, Any]) -> Any:
        if name == "promise":
            return 2  # the first promise of `every_kind`
        if name in PLAIN or is_public(kind, name, sample):
            return value
        if (
            name in TIMES
            or (name == "due" and kind in ("reviewed",))
            or (kind == "promise moved" and not sample["told"])
        ):
            return FAR if isinstance(value, int) and not isinstance(value, bool) and name != "promise" else value
        if isinstance(value, str):
            return self.word()
        if isinstance(value, dict):
            return {key: self._value(kind, key, part, sample) for key, part in value.items()}
        if isinstance(value, list):
            return [self._value(kind, name, part, sample) for part in value]
        return value


def every_kind(first: str, canaries: Canaries) -> tuple[Case, list[Event]]:
    """A history with every sample of every kind of event after an opening of kind `first`; it is open in the end."""
    openings = ("opened", "split from")
    kinds = [kind for kind in KINDS if kind not in (*openings, "undone", "redone", "split", "merged")]
    samples = [(kind, sample) for kind in ("promised", *kinds) for sample in GOLDEN[kind]]
    samples.insert(0, (first, GOLDEN[first][-1]))
    history = []
    for number, (kind, sample) in enumerate(samples, 1):
        fact = msgspec.json.decode(json.dumps(canaries.marked(kind, sample)), type=KINDS[kind])
        at = MONDAY + number * 60_000
        history.append(Event(number, at, at, fact, actor=3, command=number))
    case = fold(1, history)
    assert case is not None
    return replace(case, status=OPEN, merged_into=None, owner=2), history


@pytest.mark.parametrize("first", ["opened", "split from", "recorded"])
def test_no_internal_field_of_any_kind_of_event_is_in_any_output(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST", 1_000)  # so that nothing is left out only because it is too much
    monkeypatch.setattr(page, "LARGEST", 1_000_000)
    canaries = Canaries()
    case, history = every_kind(first, canaries)
    people = {
        number: Person(number=number, name=canaries.word(), role=LEAD, reach=canaries.word()) for number in range(1, 12)
    }
    people[2] = replace(people[2], name="Ben", reach="ext. 21", os_user=canaries.word())
    case = replace(case, tags=(canaries.word(),), label=canaries.word(), external=((canaries.word(), canaries.word()),))
    assert len(canaries.words) >= 60
    shown = {line.sentence for line in public_history(case, history).lines}
    assert {"asked_other", "kept", "resolved", "promised", "out_email", "in_email"} <= shown
    made = outputs(viewed(case, history, Roster(people, 1), MONDAY, canaries.word()))
    for output in made:
        assert [word for word in canaries.words if word in output] == []
        assert "2031" not in output
    assert "ext. 21" in made[0]


# Text that others wrote

PAYLOADS = (
    "<script>alert(1)</script>",
    "</bdi></p><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<!--<script>--><iframe src=//evil.example>",
    "javascript:alert(1)//<a href='javascript:alert(1)'>x</a>",
    "<svg/onload=alert(1)><math><mtext></mtext>",
    "&lt;script&gt;&#60;b&#62; &amp;amp;",
    "\x00<\x0cscript\x1b]0;x\x07\u202egpj\u2066 \x9b",
    "<meta http-equiv=refresh content='0;url=//evil.example'><base href=//evil.example><form action=//evil.example>",
)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "section", "p", "ul", "li", "span"),
    *("time", "bdi", "a", "blockquote"),
}
ATTRIBUTES = {
    *("lang", "dir", "charset", "http-equiv", "content", "name", "class", "aria-labelledby", "id", "datetime"),
    *("href", "rel"),
}


class Page(HTMLParser):
    """The elements, attributes and text of a page, as a parser that knows nothing of ours reads them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError("there are no comments")

    def handle_data(self, data: str) -> None:
        self.said += data if "style" not in self.open else ""

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_gets_out_of_its_place_on_the_page(payload: str) -> None:
    play = Play("Ben", subject=payload, description=payload)
    play.do("Ben", LogMessage(inbound=False, channel="email", text=payload), Promise(text=payload, due=play.inn(5)))
    play.team.change("Ben", reach=payload)
    people = play.team.roster.people
    play.team.roster = Roster({**people, BEN: replace(people[BEN], name=payload)}, ANA)
    settings = ReceiptSettings(mail=payload, phone=payload, team=payload)
    for language in languages():
        written = receipt_page(made(play, language, settings, words=True))
        read = Page(written)
        assert {tag for tag, _ in read.elements} <= TAGS
        assert {name for _, attributes in read.elements for name in attributes} <= ATTRIBUTES
        assert all((link["href"] or "").startswith("mailto:") for link in read.named("a"))
        assert read.said.count(" ".join(display_block(payload).split())) >= 6
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", written)
        spoken = receipt_text(made(play, language, settings, words=True))
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", spoken)


# The page


def test_the_page_loads_nothing_runs_nothing_and_is_not_indexed() -> None:
    read = Page(receipt_page(made(Play("Ben"))))
    metas = {meta.get("name") or meta.get("http-equiv"): meta.get("content") or "" for meta in read.named("meta")}
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'",
        metas["Content-Security-Policy"],
    )
    assert metas["robots"].startswith("noindex")
    assert metas["referrer"] == "no-referrer"
    assert len(read.named("h1")) == 1
    assert read.named("html")[0]["lang"] == "en"
    assert read.named("time")
    assert all((time["datetime"] or "").endswith("Z") for time in read.named("time"))
    assert {link["href"] for link in read.named("a")} == {"mailto:care@shop.example?subject=%231"}


def test_text_from_right_to_left_keeps_its_direction() -> None:
    read = Page(receipt_page(made(Play("Ben", subject="الغلاية مكسورة"))))
    assert {attributes["dir"] for attributes in read.named("bdi")} == {"auto"}
    assert "الغلاية مكسورة" in read.said


@pytest.mark.parametrize("colours", COLOURS.values(), ids=list(COLOURS))
def test_every_colour_contrasts_with_its_paper_by_seven_to_one(colours: dict[str, str]) -> None:
    paper = luminance(colours["paper"])
    for name in colours.keys() - {"paper"}:
        lighter, darker = sorted((luminance(colours[name]), paper), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 7, name


def luminance(colour: str) -> float:
    """The relative luminance of a colour such as "#1b1b1b" (WCAG 2.2)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_neutral_page_tells_only_where_to_ask() -> None:
    read = Page(neutral_page(wording("en", UTC), SETTINGS))
    assert " ".join(read.said.split()) == (
        "This page no longer shows anything. This page no longer shows anything."
        " Please ask us directly.Write to care@shop.exampleCall +39 02 1234567"
    )


# Languages


@pytest.mark.parametrize("code", languages())
def test_a_language_lacks_no_sentence(code: str) -> None:
    assert wording(code).missing == (), f"add them to db/words/receipt.{code}.toml"


def test_german_says_the_same_in_german() -> None:
    play = Play("Ben").do("Ben", Promise(text="ein Deckel", due=Play().inn(5)))
    assert "Ben kümmert sich darum." in text(play, "de")
    assert "Bis 5. Januar 2026, 13:00 Uhr UTC: ein Deckel." in text(play, "de")


def test_what_a_language_lacks_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    from careconsole.present.receipts import wording as module

    whole = module.receipt_words
    monkeypatch.setattr(
        module,
        "receipt_words",
        lambda code: re.sub("(?m)^owner = .*$", "", whole(code)) if code == "de" else whole(code),
    )
    assert wording("de").missing == ("owner",)
    assert "Ben looks after it." in text(Play("Ben"), "de")


HEAD = 'name = "X"\ncode = "xx"\n[dates]\nmonths = ["1","2","3","4","5","6","7","8","9","10","11","12"]\n'


@pytest.mark.parametrize(
    "rest, why",
    [
        ('moment = "{day}"\n[sentences]\nowner = "{owner} {reason}"\n', "does not know {reason}"),
        ('moment = "{day}"\n[sentences]\nowner = "{owner.__class__}"\n', "does not know {owner.__class__}"),
        ('moment = "{day}"\n[sentences]\nowner = "{owner!r}"\n', "does not know {owner}"),
        ('moment = "{day}"\n[sentences]\nowner = "{}"\n', "does not know {}"),
        ('moment = "{day}"\n[sentences]\nowner = "{owner"\n', "stands alone"),
        ('moment = "{hour}"\n[sentences]\n', "does not know {hour}"),
        ('moment = "{day}"\n[sentences]\nmotto = "hi"\n', "no sentence 'motto'"),
        ('moment = "{day}"\n[sentences]\nowner = 5\n', "Expected `str`"),
        ("moment = {\n", "line"),
    ],
)
def test_a_language_file_that_cannot_be_used_is_refused_with_a_sentence(rest: str, why: str) -> None:
    with pytest.raises(WrongUse, match=re.escape(why)) as caught:
        read_wording(HEAD + rest, "receipt.xx.toml")
    assert caught.value.message.startswith("receipt.xx.toml")
    assert caught.value.hint


def test_an_unknown_language_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(WrongUse, match="'fr'") as caught:
        wording("fr")
    assert str(caught.value.hint) == "Choose one of: de, en."


def test_every_sentence_that_events_say_has_its_variables() -> None:
    assert {"owner_now", "promised", "joined", "in_email", "out_other"} <= VARIABLES.keys()
