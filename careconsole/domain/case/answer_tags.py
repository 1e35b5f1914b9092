"""The tag by which a customer's answer is told to be about a case, such as "[12-K7QF yes]" in the subject of a mail.

Its four letters are made from the case's number with the team's key, so that nobody can guess those of another case.
"""

from __future__ import annotations

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are mistaken for each other when a tag is typed."""
_LENGTH = 4


def case_tag(key: str, case: int) -> str:
    """The tag by which any mail about a case finds it, such as "[12-K7QF]". `key` is as in `answer_tag`."""
    return f"[{case}-{check_letters(key, case)}]"


def answer_tag(key: str, case: int, answer: str) -> str:
    """The tag of an answer about a case. `key` is the team's, as hexadecimal digits."""
    return f"[{case}-{check_letters(key, case)} {answer}]"


def check_letters(key: str, case: int) -> str:
    """The letters that prove that a tag was made here, for this case."""
    from hmac import digest as keyed_digest  # with it comes OpenSSL, 4 MB that a console would hold from its start

    digest = keyed_digest(bytes.fromhex(key), f"case {case}".encode(), "sha256")
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_LENGTH])
