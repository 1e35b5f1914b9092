"""The short way from plain HTML to text gives what the parser gives."""

from __future__ import annotations

import re
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careconsole.intake.values import html_text
from careconsole.intake.values.html_text import message_text, plain_text

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
    assert html_text._is_plain(html)
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


def test_however_much_of_it_there_is_it_is_read_whole() -> None:
    parts = "".join(f"{number}&amp;<br>" for number in range(3_000))
    assert html_text._is_plain(parts)
    assert plain_text(parts) == "\n".join(f"{number}&" for number in range(3_000))
    words = " ".join(f'data-{number}="&gt; {number}"' for number in range(400))
    assert plain_text(f"<p {words}>Lid</p>") == "Lid"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("&#00000065;", "A"),
        ("<p>&#0000000000065;bc</p>", "Abc"),
        ("&#x0000000041;", "A"),
        ("&#065;&#65;", "AA"),
        ("a&#00000000;b", "a\ufffdb"),
        ("&#12345678;", "\ufffd"),
        ("&#000012345678;", "\ufffd"),
        ("&#" + "0" * 5_000 + "65;", "A"),
        ("&#" + "9" * 5_000 + ";", "\ufffd"),
    ],
)
def test_a_character_by_number_is_what_a_browser_shows_however_many_zeros_lead_it(html: str, text: str) -> None:
    assert plain_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<img src="https://files.example/a.png">', "[image]"),
        ('<div><p>&nbsp;</p><IMG SRC="cid:1"/><img src="cid:2"></div>', "[image]"),
        ('<p>\u200b<img src="cid:1"></p>', "[image]"),
        ('<img src="cid:1" alt="cracked lid">', "[cracked lid]"),
        ('<p>See below</p><img src="https://files.example/logo.png">', "See below"),
        ('<!-- <img src="cid:1"> -->', ""),
        ('<noscript><img src="cid:1"></noscript>', ""),
        ("<p> </p>", ""),
    ],
)
def test_a_message_that_is_a_picture_alone_says_so(html: str, text: str) -> None:
    assert message_text(html) == text
