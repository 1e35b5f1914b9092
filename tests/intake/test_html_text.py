"""The short way from plain HTML to text gives what the parser gives."""

from __future__ import annotations

import re
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from careconsole.intake.values import html_text
from careconsole.intake.values.html_text import plain_text

NEVER = re.compile(r"(?!)")
PARTS = st.sampled_from(
    [
        *("<p>", "</p>", "<div>", "</div>", "<br>", "<br/>", "<br />", "<b>", "</b>", "<ul>", "<li>", "</li>", "</ul>"),
        *(
            "<span>",
            "</span>",
            "&amp;",
            "&lt;",
            "&nbsp;",
            "&#39;",
            "&quot;",
            " ",
            "\n",
            "\t",
            "a",
            "bc",
            "é",
            "\xa0",
            ">",
        ),
    ]
)


@given(st.lists(PARTS, max_size=14).map("".join))
@settings(max_examples=500)
def test_the_short_way_reads_what_the_parser_reads(html: str) -> None:
    assert html_text._PLAIN.fullmatch(html)
    short = plain_text(html)
    with mock.patch.object(html_text, "_PLAIN", NEVER):
        assert plain_text(html) == short


@given(
    st.lists(
        PARTS | st.sampled_from(["<a href='https://x.example'>", "</a>", "&", "<", "<!--", "&copy", "&#0;", "<P>"])
    )
)
def test_whatever_the_way_it_is_the_same_text(parts: list[str]) -> None:
    html = "".join(parts)
    found = plain_text(html)
    with mock.patch.object(html_text, "_PLAIN", NEVER):
        assert plain_text(html) == found
