"""A mail that we send: whom it is for, what it is called, how it stands in its thread, and when it is tried again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

import msgspec

from careconsole.domain.case.answer_tags import case_tag
from careconsole.domain.case.files import safe_file_name
from careconsole.domain.errors import WrongUse
from careconsole.domain.hints import given
from careconsole.domain.mail.finding import bare_subject, found_tags, is_proven
from careconsole.domain.mail.received import Mailbox, ReceivedMail
from careconsole.domain.mail.trimming import trimmed
from careconsole.domain.team.customer_addresses import address_key
from careconsole.domain.terminal_text import clean_name, display_text
from careconsole.domain.time.moments import HOUR, MINUTE

RETRIES = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR)
"""How long after each failed try a mail is tried again (milliseconds); after the last one it is refused."""
MOST_PEOPLE = 50
"""The most addresses of one mail: more are a mistake, or a newsletter."""
_LONGEST_QUOTE = 200
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_LONGEST_SUBJECT = 250
_LAST_REFERENCES = 10
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@({_LABEL}(?:\.{_LABEL})*)")
_NAMED = re.compile(r"[^<>]{0,200}<([^<>]{1,320})>")


class Identity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom a mail is from: the name of the box, its address and the name beside it, and the signature below."""

    box: str
    address: str
    name: str = ""
    signature: str = ""

    @property
    def words(self) -> str:
        """The name and the address, as people write them."""
        return Mailbox(self.address, self.name).words


class SentFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that goes with a mail; `digest` is the SHA-256 of its content, which is kept beside the database."""

    name: str
    size: int
    type: str
    digest: str

    @property
    def kept_name(self) -> str:
        """What stands for it in the draft of a reply that was not sent, where paths of files stand: "lid.pdf#1a2b3c4d".

        Its content is kept here, wherever the file itself is by then.
        """
        return f"{safe_file_name(self.name)}#{self.digest[:8]}"


class OutgoingMail(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A mail as it is sent. Ids have no angle brackets, `references` the oldest first; `date` is in milliseconds.

    `automatic`: no person wrote it, and it must bring no answer of a program.
    """

    sender: Mailbox
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str = ""
    body: str = ""
    files: tuple[SentFile, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: int = 0
    automatic: bool = False

    @property
    def people(self) -> tuple[str, ...]:
        """Every address that it goes to, each once."""
        return tuple({address_key(one): one for one in (*self.to, *self.cc)}.values())


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a try to send: a state, and the server's words. `address` is the one that they are about."""

    state: str
    said: str = ""
    address: str = ""


class Recipients(msgspec.Struct, frozen=True):
    """Whom a mail is for, and who gets a copy."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()


def recipients(mail: ReceivedMail | None, customer: str, own: Collection[str]) -> Recipients:
    """Whom an answer is for: who wrote the mail, and with copies everybody else on it, save our own addresses.

    Its Reply-To counts only for answering. `mail` is the customer's last one, None without one: then the customer's
    address `customer` is all there is. `own` are keys of addresses (`address_key`).
    """
    if mail is None or mail.sender is None:
        return Recipients((customer,) if customer else ())
    asked = [box.address for box in mail.reply_to if address_key(box.address) not in own]
    to = _usable([*asked[:5]] or [mail.sender.address], own)
    known = {*own, *map(address_key, to)}
    cc = _usable((box.address for box in (*mail.to, *mail.cc)), known)
    return Recipients(to or ((mail.sender.address,) if is_address(mail.sender.address) else ()), cc[:MOST_PEOPLE])


def _usable(addresses: Iterable[str], without: Collection[str]) -> tuple[str, ...]:
    found = {address_key(one): one for one in addresses if is_address(one) and address_key(one) not in without}
    return tuple(found.values())


def addresses_in(text: str, option: str) -> tuple[str, ...]:
    """The addresses that somebody typed, separated by commas or semicolons. Raises WrongUse for what is none."""
    found: dict[str, str] = {}
    for one in re.split(r"[,;\n]", text):
        if not (word := one.strip()):
            continue
        named = _NAMED.fullmatch(word)
        address = written_address(named[1] if named else word)
        if not address:
            raise WrongUse(
                f"{display_text(word, 60)!r} is no mail address.",
                "Give addresses such as carla@home.example {}, separated by commas.",
                given(**{option: ...}),
            )
        found.setdefault(address_key(address), address)
    if len(found) > MOST_PEOPLE:
        raise WrongUse(f"These are more than {MOST_PEOPLE} addresses.", "Write to fewer people at once.")
    return tuple(found.values())


def written_address(text: str) -> str:
    """An address as it can stand in a mail: a domain with letters of other scripts is encoded. Empty for none."""
    local, at, domain = text.strip().rpartition("@")
    if at and not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    address = f"{local}@{domain}"
    return address if is_address(address) else ""


def is_address(text: str) -> bool:
    """Whether a text is one plain mail address, and nothing else that a header or a server could take for more."""
    return len(text) <= 320 and _ADDRESS.fullmatch(text) is not None


def answer_subject(mail: ReceivedMail | None, subject: str) -> str:
    """What an answer is called: as the mail that it answers, with "Re:"; a first mail as its case.

    Tags of other desks stay: they find their own case by them. Ours is added by `with_tag`.
    """
    if mail is None:
        return one_line(subject)
    plain = one_line(mail.subject)
    while (found := re.match(r"(?:re|aw|sv|vs|antw|r)\s?(?:\[\d{1,3}\])?\s?:\s*", plain, re.IGNORECASE)) is not None:
        plain = plain[found.end() :]
    return one_line(f"Re: {plain or bare_subject(subject)}")


def with_tag(subject: str, key: str, case: int) -> str:
    """A subject with the tag of its case, once: by it an answer whose ids were lost finds the case.

    Tags that were made with the team's `key` for other cases (one that was merged into this one), or for an answer of
    the customer, are left out; those of other desks stay.
    """
    tag, line = case_tag(key, case), one_line(subject)
    ours = [found for found in found_tags(line) if is_proven(key, found.case, found.letters)]
    if [(one.case, one.answer) for one in ours] == [(case, "")]:
        return line
    for one in reversed(ours):
        line = f"{line[: one.start]} {line[one.end :]}"
    return f"{' '.join(line.split())[: _LONGEST_SUBJECT - len(tag) - 1]} {tag}".strip()


def one_line(text: str) -> str:
    """A text that can stand in a header: one line without control characters."""
    return clean_name(_CONTROLS.sub(" ", text))[:_LONGEST_SUBJECT]


def thread(mail: ReceivedMail | None, sent: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The id that a mail answers, and the ids before it, the oldest first: the first one, and the last ten.

    `mail` is the one it answers; `sent` are the ids of ours in this case, the oldest first.
    """
    if mail is None or not mail.message_id:
        return (sent[-1] if sent else ""), tuple(sent[-_LAST_REFERENCES:])
    chain = tuple(dict.fromkeys((*reversed(mail.references), mail.message_id)))
    if len(chain) > _LAST_REFERENCES + 1:
        chain = (chain[0], *chain[-_LAST_REFERENCES:])
    return mail.message_id, chain


def quote(mail: ReceivedMail | None, when: str) -> str:
    """The text of a mail, quoted below a line that says who wrote it `when`; empty for nothing to quote."""
    said = trimmed(mail.text) if mail is not None else ""
    if mail is None or mail.sender is None or not said:
        return ""
    lines = said.splitlines()
    more = ["> [...]"] if len(lines) > _LONGEST_QUOTE else []
    quoted = [f"> {line}".rstrip() if line else ">" for line in lines[:_LONGEST_QUOTE]]
    who = one_line(mail.sender.name or mail.sender.address)
    return "\n".join([f"{who} wrote on {when}:", *quoted, *more])


def body(text: str, signature: str, quoted: str) -> str:
    """The whole text of a mail: what was written, the signature below its mark, and the quoted mail."""
    parts = [text.strip()]
    if signature.strip():
        parts.append(f"-- \n{signature.strip()}")
    if quoted:
        parts.append(quoted)
    return "\n\n".join(parts) + "\n"


def retry_at(tries: int, now: int) -> int | None:
    """When a mail is tried again that has failed `tries` times (from 1); None: no more."""
    return now + RETRIES[tries - 1] if tries <= len(RETRIES) else None
