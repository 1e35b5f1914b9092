"""What a playbook says: how to recognise the exception, what to do, what one may decide, and words for the customer."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from careconsole.domain.case.causes import label
from careconsole.domain.case.playbook_use import amount_of
from careconsole.domain.case.tags import tags_of
from careconsole.domain.errors import WrongUse
from careconsole.domain.terminal_text import why_unstorable

LONG = 30
"""A playbook with more lines than this is hard to use during a call; writing one warns."""

VARIABLES = ("customer", "case", "subject", "owner", "me", "team")
"""What the words for the customer may name, each written in braces."""

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_CUSTOMER = "{customer}"
_IN_MANY_NAMES = {"The", "And", "Of", "Mr", "Mrs", "Ms", "Dr"}
"""What is part of many names, and says nothing about whose it is."""
_CURRENCY = re.compile(r"[A-Z]{3}")


class Authority(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the frontline may decide alone: in words, up to a limit if there is one, until a time if there is one.

    `limit` is a plain decimal number such as "40" or "39.90", in `currency` (ISO 4217, such as "EUR"); empty without a
    limit. `until` is epoch milliseconds.
    """

    text: str
    limit: str = ""
    currency: str = ""
    until: int | None = None

    @property
    def amount(self) -> str:
        """The limit in words, such as "40 EUR"; empty without one."""
        return f"{self.limit} {self.currency}".strip()


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The text of a playbook, as somebody wrote or revised it.

    `causes` and `tags` say which cases it is for; `signs` how to recognise one; `steps` what to do; `say` words for the
    customer, with variables in braces; `escalate_when` when to call somebody all the same.
    """

    title: str
    causes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    signs: str = ""
    steps: tuple[str, ...] = ()
    may: Authority | None = None
    say: str = ""
    escalate_when: str = ""

    @property
    def lines(self) -> int:
        """How many lines it has, without blank ones."""
        texts = (self.title, self.signs, *self.steps, self.may.text if self.may else "", self.say, self.escalate_when)
        return sum(bool(line.strip()) for text in texts for line in text.splitlines())


class NoCurrency(WrongUse):
    """A limit is given without its currency."""


def checked(content: Content) -> Content:
    """The content as it is stored: without surrounding blanks, causes and tags in their stored form.

    Raises WrongUse, naming the part, for a missing title, for text that cannot be stored, for a limit that is no
    positive number or has no currency, and for unknown variables in the words for the customer.
    """
    title = " ".join(content.title.split())
    if not title:
        raise WrongUse("The playbook's title is missing.", "Say in a few words what it is for.")
    may = _checked_authority(content.may) if content.may is not None else None
    made = replace(
        content,
        title=title,
        causes=tuple(dict.fromkeys(kept for cause in content.causes if (kept := label(cause)))),
        tags=tags_of(content.tags),
        signs=_block(content.signs),
        steps=tuple(step for given in content.steps if (step := " ".join(given.split()))),
        may=may,
        say=_block(content.say),
        escalate_when=_block(content.escalate_when),
    )
    for name, text in parts(made):
        if why := why_unstorable(text):
            raise WrongUse(f"The playbook's {name} {why}.", "Remove that character; nothing was stored.")
    must_know_variables(made.say, "The words for the customer have")
    if not (made.steps or made.may or made.say):
        raise WrongUse(
            "The playbook says nothing about what to do.",
            "Give at least one step, what one may decide, or words for the customer.",
        )
    return made


def must_know_variables(text: str, what: str, more: tuple[str, ...] = ()) -> None:
    """Raises WrongUse, beginning with `what` ("The text has"), for a text with a variable that nothing fills in.

    `more` are variables that something fills in only here.
    """
    unknown = [name for name in variables(text) if name not in (*VARIABLES, *more)]
    if unknown:
        raise WrongUse(
            f"{what} an unknown variable: {', '.join(_braced(name) for name in unknown)}.",
            "Known ones: {}.",
            ", ".join(_braced(name) for name in (*VARIABLES, *more)),
        )


def parts(content: Content) -> list[tuple[str, str]]:
    """The texts of a playbook, each with the name of its part: in the order in which they are shown."""
    may = content.may
    return [
        ("title", content.title),
        ("cause", ", ".join(content.causes)),
        ("tags", " ".join(f"#{tag}" for tag in content.tags)),
        ("signs", content.signs),
        ("steps", "\n".join(content.steps)),
        ("authority", may.text if may else ""),
        ("limit", may.amount if may else ""),
        ("words for the customer", content.say),
        ("escalate when", content.escalate_when),
    ]


def variables(text: str) -> list[str]:
    """The names in braces in a text, in order, each once."""
    return list(dict.fromkeys(name.strip() for name in _VARIABLE.findall(text)))


def filled(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """Words for the customer with their variables replaced, and the names of those that have no value.

    A variable without a value stays in its braces, so that nobody sends the words without seeing the gap.
    """
    empty = [name for name in variables(text) if not values.get(name, "").strip()]
    told = _VARIABLE.sub(lambda found: values.get(found[1].strip(), "").strip() or found[0], text)
    return told, empty


def without_name(text: str, name: str) -> str:
    """A text to one customer as words for others: their name, whole or in part, becomes a variable.

    Whole names are found in any case; a part, such as the first name alone, only as it is written in the name and if it
    is capitalised, so that "van" or "de" stays.
    """
    words = name.split()
    if not words:
        return text
    whole = r"\s+".join(map(re.escape, words))
    told = re.sub(rf"(?<!\w){whole}(?!\w)", _CUSTOMER, text, flags=re.IGNORECASE)
    parts = {part.strip(".,;:()\"'") for part in words} - _IN_MANY_NAMES
    own = [re.escape(part) for part in parts if len(part) > 1 and not part[0].islower()]
    if not own:
        return told
    part = f"(?:{'|'.join(sorted(own, key=len, reverse=True))})"
    return re.sub(rf"(?<!\w){part}(?:\s+{part})*(?!\w)", _CUSTOMER, told)


def _checked_authority(may: Authority) -> Authority | None:
    text = _block(may.text)
    limit, currency = may.limit.strip(), may.currency.strip().upper()
    if not text:
        if limit or currency or may.until is not None:
            which = "within that limit" if limit or currency else "until then"
            raise WrongUse(f"It is missing what one may decide {which}.", "Say it in a few words.")
        return None
    if limit:
        limit = f"{amount_of(limit):f}"
        if not currency:
            raise NoCurrency("The limit has no currency.", "Give one, such as EUR.")
    if currency and not _CURRENCY.fullmatch(currency):
        raise WrongUse(f"{may.currency.strip()!r} is not a currency.", "Give its three letters, such as EUR.")
    if currency and not limit:
        raise WrongUse("A currency needs a limit.", "Give the limit as well, or leave the currency out.")
    return replace(may, text=text, limit=limit, currency=currency)


def _block(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _braced(name: str) -> str:
    return "{" + name + "}"
