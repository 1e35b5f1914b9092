"""The text of a playbook, its history, how it has done, its Markdown, and which one fits a case."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careconsole.domain.case.playbook_summary import FITTED, NOT, PARTLY
from careconsole.domain.case.playbook_use import amount_of
from careconsole.domain.case.state import PlaybookUse
from careconsole.domain.errors import WrongUse
from careconsole.domain.playbook.content import Authority, Content, checked, filled, without_name
from careconsole.domain.playbook.history import (
    AnyFact,
    Confirmed,
    Playbook,
    PlaybookEvent,
    Redone,
    Retired,
    Revised,
    Undone,
    Written,
    editions,
    fold,
)
from careconsole.domain.playbook.likeness import WordWeight, rank, rarities, vector, words_of
from careconsole.domain.playbook.markdown import from_markdown, to_markdown
from careconsole.domain.playbook.results import NEW, PROVEN, RETIRED, TRIED, UNDONE, record_words, results, state_of
from careconsole.domain.time.moments import parse_iso

DAY = 86_400_000
KETTLE = Content(title="Kettle arrives broken", steps=("ask for a photo",))
MAY = Authority(text="refund it", limit="40", currency="EUR")


def history(*facts: tuple[int, AnyFact]) -> list[PlaybookEvent]:
    """A history of facts, each with its command; the number of the person is that of the command's hundred."""
    return [
        PlaybookEvent(number, at=number * DAY, actor=1, command=command, fact=fact)
        for number, (command, fact) in enumerate(facts, start=1)
    ]


def use(by: int, fit: str, at: int = 0, amount: str = "", case_entry: int = 1) -> PlaybookUse:
    return PlaybookUse(
        number=case_entry,
        playbook=1,
        edition=1,
        title="Kettle",
        at=at,
        by=by,
        fit=fit,
        rated_at=at if fit else None,
        decided="yes" if amount else "",
        amount=amount,
        currency="EUR" if amount else "",
    )


def test_a_playbook_needs_a_title_and_says_what_to_do() -> None:
    with pytest.raises(WrongUse, match="title is missing"):
        checked(Content(title=" ", steps=("ask",)))
    with pytest.raises(WrongUse, match="says nothing about what to do"):
        checked(Content(title="Kettle", signs="broken"))


@pytest.mark.parametrize(
    ("limit", "currency", "told"),
    [
        ("forty", "EUR", "'forty' is not a sum"),
        ("-3", "EUR", "is not a sum"),
        ("1e3", "EUR", "is not a sum"),
        ("NaN", "EUR", "is not a sum"),
        ("0", "EUR", "is not a sum"),
        ("40", "", "has no currency"),
        ("40", "Euro", "is not a currency"),
        ("", "EUR", "needs a limit"),
    ],
)
def test_a_limit_is_a_sum_in_a_currency(limit: str, currency: str, told: str) -> None:
    with pytest.raises(WrongUse, match=told):
        checked(Content(title="Kettle", may=Authority(text="refund", limit=limit, currency=currency)))


def test_a_sum_may_have_a_decimal_comma() -> None:
    assert f"{amount_of(' 39,90 '):f}" == "39.90"


def test_unknown_variables_in_the_words_are_named() -> None:
    with pytest.raises(WrongUse, match=r"unknown variable: \{name\}") as refused:
        checked(Content(title="Kettle", say="Dear {name}, {customer}"))
    assert "{customer}" in str(refused.value.hint)


