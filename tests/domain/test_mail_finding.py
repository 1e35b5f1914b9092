"""Which case a mail belongs to: what proves it comes before what makes it likely."""

from __future__ import annotations

from typing import ClassVar

import pytest

from careconsole.domain.case.answer_tags import check_letters
from careconsole.domain.mail.finding import NEW, NUMBER, OWN, SEEN, TAG, bare_subject, find_case
from careconsole.domain.mail.message_ids import case_of_own_id, ids_in, is_id, own_id
from careconsole.domain.mail.received import Mailbox, ReceivedMail

KEY = "ab" * 32
ANNA, STRANGER = Mailbox("anna@home.example"), Mailbox("x@else.example")


class Cases:
    """Cases 12 (Anna's) and 13, and one mail of each."""

    seen: ClassVar = {"a@home.example": 12, "b@home.example": 13, "JIRA.7.100@jira": 13}
    like: int | None = None

    def case_of_mail(self, message_id: str) -> int | None:
        return self.seen.get(message_id)

    def exists(self, case: int) -> bool:
        return case in (12, 13)

    def takes_part(self, case: int, address: str) -> bool:
        return case == 12 and address == ANNA.address

    def alike(self, mail: ReceivedMail) -> int | None:
        return self.like


def found(sender: Mailbox = ANNA, key: str = KEY, **said: object) -> tuple[int | None, str, int | None]:
    one = find_case(ReceivedMail(sender=sender, **said), Cases(), key)  # type: ignore[arg-type]
    assert one.why.endswith(".")
    return one.case, one.by, one.looks_like


TAG_12 = f"[12-{check_letters(KEY, 12)}]"


def test_a_mail_that_was_seen_comes_first_and_the_nearest_of_several() -> None:
    assert found(references=("b@home.example", "a@home.example"), subject=TAG_12) == (13, SEEN, None)
    assert found(references=("?@home.example", "a@home.example")) == (12, SEEN, None)


def test_our_own_id_is_proven_by_its_digits() -> None:
    one = own_id(KEY, 12, 3, "shop.example")
    assert found(references=(one,)) == (12, OWN, None)
    assert found(references=(one.replace(".12.", ".13."),)) == (None, NEW, None)
    assert case_of_own_id("cd" * 32, one) is None
    assert case_of_own_id("", one) is None


@pytest.mark.parametrize(
    "subject",
    [TAG_12, f"Re: the kettle {TAG_12}", f"AW: {TAG_12.lower()} so", f"{TAG_12[:-1]} yes]", "[ " + TAG_12[1:]],
)
def test_a_tag_counts_anywhere_in_the_subject_and_from_anybody(subject: str) -> None:
    assert found(STRANGER, subject=subject) == (12, TAG, None)


def test_the_answer_of_a_tag_is_told() -> None:
    assert find_case(ReceivedMail(sender=ANNA, subject=f"{TAG_12[:-1]} yes]"), Cases(), KEY).answer == "yes"


def test_a_tag_with_wrong_letters_is_only_a_hint() -> None:
    wrong = "AAAA" if check_letters(KEY, 12) != "AAAA" else "BBBB"
    assert found(STRANGER, subject=f"[12-{wrong}]") == (None, NEW, 12)
    assert found(subject=f"[12-{wrong}]", key="") == (None, NEW, 12)
    assert found(subject=f"[99-{wrong}]") == (None, NEW, None)


def test_a_number_counts_from_somebody_who_takes_part() -> None:
    assert found(subject="Re: [#12] kettle") == (12, NUMBER, None)
    assert found(STRANGER, subject="Re: [#12] kettle") == (None, NEW, 12)
    assert found(subject="Re: [#13] kettle") == (None, NEW, 13)
    assert found(subject="order #12") == (None, NEW, 12)


def test_the_same_subject_of_the_same_customer_is_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cases, "like", 13)
    assert found(subject="kettle") == (None, NEW, 13)


@pytest.mark.parametrize("text", ["", "<>", "<@>", "@", "<@host>", "<local@>", "< >", "<...@..>", "no id here"])
def test_what_identifies_no_mail_is_no_id(text: str) -> None:
    assert ids_in(text) == []


def test_ids_are_read_from_headers() -> None:
    assert ids_in("<a@x> (comment) <b@y>\t<a b>") == ["a@x", "b@y"]
    assert ids_in("a@x") == ["a@x"]
    assert is_id("4711")


def test_a_senders_habit_is_known() -> None:
    assert found(references=("JIRA.7.100.200@jira",)) == (13, SEEN, None)


@pytest.mark.parametrize(
    ("subject", "bare"),
    [("Re: AW: Fwd: kettle", "kettle"), ("RE [2]: x", "x"), ("[#12] Re: x", "x"), ("Report", "Report"), ("Re:", "")],
)
def test_a_subject_is_compared_without_what_programs_put_before_it(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare
