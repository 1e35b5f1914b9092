"""Which case a mail belongs to, and why. What proves it is asked first, then what only makes it likely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

import msgspec

from careconsole.domain.case.answer_tags import check_letters
from careconsole.domain.mail.message_ids import case_of_own_id, looked_up
from careconsole.domain.mail.received import ReceivedMail

SEEN, OWN, TAG, NUMBER, NEW, BY_HAND = "seen id", "own id", "tag", "number", "new", "by hand"
"""How the case of a mail was found; by hand: a person said so."""

_TAG = re.compile(r"\[\s?#?(\d{1,9})\s?-\s?([A-Za-z2-9]{4})(?:\s([^\W\d_]{1,20}))?\s?\]")
_NUMBER = re.compile(r"\[\s?(?:case\s)?#\s?(\d{1,9})\s?\]", re.IGNORECASE)
_LOOSE = re.compile(r"(?<![\w#&])#(\d{1,9})(?!\w)")
_LONGEST_SUBJECT = 1_000
_PREFIXES = re.compile(
    r"\s*(?:re|aw|fw|fwd|wg|sv|vs|tr|r|rif|ref|antw|res|enc|rv|i|odp|doorst)\s?(?:\[\d{1,3}\])?\s?:", re.IGNORECASE
)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The case of a mail, None for a new one; how it was found, and why in a sentence.

    `looks_like` is a case that a new one may be about, with nothing to prove it. `answer` is what a rating says.
    """

    case: int | None
    by: str
    why: str
    looks_like: int | None = None
    answer: str = ""


class KnownCases(Protocol):
    """What finding a case asks about the cases."""

    def case_of_mail(self, message_id: str) -> int | None:
        """The case that the mail of this id was taken into; None for an id that was not seen."""

    def exists(self, case: int) -> bool:
        """Whether there is such a case, and its opening was not undone."""

    def takes_part(self, case: int, address: str) -> bool:
        """Whether this address is the customer's of the case, or one of a mail that was taken into it."""

    def alike(self, mail: ReceivedMail) -> int | None:
        """An open case of the same customer with the same subject."""


def find_case(mail: ReceivedMail, cases: KnownCases, key: str) -> Found:
    """Finds the case of a mail. `key` is the team's, as hexadecimal digits; empty while it has none."""
    found = _find(mail, cases, key)
    answers = {
        tag.case: tag.answer for tag in found_tags(mail.subject) if key and is_proven(key, tag.case, tag.letters)
    }
    return msgspec.structs.replace(found, answer=answers.get(found.case or 0, ""))


def _find(mail: ReceivedMail, cases: KnownCases, key: str) -> Found:
    for one in looked_up((*mail.references, *mail.returned)):
        if (case := cases.case_of_mail(one)) is not None and cases.exists(case):
            return Found(case=case, by=SEEN, why=f"It replies to a mail in case {case}.")
    for one in (*mail.references, *mail.returned):
        if (case := case_of_own_id(key, one)) is not None and cases.exists(case):
            return Found(case=case, by=OWN, why=f"It replies to a mail that we sent about case {case}.")
    named, forged = list[int](), list[int]()
    for tag in found_tags(mail.subject):
        if key and is_proven(key, tag.case, tag.letters) and cases.exists(tag.case):
            return Found(case=tag.case, by=TAG, why=f"Its subject has the tag of case {tag.case}.")
        forged.append(tag.case)
    for case in numbers_in(mail.subject):
        if cases.exists(case):
            # A number proves nothing, and neither does an address that our server did not find true.
            if mail.sender is not None and mail.proven is not False and cases.takes_part(case, mail.sender.address):
                return Found(
                    case=case,
                    by=NUMBER,
                    why=f"Its subject names case {case}, and {mail.sender.address} is part of it.",
                )
            named.append(case)
    return _new(mail, cases, [case for case in forged if cases.exists(case)], named)


def _new(mail: ReceivedMail, cases: KnownCases, forged: list[int], named: list[int]) -> Found:
    """A new case, with a hint at the one that it may be about."""
    if forged:
        like, why = forged[0], f"The tag of case {forged[0]} in its subject has the wrong letters."
    elif named:
        like, why = named[0], f"Its subject names case {named[0]}, but the sender is not part of it."
        if mail.proven is False and mail.sender is not None and cases.takes_part(like, mail.sender.address):
            why = f"Its subject names case {like}, and it is not proven that {mail.sender.address} sent it."
    elif loose := [case for case in loose_numbers_in(mail.subject) if cases.exists(case)]:
        like, why = loose[0], f"Its subject seems to name case {loose[0]}."
    elif (alike := cases.alike(mail)) is not None:
        like, why = alike, f"Case {alike} of the same customer has the same subject."
    else:
        return Found(case=None, by=NEW, why="It names no case that is known here, so it opened a new one.")
    return Found(case=None, by=NEW, why=f"{why} It looks like case {like}.", looks_like=like)


class FoundTag(NamedTuple):
    """A tag in a subject, such as "[12-K7QF yes]", from `start` to `end`: the case, the letters, the answer if any."""

    case: int
    letters: str
    answer: str
    start: int
    end: int


def found_tags(subject: str) -> Iterator[FoundTag]:
    """The tags in a subject, in order; whether one was made here is for `is_proven` to say."""
    for found in _TAG.finditer(subject[:_LONGEST_SUBJECT]):
        yield FoundTag(int(found[1]), found[2].upper(), (found[3] or "").lower(), found.start(), found.end())


def is_proven(key: str, case: int, letters: str) -> bool:
    """Whether these are the check letters of a case."""
    from hmac import compare_digest  # as in `answer_tags`

    return compare_digest(check_letters(key, case), letters)


def numbers_in(subject: str) -> list[int]:
    """The cases named as "[#12]" in a subject."""
    return [int(found[1]) for found in _NUMBER.finditer(subject[:_LONGEST_SUBJECT])]


def loose_numbers_in(subject: str) -> list[int]:
    """The numbers named as "#12" in a subject; they may be anything."""
    return [int(found[1]) for found in _LOOSE.finditer(subject[:_LONGEST_SUBJECT])]


def bare_subject(subject: str) -> str:
    """A subject without "Re:", "Fwd:" and the like, and without tags of cases."""
    subject = subject[:_LONGEST_SUBJECT]
    if "[" in subject:  # most subjects have neither, and all open ones of a customer are compared with each mail's
        subject = _NUMBER.sub(" ", _TAG.sub(" ", subject))
    while ":" in subject and (found := _PREFIXES.match(subject)):
        subject = subject[found.end() :]
    return " ".join(subject.split())
