"""Reading a mail: its headers, its text and what it is; and bytes that are made to break or delay the reader."""

from __future__ import annotations

import email
from base64 import b64encode
from importlib.util import find_spec
from pathlib import Path

import pytest

from careconsole.domain.mail.kinds import AUTOMATIC, BOUNCE, MESSAGE, THANKS
from careconsole.domain.mail.received import Mailbox
from careconsole.domain.terminal_text import why_unstorable
from careconsole.intake.mail.header_text import header_text, mailboxes, moment
from tests.intake.mails import mail, multipart, read


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?q?caf=C3=A9_au_lait?=", "café au lait"),
        ("=?utf-8?b?Y2Fmw6k?=", "café"),
        ("=?utf-8?b?ww==?= =?utf-8?b?qQ==?=", "é"),
        ("=?utf-8?q?a?= =?utf-8?q?b?= c", "ab c"),
        ("Re: =?iso-8859-1?q?=FCber?= x", "Re: über x"),
        ("caf\udcc3\udca9", "café"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?=?=?", "=?=?=?"),
        ("folded\n value", "folded value"),
    ],
)
def test_a_header_is_decoded(value: str, text: str) -> None:
    assert header_text(value) == text


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Anna <a@X.Example>", [("a@x.example", "Anna")]),
        ('"Rossi, Anna" <a@x.example>, b@y.example', [("a@x.example", "Rossi, Anna"), ("b@y.example", "")]),
        ("a@x.example (Anna)", [("a@x.example", "")]),
        ("undisclosed-recipients:;", []),
        ("Team: a@x.example, b@x.example;", [("a@x.example", ""), ("b@x.example", "")]),
        ("=?utf-8?q?Ren=C3=A9?= <r@x.example>", [("r@x.example", "René")]),
        ("nobody, <>, <@>, @, <a@>", []),
        ('"a@b.example" <c@d.example>', [("c@d.example", "a@b.example")]),
        ("jörg@müller.example", [("jörg@müller.example", "")]),
    ],
)
def test_addresses_are_read(value: str, found: list[tuple[str, str]]) -> None:
    assert list(mailboxes(value)) == [Mailbox(*one) for one in found]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_headers_that_are_not_ascii_are_read_as_they_were_meant(encoding: str) -> None:
    """Also where a further line follows that is none, and Python's parser is asked instead of ours."""
    for further in ("", "no header\n"):
        head = f"From: Jörg Müller <j@x.example>\nTo: Zoë <z@x.example>\nSubject: Mühle klemmt\n{further}"
        body = (
            'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png; name="Mühle.png"\n\nx\n--b--\n'
        )
        found = read((head + body).encode(encoding))
        assert found.subject == "Mühle klemmt"
        assert (found.sender, found.to) == (Mailbox("j@x.example", "Jörg Müller"), (Mailbox("z@x.example", "Zoë"),))
        assert [file.name for file in found.files] == ([] if further else ["Mühle.png"])


@pytest.mark.parametrize("value", ["", "yesterday", "Mon, 99 Jan 2026", "1 Jan 99999999999 00:00", "x" * 100_000])
def test_a_date_that_is_none_is_left_out(value: str) -> None:
    assert moment(value) is None


def test_what_a_mail_is_follows_from_its_headers() -> None:
    daemon = "Mailer-Daemon <MAILER-DAEMON@mx.example>"
    report = multipart(
        "Content-Type: text/plain\n\nCould not be delivered.",
        "Content-Type: message/delivery-status\n\nAction: failed",
        "Content-Type: message/rfc822\n\nMessage-ID: <7@shop.example>\n\nx",
        kind="report",
    )
    assert (read(report).kind, read(report).returned) == (BOUNCE, ("7@shop.example",))
    assert read(mail(sender=daemon)).kind == BOUNCE
    assert read(mail(Auto_Submitted="auto-replied (vacation)")).kind == AUTOMATIC
    assert read(mail(Auto_Submitted="no")).kind == MESSAGE
    assert read(mail(Precedence="bulk")).kind == AUTOMATIC
    assert read(mail(Precedence="list", List_Id="<users.lists.example>")).kind == MESSAGE
    assert read(mail(Return_Path="<>")).kind == AUTOMATIC
    assert read(mail(subject="Automatic reply: Kettle")).kind == AUTOMATIC
    assert read(mail("Thanks a lot!")).kind == THANKS
    assert read(mail()).kind == MESSAGE


def test_a_form_on_the_web_is_automatic_and_yet_opens_a_case() -> None:
    assert read(mail(Auto_Submitted="auto-generated")).generated
    assert not read(mail(Auto_Submitted="auto-replied")).generated


def test_plain_text_is_chosen_over_html_and_html_where_it_says_nothing() -> None:
    html = "Content-Type: text/html\n\n<p>See <b>this</b></p>"
    assert read(multipart("Content-Type: text/plain\n\nSee this", html, kind="alternative")).text == "See this"
    assert read(multipart("Content-Type: text/plain\n\n \n", html, kind="alternative")).text == "See this"
    assert read(multipart(html, kind="alternative")).text == "See this"
    assert read(mail("<p>a<br>b", Content_Type="text/html")).text == "a\nb"


def test_lines_that_flow_are_joined() -> None:
    assert read(mail("one \ntwo\n-- \nAnna", Content_Type="text/plain; format=flowed")).text == "one two\n-- \nAnna"