def test_a_variable_without_a_value_stays_visible() -> None:
    text, empty = filled("Dear {customer}, this is {me}.", {"customer": "", "me": "Ben"})
    assert (text, empty) == ("Dear {customer}, this is Ben.", ["customer"])
    assert filled("Dear {customer}", {"customer": "{me}"}) == ("Dear {me}", []), "a value is not read again"


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("Exactly right, Yusuf: stop using it.", "Yusuf Demir", "Exactly right, {customer}: stop using it."),
        ("Dear Ms Demir, dear YUSUF  DEMIR", "Yusuf Demir", "Dear Ms {customer}, dear {customer}"),
        ("Dear Demir Yusuf, Yusuf's lid", "Yusuf Demir", "Dear {customer}, {customer}'s lid"),
        ("The lid for the Mill, and Milly", "The Mill", "The lid for {customer}, and Milly"),
        ("a van for van Dyck and Dyck", "Jan van Dyck", "a van for van {customer} and {customer}"),
        ("Bring [it] (now)", "[it] (", "Bring {customer} (now)"),
        ("Hello", " ", "Hello"),
    ],
)
def test_words_to_one_customer_lose_the_name_in_whole_and_in_part(text: str, name: str, words: str) -> None:
    assert without_name(text, name) == words


def test_undone_texts_do_not_count_and_come_back_with_redo() -> None:
    second = Content(title="Kettle arrives broken", steps=("apologise",))
    facts = [(1, Written(content=KETTLE)), (2, Revised(content=second)), (3, Undone(command=2))]
    undone = fold(7, history(*facts))
    assert (undone.content, undone.edition, undone.version) == (KETTLE, 1, 3)
    redone = fold(7, history(*facts, (4, Redone(command=2))))
    assert (redone.content, redone.edition) == (second, 2)
    assert [text for _, text in editions(history(*facts))] == [KETTLE]
    assert fold(7, history((1, Written(content=KETTLE)), (2, Undone(command=1)))).void


def test_an_authority_counts_once_a_lead_confirmed_it_until_it_runs_out() -> None:
    content = Content(title="Kettle", may=MAY)
    by_agent = fold(1, history((1, Written(content=content))))
    assert not by_agent.may_decide(0)
    confirmed = fold(1, history((1, Written(content=content)), (2, Confirmed(until=5 * DAY))))
    assert confirmed.may_decide(5 * DAY - 1)
    assert not confirmed.may_decide(5 * DAY)
    more = Content(title="Kettle", may=Authority(text="refund it", limit="400", currency="EUR"))
    changed = fold(1, history((1, Written(content=content, confirmed_until=9 * DAY)), (2, Revised(content=more))))
    assert not changed.may_decide(0), "a higher limit needs a lead again"
    reworded = Content(title="Kettle!", may=MAY)
    same = fold(1, history((1, Written(content=content, confirmed_until=9 * DAY)), (2, Revised(content=reworded))))
    assert same.may_decide(0)


def playbook(**more: object) -> Playbook:
    return fold(1, history((1, Written(content=KETTLE)), *more.get("then", ())))  # type: ignore[misc]


def test_the_state_follows_from_what_people_say() -> None:
    assert state_of(playbook(), results([])) == NEW
    assert state_of(playbook(), results([use(1, "")])) == NEW
    assert state_of(playbook(), results([use(1, NOT)])) == TRIED
    alone = [use(1, FITTED, at) for at in range(4)]
    assert state_of(playbook(), results(alone)) == TRIED, "one person alone proves nothing"
    assert state_of(playbook(), results([*alone[:2], use(2, FITTED, 9)])) == PROVEN
    assert state_of(playbook(then=((2, Retired(reason="old")),)), results(alone)) == RETIRED
    assert state_of(playbook(then=((2, Undone(command=1)),)), results([])) == UNDONE


def test_two_of_the_last_four_that_did_not_fit_raise_a_doubt() -> None:
    said = [NOT, NOT, FITTED, FITTED, FITTED]
    assert not results([use(1, fit, at) for at, fit in enumerate(said)]).doubted, "only one of the last four"
    assert results([use(1, fit, at) for at, fit in enumerate([FITTED, NOT, PARTLY, NOT])]).doubted
    assert record_words(results([use(1, NOT), use(1, FITTED), use(1, "")])) == "fitted 1 of 2"


