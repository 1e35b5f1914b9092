"""The tag in the subjects of mails that we send: always one, and no other desk's is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careconsole.domain.case.answer_tags import answer_tag, case_tag
from careconsole.domain.mail.finding import found_tags, is_proven
from careconsole.domain.mail.outgoing import with_tag

KEY = "ab" * 32
TAG = case_tag(KEY, 12)
OTHER = case_tag("cd" * 32, 12)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Kettle", f"Kettle {TAG}"),
        ("", TAG),
        (f"Re: {TAG} Kettle", f"Re: {TAG} Kettle"),
        (f"Re: Kettle {TAG.lower()}", f"Re: Kettle {TAG.lower()}"),
        (f"{TAG} Kettle {TAG}", f"Kettle {TAG}"),
        (f"Re: Kettle {answer_tag(KEY, 12, 'yes')}", f"Re: Kettle {TAG}"),  # or our mail would rate itself
        (f"Re: Kettle {case_tag(KEY, 11)}", f"Re: Kettle {TAG}"),  # of a case that was merged into this one
        (f"Re: Kettle {OTHER} [ref:5]", f"Re: Kettle {OTHER} [ref:5] {TAG}"),
        ("two\nlines\r\nBcc: x@evil.example", f"two lines Bcc: x@evil.example {TAG}"),
    ],
)
def test_the_subject_gets_the_tag_of_its_case_once(before: str, after: str) -> None:
    assert with_tag(before, KEY, 12) == after
    assert with_tag(after, KEY, 12) == after


@given(st.text(max_size=400), st.integers(1, 999_999_999))
def test_whatever_the_subject_there_is_one_proven_tag_in_one_line(subject: str, case: int) -> None:
    made = with_tag(subject, KEY, case)
    ours = [one for one in found_tags(made) if is_proven(KEY, one.case, one.letters)]
    assert [(one.case, one.answer) for one in ours] == [(case, "")]
    assert len(made) <= 250
    assert "\n" not in made
    assert with_tag(made, KEY, case) == made