def test_quoted_printable_and_base64_are_decoded() -> None:
    qp = mail("caf=C3=A9=\n!", Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="quoted-printable")
    b64 = mail("Y2Fmw6k=", Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding="base64")
    assert (read(qp).text, read(b64).text) == ("café!", "café")


def test_a_boundary_that_never_ends_hides_nothing() -> None:
    data = mail("--b\n\none\n--b\nContent-Type: text/plain\n\ntwo", Content_Type="multipart/mixed; boundary=b")
    assert read(data).text == "one\n\ntwo"
    assert read(mail("just text", Content_Type="multipart/mixed; boundary=b")).files[0].size == 9


def test_limits_are_said() -> None:
    many = multipart(*["Content-Type: text/plain\n\nx"] * 300)
    assert read(many).damage == ("it has more than 200 parts",)
    deep = "text"
    for level in range(40):
        deep = f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n{deep}\n--b{level}--\n'
    assert "deeper than 20" in str(read(b"From: a@b.example\n" + deep.encode()).damage)
    assert "headers are longer" in str(read(mail(X_Long="x" * 70_000)).damage)
    assert "larger than 10 MiB" in str(read(mail("x" * (10 << 20))).damage)


HOSTILE_HTML = {
    "comments": "<!--" * 50_000,
    "sections": "<![" * 50_000,
    "starts of tags": "<a " * 50_000,
    "open tags": "<div>" * 40_000,
    "links": "<a href=x>" * 20_000,
    "quotes": '<a b="' * 30_000,
    "entities": "&#" * 100_000,
    "long numbers": "&#" + "9" * 200_000,
    "scripts": "<script>" * 20_000,
    "end tags": "</" * 100_000,
}

HOSTILE = {
    "encoded words": mail(subject="=?a?q?" * 10_000),
    "encoded words without end": mail(subject="=?" * 30_000),
    "addresses": mail(To="<" * 30_000 + ">" * 30_000),
    "comments": mail(Cc="(" * 60_000),
    "colons after an at": mail(Cc="a" * 30_000 + "@" + ":" * 30_000),
    "parameters": mail(Content_Type="text/plain" + ';"' * 30_000),
    "continuations": mail(Content_Type="text/plain" + "".join(f"; a*{n}=x" for n in range(5_000))),
    "references": mail(References="<" * 60_000),
    "many references": mail(References="<a@b> " * 10_000),
    "tags": mail(subject="[1-" * 20_000),
    "prefixes": mail(subject="Re:" * 20_000),
    "boundaries": mail("--b\n" * 500_000, Content_Type="multipart/mixed; boundary=b"),
    "boundary look-alikes": mail("--b" + " " * 500_000, Content_Type="multipart/mixed; boundary=b"),
    "headers": b"a: b\n" * 12_000 + b"\nx",
    "received": b"Received: x; " * 4_000 + b"\n\nx",
    "base64": mail("=" * 1_000_000, Content_Transfer_Encoding="base64"),
    "uuencode": mail("begin 666 x\n" + "M" * 1_000_000, Content_Transfer_Encoding="x-uuencode"),
    "quoted-printable": mail("=" * 1_000_000, Content_Transfer_Encoding="quoted-printable"),
    "punycode": mail("a-" + "9" * 200_000, Content_Type="text/plain; charset=punycode"),
    "calendar": mail("\n " * 500_000, Content_Type="text/calendar"),
    "flowed": mail("x \n" * 300_000, Content_Type="text/plain; format=flowed"),
    "forward": mail("From:" * 100_000, subject="Fwd: x"),
    "zeros": mail(b"\x00" * 1_000_000),
    **{f"html: {name}": mail(html, Content_Type="text/html") for name, html in HOSTILE_HTML.items()},
}


@pytest.mark.parametrize("data", list(HOSTILE.values()), ids=list(HOSTILE))
def test_a_mail_made_to_take_long_is_read(data: bytes) -> None:
    """Every reader looks at each byte a few times; one that goes back would not end within the life of the test."""
    found = read(data)
    assert why_unstorable(found.text + found.subject + found.message_id + "".join(found.people)) is None


def test_bytes_that_read_in_no_encoding_are_text_all_the_same() -> None:
    for data in (b"\x1b#\xc2$d$+$s\x1b(B", b"\x00A\x90\x00\x9d\x00AA"):
        assert read(mail(data)).text
        assert read(mail(subject=f"=?x?b?{b64encode(data).decode()}?=")).subject


def samples() -> list[Path]:
    """The mails that Python's own tests of `email` have, if this Python was installed with them."""
    spec = find_spec("test.test_email") if find_spec("test") else None
    places = spec.submodule_search_locations if spec is not None else None
    return sorted(Path(next(iter(places))).glob("data/msg_*.txt")) if places else []


@pytest.mark.skipif(not samples(), reason="this Python came without its own tests")
def test_the_awkward_mails_of_pythons_own_tests_are_read() -> None:
    read_before = 0
    for path in samples():
        data = path.read_bytes()
        found, peer = read(data), email.message_from_bytes(data)
        assert found.damage == (), path.name
        if peer["subject"] and "=?" not in peer["subject"]:
            assert found.subject == " ".join(str(peer["subject"]).split()), path.name
            read_before += 1
        assert why_unstorable(found.text) is None
    assert read_before > 10