def test_sums_are_added_exactly_and_by_currency() -> None:
    assert results([use(1, "", amount="0.10"), use(2, "", amount="0.20"), use(2, FITTED)]).sums == {"EUR": "0.30"}


_TEXT = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30),
    st.text("#\\ limit:uab\n1.-", max_size=24),
)


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        Content,
        title=_TEXT,
        causes=st.lists(_TEXT, max_size=3).map(tuple),
        tags=st.lists(st.text("ab #c", min_size=1, max_size=6), max_size=3).map(tuple),
        signs=_TEXT,
        steps=st.lists(_TEXT, max_size=4).map(tuple),
        may=st.one_of(
            st.none(),
            st.builds(
                Authority,
                text=_TEXT,
                limit=st.sampled_from(["40", "3,50"]),
                currency=st.just("EUR"),
                until=st.sampled_from([None, 1_800_000_000_000]),
            ),
        ),
        say=_TEXT,
        escalate_when=_TEXT,
    )
)
def test_markdown_is_read_back_as_it_was(content: Content) -> None:
    try:
        stored = checked(content)
    except WrongUse:
        return
    read = from_markdown(to_markdown(stored, 5, str), int)
    assert (read.content, read.number) == (stored, 5)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("## Do\n1. ask\n", "The title is missing"),
        ("# Kettle\n\nsome words\n", "Line 3: this line belongs to no part"),
        ("# Kettle\n## Dew\n", "Line 2: there is no part 'Dew'"),
        ("# Kettle\n## Do\n1. ask\n## do\n", "Line 4: the part 'Do' is there twice"),
        ("# Kettle\nid: three\n", "Line 2: 'three' is not the number of a playbook"),
        ("# Kettle\ntags: a|b\n", "Line 2: 'a|b' is not a tag"),
        ("# Kettle\n## May\nlimit: lots EUR\nrefund\n", "'lots' is not a sum"),
        ("# Kettle\n# Pot\n", "Line 2: there is a second title"),
        ("# Kettle\n## Signs\nit leaks\n", "says nothing about what to do"),
        ("# Kettle\n## May\nlimit: 40 EUR\n", "It is missing what one may decide within that limit"),
        ("# Kettle\n## May\nlimit: 40\nrefund\n", "The limit has no currency"),
        ("# Kettle\n## May\nuntil: soon\nrefund\n", "Line 3: "),
        ("# Kettle\n## Say\nDear {nobody}\n", "unknown variable: {nobody}"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(text: str, told: str) -> None:
    with pytest.raises(WrongUse, match=re.escape(told)):
        from_markdown(text, lambda words: parse_iso(words, "time"))


def test_words_that_tell_cases_apart_decide_which_playbook_fits() -> None:
    texts = {
        1: ["the gasket leaks", "a leak at the gasket, please help"],
        2: ["refund the parcel please", "the parcel is late, refund it"],
    }
    documents = [words_of(text) for some in texts.values() for text in some]
    rarity = rarities([*documents, words_of("please help")])
    weights = []
    for number, some in texts.items():
        pooled: Counter[str] = Counter()
        for text in some:
            pooled.update(words_of(text))
        weights += [WordWeight(number, word, weight, rarity[word]) for word, weight in vector(pooled, rarity).items()]
    best = rank(words_of("My gasket leaks, please"), weights, {}, {}, (1, 2))
    assert best[0].playbook == 1
    assert "gasket" in best[0].why
    assert rank(words_of("nothing of the kind"), weights, {}, {}, (1, 2)) == []


def test_a_cause_counts_for_more_than_a_tag_and_only_three_are_named() -> None:
    best = rank({}, [], {4: ["refund limit"]}, {3: ["pico"], 5: ["pico", "duo"], 6: ["pico"], 7: ["pico"]}, range(1, 9))
    assert [(one.playbook, one.why) for one in best] == [
        (4, "same cause: refund limit"),
        (5, "same tags: pico, duo"),
        (3, "same tag: pico"),
    ]
