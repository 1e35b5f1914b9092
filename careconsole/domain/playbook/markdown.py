"""A playbook as a Markdown file, so that a team can keep its playbooks in version control: written and read back.

# Refund within the first fortnight
id: 3
causes: refund limit, late parcel
tags: #refund #billing

## Signs
The customer wants the money back ...

## Do
1. Look up the order.

## May
limit: 40 EUR
until: 2027-05-31
Refund without asking.

## Say
Dear {customer}, ...

## Escalate when
The sum is higher.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

from careconsole.domain.case.tags import tags_of
from careconsole.domain.errors import WrongUse
from careconsole.domain.playbook.content import Authority, Content, checked

_T = TypeVar("_T")
_PARTS = ("Signs", "Do", "May", "Say", "Escalate when")
_HEADING = re.compile(r"##\s+(.+?)\s*$")
_TITLE = re.compile(r"#\s+(.+?)\s*$")
_FIELD = re.compile(r"(id|causes?|tags?|limit|until)\s*:\s*(.*)$", re.IGNORECASE)
_STEP = re.compile(r"\s{0,3}(?:\d{1,4}[.)]|[-*+])\s+(.*)$")
_SPECIAL = r"(?:#|(?:limit|until)\s*:)"
_ESCAPED = re.compile(rf"^(\\*{_SPECIAL})", re.MULTILINE | re.IGNORECASE)
_UNESCAPED = re.compile(rf"^\\(\\*{_SPECIAL})", re.MULTILINE | re.IGNORECASE)


class ReadPlaybook(msgspec.Struct, frozen=True):
    """A playbook read from a file: its content, and the number that the file gives it (None: a new one)."""

    content: Content
    number: int | None


def to_markdown(content: Content, number: int | None, day: Callable[[int], str]) -> str:
    """The playbook as Markdown; `day` writes a time (epoch milliseconds) so that it can be read back."""
    lines = [f"# {content.title}", ""]
    head = []
    if number is not None:
        head.append(f"id: {number}")
    if any("," in cause for cause in content.causes):
        head += [f"cause: {cause}" for cause in content.causes]
    elif content.causes:
        head.append(f"causes: {', '.join(content.causes)}")
    if content.tags:
        head.append(f"tags: {' '.join('#' + tag for tag in content.tags)}")
    if head:
        lines += [*head, ""]
    may = content.may
    authority = []
    if may is not None:
        authority += [f"limit: {may.amount}"] if may.limit else []
        authority += [f"until: {day(may.until)}"] if may.until is not None else []
        authority += [_escaped(may.text)]
    texts = (
        _escaped(content.signs),
        "\n".join(f"{n}. {step}" for n, step in enumerate(content.steps, start=1)),
        "\n".join(authority),
        _escaped(content.say),
        _escaped(content.escalate_when),
    )
    for name, text in zip(_PARTS, texts, strict=True):
        if text:
            lines += [f"## {name}", "", text, ""]
    return "\n".join(lines)


def from_markdown(text: str, moment: Callable[[str], int]) -> ReadPlaybook:
    """Reads a playbook from Markdown; `moment` reads a time. Raises WrongUse with the line for what is not understood.

    Headings may have any case. Text between the title and the first heading that is no field is not understood.
    """
    title, number = "", None
    causes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    limit, until = "", None
    texts: dict[str, list[str]] = {}
    part: str | None = None
    for place, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if heading := _HEADING.match(line):
            part = next((name for name in _PARTS if name.casefold() == heading[1].casefold()), None)
            if part is None:
                raise _wrong(place, f"there is no part {heading[1]!r}", f"The parts are: {', '.join(_PARTS)}.")
            if part in texts:
                raise _wrong(place, f"the part {part!r} is there twice", "Join the two.")
            texts[part] = []
        elif part is None and (found := _TITLE.match(line)):
            if title:
                raise _wrong(place, "there is a second title", "Write one file for each playbook.")
            title = found[1]
        elif part is None:
            if not line.strip():
                continue
            field = _FIELD.match(line.strip())
            name = field[1].lower() if field else ""
            if not field or name in ("limit", "until"):
                raise _wrong(place, "this line belongs to no part", f"The parts are: {', '.join(_PARTS)}.")
            if name == "id":
                number = _number(field[2], place)
            elif name == "cause":
                causes += (field[2],)
            elif name == "causes":
                causes += tuple(field[2].split(","))
            else:
                tags += tuple(field[2].replace(",", " ").split())
                _at(place, lambda tags=tags: tags_of(tags))  # type: ignore[misc]
        elif part == "May" and not any(map(str.strip, texts[part])) and (field := _FIELD.match(line.strip())):
            if field[1].lower() == "limit":
                limit = field[2].strip()
            elif field[1].lower() == "until":
                until = _at(place, lambda words=field[2]: moment(words))  # type: ignore[misc]
            else:
                texts[part].append(line)
        else:
            texts[part].append(line)
    if not title:
        raise WrongUse("The title is missing.", "Begin the file with it, as '# Refund within the first fortnight'.")
    said = {name: _unescaped("\n".join(lines).strip("\n")) for name, lines in texts.items()}
    may = None
    if "May" in said or limit:
        sum_, _, currency = limit.partition(" ")
        may = Authority(text=said.get("May", ""), limit=sum_, currency=currency, until=until)
    content = Content(
        title=title,
        causes=causes,
        tags=tags,
        signs=said.get("Signs", ""),
        steps=tuple(_steps(texts.get("Do", []))),
        may=may,
        say=said.get("Say", ""),
        escalate_when=said.get("Escalate when", ""),
    )
    return ReadPlaybook(checked(content), number)


def _steps(lines: list[str]) -> list[str]:
    """The items of a list; a line that begins no item continues the one before."""
    steps: list[str] = []
    for line in lines:
        if item := _STEP.match(line):
            steps.append(item[1])
        elif line.strip():
            if steps:
                steps[-1] += " " + line.strip()
            else:
                steps.append(line.strip())
    return steps


def _number(text: str, place: int) -> int:
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9 and int(digits) > 0):
        raise _wrong(place, f"{digits!r} is not the number of a playbook", "Leave the line out for a new one.")
    return int(digits)


def _at(place: int, read: Callable[[], _T]) -> _T:
    try:
        return read()
    except WrongUse as error:
        raise WrongUse(f"Line {place}: {error.message}", error.hint) from error


def _wrong(place: int, what: str, hint: str) -> WrongUse:
    return WrongUse(f"Line {place}: {what}.", hint)


def _escaped(text: str) -> str:
    """A text with a backslash before each line that would be read as a heading, a limit or a time."""
    return _ESCAPED.sub(r"\\\1", text)


def _unescaped(text: str) -> str:
    return _UNESCAPED.sub(r"\1", text)
