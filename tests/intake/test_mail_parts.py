"""Taking a mail apart: what is read quickly is what Python's own parser reads, and parts end where they should."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest

from careconsole.intake.mail import parts
from careconsole.intake.mail.parts import Parts, _plain_headers
from tests.intake.mails import mail, multipart

HEADERS = [
    b"From: a@b.example\nTo: c@d.example\n",
    b"From: a@b.example\r\nSubject: folded\r\n and more\r\n\tand more\r\nTo: c\r\n",
    b"Subject:no blank\nX:\nY: \n only here\nX: again\n",
    b"Subject: last line without an end",
    b"Subject: caf\xc3\xa9 \xff\x00\x0b\x0c\x85 x\nTo: c\n",
    b"subject: a:b:c\nSUBJECT: twice\n",
    b"",
]
ODD = [
    b" begins folded\nTo: c\n",
    b"no colon\nTo: c\n",
    b"From x Mon\nTo: c\n",
    b": no name\nTo: c\n",
    b"To: c\rX: y\n",
]


def slowly(data: bytes) -> list[tuple[str, str]]:
    return list(BytesHeaderParser(policy=compat32).parsebytes(data).raw_items())


@pytest.mark.parametrize("data", HEADERS)
def test_usual_headers_are_read_as_pythons_parser_reads_them(data: bytes) -> None:
    found = _plain_headers(data)
    assert found is not None
    assert found.items() == slowly(data)


@pytest.mark.parametrize("data", ODD)
def test_odd_headers_are_left_to_pythons_parser(data: bytes) -> None:
    assert _plain_headers(data) is None
    assert Parts(data + b"\n\nx").headers.items() == slowly(data)


def test_headers_of_random_bytes_are_read_as_pythons_parser_reads_them() -> None:
    random = Random(1)
    pieces = [b"To", b":", b" ", b"\n", b"\r\n", b"\r", b"\t", b"x", b"\xff", b"From ", b"Subject: y\n", b"=?", b"\x0b"]
    for _ in range(3_000):
        data = b"".join(random.choices(pieces, k=random.randrange(12)))
        if (found := _plain_headers(data)) is not None:
            assert found.items() == slowly(data), data


def test_headers_of_pythons_own_samples_are_read_as_its_parser_reads_them() -> None:
    spec = find_spec("test.test_email") if find_spec("test") else None
    if spec is None or spec.origin is None:
        pytest.skip("this Python came without its tests")
    for path in sorted((Path(spec.origin).parent / "data").glob("*.txt")):
        head = path.read_bytes().partition(b"\n\n")[0]
        if (found := _plain_headers(head)) is not None:
            assert found.items() == slowly(head), path.name


def bodies(data: bytes) -> list[bytes]:
    return [part.body for part in Parts(data).all]


def test_parts_end_at_lines_that_are_the_boundary_and_nothing_else() -> None:
    data = multipart("\none\n--sepa\n --sep\nx--sep\n", "\ntwo\n--sep- \n")
    assert bodies(data) == [b"one\n--sepa\n --sep\nx--sep\n", b"two\n--sep- \n"]
    blanks = mail(b"--sep \t\n\none\n--sep   \n\ntwo\n--sep-- \nafter", Content_Type="multipart/mixed; boundary=sep")
    assert bodies(blanks) == [b"one", b"two"]


def test_lines_may_end_with_carriage_returns_and_the_end_may_be_missing() -> None:
    data = mail(b"before\r\n--sep\r\n\r\none\r\n--sep\r\n\r\ntwo", Content_Type="multipart/mixed; boundary=sep")
    assert bodies(data) == [b"one", b"two"]
    assert bodies(mail(b"--sep\n--sep\n--sep--", Content_Type="multipart/mixed; boundary=sep")) == [b"", b""]
    assert bodies(mail(b"nothing", Content_Type="multipart/mixed; boundary=sep")) == [b"nothing"]


def test_headers_end_at_the_first_blank_line_whatever_ends_it() -> None:
    for end in (b"\n\n", b"\r\n\r\n", b"\n\r\n", b"\r\n\n"):
        parts = Parts(b"From: a@b.example" + end + b"one\n\r\ntwo\n\nthree")
        assert (parts.headers["from"], parts.all[0].body) == ("a@b.example", b"one\n\r\ntwo\n\nthree")


def test_long_parameters_are_read_once_for_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's reader of parameters takes quadratic time, and a hostile mail has many parts."""
    read: list[str] = []

    def counted(headers: Message) -> parts.Parameters:
        read.append(str(headers["content-type"]))
        return read_parameters(headers)

    read_parameters = parts._read_parameters
    monkeypatch.setattr(parts, "_read_parameters", counted)
    kind = "text/plain; charset=utf-8; format=flowed; long=" + "x" * 1_000
    found = Parts(multipart(*(mail(b"text", Content_Type=f"{kind}{n}") for n in range(3))))
    assert [(part.type, part.text.strip(), part.file_name) for part in found.all] == [("text/plain", "text", "")] * 3
    assert len([value for value in read if len(value) > 1_000]) == 3
